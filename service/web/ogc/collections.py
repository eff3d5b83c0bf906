"""The landing page, the conformance classes and the two collections (OGC API – Features 1.0, §7.2 to §7.14)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from service.gazetteer.datum import CHINA_BOX
from service.web import problem
from service.web.ogc.documents import CRS84, GEOJSON, HTML, JSON, OGC, Link, as_json, link
from service.web.parameters import no_parameters, once
from service.web.site import TheSite

router = APIRouter(tags=["ogc"], dependencies=[Depends(once), Depends(no_parameters)])

OPENAPI_30 = "application/vnd.oai.openapi+json;version=3.0"

CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{each}" for each in ("core", "oas30", "geojson")
)

_ERRORS = problem.described(problem.PARAMETER)


class Collection(StrEnum):
    """What there are collections of."""

    CHANGES = "changes"
    STATIONS = "stations"


_TITLES = {
    Collection.CHANGES: ("收费站与道路变更 Changes", "Openings, closures and restrictions of toll stations and roads."),
    Collection.STATIONS: (
        "收费站 Toll stations",
        "Toll stations that are listed or that a notice named, as they stand now.",
    ),
}


def _documented(description: str) -> dict[int | str, dict[str, Any]]:
    return {**_ERRORS, 200: {"description": description, "content": {JSON: {"schema": {"type": "object"}}}}}


@router.get(OGC, include_in_schema=False, response_class=Response)
@router.get(f"{OGC}/", summary="OGC API", responses=_documented("Where everything is"), response_class=Response)
def landing(site: TheSite) -> Response:
    """The landing page of OGC API – Features: where its description, conformance and collections are."""
    here = f"{site.base_url}{OGC}"
    links = [
        link("self", f"{here}/", JSON, "This document"),
        link("alternate", f"{site.base_url}/", HTML, "The same for people"),
        link("service-desc", f"{here}/api", OPENAPI_30, "The description of this API"),
        link("conformance", f"{here}/conformance", JSON, "Conformance classes"),
        link("data", f"{here}/collections", JSON, "The collections"),
    ]
    description = "Toll station changes in China, read from the original notices. 收费站与高速公路变更。"
    return as_json({"title": "tollfeed", "description": description, "links": links})


@router.get(
    f"{OGC}/conformance",
    summary="Conformance classes",
    responses=_documented("The classes of OGC API – Features 1.0"),
    response_class=Response,
)
def conformance() -> Response:
    """What of the standard is implemented."""
    return as_json({"conformsTo": CONFORMANCE})


@router.get(
    f"{OGC}/collections",
    summary="Collections",
    responses=_documented("The collections"),
    response_class=Response,
)
def collections(site: TheSite) -> Response:
    """What there are features of."""
    links = [link("self", f"{site.base_url}{OGC}/collections", JSON, "This document")]
    return as_json({"links": links, "collections": [_described(each, site.base_url) for each in Collection]})


@router.get(
    f"{OGC}/collections/{{collection}}",
    summary="A collection",
    responses={**_documented("The collection"), **problem.described(problem.MISSING)},
    response_class=Response,
)
def collection(
    collection: Annotated[Collection, Path(description="`changes` or `stations`.")], site: TheSite
) -> Response:
    """One collection: its extent, and where its features are."""
    return as_json(_described(collection, site.base_url))


def _described(collection: Collection, base_url: str) -> dict[str, Any]:
    title, description = _TITLES[collection]
    here = f"{base_url}{OGC}/collections/{collection}"
    links: list[Link] = [
        link("self", here, JSON, "This document"),
        link("items", f"{here}/items", GEOJSON, title),
        link("alternate", f"{base_url}/{'' if collection is Collection.CHANGES else 'roads'}", HTML, "For people"),
    ]
    # The rectangle that every coordinate of a gazetteer lies in: that of today's features may be another tomorrow.
    extent = {
        "spatial": {"bbox": [CHINA_BOX], "crs": CRS84},
        "temporal": {"interval": [[None, None]], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"},
    }
    return {
        "id": collection,
        "title": title,
        "description": description,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": links,
    }
