"""The tables of the WebSub hub (W3C WebSub §5 to §8): who asked, who is subscribed, what they got; part of the store.

A content is known by its SHA-256 only: what is sent is the feed as it is when it is sent. The surprising thing: there
is no list of what is to be sent. A subscription is due as long as the last content it took is not that of its topic.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from service.bookkeeping import Bookkeeping
from service.schema import TABLES, Moment

_POSITION = BigInteger().with_variant(Integer(), "sqlite")

SUBSCRIPTIONS = Table(
    "subscriptions",
    TABLES,
    Column("number", _POSITION, primary_key=True, autoincrement=True),
    Column("callback", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("secret", Text),
    Column("until", Moment, nullable=False),
    Column("told", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failing", Moment),
    Column("due", Moment, nullable=False),
    UniqueConstraint("callback", "topic", name="subscriptions_of_callback"),
    Index("subscriptions_by_topic", "topic"),
    Index("subscriptions_by_host", "host"),
)

INTENTS = Table(
    "intents",
    TABLES,
    Column("number", _POSITION, primary_key=True, autoincrement=True),
    Column("mode", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("secret", Text),
    Column("seconds", Integer, nullable=False),
    Column("asked", Moment, nullable=False),
    UniqueConstraint("callback", "topic", name="intents_of_callback"),
)

TOPICS = Table(
    "topics",
    TABLES,
    Column("topic", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("changed", Moment, nullable=False),
)

_SUB, _ASKED, _TOPIC = SUBSCRIPTIONS.c, INTENTS.c, TOPICS.c


class Mode(StrEnum):
    """What a request to the hub asks for."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A request whose sender is still to confirm it; ``host`` is that of the callback, ``seconds`` the lease."""

    number: int = 0
    mode: Mode
    callback: str
    topic: str
    host: str
    secret: str | None
    seconds: int
    asked: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who is sent a topic, ``until`` when; ``told`` is the digest of what it took last.

    ``attempts`` counts the failures with what it is to take next, due at ``due``; it fails since ``failing``.
    """

    number: int
    callback: str
    topic: str
    host: str
    secret: str | None
    until: datetime
    told: str
    attempts: int
    failing: datetime | None
    due: datetime


class Subscriptions(Bookkeeping):
    """What the hub knows; :class:`service.store.Store` has the rest."""

    def ask(self, intent: Intent, *, of_host: int, of_all: int) -> bool:
        """Keep a request, instead of an earlier one for the same; False if there are too many, of its host or of all.

        What ends a subscription that is none is done already, and what renews one never makes one more.
        """
        same = and_(_SUB.callback == intent.callback, _SUB.topic == intent.topic)
        with self._database.writing() as connection:
            known = connection.scalar(select(_SUB.number).where(same)) is not None
            if intent.mode is Mode.UNSUBSCRIBE and not known:
                connection.execute(delete(INTENTS).where(_same(intent)))
                return True
            connection.execute(delete(INTENTS).where(_same(intent)))
            if not known and not _room(connection, intent.host, of_host, of_all):
                return False
            connection.execute(insert(INTENTS).values(_row(intent)))
            return True

    def intents(self, limit: int) -> tuple[Intent, ...]:
        """The requests to be confirmed, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(INTENTS).order_by(_ASKED.number).limit(limit)).all()
        return tuple(Intent(**{**row._mapping, "mode": Mode(row.mode)}) for row in rows)

    def drop_intent(self, number: int) -> None:
        """Forget a request."""
        with self._database.writing() as connection:
            connection.execute(delete(INTENTS).where(_ASKED.number == number))

    def subscribe(self, intent: Intent, digest: str, now: datetime, until: datetime) -> None:
        """Keep a subscription that was confirmed, to content behind ``digest``, or renew it; its request is done."""
        values = {"secret": intent.secret, "until": until}
        where = and_(_SUB.callback == intent.callback, _SUB.topic == intent.topic)
        with self._database.writing() as connection:
            connection.execute(delete(INTENTS).where(_ASKED.number == intent.number))
            _note(connection, intent.topic, digest, now, keep=True)
            if connection.execute(update(SUBSCRIPTIONS).where(where).values(values)).rowcount:
                return
            new = {"callback": intent.callback, "topic": intent.topic, "host": intent.host, "told": digest}
            connection.execute(insert(SUBSCRIPTIONS).values(**new, **values, attempts=0, failing=None, due=now))

    def unsubscribe(self, callback: str, topic: str) -> None:
        """End a subscription."""
        with self._database.writing() as connection:
            connection.execute(delete(INTENTS).where(_ASKED.callback == callback, _ASKED.topic == topic))
            connection.execute(delete(SUBSCRIPTIONS).where(_SUB.callback == callback, _SUB.topic == topic))

    def subscriptions(self) -> tuple[Subscription, ...]:
        """All of them, in the order in which they were confirmed."""
        with self._database.reading() as connection:
            return tuple(map(_subscription, connection.execute(select(SUBSCRIPTIONS).order_by(_SUB.number))))

    def topics(self, now: datetime) -> dict[str, str]:
        """What somebody is subscribed to, and the digest of its content as it was last seen."""
        subscribed = select(_SUB.topic).where(_SUB.until > now)
        with self._database.reading() as connection:
            rows = connection.execute(select(_TOPIC.topic, _TOPIC.digest).where(_TOPIC.topic.in_(subscribed)))
            return {row.topic: row.digest for row in rows}

    def note_content(self, topic: str, digest: str, now: datetime) -> None:
        """From now on the content of ``topic`` is another."""
        with self._database.writing() as connection:
            _note(connection, topic, digest, now, keep=False)

    def due_hosts(self, now: datetime) -> tuple[str, ...]:
        """The hosts that something can be sent to now; those that do well first."""
        due = select(_SUB.host, func.min(_SUB.attempts).label("attempts")).where(_due(now)).group_by(_SUB.host)
        listed = due.join(TOPICS, _TOPIC.topic == _SUB.topic).subquery()
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(listed.c.host).order_by(listed.c.attempts, listed.c.host)))

    def next_subscription(self, host: str, now: datetime) -> Subscription | None:
        """The next to be sent something, of those on one host."""
        due = select(SUBSCRIPTIONS).join(TOPICS, _TOPIC.topic == _SUB.topic).where(_SUB.host == host, _due(now))
        with self._database.reading() as connection:
            row = connection.execute(due.order_by(_SUB.attempts, _SUB.due, _SUB.number).limit(1)).one_or_none()
        return _subscription(row) if row else None

    def record_sent(self, subscription: Subscription) -> None:
        """Keep what became of a subscription in an attempt; its owner may have renewed or ended it meanwhile."""
        values = {name: getattr(subscription, name) for name in ("told", "attempts", "failing", "due")}
        with self._database.writing() as connection:
            connection.execute(update(SUBSCRIPTIONS).where(_SUB.number == subscription.number).values(values))

    def expire(self, now: datetime) -> int:
        """Forget what is over; how many subscriptions that were."""
        over = _SUB.until <= now
        left = select(_SUB.topic)
        with self._database.reading() as connection:
            old = connection.scalar(select(_SUB.number).where(over).limit(1))
            idle = connection.scalar(select(_TOPIC.topic).where(_TOPIC.topic.not_in(left)).limit(1))
        if old is None and idle is None:
            return 0
        with self._database.writing() as connection:
            ended = connection.execute(delete(SUBSCRIPTIONS).where(over)).rowcount
            connection.execute(delete(TOPICS).where(_TOPIC.topic.not_in(left)))
            return ended


def _same(intent: Intent) -> Any:
    return and_(_ASKED.callback == intent.callback, _ASKED.topic == intent.topic)


def _room(connection: Connection, host: str, of_host: int, of_all: int) -> bool:
    counts = [
        connection.execute(select(func.count(), func.count().filter(table.c.host == host)).select_from(table)).one()
        for table in (SUBSCRIPTIONS, INTENTS)
    ]
    everything, at_host = (sum(column) for column in zip(*counts, strict=True))
    return bool(everything < of_all and at_host < of_host)


def _note(connection: Connection, topic: str, digest: str, now: datetime, *, keep: bool) -> None:
    known = connection.scalar(select(_TOPIC.digest).where(_TOPIC.topic == topic))
    if known is None:
        connection.execute(insert(TOPICS).values(topic=topic, digest=digest, changed=now))
    elif known != digest and not keep:
        connection.execute(update(TOPICS).where(_TOPIC.topic == topic).values(digest=digest, changed=now))


def _due(now: datetime) -> Any:
    return and_(_SUB.told != _TOPIC.digest, _SUB.due <= now, _SUB.until > now)


def _row(intent: Intent) -> dict[str, Any]:
    return {field.name: getattr(intent, field.name) for field in fields(Intent) if field.name != "number"}


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(**dict(row._mapping))
