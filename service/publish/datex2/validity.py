"""When a record holds, in DATEX II: an overall period, and periods of validity for daily windows.

The surprising thing: a period of day lies within 24 hours, so a window past midnight is written as two, an evening
and a morning that begins and ends a day later. An evening ends at 23:59:59, since many programs refuse the 24:00:00
that the schema allows. The bounds of each period say on which days it recurs, so no days of the week do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.occurrences import DAY_END, cancelled_at, spans
from service.occurrences import Span as Days
from service.publish.markup import element, text
from service.publish.text import second
from service.records import Change, Revision, StartBasis, day_start, last_day
from service.windows import first_day, opening, since_midnight

_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_OFFSET = "+08:00"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a record holds; ``withdrawn`` where it was cancelled before it began, and ends as it begins."""

    start: datetime
    end: datetime | None
    withdrawn: bool = False


def start_of(revision: Revision, earlier: Sequence[Revision] = ()) -> datetime | None:
    """When the change of ``revision`` begins; None where it waits for works whose end nobody knows.

    A notice that names no start says that something holds now: it is known to hold from the day of the first such
    notice on, but no later than the last day that it holds.
    """
    known = revision.change.validity
    if known.start is not None:
        return known.start
    if known.start_basis is StartBasis.AFTER_WORKS:
        return None
    day = min(each.change.notice.published for each in (*earlier, revision))
    return day_start(day if known.end is None else min(day, last_day(known.end)))


def contradictory(change: Change) -> bool:
    """True where the notice lets ``change`` end before it begins: then nobody knows when it holds."""
    start, end = change.validity.start, change.validity.end
    return start is not None and end is not None and end <= start


def span(revision: Revision, earlier: Sequence[Revision] = ()) -> Span | None:
    """When the change of ``revision`` holds; one that was cancelled ends as that was recorded. None without a start."""
    start, end = start_of(revision, earlier), revision.change.validity.end
    if start is None:
        return None
    cancelled = cancelled_at(revision, earlier)
    if cancelled is None:
        return Span(start, end)
    if second(cancelled) <= start:
        return Span(start, start, withdrawn=True)
    return Span(start, second(cancelled) if end is None else min(end, second(cancelled)))


def validity(change: Change, held: Span) -> str:
    """The ``validity`` of a record that holds for ``held``."""
    return element(
        "sit:validity",
        # Any other status overrides the times that follow.
        text("com:validityStatus", "definedByValidityTimeSpec"),
        element(
            "com:validityTimeSpecification",
            text("com:overallStartTime", _time(held.start)),
            text("com:overallEndTime", _time(held.end)) if held.end is not None else "",
            *(() if held.withdrawn else _periods(change, held)),
        ),
    )


def _periods(change: Change, held: Span) -> Iterator[str]:
    windows = change.validity.windows
    if held.end is not None:
        found = spans(windows, held.start, held.end)
        # What is left of a window that was cancelled within its first minute.
        yield from (_period(days, endless=False) for days in found if days.from_ != days.to)
        return
    for window in windows:
        # A week stands for all days to come; it ends where the window opens, which cuts none short.
        until = first_day(window, held.start) + _WEEK
        for days in spans((window,), held.start, opening(window, until)):
            yield _period(days, endless=days.last >= until - _DAY)


def _period(days: Days, *, endless: bool) -> str:
    begin = day_start(days.first) + since_midnight(days.from_)
    end = day_start(days.last) + since_midnight(days.to)
    recurs = endless or days.first != days.last
    return element(
        "com:validPeriod",
        text("com:startOfPeriod", _time(begin)),
        "" if endless else text("com:endOfPeriod", _time(end)),
        element(
            "com:recurringTimePeriodOfDay",
            text("com:startTimeOfPeriod", f"{days.from_}:00{_OFFSET}"),
            text("com:endTimeOfPeriod", f"{'23:59:59' if days.to == DAY_END else f'{days.to}:00'}{_OFFSET}"),
        )
        if recurs
        else "",
    )


def _time(moment: datetime) -> str:
    return second(moment).isoformat()
