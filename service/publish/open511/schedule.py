"""When an event holds, as Open511 says it: local times without an offset, in one of two forms that never go together.

Readers take a daily end before its start wrongly, so nights are told one by one, as intervals. The surprising thing:
more than a month of them, or those whose end is unknown, recur, split at midnight: evenings and mornings, each with
first and last dates of its own. A day has no 24:00 there, so an evening ends at 23:59.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from service.occurrences import DAY_END, Span, occurrences, spans
from service.records import CHINA, Validity, day_start

_FAR = timedelta(days=28)
_DAY = timedelta(days=1)
_MOST = 31
"""Nights told one by one."""


def schedule(validity: Validity, start: datetime) -> dict[str, Any] | None:
    """The member ``schedule`` of what holds from ``start`` on; None where that is no time at all."""
    end = validity.end
    if end is not None and _minute(end) <= _minute(start):
        return None
    if not validity.windows:
        return {"intervals": [f"{_minute(start)}/{'' if end is None else _minute(end)}"]}
    if end is not None:
        single = occurrences(validity.windows, start, end, start, end)
        if single and len(single) <= _MOST:
            return {"intervals": [f"{_minute(each.begin)}/{_minute(each.end)}" for each in single]}
    # Without an end: four weeks tell which of the hours go on.
    far = day_start(start.astimezone(CHINA).date()) + _FAR
    found = spans(validity.windows, start, far if end is None else end)
    endless_from = (far - _DAY).date()
    listed = [_recurring(each, endless=end is None and each.last >= endless_from) for each in found if _lasts(each)]
    return {"recurring_schedules": listed} if listed else None


def _lasts(span: Span) -> bool:
    return span.from_ < _clock(span.to)


def _recurring(span: Span, *, endless: bool) -> dict[str, Any]:
    ends = {} if endless else {"end_date": span.last.isoformat()}
    dates = {"start_date": span.first.isoformat(), **ends}
    if (span.from_, span.to) == ("00:00", DAY_END):
        return dates
    return {**dates, "daily_start_time": span.from_, "daily_end_time": _clock(span.to)}


def _clock(text: str) -> str:
    return "23:59" if text == DAY_END else text


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%dT%H:%M}"
