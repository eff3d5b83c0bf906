"""The corpora that may lie beside the project: the real command must read each notice of them without a fault."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2] / "shared" / "corpus"
CORPUS = Path(os.environ.get("TOLLFEED_CORPUS", BESIDE))  # noqa: TID251 - where it lies is the tester's business
COMMAND = [shutil.which("tollfeed", path=Path(sys.executable).parent) or "tollfeed", "extract", "--json"]


def score(name: str) -> dict[str, float]:
    """The figures of ``score.py`` for one corpus."""
    folder = CORPUS / name
    missing = [str(path) for path in (CORPUS / "score.py", folder) if not path.exists()]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}; TOLLFEED_CORPUS names another folder")
    command = [*COMMAND, "--published", "{published}", "{notice}"]
    done = subprocess.run(
        [sys.executable, CORPUS / "score.py", "--json", folder, "--", *command], capture_output=True, text=True
    )
    assert done.stderr == ""
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def test_the_newspaper_page_and_its_article_are_read_whole() -> None:
    figures = score("seed")
    assert (figures["f1"], figures["slots"], figures["failed"]) == (1.0, 1.0, 0)
    assert (figures["whole"], figures["documents"]) == (2, 2)


def test_other_notices_are_read_and_those_that_announce_nothing_raise_no_alarm() -> None:
    figures = score("dev")
    assert (figures["false_alarms"], figures["failed"]) == (0, 0)
    assert figures["negatives"] > 0
    assert figures["f1"] >= 0.98
