"""Dates in English: 21 October to 31 December 2024, days inclusive."""

from __future__ import annotations

from datetime import date

from service.calendar import Edge
from service.prose.en.words import END_WORDS, MONTHS, NAMES, START_WORDS
from service.prose.span import Point, nightly, span
from service.prose.subject import unsaid
from service.records import Change, EndBasis, StartBasis, Window


def parts(change: Change, *, full: bool) -> tuple[str | None, ...]:
    """The period in parts, with years and long months where ``full``."""
    start, end = span(change.validity)
    basis, hours = change.validity.start_basis, daily(change)
    end_expected = change.validity.end_basis is EndBasis.EXPECTED
    if start and change.kind.lasting:
        return (START_WORDS[basis] + _at(start, full),)
    if start and end and (basis is StartBasis.EXPECTED or not end_expected):
        once = start.day == end.day and start.clock is None
        return START_WORDS[basis] + _range(start, end, full), _windows(change) if once else hours
    closing = _closing(end, end_expected, full) if end else _unknown_end(change)
    if start:
        return f"{START_WORDS[basis]}from {_point(start, full)}", hours, closing
    if basis is StartBasis.PUBLISHED:
        return f"as reported on {day(change.notice.published, full=full)}", hours, closing
    return hours, closing, _unknown_start(change)


def unknown(change: Change) -> str | None:
    """What nobody knows about the dates: until further notice."""
    start, end = span(change.validity)
    said = (None if start else _unknown_start(change), None if end else _unknown_end(change))
    return ", ".join(part for part in said if part) or None


def start(change: Change, *, year: bool) -> str:
    """Expected 21 October, or why there is no such day: after the works."""
    point, basis = span(change.validity)[0], change.validity.start_basis
    return f"{START_WORDS[basis]}{_point(point, True, year=year)}" if point else NAMES[StartBasis][unsaid(basis)]


def end(change: Change, *, year: bool) -> str:
    """Expected 31 December, or why there is no such day: until further notice."""
    point, basis = span(change.validity)[1], change.validity.end_basis
    if point is None:
        return NAMES[EndBasis][unsaid(basis)]
    return f"{'expected ' * (basis is EndBasis.EXPECTED)}{_point(point, True, year=year)}"


def edge(change: Change, edge: Edge) -> str | None:
    """What an event on the first or the last day says of the end: until 31 Dec, last day, ends at 17:00."""
    end, expected = span(change.validity)[1], change.validity.end_basis is EndBasis.EXPECTED
    if end is None:
        return None
    if edge is Edge.FIRST:
        return f"{'expected ' * expected}until {_point(end, False)}"
    if end.clock is None:
        return f"{'expected ' * expected}last day"
    return f"{'expected to end' if expected else 'ends'} at {end.clock}"


def day(day: date, *, full: bool = True, year: bool = True) -> str:
    """21 October 2024, or 21 Oct."""
    month = MONTHS[day.month - 1]
    if not full:
        return f"{day.day} {month[:3]}"
    return f"{day.day} {month} {day.year}" if year else f"{day.day} {month}"


def _at(point: Point, full: bool) -> str:
    return f"{'at' if point.clock else 'on'} {_point(point, full)}"


def _closing(end: Point, expected: bool, full: bool) -> str:
    return f"{'expected to end' if expected else 'ending'} {_at(end, full)}"


def _unknown_start(change: Change) -> str | None:
    basis = change.validity.start_basis
    if basis is StartBasis.PUBLISHED:
        return None
    if basis is StartBasis.AFTER_WORKS:
        return "after the works, date to be announced"
    return "date not stated" if change.kind.lasting else "start not stated"


def _unknown_end(change: Change) -> str | None:
    return None if change.kind.lasting else END_WORDS[change.validity.end_basis]


def _range(start: Point, end: Point, full: bool) -> str:
    if start.day != end.day:
        same_year = start.day.year == end.day.year
        return f"{_point(start, full, year=not same_year)} to {_point(end, full)}"
    clocks = f"{start.clock} to {end.clock} on " if start.clock and end.clock else ""
    return clocks + day(start.day, full=full)


def _point(point: Point, full: bool, *, year: bool = True) -> str:
    said = day(point.day, full=full, year=year)
    return f"{point.clock} on {said}" if point.clock else said


def daily(change: Change) -> str | None:
    """Nightly 22:00 to 06:00; None for the whole day."""
    windows = change.validity.windows
    return f"{'nightly' if nightly(windows) else 'daily'} {_windows(change)}" if windows else None


def _windows(change: Change) -> str:
    return " and ".join(_window(window) for window in change.validity.windows)


def _window(window: Window) -> str:
    return f"{window.from_} to {'24:00' if window.to == '00:00' else window.to}"
