"""What every answer has in common: headers for safety, a coding, validators, and HEAD wherever there is GET.

Answers that last are given again without asking anybody: most requests of feed readers and calendars are for those.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, cast

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.kept import Kept
from service.web.coding import Coding, preferred
from service.web.freshness import Lasting
from service.web.representation import Representation, Representations
from service.web.site import Site

_KEPT_BYTES = 32 * 2**20
_READ = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Everything that is read here is public, and no cookie is ever set: any page may read it.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class Headers:
    """Adds the headers that an answer does not give itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request says of the representation that it wants."""

    address: Hashable
    head: bool
    coding: Coding
    if_none_match: bytes | None
    if_modified_since: bytes | None

    @classmethod
    def of(cls, scope: Scope) -> _Asked:
        given: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _READ:
                # A list may come in several lines (§5.3).
                given[name] = b"%b, %b" % (given[name], value) if name in given else value
        coding = preferred(given.get(b"accept-encoding", b""))
        return cls(
            address=(scope["path"], scope["query_string"], coding),
            head=scope["method"] == "HEAD",
            coding=coding,
            if_none_match=given.get(b"if-none-match"),
            if_modified_since=given.get(b"if-modified-since"),
        )

    async def answer(self, representation: Representation, send: Send) -> None:
        """Send it, or that the client has it."""
        start, content = representation.answer(self.if_none_match, self.if_modified_since)
        await send(start)
        await send({"type": "http.response.body", "body": b"" if self.head else content})

    def without_content(self, message: Message) -> Message:
        """``message`` as this request wants it: without content for HEAD."""
        return {**message, "body": b""} if self.head and message["type"] == "http.response.body" else message


def _is_representation(start: Message) -> bool:
    """True for a 200 that may be stored: of others no client has anything to ask again for."""
    return start["status"] == 200 and "no-store" not in MutableHeaders(scope=start).get("cache-control", "")


@dataclass(frozen=True, slots=True)
class _Again:
    """An answer to give again, as long as it is right, and the route that made it."""

    representation: Representation
    lasting: Lasting
    route: Any

    def __len__(self) -> int:
        return len(self.representation)


class Answers:
    """Answers GET and HEAD: 200 in the coding that the client prefers, or 304 where it has that (RFC 9110 §12, §13).

    HEAD is asked of the routes as GET and answered without its content (§9.3.2); the framework would answer 405.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app
        self._representations = Representations()
        self._kept: Kept[_Again] = Kept(_KEPT_BYTES, len)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        asked = _Asked.of(scope)
        again = self._kept.find(asked.address)
        if again is None or not await _is_right(again, cast(Site, scope["app"].state.site)):
            await self._make(asked, scope, receive, send)
            return
        scope["route"] = again.route
        await asked.answer(again.representation, send)

    async def _make(self, asked: _Asked, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the routes make an answer; what is no 200 in one piece, or not to be stored, goes on as it is."""
        got = {**scope, "method": "GET", "state": {**scope.get("state", {})}}
        held: Message | None = None

        async def represented(message: Message) -> None:
            nonlocal held
            if held is None:
                if message["type"] == "http.response.start" and _is_representation(message):
                    held = message
                else:
                    await send(asked.without_content(message))
                return
            start, held = held, None
            if message.get("more_body"):
                await send(start)
                await send(asked.without_content(message))
                return
            representation = self._representations.of(start["headers"], message.get("body", b""), asked.coding)
            lasting = got["state"].get("lasting")
            if lasting is not None:
                self._kept.keep(asked.address, _Again(representation, lasting, got["route"]))
            await asked.answer(representation, send)

        try:
            await self._app(got, receive, represented)
        finally:
            # Whoever counts requests, outside of here, goes by the route.
            scope["route"] = got.get("route")


async def _is_right(again: _Again, site: Site) -> bool:
    return again.lasting.holds(await site.freshness.edition(), site.clock())
