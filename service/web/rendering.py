"""Rendered feeds and their validators (RFC 9110 §8.8, §13): hashed once, compared often, kept while nothing changed."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from threading import Lock

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_CAPACITY = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Rendering:
    """A feed's bytes, and when they last changed; None where only the clock knows."""

    content: bytes
    etag: str
    modified: datetime | None

    @classmethod
    def of(cls, content: bytes, modified: datetime | None) -> Rendering:
        """With a strong entity tag: the same bytes have the same, whoever serves them."""
        # HTTP dates have whole seconds.
        whole = modified.astimezone(UTC).replace(microsecond=0) if modified else None
        return cls(content, f'"{sha256(content).hexdigest()[:32]}"', whole)

    @property
    def last_modified(self) -> str | None:
        """The header's value."""
        return format_datetime(self.modified, usegmt=True) if self.modified else None

    def is_known(self, if_none_match: str | None, if_modified_since: str | None) -> bool:
        """True when the client has these bytes; its entity tags count before its date (§13.2.2)."""
        if if_none_match is not None:
            return if_none_match.strip() == "*" or self.etag in _TAG.findall(if_none_match)
        since = _http_date(if_modified_since)
        return self.modified is not None and since is not None and self.modified <= since


def _http_date(text: str | None) -> datetime | None:
    """The date, or None for one that cannot be read, which is to be ignored (§13.1.3)."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Renderings:
    """The renderings used last, up to some megabytes."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        """``capacity`` counts bytes."""
        self._capacity = capacity
        self._size = 0
        self._kept: OrderedDict[Hashable, Rendering] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, render: Callable[[], Rendering]) -> Rendering:
        """What is kept under ``key``, else what ``render`` gives."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        # Outside the lock: two that come at once may both render, and neither waits for another feed.
        rendering = render()
        self._keep(key, rendering)
        return rendering

    def _keep(self, key: Hashable, rendering: Rendering) -> None:
        with self._lock:
            replaced = self._kept.pop(key, None)
            self._kept[key] = rendering
            self._size += len(rendering.content) - (len(replaced.content) if replaced else 0)
            while self._size > self._capacity:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.content)
