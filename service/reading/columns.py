"""A row of a table as a sentence: what a heading says of its column is said of the cell.

A heading is told from a name by being nothing but words that headings are made of: 收费站 is one, 军山收费站 is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

# The first that a heading contains is what its column holds.
_ROLES: Mapping[str, re.Pattern[str]] = {
    role: re.compile(pattern, re.IGNORECASE)
    for role, pattern in {
        "number": "序号|编号|^No[.]?$",
        "round": "绕行|替代|分流|备选|改走",
        "begin": "(?:开始|起始|启动).*(?:时间|日期|时刻)|^(?:开始|起始)$",
        "until": "(?:结束|终止|截止|恢复|完工|开放).*(?:时间|日期|时刻)|^(?:结束|截止)$",
        "when": "时间|日期|期限|时段|工期",
        "station": "收费站|站名|站点|收费所",
        "from": "(?:起点|起始|开始)(?:桩号|里程|位置)?$|^起$",
        "to": "(?:终点|终止|结束|止点)(?:桩号|里程|位置)?$|^止$",
        "road": "高速|道路|路线|线路|公路|路名|路段名称|国省道",
        "direction": "方向",
        "stretch": "桩号|路段|区间|位置|地点|里程|区段",
        "side": "^(?:出入口|入口|出口|匝道)(?:匝道|情况|措施)?$",
        "what": "封闭|关闭|管制|管控|部位|措施|方式|情况|内容|影响|形式|类型",
    }.items()
}
_PLACES = frozenset({"road", "station", "from", "to", "stretch", "direction"})
_OTHERS = frozenset({"begin", "until", "when", "side", "what", "round", "number"})
_VOCABULARY = re.compile(
    "(?:序号|编号|No[.]?|所属|所在|涉及|受影响|影响|封闭|关闭|施工|作业|管制|管控|交通|计划|具体|拟|实施|临时|建议|推荐|附近|相邻|"
    "高速|公路|道路|路线|线路|路名|路段|区段|国省道|收费站|收费所|互通|枢纽|服务区|站名|站点|站|桩号|位置|地点|里程|区间|方向|部位|"
    "措施|方式|情况|内容|类型|形式|类别|事由|原因|范围|项目|工程|时间|日期|期限|时段|时刻|工期|绕行|替代|分流|请?改走|路径|方案|备注|说明|"
    "开始|起始|启动|结束|终止|截止|恢复|完工|通行|起止|起讫|起|止|讫|起点|终点|出入口|入口|出口|匝道|车道|单位|地市|名称|车型|"
    "车辆|限制|限行|禁行|安排|信息|开放|备选|点|[()/、及和与或:])+",
    re.IGNORECASE,
)
_LONGEST_HEADING = 16
_EFFECT = re.compile("封|关|禁|限|占|不|只|管制|断|正常|开放|恢复|开通|启用|取消|撤|通行")
_CLOSED = re.compile("封闭|关闭|禁行")
_ABOUT = re.compile("(?:双向|出入口|入口|出口)?(?:临时|全天|夜间)?(?:全封闭|半幅封闭|封闭|关闭)")
_WORKS = re.compile("(?<=收费站)施工")
_NAMED = re.compile("(?:站|所|枢纽|互通|服务区)(?=$|[(、,])")
_INSTRUCTION = re.compile("绕|驶|经|改道|通行|→|->")
_SIDE = re.compile("出入口|进出口|入口|出口|双向|只[进出上下]不[进出上下入]")
"""What a column of positions (封闭位置) may hold besides stakes: it is said after the station, not before."""
_YES = re.compile("[√✓✔是]|[●○]")
_NOTHING = re.compile(r"(?:[-—/\\~×]|无|暂无)*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of the reading text, ``start`` to ``end`` exclusive."""

    words: str
    start: int
    end: int


Said = tuple[str, Cell]
"""Words of a sentence and the cell that they come from."""


def are_headings(row: Sequence[Cell]) -> bool:
    """True for the first row of a table of places and what is said of them."""
    words = [cell.words for cell in row if cell.words]
    roles = {role_of(cell) for cell in row}
    return all(map(is_heading, words)) and bool(roles & _PLACES) and len(roles & (_PLACES | _OTHERS)) > 1


def is_heading(words: str) -> bool:
    """True for words that name a column, not something in it."""
    return len(words) <= _LONGEST_HEADING and _VOCABULARY.fullmatch(words) is not None


def sentence(heads: Sequence[Cell], row: Sequence[Cell], above: Cell | None = None) -> Iterator[Said]:
    """A row in the order of a sentence; ``above`` is the line above the table, which may say what happens.

    A row with a column for the entry and one for the exit is a sentence for each.
    """
    columns = [
        ("what" if _SIDE.fullmatch(cell.words) and role_of(head) == "stretch" else role_of(head), head, cell)
        for head, cell in zip(heads, row, strict=True)
        if not _NOTHING.fullmatch(cell.words)
    ]
    rest = [column for column in columns if column[0] != "side"]
    sides = [[side] for side in columns if side[0] == "side"]
    for side in sides or [[]]:
        said = rest + side
        if any(role for role, _, _ in said if role != "number"):
            yield from _sentence(said, heads, above)
            yield "。\n", row[-1]


_Columns = Sequence[tuple[str | None, Cell, Cell]]
"""Role, heading and cell of each."""


def _sentence(columns: _Columns, heads: Sequence[Cell], above: Cell | None) -> Iterator[Said]:
    yield from _places(columns)
    yield from _effects(columns, heads, above)
    yield from _times(columns)
    for role, _, cell in columns:
        if role is None:
            yield ",", cell
            yield cell.words, cell
    for _, head, cell in _of(columns, "round"):
        yield from _way_round(head, cell)


def role_of(head: Cell) -> str | None:
    """What a column under ``head`` holds."""
    return next((role for role, pattern in _ROLES.items() if pattern.search(head.words)), None)


def _of(columns: _Columns, *roles: str) -> Iterator[tuple[str | None, Cell, Cell]]:
    for wanted in roles:
        yield from (column for column in columns if column[0] == wanted)


def _places(columns: _Columns) -> Iterator[Said]:
    for role, _, cell in _of(columns, "road", "from", "to", "stretch", "station", "direction"):
        if role == "station":
            yield from _station(cell)
            continue
        if role == "to":
            yield "至", _first(cell)
        yield cell.words, cell
        if role == "direction" and not re.search("向|行|幅|侧|口", cell.words):
            yield "方向", _last(cell)


def _station(cell: Cell) -> Iterator[Said]:
    """A name with 收费站 behind it, also before what stands in brackets: 军山(入口)."""
    if _NAMED.search(cell.words):
        yield cell.words, cell
        return
    name, bracket, rest = cell.words.partition("(")
    yield name, cell
    yield "收费站", _last(replace(cell, end=cell.start + len(name)))
    if bracket:
        yield bracket + rest, replace(cell, start=cell.start + len(name))


def _effects(columns: _Columns, heads: Sequence[Cell], above: Cell | None) -> Iterator[Said]:
    said = list(_of(columns, "side", "what"))
    # The side before what happens to it: 入口, then 封闭.
    for role, head, cell in sorted(said, key=lambda column: bool(_EFFECT.search(column[2].words))):
        if role == "side":
            yield head.words, head
        yield ("封闭", head) if _YES.fullmatch(cell.words) else (cell.words, cell)
    if any(_EFFECT.search(cell.words) or _YES.fullmatch(cell.words) for _, _, cell in said):
        return
    yield from _effect_of_all(heads, above)


def _effect_of_all(heads: Iterable[Cell], above: Cell | None) -> Iterator[Said]:
    """What happens in every row: said by a heading, such as 封闭时间, or by the line above the table."""
    for head in heads:
        if _CLOSED.search(head.words) and role_of(head) != "round":
            yield "封闭", head
            return
    found = list(_ABOUT.finditer(above.words)) if above else []
    works = _WORKS.search(above.words) if above and not found else None
    if above and works:
        # A plan of works at toll stations names those that they close.
        yield "封闭", Cell(works[0], above.start + works.start(), above.start + works.end())
        return
    if above and found:
        last = found[-1]
        yield last[0], Cell(last[0], above.start + last.start(), above.start + last.end())


def _times(columns: _Columns) -> Iterator[Said]:
    for role, _, cell in _of(columns, "begin", "until", "when"):
        yield "至" if role == "until" else ",", _first(cell)
        yield cell.words, cell


def _way_round(head: Cell, cell: Cell) -> Iterator[Said]:
    if _INSTRUCTION.search(cell.words):
        yield ("," if "请" in cell.words else ",请"), _first(cell)
        yield cell.words, cell
        return
    yield ",请从", _first(cell)
    if re.search("站|点|名", head.words) or _NAMED.search(cell.words):
        yield from _station(cell)
    else:
        yield cell.words, cell
    yield "绕行", _last(cell)


def _first(cell: Cell) -> Cell:
    """Where words stand that a heading adds before those of a cell: they are evidence for nothing but the cell."""
    return replace(cell, end=cell.start + 1)


def _last(cell: Cell) -> Cell:
    return replace(cell, start=max(cell.end - 1, cell.start))
