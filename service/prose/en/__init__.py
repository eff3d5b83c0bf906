"""A change in English, as a traffic desk would put it: where, what, when."""

from __future__ import annotations

from enum import StrEnum

from service.calendar import Edge
from service.prose import subject
from service.prose.en import what, when, where
from service.prose.en.days import milestone as milestone
from service.prose.en.values import value as value
from service.prose.en.where import place as place
from service.prose.en.words import (
    ADVICE_SENTENCES,
    FLAG_SENTENCES,
    LABELS,
    NAMES,
    NOUN_LIKE,
    OPENERS,
    PREDICATES,
    PREFIXES,
    REASON_PHRASES,
    UPDATED,
)
from service.records import Access, Change, Detour, Kind


def title(change: Change) -> str:
    """Closed: 津榆路站, entry and exit. No dates."""
    lanes = _open_lanes(change)
    # "4 in, 7 out" tells the sides, too.
    spot = where.direction(change.direction) if lanes else where.spot(change)
    words = (where.thing(change), spot, what.affected(change), _figures(change))
    return f"{PREFIXES[change.action]}{lanes or LABELS[change.kind]}: {_listed(*words)}"


def headline(change: Change) -> str:
    """The title with road and dates: Closed: 津榆路站, entry and exit, 津蓟高速, 21 Oct to 31 Dec."""
    road = subject.short_road(change.road) if subject.thing_named(change) else None
    marked = (UPDATED if subject.merely_updated(change) else "") + title(change)
    return _listed(marked, road, *when.parts(change, full=False))


def calendar_title(change: Change, edge: Edge | None) -> str:
    """The title with what the event's days do not tell: …, until further notice; …, until 31 December; …, last day."""
    return _listed(title(change), when.unknown(change), when.edge(change, edge) if edge else None)


def period(change: Change) -> str:
    """From when to when, and how sure: 21 October to 31 December 2024."""
    return _listed(*when.parts(change, full=True))


def summary(change: Change) -> str:
    """The whole change in one sentence."""
    spot = " ".join((where.spot(change), "at all stations" * subject.whole_road(change))).strip()
    reason = REASON_PHRASES[change.reason] if change.reason else ""
    predicate = _predicate(change)
    if change.kind in NOUN_LIKE:
        said = _listed(predicate, spot) + reason
    else:
        said = " ".join(part for part in (spot, predicate) if part) + reason
    # 津榆路站 opens on 21 October: one day needs no comma.
    separator = " " if change.kind.lasting and change.validity.start else ", "
    return f"{OPENERS[change.action]}{place(change)}: {said}{separator}{period(change)}."


def paragraphs(change: Change) -> tuple[str, ...]:
    """Everything a reader should know, the source last."""
    middle = (
        _relocation(change),
        _lanes(change),
        f"Limits: {limits}." if (limits := what.limits(subject.signed_limits(change))) else "",
        _exempt(change),
        *(_detour(detour) for detour in change.detours),
        " ".join(ADVICE_SENTENCES[advice] for advice in change.advice),
        *(FLAG_SENTENCES[flag] for flag in subject.flags(change)),
    )
    return (summary(change), *(text for text in middle if text), source(change))


def source(change: Change) -> str:
    """Who announced it and when: Source: 示例日报, 20 October 2024, 《津榆路站封闭》."""
    notice = change.notice
    heading = f"《{notice.title}》" if notice.title else None
    return f"Source: {_listed(notice.publisher, when.day(notice.published), heading)}."


def name(member: StrEnum) -> str:
    """The name of a member of any enum of the records."""
    return NAMES[type(member)][member]


def feed_title(places: tuple[str, ...], kinds: tuple[Kind, ...], access: Access | None, log: bool) -> str:
    """津蓟高速, 天津站, entry: lane closures, station closures."""
    named = _listed(*(name(kind) for kind in kinds)) or "toll station changes"
    limits = _listed(*places, name(access) if access else None)
    title = f"{limits}: {named}" if limits else named[0].upper() + named[1:]
    return f"{title} (every update)" if log else title


def feed_description(log: bool) -> str:
    """What the feed holds, and what counts."""
    entries = "One entry per announcement or correction" if log else "One entry per change, updated in place"
    return (
        "Openings, closures, moves and lane changes of motorway toll stations in China, "
        f"read from the original notices. {entries}. The original notice prevails."
    )


def _listed(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _predicate(change: Change) -> str:
    if change.kind is Kind.VEHICLE_RESTRICTION:
        return _restriction(change)
    if change.kind is Kind.STATION_RENAMING and change.renamed_to:
        return f"renamed {subject.station_name(change.renamed_to)}"
    if change.kind is Kind.SPEED_RESTRICTION and change.limits and change.limits.speed_kmh:
        return f"speed limit {change.limits.speed_kmh} km/h"
    if change.kind is Kind.LANE_CLOSURE and (named := subject.lanes_by_name(change)):
        return f"{what.which(named)} closed"
    affected = what.affected(change)
    contraflow = ", two-way traffic on the other carriageway" if change.contraflow else ""
    return PREDICATES[change.kind] + (f" to {affected}" if affected else "") + contraflow


def _restriction(change: Change) -> str:
    if change.vehicles:
        return f"closed to {what.affected(change)}"
    if change.exempt:
        return f"open only to {what.exempt(change)}"
    return "closed to large or heavy vehicles" if subject.limit_values(change.limits) else PREDICATES[change.kind]


def _figures(change: Change) -> str:
    """What a title says beyond the place: the emergency lane, 60 km/h, the new name."""
    if change.kind is Kind.LANE_CLOSURE and not _open_lanes(change):
        return _listed(*(what.which(count) for _, count in subject.sides(change)))
    if change.kind is Kind.STATION_RENAMING and change.renamed_to:
        return f"now {subject.station_name(change.renamed_to)}"
    if change.kind is Kind.SPEED_RESTRICTION and change.limits and change.limits.speed_kmh:
        return f"{change.limits.speed_kmh} km/h"
    return ""


def _open_lanes(change: Change) -> str:
    """4 in, 7 out open; 2 entry lanes open: how many lanes are left; "" unless that is what changes."""
    if change.kind is not Kind.LANE_CLOSURE:
        return ""
    entry, exit_ = subject.open_lanes(change)
    if entry is not None and exit_ is not None:
        return f"{entry} in, {exit_} out open"
    if entry is None and exit_ is None:
        return ""
    return f"{entry} entry lanes open" if exit_ is None else f"{exit_} exit lanes open"


def _lanes(change: Change) -> str:
    return " ".join(f"{side}." for side in what.sides(change, subject.counted_sides(change)))


def _exempt(change: Change) -> str:
    if not change.exempt or (change.kind is Kind.VEHICLE_RESTRICTION and not change.vehicles):
        return ""
    return f"Exempt: {what.exempt(change)}."


def _relocation(change: Change) -> str:
    return f"Replaces {where.former(change.relocation)}." if change.relocation else ""


def _detour(detour: Detour) -> str:
    direction = where.direction(detour.direction)
    return f"Detour{f' ({direction})' if direction else ''}: {where.way(detour)}."
