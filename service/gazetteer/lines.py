"""Lines as somebody surveyed them: of a ramp, and of a road with its stakes (linear referencing, ISO 19148).

A stake is looked up between the two vertices around it. The surprising thing: beyond the first and the last vertex
there is nothing, however near, for nobody has said how the road goes on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import itemgetter

from service.gazetteer.datum import Datum, Point, to_wgs84

_STAKE = itemgetter(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points as they were given, in the order of travel: degrees in ``datum``, ``accuracy_m`` metres around them."""

    points: tuple[Point, ...]
    datum: Datum
    accuracy_m: float | None = None
    source: str | None = None

    def wgs84(self) -> tuple[Point, ...]:
        """The points in WGS-84."""
        return tuple(to_wgs84(point, self.datum) for point in self.points)


Vertex = tuple[float, float, float]
"""Metres by stake, longitude, latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The line of a road: ``vertices`` by growing stake, as they were given."""

    vertices: tuple[Vertex, ...]
    datum: Datum
    accuracy_m: float | None = None
    source: str | None = None

    def point(self, stake: float) -> Point | None:
        """Where that stake is, in WGS-84; None beyond the vertices."""
        if not self.vertices[0][0] <= stake <= self.vertices[-1][0]:
            return None
        index = bisect_left(self.vertices, stake, key=_STAKE)
        after, lon, lat = self.vertices[index]
        there = to_wgs84((lon, lat), self.datum)
        if after == stake:
            return there
        before, lon, lat = self.vertices[index - 1]
        here = to_wgs84((lon, lat), self.datum)
        share = (stake - before) / (after - before)
        return here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share

    def stretch(self, start: float, end: float) -> tuple[Point, ...]:
        """The line from stake ``start`` to ``end``, of which either may be the greater; () where one is beyond it."""
        first, last = self.point(start), self.point(end)
        if first is None or last is None or start == end:
            return ()
        low, high = sorted((start, end))
        # Searched for, not filtered: a road may have ten thousand vertices.
        after, before = bisect_right(self.vertices, low, key=_STAKE), bisect_left(self.vertices, high, key=_STAKE)
        inner = tuple(to_wgs84((lon, lat), self.datum) for _, lon, lat in self.vertices[after:before])
        return (first, *(inner if start < end else reversed(inner)), last)
