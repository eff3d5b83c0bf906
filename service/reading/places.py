"""The places a stretch of text speaks of, with the side, the direction and the road that belong to each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from service.gazetteer import station_key
from service.reading.marks import Mark
from service.reading.rules import Match
from service.reading.timing import Words
from service.records import (
    Access,
    Direction,
    Junction,
    Movement,
    Qualifier,
    Road,
    Segment,
    ServiceArea,
    Station,
    Structure,
)

_NAMED = frozenset({"road", "station", "service_area", "segment", "structure", "junction"})
_ALIAS = frozenset({"(", "(原", "(原名", "(又名", "(即", "(曾用名"})
_SEPARATORS = re.compile(r"[、和及与以,()等0-9个座处]*")
_DISTANT = ("距", "距离", "相距", "毗邻", "靠近")
_STAKE = re.compile("[A-Z]*K[0-9]")
_OBJECTS = ("station", "service_area", "ramp", "segment", "structure", "junction", "road")
"""What a change is about, the most telling first: a station on a road is about the station."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place: ``type`` says which of the values it is about."""

    type: str
    start: int
    end: int
    road: Road | None = None
    station: Station | None = None
    service_area: ServiceArea | None = None
    junction: Junction | None = None
    structure: Structure | None = None
    segment: Segment | None = None
    direction: Direction | None = None
    access: Access | None = None
    words: tuple[Words, ...] = ()

    def sided(self, said: Mentions) -> Place:
        """This place with the side that ``said`` names without a place of its own."""
        if not said.access or any(place.access for place in said.places):
            return self
        return replace(self, access=said.access, words=(*self.words, *said.words))

    def on_side_of(self, other: Place) -> Place:
        """This place with the side of ``other``, where that has one."""
        if other.access is None:
            return self
        words = (*_without("access", self.words), *(word for word in other.words if word[0] == "access"))
        return replace(self, access=other.access, words=words)

    def directed(self, said: Mentions) -> Place:
        """This place with the direction that ``said`` names; 双向 of a station are its two sides."""
        direction = said.direction
        if direction is None or self.type == "ramp" or (self.direction and self.direction.to == direction.to):
            return self
        if self.direction and said.own_directions:
            return self
        if direction.to == "both" and self.type in ("station", "service_area"):
            return replace(self, access=self.access or Access.BOTH)
        return replace(self, direction=direction, words=(*_without("direction", self.words), *said.words))

    def on(self, spoken: Spoken) -> Place:
        """This place on the road spoken of, where it names none itself."""
        if self.road or spoken.road is None:
            return self
        return replace(self, road=spoken.road, words=(*self.words, *spoken.road_words))

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two mentions one place."""
        if self.station:
            return ("station", station_key(self.station.name), self.station.qualifier)
        if self.segment:
            return ("segment", self.segment, self.road)
        return (self.type, self.service_area, self.junction, self.structure, self.road)


def _without(field: str, words: tuple[Words, ...]) -> tuple[Words, ...]:
    return tuple(word for word in words if word[0] != field)


@dataclass(slots=True)
class _Builder:
    """Goes over marks and rule matches from left to right and collects places."""

    reading: str
    spoken: Spoken
    directions: list[tuple[Mark, Direction]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    loose_access: Access | None = None
    words: list[Words] = field(default_factory=list)

    def mark(self, mark: Mark) -> None:
        """Take in a value."""
        if self.reading.endswith(_DISTANT, 0, mark.start):
            # 东距水口收费站6公里: how far away it is, and nothing of it.
            return
        if mark.type == "it":
            self._it(mark)
        elif mark.type == "ramp":
            self._ramps(mark)
        elif mark.type == "direction":
            self._direction(mark)
        elif mark.type in _NAMED and not self._renames(mark):
            self.spoken = self.spoken.after(mark)
            self._add(mark, mark.type, mark.type)

    def _it(self, mark: Mark) -> None:
        """该站 is the station named last, 原站 the old one of its name."""
        station = self.spoken.station
        if station:
            meant = replace(station, qualifier=mark.value) if mark.value else station
            self._add(Mark("station", mark.start, mark.end, meant), "station", "station")

    def _renames(self, mark: Mark) -> bool:
        """小榄服务区(原东升服务区): the name in brackets is another of the same place."""
        last = self.places[-1] if self.places else None
        return last is not None and last.type == mark.type and self.reading[last.end : mark.start] in _ALIAS

    def _add(self, mark: Mark, kind: str, name: str) -> None:
        words: tuple[Words, ...] = (_word(f"{name}.name" if name != "segment" else name, mark),)
        named: dict[str, Any] = {name: mark.value}
        place = Place(type=kind, start=mark.start, end=mark.end, words=words, **named).on(self.spoken)
        ahead = self.directions[-1][0] if self.directions and kind == "segment" else None
        if ahead and ahead.end == mark.start:
            # 往海口方向K10至K12、往三亚方向K20至K22
            words = (*place.words, _word("direction", ahead))
            place = replace(place, start=ahead.start, direction=ahead.value, words=words)
        self.places.append(place)

    def _ramps(self, mark: Mark) -> None:
        *before, last = (None, None, *self.places)
        hub = before[-1]
        if hub and last and last.type == "road" and hub.type == "junction" and hub.end == last.start:
            # 徐庄枢纽津蓟高速往荣乌高速匝道: the road that the hub was said to be on, if one was.
            self.places.pop()
            self.spoken = self.spoken.of(hub) if hub.road else self.spoken
        for letter, movement in mark.value:
            # A letter without its hub says nothing; two roads say where a ramp is without one.
            if self.spoken.junction or not letter:
                junction = self.spoken.junction or Junction()
                self._place_ramp(replace(junction, ramp=letter, movement=movement), mark)

    def _place_ramp(self, junction: Junction, mark: Mark) -> None:
        if self.places and self.places[-1].type == "junction":
            self.places.pop()
        words = (*self.spoken.junction_words, _word("junction.ramp", mark))
        ramp = Place(type="ramp", start=mark.start, end=mark.end, junction=junction, words=words)
        self.places.append(ramp.on(self.spoken))

    def _direction(self, mark: Mark) -> None:
        self.directions.append((mark, mark.value))
        last = self.places[-1] if self.places else None
        listed = last is not None and self.reading[last.end : mark.start] == "、"
        if last and last.direction is None and last.type != "road" and not listed:
            words = (*last.words, _word("direction", mark))
            self.places[-1] = replace(last, direction=mark.value, words=words, end=mark.end)

    def match(self, match: Match) -> None:
        access = match.values.get("access")
        if access and "effect" not in match.values:
            self._access(Access(access), match)
        if match.values.get("ramp") and self.directions and self.spoken.junction and not self._of_station():
            mark, direction = self.directions.pop()
            if self.places and self.places[-1].direction is direction:
                self.places[-1] = replace(self.places[-1], direction=None)
            movement = Movement(from_=direction.from_, to=direction.to)
            self._place_ramp(replace(self.spoken.junction, ramp=None, movement=movement), replace(mark, end=match.end))

    def _of_station(self) -> bool:
        """True where 匝道 is that of an entry or exit: 双福收费站入口往江津方向匝道."""
        return self.loose_access is not None or (bool(self.places) and self.places[-1].type == "station")

    def _access(self, access: Access, match: Match) -> None:
        if self.places and self.places[-1].type in ("station", "service_area", "road", "segment"):
            last = self.places[-1]
            both = last.access is not None and last.access is not access
            words = (*last.words, ("access", match.start, match.end, match.rule))
            self.places[-1] = replace(last, access=Access.BOTH if both else access, words=words, end=match.end)
            return
        self.loose_access = access if self.loose_access in (None, access) else Access.BOTH
        self.words.append(("access", match.start, match.end, match.rule))


def _word(field: str, mark: Mark) -> Words:
    return (field, mark.start, mark.end, f"value.{mark.type}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The road, station and junction named last, and the words for those that other places are said with."""

    road: Road | None = None
    station: Station | None = None
    junction: Junction | None = None
    road_words: tuple[Words, ...] = ()
    junction_words: tuple[Words, ...] = ()

    def after(self, mark: Mark) -> Spoken:
        """What was named last once ``mark`` is read."""
        if mark.type == "road":
            return replace(self, road=mark.value, road_words=(_word("road.name", mark),))
        if mark.type == "junction":
            return replace(self, junction=mark.value, junction_words=(_word("junction.name", mark),))
        # 匝道 after a station is its own, whatever hub was spoken of before.
        return replace(self, station=mark.value, junction=None) if mark.type == "station" else self

    def of(self, place: Place) -> Spoken:
        """What was named last once ``place`` was spoken of."""
        road_words = tuple(word for word in place.words if word[0] == "road.name")
        return replace(
            self,
            road=place.road or self.road,
            road_words=road_words if place.road else self.road_words,
            station=place.station or self.station,
            junction=place.junction or self.junction,
        )


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a stretch of text says of places: those named, and a side or direction without one."""

    places: tuple[Place, ...]
    access: Access | None
    direction: Direction | None
    words: tuple[Words, ...]
    spoken: Spoken

    @property
    def own_directions(self) -> bool:
        """True where the places of a list have a direction each: K10至K12往海口方向、K20至K22往三亚方向."""
        return len({place.direction for place in self.places if place.direction}) > 1

    @property
    def telling(self) -> bool:
        """True when a place is named that is more than a road."""
        return any(place.type != "road" for place in self.places)


def mentions(reading: str, marks: Iterable[Mark], matches: Iterable[Match], before: Spoken) -> Mentions:
    """The places named by ``marks`` and ``matches``; ``before`` is what was spoken of earlier."""
    builder = _Builder(reading, before)
    steps: list[Mark | Match] = [*marks, *matches]
    for step in sorted(steps, key=lambda step: (step.start, isinstance(step, Match))):
        if isinstance(step, Mark):
            builder.mark(step)
        else:
            builder.match(step)
    direction = builder.directions[-1] if builder.directions else None
    words = list(builder.words)
    if direction:
        words.append(_word("direction", direction[0]))
    return Mentions(
        places=tuple(builder.places),
        access=builder.loose_access,
        direction=direction[1] if direction else None,
        words=tuple(words),
        spoken=builder.spoken,
    )


def group(reading: str, said: Mentions) -> tuple[Place, ...]:
    """The places that a phrase speaks of: the last one named and those joined to it in one list.

    A list shares what its last member says: in A、B收费站入口 both are entries.
    """
    places = _telling(said.places)
    if not places:
        return ()
    chosen = [places[-1]]
    roads = [place for place in said.places if place.type == "road"]
    for place in reversed(places[:-1]):
        first = chosen[0]
        begin = next((road.start for road in roads if road.end == first.start), first.start)
        listed = place.end >= begin or _SEPARATORS.fullmatch(reading, place.end, begin)
        if place.type != first.type or not listed:
            break
        chosen.insert(0, place)
    return tuple(_shared(place, chosen[-1], said) for place in chosen)


def _telling(places: tuple[Place, ...]) -> list[Place]:
    """The places of the most telling type, a structure or junction merged into what locates it."""
    for kind in _OBJECTS:
        found = [place for place in places if place.type == kind]
        if kind == "segment" and found:
            structure = next((place.structure for place in places if place.structure), None)
            staked = [place for place in found if place.segment and _STAKE.match(place.segment.from_ or "")]
            return [replace(place, structure=structure) for place in staked or found]
        if found:
            return found
    return []


def _shared(place: Place, last: Place, said: Mentions) -> Place:
    access = place.access or last.access or said.access
    direction = place.direction or last.direction or said.direction
    if place.type == "ramp":
        return replace(place, direction=None)
    told = "direction" if place.direction and place.direction != said.direction else None
    extra = tuple(words for words in said.words if words not in place.words and words[0] != told)
    if (access, direction, extra) == (place.access, place.direction, ()):
        return place
    return replace(place, access=access, direction=direction, words=(*place.words, *extra))


def same_station(one: Station, other: Station) -> bool:
    """True when the names agree and neither qualifier speaks against it."""
    if station_key(one.name) != station_key(other.name):
        return False
    return one.qualifier == other.qualifier or None in (one.qualifier, other.qualifier)


def counterpart(station: Station) -> Station:
    """The old station of a new one's name."""
    return replace(station, qualifier=Qualifier.OLD)
