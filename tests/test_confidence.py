"""How sure a reading is: what makes it doubtful, and, over notices whose changes are known, whether it is right."""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from service.reading.confidence import LOW, SURE, Wording
from service.reading.extract import extract
from service.reading.rules import RuleBook, load_rules
from service.records import CHANGE, Change, Flag
from tests.make import notice
from tests.test_corpus import CORPUS


@pytest.fixture(scope="module")
def rulebook() -> RuleBook:
    return load_rules()


def read(text: str, rulebook: RuleBook) -> Change:
    (change,) = extract(notice(text), rulebook).changes
    return change


PLAIN = "津蓟高速公路津榆路收费站入口将于10月21日至10月31日封闭施工。"
DOUBTS = {
    "no-road": "津榆路收费站入口将于10月21日至10月31日封闭施工。",
    "no-date": "津蓟高速公路津榆路收费站入口封闭施工。",
    "no-end": "津蓟高速公路津榆路收费站入口10月21日起封闭施工。",
    "a-road-only": "津蓟高速公路将于10月21日至10月31日封闭施工。",
    "dates-of-another-sentence": "施工时间为10月21日至10月31日。津蓟高速公路津榆路收费站入口封闭施工。",
    "words-that-nothing-read": "津蓟高速公路津榆路收费站入口将于10月21日至10月31日在专家多次论证通过之后封闭施工。",
    "a-name-that-swallowed-words": "津蓟高速公路据悉某某示例乡镇某某村庄收费站入口将于10月21日至10月31日封闭施工。",
}


def test_a_plain_announcement_leaves_no_doubt(rulebook: RuleBook) -> None:
    sure = read(PLAIN, rulebook)
    assert sure.confidence is not None
    assert sure.confidence > 0.95
    assert sure.flags == ()


@pytest.mark.parametrize("doubt", DOUBTS)
def test_each_doubt_takes_something_away(doubt: str, rulebook: RuleBook) -> None:
    doubted, sure = read(DOUBTS[doubt], rulebook).confidence, read(PLAIN, rulebook).confidence
    assert doubted is not None
    assert sure is not None
    assert 0 < doubted < sure


def test_what_is_not_sure_is_flagged(rulebook: RuleBook) -> None:
    text = "据多位不愿透露姓名的热心市民向记者介绍，附近某某示例收费站据说可能已经封闭。"
    for change in extract(notice(text), rulebook).changes:
        assert change.confidence is not None
        assert (Flag.LOW_CONFIDENCE in change.flags) == (change.confidence < LOW)


def test_a_wording_knows_its_sentences_and_what_is_unread() -> None:
    wording = Wording.of("甲乙。丙丁\u200b戊；", [(3, 5)])
    assert [wording.sentence(position) for position in (0, 2, 3, 7)] == [(0, 3), (0, 3), (3, 8), (3, 8)]
    assert wording.unread_share(0, 3) == 0
    assert wording.unread_share(3, 8) == pytest.approx(2 / 3)
    assert Wording.of("", []).sentence(0) == (0, 0)


def _score() -> ModuleType:
    """The comparison that ``score.py`` makes, where the corpora lie."""
    path = CORPUS / "score.py"
    if not path.exists() or not (CORPUS / "dev").exists():
        pytest.skip(f"needs {path} and dev beside it; TOLLFEED_CORPUS names another folder")
    specification = importlib.util.spec_from_file_location("corpus_score", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


def measured(rulebook: RuleBook, folder: Path = CORPUS / "dev") -> list[tuple[float, bool]]:
    """How sure each change of a corpus is said to be, and whether it is right."""
    score, found = _score(), []
    for path in sorted(folder.glob("*.json")):
        gold: dict[str, Any] = json.loads(path.read_text("utf-8"))
        text = path.with_suffix(".txt").read_text("utf-8")
        changes = extract(notice(text, published=date.fromisoformat(gold["published"])), rulebook).changes
        got = [CHANGE.dump_python(change, mode="json", by_alias=True) for change in changes]
        pairs = score.align(gold["changes"], got)
        right = {read for wanted, read in pairs if score.agree(gold["changes"][wanted], got[read])[0]}
        found += [(change.confidence or 0.0, number in right) for number, change in enumerate(changes)]
    return found


def test_of_the_changes_said_to_be_sure_nearly_all_are_right(rulebook: RuleBook) -> None:
    sure = [right for confidence, right in measured(rulebook) if confidence >= SURE]
    assert len(sure) > 50
    assert sum(sure) / len(sure) >= 0.97
