"""Where changes are, as the store keeps it: the bounds of each place that a revision names, as a gazetteer knows them.

Derived, and made anew whenever the gazetteer differs: nothing here is history, and no coordinate is made up. The
surprising thing: revisions share places. There are thousands of those, so that a new gazetteer is taken over within a
second or two, whatever number of revisions there is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, delete, insert, or_, select, update

from service.cells import filed_in
from service.gazetteer import Gazetteer
from service.geometry import Box, Shape, shapes
from service.records import CHANGE, Change, Kind, NoticeReference, Validity
from service.schema import CELLS, PLACES, SPOTS

__all__ = ["PARTS", "Box", "Whereabouts", "bounds", "place", "placed"]

PARTS = ("road", "station", "service_area", "junction", "structure", "segment", "direction", "access")
"""The fields of a change that say where it is; on nothing else may its shapes depend."""

# Another number once shapes say more of the same gazetteer, so that every place is looked up again.
_SHAPES = 1

_SIDES = ("west", "south", "east", "north")

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
        known = connection.execute(select(PLACES).where(PLACES.c.record == said)).first()
        if known is None:
            added = insert(PLACES).values(record=said, **self._found(said)).returning(*PLACES.c)
            known = connection.execute(added).one()
        connection.execute(insert(SPOTS).values(position=position, place=known.id))
        connection.execute(
            insert(CELLS), [{"cell": cell, "position": position} for cell in filed_in(_box(known._asdict()))]
        )

    def stale(self, connection: Connection) -> bool:
        """True where a place was looked up in another gazetteer, or in none."""
        return connection.scalar(select(PLACES.c.id).where(self._of_another()).limit(1)) is not None

    def renew(self, connection: Connection) -> None:
        """Look up again every place that was looked up in another gazetteer."""
        rows = [row._asdict() for row in connection.execute(select(PLACES).where(self._of_another()))]
        found = [{"place": row["id"], **self._found(row["record"])} for row in rows]
        moved = [now for row, now in zip(rows, found, strict=True) if _box(row) != _box(now)]
        if found:
            connection.execute(update(PLACES).where(self._of_another()).values(gazetteer=self._digest))
        if moved:
            _move(connection, moved)

    def _of_another(self) -> Any:
        return or_(PLACES.c.gazetteer.is_(None), PLACES.c.gazetteer != self._digest)

    def _found(self, said: str) -> dict[str, Any]:
        box = bounds(shapes(placed(said), self._gazetteer)) if self._gazetteer else None
        return {"gazetteer": self._digest, **dict(zip(_SIDES, box or (None,) * 4, strict=True))}


def _move(connection: Connection, moved: Sequence[Mapping[str, Any]]) -> None:
    """Give places other bounds, and file what is there anew."""
    of_it = update(PLACES).where(PLACES.c.id == bindparam("place"))
    # Only what moves has no gazetteer while it does, which tells it from the rest in one statement.
    connection.execute(of_it.values(gazetteer=None), [{"place": each["place"]} for each in moved])
    moving = select(SPOTS.c.position).join(PLACES, PLACES.c.id == SPOTS.c.place).where(PLACES.c.gazetteer.is_(None))
    connection.execute(delete(CELLS).where(CELLS.c.position.in_(moving)))
    connection.execute(of_it, moved)
    filed = select(bindparam("cell", type_=BigInteger), SPOTS.c.position).where(SPOTS.c.place == bindparam("place"))
    connection.execute(
        insert(CELLS).from_select(["cell", "position"], filed),
        [{"cell": cell, "place": each["place"]} for each in moved for cell in filed_in(_box(each))],
    )


def _box(known: Mapping[str, Any]) -> Box | None:
    west, south, east, north = (known[side] for side in _SIDES)
    return None if west is None else (west, south, east, north)


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
