"""One value of a change in English, as a list of differences shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.prose import subject
from service.prose.en import what, when, where
from service.prose.en.words import CONTRAFLOW, NAMES, NONE, NOTHING, STANDS, WITHDRAWN
from service.prose.subject import Aspect
from service.records import Access, Action, Advice, Change, Detour, Flag, Kind, Reason


def value(change: Change, aspect: Aspect, *, year: bool) -> str:
    """Expected 15 January; dates with the year only where ``year``."""
    if aspect is Aspect.START:
        return when.start(change, year=year)
    if aspect is Aspect.END:
        return when.end(change, year=year)
    return _VALUES[aspect](change) or NOTHING.get(aspect, NONE)


def _access(change: Change) -> str:
    side = NAMES[Access][change.access] if change.access else ""
    return " ".join(part for part in (side, where.direction(change.direction)) if part)


def _detour(detour: Detour) -> str:
    return " ".join(part for part in (where.direction(detour.direction), where.way(detour)) if part)


_VALUES: Mapping[Aspect, Callable[[Change], str]] = {
    Aspect.ACTION: lambda change: WITHDRAWN if change.action is Action.CANCEL else STANDS,
    Aspect.KIND: lambda change: NAMES[Kind][change.kind],
    Aspect.PLACE: where.place,
    Aspect.ACCESS: _access,
    Aspect.WINDOWS: lambda change: when.daily(change) or "",
    Aspect.LANES: lambda change: "; ".join(what.sides(change, subject.sides(change))),
    Aspect.VEHICLES: what.affected,
    Aspect.EXEMPT: what.exempt,
    Aspect.LIMITS: lambda change: what.limits(subject.other_limits(change)),
    Aspect.CONTRAFLOW: lambda change: CONTRAFLOW if change.contraflow else "",
    Aspect.DETOURS: lambda change: "; ".join(_detour(detour) for detour in change.detours),
    Aspect.RELOCATION: lambda change: where.former(change.relocation) if change.relocation else "",
    Aspect.RENAMED_TO: lambda change: subject.station_name(change.renamed_to) if change.renamed_to else "",
    Aspect.REASON: lambda change: NAMES[Reason][change.reason] if change.reason else "",
    Aspect.ADVICE: lambda change: ", ".join(NAMES[Advice][advice] for advice in change.advice),
    Aspect.FLAGS: lambda change: ", ".join(NAMES[Flag][flag] for flag in subject.flags(change)),
}
