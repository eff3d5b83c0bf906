"""What a calendar will show next: the same events as :mod:`service.publish.ical` writes, without writing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from heapq import nsmallest
from itertools import islice

from service import prose
from service.calendar import Wishes
from service.prose import Lang
from service.publish.text import line
from service.records import Action, Change, Revision, day_start
from service.slots import slots
from service.web.answers import Upcoming


def upcoming(
    revisions: Iterable[Revision], wishes: Wishes, lang: Lang, now: datetime, *, most: int = 5
) -> tuple[Upcoming, ...]:
    """The next events, those under way first; what is over is not among them."""
    events = (event for revision in revisions for event in _events(revision.change, wishes, lang, now, most))
    return tuple(nsmallest(most, events, key=lambda event: (event.begin, event.title)))


def _events(change: Change, wishes: Wishes, lang: Lang, now: datetime, most: int) -> Iterator[Upcoming]:
    for slot in slots(change, wishes):
        title = line(prose.calendar_title(change, lang, slot.edge))
        coming = ((begin, end) for begin, end in slot.times() if _instant(end) > now)
        for begin, end in islice(coming, most):
            yield Upcoming(
                title=title,
                begin=_instant(begin),
                end=_instant(end),
                whole_days=not isinstance(begin, datetime),
                cancelled=change.action is Action.CANCEL,
                change=change.id,
            )


def _instant(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else day_start(moment)
