"""Text that no format chokes on. A feed holds the words of strangers: one bad character must not cost the others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

from service import prose
from service.prose import Lang
from service.records import CHANGE, CHINA, Change

# What XML 1.0 §2.2 forbids and RFC 5545 §3.1 calls CONTROL, with DEL and C1; tab and line feed stay. And the bidi
# overrides, because one that nobody closes turns round the rest of a reader's list.
_FORBIDDEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
_ILLEGAL = re.compile(f"[{_FORBIDDEN}]")

# Some programs end a line at each of these, which would end a property in the middle.
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

ODD = f"{_FORBIDDEN}\u2028\u2029"
"""What :func:`legal` takes out or replaces, as the inside of a character class: most texts have none of it."""

_ODD = re.compile(f"[{ODD}]")
_ESCAPED = re.compile(r"\\[bfru]")
"""What JSON writes for a control character, a carriage return among them."""

# Every character that an address may hold (RFC 3986 §2); others are percent-encoded.
_ADDRESS_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"


def legal(text: str) -> str:
    """``text`` without the characters that XML or iCalendar forbid; lines end in a line feed."""
    return _ILLEGAL.sub("", _LINE_END.sub("\n", text)) if _ODD.search(text) else text


def record(change: Change) -> dict[str, Any]:
    """The record of the API but for its status, which follows from the clock: a feed must not change by itself."""
    members: dict[str, Any] = CHANGE.dump_python(change, mode="json", by_alias=True)
    written = json.dumps(members, ensure_ascii=False)
    # To look through every text by itself would cost more than all else.
    return _legal(members) if _ODD.search(written) or _ESCAPED.search(written) else members


def _legal(value: Any) -> Any:
    if isinstance(value, str):
        return legal(value)
    if isinstance(value, list):
        return [_legal(each) for each in value]
    return {name: _legal(each) for name, each in value.items()} if isinstance(value, dict) else value


def line(text: str) -> str:
    """``text`` on one line, for a title."""
    return " ".join(legal(text).split())


def address(text: str | None) -> str | None:
    """``text`` as an absolute http address in ASCII, or None: some readers refuse a whole feed for a relative one."""
    if text is None:
        return None
    try:
        parts = urlsplit(legal(text).strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return quote(parts.geturl(), safe=_ADDRESS_CHARACTERS)


def html(change: Change, lang: Lang, *, news: Iterable[str] = (), quotes: Iterable[str] = ()) -> str:
    """What was altered (``news``), the paragraphs of ``change``, the notice's words, the source with a link.

    Nothing in it is what a reader would strip.
    """
    *details, source = (_escaped(paragraph) for paragraph in prose.paragraphs(change, lang))
    link = address(change.notice.url)
    if link:
        source = f'<a href="{escape(link)}">{source}</a>'
    cite = f' cite="{escape(link)}"' if link else ""
    listed = "".join(f"<li>{_escaped(each)}</li>" for each in news)
    parts = (
        f"<ul>{listed}</ul>" if listed else "",
        *(f"<p>{paragraph}</p>" for paragraph in details),
        # Chinese in an English feed, too: a program that reads aloud must know.
        *(f'<blockquote lang="zh-CN"{cite}><p>{_escaped(words)}</p></blockquote>' for words in quotes),
        f"<p>{source}</p>",
    )
    return "".join(parts)


def _escaped(words: str) -> str:
    return escape(legal(words))


def second(moment: datetime) -> datetime:
    """``moment`` in China, to the second: every format writes as much."""
    return moment.astimezone(CHINA).replace(microsecond=0)
