"""``/feeds``: every feed there is, and which of them to choose."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service.feed import Lang
from service.web import calendars
from service.web.accept import as_json
from service.web.answers import FeedList, RoadFeeds, answer
from service.web.offer import feed_links
from service.web.pages.page import PAGE, language, render_page
from service.web.parameters import CalendarSubscription, LogSubscription, PageLanguage
from service.web.site import Site, TheSite
from service.web.wanted import FEEDS

router = APIRouter()


@router.get("/feeds", summary="All feeds", response_class=HTMLResponse, responses={**PAGE})
def feeds_page(request: Request, selection: Annotated[PageLanguage, Query()], site: TheSite) -> Response:
    """All feeds and calendars, of everything and by road, with a word on which to choose."""
    lang = language(request, selection.lang)
    listed = _listed(site, lang)
    if found := as_json(request, lambda: answer(listed)):
        return found
    return render_page(request, "feeds.html", selection.lang, here="feeds", listed=listed)


def _listed(site: Site, lang: Lang) -> FeedList:
    asking = "" if lang is Lang.ZH else f"?lang={lang}"
    return FeedList(
        everything=_of(site, None, lang),
        opml=f"{site.base_url}{FEEDS}/roads.opml{asking}",
        roads=tuple(_of(site, road, lang) for road in site.store.road_keys()),
    )


def _of(site: Site, road: str | None, lang: Lang) -> RoadFeeds:
    chosen = {"road": road, "lang": None if lang is Lang.ZH else lang}
    links = feed_links(site.base_url, LogSubscription.model_validate(chosen), lang)
    calendar = calendars.address(site.base_url, CalendarSubscription.model_validate(chosen), links.name)
    return RoadFeeds(
        road=road,
        page=f"{site.base_url}/roads/{quote(road, safe='')}" if road else f"{site.base_url}/",
        calendar=calendar,
        webcal=calendars.links(calendar, links.name).webcal,
        feeds=links,
    )
