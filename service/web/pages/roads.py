"""``/roads`` and ``/roads/{road}``: a road as a strip of its stations, each with its state now.

A road has one address. Its other names, its number and its name in full lead there (308, RFC 9110 §15.4.9).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from service.feed import Lang
from service.records import CHINA
from service.roads import NamedRoad
from service.web import api
from service.web.accept import as_json
from service.web.listing import line
from service.web.pages.page import PAGE, PAGE_OF_ONE, keep_page, language, render_page, root
from service.web.pages.subscriptions import subscriptions
from service.web.parameters import PageLanguage, RoadName
from service.web.places import found_road, road_states, roads_known
from service.web.site import Now, Site, TheSite
from service.web.states import said_of_side, said_of_station
from service.web.words import WORDS

router = APIRouter()


@router.get("/roads", summary="Every road", response_class=HTMLResponse, responses={**PAGE})
def roads(request: Request, selection: Annotated[PageLanguage, Query()], site: TheSite, now: Now) -> Response:
    """Every road that a change is about, with how much there is of it now."""
    if answer := as_json(request, lambda: api.roads(site, now)):
        return answer

    def page() -> Response:
        return render_page(request, "roads.html", selection.lang, here="roads", roads=roads_known(site, now))

    return keep_page(request, selection.lang, site, now, page)


@router.get("/roads/{road:path}", summary="A road", response_class=HTMLResponse, responses={**PAGE_OF_ONE})
def road(
    request: Request, road: RoadName, selection: Annotated[PageLanguage, Query()], site: TheSite, now: Now
) -> Response:
    """A road: its stations in order with their states now, its changes, and how to hear of the next."""
    found = found_road(road, site)
    if answer := as_json(request, lambda: api.road(road, site, now)):
        return answer
    if road != found.key:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{root(request)}roads/{quote(found.key, safe='')}{query}", 308)
    return keep_page(request, selection.lang, site, now, lambda: _page(request, found, selection.lang, site, now))


def _page(request: Request, found: NamedRoad, asked: Lang | None, site: Site, now: datetime) -> Response:
    lang = language(request, asked)
    words = WORDS[lang]
    told = road_states(found, site, now)
    lines = {change.id: line(change, now, lang, words) for change in told.changes}
    return render_page(
        request,
        "road.html",
        asked,
        here="roads",
        road=found,
        ordered=told.ordered,
        moment=now.astimezone(CHINA),
        stations=tuple(
            (
                stop,
                said_of_station(stop.state, words),
                (
                    (words["side_entry"], said_of_side(stop.state.entry, words)),
                    (words["side_exit"], said_of_side(stop.state.exit, words)),
                ),
                tuple(lines[each] for each in stop.changes if each in lines),
            )
            for stop in told.stops
        ),
        elsewhere=tuple(lines[each] for each in told.elsewhere),
        count=len(lines),
        subscriptions=subscriptions(site, lang, found.name, road=found.key),
    )
