"""A station's states as a drawing (SVG 2), made on the server: entry and exit as two tracks along the weeks.

The height of the green is what is open of the lanes, that of the red what is closed. Lengths along the time are per
cent, so that letters and lines keep their size on a phone and on a wide screen. The surprising thing: no style
stands in it, since the Content-Security-Policy allows none; every colour is a class of the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.records import CHINA, day_start
from service.timeline import Interval, Passage, Side

HEIGHT = 168
"""In CSS pixels."""

_TOP = 30
_TRACK = 40
_BETWEEN = 22
_WEEK = timedelta(days=7)
_LABELS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: ``x`` and ``width`` in per cent, the others in pixels; ``kind`` is its class."""

    kind: str
    x: str
    width: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Tick:
    """The begin of a week; ``day`` is None where it has no label."""

    x: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the template draws; ``now`` is where the line of now stands."""

    tracks: tuple[int, int]
    track_height: int
    bars: tuple[Bar, ...]
    unsure: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    now: str
    height: int = HEIGHT


def drawing(told: tuple[Interval, ...], now: datetime) -> Drawing:
    """``told`` as bars, from the begin of the first to the end of the last."""
    scale = _Scale(told[0].from_, told[-1].to)
    tracks = (_TOP, _TOP + _TRACK + _BETWEEN)
    entries, exits = _runs((each, each.entry) for each in told), _runs((each, each.exit) for each in told)
    sides = [(run, tracks[0]) for run in entries] + [(run, tracks[1]) for run in exits]
    return Drawing(
        tracks=tracks,
        track_height=_TRACK,
        bars=tuple(bar for run, top in sides for bar in _bars(run, top, scale)),
        unsure=tuple(bar for run, top in sides for bar in _unsure(run, top, scale, now)),
        ticks=tuple(_ticks(scale)),
        now=scale.at(now),
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """One side of the station as long as it stays the same."""

    begin: datetime
    end: datetime
    side: Side


def _runs(told: Iterable[tuple[Interval, Side]]) -> tuple[_Run, ...]:
    runs: list[_Run] = []
    for interval, side in told:
        begin = runs.pop().begin if runs and runs[-1].side == side else interval.from_
        runs.append(_Run(begin, interval.to, side))
    return tuple(runs)


@dataclass(frozen=True, slots=True)
class _Scale:
    begin: datetime
    end: datetime

    def at(self, moment: datetime) -> str:
        """Where ``moment`` stands, in per cent."""
        return _percent((moment - self.begin) / (self.end - self.begin))

    def width(self, since: datetime, until: datetime) -> str:
        return _percent((until - since) / (self.end - self.begin))


def _percent(share: float) -> str:
    return f"{100 * share:.3f}".rstrip("0").rstrip(".") + "%"


def _bars(run: _Run, top: int, scale: _Scale) -> Iterator[Bar]:
    """What is open below, what is closed above it."""
    side = run.side
    if side.passage is Passage.UNSAID:
        return
    x, width = scale.at(run.begin), scale.width(run.begin, run.end)
    if side.passage is Passage.RESTRICTED:
        yield Bar("narrow", x, width, top, _TRACK)
        return
    green = round(_TRACK * _open_share(side))
    if green < _TRACK:
        yield Bar("closed", x, width, top, _TRACK - green)
    if green:
        yield Bar("open" if side.passage is Passage.OPEN else "narrow", x, width, top + _TRACK - green, green)


def _open_share(side: Side) -> float:
    """Of the lanes; half of them where nobody says how many are closed."""
    if side.passage is not Passage.NARROWED:
        return 1.0 if side.passage is Passage.OPEN else 0.0
    if side.open is None or not side.total:
        return 0.5
    return min(side.open / side.total, 1.0)


def _unsure(run: _Run, top: int, scale: _Scale, now: datetime) -> Iterator[Bar]:
    """What nobody knows the end of, from now on."""
    since = max(run.begin, now)
    if run.side.open_ended and since < run.end:
        yield Bar("unsure", scale.at(since), scale.width(since, run.end), top, _TRACK)


def _ticks(scale: _Scale) -> Iterator[Tick]:
    """Mondays; as many labels as a phone has room for, none so near the right edge that it would be cut."""
    first = scale.begin.astimezone(CHINA).date()
    monday = day_start(first + timedelta(days=-first.weekday() % 7))
    weeks = (scale.end - monday) // _WEEK + 1
    every = -(-weeks // _LABELS)
    for week in range(weeks):
        moment = monday + week * _WEEK
        if moment >= scale.end:
            return
        labelled = week % every == 0 and scale.end - moment > (scale.end - scale.begin) / 8
        yield Tick(scale.at(moment), moment.date() if labelled else None)
