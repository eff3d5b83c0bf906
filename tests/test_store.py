"""The store keeps what it is told, once, with its witnesses; on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError

from service.bookkeeping import ANSWERS_KEPT, POLLS_KEPT
from service.records import Access, Action, Kind, NoticeReference, Road, Station
from service.store import Answer, Fetched, Key, Poll, Query, StationEntry, Store
from tests.make import NEW_STATION, OLD_STATION, PUBLISHED, change, china, notice, validity

NOW = china(2024, 10, 20, 12)
LATER = china(2024, 10, 25, 12)
SECOND = NoticeReference(id="notice-2", title="另一报", published=PUBLISHED)
THIRD = NoticeReference(id="notice-3", published=LATER.date())


def test_what_was_added_is_given_back(store: Store) -> None:
    added = store.add(notice(), [change()], NOW)
    (revision,) = added.revisions
    assert added.new
    assert store.notice("notice-1") == notice()
    assert store.latest(revision.change.id) == revision
    assert store.history(revision.change.id) == (revision,)
    assert store.changes(Query(), NOW).revisions == (revision,)
    assert store.of_notice("notice-1") == (revision,)
    assert store.log(0, 10) == store.newest(Query()) == (revision,)
    assert store.updated(Query()) == NOW
    assert store.position() == revision.position
    assert store.counts() == {"notices": 1, "changes": 1, "revisions": 1, "position": revision.position}


def test_what_is_unknown_is_none(store: Store) -> None:
    assert store.notice("no") is store.latest("no") is store.station("no") is store.updated(Query()) is None
    assert store.history("no") == store.of_notice("no") == store.timeline("no") == store.witnesses("no") == ()
    assert (store.position(), store.changes(Query(), NOW).next) == (0, None)
    store.ready()


def test_a_notice_without_changes_is_kept(store: Store) -> None:
    assert store.add(notice(), [], NOW).new
    assert not store.add(notice(), [change()], NOW).new
    assert (store.notice("notice-1"), store.position()) == (notice(), 0)


def test_adding_a_notice_again_changes_nothing(store: Store) -> None:
    first = store.add(notice(), [change()], NOW)
    second = store.add(notice(), [change(access=Access.ENTRY, kind=Kind.LANE_CLOSURE)], LATER)
    assert (second.new, second.revisions) == (False, first.revisions)
    assert store.log(0, 10) == first.revisions


def test_a_second_newspaper_is_kept_as_a_witness(store: Store) -> None:
    first = store.add(notice(), [change()], NOW)
    second = store.add(notice(id="notice-2"), [change(notice=SECOND, road=None)], NOW)
    assert second.revisions == first.revisions
    assert [each.id for each in store.witnesses(first.revisions[0].change.id)] == ["notice-1", "notice-2"]


def test_an_alteration_is_a_revision_and_the_old_one_stays(store: Store) -> None:
    (first,) = store.add(notice(), [change()], NOW).revisions
    cancelled = change(action=Action.CANCEL, notice=THIRD)
    (second,) = store.add(notice(id="notice-3"), [cancelled], LATER).revisions
    assert (second.change.id, second.change.revision, second.recorded) == (first.change.id, 1, LATER)
    assert store.history(first.change.id) == store.log(0, 10) == (first, second)
    assert store.latest(first.change.id) == second
    assert store.changes(Query(), LATER).revisions == store.of_notice("notice-1") == (second,)
    assert store.log(first.position, 10) == (second,)
    assert store.add(notice(), [], LATER).revisions == (first,)


def test_a_change_is_known_again_by_road_where_it_has_no_site(store: Store) -> None:
    closed = change(kind=Kind.ROAD_CLOSURE, station=None, access=None, road=Road(name="津蓟高速"))
    (first,) = store.add(notice(), [closed], NOW).revisions
    by_number = replace(closed, road=Road(name="津蓟高速公路", number="S1"), notice=SECOND)
    (second,) = store.add(notice(id="notice-2"), [by_number], NOW).revisions
    again = replace(closed, road=Road(number="S1"), notice=THIRD)
    (third,) = store.add(notice(id="notice-3"), [again], LATER).revisions
    assert first.change.id == second.change.id == third.change.id


def test_times_are_given_back_as_instants(store: Store) -> None:
    store.add(notice(), [change()], NOW)
    (revision,) = store.log(0, 1)
    assert revision.recorded == NOW
    assert revision.recorded.utcoffset() == timedelta()
    assert revision.change.validity.start == china(2024, 10, 21)


def test_a_time_without_a_zone_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(StatementError, match="expected an aware datetime"):
        sqlite_store.add(notice(), [change()], NOW.replace(tzinfo=None))


S1 = Road(name="津蓟高速公路", number="S1")
AT_TIANJIN = {"station": Station(name="天津收费站"), "road": S1}


def test_stations_are_listed_by_road_and_name(store: Store) -> None:
    changes = [
        change(),
        change(station=NEW_STATION),
        change(station=OLD_STATION),
        change(kind=Kind.LANE_CLOSURE, station=Station(name="津榆路收费站"), road=None),
        change(station=None, kind=Kind.ROAD_CLOSURE, access=None),
        change(station=Station(name="宜兴埠站"), road=None),
    ]
    store.add(notice(), changes, NOW)
    listed = store.stations(Query())
    assert [(each.road and each.road.number, each.name, each.qualifier) for each in listed] == [
        (None, "宜兴埠站", None),
        ("S1", "天津站", "new"),
        ("S1", "天津站", "old"),
        ("S1", "津榆路站", None),
    ]
    assert [store.station(each.id) for each in listed] == list(listed)
    assert [each.name for each in store.stations(Query(road="S1", q="榆"))] == ["津榆路站"]


def test_a_timeline_has_what_happened_at_the_station_by_start(store: Store) -> None:
    later = validity(china(2025, 2, 1), china(2025, 3, 1))
    changes = [
        change(validity=later, **AT_TIANJIN),
        change(kind=Kind.LANE_CLOSURE, validity=validity(None, None), road=None, station=Station(name="天津站")),
        change(**AT_TIANJIN),
        change(station=NEW_STATION),
        change(station=Station(name="天津站"), road=Road(name="京津高速")),
    ]
    store.add(notice(), changes, NOW)
    ids = {(each.road and each.road.name, each.qualifier): each.id for each in store.stations(Query())}
    found = store.timeline(ids["津蓟高速公路", None])
    assert [(each.change.kind, each.change.validity.start) for each in found] == [
        (Kind.LANE_CLOSURE, None),
        (Kind.STATION_CLOSURE, china(2024, 10, 21)),
        (Kind.STATION_CLOSURE, china(2025, 2, 1)),
    ]


def test_a_station_keeps_its_id_whatever_its_name_is_written(sqlite_store: Store) -> None:
    sqlite_store.add(notice(), [change(**AT_TIANJIN)], NOW)
    other = change(kind=Kind.LANE_CLOSURE, station=Station(name="天津站"), road=Road(name="津蓟高速"), notice=SECOND)
    (before,) = sqlite_store.stations(Query())
    sqlite_store.add(notice(id="notice-2"), [other], NOW)
    (after,) = sqlite_store.stations(Query())
    assert after == StationEntry(id=before.id, road=Road(name="津蓟高速"), name="天津站", qualifier=None)


def test_keys_let_in_until_they_are_revoked(store: Store) -> None:
    assert not store.has_keys()
    store.add_key("editor", "a" * 64, NOW)
    store.add_key("robot", "b" * 64, LATER)
    assert (store.key_named("a" * 64), store.key_named("c" * 64)) == ("editor", None)
    assert store.revoke_key("editor", LATER)
    assert not store.revoke_key("editor", LATER)
    assert (store.key_named("a" * 64), store.key_named("b" * 64)) == (None, "robot")
    assert store.keys() == (
        Key(name="editor", created=NOW, revoked=LATER),
        Key(name="robot", created=LATER, revoked=None),
    )
    store.revoke_key("robot", LATER)
    assert store.has_keys()


def test_an_answer_is_remembered_and_the_first_stays(store: Store) -> None:
    assert store.answer("editor", "word") is None
    first = store.remember("editor", "word", "a" * 64, 201, "先", NOW)
    assert store.remember("editor", "word", "b" * 64, 200, "后", NOW) == first == Answer("a" * 64, 201, "先")
    assert store.answer("editor", "word") == first
    assert store.answer("robot", "word") is None
    store.remember("robot", "word", "c" * 64, 200, "", NOW + ANSWERS_KEPT + timedelta(seconds=1))
    assert store.answer("editor", "word") is None


def test_polls_are_kept_newest_first(store: Store) -> None:
    good = Poll(source="inbox", at=NOW, notices=2, revisions=3, fetched=Fetched(etag='"a"', last_modified="Sun"))
    bad = Poll(source="inbox", at=LATER, error="no answer in 10 s")
    for poll in (good, Poll(source="other", at=NOW), bad):
        store.record_poll(poll)
    assert store.polls("inbox") == (bad, good)
    assert store.polls("inbox", limit=1) == (bad,)
    assert (store.fetched("inbox"), store.fetched("nowhere")) == (good.fetched, None)


def test_old_polls_are_dropped(sqlite_store: Store) -> None:
    polls = [Poll(source="inbox", at=NOW + timedelta(minutes=minute)) for minute in range(POLLS_KEPT + 2)]
    for poll in polls:
        sqlite_store.record_poll(poll)
    assert sqlite_store.polls("inbox", limit=2 * POLLS_KEPT) == tuple(reversed(polls[2:]))


def test_a_lease_has_one_holder_until_its_time(store: Store) -> None:
    assert store.lease("poll", "one", NOW, NOW + timedelta(seconds=30))
    assert not store.lease("poll", "two", NOW + timedelta(seconds=29), LATER)
    assert store.lease("poll", "one", NOW + timedelta(seconds=29), NOW + timedelta(seconds=59))
    assert not store.lease("poll", "two", NOW + timedelta(seconds=58), LATER)
    assert store.lease("other", "two", NOW, LATER)
    assert store.lease("poll", "two", NOW + timedelta(seconds=59), LATER)
    store.release("poll", "one")
    assert not store.lease("poll", "one", NOW + timedelta(seconds=60), LATER)
    store.release("poll", "two")
    assert store.lease("poll", "one", NOW + timedelta(seconds=60), LATER)


def test_a_notice_may_report_more_changes_than_one_statement_can_ask_for(store: Store) -> None:
    stations = [f"示例{number}站" for number in range(600)]
    closures = [change(id=name, station=Station(name=name)) for name in stations]
    added = store.add(notice(), closures, NOW)
    again = store.add(notice(id="notice-2", text="又一次。"), closures, NOW)
    assert len(added.revisions) == len(again.revisions) == 600
    assert {revision.change.revision for revision in again.revisions} == {0}
