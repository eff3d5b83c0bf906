"""What a change leaves open of the way it is about, for one direction of travel or one side of a station.

The surprising thing: a closure that some vehicles may pass, or that only some may not, is none here. Whoever takes it
for one sends everybody round.
"""

from __future__ import annotations

from enum import StrEnum

from service.prose.subject import lane_number
from service.records import Access, Change, Kind, LaneCount

_CLOSURES = frozenset({Kind.STATION_CLOSURE, Kind.RAMP_CLOSURE, Kind.ROAD_CLOSURE})
_EMERGENCY = "emergency"


class Impact(StrEnum):
    """What is left open."""

    SHUT = "shut"
    """Nothing, to nobody."""
    NARROWED = "narrowed"
    """Some lanes of it."""
    SHOULDER = "shoulder"
    """Every lane but the emergency lane."""
    UNSAID = "unsaid"
    """Nobody says."""
    ELSEWHERE = "elsewhere"
    """All: it is the other side of the station that is concerned."""


def side(part: str) -> Access | None:
    """The side of a station that a shape of that ``part`` is, if it is one."""
    word = part.rpartition(" ")[2]
    return Access(word) if word in (Access.ENTRY, Access.EXIT) else None


def impact(change: Change, part: str = "") -> Impact:
    """What is left open where the shape of that ``part`` lies."""
    selective = bool(change.vehicles or change.exempt)
    if change.kind in _CLOSURES:
        if selective:
            return Impact.UNSAID
        # The other carriageway carries both directions: with fewer lanes, but traffic passes.
        return Impact.NARROWED if change.contraflow else Impact.SHUT
    if change.kind is not Kind.LANE_CLOSURE or change.lanes is None:
        return Impact.NARROWED if change.kind is Kind.LANE_CLOSURE and not selective else Impact.UNSAID
    count = lanes(change, part)
    if count is None and side(part) and (change.lanes.entry or change.lanes.exit):
        return Impact.ELSEWHERE
    return Impact.UNSAID if selective else _left(count)


def _left(count: LaneCount | None) -> Impact:
    if count is None:
        return Impact.NARROWED
    if count.which == (_EMERGENCY,):
        return Impact.SHOULDER
    everything = count.open == 0 or count.which == ("all",) or (count.total and count.closed == count.total)
    return Impact.SHUT if everything and not count.open else Impact.NARROWED


def lanes(change: Change, part: str = "") -> LaneCount | None:
    """What is said of the lanes where the shape of that ``part`` lies."""
    if change.lanes is None:
        return None
    match side(part) or change.access:
        case Access.ENTRY:
            return change.lanes.entry
        case Access.EXIT:
            return change.lanes.exit
    return change.lanes.carriageway


def closed_lanes(count: LaneCount | None) -> tuple[bool, ...] | None:
    """For each lane from the left, whether it is closed; None unless that is known of every one."""
    if count is None or not count.total or not 0 < count.total < 100:
        return None
    if count.open == count.total or count.closed == count.total or count.open == 0:
        return (count.open != count.total,) * count.total
    places = {_place(which, count.total) for which in count.which}
    known = places <= set(range(count.total)) and len(places) == len(count.which)
    closed = count.closed if count.closed is not None else count.total - count.open if count.open is not None else None
    if not places or not known or closed not in (None, len(places)):
        return None
    return tuple(lane in places for lane in range(count.total))


def _place(which: str, total: int) -> int | None:
    """Which lane from the left, from 0: lanes are numbered from the median, which is at the left of the traffic."""
    if which == "left":
        return 0
    if which == "right":
        return total - 1
    number = lane_number(which)
    return None if number is None else number - 1
