"""From phrases to drafts: what each phrase says, of which place, and when.

What a phrase leaves out is taken from what was said before it (:mod:`service.reading.memory`). A sentence goes through
the same steps: ways round are set apart, its phrases found, each given its places, its dates and the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from service.gazetteer import station_key
from service.reading import amend
from service.reading.clauses import Clause, Sentence, sentences
from service.reading.detours import Way, detours_of
from service.reading.drafts import Draft
from service.reading.fill import ROADSIDE, fill
from service.reading.kinds import WHOLE, kind_of
from service.reading.memory import Memory
from service.reading.places import Mentions, Place, Spoken, group, mentions
from service.reading.predications import Predication, Stretch, predications, sentence_stretch
from service.reading.rules import Match, Reading
from service.reading.timing import When, long_ago
from service.records import Access, Action, EndBasis, Flag, StartBasis

_PLACED = frozenset({*WHOLE, "it"}) - {"road"}
"""Marks that name a place itself, not only the road it is on."""
_LISTED = frozenset({"road", "station", "service_area", "segment", "direction"})
_OF_PLACES = frozenset({"access", "ramp"})
"""What rules say of a place alone: its side, or that it is a ramp."""
_SIDED = frozenset({"station", "service_area"})
_MOST_RUNS = 200
"""Places times runs of dates in one phrase: no notice has more, and a made-up text has no end of them."""
_MOST_WORDS = 20
"""Words of the titles above that tell of another time: a page that is nothing but titles has no end of them."""
_LISTS = re.compile("下列|以下|如下")
_REGION = re.compile("(?![\u4e00-\u9fff]{0,6}[入出口关封时路段速站])[\u4e00-\u9fff]{2,6}:")
_LIST_BELOW = re.compile(
    "(?:路段|站点|站口|收费站|名单|情况|明细|出入口|匝道)[^,。:]{0,6}(?:如下|:)|(?:以下|下列)[^,。:]{0,8}(?:路段|站|出入口|匝道)"
)
_LEADS_UP = re.compile(":|包括|分别[为是]|具体为")
_THEM = ("以上", "上述", "两", "这两", "这三", "这几", "这些")
_SIDES = {Access.ENTRY: "入口", Access.EXIT: "出口"}
_FACTS = frozenset({"lanes.total", "lanes.entry.total", "lanes.exit.total", "relocation.distance_km"})


def assemble(reading: Reading, today: date) -> Memory:
    """Everything a notice says, as drafts in the order of the text, and the facts that belong to some of them."""
    assembly = _Assembly(reading, Memory(today))
    for sentence in sentences(reading):
        if sentence.title and _of_something_else(sentence):
            # A title that says what else the notice is about: recruiting, a tender, tariffs, a rumour.
            return assembly.memory
        assembly.read(sentence)
    return assembly.memory


class _Assembly:
    """Goes through the sentences of one notice."""

    def __init__(self, reading: Reading, memory: Memory) -> None:
        self.reading = reading
        self.memory = memory

    def read(self, sentence: Sentence) -> None:
        """Draft what ``sentence`` says, and remember it."""
        self._open(sentence)
        if sentence.title or sentence.asks:
            # A question says nothing of what holds.
            self._set_scene(sentence, sentence_stretch(sentence))
            return
        clauses, ways = detours_of(sentence.clauses)
        found, rest = self._said(sentence, clauses)
        if found and _heads_list(sentence):
            self._head_list(next((said for said in reversed(found) if said.effect != "stays_open"), found[-1]))
            return
        drafted = self._phrases(sentence, found)
        self._extend_list(sentence, found)
        if not found:
            planned = any(clause.has("stance", "plan") for clause in clauses)
            self._without_phrase(sentence, rest, planned=planned)
            drafted = [] if planned or ways or rest.values("points") else self._listed(sentence, rest)
            # What a heading says of them, they no longer wait for.
            self.memory.open_list = () if drafted else self.memory.open_list
        elif not drafted:
            drafted = self._without_change(sentence, found)
        self.memory.drafts.extend(drafted)
        self._list(sentence, found, rest)
        self._note(sentence)
        for way in ways:
            self._attach(way, sentence, drafted)

    def _open(self, sentence: Sentence) -> None:
        """Enter a sentence: a title may tell of another time, a line of a list closes what stands above it."""
        if sentence.title:
            above = self.memory.story if self.memory.titled else ()
            self.memory.story = (*above, *_story(sentence))[:_MOST_WORDS]
        elif sentence.opens:
            self.memory.open_line(sentence, region=_REGION.match(self.reading.text, sentence.start) is not None)
        self.memory.titled = sentence.title

    def _said(self, sentence: Sentence, clauses: Sequence[Clause]) -> tuple[tuple[Predication, ...], Stretch]:
        """The phrases of ``clauses`` that change something, and the rest."""
        found, rest = self._listed_behind(sentence, *predications(clauses))
        found = tuple(replace(said, past=said.past or self._is_retold(said)) for said in found)
        if found:
            closing = found[-1].effect == "closed" and not found[-1].past and not _places_named(sentence)
            self.memory.unplaced = found[-1] if closing else None
        elif self.memory.unplaced and self._introduces_list(sentence):
            # 部分路段封闭。具体情况如下：
            found = (self.memory.unplaced,)
        return found, rest

    def _introduces_list(self, sentence: Sentence) -> bool:
        """True for words without a place of their own that lead up to a list of places: 具体情况如下："""
        introduces = sentence.introduces and not _places_named(sentence)
        return introduces and _LIST_BELOW.search(self.reading.text, sentence.start, sentence.end + 1) is not None

    def _listed_behind(
        self, sentence: Sentence, found: tuple[Predication, ...], rest: Stretch
    ) -> tuple[tuple[Predication, ...], Stretch]:
        """关闭以下收费站出口：北塘收费站、津榆路收费站: the phrase is about what stands behind its colon."""
        named = rest.of_type(*_PLACED)
        if not found or not named or found[-1].whole.of_type(*_PLACED):
            return found, rest
        if not _LEADS_UP.search(self.reading.text, found[-1].cue.end, named[0].start):
            return found, rest
        self.memory.listing = sentence.line, found[-1]
        return (*found[:-1], replace(found[-1], lead=found[-1].lead + rest)), Stretch()

    def _label(self, drafted: list[Draft]) -> None:
        """What one section of a form says (封闭路段为…) holds in the next, its dates (封闭时间为…) before it, too."""
        scope = self.memory.scope
        scope.when = self.memory.line if self.memory.line.stated else scope.when
        self.memory.label(scope)
        if not drafted:
            amend.date(self.memory.recent, self.memory.line)

    def _is_retold(self, said: Predication) -> bool:
        """True of what befell in another year, in a drill, a film or a count, unless its own dates lie ahead."""
        today, story = self.memory.today, self.memory.story
        if said.effect == "reopened" and not story:
            return False
        if all(match.values.get("year", 0) >= today.year for match in said.retold or story):
            return False
        if story and long_ago(self.memory.line, today):
            # 那是2008年1月下旬。入口21日关闭: the days of that year.
            return True
        stated = self.memory.stated(said.dated)
        if not said.retold and not stated.stated:
            # Under such a title a heading's dates count as the sentence's own.
            stated = self.memory.recall(said.whole, None)
        validity = stated.validity
        # An end is the instant after: that of yesterday is midnight.
        begins, ends = validity.start, validity.end
        return not ((begins and begins.date() >= today) or (ends and ends.date() > today))

    def _without_change(self, sentence: Sentence, found: tuple[Predication, ...]) -> list[Draft]:
        """What a sentence says whose phrases change nothing by themselves."""
        if self.memory.scope.cue and _only_places(sentence):
            # 二广高速：汝州、寄料（往平顶山方向正常驶入）
            lead, before = found[0].lead, found[0].before
            named = Stretch(tuple(mark for mark in before.marks if mark.type != "direction"), before.matches)
            return self._listed(sentence, lead if lead.of_type(*_PLACED) else lead + named)
        if sentence.heading:
            self._head_list(found[-1])
        elif all(said.effect == "stays_open" for said in found):
            amend.repeat(self._line(sentence), sentence_stretch(sentence))
            # 上述收费站出口正常通行，开放时间另行通知
            amend.leave_open(self.memory.recent, sentence_stretch(sentence))
        elif self.memory.line.stated and not self.memory.scope.when.stated and not _of_before(found):
            # 3月14日0时起对部分收费站采取临时关闭措施。名单如下：
            self.memory.scope.when = self.memory.line
        return []

    def _attach(self, way: Way, sentence: Sentence, drafted: list[Draft]) -> None:
        """Give a way round to the changes it is for, by the stations and the phase that its line has named before."""
        if way.concerned:
            self.memory.concerned = sentence.line, way.concerned
        line, concerned = self.memory.concerned
        told = replace(
            way,
            phase=way.phase or self.memory.scope.phase,
            concerned=concerned if line == sentence.line else way.concerned,
        )
        told.attach(self.memory.recent, drafted, self.reading.text)

    def _without_phrase(self, sentence: Sentence, said: Stretch, *, planned: bool) -> None:
        """What a sentence that changes nothing says of the others."""
        # 原定6月18日的施工不能按计划进行: the dates of what no longer holds are those of nothing that follows.
        earlier = any(match.values["stance"] == "earlier" for match in said.values("stance"))
        self._set_scene(sentence, said.without_dates() if planned or earlier else said)
        self.memory.planned |= planned and bool(said.of_type(*WHOLE))
        amend.direct_both_ways(self._line(sentence), said)
        amend.leave_open(self.memory.recent, said)
        amend.begin(self.memory.recent, said, self.memory.stated(said))
        amend.repeat(self._line(sentence), said)

    def _line(self, sentence: Sentence) -> list[Draft]:
        """What the line of ``sentence`` has told so far."""
        return [draft for draft in self.memory.recent if draft.line == sentence.line]

    def _phrases(self, sentence: Sentence, found: tuple[Predication, ...]) -> list[Draft]:
        drafted: list[Draft] = []
        inherited: tuple[Place, ...] = ()
        for said in found:
            places = self._places(said, inherited)
            if said is found[0]:
                places = self._with_list(sentence, places)
            drafted.extend(self._drafts(sentence, said, places, drafted, known=bool(inherited)))
            if places:
                inherited = places
                self.memory.speak_of(places)
        if any("label" in said.cue.values for said in found):
            self._label(drafted)
            # 封闭路段：北塘收费站出口匝道；九园收费站入口匝道。
            self.memory.listing = sentence.line, found[-1]
        return drafted

    def _list(self, sentence: Sentence, found: tuple[Predication, ...], rest: Stretch) -> None:
        """Keep the stations of lines that only name some, for 以上收费站 below them."""
        if found or sentence.level:
            self.memory.listed = ()
        elif _only_places(sentence):
            named = self._mentions(rest, self.memory.scope.spoken)
            self.memory.listed += tuple(place for place in named.places if place.station)

    def _extend_list(self, sentence: Sentence, found: tuple[Predication, ...]) -> None:
        """Keep the places of a list that goes on in the next line: 隆回、洞口；"""
        bare = [
            mark
            for mark in sentence.marks
            if mark.type == "station" and station_key(mark.value.name) == mark.value.name
        ]
        if found or len(bare) < 2:
            self.memory.open_list = ()
            return
        named = self._mentions(sentence_stretch(sentence), self.memory.scope.spoken)
        self.memory.open_list += tuple(place for place in named.places if place.type == "station")

    def _with_list(self, sentence: Sentence, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """``places`` after those of the list that they end."""
        if not self.memory.open_list or not places or places[-1].type != "station" or not sentence.opens:
            return places
        last = places[-1]
        listed = (replace(place, access=last.access, road=place.road or last.road) for place in self.memory.open_list)
        return (*listed, *places)

    def _mentions(self, said: Stretch, before: Spoken) -> Mentions:
        return mentions(self.reading.text, said.marks, said.matches, before)

    def _places(self, said: Predication, inherited: tuple[Place, ...]) -> tuple[Place, ...]:
        """The places of a phrase: named before it, after it, in the clauses that lead up to it, or spoken of before."""
        lead = self._mentions(said.lead, self.memory.scope.spoken)
        before = self._mentions(said.before, lead.spoken)
        after = self._mentions(said.after, before.spoken)
        chosen: tuple[Place, ...] = ()
        for spoken in (before, after, lead):
            named = group(self.reading.text, spoken)
            if named and (not chosen or (chosen[0].type == "road" and named[0].type != "road")):
                chosen = named
        chosen = self._from_lead_on(chosen, said)
        completing = [before, after]
        if not before.telling and not after.telling:
            completing.insert(0, lead)
        elif not lead.telling:
            # A direction ahead of the place is the place's, a side ahead of it may be another place's.
            completing.insert(0, replace(lead, access=None))
        self.memory.scope.spoken = after.spoken
        if chosen and self._of_them(said):
            last = chosen[-1]
            here = tuple(place for place in group(self.reading.text, lead) if place.station)
            before_it = tuple(place for place in self.memory.scope.places if place.station)
            them = self.memory.listed or (here if len(here) > 1 else before_it)
            chosen = tuple(place.on_side_of(last) for place in them) or chosen
        backdrop = chosen or inherited or self.memory.scope.places
        last_on_road = max((place.start for place in chosen if place.road), default=-1)
        return tuple(
            # Of 安仁收费站、杭徽高速白果收费站 the first is on a road that nobody names.
            self._completed(place, completing, said, roaded=place.road is not None or place.start > last_on_road)
            for place in backdrop
        )

    def _from_lead_on(self, chosen: tuple[Place, ...], said: Predication) -> tuple[Place, ...]:
        """``chosen`` with the stations of a list that its commas part: 宁河县潘庄收费站，蓟州区官庄收费站入口关闭."""
        if not chosen or any(place.station is None for place in chosen) or not said.lead.of_type("station"):
            return chosen
        both = self._mentions(said.lead + said.before, self.memory.scope.spoken)
        whole = group(self.reading.text, both)
        return whole if len(whole) > len(chosen) and whole[-1].start == chosen[-1].start else chosen

    def _of_them(self, said: Predication) -> bool:
        """True where the phrase speaks of several at once: 以上收费站入口已恢复通行."""
        them = (self.reading.text[mark.start : mark.end] for mark in (said.lead + said.own).of_type("it"))
        return any(words.startswith(_THEM) for words in them)

    def _completed(self, place: Place, spoken: list[Mentions], said: Predication, *, roaded: bool) -> Place:
        """``place`` with the side and direction that the phrase names, and the road it stands on."""
        for said_here in spoken:
            place = place.sided(said_here).directed(said_here)
        if "access" in said.cue.values and place.type in _SIDED:
            place = replace(place, access=Access(said.cue.values["access"]))
        if place.type in _SIDED and place.direction and place.direction.to == "both":
            # 双向 of a station are its sides, not directions of a road.
            place = replace(place, direction=None, access=place.access or Access.BOTH)
        if place.type in ROADSIDE and place.direction is None:
            place = replace(place, direction=self.memory.scope.direction)
        return place.on(self.memory.scope.spoken) if roaded else place

    def _drafts(
        self, sentence: Sentence, said: Predication, places: tuple[Place, ...], earlier: list[Draft], *, known: bool
    ) -> list[Draft]:
        """What one phrase adds; ``known`` tells that its sentence has named its place before."""
        moved = said.action
        if moved is None and said.effect in ("stays_open", None):
            self.memory.keep(self.memory.stated(said.whole), stated=True)
            return []
        timed = self._when(said, places, moved)
        if said.past:
            for last in self._line(sentence)[-1:]:
                amend.place(last, places)
            return []
        if said.effect is None:
            return self._move(sentence, said, places, timed, earlier, known=known)
        if said.announced_earlier and moved is None:
            return []
        undated = [draft for draft in self._line(sentence) if not draft.when.stated and not draft.kind.lasting]
        if said.cue.rule == "closure.time" and undated and not said.whole.of_type(*_PLACED):
            # 部分出口车道将封闭施工。封闭时间为9月7日至11月30日。
            amend.date(undated, timed)
            return []
        if self._amends(sentence, said, timed, earlier):
            return []
        return self._new(sentence, said, said.effect, places, timed, known=known)

    def _amends(self, sentence: Sentence, said: Predication, timed: When, earlier: list[Draft]) -> bool:
        """True where a phrase only says more of the changes told ``earlier`` in its sentence, or before it."""
        if said.effect in ("slowed", "limited") and not said.own.of_type(*WHOLE):
            return amend.limit(earlier, [] if said.whole.of_type(*WHOLE) else self.memory.recent, said)
        if "done" in said.cue.values:
            # 因大风封闭，已于12月3日解除: told together, only the reopening is news.
            earlier[:] = [draft for draft in earlier if draft.kind.lasting]
        if said.effect != "reopened":
            return False
        if amend.end([draft for draft in earlier if not draft.kind.lasting], timed):
            return True
        # 上述路段预计7日中午恢复通行: when what was told before ends.
        before = self.memory.recent if self._of_them(said) else self._line(sentence)
        validity = timed.validity
        ahead = validity.start_basis is StartBasis.EXPECTED or validity.end_basis is EndBasis.EXPECTED
        of_them = self._of_them(said) or not said.whole.of_type(*_PLACED)
        return ahead and of_them and amend.end([draft for draft in before if not draft.kind.lasting], timed)

    def _new(
        self,
        sentence: Sentence,
        said: Predication,
        effect: str,
        places: tuple[Place, ...],
        timed: When,
        *,
        known: bool = False,
    ) -> list[Draft]:
        drafts = []
        for place, when in self._each(said, places, timed):
            kind = kind_of(effect, place, said, known=known)
            if kind is not None:
                phase = said.whole.phase or self.memory.scope.phase
                action = when.action or Action.ANNOUNCE
                form = "label" in said.cue.values
                aside = (
                    sentence.prose and not form and not any(clause.has("stance", "now") for clause in sentence.clauses)
                )
                draft = Draft(kind, place, sentence.line, when, action, phase=phase, aside=aside)
                fill(draft, said)
                drafts.append(draft)
        return drafts

    def _each(self, said: Predication, places: tuple[Place, ...], timed: When) -> list[tuple[Place, When]]:
        """Each place with each run of dates; after 分别 the first with the first, the second with the second."""
        members = timed.members
        both_sides = len(places) == 1 and places[0].access is Access.BOTH
        told_apart = any(match.values["stance"] == "respectively" for match in said.whole.values("stance"))
        if not members or not told_apart or (len(places) == 1 and not both_sides):
            runs = timed.runs if len(places) * len(timed.also) <= _MOST_RUNS else (_doubted(timed),)
            return [(place, run) for place in places for run in runs]
        if both_sides and len(members) == len(_SIDES):
            told = "".join(self.reading.text[match.start : match.end] for match in said.whole.values("access"))
            sides = sorted(_SIDES, key=lambda side: told.find(_SIDES[side]))
            places = tuple(replace(places[0], access=side) for side in sides)
        if len(places) == len(members):
            return list(zip(places, members, strict=True))
        return [(place, _doubted(timed)) for place in places]

    def _when(self, said: Predication, places: tuple[Place, ...], moved: Action | None) -> When:
        """When a phrase says its change to hold; what it says is remembered."""
        place = places[-1] if places else None
        stated = self.memory.stated(said.dated, place)
        timed = stated if stated.stated or stated.validity.windows else self.memory.recall(said.whole, place)
        if moved is not None:
            timed = replace(timed, action=moved)
        if any(match.values["points"] == "after_works" for match in said.whole.values("points")):
            timed = self.memory.after_works(place)
        bases = [match for match in said.whole.values("validity.end_basis") if timed.validity.end is None]
        if bases:
            timed = timed.until(EndBasis(bases[-1].values["validity.end_basis"]))
        if not said.past:
            self.memory.keep(timed, stated=stated.stated)
            self.memory.keep_phase(said.whole, stated)
            if stated.stated:
                self.memory.scope.phase = said.whole.phase
        return timed

    def _move(
        self,
        sentence: Sentence,
        said: Predication,
        places: tuple[Place, ...],
        timed: When,
        earlier: list[Draft],
        *,
        known: bool,
    ) -> list[Draft]:
        """A phrase that only moves dates: of the closures its sentence or line named, or of the place it names."""
        named = bool(said.whole.of_type(*WHOLE))
        if said.whole.values("label") and not named:
            # 一、管制时间：由6月18日至20日调整为6月25日至27日。
            self.memory.scope.when = timed
            self.memory.label(self.memory.scope)
            return []
        near = [draft for draft in self.memory.recent if draft.line >= sentence.line - 1]
        here = earlier or [draft for draft in near if draft.line == sentence.line or not draft.when.stated]
        if named:
            here = [draft for draft in here if draft.place.key in {place.key for place in places}]
        for draft in here:
            draft.when, draft.action = draft.when.moved(timed), timed.action or draft.action
            draft.words.extend(timed.words)
            draft.add_match(said.cue, "action")
        if here or not (known or named or sentence.level or self.memory.headings or self.memory.planned):
            # Without a place of its own it moves a closure of an earlier sentence, whose drafts point back to it.
            return []
        if said.action is Action.RESCHEDULE and not said.whole.of_type("period", "duration"):
            # 高新收费站改为青岛东收费站: no date is moved.
            return []
        return self._new(sentence, said, "closed", tuple(place for place in places if place.type != "road"), timed)

    def _set_scene(self, sentence: Sentence, said: Stretch) -> None:
        """A line that changes nothing sets the scene: road, places, dates."""
        scope = self.memory.scope
        spoken = self._mentions(said, scope.spoken)
        scope.spoken = spoken.spoken
        self.memory.set_scene(group(self.reading.text, spoken), heading=sentence.heading or sentence.title)
        if sentence.title:
            return
        if sentence.heading or sentence.level:
            scope.direction = spoken.direction
        stated = self.memory.stated(said)
        self.memory.keep(stated, stated=True)
        self.memory.keep_phase(said, stated)
        scope.phase = said.phase or scope.phase
        whole = stated.validity.start is not None and stated.validity.end is not None
        lists = _LISTS.search(self.reading.text, sentence.start, sentence.end)
        told = sentence.level or sentence.introduces or lists or (whole and (sentence.heading or not scope.when.stated))
        if stated.stated and told:
            bases = [] if stated.validity.end else said.values("validity.end_basis")
            scope.when = stated.until(EndBasis(bases[-1].values["validity.end_basis"])) if bases else stated
        if said.values("label"):
            self.memory.label(scope)
            if not spoken.places:
                amend.date(self.memory.recent, stated)

    def _head_list(self, said: Predication) -> None:
        """A heading that says what befalls the places listed under it, and when: 一、出入口全部关闭."""
        self.memory.scope.spoken = self._mentions(said.whole, self.memory.scope.spoken).spoken
        stated = self.memory.stated(said.whole)
        if stated.stated:
            self.memory.scope.when = stated
            self.memory.keep(stated, stated=True)
        if not said.past and said.effect not in ("stays_open", None):
            self.memory.scope.cue = said

    def _listed(self, sentence: Sentence, said: Stretch) -> list[Draft]:
        """Places under such a heading: 1.玉祁收费站."""
        line, behind = self.memory.listing
        cue = behind if line == sentence.line and behind else self.memory.scope.cue
        if cue is None or cue.effect is None or not (sentence.level or _only_places(sentence)):
            return []
        listed = replace(cue, lead=said)
        spoken = self._mentions(said, self.memory.scope.spoken)
        sides = {place.access for place in spoken.places if place.access}
        side = sides.pop() if len(sides) == 1 else cue.side
        named = group(self.reading.text, spoken)
        places = tuple(
            replace(place, access=place.access or side) if place.type in _SIDED else place
            for place in named
            if place.type != "road"
        )
        return self._new(sentence, listed, cue.effect, places, self._when(listed, places, None))

    def _note(self, sentence: Sentence) -> None:
        """Keep sizes and distances for the station they belong to, and works with their dates for 施工期间."""
        said = sentence_stretch(sentence)
        named = self._mentions(said, self.memory.scope.spoken)
        if any(name in _FACTS for match in said.matches for name in match.values):
            stations = tuple(place for place in named.places if place.station)
            self.memory.facts.append((stations or self.memory.scope.places, said))
        works = any(match.values["stance"] == "works" for match in said.values("stance"))
        if works and self.memory.line.stated:
            for place in group(self.reading.text, named) or self.memory.scope.places:
                self.memory.works[place.key] = self.memory.line


def _places_named(sentence: Sentence) -> bool:
    return any(mark.type in _PLACED for mark in sentence.marks)


def _doubted(timed: When) -> When:
    """A list of days of which only the first is taken, for a person to look at."""
    return replace(timed, flags=timed.flags | {Flag.DATE_CONFLICT})


def _of_before(found: tuple[Predication, ...]) -> bool:
    return any(said.past or said.announced_earlier for said in found)


def _of_something_else(sentence: Sentence) -> bool:
    return any(clause.has("stance", "other") or clause.has("stance", "rumour") for clause in sentence.clauses)


def _story(title: Sentence) -> tuple[Match, ...]:
    """The words by which a title tells of another time, or of what is not so."""
    matches = (match for clause in title.clauses for match in clause.values("stance"))
    return tuple(match for match in matches if match.values["stance"] in ("retold", "story"))


def _only_places(sentence: Sentence) -> bool:
    """True for a line that does nothing but name places: G3京台高速：王庄、蚌埠。"""
    matches = [match for clause in sentence.clauses for match in clause.matches]
    read = [
        match for match in matches if match.values.get("effect") != "stays_open" and not set(match.values) <= _OF_PLACES
    ]
    return not read and all(mark.type in _LISTED for mark in sentence.marks)


def _heads_list(sentence: Sentence) -> bool:
    """True for a heading that names no place (三、交通管制), and for words that lead up to a list of places."""
    named = _places_named(sentence)
    dated = any(mark.type == "period" for mark in sentence.marks)
    return not named and (sentence.introduces or (sentence.level > 0 and sentence.heading and not dated))
