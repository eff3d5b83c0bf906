"""Following the log: cursors, and pages of entries as bytes, which any number of readers share.

A cursor names a position and bears a mark of the revision that stands there, so that one of another database, or of
this one before an old copy was put in its place, is known for what it is. The surprising thing: readers that wait for
the same news are given one page, read once, since an entry of the log never changes.
"""

from __future__ import annotations

import asyncio
import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic

import anyio

from service.errors import QueryError
from service.journal import Logged, Place
from service.kept import Kept
from service.store import Query, Store
from service.waking import Waking
from service.web import answers
from service.web.answers import LogHead

NOW = "now"
"""Said for the cursor behind everything."""

EXPECTED = f"a cursor that this service gave as next or id, {NOW}, or nothing to begin with the oldest entry"

_CURSOR = re.compile(r"[A-Za-z0-9_-]{16}")
_POSITION_BYTES, _MARK_BYTES = 7, 5  # 16 characters, of base64 without padding

_KEPT_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds after which a stream says that it still stands, and that a client may take to make room for more."""

    heartbeat: float = 15.0
    patience: float = 20.0


class Gone(Exception):  # noqa: N818 - the word of RFC 9110 for 410
    """The entries behind a cursor are no longer given; ``newest`` is the cursor behind everything."""

    def __init__(self, newest: str) -> None:
        """Say where to begin anew."""
        super().__init__(f"the log begins later; begin anew behind {newest}")
        self.newest = newest


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the cursor behind it, what happened, and all of it as JSON on one line."""

    cursor: str
    event: str
    content: bytes

    def __len__(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self.content) + 200


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the ``cursor`` and its ``position`` to go on from, and whether there is more by now."""

    entries: tuple[Entry, ...]
    position: int
    cursor: str
    more: bool


class Following:
    """The log of one store, as those read it who follow it; of one event loop."""

    def __init__(self, store: Store, waking: Waking, retention: timedelta) -> None:
        """Give what was recorded within ``retention``."""
        self._store = store
        self._waking = waking
        self._retention = retention
        self._entries: Kept[Entry] = Kept(_KEPT_BYTES, len)
        self._reading: dict[Hashable, asyncio.Future[Page]] = {}

    async def begin(self, since: str | None, now: datetime, *, name: str = "since") -> Page:
        """The place named by the parameter ``name``, as a page without entries.

        Raises:
            QueryError: it is no cursor of this database.
            Gone: some of what is behind it is no longer given.
        """
        place = await anyio.to_thread.run_sync(self._begin, since, now - self._retention, name)
        return Page((), place.position, written(place), more=True)

    async def page(self, after: int, query: Query, until: int | None = None) -> Page:
        """What ``query`` asks for behind ``after``, as far as ``until`` or all there is by now."""
        if until is None:
            return await anyio.to_thread.run_sync(self._read, after, query, until)
        # As far as `until` it is the same for everybody, so those woken together read it once.
        key = (after, until, query)
        reading = self._reading.get(key)
        if reading is None:
            reading = asyncio.ensure_future(anyio.to_thread.run_sync(self._read, after, query, until))
            self._reading[key] = reading
            reading.add_done_callback(lambda _: self._reading.pop(key, None))
        # One of them who leaves must not take it from the others.
        return await asyncio.shield(reading)

    async def wait(self, page: Page, query: Query, seconds: float) -> Page:
        """The first page behind ``page`` that has an entry; after that many seconds, or at the end, one without."""
        until = monotonic() + seconds
        while not page.entries and (left := until - monotonic()) > 0:
            newest = await self._waking.after(page.position, left)
            if newest <= page.position:
                break
            page = await self.page(page.position, query, newest)
        return page

    def _begin(self, since: str | None, oldest: datetime, name: str) -> Place:
        if since is None:
            return self._store.place_before(oldest)
        if since == NOW:
            return self._store.newest_place()
        position = _position(since)
        place = self._store.place(position) if position is not None else None
        if place is None or written(place) != since:
            raise QueryError(name, EXPECTED, since)
        recently = place.recorded is not None and place.recorded >= oldest
        if not recently and self._store.place_before(oldest).position > place.position:
            raise Gone(written(self._store.newest_place()))
        return place

    def _read(self, after: int, query: Query, until: int | None) -> Page:
        found = self._store.stretch(after, query, until)
        known = {position: self._entries.find(position) for position in found.positions}
        for each in self._store.logged([position for position, entry in known.items() if entry is None]):
            known[each.place.position] = entry = _entry(each)
            self._entries.keep(each.place.position, entry)
        entries = tuple(entry for entry in known.values() if entry is not None)
        return Page(entries, found.end.position, written(found.end), found.more)


def written(place: Place) -> str:
    """The cursor of ``place``, opaque to clients."""
    bare = f"{place.position}/{place.change_id}/{place.sequence}/{place.recorded and place.recorded.timestamp()}"
    mark = sha256(bare.encode()).digest()[:_MARK_BYTES]
    return urlsafe_b64encode(place.position.to_bytes(_POSITION_BYTES) + mark).decode()


def _position(cursor: str) -> int | None:
    """The position that a cursor names; None for what is none."""
    if not _CURSOR.fullmatch(cursor):
        return None
    try:
        return int.from_bytes(urlsafe_b64decode(cursor)[:_POSITION_BYTES])
    except binascii.Error:
        return None


def _entry(logged: Logged) -> Entry:
    place = logged.place
    cursor = written(place)
    head = answers.write(
        LogHead(
            cursor=cursor,
            position=place.position,
            recorded=place.recorded,
            event=logged.event,
            news=logged.news,
            change_id=place.change_id,
            revision=place.sequence,
            author=logged.author,
            changed_fields=logged.changed_fields,
            supersedes=logged.supersedes,
            superseded_by=logged.superseded_by,
        )
    )
    # Its record is JSON already, and ten times as long as the rest.
    return Entry(cursor, logged.event, head[:-1] + b',"change":' + logged.record.encode() + b"}")
