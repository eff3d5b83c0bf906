"""What a change is called: an effect (封闭) and the place it befalls (a station, a ramp, lanes) make a kind."""

from __future__ import annotations

from service.reading.places import Place
from service.reading.predications import Predication, Stretch
from service.records import Kind

WHOLE = {
    "station": Kind.STATION_CLOSURE,
    "service_area": Kind.SERVICE_AREA_CLOSURE,
    "ramp": Kind.RAMP_CLOSURE,
    "segment": Kind.ROAD_CLOSURE,
    "structure": Kind.ROAD_CLOSURE,
    "road": Kind.ROAD_CLOSURE,
}
"""The closure of a place, by its type."""

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


def kind_of(effect: str, place: Place, said: Predication, *, known: bool = False) -> Kind | None:
    """The kind of the change that ``effect`` makes at ``place``; None where it makes none.

    ``known`` tells that the sentence has named the place before the phrase.
    """
    if effect in _OF_STATIONS:
        # Of a station spoken of earlier only 撤销 and 收费: 取消 is said of much else.
        telling = "lasting" in said.cue.values or effect.startswith("tolling")
        here = said.whole.of_type("station", "it") or (known and telling)
        named = place.type == "station" and here
        if named and effect == "opened" and _mended(said):
            return Kind.REOPENING
        return _DIRECT[effect] if named else None
    if place.type == "junction" or (place.type == "service_area" and _of_amenity(said)):
        return None
    if effect in ("barred", "limited"):
        return _barred(effect, place, said)
    if effect == "lanes_open" and _grows(said):
        return None
    return _closed(place, said) if effect == "closed" else _DIRECT.get(effect)


def _mended(said: Predication) -> bool:
    """True of a station that was there before: 北塘收费站改造升级完毕，将于10月25日零点通车."""
    return any(match.values["stance"] == "mended" for match in (said.lead + said.before).values("stance"))


def _barred(effect: str, place: Place, said: Predication) -> Kind | None:
    if place.type == "road" and not said.whole.of_type("road"):
        return None
    limited = any(name.startswith("limits.") for match in said.whole.matches for name in match.values)
    here = effect == "barred" or said.whole.of_type(*WHOLE)
    return Kind.VEHICLE_RESTRICTION if here and (limited or said.whole.values("vehicles")) else None


def _closed(place: Place, said: Predication) -> Kind | None:
    if said.own.values("vehicles") or _of_sizes(said.own):
        return Kind.VEHICLE_RESTRICTION
    if _of_lanes(said.own) or (_of_lanes(said.lead) and not said.before.of_type(*WHOLE)):
        return Kind.LANE_CLOSURE
    if place.type in ("segment", "road") and place.access:
        return Kind.STATION_CLOSURE
    if place.type == "road" and not place.direction and not said.whole.of_type("road"):
        return None
    return WHOLE.get(place.type)


def _grows(said: Predication) -> bool:
    """3进4出变为5进7出: none is taken away."""
    values = said.cue.values
    sides = [side for side in ("entry", "exit") if f"lanes.{side}.total" in values]
    return bool(sides) and all(values[f"lanes.{side}.open"] >= values[f"lanes.{side}.total"] for side in sides)


def _of_amenity(said: Predication) -> bool:
    """服务区洗车机恢复使用: the service area is open all the time.

    因加油站改造，马集服务区关闭: named after what it offers, it is closed itself.
    """
    ahead = said.lead + said.before
    named = max((mark.end for mark in ahead.of_type("service_area", "it")), default=0)
    amenities = [match for match in ahead.values("stance") if match.values["stance"] == "amenity"]
    return any(match.end >= named for match in amenities)


def _of_sizes(said: Stretch) -> bool:
    """True where only vehicles of some size or weight are spoken of."""
    names = {name for match in said.matches for name in match.values}
    return any(name.startswith("limits.") for name in names - {"limits.speed_kmh"})


def _of_lanes(said: Stretch) -> bool:
    return any(name.startswith("lanes.") and name != "lanes.rest" for match in said.matches for name in match.values)
