"""Reading: a newspaper page, a notice, and how the time grows with the text."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter

from service.demo import SAMPLES, text_of
from service.reading.extract import extract
from service.reading.rules import RuleBook, load_rules
from service.reading.segment import notices_in
from tests.benchmarks.measure import Figure, timed

_PAGE_BYTES = 22_000
_BESIDE = Path(__file__).parents[3] / "shared" / "corpus" / "seed"
_DAY = date(2024, 10, 20)


def page() -> str:
    """A newspaper page of 22 kB: a real one where it lies beside the project, else the demo's, several times over."""
    if (_BESIDE / "page.txt").exists():
        return (_BESIDE / "page.txt").read_text("utf-8")
    sample = text_of(SAMPLES[0], _DAY) + "\n"
    return sample * (_PAGE_BYTES // len(sample.encode()) + 1)


def notice() -> str:
    """An article of some 500 characters and seven changes: a real one where it lies there, else the demo's."""
    if (_BESIDE / "article.txt").exists():
        return (_BESIDE / "article.txt").read_text("utf-8")
    sample = text_of(SAMPLES[0], _DAY)
    begin = sample.index("■ 津蓟高速")
    return sample[begin : sample.index("■", begin + 1)]


def read(text: str, rulebook: RuleBook) -> int:
    """Read a document as ``tollfeed extract`` does; the number of its changes."""
    notices = notices_in(text, source="benchmark", published=_DAY, today=_DAY)
    return sum(len(extract(notice, rulebook).changes) for notice in notices)


def figures() -> Iterator[Figure]:
    """What reading costs, warm in one process and cold in a new one."""
    rulebook, text, short = load_rules(), page(), notice()
    size = f"{len(text.encode()) / 1000:.0f} kB"
    yield timed("load the rules", load_rules, repeat=10)
    one = timed(f"read a page of {size}", lambda: read(text, rulebook), repeat=20, limit=60)
    ten = timed("read ten such pages as one", lambda: read(text * 10, rulebook), repeat=5)
    yield from (one, ten)
    yield Figure("  times one page", (min(ten.values) / min(one.values),), "×", 12)
    yield timed(f"read a notice of {len(short)} characters", lambda: read(short, rulebook), repeat=50, limit=5)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.txt"
        file.write_text(text, "utf-8")
        program = str(Path(sys.executable).parent / "tollfeed")
        command = [program, "extract", "--json", "--published", str(_DAY), str(file)]
        run = partial(subprocess.run, command, check=True, capture_output=True)
        yield timed("tollfeed extract of that page, a process", run, repeat=7, limit=600, clock=perf_counter)
