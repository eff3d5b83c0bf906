"""JSON Feed 1.1 (jsonfeed.org): one item per entry, and in ``_road_event`` the whole record that it was made from.

The record is that of the API but for its status, which follows from the clock: a feed must not change by itself.
Beside its fields stand ``altered``, ``milestone`` and ``geometry`` (GeoJSON), where there is such a thing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from service.feed import Entry, Feed, Parts
from service.publish.item import Item, item
from service.publish.text import line, record
from service.records import Milestone


def render(feed: Feed, parts: Parts) -> bytes:
    """``feed`` as a JSON Feed, an item a line."""

    def part(entry: Entry) -> bytes:
        return parts.get(("json", *feed.part_key(entry)), lambda: _written(_item(feed, entry)))

    head = _written(_head(feed)).removesuffix(b"}")
    return head + b',"items":[\n' + b",\n".join([part(entry) for entry in feed.entries]) + b"\n]}\n"


def _head(feed: Feed) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": line(feed.title) or "tollfeed",
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "description": line(feed.description) or "tollfeed",
        "icon": feed.icon,
        "favicon": feed.icon,
        "authors": [{"name": "tollfeed"}],
        "language": feed.lang.tag,
        **({"next_url": feed.previous} if feed.previous else {}),
        **({"hubs": [{"type": "WebSub", "url": feed.hub}]} if feed.hub else {}),
    }


def _item(feed: Feed, entry: Entry) -> dict[str, Any]:
    said = item(feed, entry)
    given = {
        "id": said.id,
        "url": said.link,
        "external_url": said.via,
        "title": said.title,
        "content_html": said.html,
        "summary": said.summary,
        "date_published": said.first.isoformat() if said.first else None,
        "date_modified": said.updated.isoformat(),
        "authors": [{"name": said.publisher}] if said.publisher else None,
        "tags": [tag for tag in (said.kind, said.road) if tag],
        "_road_event": dict(_road_event(feed, entry, said)),
    }
    return {name: value for name, value in given.items() if value is not None}


def _road_event(feed: Feed, entry: Entry, said: Item) -> Iterator[tuple[str, Any]]:
    yield "about", f"{feed.base_url}/openapi.json"
    if isinstance(entry, Milestone):
        yield "milestone", {"edge": entry.edge, "day": entry.day.isoformat()}
    if said.altered:
        yield "altered", [{"field": each.field, "before": each.before, "after": each.after} for each in said.altered]
    if said.point:
        yield "geometry", {"type": "Point", "coordinates": [round(degrees, 6) for degrees in said.point]}
    yield from record(said.change).items()


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
