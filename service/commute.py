"""A commute: where somebody enters and leaves the expressway, on which days and at which hours.

The surprising thing: days and hours hide nothing. They decide what is worth an alarm; what happens at another time
is still shown, because people travel at other times, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from service.records import CHINA, Window, day_start
from service.windows import closing, opening

EXPECTED_HOURS = "hours of travel, such as 07:00-09:00, several separated by commas"
EXPECTED_DAYS = "days of the week, such as mo,we,fr, or weekdays or weekend"

_HOURS = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])-([01]?[0-9]|2[0-4]):([0-5][0-9])")
_DAY = timedelta(days=1)
# A week has every day of it once; the day before may still be open at the first begin.
_SEARCHED = 9


class Weekday(StrEnum):
    """A day of the week, by its two letters (RFC 5545 §3.3.10), the first the day that Python counts as 0."""

    MO = "mo"
    TU = "tu"
    WE = "we"
    TH = "th"
    FR = "fr"
    SA = "sa"
    SU = "su"


_WEEK = tuple(Weekday)
_WORDS: dict[str, tuple[Weekday, ...]] = {
    **{day: (day,) for day in Weekday},
    **dict.fromkeys(("weekdays", "工作日"), _WEEK[:5]),
    **dict.fromkeys(("weekend", "周末"), _WEEK[5:]),
    **dict.fromkeys(("daily", "每天"), _WEEK),
    **{name: (_WEEK[number],) for number, name in enumerate(("周一", "周二", "周三", "周四", "周五", "周六", "周日"))},
}


@dataclass(frozen=True, slots=True)
class Commute:
    """When somebody travels; no ``days`` are all days, no ``hours`` all hours."""

    days: tuple[Weekday, ...] = ()
    hours: tuple[Window, ...] = ()

    def first_trip(self, begin: datetime, end: datetime) -> datetime | None:
        """When the first trip that meets ``begin`` to ``end`` (exclusive) meets it; None where none does."""
        if not self.days and not self.hours:
            return begin
        first = begin.astimezone(CHINA).date() - _DAY
        met = (max(begin, start) for start, stop in self.trips(first, _SEARCHED + 1) if _meet(start, stop, begin, end))
        return min(met, default=None)

    def trips(self, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
        """When the trips of so many days begin and end, from the day ``first`` on."""
        of_week = self.days or _WEEK
        for number in range(days):
            then = first + number * _DAY
            if _WEEK[then.weekday()] not in of_week:
                continue
            if not self.hours:
                yield day_start(then), day_start(then + _DAY)
            for window in self.hours:
                yield opening(window, then), closing(window, then)


def _meet(start: datetime, stop: datetime, begin: datetime, end: datetime) -> bool:
    return start < end and begin < stop


def read_days(text: str) -> tuple[Weekday, ...]:
    """``mo,we``, ``weekdays``, 工作日: in the order of the week, each once.

    Raises:
        ValueError: saying what was expected.
    """
    named: set[Weekday] = set()
    for word in re.split(r"[,，、\s]+", text.strip().lower()):
        if word not in _WORDS:
            raise ValueError(EXPECTED_DAYS)
        named.update(_WORDS[word])
    return tuple(day for day in _WEEK if day in named)


def read_hours(text: str) -> tuple[Window, ...]:
    """``07:00-09:00,17:30-19:00``; one that ends before it begins goes on after midnight.

    Raises:
        ValueError: saying what was expected.
    """
    return tuple(map(_window, re.split(r"[,，、\s]+", text.strip())))


def _window(text: str) -> Window:
    found = _HOURS.fullmatch(text.replace("：", ":").replace("–", "-"))
    if found is None or (found[3] == "24" and found[4] != "00"):
        raise ValueError(EXPECTED_HOURS)
    begin, end = f"{int(found[1]):02}:{found[2]}", f"{int(found[3]):02}:{found[4]}"
    if begin == end:
        raise ValueError(EXPECTED_HOURS)
    return Window(from_=begin, to=end)
