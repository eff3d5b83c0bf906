"""The events of a change, whatever its dates and whatever is wished for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.calendar import Edge, Span, Wishes
from service.records import CHINA, Change, Kind, Window, day_start, is_day_bound
from service.slots import HORIZON, Slot, slots
from tests.make import change, china, validity

MINUTES = st.integers(0, 200 * 24 * 60)
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30]))
TODAY = date(2024, 11, 1)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    times = [china(2024, 9, 1) + timedelta(minutes=draw(MINUTES)) for _ in range(2)]
    if draw(st.booleans()):
        times = [day_start(moment.date()) for moment in times]
    begin, end = (draw(st.sampled_from([moment, None])) for moment in times)
    clocks = draw(st.lists(CLOCKS, min_size=2, max_size=2, unique=True))
    windows = draw(st.sampled_from([(), (Window(from_=clocks[0], to=clocks[1]),)]))
    kind = draw(st.sampled_from([Kind.STATION_CLOSURE, Kind.STATION_OPENING]))
    return change(kind=kind, validity=validity(begin, end, windows=windows))


def moment(point: date | datetime) -> datetime:
    return point if isinstance(point, datetime) else day_start(point)


@given(changes(), st.sampled_from([None, *Span]))
def test_every_event_has_a_length_and_an_id_of_its_own(change: Change, span: Span | None) -> None:
    found = slots(change, Wishes(span=span, today=TODAY))
    assert len({slot.part for slot in found}) == len(found)
    for slot in found:
        assert isinstance(slot.begin, datetime) == isinstance(slot.end, datetime)
        assert moment(slot.begin) < moment(slot.end)
        assert slot.last is None or moment(slot.begin) <= slot.last
    if span is not Span.DAILY:
        assert found
        assert found[0].part == ""


@given(changes(), st.sampled_from([None, *Span]))
def test_no_event_lies_outside_its_change(change: Change, span: Span | None) -> None:
    start, end = change.validity.start, change.validity.end
    if start is None or end is None or start >= end or change.kind.lasting:
        return
    for slot in slots(change, Wishes(span=span, today=TODAY)):
        for begin, until in slot.times():
            assert start.astimezone(CHINA).date() <= moment(begin).date()
            assert moment(until) <= (end if not is_day_bound(moment(until)) else day_start(end.date() + timedelta(1)))


@given(changes())
def test_what_is_shown_in_full_or_as_edges_begins_and_ends_alike(change: Change) -> None:
    full, edges = (slots(change, Wishes(span=span)) for span in (Span.FULL, Span.EDGES))
    if len(edges) != 2 or change.validity.windows:
        return
    assert [slot.edge for slot in edges] == [Edge.FIRST, Edge.LAST]
    assert (edges[0].begin, edges[1].end) == (full[0].begin, full[0].end) or not _whole_days(full[0])


def _whole_days(slot: Slot) -> bool:
    return not isinstance(slot.begin, datetime)


@given(changes())
def test_daily_events_are_near_and_one_a_day(change: Change) -> None:
    if change.validity.windows or change.kind.lasting:
        return
    days = [slot for slot in slots(change, Wishes(span=Span.DAILY, today=TODAY)) if slot.part]
    assert [slot.part for slot in days] == sorted({f"{moment(slot.begin):%Y%m%d}" for slot in days})
    assert all(day_start(TODAY) <= moment(slot.begin) < day_start(TODAY) + HORIZON for slot in days)
