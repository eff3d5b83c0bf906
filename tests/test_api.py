"""The query API: filters, pages, single records; on SQLite and PostgreSQL where databases may differ."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.keys import fingerprint, new_key
from service.records import CHANGE, DATED_CHANGE, Action, Evidence
from service.store import Store
from service.web.examples import TEXT
from service.webhooks import Webhook
from tests.fictional import FICTIONAL, HALF
from tests.make import china, notice, validity
from tests.web import CHANGES, NOW, Clock, filled, name, running

ALL = {"津榆路站", "天津站", "九园站", "旧站", "徐水站", "马集服务区"}

FILTERS = [
    ("", ALL),
    ("road=津蓟高速", {"津榆路站", "天津站", "九园站", "旧站"}),
    ("road=津蓟高速公路", {"津榆路站", "天津站", "九园站", "旧站"}),
    ("road=S1", {"津榆路站", "天津站", "九园站", "旧站"}),
    ("road=G18", {"徐水站", "马集服务区"}),
    ("road=", ALL),
    ("road=%20%20", ALL),
    ("station=津榆路", {"津榆路站"}),
    ("station=津榆路收费站", {"津榆路站"}),
    ("kind=lane_closure", {"九园站"}),
    ("kind=lane_closure&kind=station_opening", {"九园站", "天津站"}),
    ("kind=lane_closure,station_opening", {"九园站", "天津站"}),
    ("access=entry&kind=lane_closure", {"九园站"}),
    ("access=exit&road=G18&status=cancelled", {"徐水站"}),
    ("status=active", {"津榆路站", "马集服务区"}),
    ("status=scheduled", {"天津站"}),
    ("status=ended", {"九园站", "旧站"}),
    ("status=cancelled", {"徐水站"}),
    ("status=scheduled,cancelled", {"天津站", "徐水站"}),
    ("to=2024-06-01&status=ended", {"旧站"}),
    ("to=2024-05-31", set()),
    ("from=2024-07-31&to=2024-07-31", {"旧站"}),
    ("from=2024-08-01&to=2024-08-01", set()),
    ("from=2024-07-31T15:59:59Z&to=2024-08-01", {"旧站"}),
    ("from=2024-07-31T16:00:00Z&to=2024-08-01", set()),
    ("at=2024-07-01", {"旧站"}),
    ("at=2024-12-31T23:59:59%2B08:00&kind=station_closure", {"津榆路站"}),
    ("at=2024-12-31T23:59:59+08:00&kind=station_closure", {"津榆路站"}),
    ("at=2025-01-01&kind=station_closure", set()),
    ("at=2024-12-31T16:00:00.000Z&kind=station_closure", set()),
    ("q=徐水", {"徐水站"}),
    ("q=徐水站公告", {"徐水站"}),
    ("q=%25", set()),
    ("q=_", set()),
    ("limit=1000", ALL),
]


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    filled(database_url)
    with running(database_url) as client:
        yield client


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'test.db'}"


def test_every_filter_narrows(client: TestClient) -> None:
    found = {
        query: {name(each) for each in client.get(f"/v1/changes?{query}").json()["changes"]} for query, _ in FILTERS
    }
    assert found == dict(FILTERS)


def test_a_change_is_the_record_of_the_contract(client: TestClient) -> None:
    answer = client.get("/v1/changes", params={"station": "津榆路"})
    (record,) = answer.json()["changes"]
    assert answer.headers["content-type"] == "application/json"
    assert "津榆路站" in answer.text
    assert DATED_CHANGE.validate_python(record).status == "active"
    assert record["validity"]["end"] == "2025-01-01T00:00:00+08:00"
    assert client.get(f"/v1/changes/{record['id']}").json() == record


def test_status_is_as_of_the_time_asked_for(client: TestClient) -> None:
    def status(query: str) -> dict[str, str]:
        return {name(each): each["status"] for each in client.get(f"/v1/changes?{query}").json()["changes"]}

    assert status("station=旧站") == {"旧站": "ended"}
    assert status("station=旧站&at=2024-07-01") == {"旧站": "active"}
    assert status("station=旧站&at=2024-07-01&status=ended") == {}


def test_pages_lead_through_everything_once(client: TestClient) -> None:
    pages = list(follow(client, "/v1/changes?limit=2&kind=station_closure,lane_closure"))
    assert [len(page["changes"]) for page in pages] == [2, 2]
    assert [name(each) for page in pages for each in page["changes"]] == ["徐水站", "旧站", "九园站", "津榆路站"]


def test_pages_neither_skip_nor_repeat_while_revisions_are_added(client: TestClient, database_url: str) -> None:
    store = Store.open(database_url)
    shown: list[str] = []
    for number, page in enumerate(follow(client, "/v1/changes?limit=1")):
        shown += [name(each) for each in page["changes"]]
        moved = replace(CHANGES[number], validity=validity(china(2024, 10, 21), china(2025, 2, 1 + number)))
        reference = replace(moved.notice, id=f"correction-{number}")
        store.add(notice(id=reference.id), [replace(moved, notice=reference, action=Action.EXTEND)], NOW)
        store.add(
            notice(id=f"new-{number}"),
            [replace(CHANGES[0], station=replace(CHANGES[0].station, name=f"新{number}站"))],
            NOW,
        )
    store.close()
    assert len(shown) == len(CHANGES)
    assert set(shown) == ALL


def follow(client: TestClient, path: str) -> Iterator[dict[str, Any]]:
    """Every page, by ``next``, which is also in the Link header."""
    while path:
        answer = client.get(path)
        page = answer.json()
        assert answer.status_code == 200, page
        assert answer.headers.get("link") == (f'<{page["next"]}>; rel="next"' if page["next"] else None)
        yield page
        path = page["next"]


def test_a_page_tells_where_the_same_selection_is_a_feed(client: TestClient) -> None:
    links = client.get("/v1/changes", params={"road": "津蓟高速", "limit": 1}).json()["links"]
    here = "https://tollfeed.example"
    road = "road=%E6%B4%A5%E8%93%9F%E9%AB%98%E9%80%9F"
    assert links == {
        "self": f"{here}/v1/changes?{road}&limit=1",
        "rss": f"{here}/feeds/changes.rss?{road}",
        "atom": f"{here}/feeds/changes.atom?{road}",
        "ics": f"{here}/feeds/changes.ics?{road}",
    }
    assert [client.get(address).status_code for address in links.values()] == [200] * 4


def test_history_holds_every_revision(client: TestClient, database_url: str) -> None:
    (record,) = client.get("/v1/changes?station=津榆路").json()["changes"]
    store = Store.open(database_url)
    longer = replace(CHANGES[0], action=Action.EXTEND, validity=validity(china(2024, 10, 21), china(2025, 2, 1)))
    store.add(notice(id="later"), [replace(longer, notice=replace(longer.notice, id="later"))], NOW)
    store.close()
    revisions = client.get(f"/v1/changes/{record['id']}/history").json()["revisions"]
    ends = [(each["change"]["revision"], each["change"]["validity"]["end"][:10]) for each in revisions]
    assert ends == [(0, "2025-01-01"), (1, "2025-02-01")]
    assert all(CHANGE.validate_python(each["change"]) for each in revisions)


def test_a_station_has_a_timeline(client: TestClient) -> None:
    stations = client.get("/v1/stations", params={"road": "S1"}).json()["stations"]
    assert {each["name"] for each in stations} == {"津榆路站", "天津站", "九园站", "旧站"}
    (station,) = client.get("/v1/stations?q=津榆").json()["stations"]
    timeline = client.get(station["timeline"]).json()
    assert timeline["station"] == station
    assert [(name(each), each["status"]) for each in timeline["changes"]] == [("津榆路站", "active")]


def test_a_notice_shows_the_words_behind_each_value(database_url: str) -> None:
    text = "10月21日起津榆路站封闭，12月31日止。"
    read = replace(CHANGES[0], evidence=(_evidence(text, "validity.end", "12月31日"), _evidence(text, "kind", "封闭")))
    later_text = "津榆路站封闭延长至2025年1月31日。"
    later = replace(
        read,
        action=Action.EXTEND,
        validity=validity(china(2024, 10, 21), china(2025, 2, 1)),
        evidence=(_evidence(later_text, "validity.end", "2025年1月31日"),),
        notice=replace(read.notice, id="later"),
    )
    store = Store.open(database_url)
    store.add(notice(text, id=read.notice.id), [read], china(2024, 10, 20))
    store.add(notice(later_text, id="later"), [later], NOW)
    store.close()
    with running(database_url) as client:
        documents = [client.get(f"/v1/notices/{each}").json() for each in (read.notice.id, "later")]
    words = [[(each["field"], _words(document, each)) for each in document["spans"]] for document in documents]
    assert words == [[("kind", "封闭"), ("validity.end", "12月31日")], [("validity.end", "2025年1月31日")]]
    assert [len(document["changes"]) for document in documents] == [1, 1]


def _evidence(text: str, field: str, words: str) -> Evidence:
    start = text.index(words)
    return Evidence(field=field, start=start, end=start + len(words), rule="a.rule")


def _words(document: dict[str, Any], span: dict[str, Any]) -> str:
    return str(document["notice"]["text"][span["start"] : span["end"]])


WEBHOOK = Webhook(
    id="wh_1",
    owner="reader",
    url="https://hooks.example",
    filter="",
    types=(),
    description=None,
    secret="",
    created=NOW,
    position=0,
    milestone=0,
)


def test_every_documented_parameter_works(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "gazetteer").mkdir()
    shutil.copy(FICTIONAL, tmp_path / "gazetteer")
    # The newest is the one that is tried: it has coordinates, which an event must have.
    filled(sqlite_url, (*CHANGES, HALF))
    store, key = Store.open(sqlite_url), new_key()
    store.add_key("reader", fingerprint(key), NOW)
    store.add_webhook(WEBHOOK, 1)
    store.close()
    with running(sqlite_url, data=tmp_path) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        schema = client.get("/openapi.json").json()
        tried = [
            (path, parameter["name"], _try(client, path, parameter))
            for path, operations in schema["paths"].items()
            if "get" in operations
            for parameter in operations["get"].get("parameters", [])
            if parameter["in"] == "query"
        ]
    assert [each for each in tried if each[2] != 200] == []
    assert len(tried) > 40


def _try(client: TestClient, path: str, parameter: dict[str, Any]) -> int:
    """The status for the parameter's own example."""
    if parameter["name"] == "cursor" or path.startswith("/feeds/log/"):
        return 200  # only `next` gives one: see the pages above; only a long log has archives: see test_readers_http
    address = path.format(
        webhook_id=WEBHOOK.id,
        notice_id="notice-津榆路站",
        change_id=client.get("/v1/changes").json()["changes"][0]["id"],
        station_id=client.get("/v1/stations").json()["stations"][0]["id"],
        road="津蓟高速",
        name="wzdx",
        jurisdiction_id="tollfeed.example",
    )
    # Streamed, because /v1/stream has no end.
    with client.stream("GET", address, params={parameter["name"]: parameter["example"]}) as answer:
        return answer.status_code


def test_the_description_holds_examples_that_are_records(sqlite_url: str) -> None:
    with running(sqlite_url) as client:
        schema = client.get("/openapi.json").json()
    example = schema["paths"]["/v1/changes"]["get"]["responses"]["200"]["content"]["application/json"]["example"]
    assert DATED_CHANGE.validate_python(example["changes"][0]).kind == "station_closure"
    responses = [
        (status, list(response.get("content", {})))
        for operations in schema["paths"].values()
        for operation in operations.values()
        for status, response in operation["responses"].items()
    ]
    assert all(kinds[0] == "application/problem+json" for status, kinds in responses if status >= "400")
    assert all(
        operation.get("summary") and operation.get("description") and operation.get("tags")
        for operations in schema["paths"].values()
        for operation in operations.values()
    )


def test_health_and_metrics(sqlite_url: str) -> None:
    filled(sqlite_url)
    with running(sqlite_url) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").json() == {"status": "ok"}
        client.get("/v1/changes/no-such-change")
        client.get("/no-such-page")
        lines = client.get("/metrics").text.splitlines()
    assert "tollfeed_changes 6.0" in lines
    assert 'tollfeed_requests_total{method="GET",route="/v1/changes/{change_id}",status="404"} 1.0' in lines
    assert 'tollfeed_requests_total{method="GET",route="unknown",status="404"} 1.0' in lines


def test_time_moves_a_status_without_anything_being_written(sqlite_url: str) -> None:
    filled(sqlite_url)
    clock = Clock(china(2024, 10, 20, 23))
    statuses = []
    with running(sqlite_url, clock) as client:
        for clock.now in (china(2024, 10, 20, 23), china(2024, 10, 21), china(2025, 1, 1)):
            statuses.append(client.get("/v1/changes?station=津榆路").json()["changes"][0]["status"])
    assert statuses == ["scheduled", "active", "ended"]


def test_the_running_site_reads_what_is_dropped_into_the_inbox(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'test.db'}", poll=True, data=tmp_path) as client:
        (tmp_path / "inbox" / "notice.txt").write_text(TEXT, encoding="utf-8")
        deadline = monotonic() + 20
        while not (found := client.get("/v1/changes").json()["changes"]) and monotonic() < deadline:
            sleep(0.2)
        metrics = client.get("/metrics").text
    assert [name(each) for each in found] == ["津榆路站"]
    assert 'tollfeed_poll_failed{source="inbox"} 0.0' in metrics
