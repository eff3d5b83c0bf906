"""Which revisions are in doubt or held back, and what people made of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables; whatever has a flag so far was published with it."""
    op.create_table(
        "doubts",
        sa.Column("position", POSITION, sa.ForeignKey("revisions.position"), primary_key=True, autoincrement=False),
        sa.Column("held", sa.Boolean, nullable=False),
    )
    op.execute(
        sa.text(
            "INSERT INTO doubts (position, held) SELECT position, :held FROM records WHERE record NOT LIKE :no_flags"
        ).bindparams(held=False, no_flags='%"flags":[]%')
    )
    op.create_table(
        "reviews",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("change_id", sa.Text, nullable=False),
        sa.Column("position", POSITION, sa.ForeignKey("revisions.position"), nullable=False),
        sa.Column("made", POSITION, sa.ForeignKey("revisions.position")),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_index("reviews_by_change", "reviews", ["change_id", "id"])
    op.create_index("reviews_by_position", "reviews", ["position"])
    op.create_index("reviews_by_made", "reviews", ["made"])
