"""WZDx 4.2: its schema, the rules that the schema does not check, and what becomes of a change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from service.feed import Feed, Lack
from service.publish import WZDX
from service.records import (
    Access,
    Action,
    Change,
    Direction,
    Kind,
    LaneCount,
    Lanes,
    Limits,
    Reason,
    Segment,
    Vehicle,
    Window,
)
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
    fictional,
    known,
    lanes,
    nights,
    schema,
    wzdx_faults,
)
from tests.roadworks_made import feeds

FOLDER = Path(__file__).parent / "published" / "roadworks"
NAMES = pytest.mark.parametrize("name", CASES)
ANNOUNCED = china(2024, 10, 17, 9)


def written(given: Feed) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(WZDX.render(given))
    return document


def features(*changes: Change, today: date = date(2024, 10, 20)) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = written(fictional(*changes, today=today))["features"]
    return found


def properties(one: Change) -> dict[str, Any]:
    """Those of the first feature, with those of its core."""
    said = features(one)[0]["properties"]
    return {**said, **said["core_details"]}


def validator() -> Draft7Validator:
    folder = schema("wzdx-4.2", "WorkZoneFeed.json").parent
    paths = [*folder.glob("*.json"), *schema("geojson", "LineString.json").parent.glob("*.json")]
    documents = [json.loads(path.read_text("utf-8")) for path in paths if path.name != "package.json"]
    named = [(each["$id"], Resource.from_contents(each)) for each in documents if "$id" in each]
    feed_schema = json.loads((folder / "WorkZoneFeed.json").read_text("utf-8"))
    return Draft7Validator(
        feed_schema, registry=Registry().with_resources(named), format_checker=Draft7Validator.FORMAT_CHECKER
    )


@NAMES
def test_a_feed_is_published_as_in_its_file(name: str, request: pytest.FixtureRequest) -> None:
    path = FOLDER / f"{name}.wzdx.json"
    rendered = WZDX.render(CASES[name])
    if request.config.getoption("--update"):
        path.write_bytes(rendered)
    assert rendered == path.read_bytes()


@NAMES
def test_a_file_keeps_the_rules_that_no_schema_checks(name: str) -> None:
    assert wzdx_faults(json.loads((FOLDER / f"{name}.wzdx.json").read_bytes())) == []


@NAMES
def test_a_file_is_valid(name: str) -> None:
    document = json.loads((FOLDER / f"{name}.wzdx.json").read_bytes())
    assert [each.message for each in validator().iter_errors(document)] == []


@given(feeds())
def test_any_changes_keep_the_rules_and_none_is_lost(made: Feed) -> None:
    document = written(made)
    assert wzdx_faults(document) == []
    left_out = WZDX.omitted(made)
    assert document["omitted"] == len(left_out)
    assert len({each.change for each in left_out}) == len(left_out)
    assert (len(left_out) == len(made.latest)) == (document["features"] == [])


def test_any_changes_are_valid() -> None:
    check = validator()

    @given(feeds())
    def valid(made: Feed) -> None:
        assert [each.message for each in check.iter_errors(written(made))] == []

    valid()


@pytest.mark.parametrize(
    ("fault", "spoil"),
    [
        ("ends before it begins", lambda said: said["properties"].update(end_date="2024-10-01T00:00:00Z")),
        ("not UTC", lambda said: said["properties"].update(start_date="2024-10-20T08:00:00+08:00")),
        ("not in feed_info", lambda said: said["properties"]["core_details"].update(data_source_id="other")),
        ("counted from the left", lambda said: said["properties"].update(lanes=[{"order": 1}, {"order": 1}])),
        ("too few points", lambda said: said["geometry"].update(coordinates=[[130, 22]])),
        ("swapped", lambda said: said["geometry"].update(coordinates=[[22, 130], [23, 130]])),
        ("verified by nobody", lambda said: said["properties"].update(is_start_date_verified=True)),
        ("is verified", lambda said: said["properties"].update(is_end_date_verified=True)),
        ("deprecated", lambda said: said["properties"].update(beginning_milepost=12.0)),
        ("value", lambda said: said["properties"].update(restrictions=[{"type": "reduced-height"}])),
        ("related to nothing", lambda said: _relate(said, "next-occurrence", "gone")),
        ("twice", lambda said: said.update(id="4f3c2a10-0000-5000-8000-000000000000")),
    ],
)
def test_the_rules_find_what_the_schema_lets_pass(fault: str, spoil: Callable[[dict[str, Any]], Any]) -> None:
    document = written(fictional(HALF))
    document["features"].append(json.loads(json.dumps(document["features"][0])))
    document["features"][1]["id"] = "4f3c2a10-0000-5000-8000-000000000000"
    assert wzdx_faults(document) == []
    spoil(document["features"][0])
    assert any(fault in found for found in wzdx_faults(document))


def _relate(feature: dict[str, Any], type_: str, id_: str) -> None:
    feature["properties"]["core_details"]["related_road_events"] = [{"type": type_, "id": id_}]


@pytest.mark.parametrize(
    ("one", "lack"),
    [
        (change(kind=Kind.STATION_OPENING, reason=Reason.WORKS), Lack.KIND),
        (replace(HALF, reason=Reason.WEATHER), Lack.NOT_WORKS),
        (replace(HALF, reason=None), Lack.NOT_WORKS),
        (replace(HALF, vehicles=(Vehicle.HAZMAT,)), Lack.VEHICLES),
        (replace(UNLOCATED, reason=Reason.WORKS), Lack.NO_LOCATION),
        (POINT, Lack.NO_LINE),
        (replace(HALF, validity=validity(None, china(2024, 11, 1))), Lack.NO_START),
        (OPEN_END, Lack.NO_END),
        (replace(HALF, validity=validity(china(2024, 11, 9), china(2024, 11, 2))), Lack.DATES),
        (replace(HALF, validity=validity(china(2024, 12, 1), china(2024, 12, 2))), Lack.BEYOND_HORIZON),
        (CANCELLED_BEFORE, Lack.WITHDRAWN),
    ],
)
def test_what_is_left_out_is_named_with_its_reason(one: Change, lack: Lack) -> None:
    given = fictional(one)
    assert [(each.change, each.reason) for each in WZDX.omitted(given)] == [(one.id, lack)]
    assert written(given)["features"] == []


@pytest.mark.parametrize(
    ("one", "impact", "listed"),
    [
        (HALF, "all-lanes-closed", None),
        (RAMP, "all-lanes-closed", None),
        (CLOSED_ENTRY, "all-lanes-closed", [(1, "closed", "entrance-ramp")]),
        (CONTRAFLOW, "some-lanes-closed", None),
        (replace(HALF, exempt=(Vehicle.CAR,)), "unknown", None),
        (replace(HALF, vehicles=(Vehicle.GOODS,)), "unknown", None),
        (lanes(("overtaking",)), "some-lanes-closed", None),
        (lanes(("emergency",)), "all-lanes-open", None),
        (lanes(("lane-2",), total=3), "some-lanes-closed", ["open", "closed", "open"]),
        (lanes(("lane-4",), total=3), "some-lanes-closed", None),
        (lanes(("left", "right"), total=3, closed=2), "some-lanes-closed", ["closed", "open", "closed"]),
        (lanes(("left",), total=3, closed=2), "some-lanes-closed", None),
        (lanes(open=0, closed=2, total=2), "all-lanes-closed", ["closed", "closed"]),
        (replace(HALF, kind=Kind.SPEED_RESTRICTION, limits=Limits(speed_kmh=60)), "unknown", None),
        (replace(HALF, kind=Kind.TRAFFIC_CONTROL), "unknown", None),
    ],
)
def test_the_impact_and_the_lanes_are_what_the_record_knows(one: Change, impact: str, listed: list[Any] | None) -> None:
    said = properties(one)
    assert said["vehicle_impact"] == impact
    found = said.get("lanes")
    if found and isinstance(listed, list) and isinstance(listed[0], tuple):
        assert [(each["order"], each["status"], each["type"]) for each in found] == listed
    else:
        assert (found and [each["status"] for each in found]) == listed


def test_only_the_side_of_a_station_that_is_narrowed_is_told() -> None:
    one = replace(
        CLOSED_ENTRY, kind=Kind.LANE_CLOSURE, access=Access.BOTH, lanes=Lanes(exit=LaneCount(open=1, closed=1, total=2))
    )
    assert {each["properties"]["vehicle_impact"] for each in features(one)} == {"some-lanes-closed"}
    assert len(features(one)) == 4


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (Direction(to="虚构乙市"), "undefined"),
        (Direction(to="both"), "undefined"),
        (None, "unknown"),
        (Direction(from_="南", to="北"), "northbound"),
        (Direction(to="东向"), "eastbound"),
        (Direction(to="北京"), "unknown"),
        (Direction(to="内环"), "inner-loop"),
        (Direction(to="外圈"), "outer-loop"),
    ],
)
def test_a_compass_point_is_told_only_where_the_notice_says_it(way: Direction | None, expected: str) -> None:
    assert properties(replace(HALF, direction=way))["direction"] == expected


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (
            LORRIES,
            [
                {"type": "reduced-height", "value": 420, "unit": "centimeters"},
                {"type": "gross-weight-limit", "value": 30000, "unit": "kilograms"},
            ],
        ),
        (CONTRAFLOW, [{"type": "reduced-width", "value": 350, "unit": "centimeters"}]),
        (replace(HALF, vehicles=(Vehicle.GOODS, Vehicle.HAZMAT)), [{"type": "no-trucks"}]),
        (replace(HALF, vehicles=(Vehicle.OVERSIZE,)), [{"type": "permitted-oversize-loads-prohibited"}]),
        (replace(HALF, exempt=(Vehicle.CAR,)), [{"type": "no-trucks"}]),
    ],
)
def test_restrictions_have_the_units_of_the_standard(one: Change, found: list[Any]) -> None:
    assert properties(one)["restrictions"] == found


def test_stakes_stay_in_the_words_and_are_no_milepost() -> None:
    said = properties(replace(CONTRAFLOW, segment=Segment(from_="K12+000", to="K28+000")))
    assert "K12+000至K28+000" in said["description"]
    assert said["reduced_speed_limit_kph"] == 60
    assert "types_of_work" not in said


def test_each_night_is_a_feature_and_leads_to_the_next_and_the_first() -> None:
    first, second, third, last = features(CLOSED_ENTRY)
    assert [each["properties"]["start_date"][8:13] for each in (first, second, third, last)] == [
        "21T14",
        "22T14",
        "23T14",
        "24T14",
    ]
    related = [each["properties"]["core_details"]["related_road_events"] for each in (first, third, last)]
    next_, before = {"type": "next-occurrence"}, {"type": "first-occurrence", "id": first["id"]}
    assert related == [[{**next_, "id": second["id"]}], [before, {**next_, "id": last["id"]}], [before]]


def test_windows_that_open_at_once_are_one_occurrence() -> None:
    twice = (Window(from_="22:00", to="02:00"), Window(from_="22:00", to="06:00"), Window(from_="22:00", to="06:00"))
    one = replace(CLOSED_ENTRY, validity=replace(CLOSED_ENTRY.validity, windows=twice))
    found, expected = (
        [(each["id"], each["properties"]["end_date"]) for each in features(of)] for of in (one, CLOSED_ENTRY)
    )
    assert found == expected


def test_a_night_keeps_its_id_whatever_nights_and_directions_are_beside_it() -> None:
    known_before = {each["properties"]["start_date"]: each["id"] for each in features(nights((10, 21), (10, 24)))}
    longer = features(nights((10, 20), (10, 30), access=Access.BOTH), today=date(2024, 10, 22))
    found = {each["properties"]["start_date"]: each["id"] for each in longer if "entrance" in json.dumps(each)}
    shared = known_before.keys() & found.keys()
    assert len(shared) == 4
    assert {known_before[each] for each in shared} == {found[each] for each in shared}


def test_two_directions_are_two_features_that_know_each_other() -> None:
    one, other = features(WHOLE)
    assert one["geometry"]["coordinates"] == other["geometry"]["coordinates"][::-1]
    for here, there in ((one, other), (other, one)):
        assert here["properties"]["core_details"]["related_road_events"] == [
            {"type": "related-work-zone", "id": there["id"]}
        ]


def test_the_horizon_bounds_the_nights() -> None:
    given = fictional(nights((10, 1), (12, 30)))
    assert len(written(given)["features"]) == 16  # two that ended since yesterday, fourteen to come
    assert len(written(replace(given, horizon=3 * (given.horizon / 14)))["features"]) == 5


def test_what_held_when_it_was_reported_starts_with_the_day_of_its_first_notice() -> None:
    assert properties(AS_REPORTED)["start_date"] == "2024-10-19T16:00:00Z"
    assert properties(AS_REPORTED)["is_start_date_verified"] is False


def test_works_cancelled_while_under_way_ended_then_and_those_to_come_are_gone() -> None:
    at = china(2024, 10, 20, 11)
    given = known(
        (replace(CANCELLED_DURING, action=Action.ANNOUNCE), ANNOUNCED), (CANCELLED_DURING, at), today=date(2024, 10, 21)
    )
    (said,) = [each["properties"] for each in written(given)["features"]]
    assert (said["end_date"], said["is_end_date_verified"]) == ("2024-10-20T03:00:00Z", True)
    called_off = nights((10, 18), (10, 30), action=Action.CANCEL)
    found = written(known((nights((10, 18), (10, 30)), ANNOUNCED), (called_off, china(2024, 10, 20, 23, 30))))
    ends = [(each["properties"]["end_date"], each["properties"]["is_end_date_verified"]) for each in found["features"]]
    assert ends == [("2024-10-18T22:00:00Z", False), ("2024-10-19T22:00:00Z", False), ("2024-10-20T15:30:00Z", True)]


def test_an_end_is_verified_where_the_notice_told_of_it_afterwards() -> None:
    announced = replace(HALF, validity=validity(china(2024, 10, 18), china(2024, 10, 30)))
    early = replace(HALF, action=Action.END_EARLY, validity=validity(china(2024, 10, 18), china(2024, 10, 20, 8)))
    for recorded, verified in ((china(2024, 10, 20, 9), True), (china(2024, 10, 19, 9), False)):
        (said,) = written(known((announced, ANNOUNCED), (early, recorded)))["features"]
        assert said["properties"]["is_end_date_verified"] is verified


def test_an_extension_keeps_ids_and_creation_and_says_when_it_came() -> None:
    longer = nights((10, 21), (10, 28), action=Action.EXTEND)
    (before, *_) = written(known((nights((10, 21), (10, 24)), ANNOUNCED)))["features"]
    (after, *others) = written(known((nights((10, 21), (10, 24)), ANNOUNCED), (longer, china(2024, 10, 19, 9))))[
        "features"
    ]
    assert before["id"] == after["id"]
    assert len(others) == 7
    core = after["properties"]["core_details"]
    assert (core["creation_date"], core["update_date"]) == ("2024-10-17T01:00:00Z", "2024-10-19T01:00:00Z")
