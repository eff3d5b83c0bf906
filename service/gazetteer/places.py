"""The places known: roads, and their stations with names, order and coordinates, as far as known.

What is not known is ``None`` or an empty tuple. Two records of one place are combined; where they contradict each
other, neither wins: it is a conflict, and somebody must decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from service.gazetteer.datum import Datum, Point, distance_m, to_wgs84
from service.gazetteer.keys import road_key, station_key
from service.gazetteer.lines import Course, Line
from service.gazetteer.stakes import stake_text

NEAR_M = 500.0
"""Metres within which two coordinates may be of one station: a large one is as long."""

_KIND = "高速公路|高速|快速路|绕城|环线|环路|公路"
# 市 ends words before names, so 石家庄市绕城高速公路 is not read whole, either.
_BY_FORM = re.compile(f"(?:(?!{_KIND}|市)[㐀-鿿]){{2,}}(?:绕城)?(?:高速公路|高速|快速路)")


class PlaceError(ValueError):
    """What is said of a place is not what can be, or contradicts what else is said; the text says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A coordinate as it was given: degrees in ``datum``, ``accuracy_m`` metres around it, and who says so."""

    lon: float
    lat: float
    datum: Datum
    accuracy_m: float | None = None
    source: str | None = None

    @property
    def point(self) -> Point:
        """Longitude and latitude."""
        return (self.lon, self.lat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """A ramp of a junction, by the letter that notices call it by."""

    name: str
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlace:
    """A toll station or junction of a road; ``order`` counts along the road from its start, gaps allowed.

    ``stake_m`` are the metres of its stake. The lines run as traffic does: ``entry_line`` to the road, ``exit_line``
    off it, each through the plaza; ``ramps`` are those of a junction.
    """

    name: str
    aliases: tuple[str, ...] = ()
    order: int | None = None
    stake_m: float | None = None
    position: Position | None = None
    entry_line: Line | None = None
    exit_line: Line | None = None
    ramps: tuple[Ramp, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all its names."""
        return frozenset(map(station_key, (self.name, *self.aliases)))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRoad:
    """A road, and those of its stations and junctions that are listed.

    ``line`` is its course by stake. ``start`` and ``end`` are what signs and notices call the ways to where the stakes
    begin and to where they end: 北京 and 上海.
    """

    name: str
    number: str | None = None
    aliases: tuple[str, ...] = ()
    line: Course | None = None
    start: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    stations: tuple[KnownPlace, ...] = ()
    junctions: tuple[KnownPlace, ...] = ()
    _stations: dict[str, tuple[KnownPlace, ...]] = field(init=False, repr=False, compare=False)
    _junctions: dict[str, tuple[KnownPlace, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the places by each key of theirs."""
        object.__setattr__(self, "_stations", _by_key(self.stations))
        object.__setattr__(self, "_junctions", _by_key(self.junctions))

    def stations_named(self, name: str) -> tuple[KnownPlace, ...]:
        """The stations of that name or alias, as they are listed."""
        return self._stations.get(station_key(name), ())

    def junctions_named(self, name: str) -> tuple[KnownPlace, ...]:
        """The junctions of that name or alias, as they are listed."""
        return self._junctions.get(station_key(name), ())

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all its names; the number is none of them."""
        return frozenset(map(road_key, (self.name, *self.aliases)))


def _by_key(places: tuple[KnownPlace, ...]) -> dict[str, tuple[KnownPlace, ...]]:
    found: dict[str, tuple[KnownPlace, ...]] = {}
    for place in places:
        for key in place.keys:
            found[key] = (*found.get(key, ()), place)
    return found


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The known roads."""

    roads: tuple[KnownRoad, ...]
    _by_key: dict[str, KnownRoad] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the roads by each key of theirs, and by number."""
        by_key: dict[str, KnownRoad] = {}
        for road in self.roads:
            by_key.update(dict.fromkeys(road.keys, road))
            if road.number:
                # Provinces number their roads apart: of several S1 the first read answers to it.
                by_key.setdefault(road.number, road)
        object.__setattr__(self, "_by_key", by_key)

    def road(self, name: str) -> KnownRoad | None:
        """The road of that name, alias or number, or None."""
        return self._by_key.get(road_key(name))

    def knows_station(self, road: str | None, station: str) -> bool | None:
        """Whether the road has that station; None where the gazetteer does not list the road's stations."""
        known = self.road(road) if road else None
        if known is None or not known.stations:
            return None
        key = station_key(station)
        return any(key in listed.keys for listed in known.stations)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of roads that their form does not show whole (外环线, 首都环线高速), longest first.

        All others are read by their form, with the number before and the section after them.
        """
        written = {name for road in self.roads for name in (road.name, *road.aliases) if not _BY_FORM.fullmatch(name)}
        return tuple(sorted(written, key=lambda name: (-len(name), name)))


class Atlas:
    """Roads being put together, of several records each."""

    def __init__(self, roads: Iterable[KnownRoad] = ()) -> None:
        """Begin with ``roads``."""
        self._roads: list[_Entry] = []
        self._owner: dict[str, _Entry] = {}
        for road in roads:
            self.add(road)

    def add(self, road: KnownRoad) -> bool:
        """Put what ``road`` says to the road that shares a name or its national number; True if that was news.

        Raises:
            PlaceError: it contradicts what is known, or has names of several roads. What was put before stays.
        """
        # A provincial number says nothing: every province may have an S1.
        national = {road.number} if road.number and is_national(road.number) else set()
        keys = road.keys | national
        same = {id(entry): entry for key in keys if (entry := self._owner.get(key))}
        if len(same) > 1:
            names = " and ".join(sorted(entry.name for entry in same.values()))
            raise PlaceError(f"expected names of one road, found those of {names}")
        entry = next(iter(same.values()), None)
        if entry is None:
            entry = _Entry(road.name, road.aliases)
            self._roads.append(entry)
        news = entry.put(road)
        self._owner.update(dict.fromkeys(keys, entry))
        return news

    def knows(self, name: str) -> bool:
        """Whether a road has that name."""
        return road_key(name) in self._owner

    def named(self, number: str) -> str | None:
        """The name of the road of that national number."""
        entry = self._owner.get(number) if is_national(number) else None
        return entry.name if entry else None

    def gazetteer(self) -> Gazetteer:
        """The roads, as put together."""
        return Gazetteer(tuple(entry.road() for entry in self._roads))


class _Entry:
    """One road being put together."""

    def __init__(self, name: str, aliases: tuple[str, ...]) -> None:
        self.name = name
        self._aliases = aliases
        self._number: str | None = None
        self._line: Course | None = None
        self._ends: _Ends = ((), ())
        self._stations = _Register()
        self._junctions = _Register()

    def put(self, road: KnownRoad) -> bool:
        if self._number and road.number and self._number != road.number:
            raise PlaceError(f"expected number {self._number}, found {road.number}")
        if self._line and road.line and self._line != road.line:
            raise PlaceError("expected one line, found another")
        before = (self._number, self._aliases, self._line, self._ends)
        self._ends = _ends(self._ends, (road.start, road.end))
        self._number = self._number or road.number
        self._line = self._line or road.line
        self._aliases += _further(road_key, (self.name, *self._aliases), (road.name, *road.aliases))
        news = [self._stations.put(each) for each in road.stations]
        news += [self._junctions.put(each) for each in road.junctions]
        return any(news) or before != (self._number, self._aliases, self._line, self._ends)

    def road(self) -> KnownRoad:
        return KnownRoad(
            name=self.name,
            number=self._number,
            aliases=self._aliases,
            line=self._line,
            start=self._ends[0],
            end=self._ends[1],
            stations=tuple(self._stations.places),
            junctions=tuple(self._junctions.places),
        )


class _Register:
    """The stations, or the junctions, of one road being put together."""

    def __init__(self) -> None:
        self.places: list[KnownPlace] = []
        self._by_key: dict[str, int] = {}
        self._by_order: dict[int, int] = {}

    def put(self, place: KnownPlace) -> bool:
        same = {self._by_key[key] for key in place.keys if key in self._by_key}
        if len(same) > 1:
            names = " and ".join(sorted(self.places[index].name for index in same))
            raise PlaceError(f"{place.name}: expected names of one place, found those of {names}")
        index = same.pop() if same else len(self.places)
        self._require_its_order(place, index)
        if index == len(self.places):
            self.places.append(place)
            news = True
        else:
            before = self.places[index]
            self.places[index] = _combined(before, place)
            news = self.places[index] != before
        self._by_key.update(dict.fromkeys(place.keys, index))
        if place.order is not None:
            self._by_order[place.order] = index
        return news

    def _require_its_order(self, place: KnownPlace, index: int) -> None:
        holder = index if place.order is None else self._by_order.get(place.order, index)
        if holder != index:
            found = f"{place.order}, that of {self.places[holder].name}"
            raise PlaceError(f"{place.name}: expected an order of its own, found {found}")


def is_national(number: str) -> bool:
    """True for a number that only one road of the country has."""
    return number.startswith("G")


_Ends = tuple[tuple[str, ...], tuple[str, ...]]


def _ends(known: _Ends, more: _Ends) -> _Ends:
    start, end = (one + _further(station_key, one, other) for one, other in zip(known, more, strict=True))
    both = sorted(set(map(station_key, start)) & set(map(station_key, end)))
    if both:
        raise PlaceError(f"expected each place at one end of the road, found {both[0]} at both")
    return start, end


def _combined(one: KnownPlace, other: KnownPlace) -> KnownPlace:
    if one.position and other.position:
        _require_near(one.name, one.position, other.position)
    return replace(
        one,
        aliases=one.aliases + _further(station_key, (one.name, *one.aliases), (other.name, *other.aliases)),
        order=_agreed(one.name, "order", one.order, other.order),
        stake_m=_agreed(one.name, "stake", one.stake_m, other.stake_m, stake_text),
        position=one.position or other.position,
        entry_line=_agreed(one.name, "entry_line", one.entry_line, other.entry_line),
        exit_line=_agreed(one.name, "exit_line", one.exit_line, other.exit_line),
        ramps=_ramps(one, other),
    )


_Value = TypeVar("_Value")


def _agreed(
    name: str, key: str, one: _Value | None, other: _Value | None, written: Callable[[_Value], str] = str
) -> _Value | None:
    if one is not None and other is not None and one != other:
        raise PlaceError(f"{name}: expected {key} {written(one):.80}, found {written(other):.80}")
    return other if one is None else one


def _ramps(one: KnownPlace, other: KnownPlace) -> tuple[Ramp, ...]:
    lines = {ramp.name: ramp.line for ramp in one.ramps}
    for ramp in other.ramps:
        lines[ramp.name] = _agreed(one.name, f"ramp {ramp.name}", lines.get(ramp.name), ramp.line) or ramp.line
    return tuple(Ramp(name=name, line=line) for name, line in lines.items())


def _require_near(name: str, one: Position, other: Position) -> None:
    apart = distance_m(to_wgs84(one.point, one.datum), to_wgs84(other.point, other.datum))
    if apart > max(NEAR_M, (one.accuracy_m or 0) + (other.accuracy_m or 0)):
        raise PlaceError(f"{name}: expected coordinates near each other, found them {apart:.0f} m apart")


def _further(key: Callable[[str], str], known: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Those of ``names`` that no spelling of a ``known`` one is."""
    spelt = set(map(key, known))
    return tuple(name for name in dict.fromkeys(names) if key(name) not in spelt)
