"""How much a change hinders traffic, for formats that want a grade: it follows from the kind alone.

Nobody measures traffic here. So a grade says how much of the road a change takes, not how long the queue will be, and
what is cancelled hinders nobody.
"""

from __future__ import annotations

from enum import StrEnum

from service.records import Action, Change, Kind


class Severity(StrEnum):
    """From a road that nobody can pass to news that hinders nobody; in the words of DATEX II."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"
    UNKNOWN = "unknown"


_BY_KIND = {
    Kind.ROAD_CLOSURE: Severity.HIGH,
    Kind.STATION_CLOSURE: Severity.MEDIUM,
    Kind.STATION_ABOLITION: Severity.MEDIUM,
    Kind.RAMP_CLOSURE: Severity.MEDIUM,
    Kind.LANE_CLOSURE: Severity.LOW,
    Kind.TURN_RESTRICTION: Severity.LOW,
    Kind.VEHICLE_RESTRICTION: Severity.LOW,
    Kind.SPEED_RESTRICTION: Severity.LOW,
    Kind.SERVICE_AREA_CLOSURE: Severity.LOW,
    Kind.TRAFFIC_CONTROL: Severity.UNKNOWN,
}


def severities(kind: Kind) -> tuple[Severity, ...]:
    """The grades that a change of ``kind`` can have unless it is called off."""
    grade = _BY_KIND.get(kind, Severity.NONE)
    return (grade, Severity.MEDIUM) if grade is Severity.HIGH else (grade,)


def severity(change: Change) -> Severity:
    """The grade of ``change``: one less where the other carriageway carries both directions, or some may pass."""
    if change.action is Action.CANCEL:
        return Severity.NONE
    grade = _BY_KIND.get(change.kind, Severity.NONE)
    passable = change.contraflow or change.vehicles or change.exempt
    return Severity.MEDIUM if grade is Severity.HIGH and passable else grade


def worst(grades: tuple[Severity, ...]) -> Severity:
    """The first of them in the order of :class:`Severity`; what is unknown counts only alone."""
    return min(grades, key=list(Severity).index)
