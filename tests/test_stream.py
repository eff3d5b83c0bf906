"""/v1/stream: what an SSE client hears, how it resumes, and how the server ends with a thousand of them."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import monotonic, perf_counter, sleep
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import FastAPI

from service.records import Station
from service.settings import Settings
from service.store import Store
from service.web.app import create_app
from service.web.following import Pace
from service.web.server import Server, configured
from service.web.site import Site
from tests.make import change, china, notice
from tests.program import PATIENCE, TOLLFEED, free_port, wait_for
from tests.test_store_processes import NOTICES, two_writers
from tests.web import ADDED, CHANGES, Clock, filled, name, serving

LATER = china(2024, 11, 1, 12)
CLIENTS = 1000


def add(store: Store, number: int, **values: Any) -> None:
    """Announce the closure of a station of that number."""
    reference = replace(change().notice, id=f"later-{number}", **values)
    store.add(notice(id=reference.id), [change(station=Station(name=f"{number}号站"), notice=reference)], LATER)


@contextmanager
def events(address: str, query: str = "", last: str = "") -> Iterator[Iterator[httpx2.ServerSentEvent]]:
    """What a client hears, beside the ids without an event."""
    headers = {"Last-Event-ID": last} if last else {}
    with httpx2.stream("GET", f"{address}/v1/stream?{query}", headers=headers, timeout=PATIENCE) as answer:
        assert answer.status_code == 200, answer.read()
        yield (each for each in httpx2.EventSource(answer) if each.data)


@contextmanager
def paced(database_url: str, pace: Pace) -> Iterator[str]:
    """The address of a server whose streams are in more haste than real ones."""
    app = create_app(Settings(database=database_url, poll=False, deliver=False), Clock())
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = Server(configured(app, log_level="error"))
    thread = Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        while not server.started and thread.is_alive():
            sleep(0.01)
        state = cast(FastAPI, app).state
        state.site = replace(cast(Site, state.site), pace=pace)
        yield address
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def test_what_is_published_is_heard_at_once(store: Store, database_url: str) -> None:
    filled(database_url)
    with serving(database_url) as address, events(address) as heard:
        begun = perf_counter()
        add(store, 1)
        event = next(heard)
        assert perf_counter() - begun < 5
        entry = json.loads(event.data)
        (logged,) = httpx2.get(f"{address}/v1/log?limit=500").json()["entries"][len(CHANGES) :]
        assert (event.event, event.id, entry) == ("change.created", logged["cursor"], logged)


def test_a_stream_begins_behind_a_cursor_and_resumes_behind_an_event(store: Store, database_url: str) -> None:
    filled(database_url)
    with serving(database_url) as address:
        first = httpx2.get(f"{address}/v1/log?limit=1").json()["next"]
        with events(address, f"since={first}") as heard:
            seen = [next(heard) for _ in range(2)]
        add(store, 1)
        # A browser asks for the same address again: the id counts before its cursor.
        with events(address, f"since={first}", seen[-1].id) as heard:
            seen += [next(heard) for _ in range(len(CHANGES) - 2)]
    told = [name(json.loads(each.data)["change"]) for each in seen]
    assert told == ["天津站", "九园站", "旧站", "徐水站", "马集服务区", "1号站"]


def test_a_filter_lets_through_only_what_it_asks_for(store: Store, database_url: str) -> None:
    with serving(database_url) as address, events(address, "station=3号站") as heard:
        for number in range(5):
            add(store, number)
        assert name(json.loads(next(heard).data)["change"]) == "3号站"


def test_clients_miss_nothing_while_two_processes_write(store: Store, database_url: str) -> None:
    with serving(database_url) as address, ThreadPoolExecutor() as pool:

        def follow() -> list[tuple[int, str, int]]:
            """Hang up after every seventh event, and resume."""
            last, found = httpx2.get(f"{address}/v1/log?since=now").json()["next"], []
            while len(found) < 3 * NOTICES:
                with events(address, last=last) as heard:
                    for event, _ in zip(heard, range(7), strict=False):
                        entry = json.loads(event.data)
                        found.append((entry["position"], entry["change_id"], entry["revision"]))
                        last = event.id
                        if len(found) == 3 * NOTICES:
                            break
            return found

        clients = [pool.submit(follow) for _ in range(3)]
        sleep(0.5)
        with two_writers(database_url):
            followed = [client.result(PATIENCE) for client in clients]
    expected = [(each.position, each.change.id, each.change.revision) for each in store.log(0, 10_000)]
    assert followed == [expected] * 3


def test_a_quiet_stream_says_that_it_stands_and_where_it_is(sqlite_store: Store, tmp_path: Path) -> None:
    with paced(f"sqlite:///{tmp_path / 'test.db'}", Pace(heartbeat=0.3)) as address:
        with httpx2.stream("GET", f"{address}/v1/stream?station=无", timeout=PATIENCE) as answer:
            lines = answer.iter_lines()
            begin = [next(lines) for _ in range(3)]
            add(sqlite_store, 1)
            for line in lines:
                if line.startswith(":") and (told := next(lines)) != begin[1]:
                    break
        newest = httpx2.get(f"{address}/v1/log?since=now").json()["next"]
    assert begin[0].startswith("retry: ")
    assert told == f"id: {newest}"


def test_a_stream_is_neither_coded_nor_kept(sqlite_store: Store, tmp_path: Path) -> None:
    headers = {"Accept-Encoding": "br, zstd, gzip"}
    with (
        serving(f"sqlite:///{tmp_path / 'test.db'}") as address,
        httpx2.stream("GET", f"{address}/v1/stream", headers=headers, timeout=PATIENCE) as answer,
    ):
        assert next(answer.iter_lines()).startswith("retry: ")
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert {"content-encoding", "etag", "content-length"}.isdisjoint(answer.headers)


def connect(address: str, target: str = "/v1/stream", buffer: int | None = None) -> socket.socket:
    """A client that has asked, and of which nobody reads yet."""
    parts = urlsplit(address)
    client = socket.socket()
    if buffer is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    client.settimeout(PATIENCE)
    client.connect((parts.hostname, parts.port))
    client.sendall(f"GET {target} HTTP/1.1\r\nHost: example\r\n\r\n".encode())
    return client


def test_who_does_not_read_is_cut_off_and_nobody_else_waits(sqlite_store: Store, tmp_path: Path) -> None:
    with paced(f"sqlite:///{tmp_path / 'test.db'}", Pace(patience=0.5)) as address:
        slow = connect(address, buffer=4096)
        slow.recv(1)
        with events(address) as heard:
            # 30 MB, more than the system keeps for a connection.
            reference = replace(change().notice, id="long", title="长" * 10_000)
            many = [change(station=Station(name=f"{number}号站"), notice=reference) for number in range(1000)]
            sqlite_store.add(notice(id="long"), many, LATER)
            assert len([next(heard) for _ in many]) == len(many)
        sleep(1)
        # What the system had taken for the client is still there; then the connection is over, in the middle.
        taken = received(slow)
        assert 0 < len(taken) < 30_000_000
        assert not taken.endswith(b"0\r\n\r\n")


def test_a_server_ends_within_a_second_though_a_thousand_listen(tmp_path: Path) -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < CLIENTS + 500:
        pytest.skip(f"a process may not open {CLIENTS} files here: raise ulimit -n")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    filled(f"sqlite:///{tmp_path / 'data' / 'tollfeed.db'}", now=ADDED)
    with (tmp_path / "log.txt").open("wb") as log:
        process = subprocess.Popen([TOLLFEED, "serve", "--port", str(port)], cwd=tmp_path, stdout=log, stderr=log)
    with ExitStack() as open_clients:
        open_clients.callback(process.wait)
        open_clients.callback(process.kill)
        wait_for(address, process)
        # Polls come first. They hear nothing yet, but connections are accepted in turn, so that all wait for news
        # once the streams have heard something; one not accepted is reset when the server no longer listens.
        polls = [open_clients.enter_context(connect(address, "/v1/log?since=now&wait=60")) for _ in range(50)]
        streams = [open_clients.enter_context(connect(address)) for _ in range(CLIENTS)]
        for each in streams:
            assert each.recv(2**16).startswith(b"HTTP/1.1 200")
        begun = monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0, (tmp_path / "log.txt").read_text("utf-8")
        seconds = monotonic() - begun
        # A third of one on a quiet machine; the limit is for a busy one, and half of what open connections get.
        assert seconds < 5
        for client in streams:
            assert received(client).endswith(b"0\r\n\r\n")
        assert all(b'"entries":[]' in received(client) for client in polls)
        assert "ERROR" not in (tmp_path / "log.txt").read_text("utf-8")


def received(client: socket.socket) -> bytes:
    """All that comes until the server has closed."""
    with client:
        return b"".join(iter(lambda: client.recv(2**16), b""))


def test_a_client_that_leaves_is_not_waited_for(sqlite_store: Store, tmp_path: Path) -> None:
    app = create_app(Settings(database=f"sqlite:///{tmp_path / 'test.db'}", poll=False, deliver=False), Clock())

    async def ask() -> list[dict[str, Any]]:
        gone = asyncio.Event()
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            if message["type"] == "http.response.body":
                gone.set()

        scope = {"type": "http", "method": "GET", "path": "/v1/stream", "query_string": b"", "headers": []}
        async with cast(FastAPI, app).router.lifespan_context(app):
            await asyncio.wait_for(app({**scope, "raw_path": b"/v1/stream", "root_path": ""}, receive, send), PATIENCE)
        return sent

    assert [message["type"] for message in asyncio.run(ask())] == ["http.response.start", "http.response.body"]
