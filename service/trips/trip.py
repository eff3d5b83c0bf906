"""A trip as somebody means to make it: where, when and with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.gazetteer import Gazetteer, KnownPlace, KnownRoad, station_key
from service.records import Limits, Qualifier, Road, Vehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A station on the way: the first is entered, the last left, the others are passed by.

    ``after`` is how long after the departure it is reached; None where nobody says.
    """

    name: str
    qualifier: Qualifier | None = None
    road: Road | None = None
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """One occasion: somebody enters at any time from ``first`` to ``last``, both included."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TripVehicle:
    """What somebody drives: every class that it is in, none where nobody says; ``sizes`` as far as said."""

    classes: tuple[Vehicle, ...] = ()
    sizes: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """From the first of ``stops`` (two or more) to the last, once for each of ``departures``.

    Each stop is checked ``tolerance`` earlier and later than it is reached.
    """

    stops: tuple[Stop, ...]
    departures: tuple[Departure, ...]
    vehicle: TripVehicle = TripVehicle()
    tolerance: timedelta = timedelta(minutes=30)


def between(road: Road, entry: Stop, exit_: Stop, gazetteer: Gazetteer) -> tuple[Stop, ...]:
    """``entry``, the stations between, in the order in which the gazetteer has them along ``road``, and ``exit_``.

    None between where it does not know how far along the road both ends are.
    """
    known = gazetteer.road(road.name or road.number or "")
    first, last = (_place(known, stop.name) if known else None for stop in (entry, exit_))
    if known is None or first is None or last is None or first.order is None or last.order is None:
        return entry, exit_
    low, high = sorted((first.order, last.order))
    inner = [place for place in known.stations if place.order is not None and low < place.order < high]
    inner.sort(key=lambda place: place.order or 0, reverse=first.order > last.order)
    return entry, *(Stop(name=place.name, road=road) for place in inner), exit_


def _place(road: KnownRoad, name: str) -> KnownPlace | None:
    key = station_key(name)
    return next((place for place in road.stations if key in place.keys), None)
