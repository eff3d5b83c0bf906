"""``/problems``: what each ``type`` of a problem document means."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service.web import problem
from service.web.accept import as_json
from service.web.answers import ProblemKind, ProblemKinds, answer
from service.web.pages.page import PAGE, render_page
from service.web.parameters import PageLanguage

router = APIRouter()

_KINDS = ProblemKinds(
    problems=tuple(
        ProblemKind(name=kind.name, status=kind.status, title=kind.title, advice=kind.advice) for kind in problem.KINDS
    )
)


@router.get(
    "/problems",
    summary="Kinds of problems",
    response_class=HTMLResponse,
    responses={**PAGE},
)
def problems(request: Request, selection: Annotated[PageLanguage, Query()]) -> Response:
    """What each ``type`` of a problem document means; in English, as the documents themselves are."""
    if found := as_json(request, lambda: answer(_KINDS)):
        return found
    return render_page(request, "problems.html", selection.lang, kinds=problem.KINDS)
