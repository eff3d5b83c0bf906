"""The HTTP server: uvicorn, which also takes addresses with Chinese in them as people type them.

RFC 3986 wants such characters percent-encoded, and uvicorn's parser answers 400 to others. But ``curl`` and some feed
readers send an address byte for byte.
"""

from __future__ import annotations

import gc
import re
from socket import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.web.again import Application

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
ABORT, CLOSE = "tollfeed.abort", "close"
"""An ASGI extension, and what it gives: closes a connection at once, with all that its client has not taken yet."""

_GRACE = 10
"""Seconds that open connections have to end when the server stops."""


class PlainTargets(HttpToolsProtocol):
    """HTTP/1.1 whose request targets may hold raw UTF-8."""

    _inside = False

    def data_received(self, data: bytes) -> None:
        """Percent-encode the request line where a request begins; bodies and headers are left alone."""
        if not self._inside and not data.isascii():
            line, end, rest = data.partition(b"\r\n")
            data = _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line) + end + rest
        super().data_received(data)

    def on_message_begin(self) -> None:
        """The parser has seen the first byte of a request."""
        self._inside = True
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {CLOSE: self.transport.abort}}

    def on_message_complete(self) -> None:
        """The parser has seen the last byte of a request."""
        self._inside = False
        super().on_message_complete()


class Server(uvicorn.Server):
    """uvicorn, which ends streams when it stops.

    It leaves alone what it found at its start when it looks for garbage: that is kept to the end.
    """

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Open the application and listen."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Let go who waits for news or reads a stream, which would never end, and stop."""
        app = self.config.app
        if isinstance(app, Application) and app.waking is not None:
            app.waking.close()
        await super().shutdown(sockets)


def configured(app: ASGIApp, **options: Any) -> uvicorn.Config:
    """How ``app`` is served; ``options`` are uvicorn's own. One process, since metrics and the poller are its own."""
    return uvicorn.Config(
        app, http=PlainTargets, loop="uvloop", timeout_graceful_shutdown=_GRACE, server_header=False, **options
    )
