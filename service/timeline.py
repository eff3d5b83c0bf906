"""How a toll station can be passed, over time: one state a side, from the newest revision of each of its changes.

Pure; the newest words count, daily windows included. The surprising thing: a state is never invented. Where no notice
says anything, the state is ``unsaid``, which is what a driver finds on most days, and not a promise that it is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from service.records import Access, Action, Change, Kind, LaneCount, Record, StartBasis
from service.windows import runs

BEHIND = timedelta(days=28)
"""How far back the states of a station are told."""

AHEAD = timedelta(days=84)
"""How far ahead."""

_DAY = timedelta(days=1)


class Passage(StrEnum):
    """Whether a side of a station can be passed."""

    OPEN = "open"
    NARROWED = "narrowed"
    RESTRICTED = "restricted"
    CLOSED = "closed"
    NOT_YET = "not_yet"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side(Record):
    """A side of a station: whether it can be passed and, where told, by how many lanes of how many.

    ``open_ended`` tells that nobody knows until when.
    """

    passage: Passage = Passage.UNSAID
    open: int | None = None
    total: int | None = None
    open_ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Record):
    """From ``from`` to ``to`` (exclusive) a station can be passed like this, because of ``changes`` (their ids)."""

    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    entry: Side
    exit: Side
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What one change tells of one side from ``begin`` to ``end``.

    What is ``lasting`` gives way to whatever else is told, and among its like to what took effect at a later ``rank``.
    """

    change: Change
    side: Access
    state: Side
    begin: datetime
    end: datetime
    lasting: bool
    rank: datetime


_FIRST = datetime.min.replace(tzinfo=UTC)
_LASTING = {
    Kind.STATION_OPENING: Passage.OPEN,
    Kind.REOPENING: Passage.OPEN,
    Kind.STATION_ABOLITION: Passage.CLOSED,
}
_FOR_A_TIME = {
    Kind.STATION_CLOSURE: Passage.CLOSED,
    Kind.LANE_CLOSURE: Passage.NARROWED,
    Kind.VEHICLE_RESTRICTION: Passage.RESTRICTED,
    Kind.TRAFFIC_CONTROL: Passage.RESTRICTED,
}
_WORST_FIRST = (Passage.CLOSED, Passage.NARROWED, Passage.RESTRICTED, Passage.OPEN)
_SIDES = (Access.ENTRY, Access.EXIT)


def intervals(changes: Iterable[Change], begin: datetime, end: datetime) -> tuple[Interval, ...]:
    """Every state from ``begin`` to ``end``, one after the other without a gap."""
    told = [each for change in changes for each in _told(change, begin, end)]
    bounds = sorted({begin, end, *(each.begin for each in told), *(each.end for each in told)})
    found: list[Interval] = []
    for since, until in pairwise(bounds):
        state = _between(told, since, until)
        if found and _same(found[-1], state):
            state = Interval(
                from_=found.pop().from_, to=until, entry=state.entry, exit=state.exit, changes=state.changes
            )
        found.append(state)
    return tuple(found)


def state_at(changes: Iterable[Change], moment: datetime) -> Interval:
    """How a station can be passed at ``moment``."""
    return intervals(changes, moment, moment + timedelta(microseconds=1))[0]


def _same(one: Interval, other: Interval) -> bool:
    return (one.entry, one.exit, one.changes) == (other.entry, other.exit, other.changes)


def _between(told: list[_Told], since: datetime, until: datetime) -> Interval:
    holding = [each for each in told if each.begin <= since and until <= each.end]
    entry, entry_by = _prevailing(each for each in holding if each.side is Access.ENTRY)
    exit_, exit_by = _prevailing(each for each in holding if each.side is Access.EXIT)
    changes = tuple(dict.fromkeys((*entry_by, *exit_by)))
    return Interval(from_=since, to=until, entry=entry, exit=exit_, changes=changes)


def _prevailing(holding: Iterable[_Told]) -> tuple[Side, tuple[str, ...]]:
    """The worst of what holds for a time, else the last of what holds for good; and the changes that say so."""
    found = list(holding)
    passing = [each for each in found if not each.lasting]
    if passing:
        worst = min(passing, key=_badness)
        causes = [each for each in passing if each.state.passage is worst.state.passage]
        return worst.state, tuple(each.change.id for each in causes)
    last = max(found, key=lambda each: each.rank, default=None)
    return (last.state, (last.change.id,)) if last else (Side(), ())


def _badness(told: _Told) -> tuple[int, int]:
    """Of two that narrow, the one that leaves fewer lanes counts."""
    left = told.state.open
    return _WORST_FIRST.index(told.state.passage), 99 if left is None else left


def _told(change: Change, begin: datetime, end: datetime) -> Iterator[_Told]:
    """What ``change`` tells within ``begin`` to ``end``."""
    if change.action is Action.CANCEL:
        return
    lasting, start = change.kind in _LASTING, change.validity.start
    for side in _SIDES:
        state = _state(change, side)
        if state is None:
            continue
        if change.kind is Kind.STATION_OPENING and start and begin < start:
            yield _Told(change, side, Side(passage=Passage.NOT_YET), begin, min(start, end), True, _FIRST)
        for since, until in _times(change, begin, end):
            yield _Told(change, side, state, since, until, lasting, start or _FIRST)


def _state(change: Change, side: Access) -> Side | None:
    passage = _LASTING.get(change.kind) or _FOR_A_TIME.get(change.kind)
    if passage is None or change.access not in (None, Access.BOTH, side):
        return None
    lanes = _lanes(change, side)
    if lanes is None and change.kind is Kind.LANE_CLOSURE and _lanes(change, _other(side)):
        return None
    if change.kind is Kind.STATION_CLOSURE and change.vehicles:
        passage = Passage.RESTRICTED
    if passage is Passage.NARROWED and lanes and lanes.open == 0:
        passage = Passage.CLOSED
    counted = lanes if lanes and passage is not Passage.CLOSED else LaneCount()
    open_ended = change.validity.end is None and not change.kind.lasting
    return Side(passage=passage, open=counted.open, total=counted.total, open_ended=open_ended)


def _other(side: Access) -> Access:
    return Access.EXIT if side is Access.ENTRY else Access.ENTRY


def _lanes(change: Change, side: Access) -> LaneCount | None:
    if change.lanes is None:
        return None
    return change.lanes.entry if side is Access.ENTRY else change.lanes.exit


def _times(change: Change, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When ``change`` holds between ``begin`` and ``end``, its daily windows counted."""
    validity = change.validity
    since = max(begin, validity.start or begin)
    until = min(end, validity.end or end)
    if validity.start is None and validity.start_basis is StartBasis.AFTER_WORKS:
        return
    if since >= until:
        return
    if not validity.windows:
        yield since, until
        return
    for run in runs(validity.windows, since, until):
        for day in range((run.last - run.begin) // _DAY + 1):
            yield run.begin + day * _DAY, run.end + day * _DAY
