"""Gazetteer files: YAML with ``about``, perhaps ``source``, and ``roads``, as docs/gazetteer.md describes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from service.errors import RuleError
from service.gazetteer.lines import Course, Line
from service.gazetteer.places import Atlas, Gazetteer, KnownPlace, KnownRoad, PlaceError, Position, Ramp
from service.gazetteer.stakes import stake_text
from service.gazetteer.values import (
    a_course,
    a_line,
    a_list,
    a_mapping,
    a_name,
    a_number,
    a_position,
    a_stake,
    an_order,
    names,
)

PLACES = "gazetteer"
"""The folder of a data folder that holds places of the operator's own."""

_FILE_KEYS = {"about", "source", "roads"}
_ROAD_KEYS = ("name", "number", "aliases", "line", "towards", "stations", "junctions")
_END_KEYS = ("start", "end")
_PLACE_KEYS = ("name", "aliases", "order", "stake", "coordinates")
_STATION_KEYS = (*_PLACE_KEYS, "entry_line", "exit_line")
_JUNCTION_KEYS = (*_PLACE_KEYS, "ramps")
_POSITION_KEYS = ("lon", "lat", "datum", "accuracy_m", "source")


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
    values = a_mapping("a road", entry, _ROAD_KEYS)
    name = a_name(values["name"])
    try:
        start, end = _towards(values.get("towards"))
        return KnownRoad(
            name=name,
            number=a_number(values.get("number")),
            aliases=names(values.get("aliases")),
            line=a_course(values.get("line")),
            start=start,
            end=end,
            stations=_places("stations", values.get("stations"), _STATION_KEYS),
            junctions=_places("junctions", values.get("junctions"), _JUNCTION_KEYS),
        )
    except PlaceError as error:
        raise PlaceError(f"{name}: {error}") from error


def _towards(given: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if given is None:
        return (), ()
    if not isinstance(given, dict) or set(given) - set(_END_KEYS):
        raise PlaceError(f"expected towards with {' and '.join(_END_KEYS)}, found {given!r:.200}")
    start, end = (names(given.get(key), key) for key in _END_KEYS)
    return start, end


def _places(key: str, value: Any, keys: tuple[str, ...]) -> tuple[KnownPlace, ...]:
    places = tuple(_place(entry, keys) for entry in a_list(key, value))
    seen: set[str] = set()
    for place in places:
        twice = sorted(place.keys & seen)
        if twice:
            raise PlaceError(f"{place.name}: expected names of its own, found {twice[0]} also elsewhere")
        seen |= place.keys
    return places


def _place(entry: Any, keys: tuple[str, ...]) -> KnownPlace:
    values = a_mapping("a place", {"name": entry} if isinstance(entry, str) else entry, keys)
    name = a_name(values["name"])
    try:
        stake, given = values.get("stake"), values.get("coordinates")
        return KnownPlace(
            name=name,
            aliases=names(values.get("aliases")),
            order=an_order(values.get("order")),
            stake_m=None if stake is None else a_stake(stake),
            position=None if given is None else _position(given),
            entry_line=a_line("entry_line", values.get("entry_line")),
            exit_line=a_line("exit_line", values.get("exit_line")),
            ramps=_ramps(values.get("ramps")),
        )
    except PlaceError as error:
        raise PlaceError(f"{name}: {error}") from error


def _ramps(given: Any) -> tuple[Ramp, ...]:
    if given is None:
        return ()
    if not isinstance(given, dict):
        raise PlaceError(f"expected ramps as a mapping of letters to lines, found {given!r:.200}")
    lines = ((a_name(name), a_line(f"ramp {name}", line)) for name, line in given.items())
    return tuple(Ramp(name=name, line=line) for name, line in lines if line)


def _position(given: Any) -> Position:
    values = a_mapping("coordinates", given, _POSITION_KEYS, required="lon")
    source = values.get("source")
    return a_position(
        values["lon"],
        values.get("lat"),
        values.get("datum"),
        values.get("accuracy_m"),
        None if source is None else a_name(source),
    )


def as_yaml(roads: Iterable[KnownRoad], about: str) -> str:
    """A gazetteer file of ``roads``, a place a line; the same roads give the same text."""
    # In JSON, which is YAML that is read some six times as fast: a country has ten thousand stations.
    entries = ",\n".join(map(_as_entry, roads))
    return f'{{"about": {_json(about)}, "roads": [\n{entries}\n]}}\n'


def _as_entry(road: KnownRoad) -> str:
    ends = _given({"start": list(road.start), "end": list(road.end)})
    head = {
        "name": road.name,
        "number": road.number,
        "aliases": list(road.aliases),
        "towards": ends or None,
        "line": road.line and _as_course(road.line),
    }
    parts = [_json(_given(head))[:-1]]
    for key, places in (("stations", road.stations), ("junctions", road.junctions)):
        if places:
            parts.append(f'"{key}": [\n  ' + ",\n  ".join(_json(_as_place(place)) for place in places) + "\n  ]")
    return ", ".join(parts) + "}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _as_place(place: KnownPlace) -> dict[str, Any]:
    position = place.position
    return _given(
        {
            "name": place.name,
            "aliases": list(place.aliases),
            "order": place.order,
            "stake": None if place.stake_m is None else stake_text(place.stake_m),
            "coordinates": position and {"lon": position.lon, "lat": position.lat, **_as_said(position)},
            "entry_line": place.entry_line and _as_line(place.entry_line),
            "exit_line": place.exit_line and _as_line(place.exit_line),
            "ramps": {ramp.name: _as_line(ramp.line) for ramp in place.ramps} or None,
        }
    )


def _as_line(line: Line) -> dict[str, Any]:
    return {"points": line.points, **_as_said(line)}


def _as_course(course: Course) -> dict[str, Any]:
    return {"vertices": [(stake_text(stake), *point) for stake, *point in course.vertices], **_as_said(course)}


def _as_said(given: Position | Line | Course) -> dict[str, Any]:
    return _given({"datum": str(given.datum), "accuracy_m": given.accuracy_m, "source": given.source})


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value != []}
