"""``POST /v1/trips/check``: whether a trip is possible, as far as announcements say (:mod:`service.trips`).

Nothing is written, so no key is needed. The surprising thing: a road asked for with its entry and exit becomes the
stations between, where the gazetteer knows their order; where it does not, the answer says what is open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.commute import EXPECTED_DAYS, EXPECTED_HOURS, Commute, read_days, read_hours
from service.errors import QueryError
from service.gazetteer import station_key
from service.records import CHINA, Change, DatedChange, Limits, Qualifier, Road, Vehicle, at
from service.roads import NamedRoad, named
from service.store import StationEntry
from service.trips import Departure, Stop, Trip, TripVehicle, Verdict, between, check, detour_places
from service.trips.vehicle import SIZES
from service.web import examples, problem
from service.web.bodies import read, takes
from service.web.parameters import no_parameters, once
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite
from service.web.times import EXPECTED_TIME, read_time
from service.windows import since_midnight

router = APIRouter(prefix="/v1/trips", tags=["trips"], dependencies=[Depends(once)])

MOST_STOPS = 100
AHEAD = 14
"""Days for which a weekly pattern is checked."""

_LONGEST_NAME = 100
_LONGEST_MINUTES = 7 * 24 * 60
_DAY = timedelta(days=1)
_ID = re.compile("[a-z2-7]{12}")
_CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


def _expected(what: str) -> PydanticCustomError:
    return PydanticCustomError("unexpected", "expected {expected}", {"expected": what})


def _instant(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return read_time(value, day_included=False)
    except ValueError as error:
        raise _expected(str(error)) from error


def _one_or_several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _named(value: Any) -> Any:
    """A station by its name or its id alone."""
    if not isinstance(value, str):
        return value
    return {"id" if _ID.fullmatch(value) else "name": value}


def _readable(read: Callable[[str], Any]) -> AfterValidator:
    """A text that ``read`` reads, whose ValueError is what was expected."""

    def validate(value: str) -> str:
        try:
            read(value)
        except ValueError as error:
            raise _expected(str(error)) from error
        return value

    return AfterValidator(validate)


def _clock(text: str) -> None:
    if not _CLOCK.fullmatch(text):
        raise ValueError("a time of day in China, such as 07:30")


_Name = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Minutes = Annotated[float, Field(strict=True, ge=0, le=_LONGEST_MINUTES, allow_inf_nan=False)]
_Size = Annotated[float, Field(strict=True, gt=0, le=1000, allow_inf_nan=False)]
_Instant = Annotated[datetime, BeforeValidator(_instant)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StopAsked(_Body):
    """A station on the way, by ``id`` or by ``name``."""

    id: Annotated[str, Field(max_length=_LONGEST_NAME)] | None = Field(
        default=None, description="As `/v1/stations` gives it."
    )
    name: _Name | None = Field(default=None, description="Name, with or without 站.")
    qualifier: Qualifier | None = Field(default=None, description="Which of two stations of one name.")
    road: _Name | None = Field(default=None, description="Its road, by name or number.")
    minutes: _Minutes | None = Field(default=None, description="How long after the departure it is reached.")

    @model_validator(mode="after")
    def _known_by_one(self) -> Self:
        if (self.id is None) == (self.name is None) or (self.id is not None and (self.road or self.qualifier)):
            raise _expected("id, or name with road and qualifier as far as known")
        return self


class Sizes(_Body):
    """How large the vehicle is, as far as that is known."""

    height_m: _Size | None = None
    width_m: _Size | None = None
    length_m: _Size | None = None
    weight_t: _Size | None = None
    axles: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    seats: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None


class TripAsked(_Body):
    """Where, when and with what: ``stations``, or ``road`` with ``entry`` and ``exit``; ``departure``, or a pattern."""

    stations: (
        Annotated[
            tuple[Annotated[StopAsked, BeforeValidator(_named, json_schema_input_type=str | StopAsked)], ...],
            Field(min_length=2, max_length=MOST_STOPS),
        ]
        | None
    ) = Field(
        default=None, description=f"The stations in order, 2 to {MOST_STOPS}: the first is entered, the last left."
    )
    road: _Name | None = Field(default=None, description="A road by name or number, instead of `stations`.")
    entry: _Name | None = Field(default=None, description="Where that road is entered.")
    exit: _Name | None = Field(default=None, description="Where it is left.")
    minutes: _Minutes | None = Field(default=None, description="How long the whole trip takes.")
    departure: Annotated[_Instant, WithJsonSchema({"type": "string", "format": "date-time"})] | None = Field(
        default=None, description=f"When the first station is entered: {EXPECTED_TIME}; now unless given."
    )
    days: Annotated[str, Field(max_length=_LONGEST_NAME), _readable(read_days)] | None = Field(
        default=None, description=f"A weekly pattern instead, for {AHEAD} days: {EXPECTED_DAYS}."
    )
    hours: Annotated[str, Field(max_length=_LONGEST_NAME), _readable(read_hours)] | None = Field(
        default=None, description=f"At any time within, on those days: {EXPECTED_HOURS}."
    )
    time: Annotated[str, Field(max_length=_LONGEST_NAME), _readable(_clock)] | None = Field(
        default=None, description="Or at this time of day in China: 07:30."
    )
    vehicle: Annotated[tuple[Vehicle, ...], BeforeValidator(_one_or_several), Field(max_length=len(Vehicle))] = Field(
        default=(), description="Every class that the vehicle is in."
    )
    sizes: Sizes = Field(default_factory=Sizes, description="How large it is, where that is known.")
    tolerance_minutes: Annotated[_Minutes, Field(le=720)] = Field(
        default=30.0, description="How much earlier or later each station may be passed."
    )
    known_at: Annotated[_Instant, WithJsonSchema({"type": "string", "format": "date-time"})] | None = Field(
        default=None, description="As it was published at that instant; now unless given."
    )

    @model_validator(mode="after")
    def _one_way_each(self) -> Self:
        by_road = (self.road, self.entry, self.exit)
        if (self.stations is None) == (None in by_road) or (self.stations is not None and any(by_road)):
            raise _expected("stations, or road with entry and exit")
        if self.departure is not None and (self.days or self.hours or self.time):
            raise _expected("departure, or days and hours")
        if self.hours and self.time:
            raise _expected("hours, or time")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTrip(Verdict):
    """The verdict, as known at ``known_at``, and every change that it names, each once."""

    known_at: datetime
    changes: tuple[DatedChange, ...]


_ADAPTER: TypeAdapter[CheckedTrip] = TypeAdapter(CheckedTrip)


@router.post(
    "/check",
    summary="Whether a trip is possible",
    dependencies=[Depends(no_parameters)],
    response_model=CheckedTrip,
    openapi_extra=takes(TripAsked, examples.TRIP, required=True),
    responses={
        200: {"description": "What is met on the way, when, and what that makes of the trip"},
        **problem.described(problem.PARAMETER, problem.BODY, problem.SIZE, problem.UNREADY),
    },
)
async def checked(request: Request, site: TheSite, now: Now) -> Response:
    """Whether a trip is possible by all that is announced: `yes`, `no`, or `unknown` with what is not said."""
    asked = await read(request, TripAsked)
    content = await run_in_threadpool(_answer, asked, site, now)
    return Response(content, media_type="application/json")


def _answer(asked: TripAsked, site: Site, now: datetime) -> bytes:
    sizes = {name: getattr(asked.sizes, name) for name in SIZES}
    trip = Trip(
        stops=_stops(asked, site),
        departures=tuple(_departures(asked, now)),
        vehicle=TripVehicle(classes=asked.vehicle, sizes=Limits(**sizes)),
        tolerance=timedelta(minutes=asked.tolerance_minutes),
    )
    told, entries = _told(trip, asked.known_at, site)
    verdict = check(trip, told, site.rulebook.gazetteer, now, entries)
    values = {field.name: getattr(verdict, field.name) for field in fields(Verdict)}
    met = _named_in(verdict)
    changes = tuple(at(change, now) for change in told if change.id in met)
    return _ADAPTER.dump_json(CheckedTrip(**values, known_at=asked.known_at or now, changes=changes), by_alias=True)


def _named_in(verdict: Verdict) -> frozenset[str]:
    """The ids of all changes that are met on the way, or on a way round."""
    met = [each for occasion in verdict.occasions for each in occasion.met]
    rounds = [met for each in met for detour in each.detours for met in detour.met]
    return frozenset(each.change for each in (*met, *rounds))


def _stops(asked: TripAsked, site: Site) -> tuple[Stop, ...]:
    if asked.stations is not None:
        stops = _named_stops(asked.stations, site)
    else:
        road = _road(asked.road or "", site)
        entry, exit_ = (Stop(name=name or "", road=road) for name in (asked.entry, asked.exit))
        stops = between(road, entry, exit_, site.rulebook.gazetteer)[:MOST_STOPS]
    _require_each_once(stops)
    return _timed(stops, asked.minutes)


def _named_stops(asked: Sequence[StopAsked], site: Site) -> tuple[Stop, ...]:
    """The stations as named, those with an id as the newest of their changes names them."""
    by_id = {entry.id: entry for entry in site.store.stations_by_id({each.id for each in asked if each.id})}
    unknown = [
        QueryError("stations", "the id of a station", each.id) for each in asked if each.id and each.id not in by_id
    ]
    if unknown:
        raise problem.unexpected(unknown, problem.BODY)
    return tuple(_stop(each, by_id.get(each.id or "")) for each in asked)


def _stop(asked: StopAsked, entry: StationEntry | None) -> Stop:
    after = None if asked.minutes is None else timedelta(minutes=asked.minutes)
    if entry is not None:
        return Stop(name=entry.name, qualifier=entry.qualifier, road=entry.road, after=after)
    road = Road(name=asked.road) if asked.road else None
    return Stop(name=asked.name or "", qualifier=asked.qualifier, road=road, after=after)


def _require_each_once(stops: Sequence[Stop]) -> None:
    seen: dict[tuple[str, Qualifier | None, Road | None], str] = {}
    for stop in stops:
        key = (station_key(stop.name), stop.qualifier, stop.road)
        if key in seen:
            raise _wrong("stations", "each station once", f"{stop.name} twice")
        seen[key] = stop.name


def _timed(stops: tuple[Stop, ...], minutes: float | None) -> tuple[Stop, ...]:
    """The stops with when each is reached; the last at ``minutes``, if given."""
    reached = [stop.after for stop in stops if stop.after is not None]
    if reached != sorted(reached):
        raise _wrong("stations", "minutes that never grow less along the way", "fewer minutes at a later station")
    if minutes is None:
        return stops
    arrival = timedelta(minutes=minutes)
    if reached and reached[-1] > arrival:
        raise _wrong("minutes", "no fewer than to any station on the way", f"{minutes:g}")
    return (*stops[:-1], replace(stops[-1], after=arrival))


def _wrong(name: str, expected: str, found: str) -> Problem:
    return problem.unexpected([QueryError(name, expected, found)], problem.BODY)


def _road(text: str, site: Site) -> Road:
    known = site.rulebook.gazetteer.road(text)
    return Road(name=known.name, number=known.number) if known else Road(name=text)


def _departures(asked: TripAsked, now: datetime) -> Iterator[Departure]:
    if not (asked.days or asked.hours or asked.time):
        moment = asked.departure or now
        yield Departure(moment, moment)
        return
    pattern = Commute(
        days=read_days(asked.days) if asked.days else (), hours=read_hours(asked.hours) if asked.hours else ()
    )
    for begin, end in pattern.trips(now.astimezone(CHINA).date(), AHEAD):
        if asked.time:
            moment = begin + since_midnight(asked.time)
            if moment >= now:
                yield Departure(moment, moment)
        elif end > now:
            yield Departure(max(begin, now), end)


def _told(trip: Trip, known_at: datetime | None, site: Site) -> tuple[tuple[Change, ...], tuple[StationEntry, ...]]:
    """What is told of the way, and of the ways round; and the stations that are known there.

    In four questions to the store, however long the trip.
    """
    begin = min(each.first for each in trip.departures) - trip.tolerance - _DAY
    longest = max((stop.after for stop in trip.stops if stop.after), default=timedelta())
    end = max(each.last for each in trip.departures) + longest + trip.tolerance
    names = tuple(stop.name for stop in trip.stops)
    entries = site.store.stations_called(names)
    roads = tuple(_roads(trip, entries, site))
    told = {each.id: each for each in site.store.told_along(_spelt(trip, site), roads, begin, end, known_at)}
    stations, through = detour_places(told.values())
    if stations or through:
        more = tuple(named(name, site.rulebook.gazetteer) for name in through)
        told |= {each.id: each for each in site.store.told_along(stations, more, begin, end, known_at)}
        entries = (*entries, *site.store.stations_called(stations))
    return tuple(told.values()), tuple({entry.id: entry for entry in entries}.values())


def _spelt(trip: Trip, site: Site) -> frozenset[str]:
    """The stations by every name that the gazetteer has for them."""
    keys = {station_key(stop.name) for stop in trip.stops}
    listed = (place for road in site.rulebook.gazetteer.roads for place in road.stations)
    return frozenset(keys.union(*(place.keys for place in listed if not keys.isdisjoint(place.keys))))


def _roads(trip: Trip, entries: Iterable[StationEntry], site: Site) -> Iterator[NamedRoad]:
    """Every road that the trip may take."""
    keys, gazetteer = {station_key(stop.name) for stop in trip.stops}, site.rulebook.gazetteer
    said = [stop.road for stop in trip.stops if stop.road]
    said += [entry.road for entry in entries if entry.road]
    said += [
        Road(name=road.name, number=road.number)
        for road in gazetteer.roads
        if any(not keys.isdisjoint(place.keys) for place in road.stations)
    ]
    for road in dict.fromkeys(said):
        called = road.name or road.number
        if called:
            yield named(called, gazetteer, road.number)
