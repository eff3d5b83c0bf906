"""The documents of the API, as types: they are the answers and their OpenAPI schemas at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from starlette.responses import Response

from service.feed import Omission
from service.journal import Differs
from service.news import Event
from service.prose import News
from service.records import Change, DatedChange, Evidence, Notice, Qualifier, Record, Revision, Road
from service.reviews import Case
from service.timeline import Interval, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Links(Record):
    """The same selection elsewhere."""

    self: str
    rss: str
    atom: str
    ics: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes(Record):
    """A page of changes; ``next`` is the address of the next page, null on the last."""

    changes: tuple[DatedChange, ...]
    next: str | None
    links: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Record):
    """Every revision of one change, oldest first."""

    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead(Record):
    """An entry of the log without its change: what happened, and the ``cursor`` behind it.

    ``changed_fields`` are against what was published before, null where that was nothing. ``supersedes`` and
    ``superseded_by`` are the ids of changes that the same notice tells to take each other's place.
    """

    cursor: str
    position: int
    recorded: datetime | None
    event: Event
    news: News
    change_id: str
    revision: int
    author: str | None
    changed_fields: Mapping[str, Differs] | None
    supersedes: tuple[str, ...]
    superseded_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry(LogHead):
    """An entry of the log: one published revision."""

    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(Record):
    """Entries of the log, the oldest first; ``next`` is the cursor to go on from, also where nothing was found."""

    entries: tuple[LogEntry, ...]
    next: str
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StationEntry(Record):
    """A toll station that some change is about."""

    id: str
    road: Road | None
    name: str
    qualifier: Qualifier | None
    timeline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stations(Record):
    """The stations known."""

    stations: tuple[StationEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline(Record):
    """One station, its changes by start, and how it can be passed from one time to another without a gap."""

    station: StationEntry
    changes: tuple[DatedChange, ...]
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadEntry(Record):
    """A road that some change is about; ``changes`` counts those that hold or are to come."""

    key: str
    road: Road
    changes: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads(Record):
    """The roads known."""

    roads: tuple[RoadEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadStation(Record):
    """A station of a road as it stands now; without an id where only the gazetteer names it."""

    id: str | None
    name: str
    qualifier: Qualifier | None
    entry: Side
    exit: Side
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadDocument(Record):
    """A road, its stations (in order along it if ``ordered``, else by name), and what holds or is to come there."""

    road: RoadEntry
    ordered: bool
    stations: tuple[RoadStation, ...]
    changes: tuple[DatedChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Evidence):
    """The words of the notice behind one value of one change."""

    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotice(Record):
    """A notice as worded, the changes read from it, and which words gave what."""

    notice: Notice
    spans: tuple[Span, ...]
    changes: tuple[DatedChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedNotice(Record):
    """A notice found in the document posted; ``new`` is false for one known before."""

    id: str
    url: str
    new: bool
    changes: tuple[DatedChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted(Record):
    """What became of a document posted."""

    notices: tuple[PostedNotice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Record):
    """Changes that wait for a person; ``next`` is the ``after`` of the next page, null on the last."""

    cases: tuple[Case, ...]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(Record):
    """Always ``ok``; what is not answers with a problem."""

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming(Record):
    """One event of a calendar; ``end`` is exclusive, ``whole_days`` where it has no clock."""

    title: str
    begin: datetime
    end: datetime
    whole_days: bool
    cancelled: bool
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLinks(Record):
    """The feeds of one selection: of states, an item a change; of the log, an item a revision."""

    name: str
    rss: str
    atom: str
    json: str
    log_rss: str
    log_atom: str
    log_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Record):
    """A subscription: its calendar, where to add that, its feeds, and what it shows next.

    ``matches`` counts the changes in it now; ``unknown`` are the stations named that no notice has named yet.
    """

    name: str
    calendar: str
    webcal: str
    google: str
    outlook: str
    office: str
    feeds: tuple[FeedLinks, ...]
    matches: int
    unknown: tuple[str, ...]
    events: tuple[Upcoming, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadFeeds(Record):
    """The feeds and the calendar of a road, or of everything where ``road`` is null; ``page`` is for people."""

    road: str | None
    page: str
    calendar: str
    webcal: str
    feeds: FeedLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList(Record):
    """Every feed; ``opml`` lists those of all roads for feed readers."""

    everything: RoadFeeds
    opml: str
    roads: tuple[RoadFeeds, ...]


class Condition(StrEnum):
    """How a source is doing."""

    FRESH = "fresh"
    LATE = "late"
    FAILING = "failing"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus(Record):
    """A source: when it was last asked (``polled``), when that last went well (``read``), and what went wrong."""

    id: str
    publisher: str | None
    every_seconds: int
    condition: Condition
    polled: datetime | None
    read: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus(Record):
    """How fresh everything is at ``at``; ``polling`` is false where another process reads the sources."""

    at: datetime
    updated: datetime | None
    polling: bool
    notices: int
    changes: int
    revisions: int
    sources: tuple[SourceStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind(Record):
    """A kind of problem: the last word of its ``type``, its status, its title and what to do about it."""

    name: str
    status: int
    title: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKinds(Record):
    """All kinds of problems."""

    problems: tuple[ProblemKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatEntry(Record):
    """A format: its name in addresses, where its feed is, and where what that leaves out is told."""

    key: str
    name: str
    standard: str
    media_type: str
    url: str
    omissions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats(Record):
    """The formats, the most used first."""

    formats: tuple[FormatEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Omissions(Record):
    """What ``format`` leaves out, by change; ``url`` is the feed."""

    format: str
    standard: str
    url: str
    omitted: int
    omissions: tuple[Omission, ...]


def answer(value: Record, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """``value`` as JSON, with the names of the contract (``from``) and Chinese as it is."""
    return Response(write(value), status_code=status, headers=dict(headers or {}), media_type="application/json")


def write(value: Record) -> bytes:
    """The JSON of ``value``."""
    return _ADAPTERS[type(value)].dump_json(value, by_alias=True)


_DOCUMENTS: tuple[type[Record], ...] = (
    Case,
    Changes,
    DatedChange,
    FeedList,
    Formats,
    Health,
    History,
    Log,
    LogHead,
    Offer,
    Omissions,
    Posted,
    ProblemKinds,
    Queue,
    ReadNotice,
    RoadDocument,
    Roads,
    ServiceStatus,
    Stations,
    Timeline,
)
_ADAPTERS: dict[type[Record], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in _DOCUMENTS}
