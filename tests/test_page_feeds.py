"""The pages of all feeds and of the service's own state, problems as pages, and every page as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.store import Poll, Store
from service.web.answers import Condition
from service.web.watch import watched
from tests.test_pages import Links
from tests.web import NOW, filled, running

EVERY = timedelta(minutes=5)
SOURCES = """
- id: example
  publisher: 示例<日报>
  url: https://news.example/list
  kind: rss
  every: 300
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("feeds")
    url = f"sqlite:///{folder / 'test.db'}"
    filled(url)
    with running(url, data=folder) as client:
        yield client


def test_every_feed_listed_answers(client: TestClient) -> None:
    addresses = [each for each in Links(client.get("/feeds").text).addresses if each.startswith("https://tollfeed")]
    answers = {each: client.get(each).status_code for each in addresses}
    assert answers == dict.fromkeys(answers, 200)
    assert {"changes.rss", "changes.atom", "changes.json", "log.rss", "log.atom", "log.json", "roads.opml"} <= {
        each.rpartition("/")[2].partition("?")[0] for each in answers
    }


def test_the_feeds_of_each_road_are_listed(client: TestClient) -> None:
    document = client.get("/feeds", headers={"Accept": "application/json"}).json()
    assert {each["road"] for each in document["roads"]} == {"津蓟高速", "荣乌高速"}
    for each in document["roads"]:
        assert client.get(each["calendar"]).status_code == 200
        assert each["webcal"].startswith("webcal://tollfeed.example/calendars/")
    english = client.get("/feeds?lang=en", headers={"Accept": "application/json"}).json()
    assert english["everything"]["feeds"]["log_rss"].endswith("?lang=en")


def polled(minutes: int, error: str | None = None) -> Poll:
    return Poll(source="example", at=NOW - timedelta(minutes=minutes), error=error)


CONDITIONS: list[tuple[list[Poll], Condition, str | None, bool]] = [
    # polls, the newest first; how the source is doing, what is told of the error, whether it was ever read
    ([], Condition.WAITING, None, False),
    ([polled(1)], Condition.FRESH, None, True),
    ([polled(15)], Condition.FRESH, None, True),
    ([polled(16)], Condition.LATE, None, True),
    ([polled(1, "https://a/b?key=secret&x: 503"), polled(6)], Condition.FAILING, "https://a/b?…", True),
    ([polled(1, "x" * 500)], Condition.FAILING, "x" * 200, False),
]


@pytest.mark.parametrize(("polls", "condition", "error", "read"), CONDITIONS)
def test_a_source_is_as_its_polls_say(polls: list[Poll], condition: Condition, error: str | None, read: bool) -> None:
    status = watched("example", "示例日报", EVERY, polls, NOW)
    assert (status.condition, status.read is not None) == (condition, read)
    assert (status.error or "").startswith(error or "") if error else status.error is None
    assert "secret" not in (status.error or "")


def test_the_state_of_the_service_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    filled(url)
    (tmp_path / "sources.yaml").write_text(SOURCES, "utf-8")
    store = Store.open(url)
    store.record_poll(polled(2, "no answer from https://news.example/list?token=secret"))
    store.close()
    with running(url, data=tmp_path) as client:
        page = client.get("/status").text
        document = client.get("/status", headers={"Accept": "application/json"}).json()
    (source,) = document["sources"]
    assert (source["id"], source["condition"], source["publisher"]) == ("example", "failing", "示例<日报>")
    assert (document["notices"], document["changes"], document["revisions"]) == (6, 6, 6)
    for words in ("示例&lt;日报&gt;", "出错", "2分钟前", "no answer", "<b>6</b> 公告", "最近一次更新： <time"):
        assert words in page
    assert "secret" not in page


def test_an_empty_service_says_so(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'test.db'}", data=tmp_path) as client:
        assert "还没有任何公告" in client.get("/status").text
        assert "No notice has named a road yet" in client.get("/feeds?lang=en").text


BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
WRONG: list[tuple[str, int, str]] = [
    ("/nope", 404, "没有这一页"),
    ("/changes/none", 404, "没有这一页"),
    ("/notices/%00", 404, "没有这一页"),
    ("/changes/<script>alert(1)</script>", 404, "没有这一页"),
    ("/?lang=fr", 400, "地址里有一处不对"),
    ("/?q=%00<b>", 400, "地址里有一处不对"),
    ("/status?x=1", 400, "地址里有一处不对"),
    ("/nope?lang=en", 404, "There is no such page"),
]


@pytest.mark.parametrize(("path", "status", "words"), WRONG)
def test_a_browser_gets_a_page_for_a_problem(client: TestClient, path: str, status: int, words: str) -> None:
    page = client.get(path, headers={"Accept": BROWSER})
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert page.headers["cache-control"] == "no-store"
    assert words in page.text
    assert not {"script", "b"} & Links(page.text.partition("<main")[2]).tags
    document = client.get(path)
    assert (document.status_code, document.headers["content-type"]) == (status, "application/problem+json")
    assert document.json()["status"] == status


@pytest.mark.parametrize(
    "path", ["/v1/changes/none", "/feeds/changes.nope", "/feeds/log.rss?x=1", "/calendars/x/y.ics"]
)
def test_programs_addresses_never_answer_with_a_page(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": BROWSER})
    assert answer.headers["content-type"] == "application/problem+json"


def pages(client: TestClient) -> dict[str, str]:
    """Each page, and where the API tells the same; "" where only the page's own address does."""
    (change,) = client.get("/v1/changes?q=津榆").json()["changes"]
    (station,) = client.get("/v1/stations?q=津榆").json()["stations"]
    of_change, of_notice = f"/changes/{change['id']}", f"/notices/{change['notice']['id']}"
    return {
        of_change: f"/v1{of_change}",
        of_notice: f"/v1{of_notice}",
        f"/stations/{station['id']}": f"/v1/stations/{station['id']}/timeline",
        "/roads": "/v1/roads",
        "/roads/津蓟高速": "/v1/roads/津蓟高速",
        "/": "",
        "/subscribe": "",
        "/feeds": "",
        "/status": "",
        "/problems": "",
    }


def test_every_page_is_json_for_those_who_prefer_it(client: TestClient) -> None:
    for path, twin in pages(client).items():
        page = client.get(path, headers={"Accept": BROWSER})
        record = client.get(path, headers={"Accept": "application/json"})
        said: list[Any] = [(each.status_code, each.headers["vary"]) for each in (page, record)]
        assert said == [(200, "Accept, Accept-Language, Accept-Encoding")] * 2, path
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert record.headers["content-type"] == "application/json"
        if twin:
            assert record.json() == client.get(twin).json()
        assert page.headers["etag"] != record.headers["etag"]
        assert client.get(path, headers={"Accept": "*/*"}).text == client.get(path).text


def test_files_of_the_site(client: TestClient) -> None:
    for path, media_type in (
        ("/favicon.ico", "image/x-icon"),
        ("/apple-touch-icon.png", "image/png"),
        ("/static/icon.svg", "image/svg+xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    rules = client.get("/robots.txt").text
    assert "Disallow: /calendars" not in rules
    assert "Disallow: /feeds" not in rules
    for each in Links(client.get("/feeds").text).addresses:
        if "static/" in each:
            assert client.get(f"/{each}").headers["cache-control"] == "public, max-age=31536000, immutable"
