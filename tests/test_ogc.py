"""OGC API – Features: what its requirements ask, and what GDAL and OWSLib make of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from service.geometry import Shape, touches
from service.records import Access, Action, Change, NoticeReference, Station, Status
from service.store import Store
from tests.fictional import CLOSED_ENTRY, FICTIONAL, HALF, RAMP, ROAD, UNLOCATED, WHOLE
from tests.make import PUBLISHED, china, notice, validity
from tests.program import free_port
from tests.web import ADDED, Clock, running, serving

ITEMS = "/ogc/collections/changes/items"
STATIONS = "/ogc/collections/stations/items"
NOW = china(2024, 10, 22, 12)
DAYS = validity(china(2024, 11, 1), china(2024, 11, 11))


def _told(change: Change, **values: Any) -> Change:
    reference = NoticeReference(id=change.id, title=f"{change.id}公告", publisher="示例日报", published=PUBLISHED)
    return replace(change, notice=reference, **values)


CHANGES = (
    _told(CLOSED_ENTRY),
    _told(HALF, validity=DAYS),
    _told(replace(WHOLE, segment=replace(WHOLE.segment or HALF.segment, from_="K30+000", to="K34+000")), validity=DAYS),  # type: ignore[type-var]  # it has one
    _told(RAMP, validity=validity(None, None)),
    _told(UNLOCATED, validity=DAYS),
    _told(replace(CLOSED_ENTRY, id="gone", station=Station(name="虚构西站")), action=Action.CANCEL),
)
"""By night; a stretch; both ways; a ramp without dates; nowhere; cancelled."""
NAMES = ("entry", "half", "whole", "ramp", "unlocated", "gone")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the fictional road and a database about it."""
    folder = tmp_path_factory.mktemp("ogc")
    (folder / "gazetteer").mkdir()
    shutil.copy(FICTIONAL, folder / "gazetteer")
    with closing(Store.open(f"sqlite:///{folder / 'test.db'}")) as store:
        for each in CHANGES:
            store.add(notice(text=f"{each.id}全文", id=each.id, title=each.notice.title), [each], ADDED)
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with running(f"sqlite:///{folder / 'test.db'}", Clock(NOW), data=folder) as client:
        yield client


@contextmanager
def served(folder: Path) -> Iterator[str]:
    # The links that clients follow must lead to where this server listens.
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    with serving(f"sqlite:///{folder / 'test.db'}", Clock(NOW), data=folder, base_url=base_url, port=port) as address:
        yield address


def named(document: dict[str, Any]) -> list[str]:
    """The changes of a page, as a table of a test names them."""
    names = dict(zip((each.notice.title for each in CHANGES), NAMES, strict=True))
    return [names[feature["properties"]["notice"]["title"]] for feature in document["features"]]


def linked(document: dict[str, Any], rel: str) -> str | None:
    return next((each["href"] for each in document["links"] if each["rel"] == rel), None)


def path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def test_the_landing_page_leads_everywhere(client: TestClient) -> None:
    for address in ("/ogc", "/ogc/"):
        landing = client.get(address).json()
        rels = {each["rel"]: each for each in landing["links"]}
        assert {"self", "service-desc", "conformance", "data"} <= set(rels)
        for rel in ("self", "service-desc", "conformance", "data"):
            answer = client.get(path(rels[rel]["href"]))
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == rels[rel]["type"]


def test_conformance_claims_what_is_proved_here(client: TestClient) -> None:
    found = client.get("/ogc/conformance").json()["conformsTo"]
    assert [each.rpartition("/")[2] for each in found] == ["core", "oas30", "geojson"]


def test_collections_describe_themselves(client: TestClient) -> None:
    listed = client.get("/ogc/collections").json()["collections"]
    assert [each["id"] for each in listed] == ["changes", "stations"]
    for each in listed:
        alone = client.get(path(linked(each, "self") or ""))
        assert alone.json() == each
        west, south, east, north = each["extent"]["spatial"]["bbox"][0]
        items = client.get(path(linked(each, "items") or ""))
        assert items.headers["Content-Type"] == "application/geo+json"
        for feature in items.json()["features"]:
            for lon, lat in _positions(feature["geometry"]):
                assert west <= lon <= east
                assert south <= lat <= north


def _positions(geometry: Any) -> Iterator[list[float]]:
    found = geometry["coordinates"] if geometry else []
    if found and isinstance(found[0], float):
        yield found
        return
    for each in found:
        yield from _positions({"coordinates": each})


def test_a_page_has_the_members_that_the_standard_names(client: TestClient) -> None:
    answer = client.get(ITEMS)
    document = answer.json()
    assert document["type"] == "FeatureCollection"
    assert document["numberMatched"] == document["numberReturned"] == len(document["features"]) == 5
    assert document["timeStamp"] == "2024-10-22T04:00:00Z"
    assert {each["rel"] for each in document["links"]} == {"self", "alternate", "collection"}
    assert f'<{linked(document, "self")}>; rel="self"' in answer.headers["Link"]
    assert [feature["properties"]["status"] for feature in document["features"]] == [
        "scheduled", "active", "scheduled", "scheduled", "active"
    ]  # fmt: skip


FOUND = {
    "": "unlocated ramp whole half entry",
    "status=all": "gone unlocated ramp whole half entry",
    "status=cancelled": "gone",
    "status=active": "ramp entry",
    "kind=ramp_closure": "ramp",
    "access=exit": "",
    "station=虚构东": "entry",
    "road=S0": "unlocated ramp whole half entry",
    "road=S9": "",
    "q=虚构枢纽": "ramp",
    "located=false": "unlocated",
    "bbox=130,21,131,23": "unlocated ramp whole half entry",
    "bbox=130,21,0,131,23,100": "unlocated ramp whole half entry",
    "bbox=116,38,118,40": "unlocated",
    "bbox=130.43,22.02,130.44,22.04": "unlocated entry",
    # No vertex of the stretch lies in it, but the line passes.
    "bbox=130.15,22,130.16,22.01": "unlocated half",
    # In the rectangle around the stretch, but not on it.
    "bbox=130.12,22.01,130.13,22.02": "unlocated",
    "bbox=170,21,131,23": "unlocated ramp whole half entry",
    "bbox=170,21,-170,23": "unlocated",
    "datetime=2024-11-05T00:00:00Z": "unlocated ramp whole half",
    "datetime=2024-11-05T00:00:00%2B08:00": "unlocated ramp whole half",
    "datetime=2024-11-11T00:00:00%2B08:00": "ramp",
    "datetime=2024-10-31T23:00:00%2B08:00/2024-11-01T00:00:00%2B08:00": "unlocated ramp whole half",
    "datetime=2024-10-22T12:00:00%2B08:00": "ramp",
    "datetime=2024-10-22T23:00:00%2B08:00": "ramp entry",
    "datetime=2024-10-22T12:00:00%2B08:00/2024-10-22T22:00:00%2B08:00": "ramp entry",
    "datetime=2024-10-22T12:00:00%2B08:00/2024-10-23T11:00:00%2B08:00": "ramp entry",
    "datetime=../2024-10-21T00:00:00%2B08:00": "ramp",
    "datetime=/2024-10-21T23:00:00%2B08:00": "ramp entry",
    "datetime=2024-11-05T00:00:00Z/..": "unlocated ramp whole half",
    "datetime=2024-11-05T00:00:00Z/": "unlocated ramp whole half",
    "datetime=../..": "unlocated ramp whole half entry",
    "datetime=2024-11-10": "unlocated ramp whole half",
    "datetime=2024-11-11": "ramp",
}


@pytest.mark.parametrize(("query", "expected"), FOUND.items(), ids=FOUND)
def test_items_are_found(client: TestClient, query: str, expected: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 200, answer.text
    assert " ".join(named(answer.json())) == expected


WRONG = {
    "bbox=21,130,23,131": "bbox",
    "bbox=130,21,131": "bbox",
    "bbox=a,b,c,d": "bbox",
    "bbox=130,23,131,21": "bbox",
    "datetime=yesterday": "datetime",
    "datetime=2024-02-30T00:00:00Z": "datetime",
    "datetime=2024-11-05T00:00:00Z/2024-11-01T00:00:00Z": "datetime",
    "datetime=2024-11-05T00:00:00Z/2024-11-06T00:00:00Z/..": "datetime",
    "datetime=..": "datetime",
    "datetime=2024-11-05T00:00:00": "datetime",
    "limit=0": "limit",
    "limit=-1": "limit",
    "limit=ten": "limit",
    "cursor=MTIz": "cursor",
    "cursor=%F0%9F%98%80": "cursor",
    "datum=cgcs2000": "datum",
    "status=over": "status",
    "colour=red": "colour",
    "bbox-crs=x": "bbox-crs",
    "limit=1&limit=2": "limit",
}


@pytest.mark.parametrize("address", [ITEMS, STATIONS])
@pytest.mark.parametrize(("query", "parameter"), WRONG.items(), ids=WRONG)
def test_a_wrong_parameter_is_a_problem_that_names_it(
    client: TestClient, address: str, query: str, parameter: str
) -> None:
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter


def test_swapped_axes_are_told_to_be_swapped(client: TestClient) -> None:
    assert "latitudes before longitudes" in client.get(f"{ITEMS}?bbox=21,130,23,131").json()["expected"]


@pytest.mark.parametrize("address", [ITEMS, STATIONS])
@pytest.mark.parametrize("query", ["", "bbox=130,21,131,23", "road=S0"])
def test_pages_hold_everything_once(client: TestClient, address: str, query: str) -> None:
    whole = client.get(f"{address}?{query}").json()
    found: list[str] = []
    following: str | None = f"{address}?limit=2&{query}"
    while following:
        answer = client.get(path(following))
        page = answer.json()
        assert page["numberReturned"] == len(page["features"]) <= 2
        found += [feature["id"] for feature in page["features"]]
        following = linked(page, "next")
        assert (following is None) == ('rel="next"' not in answer.headers["Link"])
    assert found == [feature["id"] for feature in whole["features"]]
    assert len(found) == len(set(found))


def test_a_limit_above_the_maximum_is_clipped(client: TestClient) -> None:
    answer = client.get(f"{ITEMS}?limit=100000")
    assert (answer.status_code, answer.json()["numberReturned"]) == (200, 5)


def test_ten_features_unless_told(folder: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'test.db'}"
    with closing(Store.open(database)) as store:
        for number in range(12):
            each = _told(replace(CLOSED_ENTRY, id=f"n{number}", station=Station(name=f"虚构{number}号站")))
            store.add(notice(text=each.id, id=each.id), [each], ADDED)
    with running(database, Clock(NOW), data=tmp_path) as client:
        page = client.get(ITEMS).json()
        assert page["numberReturned"] == 10
        assert "numberMatched" not in page or page["numberMatched"] == 12
        assert client.get(path(linked(page, "next") or "")).json()["numberReturned"] == 2


@pytest.mark.parametrize("address", [ITEMS, STATIONS])
def test_a_cursor_is_good_for_its_filters_only(client: TestClient, address: str) -> None:
    following = path(linked(client.get(f"{address}?limit=1").json(), "next") or "")
    foreign = client.get(f"{following}&road=S0")
    assert (foreign.status_code, foreign.json()["parameter"]) == (400, "cursor")


def test_an_item_is_the_feature_of_the_collection(client: TestClient) -> None:
    for address in (ITEMS, STATIONS):
        for feature in client.get(address).json()["features"]:
            alone = client.get(f"{address}/{feature['id']}")
            assert alone.headers["Content-Type"] == "application/geo+json"
            document = alone.json()
            rels = [each["rel"] for each in document["links"]]
            assert {"self", "collection"} <= set(rels)
            for each in document.pop("links"):
                assert client.get(path(each["href"])).status_code == 200
            assert document == feature


def test_a_cancelled_change_is_shown_to_whoever_knows_its_id(client: TestClient) -> None:
    (gone,) = client.get(f"{ITEMS}?status=cancelled").json()["features"]
    assert client.get(f"{ITEMS}/{gone['id']}").json()["properties"]["status"] == Status.CANCELLED


@pytest.mark.parametrize("address", [f"{ITEMS}/nothing", f"{STATIONS}/nothing", "/ogc/collections/roads", "/ogc/x"])
def test_what_there_is_not_is_a_problem(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("address", [ITEMS, STATIONS])
def test_coordinates_of_another_datum_say_so(client: TestClient, address: str) -> None:
    plain, shifted = (client.get(f"{address}?located=true{more}").json() for more in ("", "&datum=gcj02"))
    assert (plain["datum"], shifted["datum"]) == ("wgs84", "gcj02")
    for here, there in zip(plain["features"], shifted["features"], strict=True):
        assert here["geometry"] != there["geometry"]
        assert there["properties"]["datum"] == "gcj02"


def test_stations_are_those_listed_and_those_told_of(client: TestClient) -> None:
    found = {each["properties"]["name"]: each for each in client.get(f"{STATIONS}?road=S0").json()["features"]}
    assert sorted(found) == ["虚构东站", "虚构中站", "虚构无坐标站", "虚构西站"]
    east = found["虚构东站"]["properties"]
    assert (east["stake"], east["order"], east["accuracy_m"], east["road"]) == (
        "K45+000", 30, 20, {"name": ROAD.name, "number": ROAD.number}
    )  # fmt: skip
    assert found["虚构东站"]["geometry"] == {"type": "Point", "coordinates": [130.4338, 22.031]}
    assert found["虚构无坐标站"]["geometry"] is None
    assert (east["entry"]["passage"], east["exit"]["passage"]) == ("unsaid", "unsaid")


def test_a_station_stands_as_it_does_now(folder: Path) -> None:
    with running(f"sqlite:///{folder / 'test.db'}", Clock(china(2024, 10, 22, 23)), data=folder) as client:
        (east,) = client.get(f"{STATIONS}?q=虚构东").json()["features"]
        assert (east["properties"]["entry"]["passage"], east["properties"]["exit"]["passage"]) == ("closed", "unsaid")
        assert len(east["properties"]["changes"]) == 1


BOXES = {
    "130,21,131,23": {"虚构东站", "虚构中站", "虚构无坐标站", "虚构西站"},
    "130.04,21.9,130.05,22": {"虚构西站", "虚构无坐标站"},
    "0,0,1,1": {"虚构无坐标站"},
}


@pytest.mark.parametrize(("box", "names"), BOXES.items(), ids=BOXES)
def test_stations_in_a_box(client: TestClient, box: str, names: set[str]) -> None:
    found = client.get(f"{STATIONS}?bbox={box}&road=S0").json()
    assert {each["properties"]["name"] for each in found["features"]} == names
    assert found["numberMatched"] == len(names)


LINE = Shape(points=((0.0, 0.0), (10.0, 10.0)))
TOUCHES = {
    "an end": (LINE, (-1, -1, 0, 0), True),
    "passing": (LINE, (4, 4, 5, 5), True),
    "a corner": (LINE, (4, 3, 5, 4), True),
    "beside": (LINE, (4, 2, 5, 3), False),
    "beyond": (LINE, (11, 11, 12, 12), False),
    "level": (Shape(points=((0, 5), (10, 5))), (4, 4, 6, 6), True),
    "level beside": (Shape(points=((0, 3), (10, 3))), (4, 4, 6, 6), False),
    "ends only": (replace(LINE, traced=False), (4, 4, 5, 5), False),
    "across the antimeridian": (Shape(points=((179, 0),)), (170, -1, -170, 1), True),
    "across, on the other side": (Shape(points=((-179, 0),)), (170, -1, -170, 1), True),
    "not across": (Shape(points=((0, 0),)), (170, -1, -170, 1), False),
}


@pytest.mark.parametrize(("shape", "box", "expected"), TOUCHES.values(), ids=TOUCHES)
def test_a_line_touches_a_box(shape: Shape, box: tuple[float, float, float, float], expected: bool) -> None:
    assert touches(shape, box) is expected


def test_the_description_is_openapi_30(client: TestClient) -> None:
    document = client.get("/ogc/api").json()
    assert document["openapi"] == "3.0.3"
    parameters = {each["name"]: each for each in document["paths"][ITEMS]["get"]["parameters"]}
    assert parameters["limit"]["schema"] == {"type": "integer", "minimum": 1, "default": 10}
    assert parameters["bbox"]["schema"]["minItems"] == 4
    assert parameters["bbox"]["explode"] is False
    assert parameters["datetime"]["schema"] == {"type": "string"}
    text = json.dumps(document)
    assert '"null"' not in text
    assert '"const"' not in text
    for name in {each.partition('"')[0] for each in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]


def test_the_description_is_valid(client: TestClient) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="needs openapi-spec-validator")
    validator.validate(client.get("/ogc/api").json(), cls=validator.OpenAPIV30SpecValidator)


needs_gdal = pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="needs ogrinfo of gdal-bin")


def ogrinfo(address: str, *options: str) -> str:
    command = ["ogrinfo", "-ro", *options, f"OAPIF:{address}/ogc"]
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@needs_gdal
def test_gdal_reads_both_collections_page_by_page(folder: Path) -> None:
    with served(folder) as address:
        layers = ogrinfo(address)
        assert "1: changes" in layers
        assert "2: stations" in layers
        command = ["-al", "-oo", "PAGE_SIZE=2", "-where", "road LIKE '%虚构%'"]
        changes = ogrinfo(address, *command).partition("Layer name: stations")[0]
        assert changes.count("OGRFeature(changes)") == 5
        assert "LINESTRING (130.4317 22.029,130.4337 22.031,130.4367 22.0349)" in changes
        assert "title_zh (String) = 〔关闭〕虚构东站" in changes
        assert "MULTILINESTRING" in changes


@needs_gdal
def test_gdal_reads_what_lies_in_a_box(folder: Path) -> None:
    with served(folder) as address:
        box = ["-al", "-spat", "130.43", "22.02", "130.44", "22.04"]
        found = ogrinfo(address, *box)
        # GDAL asks the server for the box, and itself passes over what has no geometry.
        assert found.count("OGRFeature(changes)") == 1
        assert found.count("OGRFeature(stations)") == 1
        assert "虚构东站" in found


def test_owslib_reads_both_collections(folder: Path) -> None:
    features = pytest.importorskip("owslib.ogcapi.features", reason="needs OWSLib")
    with served(folder) as address:
        service = features.Features(f"{address}/ogc/")
        assert sorted(service.feature_collections()) == ["changes", "stations"]
        assert service.conformance()["conformsTo"]
        page = service.collection_items("changes", limit=2)
        assert len(page["features"]) == 2
        boxed = service.collection_items("changes", bbox=[130.43, 22.02, 130.44, 22.04])
        assert named(boxed) == ["unlocated", "entry"]
        timed = service.collection_items("changes", datetime_="2024-10-22T23:00:00+08:00")
        assert named(timed) == ["ramp", "entry"]
        one = service.collection_item("changes", page["features"][0]["id"])
        assert one["id"] == page["features"][0]["id"]
        assert service.api()["openapi"] == "3.0.3"


def test_a_hostile_name_stays_within_its_feature(tmp_path: Path) -> None:
    words = ']]>"},{\u202e' + "站" * 60
    database = f"sqlite:///{tmp_path / 'test.db'}"
    with closing(Store.open(database)) as store:
        each = _told(replace(CLOSED_ENTRY, id="x", station=Station(name=words), access=Access.BOTH))
        store.add(notice(text="x", id="x"), [each], ADDED)
    with running(database, Clock(NOW), data=tmp_path) as client:
        (change,) = client.get(ITEMS).json()["features"]
        (station,) = client.get(f"{STATIONS}?road=S0").json()["features"]
    shown = words.replace("\u202e", "")
    assert (change["properties"]["station"]["name"], station["properties"]["name"]) == (shown, shown)
