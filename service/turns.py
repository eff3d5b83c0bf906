"""Turns: threads that call others, one turn at a time for each of them, so that who hangs delays nobody else.

The surprising thing: whoever went wrong in its last turn may have half of the threads at most. However many hang, the
other half is for those that answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock, Thread

_REST = 30.0
"""Seconds after which who broke its turn, by a mistake of ours, gets another."""


class Turns:
    """A turn is a function that tells whether all went well. ``over`` is called after each."""

    def __init__(self, threads: int, over: Callable[[], None]) -> None:
        """At most ``threads`` turns at a time."""
        self._threads = threads
        self._over = over
        self._lock = Lock()
        self._running: dict[str, Thread] = {}
        self._wrong: dict[str, float] = {}

    def give(self, name: str, turn: Callable[[], bool]) -> bool:
        """Begin the turn of ``name``; False where it has one already, rests, or no thread is free for it."""
        with self._lock:
            if name in self._running or not self._free(name) or self._wrong.get(name, 0.0) > time.monotonic():
                return False
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
        return name not in self._wrong or sum(each in self._wrong for each in self._running) < self._threads // 2

    def _run(self, name: str, turn: Callable[[], bool]) -> None:
        # Until we know better: an exception, which the log gets, must not come again at once and for ever.
        rests: float | None = time.monotonic() + _REST
        try:
            rests = None if turn() else 0.0
        finally:
            with self._lock:
                del self._running[name]
                self._wrong.pop(name, None)
                if rests is not None:
                    self._wrong[name] = rests
            self._over()
