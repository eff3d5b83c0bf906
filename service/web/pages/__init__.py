"""Pages for people: what holds where, and how to hear of it.

One module a page; :mod:`service.web.pages.page` is what they have in common. Their templates stand in ``templates``,
their texts in :mod:`service.web.words`.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends

from service.web.pages import changes, feeds, notices, problems, roads, start, static, stations, status, subscribe
from service.web.parameters import once

router = APIRouter(tags=["pages"], dependencies=[Depends(once)])

for page in (start, roads, stations, changes, notices, problems, static, subscribe, feeds, status):
    router.include_router(page.router)
