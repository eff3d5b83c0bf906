"""Feeds over HTTP: what is in them, and how little is sent when nothing changed (RFC 9110 §13, RFC 5861)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import httpx2
import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from service.records import Action
from service.store import Store
from tests.make import china, notice, validity
from tests.web import CHANGES, NOW, Clock, filled, running, serving

FEEDS = ("/feeds/changes.rss", "/feeds/changes.atom", "/feeds/changes.ics", "/feeds/log.rss", "/feeds/log.atom")
MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}
CURRENT = {"津榆路", "天津", "九园", "徐水", "马集"}

SELECTIONS = [
    ("", CURRENT),
    ("road=津蓟高速", {"津榆路", "天津", "九园"}),
    ("road=%E6%B4%A5%E8%93%9F%E9%AB%98%E9%80%9F", {"津榆路", "天津", "九园"}),
    ("kind=lane_closure,station_opening", {"九园", "天津"}),
    ("kind=lane_closure&kind=station_opening", {"九园", "天津"}),
    ("status=ended", {"九园", "旧"}),
    ("status=active", {"津榆路", "马集"}),
    ("at=2024-07-01", {"旧"}),
    ("from=2024-07-01&to=2024-07-31", {"旧"}),
    ("q=徐水", {"徐水"}),
    ("q=nothing", set()),
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


def places(text: str) -> set[str]:
    """Which of the places stand in a feed's titles."""
    titles = [entry.title for entry in feedparser.parse(text.encode()).entries] if "<" in text else summaries(text)
    return {place for place in (*CURRENT, "旧") if any(place in title for title in titles)}


def summaries(text: str) -> list[str]:
    return [str(event["summary"]) for event in Calendar.from_ical(text).walk("VEVENT")]


@pytest.mark.parametrize(("query", "expected"), SELECTIONS)
def test_a_feed_holds_what_was_asked_for(client: TestClient, query: str, expected: set[str]) -> None:
    found = {path: places(client.get(f"{path}?{query}").text) for path in FEEDS if "changes" in path}
    assert found == dict.fromkeys(found, expected)


def test_the_log_has_every_revision(database_path: str) -> None:
    store = Store.open(database_path)
    reference = replace(CHANGES[0].notice, id="later")
    longer = validity(china(2024, 10, 21), china(2025, 2, 1))
    store.add(notice(id="later"), [replace(CHANGES[0], action=Action.EXTEND, validity=longer, notice=reference)], NOW)
    store.close()
    with running(database_path) as client:
        for path in ("/feeds/log.rss", "/feeds/log.atom"):
            entries = feedparser.parse(client.get(path).content).entries
            assert len(entries) == len({entry.id for entry in entries}) == len(CHANGES) + 1
            assert len(feedparser.parse(client.get(f"{path}?station=津榆路").content).entries) == 2
        # Of one change, its first and its last day.
        assert len(summaries(client.get("/feeds/changes.ics?station=津榆路").text)) == 2


@pytest.mark.parametrize("path", FEEDS)
def test_headers_say_what_it_is_and_how_long_it_lasts(client: TestClient, path: str) -> None:
    answers = [client.get(path), client.get(path, headers={"Accept": "text/html"}), client.head(path)]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == MEDIA_TYPES[path.rpartition(".")[2]]
        assert answer.headers["cache-control"].startswith("public, max-age=300, stale-while-revalidate=")
        assert answer.headers["etag"] == answers[0].headers["etag"]
        assert answer.headers["vary"] == "Accept-Encoding"
    assert answers[1].content == answers[0].content
    assert answers[2].content == b""


def test_a_calendar_has_a_telling_name(client: TestClient) -> None:
    disposition = client.get("/feeds/changes.ics", params={"road": "津蓟高速", "lang": "en"}).headers[
        "content-disposition"
    ]
    assert disposition.startswith(
        "inline; filename=\"tollfeed.ics\"; filename*=UTF-8''%E6%B4%A5%E8%93%9F%E9%AB%98%E9%80%9F"
    )
    assert disposition.endswith(".ics")
    assert "content-disposition" not in client.get("/feeds/changes.rss").headers


def test_language_and_alarm(client: TestClient) -> None:
    assert "关闭" in client.get("/feeds/changes.rss").text
    assert "Closed" in client.get("/feeds/changes.rss?lang=en").text
    alarms = {
        query: client.get(f"/feeds/changes.ics{query}").text.count("BEGIN:VALARM") for query in ("", "?alarm=PT12H")
    }
    assert alarms[""] == 0
    assert alarms["?alarm=PT12H"] > 0


def test_self_is_one_address_however_it_was_written(client: TestClient) -> None:
    written = (
        "road=津蓟高速&kind=lane_closure&kind=reopening",
        "kind=lane_closure,reopening&road=%E6%B4%A5%E8%93%9F%E9%AB%98%E9%80%9F&q=",
    )
    selves = {feedparser.parse(client.get(f"/feeds/changes.atom?{each}").content).feed.id for each in written}
    texts = {client.get(f"/feeds/changes.atom?{each}").text for each in written}
    assert len(selves) == len(texts) == 1


LAST = "Thu, 31 Oct 2024 16:00:00 GMT"  # midnight in China: later than the newest revision, and it may change the feed
CONDITIONS = [
    # headers, with {} for the entity tag; expected status
    ({"If-None-Match": "{}"}, 304),
    ({"If-None-Match": "W/{}"}, 304),
    ({"If-None-Match": '"other", {}'}, 304),
    ({"If-None-Match": '"a,b" , W/"c",{}'}, 304),
    ({"If-None-Match": "*"}, 304),
    ({"If-None-Match": '"other"'}, 200),
    ({"If-None-Match": "nonsense"}, 200),
    ({"If-None-Match": ""}, 200),
    ({"If-Modified-Since": LAST}, 304),
    ({"If-Modified-Since": "Fri, 01 Nov 2024 00:00:00 GMT"}, 304),
    ({"If-Modified-Since": "Thu, 31 Oct 2024 15:59:59 GMT"}, 200),
    ({"If-Modified-Since": "Friday, 01-Nov-24 00:00:00 GMT"}, 304),
    ({"If-Modified-Since": "Fri, 01 Nov 2024 00:00:00 -0000"}, 304),
    ({"If-Modified-Since": "yesterday"}, 200),
    ({"If-Modified-Since": "Fri, 31 Feb 2024 00:00:00 GMT"}, 200),
    ({"If-Modified-Since": ""}, 200),
    ({"If-None-Match": '"other"', "If-Modified-Since": LAST}, 200),
    ({"If-None-Match": "{}", "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 304),
]


@pytest.mark.parametrize(("headers", "status"), CONDITIONS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_client_has_is_not_sent_again(
    client: TestClient, method: str, headers: dict[str, str], status: int
) -> None:
    first = client.get("/feeds/changes.rss")
    assert first.headers["last-modified"] == LAST
    tagged = {name: value.replace("{}", first.headers["etag"]) for name, value in headers.items()}
    answer = client.request(method, "/feeds/changes.rss", headers=tagged)
    assert answer.status_code == status
    assert answer.content == (first.content if status == 200 and method == "GET" else b"")
    for name in ("etag", "last-modified", "cache-control"):
        assert answer.headers[name] == first.headers[name]


def test_every_representation_has_a_tag_of_its_own(client: TestClient) -> None:
    addresses = (*FEEDS, *(f"{path}?lang=en" for path in FEEDS), "/feeds/changes.rss?road=S1")
    tags = [client.get(address).headers["etag"] for address in addresses]
    assert len(set(tags)) == len(tags)
    assert [client.get(address).headers["etag"] for address in addresses] == tags


def test_last_modified_is_not_told_where_the_clock_decides(client: TestClient) -> None:
    told = {
        query: "last-modified" in client.get(f"/feeds/changes.rss?{query}").headers
        for query in ("", "status=active", "status=active&at=2024-11-01", "from=2024-11-01")
    }
    assert told == {"": True, "status=active": False, "status=active&at=2024-11-01": True, "from=2024-11-01": True}
    assert client.get("/feeds/log.rss").headers["last-modified"] == "Sun, 20 Oct 2024 01:00:00 GMT"


def test_a_feed_changes_only_with_the_store_and_at_midnight(database_path: str) -> None:
    """九园站 ended on 26 October, 00:00: after 30 days of grace it goes, at the next midnight."""
    clock = Clock(china(2024, 11, 25, 0))
    with running(database_path, clock) as client:

        def tag() -> str:
            return client.get("/feeds/changes.rss").headers["etag"]

        seen = []
        for clock.now in (
            china(2024, 11, 24, 1),
            china(2024, 11, 24, 23, 59),
            china(2024, 11, 25),
            china(2024, 11, 25, 23),
            china(2024, 12, 1),
        ):
            seen.append(tag())
        assert len(set(seen[:2])) == 1
        assert len(set(seen[2:])) == 1
        assert seen[1] != seen[2]
        store = Store.open(database_path)
        store.add(notice(id="new"), [replace(CHANGES[0], station=replace(CHANGES[0].station, name="新站"))], clock.now)
        store.close()
        assert tag() != seen[-1]


def test_days_of_grace_are_a_setting(database_path: str) -> None:
    with running(database_path, grace=timedelta(days=365)) as client:
        assert places(client.get("/feeds/changes.rss").text) == {*CURRENT, "旧"}


def test_an_empty_store_has_feeds(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'test.db'}") as client:
        answers = {path: client.get(path) for path in FEEDS}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert ElementTree.fromstring(answers["/feeds/changes.rss"].content).find("channel/item") is None  # noqa: S314 - our own bytes
    assert summaries(answers["/feeds/changes.ics"].text) == []


def test_a_feed_has_at_most_500_entries_the_newest(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    many = [replace(CHANGES[0], station=replace(CHANGES[0].station, name=f"{number}号站")) for number in range(510)]
    store = Store.open(url)
    for begin in range(0, 510, 51):
        store.add(notice(id=f"notice-{begin}"), many[begin : begin + 51], NOW)
    store.close()
    with running(url) as client:
        for path in ("/feeds/changes.rss", "/feeds/log.rss"):
            titles = " ".join(entry.title for entry in feedparser.parse(client.get(path).content).entries)
            assert (titles.count("号站"), "509号站" in titles, " 9号站" in titles) == (500, True, False)


def test_the_real_server_answers_head_and_304_without_content(database_path: str) -> None:
    with serving(database_path) as base_url, httpx2.Client(base_url=base_url) as client:
        for path in FEEDS:
            got, head = client.get(path), client.head(path)
            known = client.get(path, headers={"If-None-Match": got.headers["etag"]})
            assert (got.status_code, head.status_code, known.status_code) == (200, 200, 304)
            assert head.headers["content-length"] == got.headers["content-length"] == str(got.num_bytes_downloaded)
            assert head.content == known.content == b""


def test_the_real_server_takes_chinese_as_it_is_typed(database_path: str) -> None:
    with serving(database_path) as base_url:
        encoded = httpx2.get(f"{base_url}/feeds/changes.rss", params={"road": "津蓟高速"}).content
        typed = raw_request(
            base_url, "GET /feeds/changes.rss?road=津蓟高速 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
        )
        gbk = raw_request(
            base_url,
            b"GET /feeds/changes.rss?road="
            + "津蓟".encode("gbk")
            + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        )
    assert typed.partition(b"\r\n\r\n")[2] == encoded
    assert b"400 Bad Request" in gbk
    assert b"percent-encoded UTF-8" in gbk


def raw_request(base_url: str, request: bytes) -> bytes:
    """All that the server sends for ``request``."""
    address = urlsplit(base_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_body_may_hold_what_a_target_may_not(database_path: str) -> None:
    """Two requests on one connection, the first with a body that is no ASCII: only targets are rewritten."""
    body = "津蓟高速公路".encode()
    first = b"POST /v1/notices HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(
        body
    )
    second = "GET /v1/changes?road=S1&q=津榆 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    with serving(database_path) as base_url:
        address = urlsplit(base_url)
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(first)
            connection.sendall(body)
            assert b"403 Forbidden" in connection.recv(65536)
            connection.sendall(second)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"200 OK" in answer
    assert "津榆路站".encode() in answer
