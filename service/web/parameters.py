"""The parameters of queries: their names, what they mean and how their text is read.

One model serves the API, the feeds and OpenAPI; an unknown name is an error, never ignored. An empty value is
no value, since forms send those. Times are RFC 3339 or whole days in China, and a ``to`` day is included.
"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Request
from fastapi import Query as FromQuery
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from service.alarm import EXPECTED as EXPECTED_ALARM
from service.alarm import Alarm
from service.calendar import Span, Wishes
from service.commute import EXPECTED_DAYS, EXPECTED_HOURS, Commute, Weekday, read_days, read_hours
from service.errors import QueryError
from service.feed import Lang
from service.gazetteer.datum import Datum
from service.records import Access, Kind, Status, Window
from service.store import Box, Cursor, Query
from service.timeline import AHEAD, BEHIND
from service.web.box import EXPECTED_BOX, read_box
from service.web.times import EXPECTED_TIME, TIME_PATTERN, read_day, read_time

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 500
LONGEST_SPAN = timedelta(days=366)
"""Of the states of a station, which may change several times a night."""

LONGEST_WAIT = 60
_LONGEST = 100
_REPEATABLE = frozenset({"kind", "status", "day", "severity", "event_type", "event_subtype", "jurisdiction"})
_FILTERS = (
    "road",
    "station",
    "entry",
    "exit",
    "kind",
    "access",
    "status",
    "from_",
    "to",
    "at",
    "q",
    "bbox",
    "located",
    "known_at",
)


def given(read: Callable[[str], Any]) -> BeforeValidator:
    """``read`` for a text that says something; a blank one is None. Its ValueError is what was expected."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value.strip()
        try:
            return read(text) if text else None
        except ValueError as error:
            raise PydanticCustomError("unexpected", "expected {expected}", {"expected": str(error)}) from error

    return BeforeValidator(validate)


def all_given(read: Callable[[str], Any]) -> BeforeValidator:
    """``read`` for the texts of a list, which the framework takes apart, as one."""
    joined = given(read)

    def validate(value: Any) -> Any:
        texts = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        return joined.func(",".join(value) if texts else value)  # type: ignore[call-arg]  # pydantic allows two forms

    return BeforeValidator(validate)


def _text(text: str) -> str:
    if "\ufffd" in text:
        raise ValueError("percent-encoded UTF-8")
    # PostgreSQL stores no U+0000, and nothing here is found by a control character.
    if any(ord(character) < ord(" ") for character in text):
        raise ValueError("text without control characters")
    if len(text) > _LONGEST:
        raise ValueError(f"at most {_LONGEST} characters")
    return text


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise ValueError("a whole number from 1")
    return min(int(text), LARGEST_LIMIT)


def _wait(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError("a whole number from 0")
    return min(int(text), LONGEST_WAIT)


def _page_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) == 0:
        raise ValueError("a whole number from 1 to 9999")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("true or false")
    return text == "true"


def _words(value: Any) -> Any:
    """``kind=a,b&kind=c`` as three words."""
    texts = value if isinstance(value, list | tuple) else [value]
    return tuple(word.strip() for text in texts for word in str(text).split(",") if word.strip())


_TIME_SCHEMA = WithJsonSchema({"type": "string", "pattern": TIME_PATTERN})
Text = Annotated[str | None, given(_text), WithJsonSchema({"type": "string", "maxLength": _LONGEST})]
_From = Annotated[datetime | None, given(lambda text: read_time(text, day_included=False)), _TIME_SCHEMA]
_To = Annotated[datetime | None, given(lambda text: read_time(text, day_included=True)), _TIME_SCHEMA]
_Alarm = Annotated[
    Alarm | None, given(Alarm.parse), PlainSerializer(str, when_used="unless-none"), WithJsonSchema({"type": "string"})
]
_Days = Annotated[tuple[Weekday, ...] | None, all_given(read_days), WithJsonSchema({"type": "string"})]
_Hours = Annotated[
    tuple[Window, ...] | None,
    all_given(read_hours),
    PlainSerializer(lambda hours: ",".join(f"{each.from_}-{each.to}" for each in hours), when_used="unless-none"),
    WithJsonSchema({"type": "string"}),
]
BoxText = Annotated[Box | None, all_given(read_box), WithJsonSchema({"type": "string"})]
Limit = Annotated[int | None, given(_limit), WithJsonSchema({"type": "integer", "minimum": 1})]
YesOrNo = Annotated[bool | None, given(_yes_or_no), WithJsonSchema({"type": "boolean"})]
_Access = Annotated[Access | None, given(str)]
_Day = Annotated[date | None, given(read_day), WithJsonSchema({"type": "string", "format": "date"})]
_PageNumber = Annotated[int | None, given(_page_number), WithJsonSchema({"type": "integer", "minimum": 1})]


# PostgreSQL would refuse U+0000 with an error.
RecordId = Annotated[str, Path(pattern=r"^[^\s\p{C}]{1,200}$", description="As the API gives it.")]
"""The id of a change, a station or a notice, in a path."""

RoadName = Annotated[str, Path(pattern=r"^[^\p{C}]{1,100}$", description="Name, alias or number, 公路 or not.")]
"""A road, in a path."""


class Nothing(BaseModel):
    """A route without parameters, which says so to whoever gives one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def text(self) -> str:
        """The canonical query string: the same for every way of writing one selection; "" without parameters."""
        given = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return urlencode({name: _written(value) for name, value in given.items()})


class LogSelection(Nothing):
    """Which revisions: every filter narrows, repeated values of one filter widen."""

    road: Text = Field(None, description="Road by name or number, 公路 or not.")
    station: Text = Field(None, description="Toll station, with or without 站 and its road.")
    kind: Annotated[tuple[Kind, ...], BeforeValidator(_words)] = Field(
        (), description="Kind of change; repeat it or separate several by commas."
    )
    access: _Access = Field(None, description="Side of the station; one side also finds changes of both.")
    from_: _From = Field(
        None,
        alias="from",
        description=f"Only what still holds then or later: {EXPECTED_TIME}.",
    )
    to: _To = Field(None, description=f"Only what begins before: {EXPECTED_TIME}, which is included.")
    q: Text = Field(None, description="Part of any place's name or of the notice's title.")
    bbox: BoxText = Field(
        None, description=f"Only what lies in or touches that box: {EXPECTED_BOX}. What nobody has located is in none."
    )
    located: YesOrNo = Field(None, description="Only what has coordinates (`true`) or has none (`false`).")

    def query(
        self, *, limit: int = LARGEST_LIMIT, after: Cursor | None = None, recent: datetime | None = None
    ) -> Query:
        """The store's query.

        Raises:
            QueryError: ``from`` is not before ``to``.
        """
        if self.from_ and self.to and self.from_ >= self.to:
            raise QueryError("to", f"a time after from, {self.from_.isoformat()}", self.to.isoformat())
        filters = {name: getattr(self, name) for name in _FILTERS if hasattr(self, name)}
        return Query(**filters, limit=limit, after=after, recent=recent)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


_KNOWN_AT: Any = Field(None, description=f"As it was published at this instant: {EXPECTED_TIME}.")


class Selection(LogSelection):
    """Which changes, as they stand at one time."""

    status: Annotated[tuple[Status, ...], BeforeValidator(_words)] = Field(
        (), description="Status at `at`, or now; repeat it or separate several by commas."
    )
    at: _From = Field(
        None,
        description=f"Only what holds at this instant, by which `status` goes, too: {EXPECTED_TIME}.",
    )
    known_at: _From = _KNOWN_AT


class Listing(Selection):
    """A page of changes."""

    limit: Limit = Field(
        None,
        description=f"Changes a page, {DEFAULT_LIMIT} unless given; more than {LARGEST_LIMIT} gives {LARGEST_LIMIT}.",
    )
    cursor: Text = Field(None, description="Where to go on: taken from `next`, good for the same filters only.")

    def page(self) -> Query:
        """The store's query of this page.

        Raises:
            QueryError: the cursor was not made for these filters.
        """
        return self.query(limit=self.limit or DEFAULT_LIMIT, after=self._after())

    def filters(self) -> str:
        """The canonical query string without the page."""
        return self.model_copy(update={"cursor": None, "limit": None}).text()

    def next(self, cursor: Cursor) -> str:
        """The query string of the page that begins at ``cursor``."""
        written = urlsafe_b64encode(f"{cursor}/{self._mark()}".encode()).decode().rstrip("=")
        return self.model_copy(update={"cursor": written}).text()

    def _after(self) -> Cursor | None:
        if self.cursor is None:
            return None
        try:
            written = urlsafe_b64decode(self.cursor + "=" * (-len(self.cursor) % 4)).decode("ascii")
            cursor, _, mark = written.partition("/")
            if mark == self._mark():
                return Cursor.parse(cursor)
        except (binascii.Error, ValueError, QueryError):
            pass
        raise QueryError("cursor", "a cursor that next gave for the same filters", self.cursor)

    def _mark(self) -> str:
        """What ties a cursor to its filters."""
        return sha256(self.filters().encode()).hexdigest()[:8]


class StreamSelection(LogSelection):
    """Revisions as they come."""

    since: Text = Field(
        None, description="Behind which entry to begin: a cursor, taken from `next` or `id`; `now` unless given."
    )


class LogListing(LogSelection):
    """A page of revisions."""

    since: Text = Field(
        None,
        description="Behind which entry to begin: a cursor, taken from `next`, or `now`; the oldest one unless given.",
    )
    limit: Limit = Field(
        None, description=f"Entries a page, 100 unless given; more than {LARGEST_LIMIT} gives {LARGEST_LIMIT}."
    )
    wait: Annotated[int | None, given(_wait), WithJsonSchema({"type": "integer", "minimum": 0})] = Field(
        None,
        description="Seconds to wait for an entry where there is none yet; "
        f"more than {LONGEST_WAIT} gives {LONGEST_WAIT}.",
    )


_LANG: Any = Field(None, description="Language of titles and summaries, zh unless given.")


class Subscription(Selection):
    """A feed of changes."""

    lang: Annotated[Lang | None, given(str)] = _LANG


class MachineSubscription(Subscription):
    """A feed of changes for a program."""

    datum: Annotated[Datum | None, given(str)] = Field(
        None,
        description="What coordinates are counted from, wgs84 unless given; where the standard fixes it, only that.",
    )


class LogSubscription(LogSelection):
    """A feed of revisions."""

    lang: Annotated[Lang | None, given(str)] = _LANG


class ListSelection(Nothing):
    """A list of feeds."""

    lang: Annotated[Lang | None, given(str)] = _LANG


class CalendarSubscription(Subscription):
    """A feed of changes as a calendar; with ``entry`` or ``exit`` that of a commute."""

    entry: Text = Field(
        None, description="Toll station where a commute enters: what concerns its entry, and a road named by `road`."
    )
    exit: Text = Field(
        None, description="Toll station where a commute leaves: what concerns its exit, and a road named by `road`."
    )
    days: _Days = Field(None, description=f"Days of travel, for alarms: {EXPECTED_DAYS}.")
    hours: _Hours = Field(None, description=f"Hours of travel, for alarms: {EXPECTED_HOURS}.")
    span: Annotated[Span | None, given(str)] = Field(
        None,
        description="What lasts several days: `full` as one event, `edges` as its first and last day, `daily` as an "
        "event a day for the next 14 days. Unless given, full up to a week and else edges.",
    )
    alarm: _Alarm = Field(None, description=f"When to ring, not at night unless that clock is named: {EXPECTED_ALARM}.")

    def wishes(self, today: date) -> Wishes:
        """How the calendar shows its changes; ``today`` in China."""
        dated = self.span is Span.DAILY or self.alarm is not None
        commute = Commute(days=self.days or (), hours=self.hours or ())
        return Wishes(span=self.span, alarm=self.alarm, commute=commute, today=today if dated else None)


class PageLanguage(Nothing):
    """In which language to show a page."""

    lang: Annotated[Lang | None, given(str)] = Field(
        None, description="Language; unless given, the one that Accept-Language prefers."
    )


class PageSelection(PageLanguage):
    """What the start page shows."""

    q: Text = Field(None, description="Road, station or both, in any order: 津蓟 天津站.")
    on: _Day = Field(None, description="Only what holds on that day in China, such as 2024-11-01; now unless given.")
    page: _PageNumber = Field(None, description="Which page of the roads, counted from 1.")


class StaticSelection(Nothing):
    """Which version of a file."""

    v: Text = Field(None, description="A digest of the file, as pages write it.")


class StationSelection(Nothing):
    """Which stations."""

    road: Text = Field(None, description="Road by name or number, 公路 or not.")
    q: Text = Field(None, description="Part of the station's name.")
    bbox: BoxText = Field(None, description=f"Only stations in that box: {EXPECTED_BOX}.")
    located: YesOrNo = Field(None, description="Only stations with coordinates (`true`) or without (`false`).")
    known_at: _From = _KNOWN_AT

    def query(self) -> Query:
        """The store's query."""
        return Query(road=self.road, q=self.q, bbox=self.bbox, located=self.located, known_at=self.known_at)


class Instants(Nothing):
    """As of when: what is known of a change, and where it stands."""

    at: _From = Field(default=None, description=f"`status` is that of this instant, or of now: {EXPECTED_TIME}.")
    known_at: _From = _KNOWN_AT


class TimelineSpan(Instants):
    """From when to when the states of a station are told."""

    from_: _From = Field(
        default=None,
        alias="from",
        description=f"`intervals` from then on, four weeks back unless given: {EXPECTED_TIME}.",
    )
    to: _To = Field(
        default=None,
        description=f"`intervals` until then, twelve weeks ahead unless given: {EXPECTED_TIME}, which is included.",
    )

    def span(self, moment: datetime) -> tuple[datetime, datetime]:
        """From when to when, seen from ``moment``.

        Raises:
            QueryError: the end is not after the begin, or more than a year after it.
        """
        begin = self.from_ or (min(moment, self.to) if self.to else moment) - BEHIND
        end = self.to or max(moment, begin) + AHEAD
        if begin >= end:
            raise QueryError("to", f"a time after from, {begin.isoformat()}", end.isoformat())
        if end - begin > LONGEST_SPAN:
            raise QueryError("to", f"at most {LONGEST_SPAN.days} days after from, {begin.isoformat()}", end.isoformat())
        return begin, end


class KnownAt(Nothing):
    """As of when something is known."""

    known_at: _From = _KNOWN_AT


async def once(request: Request) -> None:
    """Refuse a parameter given twice that takes one value, of which the framework would silently take the last.

    Raises:
        QueryError: naming the parameter.
    """
    counts = Counter(name for name, _ in request.query_params.multi_items())
    for name, count in counts.items():
        if count > 1 and name not in _REPEATABLE:
            raise QueryError(name, "one value", ", ".join(request.query_params.getlist(name)))


async def no_parameters(_: Annotated[Nothing, FromQuery()]) -> None:
    """Refuse every parameter, by naming none."""
