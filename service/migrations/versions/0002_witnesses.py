"""Which notice reports which change, so that a second newspaper is kept as a witness; answers and leases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables; every revision so far was reported by the notice that it came from."""
    op.create_table(
        "reports",
        sa.Column("notice_id", sa.Text, sa.ForeignKey("notices.id"), primary_key=True),
        sa.Column("change_id", sa.Text, primary_key=True),
        sa.Column("position", POSITION, sa.ForeignKey("revisions.position"), nullable=False),
    )
    op.create_index("reports_by_change", "reports", ["change_id", "position"])
    op.execute(
        "INSERT INTO reports (notice_id, change_id, position)"
        " SELECT notice_id, change_id, max(position) FROM revisions GROUP BY notice_id, change_id"
    )
    op.create_table(
        "answers",
        sa.Column("key_name", sa.Text, primary_key=True),
        sa.Column("idempotency_key", sa.Text, primary_key=True),
        sa.Column("request_sha256", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("answered", MOMENT, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
