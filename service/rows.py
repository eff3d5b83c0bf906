"""Records as rows and back: a notice is one row, a revision one with what queries look through and one with its record.

The surprising thing: the columns only repeat what the record says, under the keys by which it is found. The record
alone is read back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select

from service.identity import expires, site, subject
from service.query import HELD, PUBLISHED, words
from service.records import CHANGE, NOTICE, Action, Change, Notice, Revision, StartBasis, day_start
from service.schema import RECORDS, REVIEWS, REVISIONS
from service.stations import entry

KNOWN = select(
    REVISIONS.c.position,
    REVISIONS.c.recorded,
    RECORDS.c.record,
    select(REVIEWS.c.author).where(REVIEWS.c.made == REVISIONS.c.position).scalar_subquery().label("author"),
    REVISIONS.c.position.in_(HELD).label("held"),
).join_from(REVISIONS, RECORDS)
"""Whatever is needed to give any revision back, for conditions on ``REVISIONS`` to narrow."""

STORED = KNOWN.where(PUBLISHED)
"""The same of revisions that are published."""


def newer_than(position: int) -> ColumnElement[bool]:
    """The condition on ``STORED`` that a revision is newer than the one at ``position``."""
    # Said of both tables, as PostgreSQL infers equality only and would read all records from the position on.
    return and_(REVISIONS.c.position > position, RECORDS.c.position > position)


Found = Row[int, datetime, str, str | None, bool]
"""A row of ``KNOWN`` or ``STORED``."""


def revision_of(row: Found) -> Revision:
    """The revision of a row of ``KNOWN`` or ``STORED``."""
    change = CHANGE.validate_json(row.record)
    return Revision(position=row.position, recorded=row.recorded, author=row.author, held=row.held, change=change)


def record_of(change: Change) -> str:
    """``change`` as JSON, as it is published but for the status."""
    return CHANGE.dump_json(change, by_alias=True).decode()


def notice_row(notice: Notice, now: datetime) -> dict[str, Any]:
    """The row of ``notices``."""
    document = NOTICE.dump_json(notice, by_alias=True).decode()
    return {"id": notice.id, "source": notice.source, "published": notice.published, "added": now, "record": document}


def revision_row(notice_id: str, change: Change, now: datetime) -> dict[str, Any]:
    """The row of ``revisions``, which gives it its position."""
    keys, station, validity = subject(change), entry(change), change.validity
    return {
        "change_id": change.id,
        "sequence": change.revision,
        "notice_id": notice_id,
        "recorded": now,
        "kind": change.kind,
        "site": site(change),
        "road": keys.road,
        "road_number": keys.road_number,
        "station": keys.station,
        "qualifier": keys.qualifier,
        "station_id": station.id if station else None,
        "access": keys.access,
        "cancelled": change.action is Action.CANCEL,
        "lasting": change.kind.lasting,
        "after_works": validity.start_basis is StartBasis.AFTER_WORKS,
        "start": validity.start,
        "end": validity.end,
        "published": day_start(change.notice.published),
        "expires": expires(change),
        "words": words(change),
    }
