"""Words as pairs of characters, by which the store finds a part of any name: Chinese is written without spaces.

On SQLite they are the words of a full-text index (FTS5), in which a text is found as a phrase of its pairs; its own
trigrams would find nothing of two characters, and most names have two. On PostgreSQL they are an array under GIN.
The surprising thing: ASCII characters are moved to where no index takes them for punctuation or for capitals.
"""

from __future__ import annotations

from itertools import pairwise

_PRIVATE = 0xE000
_END = "\n"


def pairs(words: str) -> list[str]:
    """Every two neighbours, the end of a line counted as a character: so each character begins a pair."""
    shifted = _shifted(words + _END)
    return [one + other for one, other in pairwise(shifted)]


def phrase(part: str) -> str:
    """What finds ``part`` in an FTS5 index of pairs: they must follow one another."""
    if len(part) == 1:
        return f'"{_shifted(part)}" *'
    return f'"{" ".join(pairs(part)[:-1])}"'


def needed(part: str) -> list[str]:
    """What a set of pairs and characters must have where ``part`` is; that it has them proves nothing yet."""
    return [_shifted(part)] if len(part) == 1 else sorted(set(pairs(part)[:-1]))


def listed(words: str) -> list[str]:
    """Every pair and every character once."""
    return sorted({*pairs(words), *_shifted(words)})


def _shifted(text: str) -> str:
    return "".join(chr(_PRIVATE + ord(each)) if each < "\x80" else each for each in text)
