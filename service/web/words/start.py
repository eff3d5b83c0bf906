"""The start page."""

from __future__ import annotations

TEXTS = {
    "lead": (
        "哪些高速公路收费站现在关闭、受限或启用，哪些即将变化。",
        "Which expressway toll stations are closed, restricted or opened now, and what is to come.",
    ),
    "search_words": ("路线或收费站", "Road or toll station"),
    "search_hint": ("例如：津蓟 天津站", "such as 津蓟 天津站 or S1"),
    "which_day": ("哪一天", "On which day"),
    "find": ("查找", "Find"),
    "clear_search": ("清除条件", "Clear"),
    "today": ("现在和将来", "Now and to come"),
    "on_day": ("{}这一天", "On {}"),
    "found_for": ("“{}”的结果", "Results for “{}”"),
    "shown": ("项变更", "changes"),
    "on_roads": ("条路线", "roads"),
    "places_found": ("站点和路线", "Stations and roads"),
    "count_of_road": ("{}项", "{}"),
    "more_of_road": ("这条路的全部{}项", "All {} of this road"),
    "no_road": ("未写明路线", "Road not named"),
    "other_roads": ("更多路线", "More roads"),
    "page_number": ("第{}页", "Page {}"),
    "previous_page": ("上一页", "Previous page"),
    "next_page": ("下一页", "Next page"),
    "pages": ("翻页", "Pages"),
    "none": (
        "目前没有生效或将要生效的变更。有新公告时会列在这里；也可以订阅，不必再来查看。",
        "Nothing holds or is to come at the moment. New notices are listed here; subscribe, and they come to you.",
    ),
    "none_found": (
        "没有找到。试试只写路名或站名中的一个，或去掉日期；已结束的变更在站点页。",
        "Nothing found. Try the road or the station alone, or leave out the day; what has ended is with its station.",
    ),
    "follow": ("订阅", "Follow"),
    "follow_lead": (
        "变更发布、延期或取消时，日历和阅读器会自动更新。",
        "Calendars and readers learn by themselves of what is announced, extended or cancelled.",
    ),
    "follow_search": ("订阅这个查找", "Follow this search"),
}
