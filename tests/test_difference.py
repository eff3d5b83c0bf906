"""What a later revision altered, as readers are told."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC
from typing import Any

import pytest

from service.difference import _RECORDED, changed, difference
from service.prose import Aspect, Lang
from service.records import (
    CHANGE,
    Access,
    Action,
    Advice,
    Change,
    Detour,
    Direction,
    EndBasis,
    Evidence,
    Flag,
    Kind,
    LaneCount,
    Lanes,
    Limits,
    NoticeReference,
    Reason,
    Relocation,
    Road,
    StartBasis,
    Station,
    Vehicle,
    Window,
)
from tests.make import OLD_STATION, PUBLISHED, change, china, validity

AUTUMN = (china(2024, 10, 21), china(2025, 1, 1))
NIGHT = Window(from_="22:00", to="06:00")

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str], list[str]]] = {
    # values before and after; what differs in Chinese and in English
    "extended": (
        {},
        {"validity": validity(AUTUMN[0], china(2025, 1, 16))},
        ["结束：2024年12月31日 → 2025年1月15日"],
        ["End: 31 December 2024 → 15 January 2025"],
    ),
    "within-the-year": (
        {"validity": validity(AUTUMN[0], china(2024, 11, 1))},
        {"validity": validity(AUTUMN[0], china(2024, 11, 11))},
        ["结束：10月31日 → 11月10日"],
        ["End: 31 October → 10 November"],
    ),
    "postponed": (
        {"validity": validity(china(2024, 11, 1, 8), china(2024, 11, 3, 18))},
        {"validity": validity(china(2024, 11, 5, 8), china(2024, 11, 7, 18))},
        ["开始：11月1日8:00 → 11月5日8:00", "结束：11月3日18:00 → 11月7日18:00"],
        ["Start: 08:00 on 1 November → 08:00 on 5 November", "End: 18:00 on 3 November → 18:00 on 7 November"],
    ),
    "an-end-with-a-clock-leaves-the-start-alone": (
        {},
        {"validity": validity(AUTUMN[0], china(2024, 12, 20, 18))},
        ["结束：12月31日 → 12月20日18:00"],
        ["End: 31 December → 18:00 on 20 December"],
    ),
    "less-sure": (
        {},
        {"validity": validity(*AUTUMN, end_basis=EndBasis.EXPECTED)},
        ["结束：12月31日 → 预计12月31日"],
        ["End: 31 December → expected 31 December"],
    ),
    "open-end": (
        {},
        {"validity": validity(AUTUMN[0], None, end_basis=EndBasis.UNTIL_FURTHER_NOTICE)},
        ["结束：12月31日 → 另行通知"],
        ["End: 31 December → until further notice"],
    ),
    "a-start-at-last": (
        {"validity": validity(None, None, start_basis=StartBasis.AFTER_WORKS)},
        {"validity": validity(AUTUMN[0], None)},
        ["开始：施工完成后 → 10月21日"],
        ["Start: after the works → 21 October"],
    ),
    "by-night": (
        {},
        {"validity": validity(china(2024, 10, 21, 22), china(2024, 11, 1, 6), windows=(NIGHT,))},
        ["结束：12月31日 → 10月31日", "每日时段：全天 → 每晚22:00至次日6:00"],
        ["End: 31 December → 31 October", "Hours: all day → nightly 22:00 to 06:00"],
    ),
    "cancelled": ({}, {"action": Action.CANCEL}, ["状态：有效 → 已取消"], ["Status: stands → cancelled"]),
    "an-action-alone": ({}, {"action": Action.EXTEND}, [], []),
    "the-other-side": (
        {"access": Access.ENTRY},
        {"access": Access.EXIT, "direction": Direction(to="蓟州")},
        ["出入口、方向：入口 → 出口往蓟州方向"],
        ["Side and direction: entry → exit towards 蓟州"],
    ),
    "another-place": (
        {},
        {"station": Station(name="九园站")},
        ["地点：S1津蓟高速公路津榆路站 → S1津蓟高速公路九园站"],
        ["Place: 津榆路站, S1 津蓟高速公路 → 九园站, S1 津蓟高速公路"],
    ),
    "another-kind": (
        {},
        {"kind": Kind.LANE_CLOSURE, "lanes": Lanes(entry=LaneCount(open=4, total=10))},
        ["变更：收费站关闭 → 车道封闭", "车道：无 → 入口共10条车道，开放4条"],
        ["Change: station closures → lane closures", "Lanes: none → Entry: 10 lanes, 4 open"],
    ),
    "vehicles": (
        {},
        {"vehicles": (Vehicle.BUS,), "exempt": (Vehicle.CAR,), "limits": Limits(seats=7, height_m=4.2)},
        ["车辆：所有车辆 → 7座以上客车", "不受限车辆：无 → 7座以下小客车", "限制：无 → 限高4.2米"],
        [
            "Vehicles: all vehicles → buses of 7 seats or more",
            "Exempt: none → cars of 7 seats or fewer",
            "Limits: none → height 4.2 m",
        ],
    ),
    "way-round": (
        {"contraflow": True},
        {"detours": (Detour(direction=Direction(to="蓟州"), via=("九园站",), text="…"),)},
        ["借道通行：借对向车道双向通行 → 否", "绕行：无 → 往蓟州方向经九园站"],
        ["Contraflow: two-way traffic on the other carriageway → no", "Detours: none → towards 蓟州 via 九园站"],
    ),
    "the-rest": (
        {},
        {
            "relocation": Relocation(replaces=OLD_STATION, distance_km=7.5),
            "renamed_to": "天津北",
            "reason": Reason.WORKS,
            "advice": (Advice.SLOW_DOWN,),
            "flags": (Flag.DATE_CONFLICT, Flag.ASSUMED_YEAR),
        },
        [
            "替代：无 → 天津站（原），迁移约7.5公里",
            "新名称：无 → 天津北收费站",
            "原因：无 → 施工",
            "提示：无 → 减速慢行",
            "存疑：无 → 日期矛盾",
        ],
        [
            "Replaces: none → 天津站 (old), about 7.5 km away",
            "New name: none → 天津北收费站",
            "Reason: none → roadworks",
            "Advice: none → slow down",
            "In doubt: none → dates conflict",
        ],
    ),
    "nobody-asks": (
        {},
        {
            "road": Road(name="津蓟高速公路", number="S1"),
            "confidence": 0.5,
            "evidence": (Evidence(field="road", start=0, end=1, rule="r"),),
            "notice": NoticeReference(id="notice-2", published=PUBLISHED),
        },
        [],
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_differs_is_told_in_both_languages(case: str) -> None:
    before, after, chinese, english = CASES[case]
    one, other = change(**before), replace(change(**after), revision=1)
    assert [str(altered) for altered in difference(one, other, Lang.ZH)] == chinese
    assert [str(altered) for altered in difference(one, other, Lang.EN)] == english
    assert len(difference(other, one, Lang.ZH)) == len(chinese)


def test_nothing_differs_from_itself() -> None:
    for _, after, _, _ in CASES.values():
        assert difference(change(**after), change(**after), Lang.ZH) == ()


def test_every_field_is_compared_or_left_out_on_purpose() -> None:
    left_out = {"id", "revision", "notice", "evidence", "confidence"}
    places = {"road", "station", "service_area", "junction", "structure", "segment"}
    compared = {aspect.partition(".")[0] for aspect in Aspect} - {Aspect.PLACE} | places | {"direction"}
    assert compared | left_out == {field.name for field in fields(Change)}
    assert tuple(_RECORDED) == tuple(Aspect)


CHANGED: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "nothing": ({}, {"revision": 1, "evidence": (Evidence(field="kind", start=0, end=2, rule="x"),)}, ()),
    "one-end": ({}, {"validity": validity(AUTUMN[0], china(2025, 2, 1))}, ("validity.end",)),
    "a-reserved-word": (
        {"direction": Direction(from_="蓟州", to="天津")},
        {"direction": Direction(from_="宝坻", to="天津")},
        ("direction.from",),
    ),
    "what-was-not-there": ({}, {"limits": Limits(speed_kmh=60), "access": Access.EXIT}, ("access", "limits")),
    "a-list": ({}, {"vehicles": (Vehicle.GOODS,)}, ("vehicles",)),
    "parts-that-only-one-side-names": (
        {"limits": Limits(height_m=4.5, seats=7)},
        {"limits": Limits(speed_kmh=60, seats=7)},
        ("limits.speed_kmh", "limits.height_m"),
    ),
    "an-instant-in-another-zone": ({}, {"validity": validity(*(each.astimezone(UTC) for each in AUTUMN))}, ()),
}


@pytest.mark.parametrize("case", CHANGED)
def test_programs_are_told_which_fields_changed(case: str) -> None:
    was, now_is, expected = CHANGED[case]
    one, other = (change(**{"validity": validity(*AUTUMN), **given}) for given in (was, now_is))
    documents = [CHANGE.dump_python(each, mode="json", by_alias=True) for each in (one, other)]
    assert tuple(changed(*documents)) == expected
