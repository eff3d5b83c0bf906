"""The log: every revision, and the days on which changes begin and end, told once each on that day; part of the store.

Told at six in the morning: late enough to wake nobody whose reader rings, early enough for the way to work. What was
announced or altered since that hour has told itself, and a change that is cancelled, or held back, has no such days.
The surprising thing: milestones are kept, not worked out when a feed is read. A log must never change behind what it
has said, whatever becomes of the change, and its archives count on that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, Select, and_, false, func, insert, literal, or_, select, union_all

from service.bookkeeping import Bookkeeping
from service.feed import Origin
from service.ledger import revisions as revisions_of
from service.prose.span import span
from service.query import HELD, PUBLISHED, Query, about, latest, left_out, snapshot
from service.records import CHANGE, CHINA, NOTICE, Action, Change, Edge, Milestone, Notice, Revision, day_start
from service.rows import STORED, Found, revision_of
from service.schema import MILESTONES, NOTICES, RECORDS, REVISIONS

HOUR = 6
"""The hour in China at which the milestones of a day are told."""

CATCH_UP = timedelta(days=7)
"""How far back days are told of that passed while nobody was there to tell them: older news is none."""

_DAY = timedelta(days=1)
_AT_ONCE = 500

T = TypeVar("T")


def edges(change: Change, day: date) -> tuple[Edge, ...]:
    """What to tell of ``change`` on ``day``; of a change of one day only its begin.

    Days are those a person would name: the night from the 8th to the 9th is of the 8th, 24:00 of the day before.
    """
    validity = change.validity
    contradictory = validity.start is not None and validity.end is not None and validity.end <= validity.start
    if change.action is Action.CANCEL or contradictory:
        return ()
    first, last = (point.day if point else None for point in span(validity))
    if first == day:
        return (Edge.BEGIN,)
    return (Edge.END,) if last == day else ()


class Milestones(Bookkeeping):
    """The table of milestones, the log in which they stand among the revisions, and what stands behind its entries."""

    def reach(self, now: datetime) -> tuple[Milestone, ...]:
        """Tell of today, if it is late enough, and of the days since the last milestone; once however often asked."""
        local = now.astimezone(CHINA)
        today = local.date() if local.hour >= HOUR else local.date() - _DAY
        with self._database.writing() as connection:
            told = connection.scalar(select(func.max(MILESTONES.c.day)))
            first = max(told, today - CATCH_UP) if told else today
            days = [first + _DAY * number for number in range((today - first).days + 1)]
            return tuple(each for day in days for each in _tell(connection, day, now))

    def chronicle(self, query: Query, *, offset: int | None = None) -> tuple[Revision | Milestone, ...]:
        """Every revision and milestone that ``query`` asks for (its clock and its page aside), in the order recorded.

        The newest ``query.limit``, or those from ``offset`` on; counted from 0, what stands at an offset never changes.
        """
        listed = _chronicle(query).subquery()
        ascending = (listed.c.at, listed.c.number)
        if offset is None:
            found = select(listed).order_by(*(column.desc() for column in ascending)).limit(query.limit)
        else:
            found = select(listed).order_by(*ascending).offset(offset).limit(query.limit)
        with self._database.reading() as connection:
            wanted = sorted((row.at, row.number) for row in connection.execute(found))
            told = {
                each.number: each
                for each in self._milestones_of(connection, [number for _, number in wanted if number])
            }
            positions = [at for at, number in wanted if not number]
            known = {each.position: each for each in self._revisions_at(connection, positions)}
        return tuple(told[number] if number else known[at] for at, number in wanted)

    def length(self, query: Query) -> int:
        """How many revisions and milestones :meth:`chronicle` has."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(_chronicle(query).subquery())) or 0

    def before(self, revisions: Sequence[Revision]) -> dict[int, Change]:
        """The change as it was published before each of ``revisions``, by their positions; first ones have none."""
        later, earlier = REVISIONS.alias("later"), REVISIONS.alias("earlier")
        same = and_(earlier.c.change_id == later.c.change_id, earlier.c.sequence < later.c.sequence)
        pairs = (
            select(later.c.position.label("of"), func.max(earlier.c.position).label("before"))
            .select_from(later.join(earlier, and_(same, earlier.c.position.not_in(HELD))))
            .group_by(later.c.position)
        )
        wanted = [revision.position for revision in revisions if revision.change.revision > 0]
        found: dict[int, Change] = {}
        with self._database.reading() as connection:
            for some in _some(wanted):
                paired = pairs.where(later.c.position.in_(some)).subquery()
                records = select(paired.c.of, RECORDS.c.record).join(RECORDS, RECORDS.c.position == paired.c.before)
                found |= {row.of: CHANGE.validate_json(row.record) for row in connection.execute(records)}
        return found

    def origins(self, revisions: Sequence[Revision]) -> dict[str, Origin]:
        """How the changes of ``revisions`` were first published, by their ids; of first revisions, none."""
        columns = (REVISIONS.c.change_id, REVISIONS.c.notice_id, REVISIONS.c.recorded)
        found: dict[str, Origin] = {}
        with self._database.reading() as connection:
            for some in _some([revision.change.id for revision in revisions if revision.change.revision > 0]):
                told = select(*columns).where(PUBLISHED, REVISIONS.c.change_id.in_(some)).order_by(REVISIONS.c.position)
                for row in connection.execute(told):
                    found.setdefault(row.change_id, Origin(notice=row.notice_id, recorded=row.recorded))
        return found

    def earlier(self, revisions: Sequence[Revision]) -> dict[str, tuple[Revision, ...]]:
        """What was published of each change before its revision of ``revisions``, by its id, the first first."""
        later = {revision.change.id: revision for revision in revisions if revision.change.revision > 0}
        found: dict[str, tuple[Revision, ...]] = {}
        with self._database.reading() as connection:
            for some in _some(sorted(later)):
                told = STORED.where(PUBLISHED, REVISIONS.c.change_id.in_(some)).order_by(REVISIONS.c.sequence)
                for each in revisions_of(connection, told):
                    if each.change.revision < later[each.change.id].change.revision:
                        found[each.change.id] = (*found.get(each.change.id, ()), each)
        return found

    def wordings(self, notice_ids: Collection[str]) -> dict[str, Notice]:
        """The notices of those ids, as they were worded."""
        with self._database.reading() as connection:
            records = (
                record
                for some in _some(sorted(notice_ids))
                for record in connection.scalars(select(NOTICES.c.record).where(NOTICES.c.id.in_(some)))
            )
            return {notice.id: notice for notice in map(NOTICE.validate_json, records)}

    def departed(self, query: Query, since: datetime, limit: int) -> tuple[Revision, ...]:
        """What the ``recent`` of ``query`` leaves out, and did not yet at ``since``, the newest first."""
        gone = left_out(since, query.recent) if query.recent else false()
        with self._database.reading() as connection:
            known = latest(snapshot(connection, query.known_at))
            found = STORED.where(known, *about(query), gone)
            return revisions_of(connection, found.order_by(REVISIONS.c.position.desc()).limit(limit))

    def milestones(self, after: int, limit: int) -> tuple[Milestone, ...]:
        """The milestones behind the one of number ``after``, in the order they were told."""
        later = select(MILESTONES.c.number).where(MILESTONES.c.number > after).order_by(MILESTONES.c.number)
        with self._database.reading() as connection:
            numbers = connection.scalars(later.limit(limit)).all()
            told = {each.number: each for each in self._milestones_of(connection, numbers)}
        return tuple(told[number] for number in numbers)

    def last_milestone(self) -> int:
        """The number of the newest milestone, which grows with every one; 0 while there is none."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.max(MILESTONES.c.number))) or 0

    def _revision(self, row: Found) -> Revision:
        """The revision of a row; the store remembers those that it has read."""
        return revision_of(row)

    def _revisions_at(self, connection: Connection, positions: Sequence[int]) -> Iterator[Revision]:
        for some in _some(positions):
            yield from map(self._revision, connection.execute(STORED.where(REVISIONS.c.position.in_(some))))

    def _milestones_of(self, connection: Connection, numbers: Sequence[int]) -> Iterator[Milestone]:
        for some in _some(numbers):
            rows = connection.execute(select(MILESTONES).where(MILESTONES.c.number.in_(some))).all()
            positions = sorted({row.position for row in rows})
            known = {each.position: each for each in self._revisions_at(connection, positions)}
            for row in rows:
                yield Milestone(
                    number=row.number,
                    edge=Edge(row.edge),
                    day=row.day,
                    recorded=row.recorded,
                    after=row.after,
                    revision=known[row.position],
                )


def _chronicle(query: Query) -> Select[int, int]:
    """Where each revision (number 0) and each milestone stands: a milestone behind the revision it came after."""
    conditions = about(query)
    revised = select(REVISIONS.c.position.label("at"), literal(0).label("number")).where(PUBLISHED, *conditions)
    reached = (
        select(MILESTONES.c.after, MILESTONES.c.number)
        .join(REVISIONS, REVISIONS.c.position == MILESTONES.c.position)
        .where(*conditions)
    )
    both = union_all(revised, reached).subquery()
    return select(both.c.at, both.c.number)


def _tell(connection: Connection, day: date, now: datetime) -> Iterator[Milestone]:
    hour = day_start(day) + timedelta(hours=HOUR)
    last = connection.scalar(select(func.max(REVISIONS.c.position))) or 0
    # The night of a day ends on the next one.
    around = [
        and_(bound >= day_start(day - _DAY), bound <= day_start(day + 2 * _DAY))
        for bound in (REVISIONS.c.start, REVISIONS.c.end)
    ]
    told = select(MILESTONES.c.change_id, MILESTONES.c.edge).where(MILESTONES.c.day == day)
    known = {(row.change_id, row.edge) for row in connection.execute(told)}
    candidates = STORED.where(latest(last), ~REVISIONS.c.cancelled, REVISIONS.c.recorded < hour, or_(*around))
    for revision in revisions_of(connection, candidates.order_by(REVISIONS.c.position)):
        for edge in edges(revision.change, day):
            if (revision.change.id, edge) not in known:
                yield _add(connection, revision, edge, day, now, last)


def _add(connection: Connection, revision: Revision, edge: Edge, day: date, now: datetime, last: int) -> Milestone:
    values = {"position": revision.position, "edge": edge, "day": day, "recorded": now, "after": last}
    added = insert(MILESTONES).values(change_id=revision.change.id, **values).returning(MILESTONES.c.number)
    number = connection.execute(added).scalar_one()
    return Milestone(number=number, edge=edge, day=day, recorded=now, after=last, revision=revision)


def _some(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """``keys`` in lists short enough for one statement."""
    return (keys[first : first + _AT_ONCE] for first in range(0, len(keys), _AT_ONCE))
