"""Tables read as sentences, one a row: those with tabs between cells, and those flattened, one cell a line.

::

    序号 / 收费站 / 封闭部位 / 封闭时间 / 绕行收费站 / 1 / 军山 / 入口 / 7月8日9时至7月10日18时 / 艾城 / 2 / …
    军山收费站入口封闭,7月8日9时至7月10日18时,请从艾城收费站绕行。

What a heading says of its column is said in each row: 收费站 of a name, whose words are then evidence, or 封闭, which
points at the heading. A table of which the first column holds the headings is read column by column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from service.reading.columns import Cell, Said, are_headings, is_heading, role_of, sentence
from service.reading.text import CELL_EDGE, Text, without_edges

_FEWEST_ROWS = 2
_MOST_COLUMNS = 12
_NUMBER = re.compile("序号|编号|No[.]?", re.IGNORECASE)
_DATED = re.compile("[0-9](?:月|日|时|:|[.][0-9])|即日|另行")
_FEWEST_HEADS = 3
_LINE = re.compile("[^\n]+")

_Sentences = tuple[int, int, list[Said]]
"""Where a table, or a row of one, begins and ends, and what is read instead of it."""


def unflattened(text: Text) -> Text:
    """``text`` with each table read as sentences; one that nobody could read stays as it is."""
    tabbed = without_edges(_rewritten(text, _tabbed(text.reading)))
    return _rewritten(tabbed, _flattened(tabbed.reading))


def _rewritten(text: Text, tables: Iterator[_Sentences]) -> Text:
    reading: list[str] = []
    origin: list[int] = []
    position = 0
    for start, end, said in tables:
        reading.append(text.reading[position:start])
        origin.extend(text.origin[position:start])
        for words, cell in said:
            reading.append(words)
            origin.extend(text.origin[min(cell.start + index, cell.end - 1)] for index in range(len(words)))
        position = end
    if not position:
        return text
    return Text("".join(reading) + text.reading[position:], (*origin, *text.origin[position:]))


# Tables with tabs between the cells.


@dataclass(slots=True)
class _Above:
    """What the table read last was headed by: it goes on below a line that only divides it."""

    heads: Sequence[Cell] = ()
    line: Cell | None = None


def _tabbed(reading: str) -> Iterator[_Sentences]:
    if CELL_EDGE not in reading:
        return
    above = _Above()
    lines = [Cell(found[0], *found.span()) for found in _LINE.finditer(reading)]
    index = 0
    while index < len(lines):
        rows = _rows(lines, index)
        if not rows:
            # Two lines of prose end a table.
            above.heads = above.heads if index and CELL_EDGE in lines[index - 1].words else ()
            above.line = lines[index]
            index += 1
            continue
        end = lines[index + len(rows) - 1].end
        said = list(_said(rows, above))
        if said:
            yield rows[0][0].start, end + (reading[end : end + 1] == "\n"), said
        index += len(rows)


def _rows(lines: Sequence[Cell], first: int) -> list[list[Cell]]:
    """The cells of the lines from ``first`` on that have equally many, more than one."""
    width = lines[first].words.count(CELL_EDGE)
    rows: list[list[Cell]] = []
    for line in lines[first:]:
        if not width or line.words.count(CELL_EDGE) != width:
            break
        rows.append(list(_cells(line)))
    return rows


def _cells(line: Cell) -> Iterator[Cell]:
    start = line.start
    for words in line.words.split(CELL_EDGE):
        yield Cell(words, start, start + len(words))
        start += len(words) + 1


def _said(rows: list[list[Cell]], above: _Above) -> Iterator[Said]:
    heads, body = _headed(rows, above.heads)
    if not heads:
        return
    above.heads = heads
    road: Cell | None = None
    for row in body:
        # Plain text cannot say that a cell spans rows: an empty first one is the one above.
        road = row[0] if row[0].words else road
        full = [replace(road, end=road.end), *row[1:]] if road and not row[0].words else row
        yield from sentence(heads, full, above.line)


def _headed(rows: list[list[Cell]], known: Sequence[Cell]) -> tuple[Sequence[Cell], list[list[Cell]]]:
    """The headings and the rows below them; no headings where there are none."""
    if are_headings(rows[0]):
        if len(rows) > 2 and all(is_heading(cell.words) for cell in rows[1] if cell.words):
            return [_both(*pair) for pair in zip(rows[0], rows[1], strict=True)], rows[2:]
        return rows[0], rows[1:]
    first = [row[0] for row in rows]
    if are_headings(first):
        return first, [[row[column] for row in rows] for column in range(1, len(rows[0]))]
    return (known, rows) if len(known) == len(rows[0]) else ((), rows)


def _both(upper: Cell, lower: Cell) -> Cell:
    """One heading of two: 封闭时间 over 开始."""
    if not lower.words or lower.words == upper.words:
        return upper
    return replace(lower, words=lower.words + upper.words)


# Tables flattened into lines, one cell a line.


def _flattened(reading: str) -> Iterator[_Sentences]:
    cells = [Cell(found[0], *found.span()) for found in _LINE.finditer(reading)]
    numbered = list(_tables(cells))
    for first, columns, rows in numbered or _unnumbered(cells):
        heads = cells[first : first + columns]
        begins = [first + columns * (row + 1) for row in range(rows)]
        said = [words for begin in begins for words in sentence(heads, cells[begin : begin + columns])]
        yield heads[0].start, cells[begins[-1] + columns - 1].end, said


def _tables(cells: Sequence[Cell]) -> Iterator[tuple[int, int, int]]:
    """First heading, number of columns and of rows of each table: rows begin with 1, 2, 3, equally far apart."""
    for first in [index for index, cell in enumerate(cells) if cell.words.rstrip(".") == "1"]:
        for columns in range(2, _MOST_COLUMNS):
            rows = _numbered_rows(cells, first, columns)
            if rows >= _FEWEST_ROWS and first >= columns and _NUMBER.match(cells[first - columns].words):
                yield first - columns, columns, rows
                break


def _unnumbered(cells: Sequence[Cell]) -> Iterator[tuple[int, int, int]]:
    """The same of tables without numbers: headings one below the other, and a date in the same place of each row."""
    index = 0
    while index < len(cells):
        following = cells[index : index + _MOST_COLUMNS + 1]
        columns = len(list(takewhile(lambda cell: is_heading(cell.words), following)))
        heads = cells[index : index + columns]
        when = next((n for n, head in enumerate(heads) if role_of(head) == "when"), None)
        rows = 0
        if _FEWEST_HEADS <= columns <= _MOST_COLUMNS and when is not None and are_headings(heads):
            rows = _dated_rows(cells, index + columns, columns, when)
        if rows >= _FEWEST_ROWS:
            yield index, columns, rows
        index += columns * (rows + 1) if rows >= _FEWEST_ROWS else max(columns, 1)


def _dated_rows(cells: Sequence[Cell], first: int, columns: int, when: int) -> int:
    rows = 0
    while first + columns * (rows + 1) <= len(cells) and _DATED.search(cells[first + columns * rows + when].words):
        rows += 1
    return rows


def _numbered_rows(cells: Sequence[Cell], first: int, columns: int) -> int:
    rows = 0
    while first + columns * (rows + 1) <= len(cells) and cells[first + columns * rows].words.rstrip(".") == str(
        rows + 1
    ):
        rows += 1
    return rows
