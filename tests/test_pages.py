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


def test_the_page_shows_what_holds_and_what_is_to_come(client: TestClient) -> None:
    page = client.get("/").text
    rows = re.findall(r'class="(\w+)">([^<]+)</span>.*?<a[^>]*>([^<]+)</a>', page, re.DOTALL)
    assert {(status, name) for status, name, _ in rows} == {("active", "进行中"), ("scheduled", "未开始")}
    titles = " ".join(title for _, _, title in rows)
    assert [place in titles for place in ("津榆路", "天津", "马集", "九园", "徐水", "旧站")] == [True] * 3 + [False] * 3


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
    assert "/feeds/changes.ics?q=%E9%A9%AC%E9%9B%86&amp;lang=en" in page
    assert "目前没有" in client.get("/", params={"q": "无此地"}).text


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
