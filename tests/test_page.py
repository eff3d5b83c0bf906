"""HTML into text: given a page, the lines that are its announcement, and what no page may cost."""

from __future__ import annotations

from datetime import date
from time import monotonic

import pytest

from service.errors import DocumentError
from service.page import date_of_html, text_of_html

WORDS = "津蓟高速公路天津收费站自2024年10月21日0时起封闭，施工期间请绕行九园收费站，不便之处敬请谅解。"
BODIES = {
    "a paragraph is a line, whatever is marked in it": (
        "<p>天津<b>收费站</b><br>封闭</p><div>特此公告</div>",
        "天津收费站\n封闭\n特此公告",
    ),
    "a menu beside words": (f"<div><a>首页</a><a>新闻中心</a><a>通知公告</a></div><p>{WORDS}</p>", WORDS),
    "links alone are the words": (
        "<ul><li><a>甲站封闭</a></li><li><a>乙站封闭</a></li><li><a>丙站封闭</a></li></ul>",
        "甲站封闭\n乙站封闭\n丙站封闭",
    ),
    "headlines of others": (
        f"<p>{WORDS}</p><div class=related><a>乙站封闭的公告</a></div><ul>{'<li><a>丙站封闭的公告</a></li>' * 3}</ul>",
        WORDS,
    ),
    "path, share bar and footer by their names": (
        f"<div class='bread-crumbs'>首页</div><p>{WORDS}</p>"
        "<div class='bdsharebuttonbox'>转发</div><div id=footer>地址</div>",
        WORDS,
    ),
    "a name never costs most of the words": (f"<div class='main-with-sidebar nav'><p>{WORDS}</p></div>", WORDS),
    "lines that every page has": (
        f"<p>您的位置：首页 &gt; 公告</p><p>{WORDS}</p><p>责任编辑：张三　审核：李四</p><p>【打印】【关闭窗口】</p>"
        "<p>浏览次数：1,234次</p><p>上一篇：乙站封闭的公告</p>"
        "<p>版权所有 示例高速 津ICP备00000000号</p><p>分享到：微信 微博</p>",
        WORDS,
    ),
    "a notice's own words are none of them": (
        "<p>入口关闭</p><p>天津站编辑部旁的出口封闭</p><p>返回天津的车辆请绕行</p><p>关闭</p>",
        "入口关闭\n天津站编辑部旁的出口封闭\n返回天津的车辆请绕行\n关闭",
    ),
    "counts go, the date beside them stays": (
        f"<p>发布时间：2024-10-18 浏览次数：12 次 【字体：大 中 小】</p><p>{WORDS}</p>",
        f"发布时间：2024-10-18\n{WORDS}",
    ),
    "the one that is marked": (
        "<p>乙站封闭</p><div class=TRS_Editor><div class=TRS_Editor>甲站封闭</div></div>",
        "甲站封闭",
    ),
    "the headline above the marked part": ("<h1>甲站公告</h1><div id=zoom><p>今起封闭</p></div>", "甲站公告\n今起封闭"),
    "a heading that is a link is the site's": ("<h1><a>示例高速</a></h1><div id=zoom>甲站封闭</div>", "甲站封闭"),
    "a list is numbered": ("<ol><li>甲站<li><p>乙站</p></ol><ol start=5><li>丙站</ol>", "1.甲站\n2.乙站\n5.丙站"),
    "a list that numbers itself is not": ("<ol><li>1、甲站<li>（二）乙站</ol>", "1、甲站\n（二）乙站"),
    "a form around a page": (f"<form><p>{WORDS}</p><input value=x><button>搜索</button></form>", WORDS),
}


@pytest.mark.parametrize(("body", "text"), BODIES.values(), ids=BODIES)
def test_a_page_reads_as(body: str, text: str) -> None:
    assert text_of_html(f"<html><body>{body}</body></html>") == text


TABLES = {
    "cells are apart by tabs": (
        "<tr><th>路线<th>收费站<tr><td>津蓟 高速<td><p>甲站</p>",
        "路线\t收费站\n津蓟 高速\t甲站",
    ),
    "a cell over two rows is said in both": (
        "<tr><td>路线<td>站<tr><td rowspan=2>津蓟<td>甲<tr><td>乙<tr><td>荣乌<td>丙",
        "路线\t站\n津蓟\t甲\n津蓟\t乙\n荣乌\t丙",
    ),
    "a cell over two columns, too": (
        "<tr><td>站<td colspan=2>时间<tr><td>甲<td>8时<td>9时",
        "站\t时间\t时间\n甲\t8时\t9时",
    ),
    "one over all is a heading": (
        "<tr><td colspan=2>一、夜间<tr><td>站<td>时间<tr><td>甲<td>8时",
        "一、夜间\n站\t时间\n甲\t8时",
    ),
    "an empty cell keeps its place": ("<tr><td>站<td>方向<td>时间<tr><td>甲<td><td>8时", "站\t方向\t时间\n甲\t\t8时"),
    "an empty column goes": ("<tr><td>站<td><td>时间<tr><td>甲<td><td>8时", "站\t时间\n甲\t8时"),
    "lines of a cell are one": ("<tr><td>站<td>时间<tr><td>甲<td>8时<br>至9时", "站\t时间\n甲\t8时 至9时"),
    "a caption stands above": ("<caption>一览</caption><tr><td>站<td>时间<tr><td>甲<td>8时", "一览\n站\t时间\n甲\t8时"),
    "a table around a table lays out the page": (
        "<tr><td>左<td><table><tr><td>站<td>时间<tr><td>甲<td>8时</table>",
        "左\n站\t时间\n甲\t8时",
    ),
    "a table with a whole page in a cell, too": (
        f"<tr><td><p>{WORDS}</p>{f'<p>{WORDS}</p>' * 9}<td>右<tr><td>下<td>上",
        None,
    ),
}


@pytest.mark.parametrize(("rows", "text"), TABLES.values(), ids=TABLES)
def test_a_table_reads_as(rows: str, text: str | None) -> None:
    read = text_of_html(f"<body><table>{rows}</table></body>")
    assert read == text if text else "\t" not in read


@pytest.mark.parametrize(
    ("html", "day"),
    [
        ("<p>发布日期：2024年10月18日　来源：示例</p><div id=zoom>甲站封闭</div>", date(2024, 10, 18)),
        ("<p>施工时间：2024-10-21</p><p>日期：2024-10-22</p>", None),
        ('<meta name="PubDate" content="2024-10-17"><p>发布时间：2024-10-18</p>', date(2024, 10, 17)),
    ],
)
def test_the_day_beside_the_headline_is_that_of_publication(html: str, day: date | None) -> None:
    assert date_of_html(html) == day


CELL = "<td colspan=1000000000 rowspan=1e9>甲站封闭"
HOSTILE = {
    "divisions in divisions": "<div>" * 25_000 + "甲站封闭",
    "tables in tables": "<table><tr><td>" * 100 + "甲站封闭",
    "tables in tables without end": "<table><tr><td>" * 16_000 + "甲站封闭",
    "spans without end": f"<table>{f'<tr>{CELL}{CELL}' * 500}</table>",
    "a cell over all rows": f"<table><tr><td rowspan=9999>{'甲站封闭' * 90}<td>乙{'<tr><td>丙' * 9_000}</table>",
    "many tables": "<table><tr><td>站<td>时间<tr><td>甲站封闭<td>8时</table>" * 6_000,
    "lists in lists": "<ol><li>" * 20_000 + "甲站封闭",
    "articles in what is deep": "<article>" + "<b>" * 20_000 + "<article>甲站封闭" * 9_000,
    "links without end": "<p><a>" * 20_000 + "甲站封闭",
    "editors without end": f"<p>甲站封闭<p>{'编辑:' * 20 + '乙<br>'}" * 2_000,
    "tools without end": "<p>甲站封闭" + f"<p>{'打印关闭窗口大中小' * 4}乙" * 20_000,
    "numbers without end": f"<ol start={'9' * 10_000}><li>甲站封闭</ol>",
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_no_page_costs_much(html: str) -> None:
    began = monotonic()
    text = text_of_html(f"<body>{html}")
    assert "甲站封闭" in text
    assert len(text) < 2_000_000
    assert monotonic() - began < 10


def test_a_million_tags_are_refused() -> None:
    with pytest.raises(DocumentError, match="at most 50,000 tags"):
        text_of_html("<p>" * 1_000_000)
