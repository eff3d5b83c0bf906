"""A feed before it has a format, and a format before it has a feed.

There are two kinds of feed. One of states has an entry per change, rewritten in place: calendars and machines want
that. A log has an entry per revision, under an id of its own, because a reader never shows an entry again under an id
that it knows: whoever must be told of a correction needs the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID, uuid5

from service.prose import Lang
from service.records import Change, Revision

__all__ = ["Feed", "Format", "Lang"]

# Identity of every entry ever published: another value makes everything new and unread for everybody.
_ENTRIES = UUID("5a0c1f6e-7d0b-5f0e-9a54-3f6f0b8a2c11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What is to be published, in whatever format.

    ``url`` is the feed's own address, ``home`` a page for people, ``base_url`` where this service answers.
    ``updated`` is when the newest revision was recorded, never the time of rendering. ``alarm`` is how long before a
    change a calendar should sound, or None for never.
    """

    title: str
    description: str
    url: str
    home: str
    base_url: str
    lang: Lang
    updated: datetime
    revisions: tuple[Revision, ...]
    log: bool = False
    alarm: timedelta | None = None

    @property
    def entries(self) -> tuple[Revision, ...]:
        """What has an entry of its own, newest first: every revision in a log, else the latest of each change."""
        if not self.log:
            return self.latest
        return tuple(sorted(self.revisions, key=_position, reverse=True))

    @property
    def latest(self) -> tuple[Revision, ...]:
        """The latest revision of each change, newest first."""
        latest = {revision.change.id: revision for revision in sorted(self.revisions, key=_position)}
        return tuple(sorted(latest.values(), key=_position, reverse=True))

    def entry_id(self, revision: Revision) -> str:
        """An absolute identifier (RFC 9562 §5.5) that stays when the address of this service changes."""
        name = f"{revision.change.id}#{revision.change.revision}" if self.log else revision.change.id
        return uuid5(_ENTRIES, name).urn

    def link(self, change: Change) -> str:
        """The address of ``change`` at this service."""
        return f"{self.base_url.rstrip('/')}/v1/changes/{quote(change.id, safe='')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to write a feed. ``render`` is pure: the same feed gives the same bytes."""

    name: str
    extension: str
    media_type: str
    standard: str
    render: Callable[[Feed], bytes]


def _position(revision: Revision) -> int:
    return revision.position
