"""One change and its history."""

from __future__ import annotations

TEXTS = {
    "change_cancelled": (
        "这项变更已取消，不会实施；下面是原来公布的内容。",
        "This change has been called off and will not happen; what had been announced stands below.",
    ),
    "change_ended": ("这项变更已经结束。", "This change is over."),
    "facts": ("变更内容", "What changes"),
    "facts_lead": ("带引号的是公告原话，点按可到原文。", "What stands in quotation marks are the words of the notice."),
    "confidence": ("读取把握 {}", "Certainty of the reading: {}"),
    "confirmed": ("已由人工核对", "Checked by a person"),
    "history": ("更正记录", "Every revision"),
    "history_lead": ("从新到旧。每次公布、更正或取消都保留在这里。", "The newest first; each is kept for good."),
    "recorded": ("记录于", "Recorded"),
    "by_author": ("，{}", " by {}"),
    "nothing_altered": ("内容未变。", "Nothing was altered."),
    "was": ("原为", "Before"),
    "now_is": ("改为", "Now"),
    "reported_by": ("报道这项变更的公告", "Notices that reported it"),
    "words_behind": ("原话", "its words"),
    "change_subscribe": ("订阅", "Subscribe"),
    "subscribe_station": ("订阅{}", "Subscribe to {}"),
    "change_feed": ("变更动态（RSS）", "Updates (RSS)"),
    "change_json": ("这项变更的 JSON", "This change as JSON"),
    "history_json": ("更正记录的 JSON", "Its history as JSON"),
    "read_notice": ("公告原文", "The notice"),
    "quote_open": ("“", "“"),
    "quote_close": ("”", "”"),
}
