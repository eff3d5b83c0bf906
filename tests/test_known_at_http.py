"""What was known at an instant, over HTTP: every route that takes ``known_at`` answers as it did then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.records import Action
from service.store import Store
from tests.make import china, notice, validity
from tests.web import ADDED, CHANGES, filled, running

LATER = ADDED + timedelta(days=2)
BEFORE, FIRST, SECOND = (
    {"known_at": moment.isoformat()} for moment in (ADDED - timedelta(seconds=1), ADDED, LATER + timedelta(hours=1))
)
END, EXTENDED = "2025-01-01T00:00:00+08:00", "2025-02-01T00:00:00+08:00"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The closure of 津榆路站, announced and two days later extended."""
    url = f"sqlite:///{Path(tmp_path_factory.mktemp('known')) / 'test.db'}"
    filled(url, CHANGES[:1])
    longer = validity(CHANGES[0].validity.start, china(2025, 2, 1))
    reference = replace(CHANGES[0].notice, id="extension")
    store = Store.open(url)
    store.add(
        notice(id="extension"), [replace(CHANGES[0], action=Action.EXTEND, validity=longer, notice=reference)], LATER
    )
    store.close()
    with running(url) as client:
        yield client


def test_a_page_is_what_it_was(client: TestClient) -> None:
    def ends(given: dict[str, str]) -> list[str]:
        return [each["validity"]["end"] for each in client.get("/v1/changes", params=given).json()["changes"]]

    assert [ends(given) for given in (BEFORE, FIRST, SECOND, {})] == [[], [END], [EXTENDED], [EXTENDED]]
    # Known then, and in force at an instant between the two ends; its status is of that instant.
    between = {"at": "2025-01-15", "status": "active"}
    assert [ends({**given, **between}) for given in (FIRST, SECOND)] == [[], [EXTENDED]]


def test_a_change_its_history_and_its_station_are_what_they_were(client: TestClient) -> None:
    name = client.get("/v1/changes").json()["changes"][0]["id"]
    station = client.get("/v1/stations").json()["stations"][0]["id"]
    missing = client.get(f"/v1/changes/{name}", params=BEFORE)
    assert (missing.status_code, "was known at" in missing.json()["detail"]) == (404, True)
    assert client.get(f"/v1/changes/{name}/history", params=BEFORE).status_code == 404
    for given, end, count in ((FIRST, END, 1), (SECOND, EXTENDED, 2)):
        assert client.get(f"/v1/changes/{name}", params=given).json()["validity"]["end"] == end
        assert len(client.get(f"/v1/changes/{name}/history", params=given).json()["revisions"]) == count
        (told,) = client.get(f"/v1/stations/{station}/timeline", params=given).json()["changes"]
        assert told["validity"]["end"] == end
    assert client.get(f"/v1/changes/{name}", params={**FIRST, "at": "2025-01-15"}).json()["status"] == "ended"
    assert [len(client.get("/v1/stations", params=given).json()["stations"]) for given in (BEFORE, FIRST)] == [0, 1]


@pytest.mark.parametrize("extension", ["rss", "atom", "json", "ics"])
def test_a_feed_is_what_it_was(extension: str, client: TestClient) -> None:
    def content(given: dict[str, str]) -> str:
        answer = client.get(f"/feeds/changes.{extension}", params=given)
        assert answer.status_code == 200
        return answer.text

    assert "津榆路" not in content(BEFORE)
    assert "津榆路" in content(FIRST) != content(SECOND)
    assert content({**FIRST, "bbox": "116,39,118,40"}).count("津榆路") == 0
    assert "津榆路" in content({**FIRST, "located": "false"})
