"""/v1/webhooks: who is told of changes by HTTP, and what became of it (docs/webhooks.md); with a key (RFC 6750).

A webhook belongs to the name of the key that made it, and nobody else finds it. The surprising thing: to register one
takes as long as its endpoint does, since it must answer a challenge first. Whoever waits for a stranger does so in
threads of its own, so that no other request waits with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Path, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.deliver import Courier
from service.deliveries import Backlog
from service.errors import EndpointError, QueryError
from service.records import Record
from service.web import examples, problem
from service.web.bodies import read, takes
from service.web.notices import BEARER, sender
from service.web.parameters import LARGEST_LIMIT, no_parameters, once
from service.web.problem import Problem
from service.web.selected import canonical, query_of
from service.web.site import Now, Site, TheSite
from service.web.webhook_documents import (
    DeliveriesDocument,
    NewWebhook,
    Pile,
    Registration,
    Replay,
    Replayed,
    Rotation,
    WebhookDocument,
    Webhooks,
    delivery_document,
    document,
)
from service.webhooks import OVERLAP, TEST, Delivery, Webhook, is_secret, new_secret

router = APIRouter(prefix="/v1", tags=["webhooks"], dependencies=[Depends(once)])

MOST = 100
"""Webhooks of one key."""

_NO_PARAMETERS = [Depends(no_parameters)]
_ANY = (problem.PARAMETER, problem.KEY, problem.CLOSED, problem.UNREADY)
_ONE = (*_ANY, problem.MISSING)


async def _owner(site: TheSite, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]) -> str:
    return await run_in_threadpool(sender, site.store, bearer.credentials if bearer else None)


Owner = Annotated[str, Depends(_owner)]
_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,80}$", description="The `id` of a webhook.")]


_ADAPTERS: dict[type[Record], TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (WebhookDocument, NewWebhook, Webhooks, DeliveriesDocument, Replayed)
}


@router.post(
    "/webhooks",
    summary="Register a webhook",
    status_code=201,
    dependencies=_NO_PARAMETERS,
    response_model=NewWebhook,
    openapi_extra=takes(Registration, examples.WEBHOOK, required=True),
    responses={
        201: {"description": "The endpoint answered the challenge; messages follow from now on"},
        **problem.described(*_ANY, problem.BODY, problem.SIZE, problem.ENDPOINT, problem.LIMIT),
    },
)
async def register(request: Request, site: TheSite, now: Now, owner: Owner) -> Response:
    """Send a challenge to an endpoint and, once it answers, every event that the filter asks for."""
    given = await read(request, Registration)
    position, milestone = await run_in_threadpool(site.store.edition)
    webhook = Webhook(
        id=f"wh_{secrets.token_hex(10)}",
        owner=owner,
        url=given.url,
        filter=canonical(given.filter),
        types=tuple(dict.fromkeys(given.types)),
        description=given.description,
        secret=_secret(given.secret),
        created=now,
        position=position,
        milestone=milestone,
    )
    await _verify(site, webhook, now)
    if not await run_in_threadpool(site.store.add_webhook, webhook, MOST):
        raise Problem(problem.LIMIT, f"A key may have {MOST} webhooks; delete one first")
    location = {"Location": f"{site.base_url}/v1/webhooks/{webhook.id}"}
    return _new(webhook, Backlog(waiting=0, dead=0), status=201, headers=location)


@router.get(
    "/webhooks",
    summary="Webhooks",
    dependencies=_NO_PARAMETERS,
    response_model=Webhooks,
    responses={**problem.described(*_ANY), 200: {"description": "Those of this key, oldest first"}},
)
def webhooks(site: TheSite, owner: Owner) -> Response:
    """The webhooks of this key."""
    found = site.store.webhooks(owner)
    return _answer(Webhooks(webhooks=tuple(document(each, site.store.backlog(each.id)) for each in found)))


@router.get(
    "/webhooks/{webhook_id}",
    summary="A webhook",
    dependencies=_NO_PARAMETERS,
    response_model=WebhookDocument,
    responses={**problem.described(*_ONE), 200: {"description": "What it is told, and how it is doing"}},
)
def webhook(webhook_id: _Id, site: TheSite, owner: Owner) -> Response:
    """What a webhook is told, and how it is doing."""
    return _shown(site, _own(site, webhook_id, owner))


@router.delete(
    "/webhooks/{webhook_id}",
    summary="Delete a webhook",
    status_code=204,
    dependencies=_NO_PARAMETERS,
    responses={204: {"description": "It is told nothing any more"}, **problem.described(*_ONE)},
)
def delete(webhook_id: _Id, site: TheSite, owner: Owner) -> Response:
    """Forget a webhook and what was still to be sent to it."""
    site.store.delete_webhook(_own(site, webhook_id, owner).id)
    return Response(status_code=204)


@router.post(
    "/webhooks/{webhook_id}/secret",
    summary="Change the secret",
    dependencies=_NO_PARAMETERS,
    response_model=NewWebhook,
    openapi_extra=takes(Rotation, {}, required=False),
    responses={
        **problem.described(*_ONE, problem.BODY, problem.SIZE),
        200: {"description": "The new secret; the former one signs, too, for a day"},
    },
)
async def rotate(request: Request, webhook_id: _Id, site: TheSite, now: Now, owner: Owner) -> Response:
    """Sign by another secret and, for 24 hours, by the former one as well."""
    secret = _secret((await read(request, Rotation)).secret)

    def rotated() -> Response:
        before = _own(site, webhook_id, owner)
        site.store.rotate_secret(before.id, secret, now + OVERLAP)
        return _new(_own(site, webhook_id, owner), site.store.backlog(webhook_id))

    return await run_in_threadpool(rotated)


@router.post(
    "/webhooks/{webhook_id}/enable",
    summary="Enable a webhook again",
    dependencies=_NO_PARAMETERS,
    response_model=WebhookDocument,
    responses={
        **problem.described(*_ONE, problem.ENDPOINT),
        200: {"description": "It is told what it missed, and goes on from there"},
    },
)
async def enable(webhook_id: _Id, site: TheSite, now: Now, owner: Owner) -> Response:
    """Send the challenge again and, once it is answered, everything since the webhook was disabled."""
    found = await run_in_threadpool(_own, site, webhook_id, owner)
    await _verify(site, found, now)
    await run_in_threadpool(site.store.enable_webhook, found.id)
    return await run_in_threadpool(lambda: _shown(site, _own(site, webhook_id, owner)))


@router.post(
    "/webhooks/{webhook_id}/test",
    summary="Send a test message",
    status_code=202,
    dependencies=_NO_PARAMETERS,
    response_model=WebhookDocument,
    responses={202: {"description": "It is sent within a second or two"}, **problem.described(*_ONE)},
)
def test(webhook_id: _Id, site: TheSite, now: Now, owner: Owner) -> Response:
    """Send a message of the type `endpoint.test`, which is about no change."""
    found = _own(site, webhook_id, owner)
    name = f"{found.id}_test_{secrets.token_hex(4)}"
    site.store.add_delivery(Delivery(webhook_id=found.id, message_id=name, type=TEST, made=now, due=now))
    return _shown(site, found, status=202)


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    summary="Messages not taken yet",
    response_model=DeliveriesDocument,
    responses={**problem.described(*_ONE), 200: {"description": "The oldest first"}},
)
def deliveries(webhook_id: _Id, pile: Annotated[Pile, Query()], site: TheSite, owner: Owner) -> Response:
    """Messages that wait to be sent (again), and dead letters: those that were tried ten times in vain."""
    found = _own(site, webhook_id, owner)
    limit = min(pile.limit, LARGEST_LIMIT)
    some = site.store.deliveries(found.id, dead=pile.dead, after=pile.after, limit=limit + 1)
    shown = some[:limit]
    following = shown[-1].number if len(some) > limit else None
    return _answer(DeliveriesDocument(deliveries=tuple(map(delivery_document, shown)), next=following))


@router.post(
    "/webhooks/{webhook_id}/replay",
    summary="Send dead letters again",
    status_code=202,
    dependencies=_NO_PARAMETERS,
    response_model=Replayed,
    openapi_extra=takes(Replay, {}, required=False),
    responses={
        202: {"description": "They are sent within a second or two, each with its webhook-id"},
        **problem.described(*_ONE, problem.BODY, problem.SIZE),
    },
)
async def replay(request: Request, webhook_id: _Id, site: TheSite, now: Now, owner: Owner) -> Response:
    """Send dead letters again, all or those named, and try each as often as a new message."""
    wanted = (await read(request, Replay)).messages

    def replayed() -> Response:
        found = _own(site, webhook_id, owner)
        return _answer(Replayed(replayed=site.store.replay(found.id, now, wanted)), status=202)

    return await run_in_threadpool(replayed)


def _secret(given: str | None) -> str:
    if given is None:
        return new_secret()
    if not is_secret(given):
        # What was found is not said: it may be a secret all the same.
        raise problem.unexpected([QueryError("secret", "whsec_ and the Base64 of 24 to 64 bytes", "another text")])
    return given


async def _verify(site: Site, webhook: Webhook, now: datetime) -> None:
    courier = Courier(store=site.store, settings=site.settings, query_of=query_of)
    try:
        await anyio.to_thread.run_sync(courier.verify, webhook, now, limiter=site.verifying)
    except EndpointError as error:
        raise Problem(problem.ENDPOINT, str(error)) from error


def _own(site: Site, webhook_id: str, owner: str) -> Webhook:
    found = site.store.webhook(webhook_id)
    if found is None or found.owner != owner:
        raise Problem(problem.MISSING, f"No webhook of this key has the id {webhook_id}")
    return found


def _shown(site: Site, webhook: Webhook, *, status: int = 200) -> Response:
    return _answer(document(webhook, site.store.backlog(webhook.id)), status=status)


def _new(
    webhook: Webhook, backlog: Backlog, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    known = document(webhook, backlog)
    values = {field.name: getattr(known, field.name) for field in fields(WebhookDocument)}
    return _answer(NewWebhook(**values, secret=webhook.secret), status=status, headers=headers)


def _answer(value: Record, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """``value`` as JSON, which is for the holder of the key alone."""
    content = _ADAPTERS[type(value)].dump_json(value)
    given = {"Cache-Control": "no-store", **(headers or {})}
    return Response(content, status_code=status, headers=given, media_type="application/json")
