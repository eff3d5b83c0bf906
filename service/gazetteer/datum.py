"""Datums: what a longitude and latitude in China are counted from.

WGS-84 is what satellites and OpenStreetMap give. GCJ-02 is what Chinese maps must publish: WGS-84 shifted by some
hundred metres, by a formula known from its use and never published. BD-09 is Baidu's further shift of GCJ-02. The
same digits in another datum are another place, so a coordinate without its datum is none.

Nothing here is applied on the way in: it serves to compare what two datums say.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt

Point = tuple[float, float]
"""Longitude and latitude in degrees."""


class Datum(StrEnum):
    """What a coordinate is counted from."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


CHINA_BOX = (73.0, 3.0, 136.0, 54.0)
"""West, south, east and north of the rectangle around China, which every coordinate given lies in."""

# The ellipsoid of Krassowsky, by which GCJ-02 turns metres into degrees.
_RADIUS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943
_BAIDU = pi * 3000 / 180
_EARTH = 6_371_008.8
_STEPS = 5


def in_china(lon: float, lat: float) -> bool:
    """True in the rectangle around China, in which the shifts are defined. False for NaN."""
    west, south, east, north = CHINA_BOX
    return west <= lon <= east and south <= lat <= north


def to_wgs84(point: Point, datum: Datum) -> Point:
    """``point`` in WGS-84, to some centimetres; unchanged outside China, where all datums agree."""
    if datum is Datum.WGS84 or not in_china(*point):
        return point
    return _inverse(_gcj02, _from_bd09(point) if datum is Datum.BD09 else point)


def from_wgs84(point: Point, datum: Datum) -> Point:
    """A point of WGS-84 in ``datum``; unchanged outside China."""
    if datum is Datum.WGS84 or not in_china(*point):
        return point
    shifted = _gcj02(point)
    return _to_bd09(shifted) if datum is Datum.BD09 else shifted


def distance_m(one: Point, other: Point) -> float:
    """Metres between two points of one datum, on a sphere."""
    lon, lat, lon2, lat2 = map(radians, (*one, *other))
    chord = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(chord)))


def _gcj02(point: Point) -> Point:
    lon, lat = point
    x, y = lon - 105, lat - 35
    waves = 20 * (sin(6 * x * pi) + sin(2 * x * pi))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (waves + 20 * sin(y * pi) + 40 * sin(y / 3 * pi) + 160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (waves + 20 * sin(x * pi) + 40 * sin(x / 3 * pi) + 150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    flat = 1 - _ECCENTRICITY * sin(radians(lat)) ** 2
    meridian = _RADIUS * (1 - _ECCENTRICITY) / flat**1.5 * pi / 180
    parallel = _RADIUS / sqrt(flat) * cos(radians(lat)) * pi / 180
    return lon + east / parallel, lat + north / meridian


def _to_bd09(point: Point) -> Point:
    lon, lat = point
    radius = hypot(lon, lat) + 0.00002 * sin(lat * _BAIDU)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BAIDU)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def _from_bd09(point: Point) -> Point:
    return _inverse(_to_bd09, point)


def _inverse(shift: Callable[[Point], Point], point: Point) -> Point:
    """Where ``shift`` leads to ``point`` from: the shifts vary slowly, so each step divides the error by hundreds."""
    lon, lat = point
    for _ in range(_STEPS):
        there = shift((lon, lat))
        lon, lat = lon + point[0] - there[0], lat + point[1] - there[1]
    return lon, lat
