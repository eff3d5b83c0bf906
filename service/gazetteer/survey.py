"""What an imported file says of places: a table (CSV) or GeoJSON (RFC 7946); OpenStreetMap in ``osm``.

A value that cannot be is a problem of its row, told with its line; the other rows are read all the same. What a file
does not say is not guessed: not a road, not an order, and no coordinate without its datum.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.errors import DocumentError
from service.gazetteer.datum import Datum
from service.gazetteer.places import KnownPlace, PlaceError, Position
from service.gazetteer.values import a_name, a_number, a_position, a_stake, an_order, names

COLUMNS = ("name", "aliases", "road", "road_number", "order", "stake", "lon", "lat", "datum", "accuracy_m", "source")
"""The columns of a table, and the properties of a feature that are read."""

MOST_PLACES = 50_000
"""Places in one file; China has some twelve thousand toll stations."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,20})?")
_LISTED = re.compile(r"[;；、|]")
_WGS84 = re.compile("CRS84|EPSG:+(?:[0-9.]*:)?4326", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A place that a file names; ``where`` tells its line, feature or node."""

    where: str
    place: KnownPlace
    junction: bool = False
    road: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be taken over, and why."""

    where: str
    reason: str


@dataclass(slots=True)
class Survey:
    """What a file says; ``unnamed`` counts what has no name, as most booths of a map have."""

    found: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unnamed: int = 0


def survey_table(text: str, source: str) -> Survey:
    """The places of a table whose first line names its columns; separated by commas, semicolons or tabs.

    Raises:
        DocumentError: it is no such table; a column of another name would be lost, and is refused.
    """
    heads = text.partition("\n")[0]
    separator = max(",;\t", key=heads.count)
    survey = Survey()
    try:
        rows = csv.DictReader(text.splitlines(keepends=True), delimiter=separator, strict=True)
        columns = [head.strip() for head in rows.fieldnames or ()]
        if "name" not in columns or set(columns) - set(COLUMNS) or len(set(columns)) < len(columns):
            raise DocumentError(f"table: expected columns of {', '.join(COLUMNS)}, found {', '.join(columns)!r:.300}")
        rows.fieldnames = columns
        for row in rows:
            where = f"line {rows.line_num}"
            if None in row:
                survey.problems.append(Problem(where, f"expected {len(columns)} columns, found more"))
            elif any(value and value.strip() for value in row.values()):
                _take(survey, where, {key: (value or "").strip() or None for key, value in row.items()}, source)
    except csv.Error as error:
        raise DocumentError(f"table: expected comma-separated values (RFC 4180), found {error}") from error
    return survey


def _take(survey: Survey, where: str, row: Mapping[str, str | None], source: str) -> None:
    aliases = [alias for alias in _LISTED.split(row.get("aliases") or "") if alias.strip()]
    order = row.get("order")
    values = {
        **row,
        "aliases": aliases,
        "order": int(order) if order and re.fullmatch("[0-9]{1,9}", order) else order,
        **{key: _decimal(row.get(key)) for key in ("lon", "lat", "accuracy_m")},
    }
    take(survey, where, values, source)


def _decimal(value: str | None) -> float | str | None:
    """The number that ``value`` writes; anything else stays as it is, to be refused with its own words."""
    return float(value) if value and _DECIMAL.fullmatch(value) else value


def take(survey: Survey, where: str, values: Mapping[str, Any], source: str, *, junction: bool = False) -> None:
    """Add the place of ``values`` to ``survey``, or what is wrong with it."""
    if len(survey.found) >= MOST_PLACES:
        raise DocumentError(f"gazetteer: expected at most {MOST_PLACES} places in one file, found more at {where}")
    try:
        road = values.get("road")
        place = KnownPlace(
            name=a_name(values.get("name")),
            aliases=names(values.get("aliases")),
            order=an_order(values.get("order")),
            stake_m=None if values.get("stake") is None else a_stake(values["stake"]),
            position=_position(values, source),
        )
        number = a_number(values.get("road_number"))
        found = Found(where=where, place=place, junction=junction, road=road and a_name(road), number=number)
    except PlaceError as error:
        survey.problems.append(Problem(where, str(error)))
    else:
        survey.found.append(found)


def _position(values: Mapping[str, Any], source: str) -> Position | None:
    lon, lat = values.get("lon"), values.get("lat")
    if lon is None and lat is None:
        return None
    return a_position(lon, lat, values.get("datum"), values.get("accuracy_m"), a_name(values.get("source") or source))


def survey_features(content: Mapping[str, Any], source: str) -> Survey:
    """The places of GeoJSON: points with the properties of :data:`COLUMNS`; others are left alone.

    Coordinates are WGS 84 (RFC 7946 §4), unless a property ``datum`` says otherwise.

    Raises:
        DocumentError: it is no GeoJSON, or counts its coordinates from something else.
    """
    crs = content.get("crs")
    if crs is not None and not _WGS84.search(json.dumps(crs)):
        raise DocumentError(f"GeoJSON: expected coordinates in WGS 84 (RFC 7946), found crs {crs!r:.200}")
    features = content.get("features") if content.get("type") == "FeatureCollection" else [content]
    if not isinstance(features, list):
        raise DocumentError("GeoJSON: expected a list of features, found none")
    survey = Survey()
    for count, feature in enumerate(features, start=1):
        _take_feature(survey, f"feature {count}", feature, source)
    return survey


def _take_feature(survey: Survey, where: str, feature: Any, source: str) -> None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        survey.problems.append(Problem(where, f"expected a feature with properties, found {feature!r:.200}"))
        return
    if properties.get("name") is None:
        survey.unnamed += 1
        return
    try:
        point = _point(feature.get("geometry"))
    except PlaceError as error:
        survey.problems.append(Problem(where, str(error)))
        return
    aliases = properties.get("aliases")
    given = {key: properties.get(key) for key in COLUMNS}
    given["aliases"] = list(_split(aliases)) if isinstance(aliases, str) else aliases
    given["datum"] = properties.get("datum", Datum.WGS84)
    take(survey, where, {**given, **point}, source, junction=properties.get("highway") == "motorway_junction")


def _split(aliases: str) -> Iterator[str]:
    yield from (alias for alias in _LISTED.split(aliases) if alias.strip())


def _point(geometry: Any) -> dict[str, Any]:
    if geometry is None:
        return {"lon": None, "lat": None}
    place = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    if not isinstance(place, list) or len(place) not in (2, 3):
        raise PlaceError(f"expected a Point of longitude and latitude, found {geometry!r:.200}")
    return {"lon": place[0], "lat": place[1]}
