"""Dates and times: how notices spell them, and the instants that they mean."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from service.reading.moments import PATTERN, Moment, end_of, moment, number, start_of
from service.reading.patterns import Encoded, Pattern
from service.reading.text import read
from tests.make import china

_PATTERN = Pattern(PATTERN)
TODAY = date(2024, 10, 20)


def said(words: str) -> list[Moment | None]:
    return [moment(found) for found in _PATTERN.scan(Encoded(read(words).reading))]


SPELLINGS: dict[str, dict[str, Any]] = {
    "10月21日": {"month": 10, "day": 21},
    "10月21号": {"month": 10, "day": 21},
    "１０月２１日": {"month": 10, "day": 21},
    "2024年10月21日": {"year": 2024, "month": 10, "day": 21},
    "二〇二四年十月二十一日": {"year": 2024, "month": 10, "day": 21},
    "二○二四年十月廿一日": {"year": 2024, "month": 10, "day": 21},
    "十二月三十一日": {"month": 12, "day": 31},
    "2024-10-21": {"year": 2024, "month": 10, "day": 21},
    "2024/10/21": {"year": 2024, "month": 10, "day": 21},
    "2024.10.21": {"year": 2024, "month": 10, "day": 21},
    "2024-10-21 08:30": {"year": 2024, "month": 10, "day": 21, "hour": 8, "minute": 30},
    "2024-10-21 08:30:00": {"year": 2024, "month": 10, "day": 21, "hour": 8, "minute": 30},
    "21日": {"day": 21},
    "本月21日": {"day": 21, "months_on": 0},
    "下月5日": {"day": 5, "months_on": 1},
    "次月5日": {"day": 5, "months_on": 1},
    "当月5日": {"day": 5, "months_on": 0},
    "10月底": {"month": 10, "last_of_month": True},
    "10月份末": {"month": 10, "last_of_month": True},
    "本月底": {"last_of_month": True},
    "年底": {"month": 12, "last_of_month": True},
    "明年3月1日": {"years_on": 1, "month": 3, "day": 1},
    "今年11月8日": {"years_on": 0, "month": 11, "day": 8},
    "次年1月10日": {"years_on": 1, "month": 1, "day": 10},
    "翌年1月10日": {"years_on": 1, "month": 1, "day": 10},
    "来年3月1日": {"years_on": 1, "month": 3, "day": 1},
    "10月21日8时59分": {"month": 10, "day": 21, "hour": 8, "minute": 59},
    "10月21日中午12时": {"month": 10, "day": 21, "hour": 12},
    "10月21日下午12时30分": {"month": 10, "day": 21, "hour": 12, "minute": 30},
    "10月21日8时": {"month": 10, "day": 21, "hour": 8},
    "10月21日8点30分": {"month": 10, "day": 21, "hour": 8, "minute": 30},
    "10月21日8时半": {"month": 10, "day": 21, "hour": 8, "minute": 30},
    "10月21日08:30": {"month": 10, "day": 21, "hour": 8, "minute": 30},
    "10月21日0时": {"month": 10, "day": 21, "hour": 0},
    "10月21日零时": {"month": 10, "day": 21, "hour": 0},
    "10月21日24时": {"month": 10, "day": 21, "hour": 24},
    "10月21日(周一)8时": {"month": 10, "day": 21, "hour": 8},
    "10月21日星期一上午9时": {"month": 10, "day": 21, "hour": 9},
    "10月21日下午3时": {"month": 10, "day": 21, "hour": 15},
    "10月21日晚10点": {"month": 10, "day": 21, "hour": 22},
    "10月21日晚22时": {"month": 10, "day": 21, "hour": 22},
    "10月21日凌晨2时": {"month": 10, "day": 21, "hour": 2},
    "10月21日上午九时": {"month": 10, "day": 21, "hour": 9},
    "晚上十点半": {"hour": 22, "minute": 30},
    "22时": {"hour": 22},
    "8:30": {"hour": 8, "minute": 30},
    "今日": {"days_on": 0},
    "今天8时": {"days_on": 0, "hour": 8},
    "今晚10时": {"days_on": 0, "hour": 22},
    "昨日": {"days_on": -1},
    "明日9时": {"days_on": 1, "hour": 9},
    "明天(10月21日)6时": {"month": 10, "day": 21, "hour": 6},
    "后天": {"days_on": 2},
    "即日": {"days_on": 0, "immediate": True},
    "次日6时": {"day_after": True, "hour": 6},
    "翌日6时": {"day_after": True, "hour": 6},
    "第二天6时": {"day_after": True, "hour": 6},
    "当日17时": {"same_day": True, "hour": 17},
}


@pytest.mark.parametrize(("words", "values"), SPELLINGS.items(), ids=SPELLINGS)
def test_every_spelling_is_one_moment(words: str, values: dict[str, Any]) -> None:
    assert said(words) == [Moment(**values)]


IMPOSSIBLE = [
    "13月5日",
    "0月5日",
    "10月0日",
    "10月32日",
    "10月21日25时",
    "8:75",
    "十三四日",
    "0001年1月1日",
    "9999年12月31日",
]


@pytest.mark.parametrize("words", IMPOSSIBLE)
def test_what_cannot_be_is_no_moment(words: str) -> None:
    assert None in said(words) or said(words) == []


NO_MOMENT = ["同一时间", "三个月", "四十日行程", "1.8公里", "一点五公里", "2024年", "两个小时"]


@pytest.mark.parametrize("words", NO_MOMENT)
def test_other_words_with_numbers_name_no_day(words: str) -> None:
    assert not any(found and found.dated for found in said(words))


STARTS: dict[str, tuple[date, datetime | None]] = {
    "10月21日": (TODAY, china(2024, 10, 21)),
    "2026年10月21日": (TODAY, china(2026, 10, 21)),
    "1月5日": (TODAY, china(2025, 1, 5)),
    "5月5日": (TODAY, china(2024, 5, 5)),
    "12月28日": (date(2025, 1, 3), china(2024, 12, 28)),
    "1月3日": (date(2024, 12, 28), china(2025, 1, 3)),
    "去年12月28日": (TODAY, china(2023, 12, 28)),
    "明年3月1日": (TODAY, china(2025, 3, 1)),
    "21日": (TODAY, china(2024, 10, 21)),
    "2日": (date(2024, 10, 30), china(2024, 11, 2)),
    "30日": (date(2024, 10, 2), china(2024, 9, 30)),
    "31日": (date(2024, 11, 5), china(2024, 10, 31)),
    "下月5日": (TODAY, china(2024, 11, 5)),
    "本月底": (TODAY, china(2024, 10, 31)),
    "2月底": (date(2024, 2, 1), china(2024, 2, 29)),
    "年底": (TODAY, china(2024, 12, 31)),
    "今日": (TODAY, china(2024, 10, 20)),
    "昨晚10时": (TODAY, china(2024, 10, 19, 22)),
    "明日9时": (date(2024, 12, 31), china(2025, 1, 1, 9)),
    "即日": (TODAY, china(2024, 10, 20)),
    "10月21日24时": (TODAY, china(2024, 10, 22)),
    "22时": (TODAY, china(2024, 10, 20, 22)),
    "2月29日": (date(2024, 1, 5), china(2024, 2, 29)),
    "2023年2月29日": (TODAY, None),
    "2月30日": (TODAY, None),
    "11月31日8时": (TODAY, None),
}


@pytest.mark.parametrize(("words", "case"), STARTS.items(), ids=STARTS)
def test_a_start_is_read_from_the_day_of_publication(words: str, case: tuple[date, datetime | None]) -> None:
    [start] = said(words)
    today, instant = case
    assert start is not None
    assert start_of(start, today) == instant


OCTOBER_21 = china(2024, 10, 21)
ENDS: dict[str, tuple[datetime | None, datetime | None]] = {
    "12月31日": (OCTOBER_21, china(2025, 1, 1)),
    "12月31日24时": (OCTOBER_21, china(2025, 1, 1)),
    "12月31日0时": (OCTOBER_21, china(2024, 12, 31)),
    "12月31日18时": (OCTOBER_21, china(2024, 12, 31, 18)),
    "1月10日": (OCTOBER_21, china(2025, 1, 11)),
    "8月10日": (OCTOBER_21, china(2025, 8, 11)),
    "2024年8月10日": (OCTOBER_21, china(2024, 8, 11)),
    "次年1月10日": (OCTOBER_21, china(2025, 1, 11)),
    "25日": (OCTOBER_21, china(2024, 10, 26)),
    "31日": (china(2024, 10, 2), china(2024, 11, 1)),
    "5日": (china(2024, 10, 28), china(2024, 11, 6)),
    "31日17时": (china(2024, 11, 2), None),
    "17时": (china(2024, 10, 21, 8), china(2024, 10, 21, 17)),
    "6时": (china(2024, 10, 21, 22), china(2024, 10, 22, 6)),
    "24时": (china(2024, 10, 21, 8), china(2024, 10, 22)),
    "次日6时": (china(2024, 10, 21, 22), china(2024, 10, 22, 6)),
    "当日17时": (china(2024, 10, 21, 8), china(2024, 10, 21, 17)),
    "明日5时": (china(2024, 10, 20, 22), china(2024, 10, 21, 5)),
    "本月底": (OCTOBER_21, china(2024, 11, 1)),
    "2月30日": (OCTOBER_21, None),
    "10月25日": (None, china(2024, 10, 26)),
    "5月5日": (None, china(2025, 5, 6)),
}


@pytest.mark.parametrize(
    ("words", "case"), ENDS.items(), ids=[f"{words} after {case[0]}" for words, case in ENDS.items()]
)
def test_an_end_is_read_from_the_start(words: str, case: tuple[datetime | None, datetime | None]) -> None:
    [end] = said(words)
    start, instant = case
    assert end is not None
    assert end_of(end, TODAY, start) == instant


NUMBERS = {"7": 7, "012": 12, "三": 3, "十": 10, "十一": 11, "二十": 20, "廿一": 21, "两": 2, "三十一": 31, "零": 0}


@pytest.mark.parametrize(("words", "value"), NUMBERS.items(), ids=NUMBERS)
def test_numbers_in_digits_and_characters(words: str, value: int) -> None:
    assert number(words) == value


@pytest.mark.parametrize("words", ["十十", "二十三四", "甲", "百"])
def test_other_characters_are_no_number(words: str) -> None:
    assert number(words) is None
