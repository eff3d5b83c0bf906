"""Explanations: every value with the rule and the printed words behind it, and what nothing read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.reading.explain import Topic, explain, rows
from service.reading.extract import extract
from service.reading.rules import load_rules
from tests import make
from tests.program import run

RULEBOOK = load_rules()


def read(text: str) -> list[tuple[str, str, str]]:
    """Rule, words and value of everything read in ``text``."""
    notice = make.notice(text)
    return [(row.rule, row.words, row.value) for row in rows(notice, extract(notice, RULEBOOK))]


def test_a_notice_is_explained_in_the_order_of_its_words() -> None:
    assert read("10月21日至12月31日，津蓟高速公路津榆路站入口封闭，车辆可从九园站通行。") == [
        ("value.period", "10月21日至12月31日", "10-21 … 12-31"),
        ("value.road", "津蓟高速公路", "津蓟高速公路 S1"),
        ("value.station", "津榆路站", "津榆路站"),
        ("access.entry", "入口", "access=entry"),
        ("closure.closed", "封闭", "effect=closed"),
        ("detour.via", "可从", "stance=detour"),
        ("value.station", "九园站", "九园站"),
        *read("津榆路站通行。")[1:],
    ]


def test_words_are_quoted_as_printed() -> None:
    values = read("１０月２１日，津薊高速公路津榆路收費站關閉。")
    assert ("value.period", "１０月２１日", "10-21 …") in values
    assert ("value.station", "津榆路收費站", "津榆路收费站") in values
    assert ("closure.closed", "關閉", "effect=closed") in values


MOMENTS = {
    "10月21日8时30分起": "10-21 08:30 …",
    "2024年10月21日起": "2024-10-21 …",
    "21日起": "21 …",
    "下月5日起": "05 of month+1 …",
    "本月5日起": "05 of this month …",
    "本月底结束": "… end of the month",
    "12月底结束": "… end of 12",
    "即日起": "today …",
    "明日9时起": "today+1 09:00 …",
    "22时至次日6时": "22:00 … next day 06:00",
    "10月21日8时至当日17时": "10-21 08:00 … same day 17:00",
    "延长至12月31日": "… 12-31",
}


@pytest.mark.parametrize(("words", "value"), MOMENTS.items(), ids=MOMENTS)
def test_a_period_is_said_in_a_few_words(words: str, value: str) -> None:
    assert [said for rule, _, said in read(f"津榆路收费站，{words}") if rule == "value.period"] == [value]


VALUES = {
    "每日22时至次日6时": ("value.window", "22:00–06:00 daily"),
    "G25长深高速": ("value.road", "长深高速 G25"),
    "原天津站": ("value.station", "天津站 old"),
    "K828+850至K830+340": ("value.segment", "K828+850 K830+340"),
    "A、B匝道": ("value.ramp", "A B"),
    "占用第一车道": ("lanes.first", "lanes.which=lane-1"),
    "规模为10个进站口和9个出站口": ("opening.size", "lanes.entry.total=10, lanes.exit.total=9"),
}


@pytest.mark.parametrize(("words", "expected"), VALUES.items(), ids=VALUES)
def test_a_value_is_said_in_a_few_words(words: str, expected: tuple[str, str]) -> None:
    assert expected in [(rule, value) for rule, _, value in read(f"津蓟高速公路，{words}")]


def test_an_explanation_is_one_json_object() -> None:
    notice = make.notice("津榆路收费站恭候光临，入口封闭。", title="通告", offset=7)
    explanation = explain(notice, extract(notice, RULEBOOK))
    assert json.loads(json.dumps(explanation)) == explanation
    assert {key: explanation[key] for key in ("notice", "title", "published", "offset", "changes")} == {
        "notice": "notice-1",
        "title": "通告",
        "published": "2024-10-20",
        "offset": 7,
        "changes": 1,
    }
    assert explanation["unread"] == [{"start": 6, "end": 10, "words": "恭候光临"}]
    assert explanation["read"][0] == {
        "rule": "value.station",
        "words": "津榆路收费站",
        "value": "津榆路收费站",
        "start": 0,
        "end": 6,
    }


def test_what_speaks_of_no_road_is_not_read() -> None:
    notice = make.notice("10月21日起，图书馆封闭。")
    said = extract(notice, RULEBOOK)
    assert rows(notice, said) == []
    assert [words.words for words in said.unread] == ["10月21日起", "图书馆封闭"]


TOPICS = {
    "10月21日至12月31日": Topic.TIME,
    "津榆路收费站": Topic.PLACE,
    "入口": Topic.LANES,
    "封闭": Topic.EFFECT,
    "占用应急车道": Topic.EFFECT,
    "禁止货车通行": Topic.EFFECT,
    "危化品车辆": Topic.VEHICLES,
    "限高4.2米": Topic.EFFECT,
    "因施工": Topic.ADVICE,
    "请绕行": Topic.ADVICE,
    "上述时段": Topic.TIME,
    "拟封闭": Topic.MANNER,
}


@pytest.mark.parametrize(("words", "topic"), TOPICS.items(), ids=TOPICS)
def test_words_are_about_something(words: str, topic: Topic) -> None:
    notice = make.notice(f"津蓟高速公路，{words}")
    _, *read = rows(notice, extract(notice, RULEBOOK))
    assert topic in {row.topic for row in read}


def test_a_terminal_shows_words_in_the_colour_of_their_topic(tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_text("津榆路收费站[red]入口封闭\x1b[31m。恭候光临", "utf-8")
    colours = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": "", "COLUMNS": "200"}
    printed = run("explain", "notice.txt", folder=tmp_path, variables=colours).out.splitlines()[0]
    assert printed == (
        "\x1b[4;32m津榆路收费站\x1b[0m\x1b[2m[red]\x1b[0m\x1b[33m入口\x1b[0m\x1b[1;31m封闭\x1b[0m"
        "\x1b[2m\ufffd[31m。恭候光临\x1b[0m"
    )
    plain = run("explain", "notice.txt", folder=tmp_path).out
    assert "\x1b" not in plain
    assert plain.startswith("津榆路收费站[red]入口封闭")
