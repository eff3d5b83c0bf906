"""A single page that is rewritten in place, such as a road-condition bulletin."""

from __future__ import annotations

from functools import partial

from service.source import Declared, Source, read_page

KIND = "page"
OPTIONS = frozenset({"content"})


def source(declared: Declared) -> Source:
    """The page at ``url``, read at the CSS selector ``content``."""
    return Source(
        id=declared.id,
        publisher=declared.publisher,
        url=declared.url,
        every=declared.every,
        read=partial(read_page, content=declared.content),
        networks=declared.networks,
    )
