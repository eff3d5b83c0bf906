"""``/status``: how fresh everything is, what the sources say, and how much there is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service.inbox import INBOX
from service.schedule import INBOX_EVERY
from service.store import Query as StoreQuery
from service.web.accept import as_json
from service.web.answers import ServiceStatus, answer
from service.web.moments import ago
from service.web.pages.page import PAGE, language, render_page
from service.web.parameters import PageLanguage
from service.web.site import Now, Site, TheSite
from service.web.watch import watched

router = APIRouter()

_POLLS = 20


@router.get("/status", summary="Sources, freshness and counts", response_class=HTMLResponse, responses={**PAGE})
def status_page(request: Request, selection: Annotated[PageLanguage, Query()], site: TheSite, now: Now) -> Response:
    """When each source was last read and what went wrong, and how many notices, changes and revisions there are."""
    standing = _status(site, now)
    if found := as_json(request, lambda: answer(standing)):
        return found
    lang = language(request, selection.lang)
    return render_page(
        request,
        "status.html",
        selection.lang,
        here="status",
        standing=standing,
        ago=lambda moment: ago(moment, now, lang),
    )


def _status(site: Site, now: datetime) -> ServiceStatus:
    declared = [(each.id, each.publisher, each.every) for each in site.sources]
    watching = [
        watched(source, publisher, every, site.store.polls(source, limit=_POLLS), now)
        for source, publisher, every in ((INBOX, None, INBOX_EVERY), *declared)
    ]
    counts = site.store.counts()
    return ServiceStatus(
        at=now,
        updated=site.store.updated(StoreQuery()),
        polling=site.settings.poll,
        notices=counts["notices"],
        changes=counts["changes"],
        revisions=counts["revisions"],
        # An inbox that nothing was ever dropped into is no source.
        sources=tuple(each for each in watching if each.id != INBOX or each.polled),
    )
