"""Open511 v1: its two schemas where they lie beside, and always what they do not check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from lxml import etree
from lxml.isoschematron import Schematron  # type: ignore[import-not-found]  # lxml-stubs leaves it out

from service.feed import Feed, Lack
from service.publish import OPEN511_JSON, OPEN511_XML
from service.publish.open511 import jurisdiction
from service.records import Action, Change, Direction, Kind, LaneCount, Lanes, Limits, Reason, Vehicle, Window
from tests.fictional import CLOSED_ENTRY, HALF, UNLOCATED, WHOLE
from tests.make import change, china, validity
from tests.roadworks import CANCELLED_BEFORE, CASES, OPEN_END, POINT, fictional, known, nights, schema
from tests.roadworks_made import feeds

FOLDER = Path(__file__).parent / "published" / "roadworks"
NAMES = pytest.mark.parametrize("name", CASES)
GML = "{http://www.opengis.net/gml}"
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d/(\d{4}-\d\d-\d\dT\d\d:\d\d)?")


def events(given: Feed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(OPEN511_JSON.render(given))["events"]
    return found


def of(*changes: Change, today: date = date(2024, 10, 20)) -> list[dict[str, Any]]:
    return events(fictional(*changes, today=today))


@pytest.fixture(scope="module")
def checks() -> tuple[Any, ...]:
    relaxng = etree.RelaxNG(etree.parse(schema("open511", "open511.rng")))
    rules = Schematron(etree.parse(schema("open511", "open511.schematron")), store_report=True)
    return relaxng, rules


@NAMES
@pytest.mark.parametrize("form", [OPEN511_JSON, OPEN511_XML], ids=lambda form: form.extension)
def test_a_feed_is_published_as_in_its_file(name: str, form: Any, request: pytest.FixtureRequest) -> None:
    path = FOLDER / f"{name}.{form.extension}"
    rendered = form.render(CASES[name])
    if request.config.getoption("--update"):
        path.write_bytes(rendered)
    assert rendered == path.read_bytes()


@NAMES
def test_a_file_is_valid(name: str, checks: tuple[Any, ...]) -> None:
    valid((FOLDER / f"{name}.open511.xml").read_bytes(), checks)


@NAMES
def test_a_file_keeps_the_rules_that_no_schema_checks(name: str) -> None:
    assert list(faults(CASES[name])) == []


@given(feeds())
def test_any_changes_keep_the_rules_in_both_forms(made: Feed) -> None:
    assert list(faults(made)) == []
    document = json.loads(OPEN511_JSON.render(made))
    assert document["+omitted"] == len(OPEN511_JSON.omitted(made))
    assert len(document["events"]) + document["+omitted"] == len(made.latest)


def test_any_changes_are_valid(checks: tuple[Any, ...]) -> None:
    @given(feeds())
    def any_of(made: Feed) -> None:
        valid(OPEN511_XML.render(made), checks)

    any_of()


def valid(document: bytes, checks: tuple[Any, ...]) -> None:
    tree = etree.fromstring(document)
    for check in checks:
        assert check.validate(tree), str(check.error_log)


def faults(made: Feed) -> Iterator[str]:
    """What the standard asks and its schemas, which are of the XML only, do not check."""
    said = events(made)
    elements = etree.fromstring(OPEN511_XML.render(made)).findall("events/event")
    if [each["id"] for each in said] != [each.findtext("id") for each in elements]:
        yield "two forms with other events"
    for each, twin in zip(said, elements, strict=True):
        if not 0 < len(each["headline"]) < 500 or each["created"] > each["updated"]:
            yield "a headline too long, or updated before it was created"
        if not all(datetime.fromisoformat(each[name]).tzinfo for name in ("created", "updated")):
            yield "a time without an offset"
        if each["url"] != f"{made.base_url}/open511/events/{each['id']}":
            yield "an address that is not of its id"
        if (each["status"] == "ARCHIVED") != ("+archived" in each):
            yield "archived without a reason"
        if each["status"] != twin.findtext("status"):
            yield "another status in XML"
        yield from _schedule_faults(each["schedule"])
        yield from _place_faults(each["geography"], twin)


def _schedule_faults(schedule: dict[str, Any]) -> Iterator[str]:
    if len(schedule) != 1:
        yield "two forms of schedule, or none"
    for interval in schedule.get("intervals", ()):
        begin, _, end = interval.partition("/")
        if not LOCAL.fullmatch(interval) or (end and end <= begin):
            yield f"{interval} is no interval"
    for each in schedule.get("recurring_schedules", ()):
        if each.get("end_date", "9999") < each["start_date"]:
            yield "ends before it begins"
        if each.get("daily_end_time", "24:00") <= each.get("daily_start_time", "00:00"):
            yield "hours across midnight"


def _place_faults(geography: dict[str, Any], twin: etree._Element) -> Iterator[str]:
    flat = list(_numbers(geography["coordinates"]))
    if not all(73 <= lon <= 136 and 3 <= lat <= 54 for lon, lat in zip(flat[::2], flat[1::2], strict=True)):
        yield "coordinates that are not of China: swapped?"
    texts = " ".join(str(each.text) for each in twin.iter(f"{GML}pos", f"{GML}posList")).split()
    if [*map(float, texts[1::2])] != flat[::2] or [*map(float, texts[::2])] != flat[1::2]:
        yield "XML is not latitude before longitude"


def _numbers(places: Any) -> Iterator[float]:
    if isinstance(places, list):
        for each in places:
            yield from _numbers(each)
    else:
        yield places


@pytest.mark.parametrize(
    ("one", "lack"),
    [
        (change(kind=Kind.STATION_OPENING), Lack.KIND),
        (replace(HALF, kind=Kind.SERVICE_AREA_CLOSURE), Lack.KIND),
        (UNLOCATED, Lack.NO_LOCATION),
        (replace(HALF, validity=validity(None, china(2024, 11, 1))), Lack.NO_START),
        (replace(HALF, validity=validity(china(2024, 11, 9), china(2024, 11, 2))), Lack.DATES),
    ],
)
def test_what_is_left_out_is_named_with_its_reason(one: Change, lack: Lack) -> None:
    assert [(each.change, each.reason) for each in OPEN511_XML.omitted(fictional(one))] == [(one.id, lack)]
    assert of(one) == []


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (OPEN_END, {"intervals": ["2024-10-18T00:00/"]}),
        (
            nights((10, 21), (10, 23)),
            {
                "intervals": [
                    "2024-10-21T22:00/2024-10-22T06:00",
                    "2024-10-22T22:00/2024-10-23T06:00",
                    "2024-10-23T22:00/2024-10-24T06:00",
                ]
            },
        ),
        (
            nights((10, 21), (12, 1)),
            {
                "recurring_schedules": [
                    {
                        "start_date": "2024-10-21",
                        "end_date": "2024-12-01",
                        "daily_start_time": "22:00",
                        "daily_end_time": "23:59",
                    },
                    {
                        "start_date": "2024-10-22",
                        "end_date": "2024-12-02",
                        "daily_start_time": "00:00",
                        "daily_end_time": "06:00",
                    },
                ]
            },
        ),
        (
            replace(HALF, validity=validity(china(2024, 10, 21), None, windows=(Window(from_="07:00", to="09:00"),))),
            {
                "recurring_schedules": [
                    {"start_date": "2024-10-21", "daily_start_time": "07:00", "daily_end_time": "09:00"}
                ]
            },
        ),
    ],
)
def test_times_are_local_and_nights_are_told_one_by_one_or_split_at_midnight(
    one: Change, expected: dict[str, Any]
) -> None:
    assert of(one)[0]["schedule"] == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason.WORKS, "CONSTRUCTION"),
        (Reason.WEATHER, "WEATHER_CONDITION"),
        (Reason.ACCIDENT, "INCIDENT"),
        (Reason.HOLIDAY, "SPECIAL_EVENT"),
        (Reason.VOLUME, "ROAD_CONDITION"),
        (None, "ROAD_CONDITION"),
    ],
)
def test_the_type_follows_from_the_reason_that_is_named(reason: Reason | None, expected: str) -> None:
    assert of(replace(HALF, reason=reason))[0]["event_type"] == expected


LANES = replace(
    HALF, kind=Kind.LANE_CLOSURE, direction=Direction(to="北"), lanes=Lanes(carriageway=LaneCount(open=1, closed=2))
)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (WHOLE, {"direction": "BOTH", "state": "CLOSED"}),
        (HALF, {}),
        (CLOSED_ENTRY, {}),
        (LANES, {"direction": "N", "state": "SOME_LANES_CLOSED", "lanes_open": 1, "lanes_closed": 2}),
        (replace(LANES, direction=Direction(to="both")), {"direction": "BOTH", "state": "SOME_LANES_CLOSED"}),
        (replace(WHOLE, action=Action.CANCEL), {"direction": "BOTH"}),
        (replace(WHOLE, vehicles=(Vehicle.GOODS,), limits=Limits(weight_t=10.0)), {"direction": "BOTH"}),
        (
            replace(HALF, kind=Kind.SPEED_RESTRICTION, limits=Limits(speed_kmh=60)),
            {"restrictions": [{"restriction_type": "SPEED", "value": 60}]},
        ),
    ],
)
def test_a_road_has_only_the_state_that_the_record_says(one: Change, expected: dict[str, Any]) -> None:
    (road,) = of(one)[0]["roads"]
    assert {name: road[name] for name in road if name not in ("name", "+number", "from", "to")} == expected


def test_what_was_called_off_is_archived_with_its_reason() -> None:
    (one,) = of(CANCELLED_BEFORE)
    assert (one["status"], one["+archived"]) == ("ARCHIVED", "cancelled")
    assert one["+cancellation"]["recorded"] == one["updated"]


def test_what_has_ended_is_archived_and_what_is_to_come_is_not() -> None:
    assert of(HALF, today=date(2024, 10, 1))[0]["status"] == "ACTIVE"
    (one,) = of(HALF, today=date(2030, 1, 1))
    assert (one["status"], one["+archived"]) == ("ARCHIVED", "ended")
    assert "+cancellation" not in one


def test_created_is_of_the_first_revision_and_updated_of_the_last() -> None:
    later = replace(HALF, action=Action.EXTEND)
    made = known((HALF, china(2024, 10, 17, 9)), (later, china(2024, 10, 19, 9)))
    from_store = replace(made, origins={"life": made.origin(made.earlier["life"][0])})
    (one,) = events(from_store)
    assert (one["created"], one["updated"]) == ("2024-10-17T09:00:00+08:00", "2024-10-19T09:00:00+08:00")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://toll.example", "toll.example"),
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("http://localhost:8000", "tollfeed.invalid"),
        ("http://[::1]:8000", "tollfeed.invalid"),
    ],
)
def test_the_jurisdiction_is_the_host_that_publishes(address: str, expected: str) -> None:
    assert jurisdiction(address) == expected


def test_a_point_stays_a_point() -> None:
    assert of(POINT)[0]["geography"]["type"] in ("Point", "MultiPoint")
