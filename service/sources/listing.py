"""A page that lists announcements, each on a page of its own: the usual shape of a 公告公示 column."""

from __future__ import annotations

from functools import partial

from service.source import Declared, Source, read_list, read_page

KIND = "list"
OPTIONS = frozenset({"content", "links"})


def source(declared: Declared) -> Source:
    """The links that the CSS selector ``links`` finds at ``url``; each page is read at ``content``."""
    return Source(
        id=declared.id,
        publisher=declared.publisher,
        url=declared.url,
        every=declared.every,
        read=partial(read_list, links=declared.links),
        article=partial(read_page, content=declared.content),
        networks=declared.networks,
    )
