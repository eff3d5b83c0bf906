"""Importing places: what a table, GeoJSON or a map says, what is refused and why, and what becomes of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from service.errors import DocumentError
from service.gazetteer import Gazetteer, KnownRoad, load_gazetteer
from service.gazetteer.additions import Additions, additions, survey_of
from service.gazetteer.datum import Datum, Point, distance_m, from_wgs84, in_china, to_wgs84
from service.gazetteer.files import as_yaml
from service.gazetteer.places import KnownPlace, Position
from service.gazetteer.survey import MOST_PLACES
from tests.program import run

HEAD = "name,aliases,road,road_number,order,lon,lat,datum,accuracy_m\n"
KNOWN = Gazetteer(
    (
        KnownRoad(
            name="津蓟高速公路",
            number="S1",
            stations=(
                KnownPlace(name="天津站", order=1, position=Position(lon=117.3, lat=39.2, datum=Datum.WGS84)),
                KnownPlace(name="九园站"),
            ),
        ),
        KnownRoad(name="京沪高速公路", number="G2"),
        KnownRoad(name="津宁高速公路", number="S2"),
    )
)


def read(text: str, road: str | None = None) -> Additions:
    return additions(KNOWN, survey_of(text, "test.csv"), road=road)


def position(**values: Any) -> Position:
    return Position(**{"lon": 117.31, "lat": 39.72, "datum": Datum.WGS84, "source": "test.csv", **values})


def mapped(element: str) -> Position:
    return position(lon=117.4, lat=39.2, source=f"OpenStreetMap {element}")


def feature(properties: dict[str, Any], *place: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": list(place)} if place else None
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


BOOTH = {"type": "node", "id": 1, "lat": 39.2, "lon": 117.4, "tags": {"barrier": "toll_booth", "name": "东丽收费站"}}


def overpass(*elements: Any) -> str:
    return json.dumps({"version": 0.6, "elements": list(elements)})


def motorway(*nodes: int, **tags: str) -> dict[str, Any]:
    return {"type": "way", "id": 100 + nodes[-1], "nodes": list(nodes), "tags": {"highway": "motorway", **tags}}


def station(road: str, number: str | None, **values: Any) -> KnownRoad:
    return KnownRoad(name=road, number=number, stations=(KnownPlace(**values),))


FORMS: dict[str, tuple[str, KnownRoad]] = {
    "a table": (
        HEAD + "宝坻站,宝坻收费站;宝坻北站,津蓟高速,S1,5,117.31,39.72,gcj02,50\n",
        station(
            "津蓟高速",
            "S1",
            name="宝坻站",
            aliases=("宝坻收费站", "宝坻北站"),
            order=5,
            position=position(datum=Datum.GCJ02, accuracy_m=50.0),
        ),
    ),
    "a table of names, with tabs and blank lines": (
        "road\tname\n\n津蓟高速\t宝坻站\n\t\n",
        station("津蓟高速", None, name="宝坻站"),
    ),
    "a table of a road that is new": ("name;road\r\n甲站;未名高速\r\n", station("未名高速", None, name="甲站")),
    "a table by national number": ("name,road_number\n沧州站,G2\n", station("京沪高速公路", "G2", name="沧州站")),
    # 沪宁 is a section of G2, and of others elsewhere.
    "a section named beside a known number": (
        "name,road,road_number\n无锡站,沪宁高速,G2\n",
        station("京沪高速公路", "G2", name="无锡站"),
    ),
    "a feature": (
        collection(feature({"name": "宝坻站", "road": "津蓟高速", "accuracy_m": 20, "note": "…"}, 117.31, 39.72, 3.5)),
        station("津蓟高速", None, name="宝坻站", position=position(accuracy_m=20)),
    ),
    "a feature in another datum": (
        json.dumps(feature({"name": "宝坻站", "road": "津蓟高速", "datum": "bd09"}, 117.31, 39.72)),
        station("津蓟高速", None, name="宝坻站", position=position(datum=Datum.BD09)),
    ),
    "a feature without a place": (
        collection(feature({"name": "宝坻站", "road": "津蓟高速", "aliases": "宝坻北;宝坻南"})),
        station("津蓟高速", None, name="宝坻站", aliases=("宝坻北", "宝坻南")),
    ),
    "a junction of GeoJSON": (
        collection(feature({"name": "宝坻", "road": "津蓟高速", "highway": "motorway_junction"}, 117.31, 39.72)),
        KnownRoad(name="津蓟高速", junctions=(KnownPlace(name="宝坻", position=position()),)),
    ),
    "a booth on a way": (
        overpass(BOOTH, motorway(1, 2, name="津蓟高速", ref="S1")),
        station("津蓟高速", "S1", name="东丽收费站", position=mapped("node 1")),
    ),
    "a booth on a way of a route": (
        overpass(
            {**BOOTH, "tags": {**BOOTH["tags"], "name:zh": "东丽站", "alt_name": "东丽主线;东丽"}},
            {"type": "way", "id": 7, "nodes": [1], "tags": {"highway": "motorway_link"}},
            {
                "type": "relation",
                "id": 8,
                "tags": {"type": "route", "route": "road", "ref": "G2", "name": "G2 京沪高速公路 (天津段)"},
                "members": [{"type": "way", "ref": 7, "role": ""}],
            },
        ),
        station(
            "京沪高速公路",
            "G2",
            name="东丽站",
            aliases=("东丽收费站", "东丽主线", "东丽"),
            position=mapped("node 1"),
        ),
    ),
    "an area with a centre": (
        overpass(
            {"type": "way", "id": 5, "nodes": [1], "center": {"lat": 39.2, "lon": 117.4}, "tags": BOOTH["tags"]},
            motorway(1, name="津蓟高速公路"),
            {"type": "relation", "id": 8, "tags": {"type": "route", "route": "road", "name": "津蓟高速"},
             "members": [{"type": "way", "ref": 5}]},
        ),
        station("津蓟高速", None, name="东丽收费站", position=mapped("way 5")),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "road"), FORMS.values(), ids=FORMS)
def test_a_place_is_read_in_whichever_form(text: str, road: KnownRoad) -> None:
    found = read(text)
    assert (found.roads, found.problems, found.conflicts) == ((road,), (), ())


def test_the_road_of_places_without_one_can_be_said() -> None:
    assert read(overpass(BOOTH), road="津蓟高速").roads[0].name == "津蓟高速"
    [problem] = read(overpass(BOOTH)).problems
    assert problem.where == "node 1"
    assert "东丽收费站: expected a road by name or by a national number" in problem.reason


def test_booths_without_a_name_are_counted_and_lanes_of_one_station_are_one() -> None:
    lanes = [{**BOOTH, "id": number, "lat": 39.2 + number / 1e5} for number in range(10)]
    bare = [{**BOOTH, "tags": {"barrier": "toll_booth", "name": name}} for name in ("ETC", "收费站", "入口", "3")]
    found = read(overpass(*lanes, *bare, {**BOOTH, "tags": {"barrier": "toll_booth"}}), road="津蓟高速")
    assert [place.name for road in found.roads for place in road.stations] == ["东丽收费站"]
    assert (found.known, found.unnamed) == (9, 5)


# What is known stays; each contradiction is told, and nothing of it is taken over.
CONFLICTS = {
    "another number": ("津蓟高速,S9,九园站,,,,", "expected number S1, found S9"),
    "another road's number": ("津蓟高速,G2,甲站,,,,", "found those of 京沪高速公路 and 津蓟高速公路"),
    "another order": ("津蓟高速,S1,天津站,2,,,", "天津站: expected order 1, found 2"),
    "an order that is another's": ("津蓟高速,S1,九园站,1,,,", "九园站: expected an order of its own, found 1, that of"),
    "another place": ("津蓟高速,S1,天津站,,117.31,39.2,wgs84", "expected coordinates near each other, found them 86"),
    "the same digits in another datum": ("津蓟高速,S1,天津站,,117.3,39.2,gcj02", "found them"),
}  # fmt: skip


@pytest.mark.parametrize(("row", "reason"), CONFLICTS.values(), ids=CONFLICTS)
def test_what_contradicts_is_told_and_left_out(row: str, reason: str) -> None:
    found = read(f"road,road_number,name,order,lon,lat,datum\n{row}\n")
    [conflict] = found.conflicts
    assert (found.roads, conflict.where) == ((), "line 2")
    assert reason in conflict.reason


def test_a_place_known_in_another_datum_is_known() -> None:
    lon, lat = from_wgs84((117.3, 39.2), Datum.GCJ02)
    found = read(HEAD + f"天津站,,津蓟高速,S1,,{lon:.6f},{lat:.6f},gcj02,\n")
    assert (found.roads, found.conflicts, found.known) == ((), (), 1)


ROWS = {
    "no name": (",,津蓟高速,,,,,,", "expected a name of 1 to 60 printable characters, found None"),
    "a name that a terminal obeys": ("甲\x1b[31m站,,津蓟高速,,,,,,", "printable characters"),
    "a name too long": (f"{'甲' * 61},,津蓟高速,,,,,,", "expected a name of 1 to 60"),
    "no road": ("甲站,,,,,,,,", "expected a road by name or by a national number"),
    "a provincial number": ("甲站,,,S1,,,,,", "expected a road by name or by a national number"),
    "a wrong number": ("甲站,,津蓟高速,第一,,,,,", "expected a number like G2 or S1, found '第一'"),
    "a wrong order": ("甲站,,津蓟高速,,-1,,,,", "expected order as a whole number from 0, found '-1'"),
    "no datum": ("甲站,,津蓟高速,,,117.3,39.2,,", "expected a datum of wgs84, gcj02, bd09, found None"),
    "an unknown datum": ("甲站,,津蓟高速,,,117.3,39.2,cgcs2000,", "found 'cgcs2000'"),
    "swapped": ("甲站,,津蓟高速,,,39.2,117.3,wgs84,", "found lon 39.2 and lat 117.3; are lon and lat swapped?"),
    "elsewhere": ("甲站,,津蓟高速,,,2.35,48.86,wgs84,", "expected lon 73 to 136 and lat 3 to 54, found lon 2.35"),
    "half a place": ("甲站,,津蓟高速,,,117.3,,wgs84,", "expected lat as degrees, found None"),
    "no number": ("甲站,,津蓟高速,,,NaN,39.2,wgs84,", "expected lon as degrees, found 'NaN'"),
    "degrees and minutes": ("甲站,,津蓟高速,,,117°18′,39.2,wgs84,", "expected lon as degrees"),
    "a wrong accuracy": ("甲站,,津蓟高速,,,117.3,39.2,wgs84,0", "expected accuracy_m as metres above 0, found 0.0"),
    "too many columns": ("甲站,,津蓟高速,,,,,,,,,", "expected 9 columns, found more"),
}


@pytest.mark.parametrize(("row", "reason"), ROWS.values(), ids=ROWS)
def test_a_wrong_row_is_told_and_the_others_are_read(row: str, reason: str) -> None:
    found = read(HEAD + row + "\n乙站,,津蓟高速,,,,,,\n")
    [problem] = found.problems
    assert [place.name for road in found.roads for place in road.stations] == ["乙站"]
    assert problem.where == "line 2"
    assert reason in problem.reason
    assert problem.reason.isprintable()


FEATURES = {
    "no feature": ([], "expected a feature with properties"),
    "a line": (
        {"type": "Feature", "properties": {"name": "甲"}, "geometry": {"type": "LineString", "coordinates": []}},
        "expected a Point of longitude and latitude",
    ),
    "one number": (feature({"name": "甲站", "road": "津蓟高速"}, 117.3), "expected a Point"),
    "words": (feature({"name": "甲站", "road": "津蓟高速"}, "117.3", "39.2"), "expected lon as degrees, found '117.3'"),
    "true": (feature({"name": "甲站", "road": "津蓟高速"}, True, 39.2), "expected lon as degrees, found True"),
    "a number beyond all": (feature({"name": "甲站", "road": "津蓟高速"}, 10**400, 39.2), "expected lon as degrees"),
    "swapped": (feature({"name": "甲站", "road": "津蓟高速"}, 39.2, 117.3), "are lon and lat swapped?"),
    "a list as name": (feature({"name": ["甲站"], "road": "津蓟高速"}), "expected a name"),
    "a number as road": (feature({"name": "甲站", "road": 1}), "expected a name"),
    "aliases of another kind": (feature({"name": "甲站", "road": "津蓟高速", "aliases": {}}), "expected aliases as"),
    "a datum of another kind": (feature({"name": "甲站", "road": "津蓟高速", "datum": []}, 117.3, 39.2), "a datum of"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "reason"), FEATURES.values(), ids=FEATURES)
def test_a_wrong_feature_is_told_and_the_others_are_read(given: Any, reason: str) -> None:
    found = read(collection(given, feature({"name": "乙站", "road": "津蓟高速"}, 117.3, 39.2)))
    [problem] = found.problems
    assert [place.name for road in found.roads for place in road.stations] == ["乙站"]
    assert problem.where == "feature 1"
    assert reason in problem.reason


def test_a_booth_of_two_roads_has_none() -> None:
    [problem] = read(
        overpass(BOOTH, motorway(1, ref="G2"), motorway(1, 5, ref="G3"), motorway(1, 6, ref="G2"))
    ).problems
    assert problem.reason == "东丽收费站: expected one road, found G2 and G3"


UNREADABLE = {
    "no table": ("津蓟高速公路天津站封闭。", "expected columns of name, aliases, road"),
    "a column of another name": ("name,road,longitude\n", "found 'name, road, longitude'"),
    "a column twice": ("name,name\n", "found 'name, name'"),
    "an open quotation": ('name,road\n"甲站,津蓟高速\n', "expected comma-separated values"),
    "broken JSON": ('{"type": "FeatureCollection", "features": [', "expected JSON (RFC 8259)"),
    "a number that is none": ('{"type": "Feature", "geometry": {"coordinates": [NaN, 1]}}', "NaN, which is no JSON"),
    "JSON without bottom": ("[" * 100_000, "expected JSON (RFC 8259)"),
    "a list": ("[1, 2]", "expected a JSON object, found a list"),
    "JSON of another kind": ('{"roads": [], "about": ""}', "found JSON with 'about, roads'"),
    "elements of another kind": ('{"elements": {}}', "expected a list of elements"),
    "features of another kind": ('{"type": "FeatureCollection", "features": 1}', "expected a list of features"),
    "another reference system": (
        collection(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}),
        "expected coordinates in WGS 84 (RFC 7946), found crs",
    ),
    "more places than there are": (
        "name,road\n" + "".join(f"甲{count}站,未名高速\n" for count in range(MOST_PLACES + 1)),
        f"expected at most {MOST_PLACES} places in one file",
    ),
}


@pytest.mark.parametrize(("text", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_of_another_kind_is_refused(text: str, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(text)
    assert reason in str(caught.value)


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["road", "way", "津蓟高速"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "id",
                    "tags",
                    "nodes",
                    "members",
                    "ref",
                    "name",
                    "route",
                    "highway",
                    "barrier",
                    "center",
                    "lat",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.lists(anything, max_size=5))
def test_a_map_of_any_shape_is_read_or_told(elements: list[Any]) -> None:
    tagged = [{**each, "tags": BOOTH["tags"]} for each in elements if isinstance(each, dict)]
    read(overpass(*elements, *tagged))


@given(st.lists(anything, max_size=5))
def test_features_of_any_shape_are_read_or_told(features: list[Any]) -> None:
    read(collection(*features, *({"properties": {"name": "甲站"}, "geometry": each} for each in features)))


# GCJ-02 and BD-09 of a place as published converters give them, to their last digit.
SHIFTED: dict[Datum, Point] = {
    Datum.GCJ02: (116.41024449916938, 39.91640428150164),
    Datum.BD09: (116.41662724378732, 39.92269955221621),
}


@pytest.mark.parametrize("datum", SHIFTED)
def test_a_datum_shifts_a_known_place_as_it_should(datum: Datum) -> None:
    assert from_wgs84((116.404, 39.915), datum) == pytest.approx(SHIFTED[datum], abs=1e-9)


@given(st.floats(73.1, 135.9), st.floats(3.1, 53.9), st.sampled_from(Datum))
def test_there_and_back_is_less_than_a_millimetre(lon: float, lat: float, datum: Datum) -> None:
    assert distance_m((lon, lat), to_wgs84(from_wgs84((lon, lat), datum), datum)) < 0.001


@given(st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(Datum))
def test_outside_china_all_datums_agree(lon: float, lat: float, datum: Datum) -> None:
    if not in_china(lon, lat):
        assert to_wgs84((lon, lat), datum) == from_wgs84((lon, lat), datum) == (lon, lat)


def test_a_degree_of_latitude_is_a_sixtieth_of_sixty_nautical_miles() -> None:
    assert distance_m((117, 39), (117, 40)) == pytest.approx(60 * 1852, rel=0.002)


def test_what_is_written_reads_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "test.yaml").write_text(as_yaml(KNOWN.roads, "Test."), "utf-8")
    assert load_gazetteer(tmp_path) == KNOWN
    assert as_yaml(load_gazetteer(tmp_path).roads, "Test.") == (tmp_path / "test.yaml").read_text("utf-8")


def test_the_examples_of_the_page_are_read(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "gazetteer.md").read_text("utf-8")
    [content] = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "test.yaml").write_text(content, "utf-8")
    [road] = load_gazetteer(tmp_path).roads
    assert [station.name for station in (*road.stations, *road.junctions)] == ["示例西站", "示例东站", "示例枢纽"]
    table = next(block for block in re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL) if "," in block)
    found = additions(load_gazetteer(tmp_path), survey_of(table, "stations.csv"))
    assert (found.known, found.roads, found.problems, found.conflicts) == (1, (), (), ())


TABLE = "name,road,lon,lat,datum\n宝坻站,津蓟高速公路,117.31,39.72,gcj02\n甲站,未名高速,,,\n"
NOTICE = "津蓟高速公路宝坻收费站入口10月21日至25日封闭施工。"


def flags(folder: Path, *options: str) -> Any:
    (folder / "notice.txt").write_text(NOTICE, "utf-8")
    done = run("extract", "--json", *options, "notice.txt", folder=folder)
    return json.loads(done.out)[0]["flags"]


def test_what_is_imported_is_known_to_the_reading(tmp_path: Path) -> None:
    (tmp_path / "stations.csv").write_bytes(TABLE.encode("gb18030"))
    assert "unknown_station" in flags(tmp_path)
    dry = run("gazetteer", "import", "--dry-run", "stations.csv", folder=tmp_path)
    assert (dry.code, dry.error) == (0, "")
    assert "2 places on 2 roads new, 0 known, 0 without a name." in dry.out
    assert not (tmp_path / "data").exists()

    done = run("gazetteer", "import", "stations.csv", folder=tmp_path)
    written = tmp_path / "data" / "gazetteer" / "stations.yaml"
    assert (done.code, written.is_file()) == (0, True)
    assert "unknown_station" not in flags(tmp_path)
    assert "unknown_station" in flags(tmp_path, "--data", "elsewhere")

    before = written.read_bytes()
    again = run("gazetteer", "import", "--json", "stations.csv", folder=tmp_path)
    assert json.loads(again.out) == {
        "written": None, "roads": [], "known": 2, "unnamed": 0, "problems": [], "conflicts": []
    }  # fmt: skip
    assert written.read_bytes() == before


@pytest.mark.parametrize("imported", [False, True])
def test_what_is_imported_is_known_to_what_is_kept(tmp_path: Path, imported: bool) -> None:
    (tmp_path / "stations.csv").write_text(TABLE, "utf-8")
    (tmp_path / "notice.txt").write_text(NOTICE, "utf-8")
    if imported:
        assert run("gazetteer", "import", "stations.csv", folder=tmp_path).code == 0
    kept = json.loads(run("ingest", "--json", "notice.txt", folder=tmp_path).out)
    assert ("unknown_station" in kept["notices"][0]["changes"][0]["flags"]) is not imported


@pytest.mark.parametrize("command", [("extract", "notice.txt"), ("ingest", "notice.txt"), ("serve", "--port", "0")])
def test_a_wrong_file_of_the_operators_stops_whatever_reads(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_text(NOTICE, "utf-8")
    (tmp_path / "data" / "gazetteer").mkdir(parents=True)
    (tmp_path / "data" / "gazetteer" / "own.yaml").write_text("roads: [{name: 津蓟高速, number: S9}]", "utf-8")
    done = run(*command, folder=tmp_path)
    assert (done.code, done.error) == (1, "tollfeed: own.yaml: 津蓟高速: expected number S1, found S9\n")


def test_a_second_import_adds_to_the_first(tmp_path: Path) -> None:
    for row in ("甲站,未名高速", "乙站,未名高速"):
        (tmp_path / "stations.csv").write_text(f"name,road\n{row}\n", "utf-8")
        done = run("gazetteer", "import", "--out", "places", "stations.csv", folder=tmp_path)
        assert done.code == 0
    [road] = yaml.safe_load((tmp_path / "places" / "stations.yaml").read_text("utf-8"))["roads"]
    assert [place["name"] for place in road["stations"]] == ["甲站", "乙站"]


def test_conflicts_are_told_and_the_rest_is_written(tmp_path: Path) -> None:
    (tmp_path / "stations.csv").write_text("name,road,road_number\n甲站,津蓟高速,S9\n乙站,津蓟高速,\n", "utf-8")
    done = run("gazetteer", "import", "stations.csv", folder=tmp_path)
    assert done.code == 1
    assert "冲突 conflict: line 2: 津蓟高速: expected number S1, found S9" in done.error
    assert "1 places on 1 roads new" in done.out
    assert "甲站" not in (tmp_path / "data" / "gazetteer" / "stations.yaml").read_text("utf-8")


REFUSED = {
    "missing.csv": (None, "missing.csv: expected a file, found nothing of that name"),
    "empty.csv": (b"", "expected text, found nothing"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n", "expected text, found a PNG picture"),
    "huge.csv": (b"name,road\n" + b"x" * 60_000_000, "expected at most 60,000,000 bytes"),
}


@pytest.mark.parametrize("file", REFUSED)
def test_a_file_that_cannot_be_is_refused_in_words(file: str, tmp_path: Path) -> None:
    content, reason = REFUSED[file]
    if content is not None:
        (tmp_path / file).write_bytes(content)
    done = run("gazetteer", "import", file, folder=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert reason in done.error
    assert "Traceback" not in done.error
