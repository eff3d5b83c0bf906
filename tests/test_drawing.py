"""The drawing of a station: every bar within its track, as high as what is open."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from service.records import Kind, LaneCount, Lanes
from service.timeline import AHEAD, BEHIND, intervals
from service.web.drawing import Bar, Drawing, drawing
from tests.make import change, china, validity

NOW = china(2024, 11, 1, 12)
WORKS = validity(china(2024, 10, 21), china(2024, 11, 21))


def drawn(*changes: object) -> Drawing:
    return drawing(intervals(changes, NOW - BEHIND, NOW + AHEAD), NOW)  # type: ignore[arg-type]  # given as object, each a change


def heights(bars: tuple[Bar, ...], top: int) -> dict[str, int]:
    return {bar.kind: bar.height for bar in bars if top <= bar.y < top + 40}


BARS = [
    ({}, {"closed": 40}),
    ({"kind": Kind.LANE_CLOSURE, "lanes": Lanes(entry=LaneCount(open=2, total=5))}, {"closed": 24, "narrow": 16}),
    ({"kind": Kind.LANE_CLOSURE}, {"closed": 20, "narrow": 20}),
    ({"kind": Kind.TRAFFIC_CONTROL}, {"narrow": 40}),
    ({"kind": Kind.REOPENING, "validity": validity(china(2024, 10, 21), None)}, {"open": 40}),
]


@pytest.mark.parametrize(("values", "expected"), BARS)
def test_height_is_the_share_of_lanes(values: dict[str, object], expected: dict[str, int]) -> None:
    entry = drawn(change(**{"validity": WORKS, **values}))
    assert heights(entry.bars, entry.tracks[0]) == expected


def test_now_stands_where_it_is() -> None:
    assert drawn().now == "25%"


def test_a_bar_stands_where_it_holds() -> None:
    bar = drawn(change(validity=validity(NOW, NOW + timedelta(days=28)))).bars[0]
    assert (bar.x, bar.width) == ("25%", "25%")


def test_what_nobody_knows_is_hatched_from_now_on() -> None:
    unsure = drawn(change(validity=validity(china(2024, 10, 21), None))).unsure
    assert {(bar.x, bar.width) for bar in unsure} == {("25%", "75%")}


def test_weeks_begin_on_mondays_and_few_have_a_label() -> None:
    ticks = drawn().ticks
    labels = [tick.day for tick in ticks if tick.day]
    assert len(ticks) == 16
    assert 3 <= len(labels) <= 4
    assert {day.weekday() for day in labels} == {0}


def test_nothing_lies_outside() -> None:
    far = change(validity=validity(china(1999, 1, 1), china(2199, 1, 1)))
    for bar in drawn(far, change(id="change-2", validity=WORKS)).bars:
        shares = [float(each.rstrip("%")) for each in (bar.x, bar.width)]
        assert min(shares) >= 0
        assert sum(shares) <= 100.001
        assert re.fullmatch(r"[0-9.]+%", bar.x)
