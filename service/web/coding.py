"""Content codings (RFC 9110 §8.4.1, §12.5.3): the one that a client takes, and the bytes in it.

The surprising thing: the same bytes always give the same coded bytes, so that two processes answer alike. Python's
``gzip.compress`` writes the time into them, and starlette-compress calls it.
"""

from __future__ import annotations

import re
import zlib
from enum import StrEnum
from functools import lru_cache

import brotli
import zstandard

_ITEM = re.compile(r"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII)
_WORDS = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml)\b|application/javascript|image/svg\+xml", re.ASCII)
_SHORTEST = 1000
_GZIP = 31  # zlib's number for a gzip header, which it writes without a time

# Where these levels end, much more time gains little: 500 changes take 1 to 2 ms and are 20 to 40 times shorter.
_BROTLI_QUALITY, _ZSTD_LEVEL, _GZIP_LEVEL = 5, 9, 6


class Coding(StrEnum):
    """A coding that we write; of those that a client takes equally gladly, the first."""

    BR = "br"
    ZSTD = "zstd"
    GZIP = "gzip"
    IDENTITY = "identity"

    def applied(self, content: bytes) -> bytes:
        """``content`` in this coding."""
        match self:
            case Coding.BR:
                coded: bytes = brotli.compress(content, quality=_BROTLI_QUALITY)
                return coded
            case Coding.ZSTD:
                return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(content)
            case Coding.GZIP:
                return zlib.compress(content, _GZIP_LEVEL, wbits=_GZIP)
            case Coding.IDENTITY:
                return content


def worth_coding(media_type: str, content: bytes) -> bool:
    """False for what is short, and for images that are compressed already."""
    return len(content) >= _SHORTEST and _WORDS.match(media_type) is not None


@lru_cache(maxsize=128)
def preferred(accept_encoding: bytes) -> Coding:
    """The coding that a client likes best.

    Identity where it names none of ours, and also where it takes nothing at all: an answer that it may not read is
    of more use than 406 (§12.5.3 allows both).

    >>> preferred(b"gzip, deflate, br;q=0.5")
    <Coding.GZIP: 'gzip'>
    """
    weights = _weights(accept_encoding.decode("latin-1"))
    others = weights.pop("*", 0.0)
    # What is not named is no wish: identity then comes last, whatever else is taken.
    wanted = {coding: weights.get(coding, others) for coding in Coding}
    best = max(Coding, key=lambda coding: wanted[coding])
    return best if wanted[best] > 0 else Coding.IDENTITY


def _weights(accept_encoding: str) -> dict[str, float]:
    found = (_ITEM.fullmatch(item) for item in accept_encoding.lower().split(","))
    return {each[1].removeprefix("x-"): float(each[2] or 1) for each in found if each}
