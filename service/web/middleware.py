"""What every answer has in common: headers for safety, a coding, validators, and HEAD wherever there is GET."""

from __future__ import annotations

from typing import cast

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.again import METHODS, Again, Memory
from service.web.representation import Asked, Representation, Representations

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


class Answers:
    """Answers GET and HEAD: 200 in the coding that the client prefers, or 304 where it has that (RFC 9110 §12, §13).

    HEAD is asked of the routes as GET and answered without its content (§9.3.2); the framework would answer 405.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app
        self._representations = Representations()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] not in METHODS:
            await self._app(scope, receive, send)
            return
        asked, memory = Asked.of(scope), cast(Memory, scope["app"].memory)
        again = await memory.find(asked)
        if again is None:
            await self._make(asked, memory, scope, receive, send)
            return
        scope["route"] = again.route
        await _send(again.representation, asked, send)

    async def _make(self, asked: Asked, memory: Memory, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the routes make an answer; what is no 200 in one piece, or not to be stored, goes on as it is."""
        # Told of HEAD, too, since a stream must not begin where nobody listens.
        got = {**scope, "method": "GET", "state": {**scope.get("state", {}), "head": asked.head}}
        held: Message | None = None

        async def represented(message: Message) -> None:
            nonlocal held
            if held is None:
                if _is_representation(message):
                    held = message
                else:
                    await send(_without_content(message) if asked.head else message)
                return
            start, held = held, None
            if message.get("more_body"):
                await send(start)
                await send(_without_content(message) if asked.head else message)
                return
            representation = self._representations.of(start["headers"], message.get("body", b""), asked.address[2])
            lasting = got["state"].get("lasting")
            if lasting is not None:
                memory.keep(asked, Again(representation, lasting, got["route"]))
            await _send(representation, asked, send)

        try:
            await self._app(got, receive, represented)
        finally:
            # Whoever counts requests, outside of here, goes by the route.
            scope["route"] = got.get("route")


async def _send(representation: Representation, asked: Asked, send: Send) -> None:
    for message in representation.answer(asked):
        await send(message)


def _is_representation(message: Message) -> bool:
    """True for the start of a 200 that may be stored: of others no client has anything to ask again for."""
    if message["type"] != "http.response.start" or message["status"] != 200:
        return False
    return "no-store" not in MutableHeaders(scope=message).get("cache-control", "")


def _without_content(message: Message) -> Message:
    return {**message, "body": b""} if message["type"] == "http.response.body" else message
