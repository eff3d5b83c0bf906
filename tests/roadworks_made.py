"""Changes that hypothesis makes: every kind, at places known and unknown, at times possible and not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from service.feed import Feed
from service.records import (
    Access,
    Action,
    Change,
    Direction,
    EndBasis,
    Junction,
    Kind,
    LaneCount,
    Lanes,
    Limits,
    NoticeReference,
    Reason,
    Revision,
    Segment,
    StartBasis,
    Station,
    Validity,
    Vehicle,
    Window,
)
from tests.fictional import ROAD
from tests.make import PUBLISHED, change, china
from tests.roadworks import fictional

_BEGIN = china(2024, 10, 1)
_words = st.sampled_from(
    ["]]>", "<b>&", "\x00\x1f", "\ud800", "\u202eאבג", "🚧👩‍🔧" * 20, "a;b,c\n", "题" * 200, "", " "]
)
_halves = st.integers(0, 60 * 48).map(lambda halves: _BEGIN + timedelta(minutes=30 * halves))
_clocks = st.integers(0, 48).map(lambda halves: f"{halves // 2:02}:{halves % 2 * 30:02}")
windows = st.builds(Window, from_=_clocks.filter(lambda clock: clock != "24:00"), to=_clocks)
_counts = st.builds(
    LaneCount,
    open=st.none() | st.integers(0, 4),
    closed=st.none() | st.integers(0, 120),
    total=st.none() | st.integers(0, 120),
    which=st.lists(
        st.sampled_from(
            ["emergency", "overtaking", "slow", "left", "right", "middle", "lane-1", "lane-3", "all", "etc"]
        ),
        max_size=3,
        unique=True,
    ).map(tuple),
)
_directions = st.sampled_from(["虚构甲市", "虚构乙市", "both", "北", "内环", "别处"])
_places = st.one_of(
    st.builds(
        lambda name, access: {"station": Station(name=name), "access": access},
        st.sampled_from(["虚构东站", "虚构西站", "虚构中站", "虚构无坐标站", "无名"]) | _words,
        st.none() | st.sampled_from(Access),
    ),
    st.builds(
        lambda ends, to: {
            "station": None,
            "access": None,
            "segment": Segment(from_=ends[0], to=ends[1]),
            "direction": Direction(to=to) if to else None,
        },
        st.sampled_from(
            [
                ("K12+000", "K28+000"),
                ("K28+000", "K12+000"),
                ("虚构西站", "虚构东站"),
                ("K1+000", None),
                ("K900", "K901"),
            ]
        ),
        st.none() | _directions,
    ),
    st.just({"station": None, "access": None, "junction": Junction(name="虚构枢纽", ramp="A")}),
)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """One change."""
    words = draw(_words)
    given = {
        "kind": draw(
            st.sampled_from([Kind.ROAD_CLOSURE, Kind.STATION_CLOSURE, Kind.LANE_CLOSURE]) | st.sampled_from(Kind)
        ),
        "road": draw(st.sampled_from([ROAD, ROAD, replace(ROAD, name=words)])),
        "action": draw(st.sampled_from([Action.ANNOUNCE, Action.ANNOUNCE, Action.CANCEL, Action.END_EARLY])),
        "reason": draw(st.sampled_from([Reason.WORKS, Reason.WORKS, Reason.WEATHER, None])),
        "validity": Validity(
            start=draw(st.none() | _halves),
            end=draw(st.none() | _halves),
            start_basis=draw(st.sampled_from(StartBasis)),
            end_basis=draw(st.sampled_from(EndBasis)),
            windows=tuple(draw(st.lists(windows, max_size=2))),
        ),
        "lanes": draw(st.none() | st.builds(Lanes, entry=_counts, exit=_counts, carriageway=_counts)),
        "vehicles": tuple(draw(st.lists(st.sampled_from(Vehicle), max_size=2))),
        "exempt": tuple(draw(st.lists(st.sampled_from(Vehicle), max_size=1))),
        "limits": draw(
            st.none()
            | st.builds(
                Limits,
                speed_kmh=st.none() | st.integers(0, 120),
                height_m=st.none() | st.floats(0, 9),
                weight_t=st.none() | st.floats(0, 99),
            )
        ),
        "contraflow": draw(st.booleans()),
        "notice": NoticeReference(id="n" + words, title=words, publisher=words, published=PUBLISHED, url=words),
        **draw(_places),
    }
    return change(**given)


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """A feed of some changes, of which each may have been published before as something else."""
    last: list[Revision] = []
    earlier: dict[str, tuple[Revision, ...]] = {}
    position, recorded = 0, china(2024, 10, 10)
    for number in range(draw(st.integers(0, 4))):
        told: list[Revision] = []
        for sequence in range(draw(st.integers(1, 3))):
            position, recorded = position + 1, recorded + timedelta(hours=draw(st.integers(0, 60)))
            one = replace(draw(changes()), id=f"made-{number}", revision=sequence)
            told.append(Revision(position=position, recorded=recorded, change=one))
        earlier[f"made-{number}"] = tuple(told[:-1])
        last.append(told[-1])
    today = draw(st.none() | _halves.map(lambda moment: moment.date()))
    return replace(fictional(), revisions=tuple(last), earlier=earlier, updated=recorded, today=today)
