"""Where on a trip each change is met, whatever the time: at the entry, at the exit, or on the road between.

A station that is passed by does not matter, unless its plaza lies across the main carriageway (主线收费站). The
surprising thing: that a ramp is closed matters only to a trip that changes from road to road, and then nobody knows
whether it takes that ramp.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.gazetteer import Gazetteer
from service.records import Access, Action, Change, Kind
from service.trips.bearing import Bearing, bearing
from service.trips.route import Halt, Part, Ride, RoadKeys
from service.trips.trip import TripVehicle
from service.trips.verdict import Doubt

_ACROSS = "主线"
_SIDES_SAID = frozenset(
    {Kind.STATION_OPENING, Kind.STATION_ABOLITION, Kind.REOPENING, Kind.LANE_CLOSURE, Kind.SPEED_RESTRICTION}
)
"""Kinds that are about both sides, or whose lanes tell the side, where none is named."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a change does where a trip meets it; ``part`` counts its stops, and no more than doubts off the way."""

    change: Change
    part: Part
    side: Access | None
    bearing: Bearing

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Everything in doubt but the time."""
        return tuple(dict.fromkeys((*self.part.doubts, *self.bearing.doubts)))


@dataclass(frozen=True, slots=True)
class Way:
    """The stations and rides of a trip, and the vehicle."""

    halts: tuple[Halt, ...]
    rides: tuple[Ride, ...]
    vehicle: TripVehicle
    gazetteer: Gazetteer

    def hits(self, changes: Iterable[Change]) -> tuple[Hit, ...]:
        """Every change that the trip may meet, in the order of the way."""
        found = [hit for change in changes for hit in self._hits(change)]
        return tuple(sorted(found, key=lambda hit: (hit.part.first, hit.part.last)))

    def _hits(self, change: Change) -> Iterator[Hit]:
        if change.action is Action.CANCEL:
            return
        for part, side in self._places(change):
            told = bearing(change, side, self.vehicle)
            if told is not None:
                yield Hit(change, part, side, told)

    def _places(self, change: Change) -> Iterator[tuple[Part, Access | None]]:
        road = RoadKeys.of(change.road, self.gazetteer)
        if change.station is not None:
            for index, halt in enumerate(self.halts):
                if halt.named(change.station):
                    yield from self._at_station(change, road, index, halt)
        elif road is not None:
            for ride in self.rides:
                if ride.road.same(road):
                    yield from self._on_road(change, ride)

    def _at_station(
        self, change: Change, road: RoadKeys | None, index: int, halt: Halt
    ) -> Iterator[tuple[Part, Access | None]]:
        unsure = halt.unsure(change, road)
        if unsure is None:
            return
        if 0 < index < len(self.halts) - 1:
            if across(change):
                yield Part(index, index, (*unsure, Doubt.SIDE_UNSAID)), None
            return
        side = Access.ENTRY if index == 0 else Access.EXIT
        doubts = at_side(change, side)
        heading = self._heads(change, index)
        if doubts is not None and heading is not None:
            yield Part(index, index, (*unsure, *doubts, *heading)), side

    def _heads(self, change: Change, index: int) -> tuple[Doubt, ...] | None:
        """What is in doubt of the trip going the way that a side of a station is closed for; None if it does not."""
        if change.direction is None:
            return ()
        ride = next((each for each in self.rides if each.first <= index <= each.last), None)
        return _direction(ride.heads(change.direction) if ride else None)

    def _on_road(self, change: Change, ride: Ride) -> Iterator[tuple[Part, Access | None]]:
        if change.access is not None:
            yield from self._at_sides(change, ride)
        elif change.junction is not None:
            if not ride.whole:
                yield Part(ride.first, ride.last, (Doubt.ROUTE_UNSAID,)), None
        elif change.service_area is None:
            yield from _along(change, ride)

    def _at_sides(self, change: Change, ride: Ride) -> Iterator[tuple[Part, Access | None]]:
        """全线各站入口: that side of every station of the road, or of a stretch of it."""
        for index, side in ((0, Access.ENTRY), (len(self.halts) - 1, Access.EXIT)):
            doubts = at_side(change, side)
            if doubts is None or not ride.first <= index <= ride.last:
                continue
            within = ride.holds(index, _ends(change)) if change.segment else True
            heading = self._heads(change, index)
            if within is not False and heading is not None:
                unplaced = () if within else (Doubt.STRETCH_UNSAID,)
                yield Part(index, index, (*doubts, *unplaced, *heading)), side


def across(change: Change) -> bool:
    """True of a plaza that lies across the main carriageway, or of lanes of that."""
    on_main = change.lanes is not None and change.lanes.carriageway is not None
    return on_main or (change.station is not None and _ACROSS in change.station.name)


def at_side(change: Change, side: Access) -> tuple[Doubt, ...] | None:
    """What is in doubt of a change being about ``side`` of its station; None if it is not."""
    if change.access in (Access.BOTH, side):
        return ()
    if change.access is not None:
        return None
    return () if change.kind in _SIDES_SAID else (Doubt.SIDE_UNSAID,)


def _along(change: Change, ride: Ride) -> Iterator[tuple[Part, Access | None]]:
    """Where a change of the road itself is met."""
    heading = _direction(ride.heads(change.direction))
    if heading is None:
        return
    # 合徐段 is read as the road, so that a road alone may be any part of it; a bridge is somewhere on it.
    part = Part(ride.first, ride.last, (Doubt.STRETCH_UNSAID,))
    met = ride.part(_ends(change)) if change.segment else part
    if met is not None:
        yield Part(met.first, met.last, (*met.doubts, *heading)), None


def _ends(change: Change) -> Sequence[str]:
    segment = change.segment
    return tuple(end for end in (segment.from_, segment.to) if end) if segment else ()


def _direction(heads: bool | None) -> tuple[Doubt, ...] | None:
    if heads is None:
        return (Doubt.DIRECTION_UNSAID,)
    return () if heads else None
