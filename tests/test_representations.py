"""Codings, validators and what is given again (RFC 9110 §8.4, §8.8, §12.5.3, §13; RFC 5861)."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from urllib.request import Request, urlopen

import brotli
import httpx2
import pytest
import zstandard
from starlette.testclient import TestClient

from service.kept import Kept
from service.store import Store
from service.web.coding import Coding, preferred
from service.web.representation import Representations
from tests import program
from tests.conftest import PostgreSQL
from tests.make import change, china, notice
from tests.web import CHANGES, NOW, Clock, filled, running, serving

FEEDS = ("/feeds/changes.rss", "/feeds/changes.atom", "/feeds/changes.ics", "/feeds/log.rss", "/feeds/log.atom")
ADDRESSES = (
    *FEEDS,
    "/feeds/changes.json",
    "/feeds/roads.opml",
    "/static/style.css",
    "/v1/changes",
    "/v1/changes?road=津蓟高速",
    "/",
    "/?lang=en",
    "/openapi.json",
)
DECODED: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
    "gzip": gzip.decompress,
    "identity": bytes,
}
WISHES = [
    # Accept-Encoding, the coding of the answer
    (b"", "identity"),
    (b"gzip", "gzip"),
    (b"br", "br"),
    (b"zstd", "zstd"),
    (b"gzip, deflate, br, zstd", "br"),
    (b"gzip, deflate, zstd", "zstd"),
    (b"gzip;q=1.0, br;q=0.8", "gzip"),
    (b"GZIP ; Q=0.5", "gzip"),
    (b"x-gzip", "gzip"),
    (b"*", "br"),
    (b"br;q=0, *", "zstd"),
    (b"*;q=0.1, gzip;q=0.5", "gzip"),
    (b"identity, gzip;q=0.5", "identity"),
    (b"identity;q=0.5, gzip;q=0.5", "gzip"),
    (b"gzip;q=0", "identity"),
    (b"gzip;q=0.000, br;q=0", "identity"),
    (b"identity;q=0", "identity"),  # nothing of ours is left, and it is answered all the same
    (b"*;q=0", "identity"),
    (b"identity;q=0, *", "br"),
    (b"deflate, compress", "identity"),
    (b",, gzip ,", "gzip"),
    (b"gzip;q=2, br;q=one", "identity"),
    (b"br;level=9", "identity"),
    (b"g\xfczip", "identity"),
]


@pytest.fixture
def database_path(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    filled(url)
    return url


@pytest.fixture
def client(database_path: str) -> Iterator[TestClient]:
    with running(database_path) as client:
        yield client


def raw(client: httpx2.Client, address: str, coding: str, **headers: str) -> tuple[httpx2.Response, bytes]:
    """The answer and its bytes as they were sent."""
    with client.stream("GET", address, headers={"Accept-Encoding": coding, **headers}) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize(("accept_encoding", "expected"), WISHES)
def test_the_coding_that_a_client_prefers(accept_encoding: bytes, expected: str) -> None:
    assert preferred(accept_encoding) == expected


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_coding_is_a_representation_with_a_tag_of_its_own(client: TestClient, address: str) -> None:
    plain, content = raw(client, address, "identity")
    tags = set()
    for coding, decoded in DECODED.items():
        answer, sent = raw(client, address, coding)
        assert answer.headers.get("content-encoding", "identity") == coding
        assert decoded(sent) == content
        assert answer.headers["content-length"] == str(len(sent))
        assert len(sent) < len(content) or coding == "identity"
        assert "Accept-Encoding" in answer.headers["vary"]
        assert answer.headers["content-type"] == plain.headers["content-type"]
        tags.add(answer.headers["etag"])
    assert len(tags) == len(DECODED)
    assert not any(tag.startswith("W/") for tag in tags)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("coding", DECODED)
def test_head_has_the_headers_of_get(client: TestClient, address: str, coding: str) -> None:
    for _ in ("made", "given again"):
        got, _content = raw(client, address, coding)
        head = client.head(address, headers={"Accept-Encoding": coding})
        assert head.headers == got.headers
        assert head.content == b""


@pytest.mark.parametrize("address", ["/feeds/changes.ics", "/v1/changes", "/"])
@pytest.mark.parametrize("coding", DECODED)
def test_whoever_has_it_in_any_coding_is_told_so_by_the_tag_it_has(
    client: TestClient, address: str, coding: str
) -> None:
    for had in DECODED:
        tag = raw(client, address, had)[0].headers["etag"]
        full = raw(client, address, coding)[0]
        for known in (tag, f"W/{tag}", f'"other", {tag}'):
            answer, content = raw(client, address, coding, **{"If-None-Match": known})
            assert (answer.status_code, content) == (304, b"")
            assert answer.headers["etag"] == tag
            for name in ("vary", "cache-control", "last-modified"):
                assert answer.headers.get(name) == full.headers.get(name)
            assert not {"content-encoding", "content-length", "content-type"} & set(answer.headers)


def test_what_is_short_or_must_not_be_stored_is_not_coded(client: TestClient) -> None:
    short, _ = raw(client, "/v1/changes?road=nowhere", "gzip, br, zstd")
    assert "content-encoding" not in short.headers
    assert short.headers["vary"] == "Accept-Encoding"
    assert short.headers["etag"] == raw(client, "/v1/changes?road=nowhere", "identity")[0].headers["etag"]
    for address in ("/healthz", "/metrics", "/v1/changes?nonsense=1"):
        answer, _ = raw(client, address, "gzip")
        assert answer.headers["cache-control"] == "no-store"
        assert not {"content-encoding", "etag"} & set(answer.headers)


def test_what_says_nothing_of_caches_is_to_be_asked_for_again(client: TestClient) -> None:
    assert client.get("/v1/changes").headers["cache-control"] == "no-cache"


def test_images_that_are_compressed_are_sent_as_they_are() -> None:
    content = bytes(5000)
    for media_type, coded in (("image/png", False), ("image/svg+xml", True), ("application/geo+json", True)):
        made = Representations().of([(b"content-type", media_type.encode())], content, Coding.GZIP)
        assert (len(made.content["body"]) < len(content)) == coded


def test_two_processes_send_the_same_bytes(tmp_path: Path) -> None:
    filled(f"sqlite:///{tmp_path / 'test.db'}")
    seen = []
    with ExitStack() as processes:
        for number in (1, 2):
            folder = tmp_path / str(number)
            folder.mkdir()
            variables = {"TOLLFEED_POLL": "false", "TOLLFEED_BASE_URL": "https://tollfeed.example"}
            options = ("serve", "--database", f"sqlite:///{tmp_path / 'test.db'}")
            address = processes.enter_context(program.serving(*options, folder=folder, variables=variables))
            client = processes.enter_context(httpx2.Client(base_url=address))
            seen.append([raw(client, path, coding) for path in ADDRESSES for coding in DECODED])
            # A coded form that tells when it was written would differ a second later.
            sleep(1.1)
    for (one, content), (other, same) in zip(*seen, strict=True):
        assert content == same
        assert one.headers["etag"] == other.headers["etag"]
        assert {**one.headers, "date": ""} == {**other.headers, "date": ""}


def another(number: int = 0) -> tuple[str, str]:
    """A program that adds a closure, and the name of its station."""
    name = f"新{number}号站"
    lines = (
        "import sys",
        "from dataclasses import replace",
        "from tests.web import CHANGES, NOW, filled",
        "one = CHANGES[0]",
        f"reference = replace(one.notice, id='another-{number}')",
        f"filled(sys.argv[1], (replace(one, notice=reference, station=replace(one.station, name='{name}')),), NOW)",
    )
    return "\n".join(lines), name


def test_what_another_process_adds_is_seen_within_a_second(database_url: str) -> None:
    filled(database_url)
    with serving(database_url) as base_url, httpx2.Client(base_url=base_url) as client:
        for number in range(2):
            lines, name = another(number)
            address = "/feeds/changes.atom"
            assert name not in client.get(address).text
            subprocess.run([sys.executable, "-c", lines, database_url], check=True)
            added = monotonic()
            while name not in client.get(address).text:
                assert monotonic() < added + 1.5, "a second, and what a busy machine needs"
                sleep(0.02)


def test_what_this_process_adds_is_seen_at_once(database_url: str) -> None:
    """Review decisions and the poller write through the store of the site."""
    filled(database_url)
    with running(database_url) as client:
        store: Store = client.app.state.site.store  # type: ignore[attr-defined]  # starlette types it as an ASGI app
        for number in range(3):
            assert f"后{number}" not in client.get("/feeds/changes.rss").text
            later = replace(CHANGES[0], station=replace(CHANGES[0].station, name=f"后{number}站"))
            store.add(notice(id=f"later-{number}"), [later], NOW)
            assert f"后{number}" in client.get("/feeds/changes.rss").text


def test_a_lease_renewed_makes_nothing_anew(client: TestClient) -> None:
    client.get("/feeds/changes.rss")
    site = client.app.state.site  # type: ignore[attr-defined]  # starlette types it as an ASGI app
    before = site.store.stamp()
    site.store.lease("poll", "here", NOW, NOW)
    assert site.store.stamp() != before
    rendered = len(site.renderings)
    client.get("/feeds/changes.rss")
    assert len(site.renderings) == rendered


def test_what_is_given_again_follows_the_clock(database_path: str) -> None:
    """九园站 ended on 26 October, 00:00, and goes after 30 days; 天津站 opens on 1 December."""
    clock = Clock()
    table = [
        # when, whether the default feed has 九园, whether that of what is active has 天津
        (china(2024, 11, 24, 23, 59), True, False),
        (china(2024, 11, 25), False, False),
        (china(2024, 11, 30, 23, 59), False, False),
        (china(2024, 12, 1), False, True),
        (china(2024, 11, 24), True, False),
    ]
    with running(database_path, clock) as client:
        for clock.now, recent, opened in table:
            for _ in ("made", "given again"):
                assert ("九园" in client.get("/feeds/changes.rss").text) == recent
                assert ("天津" in client.get("/feeds/changes.rss?status=active").text) == opened


def test_requests_given_again_are_counted_by_their_route(client: TestClient) -> None:
    tag = client.get("/feeds/changes.rss").headers["etag"]
    for _ in range(3):
        client.get("/feeds/changes.rss")
        client.head("/feeds/changes.rss")
        client.get("/feeds/changes.rss", headers={"If-None-Match": tag})
    counted = client.get("/metrics").text
    for method, status, count in (("GET", 200, 4), ("HEAD", 200, 3), ("GET", 304, 3)):
        labels = f'method="{method}",route="/feeds/changes.rss",status="{status}"'
        assert f"tollfeed_requests_total{{{labels}}} {count}.0" in counted


def test_a_database_that_is_gone_is_not_hidden_by_what_is_kept(postgresql: PostgreSQL) -> None:
    with ExitStack() as database:
        url = database.enter_context(postgresql.database())
        filled(url)
        with running(url) as client:
            assert client.get("/feeds/changes.rss").status_code == 200
            database.close()
            sleep(1)
            assert client.get("/feeds/changes.rss").status_code == 503


def test_addresses_without_number_do_not_fill_the_memory(client: TestClient) -> None:
    kept: Kept[bytes] = Kept(1000, len)
    for number in range(100):
        kept.get(number, lambda: bytes(99))
    assert len(kept) == 10
    assert kept.find(0) is None
    assert kept.find(99) == bytes(99)
    kept.keep("too large", bytes(1001))
    assert len(kept) == 0


def test_a_value_replaced_counts_once() -> None:
    kept: Kept[bytes] = Kept(1000, len)
    for length in (900, 100, 900):
        kept.keep("one", bytes(length))
    kept.keep("two", bytes(100))
    assert len(kept) == 2
    assert kept.find("one") == bytes(900)


def test_any_commit_gives_the_store_another_stamp(database_url: str) -> None:
    store, other = Store.open(database_url), Store.open(database_url)
    stamps = [store.stamp()]
    for writer, number in ((store, 1), (other, 2), (store, 3)):
        if writer is other:
            sleep(1 if database_url.startswith("postgresql") else 0)
        writer.add(notice(id=f"notice-{number}"), [change()], NOW)
        stamps.append(store.stamp())
    assert len(set(stamps)) == len(stamps)
    store.close()
    other.close()


def test_the_real_server_sends_what_urllib_can_read(database_path: str) -> None:
    """A client that knows no codings and asks for none."""
    with serving(database_path) as base_url, urlopen(Request(f"{base_url}/feeds/changes.ics")) as answer:  # noqa: S310 - of our own server
        assert answer.read().startswith(b"BEGIN:VCALENDAR\r\n")
        assert answer.headers["Content-Encoding"] is None
