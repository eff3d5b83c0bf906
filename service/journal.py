"""The log for programs: what was published, revision by revision, each beside what subscribers saw before; part of the
store."""

from __future__ import annotations

from service.bookkeeping import Bookkeeping


class Journal(Bookkeeping):
    """Reads on behind a position."""

    @property
    def stamps_tell(self) -> bool:
        """True where :attr:`stamp` stays the same until somebody writes (:attr:`Database.stamps_tell`)."""
        return self._database.stamps_tell
