"""The files of tests/published as feed readers see them, and as the specifications of RSS and Atom ask."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree

from service.feed import Format
from service.publish import ATOM, RSS
from service.records import CHINA
from tests.published.cases import FEEDS, published

XML = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_reader_finds_each_entry_in_rss(name: str) -> None:
    expected = FEEDS[name]
    read = feedparser.parse(published(name, RSS).read_bytes())
    assert (read.bozo, read.version, read.feed.title, read.feed.language) == (
        False,
        "rss20",
        expected.title,
        expected.lang.tag,
    )
    assert [(entry.id, entry.link, entry.published_parsed[:6]) for entry in read.entries] == [
        (expected.entry_id(revision), expected.link(revision.change), revision.recorded.utctimetuple()[:6])
        for revision in expected.entries
    ]


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_reader_finds_each_entry_in_atom(name: str) -> None:
    expected = FEEDS[name]
    read = feedparser.parse(published(name, ATOM).read_bytes())
    assert (read.bozo, read.version, read.feed.title, read.feed.updated_parsed[:6]) == (
        False,
        "atom10",
        expected.title,
        expected.updated.utctimetuple()[:6],
    )
    assert [(entry.id, entry.updated_parsed[:6], entry.get("published")) for entry in read.entries] == [
        (
            expected.entry_id(revision),
            revision.recorded.utctimetuple()[:6],
            revision.recorded.astimezone(CHINA).isoformat() if expected.log or revision.change.revision == 0 else None,
        )
        for revision in expected.entries
    ]


@pytest.mark.parametrize("format_", [RSS, ATOM], ids=["rss", "atom"])
def test_the_text_of_an_entry_is_what_prose_says(format_: Format) -> None:
    read = feedparser.parse(published("issue-zh", format_).read_bytes())
    closure = next(entry for entry in read.entries if "/changes/closure?" in entry.link)
    body = closure.content[0].value if format_ is ATOM else closure.summary
    assert closure.title == "〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日"
    assert "<p>绕行（蓟州往天津方向）：经九园站、天津站。</p>" in body
    assert '<a href="https://news.example/2024/10/20?page=2&amp;article=5">' in body


def test_atom_says_which_link_is_the_notice() -> None:
    read = feedparser.parse(published("issue-en", ATOM).read_bytes())
    assert {(link.rel, link.href) for entry in read.entries for link in entry.links if link.rel != "alternate"} == {
        ("via", "https://news.example/2024/10/20?page=2&article=5")
    }


@pytest.mark.parametrize("name", FEEDS)
def test_rss_has_what_its_specification_requires(name: str) -> None:
    channel = etree.fromstring(published(name, RSS).read_bytes()).find("channel")
    assert all(channel.findtext(required) for required in ("title", "link", "description"))
    own = channel.find(f"{XML}link")
    assert (own.get("rel"), own.get("href")) == ("self", FEEDS[name].url)
    for item in channel.iter("item"):
        assert item.findtext("title")
        assert item.findtext("description")
        assert item.find("guid").get("isPermaLink") == "false"
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == FEEDS[name].updated


@pytest.mark.parametrize("name", FEEDS)
def test_atom_has_what_its_specification_requires(name: str) -> None:
    root = etree.fromstring(published(name, ATOM).read_bytes())
    for element in (root, *root.iter(f"{XML}entry")):
        assert all(element.findtext(f"{XML}{required}") for required in ("id", "title", "updated"))
        assert datetime.fromisoformat(element.findtext(f"{XML}updated")).tzinfo
    assert root.findtext(f"{XML}author/{XML}name")
    assert {link.get("rel") for link in root.findall(f"{XML}link")} == {"self", "alternate"}
    assert {content.get("type") for content in root.iter(f"{XML}content")} <= {"html"}


@pytest.mark.parametrize("format_", [RSS, ATOM], ids=["rss", "atom"])
@pytest.mark.parametrize("name", FEEDS)
def test_every_address_is_absolute_and_every_id_unique(name: str, format_: Format) -> None:
    root = etree.fromstring(published(name, format_).read_bytes())
    written = [
        element.get("href") or element.get("url") or element.text for element in root.iter() if _is_link(element)
    ]
    addresses = [*written, *re.findall('href="([^"]*)"', " ".join(root.itertext()))]
    assert all(urlsplit(address).scheme == "https" and urlsplit(address).netloc for address in addresses)
    ids = [element.text for element in root.iter("guid", f"{XML}id")]
    assert len(set(ids)) == len(ids)


def _is_link(element: Any) -> bool:
    return element.tag in ("link", "source", f"{XML}link")


def test_a_correction_keeps_its_id_in_a_feed_of_states_and_gets_one_in_a_log() -> None:
    states = feedparser.parse(published("moved", RSS).read_bytes())
    log = feedparser.parse(published("moved-log", RSS).read_bytes())
    assert (len(states.entries), len(log.entries)) == (5, 8)
    assert FEEDS["moved"].entry_id(FEEDS["moved"].revisions[0]) == FEEDS["moved"].entry_id(FEEDS["moved"].revisions[2])
    assert "【更新】〔关闭〕津榆路站 出口，津蓟高速，10月21日至12月31日" in {entry.title for entry in log.entries}
    assert not {entry.id for entry in states.entries} & {entry.id for entry in log.entries}


def test_an_id_does_not_know_the_address_of_the_service() -> None:
    here, moved = FEEDS["moved"], replace(FEEDS["moved"], base_url="https://elsewhere.example")
    assert [here.entry_id(entry) for entry in here.entries] == [moved.entry_id(entry) for entry in moved.entries]
