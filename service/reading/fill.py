"""Everything that a phrase says of its change besides what, where and when: lanes, vehicles, limits, reasons."""

from __future__ import annotations

from typing import Any

from service.reading.drafts import Draft
from service.reading.predications import Predication
from service.reading.rules import Match
from service.records import Access, Advice, Flag, Kind, Reason, Vehicle

_SIZES = frozenset({"height_m", "width_m", "length_m"})
_EXEMPTING = frozenset({Kind.STATION_CLOSURE, Kind.ROAD_CLOSURE, Kind.RAMP_CLOSURE, Kind.LANE_CLOSURE})
ROADSIDE = frozenset({"segment", "road", "structure"})
"""Places whose lanes are those of the carriageway."""


def fill(draft: Draft, said: Predication) -> None:
    """Give ``draft`` what ``said`` says of it, with the words for each value."""
    draft.add_match(said.cue, "kind")
    draft.words.extend((*draft.place.words, *draft.when.words))
    draft.flags |= draft.when.flags
    for match in said.whole.values("contraflow") if draft.kind is Kind.ROAD_CLOSURE else ():
        draft.contraflow = True
        draft.add_match(match, "contraflow")
    if draft.kind is Kind.LANE_CLOSURE:
        _lanes(draft, said)
        _closed_counts(draft, said)
    named = (said.lead + said.own).values("vehicles")
    for match in said.whole.matches:
        # 出口禁止货车驶出，小客车随便走: classes named afterwards are others.
        if not named or "vehicles" not in match.values or match in named:
            fill_from(draft, match)
    _exempt(draft, said)
    if draft.kind is Kind.VEHICLE_RESTRICTION and not draft.vehicles and _SIZES & draft.limits.keys():
        draft.vehicles.append(Vehicle.OVERSIZE)
    if said.effect == "allowed_only":
        draft.exempt, draft.vehicles = draft.vehicles, []
    if said.effect == "renamed":
        _new_name(draft, said)


def fill_from(draft: Draft, match: Match) -> None:
    """Give ``draft`` what one match says: classes of vehicles, limits, reason, advice."""
    values = match.values
    if draft.kind is Kind.VEHICLE_RESTRICTION and "vehicles" in values:
        draft.vehicles.extend(Vehicle(name) for name in values["vehicles"])
        draft.add_match(match, "vehicles")
    for name in values:
        if name.startswith("limits."):
            draft.limits[name.removeprefix("limits.")] = values[name]
            draft.add_match(match, name)
    if "reason" in values and draft.reason is None:
        draft.reason = Reason(values["reason"])
        draft.add_match(match, "reason")
    if "advice" in values:
        draft.advice.append(Advice(values["advice"]))
    if "incomplete" in values:
        draft.flags.add(Flag.INCOMPLETE_TEXT)


def _exempt(draft: Draft, said: Predication) -> None:
    """货车（绿通车辆除外）: the class named last before 除外 is let through."""
    for match in said.whole.values("except"):
        named = [other for other in said.whole.values("vehicles") if other.end <= match.start]
        if named and (draft.vehicles or draft.kind in _EXEMPTING):
            let_through = [Vehicle(name) for name in named[-1].values["vehicles"]]
            draft.exempt.extend(let_through)
            draft.vehicles = [vehicle for vehicle in draft.vehicles if vehicle not in let_through]
            draft.add_match(match, "exempt")


def _lanes(draft: Draft, said: Predication) -> None:
    """Lanes by side; those named before the phrase count where the phrase itself names none."""
    sides = _sides(said)
    for match in (*said.own.matches, *said.trail.matches, *said.lead.matches):
        named_before = match in said.lead.matches and bool(said.own.values("lanes.which"))
        for name, value in match.values.items():
            side, what = _lane_field(name, sides.get(match.start) or _side(draft))
            if side and not (what == "which" and named_before):
                _count(draft, side, what, value)
                draft.add_match(match, name)
        draft.rest_closed = draft.rest_closed or "lanes.rest" in match.values


def _sides(said: Predication) -> dict[int, str]:
    """The side that each count is of, by where it stands, where both are told apart: 入口开放2条，出口开放4条."""
    sides: dict[int, str] = {}
    named = None
    for match in sorted(said.whole.matches, key=lambda match: match.start):
        named = match.values.get("access", named)
        if named in ("entry", "exit"):
            sides[match.start] = named
    return sides if len(set(sides.values())) > 1 else {}


def _lane_field(name: str, side: str) -> tuple[str | None, str]:
    """Side and count of ``lanes.exit.open``; a count without a side is of the side spoken of."""
    field, *parts = name.split(".")
    if field != "lanes" or parts in (["rest"], ["some"]):
        return None, ""
    return (parts[0], parts[1]) if len(parts) == 2 else (side, parts[0])


def _side(draft: Draft) -> str:
    if draft.place.type in ROADSIDE:
        return "carriageway"
    return draft.place.access.value if draft.place.access in (Access.ENTRY, Access.EXIT) else "entry"


def _count(draft: Draft, side: str, what: str, value: Any) -> None:
    count = draft.lanes.setdefault(side, {})
    if what == "which":
        count.setdefault("which", []).extend(value)
    else:
        count.setdefault(what, value)


def _closed_counts(draft: Draft, said: Predication) -> None:
    """出口3条车道停用, 占用1条车道: where only the lanes closed are counted, that count is no total."""
    if said.effect not in ("closed", "occupied") or any(name.endswith(".closed") for name in said.cue.values):
        return
    for count in draft.lanes.values():
        if "total" in count and "closed" not in count:
            count["closed"] = count.pop("total")


def _new_name(draft: Draft, said: Predication) -> None:
    named = [mark.value.name for mark in said.after.of_type("station")] or [said.cue.values.get("renamed_to")]
    draft.renamed_to = named[0]
    draft.add_match(said.cue, "renamed_to")
