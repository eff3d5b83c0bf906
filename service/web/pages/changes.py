"""``/changes/{id}``: one change, the words behind it, and what every later notice made of it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.responses import Response

from service.feed import Lang
from service.gazetteer import road_key
from service.publish.text import address
from service.records import Change, Status, status
from service.stations import entry
from service.web import api, problem
from service.web.accept import as_json
from service.web.facts import facts, story
from service.web.linked import announcement, block
from service.web.listing import said_of
from service.web.pages.page import PAGE_OF_ONE, language, render_page
from service.web.parameters import Instants, LogSubscription, PageLanguage, RecordId
from service.web.problem import Problem
from service.web.site import Now, TheSite
from service.web.words import WORDS

router = APIRouter()


@router.get(
    "/changes/{change_id}", summary="A change explained", response_class=HTMLResponse, responses={**PAGE_OF_ONE}
)
def change_page(
    request: Request,
    change_id: RecordId,
    selection: Annotated[PageLanguage, Query()],
    site: TheSite,
    now: Now,
) -> Response:
    """One change as it is known now, with the words of its notice and every revision as what it altered."""
    if answer := as_json(request, lambda: api.change(change_id, Instants(), site, now)):
        return answer
    history = site.store.history(change_id)
    if not history:
        raise Problem(problem.MISSING, f"No change has the id {change_id}")
    lang = language(request, selection.lang)
    newest = history[-1]
    change = newest.change
    standing = status(change, now)
    place = place_of(change, lang)
    feed = f"feeds/log.rss?{place.text()}"
    url = f"{site.base_url}/changes/{quote(change_id, safe='')}"
    return render_page(
        request,
        "change.html",
        selection.lang,
        change=change,
        mark=said_of(change, standing, lang, WORDS[lang]),
        cancelled=standing is Status.CANCELLED,
        ended=standing is Status.ENDED,
        facts=facts(change, site.store.notice(change.notice.id), lang),
        steps=story(history, lang),
        notices=site.store.witnesses(change_id),
        original=address(change.notice.url),
        station=entry(change),
        road=road_key(change.road.name or change.road.number or "") if change.road else "",
        place=place,
        feed=feed,
        linked=block(announcement(newest, lang, url=url, feed=f"{site.base_url}/{feed}")),
    )


def place_of(change: Change, lang: Lang) -> LogSubscription:
    """What to ask for to hear of this place again: its station, else its road, else everything."""
    road = (change.road.name or change.road.number) if change.road else None
    station = change.station.name if change.station else None
    try:
        return LogSubscription.model_validate({"road": road, "station": station, "lang": lang})
    except ValidationError:
        # A name that no filter takes is a long or a broken one, of which there is nothing to hear again.
        return LogSubscription.model_validate({"lang": lang})
