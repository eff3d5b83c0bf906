"""Dates in Chinese: 2024年10月21日至12月31日, days inclusive."""

from __future__ import annotations

from datetime import date

from service.calendar import Edge
from service.prose.span import Point, nightly, span
from service.prose.subject import unsaid
from service.prose.zh.words import END_WORDS, NAMES, START_WORDS
from service.records import Action, Change, EndBasis, StartBasis, Window
from service.windows import crosses_midnight


def parts(change: Change, *, year: bool) -> tuple[str | None, str | None]:
    """What opens the sentence (2024年10月21日起) and what closes it (恢复时间另行通知)."""
    start, end = span(change.validity)
    basis, hours = change.validity.start_basis, daily(change)
    before = ("原定" if change.action is Action.CANCEL else "") + START_WORDS[basis]
    if start and end and (basis is StartBasis.EXPECTED or not _end_expected(change)):
        return before + _run(change, start, end, year), None
    if start:
        ends_in_another_year = end is not None and end.day.year != start.day.year
        closing = _closing(change, end, year and ends_in_another_year)
        return _joined(f"{before}{_point(start, year)}起", hours), closing
    if basis is StartBasis.PUBLISHED:
        reported = f"据{day(change.notice.published, year=year)}通报"
        return reported, _joined(hours, _closing(change, end, year))
    return None, _joined(hours, _closing(change, end, year), _unknown_start(change))


def unknown(change: Change) -> str | None:
    """What nobody knows about the dates: 恢复时间另行通知."""
    start, end = span(change.validity)
    return _joined(None if start else _unknown_start(change), None if end else _unknown_end(change))


def start(change: Change, *, year: bool) -> str:
    """预计10月21日8:00, or why there is no such day: 施工完成后."""
    point, basis = span(change.validity)[0], change.validity.start_basis
    return f"{START_WORDS[basis]}{_point(point, year)}" if point else NAMES[StartBasis][unsaid(basis)]


def end(change: Change, *, year: bool) -> str:
    """预计12月31日, or why there is no such day: 另行通知."""
    point, basis = span(change.validity)[1], change.validity.end_basis
    return f"{'预计' * _end_expected(change)}{_point(point, year)}" if point else NAMES[EndBasis][unsaid(basis)]


def edge(change: Change, edge: Edge) -> str | None:
    """What an event on the first or the last day says of the end: 至12月31日, 最后一天, 17:00结束."""
    end, expected = span(change.validity)[1], "预计" * (change.validity.end_basis is EndBasis.EXPECTED)
    if end is None:
        return None
    if edge is Edge.FIRST:
        return f"{expected}至{_point(end, year=False)}"
    return expected + (f"{_clock(end.clock)}结束" if end.clock else "最后一天")


def day(day: date, *, year: bool) -> str:
    """2024年10月21日."""
    return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"


def _joined(*parts: str | None) -> str | None:
    return "，".join(part for part in parts if part) or None


def _end_expected(change: Change) -> bool:
    return change.validity.end_basis is EndBasis.EXPECTED


def _closing(change: Change, end: Point | None, year: bool) -> str | None:
    if end is None:
        return _unknown_end(change)
    return f"{'预计' if _end_expected(change) else ''}{_point(end, year)}结束"


def _unknown_start(change: Change) -> str | None:
    basis = change.validity.start_basis
    if basis is StartBasis.PUBLISHED:
        return None
    if basis is StartBasis.AFTER_WORKS:
        return "施工完成后实施，日期待定"
    return "日期未说明" if change.kind.lasting else "起始时间未说明"


def _unknown_end(change: Change) -> str | None:
    return None if change.kind.lasting else END_WORDS[change.validity.end_basis]


def _run(change: Change, start: Point, end: Point, year: bool) -> str:
    once = start.day == end.day and start.clock is None
    if once:
        return day(start.day, year=year) + _windows(change)
    return f"{_range(start, end, year)}{'，' if change.validity.windows else ''}{daily(change) or ''}"


def _range(start: Point, end: Point, year: bool) -> str:
    if start.day != end.day:
        return f"{_point(start, year)}至{_point(end, year and start.day.year != end.day.year)}"
    clocks = f"{_clock(start.clock)}至{_clock(end.clock)}" if start.clock and end.clock else ""
    return day(start.day, year=year) + clocks


def _point(point: Point, year: bool) -> str:
    return day(point.day, year=year) + (_clock(point.clock) if point.clock else "")


def _clock(clock: str) -> str:
    return clock.removeprefix("0")


def daily(change: Change) -> str | None:
    """每晚22:00至次日6:00; None for the whole day."""
    windows = change.validity.windows
    return ("每晚" if nightly(windows) else "每日") + _windows(change) if windows else None


def _windows(change: Change) -> str:
    return "、".join(_window(window) for window in change.validity.windows)


def _window(window: Window) -> str:
    if window.to in ("00:00", "24:00"):
        return f"{_clock(window.from_)}至24:00"
    return f"{_clock(window.from_)}至{'次日' if crosses_midnight(window) else ''}{_clock(window.to)}"
