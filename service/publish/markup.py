"""XML written as text, for documents that are put together from parts kept as bytes.

An element tree costs six times as much, and a part of one repeats every namespace. Text is escaped here and nowhere
else: what is not made by :func:`element`, :func:`text` or :func:`empty` goes into no document.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from service.publish.text import ODD, legal

# Most words have none of it, and to look is quicker than to replace.
_TO_ESCAPE = re.compile(f"[&<>{ODD}]")
_TO_QUOTE = re.compile(f'[&<>"\t\n{ODD}]')

_ENDS = ("。", "！", "？", "；", "\n", ". ", "! ", "? ", "; ")
_ELLIPSIS = "…"


def element(name: str, *children: str, **attributes: str) -> str:
    """An element with ``children``, which are markup; "_" in the name of an attribute stands for ":"."""
    return f"<{_opening(name, attributes)}>{''.join(children)}</{name}>"


def text(name: str, value: object, **attributes: str) -> str:
    """An element that holds the words of ``value``, without what XML forbids."""
    words = str(value)
    if _TO_ESCAPE.search(words):
        words = escape(legal(words))
    return f"<{_opening(name, attributes)}>{words}</{name}>"


def empty(name: str, **attributes: str) -> str:
    """An element that only has attributes."""
    return f"<{_opening(name, attributes)}/>"


def cut(words: str, longest: int) -> str:
    """``words`` in at most ``longest`` characters, up to the end of a sentence; where there is none, with an ellipsis.

    >>> cut("一路封闭。二路封闭。", 8)
    '一路封闭。'
    """
    kept = legal(words).strip()
    if len(kept) <= longest:
        return kept
    end = max(kept.rfind(mark, 0, longest) for mark in _ENDS) + 1
    return kept[:end].strip() or kept[: longest - 1] + _ELLIPSIS


def _opening(name: str, attributes: dict[str, str]) -> str:
    if not attributes:
        return name
    return " ".join((name, *(f"{key.replace('_', ':')}={_quoted(value)}" for key, value in attributes.items())))


def _quoted(value: str) -> str:
    return quoteattr(legal(value)) if _TO_QUOTE.search(value) else f'"{value}"'
