"""FILE of the command line: standard input, a file of any kind that is read, or a folder of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from service.document import read_document, read_stream
from service.errors import DocumentError
from service.inbox import read_file
from service.intake import item_of, kind_of_bytes, kind_of_name
from service.source import Item

LIMIT = 5_000_000
"""Bytes of a document read where no setting says otherwise; a newspaper page has 20,000."""

KINDS = ".txt, .html, .json, .docx or .pdf files, folders of them, or - for standard input. 公告文件或目录。"

File = Annotated[str, typer.Argument(metavar="FILE", help=f"One of {KINDS}")]


@dataclass(frozen=True, slots=True)
class Given:
    """One document of those given: ``listed`` where a folder holds it, so that only its name says what it is."""

    file: str
    listed: bool = False

    def item(self, limit: int = LIMIT) -> Item:
        """What it holds. A file that somebody named is read as its first bytes say where its name says nothing.

        Raises:
            DocumentError: it is not what its name says, larger than ``limit`` bytes, or cannot be read.
            FileNotFoundError: there is none.
        """
        if self.file == "-":
            payload = read_stream(sys.stdin.buffer, limit)
            return item_of(payload, kind_of_bytes(payload), limit=limit)
        path = Path(self.file)
        path.stat()
        try:
            kind_of_name(path.name)
        except DocumentError:
            if self.listed:
                raise
            payload = read_document(path, limit)
            return item_of(payload, kind_of_bytes(payload), limit=limit)
        item = read_file(path, limit)
        if item is None:
            raise DocumentError(f"{path.name}: expected a file that stays as it is, found it written to meanwhile")
        return item


def given(files: Iterable[str]) -> Iterator[Given]:
    """The documents that ``files`` name: a folder is all that are in it and below, by name, but hidden ones."""
    for file in files:
        if file != "-" and Path(file).is_dir():
            yield from (Given(str(path), listed=True) for path in _in_folder(Path(file)))
        else:
            yield Given(file)


def _in_folder(folder: Path) -> Iterator[Path]:
    for above, folders, files in os.walk(folder):
        # In place, so that no hidden folder is entered and the others are in order.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(above, name)
