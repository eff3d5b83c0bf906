"""The vocabulary of WZDx 4.2: what the words and figures of a record are in its enumerations and units.

WZDx counts in centimetres and kilograms, a record in metres and tonnes. A K-stake is no milepost, which is in miles:
the description has it.
"""

from __future__ import annotations

import re

from service.records import Change, Limits, Vehicle

_COMPASS = {"北": "northbound", "东": "eastbound", "南": "southbound", "西": "westbound"}
# Traffic keeps right, so the inner carriageway of a ring runs clockwise, as the inner loop of WZDx does.
_RINGS = {
    **dict.fromkeys(("内环", "内圈", "内侧", "顺时针"), "inner-loop"),
    **dict.fromkeys(("外环", "外圈", "外侧", "逆时针"), "outer-loop"),
}
_BOUND = re.compile("[向行]?(?:方向|侧)?$")
_SIZES = (("height_m", "reduced-height"), ("width_m", "reduced-width"), ("length_m", "reduced-length"))


def direction(change: Change, *, directed: bool) -> str:
    """The signed direction of travel.

    Expressways are signed by places, not by the compass, and then the order of the coordinates alone says which way
    (``undefined``); it is ``unknown`` where the record does not say, either.
    """
    to = change.direction.to if change.direction else None
    if to is not None:
        bound = _BOUND.sub("", to)
        signed = _COMPASS.get(bound) or _RINGS.get(bound)
        if signed:
            return signed
    return "undefined" if directed else "unknown"


def location_method(change: Change) -> str:
    """How the ends were found: by named junctions, or by stakes and the places of stations, which is ``other``."""
    segment = change.segment
    ends = (segment.from_, segment.to) if segment else ()
    named = [each for each in ends if each and not _STAKE.match(each)]
    return "junction-method" if len(named) == 2 else "other"


_STAKE = re.compile("[A-Z]*K[0-9]")


def restrictions(change: Change) -> list[dict[str, object]]:
    """What keeps vehicles out, with values in WZDx's units; as much of it as WZDx has words for."""
    limits = change.limits or Limits()
    found: list[dict[str, object]] = []
    if _no_trucks(change, limits):
        found.append({"type": "no-trucks"})
    if Vehicle.OVERSIZE in change.vehicles:
        found.append({"type": "permitted-oversize-loads-prohibited"})
    for name, type_ in _SIZES:
        metres = getattr(limits, name)
        if metres is not None:
            found.append({"type": type_, "value": _whole(metres * 100), "unit": "centimeters"})
    if limits.weight_t is not None:
        found.append({"type": "gross-weight-limit", "value": _whole(limits.weight_t * 1000), "unit": "kilograms"})
    return found


def _no_trucks(change: Change, limits: Limits) -> bool:
    """True where no goods vehicle may pass, of whatever weight."""
    if limits.weight_t is not None or limits.axles is not None:
        return False
    if change.vehicles:
        return Vehicle.GOODS in change.vehicles
    return bool(change.exempt) and Vehicle.GOODS not in change.exempt


def _whole(value: float) -> int | float:
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded
