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
from service.records import Change, Status, status
from service.store import Query as StoreQuery
from service.web import problem
from service.web.parameters import PageSelection, no_parameters, once
from service.web.site import Now, TheSite

router = APIRouter(tags=["pages"], dependencies=[Depends(once)])

_PAGE = {
    200: {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}},
    **problem.described(problem.PARAMETER),
}

_FOLDER = Path(__file__).parent
_SHOWN = 200
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_RANGE = re.compile(r"\s*([A-Za-z]{1,8})[-A-Za-z0-9]*\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?))?\s*", re.ASCII)
_FEEDS = ("changes.ics", "changes.rss", "changes.atom", "log.rss", "log.atom")

_WORDS: dict[Lang, dict[str, str]] = {
    Lang.ZH: {
        "title": "收费站变更",
        "lead": "从公告原文读出的收费站启用、关闭、迁移和车道变化。以原公告为准。",
        "other": "English",
        "search": "地名、路名或标题",
        "find": "查找",
        "status": "状态",
        "change": "变更",
        "place": "地点",
        "period": "时间",
        "source": "来源",
        "none": "目前没有生效或将要生效的变更。",
        "more": "只显示最新的 {} 项；其余见 API。",
        "subscribe": "订阅",
        "webcal": "在日历程序中订阅",
        "changes.ics": "日历（iCalendar）",
        "changes.rss": "每项变更一条（RSS）",
        "changes.atom": "每项变更一条（Atom）",
        "log.rss": "每次更正另起一条（RSS）",
        "log.atom": "每次更正另起一条（Atom）",
        "machines": "给程序用",
        "api": "查询 API",
        "openapi": "API 说明（OpenAPI）",
        "health": "运行状况",
        "problems": "错误种类",
    },
    Lang.EN: {
        "title": "Toll station changes",
        "lead": "Openings, closures, moves and lane changes, read from the original notices, which prevail.",
        "other": "中文",
        "search": "Place, road or title",
        "find": "Find",
        "status": "Status",
        "change": "Change",
        "place": "Place",
        "period": "Period",
        "source": "Source",
        "none": "Nothing holds or is to come at the moment.",
        "more": "Only the newest {} are shown; the API has the others.",
        "subscribe": "Subscribe",
        "webcal": "Subscribe in a calendar program",
        "changes.ics": "Calendar (iCalendar)",
        "changes.rss": "One item a change (RSS)",
        "changes.atom": "One entry a change (Atom)",
        "log.rss": "A new item for every correction (RSS)",
        "log.atom": "A new entry for every correction (Atom)",
        "machines": "For programs",
        "api": "Query API",
        "openapi": "Description of the API (OpenAPI)",
        "health": "Health",
        "problems": "Kinds of problems",
    },
}


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
        more=_WORDS[lang]["more"].format(_SHOWN) if page.next else "",
        feeds=tuple((path, f"{site.base_url}/feeds/{path}?{asking}") for path in _FEEDS),
        webcal=re.sub("^https?:", "webcal:", f"{site.base_url}/feeds/changes.ics?{asking}"),
        base_url=site.base_url,
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


def _page(template: str, *, lang: Lang, **values: Any) -> Response:
    html = _templates().get_template(template).render(lang=lang, words=_WORDS[lang], **values)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(html, headers={**headers, "Content-Language": lang.tag})


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(_FOLDER / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
