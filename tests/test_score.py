"""The figures of ``tests.score``: on a corpus of four notices, each right or wrong in a way of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.score import BESIDE, main

HOME = Path(os.environ.get("TOLLFEED_CORPUS", BESIDE))  # noqa: TID251 - where it lies is the tester's business
ROOT = Path(__file__).parent.parent
TEXT = "10月21日至12月31日，津蓟高速公路津榆路收费站入口封闭。"


def expected(**values: Any) -> dict[str, Any]:
    """What the text says, unless told otherwise."""
    return {
        "kind": "station_closure",
        "station": {"name": "津榆路收费站"},
        "access": "entry",
        "validity": {"start": "2024-10-21", "end": "2024-12-31"},
        **values,
    }


CASES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "1-right": (TEXT, [expected()]),
    "2-wrong-kind": (TEXT, [expected(kind="lane_closure")]),
    "3-wrong-value-and-missed": (TEXT, [expected(reason="works", limits={"axles": 3}), expected(kind="reopening")]),
    "4-alarm": (TEXT, []),
    "5-rightly-nothing": ("津榆路收费站的同志们辛苦了。", []),
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name, (text, changes) in CASES.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
        gold = {"published": "2024-10-20", "changes": changes}
        (folder / f"{name}.json").write_text(json.dumps(gold, ensure_ascii=False), "utf-8")
    return folder


needs_scorer = pytest.mark.skipif(
    not (HOME / "score.py").exists(), reason=f"needs {HOME / 'score.py'}; TOLLFEED_CORPUS names another folder"
)


@needs_scorer
def test_figures_and_confusions_are_counted(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(corpus), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["tiny"]
    counts = ("found", "wanted", "returned", "whole", "documents", "alarms", "negatives")
    assert [figures[name] for name in counts] == [2, 4, 4, 2, 5, 1, 2]
    assert figures["f1"] == 0.5
    assert {(each["expected"], each["got"]): each["count"] for each in figures["kinds"]} == {
        ("-", "station_closure"): 1,
        ("lane_closure", "station_closure"): 1,
        ("reopening", "-"): 1,
        ("station_closure", "station_closure"): 2,
    }
    assert {slot: (figures["right"].get(slot, 0), asked) for slot, asked in figures["asked"].items()} == {
        "kind": (2, 4),
        "place": (3, 4),
        "access": (3, 4),
        "start": (3, 4),
        "end": (3, 4),
        "limits": (0, 1),
    }
    assert figures["slots"] == 14 / 21


@needs_scorer
def test_the_tables_are_for_people(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(corpus), "--verbose"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(
        "tiny: changes F1 0.500 (2 of 4, 4 returned)  slots 0.667  false alarms 1/2  documents 2/5"
    )
    table = {" ".join(line.split()) for line in printed.splitlines()}
    assert "1 lane_closure · · 1 ·" in table
    assert "2 reopening · · · 1" in table
    assert "- (nothing) · · 1 ·" in table
    assert "limits 0 1 0.000" in table
    assert "2-wrong-kind #0: kind: expected lane_closure, got station_closure" in table
    assert "4-alarm: surplus station_closure ('station', '津榆路', None)" in table


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    variables = {**os.environ, "TOLLFEED_CORPUS": str(tmp_path)}  # noqa: TID251 - the child's environment
    done = subprocess.run(
        [sys.executable, "-m", "tests.score"], cwd=ROOT, env=variables, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith(f"skipped: needs {tmp_path / 'score.py'} and {tmp_path / 'seed'}")
