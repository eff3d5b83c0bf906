"""A store of many changes, as five years of notices from 300 roads would leave it; all places are made up.

The surprising thing: the rows are written as the first releases wrote them, and the store then opens them and migrates.
So what is measured is also what somebody has who comes from an older version. The same number gives the same rows.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Table, insert, text

from service.database import Database, open_database
from service.records import (
    Access,
    Action,
    Change,
    Detour,
    Direction,
    EndBasis,
    Evidence,
    Kind,
    LaneCount,
    Lanes,
    Notice,
    NoticeReference,
    Reason,
    Road,
    Segment,
    ServiceArea,
    StartBasis,
    Station,
    Validity,
    Window,
)
from service.rows import notice_row, record_of, revision_row
from service.schema import DOUBTS, NOTICES, RECORDS, REPORTS, REVISIONS
from tests.make import china

NOW = china(2024, 11, 1, 12)
"""When the benchmark asks."""

ROADS, STATIONS = 300, 3000
YEARS = 5

_BEFORE_INDEXES = "0004"
_AT_ONCE = 2000
_SYLLABLES = (
    "东西南北上下新安平宁永和兴隆福清泉山河江湖海岭峰桥店庄屯家集口关沟坝塘湾洲阳阴城"
    "镇乡林松柏梅兰竹石金银玉云龙凤鹤马羊牛"
)
_TITLES = (
    "关于{place}封闭施工的公告",
    "{place}交通管制通告",
    "{road}{place}临时封闭",
    "{place}出入口车道养护施工通知",
    "{road}路面施工公告",
)
_PUBLISHERS = ("示例日报", "示例晚报", "示例交通集团", "示例高速公路运营管理有限公司", "示例省交通运输厅")
_KINDS = {
    Kind.STATION_CLOSURE: 300,
    Kind.LANE_CLOSURE: 250,
    Kind.ROAD_CLOSURE: 150,
    Kind.RAMP_CLOSURE: 80,
    Kind.VEHICLE_RESTRICTION: 70,
    Kind.TRAFFIC_CONTROL: 50,
    Kind.SPEED_RESTRICTION: 30,
    Kind.REOPENING: 30,
    Kind.SERVICE_AREA_CLOSURE: 30,
    Kind.STATION_OPENING: 5,
    Kind.TURN_RESTRICTION: 3,
    Kind.TOLLING_START: 1,
    Kind.STATION_ABOLITION: 0.5,
    Kind.STATION_RENAMING: 0.3,
    Kind.TOLLING_END: 0.1,
}
_READ = ("kind", "road.name", "station.name", "access", "validity.start", "validity.end", "reason")
_EVIDENCE = tuple(
    Evidence(field=field, start=9 * count, end=9 * count + 7, rule=f"made-up.{field}")
    for count, field in enumerate(_READ)
)
_ON_ROADS = (Kind.ROAD_CLOSURE, Kind.SPEED_RESTRICTION, Kind.SERVICE_AREA_CLOSURE, Kind.VEHICLE_RESTRICTION)


@dataclass(frozen=True, slots=True)
class _Place:
    road: Road
    stations: tuple[str, ...]


def gazetteer(folder: Path) -> None:
    """Write the file of the roads and stations: 9 of 10 stations have coordinates."""
    chance = Random(2)  # noqa: S311 - the same each time
    roads = []
    for place in _places():
        lon, lat = chance.uniform(98, 122), chance.uniform(22, 42)
        east, north = chance.uniform(-0.12, 0.12), chance.uniform(-0.12, 0.12)
        stations: list[dict[str, Any]] = []
        for order, name in enumerate(place.stations):
            station: dict[str, Any] = {"name": name, "order": order + 1}
            if chance.random() < 0.9:
                at = {"lon": round(lon + east * order, 6), "lat": round(lat + north * order, 6), "datum": "wgs84"}
                station["coordinates"] = at
            stations.append(station)
        roads.append({"name": place.road.name, "number": place.road.number, "stations": stations})
    (folder / "gazetteer").mkdir(parents=True, exist_ok=True)
    written = {"about": "Made up for the benchmark.", "source": "made up", "roads": roads}
    # YAML contains JSON.
    (folder / "gazetteer" / "many.yaml").write_text(json.dumps(written, ensure_ascii=False), "utf-8")


def fill(url: str, number: int) -> None:
    """Write a store of that many changes into the empty database at ``url``, as an old version would."""
    database = open_database(url, version=_BEFORE_INDEXES)
    for rows in _batches(number):
        _write(database, rows)
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            # It counts on from what it gave, not from what it was given.
            last = "SELECT setval('revisions_position_seq', (SELECT max(position) FROM revisions))"
            connection.execute(text(last))
    database.close()


def _write(database: Database, rows: dict[Table, list[dict[str, Any]]]) -> None:
    with database.writing() as connection:
        for table, some in rows.items():
            if some:
                connection.execute(insert(table), some)


def _places() -> tuple[_Place, ...]:
    chance = Random(1)  # noqa: S311 - the same each time
    names = sorted({a + b for a in _SYLLABLES for b in _SYLLABLES if a != b})
    chance.shuffle(names)
    each = STATIONS // ROADS
    return tuple(
        _Place(
            Road(name=f"{names[number]}高速", number=f"S{1000 + number}" if number % 2 else None),
            tuple(f"{name}站" for name in names[ROADS + number * each : ROADS + (number + 1) * each]),
        )
        for number in range(ROADS)
    )


def _batches(number: int) -> Iterator[dict[Table, list[dict[str, Any]]]]:
    rows: dict[Table, list[dict[str, Any]]] = {table: [] for table in (NOTICES, REVISIONS, RECORDS, REPORTS, DOUBTS)}
    for position, (notice, change, recorded, new) in enumerate(_told(number), 1):
        if new:
            if len(rows[REVISIONS]) >= _AT_ONCE:
                yield rows
                rows = {table: [] for table in rows}
            rows[NOTICES].append(notice_row(notice, recorded))
        rows[REVISIONS].append({"position": position, **revision_row(notice.id, change, recorded)})
        rows[RECORDS].append({"position": position, "record": record_of(change)})
        rows[REPORTS].append({"notice_id": notice.id, "change_id": change.id, "position": position})
    yield rows


def _told(number: int) -> Iterator[tuple[Notice, Change, datetime, bool]]:
    """Each revision in the order recorded, with its notice, and whether that is a new one."""
    chance = Random(3)  # noqa: S311 - the same each time
    first = NOW - timedelta(days=365 * YEARS)
    told: list[tuple[datetime, int, int]] = []
    for index in range(number):
        # Three of one notice.
        moment = first + (NOW - first) * ((index // 3 * 3) / number)
        for revision in range(chance.choices((1, 2, 3, 4), (60, 25, 10, 5))[0]):
            told.append((min(moment, NOW), index, revision))
            moment += timedelta(minutes=chance.randrange(60, 20 * 24 * 60))
    told = sorted(each for each in told if each[0] < NOW)
    last = {index: revision for _, index, revision in told}
    places, known = _places(), dict[int, Change]()
    for count, (moment, index, revision) in enumerate(told):
        before = known.get(index)
        key = f"n{index // 3}" if before is None else f"n{index // 3}-{index}-{revision}"
        change = _first(index, moment, places, chance) if before is None else _next(before, revision, chance)
        if before is not None and revision == last[index] and index % 9 == 0:
            change = replace(change, action=Action.CANCEL)
        title = change.notice.title if before is None else f"{change.notice.title}（补充）"
        change = replace(change, notice=replace(change.notice, id=key, title=title, published=moment.date()))
        known[index] = change
        notice = Notice(id=key, source="many", published=moment.date(), title=title, text=f"{title}。" * 20)
        yield notice, change, moment + timedelta(microseconds=count), before is not None or index % 3 == 0


def _first(index: int, moment: datetime, places: tuple[_Place, ...], chance: Random) -> Change:
    # Some roads have more to tell than others, and the three changes of a notice are of one road.
    place = places[int(len(places) * Random(index // 3).random() ** 1.5)]  # noqa: S311 - the same each time
    station = chance.choice(place.stations)
    kind = chance.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]
    on_road = kind in _ON_ROADS
    ends = (Direction(to=station), Direction(from_=station))
    title = chance.choice(_TITLES).format(place=station, road=place.road.name)
    return Change(
        id=f"change-{index:06d}",
        kind=kind,
        road=place.road if chance.random() < 0.95 else None,
        station=None if on_road else Station(name=station),
        service_area=ServiceArea(name=f"{station[:2]}服务区") if kind is Kind.SERVICE_AREA_CLOSURE else None,
        segment=Segment(from_=station, to=chance.choice(place.stations)) if kind is Kind.ROAD_CLOSURE else None,
        direction=chance.choice(ends) if on_road else None,
        access=None if on_road else chance.choices(tuple(Access), (30, 30, 40))[0],
        lanes=Lanes(entry=LaneCount(open=2, closed=1, total=3)) if kind is Kind.LANE_CLOSURE else None,
        validity=_validity(kind, moment, chance),
        detours=tuple(Detour(direction=end, via=(chance.choice(place.stations),), text="请绕行") for end in ends),
        reason=Reason.WORKS,
        notice=NoticeReference(
            id="",
            title=title,
            publisher=_PUBLISHERS[index // 3 % 5],
            published=moment.date(),
            url="https://news.example/1",
        ),
        evidence=_EVIDENCE,
        confidence=0.9,
    )


def _validity(kind: Kind, moment: datetime, chance: Random) -> Validity:
    begin = moment.replace(hour=chance.randrange(24), minute=0, second=0, microsecond=0)
    begin += timedelta(days=chance.choices((0, chance.randrange(1, 15), chance.randrange(15, 90)), (40, 50, 10))[0])
    if kind.lasting:
        return Validity(start=begin, start_basis=StartBasis.STATED, end_basis=EndBasis.PERMANENT)
    if chance.random() < 0.01:
        return Validity(start=begin, start_basis=StartBasis.STATED, end_basis=EndBasis.UNTIL_FURTHER_NOTICE)
    hours = int(min(24 * 400, max(4, chance.lognormvariate(5, 1.5))))
    windows = (Window(from_="22:00", to="06:00"),) if chance.random() < 0.2 else ()
    return Validity(
        start=begin if chance.random() < 0.98 else None,
        end=begin + timedelta(hours=hours),
        start_basis=StartBasis.STATED,
        end_basis=EndBasis.STATED,
        windows=windows,
    )


def _next(before: Change, revision: int, chance: Random) -> Change:
    validity = before.validity
    if validity.end is None:
        return replace(before, revision=revision, lanes=Lanes(entry=LaneCount(open=revision)))
    later = replace(validity, end=validity.end + timedelta(days=chance.randrange(1, 15)))
    return replace(before, revision=revision, action=Action.EXTEND, validity=later)


def kept(name: str) -> Path:
    """A folder that stays from one run to the next."""
    folder = Path(tempfile.gettempdir()) / "tollfeed-benchmarks" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
