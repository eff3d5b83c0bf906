"""The documents of the API, as types: they are the answers and their OpenAPI schemas at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from starlette.responses import Response

from service.records import DatedChange, Evidence, Notice, Qualifier, Record, Revision, Road
from service.reviews import Case


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
    """One station and its changes by start."""

    station: StationEntry
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
    Health,
    History,
    Posted,
    Queue,
    ReadNotice,
    Stations,
    Timeline,
)
_ADAPTERS: dict[type[Record], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in _DOCUMENTS}
