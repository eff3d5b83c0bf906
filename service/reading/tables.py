"""Tables that a page has flattened into lines, one cell a line, read as sentences, one a row.

::

    序号 / 收费站 / 封闭部位 / 封闭时间 / 绕行收费站 / 1 / 军山 / 入口 / 7月8日9时至7月10日18时 / 艾城 / 2 / …
    军山收费站入口封闭，7月8日9时至7月10日18时，请从艾城收费站绕行。

What a heading says of its column (收费站, 封闭部位) is said in each row, and points at the heading as its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.reading.text import Text

_FEWEST_ROWS = 2
_MOST_COLUMNS = 12
_NUMBER = re.compile("序号|编号|No[.]?", re.IGNORECASE)
_ROAD = re.compile("高速|道路|路线|线路|公路|路名|路段名称")
_STATION = re.compile("收费站|站名|站点|收费所")
_WHAT = re.compile("封闭|关闭|管制|部位|措施|方式|情况")
_WHEN = re.compile("时间|日期|期限|时段")
_ROUND = re.compile("绕行|替代|分流")
_EFFECT = re.compile("封闭|关闭|禁|限|占|不|只|管制|断")
_STATION_NAME = re.compile("(?:站|所|枢纽|互通|服务区)$")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A stretch of the reading text, ``start`` to ``end`` exclusive."""

    words: str
    start: int
    end: int


def unflattened(text: Text) -> Text:
    """``text`` with each flattened table read as sentences."""
    cells = list(_lines(text.reading))
    reading: list[str] = []
    origin: list[int] = []
    position = 0
    for first, columns, rows in _tables(cells):
        heads = cells[first : first + columns]
        _copy(text, position, heads[0].start, reading, origin)
        for row in range(rows):
            begin = first + columns * (row + 1)
            for words, cell in _sentence(heads, cells[begin : begin + columns]):
                reading.append(words)
                origin.extend(text.origin[min(cell.start + index, cell.end - 1)] for index in range(len(words)))
        position = cells[first + columns * (rows + 1) - 1].end
    if not position:
        return text
    _copy(text, position, len(text.reading), reading, origin)
    return Text("".join(reading), (*origin, text.origin[-1]))


def _copy(text: Text, start: int, end: int, reading: list[str], origin: list[int]) -> None:
    reading.append(text.reading[start:end])
    origin.extend(text.origin[start:end])


def _lines(reading: str) -> Iterator[_Cell]:
    for found in re.finditer("[^\n]+", reading):
        yield _Cell(found[0], found.start(), found.end())


def _tables(cells: Sequence[_Cell]) -> Iterator[tuple[int, int, int]]:
    """First heading, number of columns and of rows of each table: rows begin with 1, 2, 3, equally far apart."""
    numbers = {cell.words.rstrip("."): index for index, cell in enumerate(cells) if cell.words.rstrip(".") == "1"}
    if "1" not in numbers:
        return
    for first in [index for index, cell in enumerate(cells) if cell.words.rstrip(".") == "1"]:
        for columns in range(2, _MOST_COLUMNS):
            rows = _rows(cells, first, columns)
            if rows >= _FEWEST_ROWS and first >= columns and _NUMBER.match(cells[first - columns].words):
                yield first - columns, columns, rows
                break


def _rows(cells: Sequence[_Cell], first: int, columns: int) -> int:
    rows = 0
    while first + columns * (rows + 1) <= len(cells) and cells[first + columns * rows].words.rstrip(".") == str(
        rows + 1
    ):
        rows += 1
    return rows


def _sentence(heads: Sequence[_Cell], row: Sequence[_Cell]) -> Iterator[tuple[str, _Cell]]:
    """The words of a row in the order of a sentence, each with the cell it stands in."""
    columns = list(zip(heads[1:], row[1:], strict=True))
    rounds = [column for column in columns if _ROUND.search(column[0].words)]
    rest = [column for column in columns if column not in rounds]
    for pattern in (_ROAD, _STATION):
        for head, cell in [column for column in rest if pattern.search(column[0].words)]:
            yield from _place(pattern, head, cell)
            rest.remove((head, cell))
    for head, cell in [
        column for column in rest if _WHAT.search(column[0].words) and not _WHEN.search(column[0].words)
    ]:
        yield cell.words, cell
        if not _EFFECT.search(cell.words) and re.search("封闭|关闭", head.words):
            yield "封闭", head
        rest.remove((head, cell))
    for _, cell in rest:
        yield ",", cell
        yield cell.words, cell
    for head, cell in rounds:
        yield ",请从", head
        yield from _place(_STATION, head, cell)
        yield "绕行", head
    yield "。\n", row[-1]


def _place(pattern: re.Pattern[str], head: _Cell, cell: _Cell) -> Iterator[tuple[str, _Cell]]:
    yield cell.words, cell
    if pattern is _STATION and not _STATION_NAME.search(cell.words):
        yield "收费站", head
