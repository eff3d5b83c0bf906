"""Why a notice was read as it was: which rule read which words as which value, and what none read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from service.reading.extract import Extraction
from service.reading.marks import Mark
from service.reading.moments import Moment
from service.reading.periods import Period
from service.reading.rules import Match
from service.records import Notice, Record, Window


class Topic(StrEnum):
    """What a value is about; of the values that one phrase gives, the first topic here is the phrase's."""

    EFFECT = "effect"
    LANES = "lanes"
    VEHICLES = "vehicles"
    ADVICE = "advice"
    TIME = "time"
    PLACE = "place"
    MANNER = "manner"


_ABOUT = {
    Topic.EFFECT: "kind effect action renamed_to relocation lasting",
    Topic.LANES: "access lanes contraflow half",
    Topic.VEHICLES: "vehicles exempt limits",
    Topic.ADVICE: "reason advice detours detour works",
    Topic.TIME: "moment period window validity points",
    Topic.PLACE: "road station junction service_area structure segment ramp direction it",
}
_TOPICS = {name: topic for topic, names in _ABOUT.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class Row:
    """One value: the rule (or type of value) that read it, the words, where they stand in the notice's text."""

    rule: str
    words: str
    value: str
    start: int
    end: int
    topic: Topic


def topic(names: Iterable[str]) -> Topic:
    """What values of these fields (``lanes.which``) or types (``period``) are about, taken together."""
    found = {_TOPICS.get(name.partition(".")[0], Topic.MANNER) for name in names}
    return next((each for each in Topic if each in found), Topic.MANNER)


def rows(notice: Notice, extraction: Extraction) -> list[Row]:
    """Everything read in ``notice``, in the order of its text."""
    found = [
        _row(notice, extraction, mark, f"value.{mark.type}", said(mark.value), topic((mark.type,)))
        for mark in extraction.reading.marks
    ]
    found += [
        _row(notice, extraction, match, match.rule, _given(match), _topic(match))
        for match in extraction.reading.matches
    ]
    return sorted(found, key=lambda row: (row.start, row.end))


def explain(notice: Notice, extraction: Extraction) -> dict[str, Any]:
    """The same as one JSON object, with the words that no rule read."""
    return {
        "notice": notice.id,
        "title": notice.title,
        "published": notice.published.isoformat(),
        "offset": notice.offset,
        "read": [_published(row) for row in rows(notice, extraction)],
        "unread": [asdict(words) for words in extraction.unread],
        "changes": len(extraction.changes),
    }


def _published(row: Row) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "topic"}


def _row(notice: Notice, extraction: Extraction, where: Mark | Match, rule: str, value: str, about: Topic) -> Row:
    start, end = extraction.text.span(where.start, where.end)
    return Row(rule, notice.text[start:end], value, start, end, about)


def _topic(match: Match) -> Topic:
    # A stance says by its value what it is about: the way round, the works; else how the sentence is meant.
    return topic(str(value) if name == "stance" else name for name, value in match.values.items())


def _given(match: Match) -> str:
    return ", ".join(f"{name}={_listed(value)}" for name, value in match.values.items())


def _listed(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def said(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, Period):
        return " … ".join(said(moment) if moment else "" for moment in (value.start, value.end)).strip()
    if isinstance(value, Moment):
        return _moment(value)
    if isinstance(value, Window):
        return f"{value.from_}–{value.to} daily"
    if isinstance(value, tuple):
        return " ".join(filter(None, map(said, value)))
    if isinstance(value, Record):
        known = [getattr(value, name) for name in value.__dataclass_fields__]  # type: ignore[attr-defined]  # a dataclass
        return " ".join(said(item) for item in known if item is not None)
    return "" if value is None else str(value)


def _moment(value: Moment) -> str:
    day = "-".join(f"{part:02}" for part in (value.year, value.month, value.day) if part is not None)
    if value.last_of_month:
        day = f"end of {day or 'the month'}"
    if value.days_on is not None:
        day = f"today{value.days_on:+}" if value.days_on else "today"
    if value.months_on is not None:
        day += f" of month{value.months_on:+}" if value.months_on else " of this month"
    if value.day_after:
        day = "next day"
    if value.same_day:
        day = "same day"
    return " ".join(filter(None, (day, f"{value.hour:02}:{value.minute:02}" if value.hour is not None else "")))
