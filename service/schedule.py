"""When to poll: every source at its interval, by one process for each database (docs/adr/0005-one-poller.md).

And when to tell what begins and ends: every morning, or as soon as there is somebody to do it (see ``milestones``).

Every web process has a schedule, but only the holder of the lease polls. A holder that dies stops renewing it, and
another takes over when it has run out. Polls run in threads, because reading and storing block.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.schedulers.background import BackgroundScheduler

from service.errors import StoreError
from service.fetch import Fetch
from service.inbox import INBOX
from service.milestones import HOUR
from service.poll import PollReport, poll, poll_inbox
from service.reading.rules import RuleBook
from service.settings import Settings
from service.source import Source
from service.sources import load_sources
from service.store import Poll, Store

LEASE = "poller"
"""The lease whose holder polls."""

INBOX_EVERY = timedelta(seconds=2)
"""How often the inbox is looked into: whoever drops a file waits to see it read."""

_FAREWELL = 5.0
"""How many seconds a poll under way is waited for at the end; one that waits for a server is left behind."""
_LATE = 60
_RENEWAL = " renewal"
_MORNING = " morning"
"""Jobs that are no source, which none has an id with a space."""

_log = logging.getLogger(__name__)


class Schedule:
    """The polls of one process: :meth:`start` in the lifespan of the web process, :meth:`stop` at its end."""

    def __init__(self, settings: Settings, store: Store, rulebook: RuleBook) -> None:
        """Read the sources of the data folder.

        Raises:
            SourceError: they are not declared as docs/sources.md describes it.
        """
        self.sources: tuple[Source, ...] = load_sources(settings.data / "sources.yaml", settings.poll_every)
        self._settings = settings
        self._store = store
        self._rulebook = rulebook
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._held_until = datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()
        self._stopping = False
        self._polls = _DaemonThreads()
        self._scheduler = BackgroundScheduler(
            timezone="Asia/Shanghai",
            executors={"default": self._polls, _RENEWAL: _DaemonThreads()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _LATE},
        )

    @property
    def leads(self) -> bool:
        """True while this process is the one that polls; by its own clock, so also after it was suspended."""
        return not self._stopping and _now() < self._held_until

    def start(self) -> None:
        """Ask for the lease, from now on until the end, and poll while holding it."""
        inbox = self._settings.data / INBOX
        inbox.mkdir(parents=True, exist_ok=True)
        self._scheduler.add_listener(self._note_failure, EVENT_JOB_ERROR)
        # However late, it runs: a lease not renewed is lost.
        renewal = {"executor": _RENEWAL, "misfire_grace_time": None, "next_run_time": _now()}
        self._add(_RENEWAL, self._renew, self._settings.lease / 3, **renewal)
        self._add(INBOX, self._poll_inbox, INBOX_EVERY, args=[inbox])
        # Half a minute past, so that a clock a little slow is not taken for the hour before.
        self._scheduler.add_job(self._tell_the_day, "cron", hour=HOUR, second=30, id=_MORNING, misfire_grace_time=None)
        for source in self.sources:
            self._add(source.id, self._poll, source.every, args=[source], jitter=_jitter(source.every))
        self._scheduler.start()

    def stop(self) -> None:
        """Give the lease back at once, so that another process goes on; blocks for a few seconds at most.

        A poll under way ends before its next document. The lease does not wait for it: at worst, two processes keep
        the same document, which is kept once.
        """
        with self._lock:
            self._stopping = True
            try:
                self._store.release(LEASE, self._holder)
            except StoreError as error:
                _log.warning("the lease is left to run out: %s", error)
        self._scheduler.shutdown(wait=False)
        self._polls.wait(_FAREWELL)

    def _add(self, name: str, job: Callable[..., None], every: timedelta, **options: Any) -> None:
        self._scheduler.add_job(job, "interval", seconds=every.total_seconds(), id=name, name=name, **options)

    def _renew(self) -> None:
        with self._lock:
            if self._stopping:
                return
            led, now = self.leads, _now()
            until = now + self._settings.lease
            held = self._store.lease(LEASE, self._holder, now, until)
            self._held_until = until if held else datetime.min.replace(tzinfo=UTC)
        if held and not led:
            _log.info("%s polls from now on", self._holder)
            self._begin(now)
        if led and not held:
            _log.warning("%s polls no more: another process holds the lease", self._holder)

    def _begin(self, now: datetime) -> None:
        """Poll each source when it is due, counted from its last poll, whichever process that was."""
        self._scheduler.modify_job(INBOX, next_run_time=now)
        # Whatever mornings passed while nobody led; from then on by the job's own hour.
        self._scheduler.modify_job(_MORNING, next_run_time=now)
        for source in self.sources:
            last = self._store.polls(source.id, limit=1)
            due = max(now, last[0].at + source.every) if last else now
            self._scheduler.modify_job(source.id, next_run_time=due)

    def _poll(self, source: Source) -> None:
        if not self.leads:
            return
        agent = f"tollfeed/{version('tollfeed')} (+{self._settings.base_url})"
        with Fetch(agent=agent, limit=self._settings.max_document, allow=source.networks) as fetch:
            _tell(poll(source, fetch, self._store, self._rulebook, _now(), lambda: self.leads))

    def _poll_inbox(self, folder: Path) -> None:
        if not self.leads:
            return
        limit = self._settings.max_document
        _tell(poll_inbox(folder, limit, self._store, self._rulebook, _now(), lambda: self.leads))

    def _tell_the_day(self) -> None:
        if not self.leads:
            return
        told = self._store.reach(_now())
        if told:
            _log.info("%d changes begin or end", len(told))

    def _note_failure(self, event: JobExecutionEvent) -> None:
        """Record a poll that failed as none should, where operators look; the traceback is in APScheduler's log."""
        _log.error("%s: %s", event.job_id, event.exception)
        if self.leads and event.job_id not in (_RENEWAL, _MORNING) and not isinstance(event.exception, StoreError):
            reason = f"{type(event.exception).__name__}, see the log"
            self._store.record_poll(Poll(source=event.job_id, at=_now(), error=reason))


class _DaemonThreads(BaseExecutor):  # type: ignore[misc]  # apscheduler has no types
    """A thread for each run. Daemons, because one that waits for a slow server must not hold up the exit."""

    def __init__(self) -> None:
        super().__init__()
        self._running: set[Thread] = set()

    def wait(self, seconds: float) -> None:
        """Return when nothing runs, or after ``seconds``."""
        end = time.monotonic() + seconds
        for thread in tuple(self._running):
            thread.join(max(0.0, end - time.monotonic()))

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        thread = Thread(target=self._run, args=(job, run_times), name=f"poll-{job.id}", daemon=True)
        self._running = {each for each in self._running if each.is_alive()} | {thread}
        thread.start()

    def _run(self, job: Any, run_times: list[datetime]) -> None:
        # run_job catches what the job raises and turns it into an event.
        self._run_job_success(job.id, run_job(job, job._jobstore_alias, run_times, self._logger.name))


def _tell(report: PollReport) -> None:
    if report.error:
        _log.warning("%s: %s", report.source, report.error)
    if report.notices:
        _log.info("%s: %d new notices, %d revisions", report.source, report.notices, report.revisions)


def _jitter(every: timedelta) -> float:
    # So that sources declared together are not fetched together for ever.
    return every.total_seconds() / 20


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the schedule gives polls their time
