"""Problem details (RFC 9457): every error is one ``application/problem+json`` document.

``type`` is an address on the page ``/problems``, which explains it. FastAPI's own validation errors are 422 in a
shape of their own; here they are 400 and say what ours say: which parameter, what was expected, what was found.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import singledispatch
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.errors import DocumentError, QueryError, StoreError

MEDIA_TYPE = "application/problem+json"
_LONGEST_FOUND = 200
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: the last word of its ``type``, its HTTP status, its title and what to do about it."""

    name: str
    status: int
    title: str
    advice: str


PARAMETER = Kind("parameter", 400, "A parameter is unknown or has an unexpected value", "Correct what errors names.")
BODY = Kind("body", 400, "The body cannot be read", "Send text/plain, or application/json as documented.")
KEY = Kind("key", 401, "A valid API key is needed", "Send the header “Authorization: Bearer KEY”.")
CLOSED = Kind("closed", 403, "Nobody may post here yet", "Make a key on the server: tollfeed keys add NAME")
MISSING = Kind("not-found", 404, "Nothing is found here", "Look the id up in /v1/changes, the path in /openapi.json.")
METHOD = Kind("method", 405, "The method is not allowed here", "Use a method that the Allow header names.")
STALE = Kind("stale", 409, "The change was altered meanwhile", "Look at its newest revision and decide again.")
GONE = Kind("gone", 410, "The log begins later than that", "Take every change anew, then go on with the log from next.")
SIZE = Kind("too-large", 413, "The document is too large", "Send the announcement alone, as text.")
MEDIA = Kind("media-type", 415, "The media type is not accepted", "Send text/plain or application/json.")
DOCUMENT = Kind("document", 422, "The document is not readable text", "Send the announcement as UTF-8 text.")
REUSED = Kind("idempotency", 422, "The Idempotency-Key was used for another body", "Take a new key for a new body.")
ENDPOINT = Kind("endpoint", 422, "The endpoint does not prove itself", "Let it answer the challenge: docs/webhooks.md.")
LIMIT = Kind("limit", 409, "There are as many as there may be", "Delete one that is not needed any more.")
BROKEN = Kind("internal", 500, "The server made a mistake", "Try again later; the server has logged it.")
UNREADY = Kind("not-ready", 503, "The database does not answer", "Try again later.")

KINDS = (
    PARAMETER,
    BODY,
    KEY,
    CLOSED,
    MISSING,
    METHOD,
    STALE,
    GONE,
    SIZE,
    MEDIA,
    DOCUMENT,
    REUSED,
    ENDPOINT,
    LIMIT,
    BROKEN,
    UNREADY,
)
"""All of them, as the page /problems lists them."""


class Member(BaseModel):
    """One thing wrong with a request."""

    parameter: str
    expected: str
    found: str


class ProblemDetails(BaseModel):
    """The document (RFC 9457); ``parameter``, ``expected`` and ``found`` repeat the first of ``errors``.

    ``snapshot`` and ``next`` are where to begin anew with a log that no longer reaches back that far. ``error`` is the
    detail again, under the name that Open511 prescribes.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    parameter: str | None = None
    expected: str | None = None
    found: str | None = None
    errors: tuple[Member, ...] | None = None
    snapshot: str | None = None
    next: str | None = None
    error: str | None = None


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """Raised where a request cannot be answered; becomes the document."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[QueryError] = (),
        headers: Mapping[str, str] | None = None,
        hints: Mapping[str, str] | None = None,
    ) -> None:
        """``errors`` become a list in the document; the first also stands at the top, where a simple client looks.

        ``hints`` are further members of the document.
        """
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.hints = dict(hints or {})


def unexpected(errors: Iterable[QueryError], kind: Kind = PARAMETER) -> Problem:
    """The problem of parameters, or of members of a body."""
    given = tuple(errors)
    return Problem(kind, "; ".join(map(str, given)), errors=given)


def document(problem: Problem, *, base_url: str, instance: str) -> bytes:
    """The JSON of ``problem``; ``instance`` is the path asked for."""
    members = tuple(Member(parameter=e.parameter, expected=e.expected, found=e.found) for e in problem.errors)
    written = ProblemDetails(
        type=f"{base_url}/problems#{problem.kind.name}",
        title=problem.kind.title,
        status=problem.kind.status,
        detail=problem.detail,
        instance=instance,
        errors=members or None,
        error=problem.detail if instance.startswith("/open511") else None,
        **(members[0].model_dump() if members else {}),
        **problem.hints,
    ).model_dump(exclude_none=True)
    # What cannot be written (a lone surrogate) is found in what was sent.
    return json.dumps(written, ensure_ascii=False).encode(errors="backslashreplace")


def described(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI documents answers with these problems."""
    titles: dict[int, list[str]] = {}
    for kind in kinds:
        titles.setdefault(kind.status, []).append(kind.title)
    return {status: {"model": ProblemDetails, "description": ". ".join(title)} for status, title in titles.items()}


def install(app: FastAPI, page: Callable[[Request, Problem], Response | None]) -> None:
    """Answer every error of ``app`` with a problem document, or with ``page`` where that gives one."""

    async def answer(request: Request, error: Exception) -> Response:
        problem = _problem(error, request)
        shown = page(request, problem)
        if shown is not None:
            shown.headers.update(problem.headers)
            return shown
        content = document(problem, base_url=app.state.base_url, instance=request.url.path)
        headers = {"Cache-Control": "no-store", **problem.headers}
        return Response(content, status_code=problem.kind.status, headers=headers, media_type=MEDIA_TYPE)

    for error in (Exception, Problem, QueryError, DocumentError, StoreError, RequestValidationError, HTTPException):
        app.add_exception_handler(error, answer)


@singledispatch
def _problem(_: Exception, request: Request) -> Problem:
    # The exception goes on to the server, which logs it; its text may hold what is not for everybody.
    return Problem(BROKEN, f"{request.url.path} met an error that nobody foresaw; the server has logged it")


@_problem.register
def _(error: Problem, _: Request) -> Problem:
    return error


@_problem.register
def _(error: QueryError, _: Request) -> Problem:
    return unexpected([error])


@_problem.register
def _(error: DocumentError, _: Request) -> Problem:
    return Problem(DOCUMENT, str(error))


@_problem.register
def _(error: StoreError, _: Request) -> Problem:
    # Its text names the database, which is for the operator alone.
    _LOG.error("%s", error)
    return Problem(
        UNREADY, "The database does not answer; the log of the server says why", headers={"Retry-After": "30"}
    )


@_problem.register
def _(error: RequestValidationError, request: Request) -> Problem:
    # An id that no record can have names nothing.
    if any(each["loc"][0] == "path" for each in error.errors()):
        return Problem(MISSING, f"{request.url.path} names nothing")
    return unexpected(read_errors(error.errors(), _documented(request)))


@_problem.register
def _(error: HTTPException, request: Request) -> Problem:
    """The framework's own: what routing did not find."""
    if error.status_code == METHOD.status:
        allowed = _allowed(request, (error.headers or {}).get("Allow", ""))
        return Problem(METHOD, f"{request.method} is not allowed on {request.url.path}", headers={"Allow": allowed})
    if error.status_code == MISSING.status:
        return Problem(MISSING, f"{request.url.path} does not exist")
    return Problem(BODY if error.status_code < BROKEN.status else BROKEN, str(error.detail))


def _allowed(request: Request, told: str) -> str:
    """The methods of all routes of that path; the framework tells those of the first."""
    route = request.scope.get("route")
    operations = request.app.openapi()["paths"].get(route.path, {}) if route else {}
    methods = dict.fromkeys((*filter(None, told.split(", ")), *map(str.upper, operations)))
    # Whatever answers GET answers HEAD, of which the framework knows nothing.
    return ", ".join(sorted(methods)).replace("GET", "GET, HEAD")


def read_errors(errors: Iterable[Mapping[str, Any]], known: Sequence[str]) -> tuple[QueryError, ...]:
    """Pydantic's errors in our words; ``known`` are the names that are allowed."""
    return tuple(_read_error(error, known) for error in errors)


def _read_error(error: Mapping[str, Any], known: Sequence[str]) -> QueryError:
    location = [str(part) for part in error["loc"] if part != "query"]
    # An item of a repeatable parameter has its index behind the name.
    name = location[0] if location else "body"
    found = error["input"]
    if isinstance(found, list | tuple):
        found = ",".join(map(str, found))
    if error["type"] == "extra_forbidden":
        return QueryError(name, _known(name, known), name)
    if error["type"] == "missing":
        return QueryError(name, "a value", "none")
    return QueryError(name, _expected(error), str(found)[:_LONGEST_FOUND])


def _expected(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    if "expected" in context:
        return str(context["expected"]).replace("'", "")
    return str(context.get("error") or error["msg"])


def _known(name: str, known: Sequence[str]) -> str:
    if not known:
        return "no parameters here"
    close = get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"one of {', '.join(known)}{hint}"


def _documented(request: Request) -> tuple[str, ...]:
    """The query parameters of the route as OpenAPI tells them, so that what is documented is what is allowed."""
    operations = request.app.openapi()["paths"].get(request.scope["route"].path, {})
    parameters = operations.get(request.method.lower(), {}).get("parameters", [])
    return tuple(parameter["name"] for parameter in parameters if parameter["in"] == "query")
