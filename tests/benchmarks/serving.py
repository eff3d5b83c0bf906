"""Publishing and serving: 500 changes as feeds, rendered, answered from memory, and not sent again."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter, process_time

import httpx2
from asgi_lifespan import LifespanManager

import service.web
from service.feed import Feed, Lang
from service.publish import FORMATS, ICALENDAR
from service.records import Action, Change, Detour, Direction, Revision, Station
from service.settings import Settings
from service.store import Store
from service.web.app import create_app
from tests import make
from tests.benchmarks.measure import Figure, timed

_CHANGES = 500
_MANY = 10_000
_NOW = datetime(2024, 11, 1, tzinfo=UTC)
_BASE = "https://tollfeed.example"


def changes(number_of: int = _CHANGES) -> tuple[Change, ...]:
    """Closures under way, each with two ways round."""
    ways = tuple(
        Detour(direction=Direction(to=end), via=("九园站", "东堤头站"), text=f"往{end}方向可从九园站、东堤头站通行")
        for end in ("天津", "蓟州")
    )
    return tuple(
        make.change(
            id=f"change-{number}",
            station=Station(name=f"示例{number}站"),
            validity=make.validity(make.china(2024, 10, 1 + number % 28), make.china(2025, 1, 1 + number % 28)),
            detours=ways,
        )
        for number in range(number_of)
    )


def figures() -> Iterator[Figure]:
    """What a feed of 500 changes costs, alone and over HTTP (through ASGI, without a network)."""
    revisions = tuple(
        Revision(position=number, recorded=_NOW - timedelta(minutes=_CHANGES - number), change=change)
        for number, change in enumerate(changes(), 1)
    )
    feed = Feed(
        title="收费站变化",
        description="收费站变化",
        url=f"{_BASE}/feeds/changes.ics",
        home=_BASE,
        base_url=_BASE,
        lang=Lang.ZH,
        updated=_NOW,
        revisions=revisions,
    )
    rendered = {
        form: timed(f"render {_CHANGES} changes as {form.name}", partial(form.render, feed), repeat=5)
        for form in FORMATS
    }
    yield from rendered.values()
    yield from asyncio.run(_over_http())
    altered = asyncio.run(_after_one_change())
    yield altered
    times = min(altered.values) / min(rendered[ICALENDAR].values)
    yield Figure("  times rendering all of it with icalendar", (times,), "×", 0.05)
    yield asyncio.run(_start_page())
    yield Figure("style sheet and scripts", (_static_bytes() / 1000,), "kB", 60)


@asynccontextmanager
async def _site(
    known: tuple[Change, ...], clock: Callable[[], datetime] = lambda: _NOW
) -> AsyncIterator[tuple[httpx2.AsyncClient, Store]]:
    """A client of a site that has these changes, and its store."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database=f"sqlite:///{Path(folder) / 'test.db'}", base_url=_BASE, poll=False)
        with closing(Store.open(settings.database_url)) as store:
            store.add(make.notice(), known, _NOW - timedelta(days=1))
        app = create_app(settings, clock)
        transport = httpx2.ASGITransport(app=app)
        async with LifespanManager(app), httpx2.AsyncClient(transport=transport, base_url=_BASE) as client:
            yield client, app.state.site.store


async def _over_http() -> list[Figure]:
    async with _site(changes()) as (client, _):
        return [*await _requests(client)]


async def _after_one_change() -> Figure:
    """What a calendar of 500 costs when one of them was altered, not coded: that is for every answer alike."""
    known = changes()
    async with _site(known) as (client, store):

        async def asked() -> float:
            begin = process_time()
            (await client.get("/feeds/changes.ics", headers={"Accept-Encoding": "identity"})).raise_for_status()
            return 1000 * (process_time() - begin)

        await asked()
        # The last, since all are of one notice and events name the first of their notice (RELATED-TO).
        altered = []
        for day in range(1, 8):
            reference = replace(known[-1].notice, id=f"later-{day}")
            longer = make.validity(known[-1].validity.start, make.china(2025, 3, day))
            change = replace(known[-1], action=Action.EXTEND, validity=longer, notice=reference)
            store.add(make.notice(id=reference.id), [change], _NOW)
            altered.append(await asked())
    return Figure("GET /feeds/changes.ics after one change", tuple(altered))


async def _start_page() -> Figure:
    # A page is kept for a minute; each of these is made anew.
    minutes = count()
    async with _site(changes(_MANY), lambda: _NOW + timedelta(minutes=next(minutes))) as (client, _):
        (await client.get("/", headers={"Accept": "text/html"})).raise_for_status()
        values = []
        for _ in range(20):
            begin = perf_counter()
            (await client.get("/", headers={"Accept": "text/html"})).raise_for_status()
            values.append(1000 * (perf_counter() - begin))
        return Figure(f"GET / with {_MANY} changes, made anew", tuple(values), "ms", 30)


def _static_bytes() -> int:
    files = (Path(service.web.__file__).parent / "static").rglob("*")
    return sum(path.stat().st_size for path in files if path.suffix in {".css", ".js", ".mjs"})


async def _requests(client: httpx2.AsyncClient) -> list[Figure]:
    # An alarm of its own makes each address one that has not been rendered yet.
    minutes = count(1)
    first = await _timed(client, "GET /feeds/changes.ics, the first", lambda: f"PT{next(minutes)}M", 200, repeat=5)
    again = await _timed(client, "GET, again: from memory", lambda: "PT1M", 200, repeat=100, limit=10)
    etag = (await client.get("/feeds/changes.ics", params={"alarm": "PT1M"})).headers["ETag"]
    known = await _timed(client, "GET with its ETag: 304", lambda: "PT1M", 304, repeat=100, limit=10, etag=etag)
    return [first, again, known, Figure("  first, times again", (min(first.values) / min(again.values),), "×")]


async def _timed(
    client: httpx2.AsyncClient,
    name: str,
    alarm: Callable[[], str],
    status: int,
    *,
    repeat: int,
    limit: float | None = None,
    etag: str = "",
) -> Figure:
    values = []
    for _ in range(repeat):
        begin = perf_counter()
        response = await client.get(
            "/feeds/changes.ics", params={"alarm": alarm()}, headers={"If-None-Match": etag} if etag else {}
        )
        values.append(1000 * (perf_counter() - begin))
        assert response.status_code == status, response.text
    return Figure(name, tuple(values), "ms", limit)
