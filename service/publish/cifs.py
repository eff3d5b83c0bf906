"""Waze CIFS v2 (Closure and Incident Feed Specification): what an incident is, before it is written as XML or JSON.

A ROAD_CLOSED reroutes every driver, so it is said only of a direction that is shut to all of them; the rest is a HAZARD
or left out. The surprising thing: an incident that vanishes from a feed may stay on the map until its end, so what was
cancelled, or is no longer said, is sent once more with an end that is past (docs/formats/cifs.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.feed import Feed, Lack, Omission
from service.geometry import Shape
from service.impact import Impact, impact
from service.occurrences import cancelled_at, told_start
from service.publish.cifs_times import Spell, spells
from service.publish.cifs_words import Category, LaneImpact, category, description, lane_impact, street
from service.publish.organization import notice_key, organization
from service.publish.text import address, second
from service.records import Change, Kind, Revision, Vehicle

_KINDS = frozenset(
    {
        Kind.STATION_CLOSURE,
        Kind.LANE_CLOSURE,
        Kind.RAMP_CLOSURE,
        Kind.ROAD_CLOSURE,
        Kind.SPEED_RESTRICTION,
        Kind.TRAFFIC_CONTROL,
    }
)
_DAY = timedelta(days=1)
_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One ``<incident>``: a street, a direction, and a time; ``parent`` joins those of one notice.

    Times are in China, to the second. ``schedule`` is a table of weekdays, empty where it holds all the time.
    """

    id: str
    parent: str
    created: datetime | None
    updated: datetime
    reference: str
    name: str
    url: str | None
    category: Category
    description: str
    street: str
    polyline: str
    direction: str
    lane_impact: LaneImpact | None
    start: datetime
    end: datetime
    schedule: tuple[tuple[str, str], ...] = ()


_Carried = tuple[list[tuple[Shape, str]], tuple[Spell, ...]]


def omitted(feed: Feed) -> tuple[Omission, ...]:
    """The changes that are left out."""
    return tuple(
        Omission(change=revision.change.id, revision=revision.change.revision, reason=found)
        for revision in feed.latest
        if isinstance(found := _carried(feed, revision, _earlier(feed, revision)), Lack)
    )


def told(feed: Feed, revision: Revision) -> tuple[tuple[Incident, ...], Lack | None]:
    """The incidents of a change, and why its ``revision`` has none, if so: what only earlier ones had is called off."""
    earlier = _earlier(feed, revision)
    found = _said(feed, revision, earlier)
    if found in (Lack.NO_START, Lack.NO_END):
        # It still holds, nobody knows how long: the end that was told stays the best that there is.
        return (), Lack(found)
    said, lack = ((), found) if isinstance(found, Lack) else (found, None)
    return (*said, *_unsaid(feed, (*earlier, revision), {each.id for each in said})), lack


def _earlier(feed: Feed, revision: Revision) -> tuple[Revision, ...]:
    return feed.earlier.get(revision.change.id, ())


def _unsaid(feed: Feed, chain: Sequence[Revision], said: set[str]) -> Iterator[Incident]:
    """What earlier revisions of ``chain`` said and the last does not, called off when that was recorded."""
    since = feed.midnight - _DAY
    known = set(said)
    for number in reversed(range(1, len(chain))):
        recorded = chain[number].recorded
        if recorded < since:
            return
        found = _said(feed, chain[number - 1], chain[: number - 1])
        for each in () if isinstance(found, Lack) else found:
            if each.id not in known and second(recorded) < each.end:
                known.add(each.id)
                yield _called_off(each, recorded)


def _called_off(incident: Incident, moment: datetime) -> Incident:
    """``incident`` ended at ``moment``; one that had not begun, in the minute before, which nobody can see any more."""
    end = second(moment)
    if incident.start < end:
        return replace(incident, end=min(incident.end, end), updated=max(incident.updated, end))
    return replace(incident, start=end - _MOMENT, end=end, updated=max(incident.updated, end), schedule=())


def _said(feed: Feed, revision: Revision, earlier: Sequence[Revision]) -> tuple[Incident, ...] | Lack:
    found = _carried(feed, revision, earlier)
    if isinstance(found, Lack):
        return found
    lines, times = found
    cancelled = cancelled_at(revision, earlier)
    said = (each for shape, line in lines for each in _along(feed, revision, earlier, shape, line, times))
    return tuple(each if cancelled is None else _called_off(each, cancelled) for each in said)


def _carried(feed: Feed, revision: Revision, earlier: Sequence[Revision]) -> _Carried | Lack:
    """Along which lines, and when; or why there is no saying."""
    change = revision.change
    unfit = _unfit(change)
    if unfit is not None:
        return unfit
    times = _spells(revision, earlier)
    if isinstance(times, Lack):
        return times
    shapes = feed.shapes(change)
    lines = [(each, line) for each in shapes if (line := _polyline(each)) and _concerned(change, each)]
    if not lines:
        return Lack.NO_LINE if shapes else Lack.NO_LOCATION
    return lines, times


def _unfit(change: Change) -> Lack | None:
    # A hazard for lorries only would be read out to every car: left out (docs/formats/cifs.md).
    if change.kind is Kind.VEHICLE_RESTRICTION:
        return Lack.VEHICLES
    if change.kind not in _KINDS:
        return Lack.KIND
    return Lack.VEHICLES if change.vehicles or Vehicle.CAR in change.exempt else None


def _concerned(change: Change, shape: Shape) -> bool:
    return impact(change, shape.part) is not Impact.ELSEWHERE


def _spells(revision: Revision, earlier: Sequence[Revision]) -> tuple[Spell, ...] | Lack:
    validity, start = revision.change.validity, told_start(revision, earlier)
    if start is None:
        return Lack.NO_START
    if validity.end is None:
        # Without an end Waze takes two weeks, and an end counted from today would move with every fetch.
        return Lack.NO_END
    if second(validity.end) <= second(start):
        return Lack.DATES
    return spells(validity.windows, second(start), second(validity.end)) or Lack.DATES


def _along(
    feed: Feed, revision: Revision, earlier: Sequence[Revision], shape: Shape, polyline: str, times: Sequence[Spell]
) -> Iterator[Incident]:
    change, first = revision.change, (*earlier, revision)[0]
    source, said = organization(feed, change), category(change, shape)
    words, named, impaired = description(change, feed.lang), street(change), lane_impact(change, shape)
    for spell in times:
        yield Incident(
            # Letters and digits only, as Waze advises.
            id=feed.part_id(change, f"{shape.part}/{spell.part}").replace("-", ""),
            parent=notice_key(first.change.notice.id),
            created=second(first.recorded) if first.change.revision == 0 else None,
            updated=second(revision.recorded),
            reference=source.id,
            name=source.name,
            url=address(change.notice.url),
            category=said,
            description=words,
            street=named,
            polyline=polyline,
            direction="ONE_DIRECTION" if shape.directed else "BOTH_DIRECTIONS",
            lane_impact=impaired,
            start=spell.start,
            end=spell.end,
            schedule=spell.schedule,
        )


def _polyline(shape: Shape) -> str:
    """Latitudes and longitudes to a decimetre; "" for less than two points."""
    points = [f"{lat:.6f} {lon:.6f}" for lon, lat in shape.points]
    distinct = [each for before, each in zip((None, *points), points, strict=False) if each != before]
    return " ".join(distinct) if len(set(distinct)) > 1 else ""
