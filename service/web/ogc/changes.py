"""The collection ``changes``: the features of ``/feeds/changes.geojson``, in pages, with the status of now.

The surprising thing: how many match is told only where one page holds them all. Daily windows and the course of a line
within a box are looked at feature by feature, and the standard lets ``numberMatched`` be left out (§7.16.4).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.feed import Feed, Lang
from service.gazetteer.datum import Datum
from service.geometry import shapes, touches
from service.publish import geojson
from service.records import Change, Revision, status
from service.store import Page
from service.web import problem
from service.web.ogc.documents import GEOJSON, HTML, JSON, OGC, Link, answer, collection, link
from service.web.ogc.parameters import ChangeItems, OneItem
from service.web.ogc.periods import meets
from service.web.parameters import RecordId, once
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite

router = APIRouter(prefix=f"{OGC}/collections/changes", tags=["ogc"], dependencies=[Depends(once)])

_COLLECTION = f"{OGC}/collections/changes"
_BATCH = 100
"""Changes read at a time once some were passed over."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

COLLECTION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": {"type": "object"}},
        "links": {"type": "array", "items": {"type": "object"}},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
        "timeStamp": {"type": "string", "format": "date-time"},
    },
}
FEATURE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": {"type": ["object", "null"]},
        "properties": {"type": "object"},
    },
}


def documented(description: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI documents features."""
    return {
        **problem.described(problem.PARAMETER, problem.UNREADY),
        200: {"description": description, "content": {GEOJSON: {"schema": schema}}},
    }


@router.get(
    "/items",
    summary="Changes as features",
    responses=documented("A page of features, the newest first", COLLECTION_SCHEMA),
    response_class=Response,
)
def items(selection: Annotated[ChangeItems, Query()], site: TheSite, now: Now) -> Response:
    """Changes as features, those cancelled only if asked for; follow the link `next` to the end."""
    moment = selection.at or now
    page = _page(selection, site, moment)
    here = f"{site.base_url}{_COLLECTION}"
    text = selection.text()
    links = [link("self", f"{here}/items" + (f"?{text}" if text else ""), GEOJSON, "This page")]
    if page.next:
        links.append(link("next", f"{here}/items?{selection.next(page.next)}", GEOJSON, "The next page"))
    links += [
        link("alternate", f"{site.base_url}/", HTML, "The same for people"),
        link("collection", here, JSON, "The collection"),
    ]
    datum = selection.datum or Datum.WGS84
    feed = _frame(site, datum)
    return collection(
        {"timeStamp": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), "datum": datum},
        (_feature(feed, revision, moment, site) for revision in page.revisions),
        links,
        {"numberMatched": _matched(selection, page), "numberReturned": len(page.revisions)},
    )


@router.get(
    "/items/{change_id}",
    summary="A change as a feature",
    responses={**documented("The feature", FEATURE_SCHEMA), **problem.described(problem.MISSING)},
    response_class=Response,
)
def item(change_id: RecordId, selection: Annotated[OneItem, Query()], site: TheSite, now: Now) -> Response:
    """One change as a feature, also where it was cancelled."""
    revision = site.store.latest(change_id)
    if revision is None:
        raise Problem(problem.MISSING, f"No change has the id {change_id}")
    here, identifier = f"{site.base_url}{_COLLECTION}", quote(change_id, safe="")
    links = [
        link("self", f"{here}/items/{identifier}", GEOJSON, "This feature"),
        link("alternate", f"{site.base_url}/changes/{identifier}", HTML, "The same for people"),
        link("alternate", f"{site.base_url}/v1/changes/{identifier}", JSON, "The record"),
        link("collection", here, JSON, "The collection"),
    ]
    feature = _feature(_frame(site, selection.datum or Datum.WGS84), revision, now, site)
    return answer(with_links(feature, links), links, GEOJSON)


def with_links(feature: bytes, links: list[Link]) -> bytes:
    """A feature of its own has the links that a collection has for all."""
    return feature.removesuffix(b"}") + b',"links":' + geojson.written(links) + b"}\n"


def _page(selection: ChangeItems, site: Site, moment: datetime) -> Page:
    """The changes that match, and where the next page begins; the database passes over most of the others."""
    query = selection.page()
    page = site.store.changes(query, moment)
    begin = page.next
    found = _matching(page, selection, site)
    while len(found) < query.limit and page.next:
        page = site.store.changes(replace(query, after=page.next, limit=_BATCH), moment)
        found += _matching(page, selection, site)
    shown = tuple(found[: query.limit])
    # A batch that brought more than fits was the second or a later one, so there is a cursor of this snapshot.
    rest = replace(begin, position=shown[-1].position) if begin and len(found) > query.limit else page.next
    return Page(shown, rest)


def _matching(page: Page, selection: ChangeItems, site: Site) -> list[Revision]:
    return [revision for revision in page.revisions if _matches(revision.change, selection, site)]


def _matches(change: Change, selection: ChangeItems, site: Site) -> bool:
    """What the database does not look at: daily windows, and how a line runs through a box."""
    if selection.datetime_ and not meets(change, selection.datetime_):
        return False
    if selection.bbox is None:
        return True
    found = shapes(change, site.rulebook.gazetteer)
    return not found or any(touches(shape, selection.bbox) for shape in found)


def _matched(selection: ChangeItems, page: Page) -> int | None:
    return len(page.revisions) if selection.cursor is None and page.next is None else None


def _frame(site: Site, datum: Datum) -> Feed:
    """A feed of nothing, in which features are written."""
    return Feed(
        title="",
        description="",
        url=f"{site.base_url}{_COLLECTION}/items",
        home=site.base_url,
        base_url=site.base_url,
        lang=Lang.ZH,
        updated=_BEGINNING,
        revisions=(),
        gazetteer=site.rulebook.gazetteer,
        datum=datum,
    )


def _feature(feed: Feed, revision: Revision, moment: datetime, site: Site) -> bytes:
    """As in the feed, with its status at ``moment`` as the last of its properties."""
    known = geojson.part(feed, revision, site.parts)
    return known.removesuffix(b"}}") + f',"status":"{status(revision.change, moment)}"}}}}'.encode()
