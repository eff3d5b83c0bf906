"""``/subscribe``: a form that ends in one link, for a calendar or a reader; it works without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service.calendar import Span
from service.commute import Weekday
from service.errors import QueryError
from service.feed import Lang
from service.records import CHINA, Access, Kind
from service.web import qr
from service.web.accept import as_json
from service.web.answers import Offer, Upcoming, answer
from service.web.moments import span
from service.web.offer import alike, offer, suggestions, wanted_calendar
from service.web.pages.page import PAGE, language, render_page
from service.web.parameters import CalendarSubscription
from service.web.problem import Problem, unexpected
from service.web.site import Now, Site, TheSite
from service.web.wanted import Wanted
from service.web.wish import PARAMETERS, What, Wish, read_wish
from service.web.words import WORDS

router = APIRouter()

_ALARMS = ("evening", "morning", "1h", "2h", "1d")
_TOO_MUCH = "filters"


def _documented() -> list[dict[str, Any]]:
    """The parameters for OpenAPI: the form reads them by itself, to show what is wrong beside each field."""
    described = CalendarSubscription.model_fields
    told = {
        "what": f"What the subscription is about: {', '.join(What)}; unless given, what is named.",
        "day": "A day of travel; repeat it.",
    }
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": {"type": "string"},
            "description": told.get(name) or (described[name].description if name in described else name),
        }
        for name in PARAMETERS
    ]


@router.get(
    "/subscribe",
    summary="Build a subscription",
    response_class=HTMLResponse,
    responses={**PAGE},
    openapi_extra={"parameters": _documented()},
)
def subscribe(request: Request, site: TheSite, now: Now) -> Response:
    """A form for what is wanted, and once it is filled in, the link, its QR code and the next five events."""
    wish = read_wish(request.query_params.multi_items())
    asked = wish.selection.lang if wish.selection else _readable(wish.text("lang"))
    lang = language(request, asked)
    wish, offered = _offered(wish, lang, site, now)
    if found := as_json(request, lambda: _document(wish, offered)):
        return found
    roads, stations = suggestions(site)
    page = render_page(
        request,
        "subscribe.html",
        asked,
        here="subscribe",
        wish=wish,
        roads=roads,
        stations=stations,
        whats=(What.STATION, What.ROAD, What.COMMUTE, What.ALL),
        kinds=tuple(Kind),
        sides=tuple(Access),
        spans=tuple(Span),
        alarms=_ALARMS,
        days=_days(wish),
        weekdays=tuple(Weekday),
        offer=offered if wish.asked else None,
        events=tuple(_event(each, lang, now.astimezone(CHINA).date()) for each in offered.events) if offered else (),
        meant=tuple((name, alike(name, stations)) for name in offered.unknown) if offered else (),
        wrong=tuple(_wrong(wish, lang)),
        **(_codes(request, offered, site.base_url, lang) if offered and wish.asked else {}),
    )
    page.status_code = 400 if wish.errors else 200
    return page


def _offered(wish: Wish, lang: Lang, site: Site, now: Any) -> tuple[Wish, Offer | None]:
    """What the form gives; a wish too long for any address has an error of its own."""
    if wish.selection is None:
        return wish, None
    # The calendar speaks the language of the page on which it was made.
    selection = wish.selection.model_copy(update={"lang": None if lang is Lang.ZH else lang})
    wanted: Wanted = wanted_calendar(selection, site, now)
    try:
        return wish, offer(wish, selection, wanted)
    except QueryError as error:
        return Wish(wish.what, wish.typed, None, {_TOO_MUCH: error}), None


def _document(wish: Wish, offered: Offer | None) -> Response:
    """The same for programs.

    Raises:
        Problem: the form is not filled in as it must be.
    """
    if offered is None:
        raise _problem(wish)
    return answer(offered)


def _problem(wish: Wish) -> Problem:
    return unexpected(wish.errors.values())


def _readable(text: str) -> Lang | None:
    return Lang(text) if text in set(Lang) else None


def _days(wish: Wish) -> tuple[str, ...]:
    """The days that are ticked."""
    if wish.selection is not None:
        return tuple(wish.selection.days or ())
    return wish.typed.get("day", ())


def _wrong(wish: Wish, lang: Lang) -> Iterator[str]:
    """What is wrong with what no field holds."""
    words = WORDS[lang]
    for name in wish.errors:
        if name == _TOO_MUCH:
            yield words["error_too_much"]
        elif name not in PARAMETERS:
            yield words["error_other"].format(name)


def _event(event: Upcoming, lang: Lang, today: date) -> tuple[Upcoming, str]:
    return event, span(event.begin, event.end, lang, today)


def _codes(request: Request, offered: Offer, base_url: str, lang: Lang) -> dict[str, Any]:
    """A code for those whose phone takes a calendar's address, and one of this page for all others.

    Android knows no ``webcal:`` and only downloads what an ``https:`` address holds, once and for all.
    """
    kept = [(name, value) for name, value in request.query_params.multi_items() if value.strip() and name != "lang"]
    page = f"{base_url}/subscribe?{urlencode([*kept, ('lang', lang)])}"
    words = WORDS[lang]
    return {
        "calendar_code": qr.svg(offered.webcal, words["qr_apple"]),
        "page_code": qr.svg(page, words["qr_other"]),
    }
