"""A change as a list of facts, each with the words of the notice that say so, and its revisions as a story.

Pure: what was read from the store goes in, what a page shows comes out. The surprising thing: which facts there are
follows from the prose: a value that reads as it would of a change that says nothing is no fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from service import prose
from service.difference import Altered, difference
from service.news import news
from service.prose import Aspect, Lang
from service.records import Change, Evidence, Notice, NoticeReference, Revision, Validity

_ALWAYS = frozenset({Aspect.KIND, Aspect.PLACE, Aspect.START, Aspect.END})

# The fields that evidence names by another word than the aspect they belong to.
_PLACES = ("road", "station", "service_area", "junction", "structure", "segment")
_ASPECTS: dict[str, Aspect] = {
    **dict.fromkeys(_PLACES, Aspect.PLACE),
    "direction": Aspect.ACCESS,
    "validity.start_basis": Aspect.START,
    "validity.end_basis": Aspect.END,
    **{aspect.value: aspect for aspect in Aspect},
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a notice, and the id of their place on its page."""

    words: str
    place: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known: what of, its value line by line, where it comes from if that is no plain statement."""

    name: str
    lines: tuple[str, ...]
    basis: str | None
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One revision: when it was recorded, by whom if by a person, what it did, and what it altered."""

    number: int
    recorded: datetime
    author: str | None
    news: str
    altered: tuple[Altered, ...]
    notice: NoticeReference


def facts(change: Change, notice: Notice | None, lang: Lang) -> tuple[Fact, ...]:
    """What is known of ``change``, in a fixed order; ``notice`` is the one that its evidence points into."""
    silent = Change(id=change.id, kind=change.kind, validity=Validity(), notice=change.notice)
    quotes = _quotes(change.evidence, notice)
    return tuple(
        Fact(prose.name(aspect, lang), _lines(change, aspect, lang), _basis(change, aspect, lang), quotes[aspect])
        for aspect in Aspect
        # What a notice did to the change is told by the story.
        if aspect is not Aspect.ACTION
        and (aspect in _ALWAYS or prose.value(change, aspect, lang) != prose.value(silent, aspect, lang))
    )


def story(history: Sequence[Revision], lang: Lang) -> tuple[Step, ...]:
    """Every revision, the newest first; the first altered nothing."""
    pairs = [(None, history[0]), *pairwise(history)] if history else []
    return tuple(_step(before, after, lang) for before, after in reversed(pairs))


def _step(before: Revision | None, after: Revision, lang: Lang) -> Step:
    return Step(
        number=after.change.revision,
        recorded=after.recorded,
        author=after.author,
        news=prose.name(news(before.change if before else None, after.change), lang),
        altered=difference(before.change, after.change, lang) if before else (),
        notice=after.change.notice,
    )


def _lines(change: Change, aspect: Aspect, lang: Lang) -> tuple[str, ...]:
    """A line a way round, since each is for those who come from another side."""
    if aspect is not Aspect.DETOURS:
        return (prose.value(change, aspect, lang),)
    return tuple(prose.value(replace(change, detours=(detour,)), aspect, lang) for detour in change.detours)


def _basis(change: Change, aspect: Aspect, lang: Lang) -> str | None:
    """How a bound is known, which tells how sure it is; None where nothing but that is known, which stands alone."""
    validity = change.validity
    if aspect is Aspect.START and validity.start is not None:
        return prose.name(validity.start_basis, lang)
    return prose.name(validity.end_basis, lang) if aspect is Aspect.END and validity.end is not None else None


def _quotes(evidence: Iterable[Evidence], notice: Notice | None) -> dict[Aspect, tuple[Quote, ...]]:
    """The words behind each aspect, in the order of the text, each place once."""
    places: dict[Aspect, set[tuple[int, int]]] = {aspect: set() for aspect in Aspect}
    for each in evidence:
        aspect = _aspect(each.field)
        if aspect is not None:
            places[aspect].add((each.start, each.end))
    text = notice.text if notice else ""
    return {
        aspect: tuple(Quote(text[start:end], f"w{start}-{end}") for start, end in sorted(found) if end <= len(text))
        for aspect, found in places.items()
    }


def _aspect(field: str) -> Aspect | None:
    """``lanes.entry.open`` and ``detours.0`` belong to what their names begin with."""
    while field:
        if field in _ASPECTS:
            return _ASPECTS[field]
        field = field.rpartition(".")[0]
    return None
