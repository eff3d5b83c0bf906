"""/hub: where readers ask to be sent a feed whenever it changes (W3C WebSub §5); docs/websub.md.

A topic is the address that a feed gives as its own (``rel="self"``), and nothing else. The surprising thing: unknown
parameters are ignored here, and only here, since the standard says so (§5.1). The answer, 202, promises only that the
callback will be asked whether it meant it.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.distribute import Content
from service.errors import QueryError, SourceError
from service.feed import Format
from service.fetch import checked
from service.publish import LOG_FORMATS
from service.publish.text import address
from service.subscriptions import Intent, Mode
from service.web import examples, problem
from service.web.notices import read_body
from service.web.parameters import LogSubscription, Subscription, no_parameters
from service.web.problem import Problem
from service.web.selected import parsed
from service.web.site import Now, Site, TheSite
from service.web.wanted import FEEDS, Wanted, links, rendered

router = APIRouter(tags=["feeds"])

DEFAULT_LEASE = 10 * 24 * 3600
LONGEST_LEASE = 30 * 24 * 3600
SHORTEST_LEASE = 3600
"""Seconds for which a subscription holds, unless it is renewed."""

OF_HOST = 100
OF_ALL = 10_000
"""How many subscriptions there may be, with callbacks on one host and altogether."""

_LONGEST_BODY = 10_000
_LONGEST_ADDRESS = 2000
_LONGEST_SECRET = 199
_FORM = "application/x-www-form-urlencoded"
_ADDRESS = re.compile(r"https?://[!-~]+")

_TOPICS: dict[str, tuple[Format, type[Subscription] | type[LogSubscription]]] = {
    f"{FEEDS}/{name}.{form.extension}": (form, model)
    for form in LOG_FORMATS
    for name, model in (("changes", Subscription), ("log", LogSubscription))
}

_BODY = {
    "required": True,
    "content": {
        _FORM: {
            "schema": {
                "type": "object",
                "required": ["hub.mode", "hub.callback", "hub.topic"],
                "properties": {
                    "hub.mode": {"type": "string", "enum": list(Mode)},
                    "hub.callback": {"type": "string", "format": "uri", "maxLength": _LONGEST_ADDRESS},
                    "hub.topic": {"type": "string", "format": "uri"},
                    "hub.lease_seconds": {"type": "string", "pattern": "^[0-9]{0,9}$"},
                    "hub.secret": {"type": "string", "maxLength": _LONGEST_SECRET},
                },
            },
            "example": examples.SUBSCRIPTION,
        }
    },
}


@router.post(
    "/hub",
    summary="Subscribe to a feed (WebSub)",
    status_code=202,
    dependencies=[Depends(no_parameters)],
    openapi_extra={"requestBody": _BODY},
    response_class=Response,
    responses={
        202: {"description": "The callback is asked whether it meant it"},
        **problem.described(
            problem.PARAMETER,
            problem.BODY,
            problem.MISSING,
            problem.LIMIT,
            problem.SIZE,
            problem.MEDIA,
            problem.UNREADY,
        ),
    },
)
async def hub(request: Request, site: TheSite, now: Now) -> Response:
    """Subscribe a callback to a feed, renew that or end it; the callback is asked first whether it meant it."""
    if not site.settings.own_hub:
        raise Problem(problem.MISSING, "This service is no hub")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Problem(problem.MEDIA, f"Content-Type: expected {_FORM}", headers={"Accept": _FORM})
    intent = _intent(_given(await read_body(request, _LONGEST_BODY)), site, now)
    if not await run_in_threadpool(lambda: site.store.ask(intent, of_host=OF_HOST, of_all=OF_ALL)):
        raise Problem(problem.LIMIT, f"There may be {OF_HOST} subscriptions a host, and {OF_ALL} altogether")
    return Response(status_code=202)


def content_of(site: Site, topic: str, now: datetime) -> Content | None:
    """The content of ``topic``; None where it is no feed of this site."""
    wanted = wanted_of(site, topic, now)
    if wanted is None or address(wanted.url) != topic:
        return None
    return Content(
        body=rendered(wanted).content,
        media_type=wanted.form.media_type,
        link=links(wanted),
        by_clock=wanted.by_clock,
    )


def wanted_of(site: Site, topic: str, now: datetime) -> Wanted | None:
    """The feed at an address, however that is written; None where there is none."""
    path, _, query = topic.removeprefix(site.base_url).partition("?")
    if not topic.startswith(site.base_url) or path not in _TOPICS:
        return None
    form, model = _TOPICS[path]
    try:
        wanted = Wanted(path, form, model.model_validate(parsed(query)), site, now)
        # That the filters go together shows only here.
        return wanted if wanted.query else None
    except (ValidationError, QueryError, Problem):
        return None


def _given(body: bytes) -> dict[str, str]:
    try:
        values = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise Problem(problem.BODY, f"Expected {_FORM} of 50 parameters at most") from error
    for name, several in values.items():
        if len(several) > 1 and name.startswith("hub."):
            raise QueryError(name, "one value", ", ".join(several)[:200])
    return {name: several[0] for name, several in values.items()}


def _intent(given: dict[str, str], site: Site, now: datetime) -> Intent:
    mode = given.get("hub.mode", "")
    if mode not in tuple(Mode):
        raise QueryError("hub.mode", "subscribe or unsubscribe", mode[:200])
    callback = _callback(given.get("hub.callback", ""))
    return Intent(
        mode=Mode(mode),
        callback=callback,
        topic=_topic(given.get("hub.topic", ""), site, now),
        host=str(urlsplit(callback).hostname),
        secret=_secret(given.get("hub.secret")),
        seconds=_seconds(given.get("hub.lease_seconds", "")),
        asked=now,
    )


def _callback(text: str) -> str:
    expected = f"an http address of at most {_LONGEST_ADDRESS} characters, without a fragment"
    if not _ADDRESS.fullmatch(text) or "#" in text or len(text) > _LONGEST_ADDRESS:
        raise QueryError("hub.callback", expected, text[:200])
    try:
        checked(text)
    except SourceError as error:
        raise QueryError("hub.callback", expected, text[:200]) from error
    return text


def _topic(text: str, site: Site, now: datetime) -> str:
    wanted = wanted_of(site, text, now)
    if wanted is None:
        expected = f"the address of an RSS, Atom or JSON feed of {site.base_url}, as it gives it itself"
        raise QueryError("hub.topic", expected, text[:200])
    canonical = str(address(wanted.url))
    if text != canonical:
        raise QueryError("hub.topic", f"the address that the feed gives as its own, {canonical}", text[:200])
    return text


def _secret(text: str | None) -> str | None:
    if text is None or text == "":
        return None
    if len(text.encode(errors="replace")) > _LONGEST_SECRET or "\0" in text:
        raise QueryError("hub.secret", "fewer than 200 bytes", "more")
    return text


def _seconds(text: str) -> int:
    """The lease that is given for the one that was asked for (§5.1): the hub decides."""
    if not text:
        return DEFAULT_LEASE
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise QueryError("hub.lease_seconds", "a whole number from 1", text[:200])
    return max(SHORTEST_LEASE, min(int(text), LONGEST_LEASE))
