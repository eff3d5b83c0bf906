"""``/problems``: what each ``type`` of a problem document means."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from service.web import problem
from service.web.pages.page import PAGE, render_page
from service.web.parameters import PageLanguage

router = APIRouter()


@router.get(
    "/problems",
    summary="Kinds of problems",
    response_class=HTMLResponse,
    responses={**PAGE},
)
def problems(request: Request, selection: Annotated[PageLanguage, Query()]) -> Response:
    """What each ``type`` of a problem document means; in English, as the documents themselves are."""
    return render_page(request, "problems.html", selection.lang, kinds=problem.KINDS)
