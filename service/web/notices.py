"""POST /v1/notices: an announcement comes in by HTTP, with a key (RFC 6750), once (Idempotency-Key).

An Idempotency-Key is bound to the key that sent it and to the bytes of the body: the same again gets the answer of
the first time, other bytes are refused. Without one a repetition is harmless, too, since a notice is known by its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import Message
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from service.document import checked
from service.intake import Kind, item_of
from service.keys import fingerprint
from service.poll import ingest
from service.records import at
from service.store import Added, Answer, Store
from service.web import examples, problem
from service.web.answers import Posted, PostedNotice, write
from service.web.parameters import no_parameters
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite
from service.web.times import read_day

router = APIRouter(prefix="/v1", tags=["notices"])

_LONGEST_KEY = 255
# A page comes with the script of its site and without its address: whoever has it posts its words.
_KINDS = (Kind.TEXT, Kind.JSON, Kind.PDF, Kind.WORD)
_ACCEPTED = {"Accept": ", ".join(_KINDS)}
BEARER = HTTPBearer(auto_error=False, description="A key that `tollfeed keys add NAME` made.")
"""Where a request carries its key."""


def _line(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("unexpected", "expected {expected}", {"expected": "one line of printable characters"})
    return text.strip()


def _published(value: Any) -> Any:
    try:
        return None if value is None else read_day(str(value))
    except ValueError as error:
        raise PydanticCustomError("unexpected", "expected {expected}", {"expected": str(error)}) from error


_Line = Annotated[str, AfterValidator(_line)]


class Document(BaseModel):
    """An announcement posted as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(description="The announcement in full, or a page of several.")
    title: _Line | None = Field(
        default=None, max_length=500, description="Its headline, where the text does not hold it."
    )
    publisher: _Line | None = Field(default=None, max_length=200, description="Who published it.")
    url: _Line | None = Field(
        default=None, max_length=2000, pattern=r"^https?://\S+$", description="Where it is published."
    )
    published: Annotated[date | None, BeforeValidator(_published)] = Field(
        default=None,
        description="Day of publication, by which relative dates are read; else the text's own dateline, else today.",
    )


_REQUEST_BODY = {
    "required": True,
    "description": "The announcement: as text in any Chinese encoding, as a PDF or Word file, "
    "or as JSON with what else is known of it.",
    "content": {
        "text/plain": {"schema": {"type": "string"}, "example": examples.TEXT},
        "application/json": {"schema": Document.model_json_schema(), "example": examples.DOCUMENT},
        Kind.PDF.value: {"schema": {"type": "string", "format": "binary"}},
        Kind.WORD.value: {"schema": {"type": "string", "format": "binary"}},
    },
}


@dataclass(frozen=True, slots=True)
class _Post:
    """A body with what its headers say of it."""

    sender: str
    media_type: str
    charset: str | None
    body: bytes
    idempotency_key: str | None

    @property
    def fingerprint(self) -> str:
        return sha256(f"{self.media_type}\n{self.charset}\n".encode() + self.body).hexdigest()


@router.post(
    "/notices",
    summary="Announce something",
    status_code=201,
    response_model=Posted,
    dependencies=[Depends(no_parameters)],
    openapi_extra={"requestBody": _REQUEST_BODY},
    responses={
        201: {"description": "Something in it was new"},
        200: {"model": Posted, "description": "Everything in it was known"},
        **problem.described(
            problem.PARAMETER,
            problem.BODY,
            problem.KEY,
            problem.CLOSED,
            problem.SIZE,
            problem.MEDIA,
            problem.DOCUMENT,
            problem.REUSED,
            problem.UNREADY,
        ),
    },
)
async def post(
    request: Request,
    site: TheSite,
    now: Now,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key", description="A word of yours for this document; a repetition gets the same answer."
        ),
    ] = None,
) -> Response:
    """Read an announcement, keep it, and answer with the changes that it announces."""
    name = await run_in_threadpool(sender, site.store, bearer.credentials if bearer else None)
    media_type, charset = _media_type(request.headers)
    key = _checked_key(idempotency_key)
    body = await read_body(request, site.settings.max_document)
    sent = _Post(name, media_type, charset, body, key)
    async with site.posting:
        return await run_in_threadpool(_answer, sent, site, now)


def sender(store: Store, key: str | None) -> str:
    """The name of ``key`` (RFC 6750 §3.1).

    Raises:
        Problem: there is no key, it is unknown or was revoked.
    """
    if not store.has_keys():
        raise Problem(problem.CLOSED, "No API key exists; an operator makes one: tollfeed keys add NAME")
    if not key:
        challenge = {"WWW-Authenticate": 'Bearer realm="tollfeed"'}
        raise Problem(problem.KEY, "Authorization: expected Bearer and a key, found none", headers=challenge)
    name = store.key_named(fingerprint(key))
    if name is None:
        challenge = {"WWW-Authenticate": 'Bearer realm="tollfeed", error="invalid_token"'}
        raise Problem(problem.KEY, "The key is unknown or was revoked", headers=challenge)
    return name


def _media_type(headers: Mapping[str, str]) -> tuple[str, str | None]:
    """Media type and charset (RFC 9110 §8.3)."""
    given = headers.get("content-type", "")
    message = Message()
    message["content-type"] = given
    # Not get_content_type, which takes what it cannot read for text/plain.
    media_type = given.partition(";")[0].strip().lower()
    if media_type not in _KINDS:
        raise Problem(
            problem.MEDIA,
            f"Content-Type: expected {', '.join(_KINDS)}, found {given or 'no such header'}",
            headers=_ACCEPTED,
        )
    return media_type, message.get_content_charset()


async def read_body(request: Request, limit: int) -> bytes:
    """The body, of which no more than ``limit`` bytes are kept, whatever its Content-Length says.

    Raises:
        Problem: it is longer, or breaks off.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
    except ClientDisconnect as error:
        raise Problem(problem.BODY, "The body broke off") from error
    return bytes(body)


def _too_large(limit: int) -> Problem:
    # Closing spares both sides the rest of the body.
    return Problem(problem.SIZE, f"A document may have {limit:,} bytes", headers={"Connection": "close"})


def _checked_key(key: str | None) -> str | None:
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Problem(problem.PARAMETER, f"Idempotency-Key: expected 1 to {_LONGEST_KEY} printable ASCII characters")
    return key


def _answer(sent: _Post, site: Site, now: datetime) -> Response:
    """Read and keep once: the same body under the same Idempotency-Key gets the first answer."""
    earlier = site.store.answer(sent.sender, sent.idempotency_key) if sent.idempotency_key else None
    given = earlier or _first_answer(sent, site, now)
    if given.request_sha256 != sent.fingerprint:
        raise Problem(problem.REUSED, f"Idempotency-Key {sent.idempotency_key} came with another body before")
    headers = {"Idempotent-Replayed": "true"} if earlier else {}
    return Response(given.body, status_code=given.status, headers=headers, media_type="application/json")


def _first_answer(sent: _Post, site: Site, now: datetime) -> Answer:
    posted = Posted(notices=tuple(_notice(added, site, now) for added in _ingested(sent, site, now)))
    status = 201 if any(notice.new for notice in posted.notices) else 200
    body = write(posted).decode()
    if sent.idempotency_key is None:
        return Answer(sent.fingerprint, status, body)
    # Another process may have been quicker: its answer is the one that counts.
    return site.store.remember(sent.sender, sent.idempotency_key, sent.fingerprint, status, body, now)


def _ingested(sent: _Post, site: Site, now: datetime) -> tuple[Added, ...]:
    document = _document(sent, site.settings.max_document)
    return ingest(
        document.text,
        source=f"post/{sent.sender}",
        published=document.published,
        now=now,
        store=site.store,
        rulebook=site.rulebook,
        url=document.url,
        publisher=document.publisher,
        title=document.title,
    )


def _document(sent: _Post, limit: int) -> Document:
    if sent.media_type != Kind.JSON:
        item = item_of(sent.body, Kind(sent.media_type), declared=sent.charset, limit=limit)
        return Document(text=item.text or "")
    try:
        document = Document.model_validate_json(sent.body.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        known = tuple(Document.model_fields)
        raise problem.unexpected(problem.read_errors(error.errors(), known), problem.BODY) from error
    checked(document.text, limit)
    return document


def _notice(added: Added, site: Site, now: datetime) -> PostedNotice:
    revisions = site.store.of_notice(added.notice_id)
    return PostedNotice(
        id=added.notice_id,
        url=f"{site.base_url}/v1/notices/{added.notice_id}",
        new=added.new,
        changes=tuple(at(revision.change, now) for revision in revisions),
    )
