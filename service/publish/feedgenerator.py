"""What RSS and Atom share of feedgen: links and elements that it does not know, and parts that are rendered once.

The surprising thing: a part is cut out of a document that has this entry alone. So it stands there with the very
indentation and namespaces that feedgen gives it among others, and the parts joined are feedgen's own bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from service.feed import Entry, Feed, Parts
from service.gazetteer.datum import Point

ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
"""The namespace of RFC 5005."""


class Extra(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The elements of a feed that feedgen does not know; set ``feed`` before it is rendered."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        """The prefixes declared at the root."""
        return {"fh": _HISTORY}

    def extend_rss(self, root: Any) -> Any:
        """Add the links that feedgen leaves out: all but self."""
        channel = root[0]
        for rel, href in links(self.feed):
            etree.SubElement(channel, f"{{{ATOM}}}link", href=href, rel=rel)
        self._add_archive(channel)
        return root

    def extend_atom(self, root: Any) -> Any:
        """Say that a document is an archive."""
        self._add_archive(root)
        return root

    def _add_archive(self, parent: Any) -> None:
        if self.feed.current:
            etree.SubElement(parent, f"{{{_HISTORY}}}archive")


def links(feed: Feed) -> Iterator[tuple[str, str]]:
    """The links of a feed to others, by their relation: WebSub §4, RFC 5005 §4."""
    for rel, href in (("hub", feed.hub), ("prev-archive", feed.previous), ("current", feed.current)):
        if href:
            yield rel, href


def document(feed: Feed, extra: type[Extra] = Extra) -> FeedGenerator:
    """A document with the extensions that all documents have, so that their roots declare the same namespaces."""
    made = FeedGenerator()
    made.load_extension("dc", atom=False)
    made.load_extension("geo")
    made.register_extension("extra", extra, BaseEntryExtension)
    made.extra.feed = feed
    return made


def located(entry: FeedEntry, point: Point | None) -> None:
    """Say where ``entry`` is (GeoRSS Simple, whose coordinates are WGS-84, latitude first)."""
    entry.load_extension("geo")
    if point:
        entry.geo.point(f"{point[1]:.6f} {point[0]:.6f}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """How a format uses feedgen: the document without entries, an entry, the bytes; ``closing`` ends the entries."""

    format: str
    closing: bytes
    document: Callable[[Feed], FeedGenerator]
    entry: Callable[[Feed, Entry], FeedEntry]
    write: Callable[[FeedGenerator], bytes]

    def whole(self, feed: Feed) -> bytes:
        """``feed`` as feedgen renders it, all at once."""
        return self._with(feed, feed.entries)

    def joined(self, feed: Feed, parts: Parts) -> bytes:
        """The same bytes, of parts that are rendered only once."""
        empty = self._with(feed, ())
        end = empty.rindex(self.closing)
        head, tail = empty[:end], empty[end:]

        def part(each: Entry) -> bytes:
            return parts.get(
                (self.format, *feed.part_key(each)), lambda: self._with(feed, (each,))[len(head) : -len(tail)]
            )

        return head + b"".join([part(each) for each in feed.entries]) + tail

    def _with(self, feed: Feed, entries: Iterable[Entry]) -> bytes:
        document = self.document(feed)
        for each in entries:
            # feedgen prepends unless told otherwise.
            document.add_entry(self.entry(feed, each), order="append")
        return self.write(document)
