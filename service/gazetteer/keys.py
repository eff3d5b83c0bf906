"""Keys tell whether two spellings mean one place. They are for comparing, never for showing."""

from __future__ import annotations

import re
from functools import lru_cache

_STATION_SUFFIX = re.compile(r"(?:(?:主线)?收费(?:站|所)|站)$")
_STATION_PREFIX = re.compile(r"^.*?高速(?:公路)?+(?=.{2,})|^(?:新建|既有|原)(?=.{2,})")
_ROAD_SUFFIX = re.compile(r"(?<=高速)公路$")
_ROAD_NUMBER = re.compile(r"[GSXY]\d{1,4}(?:[NSEW]\d?)?")


@lru_cache(maxsize=4096)
def station_key(name: str) -> str:
    """The bare name of a station: 津蓟高速公路天津收费站 and 天津站 are both 天津."""
    name = re.sub(r"\s+", "", name)
    # The suffix first: 原平站 is no old 平, 新建收费站 (of 新建区) no new one without a name.
    return _STATION_PREFIX.sub("", _STATION_SUFFIX.sub("", name) or name)


def road_key(name: str) -> str:
    """The short name of a road: 津蓟高速公路 is 津蓟高速; a number (S1) stays."""
    bare = re.sub(r"\s+", "", name)
    return road_number(bare) or _ROAD_SUFFIX.sub("", bare)


def road_number(text: str) -> str | None:
    """``text`` as the number of a road, in capitals, or None where it is none."""
    number = _ROAD_NUMBER.fullmatch(text.upper())
    return number[0] if number else None
