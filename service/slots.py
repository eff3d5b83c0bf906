"""When a change stands in a calendar: the events of one change, before they have a format.

A calendar can only show what has a day; a change need not have one. What has no known end is shown on the day it
begins, what has no known start from the day of its notice. The surprising thing: what lasts longer than a week is
shown on its first and its last day only, since a bar over ten weeks hides everything else of the month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.calendar import Edge, Span, Wishes
from service.records import CHINA, Change, day_start, is_day_bound, last_day
from service.windows import Run, runs

HORIZON = timedelta(days=14)
"""How far ahead days are near (:attr:`~service.calendar.Span.DAILY`)."""

_DAY = timedelta(days=1)
_LONG = timedelta(days=7)

# Long enough to be seen in a calendar, short enough to mean a moment.
_MOMENT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Slot:
    """When one event is: ``end`` is exclusive, ``last`` the last begin of one that repeats daily.

    ``part`` tells it from the others of its change for good; "" for the only one or the first. ``edge`` is which end
    of a change it stands for, where it does not stand for all of it.
    """

    begin: date | datetime
    end: date | datetime
    last: datetime | None = None
    part: str = ""
    edge: Edge | None = None

    @property
    def repeats(self) -> bool:
        """True where it is not over after the first time."""
        return self.last is not None and self.last != self.begin

    def times(self) -> Iterator[tuple[date | datetime, date | datetime]]:
        """Begin and end of each time."""
        yield self.begin, self.end
        if isinstance(self.begin, datetime) and isinstance(self.end, datetime) and self.last is not None:
            begin, end = self.begin + _DAY, self.end + _DAY
            while begin <= self.last:
                yield begin, end
                begin, end = begin + _DAY, end + _DAY


def slots(change: Change, wishes: Wishes) -> tuple[Slot, ...]:
    """The events of ``change``; none where only near days are wished for and none of its days is."""
    start, end = _start(change), change.validity.end
    if change.kind.lasting or (end is not None and end <= start):
        return (_beginning(change, start),)
    if end is None:
        near = wishes.span is Span.DAILY and wishes.today is not None
        return (
            tuple(_days(start, day_start(wishes.today) + HORIZON, wishes.today))
            if near and wishes.today
            else (_beginning(change, start),)
        )
    end = end.astimezone(CHINA)
    open_times = runs(change.validity.windows, start, end)
    return _nights(open_times, wishes) if open_times else _stretch(start, end, wishes)


def held(change: Change) -> Iterator[tuple[datetime, datetime]]:
    """When ``change`` holds, each time as begin and end (exclusive), however it is shown; of no end, its first week."""
    start, end = _start(change), change.validity.end
    if end is not None and end <= start:
        yield start, start + _DAY
    elif end is None or change.kind.lasting:
        yield start, start + _LONG
    elif open_times := runs(change.validity.windows, start, end):
        for run in open_times:
            for number in range((run.last - run.begin) // _DAY + 1):
                yield run.begin + number * _DAY, run.end + number * _DAY
    else:
        yield start, end


def _start(change: Change) -> datetime:
    """When the change begins, else the day of the notice, and no later than the last day it holds. In China."""
    start, end = change.validity.start, change.validity.end
    if start is not None:
        return start.astimezone(CHINA)
    day = change.notice.published
    return day_start(day if end is None else min(day, last_day(end)))


def _beginning(change: Change, start: datetime) -> Slot:
    """What has a beginning only: a short event where a lasting change has a clock, else the day."""
    if change.kind.lasting and not is_day_bound(start):
        return Slot(start, start + _MOMENT)
    return Slot(start.date(), start.date() + _DAY)


def _nights(open_times: tuple[Run, ...], wishes: Wishes) -> tuple[Slot, ...]:
    if wishes.span is not Span.EDGES:
        # The first has no part, so a change that gains a second window keeps its event.
        return tuple(
            Slot(run.begin, run.end, run.last, part=f"{number}" if number > 1 else "")
            for number, run in enumerate(open_times, start=1)
        )
    first = min(open_times, key=lambda run: run.begin)
    final = max(open_times, key=lambda run: run.last)
    opening = Slot(first.begin, first.end, edge=Edge.FIRST)
    if final.last == first.begin:
        return (Slot(first.begin, first.end),)
    return (opening, Slot(final.last, final.last + (final.end - final.begin), part="last", edge=Edge.LAST))


def _stretch(start: datetime, end: datetime, wishes: Wishes) -> tuple[Slot, ...]:
    if last_day(end) == start.date():
        return (_whole(start, end),)
    if wishes.span is Span.DAILY and wishes.today is not None:
        return tuple(_days(start, end, wishes.today))
    if wishes.span is Span.EDGES or (wishes.span is None and end - start > _LONG):
        return _edges(start, end)
    return (_whole(start, end),)


def _whole(start: datetime, end: datetime) -> Slot:
    whole_days = is_day_bound(start) and is_day_bound(end)
    return Slot(start.date(), end.date()) if whole_days else Slot(start, end)


def _edges(start: datetime, end: datetime) -> tuple[Slot, ...]:
    final = last_day(end)
    first = (start.date(), start.date() + _DAY) if is_day_bound(start) else (start, start + _MOMENT)
    last = (final, final + _DAY) if is_day_bound(end) else (end - _MOMENT, end)
    return (Slot(*first, edge=Edge.FIRST), Slot(*last, part="last", edge=Edge.LAST))


def _days(start: datetime, end: datetime, today: date) -> Iterator[Slot]:
    """The near days, each with the date as its part: an event stays the same while the days go by."""
    begin, until = max(start, day_start(today)), min(end, day_start(today) + HORIZON)
    while begin < until:
        midnight = day_start(begin.date() + _DAY)
        whole = _whole(begin, min(midnight, until))
        yield Slot(whole.begin, whole.end, part=f"{begin:%Y%m%d}")
        begin = midnight
