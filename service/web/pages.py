"""Pages for people: what holds and what is to come, where to subscribe, and what each kind of problem means.

No script, no cookie, no address but our own: the Content-Security-Policy allows one style sheet and forms to us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, Response

from service import prose
from service.feed import Lang
from service.reading.explain import Topic
from service.records import Change, Status, status
from service.store import Query as StoreQuery
from service.web import problem
from service.web.explained import explained
from service.web.parameters import NoticeSelection, PageSelection, RecordId, no_parameters, once
from service.web.problem import Problem
from service.web.site import Now, TheSite
from service.web.words import WORDS

router = APIRouter(tags=["pages"], dependencies=[Depends(once)])

_PAGE = {
    200: {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}},
    **problem.described(problem.PARAMETER),
}
_ONE = {**_PAGE, **problem.described(problem.PARAMETER, problem.MISSING, problem.UNREADY)}

_FOLDER = Path(__file__).parent
_SHOWN = 200
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_RANGE = re.compile(r"\s*([A-Za-z]{1,8})[-A-Za-z0-9]*\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?))?\s*", re.ASCII)
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


@router.get("/", summary="What holds and where to subscribe", response_class=HTMLResponse, responses=_PAGE)
def start(request: Request, selection: Annotated[PageSelection, Query()], site: TheSite, now: Now) -> Response:
    """What holds and what is to come, and every address to try."""
    lang = selection.lang or preferred(request.headers.get("accept-language", ""))
    query = StoreQuery(status=(Status.ACTIVE, Status.SCHEDULED), q=selection.q, limit=_SHOWN)
    page = site.store.changes(query, now)
    asking = urlencode({name: value for name, value in (("q", selection.q), ("lang", lang)) if value})
    return _page(
        "start.html",
        lang=lang,
        q=selection.q or "",
        rows=tuple(_row(revision.change, status(revision.change, now), lang) for revision in page.revisions),
        more=WORDS[lang]["more"].format(_SHOWN) if page.next else "",
        feeds=tuple((path, f"{site.base_url}/feeds/{path}?{asking}") for path in _FEEDS),
        webcal=re.sub("^https?:", "webcal:", f"{site.base_url}/feeds/changes.ics?{asking}"),
        base_url=site.base_url,
    )


@router.get("/notices/{notice_id}", summary="A notice explained", response_class=HTMLResponse, responses=_ONE)
def notice(
    request: Request,
    notice_id: RecordId,
    selection: Annotated[NoticeSelection, Query()],
    site: TheSite,
    now: Now,
) -> Response:
    """A notice as worded: which words were read as what, by which rule, and which changes say so."""
    found = site.store.notice(notice_id)
    if found is None:
        raise Problem(problem.MISSING, f"No notice has the id {notice_id}")
    lang = selection.lang or preferred(request.headers.get("accept-language", ""))
    return _page(
        "notice.html",
        lang=lang,
        root="../",
        notice=found,
        # Only these schemes: an address is what somebody wrote, and javascript: is one, too.
        original=found.url if re.match("https?://", found.url or "") else None,
        explained=explained(found, site.store, site.rulebook, lang, now),
        topics=tuple(Topic),
    )


@router.get(
    "/problems",
    summary="Kinds of problems",
    response_class=HTMLResponse,
    responses=_PAGE,
    dependencies=[Depends(no_parameters)],
)
def problems() -> Response:
    """What each ``type`` of a problem document means."""
    return _page("problems.html", lang=Lang.EN, kinds=problem.KINDS)


@router.get("/static/style.css", include_in_schema=False, dependencies=[Depends(no_parameters)])
def style() -> Response:
    """The style sheet of all pages."""
    return FileResponse(_FOLDER / "static" / "style.css", headers={"Cache-Control": "public, max-age=3600"})


def preferred(accept_language: str) -> Lang:
    """The language that a browser prefers (RFC 9110 §12.5.4); Chinese where it names neither."""
    wanted: dict[Lang, float] = {}
    for item in accept_language.split(","):
        found = _RANGE.fullmatch(item)
        if found and found[1].lower() in set(Lang):
            wanted.setdefault(Lang(found[1].lower()), float(found[2] or 1))
    accepted = [lang for lang, weight in wanted.items() if weight > 0]
    return max(accepted, key=lambda lang: wanted[lang], default=Lang.ZH)


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


def _page(template: str, *, lang: Lang, root: str = "", **values: Any) -> Response:
    """``root`` leads from the page to the start page: addresses are relative, whatever is before ours."""
    html = _templates().get_template(template).render(lang=lang, words=WORDS[lang], root=root, **values)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(html, headers={**headers, "Content-Language": lang.tag})


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(_FOLDER / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
