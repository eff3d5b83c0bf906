"""Every error is a problem document (RFC 9457) that says what was expected and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from service.alarm import EXPECTED as ALARM
from service.commute import EXPECTED_DAYS, EXPECTED_HOURS
from service.web.problem import KINDS
from tests.conftest import PostgreSQL
from tests.web import filled, running

TIME = "an RFC 3339 time with its offset, such as 2024-10-21T08:00:00+08:00, or a day, such as 2024-10-21"
CURSOR = "a cursor that next gave for the same filters"
PLAIN = "text without control characters"

WRONG_VALUES = [
    # path, parameter, expected (how it begins), found
    ("/v1/changes?from=2024-02-30", "from", "a day that exists", "2024-02-30"),
    ("/v1/changes?to=2023-02-29", "to", "a day that exists", "2023-02-29"),
    ("/v1/changes?at=2024-11-31T08:00:00Z", "at", "a day that exists", "2024-11-31T08:00:00Z"),
    ("/v1/changes?from=2024-10-21T08:00:00", "from", TIME, "2024-10-21T08:00:00"),
    ("/v1/changes?from=20241021", "from", TIME, "20241021"),
    ("/v1/changes?from=2024-W43", "from", TIME, "2024-W43"),
    ("/v1/changes?from=tomorrow", "from", TIME, "tomorrow"),
    ("/v1/changes?from=1729440000", "from", TIME, "1729440000"),
    ("/v1/changes?from=２０２４-10-21", "from", TIME, "２０２４-10-21"),
    (
        "/v1/changes?from=2024-10-21T24:00:00Z",
        "from",
        "a time of day from 00:00:00 to 23:59:59",
        "2024-10-21T24:00:00Z",
    ),
    (
        "/v1/changes?from=2024-10-21T08:00:60Z",
        "from",
        "a time of day from 00:00:00 to 23:59:59",
        "2024-10-21T08:00:60Z",
    ),
    ("/v1/changes?at=2024-10-21T08:00:00%2B24:00", "at", "a time of day", "2024-10-21T08:00:00+24:00"),
    ("/v1/changes?to=9999-12-31", "to", "a year from 1970 to 2199", "9999-12-31"),
    ("/v1/changes?to=0000-01-01", "to", "a day that exists", "0000-01-01"),
    ("/v1/changes?at=0001-01-01T00:00:00%2B23:59", "at", "a year from 1970 to 2199", "0001-01-01T00:00:00+23:59"),
    ("/v1/changes?from=2024-10-22&to=2024-10-21", "to", "a time after from", "2024-10-22T00:00:00+08:00"),
    ("/v1/changes?kind=closure", "kind", "station_opening, reopening", "closure"),
    ("/v1/changes?kind=lane_closure,closure", "kind", "station_opening, reopening", "closure"),
    ("/v1/changes?access=left", "access", "entry, exit or both", "left"),
    ("/v1/changes?status=open", "status", "scheduled, active, ended or cancelled", "open"),
    ("/v1/changes?bbox=116,39,117", "bbox", "west,south,east,north", "116,39,117"),
    ("/v1/changes?bbox=116,39,0,117,40", "bbox", "west,south,east,north", "116,39,0,117,40"),
    ("/v1/changes?bbox=116,39,east,40", "bbox", "west,south,east,north", "116,39,east,40"),
    ("/v1/changes?bbox=nan,39,inf,40", "bbox", "west,south,east,north", "nan,39,inf,40"),
    ("/v1/changes?bbox=116,39,1e999,40", "bbox", "west,south,east,north", "116,39,1e999,40"),
    ("/v1/changes?bbox=１１６,39,117,40", "bbox", "west,south,east,north", "１１６,39,117,40"),
    ("/v1/changes?bbox=,,,", "bbox", "west,south,east,north", ",,,"),
    ("/v1/changes?bbox=116,40,117,39", "bbox", "a south of at most the north", "116,40,117,39"),
    ("/v1/changes?bbox=116,39,181,40", "bbox", "longitudes from -180 to 180", "116,39,181,40"),
    ("/v1/changes?bbox=116,39,117,1e2", "bbox", "longitudes from -180 to 180", "116,39,117,1e2"),
    ("/v1/stations?bbox=39,116,40,117", "bbox", "longitudes from -180 to 180", "39,116,40,117"),
    ("/feeds/log.rss?bbox=1,2", "bbox", "west,south,east,north", "1,2"),
    ("/v1/changes?located=yes", "located", "true or false", "yes"),
    ("/v1/changes?known_at=yesterday", "known_at", TIME, "yesterday"),
    ("/v1/changes/abc?known_at=2024-02-30", "known_at", "a day that exists", "2024-02-30"),
    ("/v1/changes?limit=0", "limit", "a whole number from 1", "0"),
    ("/v1/changes?limit=-1", "limit", "a whole number from 1", "-1"),
    ("/v1/changes?limit=1.5", "limit", "a whole number from 1", "1.5"),
    ("/v1/changes?limit=9999999999", "limit", "a whole number from 1", "9999999999"),
    ("/v1/changes?limit=٣", "limit", "a whole number from 1", "٣"),
    ("/v1/changes?cursor=7", "cursor", CURSOR, "7"),
    ("/v1/changes?cursor=!", "cursor", CURSOR, "!"),
    ("/v1/changes?cursor=%E6%B4%A5", "cursor", CURSOR, "津"),
    ("/v1/changes?cursor=MS0xLzAwMDAwMDAw", "cursor", CURSOR, "MS0xLzAwMDAwMDAw"),
    ("/v1/changes?q=%00", "q", PLAIN, "\0"),
    ("/v1/changes?road=a%0Ab", "road", PLAIN, "a\nb"),
    ("/v1/changes?road=%BD%F2", "road", "percent-encoded UTF-8", "\ufffd\ufffd"),
    ("/v1/changes?q=" + "津" * 101, "q", "at most 100 characters", "津" * 101),
    ("/v1/changes?road=S1&road=G18", "road", "one value", "S1, G18"),
    ("/v1/changes?cursor=a&cursor=b", "cursor", "one value", "a, b"),
    ("/feeds/changes.rss?lang=fr", "lang", "zh or en", "fr"),
    ("/feeds/changes.ics?alarm=12", "alarm", ALARM, "12"),
    ("/feeds/changes.ics?alarm=P", "alarm", ALARM, "P"),
    ("/feeds/changes.ics?alarm=PT", "alarm", ALARM, "PT"),
    ("/feeds/changes.ics?alarm=P1DT", "alarm", ALARM, "P1DT"),
    ("/feeds/changes.ics?alarm=-PT1H", "alarm", ALARM, "-PT1H"),
    ("/feeds/changes.ics?days=monday", "days", EXPECTED_DAYS, "monday"),
    ("/feeds/changes.ics?hours=7-9", "hours", EXPECTED_HOURS, "7-9"),
    ("/feeds/changes.ics?span=week", "span", "full, edges or daily", "week"),
    ("/feeds/changes.ics?alarm=P31D", "alarm", ALARM, "P31D"),
    ("/feeds/changes.ics?alarm=PT99999999999999999999S", "alarm", ALARM, "PT99999999999999999999S"),
    ("/?lang=fr", "lang", "zh or en", "fr"),
]

UNKNOWN = [
    ("/v1/changes?stauts=active", "stauts", "did you mean status?"),
    ("/v1/changes?Road=S1", "Road", "did you mean road?"),
    (
        "/v1/changes?known=2024-10-21",
        "known",
        "one of road, station, kind, access, from, to, q, bbox, located, status, at, known_at, limit, cursor",
    ),
    ("/v1/changes?from_=2024-10-21", "from_", "did you mean from?"),
    ("/v1/changes?=1", "", "one of road"),
    ("/v1/stations?station=x", "station", "one of road, q"),
    ("/v1/changes/abc?x=1", "x", "one of at, known_at"),
    ("/v1/changes/abc/history?x=1", "x", "one of known_at"),
    ("/v1/notices/abc?x=1", "x", "no parameters here"),
    ("/feeds/changes.rss?limit=5", "limit", "one of road"),
    ("/feeds/changes.rss?alarm=PT1H", "alarm", "one of road"),
    ("/feeds/log.rss?status=active", "status", "one of road"),
    ("/feeds/log.atom?at=2024-10-21", "at", "one of road"),
    ("/healthz?x=1", "x", "no parameters here"),
    ("/metrics?x=1", "x", "no parameters here"),
    ("/?pages=2", "pages", "did you mean page?"),
    ("/problems?x=1", "x", "one of lang"),
]

MISSING = [
    "/nope",
    "/v1",
    "/v1/",
    "/v1/changes/",
    "/v1/changes/no-such-change",
    "/v1/changes/no-such-change/history",
    "/v1/changes/%00",
    "/v1/changes/a%20b",
    "/v1/changes/..%2F..%2Fetc%2Fpasswd",
    "/v1/changes/" + "x" * 201,
    "/v1/changes/%FF",
    "/v1/changes/'%20OR%201=1",
    "/v1/stations/none/timeline",
    "/v1/stations/%F0%9F%9A%97/timeline",
    "/v1/notices/none",
    "/feeds/changes.xml",
    "/feeds/log.ics",
    "/feeds/../v2",
    "/static/../app.py",
    "/static/..%2fapp.py",
    "/docs",
    "/redoc",
]

NOT_ALLOWED = [
    ("POST", "/v1/changes", "GET, HEAD"),
    ("DELETE", "/v1/changes/abc", "GET, HEAD"),
    ("PUT", "/feeds/changes.rss", "GET, HEAD"),
    ("OPTIONS", "/feeds/changes.ics", "GET, HEAD"),
    ("GET", "/v1/notices", "POST"),
    ("HEAD", "/v1/notices", "POST"),
    ("PATCH", "/", "GET, HEAD"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with running(f"sqlite:///{tmp_path_factory.mktemp('web') / 'test.db'}") as client:
        yield client


def problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    """The document, after checking what all have in common."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"https://tollfeed.example/problems#{kind}"
    assert document["status"] == status
    assert document["title"] == next(each.title for each in KINDS if each.name == kind)
    assert document["instance"].startswith("/")
    assert document["detail"]
    return document


@pytest.mark.parametrize(("path", "parameter", "expected", "found"), WRONG_VALUES)
def test_a_wrong_value_is_named(client: TestClient, path: str, parameter: str, expected: str, found: str) -> None:
    document = problem(client.get(path), 400, "parameter")
    assert document["parameter"] == parameter
    assert document["expected"].startswith(expected)
    assert document["found"].startswith(found) or parameter == "to"
    assert document["errors"] == [{key: document[key] for key in ("parameter", "expected", "found")}]
    assert f"{parameter}: expected {expected}" in document["detail"]


@pytest.mark.parametrize(("path", "parameter", "hint"), UNKNOWN)
def test_an_unknown_parameter_is_refused(client: TestClient, path: str, parameter: str, hint: str) -> None:
    document = problem(client.get(path), 400, "parameter")
    assert document["parameter"] == parameter
    assert hint in document["expected"]


def test_latitudes_before_longitudes_are_pointed_out(client: TestClient) -> None:
    hint = "latitudes before longitudes"
    assert hint in problem(client.get("/v1/changes?bbox=39,116,40,117"), 400, "parameter")["expected"]
    assert hint not in problem(client.get("/v1/changes?bbox=116,39,217,40"), 400, "parameter")["expected"]


def test_all_errors_are_told_at_once(client: TestClient) -> None:
    document = problem(client.get("/v1/changes?stauts=active&kind=x&from=2024-02-30&limit=0"), 400, "parameter")
    assert [each["parameter"] for each in document["errors"]] == ["kind", "from", "limit", "stauts"]
    assert (document["parameter"], document["found"]) == ("kind", "x")


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    problem(client.get(path), 404, "not-found")


@pytest.mark.parametrize(("method", "path", "allowed"), NOT_ALLOWED)
def test_another_method_is_405(client: TestClient, method: str, path: str, allowed: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    if method != "HEAD":
        problem(answer, 405, "method")


def test_a_cursor_counts_only_with_its_filters(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    filled(url)
    with running(url) as client:
        following = client.get("/v1/changes?limit=1&road=S1").json()["next"]
        assert client.get(following).status_code == 200
        assert client.get(following.replace("limit=1", "limit=3")).status_code == 200
        problem(client.get(following.replace("road=S1", "road=G18")), 400, "parameter")


def test_a_database_that_is_gone_is_503_without_its_name(postgresql: PostgreSQL) -> None:
    database = ExitStack()
    url = database.enter_context(postgresql.database())
    with running(url) as client:
        assert client.get("/readyz").status_code == 200
        database.close()
        answers = [client.get(each) for each in ("/readyz", "/v1/changes", "/feeds/changes.rss", "/metrics", "/")]
        assert client.get("/healthz").status_code == 200
    for answer in answers:
        document = problem(answer, 503, "not-ready")
        assert document["detail"] == "The database does not answer; the log of the server says why"
        assert answer.headers["retry-after"] == "30"


def test_a_mistake_of_the_server_tells_nothing_of_its_inside(tmp_path: Path) -> None:
    def broken() -> None:
        raise RuntimeError("a secret")

    with running(f"sqlite:///{tmp_path / 'test.db'}") as client:
        cast(FastAPI, client.app).add_api_route("/broken", broken)
        answer = client.get("/broken")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["type"] == "https://tollfeed.example/problems#internal"
    assert "secret" not in answer.text


def test_the_page_of_problems_explains_every_type(client: TestClient) -> None:
    page = client.get("/problems").text
    assert [kind.name for kind in KINDS if f'id="{kind.name}"' not in page] == []
