"""``GET /v1/stream``: the log as server-sent events (WHATWG HTML §9.2), each under its cursor as ``id``.

The surprising thing: a comment every 15 seconds bears an ``id`` too, of no event. A client that a filter gave nothing
for a day then resumes where it was, not a day earlier. Who does not read is cut off, since whatever is kept for them
would grow for ever; they resume as after any other break.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import inf
from secrets import randbelow
from time import monotonic
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.store import Query as StoreQuery
from service.web import problem
from service.web.following import NOW, Entry, Page
from service.web.log import begun
from service.web.parameters import StreamSelection, once
from service.web.server import ABORT, CLOSE
from service.web.site import Now, Site, TheSite

router = APIRouter(prefix="/v1", tags=["following"], dependencies=[Depends(once)])

_LAST_WORDS = 0.3
"""Seconds that a client has at the end of the server to take what it was sent."""

_ENTRIES = 100
_CHUNK = 2**16
_RETRY_FROM, _RETRY_TO = 1000, 5000
"""Milliseconds, by lot, after which to come back: after a restart all would come at once."""

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events without end; the data of each is an entry of `/v1/log`",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    **problem.described(problem.PARAMETER, problem.GONE, problem.UNREADY),
}


@router.get("/stream", summary="Every revision as it comes", responses=_EVENTS, response_class=Response)
async def stream(
    request: Request,
    selection: Annotated[StreamSelection, Query()],
    site: TheSite,
    now: Now,
    last_event_id: Annotated[
        str | None, Header(description="The id of the last event that was received; counts before `since`.")
    ] = None,
) -> Response:
    """Revisions as server-sent events: those behind `since` or the `Last-Event-ID`, then each as it is published."""
    query = selection.query(limit=_ENTRIES)
    if last_event_id:
        begin = await begun(site, last_event_id, now, name="Last-Event-ID")
    else:
        begin = await begun(site, selection.since or NOW, now)
    return Stream(site, query, begin, head=request.state.head)


class Stream(Response):
    """An answer that goes on until the client or the server ends it."""

    media_type = "text/event-stream"

    def __init__(self, site: Site, query: StoreQuery, begin: Page, *, head: bool) -> None:
        """Give what ``query`` asks for behind ``begin``; nothing but headers for ``head``."""
        # no-store, as nobody has use for a kept stream; the other header is for nginx, which would wait for more.
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._following, self._waking, self._pace = site.following, site.waking, site.pace
        self._query = query
        self._begin = begin
        self._head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if self._head:
            await send({"type": "http.response.body", "body": b""})
            return
        abort: Callable[[], None] | None = scope.get("extensions", {}).get(ABORT, {}).get(CLOSE)
        async with anyio.create_task_group() as group:
            group.start_soon(_until_gone, receive, group.cancel_scope)
            group.start_soon(self._until_closed, abort or group.cancel_scope.cancel)
            with anyio.CancelScope() as sending:
                await self._write(send, sending)
            if sending.cancelled_caught and abort is not None:
                abort()  # and the client is gone
            else:
                group.cancel_scope.cancel()

    async def _until_closed(self, end: Callable[[], None]) -> None:
        """End what a slow client keeps open when the server stops."""
        await self._waking.until_closed()
        await anyio.sleep(_LAST_WORDS)
        end()

    async def _write(self, send: Send, sending: anyio.CancelScope) -> None:
        """Send until the server stops; ``sending`` has a deadline while the client has to take something."""

        async def give(content: bytes, *, more: bool = True) -> None:
            sending.deadline = anyio.current_time() + self._pace.patience
            await send({"type": "http.response.body", "body": content, "more_body": more})
            sending.deadline = inf

        page = self._begin
        retry = _RETRY_FROM + randbelow(_RETRY_TO - _RETRY_FROM)
        await give(b"retry: %d\nid: %b\n\n" % (retry, page.cursor.encode()))
        heard = monotonic()
        while not self._waking.closed:
            page = await self._next(page, heard + self._pace.heartbeat - monotonic())
            if page.entries:
                for chunk in _chunks(page.entries):
                    await give(chunk)
            elif monotonic() < heard + self._pace.heartbeat:
                continue  # what came is not for this client
            else:
                await give(b": nothing new\nid: %b\n\n" % page.cursor.encode())
            heard = monotonic()
        await give(b"", more=False)

    async def _next(self, page: Page, seconds: float) -> Page:
        """What came behind ``page`` as soon as something did; after that many seconds its end without entries."""
        newest = await self._waking.after(page.position, max(seconds, 0))
        if newest <= page.position:
            return replace(page, entries=())
        return await self._following.page(page.position, self._query, newest)


async def _until_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def _chunks(entries: Sequence[Entry]) -> Iterator[bytes]:
    """Entries as events, some at a time: each write costs, and a slow client shall not have megabytes waiting."""
    chunk: list[bytes] = []
    size = 0
    for entry in entries:
        chunk.append(b"id: %b\nevent: %b\ndata: %b\n\n" % (entry.cursor.encode(), entry.event.encode(), entry.content))
        size += len(chunk[-1])
        if size >= _CHUNK:
            yield b"".join(chunk)
            chunk, size = [], 0
    if chunk:
        yield b"".join(chunk)
