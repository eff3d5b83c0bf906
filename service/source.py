"""A source: where announcements come from, how often, and how its pages are read.

Readers are pure: a payload in, items out. An item without a text is a link still to be followed.
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from time import struct_time
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from service.document import decode
from service.errors import SourceError
from service.office import is_pdf, is_zip, text_of_docx, text_of_pdf
from service.page import date_of_html, links_of_html, text_of_html, title_of_html, worded
from service.records import CHINA, Record

Network = IPv4Network | IPv6Network

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_FOLLOWED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The body that an address answered with; ``charset`` is what its media type declares."""

    url: str
    body: bytes
    charset: str | None = None

    def text(self) -> str:
        """The body decoded.

        Raises:
            DocumentError: it is no text.
        """
        return decode(self.body, declared=self.charset, limit=len(self.body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One announcement of a source; ``text`` is None where it must be fetched from ``url``."""

    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: date | None = None
    text: str | None = None


Reader = Callable[[Payload], tuple[Item, ...]]


def read_page(payload: Payload, content: str | None = None) -> tuple[Item, ...]:
    """A page that is one announcement, or several one below the other: what the selector ``content`` finds of it.

    A Word or PDF file is read as well.

    Raises:
        SourceError: nothing matches ``content``.
        DocumentError: the page is no text, or the file cannot be read.
    """
    if is_pdf(payload.body) or is_zip(payload.body):
        # What a list links to may be the announcement itself, not a page about it.
        text = text_of_pdf(payload.body) if is_pdf(payload.body) else text_of_docx(payload.body)
        return (Item(url=payload.url, text=text),)
    html = payload.text()
    text = text_of_html(html, content)
    if not text:
        raise SourceError(f"{payload.url}: expected a page with words, found none")
    return (Item(title=title_of_html(html), url=payload.url, published=date_of_html(html), text=text),)


def read_list(payload: Payload, links: str | None = None) -> tuple[Item, ...]:
    """The first 50 links of a page that lists announcements, the newest first: what the selector ``links`` finds.

    Raises:
        SourceError: there are none.
        DocumentError: the page is no text.
    """
    found = links_of_html(payload.text(), payload.url, links)
    if not found:
        raise SourceError(f"{payload.url}: expected links to announcements, found none")
    return tuple(Item(title=link.title, url=link.url, published=link.published) for link in found[:_FOLLOWED])


def read_feed(payload: Payload, follow: bool = False) -> tuple[Item, ...]:
    """The entries of an RSS or Atom feed; ``follow`` where it carries only the beginning of each text.

    Raises:
        SourceError: the payload is neither.
        DocumentError: the payload is no text.
    """
    import feedparser

    # Decoded here, because feedparser believes what is declared; a stream, because it would open a string as a
    # file or an address.
    text = _XML_DECLARATION.sub("", payload.text())
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": payload.url}
    parsed = feedparser.parse(io.BytesIO(text.encode()), response_headers=headers)
    if not parsed.version:
        raise SourceError(f"{payload.url}: expected RSS or Atom, found {text.strip()[:40]!r}")
    return tuple(_entry(entry, follow) for entry in parsed.entries)


def _entry(entry: Any, follow: bool) -> Item:
    contents = [content.value for content in entry.get("content", ())] + [entry.get("summary") or ""]
    link = entry.get("link") or None
    title = text_of_html(entry.get("title") or "") or None
    return Item(
        title=title,
        url=link,
        published=_day(entry.get("published_parsed") or entry.get("updated_parsed")),
        text=None if follow and link else worded(title, text_of_html(max(contents, key=len))),
    )


def _day(moment: struct_time | None) -> date | None:
    return datetime.fromtimestamp(timegm(moment), UTC).astimezone(CHINA).date() if moment else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One address that is polled; ``article`` reads what the links of ``read`` lead to.

    ``networks`` are the private networks that it may be fetched from; without them only public addresses are.
    """

    id: str
    publisher: str
    url: str
    every: timedelta
    read: Reader
    article: Reader = read_page
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Record):
    """A source as an operator declares it (docs/sources.md)."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    publisher: Annotated[str, Field(min_length=1, max_length=200)]
    url: Annotated[str, Field(pattern=r"^https?://[^\s@/]+(/\S*)?$", max_length=2000)]
    kind: str
    every: Annotated[timedelta, Field(ge=timedelta(minutes=1))]
    links: str | None = None
    content: str | None = None
    follow: bool = False
    networks: tuple[Network, ...] = ()


DECLARED: TypeAdapter[Declared] = TypeAdapter(Declared)
