"""What a later notice does to a closure announced earlier, from the words to the store."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.poll import ingest
from service.reading.rules import RuleBook, load_rules
from service.records import EndBasis, Revision
from service.store import Query, Store
from tests.make import china

FIRST, LATER = date(2024, 10, 18), date(2024, 10, 26)
CLOSED = "津蓟高速公路津榆路收费站入口将于10月21日至10月31日封闭施工。"
BOTH = "津蓟高速公路津榆路收费站出入口将于10月21日至10月31日封闭施工。"


@pytest.fixture(scope="module")
def rulebook() -> RuleBook:
    return load_rules()


def told(store: Store, rulebook: RuleBook, text: str, day: date, **values: Any) -> tuple[Revision, ...]:
    """The revisions that are known of each change once ``text`` is read."""
    now = china(day.year, day.month, day.day, 9)
    added = ingest(text, source="test", published=day, now=now, store=store, rulebook=rulebook, **values)
    return tuple(revision for each in added for revision in each.revisions)


LATER_WORDS = {
    "postponed": (
        "因天气原因，原定10月21日开始的津蓟高速公路津榆路收费站入口封闭施工推迟至11月5日至11月15日进行。",
        ("reschedule", china(2024, 11, 5), china(2024, 11, 16)),
    ),
    "extended": (
        "津蓟高速公路津榆路收费站入口封闭时间延长至11月10日。",
        ("extend", china(2024, 10, 21), china(2024, 11, 11)),
    ),
    "ended-early": (
        "津蓟高速公路津榆路收费站入口施工提前完工，封闭时间提前至10月27日结束。",
        ("end_early", china(2024, 10, 21), china(2024, 10, 28)),
    ),
    "cancelled": (
        "原定10月21日至31日的津蓟高速公路津榆路收费站入口封闭施工取消，车辆正常通行。",
        ("cancel", china(2024, 10, 21), china(2024, 11, 1)),
    ),
    "reopened-and-said-so": (
        "津蓟高速公路津榆路收费站入口封闭施工提前结束，自10月28日0时起恢复通行。",
        ("end_early", china(2024, 10, 21), china(2024, 10, 28)),
    ),
    "reopened": (
        "津蓟高速公路津榆路收费站入口10月28日8时恢复通行。",
        ("end_early", china(2024, 10, 21), china(2024, 10, 28, 8)),
    ),
    "reopened-as-a-whole": (
        "津蓟高速公路津榆路收费站10月28日8时恢复通行。",
        ("end_early", china(2024, 10, 21), china(2024, 10, 28, 8)),
    ),
    "reopened-without-a-day": (
        "津榆路收费站入口已恢复正常通行。",
        ("end_early", china(2024, 10, 21), china(2024, 10, 26)),
    ),
}


@pytest.mark.parametrize("case", LATER_WORDS)
def test_a_later_notice_revises_the_closure(case: str, store: Store, rulebook: RuleBook) -> None:
    words, expected = LATER_WORDS[case]
    (announced,) = told(store, rulebook, CLOSED, FIRST)
    told(store, rulebook, words, LATER)
    first, second = store.history(announced.change.id)
    assert (first.change.action, second.change.revision) == ("announce", 1)
    assert (second.change.action, second.change.validity.start, second.change.validity.end) == expected
    assert len(store.witnesses(announced.change.id)) == 2


NIGHTS = "津蓟高速公路津榆路收费站入口10月21日至10月28日每晚22时至次日6时封闭施工。"
NIGHTS_LATER = {
    "cancelled": (
        "原定10月21日至10月28日的津蓟高速公路津榆路收费站入口夜间封闭施工取消，车辆正常通行。",
        (china(2024, 10, 21, 22), china(2024, 10, 29, 6)),
    ),
    "extended": (
        "津蓟高速公路津榆路收费站入口封闭时间延长至11月5日。",
        (china(2024, 10, 21, 22), china(2024, 11, 6, 6)),
    ),
    "at-other-hours": (
        "津蓟高速公路津榆路收费站入口10月21日至10月28日每晚23时至次日5时封闭施工。",
        (china(2024, 10, 21, 23), china(2024, 10, 29, 5)),
    ),
    "cancelled-with-a-clock": (
        "原定10月21日22时至10月29日6时的津蓟高速公路津榆路收费站入口封闭施工取消。",
        (china(2024, 10, 21, 22), china(2024, 10, 29, 6)),
    ),
}


@pytest.mark.parametrize("case", NIGHTS_LATER)
def test_days_of_works_by_night_are_those_on_which_nights_begin(
    case: str, sqlite_store: Store, rulebook: RuleBook
) -> None:
    words, expected = NIGHTS_LATER[case]
    (announced,) = told(sqlite_store, rulebook, NIGHTS, FIRST)
    told(sqlite_store, rulebook, words, LATER)
    found = sqlite_store.history(announced.change.id)[-1].change
    assert (found.revision, found.validity.start, found.validity.end) == (1, *expected)


def test_what_reopens_stays_a_change_of_its_own(sqlite_store: Store, rulebook: RuleBook) -> None:
    told(sqlite_store, rulebook, CLOSED, FIRST)
    reopening, closure = told(sqlite_store, rulebook, LATER_WORDS["reopened"][0], LATER)
    assert (reopening.change.kind, reopening.change.validity.start) == ("reopening", china(2024, 10, 28, 8))
    assert closure.change.validity.end_basis is EndBasis.STATED
    assert [each.field for each in closure.change.evidence].count("validity.end") == 1


NOT_ENDED = {
    "another-station": (CLOSED, "津蓟高速公路东堤头收费站入口10月28日8时恢复通行。"),
    "the-other-side": (CLOSED, "津蓟高速公路津榆路收费站出口10月28日8时恢复通行。"),
    "one-side-of-two": (BOTH, "津蓟高速公路津榆路收费站入口10月28日8时恢复通行。"),
    "over-before": (CLOSED, "津蓟高速公路津榆路收费站入口11月8日8时恢复通行。"),
    "lanes": (
        "津蓟高速公路津榆路收费站入口将于10月21日至10月31日封闭2条车道。",
        "津蓟高速公路津榆路收费站入口10月28日8时恢复通行。",
    ),
}


@pytest.mark.parametrize("case", NOT_ENDED)
def test_what_reopens_ends_nothing_else(case: str, sqlite_store: Store, rulebook: RuleBook) -> None:
    before, after = NOT_ENDED[case]
    (announced,) = told(sqlite_store, rulebook, before, FIRST)
    assert [each.change.kind for each in told(sqlite_store, rulebook, after, LATER)] == ["reopening"]
    assert sqlite_store.history(announced.change.id) == (announced,)


def test_a_reopening_that_may_mean_two_roads_ends_neither(sqlite_store: Store, rulebook: RuleBook) -> None:
    told(sqlite_store, rulebook, CLOSED, FIRST)
    told(sqlite_store, rulebook, CLOSED.replace("津蓟", "京津"), FIRST)
    (reopening,) = told(sqlite_store, rulebook, "津榆路收费站入口10月28日8时恢复通行。", LATER)
    assert reopening.change.kind == "reopening"


def test_one_closure_from_two_newspapers_has_two_witnesses(store: Store, rulebook: RuleBook) -> None:
    (first,) = told(store, rulebook, CLOSED, FIRST, publisher="示例日报")
    other = "津蓟高速津榆路站入口10月21日起封闭施工，10月31日结束。"
    (second,) = told(store, rulebook, other, FIRST, publisher="示例晚报")
    assert second == first
    assert {each.publisher for each in store.witnesses(first.change.id)} == {"示例日报", "示例晚报"}
    assert len(store.changes(Query(), china(2024, 10, 22)).revisions) == 1
