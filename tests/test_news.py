"""What a reader of a log is told in the title: what happened, then what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.news import Event, event, milestone_title, revision_title
from service.prose import Lang
from service.records import (
    Access,
    Action,
    Change,
    Edge,
    EndBasis,
    Kind,
    Milestone,
    NoticeReference,
    Revision,
    StartBasis,
    Vehicle,
)
from tests.make import PUBLISHED, change, china, validity

LATER = NoticeReference(id="notice-2", published=PUBLISHED)
ANNOUNCED = change()
CANCELLED = change(action=Action.CANCEL, revision=1, notice=LATER)

REVISIONS: dict[str, tuple[Change | None, Change, str, str]] = {
    # the revision before, this one; what stands before the title in Chinese and in English
    "first": (None, ANNOUNCED, "【新增】", "[New] "),
    "approved": (None, change(revision=1), "【新增】", "[New] "),
    "first-heard-of-by-its-extension": (None, change(action=Action.EXTEND), "【延期】", "[Extended] "),
    "extended": (ANNOUNCED, change(action=Action.EXTEND, notice=LATER), "【延期】", "[Extended] "),
    "rescheduled": (ANNOUNCED, change(action=Action.RESCHEDULE, notice=LATER), "【改期】", "[Rescheduled] "),
    "reopened": (ANNOUNCED, change(action=Action.END_EARLY, notice=LATER), "【提前恢复】", "[Reopens early] "),
    "restriction-ends": (
        change(kind=Kind.VEHICLE_RESTRICTION, vehicles=(Vehicle.GOODS,)),
        change(kind=Kind.VEHICLE_RESTRICTION, vehicles=(Vehicle.GOODS,), action=Action.END_EARLY, notice=LATER),
        "【提前结束】",
        "[Ends early] ",
    ),
    "another-notice": (ANNOUNCED, change(access=Access.EXIT, notice=LATER), "【更新】", "[Updated] "),
    "read-better": (ANNOUNCED, change(access=Access.EXIT), "【更正】", "[Corrected] "),
    "an-extension-read-better": (
        change(action=Action.EXTEND, notice=LATER),
        change(action=Action.EXTEND, access=Access.EXIT, notice=LATER),
        "【更正】",
        "[Corrected] ",
    ),
    "cancelled": (ANNOUNCED, CANCELLED, "【取消】", "[Cancelled] "),
    "cancelled-by-a-person": (ANNOUNCED, change(action=Action.CANCEL), "【取消】", "[Cancelled] "),
    "on-again": (CANCELLED, change(revision=2), "【照常进行】", "[On again] "),
}


@pytest.mark.parametrize("case", REVISIONS)
def test_a_title_says_what_a_revision_did(case: str) -> None:
    before, after, chinese, english = REVISIONS[case]
    assert revision_title(before, after, Lang.ZH).startswith(f"{chinese}〔")
    assert revision_title(before, after, Lang.EN).removeprefix(english)[0].isupper()
    assert revision_title(before, after, Lang.EN).startswith(english)
    assert "10月21日至12月31日" in revision_title(before, after, Lang.ZH)


MILESTONES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    # values of the change, values of the milestone; the title in Chinese, what stands before it in English
    "begins": ({}, {}, "【今日起】〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日", "[From today] "),
    "extended-before": (
        {"action": Action.EXTEND, "revision": 1},
        {},
        "【今日起】〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日",
        "[From today] ",
    ),
    "one-day": (
        {"validity": validity(china(2024, 10, 21), china(2024, 10, 22))},
        {},
        "【今日】〔关闭〕津榆路站 出入口，津蓟高速，10月21日",
        "[Today] ",
    ),
    "begins-as-expected": (
        {"validity": validity(china(2024, 10, 21), china(2025, 1, 1), start_basis=StartBasis.EXPECTED)},
        {},
        "【预计今日起】〔关闭〕津榆路站 出入口，津蓟高速，预计10月21日至12月31日",
        "[Expected from today] ",
    ),
    "ends": (
        {},
        {"edge": Edge.END, "day": date(2024, 12, 31), "recorded": china(2024, 12, 31, 6)},
        "【今日结束】〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日",
        "[Ends today] ",
    ),
    "ends-as-expected": (
        {"validity": validity(china(2024, 10, 21), china(2025, 1, 1), end_basis=EndBasis.EXPECTED)},
        {"edge": Edge.END, "day": date(2024, 12, 31), "recorded": china(2024, 12, 31, 6)},
        "【预计今日结束】〔关闭〕津榆路站 出入口，津蓟高速，10月21日起，预计12月31日结束",
        "[Expected to end today] ",
    ),
    "told-late": (
        {},
        {"recorded": china(2024, 10, 23, 6)},
        "【10月21日起】〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日",
        "[From 21 Oct] ",
    ),
}


@pytest.mark.parametrize("case", MILESTONES)
def test_a_title_says_what_the_day_is_to_the_change(case: str) -> None:
    about, values, chinese, english = MILESTONES[case]
    given: dict[str, Any] = {
        "number": 1,
        "edge": Edge.BEGIN,
        "day": date(2024, 10, 21),
        "recorded": china(2024, 10, 21, 6),
        "after": 1,
        "revision": Revision(position=1, recorded=china(2024, 10, 20), change=replace(change(), **about)),
    }
    milestone = Milestone(**{**given, **values})
    assert milestone_title(milestone, Lang.ZH) == chinese
    assert milestone_title(milestone, Lang.EN).startswith(f"{english}Closed: 津榆路站")


EVENTS: dict[str, tuple[Change | None, Change, Event]] = {
    "first": (None, ANNOUNCED, Event.CREATED),
    "first-heard-of-by-its-extension": (None, change(action=Action.EXTEND), Event.CREATED),
    "first-heard-of-when-called-off": (None, CANCELLED, Event.CANCELLED),
    "extended": (ANNOUNCED, change(action=Action.EXTEND, notice=LATER), Event.UPDATED),
    "read-better": (ANNOUNCED, change(access=Access.EXIT), Event.UPDATED),
    "cancelled": (ANNOUNCED, CANCELLED, Event.CANCELLED),
    "cancelled-and-read-better": (CANCELLED, replace(CANCELLED, revision=2, access=Access.EXIT), Event.UPDATED),
    "on-again": (CANCELLED, change(revision=2), Event.REINSTATED),
}


@pytest.mark.parametrize("case", EVENTS)
def test_programs_are_told_what_a_revision_did(case: str) -> None:
    before, after, expected = EVENTS[case]
    assert event(before, after) is expected
