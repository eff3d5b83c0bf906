"""Roads as pages show them: which have something to tell, what first, and which stations; part of the store.

A road is known by the names of the gazetteer, so that 津蓟高速公路, 津蓟高速 and S1 are one. The surprising thing: a
provincial number alone is no road, since every province may have an S1; it stands for the road that the gazetteer
knows by it only where a change gives no name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from service.bookkeeping import Bookkeeping
from service.gazetteer import Gazetteer, KnownRoad, road_key
from service.gazetteer.keys import road_number
from service.ledger import revisions
from service.query import PUBLISHED, Query, about, latest, snapshot, when
from service.records import Revision, Road
from service.rows import STORED
from service.schema import RECORDS, REVISIONS
from service.search import Wanted
from service.stations import PLACE, StationEntry, entry, listed

_OF = REVISIONS.c
_ROAD = func.coalesce(_OF.road, _OF.road_number, "").label("road")
_LARGEST = 500


@dataclass(frozen=True, slots=True)
class NamedRoad:
    """A road by its names: ``key`` is the one in its address, ``keys`` are all, without the number."""

    key: str
    name: str
    number: str | None
    keys: frozenset[str]
    known: KnownRoad | None = None

    @property
    def road(self) -> Road:
        """The road as records name it."""
        return Road(name=None if self.name == self.number else self.name, number=self.number)


@dataclass(frozen=True, slots=True)
class RoadNews:
    """What there is of one road (None: of none that is named): so many changes, and the newest.

    ``keys`` are those under which the store has them.
    """

    road: NamedRoad | None
    keys: tuple[str, ...]
    count: int
    newest: int


def named(text: str, gazetteer: Gazetteer, number: str | None = None) -> NamedRoad:
    """The road of that name, alias or number."""
    known = gazetteer.road(text)
    if known:
        return NamedRoad(road_key(known.name), known.name, known.number, known.keys, known)
    key = road_key(text)
    number = number or road_number(key)
    return NamedRoad(key, text, number, frozenset({key} - {number or ""}))


class Roads(Bookkeeping):
    """What the store tells by road."""

    def news(self, query: Query, wanted: Wanted, gazetteer: Gazetteer, now: datetime) -> tuple[RoadNews, ...]:
        """How much ``query`` finds, by road; the road with the newest first, changes that name none last."""
        figures = (
            func.count().label("total"),
            func.max(_OF.position).label("newest"),
            func.max(_OF.road_number).label("number"),
        )
        with self._database.reading() as connection:
            found = _found(query, wanted, now, snapshot(connection, query.known_at))
            rows = connection.execute(select(_ROAD, *figures).where(*found).group_by(_ROAD)).all()
        return _merged(rows, gazetteer)

    def first(
        self, news: Sequence[RoadNews], query: Query, wanted: Wanted, now: datetime, each: int
    ) -> tuple[tuple[Revision, ...], ...]:
        """Of each of ``news`` the first changes by start, up to ``each``, what was cancelled last."""
        keys = [key for road in news for key in road.keys]
        with self._database.reading() as connection:
            found = _found(query, wanted, now, snapshot(connection, query.known_at))
            rows = connection.execute(_ranked([*found, _ROAD.in_(keys)], each)).all()
            read = revisions(connection, STORED.where(_OF.position.in_([row.position for row in rows])))
        by_position = {revision.position: revision for revision in read}
        return tuple(tuple(by_position[row.position] for row in rows if row.road in road.keys)[:each] for road in news)

    def of_road(self, road: NamedRoad, query: Query, now: datetime) -> tuple[Revision, ...]:
        """The newest revision of each change on ``road`` that ``query`` asks for, at most so many as a feed holds."""
        with self._database.reading() as connection:
            found = STORED.where(
                latest(snapshot(connection, query.known_at)), on_road(road), *about(query), *when(query, now)
            )
            return revisions(connection, found.order_by(_OF.position.desc()).limit(_LARGEST))

    def knows(self, road: NamedRoad) -> bool:
        """Whether any change is on ``road``."""
        with self._database.reading() as connection:
            return connection.scalar(select(_OF.position).where(PUBLISHED, on_road(road)).limit(1)) is not None

    def stations_of(self, road: NamedRoad) -> tuple[StationEntry, ...]:
        """The stations of ``road`` that any change was about."""
        return self._stations([on_road(road)])

    def stations_like(self, wanted: Wanted, limit: int) -> tuple[StationEntry, ...]:
        """Stations whose name and road have every word of ``wanted``."""
        if not wanted.words:
            return ()
        found = self._stations(_worded(wanted))
        fitting = (
            each for each in found if wanted.fits(each.name, *((each.road.name, each.road.number) if each.road else ()))
        )
        return tuple(fitting)[:limit]

    def _stations(self, conditions: Sequence[ColumnElement[bool]]) -> tuple[StationEntry, ...]:
        newest = (
            select(func.max(_OF.position))
            .where(PUBLISHED, _OF.station_id.is_not(None), *conditions)
            .group_by(_OF.station_id)
            .limit(_LARGEST)
        )
        with self._database.reading() as connection:
            records = connection.scalars(select(RECORDS.c.record).where(RECORDS.c.position.in_(newest)))
            return listed(found for record in records if (found := entry(PLACE.validate_json(record))))


def on_road(road: NamedRoad) -> ColumnElement[bool]:
    """The condition that a revision is about ``road``, or about something on it."""
    by_name = _OF.road.in_(road.keys)
    if road.number is None:
        return by_name
    if road.number.startswith("G") or road.known is None:
        return or_(by_name, _OF.road_number == road.number)
    return or_(by_name, and_(_OF.road.is_(None), _OF.road_number == road.number))


def _worded(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [or_(*(_OF.words.contains(word, autoescape=True) for word in alternatives)) for alternatives in wanted.words]


def _sided(query: Query, wanted: Wanted) -> Query:
    return replace(query, access=wanted.access) if wanted.access else query


def _found(query: Query, wanted: Wanted, now: datetime, last: int) -> list[ColumnElement[bool]]:
    return [PUBLISHED, latest(last), *_worded(wanted), *about(_sided(query, wanted)), *when(query, now)]


def _ranked(found: Sequence[ColumnElement[bool]], each: int) -> Select[Any]:
    """The first positions of each road, in their order."""
    # Databases disagree on which end of an order NULL stands at.
    order = (_OF.cancelled, case((_OF.start.is_(None), 0), else_=1), _OF.start, _OF.position)
    rank = func.row_number().over(partition_by=_ROAD, order_by=order).label("rank")
    ranked = select(_OF.position, _ROAD, rank).where(*found).subquery()
    return select(ranked.c.position, ranked.c.road).where(ranked.c.rank <= each).order_by(ranked.c.road, ranked.c.rank)


def _merged(rows: Sequence[Row[Any]], gazetteer: Gazetteer) -> tuple[RoadNews, ...]:
    """One for each road, by whatever names of the gazetteer its changes call it."""
    found: dict[str, RoadNews] = {}
    for row in rows:
        road = named(row.road, gazetteer, row.number) if row.road else None
        key = road.key if road else ""
        before = found.get(key, RoadNews(road, (), 0, 0))
        found[key] = RoadNews(
            before.road, (*before.keys, row.road), before.count + row.total, max(before.newest, row.newest)
        )
    return tuple(sorted(found.values(), key=lambda news: (news.road is None, -news.newest)))
