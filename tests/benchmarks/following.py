"""Following the log: how soon a commit of another process is heard, and what a page of 500 entries costs.

By itself: ``python -m tests.benchmarks.following``, on SQLite and, where its server is installed, PostgreSQL.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter, sleep, time

import httpx2

from service.records import Change, Notice, Station
from service.store import Query, Store
from service.waking import Waking
from service.web.following import Following
from tests import make
from tests.benchmarks.measure import Figure, report, timed
from tests.benchmarks.serving import changes
from tests.conftest import PostgreSQL
from tests.web import serving

_COMMITS = 100
_PAGE = 500
_LATENCY, _A_PAGE = 100.0, 20.0
"""Milliseconds."""
_NOW = make.china(2024, 11, 1)


def _said(number: int) -> tuple[Notice, tuple[Change, ...]]:
    reference = replace(make.change().notice, id=f"notice-{number}")
    said = make.change(station=Station(name=f"另{number}站"), notice=reference)
    return make.notice(id=reference.id), (said,)


def _write(url: str, path: str) -> None:
    """Commit now and then, in a process of its own, and note when each commit was done."""
    with closing(Store.open(url)) as store:
        times = []
        for number in range(_COMMITS):
            sleep(0.037)
            store.add(*_said(number), _NOW)
            times.append(time())
    Path(path).write_text(json.dumps(times), "utf-8")


def _heard(address: str, path: str, since: str) -> Iterator[float]:
    """When each entry had come to a client."""
    if path == "stream":
        headers = {"Last-Event-ID": since}
        with httpx2.stream("GET", f"{address}/v1/stream", headers=headers, timeout=60) as answer:
            for event in httpx2.EventSource(answer):
                if event.data:
                    yield time()
        return
    with httpx2.Client(base_url=address, timeout=60) as client:
        while True:
            found = client.get(f"/v1/log?since={since}&wait=30").json()
            yield from (time() for _ in found["entries"])
            since = found["next"]


def _latency(name: str, url: str, folder: str) -> Iterator[Figure]:
    for path in ("stream", "log"):
        Store.open(url).close()
        with serving(url) as address:
            since = httpx2.get(f"{address}/v1/log?since=now").json()["next"]
            noted = f"{folder}/{path}.json"
            heard: list[float] = []

            def listen(
                path: str = path, since: str = since, address: str = address, heard: list[float] = heard
            ) -> None:
                for _, moment in zip(range(_COMMITS), _heard(address, path, since), strict=False):
                    heard.append(moment)

            listener = Thread(target=listen)
            listener.start()
            sleep(0.5)
            writer = get_context("spawn").Process(target=_write, args=(f"{url}", noted))
            writer.start()
            writer.join()
            listener.join()
        committed = json.loads(Path(noted).read_text("utf-8"))
        waited = [1000 * (then - done) for done, then in zip(committed, heard, strict=True)]
        cuts = quantiles(waited, n=20)
        yield Figure(f"{name}: commit to /v1/{path}, median", (cuts[9],), "ms", _LATENCY)
        yield Figure(f"{name}: commit to /v1/{path}, 95th of 100", (cuts[18],), "ms", _LATENCY)
        with closing(Store.open(url)) as store, store._database.writing() as connection:
            for table in ("spots", "reports", "records", "revisions", "notices"):
                connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names


def _page(name: str, url: str) -> Iterator[Figure]:
    with closing(Store.open(url)) as store:
        store.add(make.notice(), changes(_PAGE), _NOW)
        later = replace(make.change().notice, id="later", published=make.china(2024, 11, 2).date())
        ends = make.china(2025, 6, 1)
        moved = [replace(each, notice=later, validity=replace(each.validity, end=ends)) for each in changes(_PAGE)]
        store.add(make.notice(id="later", published=later.published), moved, _NOW)
        first = store.stretch(0, Query(limit=_PAGE))
        for what, after in (("new", 0), ("altered", first.end.position)):

            def read(after: int = after) -> None:
                # Anew each time, as nothing is remembered of a page that nobody has asked for.
                following = Following(store, Waking(store), timedelta(days=365))
                assert len(asyncio.run(following.page(after, Query(limit=_PAGE))).entries) == _PAGE

            yield timed(f"{name}: 500 {what}, for the first time", read, repeat=20, limit=_A_PAGE, clock=perf_counter)
    with serving(url) as address, httpx2.Client(base_url=address, headers={"Accept-Encoding": "identity"}) as client:
        begin = client.get("/v1/log?limit=500").json()["next"]
        for what, query in (("new", ""), ("altered", f"&since={begin}")):

            def ask(query: str = query) -> None:
                assert client.get(f"/v1/log?limit=500{query}").status_code == 200

            yield timed(f"{name}: GET /v1/log, 500 {what}, again", ask, repeat=20, limit=_A_PAGE, clock=perf_counter)


def figures() -> Iterator[Figure]:
    """Both, on both databases."""
    with TemporaryDirectory() as folder:
        yield from _latency("SQLite", f"sqlite:///{folder}/latency.db", folder)
        yield from _page("SQLite", f"sqlite:///{folder}/page.db")
    with TemporaryDirectory(prefix="tollfeed-", ignore_cleanup_errors=True) as folder:
        server = PostgreSQL(Path(folder))
        try:
            with TemporaryDirectory() as notes, server.database() as url:
                yield from _latency("PostgreSQL", url, notes)
            with server.database() as url:
                yield from _page("PostgreSQL", url)
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(report(list(figures())))
