"""The English words: every member of every enum has one, which a test holds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from service.prose.subject import Aspect, News
from service.records import (
    Access,
    Action,
    Advice,
    EndBasis,
    Flag,
    Kind,
    Qualifier,
    Reason,
    StartBasis,
    Status,
    Vehicle,
)

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

LABELS = {
    Kind.STATION_OPENING: "Opens",
    Kind.REOPENING: "Reopens",
    Kind.STATION_CLOSURE: "Closed",
    Kind.STATION_ABOLITION: "Withdrawn",
    Kind.STATION_RENAMING: "Renamed",
    Kind.TOLLING_START: "Tolls start",
    Kind.TOLLING_END: "Tolls end",
    Kind.LANE_CLOSURE: "Lanes closed",
    Kind.RAMP_CLOSURE: "Ramp closed",
    Kind.ROAD_CLOSURE: "Road closed",
    Kind.TURN_RESTRICTION: "Turns restricted",
    Kind.VEHICLE_RESTRICTION: "Vehicles restricted",
    Kind.SPEED_RESTRICTION: "Speed limit",
    Kind.SERVICE_AREA_CLOSURE: "Services closed",
    Kind.TRAFFIC_CONTROL: "Traffic control",
}

PREDICATES = {
    Kind.STATION_OPENING: "opens",
    Kind.REOPENING: "open again",
    Kind.STATION_CLOSURE: "closed",
    Kind.STATION_ABOLITION: "withdrawn for good",
    Kind.STATION_RENAMING: "renamed",
    Kind.TOLLING_START: "toll collection starts",
    Kind.TOLLING_END: "toll collection ends",
    Kind.LANE_CLOSURE: "some lanes closed",
    Kind.RAMP_CLOSURE: "closed",
    Kind.ROAD_CLOSURE: "closed",
    Kind.TURN_RESTRICTION: "turns or U-turns restricted",
    Kind.VEHICLE_RESTRICTION: "closed to some vehicles",
    Kind.SPEED_RESTRICTION: "speed limit",
    Kind.SERVICE_AREA_CLOSURE: "closed",
    Kind.TRAFFIC_CONTROL: "traffic control in force",
}

NOUN_LIKE = frozenset(
    {
        Kind.TOLLING_START,
        Kind.TOLLING_END,
        Kind.LANE_CLOSURE,
        Kind.TURN_RESTRICTION,
        Kind.SPEED_RESTRICTION,
        Kind.TRAFFIC_CONTROL,
    }
)
"""Predicates that stand before the side and direction: traffic control in force, entry towards 西安."""

PREFIXES = {
    Action.ANNOUNCE: "",
    Action.RESCHEDULE: "[Rescheduled] ",
    Action.EXTEND: "[Extended] ",
    Action.END_EARLY: "[Ends early] ",
    Action.CANCEL: "[Cancelled] ",
}

UPDATED = "[Updated] "

OPENERS = {
    Action.ANNOUNCE: "",
    Action.RESCHEDULE: "Rescheduled – ",
    Action.EXTEND: "Extended – ",
    Action.END_EARLY: "Ends earlier than announced – ",
    Action.CANCEL: "Cancelled – ",
}

QUALIFIERS = {Qualifier.NEW: "new", Qualifier.OLD: "old"}

START_WORDS = {
    StartBasis.STATED: "",
    StartBasis.EXPECTED: "expected ",
    StartBasis.IMMEDIATE: "",
    StartBasis.PUBLISHED: "",
    StartBasis.AFTER_WORKS: "after the works, ",
    StartBasis.UNSTATED: "",
}
"""What stands before a start that is known."""

END_WORDS = {
    EndBasis.STATED: "end not stated",
    EndBasis.EXPECTED: "end not stated",
    EndBasis.AFTER_WORKS: "until the works are done",
    EndBasis.UNTIL_FURTHER_NOTICE: "until further notice",
    EndBasis.PERMANENT: None,
    EndBasis.UNSTATED: "end not stated",
}
"""What stands for an end that nobody knows."""

VEHICLES = {
    Vehicle.GOODS: "goods vehicles",
    Vehicle.HAZMAT: "dangerous-goods vehicles",
    Vehicle.BUS: "buses",
    Vehicle.OVERSIZE: "oversize vehicles",
    Vehicle.TRACTOR_TRAILER: "tractor-trailers",
    Vehicle.SPOIL: "spoil trucks",
    Vehicle.SPECIAL: "special-purpose vehicles",
    Vehicle.CAR: "cars",
    Vehicle.MOTORCYCLE: "motorcycles",
    Vehicle.NON_ETC: "vehicles without ETC",
    Vehicle.NON_LOCAL: "vehicles with out-of-town plates",
    Vehicle.OTHER: "other vehicles",
}

REASON_PHRASES = {
    Reason.WORKS: " for roadworks",
    Reason.WEATHER: " because of bad weather",
    Reason.VOLUME: " because of heavy traffic",
    Reason.ACCIDENT: " after an accident",
    Reason.INCIDENT: " after an incident",
    Reason.EVENT: " for an event",
    Reason.EPIDEMIC: " for epidemic control",
    Reason.HOLIDAY: " for holiday traffic",
    Reason.OTHER: "",
}

ADVICE_SENTENCES = {
    Advice.SLOW_DOWN: "Slow down.",
    Advice.DETOUR: "Take another route.",
    Advice.FOLLOW_SIGNS: "Follow the signs on site.",
    Advice.PLAN_AHEAD: "Plan ahead.",
}

FLAG_SENTENCES = {
    Flag.ASSUMED_YEAR: "The year is assumed.",
    Flag.DATE_CONFLICT: "Note: the dates of the notice contradict each other; check the original.",
    Flag.INCOMPLETE_TEXT: "Note: the text of the notice is incomplete; check the original.",
    Flag.UNKNOWN_STATION: "The name of the station has not been checked.",
    Flag.DETOUR_RESTRICTED: "Note: a recommended detour station is itself closed or restricted in that time.",
    Flag.LANES_EXCEED_TOTAL: "Note: the lane counts of the notice contradict each other; check the original.",
    Flag.LOW_CONFIDENCE: "Note: read by a program with low confidence; check the original.",
}

LANES = {
    "emergency": "emergency lane",
    "overtaking": "overtaking lane",
    "running": "running lane",
    "slow": "slow lane",
    "left": "left lane",
    "middle": "middle lane",
    "right": "right lane",
    "etc": "ETC lanes",
    "mixed": "mixed lanes",
    "over_width": "over-width lane",
    "all": "all lanes",
}

LIMIT_WORDS = {
    "speed_kmh": "speed",
    "height_m": "height",
    "width_m": "width",
    "length_m": "length",
    "weight_t": "weight",
    "axles": "no more than",
    "seats": "no more than",
}

LIMIT_UNITS = {
    "speed_kmh": "km/h",
    "height_m": "m",
    "width_m": "m",
    "length_m": "m",
    "weight_t": "t",
    "axles": "axles",
    "seats": "seats",
}

ASPECTS = {
    Aspect.ACTION: "Status",
    Aspect.KIND: "Change",
    Aspect.PLACE: "Place",
    Aspect.ACCESS: "Side and direction",
    Aspect.START: "Start",
    Aspect.END: "End",
    Aspect.WINDOWS: "Hours",
    Aspect.LANES: "Lanes",
    Aspect.VEHICLES: "Vehicles",
    Aspect.EXEMPT: "Exempt",
    Aspect.LIMITS: "Limits",
    Aspect.CONTRAFLOW: "Contraflow",
    Aspect.DETOURS: "Detours",
    Aspect.RELOCATION: "Replaces",
    Aspect.RENAMED_TO: "New name",
    Aspect.REASON: "Reason",
    Aspect.ADVICE: "Advice",
    Aspect.FLAGS: "In doubt",
}

NOTHING = {
    Aspect.WINDOWS: "all day",
    Aspect.VEHICLES: "all vehicles",
    Aspect.CONTRAFLOW: "no",
}
"""What stands for a value that is not there, where that says more than none."""

NONE = "none"
STANDS, WITHDRAWN = "stands", "cancelled"
CONTRAFLOW = "two-way traffic on the other carriageway"

NAMES: Mapping[type[StrEnum], Mapping[Any, str]] = {
    Kind: {
        Kind.STATION_OPENING: "station openings",
        Kind.REOPENING: "reopenings",
        Kind.STATION_CLOSURE: "station closures",
        Kind.STATION_ABOLITION: "station withdrawals",
        Kind.STATION_RENAMING: "station renamings",
        Kind.TOLLING_START: "tolling starts",
        Kind.TOLLING_END: "tolling ends",
        Kind.LANE_CLOSURE: "lane closures",
        Kind.RAMP_CLOSURE: "ramp closures",
        Kind.ROAD_CLOSURE: "road closures",
        Kind.TURN_RESTRICTION: "turn restrictions",
        Kind.VEHICLE_RESTRICTION: "vehicle restrictions",
        Kind.SPEED_RESTRICTION: "speed restrictions",
        Kind.SERVICE_AREA_CLOSURE: "service area closures",
        Kind.TRAFFIC_CONTROL: "traffic control",
    },
    Action: {
        Action.ANNOUNCE: "announced",
        Action.RESCHEDULE: "rescheduled",
        Action.EXTEND: "extended",
        Action.END_EARLY: "ends early",
        Action.CANCEL: "cancelled",
    },
    Access: {Access.ENTRY: "entry", Access.EXIT: "exit", Access.BOTH: "entry and exit"},
    Qualifier: {Qualifier.NEW: "new station", Qualifier.OLD: "old station"},
    Vehicle: VEHICLES,
    Reason: {
        Reason.WORKS: "roadworks",
        Reason.WEATHER: "weather",
        Reason.VOLUME: "heavy traffic",
        Reason.ACCIDENT: "accident",
        Reason.INCIDENT: "incident",
        Reason.EVENT: "event",
        Reason.EPIDEMIC: "epidemic control",
        Reason.HOLIDAY: "holiday",
        Reason.OTHER: "other",
    },
    Advice: {
        Advice.SLOW_DOWN: "slow down",
        Advice.DETOUR: "take another route",
        Advice.FOLLOW_SIGNS: "follow the signs",
        Advice.PLAN_AHEAD: "plan ahead",
    },
    Flag: {
        Flag.ASSUMED_YEAR: "year assumed",
        Flag.DATE_CONFLICT: "dates conflict",
        Flag.INCOMPLETE_TEXT: "incomplete text",
        Flag.UNKNOWN_STATION: "station not checked",
        Flag.DETOUR_RESTRICTED: "detour restricted",
        Flag.LANES_EXCEED_TOTAL: "lane counts conflict",
        Flag.LOW_CONFIDENCE: "low confidence",
    },
    Status: {
        Status.SCHEDULED: "scheduled",
        Status.ACTIVE: "active",
        Status.ENDED: "ended",
        Status.CANCELLED: "cancelled",
    },
    StartBasis: {
        StartBasis.STATED: "stated",
        StartBasis.EXPECTED: "expected",
        StartBasis.IMMEDIATE: "with immediate effect",
        StartBasis.PUBLISHED: "in force when published",
        StartBasis.AFTER_WORKS: "after the works",
        StartBasis.UNSTATED: "not stated",
    },
    EndBasis: {
        EndBasis.STATED: "stated",
        EndBasis.EXPECTED: "expected",
        EndBasis.AFTER_WORKS: "when the works are done",
        EndBasis.UNTIL_FURTHER_NOTICE: "until further notice",
        EndBasis.PERMANENT: "permanent",
        EndBasis.UNSTATED: "not stated",
    },
    Aspect: ASPECTS,
    News: {
        News.ADDED: "New",
        News.CORRECTED: "Corrected",
        News.UPDATED: "Updated",
        News.RESCHEDULED: "Rescheduled",
        News.EXTENDED: "Extended",
        News.ENDED_EARLY: "Ends early",
        News.REOPENED_EARLY: "Reopens early",
        News.CANCELLED: "Cancelled",
        News.REINSTATED: "On again",
    },
}
"""The name of each member, as a label on a page or a category in a feed."""
