"""Publishing and serving: 500 changes as feeds, rendered, answered from memory, and not sent again."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter

import httpx2
from asgi_lifespan import LifespanManager

from service.feed import Feed, Lang
from service.publish import FORMATS
from service.records import Change, Detour, Direction, Revision, Station
from service.settings import Settings
from service.store import Store
from service.web.app import create_app
from tests import make
from tests.benchmarks.measure import Figure, timed

_CHANGES = 500
_NOW = datetime(2024, 11, 1, tzinfo=UTC)
_BASE = "https://tollfeed.example"


def changes() -> tuple[Change, ...]:
    """500 closures under way, each with two ways round."""
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
        for number in range(_CHANGES)
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
    for form in FORMATS:
        yield timed(f"render {_CHANGES} changes as {form.name}", partial(form.render, feed), repeat=5)
    yield from asyncio.run(_over_http())


async def _over_http() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database=f"sqlite:///{Path(folder) / 'test.db'}", base_url=_BASE, poll=False)
        store = Store.open(settings.database_url)
        store.add(make.notice(), changes(), _NOW - timedelta(days=1))
        store.close()
        app = create_app(settings, lambda: _NOW)
        transport = httpx2.ASGITransport(app=app)
        async with LifespanManager(app), httpx2.AsyncClient(transport=transport, base_url=_BASE) as client:
            return [*await _requests(client)]


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
