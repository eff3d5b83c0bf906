"""OpenStreetMap, as Overpass answers in JSON: toll booths and motorway junctions, and the roads they lie on.

A road is known from the ways and the route relations of the same answer, never from a place nearby. OpenStreetMap
counts in WGS 84 and tells no accuracy. Its data are under the ODbL: who publishes them names their source.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.errors import DocumentError
from service.gazetteer.datum import Datum
from service.gazetteer.keys import road_number
from service.gazetteer.survey import Problem, Survey, take

_ROAD_NAME = re.compile(
    r"(?:[GSXY]\d+[A-Z]?\d*)?\s*([㐀-鿿—]{2,}(?:高速公路|高速|快速路|绕城|环线|公路))(?:\s*[(（].*)?"
)
_NO_NAME = re.compile(r"(?:收费(?:站|所)|站|(?:ETC|人工|混合)?(?:车道|通道)?|[入出]口|[\W\d_A-Za-z]*)")
_OTHER_NAMES = ("name", "alt_name", "official_name", "short_name", "old_name")
_SOURCE = "OpenStreetMap"


@dataclass(frozen=True, slots=True)
class _Line:
    """What a way or route relation says of the road it belongs to."""

    name: str | None
    number: str | None


def survey_map(content: Mapping[str, Any], source: str) -> Survey:
    """The toll booths and motorway junctions of an answer of Overpass.

    Raises:
        DocumentError: it is no such answer.
    """
    elements = content.get("elements")
    if not isinstance(elements, list):
        raise DocumentError("Overpass: expected a list of elements, found none")
    survey = Survey()
    elements = [element for element in elements if isinstance(element, dict)]
    lines = _lines(elements)
    for element in elements:
        kind = _kind(element)
        if kind is not None:
            _take(survey, element, kind, lines, source)
    return survey


def _kind(element: Mapping[str, Any]) -> str | None:
    tags = element.get("tags")
    if not isinstance(tags, dict):
        return None
    if tags.get("barrier") == "toll_booth":
        return "toll_booth"
    return "motorway_junction" if tags.get("highway") == "motorway_junction" else None


def _take(survey: Survey, element: Any, kind: str, lines: Mapping[str, set[_Line]], source: str) -> None:
    tags = element["tags"]
    names = list(dict.fromkeys(_names(tags)))
    if not names:
        survey.unnamed += 1
        return
    where = _id(element)
    here = lines.get(where, set())
    numbers = {line.number for line in here if line.number}
    roads = {line.name for line in here if line.name}
    if len(numbers) > 1 or (len(roads) > 1 and not numbers):
        on = sorted(numbers or roads)
        survey.problems.append(Problem(where, f"{names[0]}: expected one road, found {' and '.join(on)}"))
        return
    at = element if "lat" in element else element.get("center")
    point = at if isinstance(at, dict) else {}
    values = {
        "name": names[0],
        "aliases": names[1:],
        "road": next(iter(roads)) if len(roads) == 1 else None,
        "road_number": next(iter(numbers), None),
        "lon": point.get("lon"),
        "lat": point.get("lat"),
        "datum": Datum.WGS84,
        "source": f"{_SOURCE} {where}",
    }
    take(survey, where, values, source, junction=kind == "motorway_junction")


def _names(tags: Mapping[str, Any]) -> Iterator[str]:
    """The Chinese name first, then all others; a lane called ETC has none."""
    for key in ("name:zh-Hans", "name:zh", *_OTHER_NAMES):
        value = tags.get(key)
        for name in value.split(";") if isinstance(value, str) else ():
            if not _NO_NAME.fullmatch(name.strip()):
                yield name.strip()


def _lines(elements: list[Any]) -> dict[str, set[_Line]]:
    """What the ways and relations of the answer say of the road of each node and way, by its id."""
    ways = [element for element in elements if element.get("type") == "way"]
    lines: dict[str, set[_Line]] = {}
    for way in ways:
        line = _line(way)
        if line and str(way["tags"].get("highway")).startswith("motorway"):
            lines[_id(way)] = {line}
    by_route = _by_route(elements)
    # What a way says of itself goes before what a route says of it.
    lines = {**by_route, **lines}
    by_node: dict[str, set[_Line]] = defaultdict(set)
    for way in ways:
        for node in _list(way, "nodes"):
            by_node[f"node {node}"] |= lines.get(_id(way), set())
    return {**by_node, **lines}


def _by_route(elements: list[Any]) -> dict[str, set[_Line]]:
    found: dict[str, set[_Line]] = defaultdict(set)
    for element in elements:
        line = _line(element)
        if line and element["tags"].get("route") == "road":
            for member in _list(element, "members"):
                if isinstance(member, dict):
                    found[f"{member.get('type')} {member.get('ref')}"].add(line)
    return found


def _list(element: Mapping[str, Any], key: str) -> list[Any]:
    value = element.get(key)
    return value if isinstance(value, list) else []


def _id(element: Mapping[str, Any]) -> str:
    return f"{element.get('type')} {element.get('id')}"


def _line(element: Mapping[str, Any]) -> _Line | None:
    tags = element.get("tags")
    if not isinstance(tags, dict):
        return None
    name = _ROAD_NAME.fullmatch(str(tags.get("name:zh") or tags.get("name") or "").strip())
    refs = {road_number(re.sub(r"\s", "", ref)) for ref in str(tags.get("ref") or "").split(";")}
    number = refs.pop() if len(refs) == 1 else None
    return _Line(name[1] if name else None, number) if name or number else None
