"""What a person says of a change, and how that outlives other readings of it (docs/adr/0007-review.md).

The surprising thing: a correction is not a record that wins over readings, but a substitution of values. Where the same
words, or other ones, are read as the value that was wrong, the right one is put in its place; all else is read as ever.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from service.errors import QueryError
from service.identity import moves
from service.merge import facts
from service.records import CHANGE, Action, Change, Flag, Lanes, Validity, day_start

_NOT_OF_THE_FACTS = frozenset({"id", "revision", "notice", "evidence", "confidence"})
_IN_PARTS = ("validity", "lanes")
"""Fields whose parts are corrected each on its own: who corrects an end has said nothing of the start."""
_UNWRITABLE = re.compile("[\\x00\ud800-\udfff]")
"""What PostgreSQL does not keep, or UTF-8 cannot write; both databases shall refuse the same."""
_EMPTY: dict[str, Callable[[], Any]] = {"validity": Validity, "lanes": Lanes}


class Judgement(StrEnum):
    """What a person makes of a change."""

    APPROVE = "approve"
    CORRECT = "correct"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change, before and after; ``field`` has a dot where only a part differs (``validity.end``)."""

    field: str
    before: Any
    after: Any


def differences(before: Change, after: Change) -> tuple[Difference, ...]:
    """In which fields two records of a change say something else."""
    old, new = _parts(facts(before)), _parts(facts(after))
    shown, meant = _parts(before), _parts(after)  # with the detours' own words, which make no difference
    names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
    return tuple(Difference(name, shown.get(name), meant.get(name)) for name in names)


def _parts(change: Change) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(Change):
        value = getattr(change, field.name)
        if field.name in _IN_PARTS and value is not None:
            found |= {f"{field.name}.{part.name}": getattr(value, part.name) for part in fields(value)}
        elif field.name not in (*_NOT_OF_THE_FACTS, *_IN_PARTS):
            found[field.name] = value
    return found


@dataclass(frozen=True, slots=True)
class Correction:
    """A change as a person found it and as they left it; ``notices`` (ids) had reported it by then."""

    before: Change
    after: Change
    notices: frozenset[str]

    def of(self, reading: Change) -> Change:
        """``reading`` as that person would have it.

        What the notices they saw say is settled. Of another notice only the very mistake is put right, and what moves
        or cancels the change is news: so is announcing again what was rejected.
        """
        seen = reading.notice.id in self.notices
        corrected = [each for each in differences(self.before, self.after) if each.field != "flags"]
        if not corrected:  # an approval holds for what was approved
            return self._flagged(reading) if seen and _bare(reading) == _bare(self.before) else reading
        read = _parts(reading)
        wrong = [each for each in corrected if seen or self._repeats(each, read, reading)]
        if not wrong:
            return reading
        return self._flagged(_with(reading, {each.field: each.after for each in wrong}))

    def _repeats(self, corrected: Difference, read: Mapping[str, Any], reading: Change) -> bool:
        return (
            corrected.field != "action"
            and not moves(reading)
            and read.get(corrected.field) == corrected.before
            and corrected.before not in (None, (), False)
        )

    def _flagged(self, reading: Change) -> Change:
        """``reading`` with the flags that the person took away or set."""
        dropped, added = set(self.before.flags) - set(self.after.flags), set(self.after.flags) - set(self.before.flags)
        flags = (set(reading.flags) - dropped) | added
        return replace(reading, flags=_in_order(flags), confidence=self.after.confidence)


def corrected(reading: Change, corrections: Iterable[Correction]) -> Change:
    """``reading`` with every correction of its change, in the order in which they were made."""
    for each in corrections:
        reading = each.of(reading)
    return reading


def doubtful(change: Change) -> bool:
    """True for a change that a person should look at."""
    return bool(change.flags)


def approved(change: Change) -> Change:
    """``change`` once a person vouches for it; flags that state facts of the notice stay."""
    return replace(change, flags=_in_order(set(change.flags) - {Flag.LOW_CONFIDENCE}), confidence=1.0)


def rejected(change: Change) -> Change:
    """``change`` taken back, for those who have seen it: a calendar needs to be told."""
    return replace(approved(change), action=Action.CANCEL)


def amended(change: Change, values: Mapping[str, Any]) -> Change:
    """``change`` with ``values`` (JSON, by field or part of one: ``validity.end``) in place of its own.

    A whole day is taken for the start as its first instant, for the end as its last. What rests on the words of the
    notice no longer has them as evidence.

    Raises:
        QueryError: there is no such field, or it cannot have that value.
    """
    document = CHANGE.dump_python(change, mode="json", by_alias=True)
    for name, value in values.items():
        if _UNWRITABLE.search(json.dumps(value, ensure_ascii=False).replace("\\u0000", "\0")):
            raise QueryError(name, "text without U+0000 or halves of characters", ascii(value)[:200])
        _put(document, name, _instant(name, value))
    _based(document["validity"], values)
    try:
        after = CHANGE.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise QueryError(".".join(map(str, first["loc"])), str(first["msg"]), str(first["input"])[:200]) from error
    _consistent(after.validity)
    evidence = tuple(each for each in after.evidence if not _names(values, each.field))
    return approved(replace(after, evidence=evidence))


def _put(document: dict[str, Any], name: str, value: Any) -> None:
    field, *parts = name.split(".")
    known = [each for each in document if each not in _NOT_OF_THE_FACTS]
    if field not in known:
        raise QueryError(field, f"one of {', '.join(known)}", name)
    inner = document
    for step, part in zip((field, *parts), parts, strict=False):
        if inner.get(step) is None:
            inner[step] = {}
        inner = inner[step]
        if not isinstance(inner, dict):
            raise QueryError(name, f"{step} to be written as a whole, as JSON", part)
    inner[parts[-1] if parts else field] = value


def _instant(name: str, value: Any) -> Any:
    """A day where an instant is meant: 2024-10-31 as an end covers that day."""
    if name not in ("validity.start", "validity.end") or not isinstance(value, str):
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return day_start(day + timedelta(days=name == "validity.end")).isoformat()


def _based(validity: dict[str, Any], values: Mapping[str, Any]) -> None:
    """A bound that a person gives or takes away is stated or not, unless they say so themselves."""
    for bound in ("start", "end"):
        if f"validity.{bound}" in values and f"validity.{bound}_basis" not in values:
            validity[f"{bound}_basis"] = "stated" if validity.get(bound) else "unstated"


def _consistent(validity: Validity) -> None:
    for name, bound in (("start", validity.start), ("end", validity.end)):
        if bound is not None and bound.tzinfo is None:
            raise QueryError(f"validity.{name}", "a time with its offset, or a day", bound.isoformat())
    if validity.start and validity.end and validity.end <= validity.start:
        raise QueryError("validity.end", f"later than the start, {validity.start.isoformat()}", str(validity.end))


def _names(values: Iterable[str], field: str) -> bool:
    """True where ``field``, of the evidence, is one of ``values`` or a part of one, or the other way round."""
    return any(field == name or field.startswith(f"{name}.") or name.startswith(f"{field}.") for name in values)


def _with(change: Change, parts: Mapping[str, Any]) -> Change:
    """``change`` with the values of ``parts``, as :func:`differences` names them."""
    whole = {name: value for name, value in parts.items() if "." not in name}
    for field in _IN_PARTS:
        of_it = {name.removeprefix(f"{field}."): value for name, value in parts.items() if name.startswith(f"{field}.")}
        if of_it:
            whole[field] = _filled(getattr(change, field), of_it, _EMPTY[field])
    return replace(change, **whole)


def _filled(value: Any, parts: dict[str, Any], empty: Callable[[], Any]) -> Any:
    return replace(value if value is not None else empty(), **parts)


def _bare(change: Change) -> Change:
    return replace(facts(change), flags=())


def _in_order(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    wanted = set(flags)
    return tuple(flag for flag in Flag if flag in wanted)


def told(before: Change, after: Change) -> list[dict[str, Any]]:
    """The differences as JSON: ``field``, ``before`` and ``after``, as the record writes them."""
    old, new = (CHANGE.dump_python(change, mode="json", by_alias=True) for change in (before, after))
    names = [each.field for each in differences(before, after)]
    return [{"field": name, "before": _at(old, name), "after": _at(new, name)} for name in names]


def _at(document: dict[str, Any], name: str) -> Any:
    field, _, part = name.partition(".")
    value = document[field]
    return value if not part or value is None else value[part]
