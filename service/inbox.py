"""The inbox: a folder into which announcements are dropped as files, for those who cannot or need not send HTTP.

A file is read, its notices are kept, and then it moves to ``done``, or to ``failed`` with a note beside it that says
why. Whoever is killed between keeping and moving leaves the file where it is, and the next reads it again: a notice
is kept once, however often it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from stat import S_ISREG
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from service.document import checked, decode, read_document
from service.errors import DocumentError, SourceError
from service.page import date_of_html, text_of_html, title_of_html
from service.records import Record
from service.source import Item

INBOX = "inbox"
"""The source of what was dropped here."""

_UNFINISHED = (".part", ".tmp", ".crdownload", "~")
_SETTLED = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(Record):
    """A ``.json`` file: the announcement with what is known of it, as ``POST /v1/notices`` takes it."""

    text: str
    title: Annotated[str | None, Field(max_length=500)] = None
    publisher: Annotated[str | None, Field(max_length=200)] = None
    url: Annotated[str | None, Field(max_length=2000, pattern=r"^https?://\S+$")] = None
    published: date | None = None


_DROPPED: TypeAdapter[Dropped] = TypeAdapter(Dropped)


def waiting(folder: Path, now: datetime) -> tuple[Path, ...]:
    """The files of ``folder`` to read, the oldest first.

    Hidden and unfinished ones (``.part``) are left alone, and so is one written to within the last second.

    Raises:
        SourceError: the folder cannot be read.
    """
    try:
        paths = list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise SourceError(f"{folder.name}: expected a folder that can be read, found: {error.strerror}") from error
    found = []
    for path in paths:
        if path.name.startswith(".") or path.name.endswith(_UNFINISHED):
            continue
        try:
            status = path.lstat()
        except FileNotFoundError:  # moved meanwhile, by another process
            continue
        if S_ISREG(status.st_mode) and abs(now.timestamp() - status.st_mtime) >= _SETTLED.total_seconds():
            found.append((status.st_mtime, path))
    return tuple(path for _, path in sorted(found))


def read_file(path: Path, limit: int) -> Item | None:
    """The announcement in a file; None where the file was written to, or taken away, while it was read.

    Raises:
        DocumentError: it is no ``.txt``, ``.html`` or ``.json``, or not what its name says.
    """
    try:
        before = path.stat()
        payload = read_document(path, limit)
        after = path.stat()
    except FileNotFoundError:
        return None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return None
    return _item(path.suffix.lower(), payload, limit)


def _item(suffix: str, payload: bytes, limit: int) -> Item:
    match suffix:
        case ".txt":
            return Item(text=decode(payload, limit=limit))
        case ".html" | ".htm":
            return _of_html(decode(payload, limit=limit))
        case ".json":
            return _of_json(payload, limit)
    raise DocumentError(f"expected a file named .txt, .html or .json, found {suffix or 'no such ending'}")


def settle(path: Path, error: str | None) -> None:
    """Move a file that was read to ``done``, or to ``failed`` with ``error`` in a file of its name and ``.error``.

    Raises:
        SourceError: it cannot be moved.
    """
    folder = path.parent / ("failed" if error else "done")
    try:
        folder.mkdir(exist_ok=True)
        target = _free(folder, path)
        if error:
            target.with_name(f"{target.name}.error").write_text(f"{error}\n", encoding="utf-8")
        path.rename(target)
    except FileNotFoundError:
        return  # settled meanwhile, by another process
    except OSError as failure:
        raise SourceError(f"expected to move it to {folder.name}, found: {failure.strerror}") from failure


def _free(folder: Path, path: Path) -> Path:
    """A path in ``folder`` that no earlier file of the same name has."""
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    return target


def _of_html(html: str) -> Item:
    text = text_of_html(html)
    if not text:
        raise DocumentError("expected a page with words, found none")
    return Item(title=title_of_html(html), published=date_of_html(html), text=text)


def _of_json(payload: bytes, limit: int) -> Item:
    try:
        dropped = _DROPPED.validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "file"
        raise DocumentError(f"{field}: expected as docs/sources.md describes it, found: {first['msg']}") from error
    return Item(
        title=dropped.title,
        publisher=dropped.publisher,
        url=dropped.url,
        published=dropped.published,
        text=checked(dropped.text, limit),
    )
