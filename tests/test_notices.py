"""Whole notices with every change they announce, a notice a file: the fields that matter, ``words`` for evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from service.reading.extract import extract
from service.reading.rules import load_rules
from service.records import CHANGE
from tests import make

NOTICES = sorted((Path(__file__).parent / "notices").glob("*.yaml"))
RULEBOOK = load_rules()


@pytest.mark.parametrize("file", NOTICES, ids=lambda file: file.stem)
def test_a_notice_announces_these_changes_and_no_other(file: Path) -> None:
    case = yaml.safe_load(file.read_text("utf-8"))
    said = extract(notice := make.notice(**case["notice"]), RULEBOOK)
    found = [CHANGE.dump_python(change, mode="json", by_alias=True) for change in said.changes]
    for change in found:
        change["words"] = {at["field"]: [notice.text[at["start"] : at["end"]]] for at in change["evidence"]}
    expected = [] if case.get("none") else case["changes"]
    assert _stated(found, expected) == expected
    assert set(case.get("unread", ())) <= {unread.words for unread in said.unread}


def _stated(found: Any, expected: Any) -> Any:
    """``found`` without the fields that ``expected`` does not state."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return {name: _stated(value, expected[name]) for name, value in found.items() if name in expected}
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        return [_stated(*pair) for pair in zip(found, expected, strict=True)]
    return found
