"""Pages of roads and stations, and the same from the API: every name leads to one page, which says how things stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from service.records import Kind, NoticeReference, Road, Station
from tests.make import PUBLISHED
from tests.web import CHANGES, filled, running

HOSTILE = "<b>x</b>]]>'\"&\u202e;,\\n" + "站" * 5000
ELSEWHERE = replace(
    CHANGES[0],
    station=Station(name="外省站"),
    road=Road(name="申嘉湖高速", number="S1"),
    notice=NoticeReference(id="elsewhere", title="外省", publisher="示例", published=PUBLISHED),
)
UNNAMED = replace(
    CHANGES[0],
    station=Station(name="无名站"),
    road=Road(number="S1"),
    notice=NoticeReference(id="unnamed", title="只有编号", publisher="示例", published=PUBLISHED),
)
STRANGE = replace(
    CHANGES[0],
    station=Station(name=HOSTILE),
    road=Road(name="怪/路<i>"),
    notice=NoticeReference(id="strange", title=HOSTILE, publisher=HOSTILE, published=PUBLISHED),
)
WHOLE = replace(
    CHANGES[0],
    station=None,
    kind=Kind.ROAD_CLOSURE,
    notice=NoticeReference(id="whole", title="全线封闭", publisher="示例", published=PUBLISHED),
)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    filled(url, (*CHANGES, ELSEWHERE, UNNAMED, STRANGE, WHOLE))
    with running(url) as client:
        yield client


def stops(page: str) -> dict[str, str]:
    """The stations on the strip, each with its state; "" where only the gazetteer knows it."""
    strip = page[page.index('class="strip') : page.index("</ol>")]
    found: dict[str, str] = {}
    for item in strip.split("<li ")[1:]:
        name = re.search(r"<span>(?:<a[^>]*>)?([^<\n]+)", item)
        state = re.search(r'<span class="state \w+">([^<]*)', item)
        assert name
        found[name[1].strip()] = state[1] if state else ""
    return found


NAMES = ["津蓟高速公路", "S1", "s1", "Ｓ１", "津蓟高速 公路"]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_a_road_leads_to_one_page(client: TestClient, name: str) -> None:
    answer = client.get(f"/roads/{quote(name)}?lang=en", follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"] == f"../roads/{quote('津蓟高速')}?lang=en"
    assert client.get(f"/roads/{quote(name)}?lang=en").status_code == 200


def test_a_road_shows_its_stations_as_they_stand(client: TestClient) -> None:
    page = client.get("/roads/津蓟高速").text
    assert stops(page) == {
        "东堤头站": "",
        "津榆路站": "关闭",
        "天津站": "尚未启用",
        "九园站": "没有已知限制",
        "旧站": "没有已知限制",
        "无名站": "关闭",
    }
    assert "全线和其他地点" in page


def test_a_number_of_another_province_is_another_road(client: TestClient) -> None:
    assert stops(client.get("/roads/申嘉湖高速").text) == {"外省站": "关闭"}


def test_a_name_with_a_slash_is_a_road_and_its_links_lead_home(client: TestClient) -> None:
    page = client.get("/roads/%E6%80%AA%2F%E8%B7%AF%3Ci%3E")
    assert page.status_code == 200
    assert 'href="../static/style.css' in page.text
    assert "<i>" not in page.text


MISSING = ["/roads/无此路", "/roads/S99", "/stations/xxxxxxxxxxxx", "/v1/roads/无此路", "/roads/", "/roads/%20"]


@pytest.mark.parametrize("path", MISSING)
def test_what_nobody_knows_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_roads_lead_to_their_pages(client: TestClient) -> None:
    page = client.get("/roads").text
    addresses = re.findall(r'class="road" href="([^"]+)"', page)
    assert [client.get(f"/{address}", follow_redirects=False).status_code for address in addresses] == [200] * 4


def station(client: TestClient, name: str) -> str:
    found = client.get("/v1/stations", params={"q": name}).json()["stations"]
    return str(next(each["id"] for each in found if each["name"] == name))


STATES = [
    ("津榆路站", "", ["关闭", "关闭"]),
    ("津榆路站", "?lang=en", ["Closed", "Closed"]),
    ("天津站", "", ["尚未启用", "尚未启用"]),
    ("旧站", "", ["没有已知限制", "没有已知限制"]),
]


@pytest.mark.parametrize(("name", "query", "states"), STATES)
def test_a_station_says_how_it_stands(client: TestClient, name: str, query: str, states: list[str]) -> None:
    page = client.get(f"/stations/{station(client, name)}{query}").text
    assert re.findall(r"<li class=\"\w+\"><span>[^<]*</span><b>([^<]*)</b></li>", page) == states


def test_the_drawing_is_told_in_words_too(client: TestClient) -> None:
    page = client.get(f"/stations/{station(client, '津榆路站')}").text
    assert 'role="img" aria-labelledby="drawing-title drawing-desc"' in page
    assert '<title id="drawing-title">津榆路站通行状态，2024-10-04至2025-01-24</title>' in page
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", page)
    (row,) = [[re.sub("<[^>]*>", "", cell) for cell in each] for each in rows]
    assert row == ["2024-10-21 00:00", "2025-01-01 00:00", "关闭", "关闭"]
    assert " style=" not in page


def test_hostile_names_are_text(client: TestClient) -> None:
    name = next(each["id"] for each in client.get("/v1/stations").json()["stations"] if each["name"] == HOSTILE)
    page = client.get(f"/stations/{name}")
    assert page.status_code == 200
    assert "<b>x</b>" not in page.text
    assert "\u202e" not in page.text


def test_every_address_of_a_station_page_leads_somewhere(client: TestClient) -> None:
    page = client.get(f"/stations/{station(client, '津榆路站')}").text
    addresses = {each.replace("&amp;", "&") for each in re.findall(r'(?:href|src)="(\.\./[^"#]+)"', page)}
    assert {each: client.get(f"/stations/{each}").status_code for each in addresses} == dict.fromkeys(addresses, 200)
    calendar = re.search(r'href="webcal:(//[^"]+)"', page)
    assert calendar
    assert "津榆路站" in client.get(f"https:{calendar[1]}").text


def test_programs_get_the_same_from_pages_and_api(client: TestClient) -> None:
    identifier = station(client, "津榆路站")
    same = [
        ("/roads", "/v1/roads"),
        ("/roads/津蓟高速", "/v1/roads/津蓟高速"),
        ("/roads/S1", "/v1/roads/S1"),
        (f"/stations/{identifier}", f"/v1/stations/{identifier}/timeline"),
    ]
    for page, api in same:
        answer = client.get(page, headers={"Accept": "application/json"})
        assert answer.json() == client.get(api).json()


def test_the_api_tells_intervals(client: TestClient) -> None:
    told = client.get(f"/v1/stations/{station(client, '津榆路站')}/timeline").json()["intervals"]
    assert [(each["from"], each["entry"]["passage"]) for each in told] == [
        ("2024-10-04T12:00:00+08:00", "unsaid"),
        ("2024-10-21T00:00:00+08:00", "closed"),
        ("2025-01-01T00:00:00+08:00", "unsaid"),
    ]
