"""What begins and ends is told once, in the morning of its day, and stands in the log for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from service.milestones import edges
from service.records import Access, Action, Change, Edge, EndBasis, Flag, Kind, Milestone, Revision, StartBasis, Window
from service.store import Query, Store
from tests.make import change, china, notice, validity

EVENING = china(2024, 10, 19, 20)
NIGHT = Window(from_="22:00", to="06:00")
BEGIN, END = Edge.BEGIN, Edge.END

EDGES: dict[str, tuple[dict[str, Any], dict[tuple[int, int], Edge]]] = {
    # values of the closure from 21 October to 31 December; what is told on which days around
    "closure": ({}, {(10, 21): BEGIN, (12, 31): END}),
    "with-clocks": (
        {"validity": validity(china(2024, 10, 21, 8), china(2024, 10, 23, 18))},
        {(10, 21): BEGIN, (10, 23): END},
    ),
    "one-day": ({"validity": validity(china(2024, 10, 21, 8), china(2024, 10, 21, 18))}, {(10, 21): BEGIN}),
    "nights": (
        {"validity": validity(china(2024, 11, 3, 22), china(2024, 11, 7, 6), windows=(NIGHT,))},
        {(11, 3): BEGIN, (11, 6): END},
    ),
    "for-good": (
        {
            "kind": Kind.STATION_OPENING,
            "validity": validity(china(2024, 10, 28, 10), None, end_basis=EndBasis.PERMANENT),
        },
        {(10, 28): BEGIN},
    ),
    "expected-end": (
        {"validity": validity(None, china(2024, 11, 1), end_basis=EndBasis.EXPECTED)},
        {(10, 31): END},
    ),
    "open": ({"validity": validity(None, None, start_basis=StartBasis.PUBLISHED)}, {}),
    "cancelled": ({"action": Action.CANCEL}, {}),
    "contradictory": ({"validity": validity(china(2024, 11, 9), china(2024, 11, 2))}, {}),
}


@pytest.mark.parametrize("case", EDGES)
def test_a_change_begins_and_ends_on_the_days_that_a_person_would_name(case: str) -> None:
    values, expected = EDGES[case]
    days = [date(2024, 10, 1) + timedelta(days=number) for number in range(120)]
    found = {(day.month, day.day): edges(change(**values), day) for day in days}
    assert {day: told for day, told in found.items() if told} == {day: (edge,) for day, edge in expected.items()}


def add(store: Store, *changes: Change, now: datetime = EVENING) -> tuple[Revision, ...]:
    number = store.counts()["notices"] + 1
    reference = replace(changes[0].notice, id=f"notice-{number}", published=now.date())
    told = [replace(each, notice=reference) for each in changes]
    return store.add(notice(id=reference.id, published=now.date()), told, now).revisions


def told(milestones: tuple[Milestone, ...]) -> list[tuple[Edge, date]]:
    return [(each.edge, each.day) for each in milestones]


def test_each_edge_is_told_once_whoever_asks_how_often(store: Store) -> None:
    add(store, change())
    assert store.reach(china(2024, 10, 21, 5, 59)) == ()
    assert told(store.reach(china(2024, 10, 21, 6))) == [(BEGIN, date(2024, 10, 21))]
    assert store.reach(china(2024, 10, 21, 6)) == store.reach(china(2024, 10, 22, 7)) == ()
    assert told(store.reach(china(2024, 12, 31, 8))) == [(END, date(2024, 12, 31))]
    assert store.last_milestone() == 2


def test_days_that_passed_are_caught_up_with_and_no_more_than_a_week(store: Store) -> None:
    first, *_ = add(
        store,
        change(validity=validity(china(2024, 10, 21), china(2025, 1, 1))),
        change(access=Access.ENTRY, kind=Kind.LANE_CLOSURE, validity=validity(china(2024, 10, 23), china(2024, 11, 1))),
        change(access=Access.EXIT, kind=Kind.TRAFFIC_CONTROL, validity=validity(china(2024, 10, 24, 8), None)),
    )
    assert [each.revision for each in store.reach(china(2024, 10, 21, 9))] == [first]
    assert told(store.reach(china(2024, 10, 25, 5))) == [(BEGIN, date(2024, 10, 23)), (BEGIN, date(2024, 10, 24))]
    assert store.reach(china(2024, 11, 20, 9)) == ()


def test_a_store_that_never_told_anything_begins_with_today(sqlite_store: Store) -> None:
    add(sqlite_store, change())
    assert sqlite_store.reach(china(2024, 10, 23, 9)) == ()


def test_what_was_announced_or_altered_since_that_morning_has_told_itself(store: Store) -> None:
    add(store, change(), now=china(2024, 10, 21, 7))
    assert store.reach(china(2024, 10, 21, 8)) == ()
    longer = validity(china(2024, 10, 21), china(2025, 1, 16))
    add(store, change(action=Action.EXTEND, validity=longer), now=china(2024, 12, 31, 7))
    assert store.reach(china(2024, 12, 31, 9)) == ()
    assert told(store.reach(china(2025, 1, 15, 6))) == [(END, date(2025, 1, 15))]


def test_nothing_is_told_of_what_is_cancelled_or_held(database_url: str) -> None:
    with closing(Store.open(database_url, hold=True)) as store:
        add(store, change(flags=(Flag.DATE_CONFLICT,)))
        add(store, change(access=Access.ENTRY, kind=Kind.LANE_CLOSURE))
        add(store, change(access=Access.ENTRY, kind=Kind.LANE_CLOSURE, action=Action.CANCEL), now=china(2024, 10, 20))
        assert store.reach(china(2024, 10, 21, 6)) == ()


def test_an_extension_after_the_end_was_told_is_in_the_log_and_ends_anew(store: Store) -> None:
    add(store, change())
    for now in (china(2024, 10, 21, 6), china(2024, 12, 31, 6)):
        store.reach(now)
    longer = validity(china(2024, 10, 21), china(2025, 1, 16))
    add(store, change(action=Action.EXTEND, validity=longer), now=china(2024, 12, 31, 10))
    store.reach(china(2025, 1, 15, 6))
    assert list(summary(store.chronicle(Query()))) == ["announce", "begin", "end", "extend", "end"]


def summary(entries: tuple[Revision | Milestone, ...]) -> Iterator[str]:
    for each in entries:
        yield each.edge if isinstance(each, Milestone) else each.change.action


def test_the_chronicle_stays_as_it_was_and_goes_by_the_filters(store: Store) -> None:
    add(store, change(), change(access=Access.ENTRY, kind=Kind.LANE_CLOSURE))
    store.reach(china(2024, 10, 21, 6))
    before = store.chronicle(Query())
    add(store, change(action=Action.CANCEL), now=china(2024, 10, 22))
    after = store.chronicle(Query())
    assert after[: len(before)] == before
    assert store.length(Query()) == len(after) == 5
    assert [store.chronicle(Query(limit=2), offset=offset) for offset in (0, 2, 4)] == [
        after[:2],
        after[2:4],
        after[4:],
    ]
    assert store.chronicle(Query(limit=2)) == after[-2:]
    assert list(summary(store.chronicle(Query(kind=(Kind.LANE_CLOSURE,))))) == ["announce", "begin"]
    assert store.length(Query(station="九园站")) == 0
