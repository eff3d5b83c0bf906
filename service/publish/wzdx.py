"""WZDx 4.2 (Work Zone Data Exchange), WorkZoneFeed: works only, one feature per occurrence and direction.

WZDx has no word for daily windows, so each night within the horizon is a feature of its own, joined to the first and
the next (docs/formats/wzdx.md). The surprising thing: nothing is ever verified but an end that a notice reported. A
date that was announced, a stake or a station is no confirmation that work began, or where.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from service import prose
from service.feed import Feed, Lack, Omission, Parts, Written
from service.geometry import Shape
from service.impact import Impact, closed_lanes, impact, lanes, side
from service.occurrences import Occurrence, cancelled_at, end_reported, occurrences, told_start
from service.publish.organization import Organization, operator, organization
from service.publish.text import address, legal, line
from service.publish.wzdx_words import direction, location_method, restrictions
from service.records import Access, Change, Kind, Reason, Revision

_BEHIND = timedelta(days=1)
"""How long what has ended is kept: at least an hour, as the specification asks, at any time of the day."""

_KINDS = frozenset(
    {
        Kind.STATION_CLOSURE,
        Kind.LANE_CLOSURE,
        Kind.RAMP_CLOSURE,
        Kind.ROAD_CLOSURE,
        Kind.TURN_RESTRICTION,
        Kind.VEHICLE_RESTRICTION,
        Kind.SPEED_RESTRICTION,
        Kind.TRAFFIC_CONTROL,
    }
)
_VEHICLE_IMPACT = {
    Impact.SHUT: "all-lanes-closed",
    Impact.NARROWED: "some-lanes-closed",
    Impact.SHOULDER: "all-lanes-open",
    Impact.UNSAID: "unknown",
}
_RAMPS = {Access.ENTRY: "entrance-ramp", Access.EXIT: "exit-ramp"}


@dataclass(frozen=True, slots=True)
class _Zone:
    """The occurrences of a change along the shapes it has; ``reported`` is an end that somebody has told of."""

    shapes: tuple[Shape, ...]
    occurrences: tuple[Occurrence, ...]
    reported: datetime | None


def render(feed: Feed, parts: Parts) -> Written:
    """``feed`` as a WorkZoneFeed, a feature a line."""
    common = ("wzdx", feed.lang, feed.base_url, feed.publisher, *_horizon(feed))

    def features(revision: Revision) -> bytes:
        return parts.get((*common, revision.position), lambda: _written(feed, revision))

    told = [(revision.change, written) for revision in feed.latest if (written := features(revision))]
    left_out = len(feed.latest) - len(told)
    sources = {organization(feed, change) for change, _ in told} or {operator(feed)}
    head = {
        "feed_info": _feed_info(feed, sorted(sources, key=lambda each: (each.name, each.id))),
        # A member that GeoJSON does not know (RFC 7946 §6.1): who reads the file alone learns that it is not all.
        "omitted": left_out,
        "type": "FeatureCollection",
    }
    listed = b",\n".join(written for _, written in told)
    content = _json(head).encode().removesuffix(b"}") + b',"features":[\n' + listed + b"\n]}\n"
    return Written(content, left_out)


def omitted(feed: Feed) -> tuple[Omission, ...]:
    """The changes that are left out."""
    return tuple(
        Omission(change=revision.change.id, revision=revision.change.revision, reason=found)
        for revision in feed.latest
        if isinstance(found := _zone(feed, revision), Lack)
    )


def _horizon(feed: Feed) -> tuple[datetime, datetime]:
    return feed.midnight - _BEHIND, feed.midnight + feed.horizon


def _feed_info(feed: Feed, sources: Sequence[Organization]) -> dict[str, object]:
    return {
        "update_date": _utc(feed.updated),
        "version": "4.2",
        "publisher": operator(feed).name,
        "data_sources": [{"data_source_id": each.id, "organization_name": each.name} for each in sources],
    }


def _zone(feed: Feed, revision: Revision) -> _Zone | Lack:
    change = revision.change
    if change.kind not in _KINDS:
        return Lack.KIND
    if change.reason is not Reason.WORKS:
        return Lack.NOT_WORKS
    if _selective(change) and not restrictions(change):
        return Lack.VEHICLES
    found = _timed(feed, revision)
    if isinstance(found, Lack):
        return found
    shapes = feed.shapes(change)
    lines = tuple(each for each in shapes if _is_line(each) and impact(change, each.part) is not Impact.ELSEWHERE)
    if not lines:
        return Lack.NO_LINE if shapes else Lack.NO_LOCATION
    return replace(found, shapes=lines)


def _selective(change: Change) -> bool:
    """True where only some vehicles are concerned."""
    return change.kind is Kind.VEHICLE_RESTRICTION or bool(change.vehicles or change.exempt)


def _is_line(shape: Shape) -> bool:
    return len(set(_positions(shape))) > 1


def _timed(feed: Feed, revision: Revision) -> _Zone | Lack:
    """When, without where."""
    validity, earlier = revision.change.validity, feed.earlier.get(revision.change.id, ())
    start = validity.start or told_start(revision, earlier)
    if start is None:
        return Lack.NO_START
    if validity.end is None:
        return Lack.NO_END
    if validity.end <= start:
        return Lack.DATES
    since, until = _horizon(feed)
    cancelled = cancelled_at(revision, earlier)
    if cancelled is None:
        found = occurrences(validity.windows, start, validity.end, since, until)
        reported = validity.end if end_reported(validity, revision) else None
        return _Zone((), found, reported) if found else Lack.BEYOND_HORIZON
    # What was under way when it was called off ended there, and that is told as long as the feed holds the change.
    begun = occurrences(validity.windows, start, validity.end, min(since, cancelled), cancelled)
    found = tuple(replace(each, end=min(each.end, cancelled)) for each in begun)
    return _Zone((), found, cancelled) if found else Lack.WITHDRAWN


def _written(feed: Feed, revision: Revision) -> bytes:
    """The features of a change, one a line; nothing where it is left out."""
    zone = _zone(feed, revision)
    if isinstance(zone, Lack):
        return b""
    change = revision.change
    ids = [[feed.part_id(change, f"{shape.part}/{each.part}") for each in zone.occurrences] for shape in zone.shapes]
    times = [_times(each, zone.reported) for each in zone.occurrences]
    along = (_along(feed, revision, shape, ids, number, times) for number, shape in enumerate(zone.shapes))
    return ",\n".join(chain.from_iterable(along)).encode()


def _along(
    feed: Feed, revision: Revision, shape: Shape, ids: Sequence[Sequence[str]], line_number: int, times: Sequence[str]
) -> Iterator[str]:
    """The features along one shape, by the ``ids`` of all. What they have in common is written once."""
    change = revision.change
    core = _json(_core(feed, revision, shape)).removesuffix("}")
    road_event = _json(_road_event(change, shape)).removeprefix("{")
    geometry = _json({"type": "LineString" if shape.traced else "MultiPoint", "coordinates": _positions(shape)})
    own = ids[line_number]
    for number, id_ in enumerate(own):
        siblings = [each[number] for each in ids if each is not own]
        core_details = f'"core_details":{core}{_related(own, number, siblings)}}}'
        properties = f'"properties":{{{core_details},{times[number]},{road_event}'
        yield f'{{"id":"{id_}","type":"Feature",{properties},"geometry":{geometry}}}'


def _times(occurrence: Occurrence, reported: datetime | None) -> str:
    """Members as JSON, written without its encoder, as what repeats each night is most of the work."""
    verified = "true" if occurrence.end == reported else "false"
    return (
        f'"start_date":"{_utc(occurrence.begin)}","end_date":"{_utc(occurrence.end)}",'
        f'"is_start_date_verified":false,"is_end_date_verified":{verified}'
    )


def _related(ids: Sequence[str], number: int, siblings: Sequence[str]) -> str:
    """The other occurrences, as far as this document has them, and the same one in the other direction."""
    named = [("first-occurrence", ids[0])] if number else []
    named += [("next-occurrence", ids[number + 1])] if number + 1 < len(ids) else []
    named += [("related-work-zone", each) for each in siblings]
    listed = ",".join(f'{{"type":"{type_}","id":"{id_}"}}' for type_, id_ in named)
    return f',"related_road_events":[{listed}]' if named else ""


def _core(feed: Feed, revision: Revision, shape: Shape) -> dict[str, object]:
    change, earlier = revision.change, feed.earlier.get(revision.change.id, ())
    words = (*prose.paragraphs(change, feed.lang), address(change.notice.url), feed.link(change))
    created = earlier[0] if earlier else revision
    return {
        "event_type": "work-zone",
        "data_source_id": organization(feed, change).id,
        "road_names": _road_names(feed, change),
        "direction": direction(change, directed=shape.directed),
        "name": line(prose.title(change, feed.lang)),
        "description": legal("\n".join(each for each in words if each)),
        # Of a change of which the first revision is not known, none is better than a wrong one.
        **({"creation_date": _utc(created.recorded)} if created.change.revision == 0 else {}),
        "update_date": _utc(revision.recorded),
    }


def _road_names(feed: Feed, change: Change) -> list[str]:
    road = change.road
    names = [line(each) for each in (road.name, road.number) if each] if road else []
    return [each for each in names if each] or [line(prose.place(change, feed.lang)) or "—"]


def _road_event(change: Change, shape: Shape) -> dict[str, object]:
    limits, found = change.limits, restrictions(change)
    listed = _lanes(change, shape)
    # A limit for some vehicles only is none for the others; the description has it.
    reduced = limits.speed_kmh if limits and not (change.vehicles or change.exempt) else None
    return {
        "is_start_position_verified": False,
        "is_end_position_verified": False,
        "location_method": location_method(change),
        "vehicle_impact": _VEHICLE_IMPACT[impact(change, shape.part)],
        **({"lanes": listed} if listed else {}),
        **({"reduced_speed_limit_kph": reduced} if reduced is not None and reduced >= 0 else {}),
        **({"restrictions": found} if found else {}),
    }


def _lanes(change: Change, shape: Shape) -> list[dict[str, object]]:
    """Every lane from the left; none unless all are known. A ramp that is shut is one lane, however wide."""
    of = side(shape.part) or (change.access if change.access in _RAMPS else None)
    left = impact(change, shape.part)
    closed = None if left is Impact.UNSAID else closed_lanes(lanes(change, shape.part))
    if closed is None and of and left is Impact.SHUT:
        closed = (True,)
    type_ = _RAMPS.get(of, "general") if of else "general"
    return [
        {"order": order, "status": "closed" if each else "open", "type": type_}
        for order, each in enumerate(closed or (), start=1)
    ]


def _positions(shape: Shape) -> list[tuple[float, float]]:
    """Longitudes and latitudes to a decimetre, without those that come out the same as the one before."""
    rounded = [(round(lon, 6), round(lat, 6)) for lon, lat in shape.points]
    return [each for before, each in zip((None, *rounded), rounded, strict=False) if each != before]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
