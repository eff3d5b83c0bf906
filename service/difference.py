"""What a later revision altered, value by value, in words: 结束：12月31日 → 1月15日.

Only what people ask about: neither where the words stand (evidence) nor how sure the reading is. The surprising thing:
two records may differ and read the same, and then nothing is told: nobody wants to learn that 天津站 is now 天津站.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from service import prose
from service.prose import Aspect, Lang
from service.prose.span import span
from service.records import Action, Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """One value that was altered: which (``field``, and its ``name`` for readers), from what to what.

    ``before`` and ``after`` are for people, in the language asked for, and never empty: what was or is not said is 无.
    """

    field: Aspect
    name: str
    before: str
    after: str
    lang: Lang

    def __str__(self) -> str:
        """All of it on one line: 结束：12月31日 → 1月15日."""
        return f"{self.name}{'：' if self.lang is Lang.ZH else ': '}{self.before} → {self.after}"


def difference(before: Change, after: Change, lang: Lang) -> tuple[Altered, ...]:
    """What ``after``, a later revision of the same change, says otherwise than ``before``, in a fixed order."""
    return tuple(
        altered
        for field, recorded in _RECORDED.items()
        if recorded(before) != recorded(after) and (altered := _altered(before, after, field, lang))
    )


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What two revisions of one change, as JSON, differ in, with both values, for programs: ``validity.end``.

    Every field of the record but the number of the revision and where the words stand, in the record's order.
    """
    differing = [name for name in _COMPARED if before.get(name) != after.get(name)]
    return {path: values for name in differing for path, values in _differing(name, before.get(name), after.get(name))}


_COMPARED = tuple(field.name for field in fields(Change) if field.name not in {"id", "revision", "evidence"})
_MOMENTS = frozenset({"validity.start", "validity.end"})


def _differing(name: str, was: Any, now_is: Any) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """``name``, or its parts that differ where both sides have parts."""
    if isinstance(was, dict) and isinstance(now_is, dict):
        for part in {**now_is, **was}:
            yield from _differing_part(f"{name}.{part}", was.get(part), now_is.get(part))
        return
    yield name, (was, now_is)


def _differing_part(path: str, was: Any, now_is: Any) -> Iterator[tuple[str, tuple[Any, Any]]]:
    # One instant may be written in two zones.
    at_once = path in _MOMENTS and was and now_is and datetime.fromisoformat(was) == datetime.fromisoformat(now_is)
    if was != now_is and not at_once:
        yield path, (was, now_is)


def _altered(before: Change, after: Change, field: Aspect, lang: Lang) -> Altered | None:
    year = _in_another_year(before, after, field)
    was = prose.value(before, field, lang, year=year)
    now_is = prose.value(after, field, lang, year=year)
    if was == now_is:
        return None
    return Altered(field=field, name=prose.name(field, lang), before=was, after=now_is, lang=lang)


def _in_another_year(before: Change, after: Change, field: Aspect) -> bool:
    """True where a date without its year would not tell the two apart."""
    bound = 0 if field is Aspect.START else 1
    points = [span(change.validity)[bound] for change in (before, after)]
    return len({point.day.year for point in points if point}) > 1


_RECORDED: Mapping[Aspect, Callable[[Change], object]] = {
    Aspect.ACTION: lambda change: change.action is Action.CANCEL,
    Aspect.KIND: lambda change: change.kind,
    Aspect.PLACE: lambda change: (
        change.road,
        change.station,
        change.service_area,
        change.junction,
        change.structure,
        change.segment,
    ),
    Aspect.ACCESS: lambda change: (change.access, change.direction),
    Aspect.START: lambda change: (change.validity.start, change.validity.start_basis),
    Aspect.END: lambda change: (change.validity.end, change.validity.end_basis),
    Aspect.WINDOWS: lambda change: change.validity.windows,
    Aspect.LANES: lambda change: change.lanes,
    Aspect.VEHICLES: lambda change: (change.vehicles, change.limits),
    Aspect.EXEMPT: lambda change: (change.exempt, change.limits),
    Aspect.LIMITS: lambda change: change.limits,
    Aspect.CONTRAFLOW: lambda change: change.contraflow,
    Aspect.DETOURS: lambda change: change.detours,
    Aspect.RELOCATION: lambda change: change.relocation,
    Aspect.RENAMED_TO: lambda change: change.renamed_to,
    Aspect.REASON: lambda change: change.reason,
    Aspect.ADVICE: lambda change: change.advice,
    Aspect.FLAGS: lambda change: change.flags,
}
"""What is compared: a date that only reads otherwise, since its other end has a clock now, has not been altered."""
