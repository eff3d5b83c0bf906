"""What finds pages, by itself: cells, pairs of characters, blocks of time, records given out as they were written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import blocks, cells, grams
from service.gazetteer import load_gazetteer
from service.geometry import Box, shapes
from service.records import (
    CHANGE,
    DATED_CHANGE,
    Access,
    Action,
    Change,
    Direction,
    Kind,
    Road,
    Segment,
    StartBasis,
    Station,
    Status,
    Window,
    at,
    in_force,
)
from service.rows import record_of, revision_row
from service.store import Query, Store
from service.whereabouts import place, placed
from service.written import Writing, holds
from tests.make import change, china, notice, validity
from tests.web import CHANGES

NOW = china(2024, 11, 1, 12)
DAY = timedelta(days=1)

_LON = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, -90.0, 0.0, 90.0, 112.5, 180.0]))
_LAT = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, -45.0, 0.0, 22.5, 45.0, 90.0]))


@st.composite
def boxes(draw: st.DrawFn, across: bool = True) -> Box:
    west, east, south, north = draw(_LON), draw(_LON), *sorted((draw(_LAT), draw(_LAT)))
    return (west, south, east, north) if across or west <= east else (east, south, west, north)


def touches(one: Box, asked: Box) -> bool:
    sides = (one[0] <= asked[2], one[2] >= asked[0])
    return (all if asked[0] <= asked[2] else any)(sides) and one[1] <= asked[3] and one[3] >= asked[1]


@given(boxes(across=False), boxes())
def test_a_box_is_filed_where_whatever_touches_it_is_asked(one: Box, asked: Box) -> None:
    assert not touches(one, asked) or cells.filed_in(one) & cells.asked_in(asked)


@given(boxes())
def test_neither_filing_nor_asking_needs_many_cells(box: Box) -> None:
    assert len(cells.filed_in(box)) <= 30
    assert len(cells.asked_in(box)) <= 300
    assert cells.EVERYWHERE in cells.filed_in(box)


def test_what_is_nowhere_is_filed_there_only() -> None:
    assert cells.filed_in(None) == {cells.NOWHERE}


@given(st.text(min_size=1, max_size=6), st.lists(st.text(max_size=8), max_size=4))
def test_every_part_of_a_word_is_among_its_pairs(part: str, words: list[str]) -> None:
    part = part.replace("\n", "")
    text = "\n".join([*words, f"前{part}后"])
    if part:
        assert set(grams.needed(part)) <= set(grams.listed(text))
        assert " ".join(grams.pairs(part)[:-1]) in " ".join(grams.pairs(text))


STARTS = (None, NOW - DAY, NOW, NOW + DAY)
VALIDITIES = [
    replace(validity(start, end), start_basis=StartBasis.AFTER_WORKS if works else StartBasis.STATED)
    for start, end, works in product(STARTS, STARTS, (True, False))
]


@pytest.mark.parametrize("action", [Action.ANNOUNCE, Action.CANCEL])
def test_a_block_promises_whatever_it_holds(action: Action) -> None:
    rows = [
        revision_row("n", change(action=action, validity=each), NOW - number * DAY)
        for number, each in enumerate(VALIDITIES)
    ]
    for row, other in product(rows, rows):
        both = blocks.joined(blocks.summary(row), blocks.summary(other))
        for each in (row, other):
            assert both["starts"] <= (each["start"] or blocks.FIRST)
            assert both["lasts"] >= (each["end"] or blocks.LAST)
            assert both["ends"] <= (each["end"] or blocks.LAST)
            assert both["cancelled"] >= each["cancelled"]


def test_the_positions_of_blocks_are_those_below_one() -> None:
    assert blocks.positions_of([1, 0], 18) == [17, 16, *range(15, -1, -1)]
    assert {blocks.block_of(each) for each in blocks.positions_of([3], 1000)} == {3}


WRITTEN = [
    *CHANGES,
    change(validity=validity(NOW - DAY, NOW + DAY, windows=(Window(from_="22:00", to="06:00"),))),
    change(notice=replace(change().notice, title='"windows":[{"from"')),
]


@pytest.mark.parametrize("known", WRITTEN, ids=lambda known: known.notice.title)
@pytest.mark.parametrize("status", list(Status))
def test_a_record_is_given_out_as_reading_it_would_give_it(known: Change, status: Status) -> None:
    record = CHANGE.dump_json(known, by_alias=True).decode()
    read = CHANGE.validate_json(record)
    expected = DATED_CHANGE.dump_json(replace(at(read, NOW), status=status), by_alias=True).decode()
    writing = Writing()
    assert [writing.with_status(7, record, status) for _ in range(2)] == [expected, expected]
    older = record.replace(',"confidence":null', "").replace(',"url":null', "")
    assert len(older) < len(record)
    assert Writing().with_status(7, older, status) == expected


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_windows_of_a_record_count_without_reading_it(hour: int) -> None:
    moment = china(2024, 11, 1, hour)
    for known in WRITTEN:
        active = replace(known, action=Action.ANNOUNCE, validity=replace(known.validity, start=None, end=None))
        assert holds(record_of(active), moment) == in_force(active, moment)


def test_documents_are_the_changes_of_the_page(store: Store) -> None:
    for each in CHANGES:
        store.add(notice(id=each.notice.id), [each], NOW - DAY)
    for query in (Query(), Query(limit=2), Query(at=NOW), Query(status=(Status.ENDED,))):
        page, documents = store.changes(query, NOW), store.documents(query, NOW)
        written = [DATED_CHANGE.dump_json(at(each.change, NOW), by_alias=True).decode() for each in page.revisions]
        assert (list(documents.changes), documents.next) == (written, page.next)


def test_where_a_change_is_follows_from_what_says_where_it_is() -> None:
    gazetteer = load_gazetteer(Path(__file__).parent.parent / "service" / "demo")
    (road,) = gazetteer.roads
    on_road = {"road": Road(name=road.name), "kind": Kind.ROAD_CLOSURE, "contraflow": True, "reason": None}
    stations = [
        change(station=Station(name=each.name), access=access, **on_road)
        for each in road.stations
        for access in (None, *Access)
    ]
    stretch = Segment(from_=road.stations[0].name, to=road.stations[-1].name)
    ways = [Direction(to="both"), *(Direction(to=end) for end in (*road.start, *road.end))]
    stretches = [change(station=None, access=None, segment=stretch, direction=way, **on_road) for way in ways]
    located = [known for known in (*stations, *stretches) if shapes(known, gazetteer)]
    assert len(located) > len(road.stations)
    for known in (*located, *CHANGES):
        assert shapes(placed(place(record_of(known))), gazetteer) == shapes(known, gazetteer)
