"""Documents of 1 MB made to be slow: each is read in a process of its own, which tells its time and its peak memory.

``python -m tests.benchmarks.hostile NAME`` is that process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice, product
from time import process_time

from service.reading.rules import load_rules
from tests.benchmarks.measure import Figure
from tests.benchmarks.reading import read

_BYTES = 1_000_000
_SECONDS = 5
_SECONDS_OF_CHANGES = 10
_MEGABYTES = 400
_STATIONS = "stations, each another"
_HAN = "东西南北上下大小新平安和兴泰永康长石清白"


def _many_stations() -> str:
    names = ("".join(name) for name in product(_HAN, repeat=4))
    return "".join(f"10月21日，津蓟高速公路{name}收费站封闭。" for name in islice(names, 15_000))


UNITS = {
    "one line of prose": "我国地热资源开发利用规模与经济社会发展相适应，",
    "digits": "1234567890",
    "站": "站",
    "brackets in brackets": "(收费站",
    "commas": ",",
    "a list without an end": "东平、西安、",
    "a list of stations without an end": "东平站、西安站、",
    "至": "至",
    "dates": "10月21日",
    "dates joined": "10月21日至",
    "stakes": "K1+1",
    "spaces": " ",
    "line ends": "\n",
    "封闭": "封闭",
    "入口": "入口",
    "该站": "该站",
    "headings": "# 天津站封闭\n",
    "ways round": "可从天津站通行，",
    "zero-width spaces": "\u200b",
}
"""What each document says over and over."""

CHANGES = {
    "one line of closures": "10月21日至31日津蓟高速公路天津站入口封闭，",
    "lanes": "其余3条车道封闭，",
    "traditional characters": "高速公路收費站關閉，",
}
"""The same, where every clause is a change: some 20,000 of them, not one of which is wasted."""


def document(name: str) -> str:
    """The document of that name: 1 MB in UTF-8, and about a toll station, so that all of it is read."""
    if name == _STATIONS:
        return _many_stations()
    head, unit = "津蓟高速公路天津收费站", (UNITS | CHANGES)[name]
    return head + unit * ((_BYTES - len(head.encode())) // len(unit.encode()))


def figures() -> Iterator[Figure]:
    """Seconds and megabytes of each; one that misses its limit has two more tries, since one run is no measure."""
    limits = dict.fromkeys(UNITS, _SECONDS) | dict.fromkeys((*CHANGES, _STATIONS), _SECONDS_OF_CHANGES)
    for name, limit in limits.items():
        seconds, megabytes = zip(*_runs(name, limit), strict=True)
        yield Figure(f"1 MB: {name}", seconds, "s", limit)
        yield Figure("  peak memory", megabytes, "MB", _MEGABYTES)


def _runs(name: str, limit: float) -> Iterator[tuple[float, float]]:
    command = [sys.executable, "-m", "tests.benchmarks.hostile", name]
    for _ in range(3):
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        seconds, megabytes = json.loads(done.stdout)
        yield seconds, megabytes
        if seconds <= limit:
            return


def main(name: str) -> None:
    """Read one of them in this process."""
    rulebook, text = load_rules(), document(name)
    begin = process_time()
    read(text, rulebook)
    seconds = process_time() - begin
    # Linux gives kilobytes.
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000]))


if __name__ == "__main__":
    main(sys.argv[1])
