"""Open511 over HTTP: discovery, every filter, paging, both forms, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from lxml.isoschematron import Schematron  # type: ignore[import-not-found]  # lxml-stubs leaves it out
from starlette.testclient import TestClient

from service.records import Action, Change, NoticeReference, Reason, Segment
from service.store import Store
from tests.fictional import CLOSED_ENTRY, FICTIONAL, HALF, UNLOCATED, WHOLE
from tests.make import PUBLISHED, china, notice, validity
from tests.roadworks import schema
from tests.web import Clock, running

EVENTS = "/open511/events"
HERE = "tollfeed.example"
EMAIL, LICENSE = "desk@tollfeed.example.org", "https://licences.example/by"
NOW = china(2024, 10, 22, 12)
DAYS = validity(china(2024, 11, 1), china(2024, 11, 11))
RECORDED = {"entry": 9, "half": 10, "whole": 11, "ended": 12, "gone": 13, "unlocated": 14}


def _told(id_: str, change: Change, **values: Any) -> Change:
    reference = NoticeReference(id=id_, title=f"{id_}公告", publisher="示例日报", published=PUBLISHED)
    return replace(change, id=id_, notice=reference, **values)


CHANGES = (
    _told("entry", CLOSED_ENTRY),
    _told("half", HALF, validity=DAYS, reason=Reason.ACCIDENT),
    _told("whole", WHOLE, validity=validity(china(2024, 10, 1), None)),
    _told("ended", CLOSED_ENTRY, validity=validity(china(2024, 9, 1), china(2024, 9, 5))),
    _told(
        "gone",
        HALF,
        action=Action.CANCEL,
        segment=Segment(from_="K30+000", to="K34+000"),
        validity=validity(china(2025, 1, 1), china(2025, 2, 1)),
    ),
    _told("unlocated", UNLOCATED),
)
"""By night, now and then; to come; for good; over; called off; nowhere. Each a quarter of an hour after another."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("open511")
    (folder / "gazetteer").mkdir()
    shutil.copy(FICTIONAL, folder / "gazetteer")
    if request.param == "sqlite":
        yield from _serving(f"sqlite:///{folder / 'test.db'}", folder)
        return
    template = request.getfixturevalue("migrated")
    with request.getfixturevalue("postgresql").database(template) as url:
        yield from _serving(url, folder)


def _serving(url: str, folder: Path) -> Iterator[TestClient]:
    with closing(Store.open(url)) as store:
        for each in CHANGES:
            said = notice(text=f"{each.id}全文", id=each.id, title=each.notice.title)
            (stored,) = store.add(said, [each], china(2024, 10, 20, RECORDED[each.id])).revisions
            assert stored.change.notice.id == each.id
    with running(url, Clock(NOW), data=folder, email=EMAIL, license=LICENSE) as found:
        yield found


def titles(answer: Any) -> list[str]:
    """Which changes the events of an answer are of, by the hour at which each was recorded."""
    assert answer.status_code == 200, answer.text
    by_hour = {f"2024-10-20T{hour:02}:00:00+08:00": name for name, hour in RECORDED.items()}
    return [by_hour[each["updated"]] for each in answer.json()["events"]]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["whole", "half", "entry"]),
        ({"status": "ACTIVE"}, ["whole", "half", "entry"]),
        ({"status": "ARCHIVED"}, ["gone", "ended"]),
        ({"status": "ALL"}, ["gone", "ended", "whole", "half", "entry"]),
        ({"severity": "MAJOR"}, ["whole", "half"]),
        ({"severity": "MODERATE,MINOR", "status": "ALL"}, ["gone", "ended", "entry"]),
        ({"severity": ["MODERATE", "MINOR"]}, ["entry"]),
        ({"event_type": "INCIDENT"}, ["half"]),
        ({"event_type": "INCIDENT,CONSTRUCTION"}, ["whole", "half", "entry"]),
        ({"event_subtype": "ACCIDENT"}, ["half"]),
        ({"event_subtype": "SPILL"}, []),
        ({"event_subtype": ["SPILL", "ACCIDENT,MUD"]}, ["half"]),
        ({"severity": "UNKNOWN"}, []),
        ({"severity": "MODERATE"}, ["entry"]),
        ({"jurisdiction": HERE}, ["whole", "half", "entry"]),
        ({"jurisdiction": "elsewhere.example"}, []),
        ({"jurisdiction": f"elsewhere.example,{HERE}"}, ["whole", "half", "entry"]),
        ({"road_name": "虚构高速"}, ["whole", "half", "entry"]),
        ({"road_name": "S0"}, ["whole", "half", "entry"]),
        ({"road_name": "别处高速"}, []),
        ({"bbox": "129,21,132,23"}, ["whole", "half", "entry"]),
        ({"bbox": "100,30,101,31"}, []),
        # At noon no night's closure holds; at eleven in the evening one does.
        ({"in_effect_on": "now"}, ["whole"]),
        ({"in_effect_on": "2024-10-22T23:00"}, ["whole", "entry"]),
        ({"in_effect_on": "2024-10-22T15:00Z"}, ["whole", "entry"]),
        ({"in_effect_on": "2024-11-05"}, ["whole", "half"]),
        ({"in_effect_on": "2024-10-22T13:00,2024-10-22T21:00"}, ["whole"]),
        ({"created": ">=2024-10-20T11:00:00+08:00"}, ["whole"]),
        ({"created": "<2024-10-20T10:00"}, ["entry"]),
        ({"created": "<=2024-10-20T10:00"}, ["half", "entry"]),
        ({"updated": ">2024-10-20T11:00:00+08:00", "status": "ALL"}, ["gone", "ended"]),
        ({"updated": ">=2024-10-20T03:00:00Z", "status": "ALL"}, ["gone", "ended", "whole"]),
        ({"updated": "2024-10-20"}, ["whole", "half", "entry"]),
        ({"updated": ">2024-10-20"}, []),
        ({"limit": "1", "offset": "1"}, ["half"]),
        ({"offset": "99"}, []),
        ({"limit": "100000"}, ["whole", "half", "entry"]),
        ({"version": "v1", "lang": "en", "accept-language": "de", "format": "json"}, ["whole", "half", "entry"]),
        ({"limit": "", "status": "", "updated": ""}, ["whole", "half", "entry"]),
    ],
)
def test_filters(client: TestClient, parameters: dict[str, Any], expected: list[str]) -> None:
    assert titles(client.get(EVENTS, params=parameters)) == expected


@pytest.mark.parametrize("form", ["json", "xml"])
def test_pages_lead_to_all_and_keep_every_filter(client: TestClient, form: str) -> None:
    address, seen, offsets = f"{EVENTS}?status=ALL&limit=2&road_name=S0&updated=%3E2024-10-19&format={form}", [], []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200
        if form == "json":
            document = answer.json()
            seen += [each["id"] for each in document["events"]]
            offsets.append(document["pagination"]["offset"])
            address = document["pagination"].get("next_url", "")
        else:
            tree = etree.fromstring(answer.content)
            seen += [str(each.text) for each in tree.findall("events/event/id")]
            offsets.append(int(str(tree.findtext("pagination/offset"))))
            address = next((str(each.get("href")) for each in tree.findall("pagination/link")), "")
        if address:
            assert all(each in address for each in ("status=ALL", "road_name=S0", "limit=2", "updated=%3E", form))
    assert (len(seen), len(set(seen)), offsets) == (5, 5, [0, 2, 4])


def test_what_is_rare_is_found_by_the_addresses_of_pages_that_are_short(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    common = [
        _told(f"n{number}", HALF, segment=Segment(from_=f"K{30 + number // 1000}+{number % 1000:03}", to="K34+000"))
        for number in range(2500)
    ]
    with closing(Store.open(url)) as store:
        rare = _told("rare", HALF, validity=DAYS, reason=Reason.ACCIDENT)
        for number, changes in enumerate(([rare], common)):
            store.add(notice(text=f"{number}全文", id=f"told-{number}"), changes, china(2024, 10, 20, 9 + number))
    (tmp_path / "gazetteer").mkdir()
    shutil.copy(FICTIONAL, tmp_path / "gazetteer")
    with running(url, Clock(NOW), data=tmp_path) as here:
        address, found, pages = f"{EVENTS}?event_type=INCIDENT&status=ALL", [], 0
        while address:
            document = here.get(address).json()
            found += document["events"]
            address, pages = document["pagination"].get("next_url", ""), pages + 1
        assert ([each["event_type"] for each in found], pages) == (["INCIDENT"], 3)
        # Whoever counts for himself gets there, too.
        (last,) = here.get(EVENTS, params={"status": "ALL", "offset": "2500", "limit": "1"}).json()["events"]
        assert last["id"] == found[0]["id"]


def test_an_event_stays_at_its_address_and_says_why_it_is_over(client: TestClient) -> None:
    over = client.get(EVENTS, params={"status": "ARCHIVED"}).json()["events"]
    assert [each["+archived"] for each in over] == ["cancelled", "ended"]
    for each in over:
        (alone,) = client.get(each["url"]).json()["events"]
        assert alone == each
        assert client.get(each["jurisdiction_url"]).json()["jurisdictions"][0]["id"] == HERE
    assert over[0]["+cancellation"]["notice"] == "gone公告"


def test_discovery_leads_to_the_events(client: TestClient) -> None:
    found = client.get("/open511/").json()
    (service,) = found["services"]
    assert service["service_type_url"] == "http://open511.org/services/events/"
    assert titles(client.get(service["url"])) == ["whole", "half", "entry"]
    (own,) = client.get("/open511/jurisdictions").json()["jurisdictions"]
    assert (own["id"], own["email"], own["license_url"]) == (HERE, EMAIL, LICENSE)
    (where,) = client.get(own["geography_url"]).json()["geographies"]
    assert (where["type"], where["coordinates"][0][2]) == ("Polygon", [136.0, 54.0])


def test_nothing_is_made_up_about_who_publishes(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'test.db'}") as here:
        (own,) = here.get("/open511/jurisdictions").json()["jurisdictions"]
        assert not {"email", "license_url"} & own.keys()


OWN = f"/open511/jurisdictions/{HERE}"


@pytest.mark.parametrize(
    "path",
    [
        *("/open511/", "/open511/jurisdictions", OWN, f"{OWN}/geography"),
        *(f"{EVENTS}?status=ALL", f"{EVENTS}?status=ALL&limit=1", "event"),
    ],
)
def test_the_xml_is_valid(client: TestClient, path: str) -> None:
    if path == "event":
        path = client.get(EVENTS).json()["events"][0]["url"]
    tree = etree.fromstring(client.get(path, headers={"Accept": "application/xml"}).content)
    for check in (
        etree.RelaxNG(etree.parse(schema("open511", "open511.rng"))),
        Schematron(etree.parse(schema("open511", "open511.schematron"))),
    ):
        assert check.validate(tree), str(check.error_log)


@pytest.mark.parametrize(
    ("accept", "format_", "expected"),
    [
        ("*/*", "", "application/json"),
        ("application/xml", "", "application/xml"),
        ("text/xml", "", "application/xml"),
        ("application/xml;q=0.5, application/json", "", "application/json"),
        ("application/json", "xml", "application/xml"),
        ("application/xml", "json", "application/json"),
    ],
)
def test_the_form_is_what_is_asked_for(client: TestClient, accept: str, format_: str, expected: str) -> None:
    answer = client.get(EVENTS, params={"format": format_}, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == expected
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("path", [EVENTS, f"{EVENTS}?format=xml", "/open511/", "/open511/jurisdictions", "event"])
def test_what_is_the_same_is_not_sent_again(client: TestClient, path: str) -> None:
    if path == "event":
        path = client.get(EVENTS).json()["events"][0]["url"]
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("lang=en", "en"),
        ("accept-language=en-CA,fr;q=0.5", "en"),
        ("lang=zh&accept-language=en", "zh-CN"),
        ("", "zh-CN"),
    ],
)
def test_the_language_is_that_asked_for(client: TestClient, parameters: str, expected: str) -> None:
    for path in (EVENTS, "/open511/", "/open511/jurisdictions"):
        assert client.get(f"{path}?{parameters}").headers["content-language"] == expected


def test_only_the_members_asked_for_are_told(client: TestClient) -> None:
    parameters = {"fields": "severity,headline,+station", "limit": "1"}
    document = client.get(EVENTS, params=parameters).json()
    assert list(document["events"][0]) == ["url", "id", "headline", "severity"]
    assert "fields=" in document["pagination"]["next_url"]
    (alone,) = client.get(document["events"][0]["url"], params={"fields": "status"}).json()["events"]
    assert list(alone) == ["url", "id", "status"]
    tree = etree.fromstring(client.get(EVENTS, params={**parameters, "format": "xml"}).content)
    assert [each.tag for each in tree.findall("events/event/*")] == ["link", "id", "headline", "severity"]


def test_another_version_is_refused_also_in_the_header(client: TestClient) -> None:
    assert client.get(EVENTS, headers={"Open511-Version": "v1"}).status_code == 200
    answer = client.get("/open511/", headers={"Open511-Version": "v2"})
    assert answer.status_code == 400
    assert "Open511-Version" in answer.json()["detail"]


def test_limit_is_common_to_all(client: TestClient) -> None:
    assert client.get("/open511/jurisdictions", params={"limit": "5"}).status_code == 200


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ("colour=red", "colour"),
        ("geography=POINT(1 2)", "bbox"),
        ("tolerance=5", "not supported"),
        ("area=x", "not supported"),
        ("area_id=x", "not supported"),
        ("impacted_road=x", "not supported"),
        ("event_subtype=NONSENSE", "event_subtype"),
        ("fields=headline,colour", "members of an event"),
        ("offset=10000", "next_url"),
        ("status=OPEN", "status"),
        ("status=ALL&status=ACTIVE", "one value"),
        ("severity=WORST", "severity"),
        ("event_type=PARTY", "event_type"),
        ("updated=>=yesterday", "updated"),
        ("updated=>=2024-02-30", "a day that exists"),
        ("updated=>", "updated"),
        ("created=2024-13-01T10:00", "created"),
        ("in_effect_on=2024-10-22T99:00", "in_effect_on"),
        ("in_effect_on=2024-10-22,2024-10-20", "not before the first"),
        ("bbox=31,121,32,122,5", "bbox"),
        ("limit=0", "limit"),
        ("offset=-1", "offset"),
        ("cursor=elsewhere", "next_url"),
        ("version=v2", "v1"),
        ("format=yaml", "format"),
    ],
)
def test_what_cannot_be_is_refused_by_name(client: TestClient, parameters: str, found: str) -> None:
    answer = client.get(f"{EVENTS}?{parameters}")
    assert answer.status_code == 400
    told = answer.json()
    assert found in told["detail"]
    assert told["error"] == told["detail"]


@pytest.mark.parametrize(
    "path",
    [
        f"{EVENTS}/{HERE}/nothing",
        f"{EVENTS}/elsewhere.example/entry",
        "/open511/jurisdictions/elsewhere.example",
        "/open511/jurisdictions/elsewhere.example/geography",
    ],
)
def test_what_there_is_not_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_a_change_that_is_no_event_says_why(client: TestClient) -> None:
    (nowhere,) = client.get("/v1/changes", params={"located": "false"}).json()["changes"]
    answer = client.get(f"{EVENTS}/{HERE}/{nowhere['id']}")
    assert answer.status_code == 404
    assert "no_location" in answer.json()["detail"]
