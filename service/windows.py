"""Daily windows inside a run of dates: on which days they open, and for how long.

A window that closes at or before it opens closes on the next day: 22:00 to 06:00 belongs to the evening it opens on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from service.records import CHINA, Window, day_start

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Run:
    """A window on consecutive days: its first ``begin`` and ``end``, and the ``last`` begin (inclusive)."""

    begin: datetime
    end: datetime
    last: datetime


def crosses_midnight(window: Window) -> bool:
    """True when the window closes on the day after it opens, or at that day's 00:00."""
    return since_midnight(window.to) <= since_midnight(window.from_)


def opening(window: Window, day: date) -> datetime:
    """When the window of ``day`` opens."""
    return day_start(day) + since_midnight(window.from_)


def closing(window: Window, day: date) -> datetime:
    """When the window that opens on ``day`` closes."""
    return day_start(day) + since_midnight(window.to) + (_DAY if crosses_midnight(window) else timedelta())


def first_day(window: Window, start: datetime) -> date:
    """The day whose window is the first not yet closed at ``start``."""
    day = start.astimezone(CHINA).date() - _DAY
    while closing(window, day) <= start:
        day += _DAY
    return day


def last_day(window: Window, end: datetime) -> date:
    """The day whose window is the last to open before ``end``."""
    day = end.astimezone(CHINA).date()
    while opening(window, day) >= end:
        day -= _DAY
    return day


def runs(windows: tuple[Window, ...], start: datetime, end: datetime) -> tuple[Run, ...]:
    """Every time between ``start`` and ``end`` at which a window is open.

    Where ``start`` or ``end`` lies within a window, what is left of it is a run of one day.
    """
    return tuple(run for window in windows for run in _runs(window, start, end))


def _runs(window: Window, start: datetime, end: datetime) -> Iterator[Run]:
    first, last = first_day(window, start), last_day(window, end)
    cut_first = first <= last and opening(window, first) < start
    cut_last = first <= last and closing(window, last) > end
    if first == last and (cut_first or cut_last):
        yield _once(max(opening(window, first), start), min(closing(window, last), end))
        return
    whole_first, whole_last = first + _DAY * cut_first, last - _DAY * cut_last
    if whole_first <= whole_last:
        yield Run(opening(window, whole_first), closing(window, whole_first), opening(window, whole_last))
    if cut_first:
        yield _once(start, closing(window, first))
    if cut_last:
        yield _once(opening(window, last), end)


def _once(begin: datetime, end: datetime) -> Run:
    return Run(begin, end, begin)


@lru_cache(maxsize=24 * 60)
def since_midnight(clock: str) -> timedelta:
    """``HH:MM`` as a length of time."""
    # Not time.fromisoformat: notices write the end of a day as 24:00.
    hours, minutes = clock.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
