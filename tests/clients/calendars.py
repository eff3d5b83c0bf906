"""Calendar parsers, each as what its user is shown: when, what, whether it is off and when it rings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import icalendar
import recurring_ical_events
import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import vDDDTypes

from service.records import CHINA
from tests.clients import node

Moment = date | datetime
_EVER = (date(2000, 1, 1), date(2099, 12, 31))


@dataclass(frozen=True, order=True)
class Shown:
    """An entry of a calendar as a person sees it, in the time of China; ``end`` is exclusive.

    ``alarms`` say when it rings: at a time, or how long after ``begin``.
    """

    begin: str
    end: str
    uid: str
    title: str
    cancelled: bool = False
    alarms: tuple[str, ...] = ()

    def __str__(self) -> str:
        rings = "".join(f" (rings {alarm})" for alarm in self.alarms)
        return f"{self.begin} {self.end} {self.uid} {self.title}{' (cancelled)' * self.cancelled}{rings}"


def shown(
    begin: Moment,
    end: Moment,
    uid: object,
    title: object,
    *,
    status: object,
    alarms: Iterable[timedelta | datetime] = (),
) -> Shown:
    """What libraries give, made alike."""
    return Shown(
        _moment(begin),
        _moment(end),
        str(uid),
        str(title),
        str(status) == "CANCELLED",
        tuple(sorted(map(_alarm, alarms))),
    )


def _moment(moment: Moment) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    assert moment.tzinfo, "a floating time is another time for everybody"
    return moment.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")


def _alarm(trigger: timedelta | datetime) -> str:
    if isinstance(trigger, datetime):
        return _moment(trigger)
    hours = trigger / timedelta(hours=1)
    return f"{-hours:g} h before" if hours < 0 else f"{hours:g} h after"


def recurring(texts: Mapping[str, str]) -> dict[str, list[Shown]]:
    """icalendar, unrolled by recurring-ical-events."""
    return {name: _recurring(text) for name, text in texts.items()}


def _recurring(text: str) -> list[Shown]:
    return [
        shown(
            event.start,
            event.end,
            event["UID"],
            event["SUMMARY"],
            status=event.get("STATUS"),
            alarms=[alarm.TRIGGER for alarm in event.walk("VALARM")],
        )
        for event in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(*_EVER)
    ]


def ical(texts: Mapping[str, str]) -> dict[str, list[Shown]]:
    """The library behind Home Assistant's calendars."""
    return {name: _ical(text) for name, text in texts.items()}


def _ical(text: str) -> list[Shown]:
    calendar = IcsCalendarStream.calendar_from_ics(text)
    return [
        shown(
            event.dtstart,
            event.end,
            event.uid,
            event.summary,
            status=event.status.value if event.status else None,
            alarms=[alarm.trigger for alarm in event.alarm],
        )
        for event in calendar.timeline_tz(CHINA)
    ]


def vobject_(texts: Mapping[str, str]) -> dict[str, list[Shown]]:
    """vobject, of CalendarServer and Radicale: python-dateutil unrolls."""
    return {name: _vobject(text) for name, text in texts.items()}


def _vobject(text: str) -> list[Shown]:
    found = []
    for event in vobject.readOne(text).contents.get("vevent", ()):
        begin, end = event.dtstart.value, event.dtend.value
        alarms = [alarm.trigger.value for alarm in event.contents.get("valarm", ())]
        for each in event.getrruleset() or (begin,):
            moment = each if isinstance(begin, datetime) else date(each.year, each.month, each.day)
            found.append(
                shown(
                    moment,
                    moment + (end - begin),
                    event.uid.value,
                    event.summary.value,
                    status=event.status.value,
                    alarms=alarms,
                )
            )
    return found


def ical_js(texts: Mapping[str, str]) -> dict[str, list[Shown]]:
    """Thunderbird's parser."""
    return _of_node("ical.js", texts)


def node_ical(texts: Mapping[str, str]) -> dict[str, list[Shown]]:
    """That of most small programs: boards, mirrors, bots."""
    return _of_node("node-ical", texts)


def _of_node(parser: str, texts: Mapping[str, str]) -> dict[str, list[Shown]]:
    return {
        name: [
            shown(
                _from_script(entry["begin"]),
                _from_script(entry["end"]),
                entry["uid"],
                entry["title"],
                status="CANCELLED" if entry["cancelled"] else None,
                alarms=[_trigger(alarm) for alarm in entry["alarms"]],
            )
            for entry in entries
        ]
        for name, entries in node("calendars.mjs", texts)[parser].items()
    }


def _from_script(moment: str | int) -> Moment:
    return date.fromisoformat(moment) if isinstance(moment, str) else datetime.fromtimestamp(moment / 1000, CHINA)


def _trigger(text: str) -> timedelta | datetime:
    found: timedelta | datetime = vDDDTypes.from_ical(text)
    return found


PARSERS: dict[str, Callable[[Mapping[str, str]], dict[str, list[Shown]]]] = {
    "recurring-ical-events": recurring,
    "ical": ical,
    "vobject": vobject_,
    "ical.js": ical_js,
    "node-ical": node_ical,
}
"""Every parser: from calendars by name to what each shows."""
