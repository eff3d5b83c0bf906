"""Pages for people: what they show, in which language, and that they ask nothing of anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.testclient import TestClient

from service.feed import Lang
from service.records import Station
from service.web.pages.page import preferred
from service.web.words import WORDS
from tests.web import CHANGES, filled, running

HERE = "https://tollfeed.example/"
HOSTILE = "<script>alert('1')</script>\"&站"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    hostile = replace(
        CHANGES[0],
        station=Station(name=HOSTILE),
        notice=replace(CHANGES[0].notice, id="hostile", title=HOSTILE, publisher=HOSTILE),
    )
    filled(url, (*CHANGES, hostile))
    with running(url) as client:
        yield client


class Links(HTMLParser):
    """Every address that a page names, and every tag it uses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]


STATES = re.compile(
    r'<li>\s*<span class="(\w+)">([^<]+)</span>\s*<a class="what( struck)?"[^>]*>([^<]+)</a>', re.DOTALL
)


def states(page: str) -> dict[str, tuple[str, str, bool]]:
    """Of each change on the page its state, as class and as word, and whether it is struck out."""
    return {title: (tone, name, bool(struck)) for tone, name, struck, title in STATES.findall(page)}


def test_the_page_shows_what_holds_and_what_is_to_come_and_what_was_cancelled(client: TestClient) -> None:
    assert states(client.get("/").text) == {
        "〔关闭〕津榆路站 出入口": ("active", "进行中", False),
        "〔关闭〕&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&#34;&amp;站 出入口": ("active", "进行中", False),
        "〔启用〕天津站（新）": ("scheduled", "未开始", False),
        "〔关闭〕马集服务区 双向": ("active", "进行中", False),
        "【取消】〔关闭〕徐水站 出口": ("cancelled", "已取消", True),
    }


DAYS = [
    ("2024-06-30", {"旧站"}),
    ("2024-08-01", set()),
    ("2024-10-25", {"津榆路", "script", "九园", "马集", "徐水"}),
    ("2024-12-01", {"津榆路", "script", "天津", "马集", "徐水"}),
    ("2025-01-01", {"天津"}),
]


@pytest.mark.parametrize(("day", "places"), DAYS)
def test_a_day_shows_what_holds_on_it(client: TestClient, day: str, places: set[str]) -> None:
    titles = " ".join(states(client.get("/", params={"on": day}).text))
    assert {
        place for place in ("旧站", "津榆路", "script", "九园", "天津", "马集", "徐水") if place in titles
    } == places


def test_a_day_tells_how_things_stand_on_it_and_no_days_left_from_now(client: TestClient) -> None:
    page = client.get("/", params={"on": "2024-12-01"}).text
    assert states(page)["〔启用〕天津站（新）"] == ("lasting", "已生效", False)
    assert states(page)["〔关闭〕津榆路站 出入口"][1] == "进行中"
    assert "<h1>12月1日 周日这一天</h1>" in page
    assert "天后开始" not in page and "还有" not in page
    before = states(client.get("/", params={"on": "2024-06-30"}).text)
    assert {name for _, name, _ in before.values()} <= {"进行中", "已生效"}


SEARCHES = [
    ("津蓟 天津站", {"天津"}),
    ("天津站 S1", {"天津"}),
    ("津薊高速 津榆路收費站", {"津榆路"}),
    ("荣乌高速公路", {"马集", "徐水"}),
    ("g18 徐水", {"徐水"}),
    ("徐水站入口", set()),
    ("徐水站出口", {"徐水"}),
    ("无此地", set()),
    ("%_", set()),
]


@pytest.mark.parametrize(("query", "places"), SEARCHES)
def test_a_search_shows_what_people_mean(client: TestClient, query: str, places: set[str]) -> None:
    titles = " ".join(states(client.get("/", params={"q": query}).text))
    assert {place for place in ("津榆路", "天津", "马集", "徐水") if place in titles} == places


def test_a_search_leads_to_the_station_also_where_nothing_holds(client: TestClient) -> None:
    page = client.get("/", params={"q": "九园"}).text
    (address,) = re.findall(r'href="(stations/[^"]+)"', page)
    assert "<h1>九园站</h1>" in client.get(f"/{address}").text


PARAMETERS = ["on=2024-02-30", "on=tomorrow", "page=0", "page=x", "q=a&q=b", "lang=fr", "nothing=1", f"q={'x' * 101}"]


@pytest.mark.parametrize("query", PARAMETERS)
def test_what_cannot_be_meant_is_a_problem(client: TestClient, query: str) -> None:
    answer = client.get(f"/?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_a_page_beyond_the_last_is_empty_and_says_so(client: TestClient) -> None:
    answer = client.get("/?page=9999")
    assert answer.status_code == 200
    assert states(answer.text) == {}


def test_no_text_hides_behind_a_name_of_python() -> None:
    # Templates look for an attribute first: words.items would be a method.
    assert [name for name in WORDS[Lang.ZH] if hasattr({}, name)] == []


def test_every_address_on_the_page_leads_somewhere(client: TestClient) -> None:
    addresses = [urljoin(HERE, each) for each in Links(client.get("/?q=津榆").text).addresses]
    assert all(each.startswith((HERE, "webcal://tollfeed.example/feeds/changes.ics?")) for each in addresses)
    answers = {each: client.get(each.replace("webcal:", "https:")).status_code for each in addresses}
    assert answers == dict.fromkeys(addresses, 200)
    assert len(answers) > 12


def test_what_a_notice_says_is_text_not_markup(client: TestClient) -> None:
    page = client.get("/", params={"q": HOSTILE[:8]}).text
    assert "&lt;script&gt;alert(" in page
    assert "script" not in Links(page).tags


def test_the_page_can_be_searched(client: TestClient) -> None:
    page = client.get("/", params={"q": "马集", "lang": "en"}).text
    assert "马集" in page
    assert "津榆路" not in page
    assert 'href="subscribe?q=%E9%A9%AC%E9%9B%86&amp;lang=en"' in page
    assert "没有找到" in client.get("/", params={"q": "无此地"}).text


@pytest.mark.parametrize("path", ["/", "/?lang=en", "/problems", "/notices/hostile"])
def test_nothing_comes_from_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert not {"script", "img", "iframe", "style"} & Links(answer.text).tags
    style = client.get("/static/style.css")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert not re.search(r"url\(|@import", style.text)


LANGUAGES = [
    ("", Lang.ZH),
    ("en", Lang.EN),
    ("en-GB,en;q=0.9,zh;q=0.8", Lang.EN),
    ("zh-CN,zh;q=0.9,en;q=0.8", Lang.ZH),
    ("zh-Hant-TW", Lang.ZH),
    ("zh;q=0.5, en;q=0.7", Lang.EN),
    ("de,en;q=0.1", Lang.EN),
    ("de, fr;q=0.5", Lang.ZH),
    ("*", Lang.ZH),
    ("en;q=nonsense", Lang.ZH),
    ("en;q=0", Lang.ZH),
    (",,;;=", Lang.ZH),
    ("EN", Lang.EN),
]


@pytest.mark.parametrize(("header", "lang"), LANGUAGES)
def test_the_language_is_what_the_browser_prefers(header: str, lang: Lang) -> None:
    assert preferred(header) is lang


def test_a_language_asked_for_counts_before_the_browsers(client: TestClient) -> None:
    asked = [
        client.get(path, headers={"Accept-Language": "en"}).headers["content-language"]
        for path in ("/", "/?lang=zh", "/?lang=en", "/?lang=")
    ]
    assert asked == ["en", "zh-CN", "en", "en"]
    assert {"Accept", "Accept-Language"} <= set(client.get("/").headers["vary"].split(", "))
