"""The client of the HTTP figures: asks the same thing over some connections, as fast as the server answers.

It counts bytes, not answers: all of them are equally long (a date always is), so that it has next to nothing to do and
the server alone sets the pace. The server has one core to itself and the client another.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from dataclasses import dataclass
from time import perf_counter
from typing import cast

import uvloop

CORES = tuple(sorted(os.sched_getaffinity(0)))
"""The first is the server's, the last the client's; where there is only one, both share it."""

_CONNECTIONS = 8
_BUFFER = 2**20


class _Asking(asyncio.BufferedProtocol):
    """One connection: the next request goes out when the answer to the last has come in."""

    def __init__(self, request: bytes, length: int, until: float) -> None:
        self.answers = 0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request, self._length, self._until = request, length, until
        self._left = length
        self._buffer = memoryview(bytearray(_BUFFER))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def get_buffer(self, _: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._left -= nbytes
        if self._left > 0:
            return
        self.answers += 1
        if self._left < 0 or perf_counter() > self._until:
            self._transport.close()
            return
        self._left = self._length
        self._transport.write(self._request)

    def connection_lost(self, _: Exception | None) -> None:
        if self._left == 0:
            self.over.set_result(None)
        else:
            self.over.set_exception(AssertionError(f"an answer was not {self._length} bytes long"))


@dataclass(frozen=True, slots=True)
class Server:
    """A server process and where it listens."""

    port: int
    pid: int

    @property
    def used(self) -> float:
        """Seconds of processor time so far, by its clock (clock_getcpuclockid(3), which Python does not have)."""
        return time.clock_gettime(~self.pid << 3 | 2)


@dataclass(frozen=True, slots=True)
class Rate:
    """Answers a second by the clock, and the milliseconds of the server's processor that each took."""

    by_clock: float
    cost: float


def rate(server: Server, request: bytes, seconds: float = 0.6) -> Rate:
    """How fast ``server`` answers ``request``, asked for some seconds."""
    _, length = answer(server.port, request)
    os.sched_setaffinity(0, CORES[-1:])
    used, begin = server.used, perf_counter()
    try:
        answers = uvloop.run(_ask(server.port, request, length, seconds))
    finally:
        os.sched_setaffinity(0, CORES)
    return Rate(answers / (perf_counter() - begin), 1000 * (server.used - used) / answers)


async def _ask(port: int, request: bytes, length: int, seconds: float) -> int:
    loop = asyncio.get_running_loop()
    begin = perf_counter()
    made = [
        await loop.create_connection(lambda: _Asking(request, length, begin + seconds), "127.0.0.1", port)
        for _ in range(_CONNECTIONS)
    ]
    asking = [protocol for _, protocol in made]
    await asyncio.gather(*(each.over for each in asking))
    return sum(each.answers for each in asking)


def answer(port: int, request: bytes) -> tuple[bytes, int]:
    """One answer to ``request`` and its length, which its Content-Length tells."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(2**16)
        head, _, content = received.partition(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0]) if lengths else 0
        while len(content) < length:
            content += connection.recv(2**20)
        whole = head + b"\r\n\r\n" + content
        return whole, len(whole)
