"""Atom 1.0 (RFC 4287): one entry per change or, in a log, per revision and milestone.

What has left a feed of states is told for some time by a tombstone (RFC 6721), and a log goes on in archives
(RFC 5005), whose id is that of the log: they are one feed.
"""

from __future__ import annotations

from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from service import prose
from service.feed import Entry, Feed, Parts
from service.publish.feedgenerator import Extra, Writer, document, links, located
from service.publish.item import item
from service.publish.text import line, second

_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


class _Entry(FeedEntry):  # type: ignore[misc]  # feedgen has no types
    """An entry that keeps what was said of its links: feedgen drops rel, type and title."""

    def atom_entry(self, extensions: bool = True) -> Any:
        entry = super().atom_entry(extensions)
        for element, link in zip(entry.findall("link"), self.link(), strict=True):
            element.attrib.update(link)
        return entry


class _Extra(Extra):
    """And the tombstones."""

    def extend_ns(self) -> dict[str, str]:
        return {**super().extend_ns(), "at": _TOMBSTONES}

    def extend_atom(self, root: Any) -> Any:
        for each in self.feed.departed:
            ref, when = self.feed.state_id(each.change), second(each.when).isoformat()
            deleted = etree.SubElement(root, f"{{{_TOMBSTONES}}}deleted-entry", ref=ref, when=when)
            comment = etree.SubElement(deleted, f"{{{_TOMBSTONES}}}comment")
            comment.text = line(prose.headline(each.change, self.feed.lang))
        return super().extend_atom(root)


def render(feed: Feed, parts: Parts) -> bytes:
    """``feed`` as an Atom feed document."""
    return WRITER.joined(feed, parts)


def _feed(feed: Feed) -> FeedGenerator:
    written = document(feed, _Extra)
    written.id(feed.current or feed.url)
    written.title(line(feed.title) or "tollfeed")
    written.subtitle(line(feed.description) or "tollfeed")
    written.author({"name": "tollfeed"})
    written.link(href=feed.url, rel="self", type="application/atom+xml")
    written.link(href=feed.home, rel="alternate", type="text/html")
    for rel, href in links(feed):
        written.link(href=href, rel=rel)
    written.icon(feed.icon)
    written.language(feed.lang.tag)
    written.updated(second(feed.updated))
    written.generator("tollfeed")
    return written


def _entry(feed: Feed, entry: Entry) -> _Entry:
    said = item(feed, entry)
    written = _Entry()
    written.id(said.id)
    written.title(said.title)
    written.updated(said.updated)
    if said.first:
        written.published(said.first)
    # Without a type: some readers take an alternate of a type other than HTML for no link at all.
    written.link(href=said.link, rel="alternate")
    if said.via:
        written.link(href=said.via, rel="via")
    if said.publisher:
        written.author({"name": said.publisher})
    written.category(term=said.change.kind.value, label=said.kind)
    if said.road:
        written.category(term=said.road, label=said.road)
    written.summary(said.summary)
    written.content(said.html, type="html")
    located(written, said.point)
    return written


def _bytes(written: FeedGenerator) -> bytes:
    rendered: bytes = written.atom_str(pretty=True)
    return rendered


WRITER = Writer(format="atom", closing=b"</feed>", document=_feed, entry=_entry, write=_bytes)
