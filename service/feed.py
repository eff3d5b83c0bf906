"""A feed before it has a format, and a format before it has a feed.

There are two kinds of feed. One of states has an entry per change, rewritten in place: calendars and machines want
that. A log has an entry per revision, under an id of its own, because a reader never shows an entry again under an id
that it knows: whoever must be told of a correction needs the log.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import quote
from uuid import UUID, uuid5

from service.prose import Lang
from service.records import Change, Revision

__all__ = ["Feed", "Format", "Lang", "Parts"]

# Identity of every entry ever published: another value makes everything new and unread for everybody.
_ENTRIES = UUID("5a0c1f6e-7d0b-5f0e-9a54-3f6f0b8a2c11")

_PARTS_BYTES = 32 * 2**20


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
        """The address of the page that shows ``change``, in the language of the feed."""
        return f"{self.base_url.rstrip('/')}/changes/{quote(change.id, safe='')}?lang={self.lang}"


class Parts:
    """Rendered parts of feeds, those used last: a revision never changes, and neither does what is written of it.

    A key names the format, every option that the part depends on, and the revision's position. Of one store only,
    since positions are the store's; safe for several threads.
    """

    def __init__(self, capacity: int = _PARTS_BYTES) -> None:
        """``capacity`` counts bytes."""
        self._capacity = capacity
        self._size = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """What is kept under ``key``, else what ``make`` gives."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        # Outside the lock: two that come at once may both render, and neither waits for the other.
        part = make()
        with self._lock:
            self._size += len(part) - len(self._kept.pop(key, b""))
            self._kept[key] = part
            while self._size > self._capacity:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped)
        return part


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to write a feed. ``write`` is pure: the same feed gives the same bytes, whatever parts are kept."""

    name: str
    extension: str
    media_type: str
    standard: str
    write: Callable[[Feed, Parts], bytes]

    def render(self, feed: Feed, parts: Parts | None = None) -> bytes:
        """``feed`` in this format; of ``parts``, those that are known are not rendered again."""
        return self.write(feed, Parts() if parts is None else parts)


def _position(revision: Revision) -> int:
    return revision.position
