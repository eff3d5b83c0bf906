"""Cells of the earth, coarse and fine, by which the store finds what lies in a box without looking at the rest.

A level halves longitudes and latitudes so many times. A box is filed in every cell that it touches, at each level where
those are few; a question is asked at the finest level where it touches few. The surprising thing: what is filed at no
finer level than one (the box of a long road) must be asked for by its own, wherever a finer level is asked; hence each
cell has two lists.
"""

from __future__ import annotations

from itertools import product

from service.geometry import Box

EVERYWHERE = 0
"""The cell in which everything is that is anywhere."""

NOWHERE = -1
"""The cell of what nobody has located."""

LEVELS = (0, 3, 5, 7, 9, 11)
"""From all the earth in one cell to cells of some 15 km."""

_FILED = 4
_ASKED = 32
_BITS = 12


def filed_in(box: Box | None) -> frozenset[int]:
    """The cells under which the store lists what has that box."""
    if box is None:
        return frozenset({NOWHERE})
    found: set[int] = set()
    for level, finer in zip(LEVELS, (*LEVELS[1:], None), strict=True):
        cells = _touched(box, level)
        found.update(_listed(level, cell) for cell in cells)
        if finer is not None and _count(box, finer) > _FILED:
            found.update(_listed(level, cell, coarse=True) for cell in cells)
            break
    return frozenset(found)


def asked_in(box: Box) -> frozenset[int]:
    """The cells that together list everything that touches ``box``, and some that does not."""
    level = max(level for level in LEVELS if level == 0 or _count(box, level) <= _ASKED)
    found = {_listed(level, cell) for cell in _touched(box, level)}
    for coarser in LEVELS[: LEVELS.index(level)]:
        found.update(_listed(coarser, cell, coarse=True) for cell in _touched(box, coarser))
    return frozenset(found)


def _listed(level: int, cell: tuple[int, int], *, coarse: bool = False) -> int:
    """The number of a list: of all in the cell, or of what is filed in none that is finer."""
    x, y = cell
    return ((LEVELS.index(level) * 2 + coarse) << 2 * _BITS) | (y << _BITS) | x


def _touched(box: Box, level: int) -> list[tuple[int, int]]:
    columns, rows = _span(box, level)
    return list(dict.fromkeys(product((column % 2**level for column in columns), rows)))


def _count(box: Box, level: int) -> int:
    # Not by listing them: at the finest level the earth has millions.
    columns, rows = _span(box, level)
    return len(columns) * len(rows)


def _span(box: Box, level: int) -> tuple[range, range]:
    """The columns and rows of cells; across the antimeridian columns go on counting."""
    west, south, east, north = box
    first, last = _index(west + 180, 360, level), _index(east + 180, 360, level)
    columns = range(first, last + 1 if west <= east else last + 1 + 2**level)
    return columns, range(_index(south + 90, 180, level), _index(north + 90, 180, level) + 1)


def _index(degrees: float, of: int, level: int) -> int:
    cells: int = 2**level
    return min(int(degrees / of * cells), cells - 1)
