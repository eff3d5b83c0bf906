"""Feeds over HTTP (RFC 5861): rendered once a change, then given again from memory (:mod:`service.web.middleware`).

A feed that names no time holds what is to come, what holds, and what ended within the days of grace. That cut lies
at midnight in China, so that time alone changes a feed at most once a day. Nothing depends on Accept, because
calendar importers send none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from service import prose
from service.feed import Feed, Format, Lang
from service.publish import ATOM, ICALENDAR, RSS
from service.records import CHINA, Revision, day_start
from service.store import Edition
from service.store import Query as StoreQuery
from service.web import problem
from service.web.freshness import Lasting, lasts
from service.web.parameters import CalendarSubscription, LogSubscription, Subscription, once
from service.web.rendering import Rendering
from service.web.site import Now, Site, TheSite

router = APIRouter(prefix="/feeds", tags=["feeds"], dependencies=[Depends(once)])

_LARGEST_FEED = 500
_CACHE_CONTROL = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400"
_DAY = timedelta(days=1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ERRORS = problem.described(problem.PARAMETER, problem.UNREADY)


def _documented(form: Format) -> dict[int | str, dict[str, Any]]:
    media_type = form.media_type.partition(";")[0]
    content = {media_type: {"schema": {"type": "string"}}}
    known = {"description": "What the client has (If-None-Match, If-Modified-Since) is still so"}
    return {200: {"description": f"{form.name} ({form.standard})", "content": content}, 304: known, **_ERRORS}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A feed as asked for: of which path, in which format, of what, when."""

    path: str
    form: Format
    selection: Subscription | LogSubscription
    site: Site
    now: datetime

    @property
    def log(self) -> bool:
        return not isinstance(self.selection, Subscription)

    @property
    def today(self) -> datetime:
        return day_start(self.now.astimezone(CHINA).date())

    @property
    def by_day(self) -> bool:
        """True when a midnight can change what it holds, since the caller names no time."""
        selection = self.selection
        if not isinstance(selection, Subscription):
            return False
        return not (selection.status or selection.at or selection.from_ or selection.to)

    @property
    def by_clock(self) -> bool:
        """True when any instant can change what it holds: a status that is not pinned to a time."""
        selection = self.selection
        return isinstance(selection, Subscription) and bool(selection.status) and selection.at is None

    def lasting(self, edition: Edition) -> Lasting | None:
        """When its answer can be given again; None where any instant can change it."""
        if self.by_clock:
            return None
        if self.by_day:
            return Lasting(edition=edition, begin=self.today, end=self.today + _DAY)
        return Lasting(edition=edition)

    @property
    def query(self) -> StoreQuery:
        recent = self.today - self.site.settings.grace if self.by_day else None
        return self.selection.query(limit=_LARGEST_FEED, recent=recent)


@router.get("/changes.rss", summary="Changes as RSS", responses=_documented(RSS), response_class=Response)
def changes_rss(request: Request, selection: Annotated[Subscription, Query()], site: TheSite, now: Now) -> Response:
    """Changes as RSS: an item a change, rewritten in place."""
    return _answer(_Wanted("/feeds/changes.rss", RSS, selection, site, now), request)


@router.get("/changes.atom", summary="Changes as Atom", responses=_documented(ATOM), response_class=Response)
def changes_atom(request: Request, selection: Annotated[Subscription, Query()], site: TheSite, now: Now) -> Response:
    """Changes as Atom: an entry a change, rewritten in place."""
    return _answer(_Wanted("/feeds/changes.atom", ATOM, selection, site, now), request)


@router.get("/changes.ics", summary="Changes as a calendar", responses=_documented(ICALENDAR), response_class=Response)
def changes_ics(
    request: Request, selection: Annotated[CalendarSubscription, Query()], site: TheSite, now: Now
) -> Response:
    """Changes as a calendar to subscribe to."""
    return _answer(_Wanted("/feeds/changes.ics", ICALENDAR, selection, site, now), request)


@router.get("/log.rss", summary="Revisions as RSS", responses=_documented(RSS), response_class=Response)
def log_rss(request: Request, selection: Annotated[LogSubscription, Query()], site: TheSite, now: Now) -> Response:
    """Every revision as an RSS item of its own, so that readers show a correction as new."""
    return _answer(_Wanted("/feeds/log.rss", RSS, selection, site, now), request)


@router.get("/log.atom", summary="Revisions as Atom", responses=_documented(ATOM), response_class=Response)
def log_atom(request: Request, selection: Annotated[LogSubscription, Query()], site: TheSite, now: Now) -> Response:
    """Every revision as an Atom entry of its own, so that readers show a correction as new."""
    return _answer(_Wanted("/feeds/log.atom", ATOM, selection, site, now), request)


def _answer(wanted: _Wanted, request: Request) -> Response:
    edition = wanted.site.store.edition()
    lasting = wanted.lasting(edition)
    if lasting is not None:
        lasts(request, lasting)
    rendering = _rendering(wanted, edition)
    headers = {"Cache-Control": _CACHE_CONTROL, "Content-Type": wanted.form.media_type}
    if rendering.last_modified:
        headers["Last-Modified"] = rendering.last_modified
    if wanted.form is ICALENDAR:
        headers["Content-Disposition"] = _disposition(_title(wanted))
    return Response(rendering.content, headers=headers)


def _rendering(wanted: _Wanted, edition: Edition) -> Rendering:
    """From memory, while neither the store nor the day has changed; where the clock decides, the same entries."""
    address = (wanted.path, wanted.selection.text())
    if wanted.by_clock:
        feed = _feed(wanted)
        entries = tuple(revision.position for revision in feed.revisions)
        return wanted.site.renderings.get((*address, feed.updated, entries), lambda: _render(wanted, feed))
    key = (*address, edition, wanted.today)
    return wanted.site.renderings.get(key, lambda: _render(wanted, _feed(wanted)))


def _render(wanted: _Wanted, feed: Feed) -> Rendering:
    return Rendering(wanted.form.render(feed, wanted.site.parts), _modified(wanted))


def _modified(wanted: _Wanted) -> datetime | None:
    """When the bytes last changed, at the latest; None where that follows from the clock.

    The newest revision of all counts, not of this selection: one that a new date moves out of it changes it, too.
    """
    if wanted.by_clock:
        return None
    newest = wanted.site.store.updated(StoreQuery()) or _BEGINNING
    return max(newest, wanted.today) if wanted.by_day else newest


def _feed(wanted: _Wanted) -> Feed:
    selection, base_url = wanted.selection, wanted.site.base_url
    lang = selection.lang or Lang.ZH
    text = selection.text()
    return Feed(
        title=_title(wanted),
        description=prose.feed_description(lang, log=wanted.log),
        url=f"{base_url}{wanted.path}" + (f"?{text}" if text else ""),
        home=f"{base_url}/?lang={lang}",
        base_url=base_url,
        lang=lang,
        updated=wanted.site.store.updated(wanted.query) or _BEGINNING,
        revisions=_revisions(wanted),
        log=wanted.log,
        alarm=selection.alarm if isinstance(selection, CalendarSubscription) else None,
    )


def _revisions(wanted: _Wanted) -> tuple[Revision, ...]:
    if not isinstance(wanted.selection, Subscription):
        return wanted.site.store.newest(wanted.query)
    return wanted.site.store.changes(wanted.query, wanted.selection.at or wanted.now).revisions


def _title(wanted: _Wanted) -> str:
    selection = wanted.selection
    places = tuple(name for name in (selection.road, selection.station, selection.q) if name)
    lang = selection.lang or Lang.ZH
    return prose.feed_title(lang, places=places, kinds=selection.kind, access=selection.access, log=wanted.log)


def _disposition(title: str) -> str:
    """A file name that tells what is inside (RFC 6266 §4.1); inline, so that calendar programs take it."""
    return f"inline; filename=\"tollfeed.ics\"; filename*=UTF-8''{quote(title, safe='')}.ics"
