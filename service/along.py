"""What was told along a trip: of its stations and its roads, in a query each; part of the store.

The surprising thing: an opening counts however far ahead it lies, for whoever comes before it finds the station shut.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, false, or_

from service.gazetteer import station_key
from service.ledger import revisions
from service.query import latest, snapshot
from service.records import Change, Kind
from service.roads import NamedRoad, Roads, on_road
from service.rows import STORED
from service.schema import REVISIONS
from service.stations import StationEntry

_OF = REVISIONS.c
_AWAITED = (Kind.STATION_OPENING, Kind.REOPENING)


class Along(Roads):
    """What the store tells along a trip."""

    def stations_by_id(self, ids: Collection[str]) -> tuple[StationEntry, ...]:
        """The stations of those ids that any change was about."""
        return self._stations([_OF.station_id.in_(ids)]) if ids else ()

    def stations_called(self, names: Collection[str]) -> tuple[StationEntry, ...]:
        """The stations of those names, on whatever road, that any change was about."""
        return self._stations([_OF.station.in_(set(map(station_key, names)))]) if names else ()

    def told_along(
        self,
        names: Collection[str],
        roads: Sequence[NamedRoad],
        begin: datetime,
        end: datetime,
        known_at: datetime | None = None,
    ) -> tuple[Change, ...]:
        """What holds between ``begin`` and ``end`` at stations of those names, or of a road and no station.

        With ``known_at`` as it was known at that instant; without what is cancelled.
        """
        at_stations = _OF.station.in_(set(map(station_key, names))) if names else false()
        of_roads = and_(_OF.station.is_(None), or_(false(), *map(on_road, roads)))
        begun = or_(_OF.kind.in_(_AWAITED), _OF.start.is_(None), _OF.start <= end)
        # A start behind the end contradicts itself, and then either may be meant.
        goes_on = or_(_OF.end.is_(None), _OF.end > begin, _OF.start > begin)
        holding = and_(~_OF.cancelled, begun, goes_on)
        with self._database.reading() as connection:
            known = latest(snapshot(connection, known_at))
            found = STORED.where(known, or_(at_stations, of_roads), holding).order_by(_OF.position)
            return tuple(revision.change for revision in revisions(connection, found))
