"""The feeds behind the files of this folder, by the name of the file; ``pytest --update`` writes them anew.

Places are real, changes partly invented.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from service.feed import Feed, Format, Lang
from service.prose import feed_description, feed_title
from service.records import (
    Access,
    Action,
    Advice,
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
    NoticeReference,
    Reason,
    Relocation,
    Revision,
    Road,
    Segment,
    StartBasis,
    Station,
    Vehicle,
    Window,
)
from tests.make import NEW_STATION, OLD_STATION, change, china, validity

FOLDER = Path(__file__).parent

NOTICE = NoticeReference(
    id="notice-1",
    title="津蓟高速公路天津站新站启用",
    publisher="示例日报",
    published=date(2024, 10, 20),
    url="https://news.example/2024/10/20?page=2&article=5",
)
DETOURS = (
    Detour(
        direction=Direction(from_="蓟州", to="天津"),
        via=("九园站", "天津站"),
        text="蓟州至天津方向可从九园站、原津蓟高速公路天津站通行",
    ),
    Detour(
        direction=Direction(from_="天津", to="蓟州"),
        via=("东堤头站", "北辰东站"),
        text="天津至蓟州方向可从东堤头站、北辰东站通行",
    ),
)
AUTUMN = (china(2024, 10, 21), china(2025, 1, 1))
NIGHT = Window(from_="22:00", to="06:00")


def published(name: str, format_: Format) -> Path:
    """The file of a feed in a format."""
    return FOLDER / f"{name}.{format_.extension}"


def recorded(change: Change, position: int) -> Revision:
    """``change`` as recorded on the evening of 20 October 2024, a minute after the one before."""
    moment = datetime(2024, 10, 20, 12, tzinfo=UTC) + timedelta(minutes=position)
    return Revision(position=position, recorded=moment, change=change)


def feed(name: str, *changes: Change, lang: Lang = Lang.ZH, log: bool = False, alarm: timedelta | None = None) -> Feed:
    """The feed of ``changes``, recorded one after the other."""
    revisions = tuple(recorded(change, position) for position, change in enumerate(changes, start=1))
    return Feed(
        title=feed_title(lang, log=log),
        description=feed_description(lang, log=log),
        url=f"https://toll.example/v1/feeds/{name}",
        home="https://toll.example/",
        base_url="https://toll.example",
        lang=lang,
        updated=max((revision.recorded for revision in revisions), default=datetime(2024, 10, 20, tzinfo=UTC)),
        revisions=revisions,
        log=log,
        alarm=alarm,
    )


def lasting(id_: str, kind: Kind, station: Station, *when: int, **values: object) -> Change:
    """A change for good, from ``when`` on."""
    permanent = validity(china(*when), None, end_basis=EndBasis.PERMANENT)
    return change(id=id_, kind=kind, station=station, access=None, validity=permanent, notice=NOTICE, **values)


ISSUE = (
    lasting(
        "opening",
        Kind.STATION_OPENING,
        NEW_STATION,
        *(2024, 10, 21),
        lanes=Lanes(entry=LaneCount(total=10), exit=LaneCount(total=9)),
        relocation=Relocation(replaces=OLD_STATION, distance_km=7.5, towards="蓟州"),
    ),
    lasting("tolling", Kind.TOLLING_END, OLD_STATION, 2024, 10, 21),
    change(
        id="lanes",
        kind=Kind.LANE_CLOSURE,
        station=NEW_STATION,
        lanes=Lanes(entry=LaneCount(open=4, closed=6, total=10), exit=LaneCount(open=7, closed=2, total=9)),
        validity=validity(*AUTUMN),
        advice=(Advice.SLOW_DOWN,),
        notice=NOTICE,
    ),
    change(
        id="turn",
        kind=Kind.TURN_RESTRICTION,
        station=OLD_STATION,
        access=None,
        validity=validity(china(2024, 10, 21), china(2024, 11, 21)),
        reason=Reason.WORKS,
        notice=NOTICE,
    ),
    change(
        id="closure",
        validity=validity(*AUTUMN),
        reason=Reason.WORKS,
        detours=DETOURS,
        flags=(Flag.ASSUMED_YEAR, Flag.DETOUR_RESTRICTED),
        notice=NOTICE,
    ),
    change(
        id="abolition",
        kind=Kind.STATION_ABOLITION,
        access=None,
        validity=validity(china(2025, 1, 1), None, start_basis=StartBasis.AFTER_WORKS, end_basis=EndBasis.PERMANENT),
        notice=NOTICE,
    ),
    lasting("clock", Kind.STATION_OPENING, Station(name="云和东收费站"), 2024, 10, 28, 10),
)

RESTRICTIONS = (
    change(
        id="contraflow",
        kind=Kind.ROAD_CLOSURE,
        road=Road(name="兰海高速公路", number="G75"),
        station=None,
        access=None,
        segment=Segment(from_="K268+400", to="K275+900"),
        direction=Direction(from_="武都", to="兰州"),
        contraflow=True,
        limits=Limits(speed_kmh=60, width_m=3.5),
        validity=validity(china(2024, 11, 10, 8), china(2024, 12, 5, 18)),
    ),
    change(
        id="ramp",
        kind=Kind.RAMP_CLOSURE,
        station=None,
        access=None,
        junction=Junction(name="横涧枢纽", ramp="H"),
        validity=validity(china(2024, 11, 6, 8), china(2024, 11, 20, 18), end_basis=EndBasis.EXPECTED),
    ),
    change(
        id="vehicles",
        kind=Kind.VEHICLE_RESTRICTION,
        access=Access.ENTRY,
        vehicles=(Vehicle.BUS, Vehicle.HAZMAT),
        limits=Limits(seats=7),
        reason=Reason.WEATHER,
        validity=validity(china(2024, 11, 19), china(2024, 11, 19, 12)),
    ),
)

NIGHTS = (
    change(id="nights", validity=validity(china(2024, 11, 3, 22), china(2024, 11, 7, 6), windows=(NIGHT,))),
    change(
        id="rush-hours",
        validity=validity(
            china(2024, 11, 4, 7),
            china(2024, 11, 6, 19),
            windows=(Window(from_="07:00", to="09:00"), Window(from_="17:00", to="19:00")),
        ),
    ),
    change(id="cut-nights", validity=validity(china(2024, 11, 11), china(2024, 11, 13, 23), windows=(NIGHT,))),
    change(id="one-night", validity=validity(china(2024, 11, 14, 22), china(2024, 11, 15, 6), windows=(NIGHT,))),
)

MOVED = (
    change(id="cancelled", validity=validity(china(2024, 11, 7, 8), china(2024, 11, 9, 18))),
    change(id="extended", validity=validity(*AUTUMN)),
    change(
        id="cancelled",
        revision=1,
        action=Action.CANCEL,
        validity=validity(china(2024, 11, 7, 8), china(2024, 11, 9, 18)),
    ),
    change(
        id="extended",
        revision=1,
        action=Action.EXTEND,
        validity=validity(china(2024, 10, 21), china(2025, 2, 1)),
    ),
    change(id="corrected", access=Access.ENTRY, validity=validity(*AUTUMN)),
    change(id="corrected", revision=1, access=Access.EXIT, validity=validity(*AUTUMN)),
    change(
        id="rescheduled",
        revision=2,
        action=Action.RESCHEDULE,
        validity=validity(china(2024, 11, 22, 8), china(2024, 11, 24, 20)),
    ),
    change(
        id="ends-early", revision=1, action=Action.END_EARLY, validity=validity(china(2024, 11, 1), china(2024, 11, 9))
    ),
)

UNKNOWN = (
    change(
        id="open-end",
        validity=validity(china(2024, 10, 23, 9), None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE),
    ),
    change(id="no-start", validity=validity(None, china(2024, 11, 1), end_basis=EndBasis.EXPECTED)),
    change(
        id="as-reported",
        validity=validity(None, None, start_basis=StartBasis.PUBLISHED, end_basis=EndBasis.UNTIL_FURTHER_NOTICE),
    ),
    change(
        id="after-works",
        kind=Kind.STATION_ABOLITION,
        access=None,
        validity=validity(None, None, start_basis=StartBasis.AFTER_WORKS, end_basis=EndBasis.PERMANENT),
    ),
    change(id="contradiction", validity=validity(china(2024, 11, 9), china(2024, 11, 2)), flags=(Flag.DATE_CONFLICT,)),
    change(id="over-when-published", validity=validity(None, china(2024, 10, 12))),
)

HOSTILE = (
    change(
        id="a/b #1",
        station=Station(name='<天津>&]]>站\x00\x0b\r\n;,\\n:"\ud800🚧\u202eabc\ufffe'),
        road=None,
        notice=NoticeReference(
            id="notice-2",
            title="</p><script>alert(1)</script>",
            publisher="\x07日报\u2028&amp;",
            published=date(2024, 10, 20),
            url="https://news.example/公告?a=1&b=<2>\r\nX-Bad: 1",
        ),
    ),
    change(id="relative", notice=NoticeReference(id="notice-3", published=date(2024, 10, 20), url="/local/page.html")),
)

FEEDS = {
    "issue-zh": feed("issue-zh", *ISSUE),
    "issue-en": feed("issue-en", *ISSUE, lang=Lang.EN),
    "restrictions-zh": feed("restrictions-zh", *RESTRICTIONS),
    "restrictions-en": feed("restrictions-en", *RESTRICTIONS, lang=Lang.EN),
    "nights": feed("nights", *NIGHTS),
    "moved": feed("moved", *MOVED),
    "moved-log": feed("moved-log", *MOVED, log=True),
    "unknown-zh": feed("unknown-zh", *UNKNOWN),
    "unknown-en": feed("unknown-en", *UNKNOWN, lang=Lang.EN),
    "alarm": feed("alarm", MOVED[-1], MOVED[2], alarm=timedelta(hours=12)),
    "hostile": feed("hostile", *HOSTILE),
    "empty": feed("empty"),
}
