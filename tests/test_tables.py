"""Tables as sentences: given lines with tabs, the sentences that are read; the words still point at the cells."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.page import text_of_html
from service.reading.extract import extract
from service.reading.rules import load_rules
from service.reading.tables import unflattened
from service.reading.text import read
from tests import make

RULEBOOK = load_rules()

READ = {
    "in the order of a sentence, whatever the order of columns": (
        "时间\t封闭部位\t收费站\t路线\n10月21日8时至18时\t入口\t津榆路\t津蓟高速",
        "津蓟高速津榆路收费站入口封闭,10月21日8时至18时。\n",
    ),
    "a number is no words": ("序号\t收费站\t管制措施\n1\t甲站\t关闭\n2\t乙\t限行", "甲站关闭。\n乙收费站限行。\n"),
    "a stretch in two columns": (
        "高速名称\t起点桩号\t终点桩号\t方向\t管制方式\n荣乌高速\tK1+300\tK3+800\t荣成\t半幅封闭",
        "荣乌高速K1+300至K3+800荣成方向半幅封闭。\n",
    ),
    "a time in two columns": (
        "收费站\t关闭情况\t开始时间\t结束时间\n甲站\t入口关闭\t8时\t9时",
        "甲站入口关闭,8时至9时。\n",
    ),
    "two rows of headings": (
        "收费站\t封闭时间\t封闭时间\n收费站\t开始\t结束\n甲站\t8时\t9时",
        "甲站封闭,8时至9时。\n",
    ),
    "a column for each side": (
        "收费站\t入口\t出口\t时间\n甲\t封闭\t正常\t8时\n乙\t√\t√\t9时",
        "甲收费站入口封闭,8时。\n甲收费站出口正常,8时。\n乙收费站入口封闭,9时。\n乙收费站出口封闭,9时。\n",
    ),
    "headings in the first column": ("收费站\t甲站\n管制措施\t入口封闭\n时间\t8时", "甲站入口封闭,8时。\n"),
    "what happens is said above": (
        "以下收费站入口临时关闭\n站名\t时间\n甲\t8时",
        "以下收费站入口临时关闭\n甲收费站入口临时关闭,8时。\n",
    ),
    "a line that only divides": (
        "收费站\t封闭时间\n甲站\t8时\n二、夜间\n乙站\t22时\n丙站\t23时",
        "甲站封闭,8时。\n二、夜间\n乙站封闭,22时。\n丙站封闭,23时。\n",
    ),
    "an empty first cell is the one above": (
        "路线\t收费站\t封闭时间\n津蓟高速\t甲站\t8时\n\t乙站\t9时",
        "津蓟高速甲站封闭,8时。\n津蓟高速乙站封闭,9时。\n",
    ),
    "ways round, told or only named": (
        "收费站\t封闭时间\t绕行路线\n甲站\t8时\t乙站\n乙站\t9时\t请绕行丙站\n丙站\t9时\t—",
        "甲站封闭,8时,请从乙站绕行。\n乙站封闭,9时,请绕行丙站。\n丙站封闭,9时。\n",
    ),
    "brackets behind a name": ("站名\t封闭时间\n甲(北京方向)\t8时", "甲收费站(北京方向)封闭,8时。\n"),
    "a table of something else": ("姓名\t电话\n张三\t12345678\n李四\t87654321", "姓名电话\n张三12345678\n李四87654321"),
    "names are no headings": ("津蓟高速\t甲站\n荣乌高速\t乙站", "津蓟高速甲站\n荣乌高速乙站"),
    "one line with tabs": ("津蓟高速\t甲站\t封闭", "津蓟高速甲站封闭"),
    "indented lines": ("\t甲站封闭。\n\t乙站封闭。", "甲站封闭。\n乙站封闭。"),
    "flattened, a cell a line": (
        "序号\n收费站\n封闭部位\n绕行收费站\n1\n军山\n入口\n艾城\n2\n湖口\n出口\n九江",
        "军山收费站入口封闭,请从艾城收费站绕行。\n湖口收费站出口封闭,请从九江收费站绕行。\n",
    ),
}


@pytest.mark.parametrize(("text", "reading"), READ.values(), ids=READ)
def test_a_table_reads_as(text: str, reading: str) -> None:
    assert unflattened(read(text)).reading == reading


PAGE = """
<p>因养护施工，以下收费站封闭：</p>
<table><tr><th>序号<th>路线<th>收费站<th>方向<th>封闭部位<th>封闭时间<th>绕行收费站<th>备注</tr>
<tr><td>1<td rowspan=2>津蓟高速<td>津榆路<td>天津<td>入口<td>10月21日8时至10月25日18时<td>九园<td>路面养护</tr>
<tr><td>2<td>九园站<td><td>出口<td>10月22日0时至10月23日24时<td>/<td></tr></table>
<p>特此公告。</p>
"""


def test_each_row_is_a_change_with_words_in_its_cells() -> None:
    notice = make.notice(text=text_of_html(PAGE))
    first, second = extract(notice, RULEBOOK).changes
    assert (first.road and first.road.name, first.station and first.station.name) == ("津蓟高速", "津榆路收费站")
    assert (first.access, first.direction and first.direction.to) == ("entry", "天津")
    assert first.validity.end == make.china(2024, 10, 25, 18)
    assert first.detours[0].via == ("九园收费站",)
    assert (second.station and second.station.name, second.access) == ("九园站", "exit")
    assert second.validity.end == make.china(2024, 10, 24)
    assert second.detours == ()
    words = {(each.field, notice.text[each.start : each.end]) for each in first.evidence}
    said = {("station.name", "津榆路"), ("validity.end", "10月25日18时"), ("kind", "封闭"), ("detours.0", "九园")}
    assert said <= words


CELLS = st.sampled_from(
    ["收费站", "封闭时间", "入口", "方向", "甲站", "8时", "津蓟高速", "√", "", "1", "序号", "封闭", "/"]
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6))
def test_no_table_loses_its_place(rows: list[list[str]]) -> None:
    original = "\n".join("\t".join(row) for row in rows)
    text = unflattened(read(original))
    assert len(text.origin) == len(text.reading) + 1
    assert "\x1f" not in text.reading
    for end in range(1, len(text.reading) + 1):
        for start in (0, end - 1):
            first, last = text.span(start, end)
            assert 0 <= first < last <= len(original)


def test_the_reading_of_tables_is_documented() -> None:
    page = (Path(__file__).parent.parent / "docs" / "documents.md").read_text("utf-8")
    for heading in ("序号", "路线", "收费站", "桩号", "方向", "封闭部位", "开始时间", "结束时间", "绕行路线", "备注"):
        assert heading in page
