"""What is known of a change after another reading of it: more is added, other values replace, less erases nothing.

The surprising thing: a midnight may only be a day without a clock. 10月21日起 after 10月21日8时起 says less, not else,
and of works by night, 至10月31日 means the night that ends on 1 November.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from service import windows
from service.gazetteer import road_key, station_key
from service.identity import moves
from service.records import (
    CHINA,
    Action,
    Change,
    Detour,
    EndBasis,
    Flag,
    Segment,
    StartBasis,
    Validity,
    Window,
    is_day_bound,
    last_day,
)

_PROVENANCE = frozenset({"id", "revision", "notice", "evidence"})
_OF_THE_READING = frozenset({"action", "flags", "advice", "confidence"})
_OPEN = frozenset({EndBasis.UNTIL_FURTHER_NOTICE, EndBasis.PERMANENT})

Basis = TypeVar("Basis", StartBasis, EndBasis)


def facts(change: Change) -> Change:
    """``change`` without what two readings of one notice may differ in and still say the same."""
    return replace(change, id="", revision=0, evidence=(), detours=_routes(change.detours), confidence=None)


def merged(known: Change, reading: Change) -> Change:
    """``known`` with what ``reading``, of another notice, adds or says otherwise.

    ``known`` itself if that is nothing: advice, flags and wording alone are no news. Otherwise notice and evidence are
    those of ``reading``, so what it left unsaid has no evidence.
    """
    names = [field.name for field in fields(Change) if field.name not in _PROVENANCE | _OF_THE_READING]
    values: dict[str, Any] = {name: _fill(getattr(known, name), getattr(reading, name)) for name in names}
    # Dates that contradict themselves say nothing against dates that do not.
    confused = Flag.DATE_CONFLICT in reading.flags and Flag.DATE_CONFLICT not in known.flags
    values["validity"] = known.validity if confused else _validity(known.validity, reading)
    if _routes(values["detours"]) == _routes(known.detours):
        values["detours"] = known.detours
    turned = (known.action is Action.CANCEL) is not (reading.action is Action.CANCEL)
    if not turned and all(getattr(known, name) == value for name, value in values.items()):
        return known
    flags = {*reading.flags}
    if Flag.DETOUR_RESTRICTED in known.flags and not reading.detours:
        # The warning stays with the detours that it warns of.
        flags.add(Flag.DETOUR_RESTRICTED)
    kept = tuple(flag for flag in Flag if flag in flags)
    values |= {"action": reading.action, "flags": kept, "advice": reading.advice or known.advice}
    values["confidence"] = reading.confidence
    return replace(known, **values, notice=reading.notice, evidence=reading.evidence)


def _routes(detours: tuple[Detour, ...]) -> tuple[Detour, ...]:
    return tuple(replace(detour, text="") for detour in detours)


def _fill(known: Any, read: Any) -> Any:
    """What holds of one field, or of one part of it."""
    # Not `not read`: a count of 0 lanes is said, False (contraflow) is only not said.
    if read is None or read is False or read == ():
        return known
    if known is None or known == () or type(known) is not type(read):
        return read
    if isinstance(known, Segment):
        return read if _ends(known) < _ends(read) or not _ends(read) <= _ends(known) else known
    if is_dataclass(known) and not isinstance(known, type):
        parts = {field.name: _fill(getattr(known, field.name), getattr(read, field.name)) for field in fields(known)}
        return replace(known, **parts)
    return known if _equivalent(known, read) else read


def _ends(segment: Segment) -> frozenset[str]:
    return frozenset(station_key(end) for end in (segment.from_, segment.to) if end)


def _equivalent(known: Any, read: Any) -> bool:
    """True for the same in other words: 天津收费站 and 天津站, one list in another order."""
    if isinstance(known, str):
        return station_key(known) == station_key(read) or road_key(known) == road_key(read)
    if isinstance(known, tuple):
        return len(known) == len(read) and frozenset(known) == frozenset(read)
    return bool(known == read)


def _validity(known: Validity, reading: Change) -> Validity:
    read = reading.validity
    if reading.action is Action.RESCHEDULE and read.start is None and read.end is None:
        return read  # put off to a day that nobody has named yet
    daily = _fill(known.windows, read.windows)
    # What ends early may reopen at midnight, in the middle of a night.
    if daily and not read.windows and reading.action is not Action.END_EARLY:
        read = _by_windows(read, daily)
    start, start_basis = _bound((known.start, known.start_basis), (read.start, read.start_basis), reading, _first_day)
    end, end_basis = _bound((known.end, known.end_basis), (read.end, read.end_basis), reading, last_day)
    if start is not None and end is not None and end <= start:
        return read  # one bound of each does not make a run of dates
    return Validity(start=start, end=end, start_basis=start_basis, end_basis=end_basis, windows=daily)


def _by_windows(read: Validity, daily: tuple[Window, ...]) -> Validity:
    """``read`` from the first opening to the last closing of ``daily``, where it names whole days."""
    start, end = read.start, read.end
    if start is not None and is_day_bound(start):
        start = min(windows.opening(each, _first_day(start)) for each in daily)
    if end is not None and is_day_bound(end):
        end = max(windows.closing(each, last_day(end)) for each in daily)
    return replace(read, start=start, end=end)


def _first_day(start: datetime) -> date:
    return start.astimezone(CHINA).date()


def _bound(
    known: tuple[datetime | None, Basis],
    read: tuple[datetime | None, Basis],
    reading: Change,
    day: Callable[[datetime], date],
) -> tuple[datetime | None, Basis]:
    """The start or end that holds, with its basis."""
    (known_at, known_basis), (read_at, read_basis) = known, read
    if read_at is None:
        silent = read_basis == EndBasis.UNSTATED or (known_at is not None and read_basis not in _OPEN)
        return known if silent else read
    if known_at is None:
        return read
    if known_at == read_at:
        confirmed = known_basis == EndBasis.EXPECTED and read_basis == EndBasis.STATED
        return read if confirmed else known
    only_the_day = not moves(reading) and is_day_bound(read_at) and day(read_at) == day(known_at)
    return known if only_the_day else read
