"""Waze CIFS v2 as XML and as JSON: two ways to write the same incidents (service/publish/cifs.py).

The schema is that of the XML, and says nothing of JSON; its members are the elements, and attributes are members, too.
Both say how many changes are left out, the XML in a comment, since its schema has no place for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lxml import etree

from service.feed import Feed, Parts, Written
from service.publish.cifs import Incident, told
from service.publish.text import second
from service.records import Revision

_Write = Callable[[Incident], bytes]

_LEFT_OUT = b"!"
"""Before the part of a change that is left out, which may have incidents to call off: so that it is asked once."""


def render_xml(feed: Feed, parts: Parts) -> Written:
    """``feed`` as XML, an incident a line."""
    listed, omitted = _listed(feed, parts, "xml", _xml, b"\n")
    head = (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f"<!-- omitted: {omitted} -->\n"
        f'<incidents timestamp="{second(feed.updated).isoformat()}">\n'
    )
    return Written(b"".join((head.encode(), *(part + b"\n" for part in listed), b"</incidents>\n")), omitted)


def render_json(feed: Feed, parts: Parts) -> Written:
    """``feed`` as JSON, an incident a line."""
    listed, omitted = _listed(feed, parts, "json", _json, b",\n")
    head = {"timestamp": second(feed.updated).isoformat(), "omitted": omitted}
    content = _dumped(head).removesuffix(b"}") + b',"incidents":[\n' + b",\n".join(listed) + b"\n]}\n"
    return Written(content, omitted)


def _listed(feed: Feed, parts: Parts, name: str, write: _Write, between: bytes) -> tuple[list[bytes], int]:
    """The incidents of each change that has any, and how many changes are left out."""

    def written(revision: Revision) -> bytes:
        incidents, lack = told(feed, revision)
        return (_LEFT_OUT if lack else b"") + between.join(map(write, incidents))

    def kept(revision: Revision) -> bytes:
        key = ("cifs", name, feed.lang, feed.publisher, feed.midnight, revision.position)
        return parts.get(key, lambda: written(revision))

    found = [kept(revision) for revision in feed.latest]
    told_of = [incidents for part in found if (incidents := part.removeprefix(_LEFT_OUT))]
    return told_of, sum(part.startswith(_LEFT_OUT) for part in found)


def _xml(incident: Incident) -> bytes:
    element = etree.Element("incident", id=incident.id)
    for name, value in _members(incident):
        if name == "parent_event":
            etree.SubElement(element, name, value)
        elif isinstance(value, dict):
            _fill(etree.SubElement(element, name), value.items())
        else:
            _fill(element, [(name, value)])
    return etree.tostring(element, encoding="UTF-8")


def _fill(element: etree._Element, members: Iterable[tuple[str, object]]) -> None:
    for name, value in members:
        etree.SubElement(element, name).text = str(value)


def _json(incident: Incident) -> bytes:
    return _dumped({"id": incident.id, **dict(_members(incident))})


def _members(incident: Incident) -> Iterator[tuple[str, Any]]:
    """Everything but the id, in the order of the specification."""
    yield "parent_event", {"id": incident.parent}
    if incident.created:
        yield "creationtime", incident.created.isoformat()
    yield "updatetime", incident.updated.isoformat()
    source = {"reference": incident.reference, "name": incident.name, "url": incident.url}
    yield "source", {name: value for name, value in source.items() if value}
    yield "type", incident.category.type
    if incident.category.subtype:
        yield "subtype", incident.category.subtype
    yield "description", incident.description
    yield "street", incident.street
    yield "polyline", incident.polyline
    yield "direction", incident.direction
    if incident.lane_impact:
        closed, roadside = incident.lane_impact.total_closed_lanes, incident.lane_impact.roadside
        yield "lane_impact", {"total_closed_lanes": closed, "roadside": roadside}
    yield "starttime", incident.start.isoformat()
    yield "endtime", incident.end.isoformat()
    if incident.schedule:
        yield "schedule", dict(incident.schedule)


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
