"""The inbox: a folder into which announcements are dropped as files, for those who cannot or need not send HTTP.

A file is read, its notices are kept, and then it moves to ``done``, or to ``failed`` with a note beside it that says
why. Whoever is killed between keeping and moving leaves the file where it is, and the next reads it again: a notice
is kept once, however often it is read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISREG

from service.document import read_document
from service.errors import SourceError
from service.intake import item_of, kind_of_name
from service.source import Item

INBOX = "inbox"
"""The source of what was dropped here."""

_UNFINISHED = (".part", ".tmp", ".crdownload", "~")
_SETTLED = timedelta(seconds=1)


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
        DocumentError: nothing is read under such a name, or it is not what its name says.
    """
    try:
        before = path.stat()
        payload = read_document(path, limit)
        after = path.stat()
    except FileNotFoundError:
        return None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return None
    return item_of(payload, kind_of_name(path.name), limit=limit)


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
