"""Run all benchmarks and print their figures; exit status 1 when a limit of ``docs/benchmarks.md`` is missed."""

from __future__ import annotations

import sys

from tests.benchmarks import hostile, machines, network, reading, serving, stores
from tests.benchmarks.measure import noise, report


def main() -> int:
    """All figures, with the machine's own steadiness before and after."""
    before = noise()
    parts = (reading, serving, machines, network, stores, hostile)
    return report([before, *(figure for part in parts for figure in part.figures()), noise()])


if __name__ == "__main__":
    sys.exit(main())
