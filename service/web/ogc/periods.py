"""The parameter ``datetime`` (OGC API – Features 1.0, requirement 25), and which changes meet it.

What counts of a change is when it holds: its validity, and of that its daily windows. A night's closure does not meet
noon. A change without a start or without an end reaches for ever there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.occurrences import occurrences
from service.records import Change
from service.web.times import read_time

EXPECTED_PERIOD = (
    "an RFC 3339 time, or two of them with / between, of which .. leaves one open: 2024-10-21T00:00:00+08:00/.."
)

_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_OPEN = ("", "..")


@dataclass(frozen=True, slots=True)
class Period:
    """From ``begin`` to ``end`` (exclusive); None is open."""

    begin: datetime | None
    end: datetime | None

    def __str__(self) -> str:
        """The same for every way to write it."""
        return "/".join(".." if each is None else each.astimezone(UTC).isoformat() for each in (self.begin, self.end))


def read_period(text: str) -> Period:
    """The period that ``text`` names; both of its ends are included, and days are whole days in China.

    Raises:
        ValueError: saying what was expected.
    """
    begin, slash, end = (part.strip() for part in text.partition("/"))
    if "/" in end or (not slash and begin in _OPEN):
        raise ValueError(EXPECTED_PERIOD)
    period = Period(_first(begin), _after(end if slash else begin))
    if period.begin and period.end and period.begin >= period.end:
        raise ValueError("an end that is not before the begin")
    return period


def _first(text: str) -> datetime | None:
    return None if text in _OPEN else read_time(text, day_included=False)


def _after(text: str) -> datetime | None:
    """The first instant that is no longer meant."""
    if text in _OPEN:
        return None
    end = read_time(text, day_included=True)
    return end if read_time(text, day_included=False) < end else end + _INSTANT


def meets(change: Change, period: Period) -> bool:
    """True where ``change``, whose validity meets ``period``, also does so with its daily windows."""
    validity = change.validity
    if not validity.windows:
        return True
    begin = max((each for each in (validity.start, period.begin) if each), default=None)
    end = min((each for each in (validity.end, period.end) if each), default=None)
    if begin is None or end is None or end - begin >= _DAY:
        return True
    return bool(occurrences(validity.windows, validity.start or begin, validity.end or end, begin, end))
