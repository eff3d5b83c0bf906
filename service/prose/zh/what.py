"""What is affected, in Chinese: vehicles, lanes, limits."""

from __future__ import annotations

from collections.abc import Iterable

from service.prose import subject
from service.prose.zh.words import LANES, LIMIT_UNITS, LIMIT_WORDS, NAMES, NUMERALS, VEHICLES
from service.records import Access, Change, LaneCount, Vehicle


def affected(change: Change) -> str:
    """7座以上客车、货车; "" for all vehicles."""
    return _classes(change, change.vehicles, "以上")


def exempt(change: Change) -> str:
    """7座以下小客车: who may pass all the same."""
    return _classes(change, change.exempt, "以下")


def sides(change: Change, counts: Iterable[tuple[Access | None, LaneCount]]) -> str:
    """入口共10条车道，开放4条，封闭6条；出口…"""
    return "；".join(said for side, count in counts if (said := _side(change, side, count)))


def which(count: LaneCount) -> str:
    """The lanes by name: 应急车道、第二车道."""
    return "、".join(_lane(lane) for lane in count.which)


def limits(values: Iterable[tuple[str, str]]) -> str:
    """限高4.2米，限速60公里/小时."""
    return "，".join(f"{LIMIT_WORDS[size]}{value}{LIMIT_UNITS[size]}" for size, value in values)


def _classes(change: Change, vehicles: tuple[Vehicle, ...], bound: str) -> str:
    """A limit of size stands with the class it describes."""
    values = dict(subject.limit_values(change.limits))
    words = []
    for vehicle in vehicles:
        sizes = [f"{values[size]}{LIMIT_UNITS[size]}{bound}" for size in subject.DESCRIBES[vehicle] if size in values]
        words.append("".join(sizes) + VEHICLES[vehicle])
    return "、".join(words)


def _side(change: Change, side: Access | None, count: LaneCount) -> str:
    named = which(count)
    shut = f"封闭{count.closed}条" if count.closed is not None else ""
    if named:
        shut = f"{shut}（{named}）" if shut else f"{'含' if change.kind.lasting else '封闭'}{named}"
    said = (
        f"共{count.total}条车道" if count.total is not None else "",
        f"开放{count.open}条{'' if count.total else '车道'}" if count.open is not None else "",
        shut,
    )
    return (NAMES[Access][side] if side and any(said) else "") + "，".join(part for part in said if part)


def _lane(lane: str) -> str:
    number = subject.lane_number(lane)
    return f"第{NUMERALS.get(number, number)}车道" if number else LANES.get(lane, lane)
