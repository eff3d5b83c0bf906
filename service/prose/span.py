"""When a change holds, as a person would name it: a day, or a day and a clock. The same in every language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from service import windows
from service.records import CHINA, Validity, Window, is_day_bound, last_day


@dataclass(frozen=True, slots=True)
class Point:
    """A day, with ``HH:MM`` unless the whole day is meant; ``24:00`` is the end of the day."""

    day: date
    clock: str | None = None


def span(validity: Validity) -> tuple[Point | None, Point | None]:
    """The first and the last point, both inclusive.

    Daily windows name the days on which they open: the night of the 8th ends on the 9th and still belongs to the 8th.
    """
    start, end = validity.start, validity.end
    if _follows_windows(validity):
        opens_last = max(windows.last_day(window, end) for window in validity.windows) if end else None
        return _on(start.astimezone(CHINA).date() if start else None), _on(opens_last)
    if (start is None or is_day_bound(start)) and (end is None or is_day_bound(end)):
        return _on(start.astimezone(CHINA).date() if start else None), _on(last_day(end) if end else None)
    return (_starting(start) if start else None), (_ending(end) if end else None)


def nightly(daily: tuple[Window, ...]) -> bool:
    """True for windows that open in the evening and close on the next day: 每晚."""
    return all(windows.crosses_midnight(window) and window.from_ >= "17:00" for window in daily)


def _follows_windows(validity: Validity) -> bool:
    """True where the run begins as a window opens and ends as one closes: then its clocks need no saying."""
    start, end, daily = validity.start, validity.end, validity.windows
    if not daily or (start and end and end <= start):
        return False
    opens = start is None or start == min(windows.opening(w, windows.first_day(w, start)) for w in daily)
    closes = end is None or end == max(windows.closing(w, windows.last_day(w, end)) for w in daily)
    return opens and closes


def _on(day: date | None) -> Point | None:
    return Point(day) if day else None


def _starting(start: datetime) -> Point:
    local = start.astimezone(CHINA)
    return Point(local.date(), f"{local:%H:%M}")


def _ending(end: datetime) -> Point:
    if is_day_bound(end):
        return Point(last_day(end), "24:00")
    return _starting(end)
