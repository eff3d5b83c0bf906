"""Who is told by HTTP: webhooks with what is still to be delivered, and the subscriptions of the WebSub hub."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables, empty."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("filter", sa.Text, nullable=False),
        sa.Column("types", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("former_secret", sa.Text),
        sa.Column("former_until", MOMENT),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("milestone", POSITION, nullable=False),
        sa.Column("delivered", MOMENT),
        sa.Column("failing", MOMENT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("paused", MOMENT),
        sa.Column("disabled", MOMENT),
        sa.Column("reason", sa.Text),
    )
    op.create_index("webhooks_by_owner", "webhooks", ["owner", "created"])
    op.create_table(
        "deliveries",
        sa.Column("number", POSITION, primary_key=True, autoincrement=True),
        sa.Column("webhook_id", sa.Text, sa.ForeignKey("webhooks.id"), nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("change_id", sa.Text),
        sa.Column("position", POSITION),
        sa.Column("milestone", POSITION),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", MOMENT),
        sa.Column("error", sa.Text),
        sa.UniqueConstraint("webhook_id", "message_id", name="deliveries_of_message"),
    )
    op.create_index("deliveries_by_due", "deliveries", ["webhook_id", "due"])
    op.create_index("deliveries_by_change", "deliveries", ["webhook_id", "change_id", "number"])
    op.create_table(
        "subscriptions",
        sa.Column("number", POSITION, primary_key=True, autoincrement=True),
        sa.Column("callback", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("secret", sa.Text),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failing", MOMENT),
        sa.Column("due", MOMENT, nullable=False),
        sa.UniqueConstraint("callback", "topic", name="subscriptions_of_callback"),
    )
    op.create_index("subscriptions_by_topic", "subscriptions", ["topic"])
    op.create_index("subscriptions_by_host", "subscriptions", ["host"])
    op.create_table(
        "intents",
        sa.Column("number", POSITION, primary_key=True, autoincrement=True),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("callback", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("secret", sa.Text),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("asked", MOMENT, nullable=False),
        sa.UniqueConstraint("callback", "topic", name="intents_of_callback"),
    )
    op.create_table(
        "topics",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
    )
