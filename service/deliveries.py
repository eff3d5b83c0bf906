"""The tables of webhooks and of what is still to be sent to them; part of the store.

What was sent is deleted, so that a delivery is work to do or a dead letter. The surprising thing: how far a webhook has
been told is moved in the transaction that adds its deliveries, so that nothing is skipped or added twice, whoever dies
when. A disabled webhook stays where it is and goes on from there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
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
    or_,
    select,
    update,
)

from service.bookkeeping import Bookkeeping
from service.news import Event
from service.query import PUBLISHED, Query, about
from service.schema import REVISIONS, TABLES, Moment
from service.webhooks import Delivery, Webhook

DEAD_KEPT = timedelta(days=30)
"""How long a dead letter can be replayed, from when its message was made."""

_POSITION = BigInteger().with_variant(Integer(), "sqlite")
_AT_ONCE = 500

WEBHOOKS = Table(
    "webhooks",
    TABLES,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("filter", Text, nullable=False),
    Column("types", Text, nullable=False),
    Column("description", Text),
    Column("secret", Text, nullable=False),
    Column("former_secret", Text),
    Column("former_until", Moment),
    Column("created", Moment, nullable=False),
    Column("position", _POSITION, nullable=False),
    Column("milestone", _POSITION, nullable=False),
    Column("delivered", Moment),
    Column("failing", Moment),
    Column("failures", Integer, nullable=False),
    Column("paused", Moment),
    Column("disabled", Moment),
    Column("reason", Text),
    Index("webhooks_by_owner", "owner", "created"),
)

DELIVERIES = Table(
    "deliveries",
    TABLES,
    Column("number", _POSITION, primary_key=True, autoincrement=True),
    Column("webhook_id", Text, ForeignKey("webhooks.id"), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("change_id", Text),
    Column("position", _POSITION),
    Column("milestone", _POSITION),
    Column("made", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Moment),
    Column("error", Text),
    UniqueConstraint("webhook_id", "message_id", name="deliveries_of_message"),
    Index("deliveries_by_due", "webhook_id", "due"),
    Index("deliveries_by_change", "webhook_id", "change_id", "number"),
)

_HOOK, _OF = WEBHOOKS.c, DELIVERIES.c
_STATE = ("delivered", "failing", "failures", "paused", "reason")
"""What an attempt alters of a webhook; the rest is its owner's, who may alter it meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A webhook told further: from where to where, and the deliveries that this makes."""

    webhook: Webhook
    position: int
    milestone: int
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How many messages wait to be sent, and how many are dead letters."""

    waiting: int
    dead: int


class Deliveries(Bookkeeping):
    """Webhooks and deliveries; :class:`service.store.Store` has the rest."""

    def add_webhook(self, webhook: Webhook, limit: int) -> bool:
        """Keep a new webhook; False if its owner has ``limit`` already."""
        with self._database.writing() as connection:
            of_owner = select(func.count()).select_from(WEBHOOKS).where(_HOOK.owner == webhook.owner)
            if connection.execute(of_owner).scalar_one() >= limit:
                return False
            connection.execute(insert(WEBHOOKS).values(_row(webhook)))
            return True

    def webhook(self, webhook_id: str) -> Webhook | None:
        """The webhook of that id, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(WEBHOOKS).where(_HOOK.id == webhook_id)).one_or_none()
        return _webhook(row) if row else None

    def webhooks(self, owner: str | None = None) -> tuple[Webhook, ...]:
        """All webhooks, or those of one owner, oldest first."""
        wanted = select(WEBHOOKS).order_by(_HOOK.created, _HOOK.id)
        if owner is not None:
            wanted = wanted.where(_HOOK.owner == owner)
        with self._database.reading() as connection:
            return tuple(map(_webhook, connection.execute(wanted)))

    def delete_webhook(self, webhook_id: str) -> bool:
        """Forget a webhook and all that was to be sent to it; False if there is none."""
        with self._database.writing() as connection:
            connection.execute(delete(DELIVERIES).where(_OF.webhook_id == webhook_id))
            return connection.execute(delete(WEBHOOKS).where(_HOOK.id == webhook_id)).rowcount > 0

    def rotate_secret(self, webhook_id: str, secret: str, until: datetime) -> bool:
        """Sign by ``secret``, and by the present one too until ``until``; False if there is no such webhook."""
        changed = update(WEBHOOKS).where(_HOOK.id == webhook_id)
        values = {"former_secret": _HOOK.secret, "former_until": until, "secret": secret}
        with self._database.writing() as connection:
            return connection.execute(changed.values(values)).rowcount > 0

    def disable_webhook(self, webhook_id: str, now: datetime, reason: str) -> bool:
        """Call a webhook no more; False if there is none."""
        with self._database.writing() as connection:
            changed = update(WEBHOOKS).where(_HOOK.id == webhook_id)
            return connection.execute(changed.values(disabled=now, reason=reason)).rowcount > 0

    def enable_webhook(self, webhook_id: str) -> bool:
        """Call a webhook again, from where it was left; False if there is none."""
        values = {"disabled": None, "failing": None, "failures": 0, "paused": None, "reason": None}
        with self._database.writing() as connection:
            changed = update(WEBHOOKS).where(_HOOK.id == webhook_id)
            return connection.execute(changed.values(values)).rowcount > 0

    def behind(self, position: int, milestone: int) -> tuple[Webhook, ...]:
        """The enabled webhooks that have not been told up to there."""
        old = or_(_HOOK.position < position, _HOOK.milestone < milestone)
        with self._database.reading() as connection:
            return tuple(map(_webhook, connection.execute(select(WEBHOOKS).where(_HOOK.disabled.is_(None), old))))

    def matched(self, query: Query, change_ids: Collection[str]) -> dict[str, int]:
        """Of those changes the ones that ``query`` asks for, its clock aside, and from which position on.

        A change that matched once stays matched: who was told of it must learn that it moved elsewhere.
        """
        found: dict[str, int] = {}
        wanted = sorted(change_ids)
        with self._database.reading() as connection:
            for first in range(0, len(wanted), _AT_ONCE):
                rows = connection.execute(
                    select(REVISIONS.c.change_id, func.min(REVISIONS.c.position).label("since"))
                    .where(REVISIONS.c.change_id.in_(wanted[first : first + _AT_ONCE]), PUBLISHED, *about(query))
                    .group_by(REVISIONS.c.change_id)
                )
                found |= {row.change_id: row.since for row in rows}
        return found

    def advance(self, steps: Sequence[Step]) -> None:
        """Keep what is to be sent and how far that goes; what another process did meanwhile is left as it is."""
        with self._database.writing() as connection:
            rows: list[dict[str, Any]] = []
            for step in steps:
                hook = step.webhook
                where = (_HOOK.id == hook.id, _HOOK.position == hook.position, _HOOK.milestone == hook.milestone)
                told = {"position": step.position, "milestone": step.milestone}
                if connection.execute(update(WEBHOOKS).where(*where, _HOOK.disabled.is_(None)).values(told)).rowcount:
                    rows += [_delivery_row(each) for each in step.deliveries]
            if rows:
                connection.execute(insert(DELIVERIES), rows)

    def add_delivery(self, delivery: Delivery) -> None:
        """Add one to those that are to be sent."""
        with self._database.writing() as connection:
            connection.execute(insert(DELIVERIES).values(_delivery_row(delivery)))

    def ready_webhooks(self, now: datetime) -> tuple[str, ...]:
        """The ids of the webhooks that something can be sent to now; those that do well first."""
        open_ = and_(_HOOK.disabled.is_(None), or_(_HOOK.paused.is_(None), _HOOK.paused <= now))
        due = select(_OF.webhook_id).where(_sendable(now)).distinct()
        wanted = select(_HOOK.id).where(open_, _HOOK.id.in_(due)).order_by(_HOOK.failures, _HOOK.id)
        with self._database.reading() as connection:
            return tuple(connection.scalars(wanted))

    def next_delivery(self, webhook_id: str, now: datetime) -> tuple[Webhook, Delivery] | None:
        """What is to be sent to a webhook now, if anything: the oldest message whose turn it is."""
        open_ = and_(_HOOK.disabled.is_(None), or_(_HOOK.paused.is_(None), _HOOK.paused <= now))
        with self._database.reading() as connection:
            hook = connection.execute(select(WEBHOOKS).where(_HOOK.id == webhook_id, open_)).one_or_none()
            of_it = select(DELIVERIES).where(_OF.webhook_id == webhook_id, _sendable(now))
            row = connection.execute(of_it.order_by(_OF.number).limit(1)).one_or_none()
        return (_webhook(hook), _delivery(row)) if hook and row else None

    def record_attempt(self, number: int, webhook: Webhook, delivery: Delivery | None) -> None:
        """Keep what became of webhook and delivery ``number`` in an attempt; None where it was taken."""
        with self._database.writing() as connection:
            state = {name: getattr(webhook, name) for name in (*_STATE, *(("disabled",) if webhook.disabled else ()))}
            connection.execute(update(WEBHOOKS).where(_HOOK.id == webhook.id).values(state))
            if delivery is None:
                connection.execute(delete(DELIVERIES).where(_OF.number == number))
                return
            values = {"attempts": delivery.attempts, "due": delivery.due, "error": delivery.error}
            connection.execute(update(DELIVERIES).where(_OF.number == number).values(values))

    def deliveries(self, webhook_id: str, *, dead: bool | None, after: int, limit: int) -> tuple[Delivery, ...]:
        """What is to be sent to a webhook (``dead`` false), what is not any more (true), or both; the oldest first."""
        wanted = select(DELIVERIES).where(_OF.webhook_id == webhook_id, _OF.number > after)
        if dead is not None:
            wanted = wanted.where(_OF.due.is_(None) if dead else _OF.due.is_not(None))
        with self._database.reading() as connection:
            return tuple(map(_delivery, connection.execute(wanted.order_by(_OF.number).limit(limit))))

    def backlog(self, webhook_id: str) -> Backlog:
        """How much there is to be sent to a webhook."""
        counts = select(func.count(_OF.due), func.count()).where(_OF.webhook_id == webhook_id)
        with self._database.reading() as connection:
            waiting, all_ = connection.execute(counts.select_from(DELIVERIES)).one()
        return Backlog(waiting=waiting, dead=all_ - waiting)

    def replay(self, webhook_id: str, now: datetime, message_ids: Iterable[str] | None = None) -> int:
        """Send dead letters again, all or those named, as if for the first time; how many there were."""
        dead = update(DELIVERIES).where(_OF.webhook_id == webhook_id, _OF.due.is_(None))
        if message_ids is not None:
            dead = dead.where(_OF.message_id.in_(list(message_ids)))
        with self._database.writing() as connection:
            return connection.execute(dead.values(attempts=0, due=now)).rowcount

    def drop_dead(self, now: datetime) -> int:
        """Forget the dead letters whose time is over; how many there were."""
        old = and_(_OF.due.is_(None), _OF.made < now - DEAD_KEPT)
        with self._database.reading() as connection:
            if connection.scalar(select(_OF.number).where(old).limit(1)) is None:
                return 0
        with self._database.writing() as connection:
            return connection.execute(delete(DELIVERIES).where(old)).rowcount


def _sendable(now: datetime) -> ColumnElement[bool]:
    """The condition that a message is due, and that none before it of the same change is still to be sent."""
    earlier = DELIVERIES.alias("earlier")
    same = and_(earlier.c.webhook_id == _OF.webhook_id, earlier.c.change_id == _OF.change_id)
    waits = select(earlier.c.number).where(same, earlier.c.number < _OF.number, earlier.c.due.is_not(None))
    return and_(_OF.due <= now, ~waits.exists())


def _row(webhook: Webhook) -> dict[str, Any]:
    values = {field.name: getattr(webhook, field.name) for field in fields(Webhook)}
    return {**values, "types": ",".join(webhook.types)}


def _webhook(row: Row[Any]) -> Webhook:
    values = dict(row._mapping)
    types = tuple(Event(word) for word in values.pop("types").split(",") if word)
    return Webhook(**values, types=types)


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    return {field.name: getattr(delivery, field.name) for field in fields(Delivery) if field.name != "number"}


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**dict(row._mapping))
