"""/v1/log: every revision once and in order, what it changed, cursors of all kinds, and waiting for more."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx2
import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from service.corrections import Judgement
from service.records import Action, Change, EndBasis, Flag, Kind, Relocation, Road, Station
from service.store import Store
from service.web.answers import Log
from service.web.following import EXPECTED
from tests.make import NEW_STATION, OLD_STATION, PUBLISHED, change, china, notice, validity
from tests.test_problems import problem
from tests.test_store_processes import NOTICES, two_writers
from tests.web import ADDED, CHANGES, NOW, Clock, filled, running, serving

LOG: TypeAdapter[Log] = TypeAdapter(Log)


def said(number: int, *changes: Change) -> tuple[Any, tuple[Change, ...]]:
    """A notice of that number, which came out as many days after the first, and what it says."""
    told = notice(id=f"notice-{number}", text=f"公告{number}", published=PUBLISHED + timedelta(days=number))
    reference = replace(change().notice, id=told.id, published=told.published)
    return told, tuple(replace(each, notice=reference) for each in changes)


LATER = validity(china(2024, 10, 21), china(2025, 1, 16))

STORY: tuple[tuple[Change, str, str, dict[str, Any] | None], ...] = (
    (change(), "change.created", "added", None),
    (
        change(action=Action.EXTEND, validity=LATER),
        "change.updated",
        "extended",
        {
            "action": ("announce", "extend"),
            "validity.end": ("2025-01-01T00:00:00+08:00", "2025-01-16T00:00:00+08:00"),
            "notice.id": ("notice-0", "notice-1"),
            "notice.published": ("2024-10-20", "2024-10-21"),
        },
    ),
    (
        change(validity=replace(LATER, end=None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE), action=Action.EXTEND),
        "change.updated",
        "extended",
        {
            "validity.end": ("2025-01-16T00:00:00+08:00", None),
            "validity.end_basis": ("stated", "until_further_notice"),
            "notice.id": ("notice-1", "notice-2"),
            "notice.published": ("2024-10-21", "2024-10-22"),
        },
    ),
    (
        change(action=Action.CANCEL),
        "change.cancelled",
        "cancelled",
        {
            "action": ("extend", "cancel"),
            "validity.end": (None, "2025-01-01T00:00:00+08:00"),
            "validity.end_basis": ("until_further_notice", "stated"),
            "notice.id": ("notice-2", "notice-3"),
            "notice.published": ("2024-10-22", "2024-10-23"),
        },
    ),
    (
        change(action=Action.RESCHEDULE, validity=LATER),
        "change.reinstated",
        "reinstated",
        {
            "action": ("cancel", "reschedule"),
            "validity.end": ("2025-01-01T00:00:00+08:00", "2025-01-16T00:00:00+08:00"),
            "notice.id": ("notice-3", "notice-4"),
            "notice.published": ("2024-10-23", "2024-10-24"),
        },
    ),
)
"""What notices say of one closure, one after the other, and how the log tells it."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def client(url: str) -> Iterator[TestClient]:
    filled(url)
    with running(url) as client:
        yield client


def page(client: TestClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/v1/log?{query}")
    assert answer.status_code == 200, answer.text
    LOG.validate_json(answer.content)
    found: dict[str, Any] = answer.json()
    return found


def places(found: dict[str, Any]) -> list[str]:
    changes = [entry["change"] for entry in found["entries"]]
    return [(each["station"] or each["service_area"])["name"] for each in changes]


def test_the_log_tells_what_each_revision_did(store: Store, database_url: str) -> None:
    for number, (told, *_) in enumerate(STORY):
        store.add(*said(number, told), ADDED + timedelta(hours=number))
    with running(database_url) as client:
        entries = page(client)["entries"]
        history = client.get(f"/v1/changes/{entries[0]['change_id']}/history").json()["revisions"]
    assert [(entry["event"], entry["news"]) for entry in entries] == [(event, news) for _, event, news, _ in STORY]
    for entry, (_, _, _, changed) in zip(entries, STORY, strict=True):
        told = entry["changed_fields"]
        assert (told and {name: (each["before"], each["after"]) for name, each in told.items()}) == changed
    assert [entry["change"] for entry in entries] == [revision["change"] for revision in history]
    assert [entry["revision"] for entry in entries] == [0, 1, 2, 3, 4]
    assert [entry["position"] for entry in entries] == [revision["position"] for revision in history]


def test_pages_go_on_where_the_last_one_ended(client: TestClient) -> None:
    found = page(client, "limit=4")
    assert (places(found), found["has_more"]) == (["津榆路站", "天津站", "九园站", "旧站"], True)
    following = page(client, f"limit=4&since={found['next']}")
    assert (places(following), following["has_more"]) == (["徐水站", "马集服务区"], False)
    after = page(client, f"since={following['next']}")
    assert (after["entries"], after["next"], after["has_more"]) == ([], following["next"], False)
    # Each entry bears the cursor behind it.
    assert found["entries"][-1]["cursor"] == found["next"]
    assert page(client, f"since={found['entries'][1]['cursor']}")["entries"] == page(client)["entries"][2:]


def test_the_link_leads_on_with_the_same_filters(client: TestClient) -> None:
    answer = client.get("/v1/log?road=S1&limit=2")
    address = answer.links["next"]["url"]
    assert address.startswith("https://tollfeed.example/v1/log?")
    assert places(client.get(address).json()) == ["九园站", "旧站"]


def test_a_limit_above_the_largest_is_clipped(url: str) -> None:
    Store.open(url).close()
    store = Store.open(url)
    stations = [change(station=Station(name=f"{number}号站")) for number in range(510)]
    store.add(notice(), stations, ADDED)
    store.close()
    with running(url) as client:
        found = page(client, "limit=100000")
        assert (len(found["entries"]), found["has_more"]) == (500, True)
        assert len(page(client)["entries"]) == 100


FILTERED = [
    ("road=G18", ["徐水站", "马集服务区"]),
    ("station=津榆路站", ["津榆路站"]),
    ("kind=lane_closure,station_opening", ["天津站", "九园站"]),
    ("access=exit", ["津榆路站", "天津站", "旧站", "徐水站", "马集服务区"]),
    ("to=2024-06-30", ["旧站"]),
    ("q=不存在", []),
]


@pytest.mark.parametrize(("query", "expected"), FILTERED, ids=[query for query, _ in FILTERED])
def test_a_filter_leaves_out_and_its_cursor_passes_over_that(
    client: TestClient, query: str, expected: list[str]
) -> None:
    found = page(client, query)
    assert places(found) == expected
    assert found["next"] == page(client)["next"]


def test_now_begins_behind_everything(client: TestClient, url: str) -> None:
    begin = page(client, "since=now")
    assert begin["entries"] == []
    filled(url, (change(station=Station(name="示例站"), notice=replace(change().notice, id="notice-new")),))
    assert places(page(client, f"since={begin['next']}")) == ["示例站"]


def test_a_cursor_of_the_empty_log_is_good_for_its_first_entry(url: str) -> None:
    with running(url) as client:
        begin = page(client)
        assert (begin["entries"], begin["has_more"]) == ([], False)
        assert page(client, "since=now")["next"] == begin["next"]
        filled(url)
        assert len(page(client, f"since={begin['next']}")["entries"]) == len(CHANGES)


def cursor(position: int, mark: bytes = b"\0" * 5) -> str:
    return urlsafe_b64encode(position.to_bytes(7) + mark).decode()


GARBAGE = [
    "7",
    "!",
    "now1",
    "NOW",
    "津",
    "beginning",
    "0",
    "-1",
    "null",
    "AAAA",
    "A" * 15,
    "A" * 17,
    "A" * 16,
    "A" * 100,
    cursor(1),
    cursor(6),
    cursor(999_999),
    cursor(2**56 - 1),
    cursor(0, b"abcde"),
    "MS0xLzAwMDAwMDAw",  # one of /v1/changes
    "AAAAAAAAAcys1F9=",
    "../../etc/passwd",
    "1' OR '1'='1",
]


@pytest.mark.parametrize("since", GARBAGE)
def test_what_is_no_cursor_is_refused(client: TestClient, since: str) -> None:
    for path, headers in (("/v1/log", {}), ("/v1/stream", {})):
        document = problem(client.get(path, params={"since": since}, headers=headers), 400, "parameter")
        assert (document["parameter"], document["expected"], document["found"]) == ("since", EXPECTED, since)


def test_what_is_no_id_of_an_event_is_refused(client: TestClient) -> None:
    document = problem(client.get("/v1/stream", headers={"Last-Event-ID": "7"}), 400, "parameter")
    assert (document["parameter"], document["found"]) == ("Last-Event-ID", "7")


WRONG = [
    ("limit=0", "limit", "a whole number from 1", "0"),
    ("limit=x", "limit", "a whole number from 1", "x"),
    ("wait=-1", "wait", "a whole number from 0", "-1"),
    ("wait=1.5", "wait", "a whole number from 0", "1.5"),
    ("since=a&since=b", "since", "one value", "a, b"),
    (
        "from=2024-10-22&to=2024-10-21",
        "to",
        "a time after from, 2024-10-22T00:00:00+08:00",
        "2024-10-22T00:00:00+08:00",
    ),
    ("since=津" + "津" * 100, "since", "at most 100 characters", "津" * 101),
]


@pytest.mark.parametrize(("query", "name", "expected", "found"), WRONG, ids=[each[0][:20] for each in WRONG])
def test_wrong_values_are_refused(client: TestClient, query: str, name: str, expected: str, found: str) -> None:
    document = problem(client.get(f"/v1/log?{query}"), 400, "parameter")
    assert (document["parameter"], document["expected"], document["found"]) == (name, expected, found)


@pytest.mark.parametrize("name", ["status", "at", "known_at", "cursor", "after"])
def test_what_depends_on_the_clock_is_no_parameter(client: TestClient, name: str) -> None:
    for path in ("/v1/log", "/v1/stream"):
        problem(client.get(f"{path}?{name}=active"), 400, "parameter")


def test_a_cursor_of_another_database_is_refused(client: TestClient, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"
    filled(other, CHANGES[::-1])
    with running(other) as elsewhere:
        foreign = page(elsewhere, "limit=2")["next"]
    problem(client.get(f"/v1/log?since={foreign}"), 400, "parameter")


def test_a_copy_of_the_database_knows_the_cursors(client: TestClient, tmp_path: Path) -> None:
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    filled(copy)
    with running(copy) as elsewhere:
        assert page(elsewhere)["next"] == page(client)["next"]


def test_what_lies_past_the_retention_is_gone_and_the_answer_says_where_to_begin(url: str) -> None:
    filled(url, CHANGES[:3])
    clock = Clock(ADDED)
    with running(url, clock, log_retention="P30D") as client:
        early, last = page(client, "limit=1")["next"], page(client)["next"]
        clock.now = ADDED + timedelta(days=31)
        filled(url, CHANGES[3:], clock.now)
        # What is no longer given is no part of the log; whoever has seen all of it has missed nothing.
        assert places(page(client)) == ["旧站", "徐水站", "马集服务区"]
        assert places(page(client, f"since={last}")) == ["旧站", "徐水站", "马集服务区"]
        for path in ("/v1/log", "/v1/stream"):
            answer = client.get(f"{path}?since={early}")
            document = problem(answer, 410, "gone")
            assert "more than 30 days ago" in document["detail"]
            assert len(client.get(document["snapshot"]).json()["changes"]) == len(CHANGES)
            assert page(client, f"since={document['next']}")["entries"] == []
            assert answer.links["next"]["url"].endswith(document["next"])


def test_a_reader_who_was_away_from_a_quiet_log_has_missed_nothing(url: str) -> None:
    filled(url)
    clock = Clock(ADDED)
    with running(url, clock) as client:
        last = page(client)["next"]
        clock.now = ADDED + timedelta(days=1000)
        assert page(client, f"since={last}")["entries"] == []
        assert page(client)["next"] == last


def test_a_reader_who_waits_is_answered_when_something_comes(store: Store, database_url: str) -> None:
    filled(database_url)
    with serving(database_url) as address, ThreadPoolExecutor() as pool:
        begin = httpx2.get(f"{address}/v1/log?since=now").json()["next"]
        waiting = pool.submit(httpx2.get, f"{address}/v1/log?since={begin}&wait=30&station=示例站", timeout=40)
        elsewhere = pool.submit(httpx2.get, f"{address}/v1/log?since={begin}&wait=1&station=另一站", timeout=40)
        begun = perf_counter()
        nothing = elsewhere.result().json()
        store.add(*said(8, change(station=Station(name="另一个站"))), NOW)
        store.add(*said(9, change(station=Station(name="示例站"))), NOW)
        found = waiting.result().json()
        assert perf_counter() - begun < 20
        assert [entry["change"]["station"]["name"] for entry in found["entries"]] == ["示例站"]
        assert (nothing["entries"], nothing["next"], nothing["has_more"]) == ([], begin, False)
        assert httpx2.get(f"{address}/v1/log?since={found['next']}").json()["entries"] == []


def test_who_waits_though_there_is_something_is_answered_at_once(client: TestClient) -> None:
    begun = perf_counter()
    assert len(page(client, "wait=60")["entries"]) == len(CHANGES)
    assert perf_counter() - begun < 20


CLOSED = change(validity=validity(china(2024, 10, 21), None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE))
OPEN = change(kind=Kind.REOPENING, validity=validity(china(2024, 11, 3), None, end_basis=EndBasis.PERMANENT))
MOVED = change(
    kind=Kind.STATION_OPENING,
    station=NEW_STATION,
    relocation=Relocation(replaces=OLD_STATION),
    validity=validity(china(2024, 12, 1), None, end_basis=EndBasis.PERMANENT),
)
ABOLISHED = change(
    kind=Kind.STATION_ABOLITION,
    station=OLD_STATION,
    validity=validity(china(2024, 12, 1), None, end_basis=EndBasis.PERMANENT),
)
RENAMED = change(
    kind=Kind.STATION_RENAMING,
    renamed_to="天津北站",
    validity=validity(china(2024, 12, 1), None, end_basis=EndBasis.PERMANENT),
)
OPENED = replace(MOVED, station=Station(name="天津北收费站"), relocation=None)
ELSEWHERE = replace(OPEN, station=Station(name="另一站"), road=Road(name="京沪高速"))

SUCCESSIONS: dict[str, tuple[tuple[tuple[Change, ...], ...], list[tuple[str, str]]]] = {
    "a-reopening": (((CLOSED,), (OPEN,)), [("reopening", "station_closure")]),
    "a-relocation": (((ABOLISHED, MOVED),), [("station_opening", "station_abolition")]),
    "a-new-name": (((RENAMED, OPENED),), [("station_opening", "station_renaming")]),
    "an-abolition-told-elsewhere": (((ABOLISHED,), (MOVED,)), []),
    "a-reopening-of-something-else": (((CLOSED,), (ELSEWHERE,)), []),
}


@pytest.mark.parametrize("case", SUCCESSIONS)
def test_what_takes_the_place_of_another_says_so_on_both_sides(case: str, store: Store, database_url: str) -> None:
    notices, expected = SUCCESSIONS[case]
    for number, changes in enumerate(notices):
        store.add(*said(number, *changes), ADDED + timedelta(hours=number))
    with running(database_url) as client:
        entries = page(client)["entries"]
    kinds = {entry["change_id"]: entry["change"]["kind"] for entry in entries}
    forward = [(entry["change"]["kind"], kinds[other]) for entry in entries for other in entry["supersedes"]]
    back = [(kinds[other], entry["change"]["kind"]) for entry in entries for other in entry["superseded_by"]]
    assert (forward, back) == (expected, expected)


def test_what_is_held_is_told_once_a_person_published_it(url: str) -> None:
    store = Store.open(url, hold=True)
    store.add(notice(), [change(flags=(Flag.LOW_CONFIDENCE,))], ADDED)
    with running(url, review="hold") as client:
        held = page(client)
        assert held["entries"] == []
        (case,) = store.waiting(limit=10)
        store.review(case.newest.change.id, Judgement.APPROVE, author="小王", now=ADDED)
        (entry,) = page(client, f"since={held['next']}")["entries"]
    store.close()
    assert (entry["event"], entry["changed_fields"], entry["author"]) == ("change.created", None, "小王")


HOSTILE = "]]>\"\\\u202e\u2028\u2029 ;,'<b>&amp;\x7f\U0001f6a7" + "长" * 5000


def test_hostile_words_are_told_as_they_were_said(url: str) -> None:
    hostile = change(notice=replace(change().notice, title=HOSTILE), station=Station(name="津\u2028榆\u202e路站"))
    filled(url, (hostile,))
    with running(url) as client:
        (entry,) = page(client)["entries"]
        assert entry["change"]["notice"]["title"] == HOSTILE
        assert entry["change"]["station"]["name"] == "津\u2028榆\u202e路站"


def test_a_record_from_before_a_field_was_added_has_it(url: str) -> None:
    filled(url, CHANGES[:1])
    store = Store.open(url)
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE records SET record = replace(record, ',\"confidence\":null', '')")
    store.close()
    with running(url) as client:
        (entry,) = page(client)["entries"]
    assert "confidence" in entry["change"]


def test_head_and_the_description_know_the_log_and_the_stream(client: TestClient) -> None:
    for path in ("/v1/log", "/v1/stream"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
    paths = client.get("/openapi.json").json()["paths"]
    log, stream = paths["/v1/log"]["get"], paths["/v1/stream"]["get"]
    assert {"since", "limit", "wait", "road"} <= {each["name"] for each in log["parameters"]}
    assert {"since", "last-event-id", "road"} <= {each["name"].lower() for each in stream["parameters"]}
    assert set(log["responses"]) == set(stream["responses"]) == {"200", "400", "410", "503"}
    assert "text/event-stream" in stream["responses"]["200"]["content"]


def test_a_page_is_not_sent_again_to_who_has_it(client: TestClient) -> None:
    tag = client.get("/v1/log").headers["etag"]
    assert client.get("/v1/log", headers={"If-None-Match": tag}).status_code == 304


def test_readers_of_the_log_miss_nothing_while_two_processes_write(store: Store, database_url: str) -> None:
    followed: list[tuple[int, str, int]] = []
    with serving(database_url) as address, httpx2.Client(base_url=address, timeout=60) as client:
        since = client.get("/v1/log?since=now").json()["next"]
        with two_writers(database_url) as (writers, _pipes):
            while any(writer.is_alive() for writer in writers) or len(followed) < 3 * NOTICES:
                found = client.get(f"/v1/log?since={since}&wait=5&limit=7").json()
                followed += [(each["position"], each["change_id"], each["revision"]) for each in found["entries"]]
                since = found["next"]
    expected = [(each.position, each.change.id, each.change.revision) for each in store.log(0, 10_000)]
    assert followed == expected
