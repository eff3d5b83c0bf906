"""Places in English: the words between are English, the names stay Chinese."""

from __future__ import annotations

from service.prose import subject
from service.prose.en.words import NAMES, QUALIFIERS
from service.records import Access, Change, Detour, Direction, Junction, Relocation, Segment, Station


def place(change: Change) -> str:
    """Thing and road in full: 津榆路站, S1 津蓟高速公路."""
    road = subject.road_name(change.road, " ") if change.road else ""
    narrow = thing(change) if subject.thing_named(change) else ""
    return ", ".join(part for part in (narrow, _segment(change.segment), road) if part) or "Place not stated"


def thing(change: Change) -> str:
    """The narrowest place, without its road unless there is nothing else."""
    if change.station:
        return station(change.station)
    if change.service_area:
        return change.service_area.name
    if change.junction:
        return _junction(change.junction)
    if change.structure:
        return change.structure.name
    stretch = (subject.short_road(change.road), _segment(change.segment))
    return " ".join(part for part in stretch if part) or "place not stated"


def spot(change: Change) -> str:
    """Which side, which way: entry towards 西安."""
    access = subject.access(change)
    side = NAMES[Access][access] if access else ""
    if access is Access.BOTH and change.service_area:
        side = "both sides"
    return " ".join(part for part in (side, direction(change.direction)) if part)


def station(station: Station) -> str:
    """天津站 (new)."""
    qualifier = f" ({QUALIFIERS[station.qualifier]})" if station.qualifier else ""
    return subject.station_name(station.name) + qualifier


def direction(direction: Direction | None) -> str:
    """武都 to 兰州, both directions."""
    if direction is None:
        return ""
    return "both directions" if direction.to == "both" else _way(direction.from_, direction.to)


def way(detour: Detour) -> str:
    """Via 九园站, 天津站."""
    by = ", ".join((*detour.via_roads, *detour.via))
    return f"via {by}" if by else detour.text.rstrip("。")


def former(moved: Relocation) -> str:
    """天津站 (old), about 7.5 km away towards 蓟州."""
    distance = f"about {moved.distance_km:g} km away" if moved.distance_km is not None else None
    towards = f"towards {moved.towards}" if moved.towards else None
    how = " ".join(part for part in (distance, towards) if part)
    return ", ".join(part for part in (station(moved.replaces), how) if part)


def _junction(junction: Junction) -> str:
    movement = _way(junction.movement.from_, junction.movement.to) if junction.movement else ""
    letter = f"ramp {junction.ramp}" if junction.ramp else "ramp" if movement else ""
    way = f"({movement})" if junction.ramp and movement else movement
    return " ".join(part for part in (junction.name, letter, way) if part)


def _way(origin: str | None, to: str | None) -> str:
    if origin and to:
        return f"{origin} to {to}"
    if to:
        return f"towards {to}"
    return f"from {origin}" if origin else ""


def _segment(segment: Segment | None) -> str:
    if segment is None or not (segment.from_ or segment.to):
        return ""
    return f"{segment.from_} to {segment.to}" if segment.from_ and segment.to else f"at {segment.from_ or segment.to}"
