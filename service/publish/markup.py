"""XML written as text, for documents that are put together from parts kept as bytes.

An element tree costs six times as much, and a part of one repeats every namespace. Text is escaped here and nowhere
else: what is not made by :func:`element`, :func:`text` or :func:`empty` goes into no document.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from service.publish.text import legal

_ENDS = ("。", "！", "？", "；", "\n", ". ", "! ", "? ", "; ")
_ELLIPSIS = "…"


def element(name: str, *children: str, **attributes: str) -> str:
    """An element with ``children``, which are markup; "_" in the name of an attribute stands for ":"."""
    return f"<{_opening(name, attributes)}>{''.join(children)}</{name}>"


def text(name: str, value: object, **attributes: str) -> str:
    """An element that holds the words of ``value``, without what XML forbids."""
    return f"<{_opening(name, attributes)}>{escape(legal(str(value)))}</{name}>"


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
    given = "".join(f" {key.replace('_', ':')}={quoteattr(legal(value))}" for key, value in attributes.items())
    return f"{name}{given}"
