"""A notice into changes: reading is local (the rules), assembling is not.

::

    text ─▶ reading form ─▶ marks and matches ─▶ predications ─▶ drafts ─▶ changes
            text, tables    rules                assemble        infer
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from service.gazetteer import road_key, station_key
from service.reading import text as reading_form
from service.reading.assemble import assemble
from service.reading.confidence import LOW, Wording, confidence
from service.reading.drafts import Draft
from service.reading.infer import infer
from service.reading.known import checked
from service.reading.places import Place
from service.reading.rules import Reading, RuleBook
from service.reading.segment import dateline
from service.reading.tables import unflattened
from service.reading.text import Text
from service.records import (
    Change,
    EndBasis,
    Evidence,
    Flag,
    Limits,
    Notice,
    NoticeReference,
    Road,
    StartBasis,
    Validity,
)

_ROADS = re.compile(
    "高速(?!铁|列车|动车|客运)|收费站|收费所|国道|省道|县道|匝道|互通|枢纽|服务区|快速路|环线|大桥|隧道|[KＫ][0-9０-９]+[+＋]|公路|國道|收費|樞紐|服務區"
)
_UNREAD = re.compile(r"[㐀-鿿0-9A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Unread:
    """Words that no rule and no value read: code points of the notice's text."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a notice says. ``reading`` and ``text`` are for explaining it."""

    changes: tuple[Change, ...]
    reading: Reading
    text: Text
    unread: tuple[Unread, ...]


def is_relevant(notice: Notice) -> bool:
    """True when a notice speaks of roads at all; nothing else is read or kept."""
    # Most notices show it as they are; spaces and invisible characters may stand in the words of others.
    return bool(_ROADS.search(notice.text) or _ROADS.search(reading_form.read(notice.text).reading))


def extract(notice: Notice, rulebook: RuleBook) -> Extraction:
    """The changes that ``notice`` announces. Never raises on prose.

    Ids are provisional and revisions 0: :mod:`service.revise` gives those that last.
    """
    plain = reading_form.read(notice.text)
    text = reading_form.unwrapped(unflattened(plain))
    if not is_relevant(notice):
        return Extraction((), Reading(text.reading, (), ()), text, _unread(text, ()))
    reading = rulebook.read(text.reading)
    # 明日 is the day after the story's own date, which may lie before the day it was printed.
    written = dateline(plain.reading, notice.published) or notice.published
    drafts = infer(assemble(reading, written))
    spans = [(mark.start, mark.end) for mark in reading.marks] + [(match.start, match.end) for match in reading.matches]
    unread = _unread(text, spans)
    wording = Wording.of(notice.text, ((words.start, words.end) for words in unread))
    made = (checked(_change(draft, notice, text), rulebook.gazetteer) for draft in drafts)
    changes = tuple(_measured(change, wording) for change in made)
    return Extraction(changes, reading, text, unread)


def _measured(change: Change, wording: Wording) -> Change:
    """``change`` with how sure it is, and flagged where that is not much."""
    sure = confidence(change, wording)
    flags = (*change.flags, Flag.LOW_CONFIDENCE) if sure < LOW else change.flags
    return replace(change, confidence=sure, flags=flags)


def _change(draft: Draft, notice: Notice, text: Text) -> Change:
    place = draft.place
    validity = _validity(draft)
    evidence = _evidence(draft, text)
    return Change(
        id=_provisional_id(draft, validity, notice),
        kind=draft.kind,
        action=draft.action,
        road=place.road,
        station=place.station,
        service_area=place.service_area,
        junction=place.junction,
        structure=place.structure,
        segment=place.segment,
        direction=place.direction if place.type != "ramp" else None,
        access=draft.access,
        lanes=draft.finished_lanes(),
        validity=validity,
        vehicles=tuple(dict.fromkeys(draft.vehicles)),
        exempt=tuple(dict.fromkeys(draft.exempt)),
        limits=Limits(**draft.limits) if draft.limits else None,
        contraflow=draft.contraflow,
        detours=tuple(draft.detours),
        relocation=draft.relocation,
        renamed_to=draft.renamed_to,
        reason=draft.reason,
        advice=tuple(dict.fromkeys(draft.advice)),
        notice=NoticeReference(
            id=notice.id, title=notice.title, publisher=notice.publisher, published=notice.published, url=notice.url
        ),
        evidence=evidence,
        flags=tuple(flag for flag in Flag if flag in draft.flags),
    )


def _validity(draft: Draft) -> Validity:
    said = draft.when.validity
    if not draft.kind.lasting:
        return said
    # 7月1日起恢复, 7月1日恢复: either way the day the new state begins.
    start, basis = said.start, said.start_basis
    if start is None and said.end is not None:
        start, basis = draft.when.begin_of_end, StartBasis(said.end_basis)
    return Validity(start=start, end=None, start_basis=basis, end_basis=EndBasis.PERMANENT)


def _evidence(draft: Draft, text: Text) -> tuple[Evidence, ...]:
    found = dict.fromkeys(
        # 10月25日恢复 is read as an end, and is when what is open again begins.
        Evidence(
            field="validity.start" if draft.kind.lasting and name == "validity.end" else name,
            start=span[0],
            end=span[1],
            rule=rule,
        )
        for name, start, end, rule in draft.words
        for span in (text.span(start, end),)
    )
    return tuple(sorted(found, key=lambda evidence: (evidence.field, evidence.start, evidence.end)))


def _provisional_id(draft: Draft, validity: Validity, notice: Notice) -> str:
    # Lanes, too: 占用1条车道 and 由4进6出调整为2进4出 of one station are two changes.
    concerned = (draft.vehicles, draft.exempt, draft.limits, draft.finished_lanes())
    about = [draft.kind, draft.action, *_place_key(draft.place), draft.access, validity, *concerned, notice.id]
    return hashlib.sha256("|".join(map(str, about)).encode()).hexdigest()[:16]


def _place_key(place: Place) -> Iterable[Any]:
    road = place.road or Road()
    yield road_key(road.name or road.number or "")
    yield station_key(place.station.name) if place.station else None
    yield from (place.station, place.service_area, place.junction, place.structure, place.segment, place.direction)


def _unread(text: Text, spans: Iterable[tuple[int, int]]) -> tuple[Unread, ...]:
    left = list(text.reading)
    for start, end in spans:
        left[start:end] = "\n" * (end - start)
    found = []
    for words in _UNREAD.finditer("".join(left)):
        start, end = text.span(*words.span())
        found.append(Unread(start, end, words[0]))
    return tuple(found)
