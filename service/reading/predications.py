"""Who does what in a sentence: each phrase that changes something, with the stretch of text that belongs to it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from service.reading.clauses import Clause, Sentence
from service.reading.marks import PLACES, Mark
from service.reading.rules import Match
from service.records import Access, Action

_DATES = frozenset({"period", "window", "duration"})
_KEEPING = frozenset({Action.CANCEL, Action.EXTEND})
_CUES = ("effect", "action")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Marks and matches of a stretch of text, in order."""

    marks: tuple[Mark, ...] = ()
    matches: tuple[Match, ...] = ()

    def __add__(self, other: Stretch) -> Stretch:
        """Both, the other after this."""
        return Stretch(self.marks + other.marks, self.matches + other.matches)

    def without_dates(self) -> Stretch:
        """The same without its dates."""
        return Stretch(tuple(mark for mark in self.marks if mark.type not in _DATES), self.matches)

    def values(self, field: str) -> list[Match]:
        """The matches that give ``field``."""
        return [match for match in self.matches if field in match.values]

    @property
    def phase(self) -> str | None:
        """The phase of the works that is spoken of first."""
        return next((match.values["phase"] for match in self.values("phase")), None)

    def of_type(self, *types: str) -> list[Mark]:
        """The marks of these types."""
        return [mark for mark in self.marks if mark.type in types]


@dataclass(frozen=True)
class Predication:
    """One phrase with an effect.

    ``lead`` are the clauses before its own, ``before`` and ``after`` its own up to the phrase and from it on, ``trail``
    the clauses that complete it. ``past``: it tells what is over. ``retold`` are the words by which it may tell of
    another time (去年, 2019年, 今年以来), which its dates decide. ``mover`` is a phrase of the same clause that moves
    its dates: 推迟至7月20日启用.
    """

    cue: Match
    lead: Stretch
    before: Stretch
    after: Stretch
    trail: Stretch
    past: bool
    mover: Match | None = None
    retold: tuple[Match, ...] = ()

    @property
    def effect(self) -> str | None:
        """The effect that the phrase has, or None where it only moves dates."""
        return self.cue.values.get("effect")

    @property
    def action(self) -> Action | None:
        """What the phrase does to dates announced before."""
        for match in filter(None, (self.cue, self.mover)):
            if "action" in match.values:
                return Action(match.values["action"])
        return None

    @property
    def announced_earlier(self) -> bool:
        """原定1月14日封闭，改至1月20日: what was planned before is told only to be moved.

        此前公布的封闭时间不变，仍为5月28日至31日 says it again, with its dates.
        """
        if self.cue.rule == "closure.time" and (self.after + self.trail).of_type("period"):
            return False
        return any(match.values["stance"] == "earlier" for match in (self.lead + self.before).values("stance"))

    @property
    def side(self) -> Access | None:
        """The side that the clause names."""
        sides = {Access(match.values["access"]) for match in self.own.values("access")}
        if len(sides) > 1:
            return Access.BOTH
        return sides.pop() if sides else None

    @cached_property
    def own(self) -> Stretch:
        """The clause of the phrase, the phrase itself included."""
        return self.before + Stretch((), (self.cue,)) + self.after

    @property
    def dated(self) -> Stretch:
        """What its dates are read from: 昨天传来消息：5月27日起恢复 has a beginning of its own, so 昨天 is none."""
        here = self.own + self.trail
        begun = any(mark.value.start and mark.value.start.dated for mark in here.of_type("period"))
        told_in_passing = all(not (mark.value.start and mark.value.end) for mark in self.lead.of_type("period"))
        if begun and told_in_passing:
            return replace(self.lead, marks=tuple(mark for mark in self.lead.marks if mark.type != "period")) + here
        return self.whole

    @cached_property
    def whole(self) -> Stretch:
        """Everything that belongs to it."""
        return self.lead + self.own + self.trail


def predications(clauses: Sequence[Clause]) -> tuple[tuple[Predication, ...], Stretch]:
    """The predications of a sentence's ``clauses``, and what belongs to none."""
    found: list[Predication] = []
    waiting = Stretch()
    past = False
    retold: tuple[Match, ...] = ()
    # A cancelled closure is told by the dates it would have had, an extended one begins as it was to begin.
    moving = any(match.values["action"] not in _KEEPING for clause in clauses for match in clause.values("action"))
    if any(clause.has("stance", "over") for clause in clauses):
        return (), _together(clauses)
    for clause in clauses:
        content = _meant(clause, moving=moving)
        past = past or clause.has("stance", "past")
        retold += tuple(match for match in clause.values("stance") if match.values["stance"] == "retold")
        if clause.has("stance", "plan"):
            return tuple(found), waiting + content
        cues = _cues(content)
        movers = {id(cue): mover for mover, cue in pairwise(cues) if _only_moves(mover) and not _moves(cue)}
        cues = [cue for cue in cues if not any(cue is mover for mover in movers.values()) and not _of_rest(cue, found)]
        if not cues:
            last = _last_change(found)
            if last is not None and _trails(content, found[last]):
                found[last] = replace(found[last], trail=found[last].trail + waiting + content)
                waiting = Stretch()
            else:
                waiting += content
            continue
        for number, cue in enumerate(cues):
            since = cues[number - 1].end if number else clause.start
            until = _begin_of(cues[number + 1], content) if number + 1 < len(cues) else clause.end
            over = past and cue.values.get("effect") != "reopened"
            found.append(
                Predication(
                    cue,
                    waiting,
                    _part(content, since, cue.start),
                    _part(content, cue.start, until, but=cue),
                    Stretch(),
                    over,
                    movers.get(id(cue)),
                    retold,
                )
            )
            # What holds regardless takes nothing away from the phrase after it.
            waiting = waiting if cue.values.get("effect") == "stays_open" else Stretch()
    last = _last_change(found)
    if last is not None and waiting != Stretch() and not _names_place(waiting):
        found[last] = replace(found[last], trail=found[last].trail + waiting)
        waiting = Stretch()
    return tuple(found), waiting


def _begin_of(cue: Match, content: Stretch) -> int:
    """Where a phrase begins, with the side that stays open: 入口关闭（出口正常）."""
    sides = [match for match in content.values("access") if match.end == cue.start]
    return sides[0].start if sides and cue.values.get("effect") == "stays_open" else cue.start


def _last_change(found: list[Predication]) -> int | None:
    """The last phrase that takes something away or gives it; 出口不受影响 in between does neither."""
    return next((index for index in reversed(range(len(found))) if found[index].effect != "stays_open"), None)


def _moves(cue: Match) -> bool:
    return "action" in cue.values


def _only_moves(cue: Match) -> bool:
    return _moves(cue) and "effect" not in cue.values


def _cues(content: Stretch) -> list[Match]:
    """The phrases that change something. A size or weight beside another phrase only says whom that concerns."""
    cues = [match for match in content.matches if any(cue in match.values for cue in _CUES)]
    strong = [cue for cue in cues if cue.values.get("effect") != "limited"] or cues[-1:]
    return [cue for before, cue in zip([None, *strong], strong, strict=False) if not _repeats(before, cue)]


def _of_rest(cue: Match, found: list[Predication]) -> bool:
    """保持4进7出通行，其余车道封闭: the rest is what the phrase before leaves."""
    counted = any(name.startswith("lanes.") and name != "lanes.rest" for name in cue.values)
    return "lanes.rest" in cue.values and not counted and any(said.effect != "stays_open" for said in found)


def _repeats(before: Match | None, cue: Match) -> bool:
    """封闭封闭: said twice, meant once."""
    return before is not None and before.end == cue.start and before.values == cue.values


def _meant(clause: Clause, *, moving: bool = False) -> Stretch:
    """The clause without what is only quoted: a report's own date says nothing of when a change holds.

    Where the sentence moves dates, the earlier ones (原定…) say nothing of it either, unless they are cancelled.
    """
    quoted = [match for match in clause.matches if match.values.get("stance") in ("quoted", "rumour")]
    quoted += [match for match in clause.matches if match.rule == "discourse.published-before"]
    earlier = [match for match in clause.matches if match.values.get("stance") == "earlier"]
    if not quoted and not (moving and earlier):
        return Stretch(clause.marks, clause.matches)
    over = moving and not clause.values("action")
    marks = tuple(
        mark
        for mark in clause.marks
        if not any(match.start <= mark.start < match.end for match in quoted)
        and not (over and mark.type in ("period", "window") and any(match.start <= mark.start for match in earlier))
    )
    return Stretch(marks, clause.matches)


def _part(content: Stretch, start: int, end: int, but: Match | None = None) -> Stretch:
    marks, matches = content.marks, content.matches
    first, last = (bisect_left(marks, position, key=_begin) for position in (start, end))
    begin, until = (bisect_left(matches, position, key=_begin) for position in (start, end))
    return Stretch(marks[first:last], tuple(match for match in matches[begin:until] if match is not but))


def _begin(where: Mark | Match) -> int:
    return where.start


def _names_place(content: Stretch) -> bool:
    return any(mark.type in PLACES for mark in content.marks)


def _trails(content: Stretch, last: Predication) -> bool:
    """True when a clause without a phrase of its own completes the phrase before it: …封闭，预计6月8日结束."""
    if _names_place(content) or content.values("access"):
        return False
    periods = content.of_type("period", "window", "duration")
    if not periods:
        return bool(content.matches)
    said = last.whole.of_type("period")
    return not said or all(mark.value.end is None for mark in said) or bool(content.of_type("window", "duration"))


def sentence_stretch(sentence: Sentence) -> Stretch:
    """Everything read in a sentence."""
    return _together(sentence.clauses)


def _together(clauses: Sequence[Clause]) -> Stretch:
    whole = Stretch()
    for clause in clauses:
        whole += _meant(clause)
    return whole
