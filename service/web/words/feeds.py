"""All feeds."""

from __future__ import annotations

TEXTS = {
    "feeds_title": ("馈送与日历", "Feeds and calendars"),
    "feeds_lead": (
        "开车的人用日历；想不漏掉每次更正的人用动态；程序用现状。",
        "A calendar is for those who drive, the log for those who must not miss a correction, the state for programs.",
    ),
    "feeds_all": ("全部路线", "All roads"),
    "feeds_calendar": ("日历", "Calendar"),
    "feeds_calendar_lead": (
        "放进手机或电脑的日历，自己更新。只要一个站或通勤路线，请到“订阅”。",
        "For a phone or computer, which keeps it up to date. For a station or a commute, see Subscribe.",
    ),
    "feeds_log_lead": (
        "每次公布、更正、延期、取消都是新的一条，阅读器会标为未读；当天开始和结束的也会提示。",
        "A new item for every announcement, correction, extension and cancellation, which readers show as unread, "
        "and one on the day on which a change begins or ends.",
    ),
    "feeds_state_lead": (
        "每项变更一条，就地更新：现在成立和将要发生的都在里面。",
        "An item a change, rewritten in place: all that holds or is to come.",
    ),
    "feeds_opml": (
        "所有路线的馈送清单（OPML），可导入阅读器",
        "A list of the feeds of all roads (OPML), for import into a reader",
    ),
    "feeds_by_road": ("按路线", "By road"),
    "feeds_none": ("还没有任何路线的公告。", "No notice has named a road yet."),
}
