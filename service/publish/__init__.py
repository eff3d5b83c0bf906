"""Every format that a feed can be written in.

A format's file is imported when first rendered: feedgen and icalendar cost more time than reading a notice.
"""

from __future__ import annotations

from service.feed import Feed, Format, Omission, Parts, Written
from service.gazetteer.datum import Datum


def _rss(feed: Feed, parts: Parts) -> Written:
    from service.publish import rss

    return Written(rss.render(feed, parts))


def _atom(feed: Feed, parts: Parts) -> Written:
    from service.publish import atom

    return Written(atom.render(feed, parts))


def _jsonfeed(feed: Feed, parts: Parts) -> Written:
    from service.publish import jsonfeed

    return Written(jsonfeed.render(feed, parts))


def _datex2(feed: Feed, parts: Parts) -> Written:
    from service.publish import datex2

    return datex2.render(feed, parts)


def _not_in_datex2(feed: Feed) -> tuple[Omission, ...]:
    from service.publish import datex2

    return datex2.omitted(feed)


def _icalendar(feed: Feed, parts: Parts) -> Written:
    from service.publish import ical

    return Written(ical.render(feed, parts))


def _geojson(feed: Feed, parts: Parts) -> Written:
    from service.publish import geojson

    return Written(geojson.render(feed, parts))


def _wzdx(feed: Feed, parts: Parts) -> Written:
    from service.publish import wzdx

    return wzdx.render(feed, parts)


def _not_in_wzdx(feed: Feed) -> tuple[Omission, ...]:
    from service.publish import wzdx

    return wzdx.omitted(feed)


def _cifs_xml(feed: Feed, parts: Parts) -> Written:
    from service.publish import cifs_files

    return cifs_files.render_xml(feed, parts)


def _cifs_json(feed: Feed, parts: Parts) -> Written:
    from service.publish import cifs_files

    return cifs_files.render_json(feed, parts)


def _not_in_cifs(feed: Feed) -> tuple[Omission, ...]:
    from service.publish import cifs

    return cifs.omitted(feed)


def _open511_json(feed: Feed, parts: Parts) -> Written:
    from service.publish import open511

    return open511.render_json(feed, parts)


def _open511_xml(feed: Feed, parts: Parts) -> Written:
    from service.publish import open511

    return open511.render_xml(feed, parts)


def _not_in_open511(feed: Feed) -> tuple[Omission, ...]:
    from service.publish import open511

    return open511.omitted(feed)


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
DATEX_II = Format(
    name="DATEX II",
    extension="datex2.xml",
    media_type="application/xml; charset=utf-8",
    standard="DATEX II 3.5 SituationPublication",
    write=_datex2,
    omitted=_not_in_datex2,
    machine=True,
)

LOG_FORMATS: tuple[Format, ...] = (RSS, ATOM, JSON_FEED)
"""Those that a log can be written in: a calendar cannot, whose events are rewritten in place."""

FORMATS: tuple[Format, ...] = (*LOG_FORMATS, ICALENDAR)
"""Those that people subscribe to, the most used first."""

GEOJSON = Format(
    name="GeoJSON",
    extension="geojson",
    media_type="application/geo+json",
    standard="RFC 7946",
    write=_geojson,
    machine=True,
    datums=tuple(Datum),
)

WZDX = Format(
    name="WZDx",
    extension="wzdx.json",
    # What the specification calls it: a GeoJSON document (RFC 7946 §12).
    media_type="application/geo+json",
    standard="WZDx 4.2",
    write=_wzdx,
    omitted=_not_in_wzdx,
    machine=True,
)
CIFS_XML = Format(
    name="CIFS XML",
    extension="cifs.xml",
    media_type="application/xml",
    standard="Waze CIFS v2 (XML)",
    write=_cifs_xml,
    omitted=_not_in_cifs,
    machine=True,
)
CIFS_JSON = Format(
    name="CIFS JSON",
    extension="cifs.json",
    media_type="application/json",
    standard="Waze CIFS v2 (JSON)",
    write=_cifs_json,
    omitted=_not_in_cifs,
    machine=True,
)

OPEN511_JSON = Format(
    name="Open511 JSON",
    extension="open511.json",
    media_type="application/json",
    standard="Open511 v1 (JSON)",
    write=_open511_json,
    omitted=_not_in_open511,
    machine=True,
)
OPEN511_XML = Format(
    name="Open511 XML",
    extension="open511.xml",
    media_type="application/xml",
    standard="Open511 v1 (XML)",
    write=_open511_xml,
    omitted=_not_in_open511,
    machine=True,
)

MACHINE_FORMATS: tuple[Format, ...] = (GEOJSON, WZDX, CIFS_XML, CIFS_JSON, DATEX_II, OPEN511_JSON, OPEN511_XML)
"""Those that programs read: a whole snapshot each. From this list follow addresses, omissions and exported files."""
