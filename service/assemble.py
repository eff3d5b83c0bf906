"""From predications to drafts: what each phrase says, of which place, and when.

What a phrase leaves out is taken from what was said before it, nearest first: its sentence, its line, the
heading above it, the notice. That is all the memory there is (:class:`Memory`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from service.clauses import Sentence, sentences
from service.detours import detours_of
from service.drafts import Draft
from service.places import Mentions, Place, Spoken, group, mentions
from service.predications import Predication, Stretch, predications, sentence_stretch
from service.records import Access, Action, Advice, Direction, EndBasis, Flag, Kind, Reason, StartBasis, Vehicle
from service.rules import Match, Reading
from service.timing import NOTHING, When, when

_DIRECT = {
    "reopened": Kind.REOPENING,
    "opened": Kind.STATION_OPENING,
    "abolished": Kind.STATION_ABOLITION,
    "renamed": Kind.STATION_RENAMING,
    "tolling_starts": Kind.TOLLING_START,
    "tolling_ends": Kind.TOLLING_END,
    "controlled": Kind.TRAFFIC_CONTROL,
    "no_turn": Kind.TURN_RESTRICTION,
    "occupied": Kind.LANE_CLOSURE,
    "lanes_open": Kind.LANE_CLOSURE,
    "allowed_only": Kind.VEHICLE_RESTRICTION,
    "slowed": Kind.SPEED_RESTRICTION,
}
_OF_STATIONS = frozenset({"opened", "abolished", "renamed", "tolling_starts", "tolling_ends"})
_CLOSED = {
    "station": Kind.STATION_CLOSURE,
    "service_area": Kind.SERVICE_AREA_CLOSURE,
    "ramp": Kind.RAMP_CLOSURE,
    "segment": Kind.ROAD_CLOSURE,
    "structure": Kind.ROAD_CLOSURE,
    "road": Kind.ROAD_CLOSURE,
}
_ROADSIDE = frozenset({"segment", "road", "structure"})


@dataclass(slots=True)
class Scope:
    """What a heading or a line has set for what follows it."""

    spoken: Spoken = Spoken()
    direction: Direction | None = None
    places: tuple[Place, ...] = ()
    when: When = NOTHING
    cue: Predication | None = None


@dataclass(slots=True)
class Memory:
    """What has been said so far."""

    today: date
    scope: Scope = field(default_factory=Scope)
    headings: list[tuple[int, Scope]] = field(default_factory=list)
    last: When = NOTHING
    line: When = NOTHING
    works: dict[tuple[object, ...], When] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    facts: list[tuple[tuple[Place, ...], Stretch]] = field(default_factory=list)

    def open_line(self, sentence: Sentence) -> None:
        """Enter a line: a list marker closes the headings of its level and below."""
        self.line = NOTHING
        if not sentence.level:
            return
        while self.headings and self.headings[-1][0] >= sentence.level:
            self.scope = self.headings.pop()[1]
        self.headings.append((sentence.level, replace(self.scope)))

    def recall(self, said: Stretch, place: Place | None) -> When:
        """The validity that a phrase without dates of its own has, by what it points back to."""
        points = {match.values["points"] for match in said.values("points")}
        if "works" in points and place is not None and place.key in self.works:
            return self.works[place.key]
        if points & {"works", "period"} and self.last.stated:
            return self.scope.when if self.scope.when.stated and "period" not in points else self.last
        for remembered in (self.line, self.scope.when):
            if remembered.stated:
                return remembered
        return NOTHING


def assemble(reading: Reading, today: date) -> Memory:
    """Everything a notice says, as drafts in the order of the text, and the facts that belong to some of them."""
    memory = Memory(today)
    for sentence in sentences(reading):
        if sentence.opens and not sentence.title:
            memory.open_line(sentence)
        if sentence.title:
            _remember(reading, memory, sentence_stretch(sentence), sentence, title=True)
        else:
            _sentence(reading, memory, sentence)
    return memory


def _sentence(reading: Reading, memory: Memory, sentence: Sentence) -> None:
    clauses, ways = detours_of(sentence.clauses)
    found, rest = predications(clauses)
    if found and sentence.level and sentence.heading and not _particular(sentence):
        _remember_cue(memory, found[-1])
        return
    drafted: list[Draft] = []
    inherited: tuple[Place, ...] = ()
    for predication in found:
        places = _places(reading, memory, predication, inherited)
        drafts = _drafts(memory, predication, places, sentence, drafted, inherited)
        drafted.extend(drafts)
        inherited = places or inherited
        if places:
            memory.scope.places = places
            last = places[-1]
            spoken = memory.scope.spoken
            memory.scope.spoken = Spoken(last.road or spoken.road, last.station or spoken.station, last.junction or spoken.junction)
    if any(clause.has("stance", "plan") for clause in clauses):
        rest = Stretch()
    if not found:
        _remember(reading, memory, rest, sentence, title=False)
        drafted = [] if ways or rest.values("points") else _listed(memory, rest, sentence)
    elif not drafted and sentence.heading:
        _remember_cue(memory, found[-1])
    memory.drafts.extend(drafted)
    _facts(reading, memory, sentence)
    _works(reading, memory, sentence)
    for way in ways:
        way.attach(memory.drafts, drafted, reading.text)


def _particular(sentence: Sentence) -> bool:
    """False for a heading that names neither place nor time: 三、交通管制."""
    return any(mark.type in _CLOSED or mark.type in ("period", "ramp", "it") for mark in sentence.marks)


def _mentions(reading: Reading, said: Stretch, before: Spoken) -> Mentions:
    return mentions(reading.text, said.marks, said.matches, before)


def _places(reading: Reading, memory: Memory, said: Predication, inherited: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places a phrase speaks of: before it, after it, in the clauses that lead up to it, or those of before."""
    lead = _mentions(reading, said.lead, memory.scope.spoken)
    before = _mentions(reading, said.before, lead.spoken)
    after = _mentions(reading, said.after, before.spoken)
    chosen: tuple[Place, ...] = ()
    for spoken in (before, after, lead):
        named = group(reading.text, spoken)
        if named and (not chosen or (chosen[0].type == "road" and named[0].type != "road")):
            chosen = named
    completing = [before, after]
    if not any(place.type != "road" for place in (*before.places, *after.places)):
        completing = [lead, *completing]
    elif lead.direction and not any(place.type != "road" for place in lead.places):
        completing = [replace(lead, access=None), *completing]
    return tuple(_completed(place, completing, said, memory) for place in chosen or inherited or memory.scope.places)


def _completed(place: Place, own: list[Mentions], said: Predication, memory: Memory) -> Place:
    """``place`` with the side and direction that the phrase itself names, and the road it stands on."""
    for spoken in own:
        if spoken.access and not any(mentioned.access for mentioned in spoken.places):
            place = replace(place, access=spoken.access, words=(*place.words, *spoken.words))
        direction = spoken.direction
        if direction and direction.to == "both" and place.type in ("station", "service_area"):
            place = replace(place, access=place.access or Access.BOTH)
        elif direction and place.type != "ramp" and (place.direction is None or place.direction.to != direction.to):
            place = replace(place, direction=direction, words=(*place.words, *spoken.words))
    if "access" in said.cue.values and place.type in ("station", "service_area"):
        place = replace(place, access=Access(said.cue.values["access"]))
    if place.type in ("station", "service_area") and place.direction and place.direction.to == "both":
        place = replace(place, direction=None, access=place.access or Access.BOTH)
    if place.direction is None and place.type in _ROADSIDE:
        place = replace(place, direction=memory.scope.direction)
    return place if place.road else replace(place, road=memory.scope.spoken.road)


def _drafts(
    memory: Memory, said: Predication, places: tuple[Place, ...], sentence: Sentence, earlier: list[Draft], inherited: tuple[Place, ...]
) -> list[Draft]:
    effect = said.effect
    if effect in ("stays_open", None) and "action" not in said.cue.values:
        return []
    moved = Action(said.cue.values["action"]) if "action" in said.cue.values else None
    timed = _when(memory, said, places, moved)
    if said.past:
        _placed(memory, places, sentence)
        return []
    if moved is None and said.before.values("stance") and _announced_earlier(said):
        return []
    if effect is None:
        return _moved(memory, said, places, timed, sentence, earlier, inherited)
    if effect in ("slowed", "limited") and not said.whole.of_type(*_CLOSED) and _limit_earlier(memory, said):
        return []
    if effect == "reopened" and _ends_closure(earlier, timed):
        return []
    drafts = []
    for place in places:
        kind = _kind(effect, place, said)
        if kind is None or not _fits(effect, place, said):
            continue
        draft = Draft(kind, place, sentence.line, when=timed, action=moved or timed.action or Action.ANNOUNCE)
        _fill(draft, said)
        drafts.append(draft)
    return drafts


def _fits(effect: str, place: Place, said: Predication) -> bool:
    if effect in _OF_STATIONS:
        # Never of a station spoken of earlier: 取消 is said of much else.
        return place.type == "station" and any(mark.type in ("station", "it") for mark in said.whole.marks)
    return place.type != "junction"


def _kind(effect: str, place: Place, said: Predication) -> Kind | None:
    """What an effect is called when it befalls such a place."""
    own = said.own
    vehicles = own.values("vehicles")
    if effect in ("barred", "limited"):
        limits = [match for match in said.whole.matches if any(key.startswith("limits.") for key in match.values)]
        here = effect == "barred" or any(mark.type in _CLOSED for mark in said.whole.marks)
        return Kind.VEHICLE_RESTRICTION if (vehicles or limits) and here else None
    if effect != "closed":
        return _DIRECT.get(effect)
    if vehicles:
        return Kind.VEHICLE_RESTRICTION
    if _speaks_of_lanes(own) or (_speaks_of_lanes(said.lead) and not said.before.of_type(*_CLOSED)):
        return Kind.LANE_CLOSURE
    if place.type == "segment" and place.access:
        return Kind.STATION_CLOSURE
    if place.type == "road":
        return _road_closed(place, said)
    return _CLOSED.get(place.type)


def _speaks_of_lanes(said: Stretch) -> bool:
    return any(name.startswith("lanes.") and name != "lanes.rest" for match in said.matches for name in match.values)


def _road_closed(place: Place, said: Predication) -> Kind | None:
    if place.access:
        return Kind.STATION_CLOSURE
    named_here = any(mark.type == "road" for mark in said.whole.marks)
    return Kind.ROAD_CLOSURE if place.direction or named_here else None


def _fill(draft: Draft, said: Predication) -> None:
    """Everything that the stretch of a phrase says besides place and time."""
    whole = said.whole
    draft.add_match(said.cue, "kind")
    draft.add_words(draft.place.words, "place")
    draft.add_words(list(draft.when.words), "period")
    draft.flags |= draft.when.flags
    draft.contraflow = bool(whole.values("contraflow")) and draft.kind is Kind.ROAD_CLOSURE
    if draft.kind is Kind.LANE_CLOSURE:
        _fill_lanes(draft, said)
        _closed_counts(draft, said)
    for match in whole.matches:
        _fill_from(draft, match)
    if said.effect == "allowed_only":
        draft.exempt, draft.vehicles = draft.vehicles, []
    if said.effect == "renamed":
        _fill_name(draft, said)


def _fill_from(draft: Draft, match: Match) -> None:
    values = match.values
    if draft.kind is Kind.VEHICLE_RESTRICTION:
        draft.vehicles.extend(Vehicle(name) for name in values.get("vehicles", ()) if name not in draft.vehicles)
    for name in values:
        if name.startswith("limits."):
            draft.limits[name.removeprefix("limits.")] = values[name]
            draft.add_match(match, name)
    if "reason" in values and draft.reason is None:
        draft.reason = Reason(values["reason"])
        draft.add_match(match, "reason")
    if "advice" in values and Advice(values["advice"]) not in draft.advice:
        draft.advice.append(Advice(values["advice"]))
    if "incomplete" in values:
        draft.flags.add(Flag.INCOMPLETE_TEXT)


def _fill_lanes(draft: Draft, said: Predication) -> None:
    side = _side(draft)
    for match in (*said.own.matches, *said.trail.matches, *said.lead.matches):
        for name, value in match.values.items():
            parts = name.split(".")
            if parts[0] != "lanes" or name == "lanes.rest":
                continue
            where, what = parts[1:] if len(parts) == 3 else (side, parts[1])
            if what != "which" or match not in said.lead.matches or not said.own.values("lanes.which"):
                _fill_count(draft, where, what, value)
                draft.add_match(match, name)
        draft.rest_closed = draft.rest_closed or bool(match.values.get("lanes.rest"))


def _closed_counts(draft: Draft, said: Predication) -> None:
    """出口3条车道停用: where only the lanes closed are counted, that count is no total."""
    if said.effect != "closed" or any(name.endswith(".closed") for name in said.cue.values):
        return
    for count in draft.lanes.values():
        if "total" in count and "closed" not in count:
            count["closed"] = count.pop("total")


def _fill_count(draft: Draft, side: str, what: str, value: Any) -> None:
    count = draft.lanes.setdefault(side, {})
    if what == "which":
        count.setdefault("which", []).extend(value)
    else:
        count.setdefault(what, value)


def _side(draft: Draft) -> str:
    if draft.place.type in _ROADSIDE:
        return "carriageway"
    return draft.place.access.value if draft.place.access in (Access.ENTRY, Access.EXIT) else "entry"


def _fill_name(draft: Draft, said: Predication) -> None:
    named = [mark for mark in said.own.marks if mark.type == "station" and mark.start >= said.cue.start]
    names = [mark.value.name for mark in named] or [said.cue.values.get("renamed_to")]
    draft.renamed_to = names[0]
    draft.add_match(said.cue, "renamed_to")


def _when(memory: Memory, said: Predication, places: tuple[Place, ...], moved: Action | None) -> When:
    """When a phrase says its change to hold; what it says is remembered."""
    whole = said.whole
    place = places[-1] if places else None
    recalled = memory.recall(whole, place)
    stated = when(list(whole.of_type("period", "window")), memory.today, in_force=recalled)
    timed = stated if stated.stated or stated.validity.windows else recalled
    if moved is not None:
        timed = replace(timed, action=moved)
    if any(match.values["points"] == "after_works" for match in whole.values("points")):
        timed = _after_works(memory, place)
    basis = [match.values["validity.end_basis"] for match in whole.values("validity.end_basis")]
    if basis and timed.validity.end is None:
        timed = replace(timed, validity=replace(timed.validity, end_basis=EndBasis(basis[-1])))
    if timed.stated and not said.past:
        memory.line = timed
        if stated.stated:
            memory.last = timed
    return timed


def _after_works(memory: Memory, place: Place | None) -> When:
    works = memory.works.get(place.key, memory.last) if place else memory.last
    validity = replace(
        works.validity, start=works.validity.end, end=None, start_basis=StartBasis.AFTER_WORKS, windows=()
    )
    return When(validity, works.words)


def _ends_closure(earlier: list[Draft], timed: When) -> bool:
    """True where a reopening only says how long a closure of the same sentence lasts: 封闭，预计6月20日恢复通行."""
    closures = [draft for draft in earlier if not draft.kind.lasting]
    if not closures:
        return False
    moment = timed.validity.end or timed.validity.start
    for draft in closures:
        validity = draft.when.validity
        if validity.end is None and moment and (validity.start is None or moment > validity.start):
            ended = replace(validity, end=moment, end_basis=timed.validity.end_basis)
            draft.when = replace(draft.when, validity=ended, words=(*draft.when.words, *timed.words))
            draft.add_words(list(timed.words), "period")
    return True


def _moved(
    memory: Memory,
    said: Predication,
    places: tuple[Place, ...],
    timed: When,
    sentence: Sentence,
    earlier: list[Draft],
    inherited: tuple[Place, ...],
) -> list[Draft]:
    """A phrase that only moves dates: of the closures its sentence or line named, or of the place it names."""
    near = [draft for draft in memory.drafts if draft.line >= sentence.line - 1]
    here = earlier or [draft for draft in near if draft.line == sentence.line or not draft.when.stated]
    if said.whole.of_type(*_CLOSED):
        here = [draft for draft in here if draft.place.key in {place.key for place in places}]
    action = Action(said.cue.values["action"])
    if here:
        for draft in here:
            draft.when, draft.action = _moved_to(draft.when, timed), action
            draft.add_words(list(timed.words), "period")
            draft.add_match(said.cue, "action")
        return []
    # Otherwise what moves is a closure of an earlier sentence, and what that was about is not known here.
    named = inherited or said.whole.of_type(*_CLOSED) or sentence.level or memory.headings
    drafts = []
    for place in places if named else ():
        kind = _CLOSED.get(place.type)
        if kind and place.type != "road":
            draft = Draft(kind, place, sentence.line, when=timed, action=action)
            _fill(draft, said)
            drafts.append(draft)
    return drafts


def _moved_to(before: When, after: When) -> When:
    """The dates that now hold: where only a new end is said, the start stays."""
    if after.validity.start is not None or after.validity.end is None:
        return after
    kept = replace(before.validity, end=after.validity.end, end_basis=after.validity.end_basis)
    return replace(after, validity=kept, words=(*before.words, *after.words))


def _placed(memory: Memory, places: tuple[Place, ...], sentence: Sentence) -> None:
    """A past closure told after its reopening says which stretch of the road that was."""
    last = memory.drafts[-1] if memory.drafts else None
    if last and last.line == sentence.line and last.kind is Kind.REOPENING and last.place.type == "road" and len(places) == 1:
        last.place = replace(places[0], direction=last.place.direction or places[0].direction)
        last.add_words(last.place.words, "place")


def _limit_earlier(memory: Memory, said: Predication) -> bool:
    """A limit without a place of its own belongs to the closures of roads named before, where there are any."""
    closures = [draft for draft in memory.drafts if draft.kind in (Kind.ROAD_CLOSURE, Kind.LANE_CLOSURE)]
    for draft in closures:
        for match in said.whole.matches:
            _fill_from(draft, match)
    return bool(closures)


def _remember(reading: Reading, memory: Memory, said: Stretch, sentence: Sentence, *, title: bool) -> None:
    """A line that changes nothing sets the scene: road, places, dates."""
    scope = memory.scope
    spoken = _mentions(reading, said, scope.spoken)
    scope.spoken = spoken.spoken
    places = group(reading.text, spoken)
    if places and (sentence.heading or title or _rank(places) > _rank(scope.places)):
        scope.places = tuple(place if place.road else replace(place, road=scope.spoken.road) for place in places)
    if sentence.heading and not title:
        scope.direction = spoken.direction
    stated = when(list(said.of_type("period", "window")), memory.today, in_force=memory.recall(said, None))
    if stated.stated and not title:
        memory.last = memory.line = stated
        whole = stated.validity.start and stated.validity.end
        if sentence.level or (whole and (sentence.heading or not scope.when.stated)):
            scope.when = stated


def _announced_earlier(said: Predication) -> bool:
    """原定1月14日封闭，改至1月20日: what was planned before is told only to be moved."""
    return any(match.values["stance"] == "earlier" for match in said.before.values("stance"))


def _remember_cue(memory: Memory, said: Predication) -> None:
    """A heading that says what befalls the places listed under it, and when: 一、出入口全部关闭."""
    stated = when(list(said.whole.of_type("period", "window")), memory.today, in_force=memory.scope.when)
    if stated.stated:
        memory.scope.when = memory.last = memory.line = stated
    if not said.past and said.effect not in ("stays_open", None):
        memory.scope.cue = said


def _rank(places: tuple[Place, ...]) -> int:
    """How well places say where: a road alone hardly, a bridge better, a station or stretch best."""
    return max((_RANK.get(place.type, 2) for place in places), default=-1)


_RANK = {"road": 0, "structure": 1, "junction": 1}


def _listed(memory: Memory, said: Stretch, sentence: Sentence) -> list[Draft]:
    """Places under a heading that says what befalls them: 一、出入口全部关闭 / 1.玉祁收费站."""
    cue = memory.scope.cue
    if cue is None or not sentence.level or not said.of_type(*_CLOSED):
        return []
    listed = replace(cue, lead=said, trail=Stretch())
    drafts = []
    for place in memory.scope.places:
        kind = _kind(str(cue.effect), place, listed)
        if kind is not None and place.type != "road":
            access = _heading_access(cue)
            if place.type in ("station", "service_area") and access and place.access is None:
                place = replace(place, access=access)
            draft = Draft(kind, place, sentence.line, when=_when(memory, listed, (place,), None))
            _fill(draft, listed)
            drafts.append(draft)
    return drafts


def _heading_access(cue: Predication) -> Access | None:
    """The side that a heading names."""
    sides = {Access(match.values["access"]) for match in cue.own.values("access")}
    return None if not sides else sides.pop() if len(sides) == 1 else Access.BOTH


def _facts(reading: Reading, memory: Memory, sentence: Sentence) -> None:
    """Sizes and distances, kept for the station they belong to."""
    said = sentence_stretch(sentence)
    names = ("lanes.entry.total", "lanes.exit.total", "relocation.distance_km")
    if any(name in match.values for match in said.matches for name in names):
        stations = [place for place in _mentions(reading, said, memory.scope.spoken).places if place.type == "station"]
        memory.facts.append((tuple(stations) or memory.scope.places, said))


def _works(reading: Reading, memory: Memory, sentence: Sentence) -> None:
    """Works with their dates, for 施工期间 later on."""
    said = sentence_stretch(sentence)
    if not said.values("stance") or not memory.line.stated:
        return
    if any(match.values["stance"] == "works" for match in said.values("stance")):
        for place in group(reading.text, _mentions(reading, said, memory.scope.spoken)) or memory.scope.places:
            memory.works[place.key] = memory.line
