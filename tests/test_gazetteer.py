"""Names of roads and stations: which spellings are one place, which places are known, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import RuleError
from service.gazetteer import load_gazetteer, road_key, station_key
from service.reading.rules import load_rules
from service.records import Road

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


def test_names_come_longest_first(tmp_path: Path) -> None:
    # A text that says 津蓟高速公路 does not say 津蓟高速 and then 公路.
    (tmp_path / "test.yaml").write_text(JINJI, "utf-8")
    assert load_gazetteer(tmp_path).names == ("津宁高速公路", "津蓟高速公路", "津蓟高速", "蓟州线")


def test_a_station_is_known_unknown_or_not_listed(tmp_path: Path) -> None:
    (tmp_path / "test.yaml").write_text(JINJI, "utf-8")
    gazetteer = load_gazetteer(tmp_path)
    assert gazetteer.knows_station("津蓟高速", "津榆路收费站") is True
    assert gazetteer.knows_station("S1", "北辰东站") is False
    assert gazetteer.knows_station("津宁高速", "北辰东站") is None
    assert gazetteer.knows_station(None, "天津站") is None


def test_of_two_roads_with_one_number_the_first_answers(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("roads: [{name: 津蓟高速公路, number: S1}]", "utf-8")
    (tmp_path / "b.yaml").write_text("roads: [{name: 邻省高速公路, number: S1}]", "utf-8")
    road = load_gazetteer(tmp_path).road("S1")
    assert road is not None
    assert road.name == "津蓟高速公路"


def test_a_folder_without_files_knows_nothing(tmp_path: Path) -> None:
    assert load_gazetteer(tmp_path / "nowhere").names == ()


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


def test_roads_of_the_installed_gazetteer_are_read_with_their_numbers() -> None:
    rulebook = load_rules()
    [mark] = rulebook.read("津蓟高速天津站").marks[:1]
    assert mark.value == Road(name="津蓟高速", number="S1")
