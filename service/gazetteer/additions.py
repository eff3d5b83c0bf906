"""What an import adds to the places known. It only ever adds: a contradiction is told, and what is known stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from service.errors import DocumentError
from service.gazetteer.osm import survey_map
from service.gazetteer.places import Atlas, Gazetteer, KnownRoad, PlaceError
from service.gazetteer.survey import Found, Problem, Survey, survey_features, survey_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What is new, by road; what was known already; and what was left out, and why."""

    roads: tuple[KnownRoad, ...]
    known: int
    unnamed: int
    problems: tuple[Problem, ...]
    conflicts: tuple[Problem, ...]


def survey_of(text: str, source: str) -> Survey:
    """The places that a file names, whichever of the three forms it has; ``source`` is the name of the file.

    Raises:
        DocumentError: it has none of them.
    """
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return survey_table(text.lstrip("\ufeff"), source)
    content = _json(text)
    if not isinstance(content, Mapping):
        raise DocumentError("gazetteer: expected a JSON object, found a list")
    if content.get("type") in ("FeatureCollection", "Feature"):
        return survey_features(content, source)
    if "elements" in content:
        return survey_map(content, source)
    keys = ", ".join(sorted(content)[:10])
    raise DocumentError(f"gazetteer: expected CSV, GeoJSON or an answer of Overpass, found JSON with {keys!r:.200}")


def _json(text: str) -> Any:
    try:
        return json.loads(text.lstrip("\ufeff"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"gazetteer: expected JSON (RFC 8259), found {error}") from error


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word}, which is no JSON")


def additions(gazetteer: Gazetteer, survey: Survey, *, road: str | None = None) -> Additions:
    """What ``survey`` adds to ``gazetteer``; ``road`` is that of every place whose own is not said."""
    atlas, news = Atlas(gazetteer.roads), Atlas()
    known = 0
    problems, conflicts = list(survey.problems), []
    for found in survey.found:
        on = _road(found, atlas, road)
        if on is None:
            reason = f"{found.place.name}: expected a road by name or by a national number that is known, found none"
            problems.append(Problem(found.where, reason))
            continue
        try:
            if atlas.add(on):
                news.add(on)
            else:
                known += 1
        except PlaceError as error:
            conflicts.append(Problem(found.where, f"{on.name}: {error}"))
    return Additions(
        roads=news.gazetteer().roads,
        known=known,
        unnamed=survey.unnamed,
        problems=tuple(problems),
        conflicts=tuple(conflicts),
    )


def _road(found: Found, atlas: Atlas, otherwise: str | None) -> KnownRoad | None:
    """The road of a place, with that place alone; a provincial number names no road."""
    numbered = atlas.named(found.number) if found.number else None
    # 沪宁高速 with G42 is a section of G42, and of G2 elsewhere: a name beside a number that is known is no alias.
    name = found.road if found.road and (numbered is None or atlas.knows(found.road)) else numbered or otherwise
    if name is None:
        return None
    number = found.number if found.road or numbered else None
    places = (found.place,)
    if found.junction:
        return KnownRoad(name=name, number=number, junctions=places)
    return KnownRoad(name=name, number=number, stations=places)
