"""What feed readers get over HTTP: JSON, what was altered, archives, what left, a hub, a list of roads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import feedparser
import pytest
from lxml import etree
from pydantic import ValidationError
from starlette.testclient import TestClient

from service.contents import LARGEST
from service.records import Action, Evidence, Road, Station
from service.settings import Settings
from service.store import Store
from tests.make import change, china, notice, validity
from tests.web import CHANGES, NOW, Clock, filled, running

BASE = "https://tollfeed.example"
LOGS = ("/feeds/log.rss", "/feeds/log.atom", "/feeds/log.json")
STATES = ("/feeds/changes.rss", "/feeds/changes.atom", "/feeds/changes.json")
ATOM = "{http://www.w3.org/2005/Atom}"
LONGER = validity(china(2024, 10, 21), china(2025, 2, 1))


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    filled(url)
    return url


@pytest.fixture
def client(database: str) -> Iterator[TestClient]:
    with running(database) as client:
        yield client


def extend(database: str) -> None:
    """A second notice, which extends the first closure."""
    with closing(Store.open(database)) as store:
        text = "津榆路站封闭延长至1月31日。其余不变。"
        reference = replace(CHANGES[0].notice, id="later")
        evidence = (Evidence(field="validity.end", start=text.index("1月"), end=text.index("。"), rule="r"),)
        longer = replace(CHANGES[0], action=Action.EXTEND, validity=LONGER, notice=reference, evidence=evidence)
        store.add(notice(text=text, id="later"), [longer], NOW)


def items(client: TestClient, address: str) -> list[dict[str, str]]:
    """Title and text of each entry, in whatever format."""
    content = client.get(address).content
    if ".json" in address:
        return [{"title": each["title"], "text": each["content_html"]} for each in json.loads(content)["items"]]
    entries = feedparser.parse(content, sanitize_html=False).entries
    bodies = [each.content[0].value if "content" in each else each.summary for each in entries]
    return [{"title": entry.title, "text": body} for entry, body in zip(entries, bodies, strict=True)]


@pytest.mark.parametrize("address", LOGS)
def test_a_reader_of_the_log_is_told_what_was_altered(database: str, address: str) -> None:
    extend(database)
    with running(database) as client:
        newest, *others = items(client, f"{address}?station=津榆路站")
        english = items(client, f"{address}?station=津榆路站&lang=en")[0]
    assert newest["title"] == "【延期】〔关闭〕津榆路站 出入口，津蓟高速，10月21日至1月31日"
    assert "<li>结束：2024年12月31日 → 2025年1月31日</li>" in newest["text"]
    assert "<p>津榆路站封闭延长至1月31日。</p></blockquote>" in newest["text"]
    assert "其余不变" not in newest["text"]
    assert "<li>End: 31 December 2024 → 31 January 2025</li>" in english["text"]
    assert [each["title"][:4] for each in others] == ["【新增】"]


@pytest.mark.parametrize("address", STATES)
def test_a_reader_of_the_states_has_one_entry_with_the_words_of_the_last_notice(database: str, address: str) -> None:
    extend(database)
    with running(database) as client:
        (only,) = items(client, f"{address}?station=津榆路站")
    assert only["title"].startswith("【延期】〔关闭〕津榆路站")
    assert "<p>津榆路站封闭延长至1月31日。</p></blockquote>" in only["text"]
    assert "<li>" not in only["text"]


@pytest.mark.parametrize("address", LOGS)
def test_the_day_of_a_change_is_an_entry_of_the_log_from_that_morning_on(database: str, address: str) -> None:
    with running(database, Clock(china(2024, 10, 21, 12))) as client, closing(Store.open(database)) as store:
        before = client.get(address)
        store.reach(china(2024, 10, 21, 6))
        after = client.get(address)
        titles = [each["title"] for each in items(client, address)]
        assert titles[0].startswith("【今日起】〔关闭〕")
        assert len(titles) == len(CHANGES) + 2  # the two that begin that day
        assert before.headers["etag"] != after.headers["etag"]
        assert after.headers["last-modified"] == "Sun, 20 Oct 2024 22:00:00 GMT"
        assert [each["title"][:5] for each in items(client, f"{address}?station=津榆路站")] == [
            "【今日起】",
            "【新增】〔",
        ]


def test_json_is_a_feed_of_its_own_type_whatever_is_accepted(client: TestClient) -> None:
    for address in ("/feeds/changes.json", "/feeds/log.json"):
        plain, page = client.get(address), client.get(address, headers={"Accept": "text/html"})
        assert plain.headers["content-type"] == "application/feed+json; charset=utf-8"
        assert plain.content == page.content
        assert plain.json()["feed_url"] == BASE + address
        assert client.get(address, headers={"If-None-Match": plain.headers["etag"]}).status_code == 304
        assert client.head(address).headers["content-type"] == plain.headers["content-type"]


def test_json_has_the_record_that_the_api_has(client: TestClient) -> None:
    events = [item["_road_event"] for item in client.get("/feeds/changes.json").json()["items"]]
    for event in events:
        record = client.get(f"/v1/changes/{event['id']}").json()
        assert {name: event[name] for name in record if name != "status"} == {
            name: value for name, value in record.items() if name != "status"
        }
        assert client.get(urlsplit(event["about"]).path).status_code == 200


@pytest.mark.parametrize("address", [*LOGS, *STATES])
def test_self_is_the_address_in_the_feed_and_in_the_header(client: TestClient, address: str) -> None:
    answer = client.get(f"{address}?road=津蓟高速&lang=en")
    own = f"{BASE}{address}?road={quote('津蓟高速')}&lang=en"
    assert answer.headers["link"] == f'<{own}>; rel="self", <{BASE}/hub>; rel="hub"'
    if "json" in address:
        assert answer.json()["feed_url"] == own
    else:
        root = etree.fromstring(answer.content)
        assert [each.get("href") for each in root.iter(f"{ATOM}link") if each.get("rel") == "self"] == [own]


@pytest.mark.parametrize("address", [*LOGS, *STATES])
def test_a_hub_is_named_in_the_feed_and_in_the_header(database: str, address: str) -> None:
    hub = "https://hub.example/?a=1"
    with running(database, hub=hub) as client:
        answer = client.get(address)
    assert answer.headers["link"].endswith(f', <{hub}>; rel="hub"')
    if "json" in address:
        assert answer.json()["hubs"] == [{"type": "WebSub", "url": hub}]
    else:
        root = etree.fromstring(answer.content)
        assert [each.get("href") for each in root.iter(f"{ATOM}link") if each.get("rel") == "hub"] == [hub]


@pytest.mark.parametrize("hub", ["hub.example", "https://a b", 'https://a">', "https://a\r\nX: 1", "", "https://公"])
def test_what_is_no_address_of_a_hub_is_refused(hub: str) -> None:
    with pytest.raises(ValidationError, match="hub"):
        Settings(hub=hub)


@pytest.fixture
def long(tmp_path: Path) -> str:
    """More revisions than a feed has room for, each at a station of its own."""
    url = f"sqlite:///{tmp_path / 'long.db'}"
    with closing(Store.open(url)) as store:
        for first in range(0, LARGEST + 20, 104):
            told = [change(station=Station(name=f"{number}号站")) for number in range(first, first + 104)]
            store.add(notice(id=f"notice-{first}"), told, china(2024, 10, 19))
    return url


def previous(content: bytes, extension: str) -> str | None:
    """Where the feed goes on."""
    if extension == "json":
        found: str | None = json.loads(content).get("next_url")
        return found
    links = etree.fromstring(content).iter(f"{ATOM}link")
    return next((each.get("href") for each in links if each.get("rel") == "prev-archive"), None)


@pytest.mark.parametrize("extension", ["rss", "atom", "json"])
def test_who_follows_the_archives_has_every_entry(long: str, extension: str) -> None:
    with running(long) as client:
        seen: set[str] = set()
        address: str | None = f"{BASE}/feeds/log.{extension}?road=津蓟高速"
        documents = []
        while address:
            answer = client.get(address.removeprefix(BASE))
            documents.append(answer)
            content = answer.content
            ids = (
                [each["id"] for each in answer.json()["items"]]
                if extension == "json"
                else [each.id for each in feedparser.parse(content).entries]
            )
            assert len(ids) == LARGEST
            seen |= set(ids)
            address = previous(content, extension)
        assert len(seen) == 520
        head, archive = documents
        assert head.headers["cache-control"].startswith("public, max-age=300")
        assert archive.headers["cache-control"].startswith("public, max-age=604800")
        assert archive.headers["etag"]
        assert archive.headers["last-modified"] == "Fri, 18 Oct 2024 16:00:00 GMT"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/feeds/log/1.atom", 200),
        ("/feeds/log/2.atom", 404),
        ("/feeds/log/1.atom?road=荣乌高速", 404),
        ("/feeds/log/0.atom", 404),
        ("/feeds/log/-1.atom", 404),
        ("/feeds/log/one.atom", 404),
        ("/feeds/log/99999999999999999999.atom", 404),
        ("/feeds/log/1.ics", 404),
        ("/feeds/log/1.atom?page=2", 400),
    ],
)
def test_an_archive_that_is_not_there_is_a_problem(long: str, address: str, status: int) -> None:
    with running(long) as client:
        answer = client.get(address)
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_left_the_feed_of_states_is_told_for_two_weeks(database: str) -> None:
    """九园站 ended on 26 October, 00:00, so it leaves on 25 November."""
    clock = Clock(china(2024, 11, 24, 12))
    seen = {}
    with running(database, clock) as client:
        for day in (24, 25, 30):
            clock.now = china(2024, 11, day, 12)
            seen[day] = gone(client)
        clock.now = china(2024, 12, 9, 12)
        seen["after two weeks"] = gone(client)
        assert b"deleted-entry" not in client.get("/feeds/changes.atom?status=active").content
        assert b"deleted-entry" not in client.get("/feeds/log.atom").content
    told = [("〔车道〕九园站", "2024-11-25T00:00:00+08:00")]
    assert seen == {24: [], 25: told, 30: told, "after two weeks": []}


def gone(client: TestClient) -> list[tuple[str, str]]:
    """Every tombstone: the first characters of its comment, and when."""
    tombstone = "{http://purl.org/atompub/tombstones/1.0}"
    root = etree.fromstring(client.get("/feeds/changes.atom?road=津蓟高速").content)
    found = root.findall(f"{tombstone}deleted-entry")
    return [(each.findtext(f"{tombstone}comment")[:7], each.get("when")) for each in found]


def test_every_road_has_its_feeds_in_the_list(database: str) -> None:
    with closing(Store.open(database)) as store:
        numbered = change(road=Road(number="S203"), station=None, access=None)
        nasty = change(road=Road(name='<b>&"]]>路高速'), station=None, access=None)
        store.add(notice(id="numbered"), [numbered, nasty], NOW)
    with running(database) as client:
        answer = client.get("/feeds/roads.opml")
        root = etree.fromstring(answer.content)
        assert answer.headers["content-type"] == "text/x-opml; charset=utf-8"
        assert root.get("version") == "2.0"
        folders = root.findall("body/outline")
        assert {each.get("text") for each in folders} == {"津蓟高速", "荣乌高速", "S203", '<b>&"]]>路高速'}
        for folder in folders:
            assert [each.get("type") for each in folder] == ["rss", "rss"]
            for each in folder:
                assert each.get("text") == each.get("title")
                address = each.get("xmlUrl")
                assert parse_qs(urlsplit(address).query) == {"road": [folder.get("text")]}
                assert each.get("htmlUrl") == f"{BASE}/roads/{quote(folder.get('text'), safe='')}?lang=zh"
                read = feedparser.parse(client.get(address.removeprefix(BASE)).content)
                assert (read.bozo, read.version, read.feed.title) == (False, "rss20", each.get("text"))
                assert read.entries
        assert client.get("/feeds/roads.opml", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
        english = etree.fromstring(client.get("/feeds/roads.opml?lang=en").content)
        assert english.findtext("head/title") == "Toll station changes"
        assert all("lang=en" in each.get("xmlUrl") for each in english.iterfind("body/outline/outline"))


def test_a_store_without_roads_still_has_a_list(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'empty.db'}") as client:
        assert etree.fromstring(client.get("/feeds/roads.opml").content).findall("body/outline") == []
        assert client.get("/feeds/roads.opml?road=S1").status_code == 400


HOSTILE = [
    "]]>",
    "\x00\x0b",
    "👩‍🔧🚧",
    "\u202eabc",
    "长" * 5000,
    "<script>alert(1)</script>",
    "\\n;,\n",
    "&nbsp;",
    "%s",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_of_a_notice_lose_no_entry(tmp_path: Path, words: str) -> None:
    """In titles, in what was altered, and in the words quoted."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    legal = words.replace("\0", "")
    text = f"{legal}津榆路站封闭"
    with closing(Store.open(url)) as store:
        for number, name in enumerate((f"甲{legal}站", f"乙{legal}站")):
            reference = replace(change().notice, id=f"notice-{number}", title=legal, publisher=legal)
            evidence = (Evidence(field="kind", start=0, end=len(text), rule="r"),)
            told = change(renamed_to=name, notice=reference, evidence=evidence)
            store.add(notice(text=text, id=reference.id), [told], NOW)
    with running(url) as client:
        for address in (*LOGS, *STATES):
            found = items(client, address)
            assert len(found) == (2 if "log" in address else 1)
            assert all("<script" not in each["text"] for each in found)
            if not address.endswith("json"):
                etree.fromstring(client.get(address).content)
