"""What somebody fills in on ``/subscribe``, as the calendar that they want, or what is wrong beside each field.

The form is a plain ``GET``, so its address can be kept and sent on. The surprising thing: fields that do not belong to
what is chosen are ignored whatever they hold, because without scripts a browser sends those it does not show, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from service.errors import QueryError
from service.records import Access
from service.web.parameters import CalendarSubscription, LogSubscription
from service.web.problem import read_errors


class What(StrEnum):
    """What a subscription is about."""

    ALL = "all"
    ROAD = "road"
    STATION = "station"
    COMMUTE = "commute"


_OF_ALL = ("kind", "q", "span", "alarm", "lang")
_FIELDS: Mapping[What, tuple[str, ...]] = {
    What.ALL: ("access", *_OF_ALL),
    What.ROAD: ("road", "access", *_OF_ALL),
    What.STATION: ("station", "road", "access", *_OF_ALL),
    # The ends of a commute say which side matters.
    What.COMMUTE: ("entry", "exit", "road", "days", "hours", *_OF_ALL),
}
_NEEDED: Mapping[What, tuple[str, ...]] = {
    What.ALL: (),
    What.ROAD: ("road",),
    What.STATION: ("station",),
    What.COMMUTE: ("entry", "exit"),
}

PARAMETERS = ("what", "road", "station", "entry", "exit", "day", "days", "hours", "access", *_OF_ALL)
"""Every name that an address of the form may hold."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A form as filled in; ``selection`` is None exactly where there are ``errors``, by field ("" for the whole)."""

    what: What
    typed: Mapping[str, tuple[str, ...]]
    selection: CalendarSubscription | None
    errors: Mapping[str, QueryError]

    @property
    def asked(self) -> bool:
        """True once anything is filled in."""
        return bool(self.typed.keys() - {"lang"})

    def text(self, name: str) -> str:
        """What stands in a field."""
        return next(iter(self.typed.get(name, ())), "")

    def has(self, name: str, value: str) -> bool:
        """Whether a box is ticked."""
        return value in self.typed.get(name, ())

    @property
    def stations(self) -> tuple[str, ...]:
        """The stations that it names."""
        chosen = self.selection
        return tuple(filter(None, (chosen.station, chosen.entry, chosen.exit))) if chosen else ()


def read_wish(given: Iterable[tuple[str, str]]) -> Wish:
    """The form whose fields are ``given``, in the order of the address."""
    typed: dict[str, tuple[str, ...]] = {}
    for name, value in given:
        if value.strip():
            typed[name] = (*typed.get(name, ()), value)
    errors = {name: _unknown(name) for name in typed if name not in PARAMETERS}
    what = _what(typed)
    if what is None:
        expected = "one of " + ", ".join(What)
        return Wish(What.ALL, typed, None, {**errors, "what": QueryError("what", expected, typed["what"][0])})
    chosen = {name: value for name in _FIELDS[what] if (value := _value(typed, name))}
    needed = _NEEDED[what]
    if needed and not any(name in chosen for name in needed):
        errors[needed[0]] = QueryError(needed[0], "a name", "nothing")
    return _checked(what, typed, chosen, errors)


def feeds_of(selection: CalendarSubscription) -> tuple[LogSubscription, ...]:
    """The same filter for feed readers, which know of no commute: its ends are a feed each."""
    same: dict[str, Any] = {"kind": selection.kind, "q": selection.q, "lang": selection.lang}
    ends = ((Access.ENTRY, selection.entry), (Access.EXIT, selection.exit))
    commute = tuple({"station": name, "access": side} for side, name in ends if name)
    one = {"road": selection.road, "station": selection.station, "access": selection.access}
    return tuple(LogSubscription.model_validate({**each, **same}) for each in commute or (one,))


def _what(typed: Mapping[str, tuple[str, ...]]) -> What | None:
    """What is chosen; a link that says nothing of it (``/subscribe?station=…``) means what it names."""
    if "what" in typed:
        said = typed["what"][-1].strip()
        return What(said) if said in set(What) else None
    if {"entry", "exit"} & typed.keys():
        return What.COMMUTE
    return next((What(name) for name in ("station", "road") if name in typed), What.ALL)


def _value(typed: Mapping[str, tuple[str, ...]], name: str) -> Any:
    if name == "kind":
        return typed.get(name, ())
    if name == "days":
        return ",".join((*typed.get("days", ()), *typed.get("day", ())))
    return ", ".join(typed.get(name, ()))


def _checked(
    what: What, typed: Mapping[str, tuple[str, ...]], chosen: Mapping[str, Any], errors: Mapping[str, QueryError]
) -> Wish:
    try:
        selection = CalendarSubscription.model_validate(chosen)
    except ValidationError as error:
        found = {each.parameter: each for each in read_errors(error.errors(), PARAMETERS)}
        return Wish(what, typed, None, {**errors, **found})
    return Wish(what, typed, None if errors else selection, errors)


def _unknown(name: str) -> QueryError:
    return QueryError(name, f"one of {', '.join(PARAMETERS)}", name)
