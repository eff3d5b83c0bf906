"""Run all benchmarks and print their figures; exit status 1 when a limit of ``docs/benchmarks.md`` is missed."""

from __future__ import annotations

import sys

from tests.benchmarks import hostile, network, reading, serving, stores
from tests.benchmarks.measure import noise, report


def main() -> int:
    """All figures, with the machine's own steadiness before and after."""
    before = noise()
    figures = [*reading.figures(), *serving.figures(), *network.figures(), *stores.figures(), *hostile.figures()]
    return report([before, *figures, noise()])


if __name__ == "__main__":
    sys.exit(main())
