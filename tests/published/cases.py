"""The feeds behind the files of this folder, by the name of the file; ``pytest --update`` writes them anew.

Places are real, changes partly invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from service.alarm import Alarm
from service.calendar import Span, Wishes
from service.commute import Commute, read_days, read_hours
from service.feed import Background, Departed, Feed, Format, Lang
from service.gazetteer import Gazetteer, KnownPlace, KnownRoad, Position
from service.gazetteer.datum import Datum
from service.prose import feed_description, feed_title
from service.records import (
    Access,
    Action,
    Advice,
    Change,
    Detour,
    Direction,
    Edge,
    EndBasis,
    Flag,
    Junction,
    Kind,
    LaneCount,
    Lanes,
    Limits,
    Milestone,
    NoticeReference,
    Reason,
    Relocation,
    Revision,
    Road,
    Segment,
    ServiceArea,
    StartBasis,
    Station,
    Vehicle,
    Window,
    day_start,
)
from tests.make import NEW_STATION, OLD_STATION, change, china, validity

FOLDER = Path(__file__).parent
NONE = Wishes()

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


def feed(name: str, *changes: Change, lang: Lang = Lang.ZH, log: bool = False, wishes: Wishes = NONE) -> Feed:
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
        backgrounds={each.position: Background(before=_before(each, revisions)) for each in revisions} if log else {},
        log=log,
        wishes=wishes,
    )


def _before(revision: Revision, revisions: tuple[Revision, ...]) -> Change | None:
    """The change as it was before ``revision``."""
    earlier = [each.change for each in revisions if each.change.id == revision.change.id]
    at = earlier.index(revision.change)
    return earlier[at - 1] if at else None


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

REST = (
    lasting("renaming", Kind.STATION_RENAMING, Station(name="津榆路站"), 2024, 11, 1, renamed_to="北辰东站"),
    lasting("tolling-start", Kind.TOLLING_START, NEW_STATION, 2024, 11, 1),
    lasting("reopening", Kind.REOPENING, Station(name="九园站"), 2024, 11, 2, 6),
    change(
        id="service-area",
        kind=Kind.SERVICE_AREA_CLOSURE,
        station=None,
        service_area=ServiceArea(name="徐水服务区"),
        road=Road(name="荣乌高速", number="G18"),
        validity=validity(china(2024, 11, 3), china(2024, 11, 6)),
    ),
    change(
        id="speed",
        kind=Kind.SPEED_RESTRICTION,
        station=None,
        access=None,
        segment=Segment(from_="K12+300", to="K15+000"),
        direction=Direction(to="both"),
        limits=Limits(speed_kmh=60),
        validity=validity(china(2024, 11, 3, 8), china(2024, 11, 3, 18)),
    ),
    change(
        id="control",
        kind=Kind.TRAFFIC_CONTROL,
        reason=Reason.WEATHER,
        validity=validity(china(2024, 11, 4), None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE),
    ),
)
"""The kinds that no other case has."""

FEEDS = {
    "rest-zh": feed("rest-zh", *REST),
    "rest-en": feed("rest-en", *REST, lang=Lang.EN),
    "issue-zh": feed("issue-zh", *ISSUE),
    "issue-en": feed("issue-en", *ISSUE, lang=Lang.EN),
    "restrictions-zh": feed("restrictions-zh", *RESTRICTIONS),
    "restrictions-en": feed("restrictions-en", *RESTRICTIONS, lang=Lang.EN),
    "nights": feed("nights", *NIGHTS),
    "moved": feed("moved", *MOVED),
    "moved-log": feed("moved-log", *MOVED, log=True),
    "unknown-zh": feed("unknown-zh", *UNKNOWN),
    "unknown-en": feed("unknown-en", *UNKNOWN, lang=Lang.EN),
    "hostile": feed("hostile", *HOSTILE),
    "empty": feed("empty"),
}

WORDS = (
    "　　津蓟高速公路津榆路站所有车道10月21日至12月31日封闭，请注意绕行。",
    "据悉，津榆路站“改造”工期约70天；</blockquote><script>alert(1)</script>",
)
"""Two quotes, the second as nobody should word a notice."""

LIFE = (
    change(id="life", notice=NOTICE, reason=Reason.WORKS),
    change(
        id="life",
        revision=1,
        action=Action.EXTEND,
        reason=Reason.WORKS,
        validity=validity(china(2024, 10, 21), china(2025, 1, 16), end_basis=EndBasis.EXPECTED),
        notice=replace(NOTICE, id="notice-2", title="津榆路站封闭延期", published=date(2024, 12, 20)),
    ),
    change(
        id="life",
        revision=2,
        action=Action.EXTEND,
        access=Access.ENTRY,
        reason=Reason.WORKS,
        validity=validity(china(2024, 10, 21), china(2025, 1, 16), end_basis=EndBasis.EXPECTED),
        notice=replace(NOTICE, id="notice-2", title="津榆路站封闭延期", published=date(2024, 12, 20)),
    ),
)
"""A closure that is announced, extended and read better."""


def told(name: str, lang: Lang = Lang.ZH) -> Feed:
    """The log of ``LIFE``, with the days on which it begins and ends, and whatever else only readers are told."""
    here = feed(name, *LIFE, lang=lang, log=True)
    first, _, last = here.revisions
    days = (
        (Edge.BEGIN, date(2024, 10, 21), first, 6),
        (Edge.END, date(2025, 1, 15), last, 30),  # a day late
    )
    milestones = tuple(
        Milestone(
            number=number,
            edge=edge,
            day=day,
            recorded=day_start(day) + timedelta(hours=hours),
            after=revision.position,
            revision=revision,
        )
        for number, (edge, day, revision, hours) in enumerate(days, start=1)
    )
    quoted = {each.position: replace(here.background(each), quotes=WORDS) for each in here.revisions}
    return replace(
        here,
        milestones=milestones,
        backgrounds=quoted,
        updated=milestones[-1].recorded,
        hub="https://hub.example/?a=1&b=2",
        previous=f"https://toll.example/v1/feeds/{name}/2",
        gazetteer=KNOWN,
    )


KNOWN = Gazetteer(
    (
        KnownRoad(
            name="津蓟高速公路",
            number="S1",
            stations=(
                KnownPlace(name="津榆路站", position=Position(lon=117.3, lat=39.2, datum=Datum.WGS84)),
                KnownPlace(name="九园站", position=Position(lon=117.4, lat=39.5, datum=Datum.GCJ02)),
            ),
        ),
    )
)
"""Two stations with coordinates, one of them in the datum of Chinese maps."""

READERS = {
    "told-zh": told("told-zh"),
    "told-en": told("told-en", Lang.EN),
    "archive": replace(
        feed("archive", *LIFE[:1], log=True),
        previous=None,
        current="https://toll.example/v1/feeds/told-zh",
    ),
    "departed": replace(
        feed("departed", change(id="here", station=Station(name="九园站"))),
        departed=(Departed(change=change(id="gone"), when=china(2024, 10, 20)),),
        gazetteer=KNOWN,
    ),
}
"""What a calendar cannot say."""

CALENDARS = {
    "full": feed("full", *ISSUE, wishes=Wishes(span=Span.FULL)),
    "edges": feed("edges", *NIGHTS, *UNKNOWN, wishes=Wishes(span=Span.EDGES)),
    "daily": feed("daily", *ISSUE, *UNKNOWN, wishes=Wishes(span=Span.DAILY, today=date(2024, 10, 24))),
    "alarm": feed(
        "alarm", *MOVED, *NIGHTS, *ISSUE, wishes=Wishes(alarm=Alarm.parse("evening"), today=date(2024, 10, 21))
    ),
    "commute": feed(
        "commute",
        *NIGHTS,
        *ISSUE,
        wishes=Wishes(
            alarm=Alarm.parse("1h"),
            commute=Commute(days=read_days("weekdays"), hours=read_hours("07:00-09:00,21:30-22:30")),
            today=date(2024, 10, 20),
        ),
    ),
}
"""What only calendars can be asked for."""
