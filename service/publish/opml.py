"""OPML 2.0 (opml.org): lists of feeds that readers import, a folder for each subject.

The surprising thing: ``type`` is ``rss`` for a feed of any format, and readers take nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from service.publish.text import line, second


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feed: what it is called, its address, and the page for people on the same subject."""

    text: str
    url: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The feeds on one subject."""

    text: str
    outlines: tuple[Outline, ...]


def render(title: str, folders: Iterable[Folder], *, language: str, updated: datetime) -> bytes:
    """The list called ``title``; ``updated`` is when there was anything new, never the time of rendering."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = line(title)
    etree.SubElement(head, "dateModified").text = format_datetime(second(updated))
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(root, "body")
    for folder in folders:
        parent = etree.SubElement(body, "outline", text=line(folder.text), title=line(folder.text))
        for each in folder.outlines:
            text = line(each.text)
            attributes = {"text": text, "title": text, "type": "rss", "version": "RSS2", "language": language}
            etree.SubElement(parent, "outline", {**attributes, "xmlUrl": each.url, "htmlUrl": each.page})
    rendered: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return rendered
