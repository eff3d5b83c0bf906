"""When a change is met: the times around a passage at which it holds, and what the record leaves open of them.

The surprising thing: an opening bears on whoever comes before it. And a closure without an end is certain until now,
since it is known to go on, and doubtful from now on, unless it is said to last until further notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.identity import expires
from service.occurrences import occurrences
from service.records import Change, EndBasis, Kind, StartBasis, Validity, day_start
from service.trips.verdict import Doubt

_SAID_AT_ONCE = frozenset({StartBasis.PUBLISHED, StartBasis.IMMEDIATE})
_SAID_OPEN = frozenset({EndBasis.UNTIL_FURTHER_NOTICE, EndBasis.PERMANENT})
_INSTANT = timedelta(microseconds=1)
# Longer than a daily window is open.
_AROUND = timedelta(days=2)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """From ``begin`` to ``end`` (exclusive), None where nobody says, and what is in doubt."""

    begin: datetime | None
    end: datetime | None
    doubts: tuple[Doubt, ...] = ()

    def covers(self, begin: datetime, end: datetime) -> bool:
        """True where whoever comes between ``begin`` and ``end``, both included, meets it."""
        return (self.begin is None or self.begin <= begin) and (self.end is None or end < self.end)


def held(change: Change, begin: datetime, end: datetime, now: datetime) -> Iterator[Held]:
    """The times at which ``change`` bears on whoever comes between ``begin`` and ``end``, both included."""
    if change.kind is Kind.STATION_OPENING:
        yield from _before_opening(change.validity, begin)
    elif change.kind is Kind.REOPENING:
        yield from _before_reopening(change, begin, end)
    else:
        yield from _during(change, begin, end, now)


def _before_opening(validity: Validity, begin: datetime) -> Iterator[Held]:
    if validity.start is None:
        if validity.start_basis is StartBasis.AFTER_WORKS:
            yield Held(None, None, (Doubt.START_UNSAID,))
    elif begin < validity.start:
        yield Held(None, validity.start)


def _before_reopening(change: Change, begin: datetime, end: datetime) -> Iterator[Held]:
    """A closure that only its end is known of: what was said on a day was so on that day."""
    start, said = change.validity.start, day_start(change.notice.published)
    waits = change.validity.start_basis is StartBasis.AFTER_WORKS
    if said <= end and ((start is not None and begin < start) or (start is None and waits)):
        yield Held(None, start, (Doubt.START_UNSAID,))


def _during(change: Change, begin: datetime, end: datetime, now: datetime) -> Iterator[Held]:
    validity = change.validity
    start, stop, doubts = _bounds(change, begin > now)
    since, until = start or begin - _AROUND, stop or end + _AROUND
    windows = () if Doubt.DATE_CONFLICT in doubts else validity.windows
    for each in occurrences(windows, since, until, begin, end + _INSTANT):
        yield Held(each.begin, each.end, doubts) if windows else Held(start, stop, doubts)


def _bounds(change: Change, later: bool) -> tuple[datetime | None, datetime | None, tuple[Doubt, ...]]:
    """Start, end and what is in doubt of them, for a passage that lies ``later`` than now."""
    validity = change.validity
    start, stop = validity.start, validity.end
    if start is not None and stop is not None and stop <= start:
        return stop, max(start, stop + _DAY), (Doubt.DATE_CONFLICT,)
    doubts = []
    if start is None and validity.start_basis in _SAID_AT_ONCE:
        start = day_start(change.notice.published)
    elif start is None:
        doubts.append(Doubt.START_UNSAID)
    if stop is None and validity.end_basis not in _SAID_OPEN and not change.kind.lasting:
        stop = expires(change)
        doubts += [Doubt.END_UNSAID] if later else []
    return start, stop, tuple(doubts)
