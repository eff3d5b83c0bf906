"""What a query finds: the same on SQLite and PostgreSQL, and the same as reading every record would find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import count, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.errors import QueryError
from service.records import (
    Access,
    Action,
    Change,
    Direction,
    EndBasis,
    Junction,
    Kind,
    NoticeReference,
    Qualifier,
    Revision,
    Road,
    Segment,
    StartBasis,
    Station,
    Status,
    Validity,
    Window,
    in_force,
    status,
)
from service.store import Cursor, Query, Store
from tests.make import NEW_STATION, PUBLISHED, change, china, notice, validity

NOW = china(2024, 11, 1, 12)
DAY = timedelta(days=1)


def filled(store: Store, changes: dict[str, Change], recorded: datetime = NOW) -> dict[str, str]:
    """Each change from a notice of its own; their names by id."""
    names = {}
    for name, given_change in changes.items():
        reference = replace(given_change.notice, id=name)
        (revision,) = store.add(notice(id=name), [replace(given_change, notice=reference)], recorded).revisions
        names[revision.change.id] = name
    assert len(names) == len(changes)
    return names


PLACES = {
    "津榆路": change(),
    "new": change(station=NEW_STATION, access=Access.ENTRY),
    "exit": change(station=Station(name="宜兴埠站"), road=Road(name="京津高速"), access=Access.EXIT),
    "road": change(
        kind=Kind.ROAD_CLOSURE, station=None, access=None, road=Road(number="G18"), segment=Segment(from_="K1")
    ),
    "hub": change(
        kind=Kind.RAMP_CLOSURE,
        station=None,
        access=None,
        road=None,
        junction=Junction(name="路口枢纽", ramp="B"),
        direction=Direction(to="100%城"),
        notice=NoticeReference(id="hub", title="ＡＢ匝道Closed", publisher="交通_厅", published=PUBLISHED),
    ),
}


def asked(value: Query | str | set[str]) -> str:
    """A query by what it sets; what is expected of it needs no name."""
    if not isinstance(value, Query):
        return ""
    given = {field.name: getattr(value, field.name) for field in fields(value)}
    return " ".join(f"{name}={one}" for name, one in given.items() if one != getattr(Query(), name)) or "everything"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(), "津榆路 new exit road hub"),
        (Query(road="津蓟高速"), "津榆路 new"),
        (Query(road="津蓟高速公路"), "津榆路 new"),
        (Query(road="S1"), "津榆路 new"),
        (Query(road="g18"), "road"),
        (Query(road="津蓟"), ""),
        (Query(station="天津"), "new"),
        (Query(station="津蓟高速公路天津收费站"), "new"),
        (Query(station="津榆路站", road="京津高速"), ""),
        (Query(kind=(Kind.ROAD_CLOSURE, Kind.RAMP_CLOSURE)), "road hub"),
        (Query(access=Access.ENTRY), "津榆路 new"),
        (Query(access=Access.EXIT), "津榆路 exit"),
        (Query(access=Access.BOTH), "津榆路"),
        (Query(q="宜"), "exit"),
        (Query(q="天津"), "new"),
        (Query(q="津榆路站"), "津榆路 new exit road"),
        (Query(q="枢纽"), "hub"),
        (Query(q="ab匝道"), "hub"),
        (Query(q="CLOSED"), "hub"),
        (Query(q="k1"), "road"),
        (Query(q="%"), "hub"),
        (Query(q="_"), "hub"),
        (Query(q="0%城"), "hub"),
        (Query(q="津_路"), ""),
        (Query(q="'; --"), ""),
        (Query(q="津榆路站封闭", kind=(Kind.STATION_CLOSURE,)), "津榆路 new exit"),
    ],
    ids=asked,
)
def test_a_query_finds(query: Query, expected: str, places: tuple[Store, dict[str, str]]) -> None:
    store, names = places
    found = store.changes(query, NOW).revisions
    assert {names[revision.change.id] for revision in found} == set(expected.split())
    assert store.newest(query) == found
    assert store.log(0, 50, query) == found[::-1]
    assert store.updated(query) == (NOW if expected else None)


@pytest.fixture(scope="module")
def places(shared_store: Store) -> tuple[Store, dict[str, str]]:
    return shared_store, filled(shared_store, PLACES)


RUNS = {
    "bounded": validity(NOW - DAY, NOW + DAY),
    "ended": validity(NOW - 3 * DAY, NOW),
    "to come": validity(NOW + DAY, NOW + 2 * DAY),
    "begins now": validity(NOW, NOW + DAY),
    "no end": validity(NOW - DAY, None),
    "no start": validity(None, NOW + DAY),
    "nothing": Validity(),
    "after works": Validity(start_basis=StartBasis.AFTER_WORKS),
    "by night": validity(NOW - DAY, NOW + DAY, windows=(Window(from_="22:00", to="06:00"),)),
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(from_=NOW + DAY), {"to come", "no end", "nothing", "after works"}),
        (Query(from_=NOW), set(RUNS) - {"ended"}),
        (Query(to=NOW - DAY), {"ended", "no start", "nothing", "after works"}),
        (Query(from_=NOW - 4 * DAY, to=NOW), set(RUNS) - {"to come", "begins now"}),
        (Query(at=NOW), {"bounded", "begins now", "no end", "no start", "nothing"}),
        (Query(at=NOW.replace(hour=23)), {"bounded", "begins now", "no end", "no start", "nothing", "by night"}),
        (Query(at=NOW - 2 * DAY), {"ended", "no start", "nothing"}),
        (Query(status=(Status.ACTIVE,)), {"bounded", "begins now", "no end", "no start", "nothing", "by night"}),
        (Query(status=(Status.SCHEDULED, Status.ENDED)), {"to come", "after works", "ended"}),
        (Query(status=(Status.CANCELLED,)), set()),
        (Query(recent=NOW), set(RUNS) - {"ended"}),
        (Query(recent=NOW - DAY), set(RUNS)),
    ],
    ids=asked,
)
def test_a_query_by_time_finds(query: Query, expected: set[str], runs: tuple[Store, dict[str, str]]) -> None:
    store, names = runs
    assert {names[revision.change.id] for revision in store.changes(query, NOW).revisions} == expected


@pytest.fixture
def runs(store: Store) -> tuple[Store, dict[str, str]]:
    return store, filled(store, {name: closure(name, validity=run) for name, run in RUNS.items()})


def closure(name: str, **values: Any) -> Change:
    return change(station=Station(name=f"{name}站"), **values)


def opening(start: datetime | None, published: datetime, basis: StartBasis = StartBasis.STATED) -> Change:
    return closure(
        f"{start}{published}{basis}",
        kind=Kind.STATION_OPENING,
        validity=Validity(start=start, start_basis=basis, end_basis=EndBasis.PERMANENT),
        notice=NoticeReference(id="", published=published.date()),
    )


def test_recent_drops_what_was_cancelled_or_took_effect_for_good_before(store: Store) -> None:
    long_ago, lately = NOW - 40 * DAY, NOW - 10 * DAY
    filled(store, {"cancelled long ago": closure("a", action=Action.CANCEL)}, recorded=long_ago)
    names = filled(
        store,
        {
            "cancelled lately": closure("b", action=Action.CANCEL),
            "opened long ago": opening(long_ago, long_ago),
            "opened lately": opening(lately, long_ago),
            "opens": opening(NOW + DAY, long_ago),
            "reported long ago": opening(None, long_ago, StartBasis.PUBLISHED),
            "reported lately": opening(None, lately, StartBasis.PUBLISHED),
            "after works": opening(None, long_ago, StartBasis.AFTER_WORKS),
        },
        recorded=lately,
    )
    found = store.changes(Query(recent=NOW - 30 * DAY), NOW).revisions
    assert {names[each.change.id] for each in found} == {
        "cancelled lately",
        "opened lately",
        "opens",
        "reported lately",
        "after works",
    }


INSTANTS = [None, NOW - DAY, NOW, NOW + DAY]
VALIDITIES = [
    Validity(start=start, end=end, start_basis=basis)
    for start, end, basis in product(INSTANTS, INSTANTS, (StartBasis.STATED, StartBasis.AFTER_WORKS))
]


def test_a_status_is_what_the_records_say(store: Store) -> None:
    """Every order of start, end and now, with and without a start to wait for."""
    numbers = count()
    changes = [
        closure(f"{next(numbers)}号", validity=run, action=action)
        for run, action in product(VALIDITIES, (Action.ANNOUNCE, Action.CANCEL))
    ]
    store.add(notice(), changes, NOW)
    stored = store.log(0, 1000)
    assert len(stored) == len(changes)
    for now, wanted in product((NOW - DAY, NOW, NOW + timedelta(microseconds=1)), Status):
        found = store.changes(Query(status=(wanted,), limit=1000), now).revisions
        assert set(found) == {each for each in stored if status(each.change, now) is wanted}


@st.composite
def times(draw: st.DrawFn) -> datetime:
    return NOW + timedelta(minutes=draw(st.integers(-3000, 3000)))


CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30]))
SOME_CHANGES = st.lists(
    st.tuples(times(), times(), st.lists(st.tuples(CLOCKS, CLOCKS), max_size=2)), min_size=1, max_size=12
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SOME_CHANGES, times(), st.integers(1, 4))
def test_in_force_at_an_instant_is_what_the_records_say_page_by_page(
    sqlite_store: Store, runs: list[tuple[datetime, datetime, list[tuple[str, str]]]], instant: datetime, limit: int
) -> None:
    before = sqlite_store.position()
    changes = [
        closure(
            f"{before + number}号",
            validity=validity(start, end, windows=tuple(Window(from_=a, to=b) for a, b in daily)),
        )
        for number, (start, end, daily) in enumerate(runs)
    ]
    sqlite_store.add(notice(id=f"notice after {before}"), changes, NOW)
    expected = [each for each in sqlite_store.newest(Query(limit=100_000)) if in_force(each.change, instant)]
    assert [each for page in pages(sqlite_store, Query(at=instant, limit=limit)) for each in page] == expected


def test_when_something_was_first_and_last_recorded_is_what_the_revisions_say(store: Store) -> None:
    # Now and then the clock is set back.
    clock = [NOW + timedelta(hours=hours) for hours in (0, 1, 2, 1, 3, 4, 2, 5, 6, 6, 7, 8)]
    for number, recorded in enumerate(clock):
        said = closure(f"{number % 5}号", validity=validity(NOW, NOW + timedelta(days=30 + number)))
        said = replace(said, notice=replace(said.notice, id=f"n{number}"))
        store.add(notice(id=f"n{number}"), [said], recorded)
    newest, first = dict[str, Revision](), dict[str, datetime]()
    for revision in store.log(0, 100):
        first.setdefault(revision.change.id, revision.recorded)
        newest[revision.change.id] = revision
    assert len(newest) == 5 < len(clock)
    bounds = (None, *(NOW + timedelta(hours=hours) for hours in range(-1, 10)))
    for begin, end in product(bounds, bounds):
        since, until = begin or NOW - timedelta(days=9), end or NOW + timedelta(days=9)
        created = {each.change.id for each in store.changes(Query(created_from=begin, created_to=end), NOW).revisions}
        assert created == {key for key in newest if since <= first[key] < until}
        updated = {each.change.id for each in store.changes(Query(updated_from=begin, updated_to=end), NOW).revisions}
        assert updated == {key for key, each in newest.items() if since <= each.recorded < until}


def pages(store: Store, query: Query) -> Iterator[tuple[Revision, ...]]:
    """Page after page, as a client would ask for them."""
    while True:
        page = store.changes(query, NOW)
        yield page.revisions
        if page.next is None:
            return
        query = replace(query, after=page.next)


def test_pages_are_full_and_follow_each_other(store: Store) -> None:
    changes = [closure(f"{number}号") for number in range(7)]
    revisions = store.add(notice(), changes, NOW).revisions
    assert [len(page) for page in pages(store, Query(limit=3))] == [3, 3, 1]
    assert [len(page) for page in pages(store, Query(limit=7))] == [7]
    assert [each for page in pages(store, Query(limit=2)) for each in page] == list(reversed(revisions))


def test_a_change_revised_between_two_pages_is_neither_lost_nor_shown_twice(store: Store) -> None:
    changes = [closure(f"{number}号") for number in range(6)]
    revisions = store.add(notice(), changes, NOW).revisions
    first = store.changes(Query(limit=3), NOW)
    later = NoticeReference(id="notice-2", published=NOW.date())
    altered = [replace(changes[number], action=Action.CANCEL, notice=later) for number in (0, 4)]
    store.add(notice(id="notice-2"), [*altered, closure("7号", notice=later)], NOW)
    second = store.changes(Query(limit=3, after=first.next), NOW)
    assert first.revisions + second.revisions == tuple(reversed(revisions))
    assert second.next is None
    assert len(store.changes(Query(), NOW).revisions) == 7


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert Cursor.parse(str(Cursor(81, 40))) == Cursor(81, 40)


@pytest.mark.parametrize("text", ["", "40", "81-", "-1-2", "１-２", "1-2 ", "1-2\n", "9" * 30 + "-1"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        Cursor.parse(text)


def test_a_qualifier_does_not_narrow_a_station(sqlite_store: Store) -> None:
    both = [change(station=Station(name="天津站", qualifier=qualifier)) for qualifier in Qualifier]
    sqlite_store.add(notice(), both, NOW)
    assert len(sqlite_store.changes(Query(station="天津站"), NOW).revisions) == 2
