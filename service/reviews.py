"""What waits for a person, what people made of it, and reading again; part of the store (docs/adr/0007-review.md).

The surprising thing: whatever a person decides adds a revision and never alters one. A revision held back is followed
by one that is published, or by one that puts things as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, or_, select

from service.bookkeeping import Bookkeeping
from service.corrections import Judgement, amended, approved, rejected
from service.database import Database
from service.errors import ReviewError
from service.ledger import append, corrections, history, meant, newest, revisions
from service.merge import facts
from service.query import last_known
from service.records import Action, Change, Notice, Record, Revision
from service.reopening import probes
from service.revise import Outcome, Verdict, revise
from service.rows import KNOWN, newer_than
from service.schema import DOUBTS, NOTICES, REPORTS, REVIEWS, REVISIONS
from service.whereabouts import Whereabouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Record):
    """What a person made of the revision of that number."""

    revision: int
    judgement: Judgement
    author: str
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Record):
    """A change as reviewers see it.

    ``newest`` is how it is known, published or held back; ``published`` what subscribers see, null where that is
    nothing yet; ``waiting`` tells that a person is asked for.
    """

    newest: Revision
    published: Revision | None
    waiting: bool
    reviews: tuple[Review, ...]


CASE: TypeAdapter[Case] = TypeAdapter(Case)


@dataclass(frozen=True, slots=True)
class Altered:
    """A change before and after a notice was read again; ``before`` is None where it is a new one."""

    before: Change | None
    after: Change


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """What reading a notice again came to: the ids of the changes it ``reported`` so far and is ``read`` as now."""

    reported: frozenset[str]
    read: frozenset[str]
    altered: tuple[Altered, ...]


class Reviews(Bookkeeping):
    """The history of changes where people have a say in it; :class:`service.store.Store` has the rest."""

    def __init__(self, database: Database, *, hold: bool = False) -> None:
        """Keep records in ``database``; ``hold`` keeps back what is in doubt until a person approves it."""
        super().__init__(database)
        self._hold = hold
        self._where = Whereabouts()

    def waiting(self, limit: int, after: int = 0) -> tuple[Case, ...]:
        """The changes that wait for a person, in the order in which they came into doubt after position ``after``."""
        seen = select(REVIEWS.c.id).where(
            or_(REVIEWS.c.position == REVISIONS.c.position, REVIEWS.c.made == REVISIONS.c.position)
        )
        in_doubt = KNOWN.join(DOUBTS, DOUBTS.c.position == REVISIONS.c.position)
        unseen = in_doubt.where(newer_than(after), last_known(), ~seen.exists())
        with self._database.reading() as connection:
            found = revisions(connection, unseen.order_by(REVISIONS.c.position).limit(limit))
            return tuple(_case(connection, history(connection, each.change.id)) for each in found)

    def case(self, change_id: str) -> Case | None:
        """The change of that id as reviewers see it, or None."""
        with self._database.reading() as connection:
            known = history(connection, change_id)
            return _case(connection, known) if known else None

    def review(
        self,
        change_id: str,
        judgement: Judgement,
        *,
        author: str,
        now: datetime,
        note: str | None = None,
        values: Mapping[str, Any] | None = None,
        revision: int | None = None,
    ) -> Case:
        """Keep what ``author`` makes of a change; ``values`` are what a correction puts in, as JSON by field.

        Raises:
            ReviewError: there is no such change, or ``revision`` is not its newest.
            QueryError: a value cannot be one of that field.
        """
        with self._database.writing() as connection:
            known = history(connection, change_id)
            if not known:
                raise ReviewError(f"change: expected the id of one, found {change_id!r}")
            reviewed = known[-1]
            if revision is not None and revision != reviewed.change.revision:
                raise ReviewError(f"revision: expected the newest, {reviewed.change.revision}, found {revision}")
            after = _judged(known, judgement, values or {})
            made = None
            if reviewed.held or facts(after) != facts(reviewed.change):
                following = replace(after, id=change_id, revision=reviewed.change.revision + 1)
                held = judgement is Judgement.REJECT and reviewed.held
                made = append(connection, reviewed.change.notice.id, following, now, self._where, held=held).position
            row = {"position": reviewed.position, "made": made, "verdict": judgement.value, "note": note}
            connection.execute(insert(REVIEWS).values(change_id=change_id, author=author, at=now, **row))
            return _case(connection, history(connection, change_id))

    def notices(self, since: date | None = None) -> tuple[str, ...]:
        """The ids of all notices, or of those published from that day on, in the order in which they were added."""
        wanted = select(NOTICES.c.id).order_by(NOTICES.c.added, NOTICES.c.id)
        if since is not None:
            wanted = wanted.where(NOTICES.c.published >= since)
        with self._database.reading() as connection:
            return tuple(connection.scalars(wanted))

    def compare(self, notice: Notice, changes: Sequence[Change], proposed: Sequence[Change]) -> ReadAgain:
        """What reading ``notice`` again as ``changes`` would alter, after the revisions ``proposed``; keeps nothing."""
        with self._database.reading() as connection:
            return self._compared(connection, notice.id, changes, proposed)[0]

    def read_again(self, notice: Notice, changes: Sequence[Change], now: datetime) -> ReadAgain:
        """Keep what reading ``notice`` again as ``changes`` alters, all or nothing."""
        with self._database.writing() as connection:
            read_again, verdicts = self._compared(connection, notice.id, changes, ())
            for verdict in verdicts:
                revision = self._kept(connection, notice.id, verdict, now)
                if verdict.change.id not in read_again.reported:
                    _report(connection, notice.id, [revision])
            return read_again

    def withdraw(self, change_id: str, now: datetime) -> None:
        """Propose that a change be taken back, which no notice is read as any more; a person decides."""
        with self._database.writing() as connection:
            last = newest(connection, change_id)
            withdrawn = replace(last.change, action=Action.CANCEL, revision=last.change.revision + 1)
            append(connection, last.change.notice.id, withdrawn, now, self._where, held=True)

    def reporters(self, change_id: str) -> frozenset[str]:
        """The ids of the notices that reported the change."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(REPORTS.c.notice_id).where(REPORTS.c.change_id == change_id)))

    def _read_in(
        self, connection: Connection, notice_id: str, changes: Sequence[Change], now: datetime
    ) -> tuple[Revision, ...]:
        """Keep what a new notice says; the revision of each of its changes."""
        verdicts = _verdicts(connection, changes)
        kept = tuple(self._kept(connection, notice_id, verdict, now) for verdict in verdicts)
        _report(connection, notice_id, kept)
        return kept

    def _kept(self, connection: Connection, notice_id: str, verdict: Verdict, now: datetime) -> Revision:
        if verdict.outcome is Outcome.SAME:
            return newest(connection, verdict.change.id)
        last = newest(connection, verdict.change.id) if verdict.outcome is Outcome.ALTERED else None
        # What follows a revision that still waits rests on what nobody has approved.
        held = self._hold and (bool(verdict.change.flags) or (last is not None and _waits(last)))
        return append(connection, notice_id, verdict.change, now, self._where, held=held)

    def _compared(
        self, connection: Connection, notice_id: str, changes: Sequence[Change], proposed: Sequence[Change]
    ) -> tuple[ReadAgain, tuple[Verdict, ...]]:
        rows = connection.execute(
            select(REPORTS.c.change_id, REPORTS.c.position).where(REPORTS.c.notice_id == notice_id)
        )
        reported = {row.change_id: row.position for row in rows}
        before = {change.id: change for change in proposed}
        altered, verdicts = [], []
        for verdict in _verdicts(connection, changes, proposed):
            name = verdict.change.id
            if verdict.outcome is Outcome.ALTERED and name not in before:
                last = newest(connection, name)
                before[name] = last.change
                # A notice that was there before the last one has nothing to say against it.
                if last.change.notice.id != notice_id and last.position > reported.get(name, last.position):
                    verdict = replace(verdict, outcome=Outcome.SAME, change=last.change)
            if verdict.outcome is not Outcome.SAME:
                altered.append(Altered(before.get(name), verdict.change))
            verdicts.append(verdict)
        read = frozenset(verdict.change.id for verdict in verdicts)
        return ReadAgain(frozenset(reported), read, tuple(altered)), tuple(verdicts)


def _verdicts(
    connection: Connection, changes: Sequence[Change], proposed: Sequence[Change] = ()
) -> tuple[Verdict, ...]:
    known = meant(connection, (*changes, *probes(changes)))
    return revise(changes, (*known, *proposed), corrections(connection, {change.id for change in known}))


def _report(connection: Connection, notice_id: str, reported: Iterable[Revision]) -> None:
    rows = [{"notice_id": notice_id, "change_id": each.change.id, "position": each.position} for each in reported]
    if rows:
        connection.execute(insert(REPORTS), rows)


def _judged(known: Sequence[Revision], judgement: Judgement, values: Mapping[str, Any]) -> Change:
    reviewed, published = known[-1], _published(known)
    if judgement is Judgement.CORRECT:
        return amended(reviewed.change, values)
    if judgement is Judgement.APPROVE:
        return approved(reviewed.change)
    # What was never published needs no more than not to be; what was is put as it was.
    return published.change if reviewed.held and published else rejected(reviewed.change)


def _published(known: Sequence[Revision]) -> Revision | None:
    return next((revision for revision in reversed(known) if not revision.held), None)


def _waits(revision: Revision) -> bool:
    """True for a revision that is held back and that nobody has decided on."""
    return revision.held and revision.author is None


def _case(connection: Connection, known: Sequence[Revision]) -> Case:
    last = known[-1]
    numbers = {revision.position: revision.change.revision for revision in known}
    of_it = select(REVIEWS).where(REVIEWS.c.change_id == last.change.id).order_by(REVIEWS.c.id)
    rows = connection.execute(of_it).all()
    reviews = tuple(
        Review(
            revision=numbers[row.position],
            judgement=Judgement(row.verdict),
            author=row.author,
            at=row.at,
            note=row.note,
        )
        for row in rows
    )
    seen = {row.position for row in rows} | {row.made for row in rows}
    in_doubt = last.held or bool(last.change.flags)
    return Case(
        newest=last, published=_published(known), waiting=in_doubt and last.position not in seen, reviews=reviews
    )
