"""Gazetteer files: YAML with ``about``, perhaps ``source``, and ``roads``, as docs/gazetteer.md describes them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from service.errors import RuleError
from service.gazetteer.datum import Datum, in_china
from service.gazetteer.keys import road_number
from service.gazetteer.places import Atlas, Gazetteer, KnownPlace, KnownRoad, PlaceError, Position

PLACES = "gazetteer"
"""The folder of a data folder that holds places of the operator's own."""

_FILE_KEYS = {"about", "source", "roads"}
_ROAD_KEYS = ("name", "number", "aliases", "stations", "junctions")
_PLACE_KEYS = ("name", "aliases", "order", "coordinates")
_POSITION_KEYS = ("lon", "lat", "datum", "accuracy_m", "source")
_DATUMS = frozenset(Datum)
_LONGEST_NAME = 60


def load_gazetteer(*folders: Path) -> Gazetteer:
    """Read every ``*.yaml`` of ``folders``; a folder that there is not holds none.

    Within a file a road stands once. Entries of one road in several files are put together.

    Raises:
        RuleError: a file is no YAML, holds a wrong value, or contradicts itself or one before it; the message names
            file, road and station.
    """
    atlas = Atlas()
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        for road in read_roads(path):
            try:
                atlas.add(road)
            except PlaceError as error:
                raise RuleError(f"{path.name}: {road.name}: {error}") from error
    return atlas.gazetteer()


def read_roads(path: Path) -> tuple[KnownRoad, ...]:
    """The roads of one file.

    Raises:
        RuleError: see :func:`load_gazetteer`.
    """
    seen: set[str] = set()
    roads = []
    for entry in _entries(path):
        try:
            road = _road(entry)
        except PlaceError as error:
            raise RuleError(f"{path.name}: {error}") from error
        twice = sorted(road.keys & seen)
        if twice:
            raise RuleError(f"{path.name}: {road.name}: expected names of its own, found {twice[0]} also elsewhere")
        seen |= road.keys
        roads.append(road)
    return tuple(roads)


def _entries(path: Path) -> list[Any]:
    try:
        content = _parsed(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name}: expected YAML in UTF-8, found {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("roads"), list) or set(content) - _FILE_KEYS:
        raise RuleError(f"{path.name}: expected a mapping with a list 'roads', 'about' and 'source'")
    entries: list[Any] = content["roads"]
    return entries


def _parsed(text: str) -> Any:
    if text.startswith("{"):
        with suppress(ValueError, RecursionError):
            return json.loads(text)
    return yaml.load(text, yaml.CSafeLoader)


def _road(entry: Any) -> KnownRoad:
    values = _mapping("a road", entry, _ROAD_KEYS)
    name = a_name(values["name"])
    try:
        return KnownRoad(
            name=name,
            number=a_number(values.get("number")),
            aliases=names(values.get("aliases")),
            stations=_places("stations", values.get("stations")),
            junctions=_places("junctions", values.get("junctions")),
        )
    except PlaceError as error:
        raise PlaceError(f"{name}: {error}") from error


def _places(key: str, value: Any) -> tuple[KnownPlace, ...]:
    places = tuple(map(_place, _list(key, value)))
    seen: set[str] = set()
    for place in places:
        twice = sorted(place.keys & seen)
        if twice:
            raise PlaceError(f"{place.name}: expected names of its own, found {twice[0]} also elsewhere")
        seen |= place.keys
    return places


def _place(entry: Any) -> KnownPlace:
    values = _mapping("a place", {"name": entry} if isinstance(entry, str) else entry, _PLACE_KEYS)
    name = a_name(values["name"])
    try:
        given = values.get("coordinates")
        return KnownPlace(
            name=name,
            aliases=names(values.get("aliases")),
            order=an_order(values.get("order")),
            position=None if given is None else _position(given),
        )
    except PlaceError as error:
        raise PlaceError(f"{name}: {error}") from error


def _position(given: Any) -> Position:
    values = _mapping("coordinates", given, _POSITION_KEYS, required="lon")
    source = values.get("source")
    return a_position(
        values["lon"],
        values.get("lat"),
        values.get("datum"),
        values.get("accuracy_m"),
        None if source is None else a_name(source),
    )


def _mapping(what: str, value: Any, keys: tuple[str, ...], required: str = "name") -> dict[str, Any]:
    if not isinstance(value, dict) or required not in value or set(value) - set(keys):
        raise PlaceError(f"expected {what} with {', '.join(keys[:-1])} and {keys[-1]}, found {value!r:.200}")
    return value


def _list(key: str, value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise PlaceError(f"expected {key} as a list, found {value!r:.200}")
    return value


def names(value: Any) -> tuple[str, ...]:
    """``value`` as a list of names, or PlaceError."""
    return tuple(dict.fromkeys(map(a_name, _list("aliases", value))))


def a_name(value: Any) -> str:
    """``value`` as a name, or PlaceError."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > _LONGEST_NAME:
        raise PlaceError(f"expected a name of 1 to {_LONGEST_NAME} printable characters, found {value!r:.200}")
    return value.strip()


def a_number(value: Any) -> str | None:
    """``value`` as the number of a road, or PlaceError."""
    if value is None:
        return None
    number = road_number(value) if isinstance(value, str) else None
    if number is None:
        raise PlaceError(f"expected a number like G2 or S1, found {value!r:.200}")
    return number


def an_order(value: Any) -> int | None:
    """``value`` as a place in the order of stations, or PlaceError."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise PlaceError(f"expected order as a whole number from 0, found {value!r:.200}")
    return value


def a_position(lon: Any, lat: Any, datum: Any, accuracy_m: Any, source: str | None) -> Position:
    """The values as a coordinate in China, or PlaceError; a datum is never assumed."""
    if not isinstance(datum, str) or datum not in _DATUMS:
        raise PlaceError(f"expected a datum of {', '.join(Datum)}, found {datum!r:.200}")
    place = (_degrees("lon", lon), _degrees("lat", lat))
    if not in_china(*place):
        hint = "; are lon and lat swapped?" if in_china(*reversed(place)) else ""
        raise PlaceError(f"expected lon 73 to 136 and lat 3 to 54, found lon {lon} and lat {lat}{hint}")
    if accuracy_m is not None and (not _is_real(accuracy_m) or accuracy_m <= 0):
        raise PlaceError(f"expected accuracy_m as metres above 0, found {accuracy_m!r:.200}")
    return Position(lon=place[0], lat=place[1], datum=Datum(datum), accuracy_m=accuracy_m, source=source)


def _degrees(key: str, value: Any) -> float:
    if not _is_real(value):
        raise PlaceError(f"expected {key} as degrees, found {value!r:.200}")
    return float(value)


def _is_real(value: Any) -> bool:
    # JSON can write numbers that no float holds.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 and math.isfinite(value)


def as_yaml(roads: Iterable[KnownRoad], about: str) -> str:
    """A gazetteer file of ``roads``, a place a line; the same roads give the same text."""
    # In JSON, which is YAML that is read some six times as fast: a country has ten thousand stations.
    entries = ",\n".join(map(_as_entry, roads))
    return f'{{"about": {_json(about)}, "roads": [\n{entries}\n]}}\n'


def _as_entry(road: KnownRoad) -> str:
    parts = [_json(_given({"name": road.name, "number": road.number, "aliases": list(road.aliases)}))[:-1]]
    for key, places in (("stations", road.stations), ("junctions", road.junctions)):
        if places:
            parts.append(f'"{key}": [\n  ' + ",\n  ".join(_json(_as_place(place)) for place in places) + "\n  ]")
    return ", ".join(parts) + "}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _as_place(place: KnownPlace) -> dict[str, Any]:
    position = place.position
    coordinates = position and {
        "lon": position.lon,
        "lat": position.lat,
        "datum": str(position.datum),
        "accuracy_m": position.accuracy_m,
        "source": position.source,
    }
    return _given(
        {
            "name": place.name,
            "aliases": list(place.aliases),
            "order": place.order,
            "coordinates": coordinates and _given(coordinates),
        }
    )


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value != []}
