"""For operators: is the process up, can it answer, and its metrics (Prometheus text format)."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.responses import Response

from service.web import problem
from service.web.answers import Health, answer
from service.web.parameters import no_parameters
from service.web.site import TheSite

router = APIRouter(tags=["operation"], dependencies=[Depends(no_parameters)])

_OK = {"description": "It does"}
_NO_STORE = {"Cache-Control": "no-store"}


@router.get(
    "/healthz", summary="Alive", response_model=Health, responses={200: _OK, **problem.described(problem.PARAMETER)}
)
def healthz() -> Response:
    """Whether the process answers at all."""
    return answer(Health(status="ok"), headers=_NO_STORE)


@router.get(
    "/readyz",
    summary="Ready",
    response_model=Health,
    responses={200: _OK, **problem.described(problem.PARAMETER, problem.UNREADY)},
)
def readyz(site: TheSite) -> Response:
    """Whether requests can be answered: the rules are read and the database answers."""
    site.store.ready()
    return answer(Health(status="ok"), headers=_NO_STORE)


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={
        200: {"description": "Metrics", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **problem.described(problem.PARAMETER, problem.UNREADY),
    },
)
def metrics(request: Request) -> Response:
    """Requests, what the store holds, and the last poll of every source."""
    content = generate_latest(request.app.state.registry)
    return Response(content, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, **_NO_STORE})
