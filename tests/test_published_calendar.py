"""The files of tests/published as calendar programs see them, and to the letter of RFC 5545."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import icalendar
import pytest
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

from service import prose
from service.calendar import Span, Wishes
from service.feed import Lang, Parts
from service.gazetteer import Gazetteer, KnownPlace, KnownRoad, Position
from service.gazetteer.datum import Datum
from service.publish import ICALENDAR
from service.records import CHINA, day_start
from service.slots import slots
from tests.make import china
from tests.published.cases import CALENDARS, FEEDS, published


def occurrences(name: str) -> set[tuple[str, date | datetime, date | datetime]]:
    """What a calendar program shows, by name of the change: begin and end."""
    calendar = icalendar.Calendar.from_ical(published(name, ICALENDAR).read_bytes())
    events = recurring_ical_events.of(calendar).between(date(2024, 1, 1), date(2026, 1, 1))
    return {(str(event["UID"]).split("@")[0], event.start, event.end) for event in events}


def test_nights_are_shown_on_the_right_days() -> None:
    shown = occurrences("nights")
    assert {(begin, end) for uid, begin, end in shown if uid == "nights"} == {
        (china(2024, 11, day, 22), china(2024, 11, day + 1, 6)) for day in (3, 4, 5, 6)
    }
    assert {(begin, end) for uid, begin, end in shown if uid.startswith("rush-hours")} == {
        (china(2024, 11, day, begin), china(2024, 11, day, end))
        for day in (4, 5, 6)
        for begin, end in ((7, 9), (17, 19))
    }
    assert {(begin, end) for uid, begin, end in shown if uid.startswith("cut-nights")} == {
        (china(2024, 11, 11), china(2024, 11, 11, 6)),
        (china(2024, 11, 11, 22), china(2024, 11, 12, 6)),
        (china(2024, 11, 12, 22), china(2024, 11, 13, 6)),
        (china(2024, 11, 13, 22), china(2024, 11, 13, 23)),
    }
    assert {(begin, end) for uid, begin, end in shown if uid == "one-night"} == {
        (china(2024, 11, 14, 22), china(2024, 11, 15, 6))
    }


def test_what_lasts_longer_than_a_week_is_shown_on_its_first_and_its_last_day() -> None:
    assert {each for each in occurrences("issue-zh") if each[0].partition("-")[0] in ("closure", "lanes", "turn")} == {
        ("lanes", date(2024, 10, 21), date(2024, 10, 22)),
        ("lanes-last", date(2024, 12, 31), date(2025, 1, 1)),
        ("turn", date(2024, 10, 21), date(2024, 10, 22)),
        ("turn-last", date(2024, 11, 20), date(2024, 11, 21)),
        ("closure", date(2024, 10, 21), date(2024, 10, 22)),
        ("closure-last", date(2024, 12, 31), date(2025, 1, 1)),
    }
    assert {uid: str(event["SUMMARY"]) for uid, event in events("issue-zh").items() if uid.startswith("lanes")} == {
        "lanes": "〔4进7出〕天津站（新），至12月31日",
        "lanes-last": "〔4进7出〕天津站（新），最后一天",
    }


def test_the_edges_of_nights_are_the_first_and_the_last_night() -> None:
    assert {each for each in occurrences("edges") if each[0].startswith(("nights", "one-night", "cut"))} == {
        ("nights", china(2024, 11, 3, 22), china(2024, 11, 4, 6)),
        ("nights-last", china(2024, 11, 6, 22), china(2024, 11, 7, 6)),
        ("one-night", china(2024, 11, 14, 22), china(2024, 11, 15, 6)),
        ("cut-nights", china(2024, 11, 11), china(2024, 11, 11, 6)),
        ("cut-nights-last", china(2024, 11, 13, 22), china(2024, 11, 13, 23)),
    }


def test_a_daily_calendar_shows_the_near_days_under_ids_of_their_own() -> None:
    assert {(begin, end) for uid, begin, end in occurrences("daily") if uid.startswith("closure")} == {
        (date(2024, 10, day), date(2024, 10, day + 1)) for day in range(24, 31)
    } | {(date(2024, 10, 31), date(2024, 11, 1))} | {
        (date(2024, 11, day), date(2024, 11, day + 1)) for day in range(1, 7)
    }
    open_end = {(uid, begin) for uid, begin, _ in occurrences("daily") if uid.startswith("open-end")}
    assert ("open-end-20241024", date(2024, 10, 24)) in open_end
    assert len(open_end) == 14
    assert str(events("daily")["open-end-20241024"]["SUMMARY"]) == "〔关闭〕津榆路站 出入口，恢复时间另行通知"


def test_whole_days_end_after_the_last_and_lasting_changes_take_one() -> None:
    assert occurrences("full") == {
        ("opening", date(2024, 10, 21), date(2024, 10, 22)),
        ("tolling", date(2024, 10, 21), date(2024, 10, 22)),
        ("lanes", date(2024, 10, 21), date(2025, 1, 1)),
        ("turn", date(2024, 10, 21), date(2024, 11, 21)),
        ("closure", date(2024, 10, 21), date(2025, 1, 1)),
        ("abolition", date(2025, 1, 1), date(2025, 1, 2)),
        ("clock", china(2024, 10, 28, 10), china(2024, 10, 28, 10, 30)),
    }


def test_what_is_unknown_has_a_day_and_a_title_that_says_so() -> None:
    assert occurrences("unknown-zh") == {
        ("open-end", date(2024, 10, 23), date(2024, 10, 24)),
        ("no-start", date(2024, 10, 20), date(2024, 10, 21)),
        ("no-start-last", date(2024, 10, 31), date(2024, 11, 1)),
        ("as-reported", date(2024, 10, 20), date(2024, 10, 21)),
        ("after-works", date(2024, 10, 20), date(2024, 10, 21)),
        ("contradiction", date(2024, 11, 9), date(2024, 11, 10)),
        ("over-when-published", date(2024, 10, 11), date(2024, 10, 12)),
    }
    assert {uid: event["SUMMARY"] for uid, event in events("unknown-zh").items() if uid != "contradiction"} == {
        "open-end": "〔关闭〕津榆路站 出入口，恢复时间另行通知",
        "no-start": "〔关闭〕津榆路站 出入口，起始时间未说明，预计至10月31日",
        "no-start-last": "〔关闭〕津榆路站 出入口，起始时间未说明，预计最后一天",
        "as-reported": "〔关闭〕津榆路站 出入口，恢复时间另行通知",
        "after-works": "〔撤销〕津榆路站，施工完成后实施，日期待定",
        "over-when-published": "〔关闭〕津榆路站 出入口，起始时间未说明",
    }


def events(name: str) -> dict[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(published(name, ICALENDAR).read_bytes())
    return {str(event["UID"]).split("@")[0]: event for event in calendar.events}


def test_sequence_is_the_revision_and_a_cancelled_event_stays() -> None:
    moved = events("moved")
    assert {uid: (event["SEQUENCE"], event["STATUS"]) for uid, event in moved.items() if "last" not in uid} == {
        "cancelled": (1, "CANCELLED"),
        "extended": (1, "CONFIRMED"),
        "corrected": (1, "CONFIRMED"),
        "rescheduled": (2, "CONFIRMED"),
        "ends-early": (1, "CONFIRMED"),
    }
    assert moved["cancelled"]["SUMMARY"] == "【取消】〔关闭〕津榆路站 出入口"
    assert events("restrictions-zh")["ramp"]["STATUS"] == "TENTATIVE"


def rings(name: str) -> dict[str, list[datetime]]:
    """When each event sounds, in China."""
    return {uid: [_sounding(event, alarm) for alarm in event.walk("VALARM")] for uid, event in events(name).items()}


def _sounding(event: icalendar.Event, alarm: icalendar.Alarm) -> datetime:
    trigger, start = alarm["TRIGGER"].dt, event.start
    if isinstance(trigger, datetime):
        return trigger.astimezone(CHINA)
    return (start if isinstance(start, datetime) else day_start(start)) + trigger


def test_an_alarm_sounds_once_a_change_in_the_evening_before() -> None:
    sounding = {uid: when for uid, when in rings("alarm").items() if when}
    assert sounding["nights"] == [china(2024, 11, 2, 20)]
    assert sounding["one-night"] == [china(2024, 11, 13, 20)]
    assert sounding["clock"] == [china(2024, 10, 27, 20)]
    assert sounding["abolition"] == [china(2024, 12, 31, 20)]
    # Cancelled, begun when the calendar was fetched, or the other end of a change: silent.
    assert not sounding.keys() & {"cancelled", "opening", "closure", "closure-last", "rush-hours-2"}


def test_a_commute_is_warned_of_what_meets_its_days_and_hours() -> None:
    sounding = {uid: when for uid, when in rings("commute").items() if when}
    # 3 November 2024 is a Sunday; what begins that night meets the trip at half past nine of Monday's evening.
    assert sounding["nights"] == [china(2024, 11, 4, 21)]
    assert sounding["rush-hours"] == [china(2024, 11, 4, 6)]
    assert sounding["closure"] == [china(2024, 10, 21, 6)]
    assert sounding["abolition"] == [china(2025, 1, 1, 6)]
    # It opens at ten in the morning, and the first trip that can use it is the one in the evening.
    assert sounding["clock"] == [china(2024, 10, 28, 20, 30)]


def test_no_calendar_sounds_unasked() -> None:
    assert not [uid for name in FEEDS for uid, when in rings(name).items() if when]


def test_changes_of_one_notice_lead_to_its_first_and_an_event_has_a_colour_and_two_links() -> None:
    shown = events("issue-zh")
    assert "RELATED-TO" not in shown["opening"]
    assert {str(event["RELATED-TO"]) for uid, event in shown.items() if uid != "opening"} == {"opening@tollfeed"}
    assert shown["closure"]["RELATED-TO"].params == {"RELTYPE": "SIBLING"}
    assert {str(event["COLOR"]) for event in shown.values()} == {"green", "orange", "crimson"}
    assert str(shown["closure"]["DESCRIPTION"]).splitlines()[-2:] == [
        "https://news.example/2024/10/20?page=2&article=5",
        "https://toll.example/changes/closure?lang=zh",
    ]


def test_an_event_has_the_coordinate_that_the_gazetteer_knows_in_wgs84() -> None:
    known = KnownPlace(name="津榆路", position=Position(lon=117.25, lat=39.25, datum=Datum.GCJ02))
    roads = (KnownRoad(name="津蓟高速公路", number="S1", stations=(known, KnownPlace(name="天津"))),)
    here = replace(FEEDS["issue-zh"], gazetteer=Gazetteer(roads))
    shown = icalendar.Calendar.from_ical(ICALENDAR.render(here)).events
    located = {str(event["UID"]): event["GEO"].to_ical() for event in shown if "GEO" in event}
    assert located.keys() == {f"{name}@tollfeed" for name in ("closure", "closure-last", "abolition")}
    latitude, longitude = map(float, located["closure@tollfeed"].split(";"))
    # The shift of GCJ-02 at Tianjin is some 600 m, to the east and north.
    assert (round(latitude, 3), round(longitude, 3)) == (39.249, 117.244)


@pytest.mark.parametrize("name", [*FEEDS, *CALENDARS])
def test_a_calendar_put_together_of_its_events_is_what_icalendar_writes(name: str) -> None:
    here = {**FEEDS, **CALENDARS}[name]
    written = ICALENDAR.render(here)
    assert icalendar.Calendar.from_ical(written).to_ical(sorted=False) == written


def test_a_kept_part_is_given_again_until_its_revision_or_what_it_depends_on_changes() -> None:
    here, parts = FEEDS["issue-zh"], Parts()
    first = ICALENDAR.render(here, parts)
    assert ICALENDAR.render(here, parts) == first
    for other in (replace(here, lang=Lang.EN), replace(here, wishes=Wishes(span=Span.FULL)), FEEDS["empty"]):
        assert ICALENDAR.render(other, parts) == ICALENDAR.render(other)
    revised = replace(here.revisions[0], position=99, change=replace(here.revisions[0].change, revision=1))
    later = replace(here, revisions=(*here.revisions, revised))
    assert ICALENDAR.render(later, parts) == ICALENDAR.render(later)


@pytest.mark.parametrize("name", FEEDS)
def test_another_library_reads_the_calendar(name: str) -> None:
    calendar = IcsCalendarStream.calendar_from_ics(published(name, ICALENDAR).read_text(encoding="utf-8"))
    here = FEEDS[name]
    expected = {
        prose.calendar_title(revision.change, here.lang, slot.edge)
        for revision in here.latest
        for slot in slots(revision.change, here.wishes)
    }
    if name != "hostile":
        assert {event.summary for event in calendar.events} == expected
    assert {event.dtstamp for event in calendar.events} == {revision.recorded for revision in FEEDS[name].latest}


@pytest.mark.parametrize("name", [*FEEDS, *CALENDARS])
def test_a_calendar_holds_to_the_letter_of_the_standard(name: str) -> None:
    written = published(name, ICALENDAR).read_bytes()
    lines = written.split(b"\r\n")
    assert written.endswith(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert [line.decode() for line in lines]
    zones = written.count(b"BEGIN:VTIMEZONE")
    assert zones == (b"DTSTART;TZID=Asia/Shanghai:" in written)
    assert b"METHOD" not in written
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in written
    assert b"SOURCE;VALUE=URI:" in written
