"""Where a record is, in DATEX II: by coordinates as far as anybody gave them, by road number and stakes, and in words.

Valid without any coordinate: stakes are metres along the numbered road (``linearWithinLinearElement``), a station is
its toll plaza with its slip roads. The surprising thing: lanes are counted from the hard shoulder, notices count from
the median, so the number of a lane needs the number of lanes.
"""

from __future__ import annotations

from collections.abc import Iterator

from service import prose
from service.feed import Lang
from service.gazetteer import stake_m
from service.geometry import BACKWARD, FORWARD, Shape
from service.prose.subject import lane_number
from service.publish.markup import cut, element, text
from service.publish.text import line
from service.records import Access, Change, LaneCount, Road

LONGEST = 1024
"""Characters of any text."""

_SLIP_ROADS = {
    Access.ENTRY: ("entrySlipRoad",),
    Access.EXIT: ("exitSlipRoad",),
    Access.BOTH: ("entrySlipRoad", "exitSlipRoad"),
}
_LANES = {
    "emergency": "emergencyLane",
    "overtaking": "overtakingLane",
    "slow": "slowVehicleLane",
    "left": "leftLane",
    "middle": "middleLane",
    "right": "rightLane",
    "all": "allLanesCompleteCarriageway",
}
_STRUCTURES = {"桥": "onBridge", "隧道": "inTunnel"}
_RELATIVE = {frozenset({FORWARD}): "aligned", frozenset({BACKWARD}): "opposite"}
_BOTH = "both"


def location(change: Change, shapes: tuple[Shape, ...]) -> str:
    """The ``locationReference`` of ``change``, whose coordinates are ``shapes``."""
    line_of_it = next((shape for shape in shapes if len(shape.points) > 1), None)
    stakes = _stakes(change)
    if _at_point(change, stakes):
        return element("sit:locationReference", *_point(change, shapes, stakes), xsi_type="loc:PointLocation")
    return element(
        "sit:locationReference",
        _described(change, line_of_it),
        _traced(line_of_it) if line_of_it else "",
        _along(change, shapes, stakes) if len(stakes) > 1 else "",
        xsi_type="loc:SingleRoadLinearLocation",
    )


def multilingual(name: str, words: dict[Lang, str]) -> str:
    """An element with a text in each language."""
    values = (text("com:value", cut(said, LONGEST), lang=lang.tag) for lang, said in words.items())
    return element(name, element("com:values", *values))


def _at_point(change: Change, stakes: tuple[float, ...]) -> bool:
    return bool(change.station or change.service_area or change.junction or len(stakes) == 1)


def _stakes(change: Change) -> tuple[float, ...]:
    """The stakes of the stretch in metres, the lower first: the line that they lie on begins at zero."""
    if change.segment is None or change.road is None:
        return ()
    found = [stake_m(name) for name in (change.segment.from_, change.segment.to) if name is not None]
    known = {metres for metres in found if metres is not None}
    return tuple(sorted(known)) if len(known) == len(found) else ()


def _point(change: Change, shapes: tuple[Shape, ...], stakes: tuple[float, ...]) -> Iterator[str]:
    # Of a range of stations there are several points, and none of them is the place.
    at = shapes[0] if len(shapes) == 1 or (shapes and change.segment is None) else None
    yield _described(change, at)
    if at:
        lon, lat = at.points[len(at.points) // 2]
        degrees = (text("loc:latitude", f"{lat:.6f}"), text("loc:longitude", f"{lon:.6f}"))
        yield element("loc:pointByCoordinates", element("loc:pointCoordinates", *degrees))
    if len(stakes) == 1:
        yield element(
            "loc:pointAlongLinearElement",
            _numbered(change.road),
            _distance("loc:distanceAlongLinearElement", stakes[0]),
        )


def _traced(shape: Shape) -> str:
    pairs = " ".join(f"{lat:.6f} {lon:.6f}" for lon, lat in shape.points)
    return element("loc:gmlLineString", text("loc:posList", pairs), srsName="EPSG:4326", srsDimension="2")


def _along(change: Change, shapes: tuple[Shape, ...], stakes: tuple[float, ...]) -> str:
    return element(
        "loc:linearWithinLinearElement",
        text("loc:directionRelativeOnLinearSection", _relative(change, shapes)),
        _numbered(change.road),
        _distance("loc:fromPoint", stakes[0]),
        _distance("loc:toPoint", stakes[1]),
    )


def _relative(change: Change, shapes: tuple[Shape, ...]) -> str:
    """Which way along the stakes: as far as the gazetteer knows what the direction of the notice means."""
    if change.direction is not None and change.direction.to == _BOTH:
        return _BOTH
    return _RELATIVE.get(frozenset(shape.part for shape in shapes), "unknown")


def _numbered(road: Road | None) -> str:
    name = multilingual("loc:roadName", {Lang.ZH: line(road.name)}) if road and road.name else ""
    number = text("loc:roadNumber", cut(road.number, LONGEST)) if road and road.number else ""
    return element("loc:linearElement", name, number)


def _distance(name: str, metres: float) -> str:
    return element(name, text("loc:distanceAlong", f"{metres:g}" if metres < 1e5 else f"{metres:.0f}"), xsi_type=_FROM)


_FROM = "loc:DistanceFromLinearElementStart"


def _described(change: Change, shape: Shape | None) -> str:
    """The place in words; ``locationPrecision`` is how many metres the coordinates may be off."""
    at = _infrastructure(change)
    accuracy = shape.accuracy_m if shape else None
    return element(
        "loc:supplementaryPositionalDescription",
        text("loc:infrastructureDescriptor", at) if at else "",
        multilingual("loc:locationDescription", {lang: line(prose.place(change, lang)) for lang in Lang}),
        *_carriageways(change),
        _road(change),
        **({} if accuracy is None else {"locationPrecision": f"{accuracy:.0f}"}),
    )


def _infrastructure(change: Change) -> str | None:
    if change.station:
        return "atTollPlaza"
    if change.service_area:
        return "atServiceArea"
    if change.junction:
        return "atMotorwayInterchange"
    name = change.structure.name if change.structure else ""
    return next((word for ending, word in _STRUCTURES.items() if name.endswith(ending)), None)


def _carriageways(change: Change) -> Iterator[str]:
    lanes = change.lanes
    if change.access is not None:
        counted = {"entrySlipRoad": lanes.entry if lanes else None, "exitSlipRoad": lanes.exit if lanes else None}
        for name in _SLIP_ROADS[change.access]:
            yield _carriageway(name, counted[name])
    elif change.junction is not None:
        yield _carriageway("slipRoads", lanes.carriageway if lanes else None)
    elif lanes and lanes.carriageway:
        yield _carriageway("mainCarriageway", lanes.carriageway)


def _carriageway(name: str, count: LaneCount | None) -> str:
    total = text("loc:originalNumberOfLanes", count.total) if count and count.total is not None else ""
    lanes = (_lane(which, count.total) for which in count.which) if count else ()
    return element("loc:carriageway", text("loc:carriageway", name), total, *lanes)


def _lane(which: str, total: int | None) -> str:
    number = lane_number(which)
    if number is not None:
        from_shoulder = total - number + 1 if total is not None else 0
        return element("loc:lane", text("loc:laneNumber", from_shoulder)) if from_shoulder > 0 else ""
    return element("loc:lane", text("loc:laneUsage", _LANES[which])) if which in _LANES else ""


def _road(change: Change) -> str:
    road = change.road or Road()
    goal = change.direction.to if change.direction and change.direction.to != _BOTH else None
    said = {"roadDestination": goal, "roadName": road.name, "roadNumber": road.number}
    fields = (text(f"loc:{name}", cut(line(value), LONGEST)) for name, value in said.items() if value)
    inside = "".join(fields)
    return element("loc:roadInformation", inside) if inside else ""
