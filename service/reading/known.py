"""What the gazetteer adds to a reading: the number of a road read by name, and which stations it does not know.

It never takes anything away: what it does not know is read all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from service.gazetteer import Gazetteer, KnownRoad
from service.reading.marks import Mark
from service.records import Change, Flag, Road


def numbered(marks: Iterable[Mark], gazetteer: Gazetteer) -> list[Mark]:
    """``marks`` with the number of each road whose name the gazetteer knows; the number in the text goes first."""
    kept: list[Mark] = []
    for mark in marks:
        before = kept[-1] if kept else None
        if mark.type == "road" and before is not None and _is_its_number(before, mark):
            # G95首都环线高速 is one road: names known as a whole are read without what stands before them.
            kept[-1] = replace(mark, start=before.start, value=replace(mark.value, number=before.value.number))
        else:
            kept.append(mark)
    return [_numbered(mark, gazetteer) if mark.type == "road" else mark for mark in kept]


def _is_its_number(before: Mark, mark: Mark) -> bool:
    return before.type == "road" and before.end == mark.start and before.value.name is None and bool(mark.value.name)


def _numbered(mark: Mark, gazetteer: Gazetteer) -> Mark:
    road: Road = mark.value
    known = gazetteer.road(road.name) if road.name and road.number is None else None
    return replace(mark, value=replace(road, number=known.number)) if known and known.number else mark


def checked(change: Change, gazetteer: Gazetteer) -> Change:
    """``change``, flagged where its station is none of those listed for its road.

    A road whose stations are not listed says nothing about any: to flag what nobody could know would bury the flags
    that matter.
    """
    if change.station is None or change.road is None:
        return change
    road = _of_this_number(change.road, gazetteer)
    if road is None or gazetteer.knows_station(road.name, change.station.name) is not False:
        return change
    flags = {*change.flags, Flag.UNKNOWN_STATION}
    return replace(change, flags=tuple(flag for flag in Flag if flag in flags))


def _of_this_number(road: Road, gazetteer: Gazetteer) -> KnownRoad | None:
    """The road that the gazetteer means, too; a provincial number alone is none, for each province has an S1."""
    if road.name is None:
        national = road.number is not None and road.number.startswith("G")
        return gazetteer.road(road.number) if road.number and national else None
    known = gazetteer.road(road.name)
    return known if known and (road.number is None or road.number == known.number) else None
