"""``/``: what holds now and what is to come, by road; what people type finds roads, stations and changes.

What was cancelled within the days of grace is shown, too, struck through: whoever read of it must learn of that. An
opening that took effect longer ago is no news. No more is read than one page shows, however much there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service.feed import Lang
from service.records import CHINA, Change, Status, day_start
from service.roads import NamedRoad
from service.search import Wanted, wanted
from service.store import Query as StoreQuery
from service.web.accept import as_json
from service.web.api import changes
from service.web.listing import Line, line, line_on
from service.web.moments import day as day_in_words
from service.web.pages.page import PAGE, keep_page, language, render_page
from service.web.parameters import Listing, PageSelection
from service.web.site import Now, Site, TheSite
from service.web.words import WORDS

router = APIRouter()

_ROADS = 12
_EACH = 5
_PLACES = 12
_SHOWN = (Status.ACTIVE, Status.SCHEDULED, Status.CANCELLED)
_TODAY = (*_SHOWN, Status.ENDED)


@dataclass(frozen=True, slots=True)
class Group:
    """A road with its first changes; ``count`` are all that it has."""

    road: NamedRoad | None
    count: int
    lines: tuple[Line, ...]


@router.get("/", summary="What holds and what is to come", response_class=HTMLResponse, responses={**PAGE})
def start(request: Request, selection: Annotated[PageSelection, Query()], site: TheSite, now: Now) -> Response:
    """What holds and what is to come, by road; with ``q`` what people look for, with ``on`` what holds on that day."""
    if answer := as_json(request, lambda: changes(_listing(selection), site, now)):
        return answer
    return keep_page(request, selection.lang, site, now, lambda: _page(request, selection, site, now))


def _page(request: Request, selection: PageSelection, site: Site, now: datetime) -> Response:
    lang = language(request, selection.lang)
    search = wanted(selection.q or "", site.rulebook.gazetteer)
    query = _query(selection, site, now)
    news = site.store.news(query, search, site.rulebook.gazetteer, now)
    page = selection.page or 1
    shown = news[(page - 1) * _ROADS : page * _ROADS]
    return render_page(
        request,
        "start.html",
        selection.lang,
        here="start",
        q=selection.q or "",
        on=selection.on,
        on_day=day_in_words(selection.on, lang, now.astimezone(CHINA).date()) if selection.on else "",
        today=now.astimezone(CHINA).date(),
        groups=tuple(
            Group(each.road, each.count, tuple(_line(told.change, selection.on, now, lang) for told in first))
            for each, first in zip(shown, site.store.first(shown, query, search, now, _EACH), strict=True)
        ),
        total=sum(each.count for each in news),
        roads=sum(each.road is not None for each in news),
        page=page,
        pages=-(-len(news) // _ROADS),
        places=_places(search, site),
    )


def _line(change: Change, on: date | None, now: datetime, lang: Lang) -> Line:
    return line_on(change, on, now, lang, WORDS[lang]) if on else line(change, now, lang, WORDS[lang])


def _query(selection: PageSelection, site: Site, now: datetime) -> StoreQuery:
    if selection.on is None:
        return StoreQuery(status=_SHOWN, recent=now - site.settings.grace)
    day = day_start(selection.on)
    return StoreQuery(status=_TODAY, from_=day, to=day + timedelta(days=1), recent=min(now, day) - site.settings.grace)


def _listing(selection: PageSelection) -> Listing:
    """The same for a program: the API takes one text where people type several words."""
    day = selection.on.isoformat() if selection.on else None
    asked = {"q": selection.q, "from": day, "to": day, "status": None if day else ("active", "scheduled")}
    return Listing.model_validate({name: value for name, value in asked.items() if value})


def _places(search: Wanted, site: Site) -> tuple[tuple[str, str, str], ...]:
    """Stations that were looked for: id, name, road."""
    found = site.store.stations_like(search, _PLACES)
    return tuple(
        (each.id, each.name, (each.road.name or each.road.number or "") if each.road else "") for each in found
    )
