"""What went wrong, for those who read with their eyes."""

from __future__ import annotations

TEXTS = {
    "wrong_not-found": ("没有这一页", "There is no such page"),
    "wrong_parameter": ("地址里有一处不对", "Something in the address is not right"),
    "wrong_not-ready": ("数据库暂时没有响应", "The database does not answer at the moment"),
    "wrong_method": ("这里不能这样访问", "This cannot be done here"),
    "wrong_internal": ("服务器出错了", "The server made a mistake"),
    "advice_not-found": (
        "链接可能写错或不完整。请从首页查找，或看所有路线。",
        "The link may be mistyped or cut off. Search from the first page, or look through the roads.",
    ),
    "advice_parameter": (
        "请改正下面列出的内容，或从首页重新开始。",
        "Correct what is listed below, or begin again from the first page.",
    ),
    "advice_not-ready": ("请稍后再试。", "Please try again later."),
    "advice_method": ("请从首页重新开始。", "Please begin again from the first page."),
    "advice_internal": ("已记入日志，请稍后再试。", "It has been logged; please try again later."),
    "wrong_expected": ("应为", "Expected"),
    "wrong_found": ("实为", "Found"),
    "wrong_details": ("详细信息", "Details"),
    "to_start": ("回首页", "To the first page"),
}
