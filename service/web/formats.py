"""Which formats there are, and what each leaves out of a selection: a reader of a feed must know what is not in it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from service.feed import Format
from service.publish import FORMATS, MACHINE_FORMATS
from service.web import problem
from service.web.answers import FormatEntry, Formats, Omissions, answer
from service.web.parameters import MachineSubscription, no_parameters, once
from service.web.problem import Problem
from service.web.site import Now, Site, TheSite
from service.web.wanted import FEEDS, Wanted, omissions

router = APIRouter(prefix="/v1/formats", tags=["feeds"], dependencies=[Depends(once)])

_ALL = (*FORMATS, *MACHINE_FORMATS)
_BY_KEY: dict[str, Format] = {form.key: form for form in reversed(_ALL)}


@router.get(
    "",
    summary="Formats",
    dependencies=[Depends(no_parameters)],
    response_model=Formats,
    responses={**problem.described(problem.PARAMETER), 200: {"description": "The formats, the most used first"}},
)
def formats(site: TheSite) -> Response:
    """Every format that changes are published in, with the address of its feed."""
    return answer(Formats(formats=tuple(_entry(form, site) for form in _ALL)))


@router.get(
    "/{name}/omissions",
    summary="What a format leaves out",
    response_model=Omissions,
    responses={
        **problem.described(problem.PARAMETER, problem.MISSING, problem.UNREADY),
        200: {"description": "The changes left out, and why"},
    },
)
def left_out(
    name: Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$", description="`key` of a format.")],
    selection: Annotated[MachineSubscription, Query()],
    site: TheSite,
    now: Now,
) -> Response:
    """The changes of a selection that a format cannot carry, and why; the feed says how many (`Tollfeed-Omitted`)."""
    form = _BY_KEY.get(name)
    if form is None:
        raise Problem(problem.MISSING, f"No format is called {name}; there are {', '.join(_BY_KEY)}")
    wanted = Wanted(f"{FEEDS}/changes.{form.extension}", form, selection, site, now)
    found = omissions(wanted)
    return answer(
        Omissions(format=form.key, standard=form.standard, url=wanted.url, omitted=len(found), omissions=found)
    )


def _entry(form: Format, site: Site) -> FormatEntry:
    return FormatEntry(
        key=form.key,
        name=form.name,
        standard=form.standard,
        media_type=form.media_type,
        url=f"{site.base_url}{FEEDS}/changes.{form.extension}",
        omissions=f"{site.base_url}/v1/formats/{form.key}/omissions",
    )
