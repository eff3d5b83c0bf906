"""What people type into a search box, as words to look for: 津蓟 天津站, S1 天津, 天津站 入口, 天津收費站.

Pure. Every word must be found, in whatever order they stand. The surprising thing: a word is looked for under all the
names that its road or station is known by, so that a number finds the changes that only give a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import opencc

from service.gazetteer import Gazetteer, station_key
from service.query import folded
from service.records import Access

_MOST_WORDS = 8
_GAP = re.compile(r"[\s,;:、，。；：·/|()（）\[\]〔〕【】「」《》\"'-]+")
# Where one word ends and the next begins though nothing is between them: 津蓟高速|天津站, S1|天津站, 天津站|S1.
_SEAM = re.compile(
    r"(?<=高速公路)|(?<=高速)(?!公路)|(?<=[a-z]\d)(?=[㐀-鿿])|(?<=[a-z]\d\d)(?=[㐀-鿿])|(?<=[㐀-鿿])(?=[gsxy]\d)"
    r"|(?<=站)(?=[出入]口)|(?=(?:出入口|(?<!出)入口|出口)$)"
)
_SIDES = {"入口": Access.ENTRY, "进口": Access.ENTRY, "entry": Access.ENTRY, "出口": Access.EXIT, "exit": Access.EXIT}
# What every road, station or title has, and what our titles add to a name: 〔关闭〕天津站（新）.
_SAYS_NOTHING = frozenset(
    {
        "高速",
        "高速公路",
        "公路",
        "收费站",
        "站",
        "出入口",
        "的",
        "新",
        "原",
        "旧",
        "新站",
        "原站",
        "关闭",
        "封闭",
        "启用",
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: each of ``words`` under one of its names, on one side of the station where that is said."""

    words: tuple[tuple[str, ...], ...]
    access: Access | None = None

    def fits(self, *names: str | None) -> bool:
        """True when every word is found in one of ``names``."""
        text = "\n".join(folded(name) for name in names if name)
        return all(any(word in text for word in alternatives) for alternatives in self.words)


def wanted(query: str, gazetteer: Gazetteer) -> Wanted:
    """What ``query`` asks for; no words where it says nothing that could be looked for."""
    words: list[tuple[str, ...]] = []
    access: Access | None = None
    for word in _words(folded(query), gazetteer):
        plain = _simplified(word)
        if plain in _SIDES:
            access = _SIDES[plain]
        elif plain not in _SAYS_NOTHING:
            words.append(_names(word, gazetteer))
    return Wanted(tuple(dict.fromkeys(words))[:_MOST_WORDS], access)


def _words(text: str, gazetteer: Gazetteer) -> Iterator[str]:
    for part in _GAP.split(text):
        for word in _SEAM.split(part):
            yield from _apart(word, gazetteer)


def _apart(word: str, gazetteer: Gazetteer) -> Iterator[str]:
    """津蓟天津站 as road and station; any other word as it is."""
    if not word:
        return
    stem = next((stem for stem in _stems(gazetteer) if word.startswith(stem) and word != stem), None)
    rest = word.removeprefix(stem) if stem else ""
    # 京津 is a stem, 京津塘 another road: what is left must be the name of a station.
    if stem and rest.endswith("站") and station_key(rest):
        yield stem
        yield rest
        return
    yield word


def _stems(gazetteer: Gazetteer) -> tuple[str, ...]:
    """The bare names of the roads, longest first: 津蓟."""
    found = {key.removesuffix("高速") for road in gazetteer.roads for key in road.keys}
    return tuple(sorted((stem for stem in found if len(stem) > 1), key=len, reverse=True))


def _names(word: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The names under which a word is looked for; as it is written, too, since 濛阳 is no 蒙阳."""
    plain = _simplified(word)
    names = [word, plain]
    road = gazetteer.road(plain) or gazetteer.road(f"{plain}高速")
    if road:
        names += sorted(road.keys)
    if re.search("[站所]$", plain):
        names.append(station_key(plain))
    return tuple(dict.fromkeys(folded(name) for name in names))


def _simplified(text: str) -> str:
    # Neither a lone surrogate nor NUL can cross into the converter.
    clean = re.sub("[\ud800-\udfff\0]", " ", text)
    converted: str = _converter().convert(clean)
    return converted


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
