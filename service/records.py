"""The records: a notice as worded, a change as understood, a revision as published.

One frozen dataclass is domain object, stored JSON and API schema. Unknown is ``None`` or an empty
tuple, never a guess. Times are aware; ``validity.end`` is exclusive. ``Change`` has no status:
status follows from the clock, so it is added where a clock is known (:func:`at`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, TypeAdapter, model_serializer

CHINA = ZoneInfo("Asia/Shanghai")
"""The zone of every date in a notice; UTC+08:00 all year since 1991."""


class Kind(StrEnum):
    """What a change does to the road network."""

    STATION_OPENING = "station_opening"
    REOPENING = "reopening"
    STATION_CLOSURE = "station_closure"
    STATION_ABOLITION = "station_abolition"
    STATION_RENAMING = "station_renaming"
    TOLLING_START = "tolling_start"
    TOLLING_END = "tolling_end"
    LANE_CLOSURE = "lane_closure"
    RAMP_CLOSURE = "ramp_closure"
    ROAD_CLOSURE = "road_closure"
    TURN_RESTRICTION = "turn_restriction"
    VEHICLE_RESTRICTION = "vehicle_restriction"
    SPEED_RESTRICTION = "speed_restriction"
    SERVICE_AREA_CLOSURE = "service_area_closure"
    TRAFFIC_CONTROL = "traffic_control"

    @property
    def lasting(self) -> bool:
        """True for a change that sets a new state for good; its end is null and ``permanent``."""
        return self in _LASTING


_LASTING = frozenset(
    {
        Kind.STATION_OPENING,
        Kind.REOPENING,
        Kind.STATION_ABOLITION,
        Kind.STATION_RENAMING,
        Kind.TOLLING_START,
        Kind.TOLLING_END,
    }
)


class Action(StrEnum):
    """What the notice does to the change: announces it, or moves one announced earlier."""

    ANNOUNCE = "announce"
    RESCHEDULE = "reschedule"
    EXTEND = "extend"
    END_EARLY = "end_early"
    CANCEL = "cancel"


class Access(StrEnum):
    """Which side of a station or service area."""

    ENTRY = "entry"
    EXIT = "exit"
    BOTH = "both"


class Qualifier(StrEnum):
    """Which of two stations of one name: 新建 or 原."""

    NEW = "new"
    OLD = "old"


class StartBasis(StrEnum):
    """Where a start comes from."""

    STATED = "stated"
    EXPECTED = "expected"
    IMMEDIATE = "immediate"
    PUBLISHED = "published"
    AFTER_WORKS = "after_works"
    UNSTATED = "unstated"


class EndBasis(StrEnum):
    """Where an end comes from."""

    STATED = "stated"
    EXPECTED = "expected"
    AFTER_WORKS = "after_works"
    UNTIL_FURTHER_NOTICE = "until_further_notice"
    PERMANENT = "permanent"
    UNSTATED = "unstated"


class Vehicle(StrEnum):
    """A class of vehicles named by a restriction."""

    GOODS = "goods"
    HAZMAT = "hazmat"
    BUS = "bus"
    OVERSIZE = "oversize"
    TRACTOR_TRAILER = "tractor_trailer"
    SPOIL = "spoil"
    SPECIAL = "special"
    CAR = "car"
    MOTORCYCLE = "motorcycle"
    NON_ETC = "non_etc"
    NON_LOCAL = "non_local"
    OTHER = "other"


class Reason(StrEnum):
    """Why."""

    WORKS = "works"
    WEATHER = "weather"
    VOLUME = "volume"
    ACCIDENT = "accident"
    INCIDENT = "incident"
    EVENT = "event"
    EPIDEMIC = "epidemic"
    HOLIDAY = "holiday"
    OTHER = "other"


class Advice(StrEnum):
    """What drivers are asked to do."""

    SLOW_DOWN = "slow_down"
    DETOUR = "detour"
    FOLLOW_SIGNS = "follow_signs"
    PLAN_AHEAD = "plan_ahead"


class Flag(StrEnum):
    """What a person should look at."""

    ASSUMED_YEAR = "assumed_year"
    DATE_CONFLICT = "date_conflict"
    INCOMPLETE_TEXT = "incomplete_text"
    UNKNOWN_STATION = "unknown_station"
    DETOUR_RESTRICTED = "detour_restricted"
    LANES_EXCEED_TOTAL = "lanes_exceed_total"
    LOW_CONFIDENCE = "low_confidence"


class Status(StrEnum):
    """Where a change stands at an instant."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Edge(StrEnum):
    """Which end of a change a day is."""

    BEGIN = "begin"
    END = "end"


class Record:
    """Base of every record: unknown keys are errors, and every field is present in published JSON."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", json_schema_serialization_defaults_required=True
    )


Origin = Annotated[str | None, Field(alias="from")]
"""The field ``from`` of the JSON, which Python reserves as a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Road(Record):
    """A road by name, number (G18, S1) or both."""

    name: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Station(Record):
    """A toll station. Two stations of one name are told apart by ``qualifier``."""

    name: str
    qualifier: Qualifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArea(Record):
    """A service area (服务区)."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement(Record):
    """A turning movement through a junction."""

    from_: Origin = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction(Record):
    """A hub or interchange, or one ramp of it by letter or by movement; a ramp from road to road may name no hub."""

    name: str | None = None
    ramp: str | None = None
    movement: Movement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure(Record):
    """A bridge or tunnel."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(Record):
    """A stretch between two stakes (``K828+850``) or two named points, in the order of the text."""

    from_: Origin = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction(Record):
    """A direction of travel; ``{"to": "both"}`` for 双向."""

    from_: Origin = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneCount(Record):
    """Lanes of one side: how many, and which by function or number (``lane-1`` from the median)."""

    open: int | None = None
    closed: int | None = None
    total: int | None = None
    which: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes(Record):
    """Only what the text states or what follows from it by arithmetic."""

    entry: LaneCount | None = None
    exit: LaneCount | None = None
    carriageway: LaneCount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Record):
    """A time of day ``HH:MM``, repeated daily; ``to`` may lie on the next day."""

    from_: Annotated[str, Field(alias="from")]
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity(Record):
    """When a change holds: ``start`` inclusive, ``end`` exclusive, null where nothing fixes them."""

    start: datetime | None = None
    end: datetime | None = None
    start_basis: StartBasis = StartBasis.UNSTATED
    end_basis: EndBasis = EndBasis.UNSTATED
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Record):
    """The sizes, weights and speeds named; units are in the field names. JSON holds only those named."""

    speed_kmh: int | None = None
    height_m: float | None = None
    width_m: float | None = None
    length_m: float | None = None
    weight_t: float | None = None
    axles: int | None = None
    seats: int | None = None

    @model_serializer(mode="wrap")
    def _named(self, serialize: SerializerFunctionWrapHandler) -> dict[str, int | float]:
        return {name: value for name, value in serialize(self).items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detour(Record):
    """A recommended way round, for traffic of ``direction`` (null: for all)."""

    direction: Direction | None = None
    via: tuple[str, ...] = ()
    via_roads: tuple[str, ...] = ()
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocation(Record):
    """Which station a new one replaces, and where it moved."""

    replaces: Station
    distance_km: float | None = None
    towards: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReference(Record):
    """The notice that a change was read from."""

    id: str
    title: str | None = None
    publisher: str | None = None
    published: date
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Record):
    """The words behind a value: code points ``start`` to ``end`` (exclusive) of the notice's text.

    ``rule`` is the id of the rule that read them.
    """

    field: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Record):
    """One place, one kind, one run of dates.

    ``confidence`` is how sure the reading is, from 0 to 1; 1 where a person has said so, null where nobody measured it.
    """

    id: str
    revision: int = 0
    kind: Kind
    action: Action = Action.ANNOUNCE
    road: Road | None = None
    station: Station | None = None
    service_area: ServiceArea | None = None
    junction: Junction | None = None
    structure: Structure | None = None
    segment: Segment | None = None
    direction: Direction | None = None
    access: Access | None = None
    lanes: Lanes | None = None
    validity: Validity
    vehicles: tuple[Vehicle, ...] = ()
    exempt: tuple[Vehicle, ...] = ()
    limits: Limits | None = None
    contraflow: bool = False
    detours: tuple[Detour, ...] = ()
    relocation: Relocation | None = None
    renamed_to: str | None = None
    reason: Reason | None = None
    advice: tuple[Advice, ...] = ()
    notice: NoticeReference
    evidence: tuple[Evidence, ...] = ()
    flags: tuple[Flag, ...] = ()
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something by its id alone."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """What of a change decides how its news is called, read from its JSON in a third of the time."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    kind: Kind
    action: Action
    renamed_to: str | None
    notice: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedChange(Change):
    """A change with its status at the time asked for: the public document."""

    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Record):
    """One announcement as worded.

    ``published`` is the date that relative dates are read from. ``offset`` is where ``text`` begins
    in the document it was found in (code points), 0 where the notice is the whole document.
    """

    id: str
    source: str
    url: str | None = None
    published: date
    title: str | None = None
    publisher: str | None = None
    text: str
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Record):
    """A change as known from ``recorded`` on.

    ``position`` grows over the whole store; ``change.revision`` counts from 0 per change
    (SEQUENCE, RFC 5545 §3.8.7.4). ``author`` is the person who approved, corrected or rejected it, null for what was
    read; ``held`` tells that it waits for one and is not published (docs/adr/0007-review.md).
    """

    position: int
    recorded: datetime
    author: str | None = None
    held: bool = False
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Record):
    """The day on which a change begins, or its last, told on that day; ``revision`` is how it was known then.

    ``number`` counts up over the store. ``after`` is the newest position of all when it was ``recorded``: in a log the
    milestone stands behind that revision.
    """

    number: int
    edge: Edge
    day: date
    recorded: datetime
    after: int
    revision: Revision


CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
GIST: TypeAdapter[Gist] = TypeAdapter(Gist)
DATED_CHANGE: TypeAdapter[DatedChange] = TypeAdapter(DatedChange)
DATED_CHANGES: TypeAdapter[tuple[DatedChange, ...]] = TypeAdapter(tuple[DatedChange, ...])
NOTICE: TypeAdapter[Notice] = TypeAdapter(Notice)


def status(change: Change, now: datetime) -> Status:
    """Where ``change`` stands at ``now``.

    A change without a start is under way, unless it waits for works to end; one without an end goes on.
    """
    validity = change.validity
    if change.action is Action.CANCEL:
        return Status.CANCELLED
    if validity.end is not None and validity.end <= now:
        return Status.ENDED
    if validity.start is None:
        waits = validity.start_basis is StartBasis.AFTER_WORKS
        return Status.SCHEDULED if waits else Status.ACTIVE
    return Status.SCHEDULED if now < validity.start else Status.ACTIVE


def in_force(change: Change, instant: datetime) -> bool:
    """True when ``change`` holds at ``instant``, its daily windows counted."""
    if status(change, instant) is not Status.ACTIVE:
        return False
    return within(change.validity.windows, instant)


def within(windows: Collection[Window], instant: datetime) -> bool:
    """True when ``instant`` lies in one of the daily ``windows``, or there are none."""
    clock = instant.astimezone(CHINA).strftime("%H:%M")
    return not windows or any(_within(clock, window) for window in windows)


def _within(clock: str, window: Window) -> bool:
    if window.from_ < window.to:
        return window.from_ <= clock < window.to
    return clock >= window.from_ or clock < window.to


def at(change: Change, now: datetime) -> DatedChange:
    """The public document of ``change`` at ``now``."""
    values: dict[str, Any] = {field.name: getattr(change, field.name) for field in fields(Change)}
    return DatedChange(**values, status=status(change, now))


def day_start(day: date) -> datetime:
    """00:00 in China on ``day``."""
    return datetime.combine(day, time(), CHINA)


def is_day_bound(moment: datetime) -> bool:
    """True for midnight in China, where a whole day begins or ends."""
    return moment.astimezone(CHINA).time() == time()


def last_day(end: datetime) -> date:
    """The last day that an exclusive end covers."""
    return (end.astimezone(CHINA) - timedelta(microseconds=1)).date()
