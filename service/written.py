"""Records as they were written, given out again without reading them: a page of fifty then costs a tenth.

A record of this version is the public document but for its status. The surprising thing: one that an older version
wrote may lack fields that came since, so whatever does not name every field, in their order, is read and written anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from service.query import Cursor
from service.records import CHANGE, DATED_CHANGE, Change, DatedChange, NoticeReference, Status, Validity, Window, within

_WINDOWS = '"windows":['
_ALWAYS = {"validity": Validity, "notice": NoticeReference}
"""The fields that are records of their own in every change."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Some changes as JSON, newest first, and where the next page begins; None on the last."""

    changes: tuple[str, ...]
    next: Cursor | None


class Writing:
    """Writes records out, and remembers which of them are whole: of one store, whose records never change."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._whole = bytearray()

    def with_status(self, position: int, record: str, status: str) -> str:
        """The ``record`` at ``position`` as the public document."""
        if self._is_whole(position, record):
            return f'{record[:-1]},"status":"{status}"}}'
        read = CHANGE.validate_json(record)
        values: dict[str, Any] = {field.name: getattr(read, field.name) for field in fields(Change)}
        return DATED_CHANGE.dump_json(DatedChange(**values, status=Status(status)), by_alias=True).decode()

    def _is_whole(self, position: int, record: str) -> bool:
        if position >= len(self._whole):
            self._whole.extend(bytes(2 * position + 1 - len(self._whole)))
        if not self._whole[position]:
            self._whole[position] = _whole(record)
        return bool(self._whole[position])


def holds(record: str, instant: datetime) -> bool:
    """Whether a change that is active at ``instant`` is in force then: its daily windows count."""
    # A quotation mark within a text of JSON has a backslash before it, so this is the field and nothing else.
    begin = record.index(_WINDOWS) + len(_WINDOWS) - 1
    found = json.loads(record[begin : record.index("]", begin) + 1])
    return within([Window(from_=each["from"], to=each["to"]) for each in found], instant)


def _named() -> Iterator[str]:
    for field in fields(Change):
        yield f'"{field.name}":'
        for inner in fields(_ALWAYS[field.name]) if field.name in _ALWAYS else ():
            yield f'"{inner.name}":'


_NAMES = tuple(_named())


def _whole(record: str) -> bool:
    found = 0
    for name in _NAMES:
        found = record.find(name, found)
        if found < 0:
            return False
    return True
