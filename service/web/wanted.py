"""A feed as asked for over HTTP, and its answer (RFC 5861): rendered once a change, then given from memory.

A feed that names no time holds what is to come, what holds, and what ended within the days of grace. That cut lies
at midnight in China, so that time alone changes a feed at most once a day. One for machines is a whole snapshot,
however many changes there are: what is not in it does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from service import contents, prose
from service.calendar import Wishes
from service.errors import QueryError
from service.feed import Feed, Format, Lang, Omission
from service.gazetteer.datum import Datum
from service.publish import ATOM, ICALENDAR, LOG_FORMATS
from service.publish.text import address
from service.records import CHINA, day_start
from service.store import Edition, Query
from service.web import problem
from service.web.freshness import Lasting, lasts
from service.web.parameters import CalendarSubscription, LogSubscription, MachineSubscription, Subscription
from service.web.problem import Problem
from service.web.rendering import Rendering
from service.web.site import Site

OMITTED = "Tollfeed-Omitted"
"""The header that says how many changes of its selection a feed leaves out; `/v1/formats/{name}/omissions` says why."""

FEEDS = "/feeds"
"""Below it, a feed's filters stand in its query; elsewhere the path holds them."""

CACHE_CONTROL = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400"
_FOR_EVER = "public, max-age=604800, stale-if-error=2592000"
"""Of archives, in which nothing ever changes; a week, as a later version may word it better."""

_DAY = timedelta(days=1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A feed as asked for: of which path, in which format, of what, when; ``archive`` is the number of one of a log."""

    path: str
    form: Format
    selection: Subscription | LogSubscription
    site: Site
    now: datetime
    archive: int | None = None

    @property
    def log(self) -> bool:
        """True for a feed of revisions."""
        return not isinstance(self.selection, Subscription)

    @property
    def hub(self) -> str | None:
        """The hub to ask to be told: ours distributes what readers subscribe to, and no archive."""
        own = self.form in LOG_FORMATS and self.archive is None
        return self.site.settings.hub_named if own else self.site.settings.hub

    @property
    def url(self) -> str:
        """The address of this feed; a calendar's path holds its selection."""
        return self.at(self.path) if self.path.startswith(FEEDS) else f"{self.site.base_url}{self.path}"

    @property
    def today(self) -> datetime:
        """When the day began."""
        return day_start(self.now.astimezone(CHINA).date())

    @property
    def recent(self) -> bool:
        """True when it is cut at the days of grace: where the caller names no time, or wishes for near days."""
        selection = self.selection
        if not isinstance(selection, Subscription):
            return False
        return bool(self.wishes.today) or not (selection.status or selection.at or selection.from_ or selection.to)

    @property
    def by_day(self) -> bool:
        """True when a midnight can change what it holds."""
        return self.recent or self.form.machine

    @property
    def by_clock(self) -> bool:
        """True when any instant can change what it holds: a status that is not pinned to a time."""
        selection = self.selection
        return isinstance(selection, Subscription) and bool(selection.status) and selection.at is None

    @property
    def wishes(self) -> Wishes:
        """What the caller wants of a calendar."""
        selection = self.selection
        return selection.wishes(self.today.date()) if isinstance(selection, CalendarSubscription) else Wishes()

    @property
    def query(self) -> Query:
        """The store's query."""
        settings = self.site.settings
        grace = settings.machine_grace if self.form.machine else settings.grace
        recent = self.today - grace if self.recent else None
        return self.selection.query(limit=contents.WHOLE if self.form.machine else contents.LARGEST, recent=recent)

    @property
    def datum(self) -> Datum:
        """What coordinates are to be given in.

        Raises:
            QueryError: the format cannot give them in that.
        """
        selection = self.selection
        datum = (selection.datum if isinstance(selection, MachineSubscription) else None) or Datum.WGS84
        if datum not in self.form.datums:
            raise QueryError("datum", f"{', '.join(self.form.datums)}, as {self.form.standard} prescribes", datum)
        return datum

    @property
    def title(self) -> str:
        """What the feed is called."""
        selection = self.selection
        ends = (selection.entry, selection.exit) if isinstance(selection, CalendarSubscription) else ()
        commute = "→".join(filter(None, ends))
        places = tuple(name for name in (selection.road, selection.station, commute, selection.q) if name)
        lang = selection.lang or Lang.ZH
        return prose.feed_title(lang, places=places, kinds=selection.kind, access=selection.access, log=self.log)

    def at(self, path: str) -> str:
        """The address of another feed of the same selection."""
        text = self.selection.text()
        return f"{self.site.base_url}{path}" + (f"?{text}" if text else "")

    def lasting(self, edition: Edition) -> Lasting | None:
        """When its answer can be given again; None where any instant can change it."""
        if self.by_clock:
            return None
        if self.by_day:
            return Lasting(edition=edition, begin=self.today, end=self.today + _DAY)
        return Lasting(edition=edition)


def answer(wanted: Wanted, request: Request) -> Response:
    """The feed that is wanted.

    Raises:
        Problem: there is no such archive, or not all of it yet.
    """
    edition = wanted.site.store.edition()
    lasting = wanted.lasting(edition)
    if lasting is not None:
        lasts(request, lasting)
    rendering = _rendering(wanted, edition)
    headers = {
        "Cache-Control": CACHE_CONTROL if wanted.archive is None else _FOR_EVER,
        "Content-Type": wanted.form.media_type,
        "Link": links(wanted),
    }
    if rendering.last_modified:
        headers["Last-Modified"] = rendering.last_modified
    if wanted.form is ICALENDAR:
        headers["Content-Disposition"] = _disposition(wanted.title)
    if wanted.form.machine:
        headers[OMITTED] = str(rendering.omitted)
    return Response(rendering.content, headers=headers)


def links(wanted: Wanted) -> str:
    """Where the feed is, and where to ask to be told of its changes (WebSub §4)."""
    found = {"self": address(wanted.url), "hub": wanted.hub}
    return ", ".join(f'<{href}>; rel="{rel}"' for rel, href in found.items() if href)


def rendered(wanted: Wanted) -> Rendering:
    """The feed that is wanted, as it is."""
    return _rendering(wanted, wanted.site.store.edition())


def _rendering(wanted: Wanted, edition: Edition) -> Rendering:
    """From memory, while neither the store nor the day has changed; where the clock decides, the same entries."""
    key = (wanted.path, wanted.selection.text())
    renderings = wanted.site.renderings
    if wanted.by_clock:
        feed = _feed(wanted)
        entries = tuple(revision.position for revision in feed.revisions)
        return renderings.get((*key, feed.updated, entries), lambda: _render(wanted, feed))
    if wanted.archive is not None:
        return renderings.get(key, lambda: _render(wanted, _feed(wanted)))
    return renderings.get((*key, edition, wanted.today), lambda: _render(wanted, _feed(wanted)))


def _render(wanted: Wanted, feed: Feed) -> Rendering:
    site = wanted.site
    if wanted.form is ATOM and not wanted.log:
        feed = contents.with_departed(feed, site.store, wanted.query, site.settings.grace)
    if wanted.form is not ICALENDAR and not wanted.form.machine:
        feed = contents.with_backgrounds(feed, site.backgrounds)
    written = wanted.form.write(feed, site.parts)
    return Rendering(written.content, _modified(wanted, feed), omitted=written.omitted)


def omissions(wanted: Wanted) -> tuple[Omission, ...]:
    """The changes that the feed leaves out, and why, in the order of their ids."""
    return tuple(sorted(wanted.form.omitted(_feed(wanted)), key=lambda each: each.change))


def _modified(wanted: Wanted, feed: Feed) -> datetime | None:
    """When the bytes last changed, at the latest; None where that follows from the clock.

    Of states the newest revision of all counts, not of this selection: one that a new date moves out of it changes it,
    too.
    """
    if wanted.by_clock:
        return None
    if wanted.log:
        return feed.updated
    newest = wanted.site.store.updated(Query()) or _BEGINNING
    return max(newest, wanted.today) if wanted.by_day else newest


def _feed(wanted: Wanted) -> Feed:
    selection, site = wanted.selection, wanted.site
    lang = selection.lang or Lang.ZH
    frame = Feed(
        title=wanted.title,
        description=prose.feed_description(lang, log=wanted.log),
        url=wanted.url,
        home=f"{site.base_url}/?lang={lang}",
        base_url=site.base_url,
        lang=lang,
        updated=_BEGINNING,
        revisions=(),
        hub=wanted.hub,
        current=None if wanted.archive is None else wanted.at(f"{FEEDS}/log.{wanted.form.extension}"),
        gazetteer=site.rulebook.gazetteer,
        wishes=wanted.wishes,
        publisher=site.settings.publisher,
        today=wanted.today.date() if wanted.form.machine else None,
        horizon=site.settings.horizon,
        datum=wanted.datum,
    )
    if isinstance(selection, Subscription):
        return _states(frame, wanted, selection.at or wanted.now)
    found = contents.log(frame, site.store, wanted.query, lambda number: _archive(wanted, number), wanted.archive)
    if found is None:
        raise Problem(problem.MISSING, f"No archive has the number {wanted.archive}, or not all of it is there yet")
    return found


def _states(frame: Feed, wanted: Wanted, moment: datetime) -> Feed:
    """The feed of states.

    Raises:
        QueryError: one for machines would not be whole.
    """
    query = wanted.query
    if not wanted.form.machine:
        return contents.states(frame, wanted.site.store, query, moment)
    found = contents.snapshot(frame, wanted.site.store, query, moment)
    if len(found.revisions) == query.limit:
        expected = f"filters, such as a road or bbox, that leave fewer than {query.limit} changes"
        raise QueryError("road", expected, f"{query.limit} or more")
    return found


def _archive(wanted: Wanted, number: int) -> str:
    return wanted.at(f"{FEEDS}/log/{number}.{wanted.form.extension}")


def _disposition(title: str) -> str:
    """A file name that tells what is inside (RFC 6266 §4.1); inline, so that calendar programs take it."""
    return f"inline; filename=\"tollfeed.ics\"; filename*=UTF-8''{quote(title, safe='')}.ics"
