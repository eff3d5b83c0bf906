"""Rendered feeds: kept while nothing changed, so that one that is written in several ways is rendered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime


@dataclass(frozen=True, slots=True)
class Rendering:
    """A feed's bytes, and when they last changed; None where only the clock knows."""

    content: bytes
    modified: datetime | None

    def __len__(self) -> int:
        """How many bytes."""
        return len(self.content)

    @property
    def last_modified(self) -> str | None:
        """The header's value, in whole seconds."""
        return format_datetime(self.modified.astimezone(UTC), usegmt=True) if self.modified else None
