"""Reading and writing the history of changes within one transaction: what the store and the reviews share.

The surprising thing: whoever decides what a reading does to a change sees every revision of it, also those held back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, or_, select

from service.corrections import Correction, doubtful
from service.identity import horizon, site, subject
from service.indexing import index
from service.records import CHANGE, Change, Revision
from service.rows import KNOWN, record_of, revision_of, revision_row
from service.schema import DOUBTS, NOTICES, RECORDS, REPORTS, REVIEWS, REVISIONS
from service.whereabouts import Whereabouts

_AT_ONCE = 100
"""Readings asked for in one statement: SQLite's expressions are at most 1,000 deep."""


def revisions(connection: Connection, found: Select[int, datetime, str, str | None, bool]) -> tuple[Revision, ...]:
    """The revisions that a selection of ``KNOWN`` or ``STORED`` finds."""
    return tuple(revision_of(row) for row in connection.execute(found))


def history(connection: Connection, change_id: str) -> tuple[Revision, ...]:
    """Every revision of a change, the first first, held or not."""
    return revisions(connection, KNOWN.where(REVISIONS.c.change_id == change_id).order_by(REVISIONS.c.sequence))


def newest(connection: Connection, change_id: str) -> Revision:
    """The newest revision of a change, held or not."""
    of_it = KNOWN.where(REVISIONS.c.change_id == change_id)
    return revision_of(connection.execute(of_it.order_by(REVISIONS.c.sequence.desc()).limit(1)).one())


def meant(connection: Connection, readings: Sequence[Change]) -> tuple[Change, ...]:
    """Every revision of each change that one of ``readings`` may be about."""
    told: dict[int, Change] = {}
    for first in range(0, len(readings), _AT_ONCE):
        alternatives = [_may_mean(reading) for reading in readings[first : first + _AT_ONCE]]
        about_it = select(REVISIONS.c.change_id).where(or_(*alternatives))
        found = revisions(connection, KNOWN.where(REVISIONS.c.change_id.in_(about_it)))
        told |= {revision.position: revision.change for revision in found}
    return tuple(told[position] for position in sorted(told))


def _may_mean(reading: Change) -> ColumnElement[bool]:
    """Same kind, not expired before, and the same site; or the same road, as K10 may be reported for a bridge."""
    of, about_it, named = REVISIONS.c, subject(reading), site(reading)
    places = [of.site == named] if named else []
    if about_it.station is None:
        places += [of.road == about_it.road] if about_it.road else []
        places += [of.road_number == about_it.road_number] if about_it.road_number else []
    nowhere = and_(of.site.is_(None), of.road.is_(None), of.road_number.is_(None))
    goes_on = or_(of.expires.is_(None), of.expires > horizon(reading))
    # Not as the index of kinds has it: SQLite would go through all of a kind rather than the few of a place.
    same_kind = of.kind.concat("") == reading.kind
    return and_(same_kind, goes_on, or_(*places) if places else nowhere)


def append(
    connection: Connection, notice_id: str, change: Change, now: datetime, where: Whereabouts, *, held: bool
) -> Revision:
    """Add a revision of ``change``, published or held back; remember ``where`` it is and whether it is in doubt."""
    row, record = revision_row(notice_id, change, now), record_of(change)
    position = connection.execute(insert(REVISIONS).values(row).returning(REVISIONS.c.position)).scalar_one()
    connection.execute(insert(RECORDS).values(position=position, record=record))
    index(connection, position, row, held=held)
    where.add(connection, position, record)
    if held or doubtful(change):
        connection.execute(insert(DOUBTS).values(position=position, held=held))
    return Revision(position=position, recorded=now, held=held, change=change)


def corrections(connection: Connection, change_ids: Collection[str]) -> Mapping[str, Sequence[Correction]]:
    """What people made of those changes, by change, in the order in which they did."""
    before, after = RECORDS.alias("before"), RECORDS.alias("after")
    made = (
        select(REVIEWS.c.change_id, REVIEWS.c.at, before.c.record, after.c.record)
        .join(before, before.c.position == REVIEWS.c.position)
        .join(after, after.c.position == REVIEWS.c.made)
        .order_by(REVIEWS.c.id)
    )
    found: dict[str, list[Correction]] = defaultdict(list)
    wanted = sorted(change_ids)
    for first in range(0, len(wanted), _AT_ONCE):
        of_some = made.where(REVIEWS.c.change_id.in_(wanted[first : first + _AT_ONCE]))
        for change_id, at, was, now_is in connection.execute(of_some):
            seen = _notices(connection, change_id, at)
            found[change_id].append(Correction(CHANGE.validate_json(was), CHANGE.validate_json(now_is), seen))
    return found


def _notices(connection: Connection, change_id: str, until: datetime) -> frozenset[str]:
    """The notices that had reported a change by then."""
    reported = (
        select(NOTICES.c.id)
        .join(REPORTS, REPORTS.c.notice_id == NOTICES.c.id)
        .where(REPORTS.c.change_id == change_id, NOTICES.c.added <= until)
    )
    return frozenset(connection.scalars(reported))
