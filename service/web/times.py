"""Times as callers write them: RFC 3339 instants and whole days in China.

Stricter than the standard library, which also reads ``2024W101``, and kinder in one thing: a ``+`` that nobody
encoded arrives as a space (``application/x-www-form-urlencoded``).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from service.records import day_start

EXPECTED_TIME = "an RFC 3339 time with its offset, such as 2024-10-21T08:00:00+08:00, or a day, such as 2024-10-21"
TIME_PATTERN = r"^\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?$"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:(\.\d{1,6})\d*)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_LOST_PLUS = re.compile(r" (?=\d{2}:\d{2}\Z)", re.ASCII)
_YEARS = range(1970, 2200)


def read_time(text: str, *, day_included: bool) -> datetime:
    """An instant; of a day its first one or, with ``day_included``, the first after it.

    Raises:
        ValueError: saying what was expected.
    """
    text = _LOST_PLUS.sub("+", text)
    if _DAY.fullmatch(text):
        return day_start(read_day(text) + timedelta(days=day_included))
    written = _INSTANT.fullmatch(text)
    if written is None:
        raise ValueError(EXPECTED_TIME)
    day, clock, fraction, offset = written.groups(default="")
    read_day(day)
    try:
        return datetime.fromisoformat(f"{day}T{clock}{fraction}{offset.upper()}")
    except ValueError as error:
        raise ValueError("a time of day from 00:00:00 to 23:59:59 and an offset that exists") from error


def read_day(text: str) -> date:
    """A day as ``2024-10-21``, in years that notices are about.

    Raises:
        ValueError: saying what was expected.
    """
    if not _DAY.fullmatch(text):
        raise ValueError("a day, such as 2024-10-21")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("a day that exists") from error
    if day.year not in _YEARS:
        raise ValueError(f"a year from {_YEARS[0]} to {_YEARS[-1]}")
    return day
