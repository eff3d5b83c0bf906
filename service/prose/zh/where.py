"""Places in Chinese: road, station or junction, stretch, side and direction."""

from __future__ import annotations

from service.prose import subject
from service.prose.zh.words import NAMES, QUALIFIERS
from service.records import Access, Change, Detour, Direction, Junction, Movement, Relocation, Segment, Station


def place(change: Change) -> str:
    """Road and thing in full: S1津蓟高速公路津榆路站."""
    road = subject.road_name(change.road, "") if change.road else ""
    stretch = _segment(change.segment)
    if subject.thing_named(change):
        return f"{road}{thing(change)}" + (f"（{stretch}）" if stretch else "")
    return road + stretch or "地点未说明"


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
    return " ".join(part for part in stretch if part) or "地点未说明"


def spot(change: Change) -> str:
    """Which side, which way: 入口往西安方向."""
    access = subject.access(change)
    side = NAMES[Access][access] if access else ""
    if access is Access.BOTH and change.service_area:
        side = "双向"
    return side + direction(change.direction)


def station(station: Station) -> str:
    """天津站（新）."""
    qualifier = f"（{QUALIFIERS[station.qualifier]}）" if station.qualifier else ""
    return subject.station_name(station.name) + qualifier


def direction(direction: Direction | None) -> str:
    """武都往兰州方向, 双向."""
    if direction is None or not (direction.from_ or direction.to):
        return ""
    if direction.to == "both":
        return "双向"
    return f"{direction.from_ or ''}往{direction.to}方向" if direction.to else f"{direction.from_}来车方向"


def way(detour: Detour) -> str:
    """经九园站、天津站."""
    by = "、".join((*detour.via_roads, *detour.via))
    return f"经{by}" if by else detour.text.rstrip("。")


def former(moved: Relocation) -> str:
    """天津站（原），向蓟州方向迁移约7.5公里."""
    towards = f"向{moved.towards}方向" if moved.towards else ""
    distance = f"约{moved.distance_km:g}公里" if moved.distance_km is not None else ""
    return station(moved.replaces) + (f"，{towards}迁移{distance}" if towards or distance else "")


def _junction(junction: Junction) -> str:
    name, movement = junction.name or "", _movement(junction.movement)
    if junction.ramp:
        return f"{name}{junction.ramp}匝道" + (f"（{movement}）" if movement else "")
    return name + (f"{movement.removesuffix('方向')}方向匝道" if movement else "")


def _movement(movement: Movement | None) -> str:
    if movement is None or not (movement.from_ or movement.to):
        return ""
    return (movement.from_ or "") + (f"往{movement.to}" if movement.to else "来车")


def _segment(segment: Segment | None) -> str:
    if segment is None or not (segment.from_ or segment.to):
        return ""
    return f"{segment.from_}至{segment.to}" if segment.from_ and segment.to else f"{segment.from_ or segment.to}处"
