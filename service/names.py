"""Names in running text: roads, stations, hubs, ramps, service areas, structures, stretches and directions.

A name ends with its kind (…高速公路, …收费站, …枢纽) and begins after a word that cannot belong to it; those
words are data (``rules/names.yaml``). What a list leaves out (A、B收费站) is filled in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from service.gazetteer import Gazetteer
from service.marks import Mark, mask
from service.patterns import HAN, Encoded, Found, Pattern
from service.records import Direction, Junction, Movement, Qualifier, Road, Segment, ServiceArea, Station, Structure

_ROAD_SUFFIXES = (
    "绕城高速公路", "绕城高速", "高速公路", "高速", "快速路", "绕城", "环线", "环路", "公路",
)  # fmt: skip
_ROAD = Pattern(
    f"(?P<number>[GS][0-9]{{1,5}})?(?P<name>[{HAN}]{{1,12}}?(?:{'|'.join(_ROAD_SUFFIXES)}))(?P<section>[{HAN}]{{2,3}}段)?"
    "|(?P<class>国道|省道|县道)(?P<n1>[GSX]?[0-9]{1,4})线?|(?P<n2>[GSX]?[0-9]{1,4})(?P<class2>国道|省道|县道)"
    f"|(?:国道|省道|县道|乡道)(?P<local>[{HAN}]{{2,6}}?线)|(?P<bare>[GS][0-9]{{1,5}})(?:线|高速)?"
)
_NOT_ROAD = re.compile(
    r"(?:公安.*|交警.*|总队|支队|集团|[上下走跑进出省市区县州路条的全本修建的跨首个]|以及|这条|哪条|自治区|我国|[一-九]条)$"
)
_AFTER_ROAD = re.compile(
    r"交警|集团|有限|股份|公司|铁路|部门|路网|管理局|管理处|管理分|发展|运营|路政|小湘|早班|服务号|片区|支队|总队|实时|联网|通行信息|"
    r".{0,8}(?:公司|集团|管理处)|口|时代|列车|动车|出行指南|养护|建设|工程|项目|信息"
)
_STAKE = "(?:[A-Z]{0,2}K[0-9]{1,4}(?:\\+[0-9]{1,3}(?:\\.[0-9]+)?)?|[0-9]{1,4}公里(?:\\+?[0-9]{1,3}米)?|[0-9]{1,4}K(?:\\+[0-9]{1,3})?)"
_STAKES = Pattern(f"(?P<from>{_STAKE})(?:处)?(?:(?:至|到|~|—|-)+(?P<to>{_STAKE}))?(?:处|之间|路段|段)?")
_DIRECTION = Pattern(
    f"(?:从|由)?(?P<from>[{HAN}]{{2,8}}?)(?:方向)?(?:往|至|到|去|转|前往|开往|驶往|进)(?P<to>[{HAN}]{{2,4}}?)(?:市|县)?(?:方向|的车辆|车辆|车流)"
    f"|(?:往|去|前往|驶往|开往|向|至)(?P<only>[{HAN}]{{2,4}}?)(?:市|县)?方向"
    "|(?P<both>双方?向|两个方向|上下行|往返方向)"
    f"|(?P<side>上行|下行|内环|外环|内圈|外圈)(?:线|方向|侧)?"
    f"|(?P<towards>[{HAN}]{{2,8}})方向"
)
_RAMP = Pattern("(?P<letters>[A-Z](?:(?:匝道)?[、和及,][A-Z])*)匝道(?P<what>[(][^()]{3,24}[)])?")
_TURN = re.compile(r"[(]([\u4e00-\u9fff]{2,5}?)(?:方向)?(?:往|至|转|去|到)([\u4e00-\u9fff]{2,5}?)(?:方向)?[)]")
_PLACE = Pattern(
    f"(?P<station>[{HAN}]{{1,10}}?)(?P<kind>主线收费站|匝道收费站|收费站|收费所|站)(?P<mark>[(](?:新|旧|老|原)站?[)])?"
    f"|(?P<junction>[{HAN}]{{2,8}}?(?:枢纽|互通|立交)(?:式?立交桥?|枢纽|桥)?)"
    f"|(?P<area>[{HAN}]{{2,8}}?(?:服务区|停车区))"
    f"|(?P<structure>[{HAN}]{{2,8}}?(?:特大桥|大桥|中桥|立交桥|高架桥|跨线桥|隧道|桥))"
)
_AFTER_STATION = re.compile(r"[口台点长房立位岗牌区务级]|前(?!广场)|名|址|内车|外(?:地方)?道")
_IT = Pattern(
    "(?:这|该|本|此|上述|以上)(?:[0-9两三]?[个座处])?(?:收费站|收费所|站|服务区|枢纽|互通|路段|匝道|处)|两[个座]?(?:收费)?站|同一(?:收费)?站"
    "|(?P<new>新站)|(?P<old>[原老旧]站)"
)
_BARE = Pattern(f"(?P<name>[{HAN}]{{2,5}}?)(?:收费站)?(?:出入口|进出口|入口|出口|进口)")
_LISTED = re.compile(r"([㐀-鿿]{2,6})、$")
_NAMED_STRETCH = Pattern(f"(?P<from>[{HAN}]{{2,8}}?)(?:至|到|~|—)(?P<to>[{HAN}]{{2,6}}?)(?:路段|段|区间|之间)")


@dataclass(frozen=True)
class NameWords:
    """The words of ``rules/names.yaml``."""

    before: tuple[str, ...]
    not_stations: frozenset[str]

    @cached_property
    def _before(self) -> re.Pattern[str]:
        longest_first = sorted(self.before, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)))

    def begin(self, run: str, least: int = 2) -> int:
        """Where the name at the end of ``run`` begins: after the last word that cannot belong to it.

        At least ``least`` characters are left.
        """
        begin = 0
        position = 0
        while position < len(run):
            word = self._before.match(run, position)
            if word is None or len(run) - word.end() < least:
                position += 1
                continue
            begin = position = word.end()
        return begin

    def ends(self, run: str) -> bool:
        """True where ``run`` ends with a whole word that stands before names: 驶入高速 names no road."""
        return any(len(word) > 1 and run.endswith(word) for word in self.before)


class Names:
    """Reads the names of a text."""

    def __init__(self, words: NameWords, gazetteer: Gazetteer) -> None:
        """``gazetteer``'s road names are read wherever they stand; all others by their form."""
        self._words = words
        self._gazetteer = gazetteer
        self._known = Pattern("|".join(f"(?:{re.escape(name)})" for name in gazetteer.names) or "[^\\x{0}-\\x{10FFFF}]")

    def read(self, reading: str, marks: list[Mark]) -> list[Mark]:
        """``marks`` (dates) and all names, in the order of the text, none overlapping another."""
        for step in (
            self._its,
            self._stakes,
            self._known_roads,
            self._roads,
            self._directions,
            self._ramps,
            self._places,
            self._stretches,
            self._bare,
        ):
            masked = mask(reading, marks)
            marks = sorted([*marks, *step(reading, Encoded(masked), marks)], key=lambda mark: mark.start)
        return _joined(reading, _consistent(reading, marks))

    def _its(self, reading: str, masked: Encoded, marks: list[Mark]) -> Iterator[Mark]:
        """该站, 新站: words that stand for a place named before. The value is the qualifier, if one is said."""
        for found in _IT.scan(masked):
            if reading[found.end : found.end + 1] not in ("台", "址", "点"):
                qualifier = Qualifier.NEW if "new" in found.groups else Qualifier.OLD if "old" in found.groups else None
                yield Mark("it", found.start, found.end, qualifier)

    def _stakes(self, reading: str, masked: Encoded, marks: list[Mark]) -> Iterator[Mark]:
        for found in _STAKES.scan(masked):
            first = stake(found.groups["from"][0])
            last = stake(found.groups["to"][0]) if "to" in found.groups else None
            alone = last is None and "K" not in found.text and "米" not in found.text
            if (
                alone
                or reading[max(found.start - 1, 0) : found.start].isdigit()
                or reading[found.start - 1 : found.start] == "."
            ):
                continue
            yield Mark("segment", found.start, found.end, Segment(from_=first, to=last))

    def _known_roads(self, reading: str, masked: Encoded, marks: list[Mark]) -> Iterator[Mark]:
        for found in self._known.scan(masked):
            known = self._gazetteer.road(found.text)
            yield Mark("road", found.start, found.end, Road(name=found.text, number=known.number if known else None))

    def _roads(self, reading: str, masked: Encoded, marks: list[Mark]) -> Iterator[Mark]:
        for found in _ROAD.scan(masked):
            yield from self._road(found, reading)

    def _road(self, found: Found, reading: str) -> Iterator[Mark]:
        groups = found.groups
        if "local" in groups:
            yield Mark("road", groups["local"][1], found.end, Road(name=groups["local"][0]))
            return
        if "name" not in groups:
            yield Mark("road", found.start, found.end, Road(number=_road_number(groups)))
            return
        text, start, end = groups["name"]
        run = text[: -len(_road_suffix(text))]
        number = groups["number"][0] if "number" in groups else None
        begin = 0 if number else self._words.begin(run, least=1)
        begin += run[begin : begin + 1] in ("因", "起")
        if text.endswith("公路") and not text.endswith("高速公路") and not _plain_road(run[begin:]):
            return
        if "section" in groups and re.search("施工|该|路段|部分", groups["section"][0]):
            found = replace(found, end=end)
        if self._words.ends(run) or _AFTER_ROAD.match(reading, end) or _NOT_ROAD.search(run):
            return
        if number or len(run) - begin >= 2 or text.endswith("环线"):
            yield Mark(
                "road", found.start if number else start + begin, found.end, Road(name=text[begin:], number=number)
            )

    def _directions(self, reading: str, masked: Encoded, marks: list[Mark]) -> Iterator[Mark]:
        for found in _DIRECTION.scan(masked):
            groups = found.groups
            if "both" in groups or "side" in groups:
                word = "both" if "both" in groups else groups["side"][0]
                yield Mark("direction", found.start, found.end, Direction(to=word))
            elif "from" in groups:
                yield self._both_ends(reading, found)
            else:
                text, start, _ = groups.get("only") or groups["towards"]
                begin = self._words.begin(text)
                if len(text) - begin <= 4 and text[begin:] not in _NO_DIRECTION:
                    first = found.start if "only" in groups and not begin else start + begin
                    yield Mark("direction", first, found.end, Direction(to=text[begin:]))

    def _both_ends(self, reading: str, found: Found) -> Mark:
        """A往B方向. What stands before 往 may be no end but the place: 义马站入口往洛阳方向."""
        text, start, end = found.groups["from"]
        to = found.groups["to"][0]
        start += max((cut.end() for cut in _NO_END.finditer(text)), default=0)
        start += self._words.begin(reading[start:end], least=0)
        if end - start < 2:
            return Mark("direction", end, found.end, Direction(to=to))
        return Mark("direction", start, found.end, Direction(from_=reading[start:end], to=to))

    def _ramps(self, reading: str, masked: Encoded, marks: list[Mark]) -> Iterator[Mark]:
        for found in _RAMP.scan(masked):
            letters = re.findall("[A-Z]", found.groups["letters"][0])
            what = found.groups.get("what")
            turn = _TURN.fullmatch(reading, what[1], what[2]) if what else None
            movement = Movement(from_=turn[1], to=turn[2]) if turn else None
            yield Mark("ramp", found.start, found.end, tuple((letter, movement) for letter in letters))

    def _places(self, reading: str, masked: Encoded, marks: list[Mark]) -> Iterator[Mark]:
        for found in _PLACE.scan(masked):
            groups = found.groups
            if "station" in groups:
                yield from self._station(reading, found, marks)
            elif "junction" in groups:
                yield from self._named("junction", groups["junction"])
            elif "area" in groups:
                yield from self._named("service_area", groups["area"])
            else:
                yield from self._named("structure", groups["structure"])

    def _named(self, kind: str, group: tuple[str, int, int]) -> Iterator[Mark]:
        text, start, end = group
        stem = _KIND_OF_PLACE.sub("", text)
        begin = self._words.begin(stem)
        if self._words.ends(stem) or len(stem) - begin < 1 or _NO_PROPER_NAME.fullmatch(stem, begin):
            return
        make = {"junction": Junction, "service_area": ServiceArea, "structure": Structure}[kind]
        yield Mark(kind, start + begin, end, make(name=text[begin:]))

    def _station(self, reading: str, found: Found, marks: list[Mark]) -> Iterator[Mark]:
        stem, start, end = found.groups["station"]
        kind = found.groups["kind"][0]
        begin = start + self._words.begin(stem)
        bare = reading[begin:end]
        if not self._is_station(bare) or (kind == "站" and _AFTER_STATION.match(reading, found.end)):
            return
        road = next((mark for mark in marks if mark.type == "road" and mark.end == begin), None)
        before = reading[:begin] if road is None else reading[: road.start]
        after = next((mark.value for mark in marks if mark.type == "it" and mark.start == found.end), None)
        qualifier = after or _qualifier(before[-3:], found.groups.get("mark", ("",))[0])
        yield Mark("station", begin, found.end, Station(name=bare + kind, qualifier=qualifier))

    def _is_station(self, bare: str) -> bool:
        words = self._words.not_stations
        if bare[self._words.begin(bare, least=1) :] in words:
            return False
        return len(bare) >= 2 and not any(bare.endswith(word) for word in words if len(word) > 1 or bare == word)

    def _stretches(self, reading: str, masked: Encoded, marks: list[Mark]) -> Iterator[Mark]:
        for found in _NAMED_STRETCH.scan(masked):
            text, start, _ = found.groups["from"]
            begin = self._words.begin(text)
            yield Mark("segment", start + begin, found.end, Segment(from_=text[begin:], to=found.groups["to"][0]))

    def _bare(self, reading: str, masked: Encoded, marks: list[Mark]) -> Iterator[Mark]:
        """Stations named without 站: those before an 入口, and those in a list that ends with one."""
        found_here: list[Mark] = []
        for found in _BARE.scan(masked):
            text, start, end = found.groups["name"]
            begin = self._words.begin(text)
            if _plausible(text[begin:], self._words) and _opens(reading, marks, start + begin):
                found_here.append(Mark("station", start + begin, end, Station(name=text[begin:])))
        yield from found_here
        for last in [*found_here, *(mark for mark in marks if mark.type == "station")]:
            yield from self._listed_before(masked.text, last)

    def _listed_before(self, masked: str, last: Mark) -> Iterator[Mark]:
        position = last.start
        suffix = re.search("(?:主线)?收费[站所]$|站$", last.value.name)
        while item := _LISTED.search(masked, max(position - 8, 0), position):
            begin = item.start(1) + self._words.begin(item[1])
            name = masked[begin : item.end(1)]
            if not _plausible(name, self._words):
                return
            yield Mark("station", begin, item.end(1), Station(name=name + (suffix[0] if suffix else "")))
            position = begin


def _joined(reading: str, marks: list[Mark]) -> list[Mark]:
    """铁岭站至毛家店站: two stations or hubs with a 至 between are the ends of one stretch."""
    kept: list[Mark] = []
    for mark in marks:
        before = kept[-1] if kept else None
        if before and mark.type in _ENDS and before.type in _ENDS and _TO.fullmatch(reading, before.end, mark.start):
            stretch = Segment(from_=before.value.name, to=mark.value.name)
            kept[-1] = Mark("segment", before.start, mark.end, stretch)
        else:
            kept.append(mark)
    return kept


_ENDS = frozenset({"station", "junction"})
_TO = re.compile("(?:至|到|~|—)")


def _consistent(reading: str, marks: list[Mark]) -> list[Mark]:
    """A name that ends with another of its type in the same text, words before it, is that other."""
    names = {(mark.type, mark.value.name) for mark in marks if mark.type in ("station", "road")}
    return [_shortened(mark, names) if mark.type in ("station", "road") else mark for mark in marks]


def _shortened(mark: Mark, names: set[tuple[str, str]]) -> Mark:
    name = mark.value.name or ""
    for cut in range(1, len(name) - 2):
        if (mark.type, name[cut:]) in names:
            value = replace(mark.value, name=name[cut:])
            if mark.type == "station" and name[:cut] in ("原", "老", "旧"):
                value = replace(value, qualifier=Qualifier.OLD)
            return replace(mark, start=mark.start + cut, value=value)
    return mark


def _plain_road(stem: str) -> bool:
    """True for the name of an ordinary road: 桦兴公路, not 收费公路."""
    return 2 <= len(stem) <= 4 and not re.search("高速|收费|农村|普通|干线|地方|国省|涉|条|等级|联网|[^东西南北]部|全国", stem)


_KIND_OF_PLACE = re.compile(
    "(?:枢纽|互通|立交)(?:式?立交桥?|枢纽|桥)?$|服务区$|停车区$|(?:特大桥|大桥|中桥|立交桥|高架桥|跨线桥|隧道|桥)$"
)
_NO_PROPER_NAME = re.compile("互联|跨线?|天|人行|匝道|上跨|立|高架|有|其他|各|桥梁|[^东西南北]侧|新建?|旧|老|部分|附近|前方|最近|就近")
_NO_END = re.compile("[站口段处]|枢纽|互通|立交|服务区")
_NO_DIRECTION = frozenset(
    {"这个", "两个", "相反", "主要", "发展", "努力", "同一", "各个", "正确", "行驶", "施工", "主攻", "任何"}
)
_NO_NAME = re.compile(
    r"起封|封闭|关闭|不能|扩建|之后|此前|获悉|收费|高速|双向|部分|所有|全部|临时|该站|车道|匝道|施工|恢复|禁止|现场|两个|新站|道路|服务|出入|安全|多个|以下|其余|新增|公里|车辆|地铁"
)


def _plausible(name: str, words: NameWords) -> bool:
    known = name in words.not_stations or name in words.before
    return len(name) >= 2 and not known and not _NO_NAME.search(name)


def _opens(reading: str, marks: list[Mark], position: int) -> bool:
    """True where a bare name can begin: after a place, punctuation or at a line's begin."""
    if position == 0 or not ("㐀" <= reading[position - 1] <= "鿿"):
        return True
    return any(mark.end == position and mark.type in ("road", "direction", "segment", "period") for mark in marks)


def _qualifier(before: str, after: str) -> Qualifier | None:
    if re.search("新建$", before) or "新" in after:
        return Qualifier.NEW
    if re.search("(?:^|[^平太五高中])(?:原|老|旧)$", before) or after:
        return Qualifier.OLD
    return None


def _road_suffix(name: str) -> str:
    return next(suffix for suffix in _ROAD_SUFFIXES if name.endswith(suffix))


def _road_number(groups: dict[str, tuple[str, int, int]]) -> str:
    if "bare" in groups:
        return groups["bare"][0]
    number = (groups.get("n1") or groups["n2"])[0]
    letter = {"国": "G", "省": "S", "县": "X"}[(groups.get("class") or groups["class2"])[0][0]]
    return number if number[0].isalpha() else letter + number


def stake(text: str) -> str:
    """A stake in one spelling: K12+300 from K12+300, 12公里+300米, 12K+300; K12+000 from 12公里 or K12."""
    series = re.match("[A-Z]{0,2}K", text)
    kilometres, *metres = re.findall("[0-9]+(?:[.][0-9]+)?", text)
    whole = f"{int(float(metres[0])):03}" if metres else "000"
    return f"{series[0] if series else 'K'}{int(kilometres)}+{whole}"


def words_of(lines: Iterable[str]) -> tuple[str, ...]:
    """The words of a list in names.yaml: a line without spaces whose words are single characters, or spaced words."""
    words: list[str] = []
    for line in lines:
        words.extend(line.split() if " " in line else line)
    return tuple(words)
