"""Records as they were written, given out again without reading them: a page of fifty then costs a tenth.

A record of this version is the public document but for its status. The surprising thing: one that an older version
wrote may lack fields that came since, so whatever does not name every field, in their order, is read and written anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Protocol

from service.query import Cursor
from service.records import CHANGE, DATED_CHANGE, Change, DatedChange, NoticeReference, Status, Validity, in_force

_NO_WINDOWS = '"windows":[]'
_ALWAYS = {"validity": Validity, "notice": NoticeReference}
"""The fields that are records of their own in every change."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Some changes as JSON, newest first, and where the next page begins; None on the last."""

    changes: tuple[str, ...]
    next: Cursor | None


class Standing(Protocol):
    """Of a revision what its status follows from, as rows have it."""

    start: Any
    end: Any
    cancelled: Any
    after_works: Any


def standing(row: Standing, now: datetime) -> Status:
    """What :func:`service.records.status` gives of the record."""
    if row.cancelled:
        return Status.CANCELLED
    if row.end is not None and row.end <= now:
        return Status.ENDED
    waits = row.after_works if row.start is None else now < row.start
    return Status.SCHEDULED if waits else Status.ACTIVE


def with_status(record: str, status: Status) -> str:
    """``record`` as the public document."""
    if _complete(record):
        return f'{record[:-1]},"status":"{status}"}}'
    read = CHANGE.validate_json(record)
    values: dict[str, Any] = {field.name: getattr(read, field.name) for field in fields(Change)}
    return DATED_CHANGE.dump_json(DatedChange(**values, status=status), by_alias=True).decode()


def holds(record: str, instant: datetime) -> bool:
    """Whether a change that is active at ``instant`` is in force then: its daily windows count."""
    return _NO_WINDOWS in record or in_force(CHANGE.validate_json(record), instant)


def _named() -> Iterator[str]:
    for field in fields(Change):
        yield f'"{field.name}":'
        for inner in fields(_ALWAYS[field.name]) if field.name in _ALWAYS else ():
            yield f'"{inner.name}":'


_NAMES = tuple(_named())


def _complete(record: str) -> bool:
    found = 0
    for name in _NAMES:
        found = record.find(name, found)
        if found < 0:
            return False
    return True
