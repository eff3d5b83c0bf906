"""Timing: the same work several times, since one run says more about the machine than about the code.

Work in this process is measured in processor time, which other programs on the machine disturb least; what a user
waits for (a process, a request) by the clock.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import process_time

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured: ``values`` in ``unit``, and the ``limit`` that the least of them must keep.

    The least is what the work costs; whatever comes on top is the machine doing other things.
    """

    name: str
    values: tuple[float, ...]
    unit: str = "ms"
    limit: float | None = None

    @property
    def kept(self) -> bool:
        """True when the limit holds, or there is none."""
        return self.limit is None or min(self.values) <= self.limit


def timed(
    name: str,
    work: Callable[[], object],
    *,
    repeat: int,
    limit: float | None = None,
    clock: Callable[[], float] = process_time,
) -> Figure:
    """Milliseconds of ``work``, after one run that does not count."""
    work()
    values = []
    for _ in range(repeat):
        begin = clock()
        work()
        values.append(1000 * (clock() - begin))
    return Figure(name, tuple(values), "ms", limit)


def noise() -> Figure:
    """A fixed computation, to compare machines by and to see how steady this one is."""
    payload = bytes(1_000_000)
    return timed("this machine: SHA-256 of 10 MB", lambda: [hashlib.sha256(payload) for _ in range(10)], repeat=15)


def report(figures: list[Figure]) -> int:
    """Print the figures; the exit status is 1 when a limit is missed."""
    table = Table("measured", "least", "median", "spread", "limit", "")
    for column in table.columns[1:5]:
        column.justify = "right"
    for figure in figures:
        least, most = min(figure.values), max(figure.values)
        spread = f"+{(most - least) / least:.0%}" if len(figure.values) > 1 else ""
        cells = [_number(value, figure.unit) for value in (least, median(figure.values), figure.limit)]
        table.add_row(figure.name, cells[0], cells[1], spread, cells[2], "" if figure.kept else "MISSED")
    # Wide, because a table that is cut off at the edge of a log is of no use.
    Console(width=None if sys.stdout.isatty() else 110).print(table)
    return int(not all(figure.kept for figure in figures))


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"
