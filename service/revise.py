"""Which changes of a notice are new, which alter a known one, and which another notice already reported.

Pure, and without a clock: an archive read today gives the ids it would have given then. What is compared stands in
``identity``, what then holds in ``merge``; the cases in docs/adr/0002-identity.md. The surprising thing: known changes
are given with their superseded revisions, so that a late copy of an old announcement is known for what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from service.corrections import Correction, corrected
from service.identity import PARTS, Subject, agree, closeness, expires, fits, moves, new_id, subject
from service.merge import facts, merged
from service.records import Action, Change, day_start
from service.reopening import endings


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


@dataclass(frozen=True, slots=True)
class _Told:
    """A reading or a known revision with its subject, which is looked at often."""

    change: Change
    about: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A reading that may be of a known change.

    ``again`` when its notice already gave that change a revision, ``late`` when only a superseded revision's dates meet
    its own.
    """

    reading: int
    known: str
    again: bool
    late: bool
    closeness: timedelta
    alike: int


def revise(
    changes: Sequence[Change],
    known: Iterable[Change],
    corrections: Mapping[str, Sequence[Correction]] = MappingProxyType({}),
) -> tuple[Verdict, ...]:
    """One verdict for each different change of one notice, in the order of the text, and for each closure it ends.

    ``known`` holds every revision of each change that may be meant, in any order, and ``corrections`` those made of a
    change by people, by its id.
    """
    different = tuple({facts(change): change for change in reversed(changes)}.values())[::-1]
    readings = [_Told(change, subject(change)) for change in different]
    histories: defaultdict[str, list[_Told]] = defaultdict(list)
    for revision in sorted(known, key=lambda change: change.revision):
        histories[revision.id].append(_Told(revision, subject(revision)))
    chosen = _one_to_one(_unambiguous(_pairs(readings, histories), readings, histories), readings)
    new = _new_ids([each for number, each in enumerate(readings) if number not in chosen], set(histories))
    verdicts: list[Verdict] = []
    for number, reading in enumerate(readings):
        pair = chosen.get(number)
        if pair is None:
            change = replace(reading.change, id=new[facts(reading.change)], revision=0)
            verdicts.append(Verdict(change=change, outcome=Outcome.NEW))
            continue
        read = corrected(reading.change, corrections.get(pair.known, ()))
        verdicts.append(_verdict(read, [told.change for told in histories[pair.known]], late=pair.late))
    meant = {verdict.change.id for verdict in verdicts}
    others = [history[-1].change for change_id, history in histories.items() if change_id not in meant]
    for change_id, ending in endings(different, others):
        read = corrected(ending, corrections.get(change_id, ()))
        verdicts.append(_verdict(read, [told.change for told in histories[change_id]], late=False))
    return tuple(verdicts)


def _pairs(readings: Sequence[_Told], histories: Mapping[str, list[_Told]]) -> list[_Pair]:
    pairs = (
        _pair(number, reading, history) for number, reading in enumerate(readings) for history in histories.values()
    )
    return [pair for pair in pairs if pair]


def _pair(number: int, reading: _Told, history: list[_Told]) -> _Pair | None:
    meant = next((told for told in _meant(reading, history) if fits(reading.about, told.about)), None)
    if meant is None:
        return None
    return _Pair(
        reading=number,
        known=meant.change.id,
        again=any(told.change.notice.id == reading.change.notice.id for told in history),
        late=meant is not history[-1] and not _of_one_notice(reading, history[-1]),
        closeness=closeness(reading.change, meant.change),
        alike=sum(getattr(reading.change, each.name) == getattr(meant.change, each.name) for each in fields(Change)),
    )


def _of_one_notice(reading: _Told, current: _Told) -> bool:
    """True where the notice is read again: by other rules it may be about something else than a person says it is."""
    return reading.change.notice.id == current.change.notice.id


def _meant(reading: _Told, history: Sequence[_Told]) -> Iterator[_Told]:
    """The revisions whose dates allow that ``reading`` means them, the current one first."""
    *superseded, current = history
    published = reading.change.notice.published
    ends = expires(current.change)
    goes_on = ends is None or ends > day_start(published)
    if closeness(reading.change, current.change) > timedelta() or (moves(reading.change) and goes_on):
        yield current
    # Who writes after the dates were moved means other dates by the old ones.
    if published <= current.change.notice.published:
        yield from (told for told in reversed(superseded) if closeness(reading.change, told.change) > timedelta())


def _unambiguous(pairs: list[_Pair], readings: Sequence[_Told], histories: Mapping[str, list[_Told]]) -> list[_Pair]:
    """The pairs without those where one side leaves open what tells two partners of it apart: that names neither.

    Partners are also those that cannot be chosen, other readings of the notice and other known changes: a notice
    that has 新天津站 and 天津站 does not mean the new one by the second.
    """
    current = {change_id: history[-1] for change_id, history in histories.items()}
    of_reading = {pair.reading: _partners(readings[pair.reading], readings) for pair in pairs}
    of_known = {pair.known: _partners(current[pair.known], current.values()) for pair in pairs}
    for pair in pairs:
        of_reading[pair.reading].append(current[pair.known].about)
        of_known[pair.known].append(readings[pair.reading].about)
    return [
        pair
        for pair in pairs
        if not _torn(readings[pair.reading].about, current[pair.known].about, of_reading[pair.reading])
        and not _torn(current[pair.known].about, readings[pair.reading].about, of_known[pair.known])
    ]


def _partners(told: _Told, others: Iterable[_Told]) -> list[Subject]:
    return [other.about for other in others if fits(told.about, other.about) and any(_meant(told, [other]))]


def _torn(vague: Subject, partner: Subject, partners: list[Subject]) -> bool:
    """True when another partner differs from ``partner`` in a part that ``vague`` leaves open."""
    return any(
        getattr(vague, part) is None and agree(getattr(partner, part), getattr(other, part)) is False
        for part in PARTS
        for other in partners
    )


def _one_to_one(pairs: list[_Pair], readings: Sequence[_Told]) -> dict[int, _Pair]:
    """Each reading's partner: the longest time together first, then the most alike; never by place in the text."""
    order = sorted(pairs, key=lambda pair: (*_preference(pair), pair.known, _content(readings[pair.reading])))
    chosen: dict[int, _Pair] = {}
    taken: set[str] = set()
    for pair in order:
        if pair.reading not in chosen and pair.known not in taken:
            chosen[pair.reading] = pair
            taken.add(pair.known)
    return chosen


def _preference(pair: _Pair) -> tuple[bool, bool, timedelta, int]:
    return not pair.again, pair.late, -pair.closeness, -pair.alike


def _new_ids(readings: Iterable[_Told], taken: set[str]) -> dict[Change, str]:
    """An id for each reading, by its facts; in no order of the text, as one id may depend on another."""
    ids: dict[Change, str] = {}
    for reading in sorted(readings, key=_content):
        ids[facts(reading.change)] = new_id(reading.change, taken | set(ids.values()))
    return ids


def _content(reading: _Told) -> str:
    return repr(facts(reading.change))


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
