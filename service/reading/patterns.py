"""Patterns matched by RE2, in time linear in the text whatever a pattern's author writes.

RE2's Python binding converts offsets over the whole text for every match when it is given ``str``; here a text
is encoded once and only the bytes between matches are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.never_nl = False
# Of a thousand rules together; one pattern takes what it needs and no more.
_OPTIONS.max_mem = 64 << 20

HAN = r"\x{4E00}-\x{9FFF}〇"
"""The inside of a character class of Chinese characters."""

PatternError = re2.error


class Encoded:
    """A text as RE2 sees it: UTF-8."""

    __slots__ = ("payload", "text")

    def __init__(self, text: str) -> None:
        """Encode ``text``; it holds no lone surrogate (:mod:`service.reading.text` removes them)."""
        self.text = text
        self.payload = text.encode()

    def length(self, start: int, end: int) -> int:
        """How many characters the bytes from ``start`` to ``end`` hold."""
        return len(self.payload[start:end].decode())


@dataclass(frozen=True, slots=True)
class Found:
    """One match: its span and its named groups with theirs, in code points."""

    start: int
    end: int
    text: str
    groups: dict[str, tuple[str, int, int]]


class Pattern:
    """A compiled pattern."""

    __slots__ = ("_compiled", "_names", "source")

    def __init__(self, source: str) -> None:
        """Compile ``source``.

        Raises:
            PatternError: it is no RE2 pattern.
        """
        self.source = source
        self._compiled = re2.compile(source.encode(), _OPTIONS)
        self._names: tuple[tuple[str, int], ...] = tuple(
            (name.decode() if isinstance(name, bytes) else name, index)
            for name, index in self._compiled.groupindex.items()
        )

    def scan(self, encoded: Encoded) -> Iterator[Found]:
        """Every match, left to right, none overlapping another."""
        text, length = encoded.text, encoded.length
        byte = position = 0
        for match in self._compiled.finditer(encoded.payload):
            first, last = match.span()
            if first == last:
                continue
            # Matches come in order, so only the bytes since the last one are counted.
            position += length(byte, first)
            byte = first
            end = position + length(first, last)
            groups = {}
            for name, index in self._names:
                begin, until = match.span(index)
                if begin >= 0:
                    group_start = position + length(first, begin)
                    group_end = group_start + length(begin, until)
                    groups[name] = (text[group_start:group_end], group_start, group_end)
            yield Found(position, end, text[position:end], groups)


class PatternSet:
    """Many patterns asked at once which of them occur."""

    __slots__ = ("_set",)

    def __init__(self, sources: list[str]) -> None:
        """Compile all of ``sources``, none of them empty."""
        self._set = re2.Set.SearchSet(_OPTIONS)
        for source in sources:
            self._set.Add(source.encode())
        self._set.Compile()

    def occurring(self, encoded: Encoded) -> list[int]:
        """The indices of the patterns that match somewhere."""
        return sorted(self._set.Match(encoded.payload) or ())
