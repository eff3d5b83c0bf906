"""What comes in, of whatever kind, as an announcement: text, page, JSON, Word and PDF files.

A name or a media type says the kind; where neither does, the first bytes do. The text of the item is what is kept,
shown and pointed into by evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import PurePath
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from service.document import checked, decode
from service.errors import DocumentError
from service.office import is_pdf, is_zip, text_of_docx, text_of_pdf
from service.page import date_of_html, text_of_html, title_of_html
from service.records import Record
from service.source import Item


class Kind(StrEnum):
    """How a document is written, by its media type."""

    TEXT = "text/plain"
    PAGE = "text/html"
    JSON = "application/json"
    PDF = "application/pdf"
    WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


_ENDINGS = {
    ".txt": Kind.TEXT,
    ".html": Kind.PAGE,
    ".htm": Kind.PAGE,
    ".json": Kind.JSON,
    ".pdf": Kind.PDF,
    ".docx": Kind.WORD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(Record):
    """A ``.json`` file: the announcement with what is known of it, as ``POST /v1/notices`` takes it."""

    text: str
    title: Annotated[str | None, Field(max_length=500)] = None
    publisher: Annotated[str | None, Field(max_length=200)] = None
    url: Annotated[str | None, Field(max_length=2000, pattern=r"^https?://\S+$")] = None
    published: date | None = None


_DROPPED: TypeAdapter[Dropped] = TypeAdapter(Dropped)


def kind_of_name(name: str) -> Kind:
    """The kind that the ending of a file's name says.

    Raises:
        DocumentError: none that is read here.
    """
    ending = PurePath(name).suffix.lower()
    kind = _ENDINGS.get(ending)
    if kind is None:
        raise DocumentError(
            f"expected a file named .txt, .html, .json, .pdf or .docx, found {ending or 'no such ending'}"
        )
    return kind


def kind_of_bytes(payload: bytes) -> Kind:
    """The kind that the first bytes say: text, where they say nothing."""
    if is_pdf(payload):
        return Kind.PDF
    return Kind.WORD if is_zip(payload) else Kind.TEXT


def item_of(payload: bytes, kind: Kind, *, limit: int, declared: str | None = None) -> Item:
    """The announcement in ``payload``; ``declared`` is the charset of its media type, ``limit`` counts bytes.

    Raises:
        DocumentError: it is not of that kind, larger than ``limit`` or without words.
    """
    if len(payload) > limit:
        raise DocumentError(f"document: expected at most {limit:,} bytes, found {len(payload):,}")
    match kind:
        case Kind.TEXT:
            return Item(text=decode(payload, declared=declared, limit=limit))
        case Kind.PAGE:
            return _of_html(decode(payload, declared=declared, limit=limit))
        case Kind.JSON:
            return _of_json(payload, limit)
        case Kind.PDF:
            return Item(text=text_of_pdf(payload))
        case Kind.WORD:
            return Item(text=text_of_docx(payload))


def _of_html(html: str) -> Item:
    text = text_of_html(html)
    if not text:
        raise DocumentError("expected a page with words, found none")
    return Item(title=title_of_html(html), published=date_of_html(html), text=text)


def _of_json(payload: bytes, limit: int) -> Item:
    try:
        dropped = _DROPPED.validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "file"
        raise DocumentError(f"{field}: expected as docs/sources.md describes it, found: {first['msg']}") from error
    return Item(
        title=dropped.title,
        publisher=dropped.publisher,
        url=dropped.url,
        published=dropped.published,
        text=checked(dropped.text, limit),
    )
