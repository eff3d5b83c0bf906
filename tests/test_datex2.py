"""DATEX II: the files of tests/published/datex2, the schema where it lies beside, and always what it does not catch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from service.feed import Feed, Lack, Origin, Parts
from service.publish import DATEX_II, datex2
from service.records import (
    CHINA,
    Access,
    Action,
    Advice,
    Change,
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
    ServiceArea,
    StartBasis,
    Structure,
    Vehicle,
    Window,
    in_force,
)
from tests import fictional
from tests.make import change, china, validity
from tests.published.cases import FEEDS, FOLDER, KNOWN, NIGHT, feed
from tests.test_published import worded, words
from tests.web import Clock, filled, running

SCHEMAS = Path(__file__).parents[2] / "shared" / "schemas"
XSD = Path(os.environ.get("TOLLFEED_SCHEMAS", SCHEMAS)) / "datexii-3.5" / "DATEXII_3_D2Payload.xsd"  # noqa: TID251 - where it lies is the tester's business
NAMES = {
    "d2": "http://datex2.eu/schema/3/d2Payload",
    "com": "http://datex2.eu/schema/3/common",
    "loc": "http://datex2.eu/schema/3/locationReferencing",
    "sit": "http://datex2.eu/schema/3/situation",
}
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
AUTUMN = (china(2024, 10, 21), china(2025, 1, 1))

LOCATED = (
    fictional.CLOSED_ENTRY,
    fictional.HALF,
    fictional.WHOLE,
    fictional.RAMP,
    fictional.UNLOCATED,
    replace(fictional.HALF, id="cancelled", action=Action.CANCEL, validity=validity(china(2024, 10, 1), AUTUMN[1])),
)
CASES: dict[str, Feed] = {
    **{name: FEEDS[name] for name in FEEDS if not FEEDS[name].log},
    "located": replace(feed("located", *LOCATED), gazetteer=fictional.GAZETTEER),
    "stations": replace(feed("stations", change()), gazetteer=KNOWN, publisher="示例交通 & Co."),
}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    if not XSD.exists():
        pytest.skip(f"needs {XSD}; TOLLFEED_SCHEMAS names another folder")
    return etree.XMLSchema(etree.parse(XSD))


@pytest.mark.parametrize("name", CASES)
def test_a_publication_is_as_in_its_file(name: str, request: pytest.FixtureRequest) -> None:
    path, rendered = FOLDER / "datex2" / f"{name}.xml", DATEX_II.render(CASES[name])
    if request.config.getoption("--update"):
        path.write_bytes(rendered)
    assert rendered == path.read_bytes()


@pytest.mark.parametrize("name", CASES)
def test_a_publication_is_sound(name: str) -> None:
    assert list(faults(DATEX_II.render(CASES[name]))) == []


@pytest.mark.parametrize("name", CASES)
def test_a_publication_obeys_the_schema(name: str, schema: etree.XMLSchema) -> None:
    schema.assertValid(etree.fromstring(DATEX_II.render(CASES[name])))


@given(words)
@settings(max_examples=40)
def test_any_words_give_a_sound_publication(text: str) -> None:
    hostile = replace(worded(text), road=Road(name=text, number=text), segment=Segment(from_=text, to=text))
    assert list(faults(DATEX_II.render(replace(feed("words", hostile, change(id="other")), title=text)))) == []


def test_any_words_obey_the_schema(schema: etree.XMLSchema) -> None:
    text = "]]><a b='&\x00\x0b\ud800\u202e" + "很长。" * 2000 + "x" * 3000
    hostile = replace(worded(text), road=Road(name=text, number=text), segment=Segment(from_=text, to=text))
    written = DATEX_II.render(
        replace(feed("words", hostile, replace(hostile, id="a/b #1 <&>")), title=text, publisher=text)
    )
    schema.assertValid(etree.fromstring(written))
    assert list(faults(written)) == []


def faults(rendered: bytes) -> Iterator[str]:
    """What is wrong though the schema does not say so."""
    root = etree.fromstring(rendered)
    yield from _wrong_times(root)
    yield from _wrong_ids(root)
    yield from _wrong_places(root)
    yield from ("a value is too long" for each in _all(root, "//com:value") if len(each.text or "") > 1024)


def _wrong_times(root: Any) -> Iterator[str]:
    moments = "//*[not(*)][contains(local-name(), 'Time') or contains(local-name(), 'OfPeriod')]"
    yield from (f"{each.text} has no offset" for each in _all(root, moments) if not each.text.endswith("+08:00"))
    yield from (f"{each.text} ends late" for each in _all(root, "//com:endTimeOfPeriod") if each.text[:8] > "23:59:59")
    for bounds in ("overallStartTime", "overallEndTime"), ("startOfPeriod", "endOfPeriod"):
        for period in _all(root, f"//*[com:{bounds[0]}][com:{bounds[1]}]"):
            start, end = (datetime.fromisoformat(str(_found(period, f"com:{bound}"))) for bound in bounds)
            if end < start:
                yield f"{end} is before {start}"


def _wrong_ids(root: Any) -> Iterator[str]:
    records = [(each.get("id"), each.get("version")) for each in _all(root, "//sit:situationRecord")]
    situations = [each.get("id") for each in _all(root, "//sit:situation")]
    if len(set(records)) != len(records) or len(set(situations)) != len(situations):
        yield "an id is there twice"
    for each in _all(root, "//sit:objectReference"):
        if (each.get("id"), each.get("version")) not in records:
            yield f"{each.get('id')} is nowhere"
    yield from (f"{each.get('id')} is empty" for each in _all(root, "//sit:situation[not(sit:situationRecord)]"))


def _wrong_places(root: Any) -> Iterator[str]:
    yield from (f"{each.text} is no latitude" for each in _all(root, "//loc:latitude") if not 3 < float(each.text) < 54)
    for positions in _all(root, "//loc:posList"):
        numbers = [float(number) for number in positions.text.split()]
        if len(numbers) < 4 or len(numbers) % 2 or not all(3 < lat < 54 for lat in numbers[::2]):
            yield f"{positions.text} is no line of latitudes and longitudes"


def _all(root: Any, path: str) -> Any:
    return root.xpath(path, namespaces=NAMES)


def _found(root: Any, path: str) -> str | None:
    return root.findtext(path, namespaces=NAMES)


def published(*changes: Change, **values: Any) -> Any:
    return etree.fromstring(DATEX_II.render(replace(feed("case", *changes), **values)))


def records(*changes: Change, **values: Any) -> Any:
    return _all(published(*changes, **values), "//sit:situationRecord")


def kind(record: Any) -> str:
    return str(record.get(TYPE)).removeprefix("sit:")


OWN_WORDS = (
    "roadOrCarriagewayOrLaneManagementType",
    "generalNetworkManagementType",
    "speedManagementType",
    "serviceDisruptionType",
)


def own(record: Any) -> str | None:
    return next((found for name in OWN_WORDS if (found := _found(record, f"sit:{name}"))), None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"kind": Kind.STATION_CLOSURE}, "RoadOrCarriagewayOrLaneManagement carriagewayClosures"),
        ({"kind": Kind.LANE_CLOSURE}, "RoadOrCarriagewayOrLaneManagement laneClosures"),
        ({"kind": Kind.ROAD_CLOSURE}, "RoadOrCarriagewayOrLaneManagement roadClosed"),
        ({"kind": Kind.ROAD_CLOSURE, "contraflow": True}, "RoadOrCarriagewayOrLaneManagement contraflow"),
        ({"kind": Kind.RAMP_CLOSURE}, "RoadOrCarriagewayOrLaneManagement carriagewayClosures"),
        ({"kind": Kind.TURN_RESTRICTION}, "RoadOrCarriagewayOrLaneManagement other"),
        (
            {"kind": Kind.SPEED_RESTRICTION, "limits": Limits(speed_kmh=60)},
            "SpeedManagement speedRestrictionInOperation",
        ),
        ({"kind": Kind.SERVICE_AREA_CLOSURE}, "ServiceDisruption serviceAreaClosed"),
        ({"kind": Kind.TRAFFIC_CONTROL}, "GeneralNetworkManagement other"),
        ({"kind": Kind.TOLLING_END}, "GeneralNetworkManagement tollGatesOpen"),
        ({"kind": Kind.TOLLING_START}, "GeneralNetworkManagement other"),
        ({"kind": Kind.STATION_OPENING}, "GeneralNetworkManagement other"),
        ({"kind": Kind.STATION_RENAMING, "renamed_to": "北辰东站"}, "GeneralNetworkManagement other"),
        ({"kind": Kind.STATION_ABOLITION}, "GeneralNetworkManagement other"),
        ({"kind": Kind.REOPENING}, "GeneralNetworkManagement other"),
        (
            {"kind": Kind.VEHICLE_RESTRICTION, "vehicles": (Vehicle.GOODS,)},
            "RoadOrCarriagewayOrLaneManagement doNotUseSpecifiedLanesOrCarriageways",
        ),
        (
            {"kind": Kind.VEHICLE_RESTRICTION, "limits": Limits(weight_t=30)},
            "RoadOrCarriagewayOrLaneManagement weightRestrictionInOperation",
        ),
        (
            {"kind": Kind.VEHICLE_RESTRICTION, "limits": Limits(height_m=4.2)},
            "RoadOrCarriagewayOrLaneManagement heightRestrictionInOperation",
        ),
    ],
    ids=lambda given: given["kind"].value if isinstance(given, dict) else "",
)
def test_a_kind_is_a_type_of_record_and_a_word_of_it(values: dict[str, Any], expected: str) -> None:
    record = records(change(**values))[0]
    assert f"{kind(record)} {own(record)}" == expected


def test_every_kind_is_published() -> None:
    assert {kind_ for kind_ in Kind if not records(change(kind=kind_))} == set()


def test_works_the_way_round_and_limits_are_records_beside_the_measure() -> None:
    closure = replace(
        CASES["issue-zh"].revisions[4].change, limits=Limits(speed_kmh=40, width_m=3.5), advice=(Advice.FOLLOW_SIGNS,)
    )
    found = records(closure)
    assert [kind(each) for each in found] == [
        "RoadOrCarriagewayOrLaneManagement",
        "MaintenanceWorks",
        "ReroutingManagement",
        "SpeedManagement",
        "RoadOrCarriagewayOrLaneManagement",
    ]
    measure, works, detour, speed, size = found
    assert measure.get("id") == "closure"
    assert len({each.get("id") for each in found}) == 5
    assert measure.find(".//sit:objectReference", NAMES).get("id") == works.get("id")
    assert detour.find(".//sit:objectReference", NAMES).get("id") == "closure"
    assert [each.text for each in _all(detour, "sit:reroutingManagementType")] == [
        "doNotUseEntry",
        "doNotUseExit",
        "followDiversionSigns",
    ]
    assert "九园站" in _found(detour, "sit:reroutingItineraryDescription/com:values/com:value")
    assert _found(speed, "sit:temporarySpeedLimit") == "40"
    width = "sit:forVehiclesWithCharacteristicsOf/com:widthCharacteristic/com:"
    assert (_found(size, f"{width}comparisonOperator"), _found(size, f"{width}vehicleWidth")) == ("greaterThan", "3.5")


def classes(found: Any) -> list[str]:
    """Each class of vehicles concerned as its own words."""
    concerned = _all(found, "sit:forVehiclesWithCharacteristicsOf")
    return [" ".join(text for text in each.itertext() if text.strip()) for each in concerned]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"vehicles": (Vehicle.GOODS, Vehicle.HAZMAT)}, ["lorry", "hazardousMaterials"]),
        (
            {"vehicles": (Vehicle.GOODS,), "limits": Limits(weight_t=30.0, axles=6)},
            ["lorry greaterThanOrEqualTo 30.0 actual greaterThanOrEqualTo 6"],
        ),
        ({"vehicles": (Vehicle.NON_ETC,)}, ["other"]),
        ({"exempt": (Vehicle.CAR,)}, ["bus", "lorry", "constructionOrMaintenanceVehicle", "motorcycle"]),
        ({"kind": Kind.VEHICLE_RESTRICTION, "limits": Limits(height_m=4.2)}, ["greaterThan 4.2"]),
        ({"kind": Kind.VEHICLE_RESTRICTION}, ["other"]),
    ],
)
def test_the_classes_concerned_are_named(values: dict[str, Any], expected: list[str]) -> None:
    assert classes(records(change(**values))[0]) == expected


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (change(validity=validity(None, None, start_basis=StartBasis.AFTER_WORKS)), Lack.NO_START),
        (change(validity=validity(AUTUMN[1], AUTUMN[0])), Lack.DATES),
        (change(exempt=(Vehicle.NON_LOCAL,)), Lack.VEHICLES),
    ],
)
def test_what_cannot_be_said_is_left_out_and_counted(given: Change, reason: Lack) -> None:
    here = feed("case", change(id="other"), replace(given, id="left-out"))
    assert [(each.change, each.reason) for each in datex2.omitted(here)] == [("left-out", reason)]
    root = etree.fromstring(DATEX_II.render(here))
    assert [each.get("id") for each in _all(root, "//sit:situationRecord")] == ["other"]
    assert "另有1项变更未能以本格式表示" in _found(root, "com:feedDescription/com:values/com:value")


def times(record: Any) -> tuple[str | None, str | None]:
    return tuple(_found(record, f".//com:{name}") for name in ("overallStartTime", "overallEndTime"))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (validity(*AUTUMN), ("2024-10-21T00:00:00+08:00", "2025-01-01T00:00:00+08:00")),
        (validity(AUTUMN[0], None), ("2024-10-21T00:00:00+08:00", None)),
        (validity(None, None, start_basis=StartBasis.PUBLISHED), ("2024-10-20T00:00:00+08:00", None)),
        (validity(None, china(2024, 11, 1)), ("2024-10-20T00:00:00+08:00", "2024-11-01T00:00:00+08:00")),
        (validity(None, china(2024, 10, 12)), ("2024-10-11T00:00:00+08:00", "2024-10-12T00:00:00+08:00")),
    ],
)
def test_a_record_holds_from_its_start_or_the_day_of_its_notice(values: Any, expected: tuple[str | None, ...]) -> None:
    assert times(records(change(validity=values))[0]) == expected


def test_a_start_that_nobody_names_stays_that_of_the_first_notice() -> None:
    unknown = validity(None, None, start_basis=StartBasis.PUBLISHED)
    later = NoticeReference(id="notice-2", published=date(2024, 11, 5))
    first, second = feed("case", change(validity=unknown), change(validity=unknown, revision=1, notice=later)).revisions
    here = feed("case", second.change)
    assert (
        times(
            _all(
                etree.fromstring(DATEX_II.render(replace(here, earlier={"change-1": (first,)}))),
                "//sit:situationRecord",
            )[0]
        )[0]
        == "2024-10-20T00:00:00+08:00"
    )


def test_what_was_cancelled_under_way_ends_as_it_was_cancelled() -> None:
    # Recorded at 20:01 on 20 October.
    under_way = change(action=Action.CANCEL, revision=1, validity=validity(china(2024, 10, 1), AUTUMN[1]))
    record = records(under_way)[0]
    assert times(record) == ("2024-10-01T00:00:00+08:00", "2024-10-20T20:01:00+08:00")
    assert _found(record, "sit:operatorActionStatus") is None
    assert record.get("version") == "2"


def test_what_was_cancelled_before_it_began_is_rejected_and_ends_as_it_begins() -> None:
    record = records(change(action=Action.CANCEL, revision=1, validity=validity(*AUTUMN, windows=(NIGHT,))))[0]
    assert times(record) == ("2024-10-21T00:00:00+08:00", "2024-10-21T00:00:00+08:00")
    assert _found(record, "sit:operatorActionStatus") == "rejected"
    assert "取消" in _found(record, ".//sit:comment/com:values/com:value")


def periods(record: Any) -> list[str]:
    """Each period as 11-03T22:00 … 11-07T00:00, 22:00:00-23:59:59."""

    def said(period: Any) -> str:
        bounds = [(_found(period, f"com:{name}") or "")[5:16] for name in ("startOfPeriod", "endOfPeriod")]
        clocks = [(_found(period, f".//com:{name}") or "")[:8] for name in ("startTimeOfPeriod", "endTimeOfPeriod")]
        return f"{' … '.join(bounds)}, {'-'.join(clocks)}"

    return [said(each) for each in _all(record, ".//com:validPeriod")]


@pytest.mark.parametrize(
    ("start", "end", "windows", "expected"),
    [
        (china(2024, 11, 3), china(2024, 11, 5), (), []),
        (
            china(2024, 11, 3, 22),
            china(2024, 11, 7, 6),
            (NIGHT,),
            [
                "11-03T22:00 … 11-07T00:00, 22:00:00-23:59:59",
                "11-04T00:00 … 11-07T06:00, 00:00:00-06:00:00",
            ],
        ),
        (
            china(2024, 11, 3, 22),
            china(2024, 11, 4, 6),
            (NIGHT,),
            ["11-03T22:00 … 11-04T00:00, -", "11-04T00:00 … 11-04T06:00, -"],
        ),
        (
            china(2024, 11, 4, 7),
            china(2024, 11, 6, 9),
            (Window(from_="07:00", to="09:00"),),
            ["11-04T07:00 … 11-06T09:00, 07:00:00-09:00:00"],
        ),
        (
            china(2024, 11, 3, 22),
            None,
            (NIGHT,),
            ["11-03T22:00 … , 22:00:00-23:59:59", "11-04T00:00 … , 00:00:00-06:00:00"],
        ),
        (
            china(2024, 11, 3, 20),
            china(2024, 11, 6),
            (Window(from_="20:00", to="24:00"),),
            ["11-03T20:00 … 11-06T00:00, 20:00:00-23:59:59"],
        ),
    ],
)
def test_a_window_past_midnight_is_an_evening_and_a_morning(
    start: datetime, end: datetime | None, windows: tuple[Window, ...], expected: list[str]
) -> None:
    assert periods(records(change(validity=validity(start, end, windows=windows)))[0]) == expected


CLOCKS = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
WINDOWS = st.builds(Window, from_=CLOCKS, to=st.one_of(CLOCKS, st.just("24:00")))
HALF_HOURS = st.integers(0, 500).map(lambda count: china(2024, 11, 1) + timedelta(minutes=30 * count))


@given(start=HALF_HOURS, length=st.integers(1, 400) | st.none(), windows=st.lists(WINDOWS, min_size=1, max_size=2))
@settings(max_examples=60)
def test_a_record_holds_when_the_change_does(start: datetime, length: int | None, windows: list[Window]) -> None:
    end = start + timedelta(minutes=30 * length) if length else None
    given_ = change(validity=validity(start, end, windows=tuple(windows)))
    record = records(given_)[0]
    for count in range(-4, 700, 3):
        instant = start + timedelta(minutes=30 * count + 15)
        assert holds(record, instant) == in_force(given_, instant), instant


def holds(record: Any, instant: datetime) -> bool:
    """As a program reads it: within the whole, and within a period where there are any."""
    whole = _all(record, ".//com:validityTimeSpecification")[0]
    if not _within(whole, instant, "overallStartTime", "overallEndTime"):
        return False
    found = _all(record, ".//com:validPeriod")
    return any(_within(each, instant, "startOfPeriod", "endOfPeriod") and _recurs(each, instant) for each in found)


def _within(element: Any, instant: datetime, start: str, end: str) -> bool:
    bounds = [_found(element, f"com:{name}") for name in (start, end)]
    begun = datetime.fromisoformat(str(bounds[0])) <= instant
    return begun and (bounds[1] is None or instant < datetime.fromisoformat(bounds[1]))


def _recurs(period: Any, instant: datetime) -> bool:
    clocks = [_found(period, f".//com:{name}") for name in ("startTimeOfPeriod", "endTimeOfPeriod")]
    if None in clocks:
        return True
    begin, end = (time.fromisoformat(str(clock)[:8]) for clock in clocks)
    return begin <= instant.astimezone(CHINA).time() < end


def located(given_: Change, **values: Any) -> Any:
    return records(given_, **values)[0].find("sit:locationReference", NAMES)


@pytest.mark.parametrize(
    ("values", "type_", "expected"),
    [
        (
            {"access": Access.ENTRY},
            "PointLocation",
            {"infrastructureDescriptor": "atTollPlaza", "carriageway/loc:carriageway": "entrySlipRoad"},
        ),
        ({"access": Access.EXIT}, "PointLocation", {"carriageway/loc:carriageway": "exitSlipRoad"}),
        (
            {"station": None, "service_area": ServiceArea(name="马集服务区"), "kind": Kind.SERVICE_AREA_CLOSURE},
            "PointLocation",
            {"infrastructureDescriptor": "atServiceArea"},
        ),
        (
            {
                "station": None,
                "access": None,
                "junction": Junction(name="横涧枢纽", ramp="H"),
                "kind": Kind.RAMP_CLOSURE,
            },
            "PointLocation",
            {"infrastructureDescriptor": "atMotorwayInterchange", "carriageway/loc:carriageway": "slipRoads"},
        ),
        (
            {"station": None, "access": None, "structure": Structure(name="秦岭隧道"), "kind": Kind.ROAD_CLOSURE},
            "SingleRoadLinearLocation",
            {"infrastructureDescriptor": "inTunnel", "roadInformation/loc:roadNumber": "S1"},
        ),
    ],
)
def test_a_place_without_coordinates_is_named(values: dict[str, Any], type_: str, expected: dict[str, str]) -> None:
    found = located(change(**values))
    assert found.get(TYPE) == f"loc:{type_}"
    assert {name: _found(found, f"loc:supplementaryPositionalDescription/loc:{name}") for name in expected} == expected


@pytest.mark.parametrize(
    ("segment", "way", "expected"),
    [
        (Segment(from_="K1050+200", to="K1052+700"), None, ("1050200", "1052700", "unknown")),
        (Segment(from_="K12+300", to="K9"), Direction(to="both"), ("9000", "12300", "both")),
        (Segment(from_="K12+300.5", to="K13"), None, ("12300.5", "13000", "unknown")),
        (Segment(from_="AK0+100", to="AK0+300"), None, (None, None, None)),
        (Segment(from_="东丽湖站", to="K9"), None, (None, None, None)),
    ],
)
def test_stakes_are_metres_along_the_numbered_road(
    segment: Segment, way: Direction | None, expected: tuple[str | None, ...]
) -> None:
    road = Road(name="京沪高速", number="G2")
    found = located(
        change(kind=Kind.ROAD_CLOSURE, station=None, access=None, road=road, segment=segment, direction=way)
    )
    along = "loc:linearWithinLinearElement/loc:"
    paths = ("fromPoint/loc:distanceAlong", "toPoint/loc:distanceAlong", "directionRelativeOnLinearSection")
    assert tuple(_found(found, f"{along}{path}") for path in paths) == expected
    assert _found(found, f"{along}linearElement/loc:roadNumber") == ("G2" if expected[0] else None)


def test_a_single_stake_is_a_point_along_the_road() -> None:
    found = located(change(kind=Kind.ROAD_CLOSURE, station=None, access=None, segment=Segment(from_="K23+600")))
    point = "loc:pointAlongLinearElement/loc:distanceAlongLinearElement/loc:distanceAlong"
    assert (found.get(TYPE), _found(found, point)) == ("loc:PointLocation", "23600")


def test_coordinates_are_latitude_first_and_the_way_is_that_of_the_stakes() -> None:
    along, whole = (located(each, gazetteer=fictional.GAZETTEER) for each in (fictional.HALF, fictional.WHOLE))
    positions = _found(along, "loc:gmlLineString/loc:posList").split()
    assert 22 <= float(positions[0]) < 22.1
    assert 130.1 < float(positions[1]) < float(positions[-1]) < 130.3
    relative = "loc:linearWithinLinearElement/loc:directionRelativeOnLinearSection"
    assert [_found(each, relative) for each in (along, whole)] == ["aligned", "both"]
    assert along.find("loc:supplementaryPositionalDescription", NAMES).get("locationPrecision") == "10"


def test_a_station_has_the_coordinate_of_its_plaza() -> None:
    found = located(change(), gazetteer=KNOWN)
    point = "loc:pointByCoordinates/loc:pointCoordinates/loc:"
    assert [_found(found, f"{point}{name}") for name in ("latitude", "longitude")] == ["39.200000", "117.300000"]


@pytest.mark.parametrize(
    ("which", "total", "number", "usage"),
    [
        # Notices count from the median, DATEX II from the hard shoulder.
        ("lane-1", 3, "3", None),
        ("lane-3", 3, "1", None),
        ("lane-1", None, None, None),
        ("lane-4", 3, None, None),
        ("emergency", None, None, "emergencyLane"),
        ("etc", None, None, None),
    ],
)
def test_lanes_are_counted_from_the_hard_shoulder(
    which: str, total: int | None, number: str | None, usage: str | None
) -> None:
    lanes = Lanes(carriageway=LaneCount(which=(which,), total=total, closed=1))
    found = located(change(kind=Kind.LANE_CLOSURE, station=None, access=None, lanes=lanes))
    lane = "loc:supplementaryPositionalDescription/loc:carriageway/loc:lane/loc:"
    assert (_found(found, f"{lane}laneNumber"), _found(found, f"{lane}laneUsage")) == (number, usage)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "certain"),
        ({"confidence": 0.98}, "certain"),
        ({"confidence": 0.6}, "probable"),
        ({"validity": validity(*AUTUMN, end_basis=EndBasis.EXPECTED)}, "probable"),
        ({"validity": validity(None, AUTUMN[1])}, "probable"),
        ({"flags": (Flag.LOW_CONFIDENCE,)}, "riskOf"),
        ({"action": Action.CANCEL, "confidence": 0.6}, "certain"),
    ],
)
def test_how_sure_a_record_is_follows_from_the_notice_and_its_reading(values: dict[str, Any], expected: str) -> None:
    assert _found(records(change(**values))[0], "sit:probabilityOfOccurrence") == expected


def test_a_later_notice_makes_a_new_version_where_the_first_one_stood() -> None:
    later = NoticeReference(id="notice-2", title="延期", published=date(2024, 12, 20), url="https://news.example/2")
    extended = change(revision=1, action=Action.EXTEND, notice=later, reason=Reason.WORKS)
    root = published(extended, origins={"change-1": Origin(notice="notice-1", recorded=china(2024, 10, 20, 9))})
    assert [each.get("id") for each in _all(root, "//sit:situation")] == ["notice-1"]
    record = _all(root, "//sit:situationRecord")[0]
    assert (record.get("id"), record.get("version")) == ("change-1", "2")
    assert _found(record, "sit:situationRecordCreationTime") == "2024-10-20T09:00:00+08:00"
    assert _found(record, "sit:situationRecordVersionTime") == "2024-10-20T20:01:00+08:00"
    assert _found(record, "sit:urlLink/com:urlLinkAddress") == "https://news.example/2"


def test_parts_kept_give_the_same_bytes() -> None:
    parts = Parts()
    here = CASES["located"]
    assert DATEX_II.render(here, parts) == DATEX_II.render(here, parts) == DATEX_II.render(here)


def test_a_cancelled_change_has_a_last_version_and_is_gone_after_the_grace(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    filled(url, (change(id="cancelled", action=Action.CANCEL),), now=china(2024, 11, 1, 9))
    clock = Clock(china(2024, 11, 1, 12))
    with running(url, clock) as client:
        answer = client.get("/feeds/changes.datex2.xml")
        assert answer.headers["content-type"] == "application/xml; charset=utf-8"
        record = _all(etree.fromstring(answer.content), "//sit:situationRecord")[0]
        assert times(record)[1] == "2024-11-01T09:00:00+08:00"
        again = client.get("/feeds/changes.datex2.xml", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        clock.now = china(2024, 11, 4, 12)
        gone = etree.fromstring(client.get("/feeds/changes.datex2.xml").content)
        assert _all(gone, "//sit:situation") == []
