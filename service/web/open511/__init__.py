"""Open511 v1 at ``/open511``: discovery, the jurisdiction, and events in pages (docs/formats/open511.md).

The surprising thing: what is asked of the record is asked of the store, and what only the event has (its type, severity
and hours) of each event, so a page may pass over many. A page leads to the next by a cursor, beside its ``offset``.
"""

from __future__ import annotations

from fastapi import APIRouter

from service.web.open511 import discovery, events

router = APIRouter()
for _routes in (discovery, events):
    router.include_router(_routes.router)

__all__ = ["router"]
