"""Every format that a feed can be written in.

A format's file is imported when first rendered: feedgen and icalendar cost more time than reading a notice.
"""

from __future__ import annotations

from service.feed import Feed, Format, Parts


def _rss(feed: Feed, parts: Parts) -> bytes:
    from service.publish import rss

    return rss.render(feed, parts)


def _atom(feed: Feed, parts: Parts) -> bytes:
    from service.publish import atom

    return atom.render(feed, parts)


def _jsonfeed(feed: Feed, parts: Parts) -> bytes:
    from service.publish import jsonfeed

    return jsonfeed.render(feed, parts)


def _icalendar(feed: Feed, parts: Parts) -> bytes:
    from service.publish import ical

    return ical.render(feed, parts)


RSS = Format(
    name="RSS",
    extension="rss",
    media_type="application/rss+xml; charset=utf-8",
    standard="RSS 2.0",
    write=_rss,
)
ATOM = Format(
    name="Atom",
    extension="atom",
    media_type="application/atom+xml; charset=utf-8",
    standard="RFC 4287",
    write=_atom,
)
JSON_FEED = Format(
    name="JSON Feed",
    extension="json",
    media_type="application/feed+json; charset=utf-8",
    standard="JSON Feed 1.1",
    write=_jsonfeed,
)
ICALENDAR = Format(
    name="iCalendar",
    extension="ics",
    media_type="text/calendar; charset=utf-8",
    standard="RFC 5545",
    write=_icalendar,
)

LOG_FORMATS: tuple[Format, ...] = (RSS, ATOM, JSON_FEED)
"""Those that a log can be written in: a calendar cannot, whose events are rewritten in place."""

FORMATS: tuple[Format, ...] = (*LOG_FORMATS, ICALENDAR)
"""Those that people subscribe to, the most used first."""

MACHINE_FORMATS: tuple[Format, ...] = ()
"""Those that programs read: a whole snapshot each. From this list follow addresses, omissions and exported files."""
