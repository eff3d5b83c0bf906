"""The start page."""

from __future__ import annotations

TEXTS = {
    "lead": (
        "从公告原文读出的收费站启用、关闭、迁移和车道变化。以原公告为准。",
        "Openings, closures, moves and lane changes, read from the original notices, which prevail.",
    ),
    "search": (
        "地名、路名或标题",
        "Place, road or title",
    ),
    "find": (
        "查找",
        "Find",
    ),
    "status": (
        "状态",
        "Status",
    ),
    "change": (
        "变更",
        "Change",
    ),
    "place": (
        "地点",
        "Place",
    ),
    "period": (
        "时间",
        "Period",
    ),
    "source": (
        "来源",
        "Source",
    ),
    "none": (
        "目前没有生效或将要生效的变更。",
        "Nothing holds or is to come at the moment.",
    ),
    "more": (
        "只显示最新的 {} 项；其余见 API。",
        "Only the newest {} are shown; the API has the others.",
    ),
    "subscribe": ("订阅", "Subscribe"),
    "webcal": (
        "在日历程序中订阅",
        "Subscribe in a calendar program",
    ),
    "changes.ics": (
        "日历（iCalendar）",
        "Calendar (iCalendar)",
    ),
    "changes.rss": (
        "每项变更一条（RSS）",
        "One item a change (RSS)",
    ),
    "changes.atom": (
        "每项变更一条（Atom）",
        "One entry a change (Atom)",
    ),
    "log.rss": (
        "每次更正另起一条（RSS）",
        "A new item for every correction (RSS)",
    ),
    "log.atom": (
        "每次更正另起一条（Atom）",
        "A new entry for every correction (Atom)",
    ),
}
