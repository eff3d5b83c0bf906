"""The fictional road, and a change of each shape upon it."""

from __future__ import annotations

from pathlib import Path

import service.demo
from service.gazetteer import load_gazetteer
from service.records import (
    Access,
    Change,
    Direction,
    Junction,
    Kind,
    Reason,
    Road,
    Segment,
    Station,
    Window,
)
from tests.make import change, china, validity

FICTIONAL = Path(service.demo.__file__).parent / "fictional.yaml"
GAZETTEER = load_gazetteer(FICTIONAL.parent)
ROAD = Road(name="虚构高速公路", number="S0")

CLOSED_ENTRY = change(
    id="closed-entry",
    road=ROAD,
    station=Station(name="虚构东站"),
    access=Access.ENTRY,
    reason=Reason.WORKS,
    validity=validity(china(2024, 10, 21, 22), china(2024, 10, 25, 6), windows=(Window(from_="22:00", to="06:00"),)),
)
"""虚构东站 takes nobody in for four nights."""


def stretch(from_: str | None, to: str | None = None, way: Direction | None = None, **values: object) -> Change:
    """A carriageway of the fictional road closed for works."""
    given: dict[str, object] = {
        "id": "stretch",
        "kind": Kind.ROAD_CLOSURE,
        "road": ROAD,
        "station": None,
        "access": None,
        "segment": Segment(from_=from_, to=to),
        "direction": way,
        "reason": Reason.WORKS,
        **values,
    }
    return change(**given)


HALF = stretch("K12+000", "K28+000", Direction(to="虚构乙市"), id="half")
"""The carriageway towards the end of the stakes."""

WHOLE = stretch("K12+000", "K28+000", Direction(to="both"), id="whole")
"""Both carriageways: two shapes."""

RAMP = change(
    id="ramp",
    kind=Kind.RAMP_CLOSURE,
    road=ROAD,
    station=None,
    access=None,
    junction=Junction(name="虚构枢纽", ramp="A"),
    reason=Reason.WORKS,
)

UNLOCATED = change(id="unlocated", road=ROAD, station=Station(name="虚构无坐标站"), access=Access.ENTRY)
"""A station that is listed without a coordinate."""
