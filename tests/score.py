"""How well notices are read: ``python -m tests.score`` prints the figures of the corpora that lie beside the project.

A corpus is a folder of pairs: NAME.txt, a notice, and NAME.json, what it says. ``score.py`` beside the corpora tells
which changes agree; here everything is read in one process, so that a whole corpus takes seconds, and confusions are
counted: which kind was read as which, and how often each value of a change was right.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from service.reading.extract import extract
from service.reading.rules import RuleBook, load_rules
from service.reading.segment import notices_in
from service.records import CHANGE

BESIDE = Path(__file__).parents[2] / "shared" / "corpus"
NOTHING = "-"
"""The kind of a change that is expected or read where the other side has none."""


@dataclass
class Score:
    """What was counted over the notices of a corpus."""

    found: int = 0
    wanted: int = 0
    returned: int = 0
    whole: int = 0
    documents: int = 0
    alarms: int = 0
    negatives: int = 0
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Of changes: one is found when kind, place, access, start and end agree."""
        return 2 * self.found / (self.wanted + self.returned) if self.wanted + self.returned else 1.0

    @property
    def slots(self) -> float:
        """The share of expected values that are right; all those of a change not read are wrong."""
        return self.right.total() / self.asked.total() if self.asked else 1.0


def scored(corpus: Path, scorer: ModuleType, rulebook: RuleBook) -> Score:
    """The score of the pairs in ``corpus``."""
    score = Score()
    for expectation in sorted(corpus.glob("*.json")):
        gold = json.loads(expectation.read_text("utf-8"))
        got = read(expectation.with_suffix(".txt").read_text("utf-8"), date.fromisoformat(gold["published"]), rulebook)
        _count(score, expectation.stem, gold["changes"], got, scorer)
    return score


def read(text: str, published: date, rulebook: RuleBook) -> list[dict[str, Any]]:
    """The changes that ``tollfeed extract --json`` would print."""
    notices = notices_in(text, source="score", published=published, today=published)
    changes = [change for notice in notices for change in extract(notice, rulebook).changes]
    return [CHANGE.dump_python(change, mode="json", by_alias=True) for change in changes]


def _count(score: Score, name: str, expected: Sequence[Any], got: Sequence[Any], scorer: ModuleType) -> None:
    pairs = scorer.align(list(expected), list(got))
    hits = sum(scorer.agree(expected[i], got[j])[0] for i, j in pairs)
    score.found += hits
    score.wanted += len(expected)
    score.returned += len(got)
    score.documents += 1
    score.whole += hits == len(expected) == len(got)
    score.negatives += not expected
    score.alarms += not expected and bool(got)
    for i, j in [*pairs, *((i, None) for i in _left(expected, [i for i, _ in pairs]))]:
        _compare(score, f"{name} #{i}", expected[i], None if j is None else got[j], scorer)
    for j in _left(got, [j for _, j in pairs]):
        score.kinds[NOTHING, got[j]["kind"]] += 1
        score.misses.append(f"{name}: surplus {got[j]['kind']} {scorer.place_of(got[j])}")


def _compare(score: Score, name: str, expected: Any, got: Any, scorer: ModuleType) -> None:
    want = scorer.slots(expected, expected)
    have = scorer.slots(got, expected) if got else {}
    wrong = [slot for slot in want if slot not in have or want[slot] != have[slot]]
    score.kinds[expected["kind"], got["kind"] if got else NOTHING] += 1
    score.asked.update(map(_slot, want))
    score.right.update(_slot(slot) for slot in want if slot not in wrong)
    if got is None:
        score.misses.append(f"{name}: missed {expected['kind']} {scorer.place_of(expected)}")
    elif wrong:
        told = "; ".join(f"{slot}: expected {want[slot]}, got {have.get(slot)}" for slot in wrong)
        score.misses.append(f"{name}: {told}")


def _slot(name: str) -> str:
    """The slot as a line of the table: every detour is one line, whatever its direction."""
    return "detours" if name.startswith("detour.") else name


def _left(all_of_them: Sequence[Any], taken: Iterable[int]) -> list[int]:
    return sorted(set(range(len(all_of_them))) - set(taken))


def lines(name: str, score: Score, *, verbose: bool) -> Iterator[str]:
    """The score as text: the figures, who was taken for whom, and the values that were not always right."""
    yield (
        f"{name}: changes F1 {score.f1:.3f} ({score.found} of {score.wanted}, {score.returned} returned)  "
        f"slots {score.slots:.3f}  false alarms {score.alarms}/{score.negatives}  "
        f"documents {score.whole}/{score.documents}"
    )
    yield from _confusion(score.kinds)
    yield f"  {'slot':24}{'right':>7}{'asked':>7}{'share':>8}"
    for slot, asked in sorted(score.asked.items()):
        yield f"  {slot:24}{score.right[slot]:7}{asked:7}{score.right[slot] / asked:8.3f}"
    if verbose:
        yield from (f"  {miss}" for miss in score.misses)


def _confusion(kinds: Counter[tuple[str, str]]) -> Iterator[str]:
    names = sorted({name for pair in kinds for name in pair} - {NOTHING})
    numbers = {name: str(number) for number, name in enumerate([*names, NOTHING], start=1)}
    numbers[NOTHING] = NOTHING
    yield f"  {'expected ╲ got':26}" + "".join(f"{number:>5}" for number in numbers.values())
    for expected, number in numbers.items():
        counts = "".join(f"{kinds[expected, got] or '·':>5}" for got in numbers)
        yield f"  {number:>2} {'(nothing)' if expected == NOTHING else expected:23}{counts}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 0 also where there is no corpus, which is said."""
    parser = argparse.ArgumentParser(prog="python -m tests.score", description="How well notices are read.")
    parser.add_argument("--corpus", type=Path, action="append", help="a corpus (repeatable); else seed and dev")
    parser.add_argument("--rules", type=Path, help="a folder of rules instead of those installed")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--verbose", action="store_true", help="tell every miss")
    options = parser.parse_args(arguments)
    home = Path(os.environ.get("TOLLFEED_CORPUS", BESIDE))  # noqa: TID251 - where it lies is the tester's business
    corpora = options.corpus or [home / "seed", home / "dev"]
    missing = [str(path) for path in (home / "score.py", *corpora) if not path.exists()]
    if missing:
        print(f"skipped: needs {' and '.join(missing)}; TOLLFEED_CORPUS names another folder", file=sys.stderr)
        return 0
    scorer, rulebook = _scorer(home / "score.py"), load_rules(options.rules)
    scores = {corpus.name: scored(corpus, scorer, rulebook) for corpus in corpora}
    if options.json:
        print(json.dumps({name: _figures(score) for name, score in scores.items()}, ensure_ascii=False, indent=2))
        return 0
    for name, score in scores.items():
        print("\n".join(lines(name, score, verbose=options.verbose)))
    return 0


def _figures(score: Score) -> dict[str, Any]:
    # Not asdict, which makes a Counter of the items of a Counter.
    figures = {each.name: getattr(score, each.name) for each in fields(score)}
    kinds = [
        {"expected": expected, "got": got, "count": count} for (expected, got), count in sorted(score.kinds.items())
    ]
    return {**figures, "kinds": kinds, "f1": score.f1, "slots": score.slots}


def _scorer(path: Path) -> ModuleType:
    """The module of the corpora, which is no part of the project."""
    spec = spec_from_file_location("corpus_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Two processes that import it must not write beside the corpora, which may be read-only.
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


if __name__ == "__main__":
    sys.exit(main())
