"""Waze CIFS v2: its schema, the rules that the schema does not check, and what becomes of an incident."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.feed import Feed, Lack, Lang
from service.publish import CIFS_JSON, CIFS_XML
from service.publish.cifs_times import spells
from service.publish.cifs_words import description
from service.records import Action, Change, Kind, Limits, Reason, Station, Vehicle, Window
from tests.fictional import CLOSED_ENTRY, HALF, RAMP, UNLOCATED, WHOLE
from tests.make import change, china, validity
from tests.roadworks import (
    AS_REPORTED,
    CANCELLED_BEFORE,
    CANCELLED_DURING,
    CASES,
    CONTRAFLOW,
    LORRIES,
    OPEN_END,
    POINT,
    cifs_faults,
    fictional,
    incidents_of,
    known,
    lanes,
    nights,
    open_quarters,
    schema,
)
from tests.roadworks_made import feeds, windows

FOLDER = Path(__file__).parent / "published" / "roadworks"
NAMES = pytest.mark.parametrize("name", CASES)
ANNOUNCED = china(2024, 10, 17, 9)


def incidents(given: Feed) -> list[dict[str, Any]]:
    """Those of the XML, which the JSON has, too."""
    found = incidents_of(CIFS_XML.render(given))
    assert json.loads(CIFS_JSON.render(given))["incidents"] == found
    return found


def of(*changes: Change, today: date = date(2024, 10, 20)) -> list[dict[str, Any]]:
    return incidents(fictional(*changes, today=today))


def xsd() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(schema("cifs", "cifsv2.xsd")))


def problems(check: etree.XMLSchema, document: bytes) -> list[str]:
    check.validate(etree.fromstring(document))
    return [str(each) for each in check.error_log]


@NAMES
@pytest.mark.parametrize("form", [CIFS_XML, CIFS_JSON], ids=lambda form: form.extension)
def test_a_feed_is_published_as_in_its_file(name: str, form: Any, request: pytest.FixtureRequest) -> None:
    path = FOLDER / f"{name}.{form.extension}"
    rendered = form.render(CASES[name])
    if request.config.getoption("--update"):
        path.write_bytes(rendered)
    assert rendered == path.read_bytes()


@NAMES
def test_a_file_keeps_the_rules_that_no_schema_checks(name: str) -> None:
    assert cifs_faults(incidents_of((FOLDER / f"{name}.cifs.xml").read_bytes())) == []


@NAMES
def test_a_file_is_valid(name: str) -> None:
    assert problems(xsd(), (FOLDER / f"{name}.cifs.xml").read_bytes()) == []


@given(feeds())
def test_any_changes_keep_the_rules_and_both_forms_agree(made: Feed) -> None:
    assert cifs_faults(incidents(made)) == []
    omitted = len(CIFS_XML.omitted(made))
    assert f"<!-- omitted: {omitted} -->".encode() in CIFS_XML.render(made)
    assert json.loads(CIFS_JSON.render(made))["omitted"] == omitted


def test_any_changes_are_valid() -> None:
    check = xsd()

    @given(feeds())
    def valid(made: Feed) -> None:
        assert problems(check, CIFS_XML.render(made)) == []

    valid()


@pytest.mark.parametrize(
    ("fault", "spoil"),
    [
        ("ends before it begins", {"endtime": "2024-10-01T00:00:00+08:00"}),
        ("+08:00", {"starttime": "2024-10-21T00:00:00"}),
        ("another type", {"subtype": "HAZARD_ON_ROAD"}),
        ("no line", {"polyline": "22.000000 130.000000"}),
        ("no line", {"polyline": "22.000000,130.000000 22.000000,131.000000"}),
        ("swapped", {"polyline": "130.000000 22.000000 131.000000 22.000000"}),
        ("too long", {"description": "题" * 40}),
        ("too short", {"street": "路 "}),
        ("without a direction", {"direction": "BOTH_DIRECTIONS"}),
        ("no time within a day", {"schedule": {"everyday": "22:00-06:00"}}),
        ("no time within a day", {"schedule": {"everyday": "25:99-30:00"}}),
        ("out of order", {"schedule": {"tuesday": "08:00-09:00", "monday": "08:00-09:00"}}),
        ("never met", {"endtime": "2024-10-21T06:00:00+08:00", "schedule": {"friday": "08:00-09:00"}}),
    ],
)
def test_the_rules_find_what_the_schema_lets_pass(fault: str, spoil: dict[str, Any]) -> None:
    (fine,) = of(HALF)
    assert cifs_faults([fine]) == []
    assert any(fault in found for found in cifs_faults([{**fine, **spoil}]))
    assert any("twice" in found for found in cifs_faults([fine, fine]))


@pytest.mark.parametrize(
    ("one", "lack"),
    [
        (change(kind=Kind.STATION_OPENING), Lack.KIND),
        (replace(HALF, kind=Kind.TURN_RESTRICTION), Lack.KIND),
        (LORRIES, Lack.VEHICLES),
        (replace(HALF, vehicles=(Vehicle.GOODS,)), Lack.VEHICLES),
        (replace(HALF, exempt=(Vehicle.CAR,)), Lack.VEHICLES),
        (UNLOCATED, Lack.NO_LOCATION),
        (POINT, Lack.NO_LINE),
        (replace(HALF, validity=validity(None, china(2024, 11, 1))), Lack.NO_START),
        (OPEN_END, Lack.NO_END),
        (replace(HALF, validity=validity(china(2024, 11, 9), china(2024, 11, 2))), Lack.DATES),
    ],
)
def test_what_is_left_out_is_named_with_its_reason(one: Change, lack: Lack) -> None:
    assert [(each.change, each.reason) for each in CIFS_JSON.omitted(fictional(one))] == [(one.id, lack)]
    assert of(one) == []


@pytest.mark.parametrize(
    ("one", "type_", "subtype"),
    [
        (HALF, "ROAD_CLOSED", "ROAD_CLOSED_CONSTRUCTION"),
        (replace(HALF, reason=Reason.EVENT), "ROAD_CLOSED", "ROAD_CLOSED_EVENT"),
        (replace(HALF, reason=Reason.WEATHER), "ROAD_CLOSED", "ROAD_CLOSED_HAZARD"),
        (replace(HALF, reason=None), "ROAD_CLOSED", None),
        (RAMP, "ROAD_CLOSED", "ROAD_CLOSED_CONSTRUCTION"),
        (CLOSED_ENTRY, "ROAD_CLOSED", "ROAD_CLOSED_CONSTRUCTION"),
        (lanes(open=0, total=2), "ROAD_CLOSED", "ROAD_CLOSED_CONSTRUCTION"),
        (CONTRAFLOW, "HAZARD", "HAZARD_ON_ROAD_CONSTRUCTION"),
        (replace(HALF, direction=None), "HAZARD", "HAZARD_ON_ROAD_CONSTRUCTION"),
        (replace(HALF, exempt=(Vehicle.BUS,)), "HAZARD", "HAZARD_ON_ROAD_CONSTRUCTION"),
        (lanes(("left",)), "HAZARD", "HAZARD_ON_ROAD_LANE_CLOSED"),
        (lanes(("emergency",)), "HAZARD", "HAZARD_ON_SHOULDER"),
        (replace(HALF, kind=Kind.TRAFFIC_CONTROL, reason=Reason.WEATHER), "HAZARD", "HAZARD_WEATHER"),
        (replace(HALF, kind=Kind.SPEED_RESTRICTION, reason=None), "HAZARD", "HAZARD_ON_ROAD"),
    ],
)
def test_only_what_is_shut_to_all_in_a_known_direction_is_a_closure(
    one: Change, type_: str, subtype: str | None
) -> None:
    (said,) = of(one)
    assert (said["type"], said.get("subtype")) == (type_, subtype)
    assert said["direction"] == ("BOTH_DIRECTIONS" if one.direction is None and one.segment else "ONE_DIRECTION")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (lanes(("overtaking",)), (1, "LEFT")),
        (lanes(("lane-2",), total=3), (1, "MIDDLE")),
        (lanes(("lane-2", "lane-3"), total=3), (2, "RIGHT")),
        (lanes(("slow", "emergency")), (1, "RIGHT")),
        (lanes(("left", "right")), None),
        (lanes(("running",)), None),
        (lanes(closed=2), None),
        (HALF, None),
    ],
)
def test_closed_lanes_are_counted_where_their_side_is_known(one: Change, expected: tuple[int, str] | None) -> None:
    found = of(one)[0].get("lane_impact")
    assert found == (expected and {"total_closed_lanes": expected[0], "roadside": expected[1]})


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            nights((10, 21), (10, 23)),  # a Monday to a Wednesday
            [
                {
                    "monday": "22:00-23:59",
                    "tuesday": "00:00-06:00,22:00-23:59",
                    "wednesday": "00:00-06:00,22:00-23:59",
                    "thursday": "00:00-06:00",
                }
            ],
        ),
        (nights((10, 21), (10, 21)), [None]),
        (nights((10, 21), (10, 28)), [{"everyday": "22:00-23:59"}, {"everyday": "00:00-06:00"}]),
        (
            replace(
                HALF,
                validity=validity(
                    china(2024, 10, 21), china(2024, 10, 31), windows=(Window(from_="09:00", to="17:00"),)
                ),
            ),
            [{"everyday": "09:00-17:00"}],
        ),
    ],
)
def test_nights_are_split_at_midnight(one: Change, expected: list[dict[str, str] | None]) -> None:
    assert [each.get("schedule") for each in of(one)] == expected


@given(
    st.lists(windows, min_size=1, max_size=2).map(tuple),
    st.integers(0, 400),
    st.integers(1, 900),
)
def test_a_schedule_is_right_whether_or_not_start_and_end_cut_it(
    daily: tuple[Window, ...], offset: int, length: int
) -> None:
    start = china(2024, 10, 1) + timedelta(minutes=30 * offset)
    end = start + timedelta(minutes=30 * length)
    told = [
        {
            "starttime": each.start.isoformat(),
            "endtime": each.end.isoformat(),
            **({"schedule": dict(each.schedule)} if each.schedule else {}),
        }
        for each in spells(daily, start, end)
    ]
    expected = _open(daily, start, end)
    for clipped in (True, False):
        found: set[datetime] = set()
        for each in told:
            found |= open_quarters(each, clipped=clipped)
        assert found == expected


def _open(daily: tuple[Window, ...], start: datetime, end: datetime) -> set[datetime]:
    """The quarters of an hour in which a window is open, each asked by its clock alone."""
    found, moment = set(), start + timedelta(minutes=7)
    while moment < end:
        clock = f"{moment:%H:%M}"
        for window in daily:
            low, high = window.from_, window.to
            if (low <= clock < high) if low < high else (clock >= low or clock < high):
                found.add(moment.astimezone(UTC))
        moment += timedelta(minutes=15)
    return found


def test_a_start_that_was_told_stays_once_it_has_passed() -> None:
    first = replace(HALF, validity=validity(china(2024, 10, 18), china(2024, 11, 1)))
    moved = replace(HALF, action=Action.RESCHEDULE, validity=validity(china(2024, 10, 19), china(2024, 11, 1)))
    for recorded, start in ((china(2024, 10, 17, 12), "2024-10-19"), (china(2024, 10, 18, 12), "2024-10-18")):
        (said,) = incidents(known((first, ANNOUNCED), (moved, recorded)))
        assert (said["starttime"][:10], said["creationtime"]) == (start, "2024-10-17T09:00:00+08:00")
    (reported,) = of(AS_REPORTED)
    assert reported["starttime"] == "2024-10-20T00:00:00+08:00"


def test_what_is_cancelled_ends_then_and_what_had_not_begun_is_over_when_first_read() -> None:
    at = china(2024, 10, 20, 11)
    announced = replace(CANCELLED_DURING, action=Action.ANNOUNCE)
    (before,) = incidents(known((announced, ANNOUNCED)))
    (after,) = incidents(known((announced, ANNOUNCED), (CANCELLED_DURING, at)))
    assert after["description"].startswith("【取消】")
    told = {"endtime": at.isoformat(), "updatetime": at.isoformat(), "description": after["description"]}
    assert after == {**before, **told}
    one, other = incidents(known((WHOLE, ANNOUNCED), (CANCELLED_BEFORE, at)))
    for each in (one, other):
        assert (each["starttime"], each["endtime"]) == ("2024-10-20T10:59:00+08:00", at.isoformat())


def test_the_instant_of_a_cancellation_stays_when_it_is_worded_anew() -> None:
    at, later = china(2024, 10, 20, 11), china(2024, 10, 20, 15)
    announced = replace(CANCELLED_DURING, action=Action.ANNOUNCE)
    (said,) = incidents(known((announced, ANNOUNCED), (CANCELLED_DURING, at), (CANCELLED_DURING, later)))
    assert (said["endtime"], said["updatetime"]) == (at.isoformat(), later.isoformat())


def test_a_direction_that_a_correction_takes_back_is_ended_for_a_day_and_then_dropped() -> None:
    at = china(2024, 10, 22, 11)
    history = ((WHOLE, ANNOUNCED), (HALF, at))
    kept, ended = incidents(known(*history, today=date(2024, 10, 23)))
    assert (kept["endtime"][:10], ended["endtime"]) == ("2025-01-01", at.isoformat())
    assert {kept["id"], ended["id"]} == {each["id"] for each in incidents(known(history[0]))}
    assert [each["id"] for each in incidents(known(*history, today=date(2024, 10, 24)))] == [kept["id"]]


def test_a_run_of_nights_that_becomes_short_leaves_no_evening_behind() -> None:
    at = china(2024, 10, 22, 11)
    history = ((nights((10, 21), (10, 30)), ANNOUNCED), (nights((10, 21), (10, 23), action=Action.END_EARLY), at))
    said, evenings, mornings = incidents(known(*history, today=date(2024, 10, 22)))
    assert said["endtime"] == "2024-10-24T06:00:00+08:00"
    assert {evenings["endtime"], mornings["endtime"]} == {at.isoformat()}


def test_an_end_that_becomes_unknown_opens_nothing() -> None:
    history = ((replace(HALF, validity=validity(china(2024, 10, 18), china(2024, 11, 1))), ANNOUNCED),)
    assert incidents(known(*history, (OPEN_END, china(2024, 10, 20, 11)))) == []


def test_the_incidents_of_one_notice_have_one_parent() -> None:
    assert len({each["parent_event"]["id"] for each in of(WHOLE, CLOSED_ENTRY)}) == 1


@pytest.mark.parametrize(
    ("one", "lang", "expected"),
    [
        (CLOSED_ENTRY, Lang.ZH, "〔关闭〕虚构东站 入口，施工，虚构高速"),
        (replace(HALF, limits=Limits(speed_kmh=60)), Lang.ZH, "〔封路〕虚构高速 K12+000至K28+000 往虚构乙市方向，施工"),
    ],
)
def test_a_description_is_as_much_as_fits(one: Change, lang: Lang, expected: str) -> None:
    (said,) = incidents(replace(fictional(one), lang=lang))
    assert said["description"] == expected


@pytest.mark.parametrize("words", ["题" * 200, "e\u0301" * 100, "👩‍🔧" * 30, "一二，" * 50])
def test_long_words_are_cut_between_characters(words: str) -> None:
    cut = description(replace(CLOSED_ENTRY, station=Station(name=words)), Lang.ZH)
    assert len(cut) < 40
    assert cut.endswith("…")
    assert not cut.removesuffix("…").endswith("\u200d")
    assert not ("e\u0301" in words and cut.removesuffix("…").endswith("e"))
