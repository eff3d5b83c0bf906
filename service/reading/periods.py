"""Runs of dates as notices write them: moments joined to periods, and windows repeated every day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from service.reading.marks import Mark
from service.reading.moments import PATTERN, Moment, end_of, moment, number, start_of
from service.reading.patterns import Encoded, Pattern
from service.records import CHINA, Window

_MOMENT = Pattern(PATTERN)
_UNITS = {"天": "days", "小时": "hours", "月": "months", "周": "days", "星期": "days"}
_DURATION = Pattern(
    "(?P<expected>预计|计划|暂定)?(?:总?工期|施工期限?|封闭期|为期|历时|时长|封闭施工|封闭|关闭|持续|禁行)(?:时间|时长)?[约为共计:]*"
    "(?P<long>(?P<count>[0-9]{1,3}|[一二两三四五六七八九十]{1,3})个?(?:日历)?(?:天|小时|周|星期)|(?P<months>[0-9]{1,2}|[一二两三四五六七八九十]{1,2})个月)"
)
_MOST_DAYS = 30
"""No notice lists more days than a month has."""
_AND = re.compile(r"、|和|及|与|以及")
_JOIN = re.compile(r"(?:起|开始)?,?\n?(?:至|到|~+|—+|-+)\n?")
_WINDOW_BEFORE = re.compile(
    r"(?:每[日天晚夜](?:封闭|施工|管制|作业)?(?:时段|时间)?(?:仍|均)?(?:为|是|:)?|每(?:[日天晚夜]|$)(?:间|晚上)?|夜间)的?$"
)
_CLOCK = re.compile(r"夜间|[晚早]上?|(?<![0-9])[0-9]{1,2}(?=[时点:])")
_EXPECTED = re.compile(
    r"(?:预计|预期|(?<!原)计划|暂定)(?:封闭|施工|恢复|开放|完工|结束)?(?:时间|工期)?(?:为|是|:)?(?:将?[于在至到])?$"
)
_UNTIL = re.compile(
    r"(?:延[长期]?(?:至|到)|持续(?:至|到)|(?<!截)(?<!推迟)(?<!推后)(?<!调整)(?<!改)(?<!顺延)(?:至|到)|直至)$"
)
_LIST_NUMBER = re.compile(r"(?:^|\n)[0-9]{1,2}[.]$")
_REPORTED_AT = re.compile(r"(?:^|\n)(?:[0-9]{1,2}[.、]|[①-⑳])?$")
_OLD_END = re.compile(
    r"(?:截止|结束|恢复(?:正常)?(?:通行|开通|交通|通车)?|开放|完工|到期)(?:时间|日期)(?:由|从|原为|为|是|:)$"
)
_DONE = re.compile(r"已(?:于|在)?$")
_AS_OF = re.compile(r"(?:截至|截止到?|截止至)$")
_FROM = re.compile(r"(?:自从?|从|由)$")
_ENDING = re.compile(
    r"(?:\([^()]{0,12}\))?(?:前|之前|左右|前后)?"
    r"(?:止|结束|完工|竣工|解除|(?:可|将|全部|全面|正式)?(?:恢复|重新开放|开放))"
)
_REOPENING = re.compile(r"(?:[(][^()]{0,12}[)])?(?:左右)?(?:可|将|全部|全面|正式)?(?:恢复|重新开放|开放)")
_BEGINNING = re.compile(r"(?:左右)?(?:起|开始|始|后)")


@dataclass(frozen=True, slots=True)
class Period:
    """A run of dates in words: either end may be missing. ``begins`` and ``ends`` are their spans.

    ``reopens``: the end is a day of reopening, so that day is free again. ``then``: those after it in a list of days
    (10月25日、26日和28日).
    """

    start: Moment | None
    end: Moment | None
    begins: tuple[int, int] | None
    ends: tuple[int, int] | None
    start_expected: bool = False
    end_expected: bool = False
    reopens: bool = False
    then: tuple[Period, ...] = ()

    @property
    def same_day(self) -> bool:
        """True of 当天, 同日."""
        return any(words and words.same_day for words in (self.start, self.end))

    @property
    def clocks_only(self) -> bool:
        """True when no day is named: 8:30至17:00."""
        return not any(words and words.dated and not words.day_after for words in (self.start, self.end))


@dataclass(frozen=True, slots=True)
class Duration:
    """How long something lasts: 工期45天, 为期两个月. ``unit`` is days, months or hours."""

    count: int
    unit: str
    expected: bool

    def end(self, start: datetime) -> datetime:
        """The instant (exclusive) at which it ends when it begins at ``start``."""
        if self.unit != "months":
            return start + timedelta(**{self.unit: self.count})
        year, month = divmod(start.year * 12 + start.month - 1 + self.count, 12)
        last = 28 if month == 1 else 30
        return start.replace(year=year, month=month + 1, day=min(start.day, last))


def durations(masked: str) -> list[Mark]:
    """The durations in ``masked``, where dates are marked already."""
    marks: list[Mark] = []
    for found in _DURATION.scan(Encoded(masked)):
        words, start, end = found.groups["long"]
        unit = next(unit for word, unit in _UNITS.items() if words.endswith(word))
        count = number((found.groups.get("count") or found.groups["months"])[0])
        if count is not None:
            times = 7 if words.endswith(("周", "星期")) else 1
            marks.append(Mark("duration", start, end, Duration(count * times, unit, "expected" in found.groups)))
    return marks


@dataclass(frozen=True, slots=True)
class Span:
    """The instants a period means: ``end`` exclusive, either may be None. ``impossible``: it names no real day."""

    start: datetime | None
    end: datetime | None
    impossible: bool = False


def periods(reading: str) -> list[Mark]:
    """The periods, windows and single moments of ``reading``, as marks that do not overlap."""
    words = [
        Mark("moment", found.start, found.end, said)
        for found in _MOMENT.scan(Encoded(reading))
        if (said := moment(found)) is not None and not _part_of_number(reading, found.start, found.end)
    ]
    marks: list[Mark] = []
    position = 0
    while position < len(words):
        found, used = _joined(reading, words, position)
        found = _also_daily(reading, marks, found)
        marks.extend(found)
        position += used
    return _listed(reading, [mark for mark in marks if mark.type != "as_of"])


def _also_daily(reading: str, before: list[Mark], found: list[Mark]) -> list[Mark]:
    """17时至19时 of 每日7时至9时、17时至19时, a window as the one before it."""
    mark = found[0]
    if not before or before[-1].type != "window" or mark.type != "period":
        return found
    said = mark.value
    listed = _AND.fullmatch(reading, before[-1].end, mark.start) is not None
    if not (listed and said.clocks_only and said.start and said.end and said.start.clock and said.end.clock):
        return found
    return [Mark("window", mark.start, mark.end, Window(from_=said.start.clock, to=said.end.clock)), *found[1:]]


def _listed(reading: str, marks: list[Mark]) -> list[Mark]:
    """``marks`` with the days of a list as one."""
    kept: list[Mark] = []
    for mark in marks:
        before = kept[-1] if kept else None
        if before and _lists(before) and mark.type == "period" and mark.value.start is None and mark.value.reopens:
            # 分别于11月21日和22日恢复: like those before it, the last is a beginning.
            mark = replace(mark, value=_begun(mark.value)) if _AND.fullmatch(reading, before.end, mark.start) else mark
        if before and _lists(before) and len(before.value.then) >= _MOST_DAYS:
            before = None
        if before and _lists(before) and _lists(mark) and _AND.fullmatch(reading, before.end, mark.start):
            days = replace(before.value, then=(*before.value.then, mark.value))
            kept[-1] = Mark("period", before.start, mark.end, days)
        else:
            kept.append(mark)
    return kept


def _begun(period: Period) -> Period:
    return replace(period, start=period.end, begins=period.ends, end=None, ends=None, reopens=False)


def _lists(mark: Mark) -> bool:
    return mark.type == "period" and mark.value.start is not None and not mark.value.clocks_only


def _part_of_number(reading: str, start: int, end: int) -> bool:
    """1.2点, 第3点, 24时段: digits that run on are no clock; those after a list number (1.9月20日) are."""
    before, after = reading[max(start - 1, 0) : start], reading[end : end + 1]
    if before == "." and _LIST_NUMBER.search(reading, max(start - 4, 0), start):
        return False
    return (before.isascii() and before.isdigit()) or before in (".", "第") or after == "段"


def _joined(reading: str, words: list[Mark], position: int) -> tuple[list[Mark], int]:
    """The marks that begin with the moment at ``position``, and how many moments they use up."""
    run = [words[position]]
    for following in words[position + 1 : position + 3]:
        if not _JOIN.fullmatch(reading[run[-1].end : following.start]):
            break
        run.append(following)
    before = reading[max(run[0].start - 12, 0) : run[0].start]
    if len(run) == 3 and (nights := _nights(reading, before, *run)):
        return nights, 3
    if len(run) > 1:
        return [_range(reading, before, run[0], run[1])], 2
    return [_single(reading, before, run[0])], 1


def _nights(reading: str, before: str, first: Mark, second: Mark, third: Mark) -> list[Mark]:
    """9月3日至8日夜间22时至次日6时: a run of days and a window, whose clock was read as that of the last day."""
    last, until = second.value, third.value
    clock = _CLOCK.search(reading, second.start, second.end)
    if not (clock and first.value.dated and last.dated and last.clock and until.clock):
        return []
    if until.dated and not until.day_after:
        return []
    day = Mark("moment", second.start, clock.start(), replace(last, hour=None, minute=0))
    window = Window(from_=last.clock, to=until.clock)
    return [_range(reading, before, first, day), Mark("window", clock.start(), third.end, window)]


def _range(reading: str, before: str, first: Mark, second: Mark) -> Mark:
    start, end = first.value, second.value
    repeated = _WINDOW_BEFORE.search(before) or reading.startswith("夜间", first.start)
    if repeated and start.clock and end.clock and not start.dated:
        return Mark("window", first.start, second.end, Window(from_=start.clock, to=end.clock))
    expected = bool(_EXPECTED.search(before))
    spans = (first.start, first.end), (second.start, second.end)
    vague = start.until is not None, end.until is not None
    return Mark(
        "period", first.start, second.end, Period(start, end, *spans, expected or vague[0], expected or vague[1])
    )


def _single(reading: str, before: str, word: Mark) -> Mark:
    span = (word.start, word.end)
    if not word.value.dated and _REPORTED_AT.search(before) and not _BEGINNING.match(reading, word.end):
        return Mark("as_of", *span, word.value)
    if _AS_OF.search(before):
        return Mark("as_of", word.start, word.end, word.value)
    # 8月中旬 is no day that could be relied on.
    expected = bool(_EXPECTED.search(before)) or word.value.until is not None
    after = reading[word.end : word.end + 24]
    if after.startswith("全天") and word.value.dated:
        return Mark("period", *span, Period(word.value, word.value, span, span, expected, expected))
    if _OLD_END.search(before):
        return Mark("period", *span, Period(None, word.value, None, span, False, expected))
    ending = not _FROM.search(before) and not _DONE.search(before) and not _BEGINNING.match(after)
    if ending and (_UNTIL.search(before) or _ENDING.match(after)):
        reopens = bool(_REOPENING.match(after))
        return Mark("period", *span, Period(None, word.value, None, span, False, expected, reopens))
    return Mark("period", *span, Period(word.value, None, span, None, expected, False))


def span_of(period: Period, today: date, base: datetime | None = None) -> Span:
    """The instants ``period`` means, read from ``today``; a clock alone belongs to the day of ``base``."""
    start = end = None
    if period.start is not None:
        told = period.start.dated and not period.start.same_day
        day = base.astimezone(CHINA).date() if base and not told else today
        start = start_of(period.start, day)
    if period.end is not None:
        end = end_of(period.end, today, start or (base if not period.end.dated else None))
        if end and period.reopens and period.end.hour is None:
            end -= timedelta(days=1)
    impossible = (period.start is not None and start is None) or (period.end is not None and end is None)
    return Span(start, end, impossible or bool(start and end and end <= start))


def whole_day(period: Period) -> Period:
    """A day of a list as the run from its begin to its end."""
    if period.start is None or period.end or period.start.hour is not None:
        return period
    return replace(period, end=period.start)


def shared_clocks(days: tuple[Period, ...]) -> tuple[tuple[Period, ...], tuple[Window, ...]]:
    """25日、26日22时至次日6时: clocks said of the last of some whole days hold on each; without them all are days."""
    *others, last = days
    start, end = last.start, last.end
    if not start or not end or not start.clock or not end.clock or any(day.start != day.end for day in others):
        return days, ()
    if end.dated and not (end.day_after or end.same_day):
        return days, ()
    day = replace(start, hour=None, minute=0)
    return (*others, replace(last, start=day, end=day)), (Window(from_=start.clock, to=end.clock),)


def spans_of(days: tuple[Period, ...], today: date) -> tuple[Span, ...]:
    """The instants of each of ``days``, a list in which each is read from the one before: 9月30日、1日."""
    spans: list[Span] = []
    for day in days:
        before = spans[-1].start if spans else None
        told = day.start is not None and day.start.days_on is not None
        spans.append(span_of(day, before.date() if before and not told else today))
    return tuple(spans)


def adjoining(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """``spans`` with those that follow one another at once as one."""
    runs: list[Span] = []
    for span in spans:
        if runs and runs[-1].end is not None and runs[-1].end == span.start:
            runs[-1] = replace(runs[-1], end=span.end)
        else:
            runs.append(span)
    return tuple(runs)


def with_windows(span: Span, windows: tuple[Window, ...], period: Period | None) -> Span:
    """``span`` from the first window's begin to the last window's end, where its days are stated without clocks."""
    if not windows or period is None:
        return span
    first, last = windows[0], windows[-1]
    start, end = span.start, span.end
    if start and period.start and period.start.hour is None:
        start += _after_midnight(first.from_)
    if end and period.end and period.end.hour is None:
        # ``end`` is the midnight after the last day: the last window ends on that day or, over midnight, the next.
        over = last.to <= last.from_
        end += _after_midnight(last.to) - timedelta(days=0 if over else 1)
    return replace(span, start=start, end=end)


def _after_midnight(clock: str) -> timedelta:
    hours, minutes = clock.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
