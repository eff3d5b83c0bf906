"""The examples in the documentation: a notice, and the record that is read from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

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

WEBHOOK = {"url": "https://hooks.example/tollfeed", "filter": {"road": "津蓟高速"}, "types": ["change.cancelled"]}

TRIP = {
    "stations": ["虚构西站", "虚构东站"],
    "departure": "2024-10-22T23:00:00+08:00",
    "minutes": 30,
    "vehicle": "car",
}

SUBSCRIPTION = {
    "hub.mode": "subscribe",
    "hub.callback": "https://reader.example/websub/1",
    "hub.topic": "http://127.0.0.1:8000/feeds/log.atom",
}

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
    _evidence("access", "出入口", "access.both"),
    _evidence("kind", "封闭", "closure.closed"),
    _evidence("reason", "改造", "reason.works"),
    _evidence("road.name", "津蓟高速公路", "value.road"),
    _evidence("station.name", "津榆路站", "value.station"),
    _evidence("validity.end", "12月31日", "value.period"),
    _evidence("validity.start", "10月21日", "value.period"),
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
    confidence=0.98,
)
_RECORDED = datetime(2024, 10, 20, 9, 30, tzinfo=CHINA)
_BASE = "https://tollfeed.example"

_RECORD: dict[str, Any] = DATED_CHANGE.dump_python(at(_CHANGE, _RECORDED), mode="json", by_alias=True)
_UNDATED = {name: value for name, value in _RECORD.items() if name != "status"}
_STATION = {
    "id": "s7k2vq",
    "road": {"name": "津蓟高速公路", "number": "S1"},
    "name": "津榆路站",
    "qualifier": None,
    "timeline": f"{_BASE}/v1/stations/s7k2vq/timeline",
}
_CHANGES = {
    "changes": [_RECORD],
    "next": None,
    "links": {
        "self": f"{_BASE}/v1/changes?station=%E6%B4%A5%E6%A6%86%E8%B7%AF%E7%AB%99",
        **{
            kind: f"{_BASE}/feeds/changes.{kind}?station=%E6%B4%A5%E6%A6%86%E8%B7%AF%E7%AB%99"
            for kind in ("rss", "atom", "ics")
        },
    },
}
_HISTORY = {
    "revisions": [{"position": 1, "recorded": _RECORDED.isoformat(), "author": None, "held": False, "change": _UNDATED}]
}
_STATIONS = {"stations": [_STATION]}
_CLOSED = {"passage": "closed", "open": None, "total": None, "open_ended": False}
_TIMELINE = {
    "station": _STATION,
    "changes": [_RECORD],
    "intervals": [
        {
            "from": "2024-10-21T00:00:00+08:00",
            "to": "2025-01-01T00:00:00+08:00",
            "entry": _CLOSED,
            "exit": _CLOSED,
            "tolling": "unsaid",
            "changes": [_CHANGE.id],
        }
    ],
}
_ROAD = {"key": "津蓟高速", "road": _STATION["road"], "changes": 1, "url": f"{_BASE}/v1/roads/{quote('津蓟高速')}"}
_ROADS = {"roads": [_ROAD]}
_ROAD_DOCUMENT = {
    "road": _ROAD,
    "ordered": False,
    "stations": [
        {
            "id": _STATION["id"],
            "name": _STATION["name"],
            "qualifier": None,
            "entry": _CLOSED,
            "exit": _CLOSED,
            "changes": [_CHANGE.id],
        }
    ],
    "changes": [_RECORD],
}
_READ_NOTICE = {
    "notice": NOTICE.dump_python(_NOTICE, mode="json", by_alias=True),
    "spans": [{"change": _CHANGE.id, **each} for each in _RECORD["evidence"]],
    "changes": [_RECORD],
}
_POSTED = {
    "notices": [{"id": _NOTICE.id, "url": f"{_BASE}/v1/notices/{_NOTICE.id}", "new": True, "changes": [_RECORD]}]
}
_CASE = {
    "newest": {**_HISTORY["revisions"][0], "author": "desk"},
    "published": {**_HISTORY["revisions"][0], "author": "desk"},
    "waiting": False,
    "reviews": [
        {
            "revision": 0,
            "judgement": "approve",
            "author": "desk",
            "at": _RECORDED.isoformat(),
            "note": None,
        }
    ],
}
_WAITING: dict[str, Any] = {
    "newest": {**_HISTORY["revisions"][0], "held": True},
    "published": None,
    "waiting": True,
    "reviews": [],
}
VERDICT = {"note": "与原文核对", "revision": 0}
CORRECTION = {"values": {"validity.end": "2024-12-30", "reason": None}, "note": "与原文核对", "revision": 0}
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


ANSWERS = {
    ("get", "/v1/changes"): _CHANGES,
    ("get", "/v1/changes/{change_id}"): _RECORD,
    ("get", "/v1/changes/{change_id}/history"): _HISTORY,
    ("get", "/v1/stations"): _STATIONS,
    ("get", "/v1/stations/{station_id}/timeline"): _TIMELINE,
    ("get", "/v1/roads"): _ROADS,
    ("get", "/v1/roads/{road}"): _ROAD_DOCUMENT,
    ("get", "/v1/notices/{notice_id}"): _READ_NOTICE,
    ("post", "/v1/notices"): _POSTED,
    ("get", "/v1/reviews"): {"cases": [_WAITING], "next": None},
    ("get", "/v1/reviews/{change_id}"): _CASE,
    ("post", "/v1/reviews/{change_id}/approve"): _CASE,
    ("post", "/v1/reviews/{change_id}/correct"): _CASE,
    ("post", "/v1/reviews/{change_id}/reject"): _CASE,
    ("get", "/healthz"): {"status": "ok"},
    ("get", "/readyz"): {"status": "ok"},
}
"""The JSON of every route that answers with JSON."""

PARAMETERS = {
    "dead": "true",
    "road": "津蓟高速",
    "station": "津榆路站",
    "kind": ["station_closure", "lane_closure"],
    "access": "entry",
    "entry": "津榆路站",
    "exit": "天津站",
    "what": "all",
    "day": "mo",
    "days": "weekdays",
    "hours": "07:00-09:00,17:00-19:00",
    "span": "daily",
    "status": ["active", "scheduled"],
    "from": "2024-10-21",
    "to": "2024-12-31",
    "at": "2024-10-21T08:00:00+08:00",
    "known_at": "2024-11-01T08:00:00+08:00",
    "bbox": "116.7,38.5,118.1,40.3",
    "located": "false",
    "q": "津榆路",
    "on": "2024-11-01",
    "page": 1,
    "limit": 50,
    "after": 0,
    "since": "now",
    "wait": 0,
    "datum": "wgs84",
    "bom": "true",
    "datetime": "2024-10-21T00:00:00+08:00/..",
    "format": "json",
    "version": "v1",
    "in_effect_on": "2024-10-21T08:00",
    "severity": ["MAJOR", "MODERATE"],
    "event_type": ["CONSTRUCTION"],
    "event_subtype": ["ACCIDENT"],
    "jurisdiction": ["tollfeed.example"],
    "fields": "headline,status",
    "accept-language": "en",
    "road_name": "津蓟高速",
    "created": "2024-10-20",
    "updated": ">=2024-10-20T08:00:00+08:00",
    "offset": 0,
    "jurisdiction_id": "tollfeed.example",
    "lang": "en",
    "alarm": "PT12H",
    "number": 1,
    "extension": "atom",
    "change_id": _CHANGE.id,
    "notice_id": _NOTICE.id,
    "station_id": _STATION["id"],
    "Idempotency-Key": "2024-10-20-7f3a",
}
"""A value of every parameter; of a cursor there is none, since only ``next`` gives one."""
