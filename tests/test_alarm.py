"""When a calendar rings: what people write, and that nobody is woken."""

from __future__ import annotations

from datetime import datetime

import pytest

from service.alarm import EXPECTED, Alarm
from tests.make import china

WRITTEN = {
    "evening": "evening",
    "Evening before": "evening",
    "evening-before 20:00": None,
    "前一晚": "evening",
    "前一天晚上 21:30": "evening-21:30",
    "evening-9:05": "evening-09:05",
    "evening-20:00": "evening",
    "morning": "morning",
    "当天早上6:30": "morning-06:30",
    "1h": "1h",
    "1 h before": "1h",
    "60 minutes before": "1h",
    "90m": "90m",
    "提前30分钟": "30m",
    "提前2小时": "2h",
    "2 days": "2d",
    "PT12H": "12h",
    "pt1h30m": "90m",
    "P1W": "7d",
    "PT0S": "0m",
    "P1D": "1d",
}

REFUSED = (
    "",
    "soon",
    "evening-24:00",
    "evening-9",
    "1",
    "12",
    "P",
    "PT",
    "P1DT",
    "-PT1H",
    "31d",
    "P31D",
    "1h1h",
    "九点",
    "9" * 400,
)


@pytest.mark.parametrize(("text", "canonical"), [(text, to) for text, to in WRITTEN.items() if to])
def test_an_alarm_is_read_as_people_write_it(text: str, canonical: str) -> None:
    assert str(Alarm.parse(text)) == canonical
    assert Alarm.parse(canonical) == Alarm.parse(text)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_alarm_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(ValueError, match=EXPECTED[:20]):
        Alarm.parse(text)


WHOLE_DAY, FIVE, TEN, NIGHT = china(2024, 11, 3), china(2024, 11, 3, 5), china(2024, 11, 3, 10), china(2024, 11, 3, 22)


@pytest.mark.parametrize(
    ("alarm", "begin", "rings"),
    [
        ("evening", WHOLE_DAY, china(2024, 11, 2, 20)),
        ("evening-21:30", NIGHT, china(2024, 11, 2, 21, 30)),
        ("morning", WHOLE_DAY, china(2024, 11, 3, 7)),
        ("morning", TEN, china(2024, 11, 3, 7)),
        ("morning", FIVE, china(2024, 11, 2, 20)),
        ("1h", TEN, china(2024, 11, 3, 9)),
        ("1h", NIGHT, china(2024, 11, 3, 21)),
        ("1h", WHOLE_DAY, china(2024, 11, 2, 20)),
        ("2h", FIVE, china(2024, 11, 2, 20)),
        ("0m", WHOLE_DAY, china(2024, 11, 2, 20)),
        ("12h", NIGHT, china(2024, 11, 3, 10)),
        ("evening-23:30", TEN, china(2024, 11, 2, 23, 30)),
        ("2d", TEN, china(2024, 11, 1, 10)),
    ],
)
def test_it_rings_before_and_not_at_night_unasked(alarm: str, begin: datetime, rings: datetime) -> None:
    assert Alarm.parse(alarm).rings(begin, whole_day=begin == WHOLE_DAY) == rings
