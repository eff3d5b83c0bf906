"""The examples in the documentation: a notice, and the record that is read from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from service.records import (
    CHINA,
    DATED_CHANGE,
    NOTICE,
    Access,
    Change,
    EndBasis,
    Evidence,
    Kind,
    Notice,
    NoticeReference,
    Reason,
    Road,
    StartBasis,
    Station,
    Validity,
    at,
    day_start,
)

TEXT = "因收费站改造施工，10月21日至12月31日，津蓟高速公路津榆路站出入口封闭。"

_NOTICE = Notice(
    id="ncmtv5k2gq7xw3ha",
    source="post/desk",
    published=date(2024, 10, 20),
    title="津蓟高速津榆路站将封闭",
    publisher="示例日报",
    text=TEXT,
)


def _evidence(field: str, words: str, rule: str) -> Evidence:
    start = TEXT.index(words)
    return Evidence(field=field, start=start, end=start + len(words), rule=rule)


_EVIDENCE = (
    _evidence("reason", "施工", "reason.works"),
    _evidence("validity.start", "10月21日", "times.days"),
    _evidence("validity.end", "12月31日", "times.days"),
    _evidence("station", "津榆路站", "places.station"),
    _evidence("kind", "封闭", "closures.closed"),
)
_CHANGE = Change(
    id="c3xq6m2w7jv5tzka",
    kind=Kind.STATION_CLOSURE,
    road=Road(name="津蓟高速公路", number="S1"),
    station=Station(name="津榆路站"),
    access=Access.BOTH,
    validity=Validity(
        start=day_start(date(2024, 10, 21)),
        end=day_start(date(2025, 1, 1)),
        start_basis=StartBasis.STATED,
        end_basis=EndBasis.STATED,
    ),
    reason=Reason.WORKS,
    notice=NoticeReference(
        id=_NOTICE.id, title=_NOTICE.title, publisher=_NOTICE.publisher, published=_NOTICE.published
    ),
    evidence=_EVIDENCE,
)
_RECORDED = datetime(2024, 10, 20, 9, 30, tzinfo=CHINA)
_BASE = "https://tollfeed.example"

CHANGE: dict[str, Any] = DATED_CHANGE.dump_python(at(_CHANGE, _RECORDED), mode="json", by_alias=True)
_UNDATED = {name: value for name, value in CHANGE.items() if name != "status"}
_STATION = {
    "id": "s7k2vq",
    "road": {"name": "津蓟高速公路", "number": "S1"},
    "name": "津榆路站",
    "qualifier": None,
    "timeline": f"{_BASE}/v1/stations/s7k2vq/timeline",
}
CHANGES = {
    "changes": [CHANGE],
    "next": None,
    "links": {
        "self": f"{_BASE}/v1/changes?station=%E6%B4%A5%E6%A6%86%E8%B7%AF%E7%AB%99",
        **{
            kind: f"{_BASE}/feeds/changes.{kind}?station=%E6%B4%A5%E6%A6%86%E8%B7%AF%E7%AB%99"
            for kind in ("rss", "atom", "ics")
        },
    },
}
HISTORY = {"revisions": [{"position": 1, "recorded": _RECORDED.isoformat(), "change": _UNDATED}]}
STATIONS = {"stations": [_STATION]}
TIMELINE = {"station": _STATION, "changes": [CHANGE]}
READ_NOTICE = {
    "notice": NOTICE.dump_python(_NOTICE, mode="json", by_alias=True),
    "spans": [{"change": _CHANGE.id, **each} for each in CHANGE["evidence"]],
    "changes": [CHANGE],
}
POSTED = {"notices": [{"id": _NOTICE.id, "url": f"{_BASE}/v1/notices/{_NOTICE.id}", "new": True, "changes": [CHANGE]}]}
DOCUMENT = {"text": TEXT, "title": _NOTICE.title, "publisher": _NOTICE.publisher, "published": "2024-10-20"}
PROBLEM = {
    "type": f"{_BASE}/problems#parameter",
    "title": "A parameter is unknown or has an unexpected value",
    "status": 400,
    "detail": "from: expected a day that exists, found '2024-02-30'",
    "instance": "/v1/changes",
    "parameter": "from",
    "expected": "a day that exists",
    "found": "2024-02-30",
    "errors": [{"parameter": "from", "expected": "a day that exists", "found": "2024-02-30"}],
}


def documented(description: str, example: object) -> dict[str, Any]:
    """An answer for OpenAPI."""
    return {"description": description, "content": {"application/json": {"example": example}}}
