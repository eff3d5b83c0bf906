"""JSON bodies read here, bounded, and not by the framework, which keeps whatever comes before it looks."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from service.web import problem
from service.web.notices import read_body

LONGEST = 20_000
"""Bytes of a body that asks for something."""

_Body = TypeVar("_Body", bound=BaseModel)


def takes(model: type[BaseModel], example: object, *, required: bool) -> dict[str, Any]:
    """What OpenAPI says of such a body."""
    content = {"application/json": {"schema": _in_one_piece(model.model_json_schema()), "example": example}}
    return {"requestBody": {"required": required, "content": content}}


def _in_one_piece(schema: dict[str, Any]) -> dict[str, Any]:
    """``schema`` with its definitions in place: as part of a description its references would lead nowhere."""
    definitions = schema.get("$defs", {})

    def placed(part: Any) -> Any:
        if isinstance(part, list):
            return [placed(each) for each in part]
        if not isinstance(part, dict):
            return part
        referred = definitions.get(str(part.get("$ref", "")).removeprefix("#/$defs/"), {})
        return {key: placed(value) for key, value in {**referred, **part}.items() if key not in ("$ref", "$defs")}

    found: dict[str, Any] = placed(schema)
    return found


async def read(request: Request, model: type[_Body]) -> _Body:
    """The body as ``model``; no body is an empty object.

    Raises:
        Problem: it is too long, or not as documented.
    """
    body = await read_body(request, LONGEST)
    try:
        return model.model_validate_json(body.strip() or b"{}")
    except ValidationError as error:
        known = tuple(model.model_fields)
        raise problem.unexpected(problem.read_errors(error.errors(), known), problem.BODY) from error
