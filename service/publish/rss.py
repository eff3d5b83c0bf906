"""RSS 2.0 (rssboard.org): one item per entry, its guid no address.

RSS has no way to say that an item was updated: readers keep what they know under a guid. Who must hear of
corrections reads the log feed, where each is an item.
"""

from __future__ import annotations

from threading import Lock

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from service import prose
from service.feed import Feed, Parts
from service.publish.text import address, html, legal, line, second
from service.records import Revision

_TTL_MINUTES = 15

# feedgen sets the locale of the whole process to C and back for every date it writes; two at once leave it at C.
_LOCALE = Lock()


def render(feed: Feed, parts: Parts) -> bytes:  # noqa: ARG001  # the parts of this format are not kept yet
    """``feed`` as an RSS channel."""
    channel = FeedGenerator()
    channel.title(line(feed.title) or "tollfeed")
    channel.description(line(feed.description) or "tollfeed")
    # feedgen takes the channel's link from the last one given.
    channel.link(href=feed.url, rel="self", type="application/rss+xml")
    channel.link(href=feed.home, rel="alternate")
    channel.language(feed.lang.tag)
    channel.lastBuildDate(second(feed.updated))
    channel.ttl(_TTL_MINUTES)
    channel.generator("tollfeed")
    for revision in feed.entries:
        # feedgen prepends unless told otherwise.
        channel.add_entry(_item(feed, revision), order="append")
    with _LOCALE:
        rendered: bytes = channel.rss_str(pretty=True)
    return rendered


def _item(feed: Feed, revision: Revision) -> FeedEntry:
    change = revision.change
    item = FeedEntry()
    item.title(line(prose.headline(change, feed.lang)))
    item.link(href=feed.link(change), rel="alternate")
    item.guid(feed.entry_id(revision), permalink=False)
    item.description(html(change, feed.lang))
    item.category(term=prose.kind_name(change.kind, feed.lang))
    item.pubDate(second(revision.recorded))
    origin = address(change.notice.url)
    if origin:
        item.source(url=origin, title=legal(change.notice.publisher or origin))
    return item
