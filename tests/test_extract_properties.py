"""What holds for every notice, whatever somebody writes: nothing raises, evidence points into the text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import opencc
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from service.reading.extract import Extraction, extract
from service.reading.rules import load_rules
from service.reading.segment import notices_in
from service.reading.text import read
from service.records import CHANGE, Change, Evidence, Flag, Notice
from tests import make

RULEBOOK = load_rules()
NOTICES = [
    yaml.safe_load(file.read_text("utf-8"))["notice"] for file in sorted((Path(__file__).parent / "notices").glob("*"))
]

DAYS = [
    "2月30日",
    "11月31日",
    "25时",
    "24时",
    "0时",
    "13月5日",
    "次日6时",
    "年底",
    "9999年12月31日",
    "0001年1月1日",
    "21日",
    "今日",
]
PLACES = [
    "津蓟高速公路",
    "天津站",
    "原天津站",
    "K12+300至K1+1",
    "A、B匝道",
    "徐庄枢纽",
    "往蓟州方向",
    "该站",
    "两个站",
    "双向",
]
MARKS = [
    "，",
    "。",
    "；",
    "：",
    "、",
    "（",
    "）",
    "至",
    "\n",
    "\r\n",
    "一、",
    "1.",
    "①",
    "■",
    "# ",
    "　",
    "\t",
    " ",
    "~",
    "——",
]
STRANGE = ["\0", "\ufeff", "\u200b", "\u202e", "\ud800", "\udfff", "\ue000", "\U0001f6a7", "㎞", "Ⅲ", "é", "𠮷", "९"]
PHRASES = [example.text for rule in RULEBOOK.rules for example in rule.examples] + [
    text for rule in RULEBOOK.rules for text in rule.counterexamples
]
PROSE = st.lists(
    st.one_of(
        st.sampled_from(PHRASES),
        st.sampled_from(PHRASES),
        st.sampled_from(DAYS),
        st.sampled_from(PLACES),
        st.sampled_from(MARKS),
        st.sampled_from(STRANGE),
        st.text(max_size=8),
    ),
    max_size=24,
).map("".join)
DATES = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def said(notice: Notice) -> Extraction:
    return extract(notice, RULEBOOK)


def sound(notice: Notice, extraction: Extraction) -> None:
    """What every extraction must be."""
    for change in extraction.changes:
        assert CHANGE.validate_json(CHANGE.dump_json(change, by_alias=True)) == change
        start, end = change.validity.start, change.validity.end
        assert start is None or end is None or start < end or "date_conflict" in change.flags
        assert change.kind.lasting <= (end is None)
        for evidence in change.evidence:
            assert 0 <= evidence.start < evidence.end <= len(notice.text)
            assert read(notice.text[evidence.start : evidence.end]).reading
    for words in extraction.unread:
        assert notice.text[words.start : words.end]
    assert len({change.id for change in extraction.changes}) == len(extraction.changes)


@example("北塘站入口封闭规模为10个进站口和9个出站口该站由4进6出调整为2进4出占用1条车道", date(2024, 10, 20))
@given(PROSE, DATES)
def test_prose_never_raises(text: str, published: date) -> None:
    notice = make.notice(text, published=published)
    sound(notice, said(notice))


@given(st.text())
@example("收费站" * 300)
@example("10月21日至" * 300 + "天津收费站封闭")
@example("封闭" * 300 + "天津收费站")
def test_no_text_raises(text: str) -> None:
    notice = make.notice(f"天津收费站{text}")
    sound(notice, said(notice))


@given(PROSE)
def test_a_page_is_its_notices(text: str) -> None:
    found = notices_in(text, source="test", published=None, today=make.PUBLISHED)
    assert "".join(notice.text for notice in found) == text
    for notice in found:
        assert text[notice.offset : notice.offset + len(notice.text)] == notice.text


@given(PROSE)
def test_reading_twice_is_reading_once(text: str) -> None:
    notice = make.notice(text)
    assert said(notice) == said(notice)


@pytest.mark.parametrize("given_notice", NOTICES, ids=lambda given: given["text"][:12])
def test_real_notices_are_read_soundly(given_notice: dict[str, Any]) -> None:
    notice = make.notice(**given_notice)
    sound(notice, said(notice))


SIMPLIFIED = opencc.OpenCC("t2s")
TRADITIONAL = opencc.OpenCC("s2t")
# Not within a word of letters or a number, which a space would make two of.
_BETWEEN = re.compile(r"(?<=[^\sA-Za-z0-9０-９Ａ-Ｚ])(?=[^\sA-Za-z0-9０-９Ａ-Ｚ])")
FULL_WIDTH = str.maketrans("0123456789:,()", "０１２３４５６７８９：，（）")
GUISES: dict[str, Callable[[str], str]] = {
    "with Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "after a byte order mark": lambda text: f"\ufeff{text}",
    "in full-width digits": lambda text: text.translate(FULL_WIDTH),
    "in traditional characters": TRADITIONAL.convert,
    "with zero-width spaces": "\u200b".join,
    "in compatibility form": lambda text: unicodedata.normalize("NFKC", text),
    "traditional and back": lambda text: SIMPLIFIED.convert(TRADITIONAL.convert(text)),
    "with a space between any two characters": lambda text: _BETWEEN.sub(" ", text),
    "with a new line after every comma": lambda text: re.sub("([，、])", "\\1\n", text),
    "with spaces around digits": lambda text: text.replace("月", " 月 ").replace("日", " 日 "),
}


def bare(change: Change) -> Change:
    """A change without what depends on the characters and lines that its notice is written in, as how sure it is."""
    detours = tuple(replace(detour, text="") for detour in change.detours)
    flags = tuple(flag for flag in change.flags if flag is not Flag.LOW_CONFIDENCE)
    plain = replace(change, id="", notice=replace(change.notice, title=None), evidence=(), confidence=1.0)
    return replace(plain, detours=detours, flags=flags)


def words(notice: Notice, evidence: Evidence) -> tuple[str, str, str]:
    """What a piece of evidence quotes, in plain simplified characters."""
    # Two or three characters are too few for the reading form to tell that they are traditional.
    quoted = SIMPLIFIED.convert(read(notice.text[evidence.start : evidence.end]).reading).replace("\n", "")
    return evidence.field, evidence.rule, quoted


@pytest.mark.parametrize("given_notice", NOTICES, ids=lambda given: given["text"][:12])
@pytest.mark.parametrize("guise", GUISES.values(), ids=GUISES)
def test_the_same_words_in_another_guise_say_the_same(
    guise: Callable[[str], str], given_notice: dict[str, Any]
) -> None:
    plain = make.notice(**given_notice)
    other = replace(plain, text=guise(plain.text))
    changes, others = said(plain).changes, said(other).changes
    assert [bare(change) for change in others] == [bare(change) for change in changes]
    for change, same in zip(changes, others, strict=True):
        assert [words(other, at) for at in same.evidence] == [words(plain, at) for at in change.evidence]


def test_the_seed_of_hashes_changes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("\n\n".join(given["text"] for given in NOTICES), "utf-8")
    command = [Path(sys.executable).parent / "tollfeed", "extract", "--json", "--published", "2025-07-01", page]
    outputs = [
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout  # noqa: TID251 - the child's environment
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b'"kind"') > 40
