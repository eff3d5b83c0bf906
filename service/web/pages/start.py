"""``/``: what holds and what is to come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service import prose
from service.feed import Lang
from service.records import Change, Status, status
from service.store import Query as StoreQuery
from service.web.pages.page import PAGE, language, render_page
from service.web.parameters import PageSelection
from service.web.site import Now, TheSite
from service.web.words import WORDS

router = APIRouter()

_SHOWN = 200
_FEEDS = ("changes.ics", "changes.rss", "changes.atom", "log.rss", "log.atom")


@dataclass(frozen=True, slots=True)
class _Row:
    """A change in the words of the page."""

    id: str
    status: Status
    status_name: str
    title: str
    place: str
    period: str
    source: str
    notice_id: str


@router.get("/", summary="What holds and where to subscribe", response_class=HTMLResponse, responses={**PAGE})
def start(request: Request, selection: Annotated[PageSelection, Query()], site: TheSite, now: Now) -> Response:
    """What holds and what is to come, and every address to try."""
    lang = language(request, selection.lang)
    query = StoreQuery(status=(Status.ACTIVE, Status.SCHEDULED), q=selection.q, limit=_SHOWN)
    page = site.store.changes(query, now)
    asking = urlencode({name: value for name, value in (("q", selection.q), ("lang", lang)) if value})
    return render_page(
        request,
        "start.html",
        selection.lang,
        here="start",
        q=selection.q or "",
        rows=tuple(_row(revision.change, status(revision.change, now), lang) for revision in page.revisions),
        more=WORDS[lang]["more"].format(_SHOWN) if page.next else "",
        feeds=tuple((path, f"{site.base_url}/feeds/{path}?{asking}") for path in _FEEDS),
        webcal=re.sub("^https?:", "webcal:", f"{site.base_url}/feeds/changes.ics?{asking}"),
        base_url=site.base_url,
    )


def _row(change: Change, standing: Status, lang: Lang) -> _Row:
    return _Row(
        id=change.id,
        status=standing,
        status_name=prose.name(standing, lang),
        title=prose.title(change, lang),
        place=prose.place(change, lang),
        period=prose.period(change, lang),
        source=prose.source(change, lang),
        notice_id=change.notice.id,
    )
