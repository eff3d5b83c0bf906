"""A change as an Open511 v1 event, as the members of its JSON; what the standard has no word for begins with "+".

The surprising thing: a closed station does not close its road. A state of the road is said only of a change that is
about the road itself, in a direction that the notice names by the compass or as both.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from service import prose
from service.feed import Feed, Lack, Omission
from service.geometry import Shape
from service.impact import Impact, impact, lanes
from service.occurrences import cancelled_at, told_start
from service.publish.markup import cut
from service.publish.open511.schedule import schedule
from service.publish.severity import Severity, severities, severity
from service.publish.text import address, legal, line, second
from service.records import Action, Change, Kind, Limits, Reason, Revision, Road, Status, status

KINDS = (
    Kind.STATION_CLOSURE,
    Kind.LANE_CLOSURE,
    Kind.RAMP_CLOSURE,
    Kind.ROAD_CLOSURE,
    Kind.TURN_RESTRICTION,
    Kind.VEHICLE_RESTRICTION,
    Kind.SPEED_RESTRICTION,
    Kind.TRAFFIC_CONTROL,
)
"""What hinders traffic; what opens, moves or is tolled is no event."""

EVENT_TYPES = {
    Reason.WORKS: "CONSTRUCTION",
    Reason.EVENT: "SPECIAL_EVENT",
    Reason.HOLIDAY: "SPECIAL_EVENT",
    Reason.ACCIDENT: "INCIDENT",
    Reason.INCIDENT: "INCIDENT",
    Reason.WEATHER: "WEATHER_CONDITION",
}
NO_CAUSE = "ROAD_CONDITION"
"""The type that tells how the road is and not why: of every other reason, and of none."""

MEMBERS = (
    *("url", "jurisdiction_url", "id", "status", "headline", "description", "detour", "attachments", "event_type"),
    *("event_subtypes", "severity", "geography", "created", "updated", "timezone", "schedule", "roads"),
    *(
        "+archived",
        "+cancellation",
        "+kind",
        "+revision",
        "+page",
        "+station",
        "+access",
        "+vehicles",
        "+exempt",
        "+extended",
    ),
)
"""What an event can have."""

_SUBTYPES = {Reason.ACCIDENT: "ACCIDENT", Reason.EVENT: "PLANNED_EVENT"}
_SEVERITIES = {
    Severity.HIGH: "MAJOR",
    Severity.MEDIUM: "MODERATE",
    Severity.LOW: "MINOR",
    Severity.NONE: "MINOR",
    Severity.UNKNOWN: "UNKNOWN",
}
_COMPASS = {"北": "N", "东": "E", "南": "S", "西": "W", "东北": "NE", "东南": "SE", "西南": "SW", "西北": "NW"}
_BOUND = re.compile("[向行]?(?:方向|侧)?$")
JURISDICTION = r"[a-z0-9][a-z0-9-]{0,62}\.[a-z0-9.-]{2,190}"
"""What the id of a jurisdiction looks like."""

_STATES = {Impact.SHUT: "CLOSED", Impact.NARROWED: "SOME_LANES_CLOSED", Impact.SHOULDER: "ALL_LANES_OPEN"}
_SIZES = (("SPEED", "speed_kmh"), ("WIDTH", "width_m"), ("HEIGHT", "height_m"), ("WEIGHT", "weight_t"))
_JURISDICTION = re.compile(JURISDICTION)
_KEY = re.compile(r"[a-zA-Z0-9_.-]+")
_LONGEST_HEADLINE = 499
_DIGITS = 6


def jurisdiction(base_url: str) -> str:
    """The id of the jurisdiction: the host that publishes, as a domain."""
    host = (urlsplit(base_url).hostname or "").lower()
    return host if _JURISDICTION.fullmatch(host) else "tollfeed.invalid"


def event_key(feed: Feed, change: Change) -> str:
    """The part of an event's id behind its jurisdiction: the id of the change."""
    return change.id if _KEY.fullmatch(change.id) else feed.part_id(change, "open511")


def omitted(feed: Feed) -> tuple[Omission, ...]:
    """The changes that are left out."""
    return tuple(
        Omission(change=revision.change.id, revision=revision.change.revision, reason=found)
        for revision in feed.latest
        if isinstance(found := event(feed, revision, feed.midnight), Lack)
    )


def event(feed: Feed, revision: Revision, moment: datetime) -> dict[str, Any] | Lack:
    """The event of ``revision`` as it stands at ``moment``, or why there is none."""
    change, earlier = revision.change, feed.earlier.get(revision.change.id, ())
    if change.kind not in KINDS:
        return Lack.KIND
    shapes = feed.shapes(change)
    if not shapes:
        return Lack.NO_LOCATION
    start = told_start(revision, earlier)
    if start is None:
        return Lack.NO_START
    when = schedule(change.validity, start)
    if when is None:
        return Lack.DATES
    home, here = f"{feed.base_url.rstrip('/')}/open511", jurisdiction(feed.base_url)
    key, roads = event_key(feed, change), _roads(change)
    return {
        "url": f"{home}/events/{here}/{quote(key)}",
        "jurisdiction_url": f"{home}/jurisdictions/{here}",
        "id": f"{here}/{key}",
        **_words(feed, change),
        "event_type": event_type(change),
        **({"event_subtypes": list(subtypes(change))} if change.reason in _SUBTYPES else {}),
        "severity": grade(change),
        "geography": _geography(shapes),
        "created": second(min(feed.origin(revision).recorded, revision.recorded)).isoformat(),
        "updated": second(revision.recorded).isoformat(),
        "timezone": "Asia/Shanghai",
        "schedule": when,
        **({"roads": roads} if roads else {}),
        **_standing(revision, feed, moment),
        **_own(feed, change),
    }


def event_type(change: Change) -> str:
    """What kind of event; without a cause that Open511 knows, the state of the road."""
    return EVENT_TYPES.get(change.reason, NO_CAUSE) if change.reason else NO_CAUSE


def subtypes(change: Change) -> tuple[str, ...]:
    """What it is in particular, as far as the reason says it."""
    return (_SUBTYPES[change.reason],) if change.reason in _SUBTYPES else ()


def kinds_of(grades: Collection[str]) -> tuple[Kind, ...]:
    """The kinds that can have one of ``grades``; the least word also stands for whatever was called off."""
    if _SEVERITIES[Severity.NONE] in grades:
        return KINDS
    return tuple(kind for kind in KINDS if any(_SEVERITIES[each] in grades for each in severities(kind)))


def grade(change: Change) -> str:
    """The severity in the words of Open511; what is called off hinders nobody, for which its least word stands."""
    return _SEVERITIES[severity(change)]


def _words(feed: Feed, change: Change) -> dict[str, Any]:
    url = address(change.notice.url)
    told = {
        "headline": cut(line(prose.headline(change, feed.lang)), _LONGEST_HEADLINE) or "—",
        "description": legal("\n".join(each for each in prose.paragraphs(change, feed.lang) if each)),
        "detour": legal("\n".join(each.text for each in change.detours)).strip(),
        "attachments": [{"url": url, "title": line(change.notice.title or "") or url}] if url else [],
    }
    return {name: value for name, value in told.items() if value}


def _standing(revision: Revision, feed: Feed, moment: datetime) -> dict[str, Any]:
    """Whether it is over, and why: the standard has no field for the reason."""
    change = revision.change
    now = status(change, moment)
    if now not in (Status.ENDED, Status.CANCELLED):
        return {"status": "ACTIVE"}
    over = {"status": "ARCHIVED", "+archived": now.value}
    if now is not Status.CANCELLED:
        return over
    notice, when = change.notice, cancelled_at(revision, feed.earlier.get(change.id, ())) or revision.recorded
    told = {
        "recorded": second(when).isoformat(),
        "notice": line(notice.title or ""),
        "publisher": line(notice.publisher or ""),
        "url": address(notice.url),
    }
    return {**over, "+cancellation": {name: value for name, value in told.items() if value}}


def _own(feed: Feed, change: Change) -> dict[str, Any]:
    """What else the record says and Open511 has no member for."""
    said = {
        "+kind": change.kind.value,
        "+revision": change.revision,
        "+page": feed.link(change),
        "+station": line(change.station.name) if change.station else None,
        "+access": change.access.value if change.access else None,
        "+vehicles": [each.value for each in change.vehicles],
        "+exempt": [each.value for each in change.exempt],
        "+extended": change.action is Action.EXTEND or None,
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _roads(change: Change) -> list[dict[str, Any]]:
    road = change.road or Road()
    name = line(road.name or "") or line(road.number or "")
    if not name:
        return []
    first = change.segment.from_ if change.segment else change.station.name if change.station else None
    last = change.segment.to if change.segment else None
    bound = _direction(change)
    told = {
        "name": name,
        "+number": line(road.number or ""),
        "from": line(first or ""),
        "to": line(last or ""),
        "direction": bound,
        **(_state(change, bound) if bound else {}),
        "restrictions": _restrictions(change),
    }
    return [{name: value for name, value in told.items() if value}]


def _direction(change: Change) -> str | None:
    to = change.direction.to if change.direction else None
    if to is None:
        return None
    return "BOTH" if to == "both" else _COMPASS.get(_BOUND.sub("", to))


def _state(change: Change, bound: str) -> dict[str, Any]:
    """How the road is; its lanes are counted for one direction only."""
    elsewhere = (change.access, change.station, change.junction, change.service_area)
    if change.action is Action.CANCEL or change.contraflow or any(elsewhere):
        return {}
    if change.kind not in (Kind.ROAD_CLOSURE, Kind.LANE_CLOSURE):
        return {}
    state = _STATES.get(impact(change))
    if state is None:
        return {}
    count = lanes(change)
    if state != "SOME_LANES_CLOSED" or bound == "BOTH" or count is None:
        return {"state": state}
    told = {"lanes_open": count.open, "lanes_closed": count.closed}
    return {"state": state, **{name: value for name, value in told.items() if value is not None and value > 0}}


def _restrictions(change: Change) -> list[dict[str, Any]]:
    # A limit for some vehicles only is none for the others; the description has it.
    if change.vehicles or change.exempt or change.action is Action.CANCEL:
        return []
    limits = change.limits or Limits()
    values = ((type_, getattr(limits, name)) for type_, name in _SIZES)
    return [{"restriction_type": type_, "value": value} for type_, value in values if value is not None and value > 0]


def _geography(shapes: tuple[Shape, ...]) -> dict[str, Any]:
    """One geometry of those that Open511 knows: lines where all were surveyed, else the points that are known."""
    lines = [_positions(shape) for shape in shapes]
    if all(shape.traced and len(each) > 1 for shape, each in zip(shapes, lines, strict=True)):
        if len(lines) == 1:
            return {"type": "LineString", "coordinates": lines[0]}
        return {"type": "MultiLineString", "coordinates": lines}
    points = [list(each) for each in dict.fromkeys(tuple(point) for each in lines for point in each)]
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points}


def _positions(shape: Shape) -> list[list[float]]:
    rounded = [[round(degrees, _DIGITS) for degrees in point] for point in shape.points]
    return [each for before, each in zip((None, *rounded), rounded, strict=False) if each != before]
