"""Word and PDF files as text.

A PDF is a program of a kind: a small one may unpack to gigabytes or draw for hours. So it is read in a process of its
own, which may use so much time and memory and no more. Its libraries are an extra, because not everybody gets PDF.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

from service.errors import DocumentError

PDF_MAGIC = b"%PDF-"
ZIP_MAGIC = b"PK\x03\x04"
SECONDS = 20
"""So long may the reading of one PDF take."""

_PATIENCE = SECONDS * 3
# With which Python ends where nothing caught an exception: the libraries raise anything on a broken file.
_FAULT = 1
_PDF_BEGINS_WITHIN = 1024


def is_pdf(payload: bytes) -> bool:
    """True for what begins as a PDF does; a few bytes may stand before."""
    return PDF_MAGIC in payload[:_PDF_BEGINS_WITHIN]


def is_zip(payload: bytes) -> bool:
    """True for what begins as a ZIP archive does, which a Word file is."""
    return payload.startswith(ZIP_MAGIC)


def text_of_docx(payload: bytes) -> str:
    """The words of a Word file (ISO/IEC 29500): a paragraph a line, a row of a table a line with tabs.

    Raises:
        DocumentError: it is none, has no words, or unpacks to more than any announcement.
    """
    from service.office.word import text_of_docx as read

    return read(payload)


def text_of_pdf(payload: bytes, seconds: int = SECONDS) -> str:
    """The words of a PDF file (ISO 32000), in which lines that only wrap are joined; tables as in a Word file.

    Raises:
        DocumentError: the extra is not installed; or it is broken, encrypted, scanned, or takes more than ``seconds``.
    """
    if find_spec("pdfplumber") is None:
        raise DocumentError("PDF needs: pip install 'tollfeed[documents]'")
    # -P: whatever lies in the working folder, be it a json.py, is no part of the program.
    command = [sys.executable, "-P", "-m", "service.office", str(seconds)]
    try:
        # Wall time is for a machine with other things to do; the process itself counts the time it has.
        done = subprocess.run(  # noqa: S603 - this program, and a number
            command, input=payload, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much(seconds) from error
    if done.returncode == _FAULT:
        raise DocumentError("expected a PDF file, found a broken one")
    if done.returncode:
        raise _too_much(seconds)
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise DocumentError(answer["error"])
    text: str = answer["text"]
    return text


def _too_much(seconds: int) -> DocumentError:
    return DocumentError(f"expected a PDF file that is read in {seconds} seconds with 1 GB of memory, found more work")
