"""How sure the readings of the corpus are said to be, and how many of them are right: ``python -m tests.calibration``.

Each argument is a folder of notices with the changes they announce; without one it is ``dev`` beside the project.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from service.reading.rules import load_rules
from tests.test_confidence import measured
from tests.test_corpus import CORPUS

_BANDS = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.0)


def table(found: Iterable[tuple[float, bool]]) -> str:
    """A line a band: from how sure on, how many changes, how many right, and which share."""
    bands: dict[float, list[bool]] = {band: [] for band in _BANDS}
    for confidence, right in found:
        bands[next(band for band in _BANDS if confidence >= band)].append(right)
    lines = ["sure from  changes  right  share"]
    for band, rights in bands.items():
        share = f"{sum(rights) / len(rights):.3f}" if rights else "-"
        lines.append(f"{band:9.2f}  {len(rights):7}  {sum(rights):5}  {share:>5}")
    return "\n".join(lines)


def main(folders: Iterable[Path]) -> None:
    """Print one table over all ``folders``."""
    rulebook = load_rules()
    print(table(each for folder in folders for each in measured(rulebook, folder)))


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [CORPUS / "dev"])
