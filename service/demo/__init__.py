"""Sample notices to try the program with, written for it.

The newspaper page of 20 October 2024 tells what happened to two stations of 津蓟高速, among other news. The others are
about roads that do not exist, and are templates: ``{day+3}`` is the day three days from today, ``{date-7}`` the
same with its year. So whoever tries the program finds something that holds today, something put off and something
cancelled. One of those roads lies in the open sea and has coordinates (``fictional.yaml``), so that no feed for
machines is empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from service.poll import ingest
from service.reading.rules import RuleBook
from service.records import CHINA, Revision
from service.store import Store

_DAY = re.compile(r"\{(day|date)([+-][0-9]+)\}")
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sample:
    """A notice and who published it when; ``published`` is None where the text says so itself."""

    file: str
    publisher: str
    published: date | None = None


SAMPLES = (
    Sample("newspaper.txt", "示例日报", date(2024, 10, 20)),
    Sample("works.txt", "示例市公路管理处"),
    Sample("extension.txt", "示例市公路管理处"),
    Sample("cancellation.txt", "示例市公路管理处"),
    Sample("fictional.txt", "虚构市公路管理处"),
)
"""In the order in which they were published."""

FICTIONAL = _FOLDER / "fictional.yaml"
"""A gazetteer of the road in the sea."""


def text_of(sample: Sample, today: date) -> str:
    """The words of ``sample``, its dates counted from ``today``."""

    def said(found: re.Match[str]) -> str:
        day = today + timedelta(days=int(found[2]))
        return f"{day.year}年{day.month}月{day.day}日" if found[1] == "date" else f"{day.month}月{day.day}日"

    return _DAY.sub(said, (_FOLDER / sample.file).read_text("utf-8"))


def ingest_samples(store: Store, rulebook: RuleBook, now: datetime) -> tuple[Revision, ...]:
    """Keep all samples; the newest revision of each change that they report, in the order first reported."""
    today = now.astimezone(CHINA).date()
    reported = [
        revision.change.id
        for sample in SAMPLES
        for added in ingest(
            text_of(sample, today),
            source="demo",
            published=sample.published,
            publisher=sample.publisher,
            now=now,
            store=store,
            rulebook=rulebook,
        )
        for revision in added.revisions
    ]
    newest = (store.latest(change_id) for change_id in dict.fromkeys(reported))
    return tuple(revision for revision in newest if revision)
