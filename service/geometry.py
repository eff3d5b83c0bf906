"""Where a change runs, as lines and points in WGS-84, from what the gazetteer knows; nothing where nobody has said.

The surprising thing: one change can have several shapes, one for each direction of travel or side of a station that
it closes. And a stretch of a road whose line is not known is its two ends: they are no line, and say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from service.gazetteer import Gazetteer, KnownPlace, KnownRoad, Position, stake_m, station_key
from service.gazetteer.datum import Point, to_wgs84
from service.gazetteer.lines import Line
from service.locate import known_place, known_road
from service.records import Access, Change, Direction


class Course(StrEnum):
    """How a line is known."""

    TRACED = "traced"
    """Surveyed all along."""
    ENDS = "ends"
    """Two points, and the road runs somehow between them."""
    POINT = "point"
    """A single point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Longitudes and latitudes in WGS-84, in the order of travel; a single point says where, not along what.

    ``accuracy_m`` is how far off they may be, in metres, where that is known. ``part`` tells a shape from the others of
    its change for good: ``forward`` and ``backward`` by the stakes of the road, ``entry`` and ``exit`` of a station, or
    "" for the only one. ``traced`` is false where no more than the two ends of a line are known. ``directed`` is false
    where it is not known which way the traffic goes that is concerned; the points then follow the road.
    """

    points: tuple[Point, ...]
    accuracy_m: float | None = None
    part: str = ""
    traced: bool = True
    directed: bool = True
