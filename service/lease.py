"""A lease of the database that is renewed while it is asked for: of several processes one does the work.

As in the schedule (docs/adr/0005-one-poller.md): who dies stops renewing, and another takes over when it has run out.
"""

from __future__ import annotations

import logging
import os
import socket
from datetime import datetime, timedelta
from uuid import uuid4

from service.errors import StoreError
from service.store import Store

_log = logging.getLogger(__name__)


class Lease:
    """The lease ``name``, as one process asks for it."""

    def __init__(self, store: Store, name: str, length: timedelta) -> None:
        """Ask ``store`` for it, for ``length`` at a time."""
        self._store = store
        self._name = name
        self._length = length
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._ask_again: datetime | None = None
        self._until: datetime | None = None

    def held(self, now: datetime) -> bool:
        """True while this process has it; asked again after a third of its length, whoever has it."""
        if self._ask_again is None or now >= self._ask_again:
            until = now + self._length
            had = self._until is not None
            self._until = until if self._store.lease(self._name, self._holder, now, until) else None
            self._ask_again = now + self._length / 3
            if had is not (self._until is not None):
                _log.info("%s %s the lease of the %s", self._holder, "lost" if had else "has", self._name)
        return self._until is not None and now < self._until

    def release(self) -> None:
        """Give it up, so that another process need not wait until it has run out."""
        self._until = None
        try:
            self._store.release(self._name, self._holder)
        except StoreError as error:
            _log.warning("the lease of the %s is left to run out: %s", self._name, error)
