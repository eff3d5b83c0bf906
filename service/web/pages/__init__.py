"""Pages for people: what holds where, and how to hear of it.

One module a page; :mod:`service.web.pages.page` is what they have in common. Their templates stand in ``templates``,
their texts in :mod:`service.web.words`.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends

from service.web.pages import changes, notices, problems, roads, start, static, stations
from service.web.parameters import once

router = APIRouter(tags=["pages"], dependencies=[Depends(once)])

for page in (start, roads, stations, changes, notices, problems, static):
    router.include_router(page.router)
