"""Reading every notice again, by the rules of today: what would differ, and on demand a revision for each difference.

::

    notices ─▶ extract ─▶ revise, with what people corrected ─▶ differences ─▶ (apply) revisions

The surprising thing: a change that no notice is read as any more is never taken back by itself. It is put before a
person, and stays published until they agree (docs/adr/0007-review.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from service.reading.extract import extract
from service.reading.rules import RuleBook
from service.records import Action, Change, Notice
from service.reviews import Altered, Case
from service.store import Store


@dataclass(frozen=True, slots=True)
class Difference:
    """What a notice read again alters of one change.

    ``before`` is None for a change that was not read before, ``after`` for one that no notice is read as any more.
    """

    change_id: str
    notice_id: str
    before: Change | None
    after: Change | None


def reread(
    store: Store, rulebook: RuleBook, now: datetime, *, apply: bool = False, since: date | None = None
) -> Iterator[Difference]:
    """Read the notices published since that day, or all, again, and tell what differs; with ``apply`` keep it.

    Each notice is kept in a transaction of its own, so breaking off leaves the rest for the next time. Doing it again
    finds nothing more.

    Raises:
        StoreError: the database cannot be read or written to.
    """
    notices = store.notices(since)
    reported: dict[str, str] = {}
    read: set[str] = set()
    proposed: list[Change] = []
    for notice in _each(store, notices):
        changes = extract(notice, rulebook).changes
        again = store.read_again(notice, changes, now) if apply else store.compare(notice, changes, proposed)
        reported |= dict.fromkeys(again.reported, notice.id)
        read |= again.read
        proposed += [] if apply else [altered.after for altered in again.altered]
        yield from (_difference(altered, notice) for altered in again.altered)
    yield from _no_longer_read(
        store, {name: reported[name] for name in reported if name not in read}, notices, now, apply
    )


def _each(store: Store, notices: Iterable[str]) -> Iterator[Notice]:
    return (notice for name in notices if (notice := store.notice(name)))


def _difference(altered: Altered, notice: Notice) -> Difference:
    return Difference(altered.after.id, notice.id, altered.before, altered.after)


def _no_longer_read(
    store: Store, unread: dict[str, str], notices: Iterable[str], now: datetime, apply: bool
) -> Iterator[Difference]:
    """The changes that every notice which reported them was read again for, in vain."""
    reread_all = frozenset(notices)
    for change_id, notice_id in unread.items():
        case = store.case(change_id)
        if case is None or not store.reporters(change_id) <= reread_all or _settled(case):
            continue
        if apply:
            store.withdraw(change_id, now)
        yield Difference(change_id, notice_id, case.newest.change, None)


def _settled(case: Case) -> bool:
    """True for a change that is taken back, that waits for a person already, or that one has spoken of."""
    return case.newest.held or bool(case.reviews) or case.newest.change.action is Action.CANCEL
