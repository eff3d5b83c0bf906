"""Values that a gazetteer file or an import gives, each as what it must be, or PlaceError with what was found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from service.gazetteer.datum import Datum, Point, distance_m, in_china
from service.gazetteer.keys import road_number
from service.gazetteer.lines import Course, Line, Vertex
from service.gazetteer.places import PlaceError, Position
from service.gazetteer.stakes import stake_m, stake_text

_LINE_KEYS = ("points", "datum", "accuracy_m", "source")
_COURSE_KEYS = ("vertices", "datum", "accuracy_m", "source")
_DATUMS = frozenset(Datum)
_LONGEST_NAME = 60
_MOST_POINTS = 20_000
_STRETCHED, _STRETCHED_M = 1.5, 1_000.0
"""How much farther apart two vertices may be than their stakes: 断链 leave gaps in the count, a slip a bigger one."""


def a_mapping(what: str, value: Any, keys: tuple[str, ...], required: str = "name") -> dict[str, Any]:
    """``value`` as a mapping of no other ``keys``."""
    if not isinstance(value, dict) or required not in value or set(value) - set(keys):
        raise PlaceError(f"expected {what} with {', '.join(keys[:-1])} and {keys[-1]}, found {value!r:.200}")
    return value


def a_list(key: str, value: Any) -> list[Any]:
    """``value`` as a list; none is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise PlaceError(f"expected {key} as a list, found {value!r:.200}")
    return value


def names(value: Any, key: str = "aliases") -> tuple[str, ...]:
    """``value`` as a list of names."""
    return tuple(dict.fromkeys(map(a_name, a_list(key, value))))


def a_name(value: Any) -> str:
    """``value`` as a name."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > _LONGEST_NAME:
        raise PlaceError(f"expected a name of 1 to {_LONGEST_NAME} printable characters, found {value!r:.200}")
    return value.strip()


def a_number(value: Any) -> str | None:
    """``value`` as the number of a road."""
    if value is None:
        return None
    number = road_number(value) if isinstance(value, str) else None
    if number is None:
        raise PlaceError(f"expected a number like G2 or S1, found {value!r:.200}")
    return number


def an_order(value: Any) -> int | None:
    """``value`` as a place in the order of stations."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise PlaceError(f"expected order as a whole number from 0, found {value!r:.200}")
    return value


def a_stake(value: Any) -> float:
    """``value`` as a stake of the road, in metres."""
    metres = stake_m(value) if isinstance(value, str) else None
    if metres is None:
        raise PlaceError(f"expected a stake like K12+300, found {value!r:.200}")
    return metres


def a_position(lon: Any, lat: Any, datum: Any, accuracy_m: Any, source: str | None) -> Position:
    """The values as a coordinate in China; a datum is never assumed."""
    known = _a_datum(datum)
    place = _a_point(lon, lat)
    return Position(lon=place[0], lat=place[1], datum=known, accuracy_m=_an_accuracy(accuracy_m), source=source)


def a_line(what: str, value: Any) -> Line | None:
    """``value`` as the line of a ramp."""
    if value is None:
        return None
    values = a_mapping(what, value, _LINE_KEYS, required="points")
    given = _some(what, "points", values["points"])
    points = tuple(_a_point(*_of(f"{what}: a point of longitude and latitude", each, 2)) for each in given)
    if len(set(points)) < len(points):
        raise PlaceError(f"expected {what} with points of their own, found one twice")
    return Line(points=points, **_given_with(values))


def a_course(value: Any) -> Course | None:
    """``value`` as the line of a road."""
    if value is None:
        return None
    values = a_mapping("a line", value, _COURSE_KEYS, required="vertices")
    vertices = tuple(map(_a_vertex, _some("a line", "vertices", values["vertices"])))
    for before, after in pairwise(vertices):
        _require_on(before, after)
    return Course(vertices=vertices, **_given_with(values))


def _given_with(values: Mapping[str, Any]) -> dict[str, Any]:
    """What else is said of the points of a line."""
    source = values.get("source")
    return {
        "datum": _a_datum(values.get("datum")),
        "accuracy_m": _an_accuracy(values.get("accuracy_m")),
        "source": None if source is None else a_name(source),
    }


def _some(what: str, key: str, value: Any) -> list[Any]:
    given = a_list(key, value)
    if not 2 <= len(given) <= _MOST_POINTS:
        raise PlaceError(f"expected {what} of 2 to {_MOST_POINTS} {key}, found {len(given)}")
    return given


def _of(what: str, value: Any, count: int) -> list[Any]:
    if not isinstance(value, list) or len(value) != count:
        raise PlaceError(f"expected {what}, found {value!r:.200}")
    return value


def _a_vertex(value: Any) -> Vertex:
    stake, lon, lat = _of("a vertex of stake, longitude and latitude", value, 3)
    return (a_stake(stake), *_a_point(lon, lat))


def _require_on(before: Vertex, after: Vertex) -> None:
    """A slip in a stake or a coordinate would put a closure into another town."""
    here, there = stake_text(before[0]), stake_text(after[0])
    counted = after[0] - before[0]
    if counted <= 0:
        raise PlaceError(f"expected the stakes of a line to grow, found {there} after {here}")
    apart = distance_m(before[1:], after[1:])
    if apart > counted * _STRETCHED + _STRETCHED_M:
        raise PlaceError(f"expected {here} and {there} some {counted:.0f} m apart, found {apart:.0f} m")


def _a_datum(value: Any) -> Datum:
    if not isinstance(value, str) or value not in _DATUMS:
        raise PlaceError(f"expected a datum of {', '.join(Datum)}, found {value!r:.200}")
    return Datum(value)


def _a_point(lon: Any, lat: Any) -> Point:
    place = (_degrees("lon", lon), _degrees("lat", lat))
    if not in_china(*place):
        hint = "; are lon and lat swapped?" if in_china(*reversed(place)) else ""
        raise PlaceError(f"expected lon 73 to 136 and lat 3 to 54, found lon {lon} and lat {lat}{hint}")
    return place


def _an_accuracy(value: Any) -> float | None:
    if value is not None and (not _is_real(value) or value <= 0):
        raise PlaceError(f"expected accuracy_m as metres above 0, found {value!r:.200}")
    accuracy: float | None = value
    return accuracy


def _degrees(key: str, value: Any) -> float:
    if not _is_real(value):
        raise PlaceError(f"expected {key} as degrees, found {value!r:.200}")
    return float(value)


def _is_real(value: Any) -> bool:
    # JSON can write numbers that no float holds.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 and math.isfinite(value)
