"""A text in its reading form: one script, one width, no stray spaces, and the way back to the original.

The reading form is what rules see. Full-width forms and compatibility characters become plain (NFKC, one
character at a time), traditional characters simplified, invisible characters and spaces vanish. Every
character of it knows the code point of the original that it came from, so evidence points at the words as
printed. Circled numbers stay: NFKC would turn ①7月1日 into 17月1日. Tabs are spaces, but between the cells of a table
they stay, for :mod:`service.reading.tables` to read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, groupby, pairwise

import opencc

_APART = 40
"""No more characters vanish between two that are read together."""
_KEPT = re.compile("[①-⑳㈠-㈩⓪-⓿❶-➓]")
_UNCONVERTIBLE = re.compile("[\ud800-\udfff\0]")
_HAN = re.compile("[\u3400-\u9fff]")
_TRADITIONAL_SHARE = 0.05
_DASHES = str.maketrans({"～": "~", "〜": "~", "∼": "~", "–": "—", "―": "—", "─": "—", "−": "-", "‐": "-", "‑": "-"})


@dataclass(frozen=True, slots=True)
class Text:
    """``reading[i]`` was read from code point ``origin[i]`` of the original; ``origin`` has one item more."""

    reading: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The code points of the original behind ``reading[start:end]``, end exclusive.

        Of words that a table says in two places, as in a cell and its heading, they are those of the first.
        """
        if end <= start:
            return self.origin[start], self.origin[start]
        last = start
        while last + 1 < end and self.origin[last] <= self.origin[last + 1] <= self.origin[last] + _APART:
            last += 1
        return self.origin[start], self.origin[last] + 1


def read(original: str) -> Text:
    """The reading form of ``original``."""
    characters: list[str] = []
    origin: list[int] = []
    edges = _cell_edges(original)
    for index, raw in enumerate(_simplified(original)):
        for character in edges[index] if index in edges else _plain(raw):
            characters.append(character)
            origin.append(index)
    return _without_spaces(characters, origin, len(original))


CELL_EDGE = "\x1f"
"""Stands between two cells of a table in the reading form; nothing else in a text reads as it."""

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_EDGES = ("\t", "|", "｜", "│")
_ROWS = {edge: re.compile(rf"(?:^[^\n{edge}]*[{edge}][^\n]*(?:\n|\Z))+", re.MULTILINE) for edge in _EDGES}
_RULING = frozenset(" \t:|｜│┼+-\n")
"""What the line below the headings of a table is made of."""


def _cell_edges(original: str) -> dict[int, str]:
    """What the marks between cells are read as, by where they stand: the tabs or bars that end a cell.

    Those are in lines one below the other with equally many, of which the first fills two cells. The bars around a
    table and the line below its headings are read as nothing.
    """
    edges: dict[int, str] = {}
    for edge in _EDGES:
        for block in _ROWS[edge].finditer(original) if edge in original else ():
            start = block.start()
            for count, rows in groupby(_LINES.findall(block[0]), key=lambda row: row.count(edge)):
                lines = list(rows)
                many = edge == "\t" or count > 1
                if many and len(lines) > 1 and sum(bool(cell.strip()) for cell in lines[0].split(edge)) > 1:
                    edges |= _row_edges(start, "".join(lines), edge)
                start += sum(map(len, lines))
    return edges | _spaced_edges(original)


def _spaced_edges(original: str) -> dict[int, str]:
    """Where spaces end a cell: in three lines or more with the same number of words, the first without digits."""
    edges: dict[int, str] = {}
    position = 0
    for words, rows in groupby(original.splitlines(keepends=True), key=_words_of):
        lines = list(rows)
        if words >= _FEWEST_WORDS and len(lines) >= _FEWEST_LINES and not re.search("[0-9]", lines[0]):
            for start, line in zip(accumulate(map(len, lines), initial=position), lines, strict=False):
                for spaces in re.finditer(r"(?<=\S)[ \t\u3000]+(?=\S)", line):
                    edges |= dict.fromkeys(range(start + spaces.start(), start + spaces.end()), "")
                    edges[start + spaces.start()] = CELL_EDGE
        position += sum(map(len, lines))
    return edges


def _words_of(line: str) -> int:
    """How many words stand in a line; none that count where something else ends a cell."""
    return 0 if any(edge in line for edge in _EDGES) else len(line.split())


_FEWEST_WORDS = 4
_FEWEST_LINES = 3


def _row_edges(start: int, rows: str, edge: str) -> dict[int, str]:
    edges = {start + place.start(): CELL_EDGE for place in re.finditer(re.escape(edge), rows)}
    if edge == "\t":
        return edges
    for line in _LINES.finditer(rows):
        begin, words = start + line.start(), line[0].rstrip()
        if "-" in words and _RULING.issuperset(line[0]):
            edges |= dict.fromkeys(range(begin, start + line.end()), "")
            continue
        if words.endswith(edge):
            edges[begin + len(words) - 1] = ""
        if words.lstrip().startswith(edge):
            edges[begin + words.index(edge)] = ""
    return edges


def without_edges(text: Text) -> Text:
    """``text`` with the tabs of tables that nobody could read dropped as other spaces are."""
    if CELL_EDGE not in text.reading:
        return text
    return _without_spaces(text.reading.replace(CELL_EDGE, "\t"), text.origin[:-1], text.origin[-1])


def unwrapped(text: Text) -> Text:
    """``text`` with the line breaks taken out that only break long sentences into short lines, as posts do.

    A break stays where a sentence ends, before a list marker, at a blank line, and everywhere in a table.
    """
    text = _labelled(text)
    soft: set[int] = set()
    start = 0
    for block in re.split("(\n{2,})", text.reading):
        if block.strip("\n"):
            soft |= _soft_breaks(block, start)
        start += len(block)
    kept = [index for index in range(len(text.reading)) if index not in soft]
    reading = "".join(text.reading[index] for index in kept)
    return Text(reading, (*(text.origin[index] for index in kept), text.origin[-1])) if soft else text


def _labelled(text: Text) -> Text:
    """``text`` with the lines of a form read as one sentence: 限行时间：… / 限行路段：… / 限行对象：…"""
    lines = text.reading.split("\n")
    reading = lines[0]
    for line, following in pairwise(lines):
        reading += ("," if _LABEL.match(line) and _LABEL.match(following) else "\n") + following
    reading = _HEADED.sub(lambda label: _joined(label[0]), reading)
    # 限行路段：… is 限行路段为…, so that the label and what it labels stay one clause.
    return Text(_LABELS.sub(lambda label: label[0][:-1] + "为", reading), text.origin)


def _joined(heading: str) -> str:
    """``heading`` with its colon and line ends as 为; all of them, since the text keeps its length."""
    words = heading.rstrip(":\n")
    return words + "为" * (len(heading) - len(words))


_LABEL = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十0-9]{1,3}[)]|[0-9]{1,2}[.、])?"
    "(?:原定?|现|新的|(?:延长|延期|顺延|推迟|变更|调整)后的?)?(?:限行|禁行|封闭|关闭|断道|施工|管制|管控|实施|作业|绕行|替代|占道|限制)(?:时间|日期|时段|期限|路段|区域|范围|地点|位置|对象|车型|车辆|措施|"
    "方式|内容|原因|站点|站口|收费站|出入口|部位|路线|线路|方案|道路):|(?:封闭|关闭):"
)


_HEADING_NUMBER = "(?:[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十0-9]{1,3}[)]|[0-9]{1,2}[.、])"
_HEADED = re.compile(
    f"(?:^|(?<=\n))({_HEADING_NUMBER}?(?:计划|预计|具体|主要)?(?:限行|禁行|封闭|关闭|断道|施工|管制|管控|实施|作业|占道|占路|养护|交通管制)+(?:起止|延期)?(?:"
    "(?:时间|日期|时段|期限|工期):?\n+(?=[0-9一二三四五六七八九十即自从])|"
    "(?:路段|地点|位置|区域|范围|里程|桩号|部位):?\n+(?=[\u4e00-\u9fffGSXK])))"
)
"""The heading of a form, and in the line below what it is the heading of: 一、管制时间 / 3月18日0时至9月30日24时。"""

_LABELS = re.compile(f"(?:^|(?<=[\\n,]))(?:{_LABEL.pattern})")


def _soft_breaks(block: str, start: int) -> set[int]:
    lines = block.split("\n")
    broken = [line for line in lines[:-1] if not _ENDED.search(line)]
    narrow = max(map(len, lines)) <= _NARROW and len(broken) * 3 >= len(lines)
    wrapped = len(lines) > 2 and narrow and not any(line.isdigit() for line in lines)
    breaks: set[int] = set()
    position = start
    for line, following in pairwise(lines):
        position += len(line) + 1
        # Nothing ends with a comma, however long its line is.
        goes_on = line.endswith((",", "、")) or (wrapped and not _LINE_ENDED.search(line) and not _item(line))
        goes_on |= _SUBJECT.search(line) is not None and _VERB.match(following) is not None
        if goes_on and not _MARKER.match(following):
            breaks.add(position - 1)
    return breaks


_NARROW = 24
_ENDED = re.compile(r"[。!?;:]$")
_LINE_ENDED = re.compile(r"[。!?;:】]$|[^\w,、()—~+-]$")


def _item(line: str) -> bool:
    """True for a heading or an item of a list, which ends where its line does, unless a comma says that it goes on."""
    item = _NUMBERED.match(line) or _OF_ROAD.match(line)
    return _HEADING.fullmatch(line) is not None or (item is not None and not line.endswith(("，", ",", "、")))


_SUBJECT = re.compile("(?:站|入口|出口|匝道|服务区|大桥|隧道)$")
_VERB = re.compile("(?:将|已|定|拟|计划)[于在从]")
_NUMBERED = re.compile(r"[0-9]{1,2}[.、]|[(][一二三四五六七八九十0-9]{1,3}[)]")
_OF_ROAD = re.compile(r"(?:[GS][0-9]{1,5})?[\u4e00-\u9fff]{2,8}(?:高速(?:公路)?|国道|省道):")
_HEADING = re.compile(r"[^\w\s]{0,4}[一二三四五六七八九十]{1,3}、[^;:。]{2,24}")
_MARKER = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:高速(?:公路)?|国道|省道)[:|]|[GS][0-9]{1,4}[\u4e00-\u9fff]|"
    r"[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十0-9]{1,3}[)]|[0-9]{1,2}[.、]|[^\w\s(《“\"]|第[一二三四]|阶段[一二三四]"
)


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    """What one character reads as: nothing, itself, or a few plain ones."""
    if character in "\n\t" or character == " ":
        return character
    if character in "\r\ufeff":
        return ""
    if _KEPT.match(character):
        return character
    plain = unicodedata.normalize("NFKC", character.translate(_DASHES)).translate(_DASHES)
    return "".join(" " if part.isspace() else part for part in plain if _visible(part))


def _visible(character: str) -> bool:
    # Cc and Cf are control and format marks (NUL, zero-width joiners, bidi overrides), Cs lone surrogates,
    # Co the private characters that masked text uses.
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")


def _without_spaces(characters: Sequence[str], origin: Sequence[int], length: int) -> Text:
    """Drop spaces but one between two ASCII letters or digits, where it separates: 2024-05-16 09:00."""
    reading: list[str] = []
    kept: list[int] = []
    pending: int | None = None
    for character, index in zip(characters, origin, strict=True):
        if character in " \t":
            pending = index
            continue
        if pending is not None and reading and _joins(reading[-1]) and _joins(character):
            reading.append(" ")
            kept.append(pending)
        pending = None
        reading.append(character)
        kept.append(index)
    return Text("".join(reading), (*kept, length))


def _joins(character: str) -> bool:
    return character.isascii() and character.isalnum()


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simplified(text: str) -> str:
    """``text`` with traditional characters made simplified, of the same length.

    A text in simplified characters stays as it is: some of those (乾, 後) are traditional ones elsewhere, and a rare
    name (濛阳) may have a character that only a traditional text would mean otherwise.
    """
    if text.isascii():
        return text
    # Neither a lone surrogate nor NUL can cross into the converter.
    clean = _UNCONVERTIBLE.sub(" ", text)
    converted: str = _converter().convert(clean)
    if len(converted) != len(text):
        converted = "".join(_converter().convert(character)[:1] or " " for character in clean)
    changed = [old for old, new in zip(clean, converted, strict=True) if old != new and not _in_simplified_use(old)]
    share = _TRADITIONAL_SHARE * len(_HAN.findall(clean))
    return converted if len(changed) > share and len(set(changed)) > 1 else text


def _in_simplified_use(character: str) -> bool:
    """True for a character of GB 2312, the set that simplified Chinese is written in."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
