"""How sure a reading is, from 0 to 1: of the changes said to be 0.9 sure or more, nearly all shall be right.

The surprising thing: nothing is learnt and nothing is secret. Each doubt takes a stated share away, as measured over
notices whose changes are known (``python -m tests.calibration`` prints the table); what no rule read counts most.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from service.records import Change, EndBasis, Evidence, Flag, StartBasis

LOW = 0.4
"""Below it a change is flagged: every second one was wrong when it was measured, one in fifty above."""

SURE = 0.9
"""From here on a change can be relied on: at least 97 of 100 are to be right."""

_UNDOUBTED = 0.98
"""A reading that leaves no doubt can still be wrong: 2 of 100 were."""

_SENTENCE = re.compile(r"[。！？!?；;\n]")
_SITES = ("station", "service_area", "junction", "structure", "segment", "road")
_LONGEST_NAME = 8
"""Characters of the longest station names met, 收费站 aside; what is longer has swallowed other words."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice's text as confidence looks at it: where its sentences end, and how much of each no rule read.

    Letters, digits and characters count, as running sums; neither punctuation nor what nobody sees.
    """

    ends: tuple[int, ...]
    words: tuple[int, ...]
    unread: tuple[int, ...]

    @classmethod
    def of(cls, text: str, unread: Iterable[tuple[int, int]]) -> Wording:
        """The wording of ``text``, of which nothing read the spans ``unread`` (code points, end exclusive)."""
        words = [character.isalnum() for character in text]
        missed = [False] * len(text)
        for start, end in unread:
            missed[start:end] = words[start:end]
        ends = [*(found.end() for found in _SENTENCE.finditer(text)), len(text)]
        return cls(tuple(ends), tuple(accumulate(words, initial=0)), tuple(accumulate(missed, initial=0)))

    def sentence(self, position: int) -> tuple[int, int]:
        """Where the sentence at ``position`` starts and ends."""
        number = min(bisect_right(self.ends, position), len(self.ends) - 1)
        return (self.ends[number - 1] if number else 0), self.ends[number]

    def unread_share(self, start: int, end: int) -> float:
        """The share of the words from ``start`` to ``end`` that nothing read."""
        return (self.unread[end] - self.unread[start]) / max(self.words[end] - self.words[start], 1)


def confidence(change: Change, wording: Wording) -> float:
    """How sure it is that ``change`` is what the notice says, in hundredths."""
    sure = _UNDOUBTED
    for kept in (*_of_the_words(change, wording), *_of_the_place(change), *_of_the_dates(change)):
        sure *= kept
    return round(sure, 2)


def _of_the_words(change: Change, wording: Wording) -> Iterator[float]:
    """What a reader doubts who looks at the sentence that says what happens."""
    said = [each for each in change.evidence if each.field in ("kind", "action")]
    if not said:
        return
    start, end = wording.sentence(said[0].start)
    site = _site(change)
    places = _elsewhere([each for each in change.evidence if each.field.split(".")[0] == site], start, end)
    dates = _elsewhere([each for each in change.evidence if each.field.startswith("validity.")], start, end)
    unread = wording.unread_share(start, end)
    if places:  # under a heading the line that names the place tells as much
        unread = (unread + wording.unread_share(*wording.sentence(places[-1].start))) / 2
    if unread >= 0.4:
        yield 0.4
    elif unread >= 0.2:
        yield 0.85
    for inherited in (places, dates):
        if inherited:
            yield 0.96 if unread < 0.1 else 0.85


def _elsewhere(evidence: list[Evidence], start: int, end: int) -> list[Evidence]:
    """``evidence`` where all of it stands in other sentences, else nothing."""
    return [] if any(start <= each.start < end for each in evidence) else evidence


def _of_the_place(change: Change) -> Iterator[float]:
    site = _site(change)
    if site in ("road", "structure"):
        yield 0.8  # hardly a place: often the sentence meant a part of it that was not read
    if change.road is None:
        yield 0.8
    if change.station and len(change.station.name.removesuffix("收费站")) > _LONGEST_NAME:
        yield 0.4


def _of_the_dates(change: Change) -> Iterator[float]:
    validity = change.validity
    if validity.start_basis is StartBasis.PUBLISHED:
        yield 0.8  # no date at all: perhaps a report of what is over, or advice
    elif not change.kind.lasting and validity.end is None and validity.end_basis is EndBasis.UNSTATED:
        yield 0.7
    if {Flag.DATE_CONFLICT, Flag.INCOMPLETE_TEXT} & set(change.flags):
        yield 0.8


def _site(change: Change) -> str:
    return next((name for name in _SITES if getattr(change, name)), "")
