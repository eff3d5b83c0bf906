"""A notice explained on a page: its words as nested spans, each with what was read from it, by which rule.

The words are read again by the rules of today. What was published from them stands beside, with the evidence that
was published: where a rule has changed since, the two differ, and the page shows both.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from service import prose
from service.feed import Lang
from service.reading.explain import Row, Topic, rows, said, topic
from service.reading.extract import extract
from service.reading.rules import RuleBook
from service.records import Change, Evidence, Notice, status
from service.store import Store
from service.web.listing import said_of
from service.web.words import WORDS

LONGEST = 10_000
"""Characters shown and read again for one page; the largest notice known has 3,000."""

MOST_CHANGES = 100
"""Changes shown on one page."""

_VALUES = "value."
_WORDS_OF_NAMES = "names.yaml"
_BY_PROGRAM = ("segment", "ramp")


@dataclass(frozen=True, slots=True)
class Use:
    """A value of a published change (numbered from 1) whose evidence some words are."""

    change: int
    field: str


@dataclass(frozen=True, slots=True)
class Span:
    """Words and what they are for; ``ids`` are what links lead to, the first for the span itself."""

    start: int
    end: int
    ids: tuple[str, ...]
    topic: Topic
    rows: tuple[Row, ...] = ()
    uses: tuple[Use, ...] = ()

    def used(self) -> tuple[tuple[int, str], ...]:
        """Each change that the words are evidence for, with its fields."""
        fields: dict[int, list[str]] = {}
        for use in self.uses:
            fields.setdefault(use.change, []).append(use.field)
        return tuple((number, ", ".join(names)) for number, names in fields.items())


@dataclass(frozen=True, slots=True)
class Told:
    """One value of a published change: its words, where to find them on the page, and the rule that read them."""

    field: str
    value: str
    words: str
    link: str
    rule: str


@dataclass(frozen=True, slots=True)
class Announced:
    """A change as the notice told it; ``moved_on`` where a later notice has altered it since."""

    number: int
    id: str
    title: str
    place: str
    period: str
    mark: tuple[str, str]
    moved_on: bool
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A step of writing the text: words as they are, or where a span opens or closes."""

    text: str = ""
    opens: Span | None = None
    closes: Span | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that the page shows of a notice."""

    parts: tuple[Part, ...]
    rows: tuple[tuple[Row, str], ...]
    unread: tuple[str, ...]
    changes: tuple[Announced, ...]
    published: int
    read_now: tuple[tuple[str, str], ...] | None
    hidden: int
    files: Mapping[str, str]

    def file(self, rule: str) -> str | None:
        """The file of ``rule``: names of places are found by the words of one, dates and stakes by the program."""
        kind = rule.removeprefix(_VALUES)
        if kind == rule:
            return self.files.get(rule)
        return _WORDS_OF_NAMES if topic((kind,)) is Topic.PLACE and kind not in _BY_PROGRAM else None


def explained(notice: Notice, store: Store, rulebook: RuleBook, lang: Lang, now: datetime) -> Explained:
    """``notice`` as ``rulebook`` reads it, with the changes published from it."""
    shown = replace(notice, text=notice.text[: _cut(notice.text)])
    extraction = extract(shown, rulebook)
    read = rows(shown, extraction)
    newest = [revision.change for revision in store.of_notice(notice.id)]
    pairs = [(change, told) for change in newest for told in as_told(change, notice.id, store)]
    published = [told for _, told in pairs]
    spans = nested(_spans(read, published, len(shown.text)))
    hidden = len(notice.text) - len(shown.text)
    return Explained(
        parts=tuple(parts(shown.text, spans)),
        rows=tuple((row, _id(row.start, row.end)) for row in read),
        unread=tuple(words.words for words in extraction.unread),
        changes=tuple(
            Announced(
                number=number,
                id=told.id,
                title=prose.title(told, lang),
                place=prose.place(told, lang),
                period=prose.period(told, lang),
                mark=said_of(change, status(change, now), lang, WORDS[lang]),
                moved_on=change is not told,
                told=tuple(_told(told, at, shown.text) for at in told.evidence if at.end <= len(shown.text)),
            )
            for number, (change, told) in enumerate(pairs[:MOST_CHANGES], start=1)
        ),
        published=len(pairs),
        read_now=None if hidden else _read_now(extraction.changes, published, lang),
        hidden=hidden,
        files={rule.id: rule.file for rule in rulebook.rules},
    )


def as_told(change: Change, notice_id: str, store: Store) -> tuple[Change, ...]:
    """``change`` as this notice told it: what a later one altered points into that one's text."""
    if change.notice.id == notice_id:
        return (change,)
    earlier = [each.change for each in store.history(change.id) if each.change.notice.id == notice_id]
    return tuple(earlier[-1:])


def nested(spans: Iterable[Span]) -> list[Span]:
    """``spans`` in the order of the text, the wider first; one that crosses the end of another is cut in two there.

    Of those with the same words, one is left, with what all of them say.
    """
    waiting = [(span.start, -span.end, number, span) for number, span in enumerate(spans) if span.start < span.end]
    heapq.heapify(waiting)
    found: list[Span] = []
    ends: list[int] = []
    number = len(waiting)
    while waiting:
        *_, span = heapq.heappop(waiting)
        while ends and ends[-1] <= span.start:
            ends.pop()
        if ends and span.end > ends[-1]:
            number += 1
            rest = replace(span, start=ends[-1], ids=(_id(ends[-1], span.end),))
            heapq.heappush(waiting, (rest.start, -rest.end, number, rest))
            span = replace(span, end=ends[-1])
        if found and (found[-1].start, found[-1].end) == (span.start, span.end):
            found[-1] = _merged(found[-1], span)
            continue
        found.append(span)
        ends.append(span.end)
    return found


def parts(text: str, spans: Sequence[Span]) -> Iterator[Part]:
    """How to write ``text`` with ``spans``, which are nested, opened and closed where they begin and end."""
    position = 0
    opened: list[Span] = []
    for span in spans:
        while opened and opened[-1].end <= span.start:
            yield from _closed(text, position, opened[-1])
            position = opened.pop().end
        yield Part(text=text[position : span.start])
        yield Part(opens=span)
        position = span.start
        opened.append(span)
    while opened:
        yield from _closed(text, position, opened[-1])
        position = opened.pop().end
    yield Part(text=text[position:])


def _closed(text: str, position: int, span: Span) -> Iterator[Part]:
    yield Part(text=text[position : span.end])
    yield Part(closes=span)


def _merged(one: Span, other: Span) -> Span:
    ids = tuple(dict.fromkeys((*one.ids, *other.ids)))
    # What was read says more of the words than what they were used for.
    about = one.topic if one.rows else other.topic
    return replace(one, ids=ids, topic=about, rows=(*one.rows, *other.rows), uses=(*one.uses, *other.uses))


def _spans(read: Iterable[Row], changes: Iterable[Change], length: int) -> Iterator[Span]:
    for row in read:
        yield Span(row.start, row.end, (_id(row.start, row.end),), row.topic, rows=(row,))
    for number, change in enumerate(changes, start=1):
        for at in change.evidence:
            if at.end <= length:
                use = Use(number, at.field)
                yield Span(at.start, at.end, (_id(at.start, at.end),), topic((at.field,)), uses=(use,))


def _told(change: Change, at: Evidence, text: str) -> Told:
    return Told(
        field=at.field,
        value=_value(change, at.field),
        words=text[at.start : at.end],
        link=_id(at.start, at.end),
        rule=at.rule,
    )


def _read_now(read: Iterable[Change], published: Iterable[Change], lang: Lang) -> tuple[tuple[str, str], ...] | None:
    """Title and period of each change that the rules of today read; None where they are those published."""
    now, then = (
        tuple(sorted((prose.title(change, lang), prose.period(change, lang)) for change in changes))
        for changes in (read, published)
    )
    return None if now == then else now


def _value(change: Change, field: str) -> str:
    """The value of ``field`` (``lanes.entry.open``, ``detours.0``) in a few words."""
    value: Any = change
    for name in field.split("."):
        if isinstance(value, tuple):
            value = value[int(name)] if name.isdigit() and int(name) < len(value) else None
        else:
            value = getattr(value, name, None)
    return value.isoformat() if isinstance(value, datetime) else said(value)


def _cut(text: str) -> int:
    """Where to stop showing ``text``: at the end of a line, if one ends near enough."""
    if len(text) <= LONGEST:
        return len(text)
    line = text.rfind("\n", LONGEST // 2, LONGEST)
    return line + 1 or LONGEST


def _id(start: int, end: int) -> str:
    return f"w{start}-{end}"
