"""The log for programs, part of the store: every published revision, beside what subscribers saw before it.

Positions grow in the order of commits (:mod:`service.database`), so whoever reads on behind one misses nothing and
gets nothing twice, however many write. The surprising thing: nothing here depends on what was written later. An entry
of the log is the same whenever it is read, and may be kept for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Row, Select, and_, func, select

from service.bookkeeping import Bookkeeping
from service.difference import changed
from service.finding import listed, one_of
from service.news import Event, event, news
from service.prose import News
from service.query import HELD, PUBLISHED, Query, about
from service.records import CHANGE, GIST, Change, Gist
from service.rows import record_of
from service.schema import RECORDS, REPORTS, REVIEWS, REVISIONS
from service.succession import FOLLOWERS, may_be_followed, may_follow, successions

_AT_ONCE = 500
_MOST_TOLD_TOGETHER = 2000
"""Changes of one page's notices that are looked through for what takes the place of what."""
_NEWEST_FIELD = '"confidence":'
_NEWEST_WITHIN = 50
"""Of a record, and how near to its end; one that was kept before there was this field is written anew."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the log: behind the revision ``change_id``, ``sequence`` at ``position``; the beginning is 0."""

    position: int
    change_id: str
    sequence: int
    recorded: datetime | None


BEGINNING = Place(0, "", 0, None)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The positions of some entries, the place to go on from, and whether there is more behind it by now."""

    positions: tuple[int, ...]
    end: Place
    more: bool


@dataclass(frozen=True, slots=True)
class Differs:
    """A value before and after; None where there was, or is, none."""

    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A revision as the log tells it: ``record`` is the change as JSON.

    ``changed_fields`` are against what subscribers saw before, None where that was nothing. ``supersedes`` and
    ``superseded_by`` are ids of changes.
    """

    place: Place
    author: str | None
    event: Event
    news: News
    changed_fields: Mapping[str, Differs] | None
    supersedes: tuple[str, ...]
    superseded_by: tuple[str, ...]
    record: str


class Journal(Bookkeeping):
    """Reads on behind a position."""

    @property
    def stamps_tell(self) -> bool:
        """True where :attr:`stamp` stays the same until somebody writes (:attr:`Database.stamps_tell`)."""
        return self._database.stamps_tell

    def place(self, position: int) -> Place | None:
        """The place behind the revision at ``position``; None where there is none."""
        if position == 0:
            return BEGINNING
        with self._database.reading() as connection:
            return _place(connection, position)

    def newest_place(self) -> Place:
        """The place behind everything."""
        with self._database.reading() as connection:
            return _place(connection, _newest(connection)) or BEGINNING

    def place_before(self, since: datetime) -> Place:
        """The place behind the last revision that was recorded before ``since``."""
        older = select(REVISIONS.c.position).where(REVISIONS.c.recorded < since)
        with self._database.reading() as connection:
            last = connection.scalar(older.order_by(REVISIONS.c.recorded.desc(), REVISIONS.c.position.desc()).limit(1))
            return _place(connection, last or 0) or BEGINNING

    def stretch(self, after: int, query: Query, until: int | None = None) -> Stretch:
        """What ``query`` asks for (its clock aside) behind ``after``, as far as ``until`` or all there is.

        At most ``query.limit`` entries. It ends behind all that was looked through, be it that nothing was found.
        """
        with self._database.reading() as connection:
            # First, as what is committed after it belongs to the next stretch.
            newest = _newest(connection) if until is None else until
            within = and_(REVISIONS.c.position > after, REVISIONS.c.position <= newest)
            found = select(REVISIONS.c.position).where(within, PUBLISHED, *about(query))
            positions = tuple(connection.scalars(found.order_by(REVISIONS.c.position).limit(query.limit + 1)))
            shown, more = positions[: query.limit], len(positions) > query.limit
            end = _place(connection, shown[-1] if more else max(after, newest))
        return Stretch(shown, end or BEGINNING, more)

    def logged(self, positions: Sequence[int]) -> tuple[Logged, ...]:
        """The entries at ``positions``, of published revisions, in order."""
        with self._database.reading() as connection:
            return tuple(each for some in _some(sorted(positions)) for each in _logged(connection, some))


_ENTRY = select(
    REVISIONS.c.position,
    REVISIONS.c.change_id,
    REVISIONS.c.sequence,
    REVISIONS.c.recorded,
    REVISIONS.c.notice_id,
    RECORDS.c.record,
).join_from(REVISIONS, RECORDS)

_Entry = Row[int, str, int, datetime, str, str]


@cache
def _entries(dialect: str) -> Select[int, str, int, datetime, str, str]:
    # Put together once: a list of 500 in the statement costs as much as what it finds.
    return _ENTRY.where(one_of(REVISIONS.c.position, dialect)).order_by(REVISIONS.c.position)


def _logged(connection: Connection, positions: Sequence[int]) -> Iterator[Logged]:
    rows = connection.execute(_entries(connection.dialect.name), listed(connection, positions)).all()
    before = _before(connection, [row.position for row in rows if row.sequence > 0])
    authors = _authors(connection, positions)
    # No more of a record is read than the entry says of it: all of it would cost twice what the rest does.
    gists = {row.position: GIST.validate_json(row.record) for row in rows}
    followed = _successions(connection, [row for row in rows if _may_take_part(gists[row.position])])
    for row in rows:
        after, known = gists[row.position], before.get(row.position)
        was = GIST.validate_json(known) if known is not None else None
        pairs = followed.get((row.notice_id, row.recorded), ())
        yield Logged(
            place=Place(row.position, row.change_id, row.sequence, row.recorded),
            author=authors.get(row.position),
            event=event(was, after),
            news=news(was, after),
            changed_fields=None if known is None else _changed(known, row.record),
            supersedes=tuple(earlier for later, earlier in pairs if later == row.change_id),
            superseded_by=tuple(later for later, earlier in pairs if earlier == row.change_id),
            record=_whole(row.record),
        )


def _before(connection: Connection, positions: Sequence[int]) -> dict[int, str]:
    """The record of what subscribers saw before each revision that is not the first of its change."""
    if not positions:
        return {}
    found = connection.execute(_earlier(connection.dialect.name), listed(connection, positions))
    return dict(found.all())


@cache
def _earlier(dialect: str) -> Select[int, str]:
    later, earlier = REVISIONS.alias("later"), REVISIONS.alias("earlier")
    same = and_(earlier.c.change_id == later.c.change_id, earlier.c.sequence < later.c.sequence)
    pairs = (
        select(later.c.position.label("of"), func.max(earlier.c.position).label("before"))
        .select_from(later.join(earlier, and_(same, earlier.c.position.not_in(HELD))))
        .where(one_of(later.c.position, dialect))
        .group_by(later.c.position)
        .subquery()
    )
    return select(pairs.c.of, RECORDS.c.record).join(RECORDS, RECORDS.c.position == pairs.c.before)


def _authors(connection: Connection, positions: Sequence[int]) -> dict[int, str]:
    found = connection.execute(_reviewed(connection.dialect.name), listed(connection, positions))
    return dict(found.all())


@cache
def _reviewed(dialect: str) -> Select[int, str]:
    return select(REVIEWS.c.made, REVIEWS.c.author).where(one_of(REVIEWS.c.made, dialect))


def _successions(
    connection: Connection, rows: Iterable[_Entry]
) -> Mapping[tuple[str, datetime], Sequence[tuple[str, str]]]:
    """What took the place of what, by the notice and the time at which it was told."""
    wanted = {(row.notice_id, row.recorded) for row in rows}
    if not wanted:
        return {}
    # By the reports, which are found by their notice.
    told_by = REVISIONS.c.position.in_(
        select(REPORTS.c.position).where(REPORTS.c.notice_id.in_({n for n, _ in wanted}))
    )
    published = and_(told_by, REVISIONS.c.position.not_in(HELD))
    # Most notices only close, and then nothing takes the place of anything.
    followers = select(REVISIONS.c.notice_id).where(published, REVISIONS.c.kind.in_(FOLLOWERS)).distinct()
    with_followers = tuple(connection.scalars(followers))
    together = _ENTRY.where(published, REVISIONS.c.notice_id.in_(with_followers)).order_by(REVISIONS.c.position)
    told: defaultdict[tuple[str, datetime], list[Change]] = defaultdict(list)
    for row in connection.execute(together.limit(_MOST_TOLD_TOGETHER)) if with_followers else ():
        if (row.notice_id, row.recorded) in wanted:
            told[row.notice_id, row.recorded].append(CHANGE.validate_json(row.record))
    return {key: tuple(successions(changes)) for key, changes in told.items()}


def _may_take_part(gist: Gist) -> bool:
    return may_follow(gist) or may_be_followed(gist)


def _changed(*records: str) -> dict[str, Differs]:
    return {path: Differs(*values) for path, values in changed(*map(from_json, records)).items()}


def _whole(record: str) -> str:
    # The field is the last one of a record.
    if _NEWEST_FIELD in record[-_NEWEST_WITHIN:]:
        return record
    return record_of(CHANGE.validate_json(record))


def _place(connection: Connection, position: int) -> Place | None:
    of = REVISIONS.c
    found = select(of.position, of.change_id, of.sequence, of.recorded).where(of.position == position)
    row = connection.execute(found).one_or_none()
    return Place(row.position, row.change_id, row.sequence, row.recorded) if row is not None else None


def _newest(connection: Connection) -> int:
    return connection.scalar(select(func.max(REVISIONS.c.position))) or 0


def _some(positions: Sequence[int]) -> Iterator[Sequence[int]]:
    """``positions`` in lists short enough for one statement."""
    return (positions[first : first + _AT_ONCE] for first in range(0, len(positions), _AT_ONCE))
