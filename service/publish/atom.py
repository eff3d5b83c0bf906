"""Atom 1.0 (RFC 4287): one entry per change or, in a log, per revision.

``published`` is written where the entry stands for the first announcement; what was corrected since has ``updated``
alone, because most readers show ``published`` where there are both, and would date a correction years back.
"""

from __future__ import annotations

from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from service import prose
from service.feed import Feed, Parts
from service.publish.text import address, html, line, second
from service.records import Revision


class _Entry(FeedEntry):  # type: ignore[misc]  # feedgen has no types
    """An entry that keeps what was said of its links: feedgen drops rel, type and title."""

    def atom_entry(self, extensions: bool = True) -> Any:
        entry = super().atom_entry(extensions)
        for element, link in zip(entry.findall("link"), self.link(), strict=True):
            element.attrib.update(link)
        return entry


def render(feed: Feed, parts: Parts) -> bytes:  # noqa: ARG001  # the parts of this format are not kept yet
    """``feed`` as an Atom feed document."""
    document = FeedGenerator()
    document.id(feed.url)
    document.title(line(feed.title) or "tollfeed")
    document.subtitle(line(feed.description) or "tollfeed")
    document.author({"name": "tollfeed"})
    document.link(href=feed.url, rel="self", type="application/atom+xml")
    document.link(href=feed.home, rel="alternate", type="text/html")
    document.language(feed.lang.tag)
    document.updated(second(feed.updated))
    document.generator("tollfeed")
    for revision in feed.entries:
        # feedgen prepends unless told otherwise.
        document.add_entry(_entry(feed, revision), order="append")
    rendered: bytes = document.atom_str(pretty=True)
    return rendered


def _entry(feed: Feed, revision: Revision) -> _Entry:
    change = revision.change
    entry = _Entry()
    entry.id(feed.entry_id(revision))
    entry.title(line(prose.headline(change, feed.lang)))
    entry.updated(second(revision.recorded))
    if feed.log or change.revision == 0:
        entry.published(second(revision.recorded))
    # Without a type: some readers take an alternate of a type other than HTML for no link at all.
    entry.link(href=feed.link(change), rel="alternate")
    origin = address(change.notice.url)
    if origin:
        entry.link(href=origin, rel="via")
    publisher = line(change.notice.publisher or "")
    if publisher:
        entry.author({"name": publisher})
    entry.category(term=change.kind.value, label=prose.kind_name(change.kind, feed.lang))
    entry.summary(line(prose.summary(change, feed.lang)))
    entry.content(html(change, feed.lang), type="html")
    return entry
