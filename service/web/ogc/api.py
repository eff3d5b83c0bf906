"""The description of ``/ogc`` as OpenAPI 3.0 (OGC API – Features 1.0, conformance class oas30).

The program describes itself in OpenAPI 3.1, which is at ``/openapi.json``. The standard and its clients want 3.0, where
null is no type, and its own wording of ``limit``, ``bbox`` and ``datetime`` (§7.15).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from service.web import problem
from service.web.ogc.collections import OPENAPI_30
from service.web.ogc.documents import OGC, as_json
from service.web.ogc.parameters import DEFAULT_ITEMS
from service.web.parameters import no_parameters, once

router = APIRouter(tags=["ogc"], dependencies=[Depends(once), Depends(no_parameters)])

_REFERENCE = "#/components/schemas/"
_STANDARD: dict[str, dict[str, Any]] = {
    # No maximum: more than that is clipped, not refused (requirement 21 C).
    "limit": {"schema": {"type": "integer", "minimum": 1, "default": DEFAULT_ITEMS}},
    "bbox": {"schema": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}},
    "datetime": {"schema": {"type": "string"}},
}
_ONLY_31 = {"examples", "const", "contentMediaType", "contentEncoding", "prefixItems"}


@router.get(
    f"{OGC}/api",
    summary="The description of this API",
    responses={
        **problem.described(problem.PARAMETER),
        200: {"description": "OpenAPI 3.0", "content": {OPENAPI_30: {"schema": {"type": "object"}}}},
    },
    response_class=Response,
)
def described(request: Request) -> Response:
    """What is below `/ogc`, as OpenAPI 3.0."""
    return as_json(openapi_30(request.app.openapi()), OPENAPI_30)


def openapi_30(whole: dict[str, Any]) -> dict[str, Any]:
    """The part of an OpenAPI 3.1 document that is about ``/ogc``, as 3.0."""
    paths = {path: _as_30(item) for path, item in whole["paths"].items() if path.startswith(OGC)}
    for parameter in (each for item in paths.values() for each in item["get"].get("parameters", ())):
        if parameter["in"] == "query" and parameter["name"] in _STANDARD:
            parameter.update(_STANDARD[parameter["name"]])
        if parameter["in"] == "query":
            parameter.update({"style": "form", "explode": False})
        parameter.pop("example", None)
    schemas = whole["components"]["schemas"]
    return {
        "openapi": "3.0.3",
        "info": {name: whole["info"][name] for name in ("title", "version", "description")},
        "servers": whole["servers"],
        "paths": paths,
        "components": {"schemas": {name: _as_30(schemas[name]) for name in sorted(_used(paths, schemas))}},
    }


def _used(value: object, schemas: dict[str, Any]) -> set[str]:
    """The schemas that ``value`` refers to, and those that these refer to."""
    found: set[str] = set()
    new = set(_references(value))
    while new:
        found |= new
        new = {name for each in new for name in _references(schemas[each])} - found
    return found


def _references(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "$ref":
                yield re.sub(f"^{_REFERENCE}", "", each)
            else:
                yield from _references(each)


def _as_30(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_30(each) for each in value]
    if not isinstance(value, dict):
        return value
    written = {name: _as_30(each) for name, each in value.items() if name not in _ONLY_31}
    # Classes of Unicode, which the regular expressions of 3.0 (ECMA 262, 5.1) do not know.
    if r"\p{" in str(value.get("pattern")):
        del written["pattern"]
    if "const" in value:
        written["enum"] = [value["const"]]
    return _with_null(written)


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    """``schema`` without the type null, which 3.0 writes as ``nullable``."""
    if isinstance(schema.get("type"), list):
        (kind,) = (each for each in schema["type"] if each != "null")
        return {**schema, "type": kind, "nullable": True}
    several = schema.get("anyOf")
    if not isinstance(several, list) or {"type": "null"} not in several:
        return schema
    rest = [each for each in several if each != {"type": "null"}]
    others = {name: each for name, each in schema.items() if name != "anyOf"}
    # A $ref stands alone in 3.0: what is beside it would not count.
    return {**others, "nullable": True, **({"allOf": rest} if len(rest) == 1 else {"anyOf": rest})}
