"""A PDF file (ISO 32000): glyphs at places, of which this makes lines, paragraphs and tables.

A line that reaches the right edge goes on in the next, since a PDF says nowhere that it only wrapped it. Tables are
told by their rules. Runs in the process of :mod:`service.office`: nothing here limits itself but the number of pages.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import extract_text

from service.errors import DocumentError
from service.grid import Cell, lines_of

_MOST_PAGES = 100
_UNTOLD = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")
_MOST_UNTOLD = 0.1
_PAGE_NUMBER = re.compile(
    r"[-—–·~\s]*(?:第?\s*\d{1,3}\s*页?|[pP]age\s*\d+)(?:\s*[/共,，of]+\s*\d{1,3}\s*页?)?[-—–·~\s]*"
)
_FEWEST_REPEATS = 3
_LATIN = re.compile(r"[A-Za-z,.;]$")
# Radicals that fonts of Word say for the characters that they look like; NFKC knows only the older ones.
_RADICALS = str.maketrans(
    "⻋⻔⻓⻅⻉⻘⻛⻜⻢⻥⻦⻩⻬⻮⻰⻚⻙⻄⻆⻝⻤⻨⻁⻑⻒⻗", "车门长见贝青风飞马鱼鸟黄齐齿龙页韦西角食鬼麦虎長長雨"
)
_OLDER_RADICALS = re.compile("[\u2f00-\u2fdf]")
# Lines of a page beyond which its first and last say nothing of its margins.
_FEW_LINES = 3
# Characters that the last line of a paragraph is shorter at least, so that punctuation may hang.
_SHORTER = 2


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page, or a row of a table: ``begins`` if indented, ``goes_on`` if it reaches the right edge."""

    words: str
    top: float
    begins: bool = True
    goes_on: bool = False


def text_of_pdf(payload: bytes) -> str:
    """See :func:`service.office.text_of_pdf`."""
    try:
        with pdfplumber.open(io.BytesIO(payload)) as pdf:
            _require_few(pdf)
            pages = [list(_lines(page)) for page in pdf.pages]
    except PdfminerException as error:
        raise _broken(error) from error
    text = "\n".join(_joined([line for page in _without_furniture(pages) for line in page]))
    _require_words(text)
    text = text.translate(_RADICALS)
    return _OLDER_RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _require_few(pdf: PDF) -> None:
    # Pages are counted one by one, since what the file says of their number may be wrong.
    count = 0
    for count, _ in enumerate(PDFPage.create_pages(pdf.doc), 1):
        if count > _MOST_PAGES:
            raise DocumentError(f"expected a PDF file of at most {_MOST_PAGES} pages, found more")
    if not count:
        raise DocumentError("expected a PDF file with pages, found none")


def _broken(error: PdfminerException) -> Exception:
    """What to raise instead of what pdfplumber wraps whatever happens in."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, (MemoryError, RecursionError)):
        return cause
    if isinstance(cause, (PDFEncryptionError, PDFPasswordIncorrect)):
        return DocumentError("expected a PDF file that opens without a password, found an encrypted one")
    return DocumentError("expected a PDF file, found a broken one")


def _require_words(text: str) -> None:
    if not text.strip():
        raise DocumentError("expected a PDF file with text, found only pictures, as a scanner makes them")
    untold = len(_UNTOLD.findall(text))
    if untold > len(_UNTOLD.sub("?", text)) * _MOST_UNTOLD:
        raise DocumentError(
            f"expected a PDF file whose fonts tell which characters they show, found {untold:,} that nobody can tell"
        )


def _lines(page: Page) -> Iterator[_Line]:
    """What a page says from top to bottom, the rows of its tables among it."""
    found = [(table, rows) for table in page.find_tables() if (rows := _rows(table))]
    tables = [_Line(row, table.bbox[1]) for table, rows in found for row in rows]
    # A table without rows that anybody could tell apart, such as a frame, is text.
    rest = page.filter(lambda item: not any(_is_inside(item, table.bbox) for table, _ in found))
    yield from sorted([*_text_lines(rest), *tables], key=lambda line: line.top)
    page.close()


def _is_inside(item: Any, box: tuple[float, float, float, float]) -> bool:
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _text_lines(page: Page) -> list[_Line]:
    lines = page.extract_text_lines(return_chars=True)
    if not lines:
        return []
    body = lines[1:-1] if len(lines) > _FEW_LINES else lines
    left, right = min(line["x0"] for line in body), max(line["x1"] for line in body)
    made = []
    for line in lines:
        wide = max(char["x1"] - char["x0"] for char in line["chars"])
        begins = line["x0"] > left + wide / 2
        words = line["text"].strip()
        goes_on = line["x1"] > right - wide * _SHORTER and not words.endswith(("。", "；", "："))
        made.append(_Line(words, line["top"], begins, goes_on))
    return made


def _rows(table: Table) -> tuple[str, ...] | None:
    """The rows of a ruled table as lines, merged cells in all the places that they cover."""
    boxes = sorted({(round(top), round(x0), round(x1), round(bottom)) for x0, top, x1, bottom in table.cells})
    tops = sorted({box[0] for box in boxes})
    lefts = sorted({box[1] for box in boxes})
    chars = [char for char in table.page.chars if _is_inside(char, table.bbox)]
    rows: list[list[Cell]] = [[] for _ in tops]
    for top, x0, x1, bottom in boxes:
        columns = sum(x0 <= left < x1 - 1 for left in lefts)
        height = sum(top <= other < bottom - 1 for other in tops)
        inside = extract_text([char for char in chars if _is_inside(char, (x0, top, x1, bottom))])
        words = _unwrapped(inside.split("\n"))
        rows[tops.index(top)].append(Cell(words, rows=max(height, 1), columns=max(columns, 1)))
    return lines_of(rows)


def _unwrapped(lines: Sequence[str]) -> str:
    """Lines joined: Chinese without a space, words of other scripts with one."""
    joined = ""
    for line in lines:
        apart = " " if _LATIN.search(joined) and line[:1].isascii() else ""
        joined += f"{apart}{line.strip()}"
    return joined


def _without_furniture(pages: list[list[_Line]]) -> Iterator[list[_Line]]:
    """The pages without their numbers and without the head or foot that several of them have."""
    edges = Counter(words for page in pages if page for words in {page[0].words, page[-1].words})
    for page in pages:
        kept = list(page)
        # Twice: a head or foot, and the number beyond it.
        for place in (0, -1, 0, -1):
            if kept and (_PAGE_NUMBER.fullmatch(kept[place].words) or edges[kept[place].words] >= _FEWEST_REPEATS):
                kept.pop(place)
        yield kept


def _joined(lines: Sequence[_Line]) -> list[str]:
    """Paragraphs of lines."""
    paragraphs: list[_Line] = []
    for line in lines:
        if paragraphs and paragraphs[-1].goes_on and not line.begins:
            words = _unwrapped([paragraphs[-1].words, line.words])
            paragraphs[-1] = replace(line, words=words, begins=paragraphs[-1].begins)
        else:
            paragraphs.append(line)
    return [paragraph.words for paragraph in paragraphs if paragraph.words]
