"""Where along a road: stakes, ramps by letter, stretches between named points, directions of travel."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.reading.marks import Mark
from service.reading.name_words import NameWords
from service.reading.names import Marked
from service.reading.patterns import HAN, Found, Pattern
from service.records import Direction, Movement, Segment

_METRES = r"\+[0-9]{1,3}(?:\.[0-9]+)?"
_STAKE = (
    f"(?:[A-Z]{{0,2}}K[0-9]{{1,4}}(?:{_METRES})?|[0-9]{{1,4}}公里(?:\\+?[0-9]{{1,3}}米)?|[0-9]{{1,4}}K(?:{_METRES})?)"
)
_STAKES = Pattern(f"(?P<from>{_STAKE})(?:处)?(?:(?:至|到|~|—|-)+(?P<to>{_STAKE}))?(?:处|之间|路段|段)?")
_TOWARDS = "(?:去往|通往|往|至|到|去|转|前往|开往|驶往|进)"
_DIRECTION = Pattern(
    f"(?:从|由)?(?P<from>[{HAN}]{{2,8}}?)(?:方向)?{_TOWARDS}(?P<to>[{HAN}]{{2,4}}?)[市县]?(?:[(][{HAN}]{{2,4}}[)])?(?:方向|的车辆|车辆|车流)"
    f"|(?:去往|通往|前往|驶往|开往|往|去|向|至)(?P<only>[{HAN}]{{2,4}}?)[市县]?方向"
    f"|(?:从|由|自)?(?P<origin>[{HAN}]{{2,4}})方向(?:驶来|过来|前来|而来|来)(?:的)?(?:车辆|车)?"
    f"|(?:从|由|自)(?P<source>[{HAN}]{{2,4}}?)(?:驶来|过来|前来|而来)(?:的)?(?:车辆|车)?"
    f"|(?:去往|前往|去|往)(?P<bound>[{HAN}]{{2,4}}?)的[,;]"
    "|(?P<both>双方?向|两个方向|上下行|往返方向)"
    "|(?P<side>上行|下行|内环|外环|内圈|外圈)(?:线|方向|侧)?"
    f"|(?P<towards>[{HAN}]{{2,8}})方向"
)
_LIST_NUMBER = re.compile("(?:^|\n)[0-9]{1,2}[.]$")
_NO_SIDE = re.compile("隧道|大桥|高架|高速|快速|收费|互通|枢纽|立交|[东西南北站路]")
"""What follows 外环 where it is part of a name: 外环隧道."""
_PLACE_BEFORE = re.compile("[站口段处桥]|枢纽|互通|立交|服务区|隧道")
_LONGEST = 4
_RAMP = Pattern(
    "(?P<letters>[A-Z](?:(?:匝道)?[、和及,][A-Z])*)(?:等?[两三四0-9][条个])?匝道(?P<what>[(][^()]{3,24}[)])?"
)
_TURN = re.compile(r"[(]([\u4e00-\u9fff]{2,5}?)(?:方向)?(?:往|至|转|去|到)([\u4e00-\u9fff]{2,5}?)(?:方向)?[)]")
_NAMED = Pattern(f"(?P<from>[{HAN}]{{2,8}}?)(?:至|到|~|—)(?P<to>[{HAN}]{{2,6}}?)(?:路段|段|区间|之间)")


def stakes(text: Marked) -> Iterator[Mark]:
    """Stakes and the stretches between two of them."""
    for found in _STAKES.scan(text.encoded):
        first = stake(found.groups["from"][0])
        last = stake(found.groups["to"][0]) if "to" in found.groups else None
        distance = last is None and "K" not in found.text and "米" not in found.text
        before = text.reading[found.start - 1 : found.start] if found.start else ""
        numbered = before == "." and _LIST_NUMBER.search(text.reading, max(found.start - 4, 0), found.start)
        if not distance and not before.isdecimal() and (before != "." or numbered):
            yield Mark("segment", found.start, found.end, Segment(from_=first, to=last))


def stake(text: str) -> str:
    """A stake in one spelling.

    >>> stake("12公里+300米"), stake("115K"), stake("AK7+50")
    ('K12+300', 'K115+000', 'AK7+050')
    """
    series = re.match("[A-Z]{1,3}", text)
    kilometres, *metres = re.findall("[0-9]+(?:[.][0-9]+)?", text)
    whole = f"{int(float(metres[0])):03}" if metres else "000"
    return f"{series[0] if series else 'K'}{int(kilometres)}+{whole}"


def ramps(text: Marked) -> Iterator[Mark]:
    """B、C匝道: the value is each letter with its movement, if one stands in brackets."""
    for found in _RAMP.scan(text.encoded):
        letters = re.findall("[A-Z]", found.groups["letters"][0])
        what = found.groups.get("what")
        turn = _TURN.fullmatch(text.reading, what[1], what[2]) if what else None
        movement = Movement(from_=turn[1], to=turn[2]) if turn else None
        yield Mark("ramp", found.start, found.end, tuple((letter, movement) for letter in letters))


def named_stretches(text: Marked, words: NameWords) -> Iterator[Mark]:
    """瓜州至柳园段."""
    for found in _NAMED.scan(text.encoded):
        name, start, _ = found.groups["from"]
        begin = words.begin(name, joined=text.joined(start))
        yield Mark("segment", start + begin, found.end, Segment(from_=name[begin:], to=found.groups["to"][0]))


def directions(text: Marked, words: NameWords) -> Iterator[Mark]:
    """A往B方向, 往B方向, B方向, 双向, 上行, 内环."""
    for found in _DIRECTION.scan(text.encoded):
        groups = found.groups
        if "both" in groups:
            yield Mark("direction", found.start, found.end, Direction(to="both"))
        elif "origin" in groups or "source" in groups:
            name, start, _ = groups.get("origin") or groups["source"]
            begin = words.begin(name)
            yield Mark("direction", start + begin, found.end, Direction(from_=name[begin:]))
        elif "bound" in groups:
            name, start, end = groups["bound"]
            yield Mark("direction", found.start, end + 1, Direction(to=name))
        elif "side" in groups:
            if _NO_SIDE.match(text.reading, groups["side"][2]):
                continue
            yield Mark("direction", found.start, found.end, Direction(to=groups["side"][0]))
        elif "from" in groups:
            yield _both_ends(text, words, found)
        else:
            yield from _one_end(words, found)


def _both_ends(text: Marked, words: NameWords, found: Found) -> Mark:
    """A往B方向. What stands before 往 may be no end but the place: 义马站入口往洛阳方向."""
    name, start, end = found.groups["from"]
    to = found.groups["to"][0]
    start += max((cut.end() for cut in _PLACE_BEFORE.finditer(name)), default=0)
    start += words.begin(text.reading[start:end], least=0)
    if end - start < 2 or name.endswith(("高速", "公路")):
        return Mark("direction", end, found.end, Direction(to=to))
    return Mark("direction", start, found.end, Direction(from_=text.reading[start:end], to=to))


def _one_end(words: NameWords, found: Found) -> Iterator[Mark]:
    name, start, _ = found.groups.get("only") or found.groups["towards"]
    begin = words.begin(name)
    pointing = name[-1] in "该此本同"
    if len(name) - begin <= _LONGEST and name[begin:] not in words.not_directions and not pointing:
        first = found.start if "only" in found.groups and not begin else start + begin
        yield Mark("direction", first, found.end, Direction(to=name[begin:]))
