"""What every page for people has in common: layout, language, addresses, and headers that allow nothing of others.

No script, no cookie, no address but our own: the Content-Security-Policy (CSP Level 3) allows our style sheet, our
images and forms to us. The surprising thing: every address within the site is relative, since the site may be mounted
below a path that only the proxy before it knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from service import prose
from service.feed import Lang
from service.publish.text import legal
from service.web import problem
from service.web.moments import moment
from service.web.pages import static
from service.web.site import Site
from service.web.words import WORDS

PAGE: Mapping[int | str, dict[str, Any]] = {
    200: {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}},
    **problem.described(problem.PARAMETER, problem.UNREADY),
}
"""What a page that always is there answers."""

PAGE_OF_ONE: Mapping[int | str, dict[str, Any]] = {**PAGE, **problem.described(problem.MISSING)}
"""What the page of one thing answers."""

NAVIGATION: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("start", ()),
    ("roads", ("roads",)),
    ("subscribe", ("subscribe",)),
    ("feeds", ("feeds",)),
    ("status", ("status",)),
)
"""The parts of the site, each with where it is; their names are the texts ``nav_…``."""

_IMAGE = static.address("apple-touch-icon.png")
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_RANGE = re.compile(r"\s*([A-Za-z]{1,8})[-A-Za-z0-9]*\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?))?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are, seen from one page; ``lang`` goes along where the reader asked for it by the address."""

    root: str
    lang: Lang | None

    def __call__(self, *segments: str, **query: object) -> str:
        """The page at ``segments``, not yet encoded: ``to("roads", "津蓟高速")``; without any, the start page."""
        asked = {name: value for name, value in query.items() if value} | ({"lang": self.lang} if self.lang else {})
        path = self.root + "/".join(quote(segment, safe="") for segment in segments)
        # "." rather than nothing, which would be the page itself with its query.
        return (path or ".") + (f"?{urlencode(asked)}" if asked else "")

    def plain(self, path: str) -> str:
        """An address that knows no language: the API, the style sheet."""
        return self.root + path


def render_page(
    request: Request, template: str, asked: Lang | None, *, here: str | None = None, **values: Any
) -> Response:
    """The page that ``template`` makes of ``values``, in the language asked for or preferred by the browser.

    ``here`` names the part of the site in the navigation. Templates are given ``lang``, ``words`` (the texts in that
    language), ``prose`` (what to say of a change), ``to`` (:class:`Addresses`), ``root`` (what leads to the start
    page), ``other`` (this page in the other language), ``url`` and ``image`` (this page, for those who share it).
    """
    lang = language(request, asked)
    above = root(request)
    html = (
        _templates()
        .get_template(template)
        .render(
            lang=lang,
            words=WORDS[lang],
            here=here,
            to=Addresses(above, asked),
            root=above,
            other=_in_other_language(request, lang),
            url=_canonical(request, lang),
            image=f"{request.app.state.base_url}/{_IMAGE}",
            **values,
        )
    )
    return _sent(html.encode(), lang)


def keep_page(
    request: Request, asked: Lang | None, site: Site, now: datetime, make: Callable[[], Response]
) -> Response:
    """The page that ``make`` gives, made once for a minute: that is as exact as any page tells the time.

    Nothing that is added to the store is shown later for that.
    """
    lang = language(request, asked)
    minute = now.replace(second=0, microsecond=0)
    key = ("page", request.scope["raw_path"], request.scope["query_string"], lang, minute, site.store.edition())
    return _sent(site.parts.get(key, lambda: bytes(make().body)), lang)


def _sent(html: bytes, lang: Lang) -> Response:
    return HTMLResponse(
        html,
        headers={
            "Content-Security-Policy": _POLICY,
            "Content-Language": lang.tag,
            # The browser asks each time, and is told in one line that nothing changed (RFC 9110 §15.4.5).
            "Cache-Control": "no-cache",
            "Vary": "Accept, Accept-Language",
        },
    )


def language(request: Request, asked: Lang | None) -> Lang:
    """The language asked for by the address, else the one that the browser prefers."""
    return asked or preferred(request.headers.get("accept-language", ""))


def preferred(accept_language: str) -> Lang:
    """The language that a browser prefers (RFC 9110 §12.5.4); Chinese where it names neither."""
    wanted: dict[Lang, float] = {}
    for item in accept_language.split(","):
        found = _RANGE.fullmatch(item)
        if found and found[1].lower() in set(Lang):
            wanted.setdefault(Lang(found[1].lower()), float(found[2] or 1))
    accepted = [lang for lang, weight in wanted.items() if weight > 0]
    return max(accepted, key=lambda lang: wanted[lang], default=Lang.ZH)


def root(request: Request) -> str:
    """What leads from the page to the start page, counted as browsers count: an encoded slash is none."""
    path: bytes = request.scope["raw_path"]
    above: str = request.scope["root_path"]
    return "../" * (path.count(b"/") - above.count("/") - 1)


def _canonical(request: Request, lang: Lang) -> str:
    """The address of the page for whoever shares it or finds it: without what was asked of it but the language."""
    path = quote(request.scope["path"].removeprefix(request.scope.get("root_path", "")))
    return f"{request.app.state.base_url}{path}" + ("" if lang is Lang.ZH else f"?lang={lang}")


def _in_other_language(request: Request, lang: Lang) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"?{urlencode([*kept, ('lang', Lang.EN if lang is Lang.ZH else Lang.ZH)])}"


def _legal(value: object) -> object:
    """What is written of ``value``: of the words of strangers nothing that is no character or turns round the rest."""
    # Not Markup, of which the page itself is made.
    return legal(value) if type(value) is str else value


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent.parent / "templates")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_legal,
    )
    environment.globals.update(
        navigation=NAVIGATION,
        prose=prose,
        moment=moment,
        style=static.address("style.css"),
        icon=static.address("icon.svg"),
        touch_icon=_IMAGE,
    )
    return environment
