"""States of stations in the words of a page, the same for the strip of a road and the page of a station."""

from __future__ import annotations

from dataclasses import dataclass

from service.timeline import Interval, Passage, Side

TONES = {
    Passage.OPEN: "free",
    Passage.NARROWED: "some",
    Passage.RESTRICTED: "some",
    Passage.CLOSED: "shut",
    Passage.NOT_YET: "shut",
    Passage.UNSAID: "unknown",
}
"""The class of the style sheet for each."""

_WORST_FIRST = (Passage.CLOSED, Passage.NOT_YET, Passage.NARROWED, Passage.RESTRICTED, Passage.OPEN, Passage.UNSAID)


@dataclass(frozen=True, slots=True)
class Said:
    """A state in words, and how it looks."""

    words: str
    tone: str


def said_of_side(side: Side, words: dict[str, str]) -> Said:
    """One side: 关闭; 通行4条（共7条）."""
    if side.passage in (Passage.OPEN, Passage.NARROWED) and side.open is not None:
        name = "state_lanes_of" if side.total else "state_lanes"
        return Said(words[name].format(side.open, side.total), TONES[side.passage])
    return Said(words[f"state_{side.passage}"], TONES[side.passage])


def said_of_station(told: Interval, words: dict[str, str]) -> Said:
    """Both sides in a few words: 关闭, 入口关闭, 车道减少."""
    entry, exit_ = told.entry.passage, told.exit.passage
    worst = min((entry, exit_), key=_WORST_FIRST.index)
    if entry is exit_ or worst in (Passage.OPEN, Passage.UNSAID):
        return Said(words[f"state_{worst}"], TONES[worst])
    tone = "shut" if worst is Passage.CLOSED else TONES[worst]
    side = words["side_entry"] if worst is entry else words["side_exit"]
    return Said(words["state_one_side"].format(side, words[f"state_{worst}"]), "some" if tone == "shut" else tone)
