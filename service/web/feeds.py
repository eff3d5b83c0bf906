"""The addresses of feeds, calendars and lists of feeds, which :mod:`service.web.wanted` answers.

No answer depends on Accept, because calendar importers send none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from service import prose
from service.feed import Format, Lang
from service.publish import ATOM, ICALENDAR, JSON_FEED, LOG_FORMATS, MACHINE_FORMATS, RSS, opml
from service.store import Query as StoreQuery
from service.web import problem
from service.web.calendars import LONGEST, selection_of
from service.web.freshness import Lasting, lasts
from service.web.parameters import (
    CalendarSubscription,
    ListSelection,
    LogSubscription,
    MachineSubscription,
    Nothing,
    Subscription,
    once,
)
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite
from service.web.wanted import CACHE_CONTROL, FEEDS, Wanted, answer

router = APIRouter(prefix=FEEDS, tags=["feeds"], dependencies=[Depends(once)])
calendars = APIRouter(prefix="/calendars", tags=["feeds"], dependencies=[Depends(once)])

_ERRORS = problem.described(problem.PARAMETER, problem.UNREADY)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_LOGS = {form.extension: form for form in LOG_FORMATS}


def _documented(*forms: Format, **media_types: str) -> dict[int | str, dict[str, Any]]:
    named = {form.media_type: f"{form.name} ({form.standard})" for form in forms}
    media = (name.partition(";")[0] for name in (*named, *media_types.values()))
    content = {name: {"schema": {"type": "object" if name.endswith("json") else "string"}} for name in media}
    known = {"description": "What the client has (If-None-Match, If-Modified-Since) is still so"}
    description = ", ".join((*named.values(), *media_types))
    return {200: {"description": description, "content": content}, 304: known, **_ERRORS}


@router.get("/changes.rss", summary="Changes as RSS", responses=_documented(RSS), response_class=Response)
def changes_rss(request: Request, selection: Annotated[Subscription, Query()], site: TheSite, now: Now) -> Response:
    """Changes as RSS: an item a change, rewritten in place."""
    return answer(Wanted("/feeds/changes.rss", RSS, selection, site, now), request)


@router.get("/changes.atom", summary="Changes as Atom", responses=_documented(ATOM), response_class=Response)
def changes_atom(request: Request, selection: Annotated[Subscription, Query()], site: TheSite, now: Now) -> Response:
    """Changes as Atom: an entry a change, rewritten in place; what has left is told for two weeks (RFC 6721)."""
    return answer(Wanted("/feeds/changes.atom", ATOM, selection, site, now), request)


@router.get("/changes.json", summary="Changes as JSON Feed", responses=_documented(JSON_FEED), response_class=Response)
def changes_json(request: Request, selection: Annotated[Subscription, Query()], site: TheSite, now: Now) -> Response:
    """Changes as JSON Feed: an item a change, rewritten in place, with its whole record."""
    return answer(Wanted("/feeds/changes.json", JSON_FEED, selection, site, now), request)


@router.get("/changes.ics", summary="Changes as a calendar", responses=_documented(ICALENDAR), response_class=Response)
def changes_ics(
    request: Request, selection: Annotated[CalendarSubscription, Query()], site: TheSite, now: Now
) -> Response:
    """Changes as a calendar to subscribe to."""
    return answer(Wanted("/feeds/changes.ics", ICALENDAR, selection, site, now), request)


def _machine(form: Format) -> None:
    """The address of a format for machines."""
    path = f"{FEEDS}/changes.{form.extension}"

    def changes(
        request: Request, selection: Annotated[MachineSubscription, Query()], site: TheSite, now: Now
    ) -> Response:
        return answer(Wanted(path, form, selection, site, now), request)

    router.add_api_route(
        path.removeprefix(FEEDS),
        changes,
        methods=["GET"],
        summary=f"Changes as {form.name}",
        description=f"Changes as {form.standard}: a whole snapshot. What it leaves out is told at "
        f"`/v1/formats/{form.key}/omissions`.",
        name=f"changes_{form.extension.replace('.', '_')}",
        responses=_documented(form),
        response_class=Response,
    )


for _form in MACHINE_FORMATS:
    _machine(_form)


@router.get("/log.rss", summary="Revisions as RSS", responses=_documented(RSS), response_class=Response)
def log_rss(request: Request, selection: Annotated[LogSubscription, Query()], site: TheSite, now: Now) -> Response:
    """Every revision as an RSS item of its own, so that readers show a correction as new."""
    return answer(Wanted("/feeds/log.rss", RSS, selection, site, now), request)


@router.get("/log.atom", summary="Revisions as Atom", responses=_documented(ATOM), response_class=Response)
def log_atom(request: Request, selection: Annotated[LogSubscription, Query()], site: TheSite, now: Now) -> Response:
    """Every revision as an Atom entry of its own, so that readers show a correction as new."""
    return answer(Wanted("/feeds/log.atom", ATOM, selection, site, now), request)


@router.get("/log.json", summary="Revisions as JSON Feed", responses=_documented(JSON_FEED), response_class=Response)
def log_json(request: Request, selection: Annotated[LogSubscription, Query()], site: TheSite, now: Now) -> Response:
    """Every revision as a JSON Feed item of its own, so that readers show a correction as new."""
    return answer(Wanted("/feeds/log.json", JSON_FEED, selection, site, now), request)


@router.get(
    "/log/{number}.{extension}",
    summary="An archive of revisions",
    responses={**_documented(*LOG_FORMATS), **problem.described(problem.MISSING)},
    response_class=Response,
)
def log_archive(
    request: Request,
    number: Annotated[int, Path(ge=1, le=1_000_000, description="Counted from the oldest, which is 1.")],
    extension: Annotated[str, Path(pattern="^(rss|atom|json)$", description="rss, atom or json.")],
    selection: Annotated[LogSubscription, Query()],
    site: TheSite,
    now: Now,
) -> Response:
    """Older revisions, 500 a document in which nothing ever changes (RFC 5005 §4); the feed leads here."""
    wanted = Wanted(f"/feeds/log/{number}.{extension}", _LOGS[extension], selection, site, now, archive=number)
    return answer(wanted, request)


@router.get(
    "/roads.opml",
    summary="The feeds of every road",
    responses=_documented(**{"OPML 2.0": "text/x-opml"}),
    response_class=Response,
)
def roads_opml(request: Request, selection: Annotated[ListSelection, Query()], site: TheSite) -> Response:
    """A list to import into a feed reader: of every road the changes and the revisions."""
    lasts(request, Lasting(edition=site.store.edition()))
    lang = selection.lang or Lang.ZH
    rendered = opml.render(
        prose.feed_title(lang),
        (_folder(site, road, lang) for road in site.store.road_keys()),
        language=lang.tag,
        updated=site.store.updated(StoreQuery()) or _BEGINNING,
    )
    # The type that readers and the W3C's validator know; none is registered.
    headers = {"Cache-Control": CACHE_CONTROL, "Content-Type": "text/x-opml; charset=utf-8"}
    return Response(rendered, headers=headers)


def _folder(site: Site, road: str, lang: Lang) -> opml.Folder:
    query = urlencode({"road": road, **({"lang": lang.value} if lang is not Lang.ZH else {})})
    page = f"{site.base_url}/roads/{quote(road, safe='')}?lang={lang}"
    feeds = (("changes", False), ("log", True))
    outlines = (
        opml.Outline(
            text=prose.feed_title(lang, places=(road,), log=log),
            url=f"{site.base_url}{FEEDS}/{name}.rss?{query}",
            page=page,
        )
        for name, log in feeds
    )
    return opml.Folder(text=road, outlines=tuple(outlines))


@calendars.get(
    "/{token}/{name}.ics",
    summary="A calendar",
    responses={**_documented(ICALENDAR), **problem.described(problem.MISSING)},
    response_class=Response,
)
def calendar(
    request: Request,
    token: Annotated[str, Path(max_length=LONGEST, description="The selection, as `/subscribe` writes it.")],
    name: Annotated[str, Path(description="What is inside, for people; any other leads here, too.")],
    _: Annotated[Nothing, Query()],
    site: TheSite,
    now: Now,
) -> Response:
    """The calendar of a selection, at an address short enough for every program; `/subscribe` makes it."""
    selection = selection_of(token)
    if selection is None:
        raise Problem(problem.MISSING, f"No calendar has the address /calendars/{token}/{name}.ics")
    return answer(Wanted(f"/calendars/{token}/{quote(name)}.ics", ICALENDAR, selection, site, now), request)
