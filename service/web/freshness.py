"""Whether an answer given before is still right: while nothing was added to the store, at the times it is made for.

The surprising thing: nothing expires. What is kept is compared with the store at every request, which costs
microseconds (:meth:`service.store.Store.stamp`). On PostgreSQL, what another process adds is seen within a second.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

import anyio
from fastapi import Request

from service.errors import StoreError
from service.records import CHINA
from service.store import Edition, Store

# In the zone of the clock: to compare times of one zone costs a tenth.
_FIRST = datetime.min.replace(tzinfo=CHINA)
_LAST = datetime.max.replace(tzinfo=CHINA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """When an answer is right: while the store has this edition, from ``begin`` on and before ``end``."""

    edition: Edition
    begin: datetime = _FIRST
    end: datetime = _LAST

    def holds(self, edition: Edition | None, now: datetime) -> bool:
        """True while neither the store nor the clock changes anything; ``edition`` is None where nobody knows it."""
        return edition == self.edition and self.begin <= now < self.end


class Freshness:
    """The edition of the store, read again only when something was written since."""

    def __init__(self, store: Store) -> None:
        """Watch ``store``."""
        self._store = store
        self._stamp = store.stamp
        self._seen: tuple[Hashable, Edition] | None = None

    def known(self) -> Edition | None:
        """The edition of now, if nothing was written since somebody looked."""
        try:
            return self._seen[1] if self._seen is not None and self._seen[0] == self._stamp() else None
        except StoreError:
            return None

    async def edition(self) -> Edition | None:
        """The edition of now; None where the database does not answer, of which the route will tell."""
        known = self.known()
        if known is not None:
            return known
        try:
            # Before the edition: what is written between the two is seen the next time.
            stamp = self._stamp()
            self._seen = stamp, await anyio.to_thread.run_sync(self._store.edition)
        except StoreError:
            return None
        return self._seen[1]


def lasts(request: Request, lasting: Lasting) -> None:
    """Let the answer to ``request`` be given again to whoever asks for the same address, as long as it is right.

    For answers that depend on nothing but the address, the store and the clock.
    """
    request.state.lasting = lasting
