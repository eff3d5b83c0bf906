"""``/v1/stations/{id}/timeline``: the states of a station from one time to another, as known now or then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.records import Access, Action, Kind, LaneCount, Lanes, NoticeReference, Station
from service.store import Store
from tests.make import PUBLISHED, change, china, notice, validity
from tests.web import ADDED, NOW, running

TOLLS = change(
    kind=Kind.TOLLING_START, access=None, station=Station(name="新站"), validity=validity(china(2024, 11, 10), None)
)
WORKS = change(
    id="change-2",
    kind=Kind.LANE_CLOSURE,
    station=Station(name="新站"),
    access=Access.ENTRY,
    lanes=Lanes(entry=LaneCount(open=2, closed=3, total=5)),
    validity=validity(china(2024, 11, 5), china(2024, 11, 20)),
    notice=NoticeReference(id="notice-2", title="施工", publisher="示例日报", published=PUBLISHED),
)


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    store = Store.open(database_url)
    store.add(notice(id="notice-1"), [TOLLS], ADDED)
    store.add(notice(id="notice-2"), [WORKS], ADDED)
    longer = replace(
        WORKS,
        action=Action.EXTEND,
        validity=validity(china(2024, 11, 5), china(2024, 11, 25)),
        notice=replace(WORKS.notice, id="notice-3"),
    )
    store.add(notice(id="notice-3"), [longer], NOW)
    store.close()
    with running(database_url) as client:
        yield client


def told(client: TestClient, asked: str = "") -> dict[str, Any]:
    (station,) = client.get("/v1/stations?q=新站").json()["stations"]
    answer = client.get(f"{station['timeline']}?{asked}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def short(document: dict[str, Any]) -> list[tuple[str, str, int | None, str, int]]:
    return [
        (each["from"][5:10], each["entry"]["passage"], each["entry"]["open"], each["tolling"], len(each["changes"]))
        for each in document["intervals"]
    ]


def test_the_states_name_sides_lanes_tolls_and_causes(client: TestClient) -> None:
    assert short(told(client)) == [
        ("10-04", "unsaid", None, "unsaid", 0),
        ("11-05", "narrowed", 2, "unsaid", 1),
        ("11-10", "narrowed", 2, "tolled", 2),
        ("11-25", "unsaid", None, "tolled", 1),
    ]


def test_they_are_told_from_one_time_to_another(client: TestClient) -> None:
    document = told(client, "from=2024-11-08&to=2024-11-09T12:00:00%2B08:00")
    (only,) = document["intervals"]
    assert (only["from"], only["to"]) == ("2024-11-08T00:00:00+08:00", "2024-11-09T12:00:00+08:00")
    assert short(document) == [("11-08", "narrowed", 2, "unsaid", 1)]
    assert len(document["changes"]) == 2


def test_one_bound_is_enough(client: TestClient) -> None:
    assert [told(client, "from=2030-01-01")["intervals"][end][side] for end, side in ((0, "from"), (-1, "to"))] == [
        "2030-01-01T00:00:00+08:00",
        "2030-03-26T00:00:00+08:00",
    ]
    assert [told(client, "to=2020-01-01")["intervals"][end][side] for end, side in ((0, "from"), (-1, "to"))] == [
        "2019-12-05T00:00:00+08:00",
        "2020-01-02T00:00:00+08:00",
    ]


def test_they_are_as_known_at_an_instant(client: TestClient) -> None:
    before = told(client, "known_at=2024-10-21")
    assert [each["from"][5:10] for each in before["intervals"]][-1] == "11-20"
    assert told(client, "known_at=2024-10-01")["intervals"][0]["changes"] == []


WRONG = [
    ("from=2024-11-02&to=2024-11-01", "a time after from"),
    ("from=2024-01-01&to=2025-12-31", "at most 366 days after from"),
    ("from=2024-02-30", "a day that exists"),
    ("from=2199-12-01&to=1970-01-01", "a time after from"),
    ("status=active", "one of"),
]


@pytest.mark.parametrize(("asked", "expected"), WRONG)
def test_an_impossible_span_is_refused(client: TestClient, asked: str, expected: str) -> None:
    (station,) = client.get("/v1/stations?q=新站").json()["stations"]
    answer = client.get(f"{station['timeline']}?{asked}")
    assert answer.status_code == 400
    assert expected in answer.json()["detail"]
