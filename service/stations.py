"""Toll stations, as the changes name them: which there are, and which changes happened at one.

The surprising thing: a change that names a station without its road belongs to the station of that name on a road,
since newspapers leave out what their readers know.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import ColumnElement, and_, or_

from service.gazetteer import road_key, station_key
from service.records import Change, Qualifier, Road, Station
from service.schema import REVISIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class StationEntry:
    """A station that changes are about. ``id`` follows from the keys of road and name and from the qualifier."""

    id: str
    road: Road | None
    name: str
    qualifier: Qualifier | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The part of a change that names its station, for reading thousands of them."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    road: Road | None
    station: Station | None


PLACE: TypeAdapter[Place] = TypeAdapter(Place)


def entry(place: Change | Place) -> StationEntry | None:
    """The station that a change is about, named as there; None if it is about something else."""
    station = place.station
    if station is None:
        return None
    road = place.road if place.road and (place.road.name or place.road.number) else None
    keys = [_road(road) or "", station_key(station.name), station.qualifier or ""]
    # 60 bits: short in addresses, and two of all the stations there are do not meet.
    identifier = b32encode(sha256("\n".join(keys).encode()).digest())[:12].decode().lower()
    return StationEntry(id=identifier, road=road, name=station.name, qualifier=station.qualifier)


def _road(road: Road | None) -> str | None:
    if road is None:
        return None
    return road_key(road.name) if road.name else road.number


def listed(entries: Iterable[StationEntry]) -> tuple[StationEntry, ...]:
    """The entries by road and name, without those that lack a road where the same station has one."""
    found = tuple(entries)
    with_road = {(station_key(each.name), each.qualifier) for each in found if each.road}
    kept = [each for each in found if each.road or (station_key(each.name), each.qualifier) not in with_road]
    return tuple(sorted(kept, key=lambda each: (_road(each.road) or "", each.name, each.qualifier or "")))


def happened_at(station: StationEntry) -> ColumnElement[bool]:
    """The condition that a revision is about ``station``."""
    of = REVISIONS.c
    same = and_(of.station == station_key(station.name), of.qualifier.is_not_distinct_from(station.qualifier))
    if station.road is None:
        return same
    key = _road(station.road)
    return and_(same, or_(of.road == key, of.road_number == key, and_(of.road.is_(None), of.road_number.is_(None))))
