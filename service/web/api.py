"""The query API, version 1: changes, their history, stations and notices, as JSON.

Routes are plain functions, which the framework runs in a few threads, since the store waits for its database.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.records import DatedChange, Revision, at, status
from service.roads import NamedRoad
from service.store import StationEntry, Store
from service.timeline import intervals
from service.web import answers, problem
from service.web.answers import (
    Changes,
    History,
    Links,
    ReadNotice,
    RoadDocument,
    RoadEntry,
    Roads,
    RoadStation,
    Span,
    Stations,
    Timeline,
    answer,
    write,
)
from service.web.explained import as_told
from service.web.parameters import (
    Instants,
    KnownAt,
    Listing,
    RecordId,
    RoadName,
    StationSelection,
    TimelineSpan,
    no_parameters,
    once,
)
from service.web.places import GOING_ON, found_road, road_states, roads_known
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite

router = APIRouter(prefix="/v1", dependencies=[Depends(once)])

_ANY = problem.described(problem.PARAMETER, problem.UNREADY)
_ONE = problem.described(problem.PARAMETER, problem.MISSING, problem.UNREADY)
_NO_CHANGES = b'{"changes":[]'
_NO_PARAMETERS = [Depends(no_parameters)]


@router.get(
    "/changes",
    summary="Changes by place, kind, time and status",
    tags=["changes"],
    response_model=Changes,
    responses={**_ANY, 200: {"description": "A page of changes, the newest first"}},
)
def changes(selection: Annotated[Listing, Query()], site: TheSite, now: Now) -> Response:
    """Changes by place, kind, time and status, each as it stands now, or at `at`.

    Follow `next` (also in the `Link` header) to the end. All pages show what was known at the first.
    """
    moment = selection.at or now
    page = site.store.documents(selection.page(), moment)
    here = f"{site.base_url}/v1/changes"
    following = f"{here}?{selection.next(page.next)}" if page.next else None
    frame = write(Changes(changes=(), next=following, links=_links(site.base_url, selection)))
    # Records are given as they were written; the list is the first thing in the frame.
    body = frame.replace(_NO_CHANGES, b'{"changes":[' + ",".join(page.changes).encode() + b"]", 1)
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return Response(body, headers=headers, media_type="application/json")


def _links(base_url: str, selection: Listing) -> Links:
    page, feed = _asking(selection.text()), _asking(selection.filters())
    return Links(
        self=f"{base_url}/v1/changes{page}",
        rss=f"{base_url}/feeds/changes.rss{feed}",
        atom=f"{base_url}/feeds/changes.atom{feed}",
        ics=f"{base_url}/feeds/changes.ics{feed}",
    )


def _asking(text: str) -> str:
    return f"?{text}" if text else ""


@router.get(
    "/changes/{change_id}",
    summary="One change",
    tags=["changes"],
    response_model=DatedChange,
    responses={**_ONE, 200: {"description": "The change"}},
)
def change(change_id: RecordId, instants: Annotated[Instants, Query()], site: TheSite, now: Now) -> Response:
    """One change as it is known now, or was at `known_at`; its status is that of now, or of `at`."""
    revision = site.store.latest(change_id, instants.known_at)
    if revision is None:
        raise _no_change(change_id, instants.known_at)
    return answer(
        at(revision.change, instants.at or now),
        headers={"Link": f'<{site.base_url}/v1/changes/{change_id}/history>; rel="version-history"'},
    )


@router.get(
    "/changes/{change_id}/history",
    summary="Every revision of one change",
    tags=["changes"],
    response_model=History,
    responses={**_ONE, 200: {"description": "Its revisions, the first first"}},
)
def history(change_id: RecordId, known: Annotated[KnownAt, Query()], site: TheSite) -> Response:
    """Every revision of one change: what was published, and when; until `known_at`, if given."""
    revisions = site.store.history(change_id, known.known_at)
    if not revisions:
        raise _no_change(change_id, known.known_at)
    return answer(History(revisions=revisions))


def _no_change(change_id: str, known_at: datetime | None) -> Problem:
    then = f" was known at {known_at.isoformat()}" if known_at else ""
    return Problem(problem.MISSING, f"No change {'of' if then else 'has'} the id {change_id}{then}")


@router.get(
    "/stations",
    summary="Toll stations",
    tags=["stations"],
    response_model=Stations,
    responses={**_ANY, 200: {"description": "The stations by road and name"}},
)
def stations(selection: Annotated[StationSelection, Query()], site: TheSite) -> Response:
    """The toll stations that any change is about."""
    entries = site.store.stations(selection.query())
    return answer(Stations(stations=tuple(_station(entry, site.base_url) for entry in entries)))


@router.get(
    "/stations/{station_id}/timeline",
    summary="Everything at one station",
    tags=["stations"],
    response_model=Timeline,
    responses={**_ONE, 200: {"description": "The station and its changes by start"}},
)
def timeline(station_id: RecordId, span: Annotated[TimelineSpan, Query()], site: TheSite, now: Now) -> Response:
    """Everything that happened or will happen at one station, in the order in which it begins.

    As it was known at `known_at`; status and intervals are as seen from `at`, or from now. `intervals` tell how its
    entry and exit can be passed, by how many lanes, and whether tolls are collected, and name the changes that say so.
    """
    entry = site.store.station(station_id)
    if entry is None:
        raise Problem(problem.MISSING, f"No station has the id {station_id}")
    moment = span.at or now
    revisions = site.store.timeline(station_id, span.known_at)
    told = (revision.change for revision in revisions)
    return answer(
        Timeline(
            station=_station(entry, site.base_url),
            changes=_dated(revisions, moment),
            intervals=intervals(told, *span.span(moment)),
        )
    )


@router.get(
    "/roads",
    summary="Roads",
    tags=["stations"],
    dependencies=_NO_PARAMETERS,
    response_model=Roads,
    responses={**_ANY, 200: {"description": "The roads by number and name"}},
)
def roads(site: TheSite, now: Now) -> Response:
    """The roads that any change is about."""
    return answer(Roads(roads=tuple(_road(each.road, each.count, site) for each in roads_known(site, now))))


@router.get(
    "/roads/{road}",
    summary="A road and its stations",
    tags=["stations"],
    dependencies=_NO_PARAMETERS,
    response_model=RoadDocument,
    responses={**_ONE, 200: {"description": "The road with its stations as they stand now"}},
)
def road(road: RoadName, site: TheSite, now: Now) -> Response:
    """A road by name, alias or number: its stations, how each can be passed now, and what holds or is to come."""
    found = found_road(road, site)
    told = road_states(found, site, now)
    return answer(
        RoadDocument(
            road=_road(found, sum(status(each, now) in GOING_ON for each in told.changes), site),
            ordered=told.ordered,
            stations=tuple(
                RoadStation(
                    id=stop.id,
                    name=stop.name,
                    qualifier=stop.qualifier,
                    entry=stop.state.entry,
                    exit=stop.state.exit,
                    changes=stop.changes,
                )
                for stop in told.stops
            ),
            changes=tuple(at(change, now) for change in told.changes),
        )
    )


def _road(road: NamedRoad, count: int, site: Site) -> RoadEntry:
    return RoadEntry(
        key=road.key, road=road.road, changes=count, url=f"{site.base_url}/v1/roads/{quote(road.key, safe='')}"
    )


@router.get(
    "/notices/{notice_id}",
    summary="A notice and the words behind each value",
    tags=["notices"],
    dependencies=_NO_PARAMETERS,
    response_model=ReadNotice,
    responses={**_ONE, 200: {"description": "The notice and what was read from it"}},
)
def notice(notice_id: RecordId, site: TheSite, now: Now) -> Response:
    """A notice as worded, with the words behind every value (code points, `end` exclusive)."""
    found = site.store.notice(notice_id)
    if found is None:
        raise Problem(problem.MISSING, f"No notice has the id {notice_id}")
    revisions = site.store.of_notice(notice_id)
    return answer(
        ReadNotice(notice=found, spans=_spans(revisions, notice_id, site.store), changes=_dated(revisions, now))
    )


def _spans(revisions: Iterable[Revision], notice_id: str, store: Store) -> tuple[Span, ...]:
    """The evidence by its place in the text."""
    read = (change for revision in revisions for change in as_told(revision.change, notice_id, store))
    spans = (
        Span(change=change.id, field=each.field, start=each.start, end=each.end, rule=each.rule)
        for change in read
        for each in change.evidence
    )
    return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.field, span.change)))


def _dated(revisions: Iterable[Revision], moment: datetime) -> tuple[DatedChange, ...]:
    return tuple(at(revision.change, moment) for revision in revisions)


def _station(entry: StationEntry, base_url: str) -> answers.StationEntry:
    return answers.StationEntry(
        id=entry.id,
        road=entry.road,
        name=entry.name,
        qualifier=entry.qualifier,
        timeline=f"{base_url}/v1/stations/{entry.id}/timeline",
    )
