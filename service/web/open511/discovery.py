"""Where everything is: the discovery document and the jurisdiction, of which there is one.

The surprising thing: the schema of the XML wants an e-mail address and a licence of a jurisdiction. Whoever runs this
service tells them by its settings; none is made up.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from service.feed import Lang
from service.publish.open511 import JURISDICTION, json_members, jurisdiction, xml_document, xml_members
from service.publish.text import line
from service.web import problem
from service.web.accept import preferred
from service.web.open511.parameters import Document, Form, supported
from service.web.parameters import once
from service.web.problem import Problem
from service.web.site import Site, TheSite

HOME = "/open511"
router = APIRouter(prefix=HOME, tags=["open511"], dependencies=[Depends(once), Depends(supported)])

JurisdictionId = Annotated[str, Path(pattern=f"^{JURISDICTION}$", description="As the discovery document gives it.")]
_CHINA = (73.0, 3.0, 136.0, 54.0)
"""West, south, east and north, in degrees."""

_MEDIA = {Form.JSON: "application/json", Form.XML: "application/xml"}


def documented(description: str, *problems: problem.Kind) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI documents a document in both forms."""
    content = {
        _MEDIA[Form.JSON]: {"schema": {"type": "object"}},
        _MEDIA[Form.XML]: {"schema": {"type": "string"}},
    }
    return {
        **problem.described(problem.PARAMETER, *problems),
        200: {"description": description, "content": content},
    }


def form_of(request: Request, asked: Document) -> Form:
    """How the answer is to be written."""
    if asked.format_:
        return asked.format_
    accept = request.headers.get("accept", "")
    return Form.XML if preferred(accept, (*_MEDIA.values(), "text/xml")).endswith("xml") else Form.JSON


def answered(content: bytes, form: Form, asked: Document) -> Response:
    """The answer, which any page may read."""
    headers = {
        "Content-Type": _MEDIA[form],
        "Content-Language": (asked.spoken).tag,
        "Vary": "Accept",
        "Access-Control-Allow-Origin": "*",
    }
    return Response(content, headers=headers)


@router.get("", include_in_schema=False, response_class=Response)
@router.get("/", summary="Open511", responses=documented("Where everything is"), response_class=Response)
def discovery(request: Request, asked: Annotated[Document, Query()], site: TheSite) -> Response:
    """The discovery document of Open511: jurisdictions and services."""
    here, own = f"{site.base_url}{HOME}", jurisdiction(site.base_url)
    members = {
        "jurisdictions": [{"id": own, "name": _name(site), "url": f"{here}/jurisdictions/{own}"}],
        "services": [
            {
                "url": f"{here}/events",
                "service_type_url": "http://open511.org/services/events/",
                "supported_versions": ["v1"],
            }
        ],
    }
    return _written(request, asked, site, members)


@router.get(
    "/jurisdictions",
    summary="Jurisdictions",
    responses=documented("The one that there is"),
    response_class=Response,
)
def jurisdictions(request: Request, asked: Annotated[Document, Query()], site: TheSite) -> Response:
    """The jurisdictions that publish here."""
    return _written(request, asked, site, {"jurisdictions": [_described(site)]})


@router.get(
    "/jurisdictions/{jurisdiction_id}",
    summary="A jurisdiction",
    responses=documented("The jurisdiction", problem.MISSING),
    response_class=Response,
)
def one_jurisdiction(
    request: Request, jurisdiction_id: JurisdictionId, asked: Annotated[Document, Query()], site: TheSite
) -> Response:
    """Who publishes: the host of this service."""
    _known(jurisdiction_id, site)
    return _written(request, asked, site, {"jurisdictions": [_described(site)]})


@router.get(
    "/jurisdictions/{jurisdiction_id}/geography",
    summary="Where a jurisdiction is",
    responses=documented("The box that China lies in", problem.MISSING),
    response_class=Response,
)
def geography(
    request: Request, jurisdiction_id: JurisdictionId, asked: Annotated[Document, Query()], site: TheSite
) -> Response:
    """Where what is published can be: anywhere in China, of which this is the box."""
    _known(jurisdiction_id, site)
    west, south, east, north = _CHINA
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return _written(request, asked, site, {"geographies": [{"type": "Polygon", "coordinates": [ring]}]})


def _known(jurisdiction_id: str, site: Site) -> None:
    if jurisdiction_id != jurisdiction(site.base_url):
        raise Problem(problem.MISSING, f"No jurisdiction has the id {jurisdiction_id}")


def _name(site: Site) -> str:
    return line(site.settings.publisher) or "tollfeed"


def _described(site: Site) -> dict[str, Any]:
    own, settings = jurisdiction(site.base_url), site.settings
    url = f"{site.base_url}{HOME}/jurisdictions/{own}"
    return {
        "id": own,
        "url": url,
        "name": _name(site),
        **({"email": settings.email} if settings.email else {}),
        **({"license_url": settings.license} if settings.license else {}),
        "geography_url": f"{url}/geography",
        "timezone": "Asia/Shanghai",
        "distance_unit": "KILOMETRES",
        "languages": [lang.tag for lang in Lang],
    }


def _written(request: Request, asked: Document, site: Site, members: dict[str, Any]) -> Response:
    form = form_of(request, asked)
    if form is Form.JSON:
        return answered(json_members({**members, "meta": {"version": "v1"}}) + b"\n", form, asked)
    return answered(xml_document(xml_members(members), site.base_url, asked.spoken), form, asked)
