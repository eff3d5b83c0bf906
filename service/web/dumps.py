"""Everything at once: CSV and NDJSON of any selection, streamed, however many changes there are.

Read page by page behind one pinned cursor, so that writers lose and double nothing, and compressed on the way. The
surprising thing: a change has a status, which follows from the clock. All of a dump has that of the instant at which it
was asked for (or of ``at``), so it was last modified when something was written or a change last began or ended.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Annotated, Any, Protocol

import brotli
import zstandard
from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from service.feed import Lang
from service.gazetteer.datum import Datum
from service.geometry import shapes
from service.publish import table
from service.records import DATED_CHANGE, Revision, at, status
from service.store import Page
from service.web import problem
from service.web.coding import Coding, preferred
from service.web.parameters import MachineSubscription, Selection, YesOrNo, once
from service.web.site import Now, Site, TheSite
from service.web.wanted import FEEDS

router = APIRouter(prefix=FEEDS, tags=["feeds"], dependencies=[Depends(once)])

_PAGE = 500
_CACHE_CONTROL = "public, max-age=60, stale-if-error=86400"
_ERRORS = problem.described(problem.PARAMETER, problem.UNREADY)
_KNOWN = {"description": "What the client has (If-None-Match, If-Modified-Since) is still so"}


class TableSelection(MachineSubscription):
    """A dump as a table."""

    bom: YesOrNo = Field(None, description="`true` begins with a byte order mark, which spreadsheets want.")


def _described(media_type: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "string"}}}
    return {200: {"description": "All of them", "content": content}, 304: _KNOWN, **_ERRORS}


@router.get("/changes.csv", summary="All changes as CSV", responses=_described("text/csv"), response_class=Response)
def changes_csv(request: Request, selection: Annotated[TableSelection, Query()], site: TheSite, now: Now) -> Response:
    """Every change of the selection, ended ones too, as rows."""
    moment = selection.at or now
    gazetteer, datum, lang = site.rulebook.gazetteer, selection.datum or Datum.WGS84, selection.lang or Lang.ZH

    def row(revision: Revision) -> bytes:
        standing = status(revision.change, moment)
        return table.row(revision, standing, shapes(revision.change, gazetteer), datum, lang)

    head = table.head(bom=bool(selection.bom))
    return _dump(request, selection, site, moment, ("csv", "text/csv; charset=utf-8; header=present"), row, head)


@router.get(
    "/changes.ndjson",
    summary="All changes as NDJSON",
    responses=_described("application/x-ndjson"),
    response_class=Response,
)
def changes_ndjson(request: Request, selection: Annotated[Selection, Query()], site: TheSite, now: Now) -> Response:
    """Every change of the selection, ended ones too: the record of the API, one a line."""
    moment = selection.at or now

    def line(revision: Revision) -> bytes:
        return DATED_CHANGE.dump_json(at(revision.change, moment), by_alias=True) + b"\n"

    return _dump(request, selection, site, moment, ("ndjson", "application/x-ndjson"), line)


def _dump(
    request: Request,
    selection: Selection,
    site: Site,
    moment: datetime,
    form: tuple[str, str],
    write: Callable[[Revision], bytes],
    head: bytes = b"",
) -> Response:
    extension, media_type = form
    # Before the first page, so that what is added meanwhile makes the tag old.
    edition, modified = site.store.edition(), _modified(selection, site, moment)
    said = f"{extension} {selection.text()} {edition} {modified}"
    coding = preferred(request.headers.get("accept-encoding", "").encode("latin-1"))
    headers = {
        "ETag": f'W/"{sha256(said.encode()).hexdigest()[:32]}"',
        "Cache-Control": _CACHE_CONTROL,
        "Vary": "Accept-Encoding",
    }
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    if _is_known(request, headers["ETag"], modified):
        return Response(status_code=304, headers=headers)
    # The first page before the answer begins, since a later problem can only break it off.
    first = site.store.changes(selection.query(limit=1 if request.state.head else _PAGE), moment)
    pieces = iter((head,)) if request.state.head else _pieces(first, selection, site, moment, write, head)
    headers |= {"Content-Type": media_type, "Content-Disposition": f'attachment; filename="tollfeed.{extension}"'}
    if coding is not Coding.IDENTITY:
        headers["Content-Encoding"] = coding
        pieces = _coded(pieces, coding)
    return StreamingResponse(pieces, headers=headers)


def _modified(selection: Selection, site: Site, moment: datetime) -> datetime | None:
    """To the second, as HTTP writes it: the last time that something was written, or the clock changed a status."""
    query = selection.query()
    turned = None if selection.at else site.store.turned(query, moment)
    last = max(filter(None, (site.store.updated(query), turned)), default=None)
    return last and last.astimezone(UTC).replace(microsecond=0)


def _is_known(request: Request, tag: str, modified: datetime | None) -> bool:
    """True where the client has this; its tags count before its date (RFC 9110 §13.2.2)."""
    tags, since = request.headers.get("if-none-match"), request.headers.get("if-modified-since", "")
    if tags is not None:
        return tag in re.findall(r'W/"[^"]*"', tags)
    try:
        return modified is not None and modified <= parsedate_to_datetime(since).replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # it cannot be read, and is to be ignored (§13.1.3)
        return False


def _pieces(
    page: Page, selection: Selection, site: Site, moment: datetime, write: Callable[[Revision], bytes], head: bytes
) -> Iterator[bytes]:
    """A page a piece: the next one is read when the client has taken this."""
    yield head
    while True:
        yield b"".join(map(write, page.revisions))
        if page.next is None:
            return
        page = site.store.changes(selection.query(limit=_PAGE, after=page.next), moment)


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _Brotli:
    """Brotli's compressor, which calls its methods otherwise."""

    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=4)

    def compress(self, data: bytes, /) -> bytes:
        coded: bytes = self._compressor.process(data)
        return coded

    def flush(self) -> bytes:
        coded: bytes = self._compressor.finish()
        return coded


_COMPRESSORS: dict[Coding, Callable[[], _Compressor]] = {
    Coding.BR: _Brotli,
    Coding.ZSTD: lambda: zstandard.ZstdCompressor(level=3).compressobj(),
    Coding.GZIP: lambda: zlib.compressobj(6, wbits=31),
}


def _coded(pieces: Iterator[bytes], coding: Coding) -> Iterator[bytes]:
    compressor = _COMPRESSORS[coding]()
    yield from (coded for piece in pieces if (coded := compressor.compress(piece)))
    yield compressor.flush()
