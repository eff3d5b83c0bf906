"""Names of roads and stations: which spellings are one place, which places are known, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from service.errors import RuleError
from service.gazetteer import Position, load_gazetteer, road_key, station_key
from service.gazetteer.datum import Datum
from service.reading.extract import extract
from service.reading.rules import load_rules
from service.records import Flag, Road
from tests.make import notice

RULEBOOK = load_rules()

STATIONS = {
    "天津站": "天津",
    "天津收费站": "天津",
    "天津主线收费站": "天津",
    "天津收费所": "天津",
    "天津": "天津",
    "津蓟高速公路天津收费站": "天津",
    "津蓟高速天津站": "天津",
    "新建津蓟高速公路天津站": "天津",
    "原天津站": "天津",
    "原平站": "原平",
    "新建收费站": "新建",
    "津蓟高速公路收费站": "津蓟高速公路",
    "天津 收费站": "天津",
    "站": "站",
}
ROADS = {
    "津蓟高速公路": "津蓟高速",
    "津蓟高速": "津蓟高速",
    "津蓟 高速公路": "津蓟高速",
    "S1": "S1",
    "s1": "S1",
    "G18": "G18",
    "山深公路": "山深公路",
    "外环线": "外环线",
}


@pytest.mark.parametrize(("name", "key"), STATIONS.items(), ids=STATIONS)
def test_spellings_of_one_station_have_one_key(name: str, key: str) -> None:
    assert station_key(name) == key


@pytest.mark.parametrize(("name", "key"), ROADS.items(), ids=ROADS)
def test_spellings_of_one_road_have_one_key(name: str, key: str) -> None:
    assert road_key(name) == key


JINJI = """
roads:
  - name: 津蓟高速公路
    number: S1
    aliases: [津蓟高速, 蓟州线]
    stations: [天津站, 津榆路站, 九园站]
  - name: 津宁高速公路
"""


def test_a_road_is_known_by_name_alias_and_number(tmp_path: Path) -> None:
    (tmp_path / "test.yaml").write_text(JINJI, "utf-8")
    gazetteer = load_gazetteer(tmp_path)
    known = {name: gazetteer.road(name) for name in ("津蓟高速公路", "津蓟高速", "蓟州线", "S1")}
    assert {name: road and road.name for name, road in known.items()} == dict.fromkeys(known, "津蓟高速公路")
    assert gazetteer.road("S2") is None


def test_names_that_do_not_show_by_form_come_longest_first(tmp_path: Path) -> None:
    # A text that says 首都环线高速 does not say 首都环线 and then 高速.
    rings = "roads: [{name: 首都地区环线高速公路, aliases: [首都环线高速, 首都环线, 北京—上海高速]}]"
    (tmp_path / "test.yaml").write_text(JINJI, "utf-8")
    (tmp_path / "rings.yaml").write_text(rings, "utf-8")
    names = ("首都地区环线高速公路", "北京—上海高速", "首都环线高速", "首都环线", "蓟州线")
    assert load_gazetteer(tmp_path).names == names


def test_a_station_is_known_unknown_or_not_listed(tmp_path: Path) -> None:
    (tmp_path / "test.yaml").write_text(JINJI, "utf-8")
    gazetteer = load_gazetteer(tmp_path)
    assert gazetteer.knows_station("津蓟高速", "津榆路收费站") is True
    assert gazetteer.knows_station("S1", "北辰东站") is False
    assert gazetteer.knows_station("津宁高速", "北辰东站") is None
    assert gazetteer.knows_station(None, "天津站") is None


SPLIT = """
roads:
  - name: 津蓟高速
    stations: [{name: 天津收费站, order: 1, coordinates: {lon: 117.3, lat: 39.2, datum: gcj02, accuracy_m: 20}}, 北站]
"""


def test_entries_of_one_road_in_several_files_are_put_together(tmp_path: Path) -> None:
    for folder, content in (("rules", JINJI), ("data", SPLIT)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test.yaml").write_text(content, "utf-8")
    road = load_gazetteer(tmp_path / "rules", tmp_path / "data", tmp_path / "nowhere").road("津蓟高速")
    assert road is not None
    assert (road.name, road.number) == ("津蓟高速公路", "S1")
    assert [(station.name, station.order) for station in road.stations] == [
        ("天津站", 1), ("津榆路站", None), ("九园站", None), ("北站", None)
    ]  # fmt: skip
    assert road.stations[0].position == Position(lon=117.3, lat=39.2, datum=Datum.GCJ02, accuracy_m=20)


def test_files_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(JINJI, "utf-8")
    (tmp_path / "b.yaml").write_text("roads: [{name: 津蓟高速, number: S9}]", "utf-8")
    with pytest.raises(RuleError, match=r"b\.yaml: 津蓟高速: expected number S1, found S9"):
        load_gazetteer(tmp_path)


def test_of_two_roads_with_one_number_the_first_answers(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("roads: [{name: 津蓟高速公路, number: S1}]", "utf-8")
    (tmp_path / "b.yaml").write_text("roads: [{name: 邻省高速公路, number: S1}]", "utf-8")
    road = load_gazetteer(tmp_path).road("S1")
    assert road is not None
    assert road.name == "津蓟高速公路"


def test_a_folder_without_files_knows_nothing(tmp_path: Path) -> None:
    assert load_gazetteer(tmp_path / "nowhere").names == ()


def located(coordinates: str) -> str:
    return f"roads: [{{name: 甲路, stations: [{{name: 甲站, coordinates: {{{coordinates}}}}}]}}]"


WRONG = {
    "no YAML": ("roads: [", "expected YAML in UTF-8"),
    "no mapping": ("[1]", "expected a mapping with a list 'roads'"),
    "no roads": ("about: Test.", "expected a mapping with a list 'roads'"),
    "a road that is no mapping": ("roads: [津蓟高速公路]", "expected a road with name"),
    "a road without a name": ("roads: [{number: S1}]", "expected a road with name"),
    "an unknown key": ("roads: [{name: 津蓟高速公路, nr: S1}]", "'nr': 'S1'"),
    "aliases that are no list": (
        "roads: [{name: 津蓟高速公路, aliases: 津蓟线}]",
        "津蓟高速公路: expected aliases as a list",
    ),
    "stations that are no list": ("roads: [{name: 津蓟高速公路, stations: 天津站}]", "expected stations as a list"),
    "an unknown key of the file": ("{roads: [], more: 1}", "expected a mapping with a list 'roads'"),
    "a number that is none": (
        "roads: [{name: 津蓟高速公路, number: 1}]",
        "津蓟高速公路: expected a number like G2 or S1",
    ),
    "a name that is none": ("roads: [{name: ' '}]", "expected a name of 1 to 60 printable characters"),
    "an alias that is none": ("roads: [{name: 津蓟高速公路, aliases: [[]]}]", "津蓟高速公路: expected a name"),
    "a station without a name": ("roads: [{name: 津蓟高速公路, stations: [{order: 1}]}]", "expected a place with name"),
    "a station twice": (
        "roads: [{name: 津蓟高速公路, stations: [天津站, 天津收费站]}]",
        "津蓟高速公路: 天津收费站: expected names of its own, found 天津 also elsewhere",
    ),
    "an order twice": (
        "roads: [{name: 津蓟高速公路, stations: [{name: 甲站, order: 1}, {name: 乙站, order: 1}]}]",
        "津蓟高速公路: 乙站: expected an order of its own, found 1, that of 甲站",
    ),
    "an order that is none": (
        "roads: [{name: 甲路, stations: [{name: 甲站, order: first}]}]",
        "甲路: 甲站: expected order as",
    ),
    "coordinates without a datum": (
        located("lon: 117.3, lat: 39.2"),
        "expected a datum of wgs84, gcj02, bd09, found None",
    ),
    "coordinates in another datum": (located("lon: 117.3, lat: 39.2, datum: cgcs2000"), "found 'cgcs2000'"),
    "coordinates swapped": (located("lon: 39.2, lat: 117.3, datum: wgs84"), "are lon and lat swapped?"),
    "coordinates out of range": (located("lon: 200, lat: 39.2, datum: wgs84"), "甲路: 甲站: expected lon 73 to 136"),
    "coordinates that are no number": (
        located("lon: .nan, lat: 39.2, datum: wgs84"),
        "expected lon as degrees, found nan",
    ),
    "half a coordinate": (located("lon: 117.3, datum: wgs84"), "expected lat as degrees, found None"),
    "an accuracy of nothing": (
        located("lon: 117.3, lat: 39.2, datum: wgs84, accuracy_m: 0"),
        "accuracy_m as metres above 0",
    ),
    "two roads of one name": (
        "roads: [{name: 津蓟高速公路}, {name: 津宁高速公路, aliases: [津蓟高速]}]",
        "津宁高速公路: expected names of its own, found 津蓟高速",
    ),
}


@pytest.mark.parametrize(("content", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_its_reason(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "test.yaml").write_text(content, "utf-8")
    with pytest.raises(RuleError) as caught:
        load_gazetteer(tmp_path)
    assert str(caught.value).startswith("test.yaml: ")
    assert reason in str(caught.value)


READ: dict[str, tuple[str, str | None, str | None]] = {
    "津蓟高速天津站": ("津蓟高速", "津蓟高速", "S1"),
    "S1津蓟高速公路天津站": ("S1津蓟高速公路", "津蓟高速公路", "S1"),
    "京台高速合徐段蚌埠站": ("京台高速合徐段", "京台高速", "G3"),
    "G95首都环线高速涿州站": ("G95首都环线高速", "首都环线高速", "G95"),
    "首都环线高速公路涿州站": ("首都环线高速公路", "首都环线高速公路", "G95"),
    "北京—上海高速公路沧州站": ("北京—上海高速公路", "北京—上海高速公路", "G2"),
    "石家庄市绕城高速公路正定站": ("石家庄市绕城高速公路", "石家庄市绕城高速公路", "G2002"),
    # The text goes first: a road may carry another number by now, or be another of the same name.
    "G15W常台高速": ("G15W常台高速", "常台高速", "G15W"),
    "S99京沪高速沧州站": ("S99京沪高速", "京沪高速", "S99"),
    "G2沧州站": ("G2", None, "G2"),
    "成渝高速内江站": ("成渝高速", "成渝高速", None),
    "未名高速示例站": ("未名高速", "未名高速", None),
}


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=READ)
def test_a_road_has_the_number_of_the_text_or_of_the_gazetteer(
    text: str, expected: tuple[str, str | None, str | None]
) -> None:
    roads = [mark for mark in RULEBOOK.read(text).marks if mark.type == "road"]
    words, name, number = expected
    assert [(text[mark.start : mark.end], mark.value) for mark in roads] == [(words, Road(name=name, number=number))]


# A road whose stations are not listed says nothing; nor does a number that every province may have.
FLAGGED = {
    "津蓟高速公路天津站": False,
    "津蓟高速公路津榆路收费站": False,
    "津蓟高速公路示例东站": True,
    "津蓟高速公路北辰东站": True,
    "S1津蓟高速公路示例东站": True,
    "S9津蓟高速公路示例东站": False,
    "S1高速示例东站": False,
    "京沪高速公路示例东站": False,
    "未名高速公路示例东站": False,
    "示例东收费站": False,
}


@pytest.mark.parametrize(("place", "flagged"), FLAGGED.items(), ids=FLAGGED)
def test_a_station_that_its_road_does_not_list_is_read_and_flagged(place: str, flagged: bool) -> None:
    [change] = extract(notice(f"{place}入口10月21日至25日封闭施工。"), RULEBOOK).changes
    assert change.station is not None
    assert (Flag.UNKNOWN_STATION in change.flags) is flagged


def test_the_installed_gazetteer_names_the_whole_national_network() -> None:
    numbers = [road.number for road in RULEBOOK.gazetteer.roads if road.number and road.number.startswith("G")]
    plain = [number for number in numbers if len(number) <= 3]
    assert len(set(numbers)) == len(numbers)
    radial = [number for number in plain if len(number) == 2]
    rings = [number for number in plain if number >= "G91" and len(number) == 3]
    lengthwise = [number for number in plain if len(number) == 3 and number < "G91" and int(number[1:]) % 2]
    across = [number for number in plain if len(number) == 3 and number < "G91" and not int(number[1:]) % 2]
    assert (len(radial), len(lengthwise), len(across), len(rings)) == (7, 11, 18, 6)


def test_every_installed_file_names_its_source() -> None:
    for path in sorted((Path(__file__).parent.parent / "rules" / "gazetteer").glob("*.yaml")):
        assert yaml.safe_load(path.read_text("utf-8"))["source"], path.name
