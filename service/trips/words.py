"""A verdict in a sentence, in Chinese and in English; what a change is, :mod:`service.prose` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service import prose
from service.prose import Lang
from service.records import Change
from service.trips.verdict import Doubt, Effect, Encounter, Possible, Texts

_POSSIBLE = {
    Possible.YES: ("没有公告表明不能通行", "Nothing announced stands against it"),
    Possible.NO: ("不能通行", "Not possible"),
    Possible.UNKNOWN: ("无法确定", "Not known"),
}
_WARNED = ("可以通行，请留意", "Possible, but mind")
_DOUBTS = {
    Doubt.UNKNOWN_STATION: ("没有这个收费站的资料", "a station is not known"),
    Doubt.WHICH_STATION: ("不能确定是哪个收费站", "it is not said which station is meant"),
    Doubt.UNKNOWN_ROAD: ("不知道收费站在哪条路上", "the road of a station is not known"),
    Doubt.ROUTE_UNSAID: ("不知道在哪里换路", "it is not known where the trip changes roads"),
    Doubt.SIDE_UNSAID: ("公告没有说明入口还是出口", "the notice does not say which side"),
    Doubt.DIRECTION_UNSAID: ("不能确定是哪个方向", "the direction is not certain"),
    Doubt.STRETCH_UNSAID: ("不能确定是哪一段", "the stretch is not certain"),
    Doubt.START_UNSAID: ("公告没有说明开始时间", "the notice does not say from when"),
    Doubt.END_UNSAID: ("公告没有说明结束时间", "the notice does not say until when"),
    Doubt.DATE_CONFLICT: ("公告的日期自相矛盾", "the dates of the notice contradict each other"),
    Doubt.PART_OF_THE_TIME: ("只在这段时间的一部分有效", "it holds for a part of that time only"),
    Doubt.VEHICLE_UNSAID: ("不能确定是否涉及该车", "it is not certain that this vehicle is meant"),
    Doubt.SIZE_UNSAID: ("不知道该车的尺寸或重量", "the size or weight of the vehicle is not known"),
    Doubt.CONTROL_UNSAID: ("公告没有说明如何管制", "the notice does not say how traffic is controlled"),
}
_NAMED = 3


def summary(
    possible: Possible, doubts: Sequence[Doubt], met: Sequence[Encounter], changes: Mapping[str, Change]
) -> Texts:
    """What a person would say: the answer, the changes that give it, and what is open."""
    telling = [each for each in met if each.possible is possible and (possible is not Possible.YES or _warns(each))]
    named = [changes[key] for key in dict.fromkeys(each.change for each in telling)]
    open_ = dict.fromkeys((*doubts, *(doubt for each in telling for doubt in each.doubts)))
    told = tuple(open_) if possible is Possible.UNKNOWN else ()
    return Texts(
        zh=_sentence(possible, named, told, Lang.ZH),
        en=_sentence(possible, named, told, Lang.EN),
    )


def _warns(met: Encounter) -> bool:
    return met.effect is not Effect.NO_TURN


def _sentence(possible: Possible, named: Sequence[Change], doubts: Sequence[Doubt], lang: Lang) -> str:
    zh = lang is Lang.ZH
    place = 0 if zh else 1
    head = (_WARNED if possible is Possible.YES and named else _POSSIBLE[possible])[place]
    titles = [prose.title(change, lang) for change in named[:_NAMED]]
    if len(named) > _NAMED:
        titles.append(f"另有{len(named) - _NAMED}项" if zh else f"{len(named) - _NAMED} more")
    body = ("；" if zh else "; ").join((*titles, *(_DOUBTS[doubt][place] for doubt in doubts)))
    if zh:
        return f"{head}：{body}。" if body else f"{head}。"
    return f"{head}: {body}." if body else f"{head}."
