"""Records to test with: whatever a test does not care about has a plain value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from service.records import (
    CHINA,
    Access,
    Change,
    EndBasis,
    Kind,
    Notice,
    NoticeReference,
    Qualifier,
    Road,
    StartBasis,
    Station,
    Validity,
)

PUBLISHED = date(2024, 10, 20)


def china(*parts: int) -> datetime:
    """A time in China: ``china(2024, 10, 21, 8)``."""
    return datetime(*parts, tzinfo=CHINA)  # type: ignore[misc, arg-type]  # as many parts as are given


def validity(start: datetime | None, end: datetime | None, **values: Any) -> Validity:
    """A stated run of dates."""
    stated = {
        "start_basis": StartBasis.STATED if start else StartBasis.UNSTATED,
        "end_basis": EndBasis.STATED if end else EndBasis.UNSTATED,
    }
    return Validity(start=start, end=end, **{**stated, **values})


def notice(text: str = "津蓟高速公路津榆路站封闭。", **values: Any) -> Notice:
    """A notice of 20 October 2024."""
    given: dict[str, Any] = {"id": "notice-1", "source": "test", "published": PUBLISHED, "text": text, **values}
    return Notice(**given)


def change(**values: Any) -> Change:
    """The closure of 津榆路站 from 21 October to 31 December 2024, unless told otherwise."""
    closure = Change(
        id="change-1",
        kind=Kind.STATION_CLOSURE,
        road=Road(name="津蓟高速公路", number="S1"),
        station=Station(name="津榆路站"),
        access=Access.BOTH,
        validity=validity(china(2024, 10, 21), china(2025, 1, 1)),
        notice=NoticeReference(id="notice-1", title="津榆路站封闭", publisher="示例日报", published=PUBLISHED),
    )
    return replace(closure, **values)


NEW_STATION = Station(name="天津站", qualifier=Qualifier.NEW)
OLD_STATION = Station(name="天津站", qualifier=Qualifier.OLD)
