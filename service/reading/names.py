"""Names in running text: roads, stations, hubs, service areas, bridges and tunnels.

A name ends with its kind (…高速公路, …收费站, …枢纽) and begins after a word that cannot belong to it; those
words are data (``rules/names.yaml``). What a list leaves out (A、B收费站) is filled in here. Where along a road
something is (stakes, ramps, directions) is read in :mod:`service.reading.stretches`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from service.gazetteer import Gazetteer
from service.reading.marks import SYMBOL, Mark, mask
from service.reading.name_words import NameWords
from service.reading.patterns import HAN, Encoded, Found, Pattern
from service.records import Junction, Qualifier, Road, Segment, ServiceArea, Station, Structure

_ROAD_KINDS = (
    "环线高速公路",
    "环线高速",
    "绕城高速公路",
    "绕城高速",
    "高速公路",
    "高速",
    "快速路",
    "绕城",
    "环线",
    "环路",
    "公路",
    "大道",
)
_ROAD = Pattern(
    f"(?P<number>[GS][0-9]{{1,5}}(?:[WENS][0-9]?)?)?(?P<name>[{HAN}]{{1,12}}?(?:[(][{HAN}]{{2,5}}[)])?(?:{'|'.join(_ROAD_KINDS)}))(?P<section>[{HAN}]{{2,3}}段)?"
    "|(?P<class>国道|省道|县道)(?P<n1>[GSX]?[0-9]{1,4})线?|(?P<n2>[GSX]?[0-9]{1,4})(?P<class2>国道|省道|县道)"
    f"|(?:国道|省道|县道|乡道)(?P<local>[{HAN}]{{2,6}}?线)|(?P<bare>[GS][0-9]{{1,5}}(?:[WE][0-9]?)?)(?:线|高速)?"
)
_OF_AVENUE = re.compile("收费|[站入出互枢隧大桥路口与和匝北南东西辅]")
"""What follows 大道 where it is part of another name: 天津大道收费站."""
_CLASS_LETTER = {"国": "G", "省": "S", "县": "X"}
_JUNCTION_KINDS = "(?:枢纽|互通|立交)(?:式?立交桥?|枢纽|互通|桥)?"
_STRUCTURE_KINDS = "(?:跨[海江]通道|过[海江]通道|特大桥|大桥|中桥|立交桥|高架桥|跨线桥|隧道|桥)"
_PLACE = Pattern(
    f"(?P<station>[{HAN}]{{1,10}}?)(?P<aside>[(][{HAN}]{{2,6}}[)])?(?P<kind>主线收费站|匝道收费站|收费站|收费所|站)(?P<which>[(](?:新|旧|老|原)站?[)])?"
    f"|(?P<junction>[{HAN}]{{2,8}}?{_JUNCTION_KINDS})"
    f"|(?P<service_area>[{HAN}]{{2,8}}?(?:[(][{HAN}]{{2,6}}[)])?(?:服务区|停车区))"
    f"|(?P<structure>[{HAN}]{{2,8}}?{_STRUCTURE_KINDS})"
)
_ASIDE = re.compile(r"[(][^()]*[)]")
"""Another name in brackets: 小榄（原东升）服务区."""
_KIND_OF_PLACE = re.compile(f"(?:{_JUNCTION_KINDS}|服务区|停车区|{_STRUCTURE_KINDS})$")
_HUB = re.compile(f"[㐀-鿿]{{2,8}}?{_JUNCTION_KINDS}(?=[至到])")
_AREA = re.compile("[㐀-鿿]{2,8}?(?:服务区|停车区)")
_MAKE = {"junction": Junction, "service_area": ServiceArea, "structure": Structure}
_IT = Pattern(
    "(?:这|该|本|此|上述|以上)(?:[0-9两三]{0,3}[个座处])?(?:高速公路|高速)?(?:收费站|收费所|站|服务区|枢纽|互通|路段|匝道|处)"
    "|两[个座]?(?:收费)?站|同一(?:收费)?站|(?P<new>新站)|(?P<old>[原老旧]站)"
)
_STATION_KIND = re.compile("(?:主线|匝道)?收费[站所]$|站$")
_BARE = Pattern(f"(?P<name>[{HAN}]{{2,5}}?)(?:收费站)?(?:出入口|进出口|入口|出口|进口)")
_ROUND = Pattern(f"(?:从|由|经)(?P<names>[{HAN}]{{2,5}}(?:、[{HAN}]{{2,5}})*)(?:绕行|上高速|下高速|上下高速|进出高速)")
_LISTED = re.compile(r"([㐀-鿿]{2,12})、$")
_LONGEST_LISTED = 6
_OPEN_LIST = Pattern(
    f"[:](?P<names>[{HAN}]{{2,5}}(?:、[{HAN}]{{2,5}})+);"
    f"|(?:片区|地区|境内|[市州]):(?P<of_area>[{HAN}]{{2,5}}(?:、[{HAN}]{{2,5}})*)(?:[;。\\n]|$)"
    f"|(?P<counted>[{HAN}]{{2,6}}(?:、[{HAN}]{{2,6}})+)等(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,2}})?[个座处]?(?:收费站|收费所)"
    f"|{SYMBOL['road']}\n(?P<below_road>[{HAN}]{{2,5}}(?:、[{HAN}]{{2,5}})+)(?:[;。\n]|$)"
    f"|[|](?P<of_column>[{HAN}]{{2,5}}(?:、[{HAN}]{{2,5}})+)(?:[;。\n]|$)"
    f"|{SYMBOL['road']}:(?P<of_road>[{HAN}]{{2,5}}(?:、[{HAN}]{{2,5}})*)(?:[;。\n(]|$)"
)
_AFTER_PLACE = ("收费站", "收费所", "站", "枢纽", "互通", "服务区")
_LAST_LISTED = re.compile("[、和][㐀-鿿]{2,6}$")
_BOUND = re.compile("(?:车辆|方向|货车|客车|的),$")
_NAMED_SO = re.compile("(?:高速|公路|快速路|、)[㐀-鿿]{1,3}$")
"""What stands before 本收费站 where that ends a name: 绥大高速公路中本收费站."""
_COUNTED = re.compile("(?<=..)等?(?:(?:[0-9]+|[两二三四五六七八九十])[座个处]|两)$")
_RAIL = re.compile(
    "(?:地铁|轻轨|[0-9]号线|轨道交通|列车|站厅|站台|扶梯|公交|首班车|末班车|停运|铁路)(?!.{0,6}(?:施工|跨线|改造|建设))"
)
_TO = re.compile("(?:至|到|~|—)")
_SHORTENED = frozenset({"station", "road", "service_area"})
_ENDS = frozenset({"station", "junction"})
_BEFORE_BARE = frozenset({"road", "direction", "segment", "period"})
_UNIT = re.compile("公?[里米]|毫米|厘米|小时|分钟|[天日次吨辆人度级时点个条座名]")
_LONG_NAME = 3
_OF_LIST = re.compile("收费[站所]")
_OF_HUB = re.compile("(?:互通|枢纽|立交)$")
_COUNTY = re.compile(
    "[\u4e00-\u9fff]{2,3}(?:县(?!城)|市(?![区中东南西北])|(?<![新发开业园景务矿林牧城市地片社库校郊小税贸范假理西东南北中])区(?![东南西北]))"
    "(?=[\u4e00-\u9fff]{2})"
)
"""The county or city that a station is in: 连城县姑田收费站. 新区 and 开发区 are parts of names."""
_NEW = re.compile("新建的?$")
_OLD = re.compile("(?:^|[^平太五高中])[原老旧]$")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in which some values are marked already, and where those end and begin."""

    reading: str
    marks: tuple[Mark, ...]
    encoded: Encoded
    ends: Mapping[int, Mark] = field(repr=False)
    begins: Mapping[int, Mark] = field(repr=False)

    def with_marks(self, marks: Iterable[Mark]) -> Marked:
        """The same with more values marked."""
        found = tuple(marks)
        return marked(self.reading, (*self.marks, *found)) if found else self

    def joined(self, position: int) -> bool:
        """True where a value ends."""
        return position in self.ends


def marked(reading: str, marks: Iterable[Mark]) -> Marked:
    """``reading`` with ``marks``, in the order of the text."""
    ordered = tuple(sorted(marks, key=lambda mark: mark.start))
    ends = {mark.end: mark for mark in ordered}
    return Marked(reading, ordered, Encoded(mask(reading, ordered)), ends, {mark.start: mark for mark in ordered})


class Names:
    """Reads the names of a text."""

    def __init__(self, words: NameWords, gazetteer: Gazetteer) -> None:
        """``gazetteer``'s road names are read wherever they stand; all others by their form."""
        self._words = words
        self._gazetteer = gazetteer
        self._known = Pattern("|".join(map(re.escape, gazetteer.names))) if gazetteer.names else None

    def its(self, text: Marked) -> Iterator[Mark]:
        """该站, 新站: words that stand for a place named before. The value is the qualifier, if one is said."""
        for found in _IT.scan(text.encoded):
            counted = found.text[0] == "两" and _LAST_LISTED.search(text.reading, max(found.start - 8, 0), found.start)
            named = found.text[0] == "本" and _NAMED_SO.search(text.reading, max(found.start - 8, 0), found.start)
            bus_stop = found.text.endswith("站") and _of_rail(text.reading, found.start)
            if self._words.no_station_after.match(text.reading, found.end) is None and not (
                counted or bus_stop or named
            ):
                qualifier = Qualifier.NEW if "new" in found.groups else Qualifier.OLD if "old" in found.groups else None
                yield Mark("it", found.start, found.end, qualifier)

    def known_roads(self, text: Marked) -> Iterator[Mark]:
        """Roads of the gazetteer, with their numbers."""
        for found in self._known.scan(text.encoded) if self._known else ():
            known = self._gazetteer.road(found.text)
            yield Mark("road", found.start, found.end, Road(name=found.text, number=known.number if known else None))

    def roads(self, text: Marked) -> Iterator[Mark]:
        """Roads by name, number or both; the section of a road (京台高速合徐段) is the road."""
        for found in _ROAD.scan(text.encoded):
            groups = found.groups
            if "name" in groups:
                yield from self._named_road(text, found)
            elif "local" in groups:
                yield Mark("road", groups["local"][1], found.end, Road(name=groups["local"][0]))
            else:
                yield Mark("road", found.start, found.end, Road(number=_road_number(groups)))

    def _named_road(self, text: Marked, found: Found) -> Iterator[Mark]:
        words, start, end = found.groups["name"]
        name = _ASIDE.sub("", words)
        kind = next(kind for kind in _ROAD_KINDS if name.endswith(kind))
        stem = name[: -len(kind)]
        number = found.groups["number"][0] if "number" in found.groups else None
        # 绕城高速 is a name without anything before it.
        least = 0 if kind.startswith("绕城高速") else 1
        begin = 0 if number else self._words.begin(stem, least=least, joined=text.joined(start))
        begin += stem[begin : begin + 1] in self._words.before_roads or _after_year(text.reading, start + begin)
        known = next((cut for cut in range(len(stem) - 1) if self._gazetteer.road(stem[cut:] + kind)), None)
        if known is not None:
            # 德上高速 ends as 驶上高速 does.
            begin = known
        elif self._is_no_road(text, stem, stem[begin:], kind, end, numbered=number is not None):
            return
        section = found.groups.get("section", ("", 0, 0))[0]
        until = found.end if not re.search("施工|该|路段|部分", section) else end
        yield Mark("road", found.start if number else start + begin, until, Road(name=name[begin:], number=number))

    def _is_no_road(self, text: Marked, run: str, stem: str, kind: str, end: int, *, numbered: bool) -> bool:
        if kind.startswith(("环线", "绕城")) and len(stem) > 1:
            return False
        if self._words.ends(run) or run.endswith((*self._words.not_roads, "等")):
            return True
        if _OF_LIST.match(text.reading, end) and run == stem and text.reading.endswith("、", 0, end - len(stem + kind)):
            # 古城营、晋祠、罗城高速收费站
            return True
        if self._words.no_road_after.match(text.reading, end):
            return True
        before = run[: len(run) - len(stem)]
        if kind == "大道" and before and not before.endswith(("绕行", "走", "经", "由", "为")):
            # Of city streets only those that are a way round are told apart from addresses.
            return True
        if kind == "大道" and _OF_AVENUE.match(text.reading, end):
            return True
        if kind == "公路" and (len(stem) > 4 or any(word in stem for word in self._words.not_ordinary_roads)):
            return True
        return not numbered and len(stem) < 2 and not kind.startswith(("环线", "绕城高速"))

    def places(self, text: Marked) -> Iterator[Mark]:
        """Stations, hubs and interchanges, service areas, bridges and tunnels."""
        for found in _PLACE.scan(text.encoded):
            if "station" in found.groups:
                stations = tuple(self._station(text, found))
                yield from self._hub_within(text, found, stations)
                yield from stations or self._area_within(text, found)
                continue
            for kind in _MAKE:
                if kind in found.groups:
                    yield from self._place(text, kind, found.groups[kind])

    def _hub_within(self, text: Marked, found: Found, stations: tuple[Mark, ...]) -> Iterator[Mark]:
        """徐庄枢纽 of 徐庄枢纽至津榆路收费站, where the station's name begins behind it."""
        hub = _HUB.match(found.text) if stations else None
        if hub and found.start + hub.end() <= stations[0].start:
            yield from self._place(text, "junction", (hub[0], found.start, found.start + hub.end()))

    def _area_within(self, text: Marked, found: Found) -> Iterator[Mark]:
        """马集服务区 of 马集服务区加油站, which is no toll station."""
        area = _AREA.match(found.text)
        if area:
            yield from self._place(text, "service_area", (area[0], found.start, found.start + area.end()))

    def _place(self, text: Marked, kind: str, group: tuple[str, int, int]) -> Iterator[Mark]:
        words, start, end = group
        name = _ASIDE.sub("", words)
        stem = _KIND_OF_PLACE.sub("", name)
        begin = self._words.begin(stem, joined=text.joined(start))
        begin = max((begin, *(county.end() for county in _COUNTY.finditer(stem, begin))))
        begin += kind == "structure" and stem[begin : begin + 1] in self._words.before_roads
        if kind == "structure" and text.reading[end : end + 1] in self._words.after_no_structure:
            return
        if stem.endswith(("进", "到", "在", "入", "去", "往", "为", "和", "与", "及")):
            # 就近进服务区, 建设单位和服务区
            return
        if self._words.begin(stem, least=1) > begin:
            # 要求全桥, 为了保证严桥
            return
        if len(stem) - begin >= 2 and stem[begin:] not in self._words.not_places and not self._words.ends(stem):
            yield Mark(kind, start + begin, end, _MAKE[kind](name=name[begin:]))

    def _station(self, text: Marked, found: Found) -> Iterator[Mark]:
        stem, start, end = found.groups["station"]
        kind = found.groups["kind"][0]
        if kind == "站" and text.reading.startswith("收费站", found.end):
            # 小站收费站: the name ends with 站 itself.
            stem, kind, end = stem + "站", "收费站", found.end
            found = replace(found, end=found.end + len(kind))
        if kind == "匝道收费站" and (hub := _OF_HUB.search(stem)):
            # 五都垟互通匝道收费站
            stem, end = stem[: hub.start()], start + hub.start()
            kind = "收费站"
        if stem.endswith("高速") and len(stem) > len("高速") + 1:
            # 晋祠、罗城高速收费站
            stem, end = stem[:-2], end - 2
        if counted := _COUNTED.search(stem):
            # 北塘、津榆路两座收费站
            stem, end = stem[: counted.start()], start + counted.start()
        listed = text.reading.endswith(_AFTER_PLACE, 0, start) or (
            text.joined(start) and text.ends[start].type not in ("road", "direction")
        )
        begin = start
        if not (stem.startswith(self._words.beginning_so) and text.joined(start) and text.ends[start].type == "road"):
            begin += self._words.begin(stem, joined=listed)
        begin += (
            begin == start
            and stem.startswith("走")
            and _BOUND.search(text.reading, max(start - 4, 0), start) is not None
        )
        begin += _after_year(text.reading, begin)
        # 因津榆路收费站改造: a station may begin with 因 (因远坝), but hardly so long a one.
        begin += begin == start and stem.startswith("因") and len(stem) > _LONG_NAME
        county = _COUNTY.match(text.reading, begin, end)
        name = text.reading[county.end() if county else begin : end]
        if self._is_no_station(name) or (kind == "站" and self._words.no_station_after.match(text.reading, found.end)):
            return
        road = text.ends.get(begin)
        # 首末站由“城南收费站”调整: a stop may be called after a toll station.
        named = kind == "站" or text.reading.startswith("“", max(begin - 1, 0))
        if named and (road is None or road.type != "road") and _of_rail(text.reading, begin):
            return
        before = text.reading[max((road.start if road else begin) - 3, 0) : road.start if road else begin]
        after = text.begins.get(found.end)
        said = after.value if after and after.type == "it" else None
        qualifier = said or _qualifier(before, found.groups.get("which", ("", 0, 0))[0])
        yield Mark("station", begin, found.end, Station(name=name + kind, qualifier=qualifier))

    def _is_no_station(self, name: str) -> bool:
        words = self._words
        if (
            len(name) < 2
            or name[-1] in "各等时到出进入"
            or words.begin(name, least=0) == len(name)
            or not words.in_name(name)
            or name in words.before
            or words.ends(name)
            or name[words.begin(name, least=1) :] in words.not_stations
        ):
            return True
        return name.endswith(self._words.no_station_ends)

    def bare_stations(self, text: Marked) -> Iterator[Mark]:
        """Stations named without 站: those before an 入口, those of a way round (请从凤凰绕行), and those in a list."""
        found_here: list[Mark] = []
        for found in _BARE.scan(text.encoded):
            name, start, end = found.groups["name"]
            begin = self._words.begin(name, joined=text.joined(start))
            if self._could_be_bare(name[begin:]) and _opens(text, start + begin):
                found_here.append(Mark("station", start + begin, end, Station(name=name[begin:])))
        for found in _ROUND.scan(text.encoded):
            names, start, _ = found.groups["names"]
            items = list(re.finditer("[^、]+", names))
            if all(self._could_be_bare(item[0]) for item in items):
                found_here += [
                    Mark("station", start + item.start(), start + item.end(), Station(name=item[0])) for item in items
                ]
        yield from found_here
        for last in [*found_here, *(mark for mark in text.marks if mark.type == "station")]:
            yield from self._listed_before(text.encoded.text, last)

    def open_lists(self, text: Marked) -> Iterator[Mark]:
        """邵阳：隆回、洞口；怀化：溆浦南、辰溪收费站入口关闭: names of a list that goes on after a semicolon."""
        for found in _OPEN_LIST.scan(text.encoded):
            names, start, _ = next(iter(found.groups.values()))
            if "counted" in found.groups:
                begin = self._words.begin(names.split("、")[0], joined=text.joined(start))
                names, start = names[begin:], start + begin
            items = list(re.finditer("[^、]+", names))
            if all(self._could_be_bare(item[0]) for item in items):
                for item in items:
                    yield Mark("station", start + item.start(), start + item.end(), Station(name=item[0]))

    def _listed_before(self, masked: str, last: Mark) -> Iterator[Mark]:
        """隆回、洞口 of 隆回、洞口、武冈东收费站: each is called as the last one is."""
        position = last.start
        kind = _STATION_KIND.search(last.value.name)
        while item := _LISTED.search(masked, max(position - 14, 0), position):
            begin = item.start(1) + self._words.begin(item[1])
            county = _COUNTY.match(masked, item.start(1), item.end(1)) or _COUNTY.match(masked, begin, item.end(1))
            begin = min(county.start(), begin) if county else max(begin, item.end(1) - _LONGEST_LISTED)
            name = masked[county.end() if county else begin : item.end(1)]
            if not self._could_be_bare(name):
                return
            yield Mark("station", begin, item.end(1), Station(name=name + (kind[0] if kind else "")))
            position = begin

    def _could_be_bare(self, name: str) -> bool:
        words = self._words
        known = name in words.not_stations or name in words.before or name[:1] in "此这那该" or name.endswith("站")
        # 原出入口 is no entry of 原出.
        if len(name) < 2 or known or name[-1] in "各等时到出进入" or not words.in_name(name):
            return False
        return not any(word in name for word in words.not_bare)


def _of_rail(reading: str, position: int) -> bool:
    """True in a sentence of metros and trains, not where they are what is built: 地铁4号线龙湖站停运."""
    if reading[max(position - 1, 0) : position] in ("、", "和"):
        return False
    start = max(reading.rfind(mark, max(position - 80, 0), position) for mark in "。\n") + 1
    return _RAIL.search(reading, max(start, position - 80), position + 40) is not None


def _after_year(reading: str, position: int) -> bool:
    """True at the 年 of 2018年津榆路收费站, which is no part of the name."""
    return reading.startswith("年", position) and reading[max(position - 1, 0) : position].isdecimal()


def _opens(text: Marked, position: int) -> bool:
    """True where a bare name can begin: after a value, punctuation or at a line's begin."""
    before = text.ends.get(position)
    if before is not None:
        return before.type in _BEFORE_BARE
    if _UNIT.match(text.reading, position) and text.reading[position - 1 : position].isdecimal():
        # 不足50米时入口封闭
        return False
    return position == 0 or not "㐀" <= text.reading[position - 1] <= "鿿"


def _qualifier(before: str, after: str) -> Qualifier | None:
    if _NEW.search(before) or "新" in after:
        return Qualifier.NEW
    return Qualifier.OLD if _OLD.search(before) or after else None


def _road_number(groups: dict[str, tuple[str, int, int]]) -> str:
    if "bare" in groups:
        return groups["bare"][0]
    number = (groups.get("n1") or groups["n2"])[0]
    letter = _CLASS_LETTER[(groups.get("class") or groups["class2"])[0][0]]
    return number if number[0].isalpha() else letter + number


def joined(reading: str, marks: Iterable[Mark]) -> list[Mark]:
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


def consistent(reading: str, marks: Iterable[Mark]) -> list[Mark]:
    """A name that ends with another of its type in the same text, words before it, is that other.

    One in quotation marks is as it stands.
    """
    marks = list(marks)
    names = {(mark.type, mark.value.name) for mark in marks if mark.type in _SHORTENED}
    return [
        _shortened(mark, names)
        if mark.type in _SHORTENED and not reading.startswith(("“", "「", "《"), max(mark.start - 1, 0))
        else mark
        for mark in marks
    ]


def _shortened(mark: Mark, names: set[tuple[str, str]]) -> Mark:
    name = mark.value.name or ""
    for cut in range(1 + (name[:1] in "东南西北"), len(name) - 2):
        if (mark.type, name[cut:]) in names:
            value = replace(mark.value, name=name[cut:])
            if mark.type == "station" and name[:cut] in ("原", "老", "旧"):
                value = replace(value, qualifier=Qualifier.OLD)
            return replace(mark, start=mark.start + cut, value=value)
    return mark
