"""When a CIFS incident holds: a start, an end, and between them a table of weekdays, split at midnight.

The specification does not say what 22:00-06:00 means in its table, nor whether its first and last day are cut by the
start and the end. The surprising thing: every table here is right either way. Nights of up to a week are one incident,
whose weekdays come once each; of longer runs the evenings are one incident and the mornings another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.occurrences import DAY_END, Span, spans
from service.records import CHINA, Window, day_start
from service.windows import runs, since_midnight

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In the order that the schema demands."""

_DAY = timedelta(days=1)
_WEEK = 7

_LAST_MINUTE = "23:59"
"""The end of a day: no text says that Waze reads 24:00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """From ``start`` to ``end`` in China, by ``schedule`` where it has one; ``part`` tells it from others for good."""

    start: datetime
    end: datetime
    schedule: tuple[tuple[str, str], ...] = ()
    part: str = ""


def spells(windows: tuple[Window, ...], start: datetime, end: datetime) -> tuple[Spell, ...]:
    """When a change holds from ``start`` to ``end``; none where no window is ever open."""
    if not windows:
        return (Spell(start=start.astimezone(CHINA), end=end.astimezone(CHINA)),)
    nights = runs(windows, start, end)
    if len(nights) == 1 and nights[0].begin == nights[0].last:
        return (Spell(start=nights[0].begin.astimezone(CHINA), end=nights[0].end.astimezone(CHINA)),)
    found = spans(windows, start, end)
    if not found:
        return ()
    first, last = min(each.first for each in found), max(each.last for each in found)
    if (last - first).days < _WEEK:
        begin, finish = min(map(_begin, found)), max(map(_end, found))
        return (Spell(start=begin, end=finish, schedule=_by_weekday(found)),)
    return tuple(_spell(each, found) for each in found)


def _spell(span: Span, siblings: Sequence[Span]) -> Spell:
    schedule = (("everyday", _hours(span)),) if span.last > span.first else ()
    alike = [each for each in siblings if _hours(each) == _hours(span)]
    number = f"#{alike.index(span) + 1}" if span is not alike[0] else ""
    return Spell(start=_begin(span), end=_end(span), schedule=schedule, part=f"{_hours(span)}{number}")


def _by_weekday(found: Sequence[Span]) -> tuple[tuple[str, str], ...]:
    """The hours of each weekday, of days of which no two are the same weekday."""
    hours: dict[int, list[str]] = {}
    for span in sorted(found, key=lambda each: each.from_):
        for days in range((span.last - span.first).days + 1):
            hours.setdefault((span.first + days * _DAY).weekday(), []).append(_hours(span))
    return tuple((WEEKDAYS[number], ",".join(hours[number])) for number in sorted(hours))


def _hours(span: Span) -> str:
    return f"{span.from_}-{_LAST_MINUTE if span.to == DAY_END else span.to}"


def _begin(span: Span) -> datetime:
    return day_start(span.first) + since_midnight(span.from_)


def _end(span: Span) -> datetime:
    # Not the midnight after it: by its day, that would have one more evening.
    return day_start(span.last) + since_midnight(_LAST_MINUTE if span.to == DAY_END else span.to)
