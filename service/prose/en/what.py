"""What is affected, in English: vehicles, lanes, limits."""

from __future__ import annotations

from collections.abc import Iterable

from service.prose import subject
from service.prose.en.words import LANES, LIMIT_UNITS, LIMIT_WORDS, NAMES, VEHICLES
from service.records import Access, Change, LaneCount, Vehicle


def affected(change: Change) -> str:
    """Buses of 7 seats or more and goods vehicles; "" for all vehicles."""
    return _classes(change, change.vehicles, "or more")


def exempt(change: Change) -> str:
    """Cars of 7 seats or fewer: who may pass all the same."""
    return _classes(change, change.exempt, "or fewer")


def sides(change: Change, counts: Iterable[tuple[Access | None, LaneCount]]) -> tuple[str, ...]:
    """Entry: 10 lanes, 4 open, 6 closed; each side apart."""
    return tuple(said for side, count in counts if (said := _side(change, side, count)))


def which(count: LaneCount) -> str:
    """The lanes by name: emergency lane, lane 2."""
    return ", ".join(_lane(lane) for lane in count.which)


def limits(values: Iterable[tuple[str, str]]) -> str:
    """Height 4.2 m, speed 60 km/h."""
    return ", ".join(f"{LIMIT_WORDS[size]} {value} {LIMIT_UNITS[size]}" for size, value in values)


def _classes(change: Change, vehicles: tuple[Vehicle, ...], bound: str) -> str:
    """A limit of size stands with the class it describes."""
    values = dict(subject.limit_values(change.limits))
    words = []
    for vehicle in vehicles:
        sizes = [f"{values[size]} {LIMIT_UNITS[size]}" for size in subject.DESCRIBES[vehicle] if size in values]
        words.append(VEHICLES[vehicle] + (f" of {' and '.join(sizes)} {bound}" if sizes else ""))
    return ", ".join(words[:-1]) + (" and " if words[:-1] else "") + "".join(words[-1:])


def _side(change: Change, side: Access | None, count: LaneCount) -> str:
    named = which(count)
    shut = f"{count.closed} closed" if count.closed is not None else ""
    if named:
        shut = f"{shut} ({named})" if shut else f"{'including' if change.kind.lasting else 'closed:'} {named}"
    total = f"{count.total} lane{'' if count.total == 1 else 's'}" if count.total is not None else None
    said = ", ".join(part for part in (total, f"{count.open} open" if count.open is not None else None, shut) if part)
    return f"{NAMES[Access][side].capitalize() if side else 'Lanes'}: {said}" if said else ""


def _lane(lane: str) -> str:
    number = subject.lane_number(lane)
    return f"lane {number}" if number else LANES.get(lane, lane)
