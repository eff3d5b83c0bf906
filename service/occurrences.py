"""A change unfolded in time: the occurrences of its daily windows, and the parts of days that these cover.

For formats that know no daily windows, or only a table of weekdays. The surprising thing: a start that a feed has told
stays, once it has passed. Maps take another start of what is under way for another closure, so a notice that words it
anew afterwards moves the start of the record, and not of what was published (:func:`told_start`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.records import CHINA, Action, Revision, StartBasis, Validity, Window, day_start
from service.windows import closing, first_day, last_day, opening, runs

DAY_END = "24:00"
"""The end of a day, as notices write it."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a change holds, ``end`` exclusive.

    ``part`` tells it from the others of its change for good: the day and clock at which its window opens, or "" for the
    only one.
    """

    begin: datetime
    end: datetime
    part: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The same hours of consecutive days, ``last`` inclusive, that never cross a midnight; ``to`` may be 24:00."""

    from_: str
    to: str
    first: date
    last: date


def occurrences(
    windows: tuple[Window, ...], start: datetime, end: datetime, since: datetime, until: datetime
) -> tuple[Occurrence, ...]:
    """Every time from ``start`` to ``end`` at which a window is open, in order; all of it where there are no windows.

    Only those that end after ``since`` and begin before ``until``: a run of years is not unfolded to the last night.
    """
    if not windows:
        return (Occurrence(start, end),) if since < end and start < until else ()
    found: dict[str, Occurrence] = {}
    for window in windows:
        for each in _occurrences(window, start, end, since, until):
            # Of two windows that open at once, the one that closes later.
            known = found.setdefault(each.part, each)
            if known.end < each.end:
                found[each.part] = each
    return tuple(sorted(found.values(), key=lambda each: (each.begin, each.part)))


def _occurrences(
    window: Window, start: datetime, end: datetime, since: datetime, until: datetime
) -> Iterator[Occurrence]:
    day, last = first_day(window, max(start, since)), last_day(window, min(end, until))
    opens, closes = opening(window, day), closing(window, day)
    for _ in range((last - day).days + 1):
        begin, finish = max(opens, start), min(closes, end)
        if begin < finish:
            yield Occurrence(begin, finish, f"{opens:%Y%m%dT%H%M}")
        opens, closes = opens + _DAY, closes + _DAY


def spans(windows: tuple[Window, ...], start: datetime, end: datetime) -> tuple[Span, ...]:
    """The parts of days from ``start`` to ``end`` in which a window is open, split at midnight, by clock and day.

    The nights of the 3rd to the 5th, 22:00 to 06:00, are the evenings of the 3rd to the 5th and the mornings of the
    4th to the 6th.
    """
    found: dict[tuple[str, str], set[tuple[date, date]]] = {}
    for run in runs(windows, start, end):
        begin, finish = run.begin.astimezone(CHINA), run.end.astimezone(CHINA)
        repeats, midnight = run.last - run.begin, day_start(begin.date() + _DAY)
        evening_end = DAY_END if finish >= midnight else _clock(finish)
        found.setdefault((_clock(begin), evening_end), set()).add((begin.date(), (begin + repeats).date()))
        if finish > midnight:
            found.setdefault(("00:00", _clock(finish)), set()).add((finish.date(), (finish + repeats).date()))
    joined = (Span(*clocks, *days) for clocks, told in found.items() for days in _joined(sorted(told)))
    return tuple(sorted(joined, key=lambda each: (each.first, each.from_, each.to)))


def _joined(stretches: Sequence[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """``stretches`` of days, those that touch as one."""
    first, last = stretches[0]
    for begin, end in stretches[1:]:
        if begin > last + _DAY:
            yield first, last
            first = begin
        last = max(last, end)
    yield first, last


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def told_start(revision: Revision, earlier: Sequence[Revision] = ()) -> datetime | None:
    """When the change of ``revision`` begins, as a feed that carried the ``earlier`` revisions must say it.

    Of one said to hold when it was reported, 00:00 of the day of the first notice: the only day that anybody has named.
    None where nothing fixes it.
    """
    start = None
    for before, each in zip((None, *earlier), (*earlier, revision), strict=True):
        if start is None or before is None or not _under_way(before, start, each.recorded):
            start = _start(each, start)
    return start


def _start(revision: Revision, known: datetime | None) -> datetime | None:
    validity = revision.change.validity
    if validity.start is None and validity.start_basis is StartBasis.PUBLISHED:
        return known or day_start(revision.change.notice.published)
    return validity.start


def _under_way(revision: Revision, start: datetime, moment: datetime) -> bool:
    end = revision.change.validity.end
    return start <= moment and (end is None or moment < end) and revision.change.action is not Action.CANCEL


def cancelled_at(revision: Revision, earlier: Sequence[Revision] = ()) -> datetime | None:
    """When the cancellation was recorded, however often it was worded anew since; None of what is not cancelled."""
    when = None
    for each in (revision, *reversed(earlier)):
        if each.change.action is not Action.CANCEL:
            break
        when = each.recorded
    return when


def end_reported(validity: Validity, revision: Revision) -> bool:
    """True where the notice told of the end after it had come (已恢复通行): reported, not announced."""
    early = revision.change.action is Action.END_EARLY
    return early and validity.end is not None and validity.end <= revision.recorded
