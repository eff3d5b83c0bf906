"""Where a change is, as a coordinate: what the gazetteer knows of its station or junction, in WGS-84, or nothing.

The surprising thing: a station told apart as 新 or 原 has no coordinate. The gazetteer has one station of that name,
and does not say which of the two it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.gazetteer import Gazetteer, KnownPlace, KnownRoad, station_key
from service.gazetteer.datum import Point, to_wgs84
from service.records import Change


def locate(change: Change, gazetteer: Gazetteer) -> Point | None:
    """Longitude and latitude in WGS-84 of the change's station or junction; None where nobody has said."""
    if change.station is not None:
        if change.station.qualifier is not None:
            return None
        return _point(change.station.name, (road.stations for road in _roads(change, gazetteer)))
    if change.junction is not None and change.junction.name is not None:
        return _point(change.junction.name, (road.junctions for road in _roads(change, gazetteer)))
    return None


def _roads(change: Change, gazetteer: Gazetteer) -> tuple[KnownRoad, ...]:
    """The road named; every road where none is, since a name that only one of them has is enough."""
    named = change.road and (change.road.name or change.road.number)
    if not named:
        return gazetteer.roads
    road = gazetteer.road(named)
    return (road,) if road else ()


def _point(name: str, listings: Iterable[Iterable[KnownPlace]]) -> Point | None:
    key = station_key(name)
    named = [place for listing in listings for place in listing if key in place.keys]
    # A hub stands in the listings of both its roads, with the same coordinate.
    points = {to_wgs84(place.position.point, place.position.datum) for place in named if place.position}
    return points.pop() if len(points) == 1 else None
