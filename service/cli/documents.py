"""A FILE of the command line: standard input, a page (.html), an announcement as JSON, or else text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from service.document import decode, read_document, read_stream
from service.errors import DocumentError
from service.inbox import read_file
from service.source import Item

LIMIT = 5_000_000
"""Bytes of a document read where no setting says otherwise; a newspaper page has 20,000."""

File = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A .txt, .html or .json file, or - for text from standard input. 公告文件。"),
]

_STRUCTURED = frozenset({".html", ".htm", ".json"})


def item_of(file: str, limit: int = LIMIT) -> Item:
    """What ``file`` holds; whatever is neither HTML nor JSON by its name is text.

    Raises:
        DocumentError: it is not what its name says, no text, larger than ``limit`` bytes, or cannot be read.
        FileNotFoundError: there is none.
    """
    if file == "-":
        return Item(text=decode(read_stream(sys.stdin.buffer, limit), limit=limit))
    path = Path(file)
    if path.suffix.lower() not in _STRUCTURED:
        return Item(text=decode(read_document(path, limit), limit=limit))
    path.stat()
    item = read_file(path, limit)
    if item is None:
        raise DocumentError(f"{path.name}: expected a file that stays as it is, found it written to meanwhile")
    return item
