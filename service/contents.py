"""What a feed has in it, read from the store: the same for the web and for files, so that their bytes are the same.

A log is cut into archives (RFC 5005 §4) of a fixed number of entries, counted from its first one. What stands in an
archive never changes, since entries are only ever added at the end. The newest entries, at least as many, are in the
log itself, so between it and its newest archive nothing is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.feed import Background, Departed, Feed
from service.kept import Kept
from service.quote import quotes
from service.records import CHINA, Action, Change, Milestone, Revision, day_start, is_day_bound
from service.store import Query, Store

LARGEST = 500
"""Entries of one document, and of one archive."""

WHOLE = 20_000
"""More changes than one document for a machine can hold, which is never cut."""

TOMBSTONES_KEPT = timedelta(days=14)
"""How long a feed of states still says that an entry has left it: a reader that was off for a holiday learns it."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_TOMBSTONES = 100
_KEPT_BYTES = 16 * 2**20
_RECORD_BYTES = 4_000


class Backgrounds:
    """What stands behind revisions, those used last; of one store, whose revisions never change."""

    def __init__(self, store: Store) -> None:
        """Read from ``store`` what is not known yet."""
        self._store = store
        self._kept: Kept[Background] = Kept(_KEPT_BYTES, _size)

    def of(self, revisions: Iterable[Revision]) -> dict[int, Background]:
        """The background of each, by position."""
        found: dict[int, Background] = {}
        missing: list[Revision] = []
        for each in revisions:
            known = self._kept.find(each.position)
            if known is None:
                missing.append(each)
            else:
                found[each.position] = known
        before = self._store.before(missing)
        notices = self._store.wordings({each.change.notice.id for each in missing})
        for each in missing:
            notice = notices.get(each.change.notice.id)
            words = quotes(notice, each.change) if notice else ()
            found[each.position] = Background(before=before.get(each.position), quotes=words)
            self._kept.keep(each.position, found[each.position])
        return found


def log(
    frame: Feed, store: Store, query: Query, archive: Callable[[int], str], number: int | None = None
) -> Feed | None:
    """``frame`` with the newest entries, or with those of the archive of that ``number``, counted from 1.

    ``archive`` gives the address of an archive. None if there is no archive of that number, or not all of it yet.
    """
    whole = replace(query, limit=LARGEST)
    complete = store.length(whole) // LARGEST
    if number is None:
        entries, before = store.chronicle(whole), complete
    elif 1 <= number <= complete:
        entries, before = store.chronicle(whole, offset=(number - 1) * LARGEST), number - 1
    else:
        return None
    return replace(
        frame,
        log=True,
        revisions=tuple(each for each in entries if isinstance(each, Revision)),
        milestones=tuple(each for each in entries if isinstance(each, Milestone)),
        previous=archive(before) if before else None,
        updated=max((each.recorded for each in entries), default=_BEGINNING),
    )


def states(frame: Feed, store: Store, query: Query, now: datetime) -> Feed:
    """``frame`` with the newest revision of each change that ``query`` asks for."""
    revisions = store.changes(query, now).revisions
    return replace(frame, revisions=revisions, updated=store.updated(query) or _BEGINNING)


def snapshot(frame: Feed, store: Store, query: Query, now: datetime) -> Feed:
    """:func:`states` for machines: with what was published of each change before, which maps may still show."""
    found = states(frame, store, query, now)
    return replace(found, origins=store.origins(found.revisions), earlier=store.earlier(found.revisions))


def with_departed(feed: Feed, store: Store, query: Query, grace: timedelta) -> Feed:
    """``feed`` with what left it lately, ``grace`` after it ended, was cancelled or took lasting effect."""
    if query.recent is None:
        return feed
    gone = store.departed(query, query.recent - TOMBSTONES_KEPT, _MOST_TOMBSTONES)
    return replace(feed, departed=tuple(Departed(change=each.change, when=_left(each, grace)) for each in gone))


def with_backgrounds(feed: Feed, backgrounds: Backgrounds) -> Feed:
    """``feed`` with what stands behind each of its revisions."""
    return replace(feed, backgrounds=backgrounds.of((*feed.revisions, *(each.revision for each in feed.milestones))))


def _left(revision: Revision, grace: timedelta) -> datetime:
    """The first midnight from the end of the days of grace on: that is when feeds are cut."""
    until = (_over(revision.change, revision.recorded) + grace).astimezone(CHINA)
    return until if is_day_bound(until) else day_start(until.date() + timedelta(days=1))


def _over(change: Change, recorded: datetime) -> datetime:
    if change.action is Action.CANCEL:
        return recorded
    return change.validity.end or change.validity.start or day_start(change.notice.published)


def _size(background: Background) -> int:
    return 3 * sum(map(len, background.quotes)) + (_RECORD_BYTES if background.before else 100)
