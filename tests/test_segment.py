"""Pages into notices: where articles begin and end, what they are called, and the date that they give themselves."""

from __future__ import annotations

from datetime import date

import pytest

from service.errors import DocumentError
from service.reading.segment import notices_in
from service.records import Notice

TODAY = date(2024, 10, 20)

MARKDOWN = """## 北塘站入口封闭

本报讯(记者 李杉)10月21日起,北塘收费站入口封闭。


# 军粮城站启用

## 新站有八条车道

本报讯(记者 王楠)军粮城收费站将于10月25日启用。
"""
MARKED = """■北塘站入口封闭
本报讯 10月21日起，北塘收费站入口封闭。
■军粮城站启用
本报讯 军粮城收费站将于10月25日启用。
"""


def notices(text: str, **given: object) -> tuple[Notice, ...]:
    values: dict[str, object] = {"source": "test", "published": None, "today": TODAY, **given}
    return notices_in(text, **values)  # type: ignore[arg-type]  # each test gives values of the right types


PAGES = {
    "headings of Markdown": (MARKDOWN, ["北塘站入口封闭", "军粮城站启用"]),
    "headlines with a mark": (MARKED, ["北塘站入口封闭", "军粮城站启用"]),
    "Windows line ends": (MARKDOWN.replace("\n", "\r\n"), ["北塘站入口封闭", "军粮城站启用"]),
    "short lines above bylines": (MARKED.replace("■", ""), ["北塘站入口封闭", "军粮城站启用"]),
    "short lines above bylines, spaced": (
        MARKED.replace("■", "\n").replace("\n本", "\n\n　　本"),
        ["北塘站入口封闭", "军粮城站启用"],
    ),
    "indented headlines": (MARKED.replace("■", "　■ "), ["北塘站入口封闭", "军粮城站启用"]),
    "words above the first headline": (
        "天津日报 第2版\n\n" + MARKED,
        ["天津日报 第2版", "北塘站入口封闭", "军粮城站启用"],
    ),
    "a mark before a byline is no headline": (
        "■北塘站入口封闭\n■本报记者 李杉\n10月21日起封闭。\n■军粮城站启用\n本报讯 即将启用。\n",
        ["北塘站入口封闭", "军粮城站启用"],
    ),
    "one headline": ("# 北塘站入口封闭\n\n本报讯 10月21日起封闭。\n", ["北塘站入口封闭"]),
    "headings of a notice, which has no stories": (
        "# 通告\n\n## 一、时间\n10月21日起。\n\n## 二、地点\n北塘站。\n",
        ["通告"],
    ),
    "a heading within a line": ("本报讯 话题#北塘站#与C# 语言。\n本报讯 另一篇。\n", [None]),
    "no headings": ("10月21日起，北塘收费站入口封闭。", [None]),
    "a title without a mark": ("关于北塘站封闭的通告\n10月21日起，北塘收费站入口封闭。", ["关于北塘站封闭的通告"]),
    "nothing": ("", [None]),
    "only blank lines": ("\n \n\r\n", [None]),
}


@pytest.mark.parametrize(("page", "titles"), PAGES.values(), ids=PAGES)
def test_a_page_holds_these_notices(page: str, titles: list[str | None]) -> None:
    assert [notice.title for notice in notices(page)] == titles


@pytest.mark.parametrize("page", [page for page, _ in PAGES.values()], ids=PAGES)
def test_the_notices_are_the_whole_page_and_know_where_they_stand(page: str) -> None:
    found = notices(page)
    assert "".join(notice.text for notice in found) == page
    for notice in found:
        assert page[notice.offset : notice.offset + len(notice.text)] == notice.text


def test_a_sub_heading_belongs_to_the_article_above() -> None:
    _, second = notices(MARKDOWN)
    assert "新站有八条车道" in second.text


def test_a_title_is_given_to_a_document_that_is_one_notice() -> None:
    assert [notice.title for notice in notices("10月21日起封闭。", title="通告")] == ["通告"]
    assert [notice.title for notice in notices(MARKED, title="第2版")] == ["北塘站入口封闭", "军粮城站启用"]


DATES = {
    "a date alone on the last line": ("北塘收费站入口封闭。\n示例公司\n2024年10月18日\n", date(2024, 10, 18)),
    "in characters": ("北塘收费站入口封闭。\n二〇二四年十月十八日\n", date(2024, 10, 18)),
    "after a label": ("发布时间：2024-10-18 09:00\n北塘收费站入口封闭。\n", date(2024, 10, 18)),
    "after the source": ("来源：示例日报 发布日期：2024年10月18日\n北塘收费站入口封闭。\n", date(2024, 10, 18)),
    "the last of two": ("发布时间：2024-10-17\n北塘收费站入口封闭。\n2024年10月18日\n", date(2024, 10, 18)),
    "no such day": ("北塘收费站入口封闭。\n2024年2月30日\n", TODAY),
    "a date of the closure": ("北塘收费站2024年11月1日起入口封闭。\n", TODAY),
    "a date without its year": ("北塘收费站入口封闭。\n10月18日\n", TODAY),
    "none": ("北塘收费站入口封闭。\n", TODAY),
}


@pytest.mark.parametrize(("text", "published"), DATES.values(), ids=DATES)
def test_a_notice_is_as_old_as_it_says(text: str, published: date) -> None:
    assert [notice.published for notice in notices(text)] == [published]


def test_the_date_given_counts_before_the_one_in_the_text() -> None:
    [notice] = notices("北塘收费站入口封闭。\n2024年10月18日\n", published=date(2024, 10, 19))
    assert notice.published == date(2024, 10, 19)


def test_each_article_has_its_own_date() -> None:
    first, second = notices(MARKED.replace("■军", "2024年10月18日\n■军"))
    assert (first.published, second.published) == (date(2024, 10, 18), TODAY)


def test_the_same_source_date_and_words_are_the_same_notice() -> None:
    [one] = notices("北塘站封闭。", today=date(2024, 10, 20))
    [later] = notices("北塘站封闭。", today=date(2024, 10, 25), title="通告", url="https://example.org/1")
    assert one.id == later.id
    for other in ({"source": "other"}, {"published": TODAY}):
        assert notices("北塘站封闭。", **other)[0].id != one.id
    assert notices("北塘站 封闭。")[0].id != one.id


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2200, 1, 1), date(9999, 12, 31)])
def test_a_day_on_which_nothing_can_have_been_published_is_refused(day: date) -> None:
    with pytest.raises(DocumentError, match="published: expected a day between the years 1900 and 2199, found"):
        notices_in("津榆路站次日起封闭。", source="test", published=day, today=date(2024, 10, 20))
