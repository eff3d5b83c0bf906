"""``/stations/{id}``: how a station can be passed now and in the weeks around, and its changes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service.feed import Lang
from service.gazetteer import road_key
from service.records import CHINA, Status
from service.roads import named
from service.timeline import AHEAD, BEHIND, intervals, state_at
from service.web import api, problem
from service.web.accept import as_json
from service.web.drawing import drawing
from service.web.listing import line
from service.web.pages.page import PAGE_OF_ONE, keep_page, language, render_page
from service.web.pages.subscriptions import subscriptions
from service.web.parameters import PageLanguage, RecordId, TimelineSpan
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite
from service.web.states import said_of_side
from service.web.words import WORDS

router = APIRouter()

_OVER = (Status.ENDED, Status.CANCELLED)


@router.get("/stations/{station_id}", summary="A station", response_class=HTMLResponse, responses={**PAGE_OF_ONE})
def station(
    request: Request,
    station_id: RecordId,
    selection: Annotated[PageLanguage, Query()],
    site: TheSite,
    now: Now,
) -> Response:
    """A station: its state now, its states over time as a drawing and a table, and every change."""
    if answer := as_json(request, lambda: api.timeline(station_id, TimelineSpan(), site, now)):
        return answer
    return keep_page(request, selection.lang, site, now, lambda: _page(request, station_id, selection.lang, site, now))


def _page(request: Request, station_id: str, asked: Lang | None, site: Site, now: datetime) -> Response:
    entry = site.store.station(station_id)
    if entry is None:
        raise Problem(problem.MISSING, f"No station has the id {station_id}")
    lang = language(request, asked)
    words = WORDS[lang]
    told = tuple(revision.change for revision in site.store.timeline(station_id))
    states = intervals(told, now - BEHIND, now + AHEAD)
    present = state_at(told, now)
    lines = tuple(line(change, now, lang, words) for change in told)
    road = (entry.road.name or entry.road.number) if entry.road else None
    return render_page(
        request,
        "station.html",
        asked,
        here="roads",
        station=entry,
        road=named(road, site.rulebook.gazetteer, entry.road.number if entry.road else None) if road else None,
        moment=now.astimezone(CHINA),
        sides=(
            (words["side_entry"], said_of_side(present.entry, words)),
            (words["side_exit"], said_of_side(present.exit, words)),
        ),
        drawing=drawing(states, now),
        rows=tuple(
            (
                each.from_.astimezone(CHINA),
                each.to.astimezone(CHINA),
                said_of_side(each.entry, words).words,
                said_of_side(each.exit, words).words,
                each.entry.open_ended or each.exit.open_ended,
            )
            for each in states
            if each.changes
        ),
        begin=(now - BEHIND).astimezone(CHINA),
        end=(now + AHEAD).astimezone(CHINA),
        lines=tuple(each for each in lines if each.status not in _OVER),
        past=tuple(each for each in reversed(lines) if each.status in _OVER),
        subscriptions=subscriptions(site, lang, entry.name, station=entry.name, road=road_key(road) if road else None),
    )
