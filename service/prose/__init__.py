"""The one place where a change becomes words, in Chinese and in English.

Nothing here knows the time: a text follows from the record alone, so it changes only when the record does.
Names of places stay Chinese in every language, since a driver compares them with the signs.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from service.calendar import Edge
from service.prose import en, zh
from service.prose.subject import Aspect as Aspect
from service.prose.subject import News as News
from service.records import Access, Change, Kind, Milestone


class Lang(StrEnum):
    """A language that feeds are written in."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """The language tag (RFC 5646): Chinese says whose."""
        return "zh-CN" if self is Lang.ZH else "en"


class _Language(Protocol):
    """What a module must say to be a language."""

    def title(self, change: Change) -> str: ...
    def headline(self, change: Change) -> str: ...
    def calendar_title(self, change: Change, edge: Edge | None) -> str: ...
    def place(self, change: Change) -> str: ...
    def period(self, change: Change) -> str: ...
    def summary(self, change: Change) -> str: ...
    def paragraphs(self, change: Change) -> tuple[str, ...]: ...
    def source(self, change: Change) -> str: ...
    def name(self, member: StrEnum) -> str: ...
    def milestone(self, milestone: Milestone) -> str: ...
    def value(self, change: Change, aspect: Aspect, *, year: bool) -> str: ...
    def feed_title(self, places: tuple[str, ...], kinds: tuple[Kind, ...], access: Access | None, log: bool) -> str: ...
    def feed_description(self, log: bool) -> str: ...


_LANGUAGES: dict[Lang, _Language] = {Lang.ZH: zh, Lang.EN: en}


def title(change: Change, lang: Lang) -> str:
    """The thing within the first twenty characters, no dates: 〔关闭〕津榆路站 出入口."""
    return _LANGUAGES[lang].title(change)


def headline(change: Change, lang: Lang) -> str:
    """The title with road and dates, for lists that show neither: …（津蓟高速，10月21日至12月31日）."""
    return _LANGUAGES[lang].headline(change)


def calendar_title(change: Change, lang: Lang, edge: Edge | None = None) -> str:
    """The title with what the days of the event do not tell.

    That is what nobody knows (…，恢复时间另行通知) and, where the event is one ``edge`` of the change, the other one
    (…，至12月31日) or that it is the last day.
    """
    return _LANGUAGES[lang].calendar_title(change, edge)


def place(change: Change, lang: Lang) -> str:
    """Road and thing in full: S1津蓟高速公路津榆路站."""
    return _LANGUAGES[lang].place(change)


def period(change: Change, lang: Lang) -> str:
    """From when to when, days inclusive, and how sure: 2024年10月21日至12月31日."""
    return _LANGUAGES[lang].period(change)


def summary(change: Change, lang: Lang) -> str:
    """The whole change in one sentence."""
    return _LANGUAGES[lang].summary(change)


def paragraphs(change: Change, lang: Lang) -> tuple[str, ...]:
    """Everything a reader should know: the summary, then the details, the source last."""
    return _LANGUAGES[lang].paragraphs(change)


def source(change: Change, lang: Lang) -> str:
    """Who announced it and when."""
    return _LANGUAGES[lang].source(change)


def name(member: StrEnum, lang: Lang) -> str:
    """The name of a kind, a status, a vehicle … as a label: 收费站关闭."""
    return _LANGUAGES[lang].name(member)


def value(change: Change, aspect: Aspect, lang: Lang, *, year: bool = True) -> str:
    """One value of ``change``, never empty: 入口共10条车道，开放4条. Dates have their year only where ``year``."""
    return _LANGUAGES[lang].value(change, aspect, year=year)


def milestone(milestone: Milestone, lang: Lang) -> str:
    """What a day is to a change: 今日起, 预计今日结束."""
    return _LANGUAGES[lang].milestone(milestone)


def kind_name(kind: Kind, lang: Lang) -> str:
    """The name of a kind of change: 收费站关闭."""
    return name(kind, lang)


def feed_title(
    lang: Lang,
    *,
    places: tuple[str, ...] = (),
    kinds: tuple[Kind, ...] = (),
    access: Access | None = None,
    log: bool = False,
) -> str:
    """A feed by what it is limited to: 津蓟高速 天津站：收费站关闭."""
    return _LANGUAGES[lang].feed_title(places, kinds, access, log)


def feed_description(lang: Lang, *, log: bool = False) -> str:
    """What a feed holds, and that the original notice counts."""
    return _LANGUAGES[lang].feed_description(log)
