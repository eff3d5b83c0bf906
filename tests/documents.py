"""Small real files to read: PDF (ISO 32000) and Word (ISO/IEC 29500), with no more in them than there must be."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Sequence
from zipfile import ZIP_DEFLATED, ZipFile

SIZE = 10
"""Points of a character; a page is 400 wide and 600 high."""

_FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{} /DescendantFonts [<< /Type /Font "
    "/Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry ({}) /Ordering ({}) /Supplement 2 >> "
    "/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] "
    "/ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >> /DW 1000 >>] >>"
)
KNOWN = _FONT.format("UniGB-UTF16-H", "Adobe", "GB1")
"""A font whose characters every reader knows."""

UNKNOWN = _FONT.format("Identity-H", "Adobe", "Identity")
"""A font that does not say which characters its glyphs are."""

Line = tuple[float, float, str]
"""Distance from the left, height above the bottom of the page, words."""


def pdf(pages: Sequence[Iterable[Line]], drawn: str = "", font: str = KNOWN, trailer: str = "") -> bytes:
    """A PDF file of these pages; ``drawn`` is what else is on each, ``trailer`` what else its trailer says."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    objects.append(font)
    for page in pages:
        words = (f"BT /F1 {SIZE} Tf {x} {y} Td <{_hex(said)}> Tj ET" for x, y, said in page)
        content = "\n".join([drawn, *words])
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {len(objects)} 0 R >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>"
    return _file([each.encode() for each in objects], trailer)


def pdf_that_expands(size: int) -> bytes:
    """A PDF file of one page whose content unpacks to so many bytes."""
    packer, part = zlib.compressobj(1), b"0 0 m 9 9 l S\n" * 100_000
    packed = b"".join(packer.compress(part) for _ in range(size // len(part))) + packer.flush()
    stream = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents 3 0 R >>"
    kids = b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>"
    return _file([b"<< /Type /Catalog /Pages 2 0 R >>", kids, stream, page], "")


def ruled(columns: Sequence[int], rows: Sequence[int]) -> str:
    """The rules of a table between these places across and these heights."""
    across = [f"{columns[0]} {y} m {columns[-1]} {y} l S" for y in rows]
    return "\n".join([*across, *(f"{x} {rows[0]} m {x} {rows[-1]} l S" for x in columns)])


def _hex(words: str) -> str:
    return words.encode("utf-16-be").hex()


def _file(objects: Sequence[bytes], trailer: str) -> bytes:
    written = bytearray(b"%PDF-1.7\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    written += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
    end = f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{written.rindex(b'xref')}\n%%EOF\n"
    return bytes(written + end.encode())


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, prolog: str = "", name: str = "word/document.xml") -> bytes:
    """A Word file with this body; ``prolog`` stands before its root."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, f"{prolog}<w:document {WORD}><w:body>{body}</w:body></w:document>")
    return written.getvalue()


def paragraph(*runs: str) -> str:
    """A paragraph of runs of words."""
    return f"<w:p>{''.join(f'<w:r><w:t>{words}</w:t></w:r>' for words in runs)}</w:p>"


def table(*rows: Sequence[str]) -> str:
    """A table; ``start|`` and ``goes on|`` before the words of a cell merge it down, ``two|`` across two columns."""
    written = (f"<w:tr>{''.join(map(_cell, row))}</w:tr>" for row in rows)
    return f"<w:tbl>{''.join(written)}</w:tbl>"


def _cell(words: str) -> str:
    mark, _, rest = words.rpartition("|")
    marks = {"": "", "start": '<w:vMerge w:val="restart"/>', "goes on": "<w:vMerge/>", "two": '<w:gridSpan w:val="2"/>'}
    return f"<w:tc><w:tcPr>{marks[mark]}</w:tcPr>{paragraph(rest)}</w:tc>"
