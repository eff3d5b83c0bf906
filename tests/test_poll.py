"""Polls of a real server into a real database: given answers one after another, expected reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network

import pytest

from service.fetch import Fetch, Patience
from service.poll import PollReport, ingest, poll
from service.reading.rules import load_rules
from service.source import Source, read_feed, read_list, read_page
from service.store import Query, Store
from tests.web_server import Reply, WebServer, web_server

NOW = datetime(2024, 10, 20, 1, tzinfo=UTC)
DAY = timedelta(days=1)
RULEBOOK = load_rules()
QUICK = Patience(connect=0.5, read=0.5, total=1.0, first_wait=0.01, pause=0.0)


@pytest.fixture
def site() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def run(source: Source, store: Store, now: datetime = NOW) -> PollReport:
    with Fetch(agent="tollfeed/test", limit=100_000, allow=source.networks, patience=QUICK) as fetch:
        return poll(source, fetch, store, RULEBOOK, now)


def source(site: WebServer, read: object = read_page, path: str = "/") -> Source:
    return Source(
        id="example",
        publisher="示例",
        url=site.url + path,
        every=timedelta(minutes=5),
        read=read,  # type: ignore[arg-type]  # partial of a reader
        networks=(ip_network("127.0.0.1/32"),),
    )


def closed(station: str, day: int = 21) -> str:
    return f"津蓟高速公路{station}收费站自2024年10月{day}日0时起封闭，至12月31日24时恢复通行。"


def page(text: str, **headers: str) -> Reply:
    return Reply(body=f"<p>{text}</p>".encode(), headers={"Content-Type": "text/html; charset=utf-8", **headers})


def rss(*entries: tuple[str, str]) -> Reply:
    items = "".join(f"<item><title>{title}</title><description>{text}</description></item>" for title, text in entries)
    return Reply(body=f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())


def listed(*paths: str) -> Reply:
    return page("".join(f'<a href="{path}">关于封闭施工的公告{path}</a>' for path in paths))


def test_a_page_becomes_a_change_that_names_its_source(site: WebServer, store: Store) -> None:
    site.pages["/"] = page(closed("天津"))
    assert run(source(site), store) == PollReport(source="example", documents=1, notices=1, revisions=1)
    (revision,) = store.changes(Query(), NOW).revisions
    assert revision.change.station is not None
    assert revision.change.station.name == "天津收费站"
    assert (revision.change.notice.publisher, revision.change.notice.url) == ("示例", site.url + "/")
    assert revision.recorded == NOW


@pytest.mark.parametrize("headers", [{"ETag": '"1"'}, {}])
def test_a_second_poll_of_the_same_page_changes_nothing(site: WebServer, store: Store, headers: dict[str, str]) -> None:
    site.pages["/"] = page(closed("天津"), **headers)
    run(source(site), store)
    for number in (1, 2):
        report = run(source(site), store, NOW + number * DAY)
        assert report == PollReport(source="example", not_modified=True)
    assert store.counts()["notices"] == store.counts()["revisions"] == 1


def test_a_page_rewritten_revises_its_change(site: WebServer, store: Store) -> None:
    site.pages["/"] = [page(closed("天津")), page(closed("天津").replace("12月31日", "12月20日"))]
    run(source(site), store)
    report = run(source(site), store, NOW + DAY)
    assert (report.notices, report.revisions) == (1, 1)
    (revision,) = store.changes(Query(), NOW).revisions
    assert revision.change.revision == 1


def test_one_bad_article_does_not_stop_the_others_and_is_tried_again(site: WebServer, store: Store) -> None:
    site.pages |= {
        "/": listed("/1.html", "/2.html", "/3.html"),
        "/1.html": page(closed("天津")),
        "/2.html": [Reply(body=b"%PDF-1.7"), page(closed("九园"))],
        "/3.html": page(closed("宝坻")),
    }
    first = run(source(site, read_list), store)
    assert (first.documents, first.notices) == (3, 2)
    assert first.error == "expected a PDF file, found a broken one"
    second = run(source(site, read_list), store, NOW + timedelta(minutes=5))
    assert (second.notices, second.error) == (1, None)
    # Those that were read are not fetched again, and once all were, an unchanged list is not followed at all.
    assert site.paths() == ["/", "/1.html", "/2.html", "/3.html", "/", "/2.html"]
    assert run(source(site, read_list), store, NOW + timedelta(minutes=10)).not_modified


def test_an_article_corrected_in_place_is_read_again_a_day_later(site: WebServer, store: Store) -> None:
    site.pages |= {
        "/": [listed("/1.html"), listed("/2.html", "/1.html")],
        "/1.html": [page(closed("天津"), ETag='"1"'), page(closed("天津", day=22), ETag='"2"')],
        "/2.html": page("本周油价"),
    }
    run(source(site, read_list), store)
    report = run(source(site, read_list), store, NOW + DAY)
    assert (report.notices, report.revisions, report.error) == (1, 1, None)
    assert site.asked[-1].path == "/1.html"
    assert site.asked[-1].headers["If-None-Match"] == '"1"'


def test_two_entries_about_one_closure_are_one_change(site: WebServer, store: Store) -> None:
    site.pages["/"] = rss(("天津站封闭", closed("天津")), ("再次提醒", "提醒：" + closed("天津")))
    report = run(source(site, read_feed), store)
    assert (report.documents, report.notices, report.revisions) == (2, 2, 1)


@pytest.mark.parametrize(
    ("reply", "read", "found"),
    [
        (Reply(404), read_page, "expected status 200, found 404 Not Found"),
        (Reply(500), read_page, "found 500 Internal Server Error"),
        (page("维护中"), read_feed, "expected RSS or Atom"),
        (page("维护中"), partial(read_page, content="#zoom"), "expected content at '#zoom'"),
        (Reply(body=b"\0\0\0"), read_page, "expected text"),
    ],
)
def test_a_source_that_fails_is_recorded_and_forgets_nothing(
    site: WebServer, store: Store, reply: Reply, read: object, found: str
) -> None:
    good = page(closed("天津"), ETag='"1"')
    site.pages["/"] = [good, *[reply] * (QUICK.attempts if reply.status == 500 else 1), good]
    run(source(site), store)
    report = run(source(site, read), store)
    assert found in (report.error or "")
    assert found in (store.polls("example")[0].error or "")
    assert run(source(site), store).not_modified


def test_a_poll_that_lost_its_lease_writes_nothing(site: WebServer, store: Store) -> None:
    site.pages |= {"/": listed("/1.html"), "/1.html": page(closed("天津"))}
    answers = iter([True])
    with Fetch(agent="test", limit=100_000, allow=(ip_network("127.0.0.1/32"),), patience=QUICK) as fetch:
        report = poll(source(site, read_list), fetch, store, RULEBOOK, NOW, lambda: next(answers, False))
    assert report.error == "broken off, as another process may poll now"
    assert store.counts()["notices"] == 0
    assert store.polls("example") == ()


def test_a_newspaper_page_is_several_notices(store: Store) -> None:
    text = f"■天津站封闭\n本报讯 {closed('天津')}\n■九园站封闭\n本报讯 {closed('九园')}\n"
    added = ingest(text, source="test", published=None, now=NOW, store=store, rulebook=RULEBOOK)
    assert [each.new for each in added] == [True, True]
    assert len(store.changes(Query(), NOW).revisions) == 2


def test_relative_dates_without_a_dateline_are_read_from_today_in_china(store: Store) -> None:
    late = datetime(2024, 10, 20, 17, tzinfo=UTC)
    (added,) = ingest(
        "津蓟高速公路天津收费站今日起封闭。", source="test", published=None, now=late, store=store, rulebook=RULEBOOK
    )
    assert str(added.revisions[0].change.validity.start) == "2024-10-21 00:00:00+08:00"
