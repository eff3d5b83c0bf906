"""Short sentences with all that is read in them: what a change says, and the words behind each of its values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from service.reading.extract import extract
from service.reading.rules import load_rules
from service.records import CHANGE, Change, Flag, Notice
from tests import make

READINGS = yaml.safe_load(Path(__file__).with_name("readings.yaml").read_text("utf-8"))
RULEBOOK = load_rules()
_BESIDE_THE_POINT = ("id", "notice", "evidence", "confidence")


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading["text"])
def test_a_sentence_says(reading: dict[str, Any]) -> None:
    notice = make.notice(reading["text"])
    changes = extract(notice, RULEBOOK).changes
    assert [says(change) for change in changes] == [each["says"] for each in reading["changes"]]
    assert [words(notice, change) for change in changes] == [each["words"] for each in reading["changes"]]


def says(change: Change) -> str:
    """What is not as in every change, field by field."""
    given = CHANGE.dump_python(change, mode="json", by_alias=True, exclude_defaults=True)
    # How sure a reading is, is measured elsewhere.
    given["flags"] = [flag for flag in change.flags if flag is not Flag.LOW_CONFIDENCE]
    return _said({name: value for name, value in given.items() if value and name not in _BESIDE_THE_POINT})


def words(notice: Notice, change: Change) -> str:
    """The words behind each value."""
    return " ".join(f"{at.field}={notice.text[at.start : at.end]}" for at in change.evidence)


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(
            f"{name}({_said(item)})" if isinstance(item, dict) else f"{name}={_said(item)}"
            for name, item in value.items()
        )
    if isinstance(value, list):
        return ",".join(map(_said, value))
    return str(value).removesuffix(":00+08:00")
