"""What the service remembers about itself: polls, API keys, answers already given, who polls.

Unlike the records none of it is history: leases are overwritten, old polls and answers are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, delete, insert, select, update

from service.database import Database
from service.schema import ANSWERS, KEYS, LEASES, POLLS

POLLS_KEPT = 1000
"""How many polls of one source are kept: at one every five minutes, three days."""

ANSWERS_KEPT = timedelta(days=7)
"""How long an answer is given again for the same idempotency key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What the last good answer of a source said of itself, for a conditional request (RFC 9110 §13).

    ``digest`` is a hash of its body, for a source that answers without validators.
    """

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll of one source: what went wrong, or how many notices and revisions were new."""

    source: str
    at: datetime
    error: str | None = None
    notices: int = 0
    revisions: int = 0
    fetched: Fetched = Fetched()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key by name; the key itself is not kept."""

    name: str
    created: datetime
    revoked: datetime | None


class Answer(NamedTuple):
    """The answer that a request with an idempotency key got, and the SHA-256 of that request."""

    request_sha256: str
    status: int
    body: str


class Bookkeeping:
    """The tables that are no history; :class:`service.store.Store` has the others."""

    def __init__(self, database: Database) -> None:
        """Keep books in ``database``."""
        self._database = database

    def record_poll(self, poll: Poll) -> None:
        """Add ``poll``, dropping all but the newest :data:`POLLS_KEPT` of its source."""
        validators = {"etag": poll.fetched.etag, "last_modified": poll.fetched.last_modified}
        counts = {"notices": poll.notices, "revisions": poll.revisions}
        values = {"source": poll.source, "at": poll.at, "error": poll.error, "digest": poll.fetched.digest}
        too_old = (
            select(POLLS.c.id)
            .where(POLLS.c.source == poll.source)
            .order_by(POLLS.c.id.desc())
            .offset(POLLS_KEPT)
            .limit(1)
        )
        with self._database.writing() as connection:
            connection.execute(insert(POLLS).values(**values, **counts, **validators))
            connection.execute(
                delete(POLLS).where(POLLS.c.source == poll.source, POLLS.c.id <= too_old.scalar_subquery())
            )

    def polls(self, source: str, limit: int = 20) -> tuple[Poll, ...]:
        """The newest polls of ``source``, newest first."""
        return self._polls(select(POLLS).where(POLLS.c.source == source), limit)

    def fetched(self, source: str) -> Fetched | None:
        """What the last poll of ``source`` that went well was told, or None."""
        polls = self._polls(select(POLLS).where(POLLS.c.source == source, POLLS.c.error.is_(None)), 1)
        return polls[0].fetched if polls else None

    def _polls(self, found: Select[Any], limit: int) -> tuple[Poll, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(found.order_by(POLLS.c.id.desc()).limit(limit)).all()
        return tuple(
            Poll(
                source=row.source,
                at=row.at,
                error=row.error,
                notices=row.notices,
                revisions=row.revisions,
                fetched=Fetched(etag=row.etag, last_modified=row.last_modified, digest=row.digest),
            )
            for row in rows
        )

    def add_key(self, name: str, sha256: str, now: datetime) -> None:
        """Let the key with that hash in, from ``now`` on. One name may have several, while one replaces another."""
        with self._database.writing() as connection:
            connection.execute(insert(KEYS).values(sha256=sha256, name=name, created=now))

    def keys(self) -> tuple[Key, ...]:
        """Every key there ever was, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(KEYS).order_by(KEYS.c.created, KEYS.c.sha256)).all()
        return tuple(Key(name=row.name, created=row.created, revoked=row.revoked) for row in rows)

    def revoke_key(self, name: str, now: datetime) -> bool:
        """Let no key of that name in any more; False if there was none."""
        in_force = update(KEYS).where(KEYS.c.name == name, KEYS.c.revoked.is_(None))
        with self._database.writing() as connection:
            return connection.execute(in_force.values(revoked=now)).rowcount > 0

    def key_named(self, sha256: str) -> str | None:
        """The name of the key with that hash; None if it is unknown or revoked."""
        with self._database.reading() as connection:
            return connection.scalar(select(KEYS.c.name).where(KEYS.c.sha256 == sha256, KEYS.c.revoked.is_(None)))

    def has_keys(self) -> bool:
        """True once there was a key, also after the last is revoked: revoking must not open what a key had closed."""
        with self._database.reading() as connection:
            return connection.scalar(select(KEYS.c.sha256).limit(1)) is not None

    def answer(self, key_name: str, idempotency_key: str) -> Answer | None:
        """The answer that the holder of ``key_name`` got under ``idempotency_key``, or None."""
        with self._database.reading() as connection:
            return _answer(connection, key_name, idempotency_key)

    def remember(
        self, key_name: str, idempotency_key: str, request_sha256: str, status: int, body: str, now: datetime
    ) -> Answer:
        """Keep an answer and drop those older than :data:`ANSWERS_KEPT`; the one kept first stays and is returned."""
        with self._database.writing() as connection:
            connection.execute(delete(ANSWERS).where(ANSWERS.c.answered < now - ANSWERS_KEPT))
            earlier = _answer(connection, key_name, idempotency_key)
            if earlier is not None:
                return earlier
            answer = Answer(request_sha256, status, body)
            names = {"key_name": key_name, "idempotency_key": idempotency_key, "answered": now}
            connection.execute(insert(ANSWERS).values(**names, **answer._asdict()))
            return answer

    def lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or renew the lease ``name`` until ``until``; False while another holds it.

        A holder that dies stops renewing, and whoever asks first after its time has the lease.
        """
        with self._database.writing() as connection:
            held = connection.execute(select(LEASES).where(LEASES.c.name == name)).one_or_none()
            if held is None:
                connection.execute(insert(LEASES).values(name=name, holder=holder, until=until))
                return True
            if held.holder != holder and held.until > now:
                return False
            connection.execute(update(LEASES).where(LEASES.c.name == name).values(holder=holder, until=until))
            return True

    def release(self, name: str, holder: str) -> None:
        """Give up the lease ``name``, if ``holder`` has it."""
        with self._database.writing() as connection:
            connection.execute(delete(LEASES).where(LEASES.c.name == name, LEASES.c.holder == holder))


def _answer(connection: Connection, key_name: str, idempotency_key: str) -> Answer | None:
    row = connection.execute(
        select(ANSWERS.c.request_sha256, ANSWERS.c.status, ANSWERS.c.body).where(
            ANSWERS.c.key_name == key_name, ANSWERS.c.idempotency_key == idempotency_key
        )
    ).one_or_none()
    return Answer(*row) if row else None
