"""What a subscriber wants of a calendar, beyond which changes are in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.alarm import Alarm
from service.commute import Commute


class Span(StrEnum):
    """How a change of several days is shown."""

    FULL = "full"
    """One event from its first day to its last."""

    EDGES = "edges"
    """Two short events, on the first day and on the last."""

    DAILY = "daily"
    """An event a day, for the days that are near."""


class Edge(StrEnum):
    """Which end of a change an event stands for."""

    FIRST = "first"
    LAST = "last"


ANY_TIME = Commute()
"""That of somebody who has not said when they travel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a calendar shows its changes and when it rings.

    No ``span`` shows what lasts up to a week in full and the edges of what lasts longer. ``today`` is the day in China
    from which near days are counted, and before which no alarm is set; None where neither is wished for.
    """

    span: Span | None = None
    alarm: Alarm | None = None
    commute: Commute = ANY_TIME
    today: date | None = None
