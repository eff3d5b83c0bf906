"""Every toll station that is listed or that a notice named, and where it is.

The surprising thing: a station that only the gazetteer lists has an id, too: the one that the API will give it once a
notice names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service.gazetteer import Gazetteer, KnownPlace, KnownRoad, road_key, station_key
from service.records import Road, Station
from service.stations import Place, entry
from service.store import StationEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStation:
    """A station by its ``entry``, and the ``road`` and ``place`` that the gazetteer knows it as.

    ``told`` is true where a notice named it. Stations come in the order of their ``key``.
    """

    entry: StationEntry
    told: bool
    road: KnownRoad | None
    place: KnownPlace | None

    @property
    def key(self) -> str:
        """By road, name and id."""
        return "\n".join((self.road_key, self.entry.name, self.entry.id))

    @property
    def road_key(self) -> str:
        """That of its road; "" where nobody named one."""
        road = self.entry.road
        return road_key(road.name or road.number or "") if road else ""


def inventory(told: Iterable[StationEntry], gazetteer: Gazetteer) -> tuple[ListedStation, ...]:
    """Those ``told`` of, and those that the gazetteer lists beside them."""
    found = {each.id: _told(each, gazetteer) for each in told}
    covered = {(each.road.name, each.place.name) for each in found.values() if each.road and each.place}
    for road in gazetteer.roads:
        for place in road.stations:
            if (road.name, place.name) not in covered:
                listed = _listed(road, place)
                found.setdefault(listed.id, ListedStation(entry=listed, told=False, road=road, place=place))
    return tuple(sorted(found.values(), key=lambda each: each.key))


def _listed(road: KnownRoad, place: KnownPlace) -> StationEntry:
    named = entry(Place(road=Road(name=road.name, number=road.number), station=Station(name=place.name)))
    assert named is not None  # noqa: S101 - None is for what is no station
    return named


def _told(told: StationEntry, gazetteer: Gazetteer) -> ListedStation:
    road = told.road and (told.road.name or told.road.number)
    known = gazetteer.road(road) if road else None
    # A name that only one road has is enough where no road is named.
    found = tuple(_named(told, (known,) if known else () if road else gazetteer.roads))
    if len(found) != 1:
        return ListedStation(entry=told, told=True, road=known, place=None)
    return ListedStation(entry=told, told=True, road=found[0][0], place=found[0][1])


def _named(told: StationEntry, roads: Iterable[KnownRoad]) -> Iterator[tuple[KnownRoad, KnownPlace]]:
    # 新 and 原 stations of a name are two, and the gazetteer does not say which of them it lists.
    if told.qualifier is None:
        key = station_key(told.name)
        yield from ((road, place) for road in roads for place in road.stations if key in place.keys)
