"""The places known: roads, and their stations with names, order and coordinates, as far as known.

What is not known is ``None`` or an empty tuple. Two records of one place are combined; where they contradict each
other, neither wins: it is a conflict, and somebody must decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from service.gazetteer.datum import Datum, Point, distance_m, to_wgs84
from service.gazetteer.keys import road_key, station_key

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
class KnownStation:
    """A toll station; ``order`` counts along the road from its start, gaps allowed."""

    name: str
    aliases: tuple[str, ...] = ()
    order: int | None = None
    position: Position | None = None

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all its names."""
        return frozenset(map(station_key, (self.name, *self.aliases)))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRoad:
    """A road, and those of its stations that are listed."""

    name: str
    number: str | None = None
    aliases: tuple[str, ...] = ()
    stations: tuple[KnownStation, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all its names; the number is none of them."""
        return frozenset(map(road_key, (self.name, *self.aliases)))


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
        """``roads`` share no name."""
        self._roads: list[KnownRoad] = []
        self._owner: dict[str, int] = {}
        for road in roads:
            self.add(road)

    def add(self, road: KnownRoad) -> KnownRoad:
        """What is now known of the road that shares a name with ``road``, or its national number.

        Raises:
            PlaceError: it contradicts what is known, or has names of several roads; nothing is added.
        """
        # A provincial number says nothing: every province may have an S1.
        keys = {*road.keys, *((road.number,) if road.number and is_national(road.number) else ())}
        same = sorted({self._owner[key] for key in keys if key in self._owner})
        if len(same) > 1:
            names = " and ".join(self._roads[index].name for index in same)
            raise PlaceError(f"expected names of one road, found those of {names}")
        if same:
            index = same[0]
            self._roads[index] = combined_roads(self._roads[index], road)
        else:
            index = len(self._roads)
            self._roads.append(road)
        self._owner.update(dict.fromkeys(keys, index))
        return self._roads[index]

    def gazetteer(self) -> Gazetteer:
        """The roads, as put together."""
        return Gazetteer(tuple(self._roads))


def is_national(number: str) -> bool:
    """True for a number that only one road of the country has."""
    return number.startswith("G")


def combined_roads(one: KnownRoad, other: KnownRoad) -> KnownRoad:
    """One road of two records of it.

    Raises:
        PlaceError: they contradict each other.
    """
    if one.number and other.number and one.number != other.number:
        raise PlaceError(f"expected number {one.number}, found {other.number}")
    stations = list(one.stations)
    for station in other.stations:
        index = _index_of(stations, station)
        if index is None:
            stations.append(station)
        else:
            stations[index] = combined_stations(stations[index], station)
    require_apart(stations)
    aliases = _further(one.name, (*one.aliases, other.name, *other.aliases))
    return replace(one, number=one.number or other.number, aliases=aliases, stations=tuple(stations))


def combined_stations(one: KnownStation, other: KnownStation) -> KnownStation:
    """One station of two records of it; of two coordinates near each other, the first.

    Raises:
        PlaceError: they contradict each other.
    """
    if one.order is not None and other.order is not None and one.order != other.order:
        raise PlaceError(f"{one.name}: expected order {one.order}, found {other.order}")
    if one.position and other.position:
        _require_near(one.name, one.position, other.position)
    return replace(
        one,
        aliases=_further(one.name, (*one.aliases, other.name, *other.aliases)),
        order=one.order if one.order is not None else other.order,
        position=one.position or other.position,
    )


def require_apart(stations: Iterable[KnownStation]) -> None:
    """Raise PlaceError where two of ``stations`` share a name or their place in the order."""
    names: dict[str, KnownStation] = {}
    orders: dict[int, KnownStation] = {}
    for station in stations:
        for key in station.keys:
            if (other := names.setdefault(key, station)) is not station:
                raise PlaceError(f"{station.name}: expected names of its own, found {key} also of {other.name}")
        if station.order is not None and (other := orders.setdefault(station.order, station)) is not station:
            found = f"{station.order} also of {other.name}"
            raise PlaceError(f"{station.name}: expected a place of its own in the order, found {found}")


def _index_of(stations: Iterable[KnownStation], station: KnownStation) -> int | None:
    found = [index for index, each in enumerate(stations) if each.keys & station.keys]
    if len(found) > 1:
        raise PlaceError(f"{station.name}: expected names of one station, found those of several")
    return found[0] if found else None


def _require_near(name: str, one: Position, other: Position) -> None:
    apart = distance_m(to_wgs84(one.point, one.datum), to_wgs84(other.point, other.datum))
    if apart > max(NEAR_M, (one.accuracy_m or 0) + (other.accuracy_m or 0)):
        raise PlaceError(f"{name}: expected coordinates near each other, found them {apart:.0f} m apart")


def _further(name: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in names if each != name))
