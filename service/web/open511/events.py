"""Events in pages, and one by its id: those of ``/feeds/changes.open511.json``, with the status of this instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from service.feed import Feed, Lack
from service.geometry import shapes, touches
from service.publish.open511 import (
    as_json,
    as_xml,
    event,
    event_type,
    grade,
    json_members,
    jurisdiction,
    subtypes,
    xml_event,
)
from service.records import Change, Revision
from service.store import Cursor
from service.web import problem
from service.web.ogc.periods import Period, meets
from service.web.open511.discovery import HOME, JurisdictionId, answered, documented, form_of
from service.web.open511.parameters import Document, Events, Form, Told, supported
from service.web.parameters import RecordId, once
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite

router = APIRouter(prefix=f"{HOME}/events", tags=["open511"], dependencies=[Depends(once), Depends(supported)])

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 500
_MOST_READ = 1000
_MORE = 20
"""Changes looked at for a page, and more for each that matches: what is rare must not keep others waiting."""


@dataclass(frozen=True, slots=True)
class _Page:
    """Some events, where the next ones begin (None behind the last), and how many of these are to be passed over."""

    events: tuple[dict[str, Any], ...]
    next: Cursor | None
    skipping: int


@router.get(
    "",
    summary="Events",
    responses=documented("A page of events, the newest first", problem.UNREADY),
    response_class=Response,
)
def events(request: Request, asked: Annotated[Events, Query()], site: TheSite, now: Now) -> Response:
    """Changes as Open511 events; follow `next_url` to the end. Where few match, a page may be short, or empty."""
    begin = asked.after() or _newest(site)
    if asked.jurisdiction and jurisdiction(site.base_url) not in asked.jurisdiction:
        page = _Page((), None, 0)
    else:
        page = _page(asked, site, now, begin)
    pagination: dict[str, Any] = {"offset": asked.offset or 0}
    if page.next is not None:
        following = asked.next(page.next, len(page.events), page.skipping)
        pagination["next_url"] = f"{site.base_url}{HOME}/events?{following}"
    return _answer(request, asked, site, page.events, pagination)


@router.get(
    "/{jurisdiction_id}/{change_id}",
    summary="An event",
    responses=documented("The event", problem.MISSING, problem.UNREADY),
    response_class=Response,
)
def one_event(
    request: Request,
    jurisdiction_id: JurisdictionId,
    change_id: RecordId,
    asked: Annotated[Told, Query()],
    site: TheSite,
    now: Now,
) -> Response:
    """One event, also where it is over."""
    here = jurisdiction_id == jurisdiction(site.base_url)
    revision = site.store.latest(change_id) if here else None
    if revision is None:
        raise Problem(problem.MISSING, f"No event has the id {jurisdiction_id}/{change_id}")
    found = event(_frame(site, asked, (revision,)), revision, now)
    if isinstance(found, Lack):
        raise Problem(
            problem.MISSING, f"{change_id} is no event of Open511: {found.value}; see /v1/changes/{change_id}"
        )
    return _answer(request, asked, site, (found,), None)


def _answer(
    request: Request,
    asked: Told,
    site: Site,
    found: Iterable[dict[str, Any]],
    pagination: dict[str, Any] | None,
) -> Response:
    form, shown = form_of(request, asked), map(asked.shown, found)
    if form is Form.JSON:
        return answered(as_json(map(json_members, shown), pagination), form, asked)
    written = as_xml(map(xml_event, shown), pagination, {}, site.base_url, asked.spoken)
    return answered(written, form, asked)


def _newest(site: Site) -> Cursor:
    newest = site.store.position()
    return Cursor(newest, newest + 1)


def _page(asked: Events, site: Site, now: datetime, begin: Cursor) -> _Page:
    """Those that match, the newest first; where they are rare, those among so many changes, and where to go on."""
    query, cursor, left, skipping = asked.query(now), begin, _MOST_READ, asked.skipped
    found: list[dict[str, Any]] = []
    following: Cursor | None = cursor
    while following is not None and left > 0:
        read = site.store.changes(replace(query, after=following, limit=min(query.limit, left)), now)
        frame = _frame(site, asked, read.revisions)
        for revision in read.revisions:
            members = _matching(asked, site, frame, revision, now)
            if members is None:
                continue
            left += _MORE
            if len(found) == asked.size:
                return _Page(tuple(found), Cursor(begin.snapshot, revision.position + 1), 0)
            if skipping > 0:
                skipping -= 1
            else:
                found.append(members)
        left -= len(read.revisions)
        # Twice as many the next time: what is rare is far.
        query, following = replace(query, limit=min(2 * query.limit, _AT_ONCE)), read.next
    return _Page(tuple(found), following, skipping)


def _matching(asked: Events, site: Site, frame: Feed, revision: Revision, now: datetime) -> dict[str, Any] | None:
    """The event of ``revision``, if it is one that is asked for."""
    if not (_fits(asked, revision.change) and _holds(asked, site, revision.change, now)):
        return None
    found = event(frame, revision, now)
    return None if isinstance(found, Lack) else found


def _fits(asked: Events, change: Change) -> bool:
    """What the store does not know, and what costs little to see."""
    if asked.severity and grade(change) not in asked.severity:
        return False
    if asked.event_type and event_type(change) not in asked.event_type:
        return False
    return not asked.event_subtype or not set(asked.event_subtype).isdisjoint(subtypes(change))


def _holds(asked: Events, site: Site, change: Change, now: datetime) -> bool:
    """What the store does not look at: daily hours, and how a line runs through a box."""
    effect = asked.effective(now)
    if effect and not meets(change, Period(effect.begin, effect.end)):
        return False
    if asked.bbox is None:
        return True
    return any(touches(shape, asked.bbox) for shape in shapes(change, site.rulebook.gazetteer))


def _frame(site: Site, asked: Document, revisions: tuple[Revision, ...]) -> Feed:
    """What an event is written from."""
    return Feed(
        title="",
        description="",
        url=f"{site.base_url}{HOME}/events",
        home=site.base_url,
        base_url=site.base_url,
        lang=asked.spoken,
        updated=_BEGINNING,
        revisions=revisions,
        gazetteer=site.rulebook.gazetteer,
        publisher=site.settings.publisher,
        origins=site.store.origins(revisions),
        earlier=site.store.earlier(revisions),
    )
