"""Where a change runs, as lines and points in WGS-84, from what the gazetteer knows; nothing where nobody has said.

The surprising thing: one change can have several shapes, one for each direction of travel or side of a station that
it closes. And of a stretch whose line nobody surveyed there are only the two ends, which say that they are no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from service.gazetteer import Gazetteer, KnownPlace, KnownRoad, stake_m, station_key
from service.gazetteer.datum import Point, to_wgs84
from service.gazetteer.lines import Line
from service.locate import places_of, road_of
from service.records import Access, Change, Direction

FORWARD, BACKWARD = "forward", "backward"
"""The parts of a road by direction: as its stakes grow, and against them."""

Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees of WGS-84. East of less than west is across the antimeridian."""

_BOTH = "both"
_SIDES = {Access.ENTRY: ("entry",), Access.EXIT: ("exit",), Access.BOTH: ("entry", "exit")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Longitudes and latitudes in WGS-84, in the order of travel; a single point says where, not along what.

    ``accuracy_m`` is how far off they may be, in metres, where that is known. ``part`` tells a shape from the others of
    its change for good: ``forward``, ``backward``, ``entry``, ``exit``, a station's name before these, or "" for the
    only one. Not ``traced`` are two points that are the ends of a line unknown between them. Not ``directed`` is a line
    of which nobody said which way the traffic goes that is concerned: it follows the road.
    """

    points: tuple[Point, ...]
    accuracy_m: float | None = None
    part: str = ""
    traced: bool = True
    directed: bool = True


def shapes(change: Change, gazetteer: Gazetteer) -> tuple[Shape, ...]:
    """Where ``change`` runs; none where the gazetteer does not know."""
    if change.station is not None:
        return _agreed(_at_station(place, change.access) for place in places_of(change, gazetteer))
    if change.junction is not None:
        ramp = change.junction.ramp
        return _agreed(_at_junction(place, ramp) for place in places_of(change, gazetteer))
    road = road_of(change, gazetteer)
    if road is None or change.segment is None:
        return ()
    ends = tuple(_End.of(name, road) for name in (change.segment.from_, change.segment.to) if name is not None)
    if change.access is not None:
        return tuple(_stations_between(road, ends, change.access))
    return _along(road, ends, change.direction)


def _agreed(found: Iterable[tuple[Shape, ...]]) -> tuple[Shape, ...]:
    """What all places of that name say that say anything: a hub stands in the listings of both its roads."""
    said = {each for each in found if each}
    return said.pop() if len(said) == 1 else ()


def _at_station(place: KnownPlace, access: Access | None) -> tuple[Shape, ...]:
    sides = _SIDES[access or Access.BOTH]
    point = _point(place)
    lines = {"entry": place.entry_line, "exit": place.exit_line}
    if point and (access is None or not any(lines[side] for side in sides)):
        return (replace(point, part=sides[0] if len(sides) == 1 else ""),)
    found = ((side, _traced(lines[side]) or point) for side in sides)
    return tuple(replace(shape, part=side) for side, shape in found if shape)


def _at_junction(place: KnownPlace, ramp: str | None) -> tuple[Shape, ...]:
    line = next((each.line for each in place.ramps if each.name == ramp), None)
    shape = _traced(line) or _point(place)
    return (shape,) if shape else ()


def _point(place: KnownPlace) -> Shape | None:
    given = place.position
    return Shape(points=(to_wgs84(given.point, given.datum),), accuracy_m=given.accuracy_m) if given else None


def _traced(line: Line | None) -> Shape | None:
    return Shape(points=line.wgs84(), accuracy_m=line.accuracy_m) if line else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """An end of a stretch: how far along the road, by stake and by the order of stations, and where."""

    stake: float | None = None
    order: int | None = None
    shape: Shape | None = None

    @classmethod
    def of(cls, name: str, road: KnownRoad) -> _End:
        """What is known of a stake, a station or a junction of ``road``."""
        metres = stake_m(name)
        if metres is not None:
            return cls(stake=metres, shape=_on(road, metres))
        place = next(iter((*road.stations_named(name), *road.junctions_named(name))), None)
        if place is None:
            return cls()
        return cls(stake=place.stake_m, order=place.order, shape=_point(place) or _on(road, place.stake_m))


def _on(road: KnownRoad, stake: float | None) -> Shape | None:
    if road.line is None or stake is None:
        return None
    point = road.line.point(stake)
    return Shape(points=(point,), accuracy_m=road.line.accuracy_m) if point else None


def _along(road: KnownRoad, ends: tuple[_End, ...], direction: Direction | None) -> tuple[Shape, ...]:
    """The stretch between ``ends``, once for each direction of travel that is known."""
    if len(ends) < 2:
        return tuple(end.shape for end in ends if end.shape)
    placed = _in_order(ends)
    shape = _between(road, *(placed or ends))
    if shape is None:
        return ()
    ways = _ways(road, placed, direction) if placed else ()
    if len(shape.points) == 1 or not ways:
        return (replace(shape, directed=len(shape.points) == 1),)
    return tuple(
        replace(shape, part=way, points=shape.points if way == FORWARD else shape.points[::-1]) for way in ways
    )


def _in_order(ends: tuple[_End, ...]) -> tuple[_End, ...] | None:
    """``ends`` as the stakes grow, or as the stations follow each other; None where neither is known of all."""
    for places in ([end.stake for end in ends], [end.order for end in ends]):
        known = [place for place in places if place is not None]
        if len(known) == len(ends):
            return tuple(end for _, end in sorted(zip(known, ends, strict=True), key=lambda pair: pair[0]))
    return None


def _between(road: KnownRoad, start: _End, end: _End) -> Shape | None:
    if road.line and start.stake is not None and end.stake is not None:
        line = road.line.stretch(start.stake, end.stake)
        if line:
            return Shape(points=line, accuracy_m=road.line.accuracy_m)
    if start.shape is None or end.shape is None:
        return None
    points = tuple(dict.fromkeys((*start.shape.points, *end.shape.points)))
    accuracies = [shape.accuracy_m for shape in (start.shape, end.shape) if shape.accuracy_m is not None]
    return Shape(points=points, accuracy_m=max(accuracies) if len(accuracies) > 1 else None, traced=len(points) == 1)


def _ways(road: KnownRoad, placed: tuple[_End, ...], direction: Direction | None) -> tuple[str, ...]:
    """The directions of travel along the road that ``direction`` means; () where it does not say, or says both ways."""
    if direction is None:
        return ()
    if direction.to == _BOTH:
        return FORWARD, BACKWARD
    said = {*_by_names(road, direction), *_by_places(road, placed, direction)}
    return tuple(said) if len(said) == 1 else ()


def _by_names(road: KnownRoad, direction: Direction) -> Iterator[str]:
    """What the names of the road's ends tell."""
    start, end = (frozenset(map(station_key, names)) for names in (road.start, road.end))
    for name, at_start, at_end in ((direction.to, BACKWARD, FORWARD), (direction.from_, FORWARD, BACKWARD)):
        if name is not None and station_key(name) in start:
            yield at_start
        if name is not None and station_key(name) in end:
            yield at_end


def _by_places(road: KnownRoad, placed: tuple[_End, ...], direction: Direction) -> Iterator[str]:
    """What the places of the road tell: who comes from before the stretch, or goes behind it, goes forward."""
    origin, goal = (_End.of(name, road) if name is not None else _End() for name in (direction.from_, direction.to))
    for come, go, low, high in (
        (origin.stake, goal.stake, placed[0].stake, placed[-1].stake),
        (origin.order, goal.order, placed[0].order, placed[-1].order),
    ):
        if come is not None and go is not None:
            if come != go:
                yield FORWARD if come < go else BACKWARD
        elif low is not None and high is not None:
            yield from _beside(go, low, high, before=BACKWARD, behind=FORWARD)
            yield from _beside(come, low, high, before=FORWARD, behind=BACKWARD)


def _beside(place: float | None, low: float, high: float, *, before: str, behind: str) -> Iterator[str]:
    """A place within the stretch tells nothing."""
    if place is not None and place <= low:
        yield before
    elif place is not None and place >= high:
        yield behind


def _stations_between(road: KnownRoad, ends: tuple[_End, ...], access: Access) -> Iterator[Shape]:
    """That side of each station from one end to the other, both included: the road itself stays open."""
    placed = _in_order(ends)
    if placed is None or len(placed) < 2:
        return
    for station in road.stations:
        here = _End(stake=station.stake_m, order=station.order)
        within = _in_order((placed[0], here, placed[-1]))
        if within and within[1] is here:
            for shape in _at_station(station, access):
                yield replace(shape, part=f"{station.name} {shape.part}".rstrip())


def touches(shape: Shape, box: Box) -> bool:
    """True where a point or, of a line that was surveyed, a part of ``shape`` lies in ``box``, edges included."""
    west, south, east, north = box
    if west > east:
        return touches(shape, (west, south, 180.0, north)) or touches(shape, (-180.0, south, east, north))
    if any(west <= lon <= east and south <= lat <= north for lon, lat in shape.points):
        return True
    return shape.traced and any(_crosses(start, end, box) for start, end in pairwise(shape.points))


def _crosses(start: Point, end: Point, box: Box) -> bool:
    """Whether a straight line passes through ``box``: what is left of it between each two sides (Liang and Barsky)."""
    first, last = 0.0, 1.0
    for place, towards, low, high in zip(start, end, box[:2], box[2:], strict=True):
        along = towards - place
        if along == 0:
            if not low <= place <= high:
                return False
            continue
        enters, leaves = sorted(((low - place) / along, (high - place) / along))
        first, last = max(first, enters), min(last, leaves)
    return first <= last
