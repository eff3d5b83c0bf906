"""An RSS or Atom feed. ``follow: true`` where it carries only the beginning of each announcement."""

from __future__ import annotations

from functools import partial

from service.source import Declared, Source, read_feed, read_page

KIND = "rss"
OPTIONS = frozenset({"content", "follow"})


def source(declared: Declared) -> Source:
    """The feed at ``url``; with ``follow``, the page that each entry links to is read, at ``content``."""
    return Source(
        id=declared.id,
        publisher=declared.publisher,
        url=declared.url,
        every=declared.every,
        read=partial(read_feed, follow=declared.follow),
        article=partial(read_page, content=declared.content),
        networks=declared.networks,
    )
