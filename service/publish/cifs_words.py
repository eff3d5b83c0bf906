"""The vocabulary of CIFS v2: type and subtype, the lanes that are closed, a street and a few words.

The surprising thing: Waze shows some forty characters, and reads a street and a lane count as facts of its map. What is
not known of them is left out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from service import prose
from service.geometry import Shape
from service.impact import Impact, closed_lanes, impact, lanes
from service.prose import Lang, subject
from service.publish.text import line
from service.records import Change, Kind, LaneCount, Reason

LONGEST = 39
"""Characters of a description: Waze advises less than forty."""

_SHORTEST_STREET = 2
_CLOSED = {
    Reason.WORKS: "ROAD_CLOSED_CONSTRUCTION",
    Reason.EVENT: "ROAD_CLOSED_EVENT",
    Reason.HOLIDAY: "ROAD_CLOSED_EVENT",
    Reason.WEATHER: "ROAD_CLOSED_HAZARD",
    Reason.ACCIDENT: "ROAD_CLOSED_HAZARD",
    Reason.INCIDENT: "ROAD_CLOSED_HAZARD",
}
_HAZARD = {Reason.WORKS: "HAZARD_ON_ROAD_CONSTRUCTION", Reason.WEATHER: "HAZARD_WEATHER"}
_ROADSIDE = {
    **dict.fromkeys(("left", "overtaking", "lane-1"), "LEFT"),
    "middle": "MIDDLE",
    **dict.fromkeys(("right", "slow"), "RIGHT"),
}
_EMERGENCY = "emergency"
_BREAK = re.compile("[，,；;。 （(]")


@dataclass(frozen=True, slots=True)
class Category:
    """``type`` and, where one fits, ``subtype``."""

    type: str
    subtype: str | None = None


@dataclass(frozen=True, slots=True)
class LaneImpact:
    """How many lanes are closed, on which side of the road: LEFT, MIDDLE or RIGHT."""

    total_closed_lanes: int
    roadside: str


def category(change: Change, shape: Shape) -> Category:
    """What kind of incident ``change`` is along ``shape``.

    Of a line of which nobody knows which way the traffic goes that is concerned, a closure would shut the wrong side
    half of the time: it is a hazard of both.
    """
    left = impact(change, shape.part)
    if left is Impact.SHUT and shape.directed:
        return Category("ROAD_CLOSED", _CLOSED.get(change.reason) if change.reason else None)
    if left is Impact.SHOULDER:
        return Category("HAZARD", "HAZARD_ON_SHOULDER")
    if change.kind is Kind.LANE_CLOSURE and left is Impact.NARROWED:
        return Category("HAZARD", "HAZARD_ON_ROAD_LANE_CLOSED")
    return Category("HAZARD", _HAZARD.get(change.reason, "HAZARD_ON_ROAD") if change.reason else "HAZARD_ON_ROAD")


def lane_impact(change: Change, shape: Shape) -> LaneImpact | None:
    """The lanes closed, where both their number and their side are known."""
    count = lanes(change, shape.part)
    if count is None or impact(change, shape.part) is not Impact.NARROWED:
        return None
    named = [which for which in count.which if which != _EMERGENCY]
    closed = _closed(count, named)
    side = _side_of(closed_lanes(count)) or _side_named(named)
    return LaneImpact(closed, side) if side and 0 < closed < 100 else None


def _closed(count: LaneCount, named: list[str]) -> int:
    if count.closed is not None:
        return count.closed
    if count.total is not None and count.open is not None:
        return count.total - count.open
    return len(named)


def _side_of(closed: tuple[bool, ...] | None) -> str | None:
    """Where the closed lanes lie among all: from the left on, from the right on, or between."""
    if closed is None or all(closed) or not any(closed):
        return None
    number = sum(closed)
    if all(closed[:number]):
        return "LEFT"
    if all(closed[-number:]):
        return "RIGHT"
    return None if closed[0] or closed[-1] else "MIDDLE"


def _side_named(named: list[str]) -> str | None:
    sides = {_ROADSIDE.get(which) for which in named}
    return sides.pop() if len(sides) == 1 else None


def street(change: Change) -> str:
    """The road, or what else the place is called; never less than two characters."""
    road = change.road
    names = (road.name, road.number) if road else ()
    known = (line(name) for name in (*names, prose.place(change, Lang.ZH)) if name)
    return next((name for name in known if len(name) >= _SHORTEST_STREET), "道路")


def description(change: Change, lang: Lang) -> str:
    """As much as fits of what, where, why and until when."""
    title, road = line(prose.title(change, lang)), line(subject.short_road(change.road) or "")
    reason = prose.name(change.reason, lang) if change.reason else ""
    between = "，" if lang is Lang.ZH else ", "
    named = road if subject.thing_named(change) else ""
    # The reason before the road, which the street has anyway.
    told = [each for each in (title, reason, named) if each]
    for number in range(len(told), 0, -1):
        words = between.join(told[:number])
        if len(words) <= LONGEST:
            return words
    return _cut(title)


def _cut(words: str) -> str:
    """``words`` up to the last break that fits, else up to the last whole character; an ellipsis says so."""
    room = words[: LONGEST - 1]
    breaks = [found.start() for found in _BREAK.finditer(room) if found.start() > LONGEST // 2]
    kept = room[: breaks[-1]] if breaks else room
    # Neither a joiner at the end, nor a character without the marks that belong to it.
    while len(kept) > 1 and (kept[-1] == "\u200d" or _continues(words, len(kept))):
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _continues(words: str, at: int) -> bool:
    """True where the character at ``at`` belongs to the one before it."""
    return bool(unicodedata.combining(words[at])) or words[at] in "\u200d\ufe0f"
