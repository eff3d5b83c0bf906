"""A notice explained."""

from __future__ import annotations

TEXTS = {
    "original": (
        "原文网址",
        "Original address",
    ),
    "notice": (
        "公告",
        "Notice",
    ),
    "text": (
        "原文",
        "Text",
    ),
    "text_lead": (
        "着色的文字已读懂：指向、点按或用 Tab 键选中，可见所读的值和规则。灰色的文字没有规则读到。",
        "Coloured words were read: point at them, tap them or go there with Tab to see value and rule. "
        "No rule read what is grey.",
    ),
    "cut": (
        "原文共 {} 字，此处只显示和解读前 {} 字。",
        "Of {} characters, only the first {} are shown and explained.",
    ),
    "legend": (
        "图例",
        "Legend",
    ),
    "effect": (
        "变化",
        "What happens",
    ),
    "lanes": (
        "车道、出入口",
        "Lanes, entry and exit",
    ),
    "vehicles": (
        "车辆、限制",
        "Vehicles, limits",
    ),
    "advice": (
        "原因、提示、绕行",
        "Reasons, advice, detours",
    ),
    "place": ("地点", "Place"),
    "time": (
        "时间",
        "Time",
    ),
    "manner": (
        "语气、承接",
        "How it is meant",
    ),
    "unread": (
        "未读",
        "Not read",
    ),
    "changes": (
        "读出的变更",
        "Changes read from it",
    ),
    "changes_lead": (
        "已发布的变更，及每个值所依据的原文。",
        "The changes published, and the words behind each value.",
    ),
    "no_changes": (
        "没有从这则公告发布变更。",
        "No change was published from this notice.",
    ),
    "more_changes": (
        "共 {} 项变更，此处显示 {} 项；其余见 JSON。",
        "Of {} changes, {} are shown; the JSON has the others.",
    ),
    "moved_on": (
        "后来的公告又改变了这项变更；此处是这则公告所说。",
        "A later notice has altered this change; here is what this one said.",
    ),
    "field": (
        "字段",
        "Field",
    ),
    "value": (
        "值",
        "Value",
    ),
    "words": (
        "原文",
        "Words",
    ),
    "rule": (
        "规则",
        "Rule",
    ),
    "by_program": (
        "程序",
        "the program",
    ),
    "used_in": (
        "用于变更",
        "used in change",
    ),
    "differs": (
        "按现行规则，这则公告读作：",
        "By the rules of today, the notice says:",
    ),
    "differs_none": (
        "按现行规则，这则公告没有变更。",
        "By the rules of today, the notice announces no change.",
    ),
    "all_read": (
        "读到的一切（{} 处）",
        "Everything that was read ({})",
    ),
    "all_unread": (
        "没有读到的文字（{} 处）",
        "Words that no rule read ({})",
    ),
}
