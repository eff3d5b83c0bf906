"""The store: every notice and every revision ever published, on SQLite or PostgreSQL (docs/adr/0004-storage.md).

Notices, revisions and the reports that join them are only ever added to. The surprising thing: adding a notice a
second time is no error and changes nothing, so whoever is unsure whether it was added adds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice

from sqlalchemy import Connection, Select, and_, func, insert, select

from service.along import Along
from service.bookkeeping import Answer, Fetched, Key, Poll
from service.database import Database, open_database
from service.deliveries import Deliveries
from service.finding import Standing, found, one_of
from service.finding import listed as listed_of
from service.gazetteer import Gazetteer
from service.journal import Journal
from service.kept import Kept
from service.ledger import revisions
from service.milestones import Milestones
from service.query import PUBLISHED, Cursor, Page, Query, about, folded, latest, snapshot
from service.records import NOTICE, Change, Notice, Revision, in_force
from service.reviews import Reviews
from service.rows import KNOWN, STORED, Found, newer_than, notice_row, revision_of
from service.schema import NOTICES, RECORDS, REPORTS, REVISIONS
from service.stations import PLACE, StationEntry, entry, happened_at, listed
from service.subscriptions import Subscriptions
from service.whereabouts import Box, Whereabouts
from service.written import Documents, Writing, holds

__all__ = [
    "Added",
    "Answer",
    "Box",
    "Cursor",
    "Documents",
    "Edition",
    "Fetched",
    "Key",
    "Page",
    "Poll",
    "Query",
    "StationEntry",
    "Store",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A notice that was added, or (``new`` false) had been before, and the revision of each change it reported then.

    Those ``held`` wait for a person and are not published.
    """

    notice_id: str
    new: bool
    revisions: tuple[Revision, ...]
    held: tuple[Revision, ...] = ()


_REVISIONS_KNOWN = 4000
"""As many as are kept in memory: some 10 kB each."""

_ENTRIES_KNOWN = 20_000
"""Stations kept in memory, by the newest revision about each: some 300 bytes each."""

Edition = tuple[int, int]
"""The newest position and the newest milestone: another one with everything that a feed can have."""


class Store(Reviews, Milestones, Deliveries, Subscriptions, Along, Journal):
    """One database of records; safe for several threads and processes at once."""

    def __init__(self, database: Database, *, hold: bool = False) -> None:
        """Keep records in ``database``; ``hold`` keeps back what is in doubt until a person approves it."""
        super().__init__(database, hold=hold)
        # A revision never changes, and reading its JSON costs five times what finding it does.
        self._known: Kept[Revision] = Kept(_REVISIONS_KNOWN, lambda _: 1)
        self._writing = Writing()
        self._entries: Kept[StationEntry] = Kept(_ENTRIES_KNOWN, lambda _: 1)

    @classmethod
    def open(cls, url: str, *, hold: bool = False) -> Store:
        """Open the database at ``url``, creating or migrating its tables; ``hold`` keeps back what is in doubt.

        Raises:
            StoreError: it cannot be opened, is no database or is newer than this program.
        """
        return cls(open_database(url), hold=hold)

    def close(self) -> None:
        """Give the database back."""
        self._database.close()

    def ready(self) -> None:
        """Return if the database answers.

        Raises:
            StoreError: it does not.
        """
        with self._database.reading() as connection:
            connection.execute(select(NOTICES.c.id).limit(1))

    def locate(self, gazetteer: Gazetteer) -> None:
        """From now on know of every revision where it is, as far as ``gazetteer`` does."""
        self._where = Whereabouts(gazetteer)
        with self._database.reading() as connection:
            stale = self._where.stale(connection)
        if stale:
            with self._database.writing() as connection:
                self._where.renew(connection)

    @property
    def stamp(self) -> Callable[[], Hashable]:
        """Gives another stamp than before if anything was written since (:meth:`service.database.Database.stamp`)."""
        return self._database.stamp

    def add(self, notice: Notice, changes: Sequence[Change], now: datetime) -> Added:
        """Keep ``notice`` and what its ``changes`` make of those known, all or nothing; once only."""
        with self._database.reading() as connection:
            if _has(connection, notice.id):
                return _added_before(connection, notice.id)
        with self._database.writing() as connection:
            if _has(connection, notice.id):  # meanwhile, by another process
                return _added_before(connection, notice.id)
            connection.execute(insert(NOTICES).values(**notice_row(notice, now)))
            return _added(notice.id, self._read_in(connection, notice.id, changes, now), new=True)

    def changes(self, query: Query, now: datetime) -> Page:
        """The newest revision of each change that ``query`` asks for, the newest first."""
        with self._database.reading() as connection:
            cursor = query.after or _first_cursor(connection, query.known_at)
            read = (
                revision
                for rows in found(connection, query, now, cursor.snapshot, cursor.position)
                for revision in self._at(connection, [each.position for each in rows], query.limit + 1)
            )
            wanted = (each for each in read if query.at is None or in_force(each.change, query.at))
            fitting = tuple(islice(wanted, query.limit + 1))
        shown = fitting[: query.limit]
        return Page(shown, Cursor(cursor.snapshot, shown[-1].position) if len(fitting) > query.limit else None)

    def documents(self, query: Query, now: datetime) -> Documents:
        """The same as JSON, each with its status at ``now``: what is not read need not be written again."""
        with self._database.reading() as connection:
            cursor = query.after or _first_cursor(connection, query.known_at)
            read = (
                (position, self._writing.with_status(position, record, status))
                for rows in found(connection, query, now, cursor.snapshot, cursor.position)
                for position, status, record in _recorded(connection, rows, query.limit + 1)
                if query.at is None or holds(record, query.at)
            )
            fitting = tuple(islice(read, query.limit + 1))
        shown = fitting[: query.limit]
        following = Cursor(cursor.snapshot, shown[-1][0]) if len(fitting) > query.limit else None
        return Documents(tuple(document for _, document in shown), following)

    def latest(self, change_id: str, known_at: datetime | None = None) -> Revision | None:
        """The newest published revision of a change, or the newest that was known at an instant; None without any."""
        history = self.history(change_id, known_at)
        return history[-1] if history else None

    def history(self, change_id: str, known_at: datetime | None = None) -> tuple[Revision, ...]:
        """Every published revision of a change that is known, or was at an instant, the first first."""
        of_it = STORED.where(REVISIONS.c.change_id == change_id, *about(Query(known_at=known_at)))
        return self._read(of_it.order_by(REVISIONS.c.sequence))

    def log(self, after: int, limit: int, query: Query | None = None) -> tuple[Revision, ...]:
        """Every revision after position ``after``, in the order they were made, superseded ones too.

        Of ``query`` counts what does not depend on the clock: not ``status``, ``at`` and ``recent``.
        """
        conditions = about(query) if query else []
        return self._read(STORED.where(newer_than(after), *conditions).order_by(REVISIONS.c.position).limit(limit))

    def newest(self, query: Query) -> tuple[Revision, ...]:
        """The newest revisions, superseded ones too, the newest first; ``query`` counts as in :meth:`log`."""
        matching = STORED.where(*about(query))
        return self._read(matching.order_by(REVISIONS.c.position.desc()).limit(query.limit))

    def position(self) -> int:
        """The newest position, which grows with every revision; 0 while there is none."""
        with self._database.reading() as connection:
            return snapshot(connection)

    def edition(self) -> Edition:
        """The edition of now: read before what it is kept with, so that what is added meanwhile makes that old."""
        return self.position(), self.last_milestone()

    def notice(self, notice_id: str) -> Notice | None:
        """The notice as it was worded, or None."""
        with self._database.reading() as connection:
            record = connection.scalar(select(NOTICES.c.record).where(NOTICES.c.id == notice_id))
        return NOTICE.validate_json(record) if record is not None else None

    def of_notice(self, notice_id: str) -> tuple[Revision, ...]:
        """The newest revision of each change that the notice reported."""
        with self._database.reading() as connection:
            return _reported(connection, notice_id)

    def witnesses(self, change_id: str) -> tuple[Notice, ...]:
        """Every notice that reported the change, in the order they were added."""
        found = (
            select(NOTICES.c.record)
            .join(REPORTS, REPORTS.c.notice_id == NOTICES.c.id)
            .where(REPORTS.c.change_id == change_id)
            .order_by(NOTICES.c.added, REPORTS.c.position, NOTICES.c.id)
        )
        with self._database.reading() as connection:
            return tuple(NOTICE.validate_json(record) for record in connection.scalars(found))

    def stations(self, query: Query) -> tuple[StationEntry, ...]:
        """All stations of the changes that ``query`` asks for (its clock and its page aside), by road and name.

        ``q`` looks through their names only. A station without a road is left out where one of that name has a road.
        """
        newest = (
            select(func.max(REVISIONS.c.position))
            .where(PUBLISHED, REVISIONS.c.station_id.is_not(None), *about(replace(query, q=None)))
            .group_by(REVISIONS.c.station_id)
        )
        with self._database.reading() as connection:
            entries = listed(self._entries_at(connection, connection.scalars(newest).all()))
        return tuple(each for each in entries if query.q is None or folded(query.q) in folded(each.name))

    def _entries_at(self, connection: Connection, positions: Sequence[int]) -> Iterator[StationEntry]:
        """The stations that the revisions at ``positions`` are about."""
        known = {position: self._entries.find(position) for position in positions}
        missing = [position for position, each in known.items() if each is None]
        if missing:
            for row in connection.execute(_records(connection.dialect.name), listed_of(connection, missing)):
                known[row.position] = read = entry(PLACE.validate_json(row.record))
                if read is not None:
                    self._entries.keep(row.position, read)
        return (each for each in known.values() if each is not None)

    def road_keys(self) -> tuple[str, ...]:
        """The short name of every road that changes are about, or its number where no change says its name."""
        both = select(REVISIONS.c.road, REVISIONS.c.road_number).where(PUBLISHED).distinct()
        with self._database.reading() as connection:
            pairs = connection.execute(both).all()
        named = {number for name, number in pairs if name}
        return tuple(sorted({name or number for name, number in pairs if name or (number and number not in named)}))

    def station(self, station_id: str) -> StationEntry | None:
        """The station of that id, or None."""
        of_it = STORED.where(REVISIONS.c.station_id == station_id)
        newest = self._read(of_it.order_by(REVISIONS.c.position.desc()).limit(1))
        return entry(newest[0].change) if newest else None

    def timeline(self, station_id: str, known_at: datetime | None = None) -> tuple[Revision, ...]:
        """The newest revision of each change at a station, by start; those without a start first.

        With ``known_at`` as they were known at that instant.
        """
        station = self.station(station_id)
        if station is None:
            return ()
        with self._database.reading() as connection:
            known = latest(snapshot(connection, known_at))
            found = revisions(connection, STORED.where(known, happened_at(station)))
        return tuple(sorted(found, key=_by_start))

    def updated(self, query: Query) -> datetime | None:
        """When the newest of the revisions that ``query`` asks for was recorded; its clock does not count."""
        newest = (
            select(REVISIONS.c.recorded).where(PUBLISHED, *about(query)).order_by(REVISIONS.c.position.desc()).limit(1)
        )
        with self._database.reading() as connection:
            return connection.scalar(newest)

    def turned(self, query: Query, moment: datetime) -> datetime | None:
        """When one of the changes that ``query`` asks for last began or ended, until ``moment``; its clock aside.

        Between that instant and ``moment`` no status is another. A revision that another one followed counts, too.
        """
        edges = (REVISIONS.c.start, REVISIONS.c.end)
        last = (select(func.max(edge)).where(PUBLISHED, edge <= moment, *about(query)) for edge in edges)
        with self._database.reading() as connection:
            return max(filter(None, map(connection.scalar, last)), default=None)

    def counts(self) -> dict[str, int]:
        """How many notices, changes and revisions there are, and the newest position."""
        changes = select(func.count()).select_from(REVISIONS).where(REVISIONS.c.sequence == 0)
        with self._database.reading() as connection:
            return {
                "notices": connection.execute(select(func.count()).select_from(NOTICES)).scalar_one(),
                "changes": connection.execute(changes).scalar_one(),
                "revisions": connection.execute(select(func.count()).select_from(REVISIONS)).scalar_one(),
                "position": snapshot(connection),
            }

    def _read(self, found: Select[int, datetime, str, str | None, bool]) -> tuple[Revision, ...]:
        with self._database.reading() as connection:
            return tuple(map(self._revision, connection.execute(found)))

    def _at(self, connection: Connection, positions: Sequence[int], at_once: int) -> Iterator[Revision]:
        """The revisions at ``positions``, those not known being read some at a time as they are needed."""
        for first in range(0, len(positions), at_once):
            some = positions[first : first + at_once]
            known = {position: self._known.find(position) for position in some}
            missing = [position for position, revision in known.items() if revision is None]
            if missing:
                wanted = KNOWN.where(one_of(REVISIONS.c.position, connection.dialect.name))
                rows = connection.execute(wanted, listed_of(connection, missing))
                known.update((row.position, self._revision(row)) for row in rows)
            yield from (revision for revision in map(known.get, some) if revision is not None)

    def _revision(self, row: Found) -> Revision:
        return self._known.get(row.position, lambda: revision_of(row))


def _by_start(revision: Revision) -> tuple[datetime, int]:
    return revision.change.validity.start or datetime.min.replace(tzinfo=UTC), revision.position


def _first_cursor(connection: Connection, known_at: datetime | None) -> Cursor:
    last = snapshot(connection, known_at)
    return Cursor(last, last + 1)


@cache
def _records(dialect: str) -> Select[int, str]:
    return select(RECORDS.c.position, RECORDS.c.record).where(one_of(RECORDS.c.position, dialect))


def _recorded(connection: Connection, rows: Sequence[Standing], at_once: int) -> Iterator[tuple[int, str, str]]:
    """Position, status and record of ``rows``, read some at a time as they are needed."""
    for first in range(0, len(rows), at_once):
        some = rows[first : first + at_once]
        wanted = listed_of(connection, [position for position, _ in some])
        records = dict(connection.execute(_records(connection.dialect.name), wanted).all())
        yield from ((position, status, records[position]) for position, status in some)


def _has(connection: Connection, notice_id: str) -> bool:
    return connection.scalar(select(NOTICES.c.id).where(NOTICES.c.id == notice_id)) is not None


def _added_before(connection: Connection, notice_id: str) -> Added:
    joined = KNOWN.join(REPORTS, REPORTS.c.position == REVISIONS.c.position)
    reported = joined.where(REPORTS.c.notice_id == notice_id).order_by(REVISIONS.c.position)
    return _added(notice_id, revisions(connection, reported), new=False)


def _added(notice_id: str, reported: Sequence[Revision], *, new: bool) -> Added:
    return Added(
        notice_id=notice_id,
        new=new,
        revisions=tuple(each for each in reported if not each.held),
        held=tuple(each for each in reported if each.held),
    )


def _reported(connection: Connection, notice_id: str) -> tuple[Revision, ...]:
    newest = and_(REPORTS.c.change_id == REVISIONS.c.change_id, latest(snapshot(connection)))
    found = STORED.join(REPORTS, newest).where(REPORTS.c.notice_id == notice_id)
    return revisions(connection, found.order_by(REVISIONS.c.position))
