"""Roads and their stations as pages and the API show them: which there are, in what order, and how each stands now."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.gazetteer import station_key
from service.records import Change, Qualifier, Status
from service.roads import NamedRoad, named
from service.search import wanted
from service.stations import entry
from service.store import Query, StationEntry
from service.timeline import Interval, state_at
from service.web import problem
from service.web.problem import Problem
from service.web.site import Site

GOING_ON = (Status.ACTIVE, Status.SCHEDULED)
"""What holds or is to come."""


@dataclass(frozen=True, slots=True)
class KnownNews:
    """A road, and how many changes hold there or are to come."""

    road: NamedRoad
    count: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A station of a road; ``id`` is None where only the gazetteer knows it. ``changes`` are ids, by start."""

    id: str | None
    name: str
    qualifier: Qualifier | None
    state: Interval
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoadStates:
    """The stations of a road, ``ordered`` along it or by name; all changes; those ``elsewhere`` than at a station."""

    ordered: bool
    stops: tuple[Stop, ...]
    changes: tuple[Change, ...]
    elsewhere: tuple[str, ...]


def found_road(text: str, site: Site) -> NamedRoad:
    """The road of that name, alias or number.

    Raises:
        Problem: neither the gazetteer nor any change knows it.
    """
    road = named(unicodedata.normalize("NFKC", text), site.rulebook.gazetteer)
    if road.known is None and not site.store.knows(road):
        raise Problem(problem.MISSING, f"No road has the name {text}")
    return road


def roads_known(site: Site, now: datetime) -> tuple[KnownNews, ...]:
    """Every road that a change is about, by number and name."""
    gazetteer = site.rulebook.gazetteer
    everything = wanted("", gazetteer)
    going_on = Query(status=GOING_ON, recent=now - site.settings.grace)
    counted = site.store.news(going_on, everything, gazetteer, now)
    counts = {news.road.key: news.count for news in counted if news.road}
    roads = {road.key: road for key in site.store.road_keys() if (road := named(key, gazetteer))}
    found = (KnownNews(road, counts.get(road.key, 0)) for road in roads.values())
    return tuple(sorted(found, key=_by_number))


def road_states(road: NamedRoad, site: Site, now: datetime) -> RoadStates:
    """How each station of ``road`` stands at ``now``, and what was told of the road within the days of grace."""
    told = tuple(revision.change for revision in site.store.of_road(road, Query(status=(*GOING_ON,)), now))
    at_station: defaultdict[str, list[Change]] = defaultdict(list)
    for change in told:
        at = entry(change)
        at_station[at.id if at else ""].append(change)
    shown = _shown(road, site, now)
    stations, ordered = _in_order(road, site.store.stations_of(road))
    stops = tuple(_stop(known, name, at_station, shown, now) for known, name in stations)
    at_stops = {change for stop in stops for change in stop.changes}
    elsewhere = tuple(change.id for change in shown if change.id not in at_stops)
    return RoadStates(ordered, stops, shown, elsewhere)


def _shown(road: NamedRoad, site: Site, now: datetime) -> tuple[Change, ...]:
    query = Query(status=(*GOING_ON, Status.CANCELLED), recent=now - site.settings.grace)
    found = (revision.change for revision in site.store.of_road(road, query, now))
    return tuple(sorted(found, key=lambda change: (change.validity.start is not None, change.validity.start or now)))


def _stop(
    known: StationEntry | None, name: str, told: dict[str, list[Change]], shown: Sequence[Change], now: datetime
) -> Stop:
    identifier = known.id if known else None
    here = told.get(identifier, []) if identifier else []
    listed = tuple(
        change.id for change in shown if identifier and (at := entry(change)) is not None and at.id == identifier
    )
    return Stop(identifier, name, known.qualifier if known else None, state_at(here, now), listed)


def _in_order(
    road: NamedRoad, told: Sequence[StationEntry]
) -> tuple[tuple[tuple[StationEntry | None, str], ...], bool]:
    """The stations along the road, then those that only changes know; and whether there is an order."""
    listed = road.known.stations if road.known else ()
    by_order = sorted(listed, key=lambda place: (place.order is None, place.order or 0))
    used: set[str] = set()
    found: list[tuple[StationEntry | None, str]] = []
    for place in by_order:
        here = [each for each in told if station_key(each.name) in place.keys]
        used.update(each.id for each in here)
        found.extend((each, each.name) for each in here)
        if not here:
            found.append((None, place.name))
    found.extend((each, each.name) for each in told if each.id not in used)
    ordered = sum(place.order is not None for place in listed) > 1
    return (tuple(found) if ordered else tuple(sorted(found, key=lambda pair: pair[1]))), ordered


def _by_number(known: KnownNews) -> tuple[bool, int, str]:
    """National roads first, by number; then those of provinces; then the others by name."""
    number = known.road.number or ""
    digits = "".join(character for character in number if character.isdigit())
    return not number, ("GSXY".find(number[:1]) * 10**6 + int(digits)) if digits else 0, known.road.name
