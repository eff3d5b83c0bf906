"""Several processes on one database, and some are killed: nothing acknowledged is lost, nothing comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Barrier

import pytest

from service.records import Change, LaneCount, Lanes, Notice, NoticeReference, Revision, Station
from service.store import Store
from tests.make import PUBLISHED, change, china, notice

NOW = china(2024, 10, 20, 12)
PROCESSES = get_context("spawn")
NOTICES = 40


def numbered(number: int) -> tuple[Notice, tuple[Change, ...]]:
    """Notice ``number`` and its changes: two stations of its own, and one lane count of a station that all share."""
    reference = NoticeReference(id=f"notice-{number}", published=PUBLISHED)
    own = [change(station=Station(name=f"{number}号{side}站"), notice=reference) for side in "东西"]
    lanes = Lanes(entry=LaneCount(open=number))
    return notice(id=f"notice-{number}"), (*own, change(lanes=lanes, notice=reference))


def add_all(url: str, start: Barrier, answers: Connection) -> None:
    """Add every notice, and tell which were new and what the last revision was."""
    store = Store.open(url)
    start.wait(60)
    answers.send([store.add(*numbered(number), NOW).new for number in range(NOTICES)])
    store.close()


def add_and_acknowledge(url: str, answers: Connection) -> None:
    store = Store.open(url)
    for number in range(NOTICES):
        store.add(*numbered(number), NOW)
        answers.send(number)
    answers.close()


def hold_lease(url: str, answers: Connection) -> None:
    store = Store.open(url)
    answers.send(store.lease("poll", "the one that is killed", NOW, NOW + timedelta(seconds=30)))
    answers.recv()


def assert_complete_and_once(store: Store) -> None:
    assert store.counts()["notices"] == NOTICES
    log = store.log(0, 10_000)
    assert len({(revision.change.id, revision.change.revision) for revision in log}) == len(log)
    shared = [revision for revision in log if revision.change.lanes]
    assert [revision.change.revision for revision in shared] == list(range(NOTICES))
    assert {revision.change.id for revision in shared} == {shared[0].change.id}
    assert len(log) == 3 * NOTICES
    assert all(len(store.of_notice(f"notice-{number}")) == 3 for number in range(NOTICES))


@contextmanager
def two_writers(url: str) -> Iterator[tuple[list[SpawnProcess], list[Connection]]]:
    """Two processes that begin to add at the same time, and where to hear from them."""
    start = PROCESSES.Barrier(2)
    writers, pipes = [], []
    for _ in range(2):
        here, there = PROCESSES.Pipe(duplex=False)
        writer = PROCESSES.Process(target=add_all, args=(url, start, there))
        writer.start()
        there.close()  # so that a writer that fails ends the waiting for it
        writers.append(writer)
        pipes.append(here)
    yield writers, pipes
    for writer in writers:
        writer.join(60)


def test_two_processes_adding_the_same_notices_add_them_once(store: Store, database_url: str) -> None:
    with two_writers(database_url) as (_writers, pipes):
        one, other = (here.recv() for here in pipes)
    assert [first + second for first, second in zip(one, other, strict=True)] == [1] * NOTICES
    assert_complete_and_once(store)


@pytest.mark.parametrize("acknowledged", [1, 17])
def test_what_was_acknowledged_outlives_a_kill_and_the_rest_can_be_added(
    store: Store, database_url: str, acknowledged: int
) -> None:
    here, there = PROCESSES.Pipe(duplex=False)
    writer = PROCESSES.Process(target=add_and_acknowledge, args=(database_url, there))
    writer.start()
    there.close()
    told = [here.recv() for _ in range(acknowledged)]
    writer.kill()
    writer.join(60)
    told += received(here)
    for number in told:
        assert len(store.of_notice(f"notice-{number}")) == 3
    for number in range(NOTICES):
        assert store.add(*numbered(number), NOW).new or number <= len(told)
    assert_complete_and_once(store)


def received(here: Connection) -> Iterator[int]:
    """What had been sent before the end."""
    while True:
        try:
            yield here.recv()
        except EOFError:
            return


def test_who_reads_on_by_position_misses_nothing_while_others_write(store: Store, database_url: str) -> None:
    followed: list[Revision] = []
    with two_writers(database_url) as (writers, _pipes):
        while any(writer.is_alive() for writer in writers):
            followed += store.log(followed[-1].position if followed else 0, 1000)
    followed += store.log(followed[-1].position if followed else 0, 1000)
    assert tuple(followed) == store.log(0, 10_000)
    assert len(followed) == 3 * NOTICES


def test_a_lease_passes_on_when_its_holder_is_killed(store: Store, database_url: str) -> None:
    here, there = PROCESSES.Pipe()
    holder = PROCESSES.Process(target=hold_lease, args=(database_url, there))
    holder.start()
    assert here.recv()
    holder.kill()
    holder.join(60)
    assert not store.lease("poll", "the next", NOW + timedelta(seconds=29), NOW + timedelta(seconds=59))
    assert store.lease("poll", "the next", NOW + timedelta(seconds=30), NOW + timedelta(seconds=60))
