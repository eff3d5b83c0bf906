"""A table as lines: a row a line, its cells apart by tabs, and a cell that spans several said in each of them.

A person who looks at a table sees at once which road a row without one belongs to; a reader of lines does not. So
whatever was merged is repeated, within limits: a span is a number that anybody can write.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_COLUMNS = 12
_MOST_ROWS = 2_000
# Repeating may make a table so many times as long as it was, or so many characters long.
_GROWTH = 4
_GROWN = 20_000
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of a cell and how many rows and columns it spans, each at least 1."""

    words: str
    rows: int = 1
    columns: int = 1


_EMPTY = Cell("")


def lines_of(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...] | None:
    """The lines of a table, the rows that hold words; None where it is too large, or has but one row or column.

    A cell across the whole table is a line of its own: a heading over what follows.
    """
    if not rows or len(rows) > _MOST_ROWS:
        return None
    width = max(sum(min(cell.columns, MOST_COLUMNS) for cell in row) for row in rows)
    if width > MOST_COLUMNS * 2:
        return None
    filled = _filled(rows)
    used = [column for column in range(len(filled[0])) if any(row[column].words for row in filled)]
    lines = tuple(line for line in (_line([row[column] for column in used]) for row in filled) if line)
    size = sum(len(cell.words) for row in rows for cell in row)
    grown = sum(map(len, lines))
    tabular = sum("\t" in line for line in lines) > 1
    return lines if tabular and grown <= size * _GROWTH + _GROWN else None


def _filled(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Every row with a cell in every column, a spanning one in each place that it covers."""
    filled: list[list[Cell]] = []
    hanging: dict[int, tuple[Cell, int]] = {}
    for row in rows:
        places: dict[int, Cell] = {column: cell for column, (cell, _) in hanging.items()}
        hanging = {column: (cell, left - 1) for column, (cell, left) in hanging.items() if left > 1}
        column = 0
        for cell in row:
            while column in places:
                column += 1
            for _ in range(min(cell.columns, MOST_COLUMNS)):
                places[column] = cell
                if cell.rows > 1:
                    hanging[column] = (cell, cell.rows - 1)
                column += 1
        filled.append([places.get(place, _EMPTY) for place in range(max(places, default=-1) + 1)])
    width = max(map(len, filled))
    return [row + [_EMPTY] * (width - len(row)) for row in filled]


def _line(cells: Sequence[Cell]) -> str:
    different = {id(cell) for cell in cells}
    words = [_SPACES.sub(" ", cell.words).strip() for cell in cells]
    if len(different) == 1 or sum(map(bool, words)) < 2:
        return next(filter(None, words), "")
    return "\t".join(words)
