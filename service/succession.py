"""Which change takes the place of which: a reopening of the closure it ends, a new station of the one it replaces.

The surprising thing: only what one notice says at one time is compared, so what a revision is said to replace never
changes afterwards. A reopening gives the closure that it ends a revision, so the two are always told together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from service.gazetteer import road_key, station_key
from service.records import Action, Change, Gist, Kind, Station
from service.reopening import has_ended

_WITHDRAWN = frozenset({Kind.STATION_ABOLITION, Kind.STATION_CLOSURE, Kind.TOLLING_END})
"""What may be said of a station that another one replaces."""

FOLLOWERS = frozenset({Kind.REOPENING, Kind.STATION_OPENING})
"""What may take the place of something else."""

_MOST_ALIKE = 20
"""So many changes of one place are compared with one that may follow them: a notice may have thousands."""


def may_follow(change: Change | Gist) -> bool:
    """True of a change that may take the place of another."""
    return change.kind in FOLLOWERS


def may_be_followed(change: Change | Gist) -> bool:
    """True of a change that another one may take the place of."""
    named = change.renamed_to is not None
    return named or change.action is Action.END_EARLY or change.kind in _WITHDRAWN


def successions(told: Iterable[Change]) -> Iterator[tuple[str, str]]:
    """The ids of those that take the place of another and of that other, of all that one notice ``told`` at a time."""
    later: list[Change] = []
    earlier: defaultdict[str, list[Change]] = defaultdict(list)
    for change in told:
        if may_follow(change):
            later.append(change)
        if may_be_followed(change):
            earlier[_known_as(change)].append(change)
    for one in later:
        for other in islice(earlier[_takes_over(one)], _MOST_ALIKE):
            if _replaces(one, other):
                yield one.id, other.id


def _known_as(change: Change) -> str:
    """Under which name a follower looks for ``change``."""
    return station_key(change.renamed_to) if change.renamed_to else _place(change)


def _takes_over(change: Change) -> str:
    return station_key(change.relocation.replaces.name) if change.relocation else _place(change)


def _place(change: Change) -> str:
    if change.station is not None:
        return station_key(change.station.name)
    named = change.service_area or change.junction or change.structure or change.road
    return road_key(named.name) if named is not None and named.name else ""


def _replaces(later: Change, earlier: Change) -> bool:
    if later.id == earlier.id or Action.CANCEL in (later.action, earlier.action):
        return False
    if later.kind is Kind.REOPENING:
        return has_ended(later, earlier)
    if later.relocation is not None:
        return earlier.kind in _WITHDRAWN and _is(earlier.station, later.relocation.replaces)
    return later.kind is Kind.STATION_OPENING and earlier.renamed_to is not None


def _is(station: Station | None, named: Station) -> bool:
    if station is None or station_key(station.name) != station_key(named.name):
        return False
    return named.qualifier is None or station.qualifier in (None, named.qualifier)
