"""The page of one change: what it says of it, whose words stand behind it, and what later notices altered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.testclient import TestClient

from service.feed import Lang
from service.reading.extract import extract
from service.reading.rules import load_rules
from service.records import Action, Change, LaneCount, Lanes, Notice, NoticeReference, Station
from service.store import Store
from service.web.facts import facts, story
from tests.make import PUBLISHED, change, china, notice, validity
from tests.published import cases
from tests.test_pages import Links
from tests.web import ADDED, running

RULEBOOK = load_rules()
CLOSED = "因施工，10月21日至12月31日，津蓟高速公路津榆路收费站入口封闭，请从九园站通行。"
EXTENDED = "津蓟高速公路津榆路收费站入口封闭时间延长至2025年1月31日。"
CANCELLED = "原定的津蓟高速公路津榆路收费站入口封闭取消。"
HOSTILE = "</script><script>alert('1')</script>\"&<!--\u2028\u202e\x1b]]>"


def read(name: str, text: str, **values: object) -> tuple[Notice, tuple[Change, ...]]:
    found = notice(text=text, id=name, title=f"{name}公告", publisher="示例日报", **values)
    return found, extract(found, RULEBOOK).changes


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path_factory.mktemp('changes') / 'test.db'}"
    store = Store.open(url)
    for hour, (name, text) in enumerate([("closed", CLOSED), ("extended", EXTENDED)]):
        store.add(*read(name, text), ADDED.replace(hour=9 + hour))
    called_off = change(action=Action.CANCEL, notice=replace(change().notice, id="off"), station=Station(name="徐水站"))
    store.add(notice(id="off"), [called_off], ADDED)
    reference = NoticeReference(
        id="hostile", title=HOSTILE, publisher=HOSTILE, published=PUBLISHED, url="javascript:alert(1)"
    )
    hostile = change(station=Station(name=HOSTILE + "长" * 5000), notice=reference)
    store.add(notice(id="hostile", title=HOSTILE, publisher=HOSTILE), [hostile], ADDED)
    store.close()
    with running(url) as client:
        yield client


def change_of(client: TestClient, notice_id: str) -> str:
    (found,) = client.get(f"/v1/notices/{notice_id}").json()["changes"]
    return str(found["id"])


def text_of(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def test_every_revision_is_told_as_what_it_altered(client: TestClient) -> None:
    page = client.get(f"/changes/{change_of(client, 'closed')}").text
    told = text_of(page)
    assert "延期 记录于 2024-10-20 10:00" in told
    assert "新增 记录于 2024-10-20 09:00" in told
    assert told.index("延期") < told.index("新增")
    assert "结束 原为 2024年12月31日 → 改为 2025年1月31日" in told
    assert told.count("closed公告") == 2, "the first revision, and the list of notices"


def test_the_words_of_the_notice_stand_beside_the_value_and_lead_to_their_place(client: TestClient) -> None:
    page = client.get(f"/changes/{change_of(client, 'closed')}").text
    quoted = dict(re.findall(r'<a class="quote" lang="zh" href="([^"]+)">“([^”]+)”</a>', page))
    assert "2025年1月31日" in quoted.values()
    for address, words in quoted.items():
        path, _, place = address.removeprefix("..").partition("#")
        there = client.get(path).text
        assert f'id="{place}"' in there
        start, end = map(int, place.removeprefix("w").split("-"))
        assert EXTENDED[start:end] == words


def test_every_address_on_the_page_leads_somewhere(client: TestClient) -> None:
    here = f"/changes/{change_of(client, 'closed')}"
    addresses = {urljoin(here, each.partition("#")[0]) for each in Links(client.get(here).text).addresses} - {""}
    assert {f"/v1{here}", f"/v1{here}/history", "/roads/%E6%B4%A5%E8%93%9F%E9%AB%98%E9%80%9F"} < addresses
    asked = [each for each in addresses if each.startswith("/")]
    answers = {each: client.get(each).status_code for each in asked}
    assert answers == dict.fromkeys(answers, 200)


def test_a_cancelled_change_says_so_in_words_before_anything_else(client: TestClient) -> None:
    for lang, words in ((Lang.ZH, "已取消 这项变更已取消"), (Lang.EN, "Cancelled This change has been called off")):
        told = text_of(client.get(f"/changes/{change_of(client, 'off')}", params={"lang": lang}).text)
        assert words.lower() in told.lower()
        assert told.lower().index(words.lower()) < told.index("2024")


def test_what_strangers_wrote_is_text(client: TestClient) -> None:
    answer = client.get(f"/changes/{change_of(client, 'hostile')}")
    page = answer.text
    assert page.count("<script") == page.count("</script") == 1
    assert "javascript:" not in " ".join(Links(page).addresses)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)
    assert json.loads(page.partition('ld+json">')[2].partition("</script>")[0])["@type"] == "SpecialAnnouncement"
    assert len(page.partition("<title>")[2].partition("</title>")[0]) < 300


def test_the_preview_of_a_shared_link_tells_the_change(client: TestClient) -> None:
    identifier = change_of(client, "closed")
    page = client.get(f"/changes/{identifier}?lang=en").text
    meta = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page))
    assert meta["og:url"] == f"https://tollfeed.example/changes/{identifier}?lang=en"
    assert meta["og:type"] == "article"
    assert meta["og:locale"] == "en_GB"
    assert meta["twitter:card"] == "summary"
    assert "津榆路" in meta["og:title"]
    assert meta["og:description"] == meta["description"]
    assert "31 January 2025" in meta["og:description"]
    image = meta["og:image"].removeprefix("https://tollfeed.example")
    assert client.get(image).headers["content-type"] == "image/png"


def test_the_same_address_gives_programs_the_record(client: TestClient) -> None:
    identifier = change_of(client, "closed")
    page = client.get(f"/changes/{identifier}", headers={"Accept": "text/html,*/*;q=0.8"})
    record = client.get(f"/changes/{identifier}", headers={"Accept": "application/json"})
    assert page.headers["content-type"].startswith("text/html")
    assert record.headers["content-type"] == "application/json"
    assert record.content == client.get(f"/v1/changes/{identifier}").content
    assert {each.headers["vary"] for each in (page, record)} == {"Accept, Accept-Language, Accept-Encoding"}
    assert page.headers["etag"] != record.headers["etag"]


FACTS = [
    # change, lines that there are, names that there are none of
    (change(), ["收费站关闭", "S1津蓟高速公路津榆路站", "出入口"], ["车道", "绕行", "原因"]),
    (change(detours=cases.DETOURS), ["蓟州往天津方向经九园站、天津站", "天津往蓟州方向经东堤头站、北辰东站"], []),
    (
        change(lanes=Lanes(entry=LaneCount(open=4, closed=6, total=10))),
        ["入口共10条车道，开放4条，封闭6条"],
        ["绕行"],
    ),
    (change(validity=validity(None, None)), ["未说明"], []),
]


@pytest.mark.parametrize(("given", "lines", "missing"), FACTS)
def test_what_is_known_is_a_fact_and_nothing_else(given: Change, lines: list[str], missing: list[str]) -> None:
    found = facts(given, None, Lang.ZH)
    said = [line for fact in found for line in fact.lines]
    for each in lines:
        assert each in said or any(each in line for line in said), said
    assert not {fact.name for fact in found} & set(missing)


def test_evidence_that_points_beyond_the_text_quotes_nothing() -> None:
    found, (read_change,) = read("closed", CLOSED)
    assert any(fact.quotes for fact in facts(read_change, found, Lang.ZH))
    assert not any(fact.quotes for fact in facts(read_change, replace(found, text=""), Lang.ZH))
    assert not any(fact.quotes for fact in facts(read_change, None, Lang.ZH))


def test_a_story_without_revisions_is_empty() -> None:
    assert story((), Lang.ZH) == ()
    first = cases.recorded(change(), 1)
    later = replace(cases.recorded(change(revision=1, validity=validity(china(2024, 10, 21), None)), 2), author="desk")
    newest, oldest = story((first, later), Lang.EN)
    assert (oldest.number, oldest.altered, oldest.author) == (0, (), None)
    assert (newest.number, newest.author) == (1, "desk")
    assert newest.altered


@pytest.mark.parametrize("lang", Lang)
def test_every_change_has_facts(lang: Lang) -> None:
    for feed in cases.FEEDS.values():
        for revision in feed.revisions:
            assert all(line for fact in facts(revision.change, None, lang) for line in fact.lines)


def test_no_change_has_no_page(client: TestClient, tmp_path: Path) -> None:
    assert client.get("/changes/none").status_code == 404
    assert client.get("/changes/%00").status_code == 404
    assert client.get("/changes/none", headers={"Accept": "application/json"}).status_code == 404


def test_an_opening_is_in_effect_on_every_page_that_tells_how_it_stands(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    store = Store.open(url)
    store.add(*read("opened", "2024年10月21日起，津蓟高速公路天津收费站启用。"), ADDED)
    store.close()
    with running(url) as client:
        found = change_of(client, "opened")
        for page in ("/", f"/changes/{found}", "/notices/opened"):
            assert '<span class="lasting">已生效</span>' in client.get(page, headers={"Accept": "text/html"}).text, page
