"""Dates and times as notices write them, and the instants they mean.

A :class:`Moment` is what the words say, with whatever they leave out left out. Reading it needs a day to
count from: the publication date for a start, the start for an end. Notices write midnight at the end of a
day as 24时, and days that do not exist (11月31日); the first is read, the second is no instant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from service.reading.patterns import Found
from service.records import CHINA

_DIGITS = "〇零○一二三四五六七八九"
_CN = "[一二三四五六七八九十廿]{1,3}"
_PART = "上午|下午|晚上|晚间|今晚|早上|早晨|清晨|凌晨|中午|傍晚|夜间|深夜|晚|早"
_RELATIVE = (
    "今天|今日|今晚|今晨|今早|今夜|昨天|昨日|昨晚|明天|明日|明晚|明早|明晨|后天|"
    "即日|次日|翌日|第二[天日]|当日|当天|当晚|同日|本月底|本月末|月底|年底"
)
_YEAR = f"(?P<y>[0-9]{{4}}|[{_DIGITS}]{{4}})年|(?P<yr>今年|明年|去年|次年|翌年|来年|当年|同年)的?"
_MONTH_DAY = (
    f"(?P<m>[0-9]{{1,2}}|{_CN})月份?(?:(?P<d>[0-9]{{1,2}}|[一二三四五六七八九十廿]{{1,3}})[日号]|"
    "(?P<mend>底|末)|(?P<third>[上中下])旬)"
)
_DATE = (
    f"(?:{_YEAR})?(?:{_MONTH_DAY})"
    r"|(?P<y2>[0-9]{4})[-/.](?P<m2>[0-9]{1,2})[-/.](?P<d2>[0-9]{1,2})日?"
    r"|(?P<mr>本月|下月|当月|次月)?(?P<d3>[0-9]{1,2})日|(?P<mr2>本月|下月|当月|次月)(?P<third2>[上中下])旬"
)
_WEEKDAY = "(?:[(]?(?:周|星期)[一二三四五六日天][)]?)?"
_CLOCK = (
    f"(?P<part>{_PART})?(?:(?P<h>[0-9]{{1,2}})(?:[时点]钟?(?:(?P<min>[0-9]{{1,2}})分|(?P<half>半))?|:(?P<min2>[0-9]{{2}})"
    "(?::[0-9]{2})?时?)|(?P<zero>零[时点]))"
)
_NOON = "|(?P<noon>中午|正午)"
"""Said beside a date alone: 8日中午恢复."""
# Numerals in characters are hours only beside a date or a part of the day: 同一时间 is no clock.
_CLOCK_CN = f"(?P<part2>{_PART})(?P<h2>{_CN})[时点](?P<half2>半)?"
PATTERN = (
    f"(?:(?:{_DATE}){_WEEKDAY}|(?P<rel>{_RELATIVE})(?:[(](?:{_DATE.replace('(?P<', '(?P<b')}){_WEEKDAY}[)])?)"
    f"[ 的]?(?:{_CLOCK_CN}|{_CLOCK.replace('(?P<', '(?P<c')}{_NOON})?"
    f"|{_CLOCK.replace('(?P<', '(?P<o')}|{_CLOCK_CN.replace('2>', '3>')}"
)
"""A date, a clock time or both."""

_AFTERNOON = frozenset({"下午", "晚上", "晚间", "今晚", "傍晚", "夜间", "深夜", "晚"})
_EVENING_WORDS = frozenset({"今晚", "明晚", "昨晚", "当晚", "今夜"})
_YEARS = range(1900, 2200)
"""Further off lie slips of the pen, and days that have no day after them."""
_THIRDS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}
"""The first and the last day of 上旬, 中旬 and 下旬."""
_DAYS_FROM_TODAY = {"昨": -1, "今": 0, "明": 1, "后": 2, "即": 0}


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a clock time or both, as far as they are stated. ``hour`` may be 24.

    ``until`` is the last day of a third of a month (8月中旬), of which ``day`` is the first.
    """

    year: int | None = None
    years_on: int | None = None
    month: int | None = None
    months_on: int | None = None
    day: int | None = None
    until: int | None = None
    last_of_month: bool = False
    days_on: int | None = None
    day_after: bool = False
    same_day: bool = False
    immediate: bool = False
    hour: int | None = None
    minute: int = 0

    @property
    def dated(self) -> bool:
        """True when a day is named, if only as tomorrow."""
        return (
            self.day is not None
            or self.last_of_month
            or self.days_on is not None
            or self.day_after
            or self.same_day
            or self.immediate
        )

    @property
    def clock(self) -> str | None:
        """``HH:MM``, the end of the day as 00:00, or None."""
        return None if self.hour is None else f"{self.hour % 24:02}:{self.minute:02}"


def number(text: str) -> int | None:
    """A whole number in digits or in characters up to 99: 二十三 is 23."""
    if text.isdigit():
        return int(text)
    text = text.replace("廿", "二十").replace("两", "二")
    tens, ten, ones = text.partition("十")
    if not ten:
        digits = [_DIGITS.find(digit) for digit in text.replace("○", "〇").replace("零", "〇")]
        return None if -1 in digits else int("".join(str(max(digit - 2, 0)) for digit in digits))
    if len(tens) > 1 or len(ones) > 1:
        return None
    count = (_DIGITS.find(tens) - 2 if tens else 1), (_DIGITS.find(ones) - 2 if ones else 0)
    return None if min(count) < 0 else count[0] * 10 + count[1]


def moment(found: Found) -> Moment | None:
    """What the words matched by :data:`PATTERN` say, or None where a number cannot be (25时, 13月, 十三四日)."""
    value: dict[str, str] = {}
    for name, (text, _, _) in found.groups.items():
        value[name.lstrip("bco").rstrip("23")] = text
    if any(number(value[name]) is None for name in ("y", "m", "d", "h") if name in value):
        return None
    day = _day(value)
    hour, minute = _clock(value)
    real = _within(day.year, _YEARS) and _within(day.month, range(1, 13)) and _within(day.day, range(1, 32))
    if not real or (hour, minute) > (24, 0) or minute > 59:
        return None
    return replace(day, hour=hour if hour >= 0 else None, minute=minute)


def _within(said: int | None, possible: range) -> bool:
    return said is None or said in possible


def _day(value: dict[str, str]) -> Moment:
    year = number(value["y"]) if "y" in value else None
    years_on = {"明": 1, "来": 1, "去": -1, "今": 0}.get(value.get("yr", " ")[0])
    first, until = _THIRDS[value["third"]] if "third" in value else (None, None)
    if "m" in value:
        month = number(value["m"])
        # 次年 and 同年 count from the start of the range, which is filled in when the end is read.
        day = number(value["d"]) if "d" in value else first
        moment = Moment(year=year, years_on=years_on, month=month, day=day, until=until, last_of_month="mend" in value)
        return replace(moment, years_on=1) if value.get("yr", "")[:1] in ("次", "翌") and year is None else moment
    if "d" in value or first is not None:
        months_on = {"下月": 1, "次月": 1, "本月": 0, "当月": 0}.get(value.get("mr", ""))
        return Moment(day=number(value["d"]) if "d" in value else first, until=until, months_on=months_on)
    return _relative(value.get("rel", ""))


def _relative(word: str) -> Moment:
    if word[:1] in _DAYS_FROM_TODAY:
        return Moment(days_on=_DAYS_FROM_TODAY[word[0]], immediate=word == "即日")
    if word[:1] in ("次", "翌", "第"):
        return Moment(day_after=True)
    if word[:1] in ("当", "同"):
        return Moment(same_day=True)
    if word == "年底":
        return Moment(month=12, last_of_month=True)
    return Moment(last_of_month=bool(word))


def _clock(value: dict[str, str]) -> tuple[int, int]:
    """Hour and minute; (-1, 0) where no clock is stated."""
    if "zero" in value:
        return 0, 0
    if "noon" in value:
        return 12, 0
    if "h" not in value:
        return -1, 0
    hour = number(value["h"])
    minute = 30 if "half" in value else int(value.get("min", 0))
    if hour is None:
        return -1, 0
    late = value.get("part") in _AFTERNOON or value.get("rel") in _EVENING_WORDS
    return (hour + 12, minute) if late and hour < 12 else (hour, minute)


def start_of(words: Moment, today: date) -> datetime | None:
    """The instant a start means, read from ``today``: of several years, the nearest; None where no such day is."""
    day = _date(words, today, today)
    return None if day is None else _at(day, words)


def end_of(words: Moment, today: date, start: datetime | None) -> datetime | None:
    """The instant (exclusive) an end means. What it leaves out is taken from ``start``; a day counts whole.

    An end before its start is next year's, where the text does not name the year.
    """
    if words.until is not None:
        words = replace(words, day=words.until, last_of_month=words.until == _THIRDS["下"][1], until=None)
    first = start.astimezone(CHINA).date() if start else today
    if not words.dated:
        end = _at(first, words)
        return end + timedelta(days=1) if start and end <= start else end
    day = _date(words, today if start is None or words.days_on is not None else first, first)
    if day and start and day < first and words.month is None and words.months_on is None and words.day is not None:
        # 8日至30日: the 30th before the 8th may be nearer, but lies behind.
        day = _day_of_month(replace(words, months_on=int(words.day < first.day)), first)
    if day is None:
        return None
    if start is None and day < today and words.year is None and words.month is not None:
        # An end without a start lies ahead.
        day = _safe(day.year + 1, day.month, day.day) or day
    if start and day < first and words.year is None and words.month is not None:
        day = _safe(day.year + 1, day.month, day.day) or day
    return _at(day, words) if words.hour is not None else _at(day, words) + timedelta(days=1)


def _at(day: date, words: Moment) -> datetime:
    # Added, not replaced: the hour may be 24.
    return datetime.combine(day, time(), CHINA) + timedelta(hours=words.hour or 0, minutes=words.minute)


def _date(words: Moment, today: date, first: date) -> date | None:
    if words.day_after:
        return first + timedelta(days=1)
    if words.same_day:
        return first
    if words.days_on is not None:
        return today + timedelta(days=words.days_on)
    if not words.dated:
        return today
    if words.month is None:
        return _day_of_month(words, today)
    if words.year is not None or words.years_on is not None:
        year = words.year if words.year is not None else today.year + (words.years_on or 0)
        return _safe(year, words.month, _day_number(words, year, words.month))
    days = [_safe(year, words.month, _day_number(words, year, words.month)) for year in _around(today)]
    return min((day for day in days if day), key=lambda day: abs(day - today), default=None)


def _around(today: date) -> tuple[int, ...]:
    return (today.year, today.year - 1, today.year + 1)


def _day_of_month(words: Moment, today: date) -> date | None:
    """A day without its month: the nearest such day, unless 下月 or 本月 says which."""
    told = words.last_of_month or words.months_on is not None
    months = [words.months_on or 0] if told else [0, -1, 1]
    days = []
    for months_on in months:
        year, month = divmod(today.year * 12 + today.month - 1 + months_on, 12)
        days.append(_safe(year, month + 1, _day_number(words, year, month + 1)))
    return min((day for day in days if day), key=lambda day: abs(day - today), default=None)


def _day_number(words: Moment, year: int, month: int) -> int:
    if not words.last_of_month:
        return words.day or 1
    following = _safe(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day if following else 31


def _safe(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none (2月30日, year 0)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
