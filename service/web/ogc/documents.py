"""What documents below ``/ogc`` have in common: links (RFC 8288), and the answer that carries them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

OGC = "/ogc"
"""Where the service is."""

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

Link = dict[str, str]


def link(rel: str, href: str, media_type: str, title: str) -> Link:
    """A link as the standard writes it."""
    return {"rel": rel, "type": media_type, "title": title, "href": href}


def as_json(document: Mapping[str, Any], media_type: str = JSON) -> Response:
    """``document``, whose links stand in the header, too."""
    return answer(written(document), document.get("links", ()), media_type)


def answer(content: bytes, links: Iterable[Link], media_type: str) -> Response:
    """``content`` with its ``links`` in the header (recommendation 8)."""
    header = ", ".join(f'<{each["href"]}>; rel="{each["rel"]}"; type="{each["type"]}"' for each in links)
    return Response(content, headers={"Content-Type": media_type, **({"Link": header} if header else {})})


def written(value: object) -> bytes:
    """``value`` as compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def collection(
    head: Mapping[str, Any], features: Iterable[bytes], links: list[Link], numbers: Mapping[str, int | None]
) -> Response:
    """A FeatureCollection; a number that is None was not counted, and is left out."""
    counted = {name: number for name, number in numbers.items() if number is not None}
    members = {"type": "FeatureCollection", **head, **counted, "links": links}
    content = written(members).removesuffix(b"}") + b',"features":[\n' + b",\n".join(features) + b"\n]}\n"
    return answer(content, links, GEOJSON)
