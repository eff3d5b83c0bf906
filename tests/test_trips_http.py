"""``POST /v1/trips/check`` against the real application: which trips are possible, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.records import Access, Detour, Direction, Kind, Road, Station, Vehicle, Window
from service.store import Store
from tests.fictional import FICTIONAL, HALF, ROAD
from tests.make import change, china, notice, validity
from tests.web import running

NIGHTS = validity(china(2024, 11, 1, 22), china(2024, 11, 8, 6), windows=(Window(from_="22:00", to="06:00"),))
CHANGES = (
    change(
        id="east-exit",
        road=ROAD,
        station=Station(name="虚构东站"),
        access=Access.EXIT,
        validity=NIGHTS,
        detours=(Detour(via=("虚构中站",), text="请绕行虚构中站"),),
    ),
    change(
        id="centre-lorries",
        kind=Kind.VEHICLE_RESTRICTION,
        road=ROAD,
        station=Station(name="虚构中站"),
        access=Access.BOTH,
        vehicles=(Vehicle.GOODS,),
        validity=validity(china(2024, 11, 1), china(2024, 12, 1)),
    ),
    replace(HALF, validity=validity(china(2024, 11, 10), china(2024, 11, 12)), direction=Direction(to="虚构乙市")),
    change(
        id="new-station",
        kind=Kind.STATION_OPENING,
        road=Road(name="津蓟高速公路"),
        station=Station(name="新开站"),
        access=None,
        validity=validity(china(2026, 1, 1), None),
    ),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    data = tmp_path_factory.mktemp("trips")
    (data / "gazetteer").mkdir()
    (data / "gazetteer" / "fictional.yaml").write_bytes(FICTIONAL.read_bytes())
    database = f"sqlite:///{data / 'test.db'}"
    store = Store.open(database)
    for each in CHANGES:
        store.add(notice(id=f"notice-{each.id}", text=f"{each.id}公告"), [each], china(2024, 10, 20, 9))
    store.close()
    with running(database, data=data) as found:
        yield found


WAY = {"stations": ["虚构西站", "虚构东站"]}


@pytest.mark.parametrize(
    ("asked", "possible", "met"),
    [
        ({**WAY, "departure": "2024-11-02T12:00:00+08:00"}, "yes", []),
        ({**WAY, "departure": "2024-11-02T23:30:00+08:00"}, "no", ["closed"]),
        # The other way the trip enters at that station, whose entry is open.
        ({"stations": ["虚构东站", "虚构西站"], "departure": "2024-11-02T23:30:00+08:00"}, "yes", []),
        ({**WAY, "departure": "2024-11-10T12:00:00+08:00", "vehicle": "car"}, "no", ["closed"]),
        ({"stations": ["虚构东站", "虚构西站"], "departure": "2024-11-10T12:00:00+08:00"}, "yes", []),
        ({"stations": ["虚构西站", "虚构中站"], "departure": "2024-11-02T12:00:00+08:00", "vehicle": "car"}, "yes", []),
        (
            {"stations": ["虚构西站", "虚构中站"], "departure": "2024-11-02T12:00:00+08:00", "vehicle": ["goods"]},
            "no",
            ["barred"],
        ),
        (
            {"stations": ["虚构西站", "虚构中站"], "departure": "2024-11-02T12:00:00+08:00"},
            "unknown",
            ["barred"],
        ),
        ({"stations": ["虚构西站", "无人知晓站"], "departure": "2024-11-02T12:00:00+08:00"}, "unknown", []),
        (
            {"road": "S0", "entry": "虚构西站", "exit": "虚构东站", "departure": "2024-11-02T12:00:00+08:00"},
            "yes",
            [],
        ),
        # Arrives an hour later, when the nights begin; within the tolerance it may be either.
        ({**WAY, "departure": "2024-11-02T21:00:00+08:00", "minutes": 120}, "no", ["closed"]),
        ({**WAY, "departure": "2024-11-02T21:50:00+08:00"}, "unknown", ["closed"]),
        ({"stations": ["津榆路站", "新开站"], "departure": "2024-11-02T12:00:00+08:00"}, "no", ["not_yet"]),
    ],
)
def test_a_trip_is_judged_by_what_is_announced(client: TestClient, asked: Any, possible: str, met: list[str]) -> None:
    answer = client.post("/v1/trips/check", json=asked)
    assert answer.status_code == 200, answer.text
    verdict = answer.json()
    occasion = verdict["occasions"][0]
    blocking = [each["effect"] for each in occasion["met"] if each["possible"] != "yes"]
    assert (verdict["possible"], blocking) == (possible, met)
    assert occasion["summary"]["zh"]
    assert occasion["summary"]["en"]


def test_the_way_round_is_checked_for_the_same_vehicle(client: TestClient) -> None:
    asked = {**WAY, "departure": "2024-11-02T23:30:00+08:00", "vehicle": "goods"}
    (met,) = (
        each
        for each in client.post("/v1/trips/check", json=asked).json()["occasions"][0]["met"]
        if each["effect"] == "closed"
    )
    (way_round,) = met["detours"]
    assert way_round["text"] == "请绕行虚构中站"
    assert way_round["possible"] == "no"
    assert way_round["flags"] == ["detour_restricted"]


def test_a_weekly_pattern_is_checked_day_by_day(client: TestClient) -> None:
    """From Friday 1 November: the nights of that week are closed on its working days, those of the next are not."""
    asked = {**WAY, "days": "weekdays", "hours": "23:00-23:30", "minutes": 30}
    verdict = client.post("/v1/trips/check", json=asked).json()
    assert (verdict["no"], verdict["yes"] + verdict["unknown"], len(verdict["occasions"])) == (5, 5, 10)


def test_a_clock_is_checked_on_each_day_of_travel(client: TestClient) -> None:
    verdict = client.post("/v1/trips/check", json={**WAY, "days": "mo,fr", "time": "23:00"}).json()
    assert [(each["departure"], each["possible"]) for each in verdict["occasions"]] == [
        ("2024-11-01T23:00:00+08:00", "no"),
        ("2024-11-04T23:00:00+08:00", "no"),
        ("2024-11-08T23:00:00+08:00", "yes"),
        ("2024-11-11T23:00:00+08:00", "no"),
    ]


def test_a_station_may_be_named_by_its_id(client: TestClient) -> None:
    (east,) = client.get("/v1/stations?q=虚构东").json()["stations"]
    asked = {"stations": ["虚构西站", east["id"]], "departure": "2024-11-02T23:30:00+08:00"}
    verdict = client.post("/v1/trips/check", json=asked).json()
    assert verdict["stops"][1]["id"] == east["id"]
    assert verdict["stops"][1]["name"] == "虚构东站"
    assert verdict["possible"] == "no"
    assert client.post("/v1/trips/check", json={"stations": ["虚构西站", {"id": east["id"]}]}).status_code == 200


def test_every_change_that_is_named_is_in_the_answer_once(client: TestClient) -> None:
    asked = {**WAY, "days": "daily", "time": "23:00", "vehicle": "goods"}
    verdict = client.post("/v1/trips/check", json=asked).json()
    named = {met["change"] for each in verdict["occasions"] for met in each["met"]}
    named |= {
        met["change"]
        for each in verdict["occasions"]
        for first in each["met"]
        for detour in first["detours"]
        for met in detour["met"]
    }
    assert sorted(change["id"] for change in verdict["changes"]) == sorted(named)
    assert len(named) == 3
    assert verdict["known_at"] == "2024-11-01T12:00:00+08:00"


def test_the_example_of_the_description_works(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/v1/trips/check"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    assert "$ref" not in str(content["schema"])
    assert client.post("/v1/trips/check", json=content["example"]).status_code == 200


def test_what_was_not_published_yet_counts_for_nothing_then(client: TestClient) -> None:
    asked = {**WAY, "departure": "2024-11-02T23:30:00+08:00", "known_at": "2024-10-01T00:00:00+08:00"}
    assert client.post("/v1/trips/check", json=asked).json()["occasions"][0]["met"] == []


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({}, "stations, or road with entry and exit"),
        ({"stations": ["虚构西站"]}, "stations"),
        ({"stations": []}, "stations"),
        ({"stations": ["站"] * 1000}, "stations"),
        ({"road": "S0", "entry": "虚构西站"}, "stations, or road with entry and exit"),
        ({**WAY, "road": "S0", "entry": "虚构西站", "exit": "虚构东站"}, "stations, or road"),
        ({**WAY, "vehicle": "hovercraft"}, "vehicle"),
        ({**WAY, "departure": "2024-02-30T00:00:00+08:00"}, "departure"),
        ({**WAY, "departure": "2024-11-02T12:00:00"}, "departure"),
        ({**WAY, "departure": "2024-11-02T12:00:00+08:00", "days": "mo"}, "days"),
        ({**WAY, "days": "someday"}, "days"),
        ({**WAY, "hours": "25:00-26:00"}, "hours"),
        ({**WAY, "minutes": -1}, "minutes"),
        ({**WAY, "minutes": "NaN"}, "minutes"),
        ({**WAY, "sizes": {"weight_t": 0}}, "sizes"),
        ({**WAY, "colour": "red"}, "colour"),
        ({**WAY, "hours": "07:00-09:00", "time": "07:30"}, "hours, or time"),
        ({**WAY, "time": "24:00"}, "a time of day in China"),
        ({"stations": ["虚构西站", "虚构西"]}, "each station once, found '虚构西 twice'"),
        ({"stations": ["虚构西站", "aaaaaaaaaaaa"]}, "the id of a station, found 'aaaaaaaaaaaa'"),
        ({"stations": ["虚构西站", {"id": "x", "name": "虚构东站"}]}, "id, or name"),
        ({"stations": ["虚构西站", {"road": "S0"}]}, "id, or name"),
        ({"stations": ["虚构西站", 7]}, "stations"),
        ({"stations": ["虚构西站\u0000", "虚构东站"]}, "stations"),
        (
            {"stations": [{"name": "虚构西站", "minutes": 30}, {"name": "虚构东站", "minutes": 10}]},
            "minutes that never grow less",
        ),
    ],
)
def test_what_is_no_trip_is_refused_with_what_was_expected(client: TestClient, asked: Any, named: str) -> None:
    answer = client.post("/v1/trips/check", json=asked)
    assert answer.status_code == 400
    assert named in answer.json()["detail"]


def test_a_trip_of_ten_thousand_stations_is_refused_by_its_size(client: TestClient) -> None:
    answer = client.post("/v1/trips/check", json={"stations": ["虚构西站"] * 10_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff\xfe", b'"text"', b"null"])
def test_what_is_no_json_object_is_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/v1/trips/check", content=body).status_code == 400
