"""Two real processes, one database, one inbox: who polls, and who takes over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from service.errors import SourceError
from service.milestones import HOUR
from service.reading.rules import load_rules
from service.records import CHINA, Milestone, day_start
from service.schedule import LEASE, Schedule
from service.settings import Settings
from service.store import Poll, Query, Store
from tests.make import change, notice, validity
from tests.web_server import Reply, web_server

NAMES = [f"{first}{second}" for first in "东西南北上下大小长高" for second in "河山庄镇桥口关岭湾塘店屯营沟"]
"""Of 140 stations, more than are read before the first process is killed."""
LEASE_SECONDS = 2
RULEBOOK = load_rules()


def until(condition: Callable[[], bool], seconds: float = 30) -> float:
    """Wait for ``condition``; returns how long that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it never came true"
        time.sleep(0.02)
    return time.monotonic() - began


def drop(folder: Path, name: str, text: str) -> None:
    """Put a file into the inbox that was written some time ago."""
    hidden = folder / f".{name}"
    hidden.write_text(text, encoding="utf-8")
    past = time.time() - 60
    os.utime(hidden, (past, past))
    hidden.rename(folder / name)


@contextmanager
def poller(data: Path, database: str, lease: float = LEASE_SECONDS) -> Iterator[subprocess.Popen[str]]:
    """Another process that polls, or waits for its turn."""
    variables = {"TOLLFEED_DATA": str(data), "TOLLFEED_DATABASE": database, "TOLLFEED_LEASE": str(lease)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.poller"],
        env={**os.environ, **variables},  # noqa: TID251 - another process is given its environment
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def declare(data: Path, **urls: str) -> None:
    """Declare pages of this machine as sources."""
    common = {"publisher": "示例", "kind": "page", "networks": ["127.0.0.1/32"]}
    sources = [{"id": name, "url": url, **common} for name, url in urls.items()]
    (data / "sources.yaml").write_text(yaml.safe_dump(sources))


def settings(data: Path, database: str) -> Settings:
    return Settings(data=data, database=database, lease=timedelta(seconds=LEASE_SECONDS))


def test_when_the_poller_is_killed_another_goes_on_and_nothing_is_kept_twice(database_url: str, tmp_path: Path) -> None:
    inbox, done = tmp_path / "inbox", tmp_path / "inbox" / "done"

    def read() -> int:
        return len(list(done.glob("*.txt")))

    with poller(tmp_path, database_url) as first, poller(tmp_path, database_url):
        for name in NAMES:
            drop(inbox, f"{name}.txt", f"津蓟高速公路{name}收费站自2024年10月21日0时起封闭，至12月31日24时恢复通行。")
        until(lambda: read() >= 5)
        first.send_signal(signal.SIGKILL)
        first.wait()
        before = read()
        until(lambda: read() == len(NAMES))
    assert before < len(NAMES), "the first must be killed at its work"
    assert {path.name for path in done.iterdir()} == {f"{name}.txt" for name in NAMES}
    assert not list(inbox.glob("*.txt"))
    with closing(Store.open(database_url)) as store:
        assert store.counts()["notices"] == len(NAMES)
        assert store.counts()["revisions"] == store.counts()["changes"] == len(NAMES)


def test_only_one_of_two_fetches(database_url: str, tmp_path: Path) -> None:
    with web_server() as site:
        site.pages["/page"] = Reply(body="京台高速公路德州收费站即日起封闭。".encode())
        declare(tmp_path, page=f"{site.url}/page")
        with poller(tmp_path, database_url), poller(tmp_path, database_url), closing(Store.open(database_url)) as store:
            until(lambda: bool(store.polls("page")))
            time.sleep(LEASE_SECONDS)
    assert site.paths() == ["/page"]


def test_a_poller_that_stops_hands_over_at_once(database_url: str, tmp_path: Path) -> None:
    with poller(tmp_path, database_url, lease=60) as first, closing(Store.open(database_url)) as store:
        now = datetime.now(UTC)  # noqa: TID251 - leases are in real time
        until(lambda: (tmp_path / "inbox").is_dir())
        drop(tmp_path / "inbox", "1.txt", "京台高速公路德州收费站即日起封闭。")
        until(lambda: store.counts()["notices"] == 1)
        assert not store.lease(LEASE, "another", now, now + timedelta(seconds=1))
        first.terminate()
        assert first.wait(10) == 0
        assert store.lease(LEASE, "another", now, now + timedelta(seconds=1))


def test_a_suspended_poller_knows_that_its_lease_is_over(database_url: str, tmp_path: Path) -> None:
    """One that wakes up after its lease ran out must not go on where it was."""
    with closing(Store.open(database_url)) as store:
        schedule = Schedule(settings(tmp_path, database_url), store, RULEBOOK)
        schedule.start()
        until(lambda: schedule.leads)
        schedule._scheduler.pause()  # as SIGSTOP would, but to the renewal alone
        until(lambda: not schedule.leads, LEASE_SECONDS + 1)
        schedule._scheduler.resume()
        until(lambda: schedule.leads)
        schedule.stop()
        assert not schedule.leads


def test_a_source_is_polled_when_it_is_due_whoever_polled_it_last(sqlite_store: Store, tmp_path: Path) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the schedule runs in real time
    with web_server() as site:
        page = Reply(body="京台高速公路德州收费站即日起封闭。".encode())
        site.pages |= {"/due": page, "/polled": page}
        declare(tmp_path, due=f"{site.url}/due", polled=f"{site.url}/polled")
        sqlite_store.record_poll(Poll(source="polled", at=now))
        schedule = Schedule(settings(tmp_path, ""), sqlite_store, RULEBOOK)
        schedule.start()
        until(lambda: bool(sqlite_store.polls("due")))
        schedule.stop()
    assert site.paths() == ["/due"]
    assert [poll.error for poll in sqlite_store.polls("due")] == [None]
    assert site.asked[-1].headers["User-Agent"].endswith("(+http://127.0.0.1:8000)")


def test_who_takes_the_lease_tells_what_began_meanwhile(sqlite_store: Store, tmp_path: Path) -> None:
    """At the start, not only at the hour: the process that should have told it may have been down."""
    now = datetime.now(CHINA)  # noqa: TID251 - the schedule runs in real time
    morning = day_start(now.date()) - timedelta(days=0 if now.hour >= HOUR else 1)
    began = change(validity=validity(morning, morning + timedelta(days=30)))
    sqlite_store.add(notice(), [began], morning - timedelta(days=1))
    schedule = Schedule(settings(tmp_path, ""), sqlite_store, RULEBOOK)
    schedule.start()
    until(lambda: sqlite_store.last_milestone() == 1)
    schedule.stop()
    (_, milestone) = sqlite_store.chronicle(Query())
    assert isinstance(milestone, Milestone)
    assert milestone.day == morning.date()


def test_stopping_does_not_wait_for_a_slow_server(sqlite_store: Store, tmp_path: Path) -> None:
    with web_server() as site:
        site.pages["/robots.txt"] = Reply(delay=8)
        declare(tmp_path, slow=site.url)
        schedule = Schedule(settings(tmp_path, ""), sqlite_store, RULEBOOK)
        schedule.start()
        until(lambda: bool(site.asked))
        began = time.monotonic()
        schedule.stop()
        assert time.monotonic() - began < 7
        assert sqlite_store.lease(LEASE, "another", *2 * (datetime.now(UTC),))  # noqa: TID251 - as above


def test_a_poll_that_fails_as_none_should_is_recorded(sqlite_store: Store, tmp_path: Path) -> None:
    def broken(_: object) -> tuple[()]:
        raise ZeroDivisionError

    with web_server() as site:
        site.pages["/"] = Reply(body=b"x")
        declare(tmp_path, broken=site.url)
        schedule = Schedule(settings(tmp_path, ""), sqlite_store, RULEBOOK)
        schedule.sources = tuple(replace(source, read=broken) for source in schedule.sources)
        schedule.start()
        until(lambda: bool(sqlite_store.polls("broken")))
        schedule.stop()
    assert sqlite_store.polls("broken")[0].error == "ZeroDivisionError, see the log"


def test_sources_that_are_declared_wrongly_stop_the_start(sqlite_store: Store, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("- {id: Ä}")
    with pytest.raises(SourceError, match=r"sources\.yaml: Ä: id: "):
        Schedule(settings(tmp_path, ""), sqlite_store, RULEBOOK)
