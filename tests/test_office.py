"""Word and PDF files: given a file, the expected text; and what is refused, in which words, and how soon."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from service.errors import DocumentError
from service.office import text_of_docx, text_of_pdf
from tests.documents import UNKNOWN, docx, paragraph, pdf, pdf_that_expands, ruled, table

ROOT = Path(__file__).parent.parent

PARAGRAPHS = {
    "runs are one paragraph": (
        paragraph("津蓟高速", "天津站", "封闭。") + paragraph("特此公告。"),
        "津蓟高速天津站封闭。\n特此公告。",
    ),
    "empty ones are no lines": (paragraph("甲站封闭。") + paragraph(" ") + paragraph(), "甲站封闭。"),
    "breaks and tabs": ("<w:p><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>三</w:t></w:r></w:p>", "一\n二 三"),
    "what was inserted, not what was deleted": (
        "<w:p><w:ins><w:r><w:t>入口</w:t></w:r></w:ins><w:del><w:r><w:delText>出口</w:delText><w:t>出口</w:t></w:r></w:del>"
        "<w:r><w:t>封闭</w:t></w:r></w:p>",
        "入口封闭",
    ),
    "a content control": (f"<w:sdt><w:sdtContent>{paragraph('甲站封闭。')}</w:sdtContent></w:sdt>", "甲站封闭。"),
    "the number of a field": ("<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>甲站</w:t></w:r></w:p>", "甲站"),
    "a table between paragraphs": (
        paragraph("安排如下：")
        + table(
            ["路线", "收费站", "two|时间"], ["start|津蓟高速", "甲站", "8时", "9时"], ["goes on|", "乙站", "10时", ""]
        )
        + paragraph("特此公告。"),
        "安排如下：\n路线\t收费站\t时间\t时间\n津蓟高速\t甲站\t8时\t9时\n津蓟高速\t乙站\t10时\t\n特此公告。",
    ),
    "a frame is no table": (table(["甲站封闭。"]), "甲站封闭。"),
}


@pytest.mark.parametrize(("body", "text"), PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_a_word_file_reads_as(body: str, text: str) -> None:
    assert text_of_docx(docx(body)) == text


BOMB = '<!DOCTYPE w [<!ENTITY a "甲甲甲甲甲甲甲甲甲甲">{}]>'.format(
    "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
)
WORD_REFUSED = {
    "another archive": (docx("", name="a.txt"), "expected a Word file, found a ZIP archive"),
    "an Excel file": (docx("", name="xl/workbook.xml"), "expected a Word file, found an Excel file"),
    "half of one": (docx(paragraph("甲站封闭。"))[:200], "found a broken or encrypted archive"),
    "no XML": (docx("<w:p>"), "found broken XML in it"),
    "no words": (docx("<w:p/>"), "expected a Word file with words, found none"),
    "too large unpacked": (docx(" " * 8_000_001), "at most 8,000,000 bytes unpacked, found 8,000,"),
    "entities that expand": (docx("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", prolog=BOMB), "broken XML in it"),
    "nested without end": (docx("<w:p>" * 5_000 + "</w:p>" * 5_000), "broken XML in it"),
}


@pytest.mark.parametrize(("payload", "reason"), WORD_REFUSED.values(), ids=WORD_REFUSED)
def test_a_word_file_is_refused_in_words(payload: bytes, reason: str) -> None:
    began = monotonic()
    with pytest.raises(DocumentError) as refusal:
        text_of_docx(payload)
    assert reason in str(refusal.value)
    assert monotonic() - began < 5


def test_a_huge_span_of_a_word_file_is_clipped() -> None:
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>' + paragraph("甲站") + "</w:tc>"
    row = f"<w:tr>{wide}{wide}</w:tr>"
    assert text_of_docx(docx(f"<w:tbl>{row * 3}</w:tbl>")).count("甲站") < 100


PAGE = [
    (130, 560, "关于封闭施工的公告"),
    (70, 530, "因津蓟高速公路路面养护施工需要，津蓟高速公路天津收费站"),
    (50, 510, "自10月21日8时起封闭，车辆请绕行九园收费站通行，请相互"),
    (50, 490, "转告。"),
    (70, 470, "特此公告。"),
    (190, 20, "- 1 -"),
]
TABLE = [
    (60, 575, "安排"),
    *((x, 545, words) for x, words in ((55, "路线"), (155, "收费站"), (255, "封闭时间"))),
    *((x, 525, words) for x, words in ((55, "津蓟高速"), (155, "甲站"), (255, "10月21日8时至10"))),
    (255, 513, "月22日18时"),
    *((x, 490, words) for x, words in ((55, "津蓟高速"), (155, "乙站"), (255, "10月23日"))),
    (60, 440, "特此公告。"),
]


def test_lines_of_a_pdf_that_only_wrap_are_joined_and_page_numbers_dropped() -> None:
    assert text_of_pdf(pdf([PAGE])).split("\n") == [
        "关于封闭施工的公告",
        "因津蓟高速公路路面养护施工需要，津蓟高速公路天津收费站自10月21日8时起封闭，车辆请绕行九园收费站通行，请相互转告。",
        "特此公告。",
    ]


def test_a_ruled_table_of_a_pdf_is_read_by_rows() -> None:
    drawn = ruled((50, 150, 250, 380), (560, 540, 505, 480))
    assert text_of_pdf(pdf([TABLE], drawn)).split("\n") == [
        "安排",
        "路线\t收费站\t封闭时间",
        "津蓟高速\t甲站\t10月21日8时至10月22日18时",
        "津蓟高速\t乙站\t10月23日",
        "特此公告。",
    ]


def test_what_several_pages_are_headed_by_is_dropped() -> None:
    pages = [[(50, 580, "示例公路管理处文件"), (50, 400, f"第{number}条甲站封闭。")] for number in "一二三"]
    assert text_of_pdf(pdf(pages)) == "第一条甲站封闭。\n第二条甲站封闭。\n第三条甲站封闭。"


SECRETS = f"/O <{'01' * 32}> /U <{'02' * 32}>"
PDF_REFUSED = {
    "nothing behind its mark": (b"%PDF-1.7 nothing", "expected a PDF file, found a broken one"),
    "half of one": (pdf([PAGE])[:300], "expected a PDF file"),
    "no pages": (pdf([]), "expected a PDF file with pages, found none"),
    "10,000 pages": (pdf([[]] * 10_000), "at most 100 pages, found more"),
    "pictures only": (pdf([[]], "0 0 100 100 re f"), "expected a PDF file with text, found only pictures"),
    "fonts that tell nothing": (pdf([PAGE], font=UNKNOWN), "whose fonts tell which characters they show"),
    "encrypted": (
        pdf([PAGE], trailer=f"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 {SECRETS} >>"),
        "expected a PDF file that opens without a password",
    ),
    "more content than memory": (pdf_that_expands(1_100_000_000), "1 GB of memory, found more work"),
}


@pytest.mark.parametrize(("payload", "reason"), PDF_REFUSED.values(), ids=PDF_REFUSED)
def test_a_pdf_is_refused_in_words(payload: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        text_of_pdf(payload)
    assert reason in str(refusal.value)


def test_a_pdf_that_draws_for_hours_is_given_up() -> None:
    began = monotonic()
    with pytest.raises(DocumentError, match="expected a PDF file that is read in 1 seconds"):
        text_of_pdf(pdf_that_expands(40_000_000), seconds=1)
    assert monotonic() - began < 15


def test_without_the_extra_a_pdf_is_refused_with_what_to_install() -> None:
    """An interpreter that sees the program and the standard library only."""
    program = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from service.office import text_of_pdf
try:
    text_of_pdf(b'%PDF-1.7')
except Exception as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "PDF needs: pip install 'tollfeed[documents]'\n"
