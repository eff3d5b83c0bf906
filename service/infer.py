"""What follows from a notice read as a whole: totals, relocations, restricted detours, missing parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.memory import Memory
from service.drafts import Draft
from service.places import counterpart, same_station
from service.predications import Stretch
from service.records import Flag, Kind, Qualifier, Relocation, StartBasis, Station

_SIZED = frozenset({Kind.STATION_OPENING, Kind.REOPENING})
_RESTRICTING = frozenset(
    {Kind.STATION_CLOSURE, Kind.LANE_CLOSURE, Kind.VEHICLE_RESTRICTION, Kind.TRAFFIC_CONTROL, Kind.STATION_ABOLITION}
)


def infer(memory: Memory) -> list[Draft]:
    """The drafts, completed and each said once."""
    drafts = _specific(_once(memory.drafts))
    for places, said in memory.facts:
        _sizes(drafts, [place.station for place in places if place.station], said)
    _totals(drafts)
    _starts(drafts)
    _restricted_detours(drafts)
    _exceeding(drafts)
    return drafts


def _once(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts that say the same of the same place merged into the first, which keeps what only the later one says."""
    kept: list[Draft] = []
    for draft in drafts:
        twin = next((other for other in kept if _same(other, draft)), None)
        if twin is None:
            kept.append(draft)
            continue
        for side, count in draft.lanes.items():
            twin.lanes.setdefault(side, {}).update({**count, **twin.lanes.get(side, {})})
        twin.place = twin.place if twin.place.road else draft.place
        twin.rest_closed = twin.rest_closed or draft.rest_closed
        twin.flags |= draft.flags
        twin.detours.extend(draft.detours)
        twin.via.extend(draft.via)
        twin.words.extend(draft.words)
        twin.limits = {**draft.limits, **twin.limits}
        twin.contraflow = twin.contraflow or draft.contraflow
        if not twin.when.stated:
            twin.when = draft.when
    return kept


def _specific(drafts: list[Draft]) -> list[Draft]:
    """Drop what an introduction says without dates where another draft says it with them, of that place or a part."""
    return [
        draft
        for draft in drafts
        if draft.when.stated or not any(other is not draft and _says_more(other, draft) for other in drafts)
    ]


def _says_more(other: Draft, draft: Draft) -> bool:
    if not other.when.stated or other.kind is not draft.kind:
        return False
    same_road = other.place.road == draft.place.road or draft.place.road is None
    return other.place.key == draft.place.key or (draft.place.type in ("road", "structure") and same_road)


def _same(one: Draft, other: Draft) -> bool:
    if one.kind is not other.kind or one.place.key != other.place.key or one.access != other.access:
        return False
    if one.kind is not Kind.VEHICLE_RESTRICTION and one.place.direction != other.place.direction:
        return False
    if set(one.vehicles) != set(other.vehicles):
        return False
    times = one.when.validity, other.when.validity
    return (
        not other.when.stated or not one.when.stated or (times[0].start, times[0].end) == (times[1].start, times[1].end)
    )


def _sizes(drafts: list[Draft], stations: list[Station], said: Stretch) -> None:
    """Give sizes and distances to the opening of the station that a sentence speaks of."""
    for draft in drafts:
        station = draft.place.station
        if draft.kind not in _SIZED or station is None or station.qualifier is Qualifier.OLD:
            continue
        if not any(same_station(station, replace(other, qualifier=None)) for other in stations):
            continue
        for match in said.matches:
            for name, value in match.values.items():
                if name == "relocation.distance_km":
                    _relocated(draft, station, value, said)
                    draft.add_match(match, "relocation.distance_km")
                elif name in ("lanes.entry.total", "lanes.exit.total"):
                    draft.lanes.setdefault(name.split(".")[1], {}).setdefault("total", value)
                    draft.add_match(match, name)


def _relocated(draft: Draft, station: Station, distance: float, said: Stretch) -> None:
    if draft.kind is not Kind.STATION_OPENING:
        return
    towards = [mark.value.to for mark in said.marks if mark.type == "direction" and mark.value.to != "both"]
    draft.relocation = Relocation(
        replaces=counterpart(station), distance_km=float(distance), towards=towards[0] if towards else None
    )


def _totals(drafts: list[Draft]) -> None:
    """How many lanes a station has is said where it opens, how many are open elsewhere."""
    for draft in drafts:
        if draft.kind is not Kind.LANE_CLOSURE or draft.place.station is None:
            continue
        for other in drafts:
            if other.kind in _SIZED and other.place.station and same_station(other.place.station, draft.place.station):
                for side, count in draft.lanes.items():
                    total = other.lanes.get(side, {}).get("total")
                    if total is not None:
                        count.setdefault("total", total)


def _starts(drafts: list[Draft]) -> None:
    """Where nothing fixes the start, an end alone leaves it unstated; without either it held when published."""
    for draft in drafts:
        validity = draft.when.validity
        if validity.start is None and validity.end is None and validity.start_basis is StartBasis.UNSTATED:
            draft.when = replace(draft.when, validity=replace(validity, start_basis=StartBasis.PUBLISHED))


def _restricted_detours(drafts: list[Draft]) -> None:
    for draft in drafts:
        for other in drafts:
            station = other.place.station
            if other is draft or station is None or other.kind not in _RESTRICTING or not _meet(draft, other):
                continue
            if any(same_station(station, via) for via in draft.via):
                draft.flags.add(Flag.DETOUR_RESTRICTED)


def _meet(one: Draft, other: Draft) -> bool:
    first, second = one.when.validity, other.when.validity
    starts_before_end = first.start is None or second.end is None or first.start < second.end
    return starts_before_end and (second.start is None or first.end is None or second.start < first.end)


def _exceeding(drafts: list[Draft]) -> None:
    for draft in drafts:
        for count in draft.lanes.values():
            total = count.get("total")
            if total is not None and total < max(count.get("open") or 0, count.get("closed") or 0):
                draft.flags.add(Flag.LANES_EXCEED_TOTAL)
