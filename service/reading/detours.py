"""The ways round that a notice recommends, and the closures they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from service.gazetteer import station_key
from service.reading.clauses import Clause
from service.reading.drafts import Draft
from service.reading.marks import Mark
from service.reading.rules import Match
from service.records import Access, Detour, Direction

_ROUND = ("station", "junction", "road", "service_area")


@dataclass(frozen=True, slots=True)
class Way:
    """One way round: for traffic of ``direction``, by ``marks``, from words at ``start`` to ``end``.

    ``concerned`` are the keys of the stations whose traffic it is for, ``phase`` the phase of the works, ``leads``
    whether it is a way onto the road or off it.
    """

    direction: Direction | None
    marks: tuple[Mark, ...]
    ramps: tuple[str, ...]
    side: Access | None
    start: int
    end: int
    rule: str
    concerned: frozenset[str] = frozenset()
    phase: str | None = None
    leads: Access | None = None

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
        if self.phase:
            of_phase = [draft for draft in closing if draft.phase == self.phase]
            closing, here = of_phase or closing, of_phase or here
        if self.ramps:
            return [draft for draft in closing if draft.place.junction and draft.place.junction.ramp in self.ramps]
        sided = [draft for draft in closing if self.side and draft.access is self.side]
        if sided and not here:
            return sided
        near = [draft for draft in here if not draft.kind.lasting]
        if not near and closing:
            last = next((draft for draft in reversed(closing) if self._fits(draft)), closing[-1])
            near = [draft for draft in closing if draft.line == last.line]
        of_station = self._of_station(near) or self._of_station(closing)
        if of_station and not here:
            return of_station
        same = [draft for draft in near if _course(draft) and self.direction and _course(draft) == self.direction.to]
        if same:
            return same
        if self.direction is None:
            return near
        return [draft for draft in near if _course(draft) in (None, "both")] or near[-1:]

    def _fits(self, draft: Draft) -> bool:
        """True unless the way leads onto the road and the draft keeps nobody from it, or the other way about."""
        return self.leads is None or draft.access in (None, Access.BOTH, self.leads)

    def _of_station(self, drafts: Sequence[Draft]) -> list[Draft]:
        return [
            draft for draft in drafts if draft.place.station and station_key(draft.place.station.name) in self.concerned
        ]


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
    told = _Told()
    for clause in clauses:
        cue = _cue(clause)
        told = told.after(clause, cue)
        if cue is None:
            rest.append(clause)
            continue
        before = [mark for mark in clause.marks if mark.start < cue.start]
        round_ = tuple(mark for mark in clause.marks if mark.type in _ROUND and mark.start >= cue.start)
        if told.way and _goes_on(clause, cue, round_):
            ways[-1] = replace(ways[-1], marks=(*ways[-1].marks, *round_), end=clause.end, leads=None)
        else:
            ways.append(told.by(round_, _begin(clause, before), clause, cue))
        told = replace(told, way=True)
        if any(match.start < cue.start for match in _effects(clause)):
            rest.append(_before(clause, cue))
    return rest, ways


@dataclass(frozen=True, slots=True)
class _Told:
    """What a sentence has said so far of the traffic that a way round is for; ``way``: a way was told right before."""

    direction: Direction | None = None
    ramps: tuple[str, ...] = ()
    side: Access | None = None
    concerned: frozenset[str] = frozenset()
    phase: str | None = None
    way: bool = False

    def after(self, clause: Clause, cue: Match | None) -> _Told:
        """What is said once ``clause`` is read, up to the phrase after which it names a way round."""
        before = [mark for mark in clause.marks if cue is None or mark.start < cue.start]
        closing = cue is None and _effects(clause)
        named = frozenset(station_key(mark.value.name) for mark in before if mark.type == "station")
        phases = clause.values("phase")
        return _Told(
            direction=None if closing else _direction(before) or self.direction,
            ramps=_ramps(clause) or self.ramps,
            side=_side(clause) or self.side,
            concerned=named or self.concerned,
            phase=phases[0].values["phase"] if phases else self.phase,
            way=self.way and cue is not None,
        )

    def by(self, marks: tuple[Mark, ...], start: int, clause: Clause, cue: Match) -> Way:
        """The way by ``marks`` for that traffic, told in ``clause`` after ``cue``."""
        leads = {Access(match.values["leads"]) for match in clause.values("leads")}
        return Way(
            direction=self.direction,
            marks=marks,
            ramps=self.ramps,
            side=self.side,
            start=start,
            end=clause.end,
            rule=cue.rule,
            concerned=self.concerned,
            phase=self.phase,
            leads=leads.pop() if len(leads) == 1 else None,
        )


def _goes_on(clause: Clause, cue: Match, round_: tuple[Mark, ...]) -> bool:
    """从X站驶出，再由Y站驶入: a preposition and a place at the head of a clause go on with the way before."""
    return cue.start <= clause.start + 1 and round_[0].start == cue.start + 1


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
