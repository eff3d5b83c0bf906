"""Reading the notices of the store again: the difference first, then revisions; people are asked, never overruled."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from service.corrections import Judgement, differences
from service.poll import ingest
from service.reading.rules import RuleBook, load_rules
from service.reread import Difference, reread
from service.store import Query, Store
from tests.make import china

RULES = Path(__file__).parent.parent / "rules"
DAY = date(2024, 10, 20)
NOW, LATER = china(2024, 10, 20, 9), china(2024, 10, 26, 9)
CLOSED = "津蓟高速公路津榆路收费站入口将于10月21日至10月31日封闭施工。"
REFUSED = "津蓟高速公路津榆路收费站入口将于10月21日至10月31日谢绝驶入。"
LOCAL = """\
about: Words of one region.
rules:
  - id: local.refused
    match: 谢绝驶入
    gives: {effect: closed}
    examples:
      - {text: 入口谢绝驶入, gives: {effect: closed}}
    counterexamples:
      - 欢迎驶入
"""


@pytest.fixture(scope="module")
def rulebook() -> RuleBook:
    return load_rules()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    """The rules with one more."""
    folder = tmp_path_factory.mktemp("rules")
    shutil.copytree(RULES, folder, dirs_exist_ok=True)
    (folder / "local.yaml").write_text(LOCAL, "utf-8")
    return load_rules(folder)


def add(store: Store, rules: RuleBook, *texts: str, day: date = DAY) -> None:
    for text in texts:
        ingest(text, source="test", published=day, now=NOW, store=store, rulebook=rules)


def again(store: Store, rules: RuleBook, *, apply: bool = False, since: date | None = None) -> list[Difference]:
    return list(reread(store, rules, LATER, apply=apply, since=since))


def outcome(difference: Difference) -> str:
    if difference.after is None:
        return "gone"
    return "altered" if difference.before else "new"


def test_the_same_rules_find_nothing_new(store: Store, rulebook: RuleBook) -> None:
    add(
        store,
        rulebook,
        CLOSED,
        CLOSED.replace("10月31日", "11月4日"),
        "津榆路收费站入口10月28日8时恢复通行。",
        CLOSED[:-1],
    )
    before = store.counts()
    assert again(store, rulebook) == again(store, rulebook, apply=True) == []
    assert store.counts() == before


def test_the_difference_is_shown_before_anything_is_kept(store: Store, rulebook: RuleBook, local: RuleBook) -> None:
    add(store, rulebook, REFUSED)
    before = store.counts()
    (shown,) = again(store, local)
    assert (outcome(shown), store.counts()) == ("new", before)
    (kept,) = again(store, local, apply=True)
    assert kept == shown
    assert [each.change.id for each in store.changes(Query(), LATER).revisions] == [shown.change_id]
    assert [notice.id for notice in store.witnesses(shown.change_id)] == [shown.notice_id]
    assert again(store, local, apply=True) == []


def test_what_two_notices_would_newly_say_is_shown_once(
    sqlite_store: Store, rulebook: RuleBook, local: RuleBook
) -> None:
    add(sqlite_store, rulebook, REFUSED, f"{REFUSED}请绕行。")
    shown = again(sqlite_store, local)
    assert [outcome(each) for each in shown] == ["new"]
    assert again(sqlite_store, local, apply=True) == shown


def test_an_altered_reading_names_its_fields(sqlite_store: Store, rulebook: RuleBook, tmp_path: Path) -> None:
    add(sqlite_store, rulebook, f"因大雾，{CLOSED.replace('施工', '')}")
    less = rules_without("reasons.yaml", tmp_path)
    (shown,) = again(sqlite_store, less)
    assert shown.before is not None
    assert shown.after is not None
    assert [(each.field, each.after) for each in differences(shown.before, shown.after)] == [("reason", None)]


def rules_without(file: str, folder: Path) -> RuleBook:
    """The rules without one file of theirs."""
    shutil.copytree(RULES, folder, dirs_exist_ok=True)
    (folder / file).unlink()
    return load_rules(folder)


def test_what_is_no_longer_read_goes_to_review(store: Store, rulebook: RuleBook, local: RuleBook) -> None:
    add(store, local, REFUSED)
    (published,) = store.changes(Query(), LATER).revisions
    (shown,) = again(store, rulebook)
    assert (outcome(shown), shown.before, store.waiting(10)) == ("gone", published.change, ())
    again(store, rulebook, apply=True)
    assert store.changes(Query(), LATER).revisions == (published,)
    (case,) = store.waiting(10)
    assert (case.newest.held, case.newest.change.action, case.published) == (True, "cancel", published)
    assert again(store, rulebook, apply=True) == []
    store.review(published.change.id, Judgement.APPROVE, author="王", now=LATER)
    assert [each.change.action for each in store.changes(Query(), LATER).revisions] == ["cancel"]


def test_what_a_person_kept_is_not_asked_for_again(sqlite_store: Store, rulebook: RuleBook, local: RuleBook) -> None:
    add(sqlite_store, local, REFUSED)
    (published,) = sqlite_store.changes(Query(), LATER).revisions
    again(sqlite_store, rulebook, apply=True)
    sqlite_store.review(published.change.id, Judgement.REJECT, author="王", now=LATER)
    assert again(sqlite_store, rulebook, apply=True) == []
    assert sqlite_store.waiting(10) == ()
    assert sqlite_store.changes(Query(), LATER).revisions == (published,)


def test_a_change_that_another_notice_still_tells_is_not_gone(
    sqlite_store: Store, rulebook: RuleBook, local: RuleBook
) -> None:
    add(sqlite_store, local, REFUSED, CLOSED)
    assert [outcome(each) for each in again(sqlite_store, rulebook)] != ["gone"]
    assert all(each.after for each in again(sqlite_store, rulebook))


def test_only_notices_from_a_day_on_are_read(sqlite_store: Store, rulebook: RuleBook, local: RuleBook) -> None:
    add(sqlite_store, rulebook, REFUSED, day=date(2024, 10, 1))
    assert again(sqlite_store, local, since=date(2024, 10, 2)) == []
    assert len(again(sqlite_store, local, since=date(2024, 10, 1))) == 1


def test_a_correction_outlives_other_rules(store: Store, rulebook: RuleBook, local: RuleBook) -> None:
    add(store, rulebook, CLOSED)
    (read,) = store.changes(Query(), LATER).revisions
    case = store.review(
        read.change.id, Judgement.CORRECT, author="王", now=LATER, values={"validity.end": "2024-11-04"}
    )
    assert again(store, rulebook, apply=True) == again(store, local, apply=True) == []
    assert store.latest(read.change.id) == case.newest
