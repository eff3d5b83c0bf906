"""What can be asked of the store, and the SQL that asks it.

The surprising thing: pages are pinned. A cursor holds the newest position of the first page, and every page shows the
changes as they stood then, so writers that go on meanwhile make nothing appear twice or get lost between two pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, false, func, literal, or_, select

from service.errors import QueryError
from service.gazetteer import road_key, station_key
from service.records import Access, Change, Kind, Revision, Status
from service.schema import DOUBTS, PLACES, REVISIONS, SPOTS, SUCCESSORS
from service.whereabouts import Box

_OF = REVISIONS.c
_AT = PLACES.c

HELD = select(DOUBTS.c.position).where(DOUBTS.c.held)
"""The positions of revisions that are not published."""

PUBLISHED = _OF.position.not_in(HELD)
"""The condition that a revision is published."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the ``position`` shown last, of the changes as they stood at ``snapshot``."""

    snapshot: int
    position: int

    def __str__(self) -> str:
        """As text for an address, opaque to clients."""
        return f"{self.snapshot}-{self.position}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read what ``str`` wrote.

        Raises:
            QueryError: it is nothing that ``str`` writes.
        """
        found = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", text)
        if not found:
            raise QueryError("after", "the cursor of an earlier page", text)
        return cls(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which changes; what is not set does not narrow.

    ``road`` is a name or a number, ``station`` a name with or without its road. ``access`` of one side also finds
    changes of both. ``entry`` and ``exit`` are the stations of a commute: what concerns that side of either is found
    and, with ``road``, what concerns the road and no station of it. ``from_`` and ``to`` (exclusive) overlap with the
    validity, whose open bounds reach for ever. ``at``: in force at that instant, daily windows counted. ``recent``:
    only what ended, was cancelled or took lasting effect after that instant, or has not yet. ``known_at``: as published
    until that instant. ``created_from`` and ``created_to`` (exclusive): first published then; ``updated_from`` and
    ``updated_to``: the revision that is found was recorded then. ``bbox`` is west, south, east and north in WGS-84,
    edges included, across the antimeridian where west is the greater; what nobody has located is in none, but with
    ``unlocated_too`` in all. ``located``: only what is, or is not. ``limit`` counts the changes of a page.
    """

    road: str | None = None
    station: str | None = None
    entry: str | None = None
    exit: str | None = None
    kind: tuple[Kind, ...] = ()
    access: Access | None = None
    status: tuple[Status, ...] = ()
    from_: datetime | None = None
    to: datetime | None = None
    at: datetime | None = None
    q: str | None = None
    recent: datetime | None = None
    known_at: datetime | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    bbox: Box | None = None
    located: bool | None = None
    unlocated_too: bool = False
    limit: int = 50
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some revisions, newest first, and where the next page begins; None on the last."""

    revisions: tuple[Revision, ...]
    next: Cursor | None


def words(change: Change) -> str:
    """Every name and title that ``q`` looks through, one a line."""
    places = (change.road, change.station, change.service_area, change.junction, change.structure)
    found = [
        *(getattr(place, "name", None) for place in places),
        change.road.number if change.road else None,
        *((change.segment.from_, change.segment.to) if change.segment else ()),
        *((change.direction.from_, change.direction.to) if change.direction else ()),
        *(name for detour in change.detours for name in (*detour.via, *detour.via_roads)),
        change.relocation.replaces.name if change.relocation else None,
        change.renamed_to,
        change.notice.title,
        change.notice.publisher,
    ]
    return "\n".join(folded(word) for word in found if word)


def folded(text: str) -> str:
    """Text as it is compared: neither full-width forms nor capitals make a difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def about(query: Query) -> list[ColumnElement[bool]]:
    """The conditions that do not depend on the clock."""
    conditions = [*_where(query)]
    if query.kind:
        conditions.append(_OF.kind.in_(query.kind))
    if query.access is not None:
        conditions.append(_OF.access.in_({query.access, Access.BOTH}))
    if query.q is not None:
        conditions.append(_OF.words.contains(folded(query.q), autoescape=True))
    if query.from_ is not None:
        conditions.append(or_(_OF.end.is_(None), _OF.end > query.from_))
    if query.to is not None:
        conditions.append(or_(_OF.start.is_(None), _OF.start < query.to))
    if query.known_at is not None:
        conditions.append(_OF.position < _unknown_from(query.known_at))
    return [*conditions, *_recorded(query)]


def _recorded(query: Query) -> Iterator[ColumnElement[bool]]:
    if query.updated_from is not None:
        yield _OF.recorded >= query.updated_from
    if query.updated_to is not None:
        yield _OF.recorded < query.updated_to
    if query.created_from is not None:
        yield _created() >= query.created_from
    if query.created_to is not None:
        yield _created() < query.created_to


def _created() -> ColumnElement[datetime]:
    """When the first published revision of the same change was recorded."""
    first = REVISIONS.alias("first")
    published = first.c.position.not_in(HELD)
    of_it = select(first.c.recorded).where(first.c.change_id == _OF.change_id, published)
    return of_it.order_by(first.c.position).limit(1).correlate(REVISIONS).scalar_subquery()


def _where(query: Query) -> Iterator[ColumnElement[bool]]:
    if query.road is not None:
        key = road_key(query.road)
        yield or_(_OF.road == key, _OF.road_number == key)
    if query.station is not None:
        yield _OF.station == station_key(query.station)
    if query.entry is not None or query.exit is not None:
        yield or_(*_on_the_way(query))
    if query.bbox is not None:
        yield _spot(_within(query.bbox, _AT.west.is_(None) if query.unlocated_too else false()))
    if query.located is not None:
        yield _spot(_AT.west.is_not(None) if query.located else _AT.west.is_(None))


def _spot(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """``condition`` on the place that a revision is at."""
    # One row by its key and then another by its own: joined, SQLite begins with the places.
    place = select(SPOTS.c.place).where(SPOTS.c.position == _OF.position).correlate(REVISIONS).scalar_subquery()
    return select(_AT.id).where(_AT.id == place, condition).correlate(REVISIONS).exists()


def _within(box: Box, or_else: ColumnElement[bool]) -> ColumnElement[bool]:
    west, south, east, north = box
    sides = (_AT.west <= east, _AT.east >= west)
    across = and_(*sides) if west <= east else or_(*sides)
    return or_(and_(across, _AT.south <= north, _AT.north >= south), or_else)


def _on_the_way(query: Query) -> Iterator[ColumnElement[bool]]:
    for side, station in ((Access.ENTRY, query.entry), (Access.EXIT, query.exit)):
        if station is not None:
            concerns = or_(_OF.access.is_(None), _OF.access.in_({side, Access.BOTH}))
            yield and_(_OF.station == station_key(station), concerns)
    if query.road is not None:
        yield _OF.station.is_(None)


def when(query: Query, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions that depend on the clock. ``at`` is narrowed only: daily windows are for the caller to count."""
    conditions: list[ColumnElement[bool]] = []
    if query.status:
        conditions.append(or_(*(has_status(status, now) for status in query.status)))
    if query.at is not None:
        conditions.append(has_status(Status.ACTIVE, query.at))
    if query.recent is not None:
        conditions.append(_recent(query.recent))
    return conditions


def has_status(status: Status, now: datetime) -> ColumnElement[bool]:
    """What ``records.status`` decides, as SQL."""
    if status is Status.CANCELLED:
        return _OF.cancelled
    ended = and_(_OF.end.is_not(None), _OF.end <= now)
    if status is Status.ENDED:
        return and_(~_OF.cancelled, ended)
    waits = or_(_OF.start > now, and_(_OF.start.is_(None), _OF.after_works))
    begun = or_(_OF.start <= now, and_(_OF.start.is_(None), ~_OF.after_works))
    goes_on = and_(~_OF.cancelled, or_(_OF.end.is_(None), _OF.end > now))
    return and_(goes_on, waits if status is Status.SCHEDULED else begun)


def _recent(since: datetime) -> ColumnElement[bool]:
    lasting = and_(_OF.lasting, _OF.end.is_(None))
    return or_(
        and_(_OF.cancelled, _OF.recorded > since),
        and_(~_OF.cancelled, ~lasting, or_(_OF.end.is_(None), _OF.end > since)),
        # Without a start it took effect with its notice, unless it still waits for works to end.
        and_(~_OF.cancelled, lasting, or_(_OF.start > since, and_(_OF.start.is_(None), _starts_late(since)))),
    )


def left_out(since: datetime, until: datetime) -> ColumnElement[bool]:
    """True of what ``recent`` of ``until`` leaves out, but of ``since`` would not."""
    # A comparison with an unknown start is neither true nor false, and so is its negation.
    return and_(_recent(since), ~func.coalesce(_recent(until), false()))


def _starts_late(since: datetime) -> ColumnElement[bool]:
    return or_(_OF.after_works, _OF.published > since)


def snapshot(connection: Connection, known_at: datetime | None = None) -> int:
    """The newest position of all, or as of ``known_at``; 0 while there is none."""
    if known_at is None:
        return connection.scalar(_NEWEST) or 0
    return connection.scalar(_NEWEST.where(_OF.position < _unknown_from(known_at))) or 0


_NEWEST = select(func.max(_OF.position))


_OUT_OF_ORDER = 1000
"""So many revisions may bear an earlier time than the one before them, as clocks are set and writers wait."""


def _unknown_from(known_at: datetime) -> ColumnElement[int]:
    """The position of the first revision that was recorded after ``known_at``, in the order of positions.

    Whatever follows it is unknown, too: a clock that was set back makes nothing known before what came first.
    """
    later = select(_OF.position).where(_OF.recorded > known_at).order_by(_OF.recorded).limit(_OUT_OF_ORDER).subquery()
    return func.coalesce(select(func.min(later.c.position)).scalar_subquery(), literal(2**62))


def recorded_from(moment: datetime) -> ColumnElement[int]:
    """The first position of what was recorded at ``moment`` or later; as exact as :data:`_OUT_OF_ORDER`."""
    later = select(_OF.position).where(_OF.recorded >= moment).order_by(_OF.recorded).limit(_OUT_OF_ORDER).subquery()
    return func.coalesce(select(func.min(later.c.position)).scalar_subquery(), literal(2**62))


def recorded_until(moment: datetime) -> ColumnElement[int]:
    """The position behind the last of what was recorded before ``moment``; as exact as :data:`_OUT_OF_ORDER`."""
    newest_first = select(_OF.position).where(_OF.recorded < moment).order_by(_OF.recorded.desc())
    earlier = newest_first.limit(_OUT_OF_ORDER).subquery()
    return func.coalesce(select(func.max(earlier.c.position)).scalar_subquery(), literal(0)) + 1


def latest(snapshot: int | ColumnElement[int]) -> ColumnElement[bool]:
    """True of the published revision of each change that was its newest at position ``snapshot``."""
    followed = select(SUCCESSORS.c.position).where(SUCCESSORS.c.position == _OF.position, SUCCESSORS.c.by <= snapshot)
    return and_(_OF.position <= snapshot, PUBLISHED, ~followed.exists())


def last_known() -> ColumnElement[bool]:
    """True of the newest revision of each change, published or not."""
    return ~_newer(REVISIONS.alias("newer")).exists()


def _newer(newer: FromClause) -> Select[int]:
    return select(newer.c.position).where(newer.c.change_id == _OF.change_id, newer.c.sequence > _OF.sequence)
