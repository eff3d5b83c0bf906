"""Rendered feeds: kept while nothing changed, so that one that is asked for in several ways is rendered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime


@dataclass(frozen=True, slots=True)
class Rendering:
    """A feed's bytes, when they last changed (None where only the clock knows), and how many changes it leaves out."""

    content: bytes
    modified: datetime | None
    omitted: int = 0

    def __len__(self) -> int:
        """How many bytes."""
        return len(self.content)

    @property
    def last_modified(self) -> str | None:
        """The header's value, in whole seconds."""
        return format_datetime(self.modified.astimezone(UTC), usegmt=True) if self.modified else None
