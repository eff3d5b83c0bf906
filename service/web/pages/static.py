"""The files of the pages: the style sheet and what else never changes while the program runs.

Their addresses carry a digest of their bytes, so that a browser may keep them for ever (RFC 8246) and yet shows no new
page in an old dress.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.web import problem
from service.web.parameters import StaticSelection, no_parameters
from service.web.problem import Problem

router = APIRouter()

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
"""Of the files, by how their names end."""

_KEPT = "public, max-age=3600"
_ROBOTS = """\
User-agent: *
Disallow: /v1/reviews
Disallow: /metrics
Disallow: /subscribe?
"""
_FOLDER = Path(__file__).parent.parent / "static"


@router.get("/static/{name}", include_in_schema=False)
def static(name: str, selection: Annotated[StaticSelection, Query()]) -> Response:
    """A file as it is."""
    if name not in _files():
        raise Problem(problem.MISSING, f"No file has the name {name}")
    kept = "public, max-age=31536000, immutable" if selection.v == _digest(name) else _KEPT
    return _sent(name, kept)


def _sent(name: str, kept: str) -> Response:
    return Response(_files()[name], media_type=MEDIA_TYPES[Path(name).suffix], headers={"Cache-Control": kept})


@router.get("/favicon.ico", include_in_schema=False, dependencies=[Depends(no_parameters)])
def favicon() -> Response:
    """The icon where feed readers and old browsers look for it, whatever a page says."""
    return _sent("favicon.ico", _KEPT)


@router.get("/apple-touch-icon.png", include_in_schema=False, dependencies=[Depends(no_parameters)])
def touch_icon() -> Response:
    """The icon where phones look for it."""
    return _sent("apple-touch-icon.png", _KEPT)


@router.get("/robots.txt", include_in_schema=False, dependencies=[Depends(no_parameters)])
def robots() -> Response:
    """What search engines need not read (RFC 9309).

    Neither feeds nor calendars are forbidden: Google's calendar takes no address that robots may not read.
    """
    return Response(_ROBOTS, media_type="text/plain; charset=utf-8", headers={"Cache-Control": _KEPT})


def address(name: str) -> str:
    """Where the file is, from the start page."""
    return f"static/{name}?v={_digest(name)}"


@cache
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in _FOLDER.iterdir() if path.suffix in MEDIA_TYPES}


@cache
def _digest(name: str) -> str:
    return sha256(_files()[name]).hexdigest()[:12]
