"""The way of a trip: its stations as the gazetteer and the announcements know them, and the roads between them.

How far along its road something lies is told by stakes, else by the order of stations, else by the order in which the
trip names them; two places are compared by one of these, never across. The surprising thing: where a trip changes from
one road to another nobody knows how far it follows either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from service.gazetteer import Gazetteer, KnownPlace, KnownRoad, road_key, stake_m, station_key
from service.records import Change, Direction, Road, Station
from service.stations import StationEntry
from service.trips.trip import Stop
from service.trips.verdict import Doubt

_BOTH = "both"
_NATIONAL = "G"


@dataclass(frozen=True, slots=True)
class RoadKeys:
    """A road for comparing: the key of its name, its number, or both."""

    name: str | None
    number: str | None

    @classmethod
    def of(cls, road: Road | None, gazetteer: Gazetteer) -> RoadKeys | None:
        """Of a road as records name it; None where they do not."""
        called = road and (road.name or road.number)
        if road is None or not called:
            return None
        known = gazetteer.road(called)
        if known is not None:
            return cls(road_key(known.name), known.number or road.number)
        return cls(road_key(road.name) if road.name else None, road.number)

    def same(self, other: RoadKeys) -> bool:
        """True of two that mean one road; a provincial number alone decides only where a name is missing."""
        numbers = self.number is not None and self.number == other.number
        if self.name and other.name:
            return self.name == other.name or (numbers and (self.number or "").startswith(_NATIONAL))
        return numbers


@dataclass(frozen=True, slots=True)
class Halt:
    """A station of the trip: what it is known by, and what is in doubt of it."""

    stop: Stop
    keys: frozenset[str]
    road: RoadKeys | None
    entry: StationEntry | None
    known: bool
    doubts: tuple[Doubt, ...] = ()

    def named(self, station: Station) -> bool:
        """Whether that is its name; which of two stations of one name is not asked."""
        return station_key(station.name) in self.keys

    def unsure(self, change: Change, road: RoadKeys | None) -> tuple[Doubt, ...] | None:
        """What is in doubt of a change at a station of that name being at this one; None where it is at another."""
        if self.road is not None and road is not None and not self.road.same(road):
            return None
        said, own = change.station.qualifier if change.station else None, self.stop.qualifier
        if said is not None and own is not None and said is not own:
            return None
        unlike = said is not own or (self.road is None and road is not None)
        return (Doubt.WHICH_STATION,) if unlike else ()


@dataclass(frozen=True, slots=True)
class Part:
    """From stop ``first`` to stop ``last``, and what is in doubt of that."""

    first: int
    last: int
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Ride:
    """The stops ``first`` to ``last`` in a row on one ``road``; not ``whole`` where it goes on beyond them."""

    first: int
    last: int
    road: RoadKeys
    halts: tuple[Halt, ...]
    known: KnownRoad | None
    whole: bool
    places: dict[str, KnownPlace]

    def part(self, ends: Sequence[str]) -> Part | None:
        """Where it meets a stretch between two stakes or names, or one place; None where it does not."""
        for measure in self._measures():
            stretch = [place for name in ends if (place := measure(name)) is not None]
            stops = [(index, place) for index, place in self._placed(measure) if place is not None]
            if len(stretch) < len(ends) or [index for index, _ in stops[:1] + stops[-1:]] != [self.first, self.last]:
                continue
            met = [(i, j) for (i, a), (j, b) in pairwise(stops) if _overlap((a, b), stretch)]
            if met:
                return Part(met[0][0], met[-1][1])
            return None if self.whole else Part(self.first, self.last, (Doubt.ROUTE_UNSAID,))
        return Part(self.first, self.last, (Doubt.STRETCH_UNSAID,))

    def holds(self, index: int, ends: Sequence[str]) -> bool | None:
        """Whether that stop lies between two others, both included; None where nobody knows."""
        name = self.halts[index - self.first].stop.name
        for measure in self._measures():
            here, stretch = measure(name), [measure(end) for end in ends]
            known = [place for place in stretch if place is not None]
            if here is not None and len(known) == len(ends):
                return min(known) <= here <= max(known)
        return True if station_key(name) in map(station_key, ends) else None

    def heads(self, direction: Direction | None) -> bool | None:
        """Whether it runs in that direction; None where nobody knows."""
        if direction is None:
            return None
        if direction.to == _BOTH:
            return True
        for measure, ends_count in zip(self._measures(), (True, True, False), strict=True):
            start, end = measure(self.halts[0].stop.name), measure(self.halts[-1].stop.name)
            if start is None or end is None or start == end:
                continue
            told = set(self._by_places(direction, measure, start, end))
            if ends_count:
                told |= set(self._by_ends(direction, start < end))
            if len(told) == 1:
                return told.pop()
        return None

    def _by_places(
        self, direction: Direction, measure: Callable[[str], float | None], start: float, end: float
    ) -> Iterator[bool]:
        goal = measure(direction.to) if direction.to else None
        origin = measure(direction.from_) if direction.from_ else None
        forward = start < end
        if goal is not None:
            yield goal != start and (start < goal) == forward
        if origin is not None:
            yield origin != end and (origin < end) == forward

    def _by_ends(self, direction: Direction, forward: bool) -> Iterator[bool]:
        """By what signs call the two ends of the road."""
        ends = (self.known.start, self.known.end) if self.known else ((), ())
        for name, towards in ((direction.to, True), (direction.from_, False)):
            for names, at_end in zip(ends, (False, True), strict=True):
                if name is not None and station_key(name) in map(station_key, names):
                    yield (at_end == forward) == towards

    def _placed(self, measure: Callable[[str], float | None]) -> Iterator[tuple[int, float | None]]:
        for index, halt in enumerate(self.halts, self.first):
            yield index, measure(halt.stop.name)

    def _measures(self) -> tuple[Callable[[str], float | None], ...]:
        return self._stake, self._order, self._index

    def _stake(self, name: str) -> float | None:
        metres = stake_m(name)
        place = self.places.get(station_key(name))
        return metres if metres is not None else place.stake_m if place else None

    def _order(self, name: str) -> float | None:
        place = self.places.get(station_key(name))
        return place.order if place else None

    def _index(self, name: str) -> float | None:
        key = station_key(name)
        return next((float(index) for index, halt in enumerate(self.halts, self.first) if key in halt.keys), None)


def _overlap(leg: tuple[float, float], stretch: Sequence[float]) -> bool:
    """Touching at an end is none, but for a single place."""
    low, high, begin, end = min(leg), max(leg), min(stretch), max(stretch)
    return low <= begin <= high if begin == end else low < end and begin < high


def halts_of(stops: Sequence[Stop], gazetteer: Gazetteer, entries: Sequence[StationEntry]) -> tuple[Halt, ...]:
    """The stations of a trip; ``entries`` are those of these names that any announcement was about."""
    listed = _listed(stops, gazetteer)
    by_key: dict[str, list[StationEntry]] = {}
    for entry in entries:
        by_key.setdefault(station_key(entry.name), []).append(entry)
    candidates = [_roads(stop, gazetteer, listed, by_key) for stop in stops]
    sure = [found[0] for found in candidates if len(found) == 1]
    return tuple(
        _halt(stop, _narrowed(found, sure), gazetteer, listed, by_key)
        for stop, found in zip(stops, candidates, strict=True)
    )


_Listed = dict[str, list[tuple[KnownRoad, KnownPlace]]]


def _listed(stops: Sequence[Stop], gazetteer: Gazetteer) -> _Listed:
    """What the gazetteer has under each of the names, in one pass over its thousands of stations."""
    found: _Listed = {station_key(stop.name): [] for stop in stops}
    for road in gazetteer.roads:
        for place in road.stations:
            for key in place.keys & found.keys():
                found[key].append((road, place))
    return found


def _roads(stop: Stop, gazetteer: Gazetteer, listed: _Listed, by_key: dict[str, list[StationEntry]]) -> list[RoadKeys]:
    """The roads that the station may be on."""
    said = RoadKeys.of(stop.road, gazetteer)
    if said is not None:
        return [said]
    key = station_key(stop.name)
    roads = [Road(name=road.name, number=road.number) for road, _ in listed[key]]
    roads += [entry.road for entry in by_key.get(key, ()) if entry.road and _agree(stop, entry)]
    found: list[RoadKeys] = []
    for road in roads:
        keys = RoadKeys.of(road, gazetteer)
        if keys is not None and not any(keys.same(each) for each in found):
            found.append(keys)
    return found


def _agree(stop: Stop, entry: StationEntry) -> bool:
    return stop.qualifier is None or entry.qualifier in (None, stop.qualifier)


def _narrowed(found: list[RoadKeys], sure: list[RoadKeys]) -> list[RoadKeys]:
    """Of several roads the one that another station of the trip is on."""
    if len(found) < 2:
        return found
    shared = [each for each in found if any(each.same(other) for other in sure)]
    return shared if len(shared) == 1 else found


def _halt(
    stop: Stop,
    roads: list[RoadKeys],
    gazetteer: Gazetteer,
    listed: _Listed,
    by_key: dict[str, list[StationEntry]],
) -> Halt:
    road = roads[0] if len(roads) == 1 else None
    key = station_key(stop.name)
    here = [
        place
        for of, place in listed[key]
        if road and (listed_on := RoadKeys.of(Road(name=of.name, number=of.number), gazetteer)) and listed_on.same(road)
    ]
    told = [each for each in by_key.get(key, ()) if _agree(stop, each) and _on(each, road, gazetteer)]
    # The one on a road before the one that lacks it, the one of its qualifier before the others.
    told.sort(key=lambda each: (each.qualifier is not stop.qualifier, each.road is None))
    doubts = _doubts(known=bool(here or told), roads=len(roads), road=road)
    keys = frozenset({key}).union(*(place.keys for place in here))
    return Halt(stop, keys, road, told[0] if told else None, bool(here or told), doubts)


def _on(entry: StationEntry, road: RoadKeys | None, gazetteer: Gazetteer) -> bool:
    said = RoadKeys.of(entry.road, gazetteer)
    return said is None or road is None or said.same(road)


def _doubts(*, known: bool, roads: int, road: RoadKeys | None) -> tuple[Doubt, ...]:
    if roads > 1:
        return (Doubt.WHICH_STATION,)
    if not known:
        return (Doubt.UNKNOWN_STATION,)
    return () if road else (Doubt.UNKNOWN_ROAD,)


def rides_of(halts: Sequence[Halt], gazetteer: Gazetteer) -> tuple[Ride, ...]:
    """The trip by road; stations whose road nobody knows are on none."""
    found = []
    groups = _joined([(road, [*group]) for road, group in groupby(enumerate(halts), key=lambda pair: pair[1].road)])
    for road, group in groups:
        if road is not None:
            known = gazetteer.road(road.name or road.number or "")
            listed = (*known.stations, *known.junctions) if known else ()
            places = {key: place for place in listed for key in place.keys}
            members = tuple(halt for _, halt in group)
            found.append(Ride(group[0][0], group[-1][0], road, members, known, len(groups) == 1, places))
    return tuple(found)


_Group = tuple[RoadKeys | None, list[tuple[int, Halt]]]


def _joined(groups: list[_Group]) -> list[_Group]:
    """Neighbours that name one road in two ways are one ride."""
    joined: list[_Group] = []
    for road, group in groups:
        before = joined[-1] if joined else None
        if before and before[0] and road and before[0].same(road):
            before[1].extend(group)
        else:
            joined.append((road, group))
    return joined
