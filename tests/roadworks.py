"""Works and closures on the fictional road, and the rules of WZDx and CIFS that no schema checks.

``wzdx_faults`` and ``cifs_faults`` read a finished document, and say what is wrong with it in one line each.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from lxml import etree

from service.feed import Feed
from service.records import (
    Access,
    Action,
    Change,
    Detour,
    EndBasis,
    Kind,
    LaneCount,
    Lanes,
    Limits,
    NoticeReference,
    Reason,
    Revision,
    StartBasis,
    Station,
    Vehicle,
    Window,
)
from tests.fictional import CLOSED_ENTRY, GAZETTEER, HALF, RAMP, UNLOCATED, WHOLE
from tests.make import china, validity
from tests.published.cases import HOSTILE, feed

BESIDE = Path(__file__).parents[2] / "shared" / "schemas"
SCHEMAS = Path(os.environ.get("TOLLFEED_SCHEMAS", BESIDE))  # noqa: TID251 - where they lie is the tester's business
TODAY = date(2024, 10, 20)
NIGHT = Window(from_="22:00", to="06:00")
EAST = Station(name="虚构东站")


def schema(*parts: str) -> Path:
    """A published schema; the test is skipped by name where it is not there."""
    path = SCHEMAS.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {path}; TOLLFEED_SCHEMAS names another folder")
    return path


def fictional(*changes: Change, today: date = TODAY, name: str = "roadworks") -> Feed:
    """The feed of ``changes``, recorded one after the other, as machines get it."""
    return replace(feed(name, *changes), gazetteer=GAZETTEER, today=today)


def known(*history: tuple[Change, datetime], today: date = TODAY) -> Feed:
    """The feed of one change after each of its revisions was recorded at a time of its own."""
    told = tuple(
        Revision(position=number, recorded=recorded, change=replace(change, id="life", revision=number - 1))
        for number, (change, recorded) in enumerate(history, start=1)
    )
    *earlier, last = told
    return replace(fictional(today=today), revisions=(last,), updated=last.recorded, earlier={"life": tuple(earlier)})


def nights(*dates: tuple[int, int], **values: Any) -> Change:
    """The entry of 虚构东站 closed each night from the first of these days of 2024 to the second."""
    (month, day), (last_month, last_day) = dates
    end = china(2024, last_month, last_day, 6) + timedelta(days=1)
    return replace(CLOSED_ENTRY, validity=validity(china(2024, month, day, 22), end, windows=(NIGHT,)), **values)


def lanes(which: tuple[str, ...] = (), **values: Any) -> Change:
    """Some lanes closed on the carriageway towards the end of the stakes."""
    count = LaneCount(which=which, **values)
    return replace(HALF, id="lanes", kind=Kind.LANE_CLOSURE, lanes=Lanes(carriageway=count))


HOSTILE_WORDS = replace(
    HALF,
    id="a/b #1]]>",
    notice=NoticeReference(
        id="]]>\x00\u202e",
        title="</incidents>" + "题" * 5000,
        publisher="\x07日报\u2028&amp;]]>\ud800",
        published=date(2024, 10, 20),
        url="https://news.example/公告?a=1&b=<2>\r\nX-Bad: 1",
    ),
    detours=(Detour(text='"}],"features":[\ud800]]>'),),
)
CANCELLED_BEFORE = replace(WHOLE, id="cancelled-before", action=Action.CANCEL)
CANCELLED_DURING = replace(
    HALF, id="cancelled-during", action=Action.CANCEL, validity=validity(china(2024, 10, 18), china(2024, 11, 3))
)
OPEN_END = replace(
    HALF,
    id="open-end",
    validity=validity(china(2024, 10, 18), None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE),
)
AS_REPORTED = replace(
    HALF, id="as-reported", validity=validity(None, china(2024, 10, 22), start_basis=StartBasis.PUBLISHED)
)
LORRIES = replace(
    HALF,
    id="lorries",
    kind=Kind.VEHICLE_RESTRICTION,
    vehicles=(Vehicle.GOODS,),
    limits=Limits(height_m=4.2, weight_t=30),
)
CONTRAFLOW = replace(HALF, id="contraflow", contraflow=True, limits=Limits(speed_kmh=60, width_m=3.5))
POINT = replace(CLOSED_ENTRY, id="point", access=None)

CASES: dict[str, Feed] = {
    "works": fictional(CLOSED_ENTRY, HALF, WHOLE, RAMP, CONTRAFLOW, LORRIES, lanes(("lane-1",), total=2), name="works"),
    "long-nights": fictional(
        nights((10, 19), (10, 30), access=Access.BOTH),
        replace(
            HALF,
            validity=validity(
                china(2024, 10, 21, 7),
                china(2024, 10, 23, 19),
                windows=(Window(from_="07:00", to="09:00"), Window(from_="17:00", to="19:00")),
            ),
        ),
        name="long-nights",
    ),
    "called-off": fictional(CANCELLED_BEFORE, CANCELLED_DURING, name="called-off"),
    "left-out": fictional(
        UNLOCATED, POINT, OPEN_END, AS_REPORTED, replace(HALF, id="rain", reason=Reason.WEATHER), name="left-out"
    ),
    "hostile": fictional(HOSTILE_WORDS, *HOSTILE, name="hostile"),
    "nothing": fictional(name="nothing"),
}

_DIRECTIONS = ["northbound", "eastbound", "southbound", "westbound", "undefined", "unknown", "inner-loop", "outer-loop"]
_IMPACTS = ["all-lanes-closed", "some-lanes-closed", "all-lanes-open", "unknown"]
_VALUED = {"reduced-width", "reduced-height", "reduced-length", "reduced-weight", "gross-weight-limit"}
_DEPRECATED = {
    "event_status",
    "start_date_accuracy",
    "end_date_accuracy",
    "beginning_accuracy",
    "ending_accuracy",
    "beginning_milepost",
    "ending_milepost",
}
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def wzdx_faults(document: dict[str, Any]) -> list[str]:
    """What WZDx 4.2 asks and its schema does not check."""
    return list(_wzdx_faults(document))


def _wzdx_faults(document: dict[str, Any]) -> Iterator[str]:
    info, features = document["feed_info"], document["features"]
    if info["version"] != "4.2" or "license" in info or "road_event_feed_info" in document:
        yield "feed_info: version, licence or a deprecated name"
    sources = [each["data_source_id"] for each in info["data_sources"]]
    if not sources or len(set(sources)) != len(sources):
        yield "data_sources: none, or one twice"
    ids = Counter(each["id"] for each in features)
    yield from (f"{id_}: twice" for id_, number in ids.items() if number > 1)
    by_id = {each["id"]: each for each in features}
    for each in features:
        yield from (f"{each['id']}: {fault}" for fault in _feature_faults(each, info, by_id))
    used = {each["properties"]["core_details"]["data_source_id"] for each in features}
    if features and set(sources) - used:
        yield "a data source of nothing"


def _feature_faults(feature: dict[str, Any], info: dict[str, Any], by_id: dict[str, Any]) -> Iterator[str]:
    said, core = feature["properties"], feature["properties"]["core_details"]
    UUID(feature["id"])
    if core["data_source_id"] not in {each["data_source_id"] for each in info["data_sources"]}:
        yield "data_source_id is not in feed_info"
    yield from _time_faults(said, info["update_date"])
    if _DEPRECATED & said.keys() or not all(core["road_names"]):
        yield "a deprecated member, or a road without a name"
    if core["direction"] not in _DIRECTIONS or said["vehicle_impact"] not in _IMPACTS:
        yield "a word that is not used"
    orders = [lane["order"] for lane in said.get("lanes", [])]
    if orders != list(range(1, len(orders) + 1)):
        yield "lanes that are not counted from the left"
    for each in said.get("restrictions", []):
        if ({"value", "unit"} <= each.keys()) != (each["type"] in _VALUED):
            yield f"{each['type']} with or without a value"
    yield from _geometry_faults(feature["geometry"])
    yield from _relation_faults(feature, by_id)


def _time_faults(said: dict[str, Any], published: str) -> Iterator[str]:
    core, start, end = said["core_details"], said["start_date"], said["end_date"]
    updated = core["update_date"]
    created = core.get("creation_date", updated)
    if not all(_UTC.fullmatch(each) for each in (start, end, updated, created, published)):
        yield "a time that is not UTC"
    if not start < end:
        yield "ends before it begins"
    if not created <= updated <= published:
        yield "updated before it was created, or after the feed"
    if said["is_start_date_verified"] or said["is_start_position_verified"] or said["is_end_position_verified"]:
        yield "verified by nobody"
    if said["is_end_date_verified"] and end > updated:
        yield "an end to come is verified"


def _geometry_faults(geometry: dict[str, Any]) -> Iterator[str]:
    points = [tuple(each) for each in geometry["coordinates"]]
    if len(set(points)) < 2 or (geometry["type"] == "MultiPoint" and len(points) != 2):
        yield "too few points"
    if not all(73 <= lon <= 136 and 3 <= lat <= 54 for lon, lat in points):
        yield "coordinates that are not of China: swapped?"


def _relation_faults(feature: dict[str, Any], by_id: dict[str, Any]) -> Iterator[str]:
    start = feature["properties"]["start_date"]
    kinds = Counter(each["type"] for each in feature["properties"]["core_details"].get("related_road_events", []))
    if kinds["first-occurrence"] > 1 or kinds["next-occurrence"] > 1:
        yield "two firsts or nexts"
    for each in feature["properties"]["core_details"].get("related_road_events", []):
        other = by_id.get(each["id"])
        if other is None or other is feature:
            yield "related to nothing"
            continue
        there = other["properties"]["start_date"]
        good = {
            "first-occurrence": there <= start,
            "next-occurrence": there >= start,
            "related-work-zone": there == start,
        }
        if not good[each["type"]]:
            yield f"{each['type']} at the wrong time"


_DAYS = ["everyday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_CHINA = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_DEGREES = re.compile(r"\d{1,3}\.\d{6}")


def incidents_of(document: bytes) -> list[dict[str, Any]]:
    """The incidents of a CIFS document of XML, as its JSON twin has them."""
    return [
        {"id": each.get("id"), **{child.tag: _value(child) for child in each}}
        for each in etree.fromstring(document).findall("incident")
    ]


def _value(element: etree._Element) -> Any:
    if element.attrib:
        return dict(element.attrib)
    if len(element):
        return {child.tag: int(child.text) if child.tag == "total_closed_lanes" else child.text for child in element}
    return element.text


def cifs_faults(incidents: list[dict[str, Any]]) -> list[str]:
    """What CIFS v2 asks and its schema does not check."""
    ids = Counter(each["id"] for each in incidents)
    twice = [f"{id_}: twice" for id_, number in ids.items() if number > 1]
    return twice + [f"{each['id']}: {fault}" for each in incidents for fault in _incident_faults(each)]


def _incident_faults(incident: dict[str, Any]) -> Iterator[str]:
    if not re.fullmatch("[0-9A-Za-z]{3,}", incident["id"]) or len(incident["parent_event"]["id"]) < 3:
        yield "an id that is not of letters and digits"
    if incident["type"] not in ("ROAD_CLOSED", "HAZARD") or not _subtype_fits(incident):
        yield "a subtype of another type"
    if incident["type"] == "ROAD_CLOSED" and (incident["direction"] != "ONE_DIRECTION" or "lane_impact" in incident):
        yield "a closure without a direction, or of some lanes"
    if incident["direction"] not in ("ONE_DIRECTION", "BOTH_DIRECTIONS"):
        yield "no direction"
    if not 1 <= len(incident["description"]) < 40 or len(incident["street"].strip()) < 2:
        yield "a description that is too long, or a street that is too short"
    if not incident["source"]["reference"]:
        yield "no source"
    yield from _moment_faults(incident)
    yield from _polyline_faults(incident["polyline"])
    yield from _schedule_faults(incident)


def _subtype_fits(incident: dict[str, Any]) -> bool:
    return str(incident.get("subtype", incident["type"])).startswith(incident["type"])


def _moment_faults(incident: dict[str, Any]) -> Iterator[str]:
    start, end, updated = (incident[name] for name in ("starttime", "endtime", "updatetime"))
    if not all(_CHINA.fullmatch(each) for each in (start, end, updated)):
        yield "a time without +08:00"
    if not start < end or incident.get("creationtime", "") > updated:
        yield "ends before it begins, or updated before it was created"


def _polyline_faults(polyline: str) -> Iterator[str]:
    numbers = polyline.split(" ")
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(numbers) % 2 or len(set(points)) < 2 or not all(map(_DEGREES.fullmatch, numbers)):
        yield "no line"
    elif not all(3 <= float(lat) <= 54 and 73 <= float(lon) <= 136 for lat, lon in points):
        yield "coordinates that are not of China: swapped?"


def _schedule_faults(incident: dict[str, Any]) -> Iterator[str]:
    schedule = incident.get("schedule", {})
    if list(schedule) != sorted(schedule, key=_DAYS.index):
        yield "weekdays out of order"
    for hours in ",".join(schedule.values()).split(",") if schedule else ():
        found = _HOURS.fullmatch(hours)
        if not found or found[1] + found[2] >= found[3] + found[4]:
            yield f"{hours} is no time within a day"
    if schedule and not open_quarters(incident, clipped=True):
        yield "a schedule that is never met"


def open_quarters(incident: dict[str, Any], *, clipped: bool) -> set[datetime]:
    """The middles of all quarters of an hour in which an incident holds.

    ``clipped``: its schedule counts from start to end; else on every day from that of the start to that of the end.
    """
    start, end = (datetime.fromisoformat(incident[name]) for name in ("starttime", "endtime"))
    schedule = incident.get("schedule")
    low, high = start, end
    if schedule and not clipped:
        low = start.replace(hour=0, minute=0)
        high = end.replace(hour=0, minute=0) + timedelta(days=1)
    found, moment = set(), low.replace(minute=0, second=0) + timedelta(minutes=7)
    while moment < high:
        if low <= moment and (not schedule or _scheduled(schedule, moment)):
            found.add(moment.astimezone(UTC))
        moment += timedelta(minutes=15)
    return found


def _scheduled(schedule: dict[str, str], moment: datetime) -> bool:
    table = [schedule.get("everyday"), schedule.get(_DAYS[moment.weekday() + 1])]
    clock = f"{moment:%H:%M}"
    ranges = [hours.split("-") for text in table if text for hours in text.split(",")]
    return any(low <= clock < high for low, high in ranges)
