"""What a change does to a vehicle that comes to the place it is about, when it holds."""

from __future__ import annotations

from dataclasses import dataclass

from service.records import Access, Change, Kind, LaneCount, Vehicle
from service.trips.trip import TripVehicle
from service.trips.vehicle import NO, concerned, too_large
from service.trips.verdict import Doubt, Effect


@dataclass(frozen=True, slots=True)
class Bearing:
    """What it does, and what is missing to be sure."""

    effect: Effect
    doubts: tuple[Doubt, ...] = ()


_PLAIN = {
    Kind.SPEED_RESTRICTION: Effect.SLOWED,
    Kind.TURN_RESTRICTION: Effect.NO_TURN,
    # Before they begin; see :mod:`service.trips.times`.
    Kind.STATION_OPENING: Effect.NOT_YET,
    Kind.REOPENING: Effect.CLOSED,
    Kind.STATION_ABOLITION: Effect.CLOSED,
}
_DOUBTS = {Kind.TRAFFIC_CONTROL: (Doubt.CONTROL_UNSAID,)}
_EFFECTS = {Kind.TRAFFIC_CONTROL: Effect.CONTROLLED, Kind.VEHICLE_RESTRICTION: Effect.BARRED}
_OF_NO_CONCERN = frozenset(
    {Kind.STATION_RENAMING, Kind.TOLLING_START, Kind.TOLLING_END, Kind.SERVICE_AREA_CLOSURE},
)
# Whoever needs that lane does not get through the others.
_NEEDED = {Vehicle.NON_ETC: "mixed", Vehicle.OVERSIZE: "over_width"}


def bearing(change: Change, side: Access | None, vehicle: TripVehicle) -> Bearing | None:
    """What ``change`` does at ``side`` of its station, or on the road; None where ``vehicle`` need not care."""
    if change.kind in _OF_NO_CONCERN or not _of_side(change, side):
        return None
    if change.kind in _PLAIN:
        return Bearing(_PLAIN[change.kind])
    told, doubts = concerned(change, vehicle)
    if not told:
        return None
    if change.kind is Kind.LANE_CLOSURE or change.contraflow:
        return _narrowed(change, side, vehicle, doubts)
    effect = _EFFECTS.get(change.kind) or (Effect.BARRED if change.vehicles or change.exempt else Effect.CLOSED)
    return Bearing(effect, (*doubts, *_DOUBTS.get(change.kind, ())))


def _of_side(change: Change, side: Access | None) -> bool:
    """False of what is about the lanes of the other side alone."""
    if change.kind is not Kind.LANE_CLOSURE or change.lanes is None or side is None:
        return True
    other = Access.EXIT if side is Access.ENTRY else Access.ENTRY
    return _lanes(change, side) is not None or _lanes(change, other) is None


def _lanes(change: Change, side: Access | None) -> LaneCount | None:
    if change.lanes is None:
        return None
    if side is None:
        return change.lanes.carriageway
    return change.lanes.entry if side is Access.ENTRY else change.lanes.exit


def _narrowed(change: Change, side: Access | None, vehicle: TripVehicle, doubts: tuple[Doubt, ...]) -> Bearing:
    count = _lanes(change, side)
    if count and not change.contraflow and _all_closed(count):
        return Bearing(Effect.CLOSED, doubts)
    large = too_large(change.limits, vehicle)
    if large != NO:
        return Bearing(Effect.BARRED, (*doubts, *large[1]))
    if count and any(_NEEDED.get(each) in count.which for each in vehicle.classes):
        return Bearing(Effect.BARRED, (*doubts, Doubt.VEHICLE_UNSAID))
    return Bearing(Effect.NARROWED, doubts)


def _all_closed(count: LaneCount) -> bool:
    if count.open is not None:
        return count.open == 0
    return "all" in count.which or (count.total is not None and count.closed == count.total)
