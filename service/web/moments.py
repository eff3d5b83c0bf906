"""Days and times on pages, the shortest way that leaves no doubt; all of them in China.

The prose of a change (:mod:`service.prose`) names dates as a newspaper would; here they stand in lists, one below the
other, so weekdays are given and the current year is not.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from service.prose import Lang
from service.records import CHINA, is_day_bound, last_day

_WEEKDAYS = {
    Lang.ZH: ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    Lang.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
# Not strftime, which follows the locale of the process.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = (("d", 86400), ("h", 3600), ("m", 60))
_AGO = {
    Lang.ZH: {"d": "{}天前", "h": "{}小时前", "m": "{}分钟前", "s": "{}秒前"},
    Lang.EN: {"d": "{} d ago", "h": "{} h ago", "m": "{} min ago", "s": "{} s ago"},
}
_NEXT_DAY = {Lang.ZH: "次日 {}", Lang.EN: "{} next day"}


def moment(instant: datetime) -> str:
    """2024-10-20 17:00, which reads the same in every language."""
    return f"{instant.astimezone(CHINA):%Y-%m-%d %H:%M}"


def ago(instant: datetime, now: datetime, lang: Lang) -> str:
    """5分钟前, 5 min ago: the largest unit that fits, rounded down; what is to come is now."""
    seconds = max(0, int((now - instant).total_seconds()))
    unit, length = next(((unit, length) for unit, length in _UNITS if seconds >= length), ("s", 1))
    return _AGO[lang][unit].format(seconds // length)


def day(day: date, lang: Lang, today: date) -> str:
    """10月21日 周一, Mon 21 Oct; with its year where that is not the one of ``today``."""
    weekday = _WEEKDAYS[lang][day.weekday()]
    other_year = day.year != today.year
    if lang is Lang.ZH:
        return f"{f'{day.year}年' if other_year else ''}{day.month}月{day.day}日 {weekday}"
    return f"{weekday} {day.day} {_MONTHS[day.month - 1]}{f' {day.year}' if other_year else ''}"


def span(begin: datetime, end: datetime, lang: Lang, today: date) -> str:
    """10月21日 周一 22:00–次日 06:00; whole days by day, the last included. ``end`` is exclusive."""
    begin, end = begin.astimezone(CHINA), end.astimezone(CHINA)
    first = day(begin.date(), lang, today)
    if is_day_bound(begin) and is_day_bound(end):
        last = last_day(end)
        return first if last <= begin.date() else f"{first} – {day(last, lang, today)}"
    if end.date() == begin.date():
        return f"{first} {begin:%H:%M}–{end:%H:%M}"
    if end.date() == begin.date() + timedelta(days=1) and end.time() <= begin.time():
        return f"{first} {begin:%H:%M}–{_NEXT_DAY[lang].format(f'{end:%H:%M}')}"
    return f"{first} {begin:%H:%M} – {day(end.date(), lang, today)} {end:%H:%M}"
