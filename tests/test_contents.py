"""What feeds have in them: archives that never change, what left, and what stands behind an entry."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.contents import LARGEST, TOMBSTONES_KEPT, Backgrounds, log, states, with_backgrounds, with_departed
from service.corrections import Judgement
from service.feed import Feed, Lang
from service.publish import ATOM
from service.records import (
    Access,
    Action,
    Change,
    EndBasis,
    Evidence,
    Flag,
    Kind,
    NoticeReference,
    Revision,
    Road,
    StartBasis,
    Station,
)
from service.store import Query, Store
from tests.make import change, china, notice, validity

NOW = china(2024, 11, 1, 12)
EVENING = china(2024, 10, 19, 20)
GRACE = timedelta(days=30)
FRAME = Feed(
    title="t",
    description="d",
    url="https://toll.example/feeds/log.atom",
    home="https://toll.example/",
    base_url="https://toll.example",
    lang=Lang.ZH,
    updated=NOW,
    revisions=(),
)


def archive(number: int) -> str:
    return f"https://toll.example/feeds/log/{number}.atom"


def add(store: Store, *changes: Change, now: datetime = EVENING, **values: Any) -> tuple[Revision, ...]:
    """The revisions that a notice of ``changes`` makes."""
    name = f"notice-{store.counts()['notices'] + 1}"
    reference = NoticeReference(id=name, published=now.date())
    told = [replace(each, notice=reference) for each in changes]
    return store.add(notice(id=name, published=now.date(), **values), told, now).revisions


def numbered(first: int, count: int, **values: Any) -> list[Change]:
    return [change(station=Station(name=f"{number}号站"), **values) for number in range(first, first + count)]


def fill(store: Store, count: int) -> None:
    for first in range(0, count, 100):
        add(store, *numbered(first, min(100, count - first)))


def ids(feed: Feed | None) -> list[str]:
    assert feed is not None
    return [feed.entry_id(entry) for entry in feed.entries]


def test_the_log_and_its_archives_have_every_entry_and_none_changes(store: Store) -> None:
    fill(store, 2 * LARGEST + 10)
    head = log(FRAME, store, Query(), archive)
    assert head is not None
    assert (head.previous, head.current, len(head.entries)) == (archive(2), None, LARGEST)
    archives = [log(FRAME, store, Query(), archive, number) for number in (1, 2)]
    assert [each.previous for each in archives if each] == [None, archive(1)]
    assert len({*ids(head), *(found for each in archives for found in ids(each))}) == 2 * LARGEST + 10
    before = [ATOM.render(each) for each in archives if each]
    add(store, change(station=Station(name="1号站"), action=Action.CANCEL), now=NOW)
    store.reach(china(2024, 10, 21, 6))
    after = [log(FRAME, store, Query(), archive, number) for number in (1, 2)]
    assert [ATOM.render(each) for each in after if each] == before


@pytest.mark.parametrize("number", [0, 1, 2, -1, 10**12])
def test_an_archive_is_there_only_when_it_is_complete(sqlite_store: Store, number: int) -> None:
    fill(sqlite_store, LARGEST - 1)
    assert log(FRAME, sqlite_store, Query(), archive, number) is None
    head = log(FRAME, sqlite_store, Query(), archive)
    assert head is not None
    assert head.previous is None
    add(sqlite_store, change(station=Station(name="最后一站")))
    assert (log(FRAME, sqlite_store, Query(), archive, number) is not None) == (number == 1)


def test_archives_go_by_the_filters(sqlite_store: Store) -> None:
    """Each selection has archives of its own, as long as those of all."""
    fill(sqlite_store, LARGEST)
    add(sqlite_store, change(station=Station(name="别站"), road=Road(name="荣乌高速", number="G18")))
    assert log(FRAME, sqlite_store, Query(road="荣乌高速"), archive, 1) is None
    found = log(FRAME, sqlite_store, Query(road="津蓟高速"), archive, 1)
    assert len(ids(found)) == LARGEST


def test_a_log_is_as_new_as_its_newest_entry(sqlite_store: Store) -> None:
    add(sqlite_store, change())
    begun = china(2024, 10, 21, 6)
    sqlite_store.reach(begun)
    head = log(FRAME, sqlite_store, Query(), archive)
    assert head is not None
    assert head.updated == begun
    assert [entry.recorded for entry in head.entries] == [begun, EVENING]


def test_each_revision_is_told_beside_the_one_that_subscribers_saw(store: Store) -> None:
    longer = validity(china(2024, 10, 21), china(2025, 1, 16))
    (first,) = add(store, change())
    (second,) = add(store, change(action=Action.EXTEND, validity=longer), now=NOW)
    (third,) = add(store, change(action=Action.CANCEL, validity=longer), now=NOW + timedelta(days=1))
    found = Backgrounds(store).of((third, second, first))
    assert [found[each.position].before for each in (first, second, third)] == [None, first.change, second.change]


def test_what_was_held_back_was_seen_by_nobody(database_url: str) -> None:
    unsure = validity(china(2024, 10, 21), china(2025, 1, 16), end_basis=EndBasis.EXPECTED)
    with closing(Store.open(database_url, hold=True)) as store:
        (first,) = add(store, change())
        add(store, change(action=Action.EXTEND, validity=unsure, flags=(Flag.LOW_CONFIDENCE,)), now=NOW)
        approved = store.review(first.change.id, Judgement.APPROVE, author="王", now=NOW).newest
        found = Backgrounds(store).of((approved,))
    assert approved.change.revision == 2
    assert found[approved.position].before == first.change


def test_the_words_come_from_the_notice_of_the_revision(store: Store) -> None:
    text = "津榆路站封闭。其余照常。"
    evidence = (Evidence(field="kind", start=4, end=6, rule="r"),)
    revisions = add(store, change(evidence=evidence), text=text)
    feed = with_backgrounds(replace(FRAME, revisions=revisions), Backgrounds(store))
    assert feed.background(revisions[0]).quotes == ("津榆路站封闭。",)
    assert "<blockquote" in ATOM.render(feed).decode().replace("&lt;", "<")


def test_what_is_known_is_not_read_again(sqlite_store: Store) -> None:
    (first,) = add(sqlite_store, change(), text="津榆路站封闭。")
    backgrounds = Backgrounds(sqlite_store)
    known = backgrounds.of((first,))
    sqlite_store.close()
    assert backgrounds.of((first,)) == known


LEFT: dict[str, tuple[dict[str, Any], datetime | None]] = {
    # a change, and when it left the feed that is cut 30 days after
    "ended": ({"validity": validity(china(2024, 9, 1), china(2024, 9, 26))}, china(2024, 10, 26)),
    "ended-at-noon": ({"validity": validity(china(2024, 9, 1), china(2024, 9, 26, 12))}, china(2024, 10, 27)),
    "ended-last-this-midnight": ({"validity": validity(china(2024, 9, 1), china(2024, 10, 2))}, china(2024, 11, 1)),
    "ends-later": ({"validity": validity(china(2024, 9, 1), china(2024, 10, 3))}, None),
    "long-ago": ({"validity": validity(china(2024, 6, 1), china(2024, 7, 1))}, None),
    "goes-on": ({"validity": validity(china(2024, 6, 1), None)}, None),
    "opened": (
        {
            "kind": Kind.STATION_OPENING,
            "access": None,
            "validity": validity(china(2024, 9, 25), None, end_basis=EndBasis.PERMANENT),
        },
        china(2024, 10, 25),
    ),
    "opened-some-day": (
        {
            "kind": Kind.STATION_OPENING,
            "access": None,
            "validity": validity(None, None, start_basis=StartBasis.UNSTATED, end_basis=EndBasis.PERMANENT),
        },
        china(2024, 10, 24),
    ),
    "cancelled": ({"action": Action.CANCEL}, china(2024, 10, 25)),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_left_is_told_for_some_time(case: str, store: Store) -> None:
    values, expected = LEFT[case]
    announced = china(2024, 9, 24, 12)
    add(store, change(**values), now=announced)
    today = china(2024, 11, 1)
    query = Query(recent=today - GRACE)
    feed = with_departed(states(FRAME, store, query, NOW), store, query, GRACE)
    assert [each.when for each in feed.departed] == ([expected] if expected else [])
    assert not {each.change.id for each in feed.departed} & {each.change.id for each in feed.revisions}
    if expected:
        gone = Query(recent=expected + TOMBSTONES_KEPT - GRACE)
        kept = Query(recent=expected + TOMBSTONES_KEPT - GRACE - timedelta(days=1))
        assert [bool(with_departed(FRAME, store, each, GRACE).departed) for each in (kept, gone)] == [True, False]


def test_only_a_feed_that_is_cut_by_the_day_tells_what_left(sqlite_store: Store) -> None:
    add(sqlite_store, change(validity=validity(china(2024, 9, 1), china(2024, 9, 26)), access=Access.ENTRY))
    assert with_departed(FRAME, sqlite_store, Query(), GRACE).departed == ()
