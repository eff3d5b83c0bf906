"""The WebSub hub at work (W3C WebSub §5.3, §7): asks callbacks whether they meant it, and sends them what changed.

Like :mod:`service.deliver`: :class:`Hub` does one step at a time, at a time that it is given, :class:`Distributor`
lets it run for as long as the web process holds the lease. Sent is the feed as it is then, so what was missed while a
callback was away comes with the next one.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from importlib.metadata import version
from threading import Event as Signal
from threading import Thread
from urllib.parse import urlencode

from service.deliver import attempted
from service.errors import EndpointError, StoreError
from service.fetch.call import Caller
from service.fetch.guard import Resolve, resolve
from service.lease import Lease
from service.records import CHINA
from service.settings import Settings
from service.store import Edition, Store
from service.subscriptions import Intent, Mode, Subscription
from service.turns import Turns
from service.webhooks import PATIENCE, RETRIES, Attempt, asked_for

LEASE = "hub"
"""The lease whose holder distributes."""

_LOOK = 0.5
_FAREWELL = 1.0
_AFTER_FAILURE = 1.0
_THREADS = 16
_A_TURN = 20
_AT_ONCE = 50
_CLOCKWORK = timedelta(minutes=1)
"""How often feeds are looked at that the clock alone may change: those by status."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A topic as it is: what its address answers. ``by_clock`` of one that any instant may change."""

    body: bytes
    media_type: str
    link: str
    by_clock: bool

    @property
    def digest(self) -> str:
        """What it is known by."""
        return sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Confirms subscriptions and sends content. ``content_of`` gives that of a topic, None where it is none."""

    store: Store
    settings: Settings
    content_of: Callable[[str, datetime], Content | None]
    resolve: Resolve = resolve

    def caller(self) -> Caller:
        """Somebody to call callbacks with, for one thread."""
        agent = f"tollfeed/{version('tollfeed')} (+{self.settings.base_url})"
        return Caller(agent=agent, allow=self.settings.deliver_networks, resolve=self.resolve)

    def confirm(self, caller: Caller, intent: Intent, now: datetime) -> bool:
        """Ask the callback whether it meant it (§5.3), once, and do what it asked for; whether it did mean it."""
        content = self.content_of(intent.topic, now) if intent.mode is Mode.SUBSCRIBE else None
        gone = intent.mode is Mode.SUBSCRIBE and content is None
        if gone or not _meant(caller, intent):
            self.store.drop_intent(intent.number)
            return False
        if content is None:
            self.store.unsubscribe(intent.callback, intent.topic)
        else:
            self.store.subscribe(intent, content.digest, now, now + timedelta(seconds=intent.seconds))
        return True

    def look(self, now: datetime, *, all_of_them: bool) -> None:
        """Note which topics have another content than when they were last looked at, those by the clock or all."""
        for topic, digest in self.store.topics(now).items():
            if not (all_of_them or _by_clock(topic)):
                continue
            content = self.content_of(topic, now)
            if content is not None and content.digest != digest:
                self.store.note_content(topic, content.digest, now)

    def send(self, caller: Caller, host: str, now: datetime) -> bool | None:
        """Send a callback of ``host`` what it has not got; whether it took it, None where there is nothing to send."""
        subscription = self.store.next_subscription(host, now)
        if subscription is None:
            return None
        content = self.content_of(subscription.topic, now)
        if content is None:
            self.store.unsubscribe(subscription.callback, subscription.topic)
            return True
        headers = _headers(subscription, content)
        attempt = attempted(caller, subscription.callback, content.body, headers)
        became = _after(subscription, content, attempt, now)
        if became is None:
            _log.info("%s is sent %s no more: %s", subscription.callback, subscription.topic, attempt.error)
            self.store.unsubscribe(subscription.callback, subscription.topic)
        else:
            self.store.record_sent(became)
        return attempt.error is None


def _by_clock(topic: str) -> bool:
    # The canonical address names every parameter that was given.
    return "status=" in topic.partition("?")[2]


def _meant(caller: Caller, intent: Intent) -> bool:
    challenge = secrets.token_urlsafe(24)
    asked = {"hub.mode": intent.mode, "hub.topic": intent.topic, "hub.challenge": challenge}
    if intent.mode is Mode.SUBSCRIBE:
        asked["hub.lease_seconds"] = str(intent.seconds)
    # What the callback's own query holds must stay as it is (§5.3).
    joined = f"{intent.callback}{'&' if '?' in intent.callback else '?'}{urlencode(asked)}"
    try:
        reply = caller.get(joined)
    except EndpointError as error:
        _log.info("a subscription was not confirmed: %s", error)
        return False
    return reply.ok and hmac.compare_digest(reply.body, challenge.encode())


def _headers(subscription: Subscription, content: Content) -> dict[str, str]:
    headers = {"Content-Type": content.media_type, "Link": content.link}
    if subscription.secret is not None:
        signature = hmac.new(subscription.secret.encode(), content.body, sha256).hexdigest()
        headers["X-Hub-Signature"] = f"sha256={signature}"
    return headers


def _after(subscription: Subscription, content: Content, attempt: Attempt, now: datetime) -> Subscription | None:
    """What becomes of a subscription; None where it is over."""
    if attempt.error is None:
        return replace(subscription, told=content.digest, attempts=0, failing=None, due=now)
    failing = subscription.failing or now
    if attempt.status == HTTPStatus.GONE or now - failing >= PATIENCE:
        return None
    attempts = min(subscription.attempts, len(RETRIES) - 1) + 1
    asked = asked_for(attempt.retry_after, now) or now
    return replace(subscription, attempts=attempts, failing=failing, due=max(now + RETRIES[attempts - 1], asked))


class Distributor:
    """Lets a hub work from :meth:`start`, in the lifespan of the web process, until :meth:`stop`."""

    def __init__(self, hub: Hub, clock: Callable[[], datetime]) -> None:
        """Let ``hub`` work at the times of ``clock``."""
        self._hub = hub
        self._clock = clock
        self._wake = Signal()
        self._stopping = False
        self._turns = Turns(_THREADS, self._wake.set)
        self._lease = Lease(hub.store, LEASE, hub.settings.lease)
        self._thread = Thread(target=self._run, name="hub", daemon=True)
        self._seen: tuple[Edition, date] | None = None
        self._clockwork: datetime | None = None

    def start(self) -> None:
        """Ask for the lease, from now on until the end, and work while holding it."""
        self._thread.start()

    def stop(self) -> None:
        """Give the lease back at once, so that another process goes on; blocks for a second or two at most."""
        self._stopping = True
        self._wake.set()
        self._thread.join(_FAREWELL)
        self._lease.release()
        self._turns.wait(_FAREWELL)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(_LOOK)
            self._wake.clear()
            try:
                self._look(self._clock())
            except StoreError as error:
                _log.error("the hub waits for the database: %s", error)
                self._wake.wait(_AFTER_FAILURE)

    def _look(self, now: datetime) -> None:
        if self._stopping or not self._lease.held(now):
            self._seen = None
            return
        store = self._hub.store
        for intent in store.intents(_AT_ONCE):
            self._turns.give(f"intent {intent.host}", partial(self._confirm, intent))
        # A midnight moves what is long over out of the feeds.
        seen = store.edition(), now.astimezone(CHINA).date()
        minute = self._clockwork is None or now - self._clockwork >= _CLOCKWORK
        if seen != self._seen or minute:
            self._hub.look(now, all_of_them=seen != self._seen)
            self._seen = seen
        if minute:
            store.expire(now)
            self._clockwork = now
        for host in store.due_hosts(now):
            self._turns.give(host, partial(self._turn, host))

    def _confirm(self, intent: Intent) -> bool:
        with self._hub.caller() as caller:
            return self._hub.confirm(caller, intent, self._clock())

    def _turn(self, host: str) -> bool:
        """Send the callbacks of a host what is due; whether all of it was taken."""
        with self._hub.caller() as caller:
            for _ in range(_A_TURN):
                went_well = None if self._stopping else self._hub.send(caller, host, self._clock())
                if not went_well:
                    return went_well is None
        return True
