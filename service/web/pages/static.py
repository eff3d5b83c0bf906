"""The files of the pages: the style sheet and what else never changes while the program runs.

Their addresses carry a digest of their bytes, so that a browser may keep them for ever (RFC 8246) and yet shows no new
page in an old dress.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.web import problem
from service.web.parameters import StaticSelection
from service.web.problem import Problem

router = APIRouter()

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
"""Of the files, by how their names end."""

_FOLDER = Path(__file__).parent.parent / "static"


@router.get("/static/{name}", include_in_schema=False)
def static(name: str, selection: Annotated[StaticSelection, Query()]) -> Response:
    """A file as it is."""
    if name not in _files():
        raise Problem(problem.MISSING, f"No file has the name {name}")
    kept = "public, max-age=31536000, immutable" if selection.v == _digest(name) else "public, max-age=3600"
    return Response(_files()[name], media_type=MEDIA_TYPES[Path(name).suffix], headers={"Cache-Control": kept})


def address(name: str) -> str:
    """Where the file is, from the start page."""
    return f"static/{name}?v={_digest(name)}"


@cache
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in _FOLDER.iterdir() if path.suffix in MEDIA_TYPES}


@cache
def _digest(name: str) -> str:
    return sha256(_files()[name]).hexdigest()[:12]
