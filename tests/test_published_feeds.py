"""The files of tests/published as feed readers see them, and as the specifications of RSS, Atom and JSON Feed ask.

The rules are those that the validators of the W3C and of jsonfeed.org check, written as assertions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree

from service.feed import Feed, Format, Lang, Parts
from service.publish import ATOM, JSON_FEED, LOG_FORMATS, RSS, atom, rss
from service.records import CHANGE, CHINA, Milestone
from tests.published.cases import FEEDS, LIFE, READERS, published

ALL = {**FEEDS, **READERS}
BOTH = pytest.mark.parametrize("format_", [RSS, ATOM], ids=["rss", "atom"])
EVERY = pytest.mark.parametrize("format_", LOG_FORMATS, ids=["rss", "atom", "json"])
NAMES = pytest.mark.parametrize("name", ALL)

XML = "{http://www.w3.org/2005/Atom}"
AT = "{http://purl.org/atompub/tombstones/1.0}"
FH = "{http://purl.org/syndication/history/1.0}"
GEORSS = "{http://www.georss.org/georss}"
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
LANGUAGE = {"zh": "zh-CN", "en": "en"}


def written(name: str, format_: Format) -> bytes:
    return published(name, format_).read_bytes()


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written(name, JSON_FEED))
    return found


@NAMES
def test_a_feed_reader_finds_each_entry_in_rss(name: str) -> None:
    expected = ALL[name]
    read = feedparser.parse(written(name, RSS))
    assert (read.bozo, read.version, read.feed.title, read.feed.language) == (
        False,
        "rss20",
        expected.title,
        LANGUAGE[expected.lang],
    )
    assert [(entry.id, entry.link, entry.published_parsed[:6]) for entry in read.entries] == [
        (expected.entry_id(entry), expected.link(change(entry)), entry.recorded.utctimetuple()[:6])
        for entry in expected.entries
    ]


@NAMES
def test_a_feed_reader_finds_each_entry_in_atom(name: str) -> None:
    expected = ALL[name]
    read = feedparser.parse(written(name, ATOM))
    assert (read.bozo, read.version, read.feed.title, read.feed.updated_parsed[:6]) == (
        False,
        "atom10",
        expected.title,
        expected.updated.utctimetuple()[:6],
    )
    assert [(entry.id, entry.updated_parsed[:6], entry.get("published")) for entry in read.entries] == [
        (expected.entry_id(entry), entry.recorded.utctimetuple()[:6], first_published(expected, entry))
        for entry in expected.entries
    ]


@NAMES
def test_a_program_finds_each_entry_in_json(name: str) -> None:
    """With the values that an Atom reader finds, and the whole record."""
    expected, read = ALL[name], feedparser.parse(written(name, ATOM))
    items = document(name)["items"]
    assert [(item["id"], item["url"], item["title"], item["date_modified"]) for item in items] == [
        (entry.id, entry.link, entry.title, entry.updated) for entry in read.entries
    ]
    assert [item.get("date_published") for item in items] == [entry.get("published") for entry in read.entries]
    for item, entry in zip(items, expected.entries, strict=True):
        record = {field: item["_road_event"][field] for field in CHANGE.dump_python(change(entry), by_alias=True)}
        if name != "hostile":
            assert CHANGE.validate_python(record) == change(entry)


def change(entry: Any) -> Any:
    return entry.revision.change if isinstance(entry, Milestone) else entry.change


def first_published(feed: Feed, entry: Any) -> str | None:
    known = feed.log or change(entry).revision == 0
    return entry.recorded.astimezone(CHINA).isoformat() if known else None


@pytest.mark.parametrize("writer", [rss.WRITER, atom.WRITER], ids=["rss", "atom"])
@NAMES
def test_parts_joined_are_the_bytes_that_feedgen_writes(name: str, writer: Any) -> None:
    parts = Parts()
    cold, warm = (writer.joined(ALL[name], parts) for _ in range(2))
    assert cold == warm == writer.whole(ALL[name])


@EVERY
def test_parts_are_told_apart_by_all_that_they_depend_on(format_: Format) -> None:
    """One cache for feeds that share revisions but neither language, address nor kind."""
    here, parts = FEEDS["moved"], Parts()
    days = replace(READERS["told-zh"], revisions=(), gazetteer=None, backgrounds={})
    for each in (
        here,
        replace(here, log=True),
        replace(here, base_url="https://elsewhere.example"),
        replace(here, lang=Lang.EN),
        days,
    ):
        assert format_.render(each, parts) == format_.render(each)


@EVERY
def test_the_text_of_an_entry_is_what_prose_says(format_: Format) -> None:
    read = feedparser.parse(written("issue-zh", ATOM if format_ is JSON_FEED else format_))
    closure = next(entry for entry in read.entries if "/closure?" in entry.link)
    body = closure.summary if format_ is RSS else closure.content[0].value
    if format_ is JSON_FEED:
        body = next(item["content_html"] for item in document("issue-zh")["items"] if "/closure?" in item["url"])
    assert closure.title == "〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日"
    assert "<p>绕行（蓟州往天津方向）：经九园站、天津站。</p>" in body
    assert '<a href="https://news.example/2024/10/20?page=2&amp;article=5">' in body


TITLES = {
    "told-zh": [
        "【预计1月15日结束】〔关闭〕津榆路站 入口，津蓟高速，10月21日起，预计1月15日结束",
        "【更正】〔关闭〕津榆路站 入口，津蓟高速，10月21日起，预计1月15日结束",
        "【延期】〔关闭〕津榆路站 出入口，津蓟高速，10月21日起，预计1月15日结束",
        "【今日起】〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日",
        "【新增】〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日",
    ],
    "told-en": [
        "[Expected to end 15 Jan] Closed: 津榆路站, entry, 津蓟高速, from 21 Oct, expected to end on 15 Jan",
        "[Corrected] Closed: 津榆路站, entry, 津蓟高速, from 21 Oct, expected to end on 15 Jan",
        "[Extended] Closed: 津榆路站, entry and exit, 津蓟高速, from 21 Oct, expected to end on 15 Jan",
        "[From today] Closed: 津榆路站, entry and exit, 津蓟高速, 21 Oct to 31 Dec",
        "[New] Closed: 津榆路站, entry and exit, 津蓟高速, 21 Oct to 31 Dec",
    ],
}
ALTERED = {
    "told-zh": ["", "出入口、方向：出入口 → 入口", "结束：2024年12月31日 → 预计2025年1月15日", "", ""],
    "told-en": [
        "",
        "Side and direction: entry and exit → entry",
        "End: 31 December 2024 → expected 15 January 2025",
        "",
        "",
    ],
}


@BOTH
@pytest.mark.parametrize("name", TITLES)
def test_a_log_tells_what_happened_and_what_was_altered(name: str, format_: Format) -> None:
    entries = feedparser.parse(written(name, format_)).entries
    assert [entry.title for entry in entries] == TITLES[name]
    bodies = [entry.summary if format_ is RSS else entry.content[0].value for entry in entries]
    assert ["".join(re.findall("<li>(.*?)</li>", body)) for body in bodies] == ALTERED[name]


def test_json_tells_the_same_for_programs() -> None:
    late, corrected, extended, begun, first = (item["_road_event"] for item in document("told-zh")["items"])
    assert [set(event) & {"altered", "milestone"} for event in (late, corrected, extended, begun, first)] == [
        {"milestone"},
        {"altered"},
        {"altered"},
        {"milestone"},
        set(),
    ]
    assert late["milestone"] == {"edge": "end", "day": "2025-01-15"}
    (altered,) = extended["altered"]
    assert altered == {"field": "validity.end", "before": "2024年12月31日", "after": "预计2025年1月15日"}


class Tags(HTMLParser):
    """The tags of a text, as a browser would find them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[tuple[str, dict[str, str | None]]] = []
        self.closed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.closed.append(tag)


@NAMES
def test_the_text_is_html_that_no_reader_strips(name: str) -> None:
    for item in document(name)["items"]:
        tags = Tags(item["content_html"])
        assert {tag for tag, _ in tags.opened} <= {"p", "ul", "li", "a", "blockquote"}
        assert sorted(tag for tag, _ in tags.opened) == sorted(tags.closed)
        assert {name for _, given in tags.opened for name in given} <= {"href", "lang", "cite"}


def test_the_words_of_the_notice_are_quoted_as_chinese_and_never_as_html() -> None:
    for item in document("told-en")["items"]:
        quotes = [given for tag, given in Tags(item["content_html"]).opened if tag == "blockquote"]
        assert quotes == [{"lang": "zh-CN", "cite": LIFE[0].notice.url}] * 2
        assert "津榆路站所有车道10月21日至12月31日封闭" in item["content_html"]
        assert "<script>" not in item["content_html"]


def test_atom_says_which_link_is_the_notice() -> None:
    read = feedparser.parse(written("issue-en", ATOM))
    assert {(link.rel, link.href) for entry in read.entries for link in entry.links if link.rel != "alternate"} == {
        ("via", "https://news.example/2024/10/20?page=2&article=5")
    }


@NAMES
def test_rss_has_what_its_specification_requires(name: str) -> None:
    channel = etree.fromstring(written(name, RSS)).find("channel")
    for required in ("title", "link", "description", "language", "lastBuildDate", "image/url", "image/link"):
        assert len(channel.findall(required)) == 1
        assert channel.findtext(required)
    assert channel.findtext("image/title") == channel.findtext("title")
    assert channel.findtext("image/link") == channel.findtext("link")
    own = [link for link in channel.findall(f"{XML}link") if link.get("rel") == "self"]
    assert [(link.get("href"), link.get("type")) for link in own] == [(ALL[name].url, "application/rss+xml")]
    assert int(channel.findtext("ttl")) > 0
    for item in channel.iter("item"):
        for required in ("title", "link", "description", "guid", "pubDate"):
            assert len(item.findall(required)) == 1
            assert item.findtext(required).strip()
        assert item.find("guid").get("isPermaLink") == "false"
        assert "\n" not in item.findtext("title")
    for date in channel.iter("pubDate", "lastBuildDate"):
        assert RFC_822.fullmatch(date.text)
        assert f"{parsedate_to_datetime(date.text):%a}" == date.text[:3]
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == ALL[name].updated


@NAMES
def test_atom_has_what_its_specification_requires(name: str) -> None:
    root = etree.fromstring(written(name, ATOM))
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == LANGUAGE[ALL[name].lang]
    for element in (root, *root.iter(f"{XML}entry")):
        for required in ("id", "title", "updated"):
            assert len(element.findall(f"{XML}{required}")) == 1
            assert element.findtext(f"{XML}{required}").strip()
        for date in (*element.findall(f"{XML}updated"), *element.findall(f"{XML}published")):
            assert datetime.fromisoformat(date.text).tzinfo
        alternates = [link for link in element.findall(f"{XML}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert all(category.get("term") for category in element.findall(f"{XML}category"))
    assert root.findtext(f"{XML}author/{XML}name")
    assert [link.get("href") for link in root.findall(f"{XML}link") if link.get("rel") == "self"] == [ALL[name].url]
    assert {content.get("type") for content in root.iter(f"{XML}content")} <= {"html"}
    newest = max((entry.findtext(f"{XML}updated") for entry in root.iter(f"{XML}entry")), default="")
    assert root.findtext(f"{XML}updated") >= newest


@NAMES
def test_json_feed_has_what_its_specification_requires(name: str) -> None:
    found = document(name)
    assert set(found) <= {
        *("version", "title", "home_page_url", "feed_url", "description", "icon", "favicon", "authors", "language"),
        *("next_url", "hubs", "items"),
    }
    assert (found["version"], found["feed_url"]) == ("https://jsonfeed.org/version/1.1", ALL[name].url)
    assert found["title"]
    assert found["authors"] == [{"name": "tollfeed"}]
    assert all(set(hub) == {"type", "url"} for hub in found.get("hubs", ()))
    assert found.get("next_url") != found["feed_url"]
    for item in found["items"]:
        assert set(item) <= {
            *("id", "url", "external_url", "title", "content_html", "summary", "date_published", "date_modified"),
            *("authors", "tags", "_road_event"),
        }
        assert item["id"]
        assert item["content_html"]
        assert all(author["name"] for author in item.get("authors", ()))
        assert all(datetime.fromisoformat(item[date]).tzinfo for date in item if date.startswith("date_"))
        assert urlsplit(item["_road_event"]["about"]).scheme == "https"
    assert len({item["id"] for item in found["items"]}) == len(found["items"])


@BOTH
@NAMES
def test_every_address_is_absolute_and_every_id_unique(name: str, format_: Format) -> None:
    root = etree.fromstring(written(name, format_))
    found = [element.get("href") or element.get("url") or element.text for element in root.iter() if is_link(element)]
    addresses = [*found, *re.findall('(?:href|cite|src)="([^"]*)"', " ".join(root.itertext()))]
    assert all(urlsplit(address).scheme == "https" and urlsplit(address).netloc for address in addresses)
    ids = [element.text for element in root.iter("guid", f"{XML}id")]
    assert len(set(ids)) == len(ids)
    assert all(urlsplit(each).scheme for each in ids)


def is_link(element: Any) -> bool:
    return element.tag in ("link", "source", "url", f"{XML}link", f"{XML}icon")


@NAMES
def test_every_address_in_json_is_absolute(name: str) -> None:
    found = document(name)
    given = [found, *found["items"], *found.get("hubs", ())]
    addresses = [each[key] for each in given for key in each if key.endswith("url") or "icon" in key]
    content = " ".join(item["content_html"] for item in found["items"])
    addresses += re.findall('(?:href|cite|src)="([^"]*)"', content)
    assert all(urlsplit(address).scheme == "https" and urlsplit(address).netloc for address in addresses)


def test_where_a_change_is_stands_in_wgs84_where_somebody_has_said_so() -> None:
    """Latitude first in GeoRSS, longitude first in GeoJSON; GCJ-02, of Chinese maps, is some hundred metres off."""
    for format_ in (RSS, ATOM):
        root = etree.fromstring(written("departed", format_))
        assert [point.text for point in root.iter(f"{GEORSS}point")] == ["39.498640 117.393390"]
        assert not list(etree.fromstring(written("issue-zh", format_)).iter(f"{GEORSS}point"))
    (item,) = document("departed")["items"]
    assert item["_road_event"]["geometry"] == {"type": "Point", "coordinates": [117.39339, 39.49864]}
    read = feedparser.parse(written("told-zh", ATOM)).entries[0]
    assert read.where.coordinates == (117.3, 39.2)


def test_atom_tells_what_has_left() -> None:
    (gone,) = etree.fromstring(written("departed", ATOM)).findall(f"{AT}deleted-entry")
    left = READERS["departed"].departed[0]
    assert gone.get("ref") == READERS["departed"].state_id(left.change)
    assert datetime.fromisoformat(gone.get("when")) == left.when
    assert gone.findtext(f"{AT}comment").startswith("〔关闭〕津榆路站")


LINKS: dict[str, Callable[[str], set[tuple[str, str]]]] = {
    "rss": lambda name: xml_links(etree.fromstring(written(name, RSS)).find("channel")),
    "atom": lambda name: xml_links(etree.fromstring(written(name, ATOM))),
    "json": lambda name: json_links(document(name)),
}


def xml_links(parent: Any) -> set[tuple[str, str]]:
    return {(link.get("rel"), link.get("href")) for link in parent.findall(f"{XML}link")}


def json_links(found: dict[str, Any]) -> set[tuple[str, str]]:
    links = {("self", found["feed_url"]), *(("hub", hub["url"]) for hub in found.get("hubs", ()))}
    return links | ({("prev-archive", found["next_url"])} if "next_url" in found else set())


@pytest.mark.parametrize("extension", LINKS)
def test_a_feed_leads_to_its_archive_and_its_hub(extension: str) -> None:
    here = READERS["told-zh"]
    expected = {("self", here.url), ("hub", here.hub), ("prev-archive", here.previous)}
    assert LINKS[extension]("told-zh") - {("alternate", here.home)} == expected


@BOTH
def test_an_archive_says_that_it_is_one_and_of_what(format_: Format) -> None:
    root = etree.fromstring(written("archive", format_))
    parent = root if format_ is ATOM else root.find("channel")
    assert len(parent.findall(f"{FH}archive")) == 1
    assert ("current", READERS["archive"].current) in xml_links(parent)
    assert not list(etree.fromstring(written("told-zh", format_)).iter(f"{FH}archive"))
    if format_ is ATOM:
        assert root.findtext(f"{XML}id") == READERS["archive"].current


def test_a_correction_keeps_its_id_in_a_feed_of_states_and_gets_one_in_a_log() -> None:
    states = feedparser.parse(written("moved", RSS))
    log = feedparser.parse(written("moved-log", RSS))
    assert (len(states.entries), len(log.entries)) == (5, 8)
    assert FEEDS["moved"].entry_id(FEEDS["moved"].revisions[0]) == FEEDS["moved"].entry_id(FEEDS["moved"].revisions[2])
    assert "【更正】〔关闭〕津榆路站 出口，津蓟高速，10月21日至12月31日" in {entry.title for entry in log.entries}
    assert not {entry.id for entry in states.entries} & {entry.id for entry in log.entries}


def test_an_id_does_not_know_the_address_of_the_service() -> None:
    here, moved = FEEDS["moved"], replace(FEEDS["moved"], base_url="https://elsewhere.example")
    assert [here.entry_id(entry) for entry in here.entries] == [moved.entry_id(entry) for entry in moved.entries]


def test_ids_stay_what_they_were() -> None:
    log = READERS["told-zh"]
    assert [log.entry_id(entry) for entry in log.entries[::-1]] == [
        "urn:uuid:90fa5ee8-1b0a-560c-8290-148bb6002d89",
        "urn:uuid:169de049-0ba7-55a2-abf0-5ff953db528e",
        "urn:uuid:634f4262-8164-5fe7-90e1-649bf3241cf9",
        "urn:uuid:550f8be9-9d28-55a6-bf22-fc15e0b3245b",
        "urn:uuid:25c5a76d-7cd8-5388-9cc0-3283d9fc997e",
    ]
