"""``POST /v1/trips/check``: whether a trip is possible, as far as announcements say (:mod:`service.trips`).

Nothing is written, so no key is needed. The surprising thing: a road asked for with its entry and exit becomes the
stations between, where the gazetteer knows their order; where it does not, the answer says what is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.commute import EXPECTED_DAYS, EXPECTED_HOURS, Commute, read_days, read_hours
from service.errors import QueryError
from service.gazetteer import station_key
from service.records import CHINA, Change, Limits, Qualifier, Road, Vehicle
from service.store import Cursor, Query, StationEntry
from service.trips import Departure, Stop, Trip, TripVehicle, Verdict, between, check, detour_places
from service.trips.vehicle import SIZES
from service.web import examples, problem
from service.web.bodies import read, takes
from service.web.parameters import no_parameters, once
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite
from service.web.times import EXPECTED_TIME, read_time

router = APIRouter(prefix="/v1/trips", tags=["trips"], dependencies=[Depends(once)])

MOST_STOPS = 100
AHEAD = 14
"""Days for which a weekly pattern is checked."""

_LONGEST_NAME = 100
_LONGEST_MINUTES = 7 * 24 * 60
_PAGE = 500
_MOST_CHANGES = 10_000
_DAY = timedelta(days=1)
_ADAPTER: TypeAdapter[Verdict] = TypeAdapter(Verdict)


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


_Name = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Minutes = Annotated[float, Field(ge=0, le=_LONGEST_MINUTES, allow_inf_nan=False)]
_Size = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
_Instant = Annotated[datetime, BeforeValidator(_instant)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StopAsked(_Body):
    """A station on the way."""

    name: _Name = Field(description="Name, with or without 站.")
    qualifier: Qualifier | None = Field(default=None, description="Which of two stations of one name.")
    road: _Name | None = Field(default=None, description="Its road, by name or number.")
    minutes: _Minutes | None = Field(default=None, description="How long after the departure it is reached.")


class Sizes(_Body):
    """How large the vehicle is, as far as that is known."""

    height_m: _Size | None = None
    width_m: _Size | None = None
    length_m: _Size | None = None
    weight_t: _Size | None = None
    axles: Annotated[int, Field(ge=1, le=100)] | None = None
    seats: Annotated[int, Field(ge=1, le=1000)] | None = None


class TripAsked(_Body):
    """Where, when and with what: ``stations``, or ``road`` with ``entry`` and ``exit``; ``departure``, or a pattern."""

    stations: (
        Annotated[
            tuple[_Name | StopAsked, ...],
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
    days: str | None = Field(
        default=None,
        max_length=_LONGEST_NAME,
        description=f"A weekly pattern instead, for {AHEAD} days: {EXPECTED_DAYS}.",
    )
    hours: str | None = Field(
        default=None, max_length=_LONGEST_NAME, description=f"When, on those days: {EXPECTED_HOURS}."
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
        if self.departure is not None and (self.days or self.hours):
            raise _expected("departure, or days and hours")
        return self


@router.post(
    "/check",
    summary="Whether a trip is possible",
    dependencies=[Depends(no_parameters)],
    response_model=Verdict,
    openapi_extra=takes(TripAsked, examples.TRIP, required=True),
    responses={
        200: {"description": "What is met on the way, when, and what that makes of the trip"},
        **problem.described(problem.PARAMETER, problem.BODY, problem.SIZE, problem.UNREADY),
    },
)
async def checked(request: Request, site: TheSite, now: Now) -> Response:
    """Whether a trip is possible by all that is announced: `yes`, `no`, or `unknown` with what is not said."""
    asked = await read(request, TripAsked)
    trip = _trip(asked, site, now)
    verdict = await run_in_threadpool(_checked, trip, asked.known_at, site, now)
    return Response(_ADAPTER.dump_json(verdict, by_alias=True), media_type="application/json")


def _trip(asked: TripAsked, site: Site, now: datetime) -> Trip:
    sizes = {name: getattr(asked.sizes, name) for name in SIZES}
    return Trip(
        stops=_stops(asked, site),
        departures=tuple(_departures(asked, now)),
        vehicle=TripVehicle(classes=asked.vehicle, sizes=Limits(**sizes)),
        tolerance=timedelta(minutes=asked.tolerance_minutes),
    )


def _stops(asked: TripAsked, site: Site) -> tuple[Stop, ...]:
    if asked.stations is not None:
        stops = tuple(_stop(each, asked.road) for each in asked.stations)
    else:
        road = _road(asked.road or "", site)
        entry, exit_ = (Stop(name=name or "", road=road) for name in (asked.entry, asked.exit))
        stops = between(road, entry, exit_, site.rulebook.gazetteer)
    reached = [stop.after for stop in stops if stop.after is not None]
    if reached != sorted(reached):
        raise _wrong("stations", "minutes that never grow less along the way", "fewer minutes at a later station")
    if asked.minutes is None:
        return stops
    arrival = timedelta(minutes=asked.minutes)
    if reached and reached[-1] > arrival:
        raise _wrong("minutes", "no fewer than to any station on the way", f"{asked.minutes:g}")
    return (*stops[:-1], replace(stops[-1], after=arrival))


def _wrong(name: str, expected: str, found: str) -> Problem:
    return problem.unexpected([QueryError(name, expected, found)], problem.BODY)


def _stop(asked: str | StopAsked, road: str | None) -> Stop:
    if isinstance(asked, str):
        return Stop(name=asked, road=Road(name=road) if road else None)
    after = None if asked.minutes is None else timedelta(minutes=asked.minutes)
    return Stop(
        name=asked.name, qualifier=asked.qualifier, road=Road(name=asked.road) if asked.road else None, after=after
    )


def _road(text: str, site: Site) -> Road:
    known = site.rulebook.gazetteer.road(text)
    return Road(name=known.name, number=known.number) if known else Road(name=text)


def _departures(asked: TripAsked, now: datetime) -> Iterator[Departure]:
    if not (asked.days or asked.hours):
        moment = asked.departure or now
        yield Departure(moment, moment)
        return
    try:
        pattern = Commute(
            days=read_days(asked.days) if asked.days else (), hours=read_hours(asked.hours) if asked.hours else ()
        )
    except ValueError as error:
        raise _wrong(
            "days" if "days" in str(error) else "hours", str(error), asked.days or asked.hours or ""
        ) from error
    for begin, end in pattern.trips(now.astimezone(CHINA).date(), AHEAD):
        if end > now:
            yield Departure(max(begin, now), end)


def _checked(trip: Trip, known_at: datetime | None, site: Site, now: datetime) -> Verdict:
    """The verdict. The store is asked once for each road and once for each station, however long the trip."""
    # Without an end, since a station that is to open next year is no way today.
    since = min((each.first for each in trip.departures), default=now) - trip.tolerance - _DAY
    around = Query(from_=since, known_at=known_at, limit=_PAGE)
    told = site.store.stations(Query())
    names = tuple(dict.fromkeys(stop.name for stop in trip.stops))
    roads = dict.fromkeys((*_roads_of(trip, told, site),))
    found = _changes((*(replace(around, station=name) for name in names), *_by_road(around, roads)), site, now)
    stations, through = detour_places(found.values())
    found |= _changes((*(replace(around, station=name) for name in stations), *_by_road(around, through)), site, now)
    keys = {station_key(name) for name in (*names, *stations)}
    entries = [entry for entry in told if station_key(entry.name) in keys]
    return check(trip, tuple(found.values()), site.rulebook.gazetteer, now, entries)


def _by_road(around: Query, roads: Iterable[str]) -> Iterator[Query]:
    return (replace(around, road=road) for road in roads)


def _roads_of(trip: Trip, told: Iterable[StationEntry], site: Site) -> Iterator[str]:
    """Every road that the trip may take, by name or number."""
    keys = {station_key(stop.name) for stop in trip.stops}
    said = [stop.road for stop in trip.stops if stop.road]
    said += [entry.road for entry in told if entry.road and station_key(entry.name) in keys]
    yield from (name for road in said if (name := road.name or road.number))
    for road in site.rulebook.gazetteer.roads:
        if any(not keys.isdisjoint(place.keys) for place in road.stations):
            yield road.name


def _changes(queries: Iterable[Query], site: Site, now: datetime) -> dict[str, Change]:
    found: dict[str, Change] = {}
    for query in queries:
        cursor: Cursor | None = None
        while True:
            page = site.store.changes(replace(query, after=cursor), now)
            found |= {each.change.id: each.change for each in page.revisions}
            if len(found) > _MOST_CHANGES:
                raise _wrong("stations", f"a way that at most {_MOST_CHANGES} changes concern", "one of more")
            cursor = page.next
            if cursor is None:
                break
    return found
