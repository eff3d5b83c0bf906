"""The ways round that a notice recommends, and the closures they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from service.reading.clauses import Clause
from service.reading.drafts import Draft
from service.reading.marks import Mark
from service.reading.rules import Match
from service.records import Access, Detour, Direction

_ROUND = ("station", "junction", "road", "service_area")


@dataclass(frozen=True, slots=True)
class Way:
    """One way round: for traffic of ``direction``, by ``stations``, from words at ``start`` to ``end``."""

    direction: Direction | None
    marks: tuple[Mark, ...]
    ramps: tuple[str, ...]
    side: Access | None
    start: int
    end: int
    rule: str

    def attach(self, drafts: Sequence[Draft], here: Sequence[Draft], text: str) -> None:
        """Add this way to the drafts it is meant for: those ``here``, else the last ones before it."""
        detour = Detour(
            direction=self.direction,
            via=tuple(mark.value.name for mark in self.marks if mark.type in ("station", "junction")),
            via_roads=self._roads(),
            text=text[self.start : self.end].strip(),
        )
        stations = tuple(mark.value for mark in self.marks if mark.type == "station")
        for draft in self._meant(drafts, here):
            if detour not in draft.detours:
                draft.words.append((f"detours.{len(draft.detours)}", self.start, self.end, self.rule))
                draft.detours[detour] = stations

    def _roads(self) -> tuple[str, ...]:
        """Roads that are ways themselves, not only where a station lies."""
        stations = {mark.start for mark in self.marks if mark.type != "road"}
        roads = [mark for mark in self.marks if mark.type == "road" and mark.end not in stations]
        return tuple(mark.value.name or mark.value.number for mark in roads)

    def _meant(self, drafts: Sequence[Draft], here: Sequence[Draft]) -> list[Draft]:
        closing = [draft for draft in drafts if not draft.kind.lasting]
        if self.ramps:
            return [draft for draft in closing if draft.place.junction and draft.place.junction.ramp in self.ramps]
        sided = [draft for draft in closing if self.side and draft.access is self.side]
        if sided and not here:
            return sided
        near = [draft for draft in here if not draft.kind.lasting]
        if not near and closing:
            near = [draft for draft in closing if draft.line == closing[-1].line]
        same = [draft for draft in near if _course(draft) and self.direction and _course(draft) == self.direction.to]
        if same:
            return same
        if self.direction is None:
            return near
        return [draft for draft in near if _course(draft) in (None, "both")] or near[-1:]


def _course(draft: Draft) -> str | None:
    """Where the traffic of a draft runs to."""
    junction = draft.place.junction
    if junction and junction.movement:
        return junction.movement.to
    return draft.place.direction.to if draft.place.direction else None


def detours_of(clauses: Sequence[Clause]) -> tuple[list[Clause], list[Way]]:
    """The ways round that a sentence's clauses recommend, and the clauses without them."""
    rest: list[Clause] = []
    ways: list[Way] = []
    pending: Direction | None = None
    ramps: tuple[str, ...] = ()
    side: Access | None = None
    for clause in clauses:
        ramps = _ramps(clause) or ramps
        side = _side(clause) or side
        cue = _cue(clause)
        if cue is None:
            pending = _direction(clause.marks) if not _effects(clause) else None
            rest.append(clause)
            continue
        before = [mark for mark in clause.marks if mark.start < cue.start]
        round_ = tuple(mark for mark in clause.marks if mark.type in _ROUND and mark.start >= cue.start)
        direction = _direction(before) or pending
        ways.append(Way(direction, round_, ramps, side, _begin(clause, before), clause.end, cue.rule))
        pending = None
        if any(match.start < cue.start for match in _effects(clause)):
            rest.append(_before(clause, cue))
    return rest, ways


def _begin(clause: Clause, before: list[Mark]) -> int:
    directions = [mark.start for mark in before if mark.type == "direction"]
    return directions[0] if directions else clause.start


def _cue(clause: Clause) -> Match | None:
    """The phrase after which the way round is named."""
    last_direction = max((mark.end for mark in clause.marks if mark.type == "direction"), default=0)
    for match in clause.matches:
        if match.values.get("stance") != "detour" or match.end < last_direction:
            continue
        named = any(mark.type in _ROUND and mark.start >= match.start for mark in clause.marks)
        closing = any(effect.start > match.start for effect in _effects(clause))
        if named and not closing:
            return match
    return None


def _effects(clause: Clause) -> list[Match]:
    return [match for match in clause.matches if match.values.get("effect") not in (None, "stays_open")]


def _direction(marks: Iterable[Mark]) -> Direction | None:
    found = [mark.value for mark in marks if mark.type == "direction"]
    return found[-1] if found else None


def _ramps(clause: Clause) -> tuple[str, ...]:
    return tuple(letter for mark in clause.marks if mark.type == "ramp" for letter, _ in mark.value)


def _side(clause: Clause) -> Access | None:
    """The side that 入口封闭期间 names."""
    sides = {Access(match.values["access"]) for match in clause.matches if "access" in match.values}
    pointed = any("points" in match.values for match in clause.matches)
    return sides.pop() if pointed and len(sides) == 1 else None


def _before(clause: Clause, cue: Match) -> Clause:
    return replace(
        clause,
        end=cue.start,
        marks=tuple(mark for mark in clause.marks if mark.start < cue.start),
        matches=tuple(match for match in clause.matches if match.start < cue.start),
    )
