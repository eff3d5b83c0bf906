"""A table of what must be seen, in YAML: a case and its lines.

``pytest --update`` writes it anew from the files as they are, to be reviewed; where those change, too, run it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml


class Table:
    """What each case must show; with ``update``, what the first client shows that is asked about it."""

    def __init__(self, path: Path, *, update: bool = False) -> None:
        self._path = path
        self._update = update
        self._cases: dict[str, list[str]] = {} if update else yaml.safe_load(path.read_text(encoding="utf-8"))

    def holds(self, case: str, lines: Sequence[str]) -> None:
        """Fail unless ``lines`` are what the table has for ``case``."""
        if self._update and case not in self._cases:
            self._cases[case] = list(lines)
            written = yaml.safe_dump(self._cases, allow_unicode=True, width=1000, sort_keys=True)
            self._path.write_text(written, encoding="utf-8")
        assert list(lines) == self._cases[case]
