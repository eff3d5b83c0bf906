"""Whoever waits for news is woken by it, whichever process wrote, and by nothing else."""

from __future__ import annotations

import asyncio
from multiprocessing import get_context
from threading import active_count
from time import perf_counter

from service.store import Store
from service.waking import Waking
from tests.make import change, china, notice

NOW = china(2024, 10, 20, 12)
PROCESSES = get_context("spawn")
PATIENCE = 30.0


def add(url: str) -> None:
    store = Store.open(url)
    store.add(notice(), [change()], NOW)
    store.close()


def test_another_process_wakes_who_waits(store: Store, database_url: str) -> None:
    async def wait() -> int:
        waking = Waking(store)
        waiting = asyncio.create_task(waking.after(0, PATIENCE))
        writer = PROCESSES.Process(target=add, args=(database_url,))
        writer.start()
        woken = await waiting
        await asyncio.to_thread(writer.join)
        return woken

    assert asyncio.run(wait()) == store.position() == 1


def test_nobody_is_woken_by_what_they_know(store: Store) -> None:
    store.add(notice(), [change()], NOW)

    async def wait() -> tuple[int, int, float]:
        waking = Waking(store)
        known = await waking.after(0, PATIENCE)
        begun = perf_counter()
        return known, await waking.after(known, 0.3), perf_counter() - begun

    known, again, seconds = asyncio.run(wait())
    assert known == again == 1
    assert 0.3 <= seconds < PATIENCE


def test_thousands_wait_without_a_thread_each(store: Store) -> None:
    async def wait() -> tuple[list[int], int]:
        waking = Waking(store)
        waiting = [asyncio.create_task(waking.after(0, PATIENCE)) for _ in range(5000)]
        await asyncio.sleep(0.3)
        threads = active_count()
        await asyncio.to_thread(store.add, notice(), [change()], NOW)
        return await asyncio.gather(*waiting), threads

    before = active_count()
    woken, threads = asyncio.run(wait())
    assert woken == [1] * 5000
    assert threads <= before + 1


def test_who_waits_is_let_go_at_the_end(store: Store) -> None:
    async def wait() -> tuple[list[int], int, float]:
        waking = Waking(store)
        waiting = [asyncio.create_task(waking.after(0, PATIENCE)) for _ in range(100)]
        await asyncio.sleep(0.1)
        begun = perf_counter()
        waking.close()
        return await asyncio.gather(*waiting), await waking.after(0, PATIENCE), perf_counter() - begun

    woken, late, seconds = asyncio.run(wait())
    assert woken == [0] * 100
    assert late == 0
    assert seconds < 1


def test_a_database_that_fails_for_a_while_is_asked_again(sqlite_store: Store) -> None:
    async def wait() -> int:
        waking = Waking(sqlite_store)
        with sqlite_store._database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE revisions RENAME TO gone")
        waiting = asyncio.create_task(waking.after(0, PATIENCE))
        await asyncio.sleep(0.2)
        with sqlite_store._database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO revisions")
        await asyncio.to_thread(sqlite_store.add, notice(), [change()], NOW)
        return await waiting

    assert asyncio.run(wait()) == 1
