"""Waking those who wait for news: a commit is noticed within 50 ms, whichever process wrote.

However many wait, one task looks: they hold neither a thread nor a connection. On SQLite it asks for the counter of
the file's writes, which costs microseconds; on PostgreSQL for the newest position. The surprising thing: LISTEN and
NOTIFY are not used. They would need a connection held for ever, a poll for when that is lost, and a database that is
not behind a pooler; the poll alone does.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import anyio
from anyio import CapacityLimiter

from service.errors import StoreError
from service.store import Store

_EVERY_FILE = 0.01
_EVERY_SERVER = 0.04
"""Seconds between two looks, while somebody waits."""

_AFTER_FAILURE = 0.2


class Waking:
    """Lets coroutines of one event loop wait until a store has a revision that they have not seen.

    Of one loop only, and of a store that no other loop asks for its stamp.
    """

    def __init__(self, store: Store) -> None:
        """Look at ``store`` while somebody waits."""
        self._store = store
        self._newest = 0
        self._moved = asyncio.Event()
        self._closed = asyncio.Event()
        self._waiting = 0
        self._watcher: asyncio.Task[None] | None = None

    @property
    def closed(self) -> bool:
        """True once :meth:`close` was called: whoever waits should end."""
        return self._closed.is_set()

    @property
    def newest(self) -> int:
        """The newest position seen so far; 0 before anybody waited."""
        return self._newest

    async def after(self, position: int, timeout: float) -> int:
        """The newest position as soon as it lies behind ``position``.

        After ``timeout`` seconds, or once this is closed, whatever was the newest: then it is ``position`` or less.
        """
        if self._newest > position or self.closed:
            return self._newest
        self._waiting += 1
        try:
            async with asyncio.timeout(timeout):
                while self._newest <= position and not self.closed:
                    if self._watcher is None or self._watcher.done():
                        self._watcher = asyncio.create_task(self._watch())
                    await self._moved.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting -= 1
        return self._newest

    async def until_closed(self) -> None:
        """Return once :meth:`close` was called."""
        await self._closed.wait()

    def close(self) -> None:
        """Let everybody go who waits, now and from now on. To be called in the event loop."""
        self._closed.set()
        self._moved.set()

    async def _watch(self) -> None:
        """Look until nobody waits any more."""
        # Of its own: while all threads are busy with requests, those who wait must not wait for them, too.
        thread = CapacityLimiter(1)
        every = _EVERY_FILE if self._store.stamps_tell else _EVERY_SERVER
        seen: object = None
        while self._waiting and not self.closed:
            try:
                # Before the position: what is written between the two is seen the next time.
                stamp = self._store.stamp()
                if stamp != seen or not self._store.stamps_tell:
                    self._move(await anyio.to_thread.run_sync(self._store.position, limiter=thread))
                seen = stamp
            except StoreError:
                # Whoever then asks the store is told; here it only has to be asked again.
                await self._pause(_AFTER_FAILURE)
            await self._pause(every)

    def _move(self, newest: int) -> None:
        if newest > self._newest:
            self._newest = newest
            self._moved.set()
            self._moved = asyncio.Event()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closed.wait()
