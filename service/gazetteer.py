"""Names of roads and stations: keys that tell whether two spellings mean one place, and the places known.

A key is for comparing, never for showing. The known places are data in ``rules/gazetteer``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from service.errors import RuleError

_STATION_SUFFIX = re.compile(r"(?:(?:主线)?收费(?:站|所)|站)$")
_STATION_PREFIX = re.compile(r"^.*?高速(?:公路)?+(?=.{2,})|^(?:新建|既有|原)(?=.{2,})")
_ROAD_SUFFIX = re.compile(r"(?<=高速)公路$")
_KEYS = {"name", "number", "aliases", "stations"}
_ROAD_NUMBER = re.compile(r"[GSXY]\d{1,4}")


@lru_cache(maxsize=4096)
def station_key(name: str) -> str:
    """The bare name of a station: 津蓟高速公路天津收费站 and 天津站 are both 天津."""
    name = re.sub(r"\s+", "", name)
    # The suffix first: 原平站 is no old 平, 新建收费站 (of 新建区) no new one without a name.
    return _STATION_PREFIX.sub("", _STATION_SUFFIX.sub("", name) or name)


def road_key(name: str) -> str:
    """The short name of a road: 津蓟高速公路 is 津蓟高速; a number (S1) stays."""
    bare = re.sub(r"\s+", "", name)
    number = _ROAD_NUMBER.fullmatch(bare.upper())
    return number[0] if number else _ROAD_SUFFIX.sub("", bare)


@dataclass(frozen=True, slots=True)
class KnownRoad:
    """A road that the gazetteer names; ``stations`` in the order of travel, as far as known."""

    name: str
    number: str | None
    aliases: tuple[str, ...]
    stations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The known roads, by every key of theirs."""

    roads: dict[str, KnownRoad]

    def road(self, name: str) -> KnownRoad | None:
        """The road of that name, alias or number, or None."""
        return self.roads.get(road_key(name))

    def knows_station(self, road: str | None, station: str) -> bool | None:
        """Whether the road has that station; None where the gazetteer does not list the road's stations."""
        known = self.road(road) if road else None
        if known is None or not known.stations:
            return None
        return station_key(station) in map(station_key, known.stations)

    @property
    def names(self) -> tuple[str, ...]:
        """Every road name and alias, as written in texts."""
        written = {name for road in self.roads.values() for name in (road.name, *road.aliases)}
        return tuple(sorted(written, key=lambda name: (-len(name), name)))


def load_gazetteer(folder: Path) -> Gazetteer:
    """Read every ``*.yaml`` of ``folder``.

    Raises:
        RuleError: a file is no YAML, an entry lacks its name or has an unknown key, or two roads share a name.
    """
    roads: dict[str, KnownRoad] = {}
    for path in sorted(folder.glob("*.yaml")):
        for entry in _entries(path):
            road = _known_road(path, entry)
            for key in dict.fromkeys(road_key(name) for name in (road.name, *road.aliases)):
                if key in roads:
                    raise RuleError(f"{path.name}: {road.name}: expected names of its own, found {key} also elsewhere")
                roads[key] = road
            if road.number:
                # Provinces number their roads apart: of several S1 the first read answers to it.
                roads.setdefault(road_key(road.number), road)
    return Gazetteer(roads)


def _entries(path: Path) -> list[Any]:
    try:
        content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name}: expected YAML in UTF-8, found {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("roads"), list):
        raise RuleError(f"{path.name}: expected a mapping with a list 'roads'")
    entries: list[Any] = content["roads"]
    return entries


def _known_road(path: Path, entry: Any) -> KnownRoad:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or set(entry) - _KEYS:
        raise RuleError(f"{path.name}: expected a road with name, number, aliases and stations, found {entry!r}")
    for key in ("aliases", "stations"):
        if not isinstance(entry.get(key, []), list):
            raise RuleError(f"{path.name}: {entry['name']}: expected {key} as a list, found {entry[key]!r}")
    return KnownRoad(
        name=entry["name"],
        number=entry.get("number"),
        aliases=tuple(entry.get("aliases", ())),
        stations=tuple(entry.get("stations", ())),
    )
