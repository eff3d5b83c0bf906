"""iCalendar (RFC 5545, RFC 7986): one VEVENT per change, or one per daily window; a cancelled one stays.

Calendars follow UID and SEQUENCE, so a UID never changes and SEQUENCE is the revision. An event must have a day, a
change need not: what has no known end is shown on the day it begins, what has no known start from the day of the
notice, and the title says which of the two is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard, vDuration, vText

from service import prose
from service.feed import Feed, Parts
from service.prose import Lang
from service.publish.text import address, legal, line, second
from service.records import (
    CHINA,
    Action,
    Change,
    EndBasis,
    Revision,
    StartBasis,
    day_start,
    is_day_bound,
    last_day,
)
from service.windows import runs

_DAY = timedelta(days=1)

# Long enough to be seen in a calendar, short enough to mean a moment.
_MOMENT = timedelta(minutes=30)

_REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Slot:
    """When one VEVENT is: ``end`` is exclusive, ``last`` the last begin of one that repeats daily."""

    begin: date | datetime
    end: date | datetime
    last: datetime | None = None


def render(feed: Feed, parts: Parts) -> bytes:  # noqa: ARG001  # the parts of this format are not kept yet
    """``feed`` as a calendar."""
    calendar = _calendar(feed)
    events = [event for revision in feed.latest for event in _events(feed, revision)]
    # Outlook refuses a TZID that no VTIMEZONE declares; an unused one would be noise.
    if any(isinstance(event.decoded("dtstart"), datetime) for event in events):
        calendar.add_component(_china())
    for event in events:
        calendar.add_component(event)
    rendered: bytes = calendar.to_ical()
    return rendered


def _calendar(feed: Feed) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//tollfeed//tollfeed//EN")
    calendar.add("calscale", "GREGORIAN")
    # Google and Apple read the X- name, newer programs the one of RFC 7986. vText, or icalendar escapes nothing.
    calendar.add("name", line(feed.title))
    calendar.add("x-wr-calname", vText(line(feed.title)))
    calendar.add("description", line(feed.description))
    calendar.add("x-wr-caldesc", vText(line(feed.description)))
    calendar.add("url", feed.home)
    calendar.add("last-modified", feed.updated)
    # icalendar leaves out the VALUE that RFC 7986 §5.7 and §5.8 demand.
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    calendar.add("source", feed.url, parameters={"VALUE": "URI"})
    return calendar


def _china() -> Timezone:
    """The time of China in five lines: icalendar's own has the summer times of 1986 to 1991."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  # the time of an observance is local (§3.6.5)
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", CHINA.key)
    zone.add_component(standard)
    return zone


def _events(feed: Feed, revision: Revision) -> Iterator[Event]:
    for number, slot in enumerate(_slots(revision.change), start=1):
        # The first has the plain UID, so a change that gains a second window keeps its event.
        suffix = f"-{number}" if number > 1 else ""
        event = _event(feed, revision, f"{revision.change.id}{suffix}@tollfeed")
        event.add("dtstart", slot.begin)
        event.add("dtend", slot.end)
        if slot.last is not None and slot.last != slot.begin:
            # UNTIL is in UTC where DTSTART has a zone (§3.3.10), and names the last start.
            event.add("rrule", {"freq": "DAILY", "until": slot.last.astimezone(UTC)})
        yield event


def _event(feed: Feed, revision: Revision, uid: str) -> Event:
    change, lang = revision.change, feed.lang
    recorded = second(revision.recorded)
    event = Event()
    event.add("uid", legal(uid))
    event.add("dtstamp", recorded)
    event.add("last-modified", recorded)
    if change.revision == 0:
        event.add("created", recorded)
    event.add("sequence", change.revision)
    event.add("summary", line(prose.calendar_title(change, lang)))
    event.add("description", _description(change, lang))
    event.add("location", line(prose.place(change, lang)))
    event.add("categories", [prose.kind_name(change.kind, lang)])
    event.add("url", feed.link(change))
    event.add("status", _status(change))
    # Nobody is busy because a road is closed.
    event.add("transp", "TRANSPARENT")
    if feed.alarm is not None and change.action is not Action.CANCEL:
        event.add_component(_alarm(feed.alarm, change, lang))
    return event


def _description(change: Change, lang: Lang) -> str:
    paragraphs = [*prose.paragraphs(change, lang)]
    origin = address(change.notice.url)
    return legal("\n".join((*paragraphs, origin) if origin else paragraphs))


def _status(change: Change) -> str:
    if change.action is Action.CANCEL:
        return "CANCELLED"
    validity = change.validity
    expected = validity.start_basis is StartBasis.EXPECTED or validity.end_basis is EndBasis.EXPECTED
    return "TENTATIVE" if expected else "CONFIRMED"


def _alarm(before: timedelta, change: Change, lang: Lang) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", line(prose.title(change, lang)))
    alarm.add("trigger", -before)
    return alarm


def _slots(change: Change) -> tuple[_Slot, ...]:
    start, end = _start(change), change.validity.end
    if end is None or end <= start or change.kind.lasting:
        return (_beginning(change, start),)
    end = end.astimezone(CHINA)
    if change.validity.windows:
        open_times = runs(change.validity.windows, start, end)
        return tuple(_Slot(run.begin, run.end, run.last) for run in open_times) or (_Slot(start, end),)
    if is_day_bound(start) and is_day_bound(end):
        return (_Slot(start.date(), end.date()),)
    return (_Slot(start, end),)


def _start(change: Change) -> datetime:
    """When the change begins, else the day of the notice, and no later than the last day it holds. In China."""
    start, end = change.validity.start, change.validity.end
    if start is not None:
        return start.astimezone(CHINA)
    day = change.notice.published
    return day_start(day if end is None else min(day, last_day(end)))


def _beginning(change: Change, start: datetime) -> _Slot:
    """What has a beginning only: a short event where a lasting change has a clock, else the day."""
    if change.kind.lasting and not is_day_bound(start):
        return _Slot(start, start + _MOMENT)
    return _Slot(start.date(), start.date() + _DAY)
