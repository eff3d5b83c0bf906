"""A trip against what is announced: one row, one reason why it is possible, is not, or nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.records import (
    Access,
    Action,
    Change,
    Detour,
    Direction,
    EndBasis,
    Flag,
    Junction,
    Kind,
    LaneCount,
    Lanes,
    Limits,
    Qualifier,
    Reason,
    Road,
    Segment,
    ServiceArea,
    StartBasis,
    Station,
    Structure,
    Vehicle,
    Window,
)
from service.stations import StationEntry
from service.trips import Departure, Doubt, Effect, Possible, Stop, Trip, TripVehicle, Verdict, between, check
from service.trips.verdict import WayRound
from tests.fictional import GAZETTEER, ROAD
from tests.make import change, china, validity

NOW = china(2024, 10, 20, 12)
NOON = Departure(china(2024, 11, 1, 12), china(2024, 11, 1, 12))
WEST, CENTRE, EAST = (Stop(name=name) for name in ("虚构西站", "虚构中站", "虚构东站"))
HOLDING = validity(china(2024, 10, 21), china(2024, 12, 1))
CAR = TripVehicle(classes=(Vehicle.CAR,))
LORRY = TripVehicle(classes=(Vehicle.GOODS,))


def at(station: str = "虚构西站", **values: Any) -> Change:
    return change(**{"road": ROAD, "station": Station(name=station), "validity": HOLDING, **values})


def on(kind: Kind = Kind.ROAD_CLOSURE, **values: Any) -> Change:
    given = {"kind": kind, "road": ROAD, "station": None, "access": None, "validity": HOLDING}
    return change(**{**given, **values})


def verdict(*changes: Change, now: Any = NOW, stations: tuple[StationEntry, ...] = (), **values: Any) -> Verdict:
    trip = Trip(**{"stops": (WEST, EAST), "departures": (NOON,), "vehicle": CAR, **values})
    return check(trip, changes, GAZETTEER, now, stations)


def answer(*changes: Change, **values: Any) -> tuple[Possible, tuple[Effect, ...], tuple[Doubt, ...]]:
    (occasion,) = verdict(*changes, **values).occasions
    return occasion.possible, tuple(met.effect for met in occasion.met), occasion.doubts


YES, NO, UNKNOWN = Possible.YES, Possible.NO, Possible.UNKNOWN
CLOSED, BARRED, NARROWED = (Effect.CLOSED,), (Effect.BARRED,), (Effect.NARROWED,)

STATIONS: list[tuple[str, Change, tuple[Any, ...]]] = [
    ("the entry of the first", at(access=Access.ENTRY), (NO, CLOSED, ())),
    ("both sides of the first", at(), (NO, CLOSED, ())),
    ("the exit of the first", at(access=Access.EXIT), (YES, (), ())),
    ("the exit of the last", at("虚构东收费站", access=Access.EXIT), (NO, CLOSED, ())),
    ("the entry of the last", at("虚构东站", access=Access.ENTRY), (YES, (), ())),
    ("passed by", at("虚构中站"), (YES, (), ())),
    ("of that name on another road", at(road=Road(name="别的高速")), (YES, (), ())),
    ("of that name, the road unsaid", at(road=None), (NO, CLOSED, ())),
    ("by an alias", at("Fictional West"), (NO, CLOSED, ())),
    ("side unsaid", at(access=None), (UNKNOWN, CLOSED, (Doubt.SIDE_UNSAID,))),
    (
        "one of two of that name",
        replace(at(), station=Station(name="虚构西站", qualifier=Qualifier.NEW)),
        (UNKNOWN, CLOSED, (Doubt.WHICH_STATION,)),
    ),
    ("over", at(validity=validity(china(2024, 10, 1), china(2024, 10, 10))), (YES, (), ())),
    ("to come", at(validity=validity(china(2024, 12, 1), china(2024, 12, 10))), (YES, (), ())),
    ("some lanes", at(kind=Kind.LANE_CLOSURE, lanes=Lanes(entry=LaneCount(open=2, total=4))), (YES, NARROWED, ())),
    ("lanes of the other side", at(kind=Kind.LANE_CLOSURE, lanes=Lanes(exit=LaneCount(open=2))), (YES, (), ())),
    ("no lane left", at(kind=Kind.LANE_CLOSURE, lanes=Lanes(entry=LaneCount(open=0))), (NO, CLOSED, ())),
    (
        "not opened yet",
        at(kind=Kind.STATION_OPENING, access=None, validity=validity(china(2024, 12, 1), None)),
        (NO, (Effect.NOT_YET,), ()),
    ),
    ("opened", at(kind=Kind.STATION_OPENING, access=None, validity=validity(china(2024, 10, 1), None)), (YES, (), ())),
    ("withdrawn", at(kind=Kind.STATION_ABOLITION, validity=validity(china(2024, 10, 1), None)), (NO, CLOSED, ())),
    (
        "to reopen, and nobody said since when it was closed",
        at(kind=Kind.REOPENING, validity=validity(china(2024, 11, 5), None)),
        (UNKNOWN, CLOSED, (Doubt.START_UNSAID,)),
    ),
    ("control", at(kind=Kind.TRAFFIC_CONTROL), (UNKNOWN, (Effect.CONTROLLED,), (Doubt.CONTROL_UNSAID,))),
    ("towards the trip", at(access=Access.ENTRY, direction=Direction(to="虚构乙市")), (NO, CLOSED, ())),
    ("towards a station on the way", at(access=Access.ENTRY, direction=Direction(to="虚构中")), (NO, CLOSED, ())),
    ("the other way", at(access=Access.ENTRY, direction=Direction(to="虚构甲市")), (YES, (), ())),
    (
        "nobody knows which way",
        at(access=Access.ENTRY, direction=Direction(to="天边")),
        (UNKNOWN, CLOSED, (Doubt.DIRECTION_UNSAID,)),
    ),
    ("a new name", at(kind=Kind.STATION_RENAMING), (YES, (), ())),
    ("tolls", at(kind=Kind.TOLLING_START), (YES, (), ())),
]


@pytest.mark.parametrize(("about", "told", "expected"), STATIONS, ids=[case[0] for case in STATIONS])
def test_stations(about: str, told: Change, expected: tuple[Any, ...]) -> None:
    assert answer(told) == expected


def test_a_plaza_across_the_carriageway_matters_when_passed_by() -> None:
    stops = (WEST, Stop(name="虚构主线站", road=ROAD), EAST)
    possible, effects, doubts = answer(at("虚构主线站"), stops=stops)
    assert (possible, effects) == (UNKNOWN, CLOSED)
    assert Doubt.SIDE_UNSAID in doubts


STAKES = Segment(from_="K12+000", to="K28+000")
FORWARD = Direction(to="虚构乙市")
ROADS: list[tuple[str, Change, tuple[Any, ...]]] = [
    ("the way of the trip", on(segment=STAKES, direction=FORWARD), (NO, CLOSED, ())),
    ("both ways", on(segment=STAKES, direction=Direction(to="both")), (NO, CLOSED, ())),
    ("the other way", on(segment=STAKES, direction=Direction(to="虚构甲市")), (YES, (), ())),
    ("which way is unsaid", on(segment=STAKES), (UNKNOWN, CLOSED, (Doubt.DIRECTION_UNSAID,))),
    ("before the entry", on(segment=Segment(from_="K0+000", to="K5+000"), direction=FORWARD), (YES, (), ())),
    ("behind the exit", on(segment=Segment(from_="K46+000", to="K49+000"), direction=FORWARD), (YES, (), ())),
    ("one stake", on(segment=Segment(from_="K30+000"), direction=FORWARD), (NO, CLOSED, ())),
    ("between stations", on(segment=Segment(from_="虚构中站", to="虚构枢纽"), direction=FORWARD), (NO, CLOSED, ())),
    (
        "between places that nobody knows",
        on(segment=Segment(from_="天涯", to="海角"), direction=FORWARD),
        (UNKNOWN, CLOSED, (Doubt.STRETCH_UNSAID,)),
    ),
    ("somewhere on it", on(direction=FORWARD), (UNKNOWN, CLOSED, (Doubt.STRETCH_UNSAID,))),
    (
        "a bridge",
        on(structure=Structure(name="虚构大桥"), direction=FORWARD),
        (UNKNOWN, CLOSED, (Doubt.STRETCH_UNSAID,)),
    ),
    ("contraflow", on(segment=STAKES, direction=FORWARD, contraflow=True), (YES, NARROWED, ())),
    ("another road", on(road=Road(name="别的高速"), segment=STAKES, direction=FORWARD), (YES, (), ())),
    ("by its number", on(road=Road(number="S0"), segment=STAKES, direction=FORWARD), (NO, CLOSED, ())),
    ("every entry", on(Kind.STATION_CLOSURE, access=Access.ENTRY), (NO, CLOSED, ())),
    (
        "the entries of a stretch",
        on(Kind.STATION_CLOSURE, access=Access.ENTRY, segment=Segment(from_="虚构中站", to="虚构东站")),
        (YES, (), ()),
    ),
    (
        "the exits of a stretch",
        on(Kind.STATION_CLOSURE, access=Access.EXIT, segment=Segment(from_="虚构中站", to="虚构东站")),
        (NO, CLOSED, ()),
    ),
    ("a ramp that leads off", on(Kind.RAMP_CLOSURE, junction=Junction(name="虚构枢纽", ramp="A")), (YES, (), ())),
    ("a service area", on(Kind.SERVICE_AREA_CLOSURE, service_area=ServiceArea(name="虚构服务区")), (YES, (), ())),
    (
        "lanes",
        on(Kind.LANE_CLOSURE, segment=STAKES, direction=FORWARD, lanes=Lanes(carriageway=LaneCount(which=("slow",)))),
        (YES, NARROWED, ()),
    ),
    ("slowly", on(Kind.SPEED_RESTRICTION, segment=STAKES, direction=FORWARD), (YES, (Effect.SLOWED,), ())),
]


@pytest.mark.parametrize(("about", "told", "expected"), ROADS, ids=[case[0] for case in ROADS])
def test_roads(about: str, told: Change, expected: tuple[Any, ...]) -> None:
    assert answer(told) == expected


def test_a_stretch_is_met_between_the_stops_around_it() -> None:
    narrow = Segment(from_="K30+000", to="K31+000")
    (occasion,) = verdict(on(segment=narrow, direction=FORWARD), stops=(WEST, CENTRE, EAST)).occasions
    assert [(met.first, met.last, met.side) for met in occasion.met] == [(1, 2, None)]


def test_the_way_back_runs_the_other_way() -> None:
    told = on(segment=STAKES, direction=FORWARD)
    assert answer(told, stops=(EAST, WEST)) == (YES, (), ())


def test_stations_of_a_trip_tell_their_order_where_no_gazetteer_does() -> None:
    road = Road(name="无名高速")
    stops = tuple(Stop(name=name, road=road) for name in ("甲站", "乙站", "丙站", "丁站"))
    entries = tuple(StationEntry(id=stop.name, road=road, name=stop.name, qualifier=None) for stop in stops)
    told = on(road=road, segment=Segment(from_="乙站", to="丙站"), direction=Direction(to="丁"))
    (occasion,) = verdict(told, stops=stops, stations=entries).occasions
    assert [(met.first, met.last, met.doubts) for met in occasion.met] == [(1, 2, ())]
    assert answer(told, stops=stops[:2], stations=entries)[2] == (Doubt.STRETCH_UNSAID, Doubt.DIRECTION_UNSAID)


def test_nobody_knows_where_a_trip_changes_roads() -> None:
    other = Road(name="无名高速")
    entries = (StationEntry(id="x", road=other, name="远方站", qualifier=None),)
    stops = (WEST, Stop(name="远方站"))
    assert answer(stops=stops, stations=entries) == (YES, (), ())
    ramp = on(Kind.RAMP_CLOSURE, junction=Junction(name="虚构枢纽", ramp="A"))
    assert answer(ramp, stops=stops, stations=entries) == (UNKNOWN, CLOSED, (Doubt.ROUTE_UNSAID,))


def listed(name: str, road: str | None) -> StationEntry:
    return StationEntry(id=f"{name}{road}", road=Road(name=road) if road else None, name=name, qualifier=None)


UNSURE = [
    ((), Doubt.UNKNOWN_STATION),
    ((listed("远方站", None),), Doubt.UNKNOWN_ROAD),
    ((listed("远方站", "一高速"), listed("远方站", "二高速")), Doubt.WHICH_STATION),
]


@pytest.mark.parametrize(("entries", "doubt"), UNSURE)
def test_a_station_that_is_not_certain_is_unknown(entries: tuple[StationEntry, ...], doubt: Doubt) -> None:
    assert answer(stops=(WEST, Stop(name="远方站")), stations=entries) == (UNKNOWN, (), (doubt,))


def test_of_two_roads_the_one_of_the_other_station_is_taken() -> None:
    entries = (listed("远方站", "虚构高速公路"), listed("远方站", "二高速"))
    assert answer(stops=(WEST, Stop(name="远方站")), stations=entries) == (YES, (), ())


NIGHTS = (Window(from_="22:00", to="06:00"),)
TIMES: list[tuple[str, Change, Departure, tuple[Any, ...]]] = [
    (
        "within a night",
        at(validity=validity(china(2024, 10, 21, 22), china(2024, 12, 1, 6), windows=NIGHTS)),
        Departure(china(2024, 11, 1, 23), china(2024, 11, 1, 23)),
        (NO, CLOSED, ()),
    ),
    (
        "between nights",
        at(validity=validity(china(2024, 10, 21, 22), china(2024, 12, 1, 6), windows=NIGHTS)),
        NOON,
        (YES, (), ()),
    ),
    (
        "at the edge of a night",
        at(validity=validity(china(2024, 10, 21, 22), china(2024, 12, 1, 6), windows=NIGHTS)),
        Departure(china(2024, 11, 1, 22, 10), china(2024, 11, 1, 22, 10)),
        (UNKNOWN, CLOSED, (Doubt.PART_OF_THE_TIME,)),
    ),
    (
        "at some time of a morning",
        at(validity=validity(china(2024, 11, 1, 8), china(2024, 11, 1, 9))),
        Departure(china(2024, 11, 1, 7), china(2024, 11, 1, 10)),
        (UNKNOWN, CLOSED, (Doubt.PART_OF_THE_TIME,)),
    ),
    (
        "until further notice",
        at(validity=validity(china(2024, 10, 21), None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE)),
        NOON,
        (NO, CLOSED, ()),
    ),
    ("no end", at(validity=validity(china(2024, 10, 21), None)), NOON, (UNKNOWN, CLOSED, (Doubt.END_UNSAID,))),
    (
        "no end, and somebody goes now",
        at(validity=validity(china(2024, 10, 20), None)),
        Departure(NOW, NOW),
        (NO, CLOSED, ()),
    ),
    (
        "fog without an end has lifted",
        at(validity=validity(china(2024, 10, 21), None), reason=Reason.WEATHER),
        NOON,
        (YES, (), ()),
    ),
    ("no start", at(validity=validity(None, china(2024, 12, 1))), NOON, (UNKNOWN, CLOSED, (Doubt.START_UNSAID,))),
    (
        "from the day of the notice",
        at(validity=validity(None, china(2024, 12, 1), start_basis=StartBasis.PUBLISHED)),
        NOON,
        (NO, CLOSED, ()),
    ),
    (
        "dates that contradict each other",
        at(validity=validity(china(2024, 11, 5), china(2024, 10, 25))),
        NOON,
        (UNKNOWN, CLOSED, (Doubt.DATE_CONFLICT,)),
    ),
    (
        "an opening after works",
        at(kind=Kind.STATION_OPENING, validity=validity(None, None, start_basis=StartBasis.AFTER_WORKS)),
        NOON,
        (UNKNOWN, (Effect.NOT_YET,), (Doubt.START_UNSAID,)),
    ),
]


@pytest.mark.parametrize(("about", "told", "departure", "expected"), TIMES, ids=[case[0] for case in TIMES])
def test_times(about: str, told: Change, departure: Departure, expected: tuple[Any, ...]) -> None:
    assert answer(told, departures=(departure,)) == expected


def test_the_exit_is_checked_when_it_is_reached() -> None:
    told = at("虚构东站", validity=validity(china(2024, 11, 1, 14), china(2024, 11, 1, 20)))
    slow = (WEST, replace(EAST, after=timedelta(hours=3)))
    assert answer(told)[0] is YES
    assert answer(told, stops=slow) == (NO, CLOSED, ())
    (met,) = verdict(told, stops=slow).occasions[0].met
    assert (met.passing.from_, met.passing.to) == (china(2024, 11, 1, 14, 30), china(2024, 11, 1, 15, 30))
    assert verdict(told, stops=slow).travel_time
    assert not verdict(told).travel_time


def test_what_was_opened_again_is_open() -> None:
    gone = at(kind=Kind.STATION_ABOLITION, validity=validity(china(2024, 8, 1), None))
    back = at(id="change-2", kind=Kind.STATION_OPENING, validity=validity(china(2024, 10, 1), None))
    assert answer(gone)[0] is NO
    assert answer(gone, back) == (YES, (), ())


def barring(**values: Any) -> Change:
    return at(kind=Kind.VEHICLE_RESTRICTION, **values)


def sized(*classes: Vehicle, **sizes: Any) -> TripVehicle:
    return TripVehicle(classes=classes, sizes=Limits(**sizes))


GOODS, HEAVY = barring(vehicles=(Vehicle.GOODS,)), barring(vehicles=(Vehicle.GOODS,), limits=Limits(weight_t=20))
SMALL_CARS_ONLY = barring(exempt=(Vehicle.CAR,), limits=Limits(seats=7))
VEHICLES: list[tuple[str, Change, TripVehicle, tuple[Any, ...]]] = [
    ("lorries, a lorry", GOODS, LORRY, (NO, BARRED, ())),
    ("lorries, a car", GOODS, CAR, (YES, (), ())),
    ("lorries, who knows what", GOODS, TripVehicle(), (UNKNOWN, BARRED, (Doubt.VEHICLE_UNSAID,))),
    ("lorries, a tanker is one", GOODS, sized(Vehicle.HAZMAT), (NO, BARRED, ())),
    ("tankers, a lorry", barring(vehicles=(Vehicle.HAZMAT,)), LORRY, (YES, (), ())),
    ("lorries of 20 t, one of 30", HEAVY, sized(Vehicle.GOODS, weight_t=30), (NO, BARRED, ())),
    ("lorries of 20 t, one of 3", HEAVY, sized(Vehicle.GOODS, weight_t=3), (YES, (), ())),
    ("lorries of 20 t, a lorry", HEAVY, LORRY, (UNKNOWN, BARRED, (Doubt.SIZE_UNSAID,))),
    (
        "lorries of 20 t, that very weight",
        HEAVY,
        sized(Vehicle.GOODS, weight_t=20),
        (UNKNOWN, BARRED, (Doubt.SIZE_UNSAID,)),
    ),
    ("small cars only, one", SMALL_CARS_ONLY, sized(Vehicle.CAR, seats=5), (YES, (), ())),
    ("small cars only, a large one", SMALL_CARS_ONLY, sized(Vehicle.CAR, seats=9), (NO, BARRED, ())),
    ("small cars only, a car", SMALL_CARS_ONLY, CAR, (UNKNOWN, BARRED, (Doubt.SIZE_UNSAID,))),
    ("small cars only, a lorry", SMALL_CARS_ONLY, LORRY, (NO, BARRED, ())),
    ("a height, a car", barring(limits=Limits(height_m=4.2)), CAR, (YES, (), ())),
    ("a height, a lorry", barring(limits=Limits(height_m=4.2)), LORRY, (UNKNOWN, BARRED, (Doubt.SIZE_UNSAID,))),
    ("a height, just so", barring(limits=Limits(height_m=4.2)), sized(Vehicle.GOODS, height_m=4.2), (YES, (), ())),
    ("a height, too high", barring(limits=Limits(height_m=4.2)), sized(Vehicle.GOODS, height_m=4.3), (NO, BARRED, ())),
    (
        "too wide, by its size",
        barring(vehicles=(Vehicle.OVERSIZE,), limits=Limits(width_m=3)),
        sized(Vehicle.GOODS, width_m=3.4),
        (NO, BARRED, ()),
    ),
    ("some that nobody could read", barring(), CAR, (UNKNOWN, BARRED, (Doubt.VEHICLE_UNSAID,))),
    ("others", barring(vehicles=(Vehicle.OTHER,)), CAR, (UNKNOWN, BARRED, (Doubt.VEHICLE_UNSAID,))),
    ("closed, but to cars", at(exempt=(Vehicle.CAR,)), CAR, (YES, (), ())),
    ("closed, but to cars; a lorry", at(exempt=(Vehicle.CAR,)), LORRY, (NO, BARRED, ())),
    (
        "lanes left are narrow",
        at(kind=Kind.LANE_CLOSURE, limits=Limits(width_m=3.2)),
        sized(Vehicle.GOODS, width_m=3.5),
        (NO, BARRED, ()),
    ),
    (
        "the one lane for the wide",
        at(kind=Kind.LANE_CLOSURE, lanes=Lanes(entry=LaneCount(closed=1, which=("over_width",)))),
        sized(Vehicle.OVERSIZE, width_m=3.5),
        (UNKNOWN, BARRED, (Doubt.VEHICLE_UNSAID,)),
    ),
    ("a speed for all", barring(limits=Limits(speed_kmh=60), vehicles=(Vehicle.GOODS,)), CAR, (YES, (), ())),
]


@pytest.mark.parametrize(("about", "told", "vehicle", "expected"), VEHICLES, ids=[case[0] for case in VEHICLES])
def test_vehicles(about: str, told: Change, vehicle: TripVehicle, expected: tuple[Any, ...]) -> None:
    assert answer(told, vehicle=vehicle) == expected


def shut_with(detour: Detour) -> Change:
    return at(detours=(detour,))


ROUND = Detour(via=("虚构中站",), text="请绕行虚构中站")


def rounds(*changes: Change, **values: Any) -> tuple[WayRound, ...]:
    return verdict(*changes, **values).occasions[0].met[0].detours


DETOURS = [
    ("open, as far as is announced", (), (YES, (), ())),
    ("closed, too", (at("虚构中站", id="change-2"),), (NO, (Flag.DETOUR_RESTRICTED,), CLOSED)),
    ("its exit is closed", (at("虚构中站", id="change-2", access=Access.EXIT),), (YES, (), ())),
    (
        "with fewer lanes",
        (at("虚构中站", id="change-2", kind=Kind.LANE_CLOSURE),),
        (YES, (Flag.DETOUR_RESTRICTED,), NARROWED),
    ),
    ("closed to others", (at("虚构中站", id="change-2", vehicles=(Vehicle.GOODS,)),), (YES, (), ())),
    (
        "closed at another time",
        (at("虚构中站", id="change-2", validity=validity(china(2025, 1, 1), china(2025, 2, 1))),),
        (YES, (), ()),
    ),
]


@pytest.mark.parametrize(("about", "others", "expected"), DETOURS, ids=[case[0] for case in DETOURS])
def test_a_way_round_is_checked_for_itself(about: str, others: tuple[Change, ...], expected: tuple[Any, ...]) -> None:
    (found,) = rounds(shut_with(ROUND), *others)
    assert (found.possible, found.flags, tuple(met.effect for met in found.met)) == expected
    assert found.text == "请绕行虚构中站"


def test_a_way_round_to_where_nobody_knows_is_unknown() -> None:
    (found,) = rounds(shut_with(Detour(via=("无人知晓站",), text="绕行")))
    assert (found.possible, found.doubts) == (UNKNOWN, (Doubt.UNKNOWN_STATION,))


def test_a_way_round_by_a_road_that_is_closed_somewhere_is_unknown() -> None:
    other = Road(name="别的高速")
    detour = Detour(via_roads=("别的高速公路",), text="绕行别的高速")
    (found,) = rounds(shut_with(detour), on(id="change-2", road=other))
    assert (found.possible, found.doubts) == (UNKNOWN, (Doubt.ROUTE_UNSAID,))


def test_a_way_round_for_the_other_direction_is_none() -> None:
    told = on(segment=STAKES, direction=Direction(to="both"), detours=(replace(ROUND, direction=FORWARD),))
    assert len(rounds(told)) == 1
    assert rounds(told, stops=(EAST, WEST)) == ()


def test_notices_that_send_traffic_to_each_other_end_somewhere() -> None:
    back = at("虚构中站", id="change-2", detours=(Detour(via=("虚构西站",), text="绕行虚构西站"),))
    (found,) = rounds(shut_with(ROUND), back)
    assert [met.change for met in found.met] == ["change-2"]


def test_a_warning_names_no_way_round() -> None:
    told = at(kind=Kind.LANE_CLOSURE, lanes=Lanes(entry=LaneCount(open=2)), detours=(ROUND,))
    assert rounds(told) == ()


def test_the_worst_occasion_is_the_answer_for_all() -> None:
    told = at(validity=validity(china(2024, 11, 1), china(2024, 11, 2)))
    days = tuple(Departure(china(2024, 11, day, 12), china(2024, 11, day, 12)) for day in (1, 2, 3))
    found = verdict(told, departures=days)
    assert (found.possible, found.yes, found.no, found.unknown) == (NO, 2, 1, 0)


SUMMARIES = [
    ((), "没有公告表明不能通行。", "Nothing announced stands against it."),
    ((at(access=Access.ENTRY),), "不能通行：〔关闭〕虚构西站 入口。", "Not possible: "),
    (
        (at(kind=Kind.LANE_CLOSURE, lanes=Lanes(entry=LaneCount(open=2, total=4))),),
        "可以通行，请留意：",
        "Possible, but mind: ",
    ),
    ((at(access=None),), "无法确定：〔关闭〕虚构西站；公告没有说明入口还是出口。", "Not known: "),
]


@pytest.mark.parametrize(("told", "zh", "en"), SUMMARIES)
def test_a_person_is_told_in_a_sentence(told: tuple[Change, ...], zh: str, en: str) -> None:
    said = verdict(*told).occasions[0].summary
    assert said.zh.startswith(zh)
    assert said.en.startswith(en)


def test_a_road_with_entry_and_exit_gives_the_stations_between() -> None:
    assert [stop.name for stop in between(ROAD, WEST, EAST, GAZETTEER)] == ["虚构西站", "虚构中站", "虚构东站"]
    assert [stop.name for stop in between(ROAD, EAST, WEST, GAZETTEER)] == ["虚构东站", "虚构中站", "虚构西站"]
    assert between(Road(name="别的高速"), WEST, EAST, GAZETTEER) == (WEST, EAST)


def test_what_is_cancelled_bars_nobody() -> None:
    assert answer(at(action=Action.CANCEL)) == (YES, (), ())


def test_thousands_of_changes_and_all_the_nights_of_two_weeks_cost_no_patience() -> None:
    told = tuple(at("虚构中站" if number % 500 else "虚构西站", id=f"change-{number}") for number in range(5000))
    nights = tuple(Departure(NOON.first + timedelta(hours=n), NOON.last + timedelta(hours=n)) for n in range(56))
    found = verdict(*told, departures=nights)
    assert (found.no, len(found.occasions[0].met)) == (56, 10)
