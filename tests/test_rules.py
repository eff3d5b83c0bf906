"""Rules: what loads, what is wrong with what does not, and that every installed rule proves itself."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path
from textwrap import dedent

import pytest

from service.errors import RuleError
from service.reading.rules import Match, RuleBook, load_rules
from service.reading.text import read

RULEBOOK = load_rules()
INSTALLED = Path(str(resources.files("rules")))

CLOSED = """
  - id: test.closed
    match: '谢绝(?:驶入|通行)'
    gives: {effect: closed}
    examples: [{text: 北塘站入口谢绝驶入, gives: {effect: closed}}]
    counterexamples: [北塘站入口欢迎驶入]
"""


def rules_in(folder: Path, *rules: str, head: str = "about: Test.\nrules:") -> RuleBook:
    """The rulebook of one file, ``local.yaml``, beside the installed names."""
    shutil.copy(INSTALLED / "names.yaml", folder)
    (folder / "local.yaml").write_text(head + "".join(rules), "utf-8")
    return load_rules(folder)


def matches(rulebook: RuleBook, text: str) -> tuple[Match, ...]:
    return rulebook.read(read(text).reading).matches


def test_every_example_holds_against_all_rules_together() -> None:
    assert list(RULEBOOK.failures()) == []


def test_a_file_of_rules_loads(tmp_path: Path) -> None:
    rulebook = rules_in(tmp_path, CLOSED)
    assert [rule.id for rule in rulebook.rules] == ["test.closed"]
    assert list(rulebook.failures()) == []


def changed(old: str, new: str) -> str:
    assert old in CLOSED
    return CLOSED.replace(old, new)


WRONG = {
    "no YAML": ("\n  - {id: [", ["local.yaml", "expected YAML in UTF-8", "line 4"]),
    "a rule without an id": ("\n  - match: 封闭", ["local.yaml", "expected a rule with an id", "封闭"]),
    "an id that is no text": (changed("test.closed", "7"), ["expected a rule with an id"]),
    "two rules of one id": (CLOSED + CLOSED, ["test.closed", "expected an id of its own"]),
    "an unknown key": (changed("gives:", "give:"), ["test.closed", "expected the keys", "'give'"]),
    "no match": (changed("match: '谢绝(?:驶入|通行)'", "match: ''"), ["test.closed", "expected match, found none"]),
    "a match that is no text": (changed("'谢绝(?:驶入|通行)'", "[谢绝]"), ["test.closed", "expected match as text"]),
    "no examples": (
        changed("[{text: 北塘站入口谢绝驶入, gives: {effect: closed}}]", "[]"),
        ["expected examples, found none"],
    ),
    "examples that are no list": (
        changed("[{text: 北塘站入口谢绝驶入, gives: {effect: closed}}]", "谢绝驶入"),
        ["test.closed", "expected examples as a list"],
    ),
    "an example without what it gives": (
        changed(", gives: {effect: closed}}]", "}]"),
        ["test.closed", "expected an example with text and gives", "谢绝驶入"],
    ),
    "no counterexamples": (changed("[北塘站入口欢迎驶入]", "[]"), ["expected counterexamples, found none"]),
    "a counterexample that is no list": (
        changed("[北塘站入口欢迎驶入]", "北塘站入口欢迎驶入"),
        ["test.closed", "expected counterexamples as a list"],
    ),
    "nothing given": (changed("gives: {effect: closed}\n", "\n"), ["test.closed", "expected 'gives' or a capture"]),
    "values that are no mapping": (
        changed("gives: {effect: closed}\n", "gives: [closed]\n"),
        ["test.closed", "expected gives as a mapping"],
    ),
    "an unknown field": (
        changed("gives: {effect: closed}\n", "gives: {efect: closed}\n"),
        ["expected a field of", "'efect'"],
    ),
    "an unknown value": (
        changed("gives: {effect: closed}\n", "gives: {effect: shut}\n"),
        ["test.closed", "effect: expected one of", "'stays_open'", "found 'shut'"],
    ),
    "a value of another shape": (
        changed("gives: {effect: closed}\n", "gives: {effect: {closed: true}}\n"),
        ["test.closed", "effect: expected one of"],
    ),
    "an unknown type of value": (
        changed("谢绝(?:", "谢绝{place}(?:"),
        ["test.closed", "expected a type of", "{place}"],
    ),
    "an unknown type of capture": (
        changed("谢绝(?:", "谢绝{lanes.open:milepst}(?:"),
        ["test.closed", "expected a value type of", "'milepst'"],
    ),
    "a capture for an unknown field": (
        changed("谢绝(?:", "谢绝{lanes.opened:count}(?:"),
        ["test.closed", "expected a field of", "'lanes.opened'"],
    ),
    "a lookahead, which RE2 has not": (
        changed("'谢绝(?:驶入|通行)'", "'谢绝(?!驶入)'"),
        ["test.closed", "expected an RE2 pattern", "谢绝(?!驶入)", "(?!"],
    ),
    "a backreference, which RE2 has not": (
        changed("(?:驶入|通行)", "(驶)\\1"),
        ["test.closed", "expected an RE2 pattern"],
    ),
    "a bracket left open": (
        changed("(?:驶入|通行)'", "(?:驶入'"),
        ["test.closed", "expected an RE2 pattern", "missing )"],
    ),
}


@pytest.mark.parametrize(("rules", "reasons"), WRONG.values(), ids=WRONG)
def test_a_wrong_rule_is_refused_with_file_rule_and_reason(tmp_path: Path, rules: str, reasons: list[str]) -> None:
    with pytest.raises(RuleError) as caught:
        rules_in(tmp_path, rules)
    message = str(caught.value)
    assert message.startswith("local.yaml")
    assert [reason for reason in reasons if reason not in message] == []


HEADS = {
    "no mapping": "[1, 2]",
    "no list of rules": "about: Test.\nrules: closed\n",
    "nothing": "",
    "an unknown key": "about: Test.\nrule: []\nrules: []\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_file_that_holds_no_rules_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(RuleError, match=r"^local\.yaml: expected a mapping with 'about' and a list 'rules'"):
        rules_in(tmp_path, head=head)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "local.yaml").write_bytes("about: 关闭\nrules: []".encode("gb18030"))
    with pytest.raises(RuleError, match=r"^local\.yaml: expected YAML in UTF-8"):
        load_rules(tmp_path)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="expected at least one rule"):
        load_rules(tmp_path)
    with pytest.raises(RuleError, match="expected a folder of rules"):
        load_rules(tmp_path / "nowhere")


def test_rules_without_names_are_refused(tmp_path: Path) -> None:
    (tmp_path / "local.yaml").write_text(f"about: Test.\nrules:{CLOSED}", "utf-8")
    with pytest.raises(RuleError, match=r"^names\.yaml: expected"):
        load_rules(tmp_path)


LONGER = """
  - id: test.longer
    match: '入口谢绝(?:驶入|通行)'
    gives: {effect: barred}
    examples: [{text: 北塘站入口谢绝驶入, gives: {effect: barred}}]
    counterexamples: [北塘站出口谢绝驶入]
"""
FAILING = {
    "a rule that hides another": (
        CLOSED + LONGER,
        ["local.yaml: test.closed: '北塘站入口谢绝驶入': expected {'effect': 'closed'}, found no match"],
    ),
    "an example that gives something else": (
        changed("谢绝驶入, gives: {effect: closed}", "谢绝驶入, gives: {effect: barred}"),
        ["local.yaml: test.closed: '北塘站入口谢绝驶入': expected {'effect': 'barred'}, found [{'effect': 'closed'}]"],
    ),
    "a counterexample that matches": (
        changed("欢迎驶入", "谢绝通行"),
        ["local.yaml: test.closed: '北塘站入口谢绝通行': expected no match of this rule, found one"],
    ),
}


@pytest.mark.parametrize(("rules", "failures"), FAILING.values(), ids=FAILING)
def test_what_an_example_disproves_is_reported(tmp_path: Path, rules: str, failures: list[str]) -> None:
    assert list(rules_in(tmp_path, rules).failures()) == failures


def test_the_order_of_rules_means_nothing(tmp_path: Path) -> None:
    text = "北塘站入口谢绝驶入，出口谢绝通行"
    one, other = rules_in(tmp_path, CLOSED, LONGER), rules_in(tmp_path, LONGER, CLOSED)
    assert matches(one, text) == matches(other, text)
    assert [match.rule for match in matches(one, text)] == ["test.longer", "test.closed"]


def test_a_match_keeps_the_words_of_each_value() -> None:
    text = "保持两侧3个进口车道和5个出口车道通行"
    [match] = [match for match in matches(RULEBOOK, text) if match.rule == "lanes.in-and-out-open"]
    assert match.values == {"effect": "lanes_open", "lanes.entry.open": 3, "lanes.exit.open": 5}
    assert {name: text[slice(*span)] for name, span in match.spans.items()} == {
        "effect": text,
        "lanes.entry.open": "3",
        "lanes.exit.open": "5",
    }


def test_no_phrase_runs_over_a_full_stop() -> None:
    assert not any(match.values.get("effect") == "barred" for match in matches(RULEBOOK, "北塘站禁\n行"))


def test_the_words_of_a_name_are_no_phrase() -> None:
    reading = RULEBOOK.read("京津塘高速公路通车桥收费站入口")
    assert not any("effect" in match.values for match in reading.matches)


def test_a_pattern_costs_no_more_than_its_text(tmp_path: Path) -> None:
    # A backtracking matcher would try 2^2000 ways.
    rule = dedent(changed("谢绝(?:驶入|通行)", "(?:(?:谢+)+绝)+$").rstrip())
    rulebook = rules_in(tmp_path, "\n" + rule.replace("\n", "\n  "))
    assert matches(rulebook, "谢" * 2000) == ()
