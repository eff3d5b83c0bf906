"""Records as tables, for people."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service import prose
from service.cli.options import printable
from service.gazetteer import KnownRoad
from service.prose import Lang
from service.reading.explain import Row, Topic, rows
from service.reading.extract import Extraction
from service.records import DatedChange, Notice

_HEADS = {Lang.ZH: ("变化", "时间", "备注"), Lang.EN: ("Change", "When", "Notes")}
_STYLES = {
    Topic.EFFECT: "bold red",
    Topic.LANES: "yellow",
    Topic.VEHICLES: "magenta",
    Topic.ADVICE: "cyan",
    Topic.TIME: "underline blue",
    Topic.PLACE: "underline green",
    Topic.MANNER: "italic",
}
_NOTHING = {Lang.ZH: "没有读到收费站或道路变化。", Lang.EN: "No change of a toll station or road was read."}


def print_changes(changes: Iterable[DatedChange], lang: Lang) -> None:
    """A table of changes, or that there is none."""
    console = Console()
    table = _table(*_HEADS[lang])
    for change in changes:
        road = " ".join(filter(None, (change.road.number, change.road.name))) if change.road else ""
        notes = [prose.name(change.status, lang), *(prose.name(flag, lang) for flag in change.flags)]
        what = "\n".join(filter(None, (prose.title(change, lang), road)))
        # Chinese is broken anywhere, so here rather than inside a date.
        when = prose.period(change, lang).replace("，", "\n")
        table.add_row(*map(_shown, (what, when, "\n".join(notes))))
    console.print(table if table.row_count else _NOTHING[lang])


def print_explanation(readings: Iterable[tuple[Notice, Extraction]]) -> None:
    """Each notice with its words coloured by what they are about, which rule read them, and what none read."""
    console = Console()
    for notice, extraction in readings:
        read = rows(notice, extraction)
        console.print(_coloured(notice.text, read), _legend(), sep="\n\n")
        table = _table("规则 rule", "文字 words", "值 value", title=_shown(notice.title or ""))
        for row in read:
            table.add_row(*map(_shown, (row.rule, row.words, row.value)))
        console.print(table)
        console.print(_shown("未读 unread: " + " · ".join(words.words for words in extraction.unread)), style="dim")
    if not readings:
        console.print("没有规则适用。No rule applies.")


def print_roads(roads: Iterable[KnownRoad]) -> None:
    """Roads with their stations, and how many of these have coordinates."""
    table = _table("道路 road", "收费站 stations", "互通 junctions", "有坐标 located", title=Text())
    for road in roads:
        located = sum(place.position is not None for place in (*road.stations, *road.junctions))
        name = " ".join(filter(None, (road.number, road.name)))
        stations, junctions = ("、".join(place.name for place in places) for places in (road.stations, road.junctions))
        table.add_row(*map(_shown, (name, stations, junctions, str(located))))
    Console().print(table)


def _coloured(text: str, read: Iterable[Row]) -> Text:
    """``text`` with what was read in colour, the narrower of two spans on top, and the rest dim."""
    # Printable text has as many characters as the text that rows point into.
    shown = _shown(text)
    position = 0
    for row in sorted(read, key=lambda row: (row.start, row.end)):
        shown.stylize("dim", position, max(position, row.start))
        position = max(position, row.end)
    shown.stylize("dim", position)
    for row in sorted(read, key=lambda row: row.start - row.end):
        shown.stylize(_STYLES[row.topic], row.start, row.end)
    shown.rstrip()
    return shown


def _legend() -> Text:
    topics = Text(" ").join(Text(topic, style) for topic, style in _STYLES.items())
    return Text("图例 legend: ").append(topics).append(" 未读 unread", "dim")


def _shown(text: str) -> Text:
    # Text, because rich would take [brackets] in a string for markup.
    return Text(printable(text))


def _table(*heads: str, title: Text | None = None) -> Table:
    table = Table(title=title, title_justify="left", show_lines=title is None)
    for head in heads:
        # Folded, never cut off: a narrow terminal must not hide half a date.
        table.add_column(head, overflow="fold")
    return table
