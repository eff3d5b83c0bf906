"""/v1/reviews: who may look and decide, what the answers hold, and that what is held is nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.keys import fingerprint, new_key
from service.records import Flag
from service.reviews import CASE
from service.store import Store
from service.web import examples
from tests.make import change, notice
from tests.test_problems import problem
from tests.web import ADDED, running

KEY = new_key()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A site that holds a closure in doubt."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    store = Store.open(url, hold=True)
    store.add_key("desk", fingerprint(KEY), ADDED)
    store.add(notice(), [change(flags=(Flag.LOW_CONFIDENCE,), confidence=0.3)], ADDED)
    store.close()
    with running(url, review="hold") as client:
        client.headers["Authorization"] = f"Bearer {KEY}"
        yield client


def waiting(client: TestClient) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = client.get("/v1/reviews").json()["cases"]
    return cases


def the_id(client: TestClient) -> str:
    return str(waiting(client)[0]["newest"]["change"]["id"])


def test_what_is_held_is_in_the_queue_and_nowhere_else(client: TestClient) -> None:
    change_id = the_id(client)
    (case,) = waiting(client)
    assert (case["newest"]["held"], case["published"], case["waiting"]) == (True, None, True)
    assert client.get("/v1/changes").json()["changes"] == []
    for path in (f"/v1/changes/{change_id}", f"/v1/changes/{change_id}/history"):
        problem(client.get(path), 404, "not-found")
    assert client.get("/v1/notices/notice-1").json()["changes"] == []
    for path in ("/feeds/changes.rss", "/feeds/changes.atom", "/feeds/changes.ics", "/"):
        assert "津榆路" not in client.get(path).text


def test_an_approval_publishes(client: TestClient) -> None:
    change_id = the_id(client)
    done = client.post(f"/v1/reviews/{change_id}/approve")
    assert done.status_code == 200
    assert [each["author"] for each in done.json()["reviews"]] == ["desk"]
    (shown,) = client.get("/v1/changes").json()["changes"]
    assert (shown["flags"], shown["confidence"]) == ([], 1.0)
    (revision,) = client.get(f"/v1/changes/{change_id}/history").json()["revisions"]
    assert (revision["author"], revision["held"]) == ("desk", False)
    assert waiting(client) == []


def test_a_correction_publishes_the_right_values(client: TestClient) -> None:
    change_id = the_id(client)
    sent = {"values": {"validity.end": "2024-11-10", "access": "entry"}, "note": "按原文", "revision": 0}
    done = client.post(f"/v1/reviews/{change_id}/correct", json=sent)
    (shown,) = client.get("/v1/changes").json()["changes"]
    assert done.json()["reviews"][0]["note"] == "按原文"
    assert (shown["validity"]["end"], shown["access"]) == ("2024-11-11T00:00:00+08:00", "entry")


def test_a_rejection_publishes_nothing(client: TestClient) -> None:
    change_id = the_id(client)
    assert client.post(f"/v1/reviews/{change_id}/reject", json={"note": "不是收费站"}).status_code == 200
    assert client.get("/v1/changes").json()["changes"] == waiting(client) == []
    assert client.get(f"/v1/reviews/{change_id}").json()["newest"]["held"]


def test_a_review_of_an_older_revision_is_a_conflict(client: TestClient) -> None:
    change_id = the_id(client)
    client.post(f"/v1/reviews/{change_id}/approve")
    problem(client.post(f"/v1/reviews/{change_id}/reject", json={"revision": 0}), 409, "stale")


REFUSED: dict[str, tuple[str, Any, int, str]] = {
    "no-change": ("/v1/reviews/none/approve", {}, 404, "not-found"),
    "no-values": ("/v1/reviews/{id}/correct", {"values": {}}, 400, "parameter"),
    "no-body": ("/v1/reviews/{id}/correct", None, 400, "parameter"),
    "field": ("/v1/reviews/{id}/correct", {"values": {"colour": 1}}, 400, "parameter"),
    "value": ("/v1/reviews/{id}/correct", {"values": {"kind": "party"}}, 400, "parameter"),
    "surrogate": ("/v1/reviews/{id}/correct", {"values": {"station.name": "\ud800"}}, 400, "parameter"),
    "member": ("/v1/reviews/{id}/approve", {"why": "x"}, 400, "parameter"),
    "nul": ("/v1/reviews/{id}/approve", {"note": "a\0"}, 400, "parameter"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused(name: str, client: TestClient) -> None:
    path, body, status, kind = REFUSED[name]
    change_id = the_id(client)
    content = json.dumps(body) if body is not None else None
    answer = client.post(path.format(id=change_id), content=content, headers={"Content-Type": "application/json"})
    problem(answer, status, kind)
    assert the_id(client) == change_id


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/reviews"), ("GET", "/v1/reviews/x")]
    + [("POST", f"/v1/reviews/x/{verdict}") for verdict in ("approve", "correct", "reject")],
)
def test_without_a_key_nobody_looks_or_decides(method: str, path: str, client: TestClient) -> None:
    del client.headers["Authorization"]
    problem(client.request(method, path, json={"values": {"reason": None}} if "correct" in path else {}), 401, "key")


def test_the_examples_are_what_the_api_takes_and_gives(client: TestClient) -> None:
    change_id = the_id(client)
    assert client.post(f"/v1/reviews/{change_id}/correct", json=examples.CORRECTION).status_code == 200
    for (_, path), example in examples.ANSWERS.items():
        if path.startswith("/v1/reviews/"):
            CASE.validate_python(example)
