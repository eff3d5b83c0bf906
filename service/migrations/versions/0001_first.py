"""Notices, the revisions they gave, polls and keys."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Spelt out, not imported from schema: a version stays what it was when it was released.
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "notices",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("published", sa.Date, nullable=False),
        sa.Column("added", MOMENT, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "revisions",
        sa.Column("position", POSITION, primary_key=True, autoincrement=True),
        sa.Column("change_id", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("notice_id", sa.Text, sa.ForeignKey("notices.id"), nullable=False),
        sa.Column("recorded", MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("site", sa.Text),
        sa.Column("road", sa.Text),
        sa.Column("road_number", sa.Text),
        sa.Column("station", sa.Text),
        sa.Column("qualifier", sa.Text),
        sa.Column("station_id", sa.Text),
        sa.Column("access", sa.Text),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("lasting", sa.Boolean, nullable=False),
        sa.Column("after_works", sa.Boolean, nullable=False),
        sa.Column("start", MOMENT),
        sa.Column("end", MOMENT),
        sa.Column("published", MOMENT, nullable=False),
        sa.Column("expires", MOMENT),
        sa.Column("words", sa.Text, nullable=False),
        sa.UniqueConstraint("change_id", "sequence", name="revisions_of_change"),
    )
    for column in ("site", "road", "road_number", "station", "station_id"):
        op.create_index(f"revisions_by_{column}", "revisions", [column, "position"])
    op.create_table(
        "records",
        sa.Column("position", POSITION, sa.ForeignKey("revisions.position"), primary_key=True, autoincrement=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "polls",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("notices", sa.Integer, nullable=False),
        sa.Column("revisions", sa.Integer, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("digest", sa.Text),
    )
    op.create_index("polls_by_source", "polls", ["source", "id"])
    op.create_table(
        "keys",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("revoked", MOMENT),
    )
