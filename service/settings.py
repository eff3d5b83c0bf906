"""Everything an operator can change, read once at start from ``TOLLFEED_…`` variables.

A length of time is given in seconds or as ISO 8601 writes it: ``90``, ``PT90S``, ``P30D``.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _seconds(value: Any) -> Any:
    # A variable is a string, and of strings pydantic reads only the ISO form.
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _listed(value: Any) -> Any:
    # A variable is a string; "10.0.0.0/8, fd00::/8" is easier to write than JSON.
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


class Policy(StrEnum):
    """What becomes of a change in doubt: published with its flag, or held until a person approves it."""

    PUBLISH = "publish"
    HOLD = "hold"


Duration = Annotated[timedelta, BeforeValidator(_seconds)]


class Settings(BaseSettings):
    """One attribute, one variable: ``database`` is ``TOLLFEED_DATABASE``."""

    model_config = SettingsConfigDict(env_prefix="TOLLFEED_", frozen=True)

    data: Path = Field(default=Path("data"), description="Folder of the default database and the inbox.")
    database: str | None = Field(
        default=None, description="sqlite:///PATH or postgresql://…; default: tollfeed.db in the data folder."
    )
    base_url: str = Field(
        default="http://127.0.0.1:8000", description="Public address of this service, as written into feeds."
    )
    hub: str | None = Field(
        default=None,
        pattern=r"^https?://[!#-;=?-~]+$",
        description="Address of a WebSub hub that is told of new entries by other means, as written into feeds.",
    )
    own_hub: bool = Field(
        default=True, description="Be a WebSub hub for the own feeds, at /hub; they name it unless `hub` is another."
    )
    deliver: bool = Field(default=True, description="Send webhooks, and feeds as their hub, from this process.")
    deliver_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), description="Private networks that may be sent to all the same: 10.0.0.0/8, fd00::/8."
    )
    rules: Path | None = Field(default=None, description="Rule folder; default: the rules that are installed.")
    poll: bool = Field(default=True, description="Poll the inbox and the sources from this process.")
    poll_every: Duration = Field(
        default=timedelta(minutes=5), ge=timedelta(seconds=1), description="Seconds between two polls of a source."
    )
    lease: Duration = Field(
        default=timedelta(seconds=30),
        ge=timedelta(seconds=1),
        description="Seconds after which a silent poller is replaced by another.",
    )
    max_document: int = Field(default=5_000_000, description="Largest document accepted, in bytes.")
    review: Policy = Field(
        default=Policy.PUBLISH, description="A change with a flag: publish it with its flag, or hold it for a person."
    )
    grace: Duration = Field(
        default=timedelta(days=30), description="How long an ended or cancelled change stays in the default feeds."
    )
    machine_grace: Duration = Field(
        default=timedelta(days=1), description="How long it stays in the feeds for machines, at least."
    )
    horizon: Duration = Field(
        default=timedelta(days=14),
        ge=timedelta(days=1),
        le=timedelta(days=366),
        description="How many days ahead formats tell that list single nights.",
    )
    publisher: str = Field(
        default="tollfeed",
        pattern=r"^\S[^\x00-\x1f\x7f]{0,199}$",
        description="Who publishes, as feeds for machines say.",
    )

    email: str | None = Field(
        default=None,
        pattern=r"^[a-zA-Z0-9._%+-]{1,64}@[a-zA-Z0-9.-]{1,190}\.[a-zA-Z]{2,4}$",
        description="Whom to ask about the data, as Open511 says.",
    )
    license: str | None = Field(
        default=None,
        pattern=r"^https?://[!#-;=?-~]+$",
        description="Address of the licence of what is published, as Open511 says.",
    )
    log_retention: Duration = Field(
        default=timedelta(days=365), ge=timedelta(days=1), description="How far back the log for programs reaches."
    )

    @property
    def hub_named(self) -> str | None:
        """The address of the hub that feeds name, if any."""
        return self.hub or (f"{self.base_url.rstrip('/')}/hub" if self.own_hub else None)

    @property
    def holds(self) -> bool:
        """True where a change in doubt waits for a person."""
        return self.review is Policy.HOLD

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database or f"sqlite:///{self.data / 'tollfeed.db'}"
