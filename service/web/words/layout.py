"""What stands on every page: the name of the site, the ways to its parts, and what counts."""

from __future__ import annotations

TEXTS = {
    "title": ("收费站变更", "Toll station changes"),
    "skip": ("跳到正文", "Skip to content"),
    "navigation": ("导航", "Navigation"),
    "nav_start": ("首页", "Now"),
    "nav_roads": ("路线", "Roads"),
    "nav_subscribe": ("订阅", "Subscribe"),
    "nav_feeds": ("馈送", "Feeds"),
    "nav_status": ("状态", "Status"),
    "other": ("English", "中文"),
    "prevails": (
        "内容由程序从公告原文读出，以原公告为准。",
        "Read by a program from the original notices, which prevail.",
    ),
    "site_log": ("收费站变更（逐次更新）", "Toll station changes (every update)"),
    "machines": ("给程序用", "For programs"),
    "json": ("本页的 JSON", "This page as JSON"),
    "api": ("查询 API", "Query API"),
    "openapi": ("API 说明", "API description"),
    "health": ("运行状况", "Health"),
    "problems": ("错误种类", "Kinds of problems"),
}
