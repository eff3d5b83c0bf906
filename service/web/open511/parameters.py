"""The parameters of Open511, as its standard words them.

The surprising thing: times may lack an offset, and are then local; seconds may be missing; and a comparison stands
before the value, so that ``updated=>=2024-10-21`` has two equals signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Request
from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from service.errors import QueryError
from service.feed import Lang
from service.publish.open511 import KINDS, MEMBERS, kinds_of
from service.records import Status
from service.store import Cursor, Query
from service.web.box import EXPECTED_BOX
from service.web.pages.page import preferred
from service.web.parameters import LARGEST_LIMIT, BoxText, Limit, Nothing, Text, all_given, given
from service.web.times import read_time

EXPECTED_COMPARISON = "a time or a day, after <, <=, > or >= if wanted: >=2024-10-21T08:00:00+08:00"
EXPECTED_EFFECT = "now, or a time such as 2024-10-21T08:00, in China unless it has an offset, or two with a comma"
DEFAULT_EVENTS = 50

_NOW = "now"
_VERSION = "v1"
_SKIPPING = "."
"""Between a cursor and how many events behind it are still to be passed over."""

_ALWAYS = ("url", "id")
_COMPARED = re.compile(r"(<=|>=|<|>|=)?\s*(.+)", re.DOTALL)
_MINUTES = re.compile(r"(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?([Zz]|[+ -]\d{2}:?\d{2})?", re.ASCII)
_UNSUPPORTED = ("geography", "tolerance", "area", "area_id", "impacted_road")
_SINGLE = ("status",)


class Form(StrEnum):
    """How a document is written."""

    JSON = "json"
    XML = "xml"


class Standing(StrEnum):
    """Which events, by whether they are over."""

    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"
    ALL = "ALL"


class EventType(StrEnum):
    """What kind of event."""

    CONSTRUCTION = "CONSTRUCTION"
    SPECIAL_EVENT = "SPECIAL_EVENT"
    INCIDENT = "INCIDENT"
    WEATHER_CONDITION = "WEATHER_CONDITION"
    ROAD_CONDITION = "ROAD_CONDITION"


class EventSubtype(StrEnum):
    """What an event is in particular; most of these no notice tells."""

    ACCIDENT = "ACCIDENT"
    SPILL = "SPILL"
    OBSTRUCTION = "OBSTRUCTION"
    HAZARD = "HAZARD"
    ROAD_MAINTENANCE = "ROAD_MAINTENANCE"
    ROAD_CONSTRUCTION = "ROAD_CONSTRUCTION"
    EMERGENCY_MAINTENANCE = "EMERGENCY_MAINTENANCE"
    PLANNED_EVENT = "PLANNED_EVENT"
    CROWD = "CROWD"
    HAIL = "HAIL"
    THUNDERSTORM = "THUNDERSTORM"
    HEAVY_DOWNPOUR = "HEAVY_DOWNPOUR"
    STRONG_WINDS = "STRONG_WINDS"
    BLOWING_DUST = "BLOWING_DUST"
    SANDSTORM = "SANDSTORM"
    INSECT_SWARMS = "INSECT_SWARMS"
    AVALANCHE_HAZARD = "AVALANCHE_HAZARD"
    SURFACE_WATER_HAZARD = "SURFACE_WATER_HAZARD"
    MUD = "MUD"
    LOOSE_GRAVEL = "LOOSE_GRAVEL"
    OIL_ON_ROADWAY = "OIL_ON_ROADWAY"
    FIRE = "FIRE"
    SIGNAL_LIGHT_FAILURE = "SIGNAL_LIGHT_FAILURE"
    PARTLY_ICY = "PARTLY_ICY"
    ICE_COVERED = "ICE_COVERED"
    PARTLY_SNOW_PACKED = "PARTLY_SNOW_PACKED"
    SNOW_PACKED = "SNOW_PACKED"
    PARTLY_SNOW_COVERED = "PARTLY_SNOW_COVERED"
    SNOW_COVERED = "SNOW_COVERED"
    DRIFTING_SNOW = "DRIFTING_SNOW"
    POOR_VISIBILITY = "POOR_VISIBILITY"
    ALMOST_IMPASSABLE = "ALMOST_IMPASSABLE"
    PASSABLE_WITH_CARE = "PASSABLE_WITH_CARE"


class Grade(StrEnum):
    """How much an event hinders."""

    MINOR = "MINOR"
    MODERATE = "MODERATE"
    MAJOR = "MAJOR"
    UNKNOWN = "UNKNOWN"


_STATUSES: dict[Standing, tuple[Status, ...]] = {
    Standing.ACTIVE: (Status.SCHEDULED, Status.ACTIVE),
    Standing.ARCHIVED: (Status.ENDED, Status.CANCELLED),
    Standing.ALL: (),
}


@dataclass(frozen=True, slots=True)
class Range:
    """From ``begin`` to ``end`` (exclusive), None being open; ``text`` is how it was written."""

    text: str
    begin: datetime | None
    end: datetime | None

    def __str__(self) -> str:
        """As it was written."""
        return self.text


@dataclass(frozen=True, slots=True)
class Effect:
    """When an event is to hold; without ``range`` now."""

    text: str
    range: Range | None

    def __str__(self) -> str:
        """As it was written."""
        return self.text


def read_comparison(text: str) -> Range:
    """The times that ``text`` lets pass; a day is a whole one, and an instant a second, which is how events are told.

    Raises:
        ValueError: saying what was expected.
    """
    found = _COMPARED.fullmatch(text)
    if found is None:
        raise ValueError(EXPECTED_COMPARISON)
    sign, value = found.groups()
    begin, end = _extent(value.strip(), timedelta(seconds=1))
    match sign:
        case "<":
            return Range(text, None, begin)
        case "<=":
            return Range(text, None, end)
        case ">":
            return Range(text, end, None)
        case ">=":
            return Range(text, begin, None)
    return Range(text, begin, end)


def read_effect(text: str) -> Effect:
    """When an event is to hold.

    Raises:
        ValueError: saying what was expected.
    """
    if text == _NOW:
        return Effect(text, None)
    first, comma, last = (part.strip() for part in text.partition(","))
    begin, end = _extent(first, timedelta(microseconds=1))
    if comma:
        _, end = _extent(last, timedelta(microseconds=1))
    if begin >= end:
        raise ValueError("a second time that is not before the first")
    return Effect(text, Range(text, begin, end))


def _extent(text: str, instant: timedelta) -> tuple[datetime, datetime]:
    """The first instant that ``text`` means and the first after it."""
    written = _MINUTES.fullmatch(text)
    if written is None:
        begin = read_time(text, day_included=False)
        end = read_time(text, day_included=True)
        return begin, end if begin < end else begin + instant
    minute, seconds, offset = written.groups()
    zone = (offset or "+08:00").replace(" ", "+")
    zone = zone if ":" in zone or zone in "Zz" else f"{zone[:3]}:{zone[3:]}"
    begin = read_time(f"{minute}{seconds or ':00'}{zone}", day_included=False)
    return begin, begin + instant


def _words(value: Any) -> Any:
    texts = value if isinstance(value, list | tuple) else [value]
    return tuple(word.strip() for text in texts for word in str(text).split(",") if word.strip())


def _offset(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise ValueError("a whole number from 0 to 9999, and next_url beyond")
    return int(text)


def _spoken(text: str) -> Lang:
    return preferred(text)


def _fields(text: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    unknown = [word for word in wanted if word not in MEMBERS]
    if unknown:
        raise ValueError(f"members of an event ({', '.join(MEMBERS)}), separated by commas")
    return wanted


def _version(text: str) -> str:
    if text != _VERSION:
        raise ValueError(_VERSION)
    return text


_WRITTEN = PlainSerializer(str, when_used="unless-none")
_STRING = WithJsonSchema({"type": "string"})
_Compared = Annotated[Range | None, given(read_comparison), _WRITTEN, _STRING]
_Effect = Annotated[Effect | None, given(read_effect), _WRITTEN, _STRING]


class Document(Nothing):
    """What every document can be asked."""

    format_: Annotated[Form | None, given(str)] = Field(
        None, alias="format", description="`json` or `xml`; unless given, the one that Accept prefers, else JSON."
    )
    version: Annotated[str | None, given(_version), WithJsonSchema({"type": "string", "enum": [_VERSION]})] = Field(
        None, description="Version of Open511: `v1`."
    )
    lang: Annotated[Lang | None, given(str)] = Field(None, description="Language of the words, zh unless given.")
    accept_language: Annotated[Lang | None, given(_spoken), WithJsonSchema({"type": "string"})] = Field(
        None, alias="accept-language", description="Languages as in the header of that name, where `lang` is not given."
    )
    limit: Limit = Field(
        None,
        description=f"Events a page, {DEFAULT_EVENTS} unless given; more than {LARGEST_LIMIT} gives {LARGEST_LIMIT}.",
    )

    @property
    def spoken(self) -> Lang:
        """The language to answer in."""
        return self.lang or self.accept_language or Lang.ZH


class Told(Document):
    """What events can be asked, be it one or a page."""

    fields: Annotated[
        tuple[str, ...] | None,
        all_given(_fields),
        PlainSerializer(",".join, when_used="unless-none"),
        WithJsonSchema({"type": "string"}),
    ] = Field(None, description="Only these members of each event, by commas; `id` and `url` always.")

    def shown(self, members: dict[str, Any]) -> dict[str, Any]:
        """Of the ``members`` of an event, those asked for."""
        if self.fields is None:
            return members
        return {name: value for name, value in members.items() if name in (*_ALWAYS, *self.fields)}


class Events(Told):
    """A page of events: every filter narrows."""

    status: Annotated[Standing | None, given(str)] = Field(
        None,
        description="`ACTIVE`, also what is to come (unless given); `ARCHIVED`, what is over; or `ALL`.",
        examples=["ALL"],
    )
    in_effect_on: _Effect = Field(None, description=f"Only what holds then, by its hours, too: {EXPECTED_EFFECT}.")
    severity: Annotated[tuple[Grade, ...], BeforeValidator(_words)] = Field(
        (), description="Severity; repeat it or separate several by commas."
    )
    event_type: Annotated[tuple[EventType, ...], BeforeValidator(_words)] = Field(
        (), description="Type of event; repeat it or separate several by commas."
    )
    event_subtype: Annotated[tuple[EventSubtype, ...], BeforeValidator(_words)] = Field(
        (), description="Subtype, such as `ACCIDENT`; repeat it or separate several by commas."
    )
    jurisdiction: Annotated[tuple[str, ...], BeforeValidator(_words)] = Field(
        (), description="Id of a jurisdiction, of which there is one; repeat it or separate several by commas."
    )
    bbox: BoxText = Field(None, description=f"Only what lies in or touches that box: {EXPECTED_BOX}.")
    road_name: Text = Field(None, description="Road by name or number, 公路 or not.")
    created: _Compared = Field(None, description=f"When it was first published: {EXPECTED_COMPARISON}.")
    updated: _Compared = Field(None, description=f"When it was last published anew: {EXPECTED_COMPARISON}.")
    offset: Annotated[int | None, given(_offset), WithJsonSchema({"type": "integer", "minimum": 0})] = Field(
        None, description="How many events to pass over."
    )
    cursor: Text = Field(None, description="Where to go on: taken from `next_url`; `offset` then only counts.")

    @property
    def size(self) -> int:
        """Events of this page, at most."""
        return self.limit or DEFAULT_EVENTS

    @property
    def skipped(self) -> int:
        """Events still to pass over: behind a cursor, those that the page before it did not come to."""
        if self.cursor is None:
            return self.offset or 0
        skipped = self.cursor.partition(_SKIPPING)[2]
        return int(skipped) if re.fullmatch("[0-9]{1,4}", skipped) else 0

    def query(self, now: datetime) -> Query:
        """The store's query, as near as it comes.

        Raises:
            QueryError: the cursor is none.
        """
        effect = self.effective(now)
        created, updated = (each or Range("", None, None) for each in (self.created, self.updated))
        return Query(
            kind=kinds_of(self.severity) if self.severity else KINDS,
            located=True,
            status=_STATUSES[self.status or Standing.ACTIVE],
            from_=effect.begin if effect else None,
            to=effect.end if effect else None,
            bbox=self.bbox,
            road=self.road_name,
            created_from=created.begin,
            created_to=created.end,
            updated_from=updated.begin,
            updated_to=updated.end,
            limit=self.size,
        )

    def effective(self, now: datetime) -> Range | None:
        """When events are to hold."""
        if self.in_effect_on is None:
            return None
        return self.in_effect_on.range or Range(_NOW, now, now + timedelta(microseconds=1))

    def after(self) -> Cursor | None:
        """Where the page begins.

        Raises:
            QueryError: the cursor is none.
        """
        if self.cursor is None:
            return None
        try:
            return Cursor.parse(self.cursor.partition(_SKIPPING)[0])
        except QueryError as error:
            raise QueryError("cursor", "a cursor that next_url gave", self.cursor) from error

    def next(self, cursor: Cursor, shown: int, skipping: int) -> str:
        """The query string of the page that begins at ``cursor``, behind this one, which has ``shown`` so many."""
        written = f"{cursor}{_SKIPPING}{skipping}" if skipping else str(cursor)
        return self.model_copy(update={"cursor": written, "offset": (self.offset or 0) + shown}).text()


async def supported(request: Request) -> None:
    """Refuse what the standard has and this service has not, by its name.

    Raises:
        QueryError: naming the parameter, or the header.
    """
    version = request.headers.get("open511-version", _VERSION)
    if version != _VERSION:
        raise QueryError("Open511-Version", _VERSION, version)
    for name in _UNSUPPORTED:
        if name in request.query_params:
            raise QueryError(name, "bbox or road_name instead, as this is not supported", request.query_params[name])
    for name in _SINGLE:
        if len(request.query_params.getlist(name)) > 1:
            raise QueryError(name, "one value", ", ".join(request.query_params.getlist(name)))
