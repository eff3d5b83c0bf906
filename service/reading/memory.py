"""What has been said so far: all that a phrase may leave out, and where it is taken from.

Nearest first: its sentence, its line, the heading above it, the notice.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import date

from service.reading.clauses import Sentence
from service.reading.drafts import Draft
from service.reading.places import Place, Spoken
from service.reading.predications import Predication, Stretch
from service.reading.rules import Match
from service.reading.timing import NOTHING, When, when
from service.records import Direction, StartBasis

_RECENT = 200
_RANK = {"road": 0, "structure": 1, "junction": 1}


@dataclass(slots=True)
class Scope:
    """What a heading or an earlier line has set for what follows. ``cue`` is what befalls the places of a list."""

    spoken: Spoken = field(default_factory=Spoken)
    places: tuple[Place, ...] = ()
    direction: Direction | None = None
    when: When = NOTHING
    cue: Predication | None = None
    phase: str | None = None


@dataclass(slots=True)
class Memory:
    """What has been said so far.

    ``last`` and ``line`` are the dates stated last, in the notice and in the line, ``works`` those of works at a place
    and ``phases`` those of each phase (第一阶段, 右幅施工). ``concerned`` are the stations whose ways round a line
    tells, ``open_list`` the places of a list that still wait for what befalls them, ``listed`` those that 以上收费站
    means. ``listing`` is what befalls the places behind a colon, with their line; ``unplaced`` what was said last of no
    place by name (部分路段封闭), which a list below may give. ``of_region``: the line began with the name of a region.
    ``planned``: something was told of as planned; ``story`` are the words of the title above that tell of another time,
    ``titled``: the sentence before was a title.
    """

    today: date
    scope: Scope = field(default_factory=Scope)
    headings: list[tuple[int, Scope]] = field(default_factory=list)
    last: When = NOTHING
    line: When = NOTHING
    works: dict[Hashable, When] = field(default_factory=dict)
    phases: dict[str, When] = field(default_factory=dict)
    concerned: tuple[int, frozenset[str]] = (0, frozenset())
    drafts: list[Draft] = field(default_factory=list)
    planned: bool = False
    story: tuple[Match, ...] = ()
    titled: bool = False
    open_list: tuple[Place, ...] = ()
    listed: tuple[Place, ...] = ()
    unplaced: Predication | None = None
    of_region: bool = False
    listing: tuple[int, Predication | None] = (-1, None)
    facts: list[tuple[tuple[Place, ...], Stretch]] = field(default_factory=list)

    @property
    def recent(self) -> list[Draft]:
        """The drafts that a sentence can speak of again: as far back as a reader would look."""
        return self.drafts[-_RECENT:]

    def open_line(self, sentence: Sentence, *, region: bool) -> None:
        """Enter a line: a list marker closes the headings of its level and below.

        Where it begins with the name of a ``region`` (济宁：…), as the line before it did, it is about other roads.
        """
        self.line = NOTHING
        if region and self.of_region:
            self.scope.spoken = replace(self.scope.spoken, road=None, road_words=())
        self.of_region = region
        if not sentence.level:
            return
        while self.headings and self.headings[-1][0] >= sentence.level:
            self.scope = self.headings.pop()[1]
        self.headings.append((sentence.level, replace(self.scope)))

    def stated(self, said: Stretch, place: Place | None = None) -> When:
        """The dates that ``said`` itself states."""
        marks = said.of_type("period", "window", "duration")
        force = self.recall(said, place)
        if not force.stated and any(mark.type == "period" and mark.value.same_day for mark in marks):
            # 当天 of another paragraph
            force = self.last
        return when(marks, self.today, in_force=force)

    def recall(self, said: Stretch, place: Place | None) -> When:
        """The dates that hold for a phrase without its own, by what it points back to."""
        phase = said.phase
        if phase in self.phases:
            return self.phases[phase]
        points = {match.values["points"] for match in said.values("points")}
        if "works" in points and place is not None and place.key in self.works:
            return self.works[place.key]
        if "works" in points and self.scope.when.stated:
            return self.scope.when
        if points & {"works", "period"} and self.last.stated:
            return self.last
        return self.line if self.line.stated else self.scope.when

    def after_works(self, place: Place | None) -> When:
        """From the end of the works at ``place`` on, or of those spoken of last."""
        works = self.works.get(place.key, self.last) if place else self.last
        said = works.validity
        validity = replace(said, start=said.end, end=None, start_basis=StartBasis.AFTER_WORKS, windows=())
        return When(validity, works.words)

    def keep(self, timed: When, *, stated: bool) -> None:
        """Dates that hold from here on in this line and, where they were ``stated``, in what points back."""
        if timed.stated:
            self.line = timed
            if stated:
                self.last = timed

    def keep_phase(self, said: Stretch, stated: When) -> None:
        """Dates ``stated`` with the name of a phase, for where only its name is said."""
        if said.phase and stated.stated:
            self.phases.setdefault(said.phase, stated)

    def label(self, scope: Scope) -> None:
        """What a form says in one numbered section (一、管制路段) holds in the next ones too."""
        for _, heading in self.headings:
            heading.spoken, heading.places, heading.when = scope.spoken, scope.places, scope.when

    def speak_of(self, places: tuple[Place, ...]) -> None:
        """Places that a phrase was about are what the next one is about, unless it says otherwise."""
        self.scope.places = places
        self.scope.spoken = self.scope.spoken.of(places[-1])

    def set_scene(self, places: tuple[Place, ...], *, heading: bool) -> None:
        """Places that a line without a phrase names: a heading's count, others where they say more."""
        if places and (heading or _rank(places) > _rank(self.scope.places)):
            self.scope.places = tuple(place.on(self.scope.spoken) for place in places)


def _rank(places: tuple[Place, ...]) -> int:
    """How well places say where: a road alone hardly, a bridge better, a station or stretch best."""
    return max((_RANK.get(place.type, 2) for place in places), default=-1)
