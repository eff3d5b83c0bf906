"""A bounding box as callers write it (OGC API Features 1.0, requirement 23): west, south, east, north in WGS-84.

The surprising thing: west may be the greater of the two, which is a box across the antimeridian. Heights, where six
numbers are given, say nothing here, as no change has one.
"""

from __future__ import annotations

import re

from service.store import Box

EXPECTED_BOX = "west,south,east,north in degrees of WGS-84, such as 116.7,38.5,118.1,40.3"

_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_MOST_LON, _MOST_LAT = 180.0, 90.0


def read_box(text: str) -> Box:
    """The box that ``text`` names.

    Raises:
        ValueError: saying what was expected.
    """
    words = [word.strip() for word in text.split(",")]
    if len(words) not in (4, 6) or not all(map(_NUMBER.fullmatch, words)):
        raise ValueError(f"{EXPECTED_BOX}: four numbers, or six with heights")
    numbers = tuple(map(float, words))
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if not _on_earth(west, south, east, north):
        swapped = _on_earth(south, west, north, east)
        hint = "; these seem to be latitudes before longitudes" if swapped else ""
        raise ValueError(f"longitudes from -180 to 180 and latitudes from -90 to 90, as {EXPECTED_BOX}{hint}")
    if south > north:
        raise ValueError(f"a south of at most the north, as {EXPECTED_BOX}")
    return west, south, east, north


def _on_earth(west: float, south: float, east: float, north: float) -> bool:
    return max(abs(west), abs(east)) <= _MOST_LON and max(abs(south), abs(north)) <= _MOST_LAT
