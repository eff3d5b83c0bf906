"""A commute: which trip first meets what happens."""

from __future__ import annotations

from datetime import datetime

import pytest

from service.commute import EXPECTED_DAYS, EXPECTED_HOURS, Commute, read_days, read_hours
from tests.make import china

# 4 November 2024 is a Monday.
MONDAY, SATURDAY = china(2024, 11, 4), china(2024, 11, 9)
NIGHT = (china(2024, 11, 8, 22), china(2024, 11, 9, 6))


@pytest.mark.parametrize(
    ("days", "hours", "begin", "end", "trip"),
    [
        (None, None, *NIGHT, NIGHT[0]),
        ("weekdays", None, *NIGHT, NIGHT[0]),
        ("weekend", None, *NIGHT, SATURDAY),
        ("weekdays", "07:00-09:00", *NIGHT, None),
        ("daily", "07:00-09:00", *NIGHT, None),
        ("sa", "05:30-06:30", *NIGHT, china(2024, 11, 9, 5, 30)),
        ("fr", "23:00-01:00", *NIGHT, china(2024, 11, 8, 23)),
        ("th", "23:00-01:00", *NIGHT, None),
        ("fr", "06:00-22:00", *NIGHT, None),
        ("mo", "07:00-09:00,17:00-19:00", MONDAY, SATURDAY, china(2024, 11, 4, 7)),
        ("mo", "07:00-09:00,17:00-19:00", china(2024, 11, 4, 8), SATURDAY, china(2024, 11, 4, 8)),
        ("mo", "07:00-09:00,17:00-19:00", china(2024, 11, 4, 9), SATURDAY, china(2024, 11, 4, 17)),
        ("su", "07:00-09:00", MONDAY, SATURDAY, None),
        ("su", "07:00-09:00", MONDAY, china(2025, 2, 1), china(2024, 11, 10, 7)),
    ],
)
def test_the_first_trip_that_meets_a_time(
    days: str | None, hours: str | None, begin: datetime, end: datetime, trip: datetime | None
) -> None:
    commute = Commute(days=read_days(days) if days else (), hours=read_hours(hours) if hours else ())
    assert commute.first_trip(begin, end) == trip


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mo", "mo"),
        ("FR, mo", "mo,fr"),
        ("weekdays", "mo,tu,we,th,fr"),
        ("工作日、周六", "mo,tu,we,th,fr,sa"),
        ("周末", "sa,su"),
        ("daily", "mo,tu,we,th,fr,sa,su"),
    ],
)
def test_days_of_the_week(text: str, days: str) -> None:
    assert ",".join(read_days(text)) == days


@pytest.mark.parametrize("text", ["", "monday", "mo;tu", "1", "mo,,x"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=EXPECTED_DAYS[:10]):
        read_days(text)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("07:00-09:00", [("07:00", "09:00")]),
        ("7:00-9:00, 17:30-19:00", [("07:00", "09:00"), ("17:30", "19:00")]),
        ("22：00–06：00", [("22:00", "06:00")]),
        ("20:00-24:00", [("20:00", "24:00")]),
    ],
)
def test_hours_of_travel(text: str, hours: list[tuple[str, str]]) -> None:
    assert [(window.from_, window.to) for window in read_hours(text)] == hours


@pytest.mark.parametrize(
    "text", ["", "7-9", "07:00", "07:00-07:00", "25:00-26:00", "20:00-24:30", "07:60-08:00", "07:00-09:00;"]
)
def test_what_is_no_hour(text: str) -> None:
    with pytest.raises(ValueError, match=EXPECTED_HOURS[:10]):
        read_hours(text)
