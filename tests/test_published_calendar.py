"""The files of tests/published as calendar programs see them, and to the letter of RFC 5545."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

from service import prose
from service.publish import ICALENDAR
from tests.make import china
from tests.published.cases import FEEDS, published


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


def test_whole_days_end_after_the_last_and_lasting_changes_take_one() -> None:
    assert occurrences("issue-zh") == {
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
        ("no-start", date(2024, 10, 20), date(2024, 11, 1)),
        ("as-reported", date(2024, 10, 20), date(2024, 10, 21)),
        ("after-works", date(2024, 10, 20), date(2024, 10, 21)),
        ("contradiction", date(2024, 11, 9), date(2024, 11, 10)),
        ("over-when-published", date(2024, 10, 11), date(2024, 10, 12)),
    }
    assert {uid: event["SUMMARY"] for uid, event in events("unknown-zh").items() if uid != "contradiction"} == {
        "open-end": "〔关闭〕津榆路站 出入口，恢复时间另行通知",
        "no-start": "〔关闭〕津榆路站 出入口，起始时间未说明",
        "as-reported": "〔关闭〕津榆路站 出入口，恢复时间另行通知",
        "after-works": "〔撤销〕津榆路站，施工完成后实施，日期待定",
        "over-when-published": "〔关闭〕津榆路站 出入口，起始时间未说明",
    }


def events(name: str) -> dict[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(published(name, ICALENDAR).read_bytes())
    return {str(event["UID"]).split("@")[0]: event for event in calendar.events}


def test_sequence_is_the_revision_and_a_cancelled_event_stays() -> None:
    moved = events("moved")
    assert {uid: (event["SEQUENCE"], event["STATUS"]) for uid, event in moved.items()} == {
        "cancelled": (1, "CANCELLED"),
        "extended": (1, "CONFIRMED"),
        "corrected": (1, "CONFIRMED"),
        "rescheduled": (2, "CONFIRMED"),
        "ends-early": (1, "CONFIRMED"),
    }
    assert moved["cancelled"]["SUMMARY"] == "【取消】〔关闭〕津榆路站 出入口"
    assert events("restrictions-zh")["ramp"]["STATUS"] == "TENTATIVE"


def test_an_alarm_sounds_only_where_asked_for_and_never_for_what_is_cancelled() -> None:
    assert {uid: [alarm.TRIGGER for alarm in event.walk("VALARM")] for uid, event in events("alarm").items()} == {
        "cancelled": [],
        "ends-early": [timedelta(hours=-12)],
    }
    assert not [
        alarm for name in FEEDS if name != "alarm" for event in events(name).values() for alarm in event.alarms.times
    ]


@pytest.mark.parametrize("name", FEEDS)
def test_another_library_reads_the_calendar(name: str) -> None:
    calendar = IcsCalendarStream.calendar_from_ics(published(name, ICALENDAR).read_text(encoding="utf-8"))
    expected = {prose.calendar_title(revision.change, FEEDS[name].lang) for revision in FEEDS[name].latest}
    if name != "hostile":
        assert {event.summary for event in calendar.events} == expected
    assert {event.dtstamp for event in calendar.events} == {revision.recorded for revision in FEEDS[name].latest}


@pytest.mark.parametrize("name", FEEDS)
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
