"""Turns: threads that call others, one turn at a time for each of them, so that who hangs delays nobody else.

The surprising thing: half of the threads are for those whose last turn went well. However many others there are that
hang, or of which nothing is known yet, whoever answered before need not wait for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock, Thread

_REST = 30.0
"""Seconds after which who broke its turn, by a mistake of ours, gets another."""


class Turns:
    """A turn is a function that tells whether all went well, and soon. ``over`` is called after each."""

    def __init__(self, threads: int, over: Callable[[], None]) -> None:
        """At most ``threads`` turns at a time."""
        self._threads = threads
        self._over = over
        self._lock = Lock()
        self._running: dict[str, Thread] = {}
        self._well: set[str] = set()
        self._resting: dict[str, float] = {}

    def give(self, name: str, turn: Callable[[], bool]) -> bool:
        """Begin the turn of ``name``; False where it has one already, rests, or no thread is free for it."""
        with self._lock:
            if name in self._running or not self._free(name) or self._resting.get(name, 0.0) > time.monotonic():
                return False
            self._resting.pop(name, None)
            # Daemons, because one that waits for a slow server must not hold up the exit.
            thread = Thread(target=self._run, args=(name, turn), name=f"turn-{name}", daemon=True)
            self._running[name] = thread
        thread.start()
        return True

    def wait(self, seconds: float) -> None:
        """Return when nobody has a turn, or after ``seconds``."""
        end = time.monotonic() + seconds
        for thread in tuple(self._running.values()):
            thread.join(max(0.0, end - time.monotonic()))

    def _free(self, name: str) -> bool:
        if len(self._running) >= self._threads:
            return False
        return name in self._well or sum(each not in self._well for each in self._running) < self._threads // 2

    def _run(self, name: str, turn: Callable[[], bool]) -> None:
        well, broken = False, True
        try:
            well, broken = turn(), False
        finally:
            with self._lock:
                del self._running[name]
                (self._well.add if well else self._well.discard)(name)
                if broken:
                    # An exception, which the log gets: it must not come again at once and for ever.
                    self._resting[name] = time.monotonic() + _REST
            self._over()
