"""OGC API – Features 1.0 (OGC 17-069r3) at ``/ogc``: changes and stations for GIS programs, as GeoJSON.

The surprising thing: what nobody has located matches every ``bbox``, and what has no time every ``datetime``, since the
standard wants it so (fc-bbox-response C, fc-time-response C). Elsewhere a box finds only what is known to lie in it.
"""

from __future__ import annotations

from fastapi import APIRouter

from service.web.ogc import api, changes, collections, stations

router = APIRouter()
for _routes in (collections, changes, stations, api):
    router.include_router(_routes.router)

__all__ = ["router"]
