"""When a calendar rings for a change: some time before it, or at a clock of the day before or of the day itself.

The surprising thing: a time before never rings at night. One that would is moved to the evening, since a calendar
that wakes people at three in the morning is not kept; only who names a clock is taken at their word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from service.records import CHINA, day_start

EXPECTED = "evening, morning-06:30, a time before such as 1h, 30m or 2d, or an ISO 8601 duration, such as PT12H"

EVENING = time(20)
"""When people look at what tomorrow brings."""

_MORNING = time(7)
_NIGHT_BEGINS, _NIGHT_ENDS = time(23), time(6)
_LONGEST = timedelta(days=30)
_UNITS = {"d": 1440, "h": 60, "m": 1}


class Day(StrEnum):
    """The part of a day at which an alarm rings by the clock."""

    EVENING = "evening"
    MORNING = "morning"


_WORDS = {
    "evening": Day.EVENING,
    "evening before": Day.EVENING,
    "前一晚": Day.EVENING,
    "前一天晚上": Day.EVENING,
    "morning": Day.MORNING,
    "当天早上": Day.MORNING,
    "当日早晨": Day.MORNING,
}
_BY_CLOCK = re.compile(f"({'|'.join(sorted(_WORDS, key=len, reverse=True))})(?:[ -]?([01]?[0-9]|2[0-3]):([0-5][0-9]))?")
_BEFORE = re.compile(r"(?:提前)?([0-9]{1,5}) ?(d|h|m|days?|hours?|min|minutes?|天|小时|分钟)(?: before)?")
_ISO = re.compile(
    r"p(?=[t0-9])(?:([0-9]{1,5})w|(?:([0-9]{1,5})d)?(?:t(?=[0-9])(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:[0-9]{1,7}s)?)?)"
)
_CHINESE_UNITS = {"天": "d", "小": "h", "分": "m"}


@dataclass(frozen=True, slots=True)
class Alarm:
    """``before`` a change; or, where that is None, at ``clock`` in the evening before or in the morning of its day."""

    before: timedelta | None = None
    day: Day = Day.EVENING
    clock: time = EVENING

    @classmethod
    def parse(cls, text: str) -> Alarm:
        """Read what a person would write: ``evening``, ``morning-06:30``, ``1h``, 提前30分钟, ``PT12H``.

        Raises:
            ValueError: saying what was expected.
        """
        said = " ".join(text.lower().split())
        if found := _BY_CLOCK.fullmatch(said):
            day = _WORDS[found[1]]
            usual = EVENING if day is Day.EVENING else _MORNING
            return cls(day=day, clock=time(int(found[2]), int(found[3])) if found[2] else usual)
        before = _length(said)
        if before is None or before > _LONGEST:
            raise ValueError(EXPECTED)
        return cls(before=before)

    def __str__(self) -> str:
        """The shortest way to write it, which :meth:`parse` reads."""
        if self.before is None:
            usual = EVENING if self.day is Day.EVENING else _MORNING
            return self.day if self.clock == usual else f"{self.day}-{self.clock:%H:%M}"
        minutes = int(self.before.total_seconds()) // 60
        unit = next((unit for unit, length in _UNITS.items() if minutes and not minutes % length), "m")
        return f"{minutes // _UNITS[unit]}{unit}"

    def rings(self, begin: datetime, *, whole_day: bool) -> datetime:
        """When to ring, in China, for what begins at ``begin``; ``whole_day`` where that is no clock but a day."""
        begin = begin.astimezone(CHINA)
        if self.before is not None:
            return _awake(begin - self.before)
        evening = _at(begin - timedelta(days=1), EVENING if self.day is Day.MORNING else self.clock)
        morning = _at(begin, self.clock)
        # A morning that comes too late is of no use.
        return morning if self.day is Day.MORNING and (whole_day or morning <= begin) else evening


def _length(said: str) -> timedelta | None:
    if found := _BEFORE.fullmatch(said):
        unit = _CHINESE_UNITS.get(found[2][0], found[2][0])
        return timedelta(minutes=int(found[1]) * _UNITS[unit])
    if found := _ISO.fullmatch(said):
        weeks, days, hours, minutes = (int(number or 0) for number in found.groups())
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    return None


def _awake(moment: datetime) -> datetime:
    if moment.time() < _NIGHT_ENDS:
        return _at(moment - timedelta(days=1), EVENING)
    return _at(moment, EVENING) if moment.time() >= _NIGHT_BEGINS else moment


def _at(moment: datetime, clock: time) -> datetime:
    return day_start(moment.date()) + timedelta(hours=clock.hour, minutes=clock.minute)
