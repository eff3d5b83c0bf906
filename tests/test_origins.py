"""How a change was first published: what identifies it must not change when a later notice alters it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from service.contents import snapshot
from service.feed import Origin
from service.records import Action, NoticeReference
from service.store import Query, Store
from tests.make import change, china, notice, validity
from tests.published.cases import feed

FIRST, LATER = china(2024, 10, 20, 9), china(2024, 12, 20, 9)


def test_the_first_notice_and_time_stay_whatever_later_notices_say(store: Store) -> None:
    store.add(notice("津蓟高速津榆路站封闭"), [change(), change(id="other", station=None)], FIRST)
    extended = replace(
        change(validity=validity(china(2024, 10, 21), china(2025, 2, 1)), action=Action.EXTEND),
        notice=NoticeReference(id="notice-2", published=date(2024, 12, 20)),
    )
    store.add(notice("津榆路站封闭延长", id="notice-2", published=date(2024, 12, 20)), [extended], LATER)
    found = snapshot(feed("empty"), store, Query(limit=500), LATER)
    revised, first = found.latest
    assert (revised.change.revision, revised.change.notice.id) == (1, "notice-2")
    assert found.origin(revised) == Origin(notice="notice-1", recorded=FIRST)
    assert found.origin(first) == Origin(notice="notice-1", recorded=FIRST)
    assert [each.change.revision for each in found.earlier[revised.change.id]] == [0]
    assert found.earlier[revised.change.id][0].recorded == FIRST
    assert first.change.id not in found.earlier
