"""``GET /v1/log``: every published revision in order, to mirror or to follow, a page or a long poll at a time.

The surprising thing: a page that found nothing has another ``next`` than it was asked with, behind all that a filter
passed over; whoever goes on from there never has it looked through again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from service.web import problem
from service.web.answers import Log
from service.web.following import Gone, Page
from service.web.parameters import LogListing, once
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite

router = APIRouter(prefix="/v1", tags=["following"], dependencies=[Depends(once)])

DEFAULT_ENTRIES = 100


@router.get(
    "/log",
    summary="Every revision in order",
    response_model=Log,
    responses={
        200: {"description": "Entries behind `since`, the oldest first"},
        **problem.described(problem.PARAMETER, problem.GONE, problem.UNREADY),
    },
)
async def log(selection: Annotated[LogListing, Query()], site: TheSite, now: Now) -> Response:
    """Every published revision in the order of publication, with what it changed; nothing is skipped or repeated.

    Go on with `since` set to `next`, which is always given; `wait` asks to be answered only when there is more.
    """
    query = selection.query(limit=selection.limit or DEFAULT_ENTRIES)
    begin = await begun(site, selection.since, now)
    page = await site.following.page(begin.position, query)
    if selection.wait:
        page = await site.following.wait(page, query, selection.wait)
    going_on = selection.model_copy(update={"since": page.cursor}).text()
    headers = {"Link": f'<{site.base_url}/v1/log?{going_on}>; rel="next"'}
    return Response(_written(page), headers=headers, media_type="application/json")


async def begun(site: Site, since: str | None, now: datetime, *, name: str = "since") -> Page:
    """The place to begin at.

    Raises:
        QueryError: the parameter ``name`` is no cursor of this database.
        Problem: the log no longer reaches back that far.
    """
    try:
        return await site.following.begin(since, now, name=name)
    except Gone as gone:
        days = site.settings.log_retention.days
        raise Problem(
            problem.GONE,
            f"{name}: what follows that cursor was recorded more than {days} days ago. Take every change from "
            "snapshot, all its pages, then go on with the log from next",
            hints={"snapshot": f"{site.base_url}/v1/changes", "next": gone.newest},
            headers={"Link": f'<{site.base_url}/v1/log?since={gone.newest}>; rel="next"'},
        ) from gone


def _written(page: Page) -> bytes:
    entries = b",".join(entry.content for entry in page.entries)
    return b'{"entries":[%b],"next":"%b","has_more":%b}' % (
        entries,
        page.cursor.encode(),
        b"true" if page.more else b"false",
    )
