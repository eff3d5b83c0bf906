"""Addresses of calendars: short, complete in themselves, and good for ever."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from service.errors import QueryError
from service.records import Access, Change, Kind, NoticeReference, Road, Station
from service.web.calendars import LONGEST, address, links, selection_of, token
from service.web.parameters import CalendarSubscription
from tests.make import PUBLISHED, change, china, validity
from tests.web import JINJI, RONGWU, filled, running

BASE = "https://tollfeed.example"
COMMUTE = {"entry": "津榆路站", "exit": "天津站", "days": "weekdays", "hours": "07:00-09:00", "alarm": "evening"}


def made(**values: object) -> CalendarSubscription:
    return CalendarSubscription.model_validate(values)


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    filled(database_url)
    with running(database_url) as client:
        yield client


SELECTIONS = {
    "everything": {},
    "road": {"road": "津蓟高速"},
    "station": {"road": "S1", "station": "津榆路收费站", "lang": "en"},
    "commute": COMMUTE,
    "full": {
        **COMMUTE,
        "road": "天津滨海新区绕城高速公路",
        "kind": ",".join(Kind),
        "access": "entry",
        "status": "active,scheduled",
        "from": "2024-10-21T08:00:00+08:00",
        "to": "2025-10-21",
        "span": "daily",
        "hours": "07:00-09:00,17:00-19:00,22:00-23:30",
        "q": "施工封闭",
        "lang": "en",
    },
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_an_address_is_short_and_holds_the_whole_selection(name: str) -> None:
    selection = made(**SELECTIONS[name])
    written = address(BASE, selection, "津蓟高速 津榆路站：" * 30)
    assert len(written) <= LONGEST
    assert written.isascii()
    assert written.endswith(".ics")
    assert selection_of(written.split("/")[-2]) == selection


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20), st.sampled_from([None, *Access]))
def test_any_words_come_back_from_a_token(words: str, access: Access | None) -> None:
    selection = made(q=words, station=words[::-1], access=access)
    assert selection_of(token(selection)) == selection


def test_the_same_selection_has_one_token_however_it_was_written() -> None:
    assert token(made(hours="7:00-9:00", days="工作日")) == token(made(hours="07:00-09:00", days="fr,mo,tu,we,th"))


def test_addresses_given_out_once_are_read_for_ever() -> None:
    assert selection_of(GIVEN_OUT) == made(**COMMUTE)


GIVEN_OUT = "gyjZ--nynUPbQVyQMWfe7P0EZGNzDKbrUQMFAA"


def test_more_words_than_an_address_holds_are_refused() -> None:
    with pytest.raises(QueryError, match="address of 255 characters"):
        address(BASE, made(q="".join(map(chr, range(0x5000, 0x5064)))), "calendar")


@pytest.mark.parametrize("name", ["津榆路站", "", "../../etc", "a/b?c#d", "<b>\r\n", "x" * 300, "🚗"])
def test_the_name_tells_and_never_harms(name: str) -> None:
    written = address(BASE, made(), name)
    front, _, last = written.rpartition("/")
    assert front == f"{BASE}/calendars/{token(made())}"
    assert quote(last, safe="%") == last
    assert last in {f"{quote('津榆路站')}.ics", "tollfeed.ics", "etc.ics", "a-b-c-d.ics", "b.ics"} or last.startswith(
        "xxx"
    )


def test_a_calendar_is_answered_at_its_address(client: TestClient) -> None:
    where = address(BASE, made(road="津蓟高速", station="津榆路"), "津榆路站")
    answer = client.get(where.removeprefix(BASE))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert str(calendar["SOURCE"]) == where
    assert [str(event["SUMMARY"]) for event in calendar.events] == [
        "〔关闭〕津榆路站 出入口，至12月31日",
        "〔关闭〕津榆路站 出入口，最后一天",
    ]
    # Whatever name a program or a person has put there, and whatever it says to accept.
    other = client.get(f"/calendars/{where.split('/')[-2]}/x.ics", headers={"Accept": "text/html"})
    assert icalendar.Calendar.from_ical(other.content).events == calendar.events
    assert client.get(f"{where.removeprefix(BASE)}?road=S1").status_code == 400


@pytest.mark.parametrize("token", ["x", "AAAA", "%00", "a" * 300, "..%2f", quote("津榆路")])
def test_an_address_that_nobody_made_is_a_problem(client: TestClient, token: str) -> None:
    answer = client.get(f"/calendars/{token}/x.ics")
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_that_unpacks_to_much_is_refused() -> None:
    packer = zlib.compressobj(9, wbits=-15)
    bomb = packer.compress(b"q=" + b"0" * 10_000_000) + packer.flush()
    assert selection_of(urlsafe_b64encode(bomb).decode()) is None


def test_a_commute_holds_its_sides_and_with_a_road_what_concerns_the_road(database_url: str, tmp_path: Path) -> None:
    def at(name: str, access: Access | None, kind: Kind = Kind.STATION_CLOSURE, road: Road = JINJI) -> Change:
        return change(
            id=f"{name}-{access}-{road.number}",
            kind=kind,
            road=road,
            station=Station(name=name) if name else None,
            access=access,
            validity=validity(china(2024, 11, 2), china(2024, 11, 4)),
            notice=NoticeReference(id=f"notice-{name}-{access}-{road.number}", published=PUBLISHED),
        )

    changes = (
        at("津榆路站", Access.ENTRY),
        at("津榆路站", Access.EXIT),
        at("天津站", Access.EXIT),
        at("天津站", Access.ENTRY),
        at("天津站", Access.BOTH),
        at("九园站", Access.BOTH),
        at("", None, Kind.ROAD_CLOSURE),
        at("", None, Kind.ROAD_CLOSURE, RONGWU),
    )
    filled(database_url, changes)
    with running(database_url) as client:

        def shown(**selection: str) -> list[str]:
            calendar = icalendar.Calendar.from_ical(client.get("/feeds/changes.ics", params=selection).content)
            return sorted(str(event["SUMMARY"]) for event in calendar.events)

        sides = ["〔关闭〕天津站 出入口", "〔关闭〕天津站 出口", "〔关闭〕津榆路站 入口"]
        assert shown(entry="津榆路", exit="天津") == sides
        assert shown(entry="津榆路", exit="天津", road="S1") == [*sides, "〔封路〕津蓟高速"]
        assert shown(exit="天津收费站") == sides[:2]


def test_links_lead_to_the_programs_of_most_people() -> None:
    found = links(f"{BASE}/calendars/AwA/x.ics", "津榆路站")
    assert found.webcal == "webcal://tollfeed.example/calendars/AwA/x.ics"
    assert found.google.endswith("r?cid=webcal%3A%2F%2Ftollfeed.example%2Fcalendars%2FAwA%2Fx.ics")
    assert "addfromweb?url=https%3A%2F%2Ftollfeed.example%2Fcalendars%2FAwA%2Fx.ics&name=%E6%B4%A5" in found.outlook


@pytest.mark.parametrize("mark", ["\u0085", "\u2028", "\u2029"])
def test_an_address_is_read_whatever_ends_a_line_elsewhere(mark: str) -> None:
    selection = made(q=f"施工{mark}封闭")
    assert selection_of(token(selection)) == selection
