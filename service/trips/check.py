"""A trip checked: for each occasion everything that is met, whether the trip is possible, and the ways round.

A change bars the way only where it certainly holds, there and for that vehicle, all the time that somebody may come
by; where any of that is open, the answer is ``unknown`` and says what is. The surprising thing: a way round is checked
once, and not the ways round it, so that notices which send traffic to each other end somewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import chain

from service.gazetteer import Gazetteer
from service.records import Change, Detour, Flag, Kind, Road
from service.stations import StationEntry
from service.trips.hits import Hit, Way
from service.trips.rounds import Rounds
from service.trips.route import halts_of, rides_of
from service.trips.times import Held, held
from service.trips.trip import Departure, Stop, Trip
from service.trips.verdict import (
    CheckedStop,
    Doubt,
    Effect,
    Encounter,
    Met,
    Occasion,
    Pass,
    Possible,
    Times,
    Verdict,
    WayRound,
)
from service.trips.words import summary

_WORST_FIRST = (Possible.NO, Possible.UNKNOWN, Possible.YES)
_HARMLESS = frozenset({Effect.SLOWED, Effect.NO_TURN})
_MINUTE = timedelta(minutes=1)


def check(
    trip: Trip, changes: Sequence[Change], gazetteer: Gazetteer, now: datetime, stations: Sequence[StationEntry] = ()
) -> Verdict:
    """Whether ``trip`` is possible, as ``changes`` are known at ``now``.

    ``changes`` are those at its stations and on its roads around the time, and those where notices among them send
    traffic (:func:`detour_places`); others do no harm. ``stations`` are those of the names on the way, and of the ways
    round, that any announcement was ever about.
    """
    halts = halts_of(trip.stops, gazetteer, stations)
    way = Way(halts, rides_of(halts, gazetteer), trip.vehicle, gazetteer)
    rounds = Rounds.of(changes, trip.vehicle, gazetteer, stations)
    checked = _Check(trip, way, way.hits(changes), now, _reached(trip.stops), rounds)
    occasions = tuple(map(checked.occasion, trip.departures))
    counts = Counter(each.possible for each in occasions)
    return Verdict(
        possible=_worst(each.possible for each in occasions),
        yes=counts[Possible.YES],
        no=counts[Possible.NO],
        unknown=counts[Possible.UNKNOWN],
        travel_time=trip.stops[-1].after is not None,
        stops=tuple(checked.stops()),
        occasions=occasions,
    )


def _reached(stops: Sequence[Stop]) -> tuple[tuple[timedelta, timedelta], ...]:
    """How soon and how late after the departure each stop is reached: not before the last, not after the next known."""
    known = [timedelta(), *(stop.after for stop in stops[1:])]
    found = []
    for index in range(len(stops)):
        soonest = max(each for each in known[: index + 1] if each is not None)
        found.append((soonest, next((each for each in known[index:] if each is not None), soonest)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Check:
    trip: Trip
    way: Way
    hits: tuple[Hit, ...]
    now: datetime
    reached: tuple[tuple[timedelta, timedelta], ...]
    rounds: Rounds

    def occasion(self, departure: Departure) -> Occasion:
        met = tuple(chain.from_iterable(self._met(hit, departure) for hit in _prevailing(self.hits, departure.first)))
        doubts = tuple(dict.fromkeys(doubt for halt in self.way.halts for doubt in halt.doubts))
        possible = _worst((Possible.UNKNOWN if doubts else Possible.YES, *(each.possible for each in met)))
        by_id = {hit.change.id: hit.change for hit in self.hits}
        return Occasion(
            departure=departure.first,
            until=departure.last,
            possible=possible,
            doubts=tuple(dict.fromkeys((*doubts, *(doubt for each in met for doubt in each.doubts)))),
            summary=summary(possible, doubts, met, by_id),
            met=met,
        )

    def stops(self) -> Iterator[CheckedStop]:
        """The stations as they were understood."""
        last = len(self.way.halts) - 1
        for index, (halt, (soonest, latest)) in enumerate(zip(self.way.halts, self.reached, strict=True)):
            road = Road(name=halt.road.name, number=halt.road.number) if halt.road else None
            yield CheckedStop(
                name=halt.stop.name,
                qualifier=halt.stop.qualifier,
                road=(halt.entry.road if halt.entry else None) or halt.stop.road or road,
                id=halt.entry.id if halt.entry else None,
                known=halt.known,
                passes=Pass.ENTRY if index == 0 else Pass.EXIT if index == last else Pass.BY,
                earliest_minutes=(soonest - self.trip.tolerance) / _MINUTE,
                latest_minutes=(latest + self.trip.tolerance) / _MINUTE,
                doubts=halt.doubts,
            )

    def _met(self, hit: Hit, departure: Departure) -> Iterator[Encounter]:
        begin = departure.first + self.reached[hit.part.first][0] - self.trip.tolerance
        end = departure.last + self.reached[hit.part.last][1] + self.trip.tolerance
        for time in held(hit.change, begin, end, self.now):
            met = _met(hit, time, begin, end, on_way=True)
            barred = met.possible is not Possible.YES
            detours = tuple(self._rounds(hit, begin, end)) if barred else ()
            values = {field.name: getattr(met, field.name) for field in fields(Met)}
            yield Encounter(**values, detours=detours)

    def _rounds(self, hit: Hit, begin: datetime, end: datetime) -> Iterator[WayRound]:
        for detour in hit.change.detours:
            ride = next((each for each in self.way.rides if each.first <= hit.part.first <= each.last), None)
            if detour.direction is None or ride is None or ride.heads(detour.direction) is not False:
                yield self._round(detour, hit, begin, end)

    def _round(self, detour: Detour, hit: Hit, begin: datetime, end: datetime) -> WayRound:
        """A recommended way round, checked for the side of its stations that stands for the one barred."""
        there, doubts = self.rounds.hits(detour, hit.side)
        met = tuple(
            _met(each, time, begin, end, on_way=False)
            for each in there
            if each.change.id != hit.change.id
            for time in held(each.change, begin, end, self.now)
        )
        return WayRound(
            direction=detour.direction,
            via=detour.via,
            via_roads=detour.via_roads,
            text=detour.text,
            possible=_worst((Possible.UNKNOWN if doubts else Possible.YES, *(each.possible for each in met))),
            doubts=tuple(dict.fromkeys((*doubts, *(doubt for each in met for doubt in each.doubts)))),
            flags=(Flag.DETOUR_RESTRICTED,) if any(each.effect not in _HARMLESS for each in met) else (),
            met=met,
        )


def _prevailing(hits: Sequence[Hit], moment: datetime) -> Iterator[Hit]:
    """Without the abolitions of what was opened again since."""
    for hit in hits:
        start = hit.change.validity.start
        again = hit.change.kind is Kind.STATION_ABOLITION and any(
            start and (opened := other.change.validity.start) and start < opened <= moment
            for other in hits
            if other.part == hit.part and other.change.kind in (Kind.STATION_OPENING, Kind.REOPENING)
        )
        if not again:
            yield hit


def _met(hit: Hit, time: Held, begin: datetime, end: datetime, *, on_way: bool) -> Met:
    effect, covers = hit.bearing.effect, time.covers(begin, end)
    doubts = (*hit.doubts, *time.doubts, *(() if covers else (Doubt.PART_OF_THE_TIME,)))
    sure = Possible.UNKNOWN if doubts else Possible.NO
    return Met(
        change=hit.change.id,
        effect=effect,
        possible=sure if effect.blocks else Possible.YES,
        doubts=tuple(dict.fromkeys(doubts)),
        first=hit.part.first if on_way else None,
        last=hit.part.last if on_way else None,
        side=hit.side,
        passing=Times(from_=begin, to=end),
        holds=Times(from_=time.begin, to=time.end),
    )


def _worst(found: Iterable[Possible]) -> Possible:
    return min(found, key=_WORST_FIRST.index, default=Possible.YES)
