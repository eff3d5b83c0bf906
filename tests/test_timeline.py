"""How a station can be passed, from what its notices say: one row, one line of the drawing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from service.records import (
    Access,
    Action,
    Change,
    EndBasis,
    Kind,
    LaneCount,
    Lanes,
    StartBasis,
    Vehicle,
    Window,
)
from service.timeline import Interval, Passage, Side, Tolling, intervals, state_at
from tests.make import change, china, validity

BEGIN, END = china(2024, 10, 1), china(2025, 1, 1)
WORKS = validity(china(2024, 10, 21), china(2024, 11, 21))


def narrowed(entry: LaneCount | None = None, exit_: LaneCount | None = None, **values: Any) -> Change:
    return change(kind=Kind.LANE_CLOSURE, lanes=Lanes(entry=entry, exit=exit_), validity=WORKS, **values)


def short(told: tuple[Interval, ...]) -> list[tuple[str, str, str]]:
    return [(f"{each.from_:%m-%d %H}", each.entry.passage, each.exit.passage) for each in told]


CASES: list[tuple[str, tuple[Change, ...], list[tuple[str, str, str]]]] = [
    ("nothing is said", (), [("10-01 00", "unsaid", "unsaid")]),
    (
        "a closure, and what it leaves unsaid",
        (change(validity=WORKS),),
        [("10-01 00", "unsaid", "unsaid"), ("10-21 00", "closed", "closed"), ("11-21 00", "unsaid", "unsaid")],
    ),
    (
        "one side only",
        (change(validity=WORKS, access=Access.EXIT),),
        [("10-01 00", "unsaid", "unsaid"), ("10-21 00", "unsaid", "closed"), ("11-21 00", "unsaid", "unsaid")],
    ),
    ("what is cancelled does not count", (change(action=Action.CANCEL),), [("10-01 00", "unsaid", "unsaid")]),
    (
        "until further notice",
        (change(validity=validity(china(2024, 10, 21), None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE)),),
        [("10-01 00", "unsaid", "unsaid"), ("10-21 00", "closed", "closed")],
    ),
    (
        "a new station is not in use before",
        (change(kind=Kind.STATION_OPENING, validity=validity(china(2024, 12, 1), None)),),
        [("10-01 00", "not_yet", "not_yet"), ("12-01 00", "open", "open")],
    ),
    (
        "a closure of a station in use",
        (
            change(kind=Kind.STATION_OPENING, validity=validity(china(2024, 9, 1), None)),
            change(id="change-2", validity=WORKS, access=Access.ENTRY),
        ),
        [("10-01 00", "open", "open"), ("10-21 00", "closed", "open"), ("11-21 00", "open", "open")],
    ),
    (
        "the last of what holds for good",
        (
            change(kind=Kind.STATION_ABOLITION, validity=validity(china(2024, 11, 1), None)),
            change(id="change-2", kind=Kind.STATION_OPENING, validity=validity(china(2020, 1, 1), None)),
        ),
        [("10-01 00", "open", "open"), ("11-01 00", "closed", "closed")],
    ),
    (
        "lanes of one side say nothing of the other",
        (narrowed(LaneCount(open=2, closed=3, total=5)),),
        [("10-01 00", "unsaid", "unsaid"), ("10-21 00", "narrowed", "unsaid"), ("11-21 00", "unsaid", "unsaid")],
    ),
    (
        "no lane left is closed",
        (narrowed(exit_=LaneCount(open=0, total=5)),),
        [("10-01 00", "unsaid", "unsaid"), ("10-21 00", "unsaid", "closed"), ("11-21 00", "unsaid", "unsaid")],
    ),
    (
        "closed to some is not closed",
        (change(validity=WORKS, vehicles=(Vehicle.GOODS,)),),
        [
            ("10-01 00", "unsaid", "unsaid"),
            ("10-21 00", "restricted", "restricted"),
            ("11-21 00", "unsaid", "unsaid"),
        ],
    ),
    (
        "nights",
        (
            change(
                access=Access.ENTRY,
                validity=validity(
                    china(2024, 11, 5, 22), china(2024, 11, 7, 6), windows=(Window(from_="22:00", to="06:00"),)
                ),
            ),
        ),
        [
            ("10-01 00", "unsaid", "unsaid"),
            ("11-05 22", "closed", "unsaid"),
            ("11-06 06", "unsaid", "unsaid"),
            ("11-06 22", "closed", "unsaid"),
            ("11-07 06", "unsaid", "unsaid"),
        ],
    ),
    (
        "after works whose end nobody knows",
        (change(kind=Kind.REOPENING, validity=validity(None, None, start_basis=StartBasis.AFTER_WORKS)),),
        [("10-01 00", "unsaid", "unsaid")],
    ),
    (
        "closed but to some is not closed",
        (change(validity=WORKS, exempt=(Vehicle.CAR,)),),
        [
            ("10-01 00", "unsaid", "unsaid"),
            ("10-21 00", "restricted", "restricted"),
            ("11-21 00", "unsaid", "unsaid"),
        ],
    ),
    (
        "of no concern to who passes",
        (change(kind=Kind.STATION_RENAMING), change(id="change-2", kind=Kind.SPEED_RESTRICTION)),
        [("10-01 00", "unsaid", "unsaid")],
    ),
    (
        "an end before its start",
        (change(validity=validity(china(2024, 11, 5), china(2024, 11, 1))),),
        [("10-01 00", "unsaid", "unsaid")],
    ),
]


@pytest.mark.parametrize(("about", "changes", "expected"), CASES, ids=[case[0] for case in CASES])
def test_states(about: str, changes: tuple[Change, ...], expected: list[tuple[str, str, str]]) -> None:
    assert short(intervals(changes, BEGIN, END)) == expected


@pytest.mark.parametrize(("about", "changes", "expected"), CASES, ids=[case[0] for case in CASES])
def test_there_is_a_state_at_every_time(about: str, changes: tuple[Change, ...], expected: object) -> None:
    told = intervals(changes, BEGIN, END)
    assert (told[0].from_, told[-1].to) == (BEGIN, END)
    assert all(one.to == other.from_ for one, other in pairwise(told))
    for each in told:
        alone = state_at(changes, each.from_)
        assert replace(alone, from_=each.from_, to=each.to) == each


LANES = [
    ((narrowed(LaneCount(open=2, total=5)),), Side(passage=Passage.NARROWED, open=2, total=5)),
    (
        (narrowed(LaneCount(open=4, total=5)), narrowed(LaneCount(open=1, total=5), id="change-2")),
        Side(passage=Passage.NARROWED, open=1, total=5),
    ),
    ((narrowed(LaneCount(open=2)), change(id="change-2", validity=WORKS)), Side(passage=Passage.CLOSED)),
    ((narrowed(),), Side(passage=Passage.NARROWED)),
]


@pytest.mark.parametrize(("changes", "entry"), LANES)
def test_the_worst_counts(changes: tuple[Change, ...], entry: Side) -> None:
    assert state_at(changes, china(2024, 11, 1)).entry == entry


def test_each_change_that_brings_a_state_about_is_named() -> None:
    told = (change(validity=WORKS), change(id="change-2", validity=WORKS), narrowed(LaneCount(open=2), id="change-3"))
    assert state_at(told, china(2024, 11, 1)).changes == ("change-1", "change-2")


def test_an_end_that_nobody_knows_is_told() -> None:
    open_ended = change(validity=validity(china(2024, 10, 21), None))
    opening = change(kind=Kind.STATION_OPENING, validity=validity(china(2024, 10, 21), None))
    moment: datetime = china(2024, 11, 1)
    assert [state_at((each,), moment).entry.open_ended for each in (open_ended, opening)] == [True, False]


TOLLS: list[tuple[str, tuple[Change, ...], list[tuple[str, str]]]] = [
    ("nothing is said", (change(),), [("10-01 00", "unsaid")]),
    (
        "tolls begin, and nobody said what was before",
        (change(kind=Kind.TOLLING_START, access=None, validity=validity(china(2024, 11, 1), None)),),
        [("10-01 00", "unsaid"), ("11-01 00", "tolled")],
    ),
    (
        "tolls begin and end",
        (
            change(id="change-2", kind=Kind.TOLLING_END, access=None, validity=validity(china(2024, 12, 1), None)),
            change(kind=Kind.TOLLING_START, access=None, validity=validity(china(2024, 11, 1), None)),
        ),
        [("10-01 00", "unsaid"), ("11-01 00", "tolled"), ("12-01 00", "toll_free")],
    ),
    (
        "who is gone collects nothing",
        (
            change(kind=Kind.TOLLING_START, access=None, validity=validity(china(2020, 1, 1), None)),
            change(id="change-2", kind=Kind.STATION_ABOLITION, validity=validity(china(2024, 11, 1), None)),
        ),
        [("10-01 00", "tolled"), ("11-01 00", "toll_free")],
    ),
    (
        "tolls that are called off",
        (change(kind=Kind.TOLLING_START, action=Action.CANCEL, validity=validity(china(2024, 11, 1), None)),),
        [("10-01 00", "unsaid")],
    ),
]


@pytest.mark.parametrize(("about", "changes", "expected"), TOLLS, ids=[case[0] for case in TOLLS])
def test_tolls(about: str, changes: tuple[Change, ...], expected: list[tuple[str, str]]) -> None:
    told: list[tuple[str, str]] = []
    for each in intervals(changes, BEGIN, END):
        if not told or told[-1][1] != each.tolling:
            told.append((f"{each.from_:%m-%d %H}", each.tolling))
    assert told == expected


def test_tolls_name_their_cause_and_do_not_touch_the_sides() -> None:
    start = change(kind=Kind.TOLLING_START, access=None, validity=validity(china(2024, 10, 1), None))
    told = state_at((start,), china(2024, 11, 1))
    assert (told.tolling, told.entry, told.exit, told.changes) == (Tolling.TOLLED, Side(), Side(), ("change-1",))


def test_the_nights_of_a_year_at_a_busy_station_cost_no_patience() -> None:
    nights = tuple(
        change(
            id=f"change-{number}",
            validity=validity(
                china(2024, 1, 1, 22), china(2025, 1, 1, 6), windows=(Window(from_=f"22:{number % 60:02}", to="06:00"),)
            ),
        )
        for number in range(120)
    )
    told = intervals(nights, china(2024, 1, 1), china(2025, 1, 1))
    assert len(told) == 366 * 61
    assert all(one.to - one.from_ > timedelta() for one in told)
