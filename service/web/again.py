"""Answers that are given again, before any middleware, routing or dependency: most requests of subscribers get those.

A calendar or a reader asks every quarter of an hour, nearly always for nothing new. What the framework spends on such
a request is ten times what the server does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from service.kept import Kept
from service.waking import Waking
from service.web.freshness import Freshness, Lasting
from service.web.metrics import Requests
from service.web.representation import Asked, Representation

METHODS = frozenset({"GET", "HEAD"})
"""Those that ask for a representation."""

_KEPT_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Again:
    """An answer to give again, as long as it is right, and the route that made it."""

    representation: Representation
    lasting: Lasting
    route: Route

    def __len__(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self.representation)


class Memory:
    """The answers given last that may be given again, by address and coding."""

    def __init__(self, freshness: Freshness, clock: Callable[[], datetime]) -> None:
        """What they say is right goes by ``freshness`` and ``clock``."""
        self._freshness = freshness
        self._clock = clock
        self._kept: Kept[Again] = Kept(_KEPT_BYTES, len)

    def keep(self, asked: Asked, again: Again) -> None:
        """Give it to whoever asks so."""
        self._kept.keep(asked.address, again)

    def recall(self, asked: Asked) -> Again | None:
        """What is right beyond doubt, without asking the database."""
        again = self._kept.find(asked.address)
        if again is None or not again.lasting.holds(self._freshness.known(), self._clock()):
            return None
        return again

    async def find(self, asked: Asked) -> Again | None:
        """What is right, be it that the database was written to."""
        again = self._kept.find(asked.address)
        if again is None or not again.lasting.holds(await self._freshness.edition(), self._clock()):
            return None
        return again


class Application(FastAPI):
    """FastAPI, which is asked only for what is not remembered."""

    # All are set when the application is made or opened, since FastAPI's own arguments are many.
    requests: Requests
    memory: Memory | None = None
    waking: Waking | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if self.memory is None or scope["type"] != "http" or scope["method"] not in METHODS:
            await super().__call__(scope, receive, send)
            return
        begun = perf_counter()
        asked = Asked.of(scope)
        again = self.memory.recall(asked)
        if again is None:
            await super().__call__(scope, receive, send)
            return
        start, content = again.representation.answer(asked)
        await send(start)
        await send(content)
        self.requests.observe(again.route.path, scope["method"], start["status"], perf_counter() - begun)
