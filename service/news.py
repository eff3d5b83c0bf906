"""What an entry of a log is called: 【延期】〔关闭〕津榆路站…, 【今日起】〔关闭〕津榆路站….

The surprising thing: what a revision did shows only beside the one before it. A second word of the same notice
corrects our reading; one of another notice is an update; and what was held back until now is new to everybody.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from service import prose
from service.prose import Lang, News
from service.records import Action, Change, Gist, Kind, Milestone


class Event(StrEnum):
    """What programs are told to have happened, in the log, the stream and webhooks; :class:`News` says it finer."""

    CREATED = "change.created"
    UPDATED = "change.updated"
    CANCELLED = "change.cancelled"
    REINSTATED = "change.reinstated"
    BEGAN = "change.began"
    ENDED = "change.ended"


_EVENTS = {News.ADDED: Event.CREATED, News.CANCELLED: Event.CANCELLED, News.REINSTATED: Event.REINSTATED}

_MOVES = {
    Action.RESCHEDULE: News.RESCHEDULED,
    Action.EXTEND: News.EXTENDED,
    Action.END_EARLY: News.ENDED_EARLY,
    Action.CANCEL: News.CANCELLED,
}
# Of these, people say that they open again, not that they end.
_CLOSURES = frozenset(
    {Kind.STATION_CLOSURE, Kind.LANE_CLOSURE, Kind.RAMP_CLOSURE, Kind.ROAD_CLOSURE, Kind.SERVICE_AREA_CLOSURE}
)


def news(before: Change | Gist | None, after: Change | Gist) -> News:
    """What the revision ``after`` did; ``before`` is the one that subscribers saw last, None for none."""
    was_cancelled = before is not None and before.action is Action.CANCEL
    if after.action is Action.CANCEL and not was_cancelled:
        return News.CANCELLED
    if was_cancelled and after.action is not Action.CANCEL:
        return News.REINSTATED
    if before is not None and before.notice.id == after.notice.id:
        return News.CORRECTED
    if after.action is Action.END_EARLY and after.kind in _CLOSURES:
        return News.REOPENED_EARLY
    return _MOVES.get(after.action, News.UPDATED if before else News.ADDED)


def event(before: Change | Gist | None, after: Change | Gist) -> Event:
    """The event that the revision ``after`` is; ``before`` is the one that subscribers saw last, None for none."""
    # What subscribers never saw is new to them, whatever the notice says of it; what is called off is not "created".
    if before is None and after.action is not Action.CANCEL:
        return Event.CREATED
    return _EVENTS.get(news(before, after), Event.UPDATED)


def revision_title(before: Change | None, after: Change, lang: Lang) -> str:
    """【延期】〔关闭〕津榆路站 出入口，津蓟高速，10月21日至1月15日."""
    return _tagged(prose.name(news(before, after), lang), after, lang)


def milestone_title(milestone: Milestone, lang: Lang) -> str:
    """【今日起】〔关闭〕津榆路站 出入口，津蓟高速，10月21日至12月31日."""
    return _tagged(prose.milestone(milestone, lang), milestone.revision.change, lang)


def _tagged(tag: str, change: Change, lang: Lang) -> str:
    # As if it were the first word: the tag says what it is.
    called = prose.headline(replace(change, revision=0, action=Action.ANNOUNCE), lang)
    return f"【{tag}】{called}" if lang is Lang.ZH else f"[{tag}] {called}"
