"""Reading: a newspaper page, a notice, and how the time grows with the text."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml

from service.demo import SAMPLES, text_of
from service.reading.extract import extract
from service.reading.rules import RuleBook, load_rules
from service.reading.segment import notices_in
from tests.benchmarks.measure import Figure, timed

_PAGE_BYTES = 22_000
_BESIDE = Path(__file__).parents[3] / "shared" / "corpus" / "seed"
_DAY = date(2024, 10, 20)
_RULES = Path(__file__).parents[2] / "rules"
_ITEMS = (
    "G18荣乌高速 往威海方向 K{n}+200～K{m}+300 占用应急车道 10月{d}日8:30至17:00",
    "津蓟高速 津榆路收费站 入口封闭 10月{d}日22:00至次日5:00",
    "G2京沪高速 徐庄枢纽C匝道 封闭 10月{d}日20:00至次日6:00，车辆请从九园收费站绕行",
)


def page() -> str:
    """A newspaper page of 22 kB: a real one where it lies beside the project, else the demo's, several times over."""
    if (_BESIDE / "page.txt").exists():
        return (_BESIDE / "page.txt").read_text("utf-8")
    sample = text_of(SAMPLES[0], _DAY) + "\n"
    return sample * (_PAGE_BYTES // len(sample.encode()) + 1)


def notice() -> str:
    """An article of some 500 characters and seven changes: a real one where it lies there, else the demo's."""
    if (_BESIDE / "article.txt").exists():
        return (_BESIDE / "article.txt").read_text("utf-8")
    sample = text_of(SAMPLES[0], _DAY)
    begin = sample.index("■ 津蓟高速")
    return sample[begin : sample.index("■", begin + 1)]


def bulletin() -> str:
    """An operator's list of works in 12 lines, as on any morning."""
    lines = [_ITEMS[number % 3].format(n=12 + number, m=14 + number, d=20 + number % 10) for number in range(12)]
    return "一周施工预告\n\n" + "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def rules_of(count: int, folder: Path) -> RuleBook:
    """``count`` rules: 100 of our own, the others made up of common characters in the manner of ours."""
    shutil.copytree(_RULES, folder, ignore=shutil.ignore_patterns("*.yaml", "__pycache__"))
    shutil.copytree(_RULES / "gazetteer", folder / "gazetteer", dirs_exist_ok=True)
    shutil.copy(_RULES / "names.yaml", folder)
    files = sorted(set(_RULES.glob("*.yaml")) - {_RULES / "names.yaml"})
    rules = [rule for file in files for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]][:100]
    rules += [_made_up(number) for number in range(count - len(rules))]
    content = {"about": "A benchmark.", "rules": rules}
    (folder / "all.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return load_rules(folder)


def _made_up(number: int) -> dict[str, Any]:
    dice = random.Random(number)  # noqa: S311 - the same rules in every run
    words = [
        "".join(dice.choices("收费站高速公路封闭施工入口出车道通行方向时间绕请", k=dice.randint(3, 5)))
        for _ in range(4)
    ]
    match = f"(?:{words[0]}|{words[1]})(?:于|在)?{{period}}?(?:全部|临时)?(?:{words[2]}|{words[3]})"
    example = {"text": words[0] + words[2], "gives": {"stance": "quoted"}}
    return {
        "id": f"made-up.{number}",
        "match": match,
        "gives": {"stance": "quoted"},
        "examples": [example],
        "counterexamples": ["津榆路站封闭"],
    }


def read(text: str, rulebook: RuleBook) -> int:
    """Read a document as ``tollfeed extract`` does; the number of its changes."""
    notices = notices_in(text, source="benchmark", published=_DAY, today=_DAY)
    return sum(len(extract(notice, rulebook).changes) for notice in notices)


def figures() -> Iterator[Figure]:
    """What reading costs, warm in one process and cold in a new one."""
    rulebook, text, short = load_rules(), page(), notice()
    size = f"{len(text.encode()) / 1000:.0f} kB"
    yield timed("load the rules", load_rules, repeat=10, limit=150)
    one = timed(f"read a page of {size}", lambda: read(text, rulebook), repeat=20, limit=60)
    ten = timed("read ten such pages as one", lambda: read(text * 10, rulebook), repeat=5)
    yield from (one, ten)
    yield Figure("  times one page", (min(ten.values) / min(one.values),), "×", 12)
    yield timed(f"read a notice of {len(short)} characters", lambda: read(short, rulebook), repeat=50, limit=5)
    yield timed("read a list of 12 lines", lambda: read(bulletin(), rulebook), repeat=30, limit=15)
    with tempfile.TemporaryDirectory() as folder:
        few, many = (rules_of(count, Path(folder) / str(count)) for count in (100, 1000))
        with_few = timed("read notice and list with 100 rules", lambda: read(short + bulletin(), few), repeat=30)
        with_many = timed("read notice and list with 1,000 rules", lambda: read(short + bulletin(), many), repeat=30)
        yield from (with_few, with_many)
        yield Figure("  times 100 rules", (min(with_many.values) / min(with_few.values),), "×", 2)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.txt"
        file.write_text(text, "utf-8")
        program = str(Path(sys.executable).parent / "tollfeed")
        command = [program, "extract", "--json", "--published", str(_DAY), str(file)]
        run = partial(subprocess.run, command, check=True, capture_output=True)
        yield timed("tollfeed extract of that page, a process", run, repeat=7, limit=600, clock=perf_counter)
