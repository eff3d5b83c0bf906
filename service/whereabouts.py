"""Where changes are, as the store keeps it: the bounds of each place that a revision names, as a gazetteer knows them.

Derived, and made anew whenever the gazetteer differs: nothing here is history, and no coordinate is made up. The
surprising thing: revisions share places. There are thousands of those, so that a new gazetteer is taken over within a
second or two, whatever number of revisions there is.
"""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from service.gazetteer import Gazetteer
from service.geometry import Shape, shapes
from service.records import CHANGE, Change, Kind, NoticeReference, Validity
from service.schema import PLACES, SPOTS

PARTS = ("road", "station", "service_area", "junction", "structure", "segment", "direction", "access")
"""The fields of a change that say where it is; on nothing else may its shapes depend."""

Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees of WGS-84. East of less than west is across the antimeridian."""

# Another number once shapes say more of the same gazetteer, so that every place is looked up again.
_SHAPES = 1

_ANYTHING = Change(
    id="", kind=Kind.ROAD_CLOSURE, validity=Validity(), notice=NoticeReference(id="", published=date(2000, 1, 1))
)


class Whereabouts:
    """The index of places, as one gazetteer has them; without a gazetteer nobody knows where they are, yet."""

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        """Look places up in ``gazetteer``."""
        self._gazetteer = gazetteer
        self._digest = None if gazetteer is None else _digest(gazetteer)

    def add(self, connection: Connection, position: int, record: str) -> None:
        """Keep where the revision at ``position`` is, as its ``record`` says."""
        said = place(record)
        known = connection.scalar(select(PLACES.c.id).where(PLACES.c.record == said))
        if known is None:
            added = insert(PLACES).values(record=said, **self._found(said)).returning(PLACES.c.id)
            known = connection.execute(added).scalar_one()
        connection.execute(insert(SPOTS).values(position=position, place=known))

    def stale(self, connection: Connection) -> bool:
        """True where a place was looked up in another gazetteer, or in none."""
        return connection.scalar(select(PLACES.c.id).where(self._of_another()).limit(1)) is not None

    def renew(self, connection: Connection) -> None:
        """Look up again every place that was looked up in another gazetteer."""
        rows = connection.execute(select(PLACES.c.id, PLACES.c.record).where(self._of_another())).all()
        found = [{"place": row.id, **self._found(row.record)} for row in rows]
        if found:
            connection.execute(update(PLACES).where(PLACES.c.id == bindparam("place")), found)

    def _of_another(self) -> Any:
        return or_(PLACES.c.gazetteer.is_(None), PLACES.c.gazetteer != self._digest)

    def _found(self, said: str) -> dict[str, Any]:
        box = bounds(shapes(placed(said), self._gazetteer)) if self._gazetteer else None
        return {
            "gazetteer": self._digest,
            **dict(zip(("west", "south", "east", "north"), box or (None,) * 4, strict=True)),
        }


def place(record: str) -> str:
    """What a record says of where its change is."""
    said = {part: value for part, value in json.loads(record).items() if part in PARTS and value is not None}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def placed(place: str) -> Change:
    """A change that says nothing of itself but where it is."""
    anything = CHANGE.dump_python(_ANYTHING, mode="json", by_alias=True)
    return CHANGE.validate_python({**anything, **json.loads(place)})


def bounds(found: tuple[Shape, ...]) -> Box | None:
    """The box around all of some shapes; None where there are none."""
    points = [point for shape in found for point in shape.points]
    if not points:
        return None
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _digest(gazetteer: Gazetteer) -> str:
    return sha256(f"{_SHAPES}{gazetteer.roads!r}".encode()).hexdigest()[:16]
