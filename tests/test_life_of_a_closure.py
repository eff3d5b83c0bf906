"""Four weeks of one closure, as subscribers see them: announced, extended, joined by nights, corrected, called off.

``LIFE`` is the whole story: what the authority says on a day, in its words, and what must then be seen. The server's
clock moves; every client looks each evening, and its owner reads all that is new.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from service.poll import ingest
from service.reading.rules import load_rules
from service.store import Store
from tests.clients import needs, needs_node
from tests.clients.calendars import PARSERS
from tests.clients.khal import Khal
from tests.clients.readers import Article, Library, Newsboat
from tests.make import china
from tests.web import Clock, serving


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of the story: ``said`` at nine by the authority, seen in the evening.

    ``news`` is what a reader of the log finds unread. ``listed`` is all that a reader of states lists and ``calendar``
    all that a calendar shows; None where they are as the day before.
    """

    day: date
    said: str = ""
    news: tuple[str, ...] = ()
    listed: tuple[str, ...] | None = None
    calendar: tuple[str, ...] | None = None


def nights(first: int, last: int, clock: str, title: str) -> tuple[str, ...]:
    """An entry for each night of December."""
    return tuple(f"2024-12-{day:02}T{clock} {title}" for day in range(first, last + 1))


ENTRY, EXIT = "〔关闭〕津榆路收费站 入口", "〔关闭〕津榆路收费站 出口"
LONGER = (f"2024-11-25 【延期】{ENTRY}，至1月10日", f"2025-01-10 【延期】{ENTRY}，最后一天")

LIFE = (
    Day(
        day=date(2024, 11, 18),
        said="津蓟高速公路津榆路收费站入口自11月25日起封闭施工，至12月31日结束。",
        news=(f"【新增】{ENTRY}，津蓟高速，11月25日至12月31日",),
        listed=(f"{ENTRY}，津蓟高速，11月25日至12月31日",),
        calendar=(f"2024-11-25 {ENTRY}，至12月31日", f"2024-12-31 {ENTRY}，最后一天"),
    ),
    Day(day=date(2024, 11, 19)),
    Day(day=date(2024, 11, 25), news=(f"【今日起】{ENTRY}，津蓟高速，11月25日至12月31日",)),
    Day(
        day=date(2024, 11, 27),
        said="津蓟高速公路津榆路收费站入口封闭时间延长至2025年1月10日。",
        news=(f"【延期】{ENTRY}，津蓟高速，11月25日至1月10日",),
        listed=(f"【延期】{ENTRY}，津蓟高速，11月25日至1月10日",),
        calendar=LONGER,
    ),
    Day(
        day=date(2024, 12, 2),
        said="津蓟高速公路津榆路收费站出口12月5日至12月9日每晚22时至次日6时封闭施工。",
        news=(f"【新增】{EXIT}，津蓟高速，12月5日至12月9日，每晚22:00至次日6:00",),
        listed=(
            f"{EXIT}，津蓟高速，12月5日至12月9日，每晚22:00至次日6:00",
            f"【延期】{ENTRY}，津蓟高速，11月25日至1月10日",
        ),
        calendar=(*LONGER, *nights(5, 9, "22:00", EXIT)),
    ),
    Day(
        day=date(2024, 12, 4),
        said="更正：津蓟高速公路津榆路收费站出口12月5日至12月8日每晚23时至次日5时封闭施工。",
        news=(f"【更新】{EXIT}，津蓟高速，12月5日至12月8日，每晚23:00至次日5:00",),
        listed=(
            f"【更新】{EXIT}，津蓟高速，12月5日至12月8日，每晚23:00至次日5:00",
            f"【延期】{ENTRY}，津蓟高速，11月25日至1月10日",
        ),
        calendar=(*LONGER, *nights(5, 8, "23:00", EXIT)),
    ),
    Day(day=date(2024, 12, 5), news=(f"【今日起】{EXIT}，津蓟高速，12月5日至12月8日，每晚23:00至次日5:00",)),
    Day(
        day=date(2024, 12, 6),
        said="原定12月5日至12月8日的津蓟高速公路津榆路收费站出口夜间封闭施工取消，车辆正常通行。",
        news=(f"【取消】{EXIT}，津蓟高速，12月5日至12月8日，每晚23:00至次日5:00",),
        listed=(
            f"【取消】{EXIT}，津蓟高速，原定12月5日至12月8日，每晚23:00至次日5:00",
            f"【延期】{ENTRY}，津蓟高速，11月25日至1月10日",
        ),
        calendar=(*LONGER, *nights(5, 8, "23:00", f"【取消】{EXIT} (off)")),
    ),
    # The last night was to end today; nobody is told so of what is called off.
    Day(day=date(2024, 12, 8)),
    Day(
        day=date(2024, 12, 16),
        said="津蓟高速公路津榆路收费站入口封闭施工取消，车辆正常通行。",
        news=(f"【取消】{ENTRY}，津蓟高速，11月25日至1月10日",),
        listed=(
            f"【取消】{EXIT}，津蓟高速，原定12月5日至12月8日，每晚23:00至次日5:00",
            f"【取消】{ENTRY}，津蓟高速，原定11月25日至1月10日",
        ),
        calendar=(
            f"2024-11-25 【取消】{ENTRY}，至1月10日 (off)",
            f"2025-01-10 【取消】{ENTRY}，最后一天 (off)",
            *nights(5, 8, "23:00", f"【取消】{EXIT} (off)"),
        ),
    ),
)

CALENDAR = f"feeds/changes.ics?road={quote('津蓟高速')}"
READERS = [
    pytest.param("newsboat-rss", marks=needs("newsboat")),
    pytest.param("newsboat-atom", marks=needs("newsboat")),
    "reader-json",
    "reader-atom",
]


def life(database: str, clock: Clock) -> Iterator[Day]:
    """Live through the story; each day is given in its evening."""
    rulebook = load_rules()
    with closing(Store.open(database)) as store:
        for day in LIFE:
            year, month, number = day.day.timetuple()[:3]
            clock.now = china(year, month, number, 6)
            store.reach(clock.now)
            clock.now = china(year, month, number, 9)
            if day.said:
                ingest(day.said, source="test", published=day.day, now=clock.now, store=store, rulebook=rulebook)
            clock.now = china(year, month, number, 21)
            yield day


@contextmanager
def evenings(folder: Path) -> Iterator[tuple[str, Iterator[Day]]]:
    """The address of the service, and the evenings on which to look."""
    database, clock = f"sqlite:///{folder / 'test.db'}", Clock(china(2024, 11, 18))
    with serving(database, clock) as base_url:
        yield base_url, life(database, clock)


def changing(expected: Iterator[tuple[str, ...] | None]) -> Iterator[list[str]]:
    """What is expected each day, where None is as the day before."""
    known: tuple[str, ...] = ()
    for each in expected:
        known = known if each is None else each
        yield sorted(known)


EXPECTED = list(changing(day.calendar for day in LIFE))
CALENDARS = [pytest.param(name, marks=needs_node) if name in ("ical.js", "node-ical") else name for name in PARSERS]


@needs("khal")
@needs("vdirsyncer")
def test_khal(tmp_path: Path) -> None:
    seen = []
    with evenings(tmp_path) as (base_url, days):
        khal = Khal(tmp_path, f"{base_url}/{CALENDAR}")
        for _ in days:
            khal.fetch()
            seen.append(
                sorted(
                    f"{each.begin.removesuffix('T00:00')} {each.title}{' (off)' * each.cancelled}"
                    for each in khal.listed(date(2024, 11, 1), days=90)
                )
            )
    assert seen == EXPECTED


@pytest.mark.parametrize("client", CALENDARS)
def test_a_calendar(client: str, tmp_path: Path) -> None:
    with evenings(tmp_path) as (base_url, days):
        fetched = {str(day.day): httpx2.get(f"{base_url}/{CALENDAR}").text for day in days}
    seen = [
        sorted(f"{each.begin} {each.title}{' (off)' * each.cancelled}" for each in entries)
        for entries in PARSERS[client](fetched).values()
    ]
    assert seen == EXPECTED


@pytest.mark.parametrize("client", READERS)
def test_a_reader_of_states(client: str, tmp_path: Path) -> None:
    """Each change is listed once, as it is now; unread only when it is new."""
    seen, unread = [], []
    with evenings(tmp_path) as (base_url, days):
        for articles in looks(client, f"{base_url}/feeds/changes", tmp_path, days):
            seen.append(sorted(article.title for article in articles))
            unread += [article.id for article in articles if article.unread]
    assert seen == list(changing(day.listed for day in LIFE))
    assert len(unread) == len(set(unread)) == 2


@pytest.mark.parametrize("client", READERS)
def test_a_reader_of_the_log(client: str, tmp_path: Path) -> None:
    """Everything that happens is unread on its day, and on no other."""
    with evenings(tmp_path) as (base_url, days):
        seen = list(looks(client, f"{base_url}/feeds/log", tmp_path, days))
    assert [tuple(each.title for each in articles if each.unread) for articles in seen] == [day.news for day in LIFE]
    assert len({article.id for article in seen[-1]}) == len(seen[-1]) == sum(len(day.news) for day in LIFE)


def looks(client: str, feed: str, folder: Path, days: Iterator[Day]) -> Iterator[list[Article]]:
    """What a reader lists each evening, before its owner has read it."""
    program, _, extension = client.partition("-")
    address = f"{feed}.{extension}?road={quote('津蓟高速')}"
    reader = {"newsboat": Newsboat, "reader": Library}[program](folder)
    for _ in days:
        reader.fetch(address)
        yield reader.articles(address)
        reader.read_all()
