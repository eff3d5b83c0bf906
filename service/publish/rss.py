"""RSS 2.0 (rssboard.org): one item per entry, its guid no address.

RSS has no way to say that an item was updated: readers keep what they know under a guid. Who must hear of
corrections reads the log feed, where each is an item.
"""

from __future__ import annotations

from threading import Lock

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from service.feed import Entry, Feed, Parts
from service.publish.feedgenerator import Writer, document, located
from service.publish.item import item
from service.publish.text import line, second

_TTL_MINUTES = 15

# feedgen sets the locale of the whole process to C and back for every date it writes; two at once leave it at C.
_LOCALE = Lock()


def render(feed: Feed, parts: Parts) -> bytes:
    """``feed`` as an RSS channel."""
    return WRITER.joined(feed, parts)


def _channel(feed: Feed) -> FeedGenerator:
    channel = document(feed)
    title = line(feed.title) or "tollfeed"
    channel.title(title)
    channel.description(line(feed.description) or "tollfeed")
    # feedgen takes the channel's link from the last one given.
    channel.link(href=feed.url, rel="self", type="application/rss+xml")
    channel.link(href=feed.home, rel="alternate")
    channel.image(feed.icon, title, feed.home)
    channel.language(feed.lang.tag)
    channel.lastBuildDate(second(feed.updated))
    channel.ttl(_TTL_MINUTES)
    channel.generator("tollfeed")
    return channel


def _item(feed: Feed, entry: Entry) -> FeedEntry:
    said = item(feed, entry)
    written = FeedEntry()
    written.title(said.title)
    written.link(href=said.link, rel="alternate")
    written.guid(said.id, permalink=False)
    written.description(said.html)
    written.category([{"term": term} for term in (said.kind, said.road) if term])
    written.pubDate(said.updated)
    if said.via:
        written.source(url=said.via, title=said.publisher or said.via)
    written.load_extension("dc", atom=False)
    if said.publisher:
        # Not author, which must be an e-mail address.
        written.dc.dc_creator(said.publisher)
    located(written, said.point)
    return written


def _bytes(channel: FeedGenerator) -> bytes:
    with _LOCALE:
        rendered: bytes = channel.rss_str(pretty=True)
    return rendered


WRITER = Writer(format="rss", closing=b"  </channel>", document=_channel, entry=_item, write=_bytes)
