"""The days on which changes began and ended, as they were told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table, empty: what began before is no news."""
    op.create_table(
        "milestones",
        sa.Column("number", POSITION, primary_key=True, autoincrement=True),
        sa.Column("change_id", sa.Text, nullable=False),
        sa.Column("position", POSITION, sa.ForeignKey("revisions.position"), nullable=False),
        sa.Column("edge", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("recorded", MOMENT, nullable=False),
        sa.Column("after", POSITION, nullable=False),
        sa.UniqueConstraint("change_id", "edge", "day", name="milestones_of_change"),
    )
    op.create_index("milestones_by_position", "milestones", ["position"])
    op.create_index("milestones_by_day", "milestones", ["day"])
