"""What a change is about and when: whether two readings can be of one change (docs/adr/0002-identity.md).

The surprising thing: identity is not equality of a key. What one reading leaves open (the road, the side of
the station) fits whatever another one says, so two readings are compared, and only a new change gets an id.
"""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Collection
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count

from service.gazetteer import road_key, station_key
from service.records import Action, Change, Kind, Limits, Reason, day_start

Part = str | frozenset[str] | None
"""One thing a reading says of its subject; None where it leaves that open."""

_LASTING = timedelta(days=60)
_OPEN_ENDED = timedelta(days=30)
_BRIEF = timedelta(days=1)
_BRIEF_REASONS = frozenset({Reason.WEATHER, Reason.VOLUME, Reason.ACCIDENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a change is about, as keys. Sets agree when one contains the other."""

    kind: Kind
    station: str | None
    service_area: str | None
    junction: str | None
    structure: str | None
    segment: frozenset[str] | None
    road: str | None
    road_number: str | None
    qualifier: str | None
    ramp: str | None
    movement_from: str | None
    movement_to: str | None
    access: str | None
    direction_from: str | None
    direction_to: str | None
    vehicles: frozenset[str] | None
    limits: frozenset[str] | None


PARTS = tuple(field.name for field in fields(Subject))
_SITES = ("station", "service_area", "junction", "structure", "segment")
_ROADS = ("road", "road_number")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` to ``end`` (exclusive): when a change can be taken to hold, open ends closed."""

    start: datetime
    end: datetime


def subject(change: Change) -> Subject:
    """What ``change`` is about."""
    junction, road, direction = change.junction, change.road, change.direction
    movement = junction.movement if junction else None
    return Subject(
        kind=change.kind,
        station=station_key(change.station.name) if change.station else None,
        service_area=change.service_area.name if change.service_area else None,
        junction=junction.name if junction else None,
        structure=change.structure.name if change.structure else None,
        segment=_segment(change),
        road=road_key(road.name) if road and road.name else None,
        road_number=road.number if road else None,
        qualifier=change.station.qualifier if change.station else None,
        ramp=junction.ramp if junction else None,
        movement_from=movement.from_ if movement else None,
        movement_to=movement.to if movement else None,
        access=change.access,
        direction_from=direction.from_ if direction else None,
        direction_to=direction.to if direction else None,
        vehicles=frozenset(change.vehicles) or None,
        limits=_limits(change.limits),
    )


def _segment(change: Change) -> frozenset[str] | None:
    """The two ends in no order: one paper writes K10 to K20, another K20 to K10."""
    if change.segment is None:
        return None
    return frozenset(station_key(end) for end in (change.segment.from_, change.segment.to) if end) or None


def _limits(limits: Limits | None) -> frozenset[str] | None:
    """Which limits are set, not how high: a corrected weight is the same restriction, a height is another."""
    if limits is None:
        return None
    return frozenset(field.name for field in fields(limits) if getattr(limits, field.name) is not None) or None


def agree(one: Part, other: Part) -> bool | None:
    """Whether two parts mean the same; None where either is open."""
    if one is None or other is None:
        return None
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one <= other or other <= one
    return one == other


def fits(one: Subject, other: Subject) -> bool:
    """True when nothing tells the two apart and they share the site, or the road where neither has a site."""
    if any(agree(getattr(one, part), getattr(other, part)) is False for part in PARTS):
        return False
    for group in (_SITES, _ROADS):
        if any(getattr(side, part) is not None for side in (one, other) for part in group):
            return any(agree(getattr(one, part), getattr(other, part)) for part in group)
    return True


def span(change: Change) -> Span:
    """When ``change`` can be taken to hold.

    Without a start it holds from its notice on. Without an end it holds for 30 days, one that follows from weather,
    traffic or an accident for a day; one for good (an opening) for 60, so that two starts within 60 days meet.
    """
    start, end = change.validity.start, change.validity.end
    if start is None:
        published = day_start(change.notice.published)
        start = published if end is None or published < end else end - _BRIEF
    if end is None:
        return Span(start, start + _open_length(change))
    # An end that is not after the start contradicts itself; the change must still meet itself.
    return Span(start, end if start < end else start + _BRIEF)


def _open_length(change: Change) -> timedelta:
    if change.kind.lasting:
        return _LASTING
    return _BRIEF if change.reason in _BRIEF_REASONS else _OPEN_ENDED


def expires(change: Change) -> datetime | None:
    """The instant from which no later reading can mean ``change``; None while it goes on until further notice."""
    if change.validity.end is None and _open_length(change) == _OPEN_ENDED:
        return None
    return span(change).end


def closeness(one: Change, other: Change) -> timedelta:
    """How long both hold together; negative: the gap between them."""
    first, second = span(one), span(other)
    return min(first.end, second.end) - max(first.start, second.start)


def moves(change: Change) -> bool:
    """True for a reading that moves or cancels what was announced earlier, so its dates need not meet the old ones."""
    return change.action is not Action.ANNOUNCE


def horizon(change: Change) -> datetime:
    """The instant before which nothing expired that the reading ``change`` can mean."""
    start = span(change).start
    return min(start, day_start(change.notice.published)) if moves(change) else start


def site(change: Change) -> str | None:
    """The key of the first named site of ``change``, for looking up what may be the same; None on open road."""
    keys = subject(change)
    return next((f"{name}:{getattr(keys, name)}" for name in _SITES[:4] if getattr(keys, name)), None)


def new_id(change: Change, taken: Collection[str]) -> str:
    """16 URL-safe characters from the subject and the start, none of ``taken``."""
    parts = [sorted(part) if isinstance(part, frozenset) else part for part in astuple(subject(change))]
    origin = json.dumps([*parts, span(change).start.astimezone(UTC).isoformat()], ensure_ascii=False)
    ids = (b32encode(sha256(f"{origin} {n}".encode()).digest()[:10]).decode().lower() for n in count())
    return next(candidate for candidate in ids if candidate not in taken)
