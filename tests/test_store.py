"""The store, on SQLite and PostgreSQL."""

from __future__ import annotations

from service.records import Access, Kind, NoticeReference
from service.store import Query, Store
from tests.make import PUBLISHED, change, china, notice

NOW = china(2024, 10, 20, 12)


def test_what_was_added_is_given_back(store: Store) -> None:
    added = store.add(notice(), [change()], NOW)
    (revision,) = added.revisions
    assert added.new
    assert store.notice("notice-1") == notice()
    assert store.latest(revision.change.id) == revision
    assert store.history(revision.change.id) == (revision,)
    assert store.changes(Query(), NOW).revisions == (revision,)
    assert store.of_notice("notice-1") == (revision,)
    assert store.log(0, 10) == (revision,)
    assert store.updated(Query()) == NOW


def test_adding_a_notice_again_changes_nothing(store: Store) -> None:
    first = store.add(notice(), [change()], NOW)
    second = store.add(notice(), [change(access=Access.ENTRY, kind=Kind.LANE_CLOSURE)], china(2024, 10, 21))
    assert (second.new, second.revisions) == (False, first.revisions)
    assert store.log(0, 10) == first.revisions


def test_a_second_newspaper_is_kept_as_a_witness(store: Store) -> None:
    first = store.add(notice(), [change()], NOW)
    other = NoticeReference(id="notice-2", title="另一报", published=PUBLISHED)
    second = store.add(notice(id="notice-2"), [change(notice=other, road=None)], NOW)
    assert second.revisions == first.revisions
    assert [each.id for each in store.witnesses(first.revisions[0].change.id)] == ["notice-1", "notice-2"]
