"""Trips: whether somebody can travel from one toll station to another at a time, as far as the announcements say.

::

    Trip ─ route ─▶ which stations, in what order along which roads
                       │
    changes ─ bearing ─┼─▶ what each does, to whom, where on the way ─ times ─▶ when ─▶ Verdict
                       │
    vehicle ───────────┘

Pure. The surprising thing: *yes* is no promise. It means that no announcement stands against the trip, and *unknown*
that one may, of which the record does not say enough; the :class:`Doubt` tells what is missing.
"""

from __future__ import annotations

from service.trips.check import check
from service.trips.rounds import detour_places
from service.trips.trip import Departure, Stop, Trip, TripVehicle, between
from service.trips.verdict import Doubt, Effect, Possible, Verdict

__all__ = [
    "Departure",
    "Doubt",
    "Effect",
    "Possible",
    "Stop",
    "Trip",
    "TripVehicle",
    "Verdict",
    "between",
    "check",
    "detour_places",
]
