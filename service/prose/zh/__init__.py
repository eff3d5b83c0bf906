"""A change in Chinese, as a local newspaper would put it: when, where, what, until when."""

from __future__ import annotations

from enum import StrEnum

from service.calendar import Edge
from service.prose import subject
from service.prose.zh import what, when, where
from service.prose.zh.days import milestone as milestone
from service.prose.zh.values import value as value
from service.prose.zh.where import place as place
from service.prose.zh.words import (
    ADVICE_SENTENCES,
    AFTERWORDS,
    FLAG_SENTENCES,
    LABELS,
    NAMES,
    PREDICATES,
    PREFIXES,
    REASON_PHRASES,
    UPDATED,
)
from service.records import Access, Change, Detour, Kind


def title(change: Change) -> str:
    """〔关闭〕津榆路站 出入口, 〔4进7出〕天津站（新）: the thing within the first twenty characters, no dates."""
    lanes = _open_lanes(change)
    # 〔4进7出〕 tells the sides, too.
    spot = where.direction(change.direction) if lanes else where.spot(change)
    words = (where.thing(change), spot, what.affected(change), _figures(change))
    return f"{PREFIXES[change.action]}〔{lanes or LABELS[change.kind]}〕{' '.join(word for word in words if word)}"


def headline(change: Change) -> str:
    """The title with road and dates: 〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日."""
    road = subject.short_road(change.road) if subject.thing_named(change) else None
    marked = (UPDATED if subject.merely_updated(change) else "") + title(change)
    return "，".join(part for part in (marked, road, *when.parts(change, year=False)) if part)


def calendar_title(change: Change, edge: Edge | None) -> str:
    """The title with what the event's days do not tell: …，恢复时间另行通知, …，至12月31日, …，最后一天."""
    other = when.edge(change, edge) if edge else None
    return "，".join(part for part in (title(change), when.unknown(change), other) if part)


def period(change: Change) -> str:
    """From when to when, and how sure: 2024年10月21日至12月31日."""
    return "，".join(part for part in when.parts(change, year=True) if part)


def summary(change: Change) -> str:
    """The whole change in one sentence."""
    head, tail = when.parts(change, year=True)
    everywhere = "全线各站" if subject.whole_road(change) else ""
    reason = REASON_PHRASES[change.reason] if change.reason else ""
    said = f"{place(change)}{everywhere}{where.spot(change)}{reason}{_predicate(change)}"
    return "，".join(part for part in (head, said, tail, AFTERWORDS[change.action]) if part) + "。"


def paragraphs(change: Change) -> tuple[str, ...]:
    """Everything a reader should know, the source last."""
    middle = (
        _relocation(change),
        _sentence(what.sides(change, subject.counted_sides(change))),
        _sentence(what.limits(subject.signed_limits(change))),
        _exempt(change),
        *(_detour(detour) for detour in change.detours),
        "".join(ADVICE_SENTENCES[advice] for advice in change.advice),
        *(FLAG_SENTENCES[flag] for flag in subject.flags(change)),
    )
    return (summary(change), *(text for text in middle if text), source(change))


def source(change: Change) -> str:
    """Who announced it and when: 来源：示例日报，2024年10月20日，《津榆路站封闭》。"""
    notice = change.notice
    heading = f"《{notice.title}》" if notice.title else None
    known = (notice.publisher, when.day(notice.published, year=True), heading)
    return f"来源：{'，'.join(part for part in known if part)}。"


def name(member: StrEnum) -> str:
    """The name of a member of any enum of the records."""
    return NAMES[type(member)][member]


def feed_title(places: tuple[str, ...], kinds: tuple[Kind, ...], access: Access | None, log: bool) -> str:
    """津蓟高速 天津站 入口：车道封闭、收费站关闭."""
    named = "、".join(name(kind) for kind in kinds) or "收费站变更"
    limits = " ".join((*places, name(access))) if access else " ".join(places)
    return (f"{limits}：{named}" if limits else named) + ("（逐次更新）" if log else "")


def feed_description(log: bool) -> str:
    """What the feed holds, and what counts."""
    entries = "每次发布或更正各成一条" if log else "每项变更一条，更正时就地更新"
    return f"高速公路收费站的启用、关闭、迁移和车道变化，读自公告原文；{entries}。以原公告为准。"


def _predicate(change: Change) -> str:
    if change.kind is Kind.VEHICLE_RESTRICTION:
        return _restriction(change)
    if change.kind is Kind.STATION_RENAMING and change.renamed_to:
        return f"更名为{subject.station_name(change.renamed_to)}"
    if change.kind is Kind.SPEED_RESTRICTION and change.limits and change.limits.speed_kmh:
        return f"限速{change.limits.speed_kmh}公里/小时"
    if change.kind is Kind.LANE_CLOSURE and (named := subject.lanes_by_name(change)):
        return f"封闭{what.which(named)}"
    affected = what.affected(change)
    contraflow = "，车辆借对向车道双向通行" if change.contraflow else ""
    return (f"对{affected}" if affected else "") + PREDICATES[change.kind] + contraflow


def _restriction(change: Change) -> str:
    if change.vehicles:
        return f"禁止{what.affected(change)}通行"
    if change.exempt:
        return f"仅允许{what.exempt(change)}通行"
    return "限制车辆尺寸或载重" if subject.limit_values(change.limits) else PREDICATES[change.kind]


def _figures(change: Change) -> str:
    """What a title says beyond the place: 应急车道, 60公里/小时, the new name."""
    if change.kind is Kind.LANE_CLOSURE and not _open_lanes(change):
        return "、".join(what.which(count) for _, count in subject.sides(change) if count.which)
    if change.kind is Kind.STATION_RENAMING and change.renamed_to:
        return f"改称{subject.station_name(change.renamed_to)}"
    if change.kind is Kind.SPEED_RESTRICTION and change.limits and change.limits.speed_kmh:
        return f"{change.limits.speed_kmh}公里/小时"
    return ""


def _open_lanes(change: Change) -> str:
    """4进7出: how many lanes are left; "" unless that is what changes."""
    if change.kind is not Kind.LANE_CLOSURE:
        return ""
    entry, exit_ = subject.open_lanes(change)
    return (f"{entry}进" if entry is not None else "") + (f"{exit_}出" if exit_ is not None else "")


def _sentence(words: str) -> str:
    return f"{words}。" if words else ""


def _exempt(change: Change) -> str:
    if not change.exempt or (change.kind is Kind.VEHICLE_RESTRICTION and not change.vehicles):
        return ""
    return f"{what.exempt(change)}除外。"


def _relocation(change: Change) -> str:
    return f"替代{where.former(change.relocation)}。" if change.relocation else ""


def _detour(detour: Detour) -> str:
    direction = where.direction(detour.direction)
    return f"绕行{f'（{direction}）' if direction else ''}：{where.way(detour)}。"
