"""When a reading is of a known change and what it does to it: the cases of docs/adr/0002-identity.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.records import (
    Access,
    Action,
    Advice,
    Change,
    Detour,
    Direction,
    EndBasis,
    Flag,
    Junction,
    Kind,
    LaneCount,
    Lanes,
    Limits,
    NoticeReference,
    Reason,
    Road,
    Segment,
    Station,
    Structure,
    Validity,
    Vehicle,
    Window,
    day_start,
)
from service.revise import Outcome, Verdict, revise
from tests.make import NEW_STATION, OLD_STATION, change, china, validity

ADR = Path(__file__).parent.parent / "docs" / "adr" / "0002-identity.md"

FIRST, SECOND, THIRD = date(2024, 10, 15), date(2024, 10, 18), date(2024, 10, 25)
OCTOBER = validity(china(2024, 10, 21), china(2024, 11, 1))
NOVEMBER = validity(china(2024, 11, 1), china(2024, 12, 1))
DECEMBER = validity(china(2024, 12, 5), china(2024, 12, 9))
NO_DATES = Validity()
FOR_GOOD = validity(china(2024, 10, 21), None, end_basis=EndBasis.PERMANENT)
ON_ROAD: dict[str, Any] = {"kind": Kind.ROAD_CLOSURE, "station": None, "access": None}
BARRED: dict[str, Any] = {"kind": Kind.VEHICLE_RESTRICTION}
LANES = Lanes(entry=LaneCount(open=4, closed=6))


def reading(day: date = FIRST, notice: str | None = None, **values: Any) -> Change:
    """A closure of 津榆路站 in October, read from the notice of that day."""
    reference = NoticeReference(id=notice or f"notice of {day}", published=day)
    return change(**{"id": "provisional", "validity": OCTOBER, "notice": reference, **values})


def told(*notices: Sequence[Change]) -> list[Change]:
    """Every revision after those notices were added one after another."""
    known: list[Change] = []
    for changes in notices:
        known += added(known, changes)
    return known


def added(known: list[Change], changes: Sequence[Change]) -> list[Change]:
    """The revisions that one more notice adds."""
    return [verdict.change for verdict in revise(changes, known) if verdict.outcome is not Outcome.SAME]


def outcomes(verdicts: Sequence[Verdict]) -> list[str]:
    return [verdict.outcome.value for verdict in verdicts]


@dataclass(frozen=True)
class Case:
    """Notices told one after another, and what the last one did to each of its changes."""

    name: str
    notices: tuple[tuple[Change, ...], ...]
    expected: tuple[str, ...]


def case(name: str, *notices: Change | tuple[Change, ...], then: str) -> Case:
    return Case(name, tuple(one if isinstance(one, tuple) else (one,) for one in notices), tuple(then.split()))


WEATHER = {"reason": Reason.WEATHER}
OPEN_ENDED = validity(china(2024, 10, 21), None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE)
EXTENDED = reading(SECOND, action=Action.EXTEND, validity=validity(None, china(2024, 12, 1)))
CANCELLED = reading(SECOND, action=Action.CANCEL)
POSTPONED = reading(SECOND, action=Action.RESCHEDULE, validity=DECEMBER)

SAME_CHANGE = [
    case("other-words", reading(), reading(SECOND, station=Station(name="津榆路收费站")), then="same"),
    case("road-name-in-full", reading(road=Road(name="津蓟高速")), reading(SECOND), then="altered"),
    case("road-not-named", reading(), reading(SECOND, road=None), then="same"),
    case("road-now-named", reading(road=None), reading(SECOND), then="altered"),
    case(
        "road-by-number", reading(road=Road(name="津蓟高速")), reading(SECOND, road=Road(number="S1")), then="altered"
    ),
    case("side-not-named", reading(), reading(SECOND, access=None), then="same"),
    case("less-is-said", reading(lanes=LANES, reason=Reason.WORKS), reading(SECOND), then="same"),
    case("more-is-said", reading(), reading(SECOND, reason=Reason.WORKS), then="altered"),
    case("other-lanes", reading(lanes=LANES), reading(SECOND, lanes=Lanes(entry=LaneCount(open=3))), then="altered"),
    case("part-of-the-lanes", reading(lanes=LANES), reading(SECOND, lanes=Lanes(entry=LaneCount(open=4))), then="same"),
    case("advice-alone", reading(), reading(SECOND, advice=(Advice.DETOUR,), flags=(Flag.ASSUMED_YEAR,)), then="same"),
    case(
        "detour-in-other-words",
        reading(detours=(Detour(via=("天津站",), text="绕行天津站"),)),
        reading(SECOND, detours=(Detour(via=("天津站",), text="可由天津站绕行"),)),
        then="same",
    ),
    case(
        "corrected-date", reading(), reading(SECOND, validity=replace(OCTOBER, end=china(2024, 11, 5))), then="altered"
    ),
    case(
        "day-without-its-hour",
        reading(validity=validity(china(2024, 10, 21, 8), china(2024, 10, 31, 18))),
        reading(SECOND),
        then="same",
    ),
    case(
        "hour-now-given",
        reading(),
        reading(SECOND, validity=validity(china(2024, 10, 21, 8), china(2024, 10, 31, 18))),
        then="altered",
    ),
    case("end-not-repeated", reading(), reading(SECOND, validity=validity(china(2024, 10, 21), None)), then="same"),
    case("end-taken-back", reading(), reading(SECOND, validity=OPEN_ENDED), then="altered"),
    case(
        "expected-end-confirmed",
        reading(validity=replace(OCTOBER, end_basis=EndBasis.EXPECTED)),
        reading(SECOND),
        then="altered",
    ),
    case(
        "end-now-only-expected",
        reading(),
        reading(SECOND, validity=replace(OCTOBER, end_basis=EndBasis.EXPECTED)),
        then="same",
    ),
    case("extended", reading(), EXTENDED, then="altered"),
    case("postponed-beyond-its-end", reading(), POSTPONED, then="altered"),
    case(
        "postponed-to-no-date", reading(), reading(SECOND, action=Action.RESCHEDULE, validity=NO_DATES), then="altered"
    ),
    case(
        "ended-early",
        reading(),
        reading(THIRD, action=Action.END_EARLY, validity=validity(None, china(2024, 10, 26))),
        then="altered",
    ),
    case("cancelled", reading(), CANCELLED, then="altered"),
    case("cancelled-without-dates", reading(), replace(CANCELLED, validity=NO_DATES), then="altered"),
    case("cancelled-twice", reading(), CANCELLED, replace(CANCELLED, notice=reading(THIRD).notice), then="same"),
    case("announced-after-cancelling", reading(), CANCELLED, reading(THIRD), then="altered"),
    case("announced-on-the-day-of-cancelling", reading(), CANCELLED, reading(SECOND, "another paper"), then="same"),
    case("late-copy-after-extension", reading(), EXTENDED, reading(FIRST, "late paper"), then="same"),
    case("late-copy-after-postponing", reading(), POSTPONED, reading(FIRST, "late paper"), then="same"),
    case("late-copy-says-more", reading(SECOND), reading(FIRST, reason=Reason.WORKS), then="same"),
    case(
        "station-without-qualifier",
        reading(station=NEW_STATION),
        reading(SECOND, station=Station(name="天津站")),
        then="same",
    ),
    case(
        "station-now-qualified",
        reading(station=Station(name="天津站")),
        reading(SECOND, station=NEW_STATION),
        then="altered",
    ),
    case(
        "opening-put-off-by-a-month",
        reading(kind=Kind.STATION_OPENING, validity=FOR_GOOD),
        reading(SECOND, kind=Kind.STATION_OPENING, validity=replace(FOR_GOOD, start=china(2024, 11, 21))),
        then="altered",
    ),
    case(
        "stakes-in-either-order",
        reading(**ON_ROAD, segment=Segment(from_="K10", to="K20")),
        reading(SECOND, **ON_ROAD, segment=Segment(from_="K20", to="K10")),
        then="same",
    ),
    case(
        "second-stake-now-read",
        reading(**ON_ROAD, segment=Segment(from_="K10")),
        reading(SECOND, **ON_ROAD, segment=Segment(from_="K10", to="K20")),
        then="altered",
    ),
    case(
        "bridge-and-its-stakes",
        reading(**ON_ROAD, structure=Structure(name="南渡江大桥"), segment=Segment(from_="K10", to="K20")),
        reading(SECOND, **ON_ROAD, segment=Segment(from_="K10", to="K20")),
        then="same",
    ),
    case(
        "limit-corrected",
        reading(**BARRED, limits=Limits(weight_t=30)),
        reading(SECOND, **BARRED, limits=Limits(weight_t=20)),
        then="altered",
    ),
    case(
        "class-added",
        reading(**BARRED, vehicles=(Vehicle.GOODS,)),
        reading(SECOND, **BARRED, vehicles=(Vehicle.GOODS, Vehicle.HAZMAT)),
        then="altered",
    ),
    case("read-again", reading(), reading(), then="same"),
    case("read-again-with-less", reading(reason=Reason.WORKS), reading(), then="altered"),
    case("read-again-with-a-flag", reading(), reading(flags=(Flag.UNKNOWN_STATION,)), then="altered"),
    case("read-again-after-another-paper", reading(), reading(SECOND, reason=Reason.WORKS), reading(), then="same"),
    case(
        "two-phases",
        (reading(), reading(validity=NOVEMBER)),
        (reading(SECOND, validity=NOVEMBER), reading(SECOND)),
        then="same same",
    ),
    case("twice-in-one-notice", (reading(), reading()), then="new"),
]

OTHER_CHANGE = [
    case("another-kind", reading(), reading(SECOND, kind=Kind.LANE_CLOSURE), then="new"),
    case("another-station", reading(), reading(SECOND, station=Station(name="天津站")), then="new"),
    case("another-road", reading(), reading(SECOND, road=Road(name="京津高速")), then="new"),
    case("another-side", reading(access=Access.ENTRY), reading(SECOND, access=Access.EXIT), then="new"),
    case(
        "another-direction",
        reading(**ON_ROAD, direction=Direction(to="天津")),
        reading(SECOND, **ON_ROAD, direction=Direction(to="蓟州")),
        then="new",
    ),
    case(
        "another-ramp",
        reading(kind=Kind.RAMP_CLOSURE, station=None, access=None, junction=Junction(name="路口枢纽", ramp="A")),
        reading(
            SECOND, kind=Kind.RAMP_CLOSURE, station=None, access=None, junction=Junction(name="路口枢纽", ramp="B")
        ),
        then="new",
    ),
    case(
        "the-next-stretch",
        reading(**ON_ROAD, segment=Segment(from_="K10", to="K20")),
        reading(SECOND, **ON_ROAD, segment=Segment(from_="K20", to="K30")),
        then="new",
    ),
    case(
        "the-whole-road",
        reading(**ON_ROAD, segment=Segment(from_="K10", to="K20")),
        reading(SECOND, **ON_ROAD),
        then="new",
    ),
    case(
        "another-class",
        reading(**BARRED, vehicles=(Vehicle.GOODS,)),
        reading(SECOND, **BARRED, vehicles=(Vehicle.HAZMAT,)),
        then="new",
    ),
    case(
        "another-limit",
        reading(**BARRED, limits=Limits(weight_t=30)),
        reading(SECOND, **BARRED, limits=Limits(height_m=4.2)),
        then="new",
    ),
    case("the-next-phase", reading(), reading(SECOND, validity=NOVEMBER), then="new"),
    case("two-phases-at-once", (reading(), reading(validity=NOVEMBER)), then="new new"),
    case("new-and-old-station", (reading(station=NEW_STATION), reading(station=OLD_STATION)), then="new new"),
    case(
        "new-or-old-is-not-said",
        (reading(station=NEW_STATION), reading(station=OLD_STATION)),
        reading(SECOND, station=Station(name="天津站")),
        then="new",
    ),
    case(
        "two-stations-where-one-was-known",
        reading(station=Station(name="天津站")),
        (reading(SECOND, station=NEW_STATION), reading(SECOND, station=OLD_STATION)),
        then="new new",
    ),
    case(
        "fog-of-another-week",
        reading(**WEATHER, validity=validity(china(2024, 10, 21, 6), None)),
        reading(THIRD, **WEATHER, validity=validity(china(2024, 10, 25, 6), None)),
        then="new",
    ),
    case(
        "opening-of-another-season",
        reading(kind=Kind.REOPENING, validity=FOR_GOOD),
        reading(THIRD, kind=Kind.REOPENING, validity=replace(FOR_GOOD, start=china(2025, 3, 1))),
        then="new",
    ),
    case(
        "extended-long-after-its-end",
        reading(),
        reading(date(2025, 3, 1), action=Action.EXTEND, validity=validity(china(2025, 2, 20), china(2025, 4, 1))),
        then="new",
    ),
    case("cancelled-but-never-announced", CANCELLED, then="new"),
]

CASES = SAME_CHANGE + OTHER_CHANGE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_reading_is_known_again_or_new(case: Case) -> None:
    *earlier, last = case.notices
    assert outcomes(revise(last, told(*earlier))) == list(case.expected)


def test_the_decision_record_lists_these_cases() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", ADR.read_text("utf-8"), re.MULTILINE)
    assert listed == [case.name for case in CASES]


def after(*notices: Change) -> Change:
    return told(*((one,) for one in notices))[-1]


HOURS = validity(china(2024, 10, 21, 8), china(2024, 10, 31, 18), windows=(Window(from_="08:00", to="18:00"),))


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        ((reading(), CANCELLED), reading(SECOND, action=Action.CANCEL)),
        ((reading(), replace(CANCELLED, validity=NO_DATES)), reading(SECOND, action=Action.CANCEL)),
        ((reading(), POSTPONED), POSTPONED),
        ((reading(), CANCELLED, reading(THIRD)), reading(THIRD)),
        ((reading(), EXTENDED), replace(EXTENDED, validity=replace(OCTOBER, end=china(2024, 12, 1)))),
        (
            (reading(), reading(SECOND, action=Action.RESCHEDULE, validity=NO_DATES)),
            reading(SECOND, action=Action.RESCHEDULE, validity=NO_DATES),
        ),
        (
            (reading(), reading(SECOND, action=Action.RESCHEDULE, validity=validity(china(2024, 11, 5), None))),
            reading(SECOND, action=Action.RESCHEDULE, validity=validity(china(2024, 11, 5), None)),
        ),
        (
            (reading(reason=Reason.WORKS), reading(SECOND, lanes=LANES, road=None, access=None)),
            reading(SECOND, reason=Reason.WORKS, lanes=LANES),
        ),
        (
            (reading(lanes=LANES), reading(SECOND, lanes=Lanes(exit=LaneCount(open=0)))),
            reading(SECOND, lanes=Lanes(entry=LaneCount(open=4, closed=6), exit=LaneCount(open=0))),
        ),
        ((reading(validity=HOURS), reading(SECOND, lanes=LANES)), reading(SECOND, validity=HOURS, lanes=LANES)),
        (
            (reading(**ON_ROAD, contraflow=True), reading(SECOND, **ON_ROAD, reason=Reason.WORKS)),
            reading(SECOND, **ON_ROAD, contraflow=True, reason=Reason.WORKS),
        ),
        (
            (reading(advice=(Advice.DETOUR,), flags=(Flag.ASSUMED_YEAR,)), reading(SECOND, reason=Reason.WORKS)),
            reading(SECOND, advice=(Advice.DETOUR,), reason=Reason.WORKS),
        ),
        ((reading(), reading(SECOND, reason=Reason.WORKS), reading(SECOND)), reading()),
    ],
    ids=[
        "cancelled",
        "cancelled-keeps-the-dates-announced",
        "postponed",
        "announced-again",
        "extended-keeps-the-start",
        "postponed-to-no-date-has-no-dates",
        "an-end-before-the-new-start-is-dropped",
        "what-one-paper-leaves-out-stays",
        "lanes-of-both-papers",
        "windows-stay",
        "contraflow-stays",
        "flags-are-of-the-last-reading",
        "a-reading-taken-back",
    ],
)
def test_what_then_holds(notices: tuple[Change, ...], expected: Change) -> None:
    found = after(*notices)
    assert replace(found, id=expected.id, revision=0) == expected
    assert found.revision == len(notices) - 1


def test_a_late_copy_does_not_undo_what_came_after() -> None:
    known = told((reading(),), (EXTENDED,))
    (verdict,) = revise((reading(FIRST, "late paper"),), known)
    assert verdict.change == known[-1]


def test_ids_are_short_and_need_no_quoting_in_addresses() -> None:
    assert re.fullmatch("[a-z2-7]{16}", after(reading()).id)


def test_an_id_stays_when_the_dates_move() -> None:
    assert {revision.id for revision in told((reading(),), (POSTPONED,), (reading(THIRD, validity=DECEMBER),))} == {
        after(reading()).id
    }


def test_two_changes_of_one_subject_and_start_get_two_ids() -> None:
    first, second = revise((reading(reason=Reason.WORKS), reading(reason=Reason.EVENT)), ())
    assert first.change.id != second.change.id


STARTS = st.integers(0, 40).map(lambda days: day_start(FIRST) + timedelta(days=days))
LENGTHS = st.one_of(st.none(), st.integers(-1, 40).map(lambda days: timedelta(days=days)))


@st.composite
def validities(draw: st.DrawFn) -> Validity:
    start = draw(st.one_of(st.none(), STARTS))
    length = draw(LENGTHS)
    end = None if length is None else (start or draw(STARTS)) + length
    return validity(start, end, end_basis=draw(st.sampled_from(EndBasis)))


READINGS = st.builds(
    reading,
    st.just(FIRST),
    kind=st.sampled_from([Kind.STATION_CLOSURE, Kind.STATION_OPENING]),
    action=st.sampled_from(Action),
    road=st.sampled_from([None, Road(name="津蓟高速"), Road(number="S1"), Road(name="津蓟高速公路", number="S1")]),
    station=st.sampled_from([None, NEW_STATION, OLD_STATION, Station(name="天津站")]),
    access=st.sampled_from([None, *Access]),
    validity=validities(),
    reason=st.sampled_from([None, Reason.WORKS, Reason.WEATHER]),
    vehicles=st.sampled_from([(), (Vehicle.GOODS,), (Vehicle.GOODS, Vehicle.BUS)]),
)
NOTICES = st.lists(READINGS, max_size=5)


def dated(changes: Sequence[Change], day: int) -> tuple[Change, ...]:
    reference = reading(FIRST + timedelta(days=day)).notice
    return tuple(replace(one, notice=reference) for one in changes)


@given(NOTICES, READINGS)
def test_a_notice_told_twice_is_the_same_the_second_time(first: list[Change], second: Change) -> None:
    known = told(first)
    assert set(outcomes(revise(first, known))) <= {"same"}
    later = dated([second], 3)
    known += added(known, later)
    assert outcomes(revise(later, known)) == ["same"]


@given(NOTICES, NOTICES, st.randoms(use_true_random=False))
def test_the_order_of_the_text_does_not_matter(first: list[Change], second: list[Change], random: Random) -> None:
    known = told(first)
    later = list(dated(second, 3))
    shuffled = random.sample(later, len(later))
    assert set(revise(shuffled, random.sample(known, len(known)))) == set(revise(later, known))


@given(st.lists(st.tuples(NOTICES, st.integers(0, 60)), max_size=4))
def test_revisions_count_up_one_by_one_and_no_change_ends_before_it_starts(
    notices: list[tuple[list[Change], int]],
) -> None:
    known: list[Change] = []
    for changes, day in notices:
        sane = [one for one in dated(changes, day) if _runs_forward(one)]
        verdicts = revise(sane, known)
        assert len({verdict.change.id for verdict in verdicts}) == len(verdicts)
        for verdict in verdicts:
            earlier = [revision.revision for revision in known if revision.id == verdict.change.id]
            expected = {Outcome.NEW: 0, Outcome.SAME: len(earlier) - 1, Outcome.ALTERED: len(earlier)}
            assert verdict.change.revision == expected[verdict.outcome]
            assert _runs_forward(verdict.change)
        known += [verdict.change for verdict in verdicts if verdict.outcome is not Outcome.SAME]


def _runs_forward(change: Change) -> bool:
    start, end = change.validity.start, change.validity.end
    return start is None or end is None or start < end


def test_dates_that_contradict_themselves_replace_none_that_do_not() -> None:
    known = change(flags=(Flag.DETOUR_RESTRICTED,), detours=(Detour(via=("天津站",), text="经天津站"),))
    confused = change(
        notice=replace(known.notice, id="notice-2", published=known.notice.published + timedelta(days=1)),
        validity=validity(china(2024, 12, 31), None),
        reason=Reason.WORKS,
        flags=(Flag.DATE_CONFLICT,),
    )
    (verdict,) = revise([confused], [known])
    assert verdict.change.validity == known.validity
    assert verdict.change.reason is Reason.WORKS
    assert verdict.change.flags == (Flag.DATE_CONFLICT, Flag.DETOUR_RESTRICTED)
