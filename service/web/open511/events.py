"""Events in pages, and one by its id: those of ``/feeds/changes.open511.json``, with the status of this instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from service.feed import Feed, Lack, Lang
from service.geometry import shapes, touches
from service.publish.open511 import as_json, as_xml, event, json_members, jurisdiction, xml_event
from service.records import Change, Revision
from service.store import Cursor
from service.store import Query as StoreQuery
from service.web import problem
from service.web.ogc.periods import Period, meets
from service.web.open511.discovery import HOME, JurisdictionId, answered, documented, form_of
from service.web.open511.parameters import Document, Events, Form, supported
from service.web.parameters import RecordId, once
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite

router = APIRouter(prefix=f"{HOME}/events", tags=["open511"], dependencies=[Depends(once), Depends(supported)])

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_READ = 500


@dataclass(frozen=True, slots=True)
class _Found:
    """An event, and the position of the revision that it tells of."""

    position: int
    members: dict[str, Any]


@router.get(
    "",
    summary="Events",
    responses=documented("A page of events, the newest first", problem.UNREADY),
    response_class=Response,
)
def events(request: Request, asked: Annotated[Events, Query()], site: TheSite, now: Now) -> Response:
    """Changes as Open511 events; follow `next_url` to the end."""
    begin = asked.after() or _newest(site)
    if asked.jurisdiction not in (None, jurisdiction(site.base_url)):
        found: list[_Found] = []
    else:
        wanted = _events(asked, site, now, begin)
        found = list(islice(wanted, asked.skipped, asked.skipped + asked.size + 1))
    shown = found[: asked.size]
    pagination: dict[str, Any] = {"offset": asked.offset or 0}
    if len(found) > asked.size:
        following = Cursor(begin.snapshot, shown[-1].position)
        pagination["next_url"] = f"{site.base_url}{HOME}/events?{asked.next(following)}"
    return _answer(request, asked, site, [each.members for each in shown], pagination)


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
    asked: Annotated[Document, Query()],
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
    return _answer(request, asked, site, [found], None)


def _answer(
    request: Request,
    asked: Document,
    site: Site,
    found: list[dict[str, Any]],
    pagination: dict[str, Any] | None,
) -> Response:
    form = form_of(request, asked)
    if form is Form.JSON:
        return answered(as_json(map(json_members, found), pagination), form, asked)
    written = as_xml(map(xml_event, found), pagination, {}, site.base_url, asked.lang or Lang.ZH)
    return answered(written, form, asked)


def _newest(site: Site) -> Cursor:
    newest = site.store.position()
    return Cursor(newest, newest + 1)


def _events(asked: Events, site: Site, now: datetime, begin: Cursor) -> Iterator[_Found]:
    """Those that match, the newest first, as they are needed."""
    query = asked.query(now)
    cursor: Cursor | None = begin
    while cursor is not None:
        page = site.store.changes(replace(query, after=cursor), now)
        frame = _frame(site, asked, page.revisions)
        for revision in page.revisions:
            if _holds(asked, site, revision.change, now):
                found = event(frame, revision, now)
                if not isinstance(found, Lack) and _fits(asked, found):
                    yield _Found(revision.position, found)
        query, cursor = _more(query), page.next


def _more(query: StoreQuery) -> StoreQuery:
    """The next to read, twice as many: what is rare is far."""
    return replace(query, limit=min(2 * query.limit, _MOST_READ))


def _holds(asked: Events, site: Site, change: Change, now: datetime) -> bool:
    """What the store does not look at: daily hours, and how a line runs through a box."""
    effect = asked.effective(now)
    if effect and not meets(change, Period(effect.begin, effect.end)):
        return False
    if asked.bbox is None:
        return True
    return any(touches(shape, asked.bbox) for shape in shapes(change, site.rulebook.gazetteer))


def _fits(asked: Events, members: dict[str, Any]) -> bool:
    """What only the event has."""
    if asked.severity and members["severity"] not in asked.severity:
        return False
    if asked.event_type and members["event_type"] not in asked.event_type:
        return False
    return asked.event_subtype is None or asked.event_subtype in members.get("event_subtypes", ())


def _frame(site: Site, asked: Document, revisions: tuple[Revision, ...]) -> Feed:
    """What an event is written from."""
    return Feed(
        title="",
        description="",
        url=f"{site.base_url}{HOME}/events",
        home=site.base_url,
        base_url=site.base_url,
        lang=asked.lang or Lang.ZH,
        updated=_BEGINNING,
        revisions=revisions,
        gazetteer=site.rulebook.gazetteer,
        publisher=site.settings.publisher,
        origins=site.store.origins(revisions),
        earlier=site.store.earlier(revisions),
    )
