"""Where a change is, as a coordinate: what the gazetteer knows of its station or junction, in WGS-84, or nothing.

The surprising thing: a station told apart as 新 or 原 has no coordinate. The gazetteer has one station of that name,
and does not say which of the two it is.
"""

from __future__ import annotations

from service.gazetteer import Gazetteer, KnownPlace, KnownRoad
from service.gazetteer.datum import Point, to_wgs84
from service.records import Change


def locate(change: Change, gazetteer: Gazetteer) -> Point | None:
    """Longitude and latitude in WGS-84 of the change's station or junction; None where nobody has said."""
    # A hub stands in the listings of both its roads, with the same coordinate.
    positions = (place.position for place in places_of(change, gazetteer))
    points = {to_wgs84(each.point, each.datum) for each in positions if each}
    return points.pop() if len(points) == 1 else None


def places_of(change: Change, gazetteer: Gazetteer) -> tuple[KnownPlace, ...]:
    """What the gazetteer lists under the name of the change's station or junction: on its road, or on any."""
    roads = _roads(change, gazetteer)
    if change.station is not None:
        station = change.station
        return () if station.qualifier else tuple(each for road in roads for each in road.stations_named(station.name))
    named = change.junction.name if change.junction else None
    return tuple(each for road in roads for each in road.junctions_named(named)) if named is not None else ()


def road_of(change: Change, gazetteer: Gazetteer) -> KnownRoad | None:
    """The road that the change names, if it is known."""
    named = change.road and (change.road.name or change.road.number)
    return gazetteer.road(named) if named else None


def _roads(change: Change, gazetteer: Gazetteer) -> tuple[KnownRoad, ...]:
    """The road named; every road where none is, since a name that only one of them has is enough."""
    if not change.road or not (change.road.name or change.road.number):
        return gazetteer.roads
    road = road_of(change, gazetteer)
    return (road,) if road else ()
