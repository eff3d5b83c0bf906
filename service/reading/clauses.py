"""A reading laid out as a person sees it: lines with their level, sentences, clauses."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from service.reading.marks import PLACES, SYMBOL, Mark, mask
from service.reading.rules import Match, Reading

_LEVELS = (
    re.compile(r"[一二三四五六七八九十]{1,3}、|第[一二三四五六]阶段|阶段[一二三四五六]|[★☆◆■●◎]|#{1,6}"),
    re.compile(r"[(][一二三四五六七八九十]{1,3}[)]|[㈠-㈩]"),
)
_HEADS = "★☆◆■●◎"
_HEADED = re.compile("【[^】]{2,20}】")
_NUMBER = re.compile(r"[0-9]{1,2}[.、](?![0-9])|[①-⑳❶-➓]|[(][0-9]{1,2}[)]")
_BULLET = re.compile(r"[·▪•◇○▲►※]|[^\w\s,。;:!?()《》“”\"'、~+#【】〔〕\ue000-\uf8ff-]")
_SENTENCE_END = re.compile(r"[。!?;\n]")
_SENTENCE = re.compile(r"[^。!?;\n]{2,}")
_MESSAGE = 4
"""A text of no more sentences is a message, which need not say when: 北塘站入口因雾关闭。请绕行。"""
_NAMED = f"(?:{'|'.join(SYMBOL[name] for name in sorted({*PLACES, 'direction'}))})"
_ORDINAL = re.compile(r"[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十0-9]{1,3}[)]|[0-9]{1,2}[.、](?![0-9])")
_LISTED = re.compile(
    rf"[【〔]|[^,。:]{{2,8}}:{_NAMED}|(?:{SYMBOL['period']},?)?{_NAMED}(?::|[^。!?]*(?:。[^。!?]*。?)?$)|[^。!?]*(?:以下|下列|截[至止])"
)
_CAUSED = re.compile(rf"[因受][^,。:]{{1,16}},{_NAMED}")
_LOGGED = re.compile(r"[0-9]{1,2}:[0-9]{2}")
"""How a line of a log begins, which says 07:20 where a story says 早上7时许."""
_CLAUSE_END = re.compile(r"[,:]")
_LONGEST = 1000
_FURNITURE = re.compile(
    "上一[篇条]|下一[篇条]|相关(?:推荐|阅读|链接|新闻)|您?现在的?位置|当前位置|首页|版权所有|责任编辑|责编|扫一扫|分享到|网站地图"
)
_SYMBOLS = re.compile(r"^[^\w\s,。;:!?()《》“”\"'、~+#【】〔〕\ue000-\uf8ff-]+")
_STOP = re.compile(r"[。!?;,]$")
_CLOSING = re.compile(r"[。!?;:,]$")
_TITLE = re.compile(r"#|关于.*的(?:通告|公告|通知|公示)$|【[^】]*】$")
_LISTS = re.compile("以下|下列")
_LABELLED = re.compile(
    "[^,。:]{0,6}(?:时间|日期|路段|地点|位置|范围|桩号|部位|措施|组织|内容|方式|原因|期限|工期|方向|线路)[:为]."
)
"""What a form says of one thing: no title, even without a full stop."""

_BOXED = re.compile(r"([★☆◆■●]).{2,40}\1")
_STORY = re.compile(r"本报|本网|本台|[■◎□](?:本报|记者|通讯员)")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas, with what was read in it."""

    start: int
    end: int
    marks: tuple[Mark, ...]
    matches: tuple[Match, ...]

    def values(self, field: str) -> list[Match]:
        """The matches that give ``field``."""
        return [match for match in self.matches if field in match.values]

    def has(self, field: str, value: object) -> bool:
        """True when a rule gave ``field`` that value here."""
        return any(match.values.get(field) == value for match in self.matches)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Clauses up to a full stop or the end of a line. ``level`` is that of the line's list marker, 0 for none.

    ``opens`` is true for the first sentence of its line; ``heading`` for a line that does not end as a sentence does,
    or ends with a colon, and ``introduces`` for the words before that colon. ``asks``: it is a question. ``prose``: it
    stands in a story or a formal notice, not in a list or a log, and is no message by itself.
    """

    line: int
    level: int
    opens: bool
    heading: bool
    introduces: bool
    title: bool
    asks: bool
    prose: bool
    clauses: tuple[Clause, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All values in it."""
        return tuple(mark for clause in self.clauses for mark in clause.marks)

    @property
    def start(self) -> int:
        """Where it begins in the reading text."""
        return self.clauses[0].start

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.clauses[-1].end


def sentences(reading: Reading) -> Iterator[Sentence]:
    """The sentences of a notice, in order."""
    masked = mask(reading.text, reading.marks)
    titles = _title_lines(reading.text)
    begins = [mark.start for mark in reading.marks], [match.start for match in reading.matches]
    position = 0
    lines = masked.split("\n")
    bullets_first, below = _bullets_first(lines), _below(lines)
    short = not titles and len(_SENTENCE.findall(masked)) <= _MESSAGE
    for number, line in enumerate(lines):
        level = _level(line, bullets_first, below)
        if _FURNITURE.match(line):
            position += len(line) + 1
            continue
        heading = not _STOP.search(line)
        prose = not short and not _is_listed(line, level) and _LOGGED.match(reading.text, position) is None
        opens = True
        for start, end in _bounded(line, _pieces(line, _SENTENCE_END)):
            clauses = tuple(
                _clause(reading, begins, position + start + first, position + start + last)
                for first, last in _pieces(line[start:end], _CLAUSE_END)
            )
            if clauses:
                # Only the last words of a line are left without their full stop, or lead up to what follows.
                last = end == len(line)
                introduces = last and (line.endswith(":") or (heading and _LISTS.search(line) is not None))
                asks = line.startswith("?", end)
                title = number in titles
                yield Sentence(number, level, opens, heading and last, introduces, title, asks, prose, clauses)
                opens = False
        position += len(line) + 1


def _is_listed(line: str, level: int) -> bool:
    """True for an item of a list: it has a bullet, or a number before the name of a place, or it leads up to one."""
    marker = _ORDINAL.match(line)
    if marker and _CAUSED.match(line, marker.end()):
        return True
    return (level > 0 and marker is None) or _LISTED.match(line, marker.end() if marker else 0) is not None


def _pieces(text: str, end: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for found in end.finditer(text):
        if found.start() > start:
            yield start, found.start()
        start = found.end()
    if start < len(text):
        yield start, len(text)


def _bounded(line: str, pieces: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """``pieces``, each at most 1,000 characters long and cut after a comma where it has one.

    Printed sentences have some 150 at most. A line without a full stop is no sentence, and must not cost the square of
    its length to put together.
    """
    for start, end in pieces:
        while end - start > _LONGEST:
            cut = line.rfind(",", start, start + _LONGEST) + 1 or start + _LONGEST
            yield start, cut
            start = cut
        yield start, end


def _clause(reading: Reading, begins: tuple[list[int], list[int]], start: int, end: int) -> Clause:
    marks = reading.marks[bisect_left(begins[0], start) : bisect_left(begins[0], end)]
    matches = reading.matches[bisect_left(begins[1], start) : bisect_left(begins[1], end)]
    return Clause(start, end, marks, matches)


def _level(line: str, bullets_first: bool, below: str) -> int:
    """How deep a list marker stands, 1 to 4, or 0: of numbers and bullets, those that come first stand higher.

    ``below`` are marks that head sections in other notices and here stand in a list.
    """
    if below and line.startswith(tuple(below)):
        return 4
    if _HEADED.fullmatch(line):
        return 2
    for marked in (line, _SYMBOLS.sub("", line)):
        for level, marker in enumerate(_LEVELS, 1):
            if marker.match(marked) and (marked is line or level == 1):
                return level
    if _NUMBER.match(line):
        return 4 if bullets_first else 3
    if _BULLET.match(line):
        return 3 if bullets_first else 4
    return 0


def _below(lines: list[str]) -> str:
    """The marks ★◆■● where another bullet is met before them: ▍出入口关闭 / ● 津榆路收费站."""
    first = next((line[0] for line in lines if _BULLET.match(line) or line.startswith(tuple(_HEADS))), "")
    return _HEADS if first and first not in _HEADS else ""


def _bullets_first(lines: list[str]) -> bool:
    return next((_BULLET.match(line) is not None for line in lines if _NUMBER.match(line) or _BULLET.match(line)), True)


def _title_lines(text: str) -> frozenset[int]:
    """The lines above the story: they name what it is about, and the story says what holds."""
    lines = text.split("\n")
    written = [number for number, line in enumerate(lines) if line.strip()]
    titles: list[int] = []
    for number in written[:6]:
        line = lines[number].strip()
        told = _STORY.match(line) or _LABELLED.match(line) or _LISTS.search(line)
        if told or (_CLOSING.search(line) and not _TITLE.match(line)):
            break
        titles.append(number)
    marked = [number for number in written if lines[number].startswith("#") or _BOXED.fullmatch(lines[number].strip())]
    # Where every line is a title, none is: the text is one line, or a list.
    return frozenset(marked + (titles if len(titles) < min(len(written), 6) else []))
