"""What the pages for people say, in each language, beside what :mod:`service.prose` says of a change.

A text stands beside its translation, by page; all pages share one set of names, and a name said twice is an error.
"""

from __future__ import annotations

from service.feed import Lang
from service.web.words import changes, feeds, layout, notices, places, start, status, subscribe, wrong

Texts = dict[str, tuple[str, str]]
"""By name: Chinese and English."""


def _joined(*pages: Texts) -> dict[Lang, dict[str, str]]:
    names = [name for page in pages for name in page]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"said twice: {', '.join(sorted(twice))}")
    return {
        lang: {name: text[place] for page in pages for name, text in page.items()}
        for place, lang in enumerate((Lang.ZH, Lang.EN))
    }


WORDS: dict[Lang, dict[str, str]] = _joined(
    layout.TEXTS,
    changes.TEXTS,
    notices.TEXTS,
    places.TEXTS,
    start.TEXTS,
    subscribe.TEXTS,
    feeds.TEXTS,
    status.TEXTS,
    wrong.TEXTS,
)
"""The texts of all pages."""
