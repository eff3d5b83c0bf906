"""Runs of dates: which words join to a period or a daily window, and the instants that both mean together."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from service.reading.marks import Mark
from service.reading.periods import Period, periods, span_of, with_windows
from service.reading.text import read
from service.records import Window
from tests.make import china

TODAY = date(2024, 10, 20)


def marks(words: str) -> list[Mark]:
    return periods(read(words).reading)


def span(words: str) -> tuple[datetime | None, datetime | None]:
    """The instants that the periods and windows of ``words`` mean."""
    found = marks(words)
    [period] = [mark.value for mark in found if mark.type == "period"]
    windows = tuple(mark.value for mark in found if mark.type == "window")
    said = with_windows(span_of(period, TODAY), windows, period)
    return said.start, said.end


DAY, DAY_AFTER = china(2024, 10, 21), china(2024, 10, 22)
NEW_YEAR = china(2025, 1, 1)

RUNS: dict[str, tuple[datetime | None, datetime | None]] = {
    "10月21日至12月31日": (DAY, NEW_YEAR),
    "10月21日到12月31日": (DAY, NEW_YEAR),
    "10月21日-12月31日": (DAY, NEW_YEAR),
    "10月21日—12月31日": (DAY, NEW_YEAR),
    "10月21日——12月31日": (DAY, NEW_YEAR),
    "10月21日～12月31日": (DAY, NEW_YEAR),
    "10月21日起至12月31日止": (DAY, NEW_YEAR),
    "自10月21日开始，至12月31日": (DAY, NEW_YEAR),
    "10月21日\n至12月31日": (DAY, NEW_YEAR),
    "2024年10月21日至2024年12月31日": (DAY, NEW_YEAR),
    "10月21日至31日": (DAY, china(2024, 11, 1)),
    "10月21日至次年1月10日": (DAY, china(2025, 1, 11)),
    "10月21日至1月10日": (DAY, china(2025, 1, 11)),
    "10月21日0时至12月31日24时": (DAY, NEW_YEAR),
    "10月21日8时至12月31日18时": (china(2024, 10, 21, 8), china(2024, 12, 31, 18)),
    "10月21日8时至18时": (china(2024, 10, 21, 8), china(2024, 10, 21, 18)),
    "10月21日22时至次日6时": (china(2024, 10, 21, 22), china(2024, 10, 22, 6)),
    "10月21日22时至6时": (china(2024, 10, 21, 22), china(2024, 10, 22, 6)),
    "明日22时至后天6时": (china(2024, 10, 21, 22), china(2024, 10, 22, 6)),
    "即日起至12月31日": (china(2024, 10, 20), NEW_YEAR),
    "10月21日起": (DAY, None),
    "从10月21日8时起": (china(2024, 10, 21, 8), None),
    "于10月21日启用": (DAY, None),
    "至12月31日": (None, NEW_YEAR),
    "延长至12月31日": (None, NEW_YEAR),
    "12月31日结束": (None, NEW_YEAR),
    "12月31日前完工": (None, NEW_YEAR),
    "12月31日恢复通行": (None, china(2024, 12, 31)),
    "12月31日18时恢复通行": (None, china(2024, 12, 31, 18)),
    "9月3日至8日每晚22时至次日6时": (china(2024, 9, 3, 22), china(2024, 9, 9, 6)),
    "9月3日至8日，每日8时至17时": (china(2024, 9, 3, 8), china(2024, 9, 8, 17)),
    "9月3日至8日每天6:30-9:30、每天16:30-19:30": (china(2024, 9, 3, 6, 30), china(2024, 9, 8, 19, 30)),
    "9月3日20时至9月8日每晚22时至次日6时": (china(2024, 9, 3, 20), china(2024, 9, 9, 6)),
    "9月3日至8日夜间22时至次日6时": (china(2024, 9, 3, 22), china(2024, 9, 9, 6)),
    "9月3日至9月8日晚10时至次日6时": (china(2024, 9, 3, 22), china(2024, 9, 9, 6)),
    "9月3日至8日22:30至5:30": (china(2024, 9, 3, 22, 30), china(2024, 9, 9, 5, 30)),
    "9月3日夜间22时至次日6时": (china(2024, 9, 3, 22), china(2024, 9, 4, 6)),
    "9月3日起每晚22时至次日6时": (china(2024, 9, 3, 22), None),
}


@pytest.mark.parametrize(("words", "instants"), RUNS.items(), ids=RUNS)
def test_words_are_a_run_of_dates(words: str, instants: tuple[datetime | None, datetime | None]) -> None:
    assert span(words) == instants


WINDOWS = {
    "每日22时至次日6时": [Window(from_="22:00", to="06:00")],
    "每天8:30至17:00": [Window(from_="08:30", to="17:00")],
    "夜间22时至次日5时": [Window(from_="22:00", to="05:00")],
    "每晚22时至6时": [Window(from_="22:00", to="06:00")],
    "每日0时至24时": [Window(from_="00:00", to="00:00")],
    "每日8时至11时，每日14时至17时": [Window(from_="08:00", to="11:00"), Window(from_="14:00", to="17:00")],
}


@pytest.mark.parametrize(("words", "windows"), WINDOWS.items(), ids=WINDOWS)
def test_clock_times_of_every_day_are_windows(words: str, windows: list[Window]) -> None:
    assert [mark.value for mark in marks(words)] == windows


EXPECTED = {
    "10月21日至12月31日": (False, False),
    "预计10月21日至12月31日": (True, True),
    "预计12月31日结束": (False, True),
    "预计于12月31日恢复通行": (False, True),
    "计划10月21日启用": (True, False),
    "12月31日结束": (False, False),
}


@pytest.mark.parametrize(("words", "expected"), EXPECTED.items(), ids=EXPECTED)
def test_an_expectation_is_marked_as_one(words: str, expected: tuple[bool, bool]) -> None:
    [mark] = marks(words)
    assert (mark.value.start_expected, mark.value.end_expected) == expected


def test_the_words_of_each_end_are_kept() -> None:
    words = "自10月21日8时至12月31日止"
    [mark] = marks(words)
    assert words[slice(*mark.value.begins)] == "10月21日8时"
    assert words[slice(*mark.value.ends)] == "12月31日"


CLOCKS_ONLY = {"8时至17时": True, "22时至次日6时": True, "8时起": True, "10月21日8时至17时": False, "明日8时": False}


@pytest.mark.parametrize(("words", "clocks_only"), CLOCKS_ONLY.items(), ids=CLOCKS_ONLY)
def test_clocks_alone_name_no_day(words: str, clocks_only: bool) -> None:
    # A clock at the very beginning is the time of a report: 8时，接通知.
    [mark] = marks(f"，{words}")
    assert isinstance(mark.value, Period)
    assert mark.value.clocks_only is clocks_only


def test_clocks_alone_belong_to_the_day_in_force() -> None:
    [mark] = marks("，22时至次日6时")
    said = span_of(mark.value, TODAY, base=china(2024, 11, 5))
    assert (said.start, said.end) == (china(2024, 11, 5, 22), china(2024, 11, 6, 6))


IMPOSSIBLE = {
    "2月30日至3月5日": (None, china(2025, 3, 6)),
    "10月21日至11月31日": (DAY, None),
    "10月21日18时至10月21日8时": (china(2024, 10, 21, 18), china(2024, 10, 21, 8)),
}


@pytest.mark.parametrize(("words", "instants"), IMPOSSIBLE.items(), ids=IMPOSSIBLE)
def test_days_that_cannot_be_are_said_to_be_impossible(
    words: str, instants: tuple[datetime | None, datetime | None]
) -> None:
    [mark] = marks(words)
    said = span_of(mark.value, TODAY)
    assert said.impossible
    assert (said.start, said.end) == instants


NO_PERIOD = [
    "截至10月21日8时",
    "截止到8时30分",
    "07:15，接交警通知",
    "①8时，雾散",
    "1.2点经验",
    "第3点要求",
    "24时段",
    "K12+300处",
    "13月5日",
]


@pytest.mark.parametrize("words", NO_PERIOD)
def test_other_clocks_and_numbers_are_no_period(words: str) -> None:
    assert marks(words) == []


def test_a_list_number_is_no_part_of_a_date() -> None:
    [mark] = marks("1.9月20日起")
    assert (mark.value.start.month, mark.value.start.day) == (9, 20)


def test_two_periods_stay_two() -> None:
    first, second = marks("7月6日至7月12日封闭入口，7月13日至7月20日封闭出口")
    assert (first.value.start.day, second.value.start.day) == (6, 13)
