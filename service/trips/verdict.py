"""What is said of a trip: the answer of ``POST /v1/trips/check``, one part for each occasion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from service.records import Access, Direction, Flag, Qualifier, Record, Road


class Possible(StrEnum):
    """Whether a trip can be made; ``yes`` means that no announcement stands against it."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    """What a change does to whoever comes by."""

    CLOSED = "closed"
    NOT_YET = "not_yet"
    BARRED = "barred"
    CONTROLLED = "controlled"
    NARROWED = "narrowed"
    NO_TURN = "no_turn"
    SLOWED = "slowed"

    @property
    def blocks(self) -> bool:
        """True where nobody concerned gets past."""
        return self in _BLOCKING


_BLOCKING = frozenset({Effect.CLOSED, Effect.NOT_YET, Effect.BARRED, Effect.CONTROLLED})


class Doubt(StrEnum):
    """What the record, or the question, does not say, so that the answer is ``unknown``."""

    UNKNOWN_STATION = "unknown_station"
    WHICH_STATION = "which_station"
    UNKNOWN_ROAD = "unknown_road"
    ROUTE_UNSAID = "route_unsaid"
    SIDE_UNSAID = "side_unsaid"
    DIRECTION_UNSAID = "direction_unsaid"
    STRETCH_UNSAID = "stretch_unsaid"
    START_UNSAID = "start_unsaid"
    END_UNSAID = "end_unsaid"
    DATE_CONFLICT = "date_conflict"
    PART_OF_THE_TIME = "part_of_the_time"
    VEHICLE_UNSAID = "vehicle_unsaid"
    SIZE_UNSAID = "size_unsaid"
    CONTROL_UNSAID = "control_unsaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times(Record):
    """From ``from`` to ``to``; null where nobody says."""

    from_: Annotated[datetime | None, Field(alias="from")] = None
    to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts(Record):
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Met(Record):
    """A change that is met, between the stops ``first`` and ``last`` (counted from 0; the same at a station).

    ``side`` is that of the station. ``possible`` is what this change alone makes of the trip, in ``doubts`` why it is
    not known. ``passing`` is when the trip is taken to be there, ``holds`` when the change holds around then, its daily
    windows counted; ``to`` of both is the first instant after, or null.
    """

    change: str
    effect: Effect
    possible: Possible
    doubts: tuple[Doubt, ...]
    first: int | None
    last: int | None
    side: Access | None
    passing: Times
    holds: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class WayRound(Record):
    """A way round that a notice recommends, in its own words (``text``), checked for the same time and vehicle.

    ``possible`` is of the stations and roads that it names. The flag ``detour_restricted`` stands where any of ``met``
    closes, bars or narrows one of them.
    """

    direction: Direction | None
    via: tuple[str, ...]
    via_roads: tuple[str, ...]
    text: str
    possible: Possible
    doubts: tuple[Doubt, ...]
    flags: tuple[Flag, ...]
    met: tuple[Met, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter(Met):
    """A change that is met on the way, and the ways round that its notice recommends where it may bar the way."""

    detours: tuple[WayRound, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion(Record):
    """One departure, between ``departure`` and ``until``: whether the trip is possible, and everything that is met."""

    departure: datetime
    until: datetime
    possible: Possible
    doubts: tuple[Doubt, ...]
    summary: Texts
    met: tuple[Encounter, ...]


class Pass(StrEnum):
    """What a trip does at a station."""

    ENTRY = "entry"
    EXIT = "exit"
    BY = "by"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStop(Record):
    """A station of the trip as it was understood.

    ``known`` is false where neither the gazetteer nor any announcement has it. It is taken to be reached from
    ``earliest_minutes`` to ``latest_minutes`` after the departure, before it where negative.
    """

    name: str
    qualifier: Qualifier | None
    road: Road | None
    id: str | None
    known: bool
    passes: Pass
    earliest_minutes: float
    latest_minutes: float
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Record):
    """The answer for every occasion; ``possible`` is the worst of them, ``yes``, ``no`` and ``unknown`` count them.

    ``travel_time`` is false where nobody said how long the trip takes: then every stop is checked as if it were passed
    at the departure, give or take the tolerance.
    """

    possible: Possible
    yes: int
    no: int
    unknown: int
    travel_time: bool
    stops: tuple[CheckedStop, ...]
    occasions: tuple[Occasion, ...]
