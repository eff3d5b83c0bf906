"""Webhooks (Standard Webhooks 1.0): what is sent to whom, how it is signed, and when it is tried again.

The surprising thing: a message is not kept, only that it is to be sent. What it says follows from its revision, which
never changes, so it has the same bytes and the same ``webhook-id`` however often it is sent.
"""

from __future__ import annotations

import binascii
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import responses
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter
from standardwebhooks import Webhook as Signer

from service.difference import changed
from service.news import Event, event, news
from service.records import CHANGE, Change, DatedChange, Edge, Milestone, Record, Revision, Status, at, status

LARGEST = 20_000
"""Bytes of the largest message; a record that does not fit is left out, since its address is there."""

RETRIES: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each attempt that failed the next one is; after the last, the message is a dead letter."""

PATIENCE = timedelta(days=5)
"""How long an endpoint may fail without a single success before it is disabled."""

OVERLAP = timedelta(hours=24)
"""How long the former secret signs, too, after another took its place."""

TEST = "endpoint.test"
VERIFICATION = "endpoint.verification"
"""Types of messages that are about no change."""

_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=5)
_LONGEST_RETRY_AFTER = timedelta(hours=24)
_JITTER = 0.1
# What says that the whole endpoint is in trouble, not this one message (Standard Webhooks, "slow down").
_STRAINED = frozenset({429, 502, 503, 504})
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of every secret, and none itself
_SECRET_BYTES = range(24, 65)
_SHORTEST_SECRET = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An endpoint and what it is told: ``filter`` is the canonical query string of a selection, no ``types`` are all.

    It has been told everything up to ``position`` and ``milestone``, or that is in its deliveries. ``failing`` is
    since when nothing went well, ``failures`` how often, ``paused`` until when it is left alone, ``disabled`` since
    when it is not called at all; ``reason`` is what went wrong last.
    """

    id: str
    owner: str
    url: str
    filter: str
    types: tuple[Event, ...]
    description: str | None
    secret: str
    former_secret: str | None = None
    former_until: datetime | None = None
    created: datetime
    position: int
    milestone: int
    delivered: datetime | None = None
    failing: datetime | None = None
    failures: int = 0
    paused: datetime | None = None
    disabled: datetime | None = None
    reason: str | None = None

    def wants(self, type_: str) -> bool:
        """True for a type of message that it asked for."""
        return not self.types or type_ in self.types


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message still to be sent, or (``due`` None) a dead letter; of a revision, a milestone, or of neither: a test.

    ``number`` counts over the store: of one change, no message is sent before those of lower numbers.
    """

    number: int = 0
    webhook_id: str
    message_id: str
    type: str
    change_id: str | None = None
    position: int | None = None
    milestone: int | None = None
    made: datetime
    attempts: int = 0
    due: datetime | None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How an endpoint answered: ``error`` is None where it took the message; no ``status`` where it gave no answer."""

    status: int | None = None
    error: str | None = None
    retry_after: str | None = None

    @classmethod
    def of(cls, status: int, retry_after: str | None) -> Attempt:
        """An answer: 2xx is success, everything else a failure, redirects too."""
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return cls(status=status)
        found = f"{status} {responses.get(status, '')}".strip()
        return cls(status=status, error=f"expected status 2xx, found {found}", retry_after=retry_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links(Record):
    """Where to look: the change and its history for programs, its page for people."""

    change: str
    history: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Record):
    """What a message says of a change: ``revision`` counts per change, ``position`` over the store.

    ``news`` says finer than the type what the notice did, ``changed`` names the fields that differ from what was
    published before. ``status`` is as of the message's timestamp. ``record`` is null where it is too long.
    """

    change: str
    revision: int
    position: int
    news: str
    changed: tuple[str, ...]
    status: Status
    links: Links
    record: DatedChange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Record):
    """What a message about no change says."""

    webhook: str
    challenge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Record):
    """The body of every message (Standard Webhooks, "payload structure")."""

    type: str
    timestamp: datetime
    data: Told | Said


_MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)


def told_of(revision: Revision, before: Change | None, base_url: str) -> bytes:
    """The body of the message about ``revision``; ``before`` is the change as subscribers saw it last."""
    after = revision.change
    return _written(
        str(event(before, after)),
        revision.recorded,
        revision,
        news=str(news(before, after)),
        altered=tuple(changed(*map(_document, (before, after)))) if before else (),
        base_url=base_url,
    )


def _document(change: Change) -> dict[str, Any]:
    document: dict[str, Any] = CHANGE.dump_python(change, mode="json", by_alias=True)
    return document


def reached_of(milestone: Milestone, base_url: str) -> bytes:
    """The body of the message about the day on which a change begins or ends."""
    type_ = str(event_of(milestone))
    return _written(type_, milestone.recorded, milestone.revision, news=milestone.edge, altered=(), base_url=base_url)


def event_of(milestone: Milestone) -> Event:
    """What the milestone is for programs."""
    return Event.BEGAN if milestone.edge is Edge.BEGIN else Event.ENDED


def said(type_: str, moment: datetime, webhook_id: str, challenge: str | None = None) -> bytes:
    """The body of a message about no change."""
    return _json(Message(type=type_, timestamp=moment, data=Said(webhook=webhook_id, challenge=challenge)))


def _written(
    type_: str, moment: datetime, revision: Revision, *, news: str, altered: tuple[str, ...], base_url: str
) -> bytes:
    change = revision.change
    name = quote(change.id, safe="")
    links = Links(
        change=f"{base_url}/v1/changes/{name}",
        history=f"{base_url}/v1/changes/{name}/history",
        page=f"{base_url}/changes/{name}",
    )
    told = Told(
        change=change.id,
        revision=change.revision,
        position=revision.position,
        news=news,
        changed=altered,
        status=status(change, moment),
        links=links,
        record=at(change, moment),
    )
    whole = _json(Message(type=type_, timestamp=moment, data=told))
    if len(whole) < LARGEST:
        return whole
    return _json(Message(type=type_, timestamp=moment, data=replace(told, record=None)))


def _json(message: Message) -> bytes:
    return _MESSAGE.dump_json(message, by_alias=True)


def headers(webhook: Webhook, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of one attempt: signed by the secret and, while it still counts, the former one."""
    moment = now.astimezone(UTC)  # The library takes the clock of any zone for UTC's.
    signing = [webhook.secret]
    if webhook.former_secret and webhook.former_until and now < webhook.former_until:
        signing.append(webhook.former_secret)
    signatures = (Signer(secret).sign(message_id, moment, body.decode()) for secret in signing)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def new_secret() -> str:
    """A secret nobody has, of 32 random bytes."""
    return _SECRET_PREFIX + b64encode(secrets.token_bytes(32)).decode()


def is_secret(text: str) -> bool:
    """True for ``whsec_`` and the Base64 of 24 to 64 bytes.

    >>> is_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), is_secret("whsec_c2hvcnQ=")
    (True, False)
    """
    if not text.startswith(_SECRET_PREFIX):
        return False
    try:
        return len(b64decode(text.removeprefix(_SECRET_PREFIX), validate=True)) in _SECRET_BYTES
    except (binascii.Error, ValueError):
        return False


def after(
    webhook: Webhook, delivery: Delivery, attempt: Attempt, now: datetime, chance: float
) -> tuple[Webhook, Delivery | None]:
    """What becomes of endpoint and message after an attempt; no message where it was taken.

    ``chance``, from 0 to 1, spreads what failed together, so that it is not tried again together.
    """
    if attempt.error is None:
        well = replace(webhook, delivered=now, failing=None, failures=0, paused=None, reason=None)
        return well, None
    asked = asked_for(attempt.retry_after, now)
    failing, failures = webhook.failing or now, webhook.failures + 1
    gone = attempt.status == HTTPStatus.GONE
    worn_out = now - failing >= PATIENCE and failures > len(RETRIES)
    failed = replace(
        webhook,
        failing=failing,
        failures=failures,
        reason=attempt.error,
        paused=_paused(attempt, failures, asked, now),
        disabled=now if gone or worn_out else webhook.disabled,
    )
    attempts = delivery.attempts + 1
    if gone:
        # Its owner says that it is no more: the message waits for it to be enabled again.
        return failed, replace(delivery, attempts=attempts, due=now, error=attempt.error)
    due = None
    if attempts <= len(RETRIES):
        due = max(now + RETRIES[attempts - 1] * (1 + _JITTER * chance), asked or now)
    return failed, replace(delivery, attempts=attempts, due=due, error=attempt.error)


def _paused(attempt: Attempt, failures: int, asked: datetime | None, now: datetime) -> datetime | None:
    """Until when the whole endpoint is left alone: where it is in trouble, and not one message of it."""
    if attempt.status is not None and attempt.status not in _STRAINED:
        return None
    # Doubled ten times it is beyond the longest already.
    pause = min(_FIRST_PAUSE * (1 << min(failures - 1, 10)), _LONGEST_PAUSE)
    return max(now + pause, asked or now)


def asked_for(retry_after: str | None, now: datetime) -> datetime | None:
    """The instant that a Retry-After names (RFC 9110 §10.2.3), a day ahead at most; None where it names none."""
    if not retry_after:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        seconds = min(int(text[:9]), int(_LONGEST_RETRY_AFTER.total_seconds()))
        return now + timedelta(seconds=seconds)
    try:
        moment: datetime = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware if aware < now + _LONGEST_RETRY_AFTER else now + _LONGEST_RETRY_AFTER
