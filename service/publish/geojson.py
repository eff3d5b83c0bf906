"""GeoJSON (RFC 7946): a feature a change, its properties the whole record; what nobody has located has no geometry.

The record is that of the API but for its status, which follows from the clock. The surprising thing: a line is only
where one was surveyed. A stretch of which the two ends are known is a MultiPoint, and ``traced`` is false.
RFC 7946 §4 knows WGS-84 alone; in whatever datum coordinates are, the member ``datum`` names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from service import prose
from service.feed import Feed, Lang, Parts
from service.gazetteer.datum import Datum, Point, from_wgs84
from service.geometry import Shape
from service.publish.text import line, record, second
from service.records import Revision

_DIGITS = 6
"""Of a degree: some ten centimetres (RFC 7946 §11.2)."""


def render(feed: Feed, parts: Parts) -> bytes:
    """``feed`` as a FeatureCollection, a feature a line."""
    head = {
        "type": "FeatureCollection",
        "title": line(feed.title) or "tollfeed",
        "publisher": line(feed.publisher),
        "updated": second(feed.updated).isoformat(),
        "datum": feed.datum,
    }
    features = b",\n".join(part(feed, revision, parts) for revision in feed.latest)
    return written(head).removesuffix(b"}") + b',"features":[\n' + features + b"\n]}\n"


def part(feed: Feed, revision: Revision, parts: Parts) -> bytes:
    """The feature of one change, as bytes whose last members are its properties."""
    return parts.get(("geojson", feed.datum, *feed.part_key(revision)), lambda: written(feature(feed, revision)))


def feature(feed: Feed, revision: Revision) -> dict[str, Any]:
    """The feature of one change; its id is that of the change."""
    change = revision.change
    shapes = feed.shapes(change)
    properties = {
        "title_zh": line(prose.headline(change, Lang.ZH)),
        "title_en": line(prose.headline(change, Lang.EN)),
        **record(change),
        "recorded": second(revision.recorded).isoformat(),
        "page": feed.link(change),
        **where(shapes, feed.datum),
    }
    return {"type": "Feature", "id": change.id, "geometry": geometry(shapes, feed.datum), "properties": properties}


def where(shapes: tuple[Shape, ...], datum: Datum) -> dict[str, Any]:
    """What else is to be said of the geometry of ``shapes``: ``parts`` names its members, in their order."""
    accuracies = [shape.accuracy_m for shape in shapes]
    known = [each for each in accuracies if each is not None]
    return {
        "parts": [shape.part for shape in shapes if shape.part],
        "accuracy_m": max(known) if known and len(known) == len(accuracies) else None,
        "traced": all(shape.traced for shape in shapes) if shapes else None,
        "directed": all(shape.directed for shape in shapes) if shapes else None,
        "datum": datum,
    }


def geometry(shapes: tuple[Shape, ...], datum: Datum) -> dict[str, Any] | None:
    """One geometry (RFC 7946 §3.1) of all ``shapes``, in ``datum``; None of none."""
    each = [_simple(shape, datum) for shape in shapes]
    if len(each) < 2:
        return each[0] if each else None
    types = {member["type"] for member in each}
    if types == {"LineString"} or types == {"Point"}:
        return {"type": f"Multi{types.pop()}", "coordinates": [member["coordinates"] for member in each]}
    return {"type": "GeometryCollection", "geometries": each}


def _simple(shape: Shape, datum: Datum) -> dict[str, Any]:
    positions = _positions(shape.points, datum)
    if len(positions) == 1:
        return {"type": "Point", "coordinates": positions[0]}
    return {"type": "LineString" if shape.traced else "MultiPoint", "coordinates": positions}


def _positions(points: Iterable[Point], datum: Datum) -> list[list[float]]:
    return [[round(degrees, _DIGITS) for degrees in from_wgs84(point, datum)] for point in points]


def written(value: object) -> bytes:
    """``value`` as compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
