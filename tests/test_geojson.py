"""GeoJSON: what RFC 7946 asks, every change whole, and coordinates that name their datum."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from service.feed import Feed
from service.gazetteer.datum import Datum, distance_m, to_wgs84
from service.publish import GEOJSON
from service.records import CHANGE, Access, Action, Change, NoticeReference, Station
from tests.fictional import CLOSED_ENTRY, GAZETTEER, HALF, RAMP, UNLOCATED, WHOLE, stretch
from tests.make import PUBLISHED, change
from tests.published.cases import feed
from tests.web import filled, running

SCHEMA = Path(__file__).parents[2] / "shared" / "schemas" / "geojson" / "FeatureCollection.json"
BOTH = replace(CLOSED_ENTRY, id="both", access=Access.BOTH)
POINT = replace(CLOSED_ENTRY, id="point", access=None)
MIDDLE = replace(CLOSED_ENTRY, id="middle", station=Station(name="虚构中站"))
RANGE = stretch("虚构中站", "虚构东站", id="range", access=Access.ENTRY)
CANCELLED = replace(HALF, id="cancelled", action=Action.CANCEL)
TYPES = {
    "LineString": CLOSED_ENTRY, "MultiLineString": WHOLE, "Point": POINT, "GeometryCollection": RANGE,
}  # fmt: skip
ALL = (CLOSED_ENTRY, HALF, WHOLE, RAMP, UNLOCATED, BOTH, POINT, MIDDLE, RANGE, CANCELLED)


def fictional(*changes: Change, datum: Datum = Datum.WGS84) -> Feed:
    return replace(feed("geojson", *changes), gazetteer=GAZETTEER, datum=datum)


def rendered(*changes: Change, datum: Datum = Datum.WGS84) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(GEOJSON.render(fictional(*changes, datum=datum)))
    return document


def by_id(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in document["features"]}


def positions(geometry: dict[str, Any] | None) -> list[list[float]]:
    """Every position of a geometry, with its nesting proved on the way."""
    if geometry is None:
        return []
    if geometry["type"] == "GeometryCollection":
        return [position for each in geometry["geometries"] for position in positions(each)]
    depth = {"Point": 0, "LineString": 1, "MultiPoint": 1, "MultiLineString": 2}[geometry["type"]]
    found = [geometry["coordinates"]]
    for _ in range(depth):
        found = [inner for outer in found for inner in outer]
    lines = {1: [geometry["coordinates"]], 2: geometry["coordinates"]}.get(depth, [])
    assert geometry["type"] == "MultiPoint" or all(len(each) >= 2 for each in lines)
    return found


def test_it_is_what_the_schema_says() -> None:
    if not SCHEMA.is_file():
        pytest.skip(f"needs {SCHEMA}")
    schema = json.loads(SCHEMA.read_text("utf-8"))
    assert list(Draft7Validator(schema).iter_errors(rendered(*ALL))) == []
    assert list(Draft7Validator(schema).iter_errors(rendered())) == []


def test_it_is_what_the_rfc_says_where_the_schema_is_silent() -> None:
    document = rendered(*ALL)
    features = document["features"]
    assert len({each["id"] for each in features}) == len(features) == len(ALL)
    for each in features:
        assert set(each) == {"type", "id", "geometry", "properties"}
        for lon, lat in positions(each["geometry"]):
            # Swapped, 130 would be a latitude, which no schema minds.
            assert 129 < lon < 131
            assert 21 < lat < 23
            assert (round(lon, 6), round(lat, 6)) == (lon, lat)


def test_nothing_is_left_out_and_the_whole_record_is_there() -> None:
    document = rendered(*ALL)
    assert GEOJSON.omitted(fictional(*ALL)) == ()
    for given in ALL:
        properties = by_id(document)[given.id]["properties"]
        expected = json.loads(CHANGE.dump_json(given, by_alias=True))
        assert {name: properties[name] for name in expected} == expected
        assert "status" not in properties
    assert by_id(document)["unlocated"]["geometry"] is None
    closed = by_id(document)["closed-entry"]["properties"]
    assert closed["title_zh"].startswith("〔关闭〕虚构东站")
    assert closed["title_en"].startswith("Closed: 虚构东站")
    assert closed["page"] == "https://toll.example/changes/closed-entry?lang=zh"


@pytest.mark.parametrize(("expected", "given"), TYPES.items(), ids=TYPES)
def test_a_geometry_is_as_simple_as_its_shapes(expected: str, given: Change) -> None:
    assert rendered(given)["features"][0]["geometry"]["type"] == expected


def test_parts_name_the_members_of_a_geometry() -> None:
    found = by_id(rendered(*ALL))
    assert found["whole"]["properties"]["parts"] == ["forward", "backward"]
    there, back = found["whole"]["geometry"]["coordinates"]
    assert there == back[::-1]
    assert found["both"]["properties"]["parts"] == ["entry", "exit"]
    assert found["range"]["properties"]["parts"] == ["虚构中站 entry", "虚构东站 entry"]
    assert found["point"]["properties"]["parts"] == []


WHERE = {
    "whole": {"accuracy_m": 10, "traced": True, "directed": True, "datum": "wgs84"},
    "range": {"accuracy_m": 50, "traced": True, "directed": True, "datum": "wgs84"},
    "unlocated": {"accuracy_m": None, "traced": None, "directed": None, "datum": "wgs84"},
}


@pytest.mark.parametrize(("id_", "expected"), WHERE.items(), ids=WHERE)
def test_a_feature_says_how_well_it_is_located(id_: str, expected: dict[str, object]) -> None:
    properties = by_id(rendered(*ALL))[id_]["properties"]
    assert {name: properties[name] for name in expected} == expected


def test_a_line_of_unknown_direction_says_so() -> None:
    document = rendered(stretch("K12+000", "K28+000"))
    assert document["features"][0]["properties"]["directed"] is False


@pytest.mark.parametrize("datum", Datum)
def test_coordinates_name_the_datum_that_they_are_in(datum: Datum) -> None:
    document = rendered(*ALL, datum=datum)
    assert document["datum"] == datum
    plain = by_id(rendered(*ALL))
    for each in document["features"]:
        assert each["properties"]["datum"] == datum
        shifted, true = positions(each["geometry"]), positions(plain[each["id"]]["geometry"])
        assert len(shifted) == len(true)
        for there, here in zip(shifted, true, strict=True):
            back = to_wgs84((there[0], there[1]), datum)
            assert distance_m(back, (here[0], here[1])) < 0.5
            apart = distance_m((there[0], there[1]), (here[0], here[1]))
            assert apart == 0 if datum is Datum.WGS84 else 100 < apart < 2000


def test_the_coordinate_of_a_chinese_map_is_published_in_wgs84() -> None:
    assert rendered(MIDDLE)["features"][0]["geometry"] == {"type": "Point", "coordinates": [130.242, 22.0165]}


def test_the_same_feed_gives_the_same_bytes() -> None:
    given = fictional(*ALL)
    assert GEOJSON.render(given) == GEOJSON.render(given)


def test_words_of_strangers_stay_within_their_strings() -> None:
    words = ']]>\x00\u202e"},{\n\ud800' + "题" * 5000
    hostile = change(notice=NoticeReference(id="n", title=words, publisher=words, published=PUBLISHED))
    (found,) = rendered(hostile)["features"]
    title = found["properties"]["notice"]["title"]
    assert title == ']]>"},{\n' + "题" * 5000


def test_no_changes_are_an_empty_collection() -> None:
    document = rendered()
    assert (document["type"], document["features"]) == ("FeatureCollection", [])


def test_the_feed_is_served_and_converts_its_coordinates(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'test.db'}"
    filled(database)
    with running(database) as client:
        answer = client.get("/feeds/changes.geojson")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/geo+json"
        assert answer.headers["Tollfeed-Omitted"] == "0"
        assert len(answer.json()["features"]) == 3
        shifted = client.get("/feeds/changes.geojson?datum=gcj02")
        assert shifted.json()["datum"] == "gcj02"
        again = client.get("/feeds/changes.geojson", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        wrong = client.get("/feeds/changes.geojson?datum=cgcs2000")
        assert (wrong.status_code, wrong.json()["parameter"]) == (400, "datum")
