"""The collection ``stations``: every toll station known, with its coordinate and how it can be passed now.

The surprising thing: a state is what notices say. Of a station that none names it is ``unsaid``, not open.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.errors import QueryError
from service.gazetteer import road_key, stake_text
from service.gazetteer.datum import Datum, to_wgs84
from service.geometry import Shape, touches
from service.publish import geojson
from service.publish.text import line
from service.query import folded
from service.store import Query as StoreQuery
from service.timeline import state_at
from service.web import problem
from service.web.inventory import ListedStation, inventory
from service.web.ogc.changes import COLLECTION_SCHEMA, FEATURE_SCHEMA, documented, with_links
from service.web.ogc.documents import GEOJSON, HTML, JSON, OGC, answer, collection, link, written
from service.web.ogc.parameters import OneItem, StationItems
from service.web.parameters import RecordId, once
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite

_COLLECTION = f"{OGC}/collections/stations"

router = APIRouter(prefix=_COLLECTION, tags=["ogc"], dependencies=[Depends(once)])


@router.get(
    "/items",
    summary="Toll stations as features",
    responses=documented("A page of features, by road and name", COLLECTION_SCHEMA),
    response_class=Response,
)
def items(selection: Annotated[StationItems, Query()], site: TheSite, now: Now) -> Response:
    """Toll stations as features, each as it can be passed now; follow the link `next` to the end."""
    stations = _stations(site)
    after = _after(selection, stations)
    matching = tuple(each for each in stations if _matches(each, selection, site))
    first = bisect_right(matching, after, key=lambda each: each.key)
    shown = matching[first : first + selection.size]
    here = f"{site.base_url}{_COLLECTION}"
    text = selection.text()
    links = [link("self", f"{here}/items" + (f"?{text}" if text else ""), GEOJSON, "This page")]
    if first + selection.size < len(matching):
        links.append(link("next", f"{here}/items?{_next(selection, shown[-1])}", GEOJSON, "The next page"))
    links += [
        link("alternate", f"{site.base_url}/roads", HTML, "Roads and their stations, for people"),
        link("collection", here, JSON, "The collection"),
    ]
    datum = selection.datum or Datum.WGS84
    return collection(
        {"timeStamp": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), "datum": datum},
        (written(_feature(each, datum, site, now)) for each in shown),
        links,
        {"numberMatched": len(matching), "numberReturned": len(shown)},
    )


@router.get(
    "/items/{station_id}",
    summary="A toll station as a feature",
    responses={**documented("The feature", FEATURE_SCHEMA), **problem.described(problem.MISSING)},
    response_class=Response,
)
def item(station_id: RecordId, selection: Annotated[OneItem, Query()], site: TheSite, now: Now) -> Response:
    """One toll station as a feature, as it can be passed now."""
    found = next((each for each in _stations(site) if each.entry.id == station_id), None)
    if found is None:
        raise Problem(problem.MISSING, f"No station has the id {station_id}")
    here, identifier = f"{site.base_url}{_COLLECTION}", quote(station_id, safe="")
    links = [link("self", f"{here}/items/{identifier}", GEOJSON, "This feature")]
    if found.told:
        links.append(link("alternate", f"{site.base_url}/stations/{identifier}", HTML, "The same for people"))
    links.append(link("collection", here, JSON, "The collection"))
    feature = written(_feature(found, selection.datum or Datum.WGS84, site, now))
    return answer(with_links(feature, links), links, GEOJSON)


def _stations(site: Site) -> tuple[ListedStation, ...]:
    """All of them, read anew when there is another revision."""
    edition = site.store.position()
    return site.inventory.get(edition, lambda: inventory(site.store.stations(StoreQuery()), site.rulebook.gazetteer))


def _matches(station: ListedStation, selection: StationItems, site: Site) -> bool:
    shape = _shape(station)
    if selection.located is not None and selection.located is not (shape is not None):
        return False
    if selection.bbox and shape and not touches(shape, selection.bbox):
        return False
    if selection.q and folded(selection.q) not in folded(station.entry.name):
        return False
    return selection.road is None or _is_on(station, selection.road, site)


def _is_on(station: ListedStation, road: str, site: Site) -> bool:
    known = site.rulebook.gazetteer.road(road)
    if known and station.road == known:
        return True
    of = station.entry.road
    return of is not None and road_key(road) in (station.road_key, of.number)


def _after(selection: StationItems, stations: tuple[ListedStation, ...]) -> str:
    """The key of the last station of the page before; "" before all.

    Raises:
        QueryError: the cursor was not made for these filters.
    """
    given = selection.cursor
    if given is None:
        return ""
    with suppress(binascii.Error, ValueError):
        mark, _, identifier = urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode().partition("/")
        last = next((each for each in stations if each.entry.id == identifier), None)
        if last and mark == _mark(selection):
            return last.key
    raise QueryError("cursor", "a cursor that next gave for the same filters", given)


def _next(selection: StationItems, last: ListedStation) -> str:
    cursor = urlsafe_b64encode(f"{_mark(selection)}/{last.entry.id}".encode()).decode().rstrip("=")
    return selection.model_copy(update={"cursor": cursor}).text()


def _mark(selection: StationItems) -> str:
    """What ties a cursor to its filters."""
    return sha256(selection.model_copy(update={"cursor": None, "limit": None}).text().encode()).hexdigest()[:8]


def _shape(station: ListedStation) -> Shape | None:
    position = station.place.position if station.place else None
    if position is None:
        return None
    return Shape(points=(to_wgs84(position.point, position.datum),), accuracy_m=position.accuracy_m)


def _feature(station: ListedStation, datum: Datum, site: Site, now: datetime) -> dict[str, Any]:
    shape = _shape(station)
    return {
        "type": "Feature",
        "id": station.entry.id,
        "geometry": geojson.geometry((shape,) if shape else (), datum),
        "properties": dict(_properties(station, datum, site, now)),
    }


def _properties(station: ListedStation, datum: Datum, site: Site, now: datetime) -> Iterator[tuple[str, Any]]:
    entry, place = station.entry, station.place
    yield "name", line(entry.name)
    yield "aliases", [name for name in (place.name, *place.aliases) if name != entry.name] if place else []
    yield "qualifier", entry.qualifier
    yield "road", asdict(entry.road) if entry.road else None
    yield "order", place.order if place else None
    yield "stake", stake_text(place.stake_m) if place and place.stake_m is not None else None
    told = site.store.timeline(entry.id) if station.told else ()
    state = state_at((revision.change for revision in told), now)
    yield "entry", asdict(state.entry)
    yield "exit", asdict(state.exit)
    yield "tolling", state.tolling
    yield "changes", list(state.changes)
    yield "accuracy_m", place.position.accuracy_m if place and place.position else None
    yield "datum", datum
