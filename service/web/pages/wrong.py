"""A problem as a page, for a browser at the address of a page; everybody else gets the document (RFC 9457).

The facts are those of the document. Its sentences are English, as all of the API; the page says in the reader's
language what happened and what to do, and shows them below.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from service.feed import Lang
from service.web.accept import VARY, asks_for_page
from service.web.pages.page import render_page
from service.web.problem import METHOD, MISSING, PARAMETER, UNREADY, Problem

# Programs ask here, whatever they say they accept: what is wrong with a feed must not be taken for a feed.
_MACHINES = ("/v1", "/feeds/", "/calendars", "/static/", "/openapi.json", "/metrics", "/healthz", "/readyz")
_TOLD = {each: each.name for each in (MISSING, PARAMETER, UNREADY, METHOD)}


def problem_page(request: Request, problem: Problem) -> Response | None:
    """The page of ``problem``, or None where a document is wanted."""
    path = request.url.path
    if request.method != "GET" or path.startswith(_MACHINES):
        return None
    if not asks_for_page(request.headers.get("accept", "")):
        return None
    said = request.query_params.get("lang", "")
    page = render_page(
        request,
        "wrong.html",
        Lang(said) if said in set(Lang) else None,
        problem=problem,
        told=_TOLD.get(problem.kind, "internal"),
    )
    page.status_code = problem.kind.status
    page.headers["Vary"] = VARY
    page.headers["Cache-Control"] = "no-store"
    return page
