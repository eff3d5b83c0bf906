"""Who a change is known from, as formats want an organization: by an identifier that stays while the name does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID, uuid5

from service.feed import Feed
from service.publish.text import legal, line
from service.records import Change

# Identity of every organization and notice ever published: another value makes strangers of them.
_KNOWN = UUID("0d6b7a4e-91c3-5b52-8f0a-6c1de2a9b734")


@dataclass(frozen=True, slots=True)
class Organization:
    """A publisher of notices, or this service where a notice does not name its own."""

    id: str
    name: str


def organization(feed: Feed, change: Change) -> Organization:
    """The publisher of the change's notice."""
    return _named(line(change.notice.publisher or "") or line(feed.publisher) or "tollfeed")


def operator(feed: Feed) -> Organization:
    """Who runs this service."""
    return _named(line(feed.publisher) or "tollfeed")


def notice_key(notice_id: str) -> str:
    """An identifier of a notice in letters and digits."""
    return uuid5(_KNOWN, f"notice {legal(notice_id)}").hex


@lru_cache(maxsize=1000)
def _named(name: str) -> Organization:
    return Organization(str(uuid5(_KNOWN, f"organization {name}")), name)
