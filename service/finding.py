"""How a page is found: by one filter that few fit, the others being looked at only where that one leads.

Every filter that an index knows gives positions, the newest first, some at a time (a source). Each is asked for some;
the one that thereby gets farthest down has the fewest, and what it gave is looked at. So a page costs the same however
deep it is and however many revisions there are. The surprising thing: no plan is left to the database. Both know too
little of how filters go together, and what an index gives in order they would rather collect and sort.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)

from service import blocks, cells, grams
from service.gazetteer import road_key, station_key
from service.query import Query, about, folded, latest, recorded_from, recorded_until, when
from service.records import Access, Status
from service.schema import BLOCKS, CELLS, GRAMS, REVISIONS, Moment

_OF = REVISIONS.c
_FEWEST, _MOST = 128, 4096
_ENDLESS = 2**62
_BELOW, _SIZE = bindparam("below", type_=BigInteger), bindparam("size", type_=Integer)

# In SQL, as times that become Python's cost more than finding them.
_STANDING = select(
    _OF.position,
    case(
        (_OF.cancelled, Status.CANCELLED),
        (_OF.end <= bindparam("now", type_=Moment), Status.ENDED),
        (_OF.start > bindparam("now", type_=Moment), Status.SCHEDULED),
        (and_(_OF.start.is_(None), _OF.after_works), Status.SCHEDULED),
        else_=Status.ACTIVE,
    ).label("status"),
)

Standing = Row[int, str]
"""Where a revision is, and the status of its change."""

Source = Callable[[Connection, int, int], tuple[list[int], int]]
"""Gives about so many positions below one, and the position down to which these are all."""


def found(
    connection: Connection, query: Query, now: datetime, snapshot: int, below: int
) -> Iterator[Sequence[Standing]]:
    """What ``query`` asks for below a position, as known at ``snapshot``, the newest first, some at a time."""
    by_clock = now if query.status else None
    filters = replace(query, known_at=None, limit=0, after=None)
    matching = _matching(filters, by_clock, connection.dialect.name)
    sources = _sources_of(filters, by_clock) or (_all,)
    size = min(max(_FEWEST, 2 * query.limit), _MOST)
    while below > 1:
        given, below = min((source(connection, below, size) for source in sources), key=_farthest)
        size = min(2 * size, _MOST)
        if given:
            values = {"snapshot": snapshot, "now": now, **listed(connection, given)}
            yield sorted(connection.execute(matching, values).all(), key=_position, reverse=True)


@lru_cache(maxsize=64)
def _matching(query: Query, now: datetime | None, dialect: str) -> Select[int, str]:
    # To put a statement together costs as much as it does to run it, and pages that follow each other ask the same.
    conditions = [latest(bindparam("snapshot", type_=BigInteger)), *about(query), *when(query, now or blocks.FIRST)]
    return _STANDING.where(*conditions, one_of(_OF.position, dialect))


def one_of(column: ColumnElement[int], dialect: str) -> ColumnElement[bool]:
    """True where ``column`` is one of those that :func:`listed` gives: one parameter, however many they are."""
    if dialect == "postgresql":
        return column == any_(bindparam("positions", type_=ARRAY(BigInteger)))
    return column.in_(select(func.json_each(bindparam("positions")).table_valued("value").c.value))


def listed(connection: Connection, positions: Sequence[int]) -> dict[str, Any]:
    """The parameter of :func:`one_of`."""
    given = list(positions)
    return {"positions": given if connection.dialect.name == "postgresql" else json.dumps(given)}


def _farthest(given: tuple[list[int], int]) -> tuple[int, int]:
    return given[1], len(given[0])


def _position(row: Standing) -> int:
    return row[0]


def _all(_: Connection, below: int, size: int) -> tuple[list[int], int]:
    lowest = max(below - size, 1)
    return list(range(below - 1, lowest - 1, -1)), lowest if lowest > 1 else 0


@lru_cache(maxsize=64)
def _sources_of(query: Query, now: datetime | None) -> tuple[Source, ...]:
    return tuple(_sources(query, now or blocks.FIRST))


def _sources(query: Query, now: datetime) -> Iterator[Source]:
    yield from (_by_index(conditions) for conditions in _indexed(query))
    if query.q is not None:
        yield _by_words(folded(query.q))
    found_in = _cells(query)
    if found_in:
        yield _by_cells(sorted(found_in))
    if query.updated_from is not None or query.updated_to is not None:
        yield _by_record(query.updated_from, query.updated_to)
    if query.created_from is not None or query.created_to is not None:
        yield _by_creation(query.created_from, query.created_to)
    held = _in_block(query, now)
    if held:
        yield _by_time(held)


def _indexed(query: Query) -> Iterator[list[ColumnElement[bool]]]:
    """For each filter that an index of revisions knows, the conditions of which one must be true."""
    if query.entry is not None or query.exit is not None:
        ends = [_OF.station == station_key(name) for name in (query.entry, query.exit) if name is not None]
        yield [*ends, *_on_road(query.road)]
    elif query.road is not None:
        yield _on_road(query.road)
    if query.station is not None:
        yield [_OF.station == station_key(query.station)]
    if query.kind:
        yield [_OF.kind == kind for kind in query.kind]
    if query.access is not None:
        yield [_OF.access == side for side in {query.access, Access.BOTH}]
    if query.status == (Status.CANCELLED,):
        yield [_OF.cancelled]


def _on_road(road: str | None) -> list[ColumnElement[bool]]:
    return [] if road is None else [_OF.road == road_key(road), _OF.road_number == road_key(road)]


def _by_index(conditions: Iterable[ColumnElement[bool]]) -> Source:
    # Each list by itself, so that each is read in the order of its index and no farther than needed.
    lists = [
        select(_OF.position)
        .where(condition, _OF.position < _BELOW)
        .order_by(_OF.position.desc())
        .limit(_SIZE)
        .subquery(name=f"list_{number}")
        for number, condition in enumerate(conditions)
    ]
    wanted = [select(each.c.position) for each in lists]
    merged = union_all(*wanted) if len(wanted) > 1 else wanted[0]
    return lambda connection, below, size: _newest(
        connection.scalars(merged, {"below": below, "size": size}).all(), size
    )


def _by_cells(asked: Sequence[int]) -> Source:
    """Those in one of some cells. In words of its own, as two dozen lists put together cost more than reading them."""
    of_one = (
        f"SELECT position FROM {CELLS.name} WHERE cell = {{}} AND position < :below ORDER BY position DESC LIMIT :size"  # noqa: S608 - our constant
    )
    lists = " UNION ALL ".join(f"SELECT * FROM ({of_one.format(cell)})" for cell in asked)  # noqa: S608 - our numbers
    each = (
        f"SELECT position FROM unnest(CAST(:cells AS bigint[])) AS l (cell), LATERAL ({of_one.format('l.cell')}) AS p"  # noqa: S608 - our constant
    )

    def source(connection: Connection, below: int, size: int) -> tuple[list[int], int]:
        values: dict[str, Any] = {"below": below, "size": size}
        if connection.dialect.name == "postgresql":
            found = connection.scalars(text(each), {**values, "cells": list(asked)})
        else:
            found = connection.scalars(text(lists), values)
        return _newest(found.all(), size)

    return source


def _newest(positions: Iterable[int], size: int) -> tuple[list[int], int]:
    given = sorted(set(positions), reverse=True)[:size]
    return given, given[-1] if len(given) == size else 0


def _by_words(part: str) -> Source:
    def source(connection: Connection, below: int, size: int) -> tuple[list[int], int]:
        wanted: str | list[str]
        if connection.dialect.name == "postgresql":
            asked = f"SELECT position FROM {GRAMS} WHERE grams @> CAST(:part AS text[]) AND position < :below"  # noqa: S608 - our constant
            key, wanted = "position", grams.needed(part)
        else:
            asked = f"SELECT rowid FROM {GRAMS} WHERE {GRAMS} MATCH :part AND rowid < :below"  # noqa: S608 - our constant
            key, wanted = "rowid", grams.phrase(part)
        first = text(f"{asked} ORDER BY {key} DESC LIMIT :size")
        positions = list(connection.scalars(first, {"part": wanted, "below": below, "size": size}))
        return positions, positions[-1] if len(positions) == size else 0

    return source


def _by_record(since: datetime | None, until: datetime | None) -> Source:
    """Those between the positions at which ``since`` and ``until`` came."""
    lowest = recorded_from(since) if since is not None else literal(1)
    end = recorded_until(until) if until is not None else literal(_ENDLESS)
    # One bound of each side, as SQLite goes by one and would read on from the newest to find the other.
    within = (_OF.position >= lowest, _OF.position < case((end > _BELOW, _BELOW), else_=end))
    wanted = select(_OF.position).where(*within).order_by(_OF.position.desc()).limit(_SIZE)

    def source(connection: Connection, below: int, size: int) -> tuple[list[int], int]:
        positions = list(connection.scalars(wanted, {"below": below, "size": size}))
        return positions, positions[-1] if len(positions) == size else 0

    return source


def _by_creation(since: datetime | None, until: datetime | None) -> Source:
    """Those of changes that had a revision then; where that are many, those recorded since."""
    begin = recorded_from(since) if since is not None else literal(1)
    bounds = select(begin, recorded_until(until) if until is not None else literal(_ENDLESS))
    of_it, wide = REVISIONS.alias("of_it"), _by_record(since, None)
    first, end = bindparam("first", type_=BigInteger), bindparam("end", type_=BigInteger)
    same = and_(of_it.c.change_id == _OF.change_id, of_it.c.position >= first, of_it.c.position < end)
    # All of them, as PostgreSQL would look for the newest few from the newest of all.
    wanted = select(_OF.position).join_from(of_it, REVISIONS, same).where(_OF.position < _BELOW)

    def source(connection: Connection, below: int, size: int) -> tuple[list[int], int]:
        lowest, highest = connection.execute(bounds).one()
        if highest - lowest > _MOST:
            return wide(connection, below, size)
        values = {"below": below, "first": lowest, "end": highest}
        return _newest(connection.scalars(wanted, values).all(), size)

    return source


def _cells(query: Query) -> frozenset[int]:
    """The cells of which one lists whatever is where ``query`` asks; none where it asks for no place."""
    if query.bbox is not None:
        return cells.asked_in(query.bbox) | ({cells.NOWHERE} if query.unlocated_too else frozenset())
    if query.located is None:
        return frozenset()
    return frozenset({cells.EVERYWHERE if query.located else cells.NOWHERE})


def _by_time(held: Sequence[ColumnElement[bool]]) -> Source:
    wanted = select(BLOCKS.c.block).where(*held, BLOCKS.c.block <= _BELOW).order_by(BLOCKS.c.block.desc()).limit(_SIZE)

    def source(connection: Connection, below: int, size: int) -> tuple[list[int], int]:
        # Twice as many, as few of a block may be what is asked for.
        many = 2 * size // blocks.SIZE
        given = connection.scalars(wanted, {"below": blocks.block_of(below - 1), "size": many}).all()
        return blocks.positions_of(given, below), given[-1] * blocks.SIZE if len(given) == many else 0

    return source


def _in_block(query: Query, now: datetime) -> list[ColumnElement[bool]]:
    """What is true of a block that holds what ``query`` asks of time; nothing where it asks nothing."""
    of = BLOCKS.c
    held: list[ColumnElement[bool]] = []
    if query.status:
        held.append(or_(*(_holds(status, now) for status in query.status)))
    if query.at is not None:
        held.append(_holds(Status.ACTIVE, query.at))
    if query.from_ is not None:
        held.append(of.lasts > query.from_)
    if query.to is not None:
        held.append(of.starts < query.to)
    if query.recent is not None:
        held.append(of.recent > query.recent)
    return held


def _holds(status: Status, now: datetime) -> ColumnElement[bool]:
    of = BLOCKS.c
    if status is Status.CANCELLED:
        return of.cancelled
    if status is Status.ENDED:
        return of.ends <= now
    return and_(of.lasts > now, of.waits > now if status is Status.SCHEDULED else of.begins <= now)
