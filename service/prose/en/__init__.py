"""A change in English, as a traffic desk would put it: where, what, when."""

from __future__ import annotations

from enum import StrEnum

from service.prose import subject
from service.prose.en import when, where
from service.prose.en.where import place as place
from service.prose.en.words import (
    ADVICE_SENTENCES,
    FLAG_SENTENCES,
    LABELS,
    LANES,
    LIMIT_UNITS,
    LIMIT_WORDS,
    NAMES,
    NOUN_LIKE,
    OPENERS,
    PREDICATES,
    PREFIXES,
    REASON_PHRASES,
    UPDATED,
    VEHICLES,
)
from service.records import Access, Change, Detour, Kind, LaneCount, Vehicle


def title(change: Change) -> str:
    """Closed: 津榆路站, entry and exit. No dates."""
    words = (where.thing(change), where.spot(change), _affected(change), _figures(change))
    return f"{PREFIXES[change.action]}{LABELS[change.kind]}: {_listed(*words)}"


def headline(change: Change) -> str:
    """The title with road and dates: Closed: 津榆路站, entry and exit, 津蓟高速, 21 Oct to 31 Dec."""
    road = subject.short_road(change.road) if subject.thing_named(change) else None
    marked = (UPDATED if subject.merely_updated(change) else "") + title(change)
    return _listed(marked, road, *when.parts(change, full=False))


def calendar_title(change: Change) -> str:
    """The title with what nobody knows about the dates: Closed: 津榆路站, exit, until further notice."""
    return _listed(title(change), when.unknown(change))


def period(change: Change) -> str:
    """From when to when, and how sure: 21 October to 31 December 2024."""
    return _listed(*when.parts(change, full=True))


def summary(change: Change) -> str:
    """The whole change in one sentence."""
    spot = " ".join((where.spot(change), "at all stations" * subject.whole_road(change))).strip()
    reason = REASON_PHRASES[change.reason] if change.reason else ""
    predicate = _predicate(change)
    if change.kind in NOUN_LIKE:
        what = _listed(predicate, spot) + reason
    else:
        what = " ".join(part for part in (spot, predicate) if part) + reason
    # 津榆路站 opens on 21 October: one day needs no comma.
    separator = " " if change.kind.lasting and change.validity.start else ", "
    return f"{OPENERS[change.action]}{place(change)}: {what}{separator}{period(change)}."


def paragraphs(change: Change) -> tuple[str, ...]:
    """Everything a reader should know, the source last."""
    middle = (
        _relocation(change),
        _lanes(change),
        _limits(change),
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
    what = _listed(*(name(kind) for kind in kinds)) or "toll station changes"
    limits = _listed(*places, name(access) if access else None)
    title = f"{limits}: {what}" if limits else what[0].upper() + what[1:]
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
        return f"{_which(named)} closed"
    affected = _affected(change)
    contraflow = ", two-way traffic on the other carriageway" if change.contraflow else ""
    return PREDICATES[change.kind] + (f" to {affected}" if affected else "") + contraflow


def _restriction(change: Change) -> str:
    if change.vehicles:
        return f"closed to {_affected(change)}"
    if change.exempt:
        return f"open only to {_classes(change, change.exempt, 'or fewer')}"
    return "closed to large or heavy vehicles" if subject.limit_values(change.limits) else PREDICATES[change.kind]


def _affected(change: Change) -> str:
    return _classes(change, change.vehicles, "or more")


def _classes(change: Change, vehicles: tuple[Vehicle, ...], bound: str) -> str:
    """Buses of 7 seats or more and goods vehicles: a limit of size stands with the class it describes."""
    values = dict(subject.limit_values(change.limits))
    words = []
    for vehicle in vehicles:
        sizes = [f"{values[size]} {LIMIT_UNITS[size]}" for size in subject.DESCRIBES[vehicle] if size in values]
        words.append(VEHICLES[vehicle] + (f" of {' and '.join(sizes)} {bound}" if sizes else ""))
    return ", ".join(words[:-1]) + (" and " if words[:-1] else "") + "".join(words[-1:])


def _figures(change: Change) -> str:
    """What a title says beyond the place: 4 in / 7 out open, 60 km/h, the new name."""
    if change.kind is Kind.LANE_CLOSURE:
        return _open_lanes(change) or _listed(*(_which(count) for _, count in subject.sides(change)))
    if change.kind is Kind.STATION_RENAMING and change.renamed_to:
        return f"now {subject.station_name(change.renamed_to)}"
    if change.kind is Kind.SPEED_RESTRICTION and change.limits and change.limits.speed_kmh:
        return f"{change.limits.speed_kmh} km/h"
    return ""


def _open_lanes(change: Change) -> str:
    entry, exit_ = subject.open_lanes(change)
    if entry is not None and exit_ is not None:
        return f"{entry} in / {exit_} out open"
    if entry is None and exit_ is None:
        return ""
    return f"{entry} entry lanes open" if exit_ is None else f"{exit_} exit lanes open"


def _lanes(change: Change) -> str:
    sides = [_side(change, side, count) for side, count in subject.counted_sides(change)]
    return " ".join(f"{side}." for side in sides if side)


def _side(change: Change, side: Access | None, count: LaneCount) -> str:
    which = _which(count)
    shut = f"{count.closed} closed" if count.closed is not None else ""
    if which:
        shut = f"{shut} ({which})" if shut else f"{'including' if change.kind.lasting else 'closed:'} {which}"
    total = f"{count.total} lane{'' if count.total == 1 else 's'}" if count.total is not None else None
    said = _listed(total, f"{count.open} open" if count.open is not None else None, shut)
    return f"{name(side).capitalize() if side else 'Lanes'}: {said}" if said else ""


def _which(count: LaneCount) -> str:
    return _listed(*(_lane(which) for which in count.which))


def _lane(which: str) -> str:
    number = subject.lane_number(which)
    return f"lane {number}" if number else LANES.get(which, which)


def _limits(change: Change) -> str:
    values = [f"{LIMIT_WORDS[size]} {value} {LIMIT_UNITS[size]}" for size, value in subject.signed_limits(change)]
    return f"Limits: {_listed(*values)}." if values else ""


def _exempt(change: Change) -> str:
    if not change.exempt or (change.kind is Kind.VEHICLE_RESTRICTION and not change.vehicles):
        return ""
    return f"Exempt: {_classes(change, change.exempt, 'or fewer')}."


def _relocation(change: Change) -> str:
    moved = change.relocation
    if moved is None:
        return ""
    distance = f"about {moved.distance_km:g} km away" if moved.distance_km is not None else None
    towards = f"towards {moved.towards}" if moved.towards else None
    how = " ".join(part for part in (distance, towards) if part)
    return f"Replaces {_listed(where.station(moved.replaces), how)}."


def _detour(detour: Detour) -> str:
    direction = where.direction(detour.direction)
    way = _listed(*detour.via_roads, *detour.via)
    return f"Detour{f' ({direction})' if direction else ''}: {f'via {way}' if way else detour.text.rstrip('。')}."
