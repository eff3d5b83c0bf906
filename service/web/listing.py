"""A change as a line in a list for people: its state, its title, when, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from service import prose
from service.feed import Lang
from service.records import CHINA, Change, Status, day_start, last_day, status
from service.stations import entry

_SOON = timedelta(days=99)


@dataclass(frozen=True, slots=True)
class Line:
    """A change in the words of a list; ``tone`` is the class of its state."""

    id: str
    status: Status
    state: str
    tone: str
    title: str
    place: str
    period: str
    countdown: str
    station_id: str | None


def line(change: Change, now: datetime, lang: Lang, words: dict[str, str]) -> Line:
    """``change`` as it stands at ``now``."""
    standing = status(change, now)
    tone, state = said_of(change, standing, lang, words)
    at = entry(change)
    return Line(
        id=change.id,
        status=standing,
        state=state,
        tone=tone,
        title=prose.title(change, lang),
        place=prose.place(change, lang),
        period=prose.period(change, lang),
        countdown=_countdown(change, standing, now, words),
        station_id=at.id if at else None,
    )


def line_on(change: Change, day: date, now: datetime, lang: Lang, words: dict[str, str]) -> Line:
    """``change`` as it stands on ``day``; on any day but today without the days that are left from now on."""
    if day == now.astimezone(CHINA).date():
        return line(change, now, lang, words)
    begin, start = day_start(day), change.validity.start
    within = start is not None and begin < start < begin + timedelta(days=1)
    return replace(line(change, start if start and within else begin, lang, words), countdown="")


def said_of(change: Change, standing: Status, lang: Lang, words: dict[str, str]) -> tuple[str, str]:
    """How ``change`` stands, as class of the style sheet and as word: what is there for good is not under way."""
    if standing is Status.ACTIVE and change.kind.lasting:
        return "lasting", words["in_effect"]
    return standing.value, prose.name(standing, lang)


def _countdown(change: Change, standing: Status, now: datetime, words: dict[str, str]) -> str:
    """How many days from now, counted by the calendar as people do; "" where it says nothing."""
    today = now.astimezone(CHINA).date()
    if standing is Status.SCHEDULED and change.validity.start:
        days = (change.validity.start.astimezone(CHINA).date() - today).days
        return _days(days, "begins", words)
    if standing is Status.ACTIVE and change.validity.end:
        return _days((last_day(change.validity.end) - today).days, "ends", words)
    return ""


def _days(days: int, what: str, words: dict[str, str]) -> str:
    if not 0 <= days <= _SOON.days:
        return ""
    return words[f"{what}_{('today', 'tomorrow')[days]}" if days < len(("today", "tomorrow")) else f"{what}_in"].format(
        days
    )
