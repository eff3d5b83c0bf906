"""Summaries of so many revisions each, by which a question of time skips those that hold nothing for it.

Announcements come about in the order of what they announce, so most blocks lie wholly before or after an instant.
The surprising thing: a block may promise what it does not hold, as what it counts was superseded; it hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

SIZE = 16
"""Positions of a block."""

FIRST = datetime(1, 1, 2, tzinfo=UTC)
LAST = datetime(9999, 12, 30, tzinfo=UTC)
"""Before and after every time of a notice."""

_LEAST = ("starts", "begins", "ends")


def block_of(position: int) -> int:
    """The number of the block that a position is in."""
    return position // SIZE


def positions_of(blocks: Iterable[int], below: int) -> list[int]:
    """Every position of ``blocks`` that is below one; in their order, in each the greatest first."""
    return [
        position for block in blocks for position in range(min((block + 1) * SIZE, below) - 1, block * SIZE - 1, -1)
    ]


def summary(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a block holds that holds one revision, a row of ``revisions``.

    ``starts``, ``begins`` and ``ends`` are the first of their kind, ``waits``, ``lasts`` and ``recent`` the last:
    what has no start starts before all, but what waits for works to end begins after all; what has no end lasts for
    ever; ``recent`` is until when a feed of what is recent has it (``query.Query``).
    """
    start, end, late = row["start"], row["end"], LAST if row["after_works"] else FIRST
    begins = late if start is None else start
    return {
        "starts": start or FIRST,
        "begins": begins,
        "waits": begins,
        "ends": end or LAST,
        "lasts": end or LAST,
        "recent": _recent(row),
        "cancelled": row["cancelled"],
    }


def _recent(row: Mapping[str, Any]) -> datetime:
    found: datetime
    if row["cancelled"]:
        found = row["recorded"]
    elif row["end"] is not None or not row["lasting"]:
        found = row["end"] or LAST
    elif row["start"] is not None:
        found = row["start"]
    else:
        found = LAST if row["after_works"] else row["published"]
    return found


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What a block holds that holds what both hold."""
    return {name: (min if name in _LEAST else max)(value, other[name]) for name, value in one.items()}
