"""An entry of a feed before it has a format: what RSS, Atom and JSON Feed all say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service import prose
from service.difference import Altered, difference
from service.feed import Entry, Feed
from service.gazetteer.datum import Point
from service.news import milestone_title, revision_title
from service.prose import subject
from service.publish.text import address, html, line, second
from service.records import Change, Milestone


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """``first`` is when the entry was first published, None where only ``updated`` is known.

    ``via`` is the notice where it was published, ``road`` the short name of the road, ``point`` longitude and latitude
    in WGS-84.
    """

    id: str
    title: str
    link: str
    first: datetime | None
    updated: datetime
    summary: str
    html: str
    via: str | None
    publisher: str | None
    change: Change
    kind: str
    road: str | None
    altered: tuple[Altered, ...]
    point: Point | None


def item(feed: Feed, entry: Entry) -> Item:
    """What ``feed`` says of ``entry``."""
    revision = entry.revision if isinstance(entry, Milestone) else entry
    change, recorded = revision.change, second(entry.recorded)
    before = feed.background(revision).before
    is_news = feed.log and not isinstance(entry, Milestone)
    altered = difference(before, change, feed.lang) if is_news and before else ()
    return Item(
        id=feed.entry_id(entry),
        title=line(_title(feed, entry, before)),
        link=feed.link(change),
        # A correction in place has updated alone: most readers show the first of the two, and would date it years back.
        first=recorded if feed.log or change.revision == 0 else None,
        updated=recorded,
        summary=line(prose.summary(change, feed.lang)),
        html=html(change, feed.lang, news=map(str, altered), quotes=feed.background(revision).quotes),
        via=address(change.notice.url),
        publisher=line(change.notice.publisher or "") or None,
        change=change,
        kind=prose.kind_name(change.kind, feed.lang),
        road=line(subject.short_road(change.road) or "") or None,
        altered=altered,
        point=feed.point(change),
    )


def _title(feed: Feed, entry: Entry, before: Change | None) -> str:
    if isinstance(entry, Milestone):
        return milestone_title(entry, feed.lang)
    return revision_title(before, entry.change, feed.lang) if feed.log else prose.headline(entry.change, feed.lang)
