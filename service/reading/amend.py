"""What a sentence says of the changes told before it, without telling one itself: 恢复时间另行通知."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from service.reading.drafts import Draft
from service.reading.fill import fill_from
from service.reading.places import Place
from service.reading.predications import Predication, Stretch
from service.reading.timing import When
from service.records import Action, EndBasis, Kind, StartBasis

_OF_ROADS = frozenset({Kind.ROAD_CLOSURE, Kind.LANE_CLOSURE})


def leave_open(drafts: Iterable[Draft], said: Stretch) -> None:
    """When all will end, or that nobody knows: 恢复时间另行通知。"""
    bases = said.values("validity.end_basis")
    for draft in drafts if bases else ():
        validity = draft.when.validity
        if not draft.kind.lasting and validity.end is None and validity.end_basis is EndBasis.UNSTATED:
            draft.when = draft.when.until(EndBasis(bases[-1].values["validity.end_basis"]))
            draft.add_match(bases[-1])


def date(drafts: Iterable[Draft], stated: When) -> None:
    """When what was told without a date holds, as a form says below: 二、施工时间：7月1日至7月5日。"""
    for draft in drafts if stated.stated else ():
        if not draft.when.stated and not draft.kind.lasting:
            draft.when = replace(stated, action=draft.when.action)
            draft.words.extend(stated.words)


def begin(drafts: Iterable[Draft], said: Stretch, stated: When) -> None:
    """When all began: 封闭起始时间4月1日0时不变。"""
    began = stated.validity
    told = any(match.values["stance"] == "since" for match in said.values("stance"))
    for draft in drafts if told and began.start else ():
        validity = draft.when.validity
        if not draft.kind.lasting and validity.start is None:
            whole = replace(validity, start=began.start, start_basis=began.start_basis)
            draft.when = replace(draft.when, validity=whole)
            draft.words.extend(stated.words)


def repeat(drafts: Iterable[Draft], said: Stretch) -> None:
    """At which hours of its days a closure holds: 每晚23时至次日6时施工，其余时间正常通行。"""
    windows = said.of_type("window")
    for draft in drafts if windows and not said.of_type("period") else ():
        validity = draft.when.validity
        if validity.end is not None and not validity.windows:
            draft.when = replace(draft.when, validity=replace(validity, windows=(windows[-1].value,)))
            draft.words.append(("validity.windows", windows[-1].start, windows[-1].end, "value.window"))


def direct_both_ways(drafts: Iterable[Draft], said: Stretch) -> None:
    """That both directions share one carriageway: 封闭期间，车辆借用对向车道通行。"""
    for match in said.values("contraflow"):
        for draft in drafts:
            if draft.kind is Kind.ROAD_CLOSURE and not draft.contraflow:
                draft.contraflow = True
                draft.add_match(match, "contraflow")


def limit(here: Iterable[Draft], before: Iterable[Draft], said: Predication) -> bool:
    """A limit without a place of its own, which belongs to closures of roads: those ``here``, else those ``before``.

    False where there is none.
    """
    of_roads = [draft for draft in here if draft.kind in _OF_ROADS]
    closures = of_roads or [draft for draft in before if draft.kind in _OF_ROADS]
    for draft in closures:
        for match in said.whole.matches:
            fill_from(draft, match)
    direct_both_ways(closures, said.whole)
    return bool(closures)


def end(closures: Sequence[Draft], timed: When) -> bool:
    """How long closures of the same sentence last: 封闭，预计6月20日恢复通行. False where there is none."""
    moment = timed.validity.end or timed.validity.start
    for draft in closures:
        said = draft.when.validity
        sooner = draft.action is Action.END_EARLY and said.end is not None and moment is not None and moment < said.end
        if moment and (said.end is None or sooner) and (said.start is None or moment > said.start):
            expected = timed.validity.start_basis is StartBasis.EXPECTED
            begun = EndBasis.EXPECTED if expected else EndBasis.STATED
            basis = timed.validity.end_basis if timed.validity.end else begun
            validity = replace(said, end=moment, end_basis=basis)
            words = tuple((name.replace("start", "end"), start, end, rule) for name, start, end, rule in timed.words)
            draft.when = replace(draft.when, validity=validity, words=(*draft.when.words, *words))
            draft.words.extend(words)
    return bool(closures)


def place(reopening: Draft, places: tuple[Place, ...]) -> None:
    """Which stretch of the road it was, told in a past closure after its reopening."""
    if reopening.kind is Kind.REOPENING and reopening.place.type == "road" and len(places) == 1:
        reopening.place = replace(places[0], direction=reopening.place.direction or places[0].direction)
        reopening.words.extend(reopening.place.words)
