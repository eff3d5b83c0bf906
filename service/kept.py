"""What was made at some cost and may be asked for again: the values used last, up to a capacity."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key; those used longest ago go first. Safe for several threads."""

    def __init__(self, capacity: int, size: Callable[[T], int]) -> None:
        """The ``size`` of all values together is at most ``capacity``: bytes, or 1 for each value."""
        self._capacity = capacity
        self._size_of = size
        self._size = 0
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._kept)

    def find(self, key: Hashable) -> T | None:
        """What is kept under ``key``."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under ``key``, else what ``make`` gives, which is kept."""
        found = self.find(key)
        if found is not None:
            return found
        # Outside the lock: two that come at once may both make it, and neither waits for another key.
        value = make()
        self.keep(key, value)
        return value

    def keep(self, key: Hashable, value: T) -> None:
        """Keep ``value`` under ``key``, instead of what was."""
        with self._lock:
            replaced = self._kept.pop(key, None)
            self._kept[key] = value
            self._size += self._size_of(value) - (0 if replaced is None else self._size_of(replaced))
            while self._size > self._capacity:
                _, dropped = self._kept.popitem(last=False)
                self._size -= self._size_of(dropped)
