"""An alarm goes by when a change holds, however its calendar shows it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from service.alarm import Alarm
from service.calendar import Span, Wishes
from service.commute import Commute, read_days, read_hours
from service.publish.ical import _rings
from service.records import Change, Kind, Window
from tests.make import change, china, validity

WEEKDAYS = Commute(days=read_days("weekdays"))
# 2 November 2024 is a Saturday.
WEEKS = change(kind=Kind.STATION_CLOSURE, validity=validity(china(2024, 11, 2), china(2025, 1, 1)))
TEN = change(kind=Kind.STATION_CLOSURE, validity=validity(china(2024, 11, 4, 10), china(2025, 1, 1)))
TWICE = change(
    kind=Kind.STATION_CLOSURE,
    validity=validity(
        china(2024, 11, 4),
        china(2024, 11, 9),
        windows=(Window(from_="07:00", to="09:00"), Window(from_="17:00", to="19:00")),
    ),
)


@pytest.mark.parametrize(
    ("found", "commute", "rings"),
    [
        (WEEKS, WEEKDAYS, china(2024, 11, 3, 20)),
        (TEN, Commute(hours=read_hours("07:00-09:00")), china(2024, 11, 4, 20)),
        (TWICE, Commute(hours=read_hours("17:00-18:00")), china(2024, 11, 3, 20)),
    ],
)
@pytest.mark.parametrize("span", [None, *Span])
def test_a_trip_that_the_first_event_does_not_meet_is_warned_of(
    found: Change, commute: Commute, rings: datetime, span: Span | None
) -> None:
    wishes = Wishes(span=span, alarm=Alarm.parse("evening"), commute=commute, today=date(2024, 11, 1))
    assert _rings(found, wishes) == rings


def test_daily_events_ring_once_a_change_and_not_each_morning() -> None:
    days = [date(2024, 11, 1) + timedelta(days=number) for number in range(10)]
    rung = {_rings(WEEKS, Wishes(span=Span.DAILY, alarm=Alarm.parse("morning"), today=day)) for day in days}
    assert rung == {china(2024, 11, 2, 7), None}
