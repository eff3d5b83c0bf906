"""What a client would rather have, by its Accept header (RFC 9110 §12.5.1): a page, JSON, or a problem document.

Browsers name ``text/html`` first; programs name JSON, or say ``*/*``, which tells nothing. So ``*/*`` gets the page at
the address of a page, but no page where there is none to show: an error is a document unless a browser asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from fastapi import Request
from starlette.responses import Response

VARY = "Accept, Accept-Language"
"""What an answer at the address of a page depends on."""

_RANGE = re.compile(
    r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*((?:;[^;]*)*)",
    re.ASCII,
)
_WEIGHT = re.compile(r";\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?=;|$)", re.ASCII | re.IGNORECASE)
_BROKEN_WEIGHT = re.compile(r";\s*q\s*=", re.ASCII | re.IGNORECASE)

# No browser sends more, and every one costs time.
_MOST = 50

HTML = "text/html"
JSON = "application/json"
_PROBLEM = "application/problem+json"


def as_json(request: Request, answer: Callable[[], Response]) -> Response | None:
    """What ``answer`` of the API gives, at the address of a page, where that is wanted; else None."""
    if not prefers_json(request.headers.get("accept", "")):
        return None
    given = answer()
    given.headers["Vary"] = VARY
    return given


def prefers_json(accept: str) -> bool:
    """True where JSON is wanted rather than a page; of two equally wanted, the one that is named, else the page."""
    given = _weights(accept)
    page, json = _quality(given, HTML), _quality(given, JSON)
    if json == page:
        return json > 0 and JSON in given and HTML not in given
    return json > page


def asks_for_page(accept: str) -> bool:
    """True where a page is named and nothing for programs is wanted as much: whoever asks so reads with their eyes."""
    given = _weights(accept)
    page = given.get(HTML, 0.0)
    return page > 0 and page >= max(given.get(JSON, 0.0), given.get(_PROBLEM, 0.0))


def preferred(accept: str, media_types: Sequence[str]) -> str:
    """Which of ``media_types`` is wanted most; of those equally wanted, the one that is named, else the first."""
    given = _weights(accept)
    return max(media_types, key=lambda each: (_quality(given, each), each in given))


def _weights(accept: str) -> dict[str, float]:
    """The media ranges named, each with its weight; of one named twice, the greater."""
    weights: dict[str, float] = {}
    for item in accept.split(",")[:_MOST]:
        found = _RANGE.fullmatch(item)
        if found is None:
            continue
        name = found[1].lower()
        weights[name] = max(weights.get(name, 0.0), _weight(found[2]))
    return weights


def _weight(parameters: str) -> float:
    found = _WEIGHT.search(parameters)
    if found is None:
        # What is no weight asks for nothing that could be understood.
        return 0.0 if _BROKEN_WEIGHT.search(parameters) else 1.0
    return min(float(found[1]), 1.0)


def _quality(given: dict[str, float], media_type: str) -> float:
    """The weight of ``media_type``: the most specific range that it is in counts. Without a header, all are as good."""
    if not given:
        return 1.0
    kind = media_type.partition("/")[0]
    return next((given[name] for name in (media_type, f"{kind}/*", "*/*") if name in given), 0.0)
