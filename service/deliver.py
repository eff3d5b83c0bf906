"""Delivering webhooks: by one process of those on a database, at least once, in order per change.

:class:`Courier` does one step at a time, at a time that it is given; :class:`Deliverer` lets it run for as long as the
web process holds the lease. The surprising thing: nothing is in memory that is not in the database. Whoever has the
lease next goes on where the last one was, and at worst sends once more what was sent just then.
"""

from __future__ import annotations

import json
import logging
import random
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from threading import Event as Signal
from threading import Thread
from time import monotonic

from service.deliveries import Step
from service.errors import EndpointError, StoreError
from service.fetch.call import Caller
from service.fetch.guard import Resolve, resolve
from service.lease import Lease
from service.news import Event, event
from service.records import Milestone, Revision
from service.settings import Settings
from service.store import Edition, Query, Store
from service.turns import Turns
from service.webhooks import (
    VERIFICATION,
    Attempt,
    Delivery,
    Webhook,
    after,
    event_of,
    headers,
    reached_of,
    said,
    told_of,
)

LEASE = "deliverer"
"""The lease whose holder delivers."""

_LOOK = 0.1
"""Seconds between two looks whether there is news, which is to be sent half a second after it was published."""

_LOOK_AT_DUE = 1.0
"""Seconds between two looks whether anything else is due: a retry, a test, a replay."""

_AFTER_FAILURE = 1.0
_FAREWELL = 1.0
_THREADS = 32
_SOON = 2.0
"""Seconds after which an endpoint that took a message is slow all the same, and shares threads with those that hang."""

_A_TURN = 50
"""Messages that an endpoint is sent before another may have its thread."""

_AT_ONCE = 500
_TIDY = timedelta(hours=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Finds out what is to be sent, and sends it. ``query_of`` reads the filter of a webhook."""

    store: Store
    settings: Settings
    query_of: Callable[[str], Query]
    resolve: Resolve = resolve
    chance: Callable[[], float] = random.SystemRandom().random

    @property
    def base_url(self) -> str:
        """The public address, without a slash at its end."""
        return self.settings.base_url.rstrip("/")

    def caller(self) -> Caller:
        """Somebody to call endpoints with, for one thread."""
        agent = f"tollfeed/{version('tollfeed')} (+{self.settings.base_url})"
        return Caller(agent=agent, allow=self.settings.deliver_networks, resolve=self.resolve)

    def spread(self, now: datetime) -> bool:
        """Make deliveries of what is new, of so much at a time; False if there was nothing."""
        edition = self.store.edition()
        # Those who were told as far share the reading: nearly always all of them.
        groups: dict[Edition, list[Webhook]] = {}
        for webhook in self.store.behind(*edition):
            groups.setdefault((webhook.position, webhook.milestone), []).append(webhook)
        for webhooks in groups.values():
            self.store.advance(tuple(self._steps(webhooks, edition, now)))
        return bool(groups)

    def deliver(self, caller: Caller, webhook_id: str, now: datetime) -> bool | None:
        """Send an endpoint the next message; whether it was taken, or None where none is to be sent now."""
        found = self.store.next_delivery(webhook_id, now)
        if found is None:
            return None
        webhook, delivery = found
        body = self._body(delivery)
        attempt = attempted(caller, webhook.url, body, headers(webhook, delivery.message_id, body, now))
        became, remaining = after(webhook, delivery, attempt, now, self.chance())
        self.store.record_attempt(delivery.number, became, remaining)
        _tell(webhook, became, remaining)
        return attempt.error is None

    def verify(self, webhook: Webhook, now: datetime) -> None:
        """Return if the endpoint answers a challenge, so that nobody is sent messages who did not ask for them.

        Raises:
            EndpointError: it does not answer, or not so.
        """
        challenge = secrets.token_urlsafe(24)
        body = said(VERIFICATION, now, webhook.id, challenge)
        name = f"{webhook.id}_verification_{secrets.token_hex(4)}"
        with self.caller() as caller:
            reply = caller.post(webhook.url, body, headers(webhook, name, body, now))
        if not reply.ok:
            raise EndpointError(f"{webhook.url}: expected status 2xx to the challenge, found {reply.status}")
        if not _repeats(reply.body, challenge):
            raise EndpointError(f'{webhook.url}: expected the challenge back, as {{"challenge": "…"}} or as plain text')

    def _steps(self, webhooks: Sequence[Webhook], edition: Edition, now: datetime) -> Iterator[Step]:
        """How each of ``webhooks``, all told as far, is told of the same next news."""
        news = self._news(webhooks[0], edition)
        changes = {each.change.id for each in news.revisions} | {each.revision.change.id for each in news.days}
        matched = {
            text: self.store.matched(self.query_of(text), changes) for text in {each.filter for each in webhooks}
        }
        for webhook in webhooks:
            made = tuple(
                each
                for each in (*_revised(webhook, news, now), *_reached(webhook, news, now))
                if webhook.wants(each.type) and _concerned(each, matched[webhook.filter])
            )
            yield Step(webhook=webhook, position=news.position, milestone=news.milestone, deliveries=made)

    def _news(self, webhook: Webhook, edition: Edition) -> _News:
        position, _ = edition
        days: tuple[Milestone, ...] = ()
        revisions = self.store.log(webhook.position, _AT_ONCE)
        if len(revisions) == _AT_ONCE:
            # What is behind comes the next time, and days only after the revisions that they follow.
            position = revisions[-1].position
        else:
            # The edition was read first: what was added since then is either in the log, or left for the next time.
            position = max(position, *(each.position for each in revisions)) if revisions else position
            days = self.store.milestones(webhook.milestone, _AT_ONCE)
        before = self.store.before(revisions)
        types = {each.position: event(before.get(each.position), each.change) for each in revisions}
        milestone = days[-1].number if days else webhook.milestone
        return _News(revisions=revisions, days=days, types=types, position=position, milestone=milestone)

    def _body(self, delivery: Delivery) -> bytes:
        """What a message says: always the same."""
        if delivery.position is not None:
            (revision,) = self.store.log(delivery.position - 1, 1)
            before = self.store.before((revision,)).get(revision.position)
            return told_of(revision, before, self.base_url)
        if delivery.milestone is not None:
            (milestone,) = self.store.milestones(delivery.milestone - 1, 1)
            return reached_of(milestone, self.base_url)
        return said(delivery.type, delivery.made, delivery.webhook_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What webhooks are to be told of, and how far that goes."""

    revisions: tuple[Revision, ...]
    days: tuple[Milestone, ...]
    types: Mapping[int, Event]
    position: int
    milestone: int


def _repeats(body: bytes, challenge: str) -> bool:
    text = body.decode("utf-8", "replace").strip()
    if text == challenge:
        return True
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("challenge") == challenge


def _revised(webhook: Webhook, news: _News, now: datetime) -> Iterator[Delivery]:
    for each in news.revisions:
        yield Delivery(
            webhook_id=webhook.id,
            message_id=f"{webhook.id}_{each.position}",
            type=news.types[each.position],
            change_id=each.change.id,
            position=each.position,
            made=each.recorded,
            due=now,
        )


def _reached(webhook: Webhook, news: _News, now: datetime) -> Iterator[Delivery]:
    for each in news.days:
        yield Delivery(
            webhook_id=webhook.id,
            message_id=f"{webhook.id}_day_{each.number}",
            type=event_of(each),
            change_id=each.revision.change.id,
            milestone=each.number,
            made=each.recorded,
            due=now,
        )


def _concerned(delivery: Delivery, matched: Mapping[str, int]) -> bool:
    """True from the first revision of a change on that its filter asks for."""
    since = matched.get(delivery.change_id or "")
    return since is not None and (delivery.position is None or since <= delivery.position)


def attempted(caller: Caller, url: str, body: bytes, headers: Mapping[str, str]) -> Attempt:
    """How the endpoint at ``url`` answers to a message."""
    try:
        reply = caller.post(url, body, headers)
    except EndpointError as error:
        return Attempt(error=str(error))
    return Attempt.of(reply.status, reply.retry_after)


def _tell(before: Webhook, became: Webhook, remaining: Delivery | None) -> None:
    if became.disabled and not before.disabled:
        _log.warning("webhook %s is disabled: %s", became.id, became.reason)
    elif remaining is not None and remaining.due is None:
        _log.warning("webhook %s: message %s is a dead letter: %s", became.id, remaining.message_id, remaining.error)
    elif became.failing and not before.failing:
        _log.info("webhook %s fails: %s", became.id, became.reason)


class Deliverer:
    """Delivers from :meth:`start`, in the lifespan of the web process, until :meth:`stop`; by threads of its own."""

    def __init__(self, courier: Courier, clock: Callable[[], datetime]) -> None:
        """Let ``courier`` do the work, at the times of ``clock``."""
        self._courier = courier
        self._clock = clock
        self._wake = Signal()
        self._stopping = False
        self._turns = Turns(_THREADS, self._wake.set)
        self._lease = Lease(courier.store, LEASE, courier.settings.lease)
        self._thread = Thread(target=self._run, name="deliverer", daemon=True)
        self._seen: Edition | None = None
        self._look_at_due = 0.0
        self._tidied: datetime | None = None

    def start(self) -> None:
        """Ask for the lease, from now on until the end, and deliver while holding it."""
        self._thread.start()

    def stop(self) -> None:
        """Give the lease back at once, so that another process goes on; blocks for a second or two at most.

        What is being sent just then may be sent once more by the other.
        """
        self._stopping = True
        self._wake.set()
        self._thread.join(_FAREWELL)
        self._lease.release()
        self._turns.wait(_FAREWELL)

    def _run(self) -> None:
        while not self._stopping:
            woken = self._wake.wait(_LOOK)
            self._wake.clear()
            try:
                self._look(self._clock(), woken=woken)
            except StoreError as error:
                _log.error("webhooks wait for the database: %s", error)
                self._wake.wait(_AFTER_FAILURE)

    def _look(self, now: datetime, *, woken: bool) -> None:
        if self._stopping or not self._lease.held(now):
            self._seen = None
            return
        edition = self._courier.store.edition()
        if edition != self._seen:
            while self._courier.spread(now):
                pass
            self._seen, woken = edition, True
        if woken or monotonic() >= self._look_at_due:
            self._look_at_due = monotonic() + _LOOK_AT_DUE
            for webhook_id in self._courier.store.ready_webhooks(now):
                self._turns.give(webhook_id, partial(self._turn, webhook_id))
        if self._tidied is None or now - self._tidied >= _TIDY:
            self._courier.store.drop_dead(now)
            self._tidied = now

    def _turn(self, webhook_id: str) -> bool:
        """Send an endpoint what is due; whether all of it was taken, and soon."""
        soon = True
        with self._courier.caller() as caller:
            for _ in range(_A_TURN):
                began = monotonic()
                went_well = None if self._stopping else self._courier.deliver(caller, webhook_id, self._clock())
                soon = soon and monotonic() - began < _SOON
                if not went_well:
                    return went_well is None and soon
        return soon
