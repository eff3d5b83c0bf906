"""Open511 documents as JSON (``lon,lat``) and XML (``lat lon``), from the members of events.

What begins with "+" in the JSON is an element of a namespace of our own in the XML, as the standard wants it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from service.feed import Feed, Lack, Parts, Written
from service.prose import Lang
from service.publish.markup import element, empty, text
from service.publish.open511.event import event
from service.records import Revision, Status, status

_GML = "http://www.opengis.net/gml"
_OWN = "tag:tollfeed.invalid,2024:open511"
_CRS = "urn:ogc:def:crs:EPSG::4326"
_LISTS = {
    "event_subtypes": "event_subtype",
    "intervals": "interval",
    "recurring_schedules": "recurring_schedule",
    "roads": "road",
    "restrictions": "restriction",
    "jurisdictions": "jurisdiction",
    "services": "service",
    "supported_versions": "supported_version",
    "languages": "language",
}


def render_json(feed: Feed, parts: Parts) -> Written:
    """``feed`` as JSON, an event a line."""
    listed = _listed(feed, parts, "json")
    left_out = len(feed.latest) - len(listed)
    return Written(as_json(listed, {"offset": 0}, {"+omitted": left_out}), left_out)


def render_xml(feed: Feed, parts: Parts) -> Written:
    """``feed`` as XML, an event a line."""
    listed = _listed(feed, parts, "xml")
    left_out = len(feed.latest) - len(listed)
    return Written(as_xml(listed, {"offset": 0}, {"+omitted": left_out}, feed.base_url, feed.lang), left_out)


def _listed(feed: Feed, parts: Parts, name: str) -> list[bytes]:
    def written(revision: Revision) -> bytes:
        found = event(feed, revision, feed.midnight)
        if isinstance(found, Lack):
            return b""
        return json_members(found) if name == "json" else xml_event(found)

    def kept(revision: Revision) -> bytes:
        over = status(revision.change, feed.midnight) in (Status.ENDED, Status.CANCELLED)
        return parts.get(("open511", name, over, *feed.part_key(revision)), lambda: written(revision))

    return [found for revision in feed.latest if (found := kept(revision))]


def as_json(
    events: Iterable[bytes], pagination: Mapping[str, Any] | None, more: Mapping[str, Any] | None = None
) -> bytes:
    """The document of ``events``, each written by :func:`json_members`; a single one has no pages."""
    head = {"meta": {"version": "v1"}, **({"pagination": pagination} if pagination else {}), **(more or {})}
    return json_members(head).removesuffix(b"}") + b',"events":[\n' + b",\n".join(events) + b"\n]}\n"


def as_xml(
    events: Iterable[bytes],
    pagination: Mapping[str, Any] | None,
    more: Mapping[str, Any],
    base_url: str,
    lang: Lang,
) -> bytes:
    """The document of ``events``, each written by :func:`xml_event`."""
    listed = "\n".join(each.decode() for each in events)
    paged = xml_members({**({"pagination": pagination} if pagination else {}), **more})
    return xml_document((f"<events>\n{listed}\n</events>\n", *paged), base_url, lang)


def xml_document(children: Iterable[str], base_url: str, lang: Lang) -> bytes:
    """The root element around ``children``, which are markup."""
    root = {"xmlns_gml": _GML, "xmlns_t": _OWN, "xml_lang": lang.tag, "xml_base": f"{base_url.rstrip('/')}/"}
    return (
        b"<?xml version='1.0' encoding='UTF-8'?>\n"
        + element("open511", *children, **root, version="v1").encode()
        + b"\n"
    )


def json_members(members: Mapping[str, Any]) -> bytes:
    """Members as compact JSON in UTF-8."""
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def xml_event(members: Mapping[str, Any]) -> bytes:
    """An event as an element."""
    return element("event", *xml_members(members)).encode()


def xml_members(members: Mapping[str, Any]) -> list[str]:
    """The elements of ``members``; addresses are links, whose ``rel`` is what stands before ``_url``."""
    return [_member(name, value) for name, value in members.items()]


def _member(name: str, value: Any) -> str:
    if name == "url" or name.endswith("_url"):
        return empty("link", rel=name.removesuffix("url").rstrip("_") or "self", href=value)
    if name.startswith("+"):
        return _foreign(f"t:{name[1:]}", value)
    if name == "geography":
        return element(name, _gml(value["type"], value["coordinates"]))
    if name == "geographies":
        return element(name, *(element("geography", _gml(each["type"], each["coordinates"])) for each in value))
    if name == "attachments":
        return element(name, *(empty("link", rel="related", href=each["url"], title=each["title"]) for each in value))
    if name in _LISTS:
        return element(name, *(_item(_LISTS[name], each) for each in value))
    return _item(name, value)


def _item(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return element(name, *xml_members(value))
    # A decimal without an exponent, as XML Schema wants it.
    return text(name, format(Decimal(str(value)), "f") if isinstance(value, float) else value)


def _foreign(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return element(name, *(_foreign(f"t:{key}", each) for key, each in value.items()))
    if isinstance(value, bool):
        return text(name, str(value).lower())
    return text(name, " ".join(value) if isinstance(value, list) else value)


def _gml(kind: str, places: Sequence[Any]) -> str:
    crs = {"srsName": _CRS}
    if kind == "Point":
        return element("gml:Point", text("gml:pos", _degrees(places)), **crs)
    if kind == "LineString":
        return element("gml:LineString", _line(places), **crs)
    if kind == "MultiPoint":
        each = (element("gml:Point", text("gml:pos", _degrees(place))) for place in places)
        return element("gml:MultiPoint", *(element("gml:pointMember", point) for point in each), **crs)
    if kind == "Polygon":
        ring = element("gml:LinearRing", _line(places[0]))
        return element("gml:Polygon", element("gml:exterior", ring), **crs)
    lines = (element("gml:LineString", _line(line)) for line in places)
    return element("gml:MultiLineString", *(element("gml:lineStringMember", line) for line in lines), **crs)


def _line(places: Sequence[Sequence[float]]) -> str:
    return text("gml:posList", " ".join(map(_degrees, places)))


def _degrees(place: Sequence[float]) -> str:
    lon, lat = place
    return f"{lat:.6f} {lon:.6f}"
