"""What a rule may give: fields of a change, and the few words of discourse that assembling them needs."""

from __future__ import annotations

from service.records import Access, Action, Advice, EndBasis, Reason, Vehicle

LANES = (
    "emergency", "overtaking", "running", "slow", "left", "middle", "right",
    "lane-1", "lane-2", "lane-3", "lane-4", "lane-5", "etc", "mixed", "over_width", "all",
)  # fmt: skip
"""The vocabulary of ``lanes.….which``."""

EFFECTS = (
    "closed",  # 封闭, 关闭
    "occupied",  # 占用 lanes
    "lanes_open",  # 保持4个进口车道通行: so many lanes, the others not
    "reopened",  # 恢复通行
    "opened",  # 启用
    "abolished",  # 撤销
    "renamed",  # 更名为
    "tolling_starts",
    "tolling_ends",
    "barred",  # 禁止货车通行
    "allowed_only",  # 仅允许小客车通行
    "slowed",  # 限速
    "limited",  # 限高, 限宽, 限重
    "controlled",  # 交通管制
    "no_turn",  # 无法调头
    "stays_open",  # 不受影响, 正常通行: nothing changes
)
"""What a phrase says to happen to the place it speaks of."""

STANCES = (
    "plan",  # 拟, 计划: nothing is in force
    "past",  # 曾于: it is over
    "retold",  # 去年, 今年以来, 演练中: told of another time, unless it has dates of its own that lie ahead
    "denied",  # 没有, 不会
    "attribute",  # 封闭的…, 封闭施工安排: named, not said
    "earlier",  # 原定于: announced before, moved by this notice
    "mended",  # 改造完毕: what opens then opens again
    "works",  # 进行改造施工: the works that 施工期间 speaks of
    "detour",  # 可从, 改由, 绕行: a way round
    "quoted",  # words of a law, a form or an example
    "amenity",  # 充电桩, 超市: part of a service area, which stays open
    "over",  # 现已处理完毕: nothing is left of it
    "rumour",  # 网传“…”: somebody's words that do not hold
    "since",  # 封闭起始时间4月1日: when what is spoken of began
    "respectively",  # A、B分别于…: the first place at the first date, the second at the second
    "story",  # in a title, of a drill, a trial, years ago: announced is only what is dated, and lies ahead
    "now",  # 目前: it holds while it is told, and need not say since when
    "other",  # a notice of other business: recruiting, tenders, tariffs
)
"""How a phrase is meant."""

POINTERS = ("period", "works", "after_works")
"""What a phrase points back to: 上述时段, 施工期间, 改造完成后."""

GIVEN: dict[str, frozenset[object]] = {
    "effect": frozenset(EFFECTS),
    "stance": frozenset(STANCES),
    "points": frozenset(POINTERS),
    "access": frozenset(Access),
    "action": frozenset(Action),
    "advice": frozenset(Advice),
    "reason": frozenset(Reason),
    "vehicles": frozenset(Vehicle),
    "exempt": frozenset(Vehicle),
    "except": frozenset({True}),
    "lanes.which": frozenset(LANES),
    "lanes.rest": frozenset({True}),
    "lanes.some": frozenset({True}),
    "contraflow": frozenset({True}),
    "half": frozenset({True}),
    "ramp": frozenset({True}),
    "lasting": frozenset({True}),
    "validity.end_basis": frozenset(EndBasis),
    "done": frozenset({True}),
    "label": frozenset({True}),
    "leads": frozenset({Access.ENTRY, Access.EXIT}),
    "incomplete": frozenset({True}),
}
"""Constants a rule may give, by field."""

CAPTURED = frozenset(
    {
        "lanes.entry.open",
        "lanes.exit.open",
        "lanes.entry.closed",
        "lanes.exit.closed",
        "lanes.entry.total",
        "lanes.exit.total",
        "lanes.open",
        "lanes.closed",
        "lanes.total",
        "limits.speed_kmh",
        "limits.height_m",
        "limits.width_m",
        "limits.length_m",
        "limits.weight_t",
        "limits.axles",
        "limits.seats",
        "relocation.distance_km",
        "renamed_to",
        "phase",
        "year",
    }
)
"""Fields a rule may capture; lane counts without a side belong to the side spoken of."""
