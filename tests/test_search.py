"""What people type, and which changes and stations it must find."""

from __future__ import annotations

import pytest

from service.gazetteer import Gazetteer, KnownPlace, KnownRoad
from service.records import Access
from service.search import wanted

GAZETTEER = Gazetteer(
    (
        KnownRoad(name="津蓟高速公路", number="S1", stations=(KnownPlace(name="天津站"),)),
        KnownRoad(name="荣乌高速公路", number="G18", aliases=("荣成—乌海高速公路",)),
        KnownRoad(name="京津塘高速公路", number="S40"),
        KnownRoad(name="京津高速公路", number="S30"),
    )
)

TIANJIN = ("津蓟高速公路", "天津站")
JINYULU = ("津蓟高速公路", "津榆路收费站")
XUSHUI = ("G18荣乌高速", "徐水站")
TANGGU = ("京津塘高速公路", "塘沽西站")
MENGYANG = ("成彭高速", "濛阳站")
ALL = (TIANJIN, JINYULU, XUSHUI, TANGGU, MENGYANG)

QUERIES = [
    ("津蓟 天津站", {TIANJIN}),
    ("天津站 津蓟", {TIANJIN}),
    ("天津站，津蓟高速", {TIANJIN}),
    ("津蓟天津站", {TIANJIN}),
    ("津蓟高速天津站", {TIANJIN}),
    ("津蓟高速公路天津收费站", {TIANJIN}),
    ("津薊高速 天津收費站", {TIANJIN}),
    ("天津", {TIANJIN}),
    ("Ｓ１", {TIANJIN, JINYULU}),
    ("s1 天津", {TIANJIN}),
    ("S1天津站", {TIANJIN}),
    ("天津站S1", {TIANJIN}),
    ("天津站（新）", {TIANJIN}),
    ("〔关闭〕津榆路站", {JINYULU}),
    ("津榆路站", {JINYULU}),
    ("津榆路", {JINYULU}),
    ("津蓟高速津榆路", {JINYULU}),
    ("G18", {XUSHUI}),
    ("荣乌", {XUSHUI}),
    ("荣成—乌海高速公路", {XUSHUI}),
    ("徐水 荣乌高速公路", {XUSHUI}),
    ("京津塘高速公路", {TANGGU}),
    ("京津塘", {TANGGU}),
    ("濛阳站", {MENGYANG}),
    ("津蓟 徐水", set()),
    ("无此地", set()),
    ("<script>", set()),
    ("高速公路 收费站", set(ALL)),
    ("　", set(ALL)),
]


@pytest.mark.parametrize(("query", "found"), QUERIES)
def test_a_query_finds(query: str, found: set[tuple[str, str]]) -> None:
    looked_for = wanted(query, GAZETTEER)
    assert {place for place in ALL if looked_for.fits(*place)} == found


SIDES = [
    ("天津站 入口", Access.ENTRY, (("天津站", "天津"),)),
    ("天津站入口", Access.ENTRY, (("天津站", "天津"),)),
    ("天津站出口", Access.EXIT, (("天津站", "天津"),)),
    ("出口", Access.EXIT, ()),
    ("天津站出入口", None, (("天津站", "天津"),)),
]


@pytest.mark.parametrize(("query", "access", "words"), SIDES)
def test_a_side_is_no_name(query: str, access: Access | None, words: tuple[tuple[str, ...], ...]) -> None:
    looked_for = wanted(query, GAZETTEER)
    assert (looked_for.access, looked_for.words) == (access, words)


def test_any_text_is_a_query() -> None:
    for query in ("\ud800", "%_\\", "a" * 5000, "津" * 5000, " ".join(map(str, range(100))), "站", "\u202e站"):
        assert len(wanted(query, GAZETTEER).words) <= 8
