"""Notices explained: spans that nest, and a page on which every value leads to its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from time import perf_counter
from urllib.parse import urljoin

import pytest
from starlette.testclient import TestClient

from service.reading.explain import Topic
from service.reading.extract import extract
from service.reading.rules import load_rules
from service.records import Change, Evidence
from service.store import Store
from service.web.explained import LONGEST, Span, nested, parts
from tests.make import change, notice
from tests.web import NOW, running

RULEBOOK = load_rules()
CLOSED = "因施工，10月21日至12月31日，津蓟高速公路津榆路收费站入口封闭，恭候光临。"
EXTENDED = "津蓟高速公路津榆路收费站入口封闭时间延长至2025年1月31日。"
HOSTILE = "津蓟高速公路津榆路收费站<script>alert('1')</script>\"&入口封闭。"

NOTICES = {"closed": CLOSED, "extended": EXTENDED, "hostile": HOSTILE, "nothing": "图书馆旁的收费站很美。"}


class Page(HTMLParser):
    """What a page shows: its text without cards, the words of each mark, its ids, addresses and tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.marks: dict[str, tuple[str, str]] = {}
        self.cards: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self._words: dict[str, str] = {}
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.addresses += [given[name] for name in ("href", "src", "action") if name in given]
        if tag == "mark":
            assert given["tabindex"] == "0"
            assert given["aria-describedby"] == f"{given['id']}-card"
            self.marks[given["id"]] = (given["class"], "")
        if tag not in ("br", "link", "meta", "input"):
            self._open.append((tag, f"{given.get('class', '')} {given.get('id', '')}"))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        about = [words.split(" ", 1) for _, words in self._open]
        cards = [name for kind, name in about if kind == "card"]
        if cards:
            self.cards[cards[-1]] = self.cards.get(cards[-1], "") + data
        elif any(kind == "words" for kind, _ in about):
            self.text += data
            for tag, words in self._open:
                kind, name = words.split(" ", 1)
                if tag == "mark":
                    self.marks[name] = (kind, self.marks[name][1] + data)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    with closing(Store.open(url)) as store:
        for name, text in NOTICES.items():
            given = notice(text, id=name, title=text)
            store.add(given, extract(given, RULEBOOK).changes, NOW)
        store.add(notice("旧规则读过的词。", id="old", url="javascript:alert(1)"), [_of_old_rules()], NOW)
        store.add(notice(f"{CLOSED}\n" * 20_000, id="long"), [], NOW)
    with running(url) as client:
        yield client


def _of_old_rules() -> Change:
    evidence = tuple(
        Evidence(field=field, start=start, end=end, rule="gone.rule")
        for field, start, end in (("kind", 0, 4), ("reason", 2, 6), ("access", 2, 6), ("detours.7", 6, 7))
    )
    return change(evidence=evidence, notice=replace(change().notice, id="old"))


def page_of(client: TestClient, name: str, lang: str = "zh") -> str:
    """The page of a notice."""
    answer = client.get(f"/notices/{name}", params={"lang": lang})
    assert answer.status_code == 200
    return answer.text


SPANS = {
    "one after the other": ([(0, 2), (2, 4)], "[ab][cd]ef"),
    "one in the other": ([(1, 2), (0, 4)], "[a[b]cd]ef"),
    "one across the end of the other": ([(0, 3), (2, 5)], "[ab[c]][de]f"),
    "two of the same words": ([(0, 3), (0, 3)], "[abc]def"),
    "one that is cut to the words of another": ([(0, 4), (2, 4), (2, 6)], "[ab[cd]][ef]"),
    "across two ends": ([(0, 4), (1, 3), (2, 6)], "[a[b[c]][d]][ef]"),
    "no words": ([(3, 3), (4, 2)], "abcdef"),
}


@pytest.mark.parametrize(("spans", "written"), SPANS.values(), ids=SPANS)
def test_spans_nest(spans: list[tuple[int, int]], written: str) -> None:
    given = [Span(start, end, (f"w{start}-{end}",), Topic.TIME) for start, end in spans]
    steps = parts("abcdef", nested(given))
    assert "".join("[" if part.opens else "]" if part.closes else part.text for part in steps) == written


def test_spans_of_the_same_words_keep_every_address() -> None:
    (span,) = nested([Span(0, 2, ("one",), Topic.TIME), Span(0, 2, ("two",), Topic.PLACE)])
    assert span.ids == ("one", "two")


def test_words_are_marked_by_what_they_are_about(client: TestClient) -> None:
    page = Page(page_of(client, "closed"))
    assert page.text == CLOSED
    assert {("advice", "施工"), ("time", "10月21日至12月31日"), ("place", "津榆路收费站"), ("lanes", "入口")} <= set(
        page.marks.values()
    )
    marked = "".join(words for _, words in page.marks.values())
    assert "恭候" not in marked


def test_a_card_tells_value_rule_file_and_use(client: TestClient) -> None:
    page = Page(page_of(client, "closed", "en"))
    (name,) = [name for name, (_, words) in page.marks.items() if words == "封闭"]
    assert page.cards[f"{name}-card"] == (
        "封闭 What happens: effect=closedclosure.closed rules/closures.yamlused in change 1: kind"
    )


def test_every_value_of_a_change_leads_to_its_words(client: TestClient) -> None:
    page = page_of(client, "closed")
    told = re.findall(r'<dt><code>([\w.]+)</code> (.*?)</dt>\n<dd><a href="#([\w-]+)">(.*?)</a>', page)
    marks = Page(page).marks
    assert [(field, value, marks[link][1]) for field, value, link, _ in told] == [
        ("access", "entry", "入口"),
        ("kind", "station_closure", "封闭"),
        ("reason", "works", "施工"),
        ("road.name", "津蓟高速公路", "津蓟高速公路"),
        ("station.name", "津榆路收费站", "津榆路收费站"),
        ("validity.end", "2025-01-01T00:00:00+08:00", "12月31日"),
        ("validity.start", "2024-10-21T00:00:00+08:00", "10月21日"),
    ]


def test_every_address_leads_somewhere_and_every_id_is_one(client: TestClient) -> None:
    for name in (*NOTICES, "old", "long"):
        read = Page(page_of(client, name))
        assert len(set(read.ids)) == len(read.ids)
        within = [each for each in read.addresses if each.startswith("#")]
        assert {each[1:] for each in within} <= set(read.ids)
        for each in set(read.addresses) - set(within):
            assert client.get(urljoin(f"/notices/{name}", each)).status_code == 200


def test_the_start_page_leads_to_the_change(client: TestClient) -> None:
    start = client.get("/?lang=en").text
    links = re.findall(r'href="(changes/([^"?]*)[^"]*)"', start)
    assert len(links) == 2
    for address, change_id in links:
        page = client.get(f"/{address}").text
        notice = re.findall(rf'href="\.\./(notices/[^"#]*)#change-{change_id}"', page)[0]
        assert f'id="change-{change_id}"' in client.get(f"/{notice}").text


def test_what_a_notice_says_is_text_not_markup(client: TestClient) -> None:
    page = Page(page_of(client, "hostile"))
    assert page.text == HOSTILE
    assert not {"script", "img", "iframe", "style"} & page.tags
    assert not [each for each in Page(page_of(client, "old")).addresses if "javascript" in each]


def test_a_change_altered_since_is_shown_as_this_notice_told_it(client: TestClient) -> None:
    earlier, later = page_of(client, "closed", "en"), page_of(client, "extended", "en")
    assert ["A later notice" in page for page in (earlier, later)] == [True, False]
    assert "21 October to 31 December 2024" in earlier
    assert "31 January 2025" in later


def test_what_is_read_otherwise_today_is_said(client: TestClient) -> None:
    page = page_of(client, "old", "en")
    assert "announces no change" in page
    marks = Page(page).marks
    # Evidence crosses evidence, and what an old rule called it is not known any more: all the words are shown.
    assert [words for _, words in marks.values()] == ["旧规则读", "则读", "过的", "词"]
    assert "By the rules of today" not in page_of(client, "closed", "en")


def test_a_long_notice_is_cut_and_says_so(client: TestClient) -> None:
    begun = perf_counter()
    page = page_of(client, "long", "en")
    assert perf_counter() - begun < 10
    shown = Page(page).text
    assert LONGEST - 50 < len(shown) <= LONGEST
    assert shown.endswith("。\n")
    assert f"Of {20_000 * (len(CLOSED) + 1)} characters, only the first {len(shown)}" in page


def test_an_unknown_notice_is_not_found(client: TestClient) -> None:
    answers = [client.get(path) for path in ("/notices/none", "/notices/%00", "/notices/old?colour=red")]
    assert [answer.status_code for answer in answers] == [404, 404, 400]
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
