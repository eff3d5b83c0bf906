"""Daily windows: on which days they open, and that a calendar shows what `in_force` says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.records import Window, in_force
from service.windows import Run, crosses_midnight, first_day, last_day, runs
from tests.make import change, china, validity

NIGHT = Window(from_="22:00", to="06:00")
DAY = Window(from_="08:00", to="17:00")


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (NIGHT, True),
        (DAY, False),
        (Window(from_="20:00", to="00:00"), True),
        (Window(from_="20:00", to="24:00"), False),
        (Window(from_="00:00", to="00:00"), True),
    ],
)
def test_a_window_crosses_midnight_when_it_closes_no_later_than_it_opens(window: Window, expected: bool) -> None:
    assert crosses_midnight(window) is expected


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        (china(2024, 9, 3, 22), china(2024, 9, 9, 6), (2024, 9, 3), (2024, 9, 8)),
        (china(2024, 9, 4, 6), china(2024, 9, 8, 22), (2024, 9, 4), (2024, 9, 7)),
        (china(2024, 9, 4, 5, 59), china(2024, 9, 8, 22, 1), (2024, 9, 3), (2024, 9, 8)),
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(
    start: datetime, end: datetime, first: tuple[int, ...], last: tuple[int, ...]
) -> None:
    assert (first_day(NIGHT, start), last_day(NIGHT, end)) == (china(*first).date(), china(*last).date())


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (
            china(2024, 9, 3, 22),
            china(2024, 9, 9, 6),
            [Run(china(2024, 9, 3, 22), china(2024, 9, 4, 6), china(2024, 9, 8, 22))],
        ),
        (
            china(2024, 9, 3),
            china(2024, 9, 5, 23),
            [
                Run(china(2024, 9, 3, 22), china(2024, 9, 4, 6), china(2024, 9, 4, 22)),
                Run(china(2024, 9, 3), china(2024, 9, 3, 6), china(2024, 9, 3)),
                Run(china(2024, 9, 5, 22), china(2024, 9, 5, 23), china(2024, 9, 5, 22)),
            ],
        ),
        (
            china(2024, 9, 3, 23),
            china(2024, 9, 4, 2),
            [Run(china(2024, 9, 3, 23), china(2024, 9, 4, 2), china(2024, 9, 3, 23))],
        ),
        (china(2024, 9, 3, 8), china(2024, 9, 3, 20), []),
    ],
)
def test_what_start_and_end_cut_off_is_a_run_of_its_own(start: datetime, end: datetime, expected: list[Run]) -> None:
    assert list(runs((NIGHT,), start, end)) == expected


hours = st.integers(0, 23)
minutes = st.sampled_from([0, 30])
clocks = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", hours, minutes)
moments = st.builds(lambda hour: china(2024, 9, 1) + timedelta(minutes=30 * hour), st.integers(0, 48 * 6))


@given(
    daily=st.lists(st.builds(lambda begin, end: Window(from_=begin, to=end), clocks, clocks), min_size=1, max_size=2),
    start=moments,
    end=moments,
    instant=moments,
)
def test_a_run_covers_an_instant_exactly_when_the_change_is_in_force(
    daily: list[Window], start: datetime, end: datetime, instant: datetime
) -> None:
    if end <= start:
        return
    closure = change(validity=validity(start, end, windows=tuple(daily)))
    assert any(_covers(run, instant) for run in runs(tuple(daily), start, end)) == in_force(closure, instant)


def _covers(run: Run, instant: datetime) -> bool:
    days = (run.last - run.begin).days
    return any(run.begin <= instant - timedelta(days=day) < run.end for day in range(days + 1))
