"""The state of the service."""

from __future__ import annotations

TEXTS = {
    "status_title": ("状态", "Status"),
    "status_lead": (
        "各个来源多久读一次、上次何时读到，以及共有多少内容。",
        "How often each source is read, when it last was, and how much there is.",
    ),
    "status_updated": ("最近一次更新：", "Last update:"),
    "status_no_update": ("还没有任何公告。", "There is no notice yet."),
    "status_counts": ("内容", "Contents"),
    "count_notices": ("公告", "notices"),
    "count_changes": ("变更", "changes"),
    "count_revisions": ("修订", "revisions"),
    "status_sources": ("来源", "Sources"),
    "status_no_sources": (
        "没有设置任何来源；公告由 API 或文件送入。",
        "No source is declared; notices come in by the API or as files.",
    ),
    "status_not_polling": (
        "这个进程不读取来源，由另一个进程读取。",
        "This process reads no sources; another one does.",
    ),
    "condition_fresh": ("正常", "Fresh"),
    "condition_late": ("过时", "Late"),
    "condition_failing": ("出错", "Failing"),
    "condition_waiting": ("尚未读取", "Not read yet"),
    "source_name": ("来源", "Source"),
    "source_polled": ("上次读取", "Last asked"),
    "source_read": ("上次成功", "Last read"),
    "source_every": ("间隔", "Every"),
    "source_error": ("错误", "Error"),
    "source_inbox": ("收件文件夹", "Inbox"),
    "never": ("从未", "never"),
}
