"""Marks: typed spans of a reading text, and the masked text in which each stands as one symbol.

Values (dates, stakes, names) are marked first. Rules are then matched over a text of the same length
in which every marked character is a private symbol of its type: ``{station}`` in a rule is such a run, and a
rule needs to know nothing of how stations are called.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

TYPES = (
    "moment",
    "period",
    "window",
    "segment",
    "it",
    "road",
    "station",
    "junction",
    "service_area",
    "structure",
    "ramp",
    "direction",
    "duration",
)
"""The types of values, in the order in which they are read."""

_FIRST = {name: chr(0xE000 + 2 * index) for index, name in enumerate(TYPES)}
_REST = {name: chr(0xE001 + 2 * index) for index, name in enumerate(TYPES)}
SYMBOL = {name: f"{_FIRST[name]}{_REST[name]}*" for name in TYPES}
"""The pattern of one mark of a type, in masked text."""

PLACES = frozenset({"road", "station", "junction", "service_area", "structure", "segment", "ramp"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A value and the span ``start`` to ``end`` (exclusive) of the reading text that says it."""

    type: str
    start: int
    end: int
    value: Any


def mask(reading: str, marks: Iterable[Mark]) -> str:
    """``reading`` with each mark's characters replaced by the symbols of its type."""
    characters = list(reading)
    for mark in marks:
        characters[mark.start] = _FIRST[mark.type]
        characters[mark.start + 1 : mark.end] = _REST[mark.type] * (mark.end - mark.start - 1)
    return "".join(characters)
