"""What a plain 恢复通行 says of closures known: it ends them (docs/adr/0002-identity.md).

The surprising thing: it stays a change of its own, too. Who only follows openings sees it, and who follows the closure
sees that end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from service.identity import fits, subject
from service.records import Access, Action, Change, EndBasis, Kind, Validity, day_start

_ENDED = (
    Kind.STATION_CLOSURE,
    Kind.RAMP_CLOSURE,
    Kind.ROAD_CLOSURE,
    Kind.SERVICE_AREA_CLOSURE,
    Kind.TRAFFIC_CONTROL,
)
"""What traffic passing again rules out; some lanes or some vehicles may still be kept out."""

_AMBIGUOUS = ("road", "road_number", "qualifier")


def probes(readings: Iterable[Change]) -> tuple[Change, ...]:
    """Readings of what the reopenings among ``readings`` may end, to look known changes up by."""
    reopenings = [reading for reading in readings if _reopens(reading)]
    return tuple(_end_of(replace(reading, kind=kind), reading) for reading in reopenings for kind in _ENDED)


def endings(readings: Iterable[Change], current: Sequence[Change]) -> tuple[tuple[str, Change], ...]:
    """The id of each change of ``current`` that a reopening ends, and that as a reading of the closure."""
    found: dict[str, Change] = {}
    for reading in readings:
        if _reopens(reading):
            ended = [known for known in current if _ends(reading, known)]
            if not _differ(ended, reading):
                found |= {known.id: _end_of(known, reading) for known in ended}
    return tuple(found.items())


def has_ended(reopening: Change, closure: Change) -> bool:
    """True where ``closure``, as the same notice left it, was ended by ``reopening``."""
    ended = closure.action is Action.END_EARLY and closure.validity.end == _moment(reopening)
    return ended and _reopens(reopening) and _ends(reopening, closure)


def _reopens(reading: Change) -> bool:
    return reading.kind is Kind.REOPENING and reading.action is not Action.CANCEL


def _moment(reading: Change) -> datetime:
    """When traffic passes again: without a date, by the day that the notice was published."""
    return reading.validity.start or day_start(reading.notice.published)


def _ends(reading: Change, known: Change) -> bool:
    moment, validity = _moment(reading), known.validity
    if known.kind not in _ENDED or known.action is Action.CANCEL or known.vehicles:
        return False
    if (validity.end is not None and validity.end < moment) or (validity.start or moment) > moment:
        return False
    if validity.start == moment or known.notice.published > reading.notice.published:
        return False
    # 恢复通行 of a station as a whole opens either side of it.
    side = None if reading.access is Access.BOTH else reading.access
    return fits(subject(replace(reading, kind=known.kind, access=side)), subject(known))


def _differ(ended: Sequence[Change], reading: Change) -> bool:
    """True where the closures lie on different roads and the reading does not say on which it means."""
    said, subjects = subject(reading), [subject(known) for known in ended]
    return any(
        getattr(said, part) is None and len({getattr(each, part) for each in subjects} - {None}) > 1
        for part in _AMBIGUOUS
    )


def _end_of(known: Change, reading: Change) -> Change:
    """``reading`` as one of the closure ``known`` that it ends."""
    evidence = tuple(
        replace(each, field="validity.end") if each.field == "validity.start" else each for each in reading.evidence
    )
    return replace(
        reading,
        id=known.id,
        kind=known.kind,
        action=Action.END_EARLY,
        access=known.access,
        lanes=None,
        validity=Validity(end=_moment(reading), end_basis=EndBasis.STATED),
        reason=None,
        relocation=None,
        evidence=evidence,
    )
