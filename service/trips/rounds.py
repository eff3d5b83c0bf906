"""The ways round that notices recommend: what is told of the stations and roads that they name.

The surprising thing: on which road such a station lies need not be known, and often is not, since a notice names it to
people who live there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.gazetteer import Gazetteer, station_key
from service.records import Access, Action, Change, Detour, Road
from service.stations import StationEntry
from service.trips.bearing import bearing
from service.trips.hits import Hit, at_side
from service.trips.route import Halt, Part, RoadKeys, halts_of
from service.trips.trip import Stop, TripVehicle
from service.trips.verdict import Doubt

_SIDES = (Access.ENTRY, Access.EXIT)


def detour_places(changes: Iterable[Change]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The stations and the roads that notices among ``changes`` send traffic to, each once."""
    told = [detour for change in changes for detour in change.detours]
    vias = dict.fromkeys(name for detour in told for name in detour.via)
    return tuple(vias), tuple(dict.fromkeys(name for detour in told for name in detour.via_roads))


@dataclass(frozen=True, slots=True)
class Rounds:
    """What is told of each station, by name and side, and of each road that some way round takes."""

    stations: dict[str, Halt]
    at: dict[tuple[str, Access], tuple[Hit, ...]]
    on: dict[str, tuple[Hit, ...]]

    @classmethod
    def of(
        cls, changes: Sequence[Change], vehicle: TripVehicle, gazetteer: Gazetteer, entries: Sequence[StationEntry]
    ) -> Rounds:
        """All the ways round that are told in ``changes``, for ``vehicle``."""
        names, roads = detour_places(changes)
        stations = dict(zip(names, halts_of([Stop(name=name) for name in names], gazetteer, entries), strict=True))
        holding = [change for change in changes if change.action is not Action.CANCEL]
        by_key = defaultdict(list)
        for change in holding:
            if change.station is not None:
                by_key[station_key(change.station.name)].append(change)
        look = _Look(vehicle, gazetteer)
        at = {
            (name, side): tuple(look.at(halt, side, [each for key in sorted(halt.keys) for each in by_key[key]]))
            for name, halt in stations.items()
            for side in _SIDES
        }
        of_roads = [change for change in holding if change.station is None and change.access is None]
        return cls(stations, at, {name: tuple(look.on(name, of_roads)) for name in roads})

    def hits(self, detour: Detour, side: Access | None) -> tuple[tuple[Hit, ...], tuple[Doubt, ...]]:
        """What whoever takes ``detour`` may meet, whatever the time, and what is in doubt of its stations.

        ``side`` is the one that its stations stand in for, None for both.
        """
        sides = (side,) if side else _SIDES
        there = [hit for name in detour.via for each in sides for hit in self.at[name, each]]
        there += [hit for name in detour.via_roads for hit in self.on[name]]
        doubts = (doubt for name in detour.via for doubt in self.stations[name].doubts)
        return tuple(there), tuple(dict.fromkeys(doubt for doubt in doubts if doubt is not Doubt.UNKNOWN_ROAD))


@dataclass(frozen=True, slots=True)
class _Look:
    vehicle: TripVehicle
    gazetteer: Gazetteer

    def at(self, halt: Halt, side: Access, changes: Iterable[Change]) -> Iterator[Hit]:
        for change in changes:
            unsure, doubts = halt.unsure(change, RoadKeys.of(change.road, self.gazetteer)), at_side(change, side)
            told = bearing(change, side, self.vehicle)
            if unsure is not None and doubts is not None and told is not None:
                yield Hit(change, Part(0, 0, (*unsure, *doubts)), side, told)

    def on(self, name: str, changes: Iterable[Change]) -> Iterator[Hit]:
        """What is told of a road, of which nobody knows how far a way round takes it."""
        road = RoadKeys.of(Road(name=name), self.gazetteer)
        for change in changes:
            of = RoadKeys.of(change.road, self.gazetteer)
            if road is not None and of is not None and of.same(road):
                told = bearing(change, None, self.vehicle)
                if told is not None:
                    yield Hit(change, Part(0, 0, (Doubt.ROUTE_UNSAID,)), None, told)
