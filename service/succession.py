"""Which change takes the place of which: a reopening of the closure it ends, a new station of the one it replaces.

The surprising thing: only what one notice says at one time is compared, so what a revision is said to replace never
changes afterwards. A reopening gives the closure that it ends a revision, so the two are always told together.
"""

from __future__ import annotations

from service.gazetteer import station_key
from service.records import Action, Change, Kind, Station
from service.reopening import has_ended

_WITHDRAWN = frozenset({Kind.STATION_ABOLITION, Kind.STATION_CLOSURE, Kind.TOLLING_END})
"""What may be said of a station that another one replaces."""


def may_take_part(change: Change) -> bool:
    """True of a change that may take the place of another, or have its place taken."""
    ended = change.action is Action.END_EARLY
    named = change.relocation is not None or change.renamed_to is not None
    return ended or named or change.kind in {Kind.REOPENING, Kind.STATION_OPENING, *_WITHDRAWN}


def replaces(later: Change, earlier: Change) -> bool:
    """True where ``later`` takes the place of ``earlier``, both said by one notice at one time."""
    if later.id == earlier.id or Action.CANCEL in (later.action, earlier.action):
        return False
    if later.kind is Kind.REOPENING:
        return has_ended(later, earlier)
    if later.relocation is not None and earlier.kind in _WITHDRAWN:
        return _is(earlier.station, later.relocation.replaces)
    if later.kind is Kind.STATION_OPENING and earlier.renamed_to is not None:
        return later.station is not None and station_key(later.station.name) == station_key(earlier.renamed_to)
    return False


def _is(station: Station | None, named: Station) -> bool:
    if station is None or station_key(station.name) != station_key(named.name):
        return False
    return named.qualifier is None or station.qualifier in (None, named.qualifier)
