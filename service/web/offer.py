"""A subscription ready to be taken: the address of its calendar, its feeds, and what it will show next."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches

from service import prose
from service.gazetteer import station_key
from service.prose import Lang
from service.publish import ICALENDAR
from service.store import Query
from service.web import calendars
from service.web.answers import FeedLinks, Offer
from service.web.parameters import CalendarSubscription, LogSubscription
from service.web.preview import upcoming
from service.web.site import Site
from service.web.wanted import FEEDS, Wanted
from service.web.wish import Wish, feeds_of

_MOST_SUGGESTIONS = 1000
_ALIKE = 3


def offer(wish: Wish, selection: CalendarSubscription, wanted: Wanted) -> Offer:
    """What ``selection`` gives; ``wanted`` is its calendar as it would be asked for now.

    Raises:
        QueryError: it names so much that no address holds it.
    """
    site, lang = wanted.site, selection.lang or Lang.ZH
    name = wanted.title
    address = calendars.address(site.base_url, selection, name)
    links = calendars.links(address, name)
    revisions = site.store.changes(wanted.query, wanted.now).revisions
    return Offer(
        name=name,
        calendar=address,
        webcal=links.webcal,
        google=links.google,
        outlook=links.outlook,
        office=links.office,
        feeds=tuple(feed_links(site.base_url, each, lang) for each in feeds_of(selection)),
        matches=len(revisions),
        unknown=_unknown(wish.stations, site),
        events=upcoming(revisions, wanted.wishes, lang, wanted.now),
    )


def wanted_calendar(selection: CalendarSubscription, site: Site, now: datetime) -> Wanted:
    """The calendar of ``selection`` as it would be asked for at ``now``."""
    return Wanted(f"{FEEDS}/changes.ics", ICALENDAR, selection, site, now)


def feed_links(base_url: str, selection: LogSubscription, lang: Lang) -> FeedLinks:
    """Every feed of ``selection``, and what it is called."""
    text = selection.text()
    asking = f"?{text}" if text else ""
    places = tuple(name for name in (selection.road, selection.station, selection.q) if name)
    states, log = f"{base_url}{FEEDS}/changes", f"{base_url}{FEEDS}/log"
    return FeedLinks(
        name=prose.feed_title(lang, places=places, kinds=selection.kind, access=selection.access),
        rss=f"{states}.rss{asking}",
        atom=f"{states}.atom{asking}",
        json=f"{states}.json{asking}",
        log_rss=f"{log}.rss{asking}",
        log_atom=f"{log}.atom{asking}",
        log_json=f"{log}.json{asking}",
    )


def suggestions(site: Site) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of roads and of stations to choose from: those of notices, then those of the gazetteer."""
    entries = site.store.stations(Query())
    known = site.rulebook.gazetteer.roads
    roads = dict.fromkeys(
        name for each in (*(entry.road for entry in entries), *known) if each and (name := each.name or each.number)
    )
    stations = dict.fromkeys(
        (*(entry.name for entry in entries), *(station.name for road in known for station in road.stations))
    )
    return tuple(roads)[:_MOST_SUGGESTIONS], tuple(stations)[:_MOST_SUGGESTIONS]


def alike(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``names`` that ``name`` may have been meant for."""
    return tuple(get_close_matches(name, names, n=_ALIKE, cutoff=0.5))


def _unknown(names: tuple[str, ...], site: Site) -> tuple[str, ...]:
    """Those of ``names`` that are no station of which anything is known."""
    if not names:
        return ()
    _, stations = suggestions(site)
    known = {station_key(each) for each in stations}
    return tuple(name for name in names if station_key(name) not in known)
