"""The rules: phrases as data, each with the examples that prove it.

A rule's ``match`` is an RE2 pattern over masked text (:mod:`service.reading.marks`) in which ``{station}`` stands for
any station already read, and ``{field:type}`` captures a value for a field. ``gives`` are the values that follow
from the phrase itself. Rules say what words mean where they stand; what belongs together is settled in
:mod:`service.reading.extract`. The format is described in ``rules/README.md``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from service.errors import RuleError
from service.gazetteer import Gazetteer, load_gazetteer
from service.reading import fields, stretches
from service.reading.known import numbered
from service.reading.marks import SYMBOL, Mark, mask
from service.reading.moments import number
from service.reading.movements import movements
from service.reading.name_words import NameWords
from service.reading.names import Names, consistent, joined, marked
from service.reading.patterns import Encoded, Found, Pattern, PatternError, PatternSet
from service.reading.periods import durations, periods
from service.reading.text import read as reading_form

_CAPTURE = re.compile(r"\{([a-z_.]+)(?::([a-z_]+))?\}")
_COUNT = "[0-9]{1,3}|[一二两三四五六七八九十]{1,3}"
_CAPTURED = {
    "count": f"(?:{_COUNT})",
    "amount": r"(?:[0-9]{1,4}(?:\.[0-9]+)?)",
    "year": "(?:19|20)[0-9]{2}",
    "name": r"[\x{4E00}-\x{9FFF}]{2,8}",
    "phase": "(?:第[一二三四五六]阶段|第?[一二三四]期|[左右]半?幅)",
}
_KEYS = {"id", "match", "gives", "examples", "counterexamples"}
_SHAPES: dict[str, tuple[type, str]] = {
    "match": (str, "text"),
    "gives": (dict, "a mapping"),
    "examples": (list, "a list"),
    "counterexamples": (list, "a list"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A text, and the values that the rule must give for it."""

    text: str
    gives: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase. ``id`` never changes: it is published as provenance."""

    id: str
    file: str
    match: str
    gives: dict[str, Any]
    captures: dict[str, tuple[str, str]]
    examples: tuple[Example, ...]
    counterexamples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matched ``start`` to ``end`` of the reading text, what it gives, and where each value stands."""

    rule: str
    start: int
    end: int
    values: dict[str, Any]
    spans: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with all that was read in it."""

    text: str
    marks: tuple[Mark, ...]
    matches: tuple[Match, ...]


class RuleBook:
    """All rules, ready to read."""

    def __init__(self, rules: tuple[Rule, ...], words: NameWords, gazetteer: Gazetteer) -> None:
        """``rules`` in the order of their files; the order carries no meaning."""
        self.rules = rules
        self.gazetteer = gazetteer
        self._words = words
        self._names = Names(words, gazetteer)
        self._patterns = [_compiled(rule) for rule in rules]

    @cached_property
    def _occurrence(self) -> PatternSet:
        return PatternSet([pattern.source for pattern in self._patterns])

    def read(self, text: str) -> Reading:
        """The values and phrases of ``text``, which is in its reading form. Never raises on prose."""
        marks = self._values(text)
        masked = mask(text, marks)
        matches: list[Match] = []
        for start, end in _stretches(masked):
            matches.extend(self._matches(masked[start:end], start))
        return Reading(text, tuple(marks), tuple(matches))

    def _values(self, text: str) -> list[Mark]:
        """Dates, places and directions, in an order in which none is taken for part of another."""
        so_far = marked(text, periods(text))
        so_far = so_far.with_marks(durations(so_far.encoded.text))
        for step in (
            self._names.its,
            stretches.stakes,
            self._names.known_roads,
            self._names.roads,
            lambda text: stretches.directions(text, self._words),
            stretches.ramps,
            self._names.places,
            lambda text: stretches.named_stretches(text, self._words),
            self._names.bare_stations,
            self._names.open_lists,
        ):
            so_far = so_far.with_marks(step(so_far))
        whole = movements(text, joined(text, consistent(text, so_far.marks)), self._words)
        return numbered(whole, self.gazetteer)

    def _matches(self, masked: str, offset: int) -> list[Match]:
        encoded = Encoded(masked)
        found = [
            _match(self.rules[index], hit, offset)
            for index in self._occurrence.occurring(encoded)
            for hit in self._patterns[index].scan(encoded)
        ]
        return _longest(found)

    def failures(self) -> Iterator[str]:
        """What is wrong with examples and counterexamples: file, rule and reason, one line each."""
        for rule in self.rules:
            for example in rule.examples:
                values = self._given(rule, example.text)
                if not any(example.gives.items() <= given.items() for given in values):
                    found = values or "no match"
                    yield f"{rule.file}: {rule.id}: {example.text!r}: expected {example.gives}, found {found}"
            for text in rule.counterexamples:
                if self._given(rule, text):
                    yield f"{rule.file}: {rule.id}: {text!r}: expected no match of this rule, found one"

    def _given(self, rule: Rule, text: str) -> list[dict[str, Any]]:
        read = self.read(reading_form(text).reading)
        return [match.values for match in read.matches if match.rule == rule.id]


def _stretches(masked: str) -> Iterator[tuple[int, int]]:
    """Sentences, none so long that a rule would have to look far: a phrase does not run over a full stop."""
    for found in re.finditer(r"[^。!?;\n]{1,2000}", masked):
        yield found.span()


def _longest(matches: list[Match]) -> list[Match]:
    """Of matches that overlap, the longest; in the order of the text."""
    kept: list[Match] = []
    taken: set[int] = set()
    for match in sorted(matches, key=lambda match: (match.start - match.end, match.start, match.rule)):
        if taken.isdisjoint(range(match.start, match.end)):
            taken.update(range(match.start, match.end))
            kept.append(match)
    return sorted(kept, key=lambda match: match.start)


def _match(rule: Rule, found: Found, offset: int) -> Match:
    values = dict(rule.gives)
    span = (found.start + offset, found.end + offset)
    spans = dict.fromkeys(values, span)
    for group, (field, kind) in rule.captures.items():
        if group in found.groups:
            text, start, end = found.groups[group]
            values[field] = _captured(kind, text)
            spans[field] = (start + offset, end + offset)
    return Match(rule.id, *span, values, spans)


def _captured(kind: str, text: str) -> Any:
    if kind == "year":
        return int(text)
    if kind == "count":
        return number(text)
    if kind == "amount":
        return int(text) if text.isdigit() else float(text)
    return text


def _compiled(rule: Rule) -> Pattern:
    groups = iter(rule.captures)
    pattern = _CAPTURE.sub(lambda capture: _group(capture, groups), rule.match)
    try:
        return Pattern(pattern)
    except PatternError as error:
        raise RuleError(f"{rule.file}: {rule.id}: expected an RE2 pattern, found {rule.match!r}: {error}") from error


def _group(capture: re.Match[str], groups: Iterator[str]) -> str:
    name, kind = capture[1], capture[2]
    return f"(?:{SYMBOL[name]})" if kind is None else f"(?P<{next(groups)}>{_CAPTURED[kind]})"


def load_rules(folder: Path | None = None, places: Path | None = None) -> RuleBook:
    """The rules of ``folder`` (by default those installed), with its ``names.yaml`` and ``gazetteer``.

    ``places`` is a folder of further gazetteer files, which there need not be.

    Raises:
        RuleError: naming file, rule and reason.
    """
    folder = folder or Path(str(resources.files("rules")))
    if not folder.is_dir():
        raise RuleError(f"{folder}: expected a folder of rules, found none")
    rules: list[Rule] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name != "names.yaml":
            rules.extend(_rules(path))
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"{rule.file}: {rule.id}: expected an id of its own, found it also in {seen[rule.id]}")
        seen[rule.id] = rule.file
    if not rules:
        raise RuleError(f"{folder}: expected at least one rule in *.yaml, found none")
    gazetteer = load_gazetteer(folder / "gazetteer", *((places,) if places else ()))
    return RuleBook(tuple(rules), _name_words(folder / "names.yaml"), gazetteer)


def _load(path: Path) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name}: expected YAML in UTF-8, found {error}") from error


def _name_words(path: Path) -> NameWords:
    content = _load(path)
    lists = [field.name for field in dataclasses.fields(NameWords)]
    if not isinstance(content, dict) or set(content) != {"about", *lists}:
        raise RuleError(f"{path.name}: expected about and the lists {sorted(lists)}, found {sorted(content or ())}")
    try:
        words = {name: tuple(_words_of(content[name])) for name in lists}
    except (TypeError, AttributeError) as error:
        raise RuleError(f"{path.name}: expected lists of lines of words, found {error}") from error
    return NameWords(**words)


def _words_of(lines: list[str]) -> Iterator[str]:
    """The words of a list: a line without spaces lists single characters."""
    for line in lines:
        yield from line.split() if " " in line else line


def _rules(path: Path) -> Iterator[Rule]:
    content = _load(path)
    if not isinstance(content, dict) or set(content) != {"about", "rules"} or not isinstance(content["rules"], list):
        raise RuleError(f"{path.name}: expected a mapping with 'about' and a list 'rules'")
    for entry in content["rules"]:
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            raise RuleError(f"{path.name}: expected a rule with an id, found {entry!r}")
        yield _rule(path.name, entry)


def _rule(file: str, entry: dict[str, Any]) -> Rule:
    where = f"{file}: {entry['id']}"
    _check_keys(where, entry)
    gives = entry.get("gives", {})
    captures = _captures(where, entry["match"])
    if not gives and not captures:
        raise RuleError(f"{where}: expected 'gives' or a capture, found neither")
    for field, value in gives.items():
        _check(where, field, value)
    return Rule(
        id=entry["id"],
        file=file,
        match=entry["match"],
        gives=gives,
        captures=captures,
        examples=tuple(_example(where, example) for example in entry["examples"]),
        counterexamples=tuple(map(str, entry["counterexamples"])),
    )


def _check_keys(where: str, entry: dict[str, Any]) -> None:
    unknown = set(entry) - _KEYS
    if unknown:
        raise RuleError(f"{where}: expected the keys {sorted(_KEYS)}, found also {sorted(map(str, unknown))}")
    for key in ("match", "examples", "counterexamples"):
        if not entry.get(key):
            raise RuleError(f"{where}: expected {key}, found none")
    for key, (shape, words) in _SHAPES.items():
        if not isinstance(entry.get(key, shape()), shape):
            raise RuleError(f"{where}: expected {key} as {words}, found {entry[key]!r}")


def _captures(where: str, pattern: str) -> dict[str, tuple[str, str]]:
    captures: dict[str, tuple[str, str]] = {}
    for found in _CAPTURE.finditer(pattern):
        field, kind = found[1], found[2]
        if kind is None:
            if field not in SYMBOL:
                raise RuleError(f"{where}: expected a type of {sorted(SYMBOL)}, found {{{field}}}")
            continue
        if kind not in _CAPTURED:
            raise RuleError(f"{where}: expected a value type of {sorted(_CAPTURED)}, found {kind!r}")
        if field not in fields.CAPTURED:
            raise RuleError(f"{where}: expected a field of {sorted(fields.CAPTURED)}, found {field!r}")
        captures[f"c{len(captures)}"] = (field, kind)
    return captures


def _check(where: str, field: str, value: Any) -> None:
    allowed = fields.GIVEN.get(field)
    if allowed is None:
        raise RuleError(f"{where}: expected a field of {sorted(fields.GIVEN)}, found {field!r}")
    for item in value if isinstance(value, list) else [value]:
        if item not in tuple(allowed):
            raise RuleError(f"{where}: {field}: expected one of {sorted(map(str, allowed))}, found {item!r}")


def _example(where: str, example: Any) -> Example:
    if not isinstance(example, dict) or set(example) != {"text", "gives"} or not isinstance(example["text"], str):
        raise RuleError(f"{where}: expected an example with text and gives, found {example!r}")
    return Example(example["text"], example["gives"])
