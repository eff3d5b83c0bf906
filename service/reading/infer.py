"""What follows from a notice read as a whole: totals, relocations, restricted detours, missing parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from service.gazetteer import station_key
from service.reading.drafts import Draft
from service.reading.memory import Memory
from service.reading.places import counterpart, same_station
from service.reading.predications import Stretch
from service.reading.timing import When, long_ago
from service.records import Access, Action, EndBasis, Flag, Kind, Qualifier, Reason, Relocation, StartBasis, Station

_SIZED = frozenset({Kind.STATION_OPENING, Kind.REOPENING})
_DATED = frozenset(
    {Kind.STATION_OPENING, Kind.STATION_ABOLITION, Kind.STATION_RENAMING, Kind.TOLLING_START, Kind.TOLLING_END}
)
"""Kinds that a notice announces for a day; without one it speaks of them in passing."""
_ONE_SIDE = (Access.ENTRY, Access.EXIT)
_VAGUE = frozenset({Kind.TRAFFIC_CONTROL, Kind.REOPENING})
_SHUT = frozenset({Kind.STATION_CLOSURE, Kind.SERVICE_AREA_CLOSURE, Kind.RAMP_CLOSURE, Kind.ROAD_CLOSURE})
_BEFALLING = frozenset({Reason.ACCIDENT, Reason.INCIDENT, Reason.WEATHER})
_STALE = timedelta(days=10)
_RESTRICTING = frozenset(
    {Kind.STATION_CLOSURE, Kind.LANE_CLOSURE, Kind.VEHICLE_RESTRICTION, Kind.TRAFFIC_CONTROL, Kind.STATION_ABOLITION}
)


def infer(memory: Memory) -> list[Draft]:
    """The drafts, completed and each said once."""
    announced = [draft for draft in _once(memory.drafts) if not _told_in_passing(draft, memory.today)]
    drafts = _news(_reopened(_withdrawn(_controlled(_specific(announced))), memory.today), memory.today)
    stations = _by_station(drafts)
    for places, said in memory.facts:
        _sizes(stations, [place.station for place in places if place.station], said)
    for draft in drafts:
        _total(draft, stations)
        _start(draft)
        _no_way_through(draft)
        _restricted_detour(draft, stations)
        _exceeding(draft)
    return drafts


def _told_in_passing(draft: Draft, today: date) -> bool:
    """True of what a story tells without saying when, or of long ago: what it announces, it dates.

    A list, a log or a message of a few sentences says what holds while it is written.
    """
    if not draft.aside or draft.action is not Action.ANNOUNCE:
        return False
    said = draft.when.validity
    if said.end_basis is EndBasis.UNTIL_FURTHER_NOTICE:
        return False
    last = said.end or said.start
    if last is None or today - last.date() > _STALE:
        return True
    # 昨晨一辆货车侧翻，占用两条车道: what befell a road the day before is over by the time a story is told of it.
    return draft.reason in _BEFALLING and not draft.kind.lasting and said.end is None and last.date() < today


def _by_station(drafts: list[Draft]) -> dict[str, list[Draft]]:
    """Drafts by the key of their station's name."""
    found: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.place.station:
            found[station_key(draft.place.station.name)].append(draft)
    return found


def _once(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts that say the same of the same place merged into the first, which keeps what only the later one says."""
    kept: dict[tuple[object, ...], list[Draft]] = {}
    for draft in drafts:
        about = (draft.kind, draft.place.key, draft.access or Access.BOTH, frozenset(draft.vehicles))
        alike = kept.setdefault(about, [])
        twin = next((other for other in alike if _same(other, draft)), None)
        if twin is None:
            alike.append(draft)
        else:
            _merge(twin, draft)
    merged = {id(draft) for alike in kept.values() for draft in alike}
    return [draft for draft in drafts if id(draft) in merged]


def _same(one: Draft, other: Draft) -> bool:
    directions = one.place.direction, other.place.direction
    told_once = one.line == other.line and None in directions
    if one.kind is not Kind.VEHICLE_RESTRICTION and directions[0] != directions[1] and not told_once:
        return False
    first, second = one.when.validity, other.when.validity
    if one.line == other.line and first.end is None and second.start is None and first.start and second.end:
        # 自7月5日起封闭…封闭至9月30日: the two ends of one.
        return first.start < second.end
    if not (one.when.stated and other.when.stated):
        return True
    # 目前封闭，预计10月31日恢复 … 封闭时间为5月16日至10月31日
    alike = [ours == theirs for ours, theirs in ((first.start, second.start), (first.end, second.end))]
    missing = [None in ends for ends in ((first.start, second.start), (first.end, second.end))]
    return all(alike) or (one.line != other.line and any(alike) and all(map(any, zip(alike, missing, strict=True))))


def _merge(twin: Draft, draft: Draft) -> None:
    """Give ``twin`` what only ``draft`` says."""
    for side, count in draft.lanes.items():
        twin.lanes[side] = {**count, **twin.lanes.get(side, {})}
    if (
        twin.place.road is None
        or twin.place.access is None
        or (twin.place.direction is None and draft.place.direction is not None)
    ):
        twin.place = draft.place
    if not twin.when.stated:
        twin.when = draft.when
    elif twin.when.validity.end is None and draft.when.validity.end is not None:
        twin.when = twin.when.moved(draft.when)
    elif twin.when.validity.start is None and draft.when.validity.start is not None:
        twin.when = draft.when
    if twin.action is Action.ANNOUNCE:
        twin.action = draft.action
    twin.rest_closed = twin.rest_closed or draft.rest_closed
    twin.contraflow = twin.contraflow or draft.contraflow
    twin.limits = {**draft.limits, **twin.limits}
    twin.flags |= draft.flags
    twin.aside = twin.aside and draft.aside
    twin.detours |= draft.detours
    twin.words.extend(draft.words)


def _specific(drafts: list[Draft]) -> list[Draft]:
    """Drop what an introduction says without dates where another draft says it with them, of that place or a part."""
    told: set[tuple[object, ...]] = set()
    last: dict[object, int] = {}
    for draft in drafts:
        if draft.when.stated:
            told |= {(draft.kind, draft.place.key), (draft.kind, "on", draft.place.road), (draft.kind, "on", None)}
            told.add(("any", draft.place.road))
            last[draft.place.key] = draft.line
    return [
        draft
        for draft in drafts
        if draft.when.stated
        or (
            draft.kind not in _DATED
            and draft.line >= last.get(draft.place.key, 0)
            and not told & _told_more_closely(draft)
        )
    ]


def _controlled(drafts: list[Draft]) -> list[Draft]:
    """实行交通管制，入口封闭 is one change: only where no more is said of a place is its traffic just controlled."""
    told = [draft for draft in drafts if draft.kind in _SHUT or draft.kind is Kind.VEHICLE_RESTRICTION]
    kept = []
    for draft in drafts:
        more = [other for other in told if other.place.key == draft.place.key and _meet(other, draft)]
        if draft.kind is not Kind.TRAFFIC_CONTROL or not more:
            kept.append(draft)
            continue
        for other in more:
            other.reason = other.reason or draft.reason
            if not other.when.stated or (other.when.validity.end is None and draft.when.validity.end is not None):
                other.when = draft.when
    return kept


def _withdrawn(drafts: list[Draft]) -> list[Draft]:
    """停止收费，予以撤销 is one withdrawal."""
    gone = {draft.place.key: draft for draft in drafts if draft.kind is Kind.STATION_ABOLITION}
    kept = []
    for draft in drafts:
        abolition = gone.get(draft.place.key) if draft.kind is Kind.TOLLING_END else None
        if abolition is None:
            kept.append(draft)
        elif not abolition.when.stated:
            abolition.when = draft.when
    return kept


def _reopened(drafts: list[Draft], today: date) -> list[Draft]:
    """该站8月1日起封闭改造, of a place that the notice opens again: how it came to be closed is told in passing."""
    opening = {(draft.place.key, draft.access): draft.when for draft in drafts if draft.kind is Kind.REOPENING}
    return [
        draft
        for draft in drafts
        if draft.kind not in _SHUT or not _over(draft.when, opening.get((draft.place.key, draft.access)), today)
    ]


def _over(closed: When, opened: When | None, today: date) -> bool:
    """True of a closure under way, without an end of its own, whose place is ``opened`` again."""
    start = closed.validity.start
    if opened is None or start is None or closed.validity.end is not None or start.date() >= today:
        return False
    # 10月25日恢复 is read as an end.
    again = opened.validity.start or opened.validity.end
    return again is not None and start < again


def _news(drafts: list[Draft], today: date) -> list[Draft]:
    """What opened or changed long before the notice is told in passing: 该站2019年7月6日开通."""
    return [draft for draft in drafts if not (draft.kind.lasting and long_ago(draft.when, today))]


def _told_more_closely(draft: Draft) -> set[tuple[object, ...]]:
    """What another draft must be about to say more closely what ``draft`` says."""
    keys: set[tuple[object, ...]] = {(draft.kind, draft.place.key)}
    if draft.place.type in ("road", "segment") and draft.kind in _VAGUE:
        keys.add(("any", draft.place.road))
    return keys | {(draft.kind, "on", draft.place.road)} if draft.place.type in ("road", "structure") else keys


def _sizes(stations: dict[str, list[Draft]], named: list[Station], said: Stretch) -> None:
    """Give sizes and distances to the opening of the station that a sentence speaks of."""
    keys = dict.fromkeys(station_key(station.name) for station in named)
    for draft in (draft for key in keys for draft in stations.get(key, ())):
        station = draft.place.station
        if draft.kind not in _SIZED or station is None or station.qualifier is Qualifier.OLD:
            continue
        for match in said.matches:
            for name, value in match.values.items():
                if name == "relocation.distance_km":
                    _relocated(draft, station, value, said)
                    draft.add_match(match, name)
                elif name == "lanes.total" and draft.kind is Kind.STATION_OPENING and draft.place.access in _ONE_SIDE:
                    draft.lanes.setdefault(draft.place.access.value, {}).setdefault("total", value)
                    draft.add_match(match, name)
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


def _total(draft: Draft, stations: dict[str, list[Draft]]) -> None:
    """How many lanes a station has is said where it opens, how many are open elsewhere."""
    station = draft.place.station
    if draft.kind is not Kind.LANE_CLOSURE or station is None:
        return
    for other in stations[station_key(station.name)]:
        if other.kind in _SIZED and other.place.station and same_station(other.place.station, station):
            for side, count in draft.lanes.items():
                total = other.lanes.get(side, {}).get("total")
                if total is not None:
                    count.setdefault("total", total)


def _start(draft: Draft) -> None:
    """Where nothing fixes the start, an end alone leaves it unstated; without either it held when published."""
    validity = draft.when.validity
    if validity.start is None and validity.end is None and validity.start_basis is StartBasis.UNSTATED:
        draft.when = replace(draft.when, validity=replace(validity, start_basis=StartBasis.PUBLISHED))


def _no_way_through(draft: Draft) -> None:
    """去往开发区的车辆仍会选择北塘站: there is no way round through what is closed itself."""
    station = draft.place.station
    if station is None or draft.kind is not Kind.STATION_CLOSURE or draft.access is not Access.BOTH:
        return
    ways = list(draft.detours.items())
    kept = [number for number, (_, passed) in enumerate(ways) if _leads_elsewhere(passed, station)]
    if len(kept) == len(ways):
        return
    draft.detours = dict(ways[number] for number in kept)
    numbers = {f"detours.{old}": f"detours.{new}" for new, old in enumerate(kept)}
    draft.words = [
        (numbers.get(name, name), start, end, rule)
        for name, start, end, rule in draft.words
        if name in numbers or not name.startswith("detours.")
    ]


def _leads_elsewhere(passed: tuple[Station, ...], closed: Station) -> bool:
    return not passed or not all(same_station(closed, via) for via in passed)


def _restricted_detour(draft: Draft, stations: dict[str, list[Draft]]) -> None:
    for via in (station for stations_passed in draft.detours.values() for station in stations_passed):
        for other in stations.get(station_key(via.name), ()):
            station = other.place.station
            if other is draft or station is None or other.kind not in _RESTRICTING:
                continue
            if same_station(station, via) and _meet(draft, other):
                draft.flags.add(Flag.DETOUR_RESTRICTED)


def _meet(one: Draft, other: Draft) -> bool:
    first, second = one.when.validity, other.when.validity
    starts_before_end = first.start is None or second.end is None or first.start < second.end
    return starts_before_end and (second.start is None or first.end is None or second.start < first.end)


def _exceeding(draft: Draft) -> None:
    for count in draft.lanes.values():
        total = count.get("total")
        if total is not None and total < max(count.get("open") or 0, count.get("closed") or 0):
            draft.flags.add(Flag.LANES_EXCEED_TOTAL)
