"""How a toll station can be passed, over time: one state a side, from the newest revision of each of its changes.

Pure; the newest words count, daily windows included. The surprising thing: a state is never invented. Where no notice
says anything, the state is ``unsaid``, which is what a driver finds on most days, and not a promise that it is open.
The same goes for tolls: that they begin on a day says nothing of the day before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from service.records import Access, Action, Change, Kind, LaneCount, Record, StartBasis
from service.windows import runs

BEHIND = timedelta(days=28)
"""How far back the states of a station are told."""

AHEAD = timedelta(days=84)
"""How far ahead."""

_DAY = timedelta(days=1)


class Passage(StrEnum):
    """Whether a side of a station can be passed."""

    OPEN = "open"
    NARROWED = "narrowed"
    RESTRICTED = "restricted"
    CLOSED = "closed"
    NOT_YET = "not_yet"
    UNSAID = "unsaid"


class Tolling(StrEnum):
    """Whether tolls are collected at a station."""

    TOLLED = "tolled"
    TOLL_FREE = "toll_free"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side(Record):
    """A side of a station: whether it can be passed and, where told, by how many lanes of how many.

    ``open_ended`` tells that nobody knows until when.
    """

    passage: Passage = Passage.UNSAID
    open: int | None = None
    total: int | None = None
    open_ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Record):
    """From ``from`` to ``to`` (exclusive) a station can be passed like this, because of ``changes`` (their ids).

    ``tolling`` tells whether tolls are collected there, to whomever can pass.
    """

    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    entry: Side
    exit: Side
    tolling: Tolling = Tolling.UNSAID
    changes: tuple[str, ...]


State = TypeVar("State", Side, Tolling)


@dataclass(frozen=True, slots=True)
class _Told(Generic[State]):
    """What one change tells of one side, or of the tolls, from ``begin`` to ``end``.

    What is ``lasting`` gives way to whatever else is told, and among its like to what took effect at a later ``rank``.
    """

    change: Change
    state: State
    begin: datetime
    end: datetime
    lasting: bool
    rank: datetime


_FIRST = datetime.min.replace(tzinfo=UTC)
_LASTING = {
    Kind.STATION_OPENING: Passage.OPEN,
    Kind.REOPENING: Passage.OPEN,
    Kind.STATION_ABOLITION: Passage.CLOSED,
}
_TOLLING = {
    Kind.TOLLING_START: Tolling.TOLLED,
    Kind.TOLLING_END: Tolling.TOLL_FREE,
    # 撤销 says 停止收费, too: nobody is left who would collect.
    Kind.STATION_ABOLITION: Tolling.TOLL_FREE,
}
_FOR_A_TIME = {
    Kind.STATION_CLOSURE: Passage.CLOSED,
    Kind.LANE_CLOSURE: Passage.NARROWED,
    Kind.VEHICLE_RESTRICTION: Passage.RESTRICTED,
    Kind.TRAFFIC_CONTROL: Passage.RESTRICTED,
}
_WORST_FIRST = (Passage.CLOSED, Passage.NARROWED, Passage.RESTRICTED, Passage.OPEN)
_SIDES = (Access.ENTRY, Access.EXIT)


def intervals(changes: Iterable[Change], begin: datetime, end: datetime) -> tuple[Interval, ...]:
    """Every state from ``begin`` to ``end``, one after the other without a gap."""
    counted = [change for change in changes if change.action is not Action.CANCEL]
    entry, exit_ = ([each for change in counted for each in _of_side(change, side, begin, end)] for side in _SIDES)
    tolls = [each for change in counted for each in _of_tolls(change, begin, end)]
    bounds = sorted({begin, end, *_bounds(entry), *_bounds(exit_), *_bounds(tolls)})
    states = zip(_holding(entry, bounds), _holding(exit_, bounds), _holding(tolls, bounds), strict=True)
    found: list[Interval] = []
    for (since, until), holding in zip(pairwise(bounds), states, strict=True):
        state = _between(since, until, *holding)
        if found and _same(found[-1], state):
            state = replace(state, from_=found.pop().from_)
        found.append(state)
    return tuple(found)


def _bounds(told: list[_Told[State]]) -> Iterator[datetime]:
    for each in told:
        yield each.begin
        yield each.end


def _holding(told: list[_Told[State]], bounds: list[datetime]) -> Iterator[list[_Told[State]]]:
    """What holds from each bound to the next, in the order told: the nights of a year are many, those of now few."""
    begins, ends = defaultdict(list), defaultdict(list)
    for number, each in enumerate(told):
        begins[each.begin].append(number)
        ends[each.end].append(number)
    holding: set[int] = set()
    for bound in bounds[:-1]:
        holding.update(begins[bound])
        holding.difference_update(ends[bound])
        yield [told[number] for number in sorted(holding)]


def state_at(changes: Iterable[Change], moment: datetime) -> Interval:
    """How a station can be passed at ``moment``."""
    return intervals(changes, moment, moment + timedelta(microseconds=1))[0]


def _same(one: Interval, other: Interval) -> bool:
    return replace(one, from_=other.from_, to=other.to) == other


def _between(
    since: datetime,
    until: datetime,
    at_entry: list[_Told[Side]],
    at_exit: list[_Told[Side]],
    tolls: list[_Told[Tolling]],
) -> Interval:
    entry, entry_by = _prevailing(at_entry)
    exit_, exit_by = _prevailing(at_exit)
    tolling, tolling_by = _last(tolls, Tolling.UNSAID)
    changes = tuple(dict.fromkeys((*entry_by, *exit_by, *tolling_by)))
    return Interval(from_=since, to=until, entry=entry, exit=exit_, tolling=tolling, changes=changes)


def _prevailing(found: list[_Told[Side]]) -> tuple[Side, tuple[str, ...]]:
    """The worst of what holds for a time, else the last of what holds for good; and the changes that say so."""
    passing = [each for each in found if not each.lasting]
    if not passing:
        return _last(found, Side())
    worst = min(passing, key=_badness)
    causes = [each for each in passing if each.state.passage is worst.state.passage]
    return worst.state, tuple(each.change.id for each in causes)


def _last(found: list[_Told[State]], nothing: State) -> tuple[State, tuple[str, ...]]:
    last = max(found, key=lambda each: each.rank, default=None)
    return (last.state, (last.change.id,)) if last else (nothing, ())


def _badness(told: _Told[Side]) -> tuple[int, int]:
    """Of two that narrow, the one that leaves fewer lanes counts."""
    left = told.state.open
    return _WORST_FIRST.index(told.state.passage), 99 if left is None else left


def _of_side(change: Change, side: Access, begin: datetime, end: datetime) -> Iterator[_Told[Side]]:
    """What ``change`` tells of ``side`` within ``begin`` to ``end``."""
    state, start = _state(change, side), change.validity.start
    if state is None:
        return
    if change.kind is Kind.STATION_OPENING and start and begin < start:
        yield _Told(change, Side(passage=Passage.NOT_YET), begin, min(start, end), True, _FIRST)
    for since, until in _times(change, begin, end):
        yield _Told(change, state, since, until, change.kind in _LASTING, start or _FIRST)


def _of_tolls(change: Change, begin: datetime, end: datetime) -> Iterator[_Told[Tolling]]:
    state = _TOLLING.get(change.kind)
    if state is not None:
        for since, until in _times(change, begin, end):
            yield _Told(change, state, since, until, True, change.validity.start or _FIRST)


def _state(change: Change, side: Access) -> Side | None:
    passage = _LASTING.get(change.kind) or _FOR_A_TIME.get(change.kind)
    if passage is None or change.access not in (None, Access.BOTH, side):
        return None
    lanes = _lanes(change, side)
    if lanes is None and change.kind is Kind.LANE_CLOSURE and _lanes(change, _other(side)):
        return None
    if change.kind is Kind.STATION_CLOSURE and (change.vehicles or change.exempt):
        passage = Passage.RESTRICTED
    if passage is Passage.NARROWED and lanes and lanes.open == 0:
        passage = Passage.CLOSED
    counted = lanes if lanes and passage is not Passage.CLOSED else LaneCount()
    open_ended = change.validity.end is None and not change.kind.lasting
    return Side(passage=passage, open=counted.open, total=counted.total, open_ended=open_ended)


def _other(side: Access) -> Access:
    return Access.EXIT if side is Access.ENTRY else Access.ENTRY


def _lanes(change: Change, side: Access) -> LaneCount | None:
    if change.lanes is None:
        return None
    return change.lanes.entry if side is Access.ENTRY else change.lanes.exit


def _times(change: Change, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When ``change`` holds between ``begin`` and ``end``, its daily windows counted."""
    validity = change.validity
    since = max(begin, validity.start or begin)
    until = min(end, validity.end or end)
    if validity.start is None and validity.start_basis is StartBasis.AFTER_WORKS:
        return
    if since >= until:
        return
    if not validity.windows:
        yield since, until
        return
    for run in runs(validity.windows, since, until):
        for day in range((run.last - run.begin) // _DAY + 1):
            yield run.begin + day * _DAY, run.end + day * _DAY
