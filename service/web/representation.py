"""One answer in one content coding, and its validators (RFC 9110 §8.8, §13): strong tags over the bytes.

The surprising thing: a client is told 304 for the tag of another coding, too, since it has what it asks for; the
answer then repeats that tag, by which a cache finds what it has. Proxies that code by themselves write tags of this
form (Apache adds ``-gzip``) or weaken ours (nginx).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope

from service.kept import Kept
from service.web.coding import Coding, preferred, worth_coding

_NOTHING: Message = {"type": "http.response.body", "body": b""}
_TAG = re.compile(rb'(?:W/)?("[^"]*")')
_CODED_BYTES = 16 * 2**20
_OVERHEAD = 2048
# What 304 does not repeat: it describes a content that does not follow (§15.4.5).
_OF_CONTENT = frozenset({b"content-encoding", b"content-language", b"content-length", b"content-type"})

RawHeaders = list[tuple[bytes, bytes]]


class Asked(NamedTuple):
    """What a request says of the representation that it wants. A tuple, because it is made for every request.

    The address tells one representation from all others, of an answer that varies by its coding only.
    """

    address: tuple[str, bytes, Coding]
    head: bool
    if_none_match: bytes | None
    if_modified_since: bytes | None

    @classmethod
    def of(cls, scope: Scope) -> Asked:
        """As an ASGI server tells the request."""
        headers = scope["headers"]
        given = dict(headers)
        if len(given) < len(headers):
            given = _joined(headers)
        coding = preferred(given.get(b"accept-encoding", b""))
        address = scope["path"], scope["query_string"], coding
        head = scope["method"] == "HEAD"
        return cls(address, head, given.get(b"if-none-match"), given.get(b"if-modified-since"))


def _joined(headers: RawHeaders) -> dict[bytes, bytes]:
    """A list may come in several lines (RFC 9110 §5.3)."""
    given: dict[bytes, bytes] = {}
    for name, value in headers:
        given[name] = b"%b, %b" % (given[name], value) if name in given else value
    return given


@dataclass(frozen=True, slots=True)
class Representation:
    """The messages that answer with it (200 and its content, 304), and the tags of all its codings."""

    found: Message
    content: Message
    unchanged: Message
    tag: bytes
    tags: frozenset[bytes]
    modified: datetime | None

    def __len__(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self.content["body"]) + _OVERHEAD

    def answer(self, asked: Asked) -> tuple[Message, Message]:
        """The messages for who asked: with the content, without it for HEAD, or 304."""
        if asked.if_none_match == self.tag:
            return self.unchanged, _NOTHING
        known = self._known(asked)
        if known is None:
            return self.found, _NOTHING if asked.head else self.content
        others = [(name, value) for name, value in self.unchanged["headers"] if name != b"etag"]
        return {**self.unchanged, "headers": [*others, (b"etag", known)]}, _NOTHING

    def _known(self, asked: Asked) -> bytes | None:
        """The tag of what the client has, if that is still so; its tags count before its date (§13.2.2)."""
        if asked.if_none_match is not None:
            if asked.if_none_match.strip() == b"*":
                return self.tag
            return next((tag for tag in _TAG.findall(asked.if_none_match) if tag in self.tags), None)
        if asked.if_modified_since is None or self.modified is None:
            return None
        since = _http_date(asked.if_modified_since)
        return self.tag if since is not None and self.modified <= since else None


class Representations:
    """Makes them, and keeps what it coded: most answers are given more than once."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._coded: Kept[bytes] = Kept(_CODED_BYTES, len)

    def of(self, headers: RawHeaders, content: bytes, wish: Coding) -> Representation:
        """What a route answered with 200, in the coding wished for where that is worth while."""
        digest = sha256(content).hexdigest()[:32]
        found = MutableHeaders(raw=list(headers))
        coding, coded = Coding.IDENTITY, content
        if worth_coding(found.get("content-type", ""), content):
            coding, coded = wish, self._coded.get((digest, wish), lambda: wish.applied(content))
        if coding is not Coding.IDENTITY:
            found["content-encoding"] = coding
        tag = _tag(digest, coding)
        found["content-length"] = str(len(coded))
        found["etag"] = tag.decode()
        found.add_vary_header("Accept-Encoding")
        # Whoever says nothing else wants to be asked again, at the cost of a 304.
        found.setdefault("cache-control", "no-cache")
        return Representation(
            found={"type": "http.response.start", "status": 200, "headers": found.raw},
            content={"type": "http.response.body", "body": coded},
            unchanged={
                "type": "http.response.start",
                "status": 304,
                "headers": [(name, value) for name, value in found.raw if name not in _OF_CONTENT],
            },
            tag=tag,
            tags=frozenset(_tag(digest, each) for each in Coding),
            modified=_http_date(_last_modified(found)),
        )


def _tag(digest: str, coding: Coding) -> bytes:
    return (f'"{digest}"' if coding is Coding.IDENTITY else f'"{digest}-{coding}"').encode()


def _last_modified(headers: Headers) -> bytes:
    return headers.get("last-modified", "").encode("latin-1")


def _http_date(text: bytes) -> datetime | None:
    """The date, or None for one that cannot be read, which is to be ignored (§13.1.3)."""
    try:
        moment = parsedate_to_datetime(text.decode("latin-1"))
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
