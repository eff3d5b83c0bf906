"""``/notices/{id}``: a notice as worded, and what was read from which of its words."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service.reading.explain import Topic
from service.web import api, problem
from service.web.accept import as_json
from service.web.explained import explained
from service.web.pages.page import PAGE_OF_ONE, language, render_page
from service.web.parameters import PageLanguage, RecordId
from service.web.problem import Problem
from service.web.site import Now, TheSite

router = APIRouter()


@router.get(
    "/notices/{notice_id}",
    summary="A notice explained",
    response_class=HTMLResponse,
    responses={**PAGE_OF_ONE},
)
def notice(
    request: Request,
    notice_id: RecordId,
    selection: Annotated[PageLanguage, Query()],
    site: TheSite,
    now: Now,
) -> Response:
    """A notice as worded: which words were read as what, by which rule, and which changes say so."""
    if answer := as_json(request, lambda: api.notice(notice_id, site, now)):
        return answer
    found = site.store.notice(notice_id)
    if found is None:
        raise Problem(problem.MISSING, f"No notice has the id {notice_id}")
    lang = language(request, selection.lang)
    return render_page(
        request,
        "notice.html",
        selection.lang,
        notice=found,
        # Only these schemes: an address is what somebody wrote, and javascript: is one, too.
        original=found.url if re.match("https?://", found.url or "") else None,
        explained=explained(found, site.store, site.rulebook, lang, now),
        topics=tuple(Topic),
    )
