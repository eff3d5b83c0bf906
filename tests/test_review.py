"""What people say of changes: what waits, what is held back, what is published, and that a correction lasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from service.corrections import Judgement, differences
from service.errors import QueryError, ReviewError
from service.records import Action, Change, Evidence, Flag, LaneCount, Lanes, NoticeReference, Reason, Station
from service.store import Query, Store
from tests.make import PUBLISHED, change, china, notice, validity

NOW, LATER = china(2024, 10, 20, 9), china(2024, 10, 22, 9)
DOUBTFUL = (Flag.LOW_CONFIDENCE,)
APPROVE, CORRECT, REJECT = Judgement
_EVIDENCE = Evidence(field="kind", start=0, end=2, rule="a.rule")


@pytest.fixture
def holding(database_url: str) -> Iterator[Store]:
    """A store that holds back what is in doubt, once of each kind."""
    opened = Store.open(database_url, hold=True)
    yield opened
    opened.close()


def closure(**values: Any) -> Change:
    return change(flags=DOUBTFUL, confidence=0.4, **values)


def of(number: int, **values: Any) -> Change:
    """The closure as another notice, of the day that much later, has it."""
    reference = NoticeReference(id=f"notice-{number}", published=PUBLISHED.replace(day=19 + number))
    return change(**{"notice": reference, "confidence": 0.9, **values})


def add(store: Store, *changes: Change) -> str:
    """Keep what one notice says; the id of its first change."""
    told = notice(id=changes[0].notice.id, published=changes[0].notice.published)
    added = store.add(told, changes, NOW)
    return (*added.revisions, *added.held)[0].change.id


def review(store: Store, change_id: str, judgement: Judgement, **values: Any) -> Any:
    return store.review(change_id, judgement, **{"author": "王", "now": LATER, **values})


def shown(store: Store) -> list[str]:
    """The changes that subscribers see, by action."""
    return [each.change.action.value for each in store.changes(Query(), NOW).revisions]


def everything_published(store: Store, change_id: str) -> list[object]:
    """All that any question to the store answers about published changes."""
    return [
        *store.log(0, 10),
        *store.newest(Query()),
        *store.stations(Query()),
        *store.of_notice("notice-1"),
        *store.history(change_id),
        *filter(None, [store.updated(Query()), store.latest(change_id)]),
    ]


def test_a_change_in_doubt_is_published_with_its_flag_and_waits(store: Store) -> None:
    change_id = add(store, closure())
    (case,) = store.waiting(10)
    assert (case.newest, case.waiting, case.reviews) == (store.latest(change_id), True, ())
    assert case.published == case.newest
    assert not case.newest.held


def test_a_change_without_doubt_does_not_wait(store: Store) -> None:
    add(store, change(confidence=0.98))
    assert store.waiting(10) == ()


def test_a_change_that_is_held_is_nowhere_to_be_seen(holding: Store) -> None:
    change_id = add(holding, closure())
    assert everything_published(holding, change_id) == []
    (case,) = holding.waiting(10)
    assert (case.newest.held, case.published, case.waiting) == (True, None, True)
    again = holding.add(notice(), [closure()], LATER)
    assert (again.new, again.revisions, len(again.held)) == (False, (), 1)


def test_what_is_approved_is_published_by_its_reviewer(holding: Store) -> None:
    change_id = add(holding, closure())
    case = review(holding, change_id, APPROVE, note="对")
    assert (case.newest.author, case.newest.held, case.newest.change.revision) == ("王", False, 1)
    assert (case.newest.change.flags, case.newest.change.confidence) == ((), 1.0)
    assert holding.history(change_id) == (case.newest,)
    assert [(each.revision, each.judgement, each.author, each.note) for each in case.reviews] == [
        (0, APPROVE, "王", "对")
    ]
    assert holding.waiting(10) == ()


def test_a_flag_that_states_a_fact_stays_when_approved(store: Store) -> None:
    change_id = add(store, change(flags=(Flag.DETOUR_RESTRICTED,)))
    case = review(store, change_id, APPROVE)
    assert (case.newest.change.revision, case.waiting, len(case.reviews)) == (0, False, 1)


def test_what_is_rejected_while_held_never_appears(holding: Store) -> None:
    change_id = add(holding, closure())
    case = review(holding, change_id, REJECT)
    assert (case.newest.held, case.waiting, case.published) == (True, False, None)
    assert everything_published(holding, change_id) == []


def test_what_is_rejected_once_published_is_cancelled(store: Store) -> None:
    change_id = add(store, closure())
    assert review(store, change_id, REJECT).published.change.action is Action.CANCEL
    assert shown(store) == ["cancel"]


def test_a_held_alteration_that_is_rejected_leaves_what_was_published(holding: Store) -> None:
    change_id = add(holding, change())
    longer = validity(china(2024, 10, 21), china(2025, 2, 1))
    add(holding, of(2, validity=longer, flags=DOUBTFUL))
    assert [each.change.validity.end for each in holding.history(change_id)] == [china(2025, 1, 1)]
    case = review(holding, change_id, REJECT)
    assert (case.published.change.revision, case.newest.change.revision, case.newest.held) == (0, 2, True)
    assert not case.waiting
    add(holding, of(3, reason=Reason.WORKS))
    last = holding.history(change_id)[-1].change
    assert (last.revision, last.reason, last.validity.end) == (3, Reason.WORKS, china(2025, 1, 1))


def test_what_follows_a_held_revision_waits_with_it(holding: Store) -> None:
    change_id = add(holding, closure())
    add(holding, of(2, reason=Reason.WORKS))
    assert holding.history(change_id) == ()
    (case,) = holding.waiting(10)
    assert (case.newest.change.revision, case.newest.held) == (1, True)


CORRECTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "end": ({"validity.end": "2024-11-10"}, {"validity.end": china(2024, 11, 11)}),
    "instant": ({"validity.end": "2024-11-10T18:00:00+08:00"}, {"validity.end": china(2024, 11, 10, 18)}),
    "no-end": ({"validity.end": None}, {"validity.end": None, "validity.end_basis": "unstated"}),
    "start": ({"validity.start": "2024-10-22"}, {"validity.start": china(2024, 10, 22)}),
    "side": ({"access": "entry"}, {"access": "entry"}),
    "name": ({"station.name": "津榆路西站"}, {"station": Station(name="津榆路西站")}),
    "whole": ({"station": {"name": "九园站"}}, {"station": Station(name="九园站")}),
    "lanes": ({"lanes.entry.open": 2}, {"lanes.entry": LaneCount(open=2)}),
    "reason": ({"reason": "works"}, {"reason": "works"}),
    "kind": ({"kind": "lane_closure"}, {"kind": "lane_closure"}),
}


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_correction_is_a_revision_with_its_author(name: str, sqlite_store: Store) -> None:
    values, expected = CORRECTIONS[name]
    before = closure()
    change_id = add(sqlite_store, before)
    case = review(sqlite_store, change_id, CORRECT, values=values)
    differ = {each.field: each.after for each in differences(before, case.newest.change)}
    assert differ.pop("flags") == ()
    assert differ == expected
    assert (case.newest.author, case.newest.change.confidence, case.waiting) == ("王", 1.0, False)


WRONG = {
    "field": ({"colour": "red"}, "colour"),
    "id": ({"id": "other"}, "id"),
    "evidence": ({"evidence": []}, "evidence"),
    "value": ({"kind": "party"}, "kind"),
    "part": ({"validity.begin": None}, "validity.begin"),
    "deep": ({"access.side": "x"}, "access.side"),
    "order": ({"validity.end": "2024-10-01"}, "validity.end"),
    "zone": ({"validity.end": "2024-11-01T08:00:00"}, "validity.end"),
    "nul": ({"station.name": "a\0b"}, "station.name"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_no_record_can_hold_is_refused_and_nothing_kept(name: str, sqlite_store: Store) -> None:
    values, parameter = WRONG[name]
    change_id = add(sqlite_store, closure())
    with pytest.raises(QueryError) as refused:
        review(sqlite_store, change_id, CORRECT, values=values)
    assert refused.value.parameter == parameter
    assert len(sqlite_store.history(change_id)) == 1


def test_a_review_of_an_older_revision_or_of_nothing_is_refused(store: Store) -> None:
    change_id = add(store, closure())
    review(store, change_id, APPROVE, revision=0)
    with pytest.raises(ReviewError, match="expected the newest, 1, found 0"):
        review(store, change_id, REJECT, revision=0)
    with pytest.raises(ReviewError, match="expected the id of one, found 'none'"):
        review(store, "none", APPROVE)


def read_again(store: Store, *changes: Change) -> int:
    """How many changes differ when the first notice is read again as ``changes``."""
    return len(store.read_again(notice(), changes, LATER).altered)


def test_a_correction_stays_when_its_notice_is_read_again(store: Store) -> None:
    change_id = add(store, closure())
    review(store, change_id, CORRECT, values={"validity.end": "2024-11-10", "station.name": "津榆路西站"})
    assert read_again(store, closure()) == 0
    assert read_again(store, closure(reason=Reason.WORKS, validity=validity(china(2024, 10, 22), None))) == 1
    last = store.history(change_id)[-1].change
    assert (last.validity.start, last.validity.end, last.reason) == (
        china(2024, 10, 22),
        china(2024, 11, 11),
        Reason.WORKS,
    )
    assert (last.station, last.flags) == (Station(name="津榆路西站"), ())


def test_an_approval_stays_while_the_same_is_read(store: Store) -> None:
    change_id = add(store, closure())
    review(store, change_id, APPROVE)
    assert read_again(store, closure()) == 0
    assert read_again(store, closure(reason=Reason.WORKS)) == 1
    assert store.history(change_id)[-1].change.flags == DOUBTFUL


def test_a_rejection_stays_when_its_notice_is_read_again(store: Store) -> None:
    change_id = add(store, closure())
    review(store, change_id, REJECT)
    assert read_again(store, closure()) == 0
    assert shown(store) == ["cancel"]


def test_the_same_mistake_in_another_notice_is_put_right_too(store: Store) -> None:
    change_id = add(store, closure())
    review(store, change_id, CORRECT, values={"validity.end": "2024-12-30"})
    add(store, of(2))
    assert [each.change.validity.end for each in store.history(change_id)][-1] == china(2024, 12, 31)


def test_news_of_a_corrected_field_replaces_it(store: Store) -> None:
    change_id = add(store, closure())
    review(store, change_id, CORRECT, values={"validity.end": "2024-12-30", "reason": "weather"})
    add(store, of(2, action=Action.EXTEND, validity=validity(None, china(2025, 2, 1))))
    last = store.history(change_id)[-1]
    assert (last.change.validity.end, last.change.reason, last.author) == (china(2025, 2, 1), Reason.WEATHER, None)


def test_a_rejected_change_that_is_announced_again_is_news(store: Store) -> None:
    change_id = add(store, closure())
    review(store, change_id, REJECT)
    add(store, of(2))
    assert store.history(change_id)[-1].change.action is Action.ANNOUNCE


def test_corrections_follow_one_another(store: Store) -> None:
    change_id = add(store, closure())
    review(store, change_id, CORRECT, values={"validity.end": "2024-12-30"})
    review(store, change_id, CORRECT, values={"validity.end": "2024-12-29"}, author="李")
    assert read_again(store, closure()) == 0
    assert [each.author for each in store.history(change_id)] == [None, "王", "李"]
    assert store.history(change_id)[-1].change.validity.end == china(2024, 12, 30)


def test_the_queue_is_read_page_by_page(store: Store) -> None:
    stations = [closure(id=name, station=Station(name=f"{name}站")) for name in "甲乙丙"]
    add(store, *stations)
    first, second = store.waiting(2)
    (third,) = store.waiting(2, after=second.newest.position)
    assert [each.newest.change.station.name for each in (first, second, third)] == ["甲站", "乙站", "丙站"]


def test_evidence_of_a_corrected_field_is_gone(sqlite_store: Store) -> None:
    given = closure(lanes=Lanes(entry=LaneCount(open=4)))
    evidence = tuple(
        replace(_EVIDENCE, field=field) for field in ("validity.end", "validity.start", "lanes.entry.open")
    )
    change_id = add(sqlite_store, replace(given, evidence=evidence))
    values = {"validity.end": "2024-12-30", "lanes.entry": {"open": 3}}
    after = review(sqlite_store, change_id, CORRECT, values=values).newest.change
    assert [each.field for each in after.evidence] == ["validity.start"]
