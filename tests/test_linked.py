"""A change for search engines: the right fields, and no words that leave the block they stand in."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from service.feed import Lang
from service.records import Action, Change, EndBasis, NoticeReference, Station
from service.web.linked import announcement, block
from tests.make import PUBLISHED, change, china, validity
from tests.published import cases

PAGE = "https://tollfeed.example/changes/change-1"
FEED = "https://tollfeed.example/feeds/log.rss"

HOSTILE = [
    "</script><script>alert(1)</script>",
    "</SCRIPT\n>",
    "<!--<script>",
    "]]>--></style>",
    "a\u2028b\u2029c",
    "&lt;/script&gt;&amp;",
    '"}],"@type":"Thing',
    "\\u003c/script>",
    "\x00\x1b\ud800\u202eabc",
    "津" * 5000,
]


def told(given: Change, lang: Lang = Lang.ZH) -> dict[str, Any]:
    return announcement(cases.recorded(given, 1), lang, url=PAGE, feed=FEED)


def test_a_closure_is_a_special_announcement() -> None:
    given = change(
        notice=NoticeReference(
            id="notice-1",
            title="津榆路站封闭",
            publisher="示例日报",
            published=PUBLISHED,
            url="https://news.example/公告?a=1&b=2",
        )
    )
    assert told(given) == {
        "@context": "https://schema.org",
        "@type": "SpecialAnnouncement",
        "@id": PAGE,
        "url": PAGE,
        "name": "〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日",
        "text": "2024年10月21日至12月31日，S1津蓟高速公路津榆路站出入口关闭。\n"
        "来源：示例日报，2024年10月20日，《津榆路站封闭》。",
        "category": "收费站关闭",
        "inLanguage": "zh-CN",
        "datePosted": "2024-10-20",
        "dateModified": "2024-10-20T20:01:00+08:00",
        "expires": "2025-01-01T00:00:00+08:00",
        "temporalCoverage": "2024-10-21T00:00:00+08:00/2025-01-01T00:00:00+08:00",
        "spatialCoverage": {
            "@type": "Place",
            "name": "S1津蓟高速公路津榆路站",
            "containedInPlace": {"@type": "Place", "name": "津蓟高速公路", "alternateName": "S1"},
        },
        "webFeed": FEED,
        "isBasedOn": {
            "@type": "CreativeWork",
            "name": "津榆路站封闭",
            "url": "https://news.example/%E5%85%AC%E5%91%8A?a=1&b=2",
            "publisher": {"@type": "Organization", "name": "示例日报"},
            "datePublished": "2024-10-20",
        },
    }
    english = told(given, Lang.EN)
    assert (english["inLanguage"], english["category"]) == ("en", "station closures")


OPEN = [
    # the change, expires, temporalCoverage
    (change(validity=validity(None, None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE)), None, None),
    (change(validity=validity(china(2024, 10, 21, 8), None)), None, "2024-10-21T08:00:00+08:00/.."),
    (
        change(validity=validity(None, china(2024, 11, 1))),
        "2024-11-01T00:00:00+08:00",
        "../2024-11-01T00:00:00+08:00",
    ),
    (
        change(action=Action.CANCEL),
        None,
        "2024-10-21T00:00:00+08:00/2025-01-01T00:00:00+08:00",
    ),
]


@pytest.mark.parametrize(("given", "expires", "coverage"), OPEN)
def test_what_nobody_knows_is_left_out(given: Change, expires: str | None, coverage: str | None) -> None:
    said = told(given)
    assert (said.get("expires"), said.get("temporalCoverage")) == (expires, coverage)
    assert None not in said.values()


class Blocks(HTMLParser):
    """The text of each script, and every tag, as a browser would take them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.blocks: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.blocks.append(data)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_leave_the_block(words: str) -> None:
    reference = NoticeReference(id=words, title=words, publisher=words, published=PUBLISHED, url=f"https://a/{words}")
    written = block(told(change(station=Station(name=words), notice=reference)))
    written.encode()
    assert not set("<>&\u2028\u2029") & set(written[len('<script type="application/ld+json">') : -len("</script>")])
    page = Blocks(f"<p>{written}<p>")
    assert page.tags == ["p", "script", "p"]
    read = json.loads(page.blocks[0])
    assert read["@type"] == "SpecialAnnouncement"
    kept = words.encode(errors="ignore").decode()
    for invisible in "\x00\x1b\u202e":
        kept = kept.replace(invisible, "")
    assert " ".join(kept.replace("\u2028", "\n").replace("\u2029", "\n").split()) in read["name"]


@pytest.mark.parametrize("given", [each for feed in cases.FEEDS.values() for each in feed.revisions])
def test_every_change_has_one(given: Any) -> None:
    for lang in Lang:
        document = announcement(replace(given, position=1), lang, url=PAGE, feed=FEED)
        json.loads(json.dumps(document, ensure_ascii=False).encode())
        assert document["text"]
