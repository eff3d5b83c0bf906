"""Where each revision is, as far as a gazetteer knows; the order of time of recording."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTS = ("road", "station", "service_area", "junction", "structure", "segment", "direction", "access")
AT_ONCE = 1000


def upgrade() -> None:
    """Add the tables and fill them from the records; bounds come with the first gazetteer."""
    op.create_table(
        "places",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("record", sa.Text, nullable=False, unique=True),
        sa.Column("gazetteer", sa.Text),
        sa.Column("west", sa.Float),
        sa.Column("south", sa.Float),
        sa.Column("east", sa.Float),
        sa.Column("north", sa.Float),
    )
    op.create_table(
        "spots",
        sa.Column("position", POSITION, sa.ForeignKey("revisions.position"), primary_key=True, autoincrement=False),
        sa.Column("place", POSITION, sa.ForeignKey("places.id"), nullable=False),
    )
    op.create_index("spots_by_place", "spots", ["place", "position"])
    op.create_index("revisions_by_recorded", "revisions", ["recorded", "position"])
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    places: dict[str, int] = {}
    spots: list[dict[str, int]] = []
    for position, record in connection.execute(sa.text("SELECT position, record FROM records ORDER BY position")):
        place = _place(json.loads(record))
        spots.append({"position": position, "place": places.setdefault(place, len(places) + 1)})
    # Without ids, so that PostgreSQL counts them: in the order of rows both count from 1.
    for some in _some([{"record": record} for record in places]):
        connection.execute(sa.text("INSERT INTO places (record) VALUES (:record)"), some)
    for some in _some(spots):
        connection.execute(sa.text("INSERT INTO spots (position, place) VALUES (:position, :place)"), some)


def _place(record: Mapping[str, Any]) -> str:
    said = {part: record[part] for part in PARTS if record.get(part) is not None}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _some(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE)]
