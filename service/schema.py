"""The tables, as SQLAlchemy Core, the same on SQLite and PostgreSQL; how they came to be stands in ``migrations``.

``notices``, ``revisions``, ``records``, ``reports``, ``doubts``, ``reviews`` and ``milestones`` are only ever added to
(docs/adr/0004-storage.md). What finds them (``successors``, ``blocks``, ``places``, ``spots``, ``cells``, ``grams``) is
derived from them and could be made anew. The surprising thing: a status is nowhere stored. It follows from the clock,
so ``query`` asks for it by ``start``, ``end`` and ``cancelled``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every version a database of this program can have, oldest first; the last is what the program reads and writes."""

VERSION_TABLE = "tollfeed_version"


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC. SQLite drops zones, so there it is ISO text of one width."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, ``timestamptz`` elsewhere."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Aware datetime to what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected an aware datetime, found {value!r}")
        moment = value.astimezone(UTC)
        return moment.isoformat(timespec="microseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """What the database keeps to an aware datetime in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        return moment.astimezone(UTC)


# SQLite counts only an INTEGER PRIMARY KEY up by itself.
_POSITION = BigInteger().with_variant(Integer(), "sqlite")

TABLES = MetaData()

NOTICES = Table(
    "notices",
    TABLES,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("published", Date, nullable=False),
    Column("added", Moment, nullable=False),
    Column("record", Text, nullable=False),
)

REVISIONS = Table(
    "revisions",
    TABLES,
    Column("position", _POSITION, primary_key=True, autoincrement=True),
    Column("change_id", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("notice_id", Text, ForeignKey("notices.id"), nullable=False),
    Column("recorded", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("site", Text),
    Column("road", Text),
    Column("road_number", Text),
    Column("station", Text),
    Column("qualifier", Text),
    Column("station_id", Text),
    Column("access", Text),
    Column("cancelled", Boolean, nullable=False),
    Column("lasting", Boolean, nullable=False),
    Column("after_works", Boolean, nullable=False),
    Column("start", Moment),
    Column("end", Moment),
    Column("published", Moment, nullable=False),
    Column("expires", Moment),
    Column("words", Text, nullable=False),
    UniqueConstraint("change_id", "sequence", name="revisions_of_change"),
    Index("revisions_by_site", "site", "position"),
    Index("revisions_by_road", "road", "position"),
    Index("revisions_by_road_number", "road_number", "position"),
    Index("revisions_by_station", "station", "position"),
    Index("revisions_by_station_id", "station_id", "position"),
    Index("revisions_by_recorded", "recorded", "position"),
    Index("revisions_by_kind", "kind", "position"),
    Index("revisions_by_access", "access", "position"),
    Index("revisions_cancelled", "cancelled", "position"),
)

# Published revisions that another one followed, so that whether one is the newest, or was, is a look at one row.
SUCCESSORS = Table(
    "successors",
    TABLES,
    Column("position", _POSITION, ForeignKey("revisions.position"), primary_key=True, autoincrement=False),
    Column("by", _POSITION, ForeignKey("revisions.position"), nullable=False),
)

# What the revisions of so many positions (``blocks.SIZE``) have at most, so that questions of time skip most of them.
BLOCKS = Table(
    "blocks",
    TABLES,
    Column("block", _POSITION, primary_key=True, autoincrement=False),
    Column("starts", Moment, nullable=False),
    Column("begins", Moment, nullable=False),
    Column("waits", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("lasts", Moment, nullable=False),
    Column("recent", Moment, nullable=False),
    Column("cancelled", Boolean, nullable=False),
)

# Beside the revisions, not in them: a record is ten times as long as what queries look through.
RECORDS = Table(
    "records",
    TABLES,
    Column("position", _POSITION, ForeignKey("revisions.position"), primary_key=True, autoincrement=False),
    Column("record", Text, nullable=False),
)

REPORTS = Table(
    "reports",
    TABLES,
    Column("notice_id", Text, ForeignKey("notices.id"), primary_key=True),
    Column("change_id", Text, primary_key=True),
    Column("position", _POSITION, ForeignKey("revisions.position"), nullable=False),
    Index("reports_by_change", "change_id", "position"),
)

# Beside the revisions, too: few are in doubt, and what is published is everything but the few that are held.
DOUBTS = Table(
    "doubts",
    TABLES,
    Column("position", _POSITION, ForeignKey("revisions.position"), primary_key=True, autoincrement=False),
    Column("held", Boolean, nullable=False),
)

REVIEWS = Table(
    "reviews",
    TABLES,
    Column("id", _POSITION, primary_key=True, autoincrement=True),
    Column("change_id", Text, nullable=False),
    Column("position", _POSITION, ForeignKey("revisions.position"), nullable=False),
    Column("made", _POSITION, ForeignKey("revisions.position")),
    Column("verdict", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text),
    Index("reviews_by_change", "change_id", "id"),
    Index("reviews_by_position", "position"),
    Index("reviews_by_made", "made"),
)

# ``after`` orders them among the revisions; the last constraint makes telling a day a second time harmless.
MILESTONES = Table(
    "milestones",
    TABLES,
    Column("number", _POSITION, primary_key=True, autoincrement=True),
    Column("change_id", Text, nullable=False),
    Column("position", _POSITION, ForeignKey("revisions.position"), nullable=False),
    Column("edge", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("recorded", Moment, nullable=False),
    Column("after", _POSITION, nullable=False),
    UniqueConstraint("change_id", "edge", "day", name="milestones_of_change"),
    Index("milestones_by_position", "position"),
    Index("milestones_by_day", "day"),
)

# Derived from the records and from what some gazetteer (its digest) knew; null bounds where it knew nothing.
PLACES = Table(
    "places",
    TABLES,
    Column("id", _POSITION, primary_key=True, autoincrement=True),
    Column("record", Text, nullable=False, unique=True),
    Column("gazetteer", Text),
    Column("west", Float),
    Column("south", Float),
    Column("east", Float),
    Column("north", Float),
)

# Which of the places a revision is about.
SPOTS = Table(
    "spots",
    TABLES,
    Column("position", _POSITION, ForeignKey("revisions.position"), primary_key=True, autoincrement=False),
    Column("place", _POSITION, ForeignKey("places.id"), nullable=False),
    Index("spots_by_place", "place", "position"),
)

# Which revisions lie in which cells of the earth (``cells``).
CELLS = Table(
    "cells",
    TABLES,
    Column("cell", _POSITION, primary_key=True, autoincrement=False),
    Column("position", _POSITION, ForeignKey("revisions.position"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Which pairs of characters the words of a revision have (``grams``). A virtual table of FTS5 on SQLite, an array under
# GIN on PostgreSQL: it has no one definition, so it is none of ``TABLES``.
GRAMS = "grams"

POLLS = Table(
    "polls",
    TABLES,
    Column("id", _POSITION, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("error", Text),
    Column("notices", Integer, nullable=False),
    Column("revisions", Integer, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("digest", Text),
    Index("polls_by_source", "source", "id"),
)

KEYS = Table(
    "keys",
    TABLES,
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("revoked", Moment),
)

ANSWERS = Table(
    "answers",
    TABLES,
    Column("key_name", Text, primary_key=True),
    Column("idempotency_key", Text, primary_key=True),
    Column("request_sha256", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("answered", Moment, nullable=False),
)

LEASES = Table(
    "leases",
    TABLES,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
)
