"""CSV (RFC 4180): a row a change, for spreadsheets and for programs that want no tree.

New columns only ever come last. The surprising thing: a cell of text that begins like a formula is written with an
apostrophe before it, or opening the file would run what a stranger put into a notice. One that begins with an
apostrophe gets another, so whoever reads by program takes off exactly one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from service import prose
from service.feed import Lang
from service.gazetteer.datum import Datum, from_wgs84
from service.geometry import Shape
from service.prose.subject import LIMITS
from service.publish.text import legal, second
from service.records import Change, LaneCount, Revision

Cell = str | int | float | bool | None

_SIDES = ("entry", "exit", "carriageway")
_COUNTS = ("open", "closed", "total")
_LIKE_A_FORMULA = tuple("=+-@\t\r'＝＋－＠")
_BOM = "\ufeff"

COLUMNS = (
    *("id", "revision", "status", "kind", "action", "title"),
    *("road", "road_number", "station", "station_qualifier", "service_area", "junction", "ramp"),
    *("movement_from", "movement_to", "structure", "segment_from", "segment_to", "direction_from", "direction_to"),
    *("access", "start", "end", "start_basis", "end_basis", "windows", "vehicles", "exempt"),
    *(f"{side}_lanes_{count}" for side in _SIDES for count in (*_COUNTS, "which")),
    *LIMITS,
    *("contraflow", "detours", "replaces", "renamed_to", "reason", "advice", "flags", "confidence"),
    *("notice_id", "notice_title", "publisher", "published", "notice_url", "recorded"),
    *("lon", "lat", "datum", "accuracy_m"),
)
"""The columns, in their order. A list in a cell is separated by ``; ``."""


def head(*, bom: bool) -> bytes:
    """The first line; with a byte order mark, by which spreadsheets know UTF-8."""
    return (_BOM if bom else "").encode() + _line(COLUMNS)


def row(revision: Revision, status: str, shapes: tuple[Shape, ...], datum: Datum, lang: Lang) -> bytes:
    """The line of one change that has that ``status``; its coordinate is the middle of the first of ``shapes``."""
    change = revision.change
    found: tuple[Cell, ...] = (
        *(change.id, change.revision, status, change.kind, change.action, prose.headline(change, lang)),
        *_place(change),
        *_time(change),
        *(cell for side in _SIDES for cell in _lanes(getattr(change.lanes, side, None))),
        *(getattr(change.limits, name, None) for name in LIMITS),
        *_rest(change),
        *(change.notice.id, change.notice.title, change.notice.publisher, change.notice.published.isoformat()),
        *(change.notice.url, second(revision.recorded).isoformat()),
        *_where(shapes, datum),
    )
    return _line(map(_cell, found))


def _place(change: Change) -> tuple[Cell, ...]:
    road, station, junction = change.road, change.station, change.junction
    movement = junction.movement if junction else None
    return (
        *(road.name if road else None, road.number if road else None),
        *(station.name if station else None, station.qualifier if station else None),
        change.service_area.name if change.service_area else None,
        *(junction.name if junction else None, junction.ramp if junction else None),
        *_both_ends(movement),
        change.structure.name if change.structure else None,
        *_both_ends(change.segment),
        *_both_ends(change.direction),
        change.access,
    )


def _both_ends(of: object) -> tuple[str | None, str | None]:
    return getattr(of, "from_", None), getattr(of, "to", None)


def _time(change: Change) -> tuple[Cell, ...]:
    known = change.validity
    return (
        known.start.isoformat() if known.start else None,
        known.end.isoformat() if known.end else None,
        *(known.start_basis, known.end_basis),
        _list(f"{window.from_}-{window.to}" for window in known.windows),
        *(_list(change.vehicles), _list(change.exempt)),
    )


def _lanes(count: LaneCount | None) -> tuple[Cell, ...]:
    return (*(getattr(count, name, None) for name in _COUNTS), _list(count.which) if count else None)


def _rest(change: Change) -> tuple[Cell, ...]:
    return (
        "true" if change.contraflow else "false",
        _list(detour.text for detour in change.detours),
        change.relocation.replaces.name if change.relocation else None,
        *(change.renamed_to, change.reason, _list(change.advice), _list(change.flags), change.confidence),
    )


def _where(shapes: tuple[Shape, ...], datum: Datum) -> tuple[Cell, ...]:
    if not shapes:
        return (None,) * 4
    points = shapes[0].points
    lon, lat = from_wgs84(points[len(points) // 2], datum)
    return round(lon, 6), round(lat, 6), datum, shapes[0].accuracy_m


def _list(words: Iterable[str]) -> str:
    return "; ".join(words)


def _cell(value: Cell) -> str:
    if not isinstance(value, str):
        return "" if value is None else str(value)
    said = legal(value)
    return f"'{said}" if value.startswith(_LIKE_A_FORMULA) or said.startswith(_LIKE_A_FORMULA) else said


def _line(cells: Iterable[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    # What UTF-8 cannot say, a stranger wrote.
    return written.getvalue().encode(errors="replace")
