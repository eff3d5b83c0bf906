"""What /v1/webhooks takes and what it answers: the documents of webhooks and of their messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from service.deliveries import Backlog
from service.news import Event
from service.records import Record
from service.web.parameters import LARGEST_LIMIT
from service.webhooks import Delivery, Webhook

_LONGEST_URL = 2000
_MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")]


class Registration(BaseModel):
    """A webhook as asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        max_length=_LONGEST_URL, pattern=r"^https?://[^\s\x00-\x20]+$", description="Where messages are posted to."
    )
    filter: dict[str, str | list[str]] | str = Field(
        default="", description="Which changes: the parameters of `/feeds/log.json`, as an object or a query string."
    )
    types: Annotated[
        tuple[Event, ...],
        WithJsonSchema({"type": "array", "items": {"type": "string", "enum": list(Event)}}),
    ] = Field(default=(), description="Which events; all unless given.")
    secret: str | None = Field(
        default=None, description="`whsec_` and the Base64 of 24 to 64 bytes; made unless given, and shown this once."
    )
    description: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] | None = Field(
        default=None, description="For yourself."
    )


class Rotation(BaseModel):
    """A secret to take the place of the present one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: str | None = Field(default=None, description="As in a registration; made unless given.")


class Replay(BaseModel):
    """Which dead letters to send again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    messages: Annotated[list[_MessageId], Field(max_length=LARGEST_LIMIT)] | None = Field(
        default=None, description="Their `message`s; all unless given."
    )


class State(StrEnum):
    """How a webhook is doing: ``failing`` since its last success, ``disabled`` until it is enabled again."""

    ACTIVE = "active"
    FAILING = "failing"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDocument(Record):
    """A webhook: what it is told, how it is doing (``reason``: what went wrong last), and how much is still to do.

    ``delivered`` is when it last took a message, ``failing_since`` since when it takes none, ``paused_until`` until
    when it is left alone. ``waiting`` counts messages to be sent, ``dead`` those that were given up.
    """

    id: str
    url: str
    filter: str
    types: tuple[Event, ...]
    description: str | None
    created: datetime
    state: State
    reason: str | None
    delivered: datetime | None
    failing_since: datetime | None
    paused_until: datetime | None
    disabled_since: datetime | None
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook(WebhookDocument):
    """A webhook with its secret, which is shown this once."""

    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks(Record):
    """The webhooks of a key, oldest first."""

    webhooks: tuple[WebhookDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDocument(Record):
    """A message that was not taken yet: ``message`` is its ``webhook-id``, ``due`` null of a dead letter."""

    message: str
    type: str
    change: str | None
    made: datetime
    attempts: int
    due: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesDocument(Record):
    """Messages, oldest first; ``next`` is the ``after`` of the next page, null on the last."""

    deliveries: tuple[DeliveryDocument, ...]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed(Record):
    """How many dead letters are sent again."""

    replayed: int


class Pile(BaseModel):
    """Which messages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dead: bool | None = Field(
        default=None, description="`true` for dead letters, `false` for those still to be sent; both unless given."
    )
    after: int = Field(default=0, ge=0, lt=10**18, description="The `next` of the page before.")
    limit: Annotated[int, WithJsonSchema({"type": "integer", "minimum": 1})] = Field(
        default=50, ge=1, description=f"How many at most; more than {LARGEST_LIMIT} gives {LARGEST_LIMIT}."
    )


def document(webhook: Webhook, backlog: Backlog) -> WebhookDocument:
    """The document of ``webhook``, of which so much is still to be sent."""
    return WebhookDocument(
        id=webhook.id,
        url=webhook.url,
        filter=webhook.filter,
        types=webhook.types,
        description=webhook.description,
        created=webhook.created,
        state=State.DISABLED if webhook.disabled else State.FAILING if webhook.failing else State.ACTIVE,
        reason=webhook.reason,
        delivered=webhook.delivered,
        failing_since=webhook.failing,
        paused_until=webhook.paused,
        disabled_since=webhook.disabled,
        waiting=backlog.waiting,
        dead=backlog.dead,
    )


def delivery_document(delivery: Delivery) -> DeliveryDocument:
    """The document of ``delivery``."""
    return DeliveryDocument(
        message=delivery.message_id,
        type=delivery.type,
        change=delivery.change_id,
        made=delivery.made,
        attempts=delivery.attempts,
        due=delivery.due,
        error=delivery.error,
    )
