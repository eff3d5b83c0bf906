"""Everything an operator can change, read once at start from ``TOLLFEED_…`` variables."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    rules: Path | None = Field(default=None, description="Rule folder; default: the rules that are installed.")
    poll: bool = Field(default=True, description="Poll the inbox and the sources from this process.")
    poll_every: timedelta = Field(default=timedelta(minutes=5), description="Seconds between two polls of a source.")
    lease: timedelta = Field(
        default=timedelta(seconds=30), description="Seconds after which a silent poller is replaced by another."
    )
    max_document: int = Field(default=5_000_000, description="Largest document accepted, in bytes.")
    grace: timedelta = Field(
        default=timedelta(days=30), description="How long an ended or cancelled change stays in the default feeds."
    )

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database or f"sqlite:///{self.data / 'tollfeed.db'}"
