"""What a change is about, as far as it is the same in every language: names of places stay Chinese."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

from service.records import Access, Action, Change, EndBasis, Flag, Kind, LaneCount, Limits, Road, StartBasis, Vehicle

_STATION_WORD = re.compile("[站所]$")
_LANE_NUMBER = re.compile(r"lane-(\d+)")

LIMITS = ("speed_kmh", "height_m", "width_m", "length_m", "weight_t", "axles", "seats")
"""The fields of ``Limits``, in the order in which signs show them."""

DESCRIBES: dict[Vehicle, tuple[str, ...]] = dict.fromkeys(Vehicle, ()) | {
    Vehicle.BUS: ("seats",),
    Vehicle.CAR: ("seats",),
    Vehicle.GOODS: ("weight_t", "axles"),
}
"""The limits that belong to a class of vehicles."""

# 出入口 says nothing new where both sides go without saying.
_BOTH_GOES_WITHOUT_SAYING = frozenset(
    {
        Kind.STATION_OPENING,
        Kind.STATION_ABOLITION,
        Kind.STATION_RENAMING,
        Kind.TOLLING_START,
        Kind.TOLLING_END,
        Kind.LANE_CLOSURE,
        Kind.TURN_RESTRICTION,
        Kind.VEHICLE_RESTRICTION,
        Kind.TRAFFIC_CONTROL,
    }
)

# A year that follows from the date of the notice, or a station that no gazetteer lists, is no reader's concern.
_READERS_FLAGS = frozenset(Flag) - {Flag.ASSUMED_YEAR, Flag.UNKNOWN_STATION}


class Aspect(StrEnum):
    """One thing that a later word may alter, by its field of the record; ``place`` is road, thing and stretch."""

    ACTION = "action"
    KIND = "kind"
    PLACE = "place"
    ACCESS = "access"
    START = "validity.start"
    END = "validity.end"
    WINDOWS = "validity.windows"
    LANES = "lanes"
    VEHICLES = "vehicles"
    EXEMPT = "exempt"
    LIMITS = "limits"
    CONTRAFLOW = "contraflow"
    DETOURS = "detours"
    RELOCATION = "relocation"
    RENAMED_TO = "renamed_to"
    REASON = "reason"
    ADVICE = "advice"
    FLAGS = "flags"


class News(StrEnum):
    """What an entry of a log is about: a revision by what it did, or the day of a change."""

    ADDED = "added"
    CORRECTED = "corrected"
    UPDATED = "updated"
    RESCHEDULED = "rescheduled"
    EXTENDED = "extended"
    ENDED_EARLY = "ended_early"
    REOPENED_EARLY = "reopened_early"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"


Basis = TypeVar("Basis", StartBasis, EndBasis)


def unsaid(basis: Basis) -> Basis:
    """Why a bound is not known; one that is stated without a day is not stated."""
    return type(basis)("unstated") if basis in ("stated", "expected") else basis


def station_name(name: str) -> str:
    """``name`` with the word for a toll station where a list left it out: 平昌 is 平昌收费站."""
    return name if _STATION_WORD.search(name) else f"{name}收费站"


def road_name(road: Road, separator: str) -> str:
    """Number and name, as far as known."""
    return separator.join(part for part in (road.number, road.name) if part)


def short_road(road: Road | None) -> str | None:
    """The shortest name that drivers use: 津蓟高速, or the number where there is no name."""
    if road is None:
        return None
    if road.name and road.name.endswith("高速公路"):
        return road.name.removesuffix("公路")
    return road.name or road.number


def thing_named(change: Change) -> bool:
    """True where the change has a place narrower than a road and a stretch of it."""
    return bool(change.station or change.service_area or change.junction or change.structure)


def merely_updated(change: Change) -> bool:
    """True for a later word that moves nothing: a list must tell it from the first, which has the same title."""
    return change.revision > 0 and change.action is Action.ANNOUNCE


def whole_road(change: Change) -> bool:
    """True for 全线各站入口: a side of every station of a road."""
    return bool(change.access and not thing_named(change) and not change.segment)


def access(change: Change) -> Access | None:
    """The side of the station, where it needs saying."""
    if change.access is Access.BOTH and change.kind in _BOTH_GOES_WITHOUT_SAYING:
        return None
    return change.access


def flags(change: Change) -> tuple[Flag, ...]:
    """The flags that a reader should know of."""
    return tuple(flag for flag in change.flags if flag in _READERS_FLAGS)


def lane_number(which: str) -> int | None:
    """2 of ``lane-2``."""
    match = _LANE_NUMBER.fullmatch(which)
    return int(match[1]) if match else None


def open_lanes(change: Change) -> tuple[int | None, int | None]:
    """How many lanes stay open at entry and exit, as far as known."""
    if change.lanes is None:
        return None, None
    entry, exit_ = change.lanes.entry, change.lanes.exit
    return (entry.open if entry else None), (exit_.open if exit_ else None)


def sides(change: Change) -> tuple[tuple[Access | None, LaneCount], ...]:
    """The lanes of each side; None is the carriageway."""
    lanes = change.lanes
    if lanes is None:
        return ()
    named = ((Access.ENTRY, lanes.entry), (Access.EXIT, lanes.exit), (None, lanes.carriageway))
    return tuple((side, count) for side, count in named if count is not None)


def lanes_by_name(change: Change) -> LaneCount | None:
    """The lanes of the carriageway where only names tell which: 应急车道."""
    lanes = change.lanes.carriageway if change.lanes else None
    if lanes is None or not lanes.which or (lanes.open, lanes.closed, lanes.total) != (None, None, None):
        return None
    return lanes


def counted_sides(change: Change) -> tuple[tuple[Access | None, LaneCount], ...]:
    """The sides still to be said: not the lanes that a lane closure names in its predicate."""
    named = lanes_by_name(change) if change.kind is Kind.LANE_CLOSURE else None
    return tuple((side, count) for side, count in sides(change) if count is not named)


def limit_values(limits: Limits | None) -> tuple[tuple[str, str], ...]:
    """Field and value of each limit that is known: ``("height_m", "4.2")``."""
    if limits is None:
        return ()
    # Not :g, which turns 1234567 into an exponent.
    known = ((name, getattr(limits, name)) for name in LIMITS)
    return tuple((name, str(value).removesuffix(".0")) for name, value in known if value is not None)


def other_limits(change: Change) -> tuple[tuple[str, str], ...]:
    """The limits that do not belong to a class of vehicles."""
    said = {limit for vehicle in (*change.vehicles, *change.exempt) for limit in DESCRIBES[vehicle]}
    return tuple((limit, value) for limit, value in limit_values(change.limits) if limit not in said)


def signed_limits(change: Change) -> tuple[tuple[str, str], ...]:
    """The limits still to be said: not those said with a class of vehicles (7座以上客车) or with the predicate."""
    in_predicate = "speed_kmh" if change.kind is Kind.SPEED_RESTRICTION else None
    return tuple((limit, value) for limit, value in other_limits(change) if limit != in_predicate)
