"""A Word file (ISO/IEC 29500): a ZIP archive, of which one XML file is the text.

Read as it is shown: what somebody inserted is there, what was deleted is not, whether or not anybody accepted it.
Numbers that Word makes of a list, headers, footers and notes are not in that file.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from zipfile import BadZipFile, LargeZipFile, ZipFile

from lxml import etree

from service.errors import DocumentError
from service.grid import Cell, lines_of

_MAIN = "word/document.xml"
_LARGEST = 8_000_000
_MOST_FILES = 2_000
_OTHERS = {
    "xl/workbook.xml": "an Excel file",
    "ppt/presentation.xml": "a PowerPoint file",
    "content.xml": "an OpenDocument file",
}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
# Deleted words, the number of a field, the old form of a drawing (which repeats the new one), and properties.
_SKIPPED = frozenset({"del", "moveFrom", "instrText", "Fallback", "pPr", "rPr", "tblPr", "trPr", "sectPr"})
_SPOKEN = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def text_of_docx(payload: bytes) -> str:
    """See :func:`service.office.text_of_docx`."""
    body = _body(_main_part(payload))
    lines = (line for block in _blocks(body) for line in block.split("\n"))
    text = "\n".join(line for line in (line.strip(" \u3000\u00a0") for line in lines) if line.strip())
    if not text:
        raise DocumentError("expected a Word file with words, found none: it may hold a picture")
    return text


def _main_part(payload: bytes) -> bytes:
    try:
        with ZipFile(io.BytesIO(payload)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_FILES:
                raise DocumentError(f"expected a Word file of at most {_MOST_FILES:,} parts, found {len(names):,}")
            if _MAIN not in names:
                other = next((kind for name, kind in _OTHERS.items() if name in names), "a ZIP archive")
                raise DocumentError(f"expected a Word file, found {other}")
            size = archive.getinfo(_MAIN).file_size
            if size > _LARGEST:
                raise DocumentError(f"expected a Word file of at most {_LARGEST:,} bytes unpacked, found {size:,}")
            # No more than that is unpacked, whatever follows.
            return archive.read(_MAIN)
    except (BadZipFile, LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise DocumentError(f"expected a Word file, found a broken or encrypted archive: {error}") from error


def _body(part: bytes) -> etree._Element:
    # Entities stay as they are, and nothing is fetched.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"expected a Word file, found broken XML in it: {error.msg}") from error
    return root


def _name(element: etree._Element) -> str:
    # Comments and the like have a function as their tag.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _blocks(root: etree._Element) -> Iterator[str]:
    """Each paragraph and each table outside of others, in order; also those in content controls and text boxes."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = _name(element)
        if name == "p":
            yield "".join(_words(element))
        elif name == "tbl":
            yield _table(element)
        elif name not in _SKIPPED:
            waiting += reversed(element)


def _words(root: etree._Element) -> Iterator[str]:
    waiting = list(reversed(root))
    while waiting:
        element = waiting.pop()
        name = _name(element)
        if name == "t":
            yield element.text or ""
        elif name in _SPOKEN:
            yield _SPOKEN[name]
        elif name == "p":
            yield "\n"
            waiting += reversed(element)
        elif name not in _SKIPPED:
            waiting += reversed(element)


def _table(table: etree._Element) -> str:
    """A table a row a line; one that only lays out, cell by cell."""
    rows = [list(_cells(row)) for row in _children(table, "tr")]
    lines = lines_of(_spanning(rows))
    if lines is None:
        return "\n".join("\n".join(_blocks_of(cell)) for row in rows for cell, _, _ in row)
    return "\n".join(lines)


def _blocks_of(cell: etree._Element) -> Iterator[str]:
    for child in cell:
        yield "".join(_words(child))


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that name, also those in a content control."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "ins"):
            yield from _children(child, name)


def _cells(row: etree._Element) -> Iterator[tuple[etree._Element, int, bool]]:
    """Each cell, how many columns it spans, and whether it only continues the one above."""
    for cell in _children(row, "tc"):
        columns, goes_on = 1, False
        for mark in cell.iterfind("*/*"):
            if _name(mark) == "gridSpan":
                columns = _number(mark)
            elif _name(mark) == "vMerge":
                goes_on = _value(mark) != "restart"
        yield cell, columns, goes_on


def _spanning(rows: list[list[tuple[etree._Element, int, bool]]]) -> list[list[Cell]]:
    """The cells as :mod:`service.grid` takes them: each says itself how far down it goes."""
    filled: list[list[Cell]] = []
    above: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(rows):
        cells: list[Cell] = []
        now: dict[int, tuple[int, int]] = {}
        column = 0
        for cell, columns, goes_on in row:
            if goes_on and column in above:
                upper, index = now[column] = above[column]
                started = filled[upper][index]
                filled[upper][index] = Cell(started.words, rows=number - upper + 1, columns=started.columns)
            else:
                now[column] = (number, len(cells))
                cells.append(Cell(" ".join("\n".join(_blocks_of(cell)).split()), columns=columns))
            column += columns
        filled.append(cells)
        above = now
    return filled


def _value(mark: etree._Element) -> str | None:
    return mark.get(f"{_W}val") or mark.get(f"{_STRICT}val")


def _number(mark: etree._Element) -> int:
    value = _value(mark) or ""
    return max(int(value), 1) if value.isascii() and value.isdecimal() and len(value) < 5 else 1
