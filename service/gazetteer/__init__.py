"""The gazetteer: which spellings are one place, and which roads and stations are known.

::

    rules/gazetteer/*.yaml ─┐
                            ├─ files ─▶ Gazetteer ◀─ additions ─ survey ◀─ CSV, GeoJSON, OpenStreetMap
    DATA/gazetteer/*.yaml  ─┘

A key is for comparing, never for showing. A coordinate is kept as it was given, with its datum; none is made up and
none is converted on the way. docs/gazetteer.md describes the files.
"""

from __future__ import annotations

from service.gazetteer.files import PLACES, load_gazetteer
from service.gazetteer.keys import road_key, station_key
from service.gazetteer.places import Gazetteer, KnownPlace, KnownRoad, Position
from service.gazetteer.stakes import stake_m, stake_text

__all__ = [
    "PLACES",
    "Gazetteer",
    "KnownPlace",
    "KnownRoad",
    "Position",
    "load_gazetteer",
    "road_key",
    "stake_m",
    "stake_text",
    "station_key",
]
