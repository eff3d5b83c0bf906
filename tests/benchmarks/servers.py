"""The servers of the HTTP figures, each a process on a core of its own: ours, and one that does nothing else.

``python -m tests.benchmarks.servers site DATABASE PORT [DATA]`` and ``… bare FILE PORT``. FILE is an
answer as it goes over the wire, which the bare application sends to whatever it is asked.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from starlette.types import ASGIApp, Receive, Scope, Send

from service.settings import Settings
from service.web import server as web
from service.web.app import create_app
from tests.benchmarks.load import CORES, Server
from tests.make import china
from tests.program import PATIENCE, free_port

NOW = china(2024, 11, 1, 12)


@contextmanager
def server(kind: str, given: str, data: Path | None = None) -> Iterator[Server]:
    """A server that runs until the end of the block; ``data`` is the folder of its gazetteer."""
    port = free_port()
    arguments = [kind, given, str(port), *([str(data)] if data else [])]
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.servers", *arguments])
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = monotonic() + PATIENCE
    while process.poll() is None and monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            sleep(0.02)
        else:
            return
    raise AssertionError(f"no answer at port {port}; the process ended with {process.poll()}")


def bare(wire: bytes) -> ASGIApp:
    """An application that answers everything with the answer ``wire``, the server's own headers aside."""
    head, _, content = wire.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    start = {
        "type": "http.response.start",
        "status": int(status.split()[1]),
        "headers": [(name, value) for name, value in headers if name != b"date"],
    }

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send({"type": "http.response.body", "body": content})

    return app


def main(kind: str, given: str, port: str, data: str = "data") -> None:
    os.sched_setaffinity(0, CORES[:1])
    if kind == "bare":
        app = bare(Path(given).read_bytes())
    else:
        app = create_app(
            Settings(database=given, data=Path(data), base_url="https://tollfeed.example", poll=False), lambda: NOW
        )
    lifespan = "off" if kind == "bare" else "on"
    web.Server(
        web.configured(app, port=int(port), log_level="error", access_log=False, proxy_headers=False, lifespan=lifespan)
    ).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
