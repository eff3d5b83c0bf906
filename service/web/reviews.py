"""/v1/reviews: the changes that wait for a person, and what that person says of them; with a key (RFC 6750).

A key is needed to look, too: what is held back is not published. The author of a review is the name of the key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Security
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from service.corrections import Judgement
from service.errors import ReviewError
from service.reviews import Case
from service.web import problem
from service.web.answers import Queue, answer
from service.web.notices import BEARER, sender
from service.web.parameters import LARGEST_LIMIT, no_parameters, once
from service.web.problem import Problem
from service.web.site import Now, TheSite

router = APIRouter(prefix="/v1", tags=["reviews"], dependencies=[Depends(once)])

_Id = Annotated[str, Path(pattern=r"^[^\s\p{C}]{1,200}$", description="As the API gives it.")]
_NO_PARAMETERS = [Depends(no_parameters)]
_ANY = (problem.PARAMETER, problem.KEY, problem.CLOSED, problem.UNREADY)
_LONGEST_NOTE = 2000


def _reviewer(site: TheSite, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]) -> str:
    return sender(site.store, bearer.credentials if bearer else None)


Reviewer = Annotated[str, Depends(_reviewer)]


class Verdict(BaseModel):
    """Why, and of which revision."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    note: Annotated[str, Field(max_length=_LONGEST_NOTE, pattern=r"^[^\x00]*$")] | None = Field(
        default=None, description="Why, for those who come later."
    )
    revision: int | None = Field(
        default=None, strict=True, ge=0, description="The revision looked at; refused if there is a newer one by now."
    )


_NOTHING_SAID = Verdict()


class CorrectedVerdict(Verdict):
    """The fields to put right, with their values as the record has them."""

    values: dict[str, Any] = Field(
        min_length=1,
        description="By field or part of one (`validity.end`, `station.name`). A day as a bound is that day included.",
    )


class Page(BaseModel):
    """Which part of the queue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: int = Field(default=0, ge=0, lt=10**18, description="The `next` of the page before.")
    limit: int = Field(default=50, ge=1, le=LARGEST_LIMIT, description="How many at most.")


@router.get(
    "/reviews",
    summary="Changes that wait for a person",
    response_model=Queue,
    responses={**problem.described(*_ANY), 200: {"description": "The longest waiting first"}},
)
def queue(page: Annotated[Page, Query()], site: TheSite, _: Reviewer) -> Response:
    """Changes in doubt that nobody has looked at: `held` ones are not published yet, others with their flags."""
    cases = site.store.waiting(page.limit + 1, page.after)
    shown = cases[: page.limit]
    following = shown[-1].newest.position if len(cases) > page.limit else None
    return answer(Queue(cases=shown, next=following))


@router.get(
    "/reviews/{change_id}",
    summary="A change as reviewers see it",
    dependencies=_NO_PARAMETERS,
    response_model=Case,
    responses={**problem.described(*_ANY, problem.MISSING), 200: {"description": "The change"}},
)
def case(change_id: _Id, site: TheSite, _: Reviewer) -> Response:
    """A change as it is known, as it is published, and what people made of it."""
    found = site.store.case(change_id)
    if found is None:
        raise Problem(problem.MISSING, f"No change has the id {change_id}")
    return answer(found)


def _judging(judgement: Judgement, summary: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    return router.post(
        f"/reviews/{{change_id}}/{judgement}",
        summary=summary,
        dependencies=_NO_PARAMETERS,
        response_model=Case,
        responses={
            **problem.described(*_ANY, problem.MISSING, problem.STALE),
            200: {"description": "The change as it now stands"},
        },
    )


@_judging(Judgement.APPROVE, "Approve a change")
def approve(change_id: _Id, site: TheSite, now: Now, reviewer: Reviewer, verdict: Verdict = _NOTHING_SAID) -> Response:
    """Say that it is right: what was held back is published."""
    given = {"note": verdict.note, "revision": verdict.revision}
    return _judged(site, change_id, Judgement.APPROVE, author=reviewer, now=now, **given)


@_judging(Judgement.CORRECT, "Correct a change")
def correct(change_id: _Id, verdict: CorrectedVerdict, site: TheSite, now: Now, reviewer: Reviewer) -> Response:
    """Put fields right and publish: they stay when notices are read again."""
    given = {"note": verdict.note, "revision": verdict.revision, "values": verdict.values}
    return _judged(site, change_id, Judgement.CORRECT, author=reviewer, now=now, **given)


@_judging(Judgement.REJECT, "Reject a change")
def reject(change_id: _Id, site: TheSite, now: Now, reviewer: Reviewer, verdict: Verdict = _NOTHING_SAID) -> Response:
    """Say that there is no such change: what was published is cancelled, what was held back never appears."""
    given = {"note": verdict.note, "revision": verdict.revision}
    return _judged(site, change_id, Judgement.REJECT, author=reviewer, now=now, **given)


def _judged(site: TheSite, change_id: str, judgement: Judgement, **given: Any) -> Response:
    if site.store.case(change_id) is None:
        raise Problem(problem.MISSING, f"No change has the id {change_id}")
    try:
        return answer(site.store.review(change_id, judgement, **given))
    except ReviewError as error:
        raise Problem(problem.STALE, str(error)) from error
