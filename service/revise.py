"""Which changes of a notice are new, which alter a known one, and which another notice already reported.

Pure, and without a clock: an archive read today gives the ids it would have given then. What is compared stands in
``identity``, what then holds in ``merge``; the cases in docs/adr/0002-identity.md. The surprising thing: known changes
are given with their superseded revisions, so that a late copy of an old announcement is known for what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum

from service.identity import PARTS, Subject, agree, closeness, expires, fits, moves, new_id, subject
from service.merge import facts, merged
from service.records import Action, Change, day_start


class Outcome(StrEnum):
    """What a reading does to what is known."""

    NEW = "new"
    ALTERED = "altered"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A change as it now holds, with its lasting id and revision, and what the reading did to it.

    Where the outcome is the same, ``change`` is the revision already known and the notice only another witness.
    """

    change: Change
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A reading that may be of a known change; ``late`` when only a superseded revision's dates meet its own."""

    reading: int
    known: str
    late: bool
    closeness: timedelta
    alike: int


def revise(changes: Sequence[Change], known: Iterable[Change]) -> tuple[Verdict, ...]:
    """One verdict for each different change of one notice, in the order of the text.

    ``known`` holds every revision of each change that may be meant, in any order.
    """
    readings = tuple({facts(change): change for change in reversed(changes)}.values())[::-1]
    histories: defaultdict[str, list[Change]] = defaultdict(list)
    for revision in sorted(known, key=lambda change: change.revision):
        histories[revision.id].append(revision)
    paired = _one_to_one(_unambiguous(_pairs(readings, histories), readings, histories), readings)
    new = _new_ids([number for number in range(len(readings)) if number not in paired], readings, set(histories))
    return tuple(
        Verdict(change=replace(reading, id=new[number], revision=0), outcome=Outcome.NEW)
        if number in new
        else _verdict(reading, histories[paired[number].known], late=paired[number].late)
        for number, reading in enumerate(readings)
    )


def _pairs(readings: Sequence[Change], histories: dict[str, list[Change]]) -> list[_Pair]:
    subjects = {revision: subject(revision) for history in histories.values() for revision in history}
    return [
        pair
        for number, reading in enumerate(readings)
        for history in histories.values()
        if (pair := _pair(number, reading, subject(reading), history, subjects))
    ]


def _pair(
    number: int, reading: Change, about: Subject, history: list[Change], subjects: dict[Change, Subject]
) -> _Pair | None:
    current = history[-1]
    meant = [revision for revision in _revisions_meant(reading, history) if fits(about, subjects[revision])]
    if not meant:
        return None
    return _Pair(
        reading=number,
        known=current.id,
        late=meant[0] is not current,
        closeness=closeness(reading, meant[0]),
        alike=sum(getattr(reading, field.name) == getattr(meant[0], field.name) for field in fields(Change)),
    )


def _revisions_meant(reading: Change, history: list[Change]) -> Iterable[Change]:
    """The revisions whose dates allow that ``reading`` means them, the current one first."""
    *superseded, current = history
    ends = expires(current)
    goes_on = ends is None or ends > day_start(reading.notice.published)
    if closeness(reading, current) > timedelta() or (moves(reading) and goes_on):
        yield current
    # Who writes after the dates were moved means other dates by the old ones.
    if reading.notice.published <= current.notice.published:
        yield from (revision for revision in reversed(superseded) if closeness(reading, revision) > timedelta())


def _unambiguous(pairs: list[_Pair], readings: Sequence[Change], histories: dict[str, list[Change]]) -> list[_Pair]:
    """The pairs without those where one side leaves open what tells two partners of it apart: that names neither."""
    read = {number: subject(reading) for number, reading in enumerate(readings)}
    known = {change_id: subject(history[-1]) for change_id, history in histories.items()}
    partners_of_reading: defaultdict[int, list[Subject]] = defaultdict(list)
    partners_of_known: defaultdict[str, list[Subject]] = defaultdict(list)
    for pair in pairs:
        partners_of_reading[pair.reading].append(known[pair.known])
        partners_of_known[pair.known].append(read[pair.reading])
    return [
        pair
        for pair in pairs
        if not _torn(read[pair.reading], known[pair.known], partners_of_reading[pair.reading])
        and not _torn(known[pair.known], read[pair.reading], partners_of_known[pair.known])
    ]


def _torn(vague: Subject, partner: Subject, partners: list[Subject]) -> bool:
    """True when another partner differs from ``partner`` in a part that ``vague`` leaves open."""
    return any(
        getattr(vague, part) is None and agree(getattr(partner, part), getattr(other, part)) is False
        for part in PARTS
        for other in partners
    )


def _one_to_one(pairs: list[_Pair], readings: Sequence[Change]) -> dict[int, _Pair]:
    """Each reading's partner: the longest time together first, then the most alike; never by place in the text."""
    order = sorted(
        pairs,
        key=lambda pair: (pair.late, -pair.closeness, -pair.alike, pair.known, repr(facts(readings[pair.reading]))),
    )
    chosen: dict[int, _Pair] = {}
    taken: set[str] = set()
    for pair in order:
        if pair.reading not in chosen and pair.known not in taken:
            chosen[pair.reading] = pair
            taken.add(pair.known)
    return chosen


def _new_ids(numbers: list[int], readings: Sequence[Change], taken: set[str]) -> dict[int, str]:
    ids: dict[int, str] = {}
    for number in sorted(numbers, key=lambda number: repr(facts(readings[number]))):
        ids[number] = new_id(readings[number], taken | set(ids.values()))
    return ids


def _verdict(reading: Change, history: list[Change], *, late: bool) -> Verdict:
    *superseded, current = history
    if late or _outdated(reading, superseded, current):
        return Verdict(change=current, outcome=Outcome.SAME)
    if reading.notice.id != current.notice.id:
        after = merged(current, reading)
    else:
        # Read again, perhaps by better rules: what it said before is forgotten, what others said is not.
        others = [revision for revision in superseded if revision.notice.id != reading.notice.id]
        after = merged(others[-1], reading) if others else reading
    if facts(after) == facts(current):
        return Verdict(change=current, outcome=Outcome.SAME)
    return Verdict(change=replace(after, id=current.id, revision=current.revision + 1), outcome=Outcome.ALTERED)


def _outdated(reading: Change, superseded: list[Change], current: Change) -> bool:
    """True when something known since holds against ``reading``.

    That is a later notice, one that altered what this very notice had said, or a cancellation of the same day.
    """
    read, known = reading.notice, current.notice
    if read.id == known.id:
        return False
    revives = current.action is Action.CANCEL and reading.action is not Action.CANCEL
    return (
        read.published < known.published
        or (revives and read.published == known.published)
        or any(revision.notice.id == read.id for revision in superseded)
    )
