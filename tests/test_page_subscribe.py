"""The builder of subscriptions: whatever is filled in, one link that holds it, or what to correct beside each field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import icalendar
import pytest
from starlette.testclient import TestClient

from service.calendar import Span, Wishes
from service.prose import Lang
from service.records import Action, Change, Window
from service.web.calendars import selection_of
from service.web.moments import ago, span
from service.web.preview import upcoming
from service.web.wish import What, feeds_of, read_wish
from tests.make import change, china, validity
from tests.published import cases
from tests.test_pages import Links
from tests.web import NOW, filled, running

TODAY = NOW.date()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path_factory.mktemp('subscribe') / 'test.db'}"
    filled(url)
    with running(url) as client:
        yield client


class Form(HTMLParser):
    """The fields of a page as a browser would send them, and the ids of what is marked as wrong."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.wrong: set[str] = set()
        self.link = ""
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "aria-invalid" in given:
            self.wrong.add(given["id"])
        if given.get("id") == "link":
            self.link = given["value"]
        if tag == "select":
            self._select = given["name"]
        if tag == "option" and "selected" in given and given.get("value", "x"):
            self.sent.append((self._select, given.get("value", "")))
        boxed = given.get("type") in ("radio", "checkbox")
        if tag == "input" and "name" in given and ("checked" in given if boxed else given.get("value")):
            self.sent.append((given["name"], given["value"]))


def asked(client: TestClient, **fields: Any) -> Any:
    return client.get("/subscribe", params={name: value for name, value in fields.items() if value})


WISHES = [
    # what is filled in, the canonical selection in the link
    ({}, ""),
    ({"what": "all"}, ""),
    ({"what": "road", "road": "津蓟高速"}, "road=津蓟高速"),
    ({"what": "road", "road": "G18", "station": "ignored"}, "road=G18"),
    ({"what": "station", "station": "津榆路站"}, "station=津榆路站"),
    (
        {"what": "station", "station": "津榆路站", "road": "S1", "access": "entry"},
        "road=S1&station=津榆路站&access=entry",
    ),
    ({"station": "津榆路站"}, "station=津榆路站"),
    ({"road": "S1"}, "road=S1"),
    ({"entry": "津榆路站"}, "entry=津榆路站"),
    (
        {"what": "commute", "entry": "津榆路站", "exit": "天津站", "day": ["mo", "we"], "hours": "7:00-9:00"},
        "entry=津榆路站&exit=天津站&days=mo,we&hours=07:00-09:00",
    ),
    ({"what": "commute", "exit": "天津站", "access": "entry", "alarm": "evening"}, "exit=天津站&alarm=evening"),
    ({"what": "all", "kind": ["lane_closure", "ramp_closure"]}, "kind=lane_closure,ramp_closure"),
    ({"what": "all", "q": " 马集 ", "span": "daily", "alarm": "1h"}, "q=马集&span=daily&alarm=1h"),
    ({"what": "road", "road": "</option><script>"}, "road=</option><script>"),
    ({"what": "station", "station": "\u202e站;,\\n]]>"}, "station=\u202e站;,\\n]]>"),
]


@pytest.mark.parametrize(("fields", "canonical"), WISHES)
def test_the_link_holds_what_was_filled_in(client: TestClient, fields: dict[str, Any], canonical: str) -> None:
    document = client.get("/subscribe", params=fields, headers={"Accept": "application/json"}).json()
    found = re.fullmatch(r"https://tollfeed.example/calendars/([\w-]+)/[^/?#]+\.ics", document["calendar"])
    assert found
    assert len(document["calendar"]) < 256
    selection = selection_of(found[1])
    assert selection
    pairs = [tuple(each.split("=", 1)) for each in canonical.split("&") if each]
    assert selection.text() == urlencode(pairs)
    answer = client.get(document["calendar"].removeprefix("https://tollfeed.example"))
    assert answer.status_code == 200
    icalendar.Calendar.from_ical(answer.content)


# Without the last: characters that nobody sees are in no field.
@pytest.mark.parametrize(("fields", "canonical"), WISHES[1:-1])
def test_the_page_keeps_what_was_filled_in_and_shows_the_link(
    client: TestClient, fields: dict[str, Any], canonical: str
) -> None:
    page = client.get("/subscribe", params=fields, headers={"Accept": "text/html"})
    assert page.status_code == 200
    form = Form(page.text)
    again = client.get("/subscribe", params=form.sent, headers={"Accept": "application/json"}).json()
    assert form.link == again["calendar"], canonical
    assert not form.wrong
    assert "<script" not in page.text
    assert page.text.count('<svg role="img"') == 2


WRONG = [
    # what is filled in, the fields that are marked, what the page says of the first
    ({"what": "road"}, {"road"}, "请填路名或编号"),
    ({"what": "station", "station": "长" * 101}, {"station"}, "不超过100字。填的是 <q>长长"),
    ({"what": "station", "station": "a\x00b"}, {"station"}, "请填收费站名"),
    ({"what": "commute"}, {"entry"}, "请至少填一个收费站名"),
    ({"what": "commute", "hours": "abc<b>"}, {"entry", "hours"}, "填的是 <q>abc&lt;b&gt;</q>"),
    ({"what": "commute", "entry": "x", "day": "someday"}, set(), "请勾选星期几"),
    ({"what": "all", "alarm": "3000d"}, {"alarm"}, "请选择列出的一种"),
    ({"what": "all", "span": "weekly"}, {"span"}, "请选择列出的一种"),
    ({"what": "all", "kind": "closure"}, set(), "请勾选列出的种类"),
    ({"what": "all", "lang": "fr"}, {"lang"}, "请选择中文或英文"),
    ({"what": "nothing"}, set(), "请选择上面的一项"),
    ({"stauts": "<i>"}, set(), "没有名为“stauts”的参数"),
]


@pytest.mark.parametrize(("fields", "marked", "said"), WRONG)
def test_what_is_wrong_stands_beside_its_field(
    client: TestClient, fields: dict[str, Any], marked: set[str], said: str
) -> None:
    answer = asked(client, **fields)
    assert answer.status_code == 400
    form = Form(answer.text)
    assert form.wrong == marked
    assert re.sub(r"\s+", " ", said) in re.sub(r"\s+", " ", answer.text)
    assert not form.link
    kept = dict(form.sent)
    for name in ("station", "hours", "alarm"):
        if name in fields and "\x00" not in fields[name]:
            assert kept[name] == fields[name]
    document = client.get("/subscribe", params=fields, headers={"Accept": "application/json"})
    assert document.status_code == 400
    assert document.headers["content-type"] == "application/problem+json"


def test_a_wish_too_long_for_any_address_is_told(client: TestClient) -> None:
    rare = "".join(chr(0x4E00 + 37 * number) for number in range(100))
    answer = asked(client, what="commute", entry=rare, exit=rare[::-1], road=rare[50:] + rare[:50])
    assert answer.status_code == 400
    assert "255" in answer.text


def test_a_station_of_which_nothing_is_known_is_told_and_gets_its_link(client: TestClient) -> None:
    page = asked(client, what="station", station="津渝路").text
    assert "还没有任何公告提到“津渝路”" in page
    assert ">津榆路站</a>" in page
    assert Form(page).link
    assert "目前没有符合条件的变更" not in page
    assert "还没有任何公告提到" not in asked(client, what="station", station="津榆路").text


def test_a_filter_that_matches_nothing_is_told_and_gets_its_link(client: TestClient) -> None:
    page = asked(client, what="road", road="无此高速").text
    assert "目前没有符合条件的变更" in page
    assert Form(page).link


def test_the_preview_is_what_the_calendar_shows(client: TestClient) -> None:
    fields = {"what": "road", "road": "S1"}
    document = client.get("/subscribe", params=fields, headers={"Accept": "application/json"}).json()
    calendar = icalendar.Calendar.from_ical(
        client.get(document["calendar"].removeprefix("https://tollfeed.example")).content
    )
    shown = {(str(event["summary"]), event.decoded("dtstart").isoformat()[:10]) for event in calendar.walk("VEVENT")}
    told = [(event["title"], event["begin"][:10]) for event in document["events"]]
    assert told == sorted(told, key=lambda each: each[1])
    assert told
    assert set(told) <= shown


def test_every_address_offered_here_answers(client: TestClient) -> None:
    page = asked(client, what="commute", entry="津榆路站", exit="天津站").text
    here = [
        each for each in Links(page).addresses if "tollfeed.example" in each and each.startswith("https://tollfeed")
    ]
    answers = {each: client.get(each).status_code for each in here}
    assert answers == dict.fromkeys(answers, 200)
    assert sum("/feeds/" in each for each in answers) == 12


def test_the_page_speaks_the_language_of_the_calendar(client: TestClient) -> None:
    page = asked(client, what="road", road="S1", lang="en").text
    assert "What the calendar shows next" in page
    assert "closed" in client.get(Form(page).link.removeprefix("https://tollfeed.example")).text
    selection = selection_of(Form(page).link.split("/")[-2])
    assert selection
    assert selection.lang is Lang.EN


def test_fields_that_are_not_of_the_choice_are_ignored() -> None:
    wish = read_wish([("what", "road"), ("road", "S1"), ("hours", "nonsense"), ("entry", "x")])
    assert wish.what is What.ROAD
    assert not wish.errors
    assert wish.text("hours") == "nonsense"


def test_the_ends_of_a_commute_are_a_feed_each() -> None:
    wish = read_wish([("entry", "a"), ("exit", "b"), ("kind", "lane_closure")])
    assert wish.selection
    assert [each.text() for each in feeds_of(wish.selection)] == [
        "station=a&kind=lane_closure&access=entry",
        "station=b&kind=lane_closure&access=exit",
    ]


SPANS = [
    (china(2024, 11, 4), china(2024, 11, 5), "11月4日 周一", "Mon 4 Nov"),
    (china(2024, 11, 4), china(2024, 11, 8), "11月4日 周一 – 11月7日 周四", "Mon 4 Nov – Thu 7 Nov"),
    (china(2024, 11, 4, 22), china(2024, 11, 5, 6), "11月4日 周一 22:00–次日 06:00", "Mon 4 Nov 22:00–06:00 next day"),
    (china(2024, 11, 4, 8), china(2024, 11, 4, 10, 30), "11月4日 周一 08:00–10:30", "Mon 4 Nov 08:00–10:30"),
    (
        china(2024, 12, 31, 8),
        china(2025, 1, 2, 10),
        "12月31日 周二 08:00 – 2025年1月2日 周四 10:00",
        "Tue 31 Dec 08:00 – Thu 2 Jan 2025 10:00",
    ),
]


@pytest.mark.parametrize(("begin", "end", "chinese", "english"), SPANS)
def test_days_and_times_are_short_and_clear(begin: Any, end: Any, chinese: str, english: str) -> None:
    assert span(begin, end, Lang.ZH, TODAY) == chinese
    assert span(begin, end, Lang.EN, TODAY) == english


def test_how_long_ago_is_told_in_the_largest_unit() -> None:
    told = [ago(NOW - timedelta(seconds=seconds), NOW, Lang.ZH) for seconds in (-5, 59, 60, 7199, 86400)]
    assert told == ["0秒前", "59秒前", "1分钟前", "1小时前", "1天前"]


def shown(given: Change, wishes: Wishes = Wishes()) -> list[tuple[str, str]]:  # noqa: B008 - a frozen value, the same for every call
    events = upcoming([cases.recorded(given, 1)], wishes, Lang.ZH, NOW)
    return [(event.begin.isoformat()[:16], event.title) for event in events]


def test_what_is_over_is_not_to_come() -> None:
    night = Window(from_="22:00", to="06:00")
    nights = change(validity=validity(china(2024, 10, 20, 22), china(2024, 11, 4, 6), windows=(night,)))
    assert [begin for begin, _ in shown(nights)] == ["2024-11-01T22:00", "2024-11-02T22:00", "2024-11-03T22:00"]
    assert shown(change(validity=validity(china(2024, 10, 1), china(2024, 10, 5)))) == []


def test_no_more_than_five_are_told() -> None:
    daily = Wishes(span=Span.DAILY, today=TODAY)
    assert [begin[:10] for begin, _ in shown(change(), daily)] == [f"2024-11-0{day}" for day in range(1, 6)]


def test_a_cancelled_event_is_told_as_one() -> None:
    coming = validity(china(2024, 11, 10), china(2024, 11, 12))
    (event,) = upcoming([cases.recorded(change(action=Action.CANCEL, validity=coming), 1)], Wishes(), Lang.ZH, NOW)
    assert event.cancelled
    assert event.title.startswith("【取消】")
