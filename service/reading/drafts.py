"""A change in the making: what is known of it so far, and the words for each value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from service.reading.places import Place
from service.reading.rules import Match
from service.reading.timing import NOTHING, When, Words
from service.records import (
    Access,
    Action,
    Advice,
    Detour,
    Flag,
    Kind,
    LaneCount,
    Lanes,
    Reason,
    Relocation,
    Station,
    Vehicle,
)


@dataclass(slots=True)
class Draft:
    """One change before it is complete.

    ``line`` is where it was read, ``phase`` the phase of the works it belongs to; ``detours`` with the stations that
    they pass. ``aside``: it was told in a story, which says when what it announces holds.
    """

    kind: Kind
    place: Place
    line: int
    when: When = NOTHING
    action: Action = Action.ANNOUNCE
    lanes: dict[str, dict[str, Any]] = field(default_factory=dict)
    rest_closed: bool = False
    vehicles: list[Vehicle] = field(default_factory=list)
    exempt: list[Vehicle] = field(default_factory=list)
    limits: dict[str, Any] = field(default_factory=dict)
    contraflow: bool = False
    detours: dict[Detour, tuple[Station, ...]] = field(default_factory=dict)
    relocation: Relocation | None = None
    renamed_to: str | None = None
    reason: Reason | None = None
    advice: list[Advice] = field(default_factory=list)
    flags: set[Flag] = field(default_factory=set)
    words: list[Words] = field(default_factory=list)
    phase: str | None = None
    aside: bool = False

    @property
    def access(self) -> Access | None:
        """The side affected: both where a station is named and no side, null off a station."""
        if self.place.type not in ("station", "service_area"):
            return self.place.access
        if self.place.type == "service_area" or self.kind in _WITHOUT_ACCESS:
            return self.place.access
        sides = set(self.lanes) & {"entry", "exit"}
        if self.kind is Kind.LANE_CLOSURE and self.place.access is None and len(sides) == 1:
            return Access(sides.pop())
        return self.place.access or Access.BOTH

    def add_match(self, match: Match, *fields: str) -> None:
        """Keep a rule's match as evidence for ``fields`` (as the rule names them, by default)."""
        for name in fields or tuple(match.values):
            start, end = match.spans.get(name, (match.start, match.end))
            self.words.append((name, start, end, match.rule))

    def finished_lanes(self) -> Lanes | None:
        """The lanes stated, and those that follow by arithmetic."""
        sides = {side: _count(dict(values), self.rest_closed) for side, values in self.lanes.items() if values}
        return Lanes(**sides) if sides else None


_WITHOUT_ACCESS = frozenset(
    {
        Kind.TURN_RESTRICTION,
        Kind.STATION_ABOLITION,
        Kind.STATION_RENAMING,
        Kind.TOLLING_START,
        Kind.TOLLING_END,
        Kind.TRAFFIC_CONTROL,
    }
)


def _count(values: dict[str, Any], rest_closed: bool) -> LaneCount:
    opened, closed, total = values.get("open"), values.get("closed"), values.get("total")
    if total is not None and opened is not None and closed is None:
        closed = max(total - opened, 0)
    elif total is not None and closed is not None and opened is None and rest_closed:
        opened = max(total - closed, 0)
    elif opened is not None and closed is not None and total is None and rest_closed:
        total = opened + closed
    return LaneCount(open=opened, closed=closed, total=total, which=tuple(dict.fromkeys(values.get("which", ()))))
