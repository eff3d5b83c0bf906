"""What people read: tables of a change and its words, in Chinese and in English."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import prose
from service.prose import Lang, subject
from service.prose.en import words as en_words
from service.prose.zh import words as zh_words
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
    Movement,
    NoticeReference,
    Qualifier,
    Reason,
    Relocation,
    Road,
    Segment,
    ServiceArea,
    StartBasis,
    Station,
    Status,
    Structure,
    Validity,
    Vehicle,
    Window,
)
from tests.make import NEW_STATION, OLD_STATION, PUBLISHED, change, china, validity

PERMANENT = {"end_basis": EndBasis.PERMANENT}
NIGHT = Window(from_="22:00", to="06:00")
ROAD = {"station": None, "access": None, "road": Road(name="兰海高速公路", number="G75")}


@pytest.mark.parametrize(
    ("given_", "chinese", "english"),
    [
        ({}, "〔关闭〕津榆路站 出入口", "Closed: 津榆路站, entry and exit"),
        ({"access": None}, "〔关闭〕津榆路站", "Closed: 津榆路站"),
        (
            {"access": Access.ENTRY, "direction": Direction(to="西安")},
            "〔关闭〕津榆路站 入口往西安方向",
            "Closed: 津榆路站, entry towards 西安",
        ),
        (
            {"access": Access.ENTRY, "vehicles": (Vehicle.GOODS,)},
            "〔关闭〕津榆路站 入口 货车",
            "Closed: 津榆路站, entry, goods vehicles",
        ),
        ({"station": Station(name="平昌")}, "〔关闭〕平昌收费站 出入口", "Closed: 平昌收费站, entry and exit"),
        ({"kind": Kind.STATION_OPENING, "station": NEW_STATION}, "〔启用〕天津站（新）", "Opens: 天津站 (new)"),
        ({"kind": Kind.TOLLING_END, "station": OLD_STATION}, "〔停止收费〕天津站（原）", "Tolls end: 天津站 (old)"),
        (
            {
                "kind": Kind.LANE_CLOSURE,
                "station": NEW_STATION,
                "lanes": Lanes(entry=LaneCount(open=4), exit=LaneCount(open=7)),
            },
            "〔4进7出〕天津站（新）",
            "4 in, 7 out open: 天津站 (new)",
        ),
        (
            {"kind": Kind.LANE_CLOSURE, "access": Access.ENTRY, "lanes": Lanes(entry=LaneCount(open=2))},
            "〔2进〕津榆路站",
            "2 entry lanes open: 津榆路站",
        ),
        (
            {"kind": Kind.LANE_CLOSURE, **ROAD, "lanes": Lanes(carriageway=LaneCount(which=("emergency", "lane-3")))},
            "〔车道〕兰海高速 应急车道、第三车道",
            "Lanes closed: 兰海高速, emergency lane, lane 3",
        ),
        (
            {"kind": Kind.STATION_RENAMING, "renamed_to": "香桥收费站"},
            "〔更名〕津榆路站 改称香桥收费站",
            "Renamed: 津榆路站, now 香桥收费站",
        ),
        (
            {"kind": Kind.SPEED_RESTRICTION, **ROAD, "limits": Limits(speed_kmh=80), "direction": Direction(to="both")},
            "〔限速〕兰海高速 双向 80公里/小时",
            "Speed limit: 兰海高速, both directions, 80 km/h",
        ),
        (
            {"kind": Kind.ROAD_CLOSURE, **ROAD, "segment": Segment(from_="K268+400", to="K275+900")},
            "〔封路〕兰海高速 K268+400至K275+900",
            "Road closed: 兰海高速 K268+400 to K275+900",
        ),
        (
            {"kind": Kind.ROAD_CLOSURE, **ROAD, "segment": Segment(from_="K23+600")},
            "〔封路〕兰海高速 K23+600处",
            "Road closed: 兰海高速 at K23+600",
        ),
        (
            {"kind": Kind.ROAD_CLOSURE, **ROAD, "structure": Structure(name="南渡江大桥")},
            "〔封路〕南渡江大桥",
            "Road closed: 南渡江大桥",
        ),
        (
            {
                "kind": Kind.RAMP_CLOSURE,
                **ROAD,
                "junction": Junction(name="横涧枢纽", ramp="A", movement=Movement(from_="常州", to="溧阳")),
            },
            "〔匝道〕横涧枢纽A匝道（常州往溧阳）",
            "Ramp closed: 横涧枢纽 ramp A (常州 to 溧阳)",
        ),
        (
            {"kind": Kind.RAMP_CLOSURE, **ROAD, "junction": Junction(name="灞源枢纽", movement=Movement(to="山阳"))},
            "〔匝道〕灞源枢纽往山阳方向匝道",
            "Ramp closed: 灞源枢纽 ramp towards 山阳",
        ),
        (
            {
                "kind": Kind.SERVICE_AREA_CLOSURE,
                "station": None,
                "service_area": ServiceArea(name="小榄服务区"),
            },
            "〔关闭〕小榄服务区 双向",
            "Services closed: 小榄服务区, both sides",
        ),
        (
            {"action": Action.CANCEL},
            "【取消】〔关闭〕津榆路站 出入口",
            "[Cancelled] Closed: 津榆路站, entry and exit",
        ),
        (
            {"action": Action.EXTEND},
            "【延期】〔关闭〕津榆路站 出入口",
            "[Extended] Closed: 津榆路站, entry and exit",
        ),
    ],
)
def test_a_title_says_what_and_where(given_: dict[str, Any], chinese: str, english: str) -> None:
    said = change(**given_)
    assert (prose.title(said, Lang.ZH), prose.title(said, Lang.EN)) == (chinese, english)


@pytest.mark.parametrize(
    ("given_", "chinese", "english"),
    [
        (
            validity(china(2024, 10, 21), china(2025, 1, 1)),
            "2024年10月21日至12月31日",
            "21 October to 31 December 2024",
        ),
        (
            validity(china(2024, 12, 20), china(2025, 1, 11)),
            "2024年12月20日至2025年1月10日",
            "20 December 2024 to 10 January 2025",
        ),
        (validity(china(2024, 10, 21), china(2024, 10, 22)), "2024年10月21日", "21 October 2024"),
        (
            validity(china(2024, 6, 10, 8), china(2024, 7, 5, 18, 30)),
            "2024年6月10日8:00至7月5日18:30",
            "08:00 on 10 June to 18:30 on 5 July 2024",
        ),
        (
            validity(china(2024, 6, 3, 12), china(2024, 6, 7)),
            "2024年6月3日12:00至6月6日24:00",
            "12:00 on 3 June to 24:00 on 6 June 2024",
        ),
        (
            validity(china(2024, 9, 28), china(2024, 9, 28, 6)),
            "2024年9月28日0:00至6:00",
            "00:00 to 06:00 on 28 September 2024",
        ),
        (
            validity(china(2024, 9, 3, 22), china(2024, 9, 9, 6), windows=(NIGHT,)),
            "2024年9月3日至9月8日，每晚22:00至次日6:00",
            "3 September to 8 September 2024, nightly 22:00 to 06:00",
        ),
        (
            validity(china(2024, 9, 3, 8), china(2024, 9, 8, 17), windows=(Window(from_="08:00", to="17:00"),)),
            "2024年9月3日至9月8日，每日8:00至17:00",
            "3 September to 8 September 2024, daily 08:00 to 17:00",
        ),
        (
            validity(china(2024, 9, 3, 20), china(2024, 9, 9), windows=(Window(from_="20:00", to="00:00"),)),
            "2024年9月3日至9月8日，每晚20:00至24:00",
            "3 September to 8 September 2024, nightly 20:00 to 24:00",
        ),
        (
            validity(china(2024, 9, 3, 22), china(2024, 9, 4, 6), windows=(NIGHT,)),
            "2024年9月3日22:00至次日6:00",
            "3 September 2024, 22:00 to 06:00",
        ),
        (
            validity(china(2024, 9, 3, 8), china(2024, 9, 9, 6), windows=(NIGHT,)),
            "2024年9月3日8:00至9月9日6:00，每晚22:00至次日6:00",
            "08:00 on 3 September to 06:00 on 9 September 2024, nightly 22:00 to 06:00",
        ),
        (
            validity(china(2024, 6, 6, 8), china(2024, 6, 20, 18), end_basis=EndBasis.EXPECTED),
            "2024年6月6日8:00起，预计6月20日18:00结束",
            "from 08:00 on 6 June 2024, expected to end at 18:00 on 20 June 2024",
        ),
        (
            validity(
                china(2024, 5, 18),
                china(2024, 5, 31),
                start_basis=StartBasis.EXPECTED,
                end_basis=EndBasis.EXPECTED,
            ),
            "预计2024年5月18日至5月30日",
            "expected 18 May to 30 May 2024",
        ),
        (
            validity(china(2024, 8, 4), None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE),
            "2024年8月4日起，恢复时间另行通知",
            "from 4 August 2024, until further notice",
        ),
        (validity(china(2024, 8, 4), None), "2024年8月4日起，结束时间未说明", "from 4 August 2024, end not stated"),
        (
            validity(china(2024, 9, 3, 22), None, windows=(NIGHT,), end_basis=EndBasis.UNTIL_FURTHER_NOTICE),
            "2024年9月3日起，每晚22:00至次日6:00，恢复时间另行通知",
            "from 3 September 2024, nightly 22:00 to 06:00, until further notice",
        ),
        (
            validity(None, china(2024, 6, 21), end_basis=EndBasis.EXPECTED),
            "预计2024年6月20日结束，起始时间未说明",
            "expected to end on 20 June 2024, start not stated",
        ),
        (
            validity(None, None, start_basis=StartBasis.PUBLISHED, end_basis=EndBasis.UNTIL_FURTHER_NOTICE),
            "据2024年10月20日通报，恢复时间另行通知",
            "as reported on 20 October 2024, until further notice",
        ),
        (validity(None, None), "结束时间未说明，起始时间未说明", "end not stated, start not stated"),
    ],
)
def test_a_period_is_exact_and_says_how_sure_it_is(given_: Validity, chinese: str, english: str) -> None:
    said = change(validity=given_)
    assert (prose.period(said, Lang.ZH), prose.period(said, Lang.EN)) == (chinese, english)


@pytest.mark.parametrize(
    ("given_", "chinese", "english"),
    [
        (validity(china(2024, 10, 21), None, **PERMANENT), "2024年10月21日起", "on 21 October 2024"),
        (validity(china(2024, 10, 21, 10), None, **PERMANENT), "2024年10月21日10:00起", "at 10:00 on 21 October 2024"),
        (
            validity(china(2025, 1, 1), None, start_basis=StartBasis.AFTER_WORKS, **PERMANENT),
            "施工完成后，2025年1月1日起",
            "after the works, on 1 January 2025",
        ),
        (
            validity(None, None, start_basis=StartBasis.AFTER_WORKS, **PERMANENT),
            "施工完成后实施，日期待定",
            "after the works, date to be announced",
        ),
        (
            validity(china(2024, 10, 21), None, start_basis=StartBasis.EXPECTED, **PERMANENT),
            "预计2024年10月21日起",
            "expected on 21 October 2024",
        ),
        (validity(None, None, **PERMANENT), "日期未说明", "date not stated"),
    ],
)
def test_what_lasts_has_a_beginning_only(given_: Validity, chinese: str, english: str) -> None:
    said = change(kind=Kind.STATION_ABOLITION, access=None, validity=given_)
    assert (prose.period(said, Lang.ZH), prose.period(said, Lang.EN)) == (chinese, english)


@pytest.mark.parametrize(
    ("given_", "chinese", "english"),
    [
        (
            {"reason": Reason.WORKS},
            "2024年10月21日至12月31日，S1津蓟高速公路津榆路站出入口因施工关闭。",
            "津榆路站, S1 津蓟高速公路: entry and exit closed for roadworks, 21 October to 31 December 2024.",
        ),
        (
            {"action": Action.CANCEL},
            "原定2024年10月21日至12月31日，S1津蓟高速公路津榆路站出入口关闭，现已取消。",
            "Cancelled – 津榆路站, S1 津蓟高速公路: entry and exit closed, 21 October to 31 December 2024.",
        ),
        (
            {"kind": Kind.STATION_OPENING, "validity": validity(china(2024, 10, 21), None, **PERMANENT)},
            "2024年10月21日起，S1津蓟高速公路津榆路站启用。",
            "津榆路站, S1 津蓟高速公路: opens on 21 October 2024.",
        ),
        (
            {"kind": Kind.VEHICLE_RESTRICTION, "vehicles": (Vehicle.BUS, Vehicle.HAZMAT), "limits": Limits(seats=7)},
            "2024年10月21日至12月31日，S1津蓟高速公路津榆路站禁止7座以上客车、危化品车通行。",
            "津榆路站, S1 津蓟高速公路: closed to buses of 7 seats or more and dangerous-goods vehicles, "
            "21 October to 31 December 2024.",
        ),
        (
            {
                "kind": Kind.VEHICLE_RESTRICTION,
                "access": Access.ENTRY,
                "exempt": (Vehicle.CAR,),
                "limits": Limits(seats=7),
            },
            "2024年10月21日至12月31日，S1津蓟高速公路津榆路站入口仅允许7座以下小客车通行。",
            "津榆路站, S1 津蓟高速公路: entry open only to cars of 7 seats or fewer, 21 October to 31 December 2024.",
        ),
        (
            {"kind": Kind.ROAD_CLOSURE, **ROAD, "contraflow": True, "direction": Direction(from_="武都", to="兰州")},
            "2024年10月21日至12月31日，G75兰海高速公路武都往兰州方向封闭，车辆借对向车道双向通行。",
            "G75 兰海高速公路: 武都 to 兰州 closed, two-way traffic on the other carriageway, "
            "21 October to 31 December 2024.",
        ),
        (
            {**ROAD, "access": Access.ENTRY},
            "2024年10月21日至12月31日，G75兰海高速公路全线各站入口关闭。",
            "G75 兰海高速公路: entry at all stations closed, 21 October to 31 December 2024.",
        ),
        (
            {**ROAD, "access": Access.ENTRY, "segment": Segment(from_="铁岭站", to="毛家店站")},
            "2024年10月21日至12月31日，G75兰海高速公路铁岭站至毛家店站入口关闭。",
            "铁岭站 to 毛家店站, G75 兰海高速公路: entry closed, 21 October to 31 December 2024.",
        ),
        (
            {"kind": Kind.TRAFFIC_CONTROL, "access": Access.ENTRY, "direction": Direction(to="西安")},
            "2024年10月21日至12月31日，S1津蓟高速公路津榆路站入口往西安方向实行交通管制。",
            "津榆路站, S1 津蓟高速公路: traffic control in force, entry towards 西安, 21 October to 31 December 2024.",
        ),
        (
            {**ROAD, "road": None},
            "2024年10月21日至12月31日，地点未说明关闭。",
            "Place not stated: closed, 21 October to 31 December 2024.",
        ),
    ],
)
def test_a_summary_is_one_sentence(given_: dict[str, Any], chinese: str, english: str) -> None:
    said = change(**given_)
    assert (prose.summary(said, Lang.ZH), prose.summary(said, Lang.EN)) == (chinese, english)


@pytest.mark.parametrize(
    ("given_", "chinese", "english"),
    [
        (
            {"lanes": Lanes(entry=LaneCount(open=4, closed=6, total=10), exit=LaneCount(open=1))},
            "入口共10条车道，开放4条，封闭6条；出口开放1条车道。",
            "Entry: 10 lanes, 4 open, 6 closed. Exit: 1 open.",
        ),
        (
            {"lanes": Lanes(exit=LaneCount(closed=2, which=("etc",)))},
            "出口封闭2条（ETC车道）。",
            "Exit: 2 closed (ETC lanes).",
        ),
        (
            {"limits": Limits(speed_kmh=60, height_m=4.2, weight_t=30.0)},
            "限速60公里/小时，限高4.2米，限重30吨。",
            "Limits: speed 60 km/h, height 4.2 m, weight 30 t.",
        ),
        (
            {"relocation": Relocation(replaces=OLD_STATION, distance_km=7.5, towards="蓟州")},
            "替代天津站（原），向蓟州方向迁移约7.5公里。",
            "Replaces 天津站 (old), about 7.5 km away towards 蓟州.",
        ),
        (
            {
                "detours": (
                    Detour(direction=Direction(from_="蓟州"), via=("九园站",), via_roads=("津宁高速",), text="…"),
                )
            },
            "绕行（蓟州来车方向）：经津宁高速、九园站。",
            "Detour (from 蓟州): via 津宁高速, 九园站.",
        ),
        ({"detours": (Detour(text="请绕行国道。"),)}, "绕行：请绕行国道。", "Detour: 请绕行国道."),
        (
            {"vehicles": (Vehicle.GOODS,), "exempt": (Vehicle.CAR,)},
            "小客车除外。",
            "Exempt: cars.",
        ),
        ({"advice": (Advice.SLOW_DOWN,)}, "请减速慢行。", "Slow down."),
        (
            {"flags": (Flag.ASSUMED_YEAR, Flag.DETOUR_RESTRICTED)},
            "注意：推荐的绕行站同期也有封闭或限行。",
            "Note: a recommended detour station is itself closed or restricted in that time.",
        ),
    ],
)
def test_each_detail_is_a_paragraph(given_: dict[str, Any], chinese: str, english: str) -> None:
    said = change(**given_)
    assert prose.paragraphs(said, Lang.ZH)[1:-1] == (chinese,)
    assert prose.paragraphs(said, Lang.EN)[1:-1] == (english,)


@pytest.mark.parametrize(
    ("reference", "chinese", "english"),
    [
        (
            {"title": "津榆路站封闭", "publisher": "示例日报"},
            "来源：示例日报，2024年10月20日，《津榆路站封闭》。",
            "Source: 示例日报, 20 October 2024, 《津榆路站封闭》.",
        ),
        ({}, "来源：2024年10月20日。", "Source: 20 October 2024."),
    ],
)
def test_the_source_comes_last(reference: dict[str, Any], chinese: str, english: str) -> None:
    said = change(notice=NoticeReference(id="n", published=PUBLISHED, **reference))
    assert (prose.paragraphs(said, Lang.ZH)[-1], prose.paragraphs(said, Lang.EN)[-1]) == (chinese, english)


@pytest.mark.parametrize(
    ("limits", "chinese", "english"),
    [
        ({}, "收费站变更", "Toll station changes"),
        ({"log": True}, "收费站变更（逐次更新）", "Toll station changes (every update)"),
        (
            {
                "places": ("津蓟高速", "天津站"),
                "kinds": (Kind.STATION_CLOSURE, Kind.LANE_CLOSURE),
                "access": Access.ENTRY,
            },
            "津蓟高速 天津站 入口：收费站关闭、车道封闭",
            "津蓟高速, 天津站, entry: station closures, lane closures",
        ),
    ],
)
def test_a_feed_is_called_by_its_limits(limits: dict[str, Any], chinese: str, english: str) -> None:
    assert (prose.feed_title(Lang.ZH, **limits), prose.feed_title(Lang.EN, **limits)) == (chinese, english)


def test_a_headline_adds_road_and_dates() -> None:
    assert prose.headline(change(), Lang.ZH) == "〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日"
    assert prose.headline(change(), Lang.EN) == "Closed: 津榆路站, entry and exit, 津蓟高速, 21 Oct to 31 Dec"


def test_a_later_word_with_the_same_title_is_marked_in_a_list() -> None:
    assert prose.headline(change(revision=1), Lang.ZH).startswith("【更新】〔关闭〕津榆路站")
    assert prose.headline(change(revision=1, action=Action.EXTEND), Lang.ZH).startswith("【延期】〔关闭〕津榆路站")


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize(
    "enum",
    [
        Kind,
        Action,
        Access,
        Qualifier,
        Vehicle,
        Reason,
        Advice,
        Flag,
        Status,
        StartBasis,
        EndBasis,
        prose.Aspect,
        prose.News,
    ],
)
def test_every_member_of_every_enum_has_a_name_of_its_own(enum: type[StrEnum], lang: Lang) -> None:
    names = [prose.name(member, lang) for member in enum]
    assert all(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("words", [zh_words, en_words], ids=["zh", "en"])
@pytest.mark.parametrize(
    ("table", "enum"),
    [
        ("LABELS", Kind),
        ("PREDICATES", Kind),
        ("PREFIXES", Action),
        ("QUALIFIERS", Qualifier),
        ("START_WORDS", StartBasis),
        ("END_WORDS", EndBasis),
        ("VEHICLES", Vehicle),
        ("REASON_PHRASES", Reason),
        ("ADVICE_SENTENCES", Advice),
        ("FLAG_SENTENCES", Flag),
        ("ASPECTS", prose.Aspect),
    ],
)
def test_every_table_of_words_is_complete(words: Any, table: str, enum: type[StrEnum]) -> None:
    assert set(getattr(words, table)) == set(enum)


@pytest.mark.parametrize("words", [zh_words, en_words], ids=["zh", "en"])
def test_every_limit_and_every_lane_has_words(words: Any) -> None:
    limits = {field.name for field in fields(Limits)}
    assert set(words.LIMIT_WORDS) == set(words.LIMIT_UNITS) == set(subject.LIMITS) == limits
    assert set(words.LANES) == set(zh_words.LANES)


def test_both_languages_say_what_becomes_of_an_action() -> None:
    assert set(zh_words.AFTERWORDS) == set(en_words.OPENERS) == set(Action)


moments = st.datetimes(china(2024, 1, 1).replace(tzinfo=None), china(2026, 1, 1).replace(tzinfo=None)).map(
    lambda moment: moment.replace(tzinfo=china(2024, 1, 1).tzinfo)
)
validities = st.builds(
    Validity,
    start=st.none() | moments,
    end=st.none() | moments,
    start_basis=st.sampled_from(StartBasis),
    end_basis=st.sampled_from(EndBasis),
    windows=st.sampled_from([(), (NIGHT,), (Window(from_="07:00", to="09:00"), NIGHT)]),
)
changes = st.builds(
    change,
    kind=st.sampled_from(Kind),
    action=st.sampled_from(Action),
    access=st.none() | st.sampled_from(Access),
    station=st.none() | st.builds(Station, name=st.just("天津站"), qualifier=st.none() | st.sampled_from(Qualifier)),
    road=st.none() | st.builds(Road, name=st.none() | st.just("津蓟高速公路"), number=st.none() | st.just("S1")),
    segment=st.none() | st.builds(Segment, from_=st.none() | st.just("K1"), to=st.none() | st.just("K2")),
    direction=st.none()
    | st.builds(Direction, from_=st.none() | st.just("东"), to=st.sampled_from([None, "西", "both"])),
    validity=validities,
    vehicles=st.lists(st.sampled_from(Vehicle), max_size=2, unique=True).map(tuple),
    exempt=st.lists(st.sampled_from(Vehicle), max_size=1).map(tuple),
    limits=st.none() | st.builds(Limits, seats=st.none() | st.just(7), speed_kmh=st.none() | st.just(60)),
    reason=st.none() | st.sampled_from(Reason),
    flags=st.lists(st.sampled_from(Flag), unique=True).map(tuple),
)


@given(changes, st.sampled_from(Lang))
def test_whatever_is_known_or_not_the_words_are_whole(said: Change, lang: Lang) -> None:
    written = "\n".join((prose.headline(said, lang), prose.calendar_title(said, lang), *prose.paragraphs(said, lang)))
    assert "None" not in written
    assert not any(slip in written for slip in ("，，", "。。", ", ,", "  ", " ,", "（）", "()", "..", "，。"))
