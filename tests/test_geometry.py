"""Where changes run: ramps by side, stretches by stake in the order of travel, and nothing that nobody surveyed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from service.errors import RuleError
from service.gazetteer import Gazetteer, load_gazetteer, stake_m, stake_text
from service.gazetteer.additions import additions, survey_of
from service.gazetteer.datum import distance_m
from service.gazetteer.files import as_yaml
from service.geometry import Shape, shapes
from service.locate import locate
from service.records import Access, Change, Direction, Junction, Qualifier, Road, Station
from tests.fictional import CLOSED_ENTRY, FICTIONAL, GAZETTEER, HALF, RAMP, UNLOCATED, WHOLE, stretch

EAST_ENTRY = ((130.4317, 22.029), (130.4337, 22.031), (130.4367, 22.0349))
EAST_EXIT = ((130.4312, 22.0349), (130.4339, 22.031), (130.4319, 22.0289))
RAMP_A = ((130.332, 22.0267), (130.336, 22.025), (130.3374, 22.02))
FORWARD = ((130.11638, 22.001), (130.1939, 22.005), (130.27046, 22.017))


def summary(found: tuple[Shape, ...]) -> list[tuple[str, tuple[tuple[float, float], ...], float | None, bool, bool]]:
    return [
        (
            shape.part,
            tuple((round(lon, 6), round(lat, 6)) for lon, lat in shape.points),
            shape.accuracy_m,
            shape.traced,
            shape.directed,
        )
        for shape in found
    ]


def at(name: str, access: Access | None, **values: object) -> Change:
    return replace(CLOSED_ENTRY, station=Station(name=name), access=access, **values)  # type: ignore[arg-type]  # as the record has them


WEST_TO_EAST = stretch("虚构西站", "虚构东站", Direction(from_="虚构西", to="虚构东"))

SHAPES = {
    "an entry is its ramp": (CLOSED_ENTRY, [("entry", EAST_ENTRY, 10, True, True)]),
    "both sides are two ramps": (
        at("虚构东站", Access.BOTH),
        [("entry", EAST_ENTRY, 10, True, True), ("exit", EAST_EXIT, 10, True, True)],
    ),
    "a station of no side is its point": (at("虚构东站", None), [("", ((130.4338, 22.031),), 20, True, True)]),
    "a ramp that nobody surveyed is the station's point, in WGS-84": (
        at("虚构中站", Access.EXIT), [("exit", ((130.242, 22.0165),), 50, True, True)],
    ),
    "two such ramps are one point": (at("虚构中站", Access.BOTH), [("", ((130.242, 22.0165),), 50, True, True)]),
    "a station without a coordinate is nowhere": (UNLOCATED, []),
    "a station that is not listed is nowhere": (at("虚构北站", Access.ENTRY), []),
    "a new station of that name may be elsewhere": (
        replace(CLOSED_ENTRY, station=Station(name="虚构东站", qualifier=Qualifier.NEW)), [],
    ),
    "without its road a name that is there once is enough": (
        replace(CLOSED_ENTRY, road=None), [("entry", EAST_ENTRY, 10, True, True)],
    ),
    "on another road it is another station": (replace(CLOSED_ENTRY, road=Road(name="示例高速公路")), []),
    "a ramp by letter": (RAMP, [("", RAMP_A, 10, True, True)]),
    "a ramp that is not listed is its junction": (
        replace(RAMP, junction=Junction(name="虚构枢纽", ramp="B")), [("", ((130.3374, 22.0275),), 20, True, True)],
    ),
    "a ramp of no junction": (replace(RAMP, junction=Junction(ramp="A")), []),
    "a carriageway with the stakes": (HALF, [("forward", FORWARD, 10, True, True)]),
    "a carriageway against them": (
        replace(HALF, direction=Direction(to="虚构甲市")), [("backward", FORWARD[::-1], 10, True, True)],
    ),
    "written from the far end": (
        stretch("K28+000", "K12+000", Direction(to="虚构乙市")), [("forward", FORWARD, 10, True, True)],
    ),
    "both carriageways": (
        WHOLE, [("forward", FORWARD, 10, True, True), ("backward", FORWARD[::-1], 10, True, True)],
    ),
    "no direction said": (stretch("K12+000", "K28+000"), [("", FORWARD, 10, True, False)]),
    "a direction that is unknown here": (
        stretch("K12+000", "K28+000", Direction(to="荣成")), [("", FORWARD, 10, True, False)],
    ),
    "a direction that contradicts itself": (
        stretch("K12+000", "K28+000", Direction(from_="虚构乙市", to="虚构乙市")), [("", FORWARD, 10, True, False)],
    ),
    "towards a station beyond": (
        stretch("K12+000", "K28+000", Direction(to="虚构东")), [("forward", FORWARD, 10, True, True)],
    ),
    "coming from a station beyond": (
        stretch("K12+000", "K28+000", Direction(from_="虚构东")), [("backward", FORWARD[::-1], 10, True, True)],
    ),
    "towards a station within": (
        stretch("K12+000", "K28+000", Direction(to="虚构中")), [("", FORWARD, 10, True, False)],
    ),
    "one stake": (stretch("K15+000", None, Direction(to="both")), [("", ((130.14545, 22.0025),), 10, True, True)]),
    "a stake that is a vertex": (stretch("K20", None), [("", ((130.1939, 22.005),), 10, True, True)]),
    "a stake beyond the line": (stretch("K60+000"), []),
    "a stretch that reaches beyond the line": (stretch("K48+000", "K52+000"), []),
    "a stake of a ramp": (stretch("AK0+100", "AK0+300"), []),
    "a stretch between a stake and a name unknown": (stretch("K12+000", "虚构北站"), []),
    "a segment of nothing": (stretch(None), []),
    "a road alone is not all of it": (replace(WHOLE, segment=None), []),
    "a road that is not known": (replace(WHOLE, road=Road(name="示例高速公路")), []),
    "no road": (replace(WHOLE, road=None), []),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), SHAPES.values(), ids=SHAPES)
def test_shapes(given: Change, expected: list[object]) -> None:
    assert summary(shapes(given, GAZETTEER)) == expected


def test_a_stretch_between_stations_follows_the_line() -> None:
    (shape,) = shapes(WEST_TO_EAST, GAZETTEER)
    assert (shape.part, shape.traced, len(shape.points)) == ("forward", True, 6)
    assert [tuple(round(each, 6) for each in point) for point in (shape.points[0], shape.points[-1])] == [
        (130.0485, 22.0), (130.4338, 22.035)
    ]  # fmt: skip


def test_the_entries_of_a_range_of_stations_are_closed_and_not_the_road() -> None:
    found = shapes(stretch("虚构中站", "虚构东站", access=Access.ENTRY), GAZETTEER)
    assert [(shape.part, len(shape.points)) for shape in found] == [("虚构中站 entry", 1), ("虚构东站 entry", 3)]


UNSURVEYED = """
roads:
  - name: 甲高速
    stations:
      - {name: 一站, order: 1, coordinates: {lon: 117, lat: 39, datum: wgs84, accuracy_m: 20}}
      - {name: 二站, order: 2, coordinates: {lon: 117.1, lat: 39, datum: wgs84}}
      - {name: 三站, coordinates: {lon: 117.2, lat: 39, datum: wgs84, accuracy_m: 30}}
"""


@pytest.fixture
def unsurveyed(tmp_path: Path) -> Gazetteer:
    (tmp_path / "roads.yaml").write_text(UNSURVEYED, "utf-8")
    return load_gazetteer(tmp_path)


ENDS = {
    "one end's accuracy is not told": (
        ("一站", "二站", Direction(to="二站")), [("forward", ((117, 39), (117.1, 39)), None, False, True)],
    ),
    "against the order": (
        ("一站", "二站", Direction(from_="二站", to="一站")),
        [("backward", ((117.1, 39), (117, 39)), None, False, True)],
    ),
    "an end without its place in the order": (
        ("三站", "一站", Direction(to="both")), [("", ((117.2, 39), (117, 39)), 30, False, False)],
    ),
    "a stake of a road without a line": (("一站", "K12+000", None), []),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), ENDS.values(), ids=ENDS)
def test_a_road_without_a_line_has_the_ends_of_a_stretch(
    given: tuple[str, str, Direction | None], expected: list[object], unsurveyed: Gazetteer
) -> None:
    start, end, way = given
    assert summary(shapes(stretch(start, end, way, road=Road(name="甲高速")), unsurveyed)) == expected


def test_a_hub_in_the_listings_of_two_roads_is_one_place(tmp_path: Path) -> None:
    place = "{name: 甲枢纽, coordinates: {lon: 117, lat: 39, datum: wgs84}}"
    (tmp_path / "roads.yaml").write_text(
        f"roads: [{{name: 甲高速, junctions: [{place}]}}, {{name: 乙高速, junctions: [{place}]}}]", "utf-8"
    )
    gazetteer = load_gazetteer(tmp_path)
    given = replace(RAMP, road=None, junction=Junction(name="甲枢纽"))
    assert [shape.points for shape in shapes(given, gazetteer)] == [((117, 39),)]
    assert locate(given, gazetteer) == (117, 39)


def test_interpolation_keeps_to_the_line_and_its_metres() -> None:
    road = GAZETTEER.road("S0")
    assert road is not None
    assert road.line is not None
    along = [road.line.point(stake) for stake in range(0, 50_001, 500)]
    points = [point for point in along if point]
    assert len(points) == len(along)
    steps = [distance_m(one, other) for one, other in pairwise(points)]
    assert min(steps) == pytest.approx(500, abs=5)
    assert max(steps) == pytest.approx(500, abs=5)


STAKES = {
    "K12+300": 12_300.0, "K0+000": 0.0, "K115": 115_000.0, "K7+5": 7005.0, "K1050+200.5": 1_050_200.5,
    "AK7+050": None, "ZK12+300": None, "K12+3000": None, "虚构东站": None, "K١٢": None, "": None, "K12+300 ": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "metres"), STAKES.items())
def test_stakes_in_metres(text: str, metres: float | None) -> None:
    assert stake_m(text) == metres
    if metres is not None:
        assert stake_m(stake_text(metres)) == metres


def course(vertices: str) -> str:
    return f"roads: [{{name: 甲路, line: {{datum: wgs84, vertices: [{vertices}]}}}}]"


def ramp(line: str) -> str:
    return f"roads: [{{name: 甲路, stations: [{{name: 甲站, entry_line: {line}}}]}}]"


ONE, TWO = "[117, 39]", "[117.01, 39]"
WRONG = {
    "a stake of a ramp": (course("[AK0, 117, 39], [K1, 117.01, 39]"), "expected a stake like K12+300, found 'AK0'"),
    "one vertex": (course("[K0, 117, 39]"), "expected a line of 2 to 20000 vertices, found 1"),
    "a vertex without a stake": (course(f"{ONE}, {TWO}"), "expected a vertex of stake, longitude and latitude"),
    "stakes that do not grow": (course("[K1, 117, 39], [K1, 117.01, 39]"), "to grow, found K1+000 after K1+000"),
    "a slip in a stake": (course("[K0, 117, 39], [K1, 117.9, 39]"), "expected K0+000 and K1+000 some 1000 m apart"),
    "a line swapped": (course("[K0, 39, 117], [K1, 39, 117.01]"), "are lon and lat swapped?"),
    "a line without a datum": (ramp(f"{{points: [{ONE}, {TWO}]}}"), "甲路: 甲站: expected a datum of wgs84"),
    "a line of a point": (ramp(f"{{datum: wgs84, points: [{ONE}]}}"), "expected entry_line of 2 to 20000 points"),
    "a point of three numbers": (ramp(f"{{datum: wgs84, points: [{ONE}, [117, 39, 5]]}}"), "longitude and latitude"),
    "a point twice": (ramp(f"{{datum: wgs84, points: [{ONE}, {TWO}, {ONE}]}}"), "found one twice"),
    "a line that is a list": (ramp(f"[{ONE}, {TWO}]"), "expected entry_line with points, datum, accuracy_m and source"),
    "ramps that are a list": ("roads: [{name: 甲路, junctions: [{name: 甲枢纽, ramps: [A]}]}]", "expected ramps as"),
    "ramps of a station": ("roads: [{name: 甲路, stations: [{name: 甲站, ramps: {}}]}]", "expected a place with name"),
    "towards one end": ("roads: [{name: 甲路, towards: [上海]}]", "甲路: expected towards with start and end"),
    "one place at both ends": (
        "roads: [{name: 甲路, towards: {start: [上海], end: [上海站]}}]", "found 上海 at both",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_line_is_refused_with_its_reason(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "test.yaml").write_text(content, "utf-8")
    with pytest.raises(RuleError) as caught:
        load_gazetteer(tmp_path)
    assert reason in str(caught.value)


LINE = "{datum: wgs84, points: [[117, 39], [117.01, 39]]}"
CONFLICTS = {
    "a stake": ("stations: [{name: 甲站, stake: K1}]", "stations: [{name: 甲站, stake: K2}]", "stake K1+000, found K2"),
    "a ramp": (
        f"stations: [{{name: 甲站, exit_line: {LINE}}}]",
        f"stations: [{{name: 甲站, exit_line: {LINE.replace('39]]', '39.1]]')}}}]",
        "甲站: expected exit_line",
    ),
    "a road's line": (
        "line: {datum: wgs84, vertices: [[K0, 117, 39], [K1, 117.01, 39]]}",
        "line: {datum: gcj02, vertices: [[K0, 117, 39], [K1, 117.01, 39]]}",
        "expected one line, found another",
    ),
    "an end": ("towards: {start: [上海]}", "towards: {end: [上海]}", "found 上海 at both"),
}


@pytest.mark.parametrize(("one", "other", "reason"), CONFLICTS.values(), ids=CONFLICTS)
def test_files_that_place_one_thing_differently_are_refused(tmp_path: Path, one: str, other: str, reason: str) -> None:
    for name, content in (("a", one), ("b", other)):
        (tmp_path / f"{name}.yaml").write_text(f"roads: [{{name: 甲路, {content}}}]", "utf-8")
    with pytest.raises(RuleError, match=r"b\.yaml: 甲路") as caught:
        load_gazetteer(tmp_path)
    assert reason in str(caught.value)


def test_what_one_file_leaves_out_another_adds(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("roads: [{name: 虚构高速, stations: [虚构东站]}]", "utf-8")
    (tmp_path / "b.yaml").write_bytes(FICTIONAL.read_bytes())
    assert shapes(CLOSED_ENTRY, load_gazetteer(tmp_path)) == shapes(CLOSED_ENTRY, GAZETTEER)


def test_lines_are_written_as_they_were_read(tmp_path: Path) -> None:
    (tmp_path / "test.yaml").write_text(as_yaml(GAZETTEER.roads, "Test."), "utf-8")
    assert load_gazetteer(tmp_path) == GAZETTEER


def test_a_table_may_tell_stakes() -> None:
    table = "name,road,stake\n甲站,虚构高速,K12+300\n乙站,虚构高速,12公里\n"
    found = additions(GAZETTEER, survey_of(table, "test.csv"))
    assert [station.stake_m for road in found.roads for station in road.stations] == [12_300]
    assert [problem.reason for problem in found.problems] == ["expected a stake like K12+300, found '12公里'"]
