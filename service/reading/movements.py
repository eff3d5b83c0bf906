"""Ramps named by where they lead from and to: 津蓟高速往荣乌高速石家庄方向匝道.

Read last, over the names of both ends. The first road stays a value of its own, since that is where the ramp begins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from service.reading.marks import SYMBOL, Mark
from service.reading.name_words import NameWords
from service.reading.names import Marked, marked
from service.reading.patterns import HAN, Found, Pattern
from service.records import Direction, Movement, Road

_ROAD = f"{SYMBOL['road']}(?:[(]?{SYMBOL['direction']}[)]?)?"
_END = f"(?:{_ROAD}|{SYMBOL['direction']}|[{HAN}]{{2,4}}?)"
_TURN = "(?:转往|转入|转向|驶往|驶入|驶向|进入|往|转|至|到|去)"
_AND = "(?:、|和|及|与|以及)"
_RAMPS = Pattern(
    f"(?P<turns>{_END}{_TURN}{_END}(?:{_AND}{_END}{_TURN}{_END})*)的?匝道"
    f"|(?P<roads>{_ROAD}{_AND}{_ROAD})(?:之间)?(?:互转|互相转换|相互转换)的?匝道"
)
_INSIDE = _END.replace(HAN, "㐀-鿿")
_ENDS = {
    "turns": re.compile(f"({_INSIDE}){_TURN}({_INSIDE})(?={_AND}|$)"),
    "roads": re.compile(f"({_ROAD}){_AND}({_ROAD})"),
}


def movements(reading: str, marks: Iterable[Mark], words: NameWords) -> list[Mark]:
    """``marks`` with each such ramp in place of the marks within it; the value is as that of ramps by letter."""
    text = marked(reading, marks)
    ramps = [ramp for found in _RAMPS.scan(text.encoded) if (ramp := _ramp(text, found, words))]
    ends = [ramp.end for ramp in ramps]
    # The ramps are in order and do not overlap: the first that ends after a mark is the only one it can be in.
    kept = [
        mark
        for mark in text.marks
        if (after := bisect_right(ends, mark.start)) == len(ramps) or mark.start < ramps[after].start
    ]
    return sorted([*kept, *ramps], key=lambda mark: mark.start)


def _ramp(text: Marked, found: Found, words: NameWords) -> Mark | None:
    [(kind, (_, start, end))] = found.groups.items()
    ends = [
        (_named(text, *turn.span(1), words), _named(text, *turn.span(2), words))
        for turn in _ENDS[kind].finditer(text.encoded.text, start, end)
    ]
    if not all(from_ and to for from_, to in ends):
        return None
    if kind == "roads":
        ends += [(to, from_) for from_, to in ends]
    first = text.begins.get(start)
    begin = first.end if first and first.type == "road" else start
    return Mark("ramp", begin, found.end, tuple((None, Movement(from_=from_, to=to)) for from_, to in ends))


def _named(text: Marked, start: int, end: int, words: NameWords) -> str | None:
    """津蓟高速北京方向, without the road's number; a direction alone is the place that it leads to."""
    first = text.begins.get(start)
    if first is None:
        name = text.reading[start:end]
        begin = words.begin(name, least=0)
        return name[begin:] if len(name) - begin > 1 else None
    if first.type == "direction":
        towards: Direction = first.value
        return towards.to
    road: Road = first.value
    return (road.name or road.number or "") + text.reading[first.end : end].strip("()")
