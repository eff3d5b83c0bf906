"""The parameters of items: those of the standard, and every filter of ``/v1/changes`` as a property filter (§7.15.5).

The surprising thing: a ``status`` must be asked for to see what was cancelled; ``all`` shows everything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from service.gazetteer.datum import Datum
from service.records import Status
from service.store import Query
from service.web.box import EXPECTED_BOX
from service.web.ogc.periods import EXPECTED_PERIOD, Period, read_period
from service.web.parameters import LARGEST_LIMIT, BoxText, Limit, Listing, Nothing, Text, YesOrNo, given

DEFAULT_ITEMS = 10
"""What the standard recommends (§7.15.2)."""

_SHOWN = tuple(status for status in Status if status is not Status.CANCELLED)
_ALL = "all"


def _statuses(value: Any) -> Any:
    texts = value if isinstance(value, list | tuple) else [value]
    words = tuple(word.strip() for text in texts for word in str(text).split(",") if word.strip())
    return tuple(Status) if _ALL in words else words


def _limited(default: Any = None) -> Any:
    return Field(
        default,
        description=f"Features a page, {DEFAULT_ITEMS} unless given; more than {LARGEST_LIMIT} gives {LARGEST_LIMIT}.",
    )


def _boxed() -> Any:
    return Field(None, description=f"What lies in or touches that box, and what nobody has located: {EXPECTED_BOX}.")


def _dated() -> Any:
    described = f"What holds at some time of it, and what has no time: {EXPECTED_PERIOD}."
    return Field(None, alias="datetime", description=described)


def _counted_from() -> Any:
    return Field(None, description="What coordinates of the answer are counted from, wgs84 unless given.")


_Period = Annotated[
    Period | None,
    given(read_period),
    PlainSerializer(str, when_used="unless-none"),
    WithJsonSchema({"type": "string"}),
]
_Datum = Annotated[Datum | None, given(str)]


class ChangeItems(Listing):
    """A page of the collection of changes."""

    bbox: BoxText = _boxed()
    datetime_: _Period = _dated()
    status: Annotated[
        tuple[Status, ...],
        BeforeValidator(_statuses),
        WithJsonSchema({"type": "array", "items": {"type": "string", "enum": [*Status, _ALL]}}),
    ] = Field((), description="Status now: all but cancelled unless given; several by commas, or `all`.")
    limit: Limit = _limited()
    datum: _Datum = _counted_from()

    @property
    def size(self) -> int:
        """Features of this page, at most."""
        return self.limit or DEFAULT_ITEMS

    def page(self) -> Query:
        """The store's query, as near as SQL comes: daily windows and the shapes within a box are for the caller."""
        query, period = super().page(), self.datetime_ or Period(None, None)
        return replace(
            query,
            status=self.status or _SHOWN,
            from_=max((each for each in (query.from_, period.begin) if each), default=None),
            to=min((each for each in (query.to, period.end) if each), default=None),
            unlocated_too=True,
            limit=self.size,
        )


class StationItems(Nothing):
    """A page of the collection of stations."""

    road: Text = Field(None, description="Road by name or number, 公路 or not.")
    q: Text = Field(None, description="Part of the station's name.")
    located: YesOrNo = Field(None, description="Only stations with coordinates (`true`) or without (`false`).")
    bbox: BoxText = _boxed()
    datetime_: _Period = _dated()
    limit: Limit = _limited()
    cursor: Text = Field(None, description="Where to go on: taken from the link `next`.")
    datum: _Datum = _counted_from()

    @property
    def size(self) -> int:
        """Features of this page, at most."""
        return self.limit or DEFAULT_ITEMS


class OneItem(Nothing):
    """One feature."""

    datum: _Datum = _counted_from()
