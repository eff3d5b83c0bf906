"""The description of the API (OpenAPI 3.1), as it is and not as the framework believes.

The framework documents a 422 of its own for every route with parameters, which never comes: see
:mod:`service.web.problem`, and it gives problems the media type of the good answer.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.web import examples
from service.web.problem import MEDIA_TYPE

DESCRIPTION = """\
Changes of toll stations on Chinese motorways, read from the original notices by published rules.

* Times are RFC 3339 with an offset; a validity's `end` is exclusive; a whole day is a day in China.
* What a notice does not say is `null` or an empty list.
* An unknown parameter is an error. Every error is an `application/problem+json` document (RFC 9457).
* Every `GET` also answers `HEAD`. Feeds have an `ETag` and a `Last-Modified`: send them back and get 304.
"""

TAGS = [
    {"name": "changes", "description": "What changes, where and when."},
    {"name": "stations", "description": "Toll stations and what happens there."},
    {"name": "notices", "description": "The original words."},
    {"name": "reviews", "description": "Changes in doubt, and what people say of them."},
    {"name": "following", "description": "Every revision in order: to mirror, or to be told at once."},
    {"name": "trips", "description": "Whether a way is open."},
    {"name": "webhooks", "description": "To be told of changes by HTTP."},
    {"name": "feeds", "description": "To subscribe to: RSS, Atom and calendars."},
    {"name": "ogc", "description": "For GIS programs: OGC API – Features 1.0."},
    {"name": "open511", "description": "Road events: Open511 v1."},
    {"name": "pages", "description": "For people."},
    {"name": "operation", "description": "For operators and monitors."},
]

_FIRST_ERROR = 400
_NAMES = ("title", "description")
_PRESCRIBED = frozenset({"$ref", "enum", "format", "pattern"})
_FRAMEWORKS_OWN = "#/components/schemas/HTTPValidationError"


def install(app: FastAPI) -> None:
    """Let ``app`` describe itself; made once, at the first request."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                routes=app.routes,
                tags=TAGS,
                license_info=None,
                servers=[{"url": app.state.base_url}],
            )
            app.openapi_schema = _corrected(schema)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # the way the framework documents


def _corrected(schema: dict[str, Any]) -> dict[str, Any]:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            operation["responses"] = {
                status: _response(status, response, examples.ANSWERS.get((method, path)))
                for status, response in operation["responses"].items()
                if _FRAMEWORKS_OWN not in str(response)
            }
            for parameter in operation.get("parameters", ()):
                _exemplify(parameter)
                _allow_blank(parameter)
            if "pages" in operation["tags"]:
                _show_errors(operation["responses"])
    for name in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(name, None)
    return schema


def _response(status: str, response: dict[str, Any], example: object) -> dict[str, Any]:
    """Examples are put in here, because the framework would drop their nulls."""
    content = dict(response.get("content", {}))
    if int(status) >= _FIRST_ERROR:
        content = {MEDIA_TYPE: next(iter(content.values()))}
        example = examples.PROBLEM if int(status) == examples.PROBLEM["status"] else None
    for media in content.values():
        if example is not None:
            media["example"] = example
    return {**response, "content": content} if content else response


def _show_errors(responses: dict[str, Any]) -> None:
    """A browser is shown a page of what is wrong."""
    for status, response in responses.items():
        if int(status) >= _FIRST_ERROR:
            response["content"]["text/html"] = {"schema": {"type": "string"}}


def _allow_blank(parameter: dict[str, Any]) -> None:
    """An address has no null: a blank value is none (:mod:`service.web.parameters`), whatever words are prescribed."""
    schema = parameter["schema"]
    if parameter["in"] != "query" or parameter.get("required") or "default" in schema:
        return
    shape = {key: value for key, value in schema.items() if key not in _NAMES}
    known = [each for each in schema.get("anyOf", [shape]) if each != {"type": "null"}]
    if any(not _PRESCRIBED.isdisjoint(each) for each in known):
        named = {key: value for key, value in schema.items() if key in _NAMES}
        parameter["schema"] = {"anyOf": [*known, {"type": "string", "pattern": r"^\s*$"}], **named}


def _exemplify(parameter: dict[str, Any]) -> None:
    """Its own example, where one name means two things; else that of its name."""
    own = parameter["schema"].get("examples")
    if own:
        parameter["example"] = own[0]
    elif parameter["name"] in examples.PARAMETERS:
        parameter["example"] = examples.PARAMETERS[parameter["name"]]
