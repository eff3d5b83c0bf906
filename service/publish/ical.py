"""iCalendar (RFC 5545, RFC 7986): the events of each change; a cancelled one stays.

Calendars follow UID and SEQUENCE, so a UID never changes and SEQUENCE is the revision. When a change stands in a
calendar is for :mod:`service.slots`. The surprising thing: a feed is put together from its events as text, because
an event is rendered once a revision and a calendar with each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard, vDuration, vText

from service import prose
from service.calendar import Wishes
from service.feed import Feed, Parts
from service.prose import Lang
from service.publish.text import address, legal, line, second
from service.records import CHINA, Action, Change, EndBasis, Kind, Revision, StartBasis, day_start, is_day_bound
from service.slots import Slot, held, slots

_REFRESH = timedelta(hours=1)
_END = b"END:VCALENDAR\r\n"

_COLORS = {
    Kind.STATION_OPENING: "green",
    Kind.REOPENING: "green",
    Kind.TOLLING_END: "green",
    Kind.TOLLING_START: "steelblue",
    Kind.STATION_RENAMING: "steelblue",
    Kind.LANE_CLOSURE: "orange",
    Kind.TURN_RESTRICTION: "orange",
    Kind.VEHICLE_RESTRICTION: "orange",
    Kind.SPEED_RESTRICTION: "orange",
    Kind.TRAFFIC_CONTROL: "orange",
}
"""By name of CSS (RFC 7986 §5.9); what shuts something is red."""

_SHUT = "crimson"


def render(feed: Feed, parts: Parts) -> bytes:
    """``feed`` as a calendar."""
    events = [_kept(feed, revision, kin, parts) for revision, kin in _kin(feed)]
    calendar = _calendar(feed)
    # Outlook refuses a TZID that no VTIMEZONE declares; an unused one would be noise.
    if any(b"DTSTART;TZID=" in event for event in events):
        calendar.add_component(_china())
    return b"".join((calendar.to_ical().removesuffix(_END), *events, _END))


def _kin(feed: Feed) -> Iterator[tuple[Revision, str | None]]:
    """Each change with the first of those that its notice announced, too."""
    first: dict[str, str] = {}
    for revision in reversed(feed.latest):
        first.setdefault(revision.change.notice.id, revision.change.id)
    for revision in feed.latest:
        kin = first[revision.change.notice.id]
        yield revision, kin if kin != revision.change.id else None


def _kept(feed: Feed, revision: Revision, kin: str | None, parts: Parts) -> bytes:
    key = ("ics", feed.base_url, feed.lang, feed.wishes, revision.position, kin)
    return parts.get(key, lambda: b"".join(event.to_ical() for event in _events(feed, revision, kin)))


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
    calendar.add("x-wr-timezone", vText(CHINA.key))
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


def _events(feed: Feed, revision: Revision, kin: str | None) -> Iterator[Event]:
    change = revision.change
    for number, slot in enumerate(slots(change, feed.wishes)):
        event = _event(feed, revision, slot)
        if kin is not None:
            event.add("related-to", legal(_uid(kin)), parameters={"RELTYPE": "SIBLING"})
        if number == 0 and (rings := _rings(change, feed.wishes)):
            event.add_component(_alarm(rings, slot, change, feed.lang))
        yield event


def _uid(change_id: str, part: str = "") -> str:
    # The first has the plain UID, so a change that gains a second window keeps its event.
    return f"{change_id}{f'-{part}' if part else ''}@tollfeed"


def _event(feed: Feed, revision: Revision, slot: Slot) -> Event:
    change, lang = revision.change, feed.lang
    recorded = second(revision.recorded)
    event = Event()
    event.add("uid", legal(_uid(change.id, slot.part)))
    event.add("dtstamp", recorded)
    event.add("last-modified", recorded)
    if change.revision == 0:
        event.add("created", recorded)
    event.add("sequence", change.revision)
    event.add("summary", line(prose.calendar_title(change, lang, slot.edge)))
    event.add("description", _description(feed, change))
    event.add("location", line(prose.place(change, lang)))
    point = feed.point(change)
    if point is not None:
        event.add("geo", (point[1], point[0]))
    event.add("categories", [prose.kind_name(change.kind, lang)])
    event.add("color", _COLORS.get(change.kind, _SHUT))
    event.add("url", feed.link(change))
    event.add("status", _status(change))
    # Nobody is busy because a road is closed.
    event.add("transp", "TRANSPARENT")
    event.add("dtstart", slot.begin)
    event.add("dtend", slot.end)
    if slot.repeats and slot.last is not None:
        # UNTIL is in UTC where DTSTART has a zone (§3.3.10), and names the last start.
        event.add("rrule", {"freq": "DAILY", "until": slot.last.astimezone(UTC)})
    return event


def _description(feed: Feed, change: Change) -> str:
    """Everything to know, then where to read on: not every calendar shows an event's URL."""
    paragraphs = [*prose.paragraphs(change, feed.lang), address(change.notice.url), feed.link(change)]
    return legal("\n".join(paragraph for paragraph in paragraphs if paragraph))


def _status(change: Change) -> str:
    if change.action is Action.CANCEL:
        return "CANCELLED"
    validity = change.validity
    expected = validity.start_basis is StartBasis.EXPECTED or validity.end_basis is EndBasis.EXPECTED
    return "TENTATIVE" if expected else "CONFIRMED"


def _rings(change: Change, wishes: Wishes) -> datetime | None:
    """When to ring for a change: before the first trip that meets it, unless that is over.

    By when it holds, not by its events: one that is shown on its first Saturday only meets the trip of Monday.
    """
    if wishes.alarm is None or change.action is Action.CANCEL:
        return None
    trips = (wishes.commute.first_trip(begin, end) for begin, end in held(change))
    trip = min((trip for trip in trips if trip is not None), default=None)
    if trip is None:
        return None
    whole_day = is_day_bound(trip) and not change.validity.windows and not wishes.commute.hours
    rings = wishes.alarm.rings(trip, whole_day=whole_day)
    return None if wishes.today and rings < day_start(wishes.today) else rings


def _moment(begin: date | datetime) -> datetime:
    return begin if isinstance(begin, datetime) else day_start(begin)


def _alarm(rings: datetime, slot: Slot, change: Change, lang: Lang) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", line(prose.title(change, lang)))
    if slot.repeats:
        # An offset would ring each night, an instant rings once. Without its type (§3.8.6.3), which icalendar leaves
        # out, Thunderbird's parser gives up the whole calendar.
        alarm.add("trigger", rings.astimezone(UTC), parameters={"VALUE": "DATE-TIME"})
    else:
        alarm.add("trigger", rings - _moment(slot.begin))
    return alarm
