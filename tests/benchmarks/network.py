"""Answers over a real connection: ours beside an application that does nothing but send the same bytes.

Both run under the same server, in turns, each on one core. Against the limit counts the server's processor time, of
which other programs take nothing; what a second holds by the clock stands beside it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from service.store import Store
from tests import make
from tests.benchmarks.load import Rate, answer, rate
from tests.benchmarks.measure import Figure
from tests.benchmarks.servers import NOW, Server, server
from tests.benchmarks.serving import changes

_ROUNDS = 7
_SLOWER = 1.25  # four fifths of the bare application's rate
_PAGE = 2.5  # 400 pages a second
_BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def figures() -> Iterator[Figure]:
    """Feeds, 304 and pages of a site with 500 changes."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'test.db'}"
        store = Store.open(database)
        added = store.add(make.notice(), changes(), NOW)
        store.close()
        with server("site", database) as site:
            for path in ("/feeds/changes.ics", "/feeds/changes.rss"):
                yield from _beside_bare(f"GET {path}", site, asking(path), Path(folder))
            yield from _beside_bare("  in Brotli", site, asking("/feeds/changes.rss", **_BROWSER), Path(folder))
            tag = _tag(answer(site.port, asking("/feeds/changes.ics"))[0])
            known = asking("/feeds/changes.ics", **{"If-None-Match": tag})
            yield from _beside_bare("  with its ETag: 304", site, known, Path(folder))
            for path in (f"/changes/{added.revisions[0].change.id}", "/"):
                request = asking(path, Accept="text/html", **_BROWSER)
                rates = [rate(site, request) for _ in range(_ROUNDS)]
                name = f"GET {path.rpartition('/')[0]}/{'…' if len(path) > 1 else ''}"
                # The start page has all 500 in it; its limit is that of 10,000 changes.
                limit = None if path == "/" else _PAGE
                yield Figure(f"{name}, a page: processor time", tuple(each.cost for each in rates), "ms", limit)
                yield Figure("  by the clock", tuple(each.by_clock for each in rates), "/s")


def asking(path: str, **headers: str) -> bytes:
    """A request as it goes over the wire."""
    lines = {"Host": "tollfeed.example", "User-Agent": "benchmark", "Accept": "*/*", **headers}
    return "\r\n".join(
        (f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", "")
    ).encode()


def _tag(wire: bytes) -> str:
    head = wire.partition(b"\r\n\r\n")[0].decode()
    return next(line.partition(": ")[2] for line in head.split("\r\n") if line.startswith("etag: "))


def _beside_bare(name: str, site: Server, request: bytes, folder: Path) -> Iterator[Figure]:
    wire = folder / "answer"
    wire.write_bytes(answer(site.port, request)[0])
    with server("bare", str(wire)) as bare:
        rounds = [(rate(site, request), rate(bare, request)) for _ in range(_ROUNDS)]
    times = min(ours.cost for ours, _ in rounds) / min(theirs.cost for _, theirs in rounds)
    yield Figure(f"{name}: ours, times the bare application", (times,), "×", _SLOWER)
    yield _by_clock("  ours, by the clock", [ours for ours, _ in rounds])
    yield _by_clock("  the bare application", [theirs for _, theirs in rounds])


def _by_clock(name: str, rates: list[Rate]) -> Figure:
    return Figure(name, tuple(each.by_clock for each in rates), "/s")
