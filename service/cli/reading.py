"""extract, explain, rules check: what a notice says, and by which rules."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.document import decode, read_document, read_stream
from service.errors import RuleError
from service.explain import explain as explained
from service.explain import rows
from service.extract import Extraction, extract
from service.prose import Lang
from service.records import CHINA, DATED_CHANGES, DatedChange, Notice, at
from service.rules import RuleBook, load_rules
from service.segment import notices_in

app = typer.Typer()
rules = typer.Typer(help="Work on the rules that read notices.", no_args_is_help=True)
app.add_typer(rules, name="rules")

LIMIT = 5_000_000
"""Bytes of a document read on the command line; a newspaper page has 20,000."""

File = Annotated[str, typer.Argument(metavar="FILE", help="A text file, or - for standard input.", show_default=False)]
Published = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="Day of publication, from which 明日 and dates without a year are read. "
        "Default: the date that the text gives itself, else today.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Rules = Annotated[
    Path | None, typer.Option("--rules", metavar="DIR", help="A folder of rules instead of those installed.")
]
Language = Annotated[Lang, typer.Option(help="Language of the table.")]


def text_of(file: str, limit: int = LIMIT) -> str:
    """The text of ``file``, or of standard input for ``-``.

    Raises:
        DocumentError: it is no text, too large, or cannot be read.
    """
    if file == "-":
        return decode(read_stream(sys.stdin.buffer, limit), limit=limit)
    path = Path(file)
    if not path.exists():
        raise typer.BadParameter(f"expected a file or -, found nothing at {file!r}", param_hint="FILE")
    return decode(read_document(path, limit), limit=limit)


def now() -> datetime:
    """The clock: the command line is one of the edges that may read it."""
    return datetime.now(CHINA)  # noqa: TID251 - an edge


def _readings(file: str, published: datetime | None, rulebook: RuleBook) -> list[tuple[Notice, Extraction]]:
    notices = notices_in(
        text_of(file), source="command-line", published=published.date() if published else None, today=now().date()
    )
    return [(notice, extract(notice, rulebook)) for notice in notices]


@app.command(name="extract")
def extract_command(
    file: File,
    as_json: AsJson = False,
    published: Published = None,
    lang: Language = Lang.ZH,
    rule_folder: Rules = None,
) -> None:
    """Print the changes that a notice, or every notice on a newspaper page, announces."""
    moment = now()
    readings = _readings(file, published, load_rules(rule_folder))
    changes = tuple(at(change, moment) for _, extraction in readings for change in extraction.changes)
    if as_json:
        print(DATED_CHANGES.dump_json(changes, by_alias=True, indent=2).decode())
        return
    print_changes(changes, lang)


def print_changes(changes: tuple[DatedChange, ...], lang: Lang) -> None:
    """A table of changes, for people."""
    from rich.console import Console  # noqa: PLC0415 - not needed for --json
    from rich.table import Table  # noqa: PLC0415

    from service import prose  # noqa: PLC0415

    console = Console()
    if not changes:
        console.print("没有读到收费站或道路变化。" if lang is Lang.ZH else "No change of a toll station or road was read.")
        return
    heads = ("变化", "道路", "时间", "备注") if lang is Lang.ZH else ("Change", "Road", "When", "Notes")
    table = Table(*heads, show_lines=True)
    for change in changes:
        road = change.road or None
        names = " ".join(filter(None, (road.number, road.name))) if road else ""
        notes = [prose.name(change.status, lang), *(prose.name(flag, lang) for flag in change.flags)]
        table.add_row(prose.title(change, lang), names, prose.period(change, lang), "\n".join(notes))
    console.print(table)


@app.command(name="explain")
def explain_command(
    file: File, as_json: AsJson = False, published: Published = None, rule_folder: Rules = None
) -> None:
    """Show which rule read which words as which value, and what no rule read."""
    readings = [
        (notice, extraction)
        for notice, extraction in _readings(file, published, load_rules(rule_folder))
        if extraction.reading.matches or extraction.changes
    ]
    if as_json:
        print(json.dumps([explained(notice, said) for notice, said in readings], ensure_ascii=False, indent=2))
        return
    _print_explanation(readings)


def _print_explanation(readings: list[tuple[Notice, Extraction]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - not needed for --json
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    for notice, extraction in readings:
        table = Table("规则 rule", "文字 words", "值 value", title=notice.title, title_justify="left")
        for row in rows(notice, extraction):
            table.add_row(row.rule, row.words, row.value)
        console.print(table)
        unread = " · ".join(words.words for words in extraction.unread)
        console.print(f"未读 unread: {unread}", style="dim", highlight=False)
    if not readings:
        console.print("没有规则适用。No rule applies.")


@rules.command(name="check")
def check(folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", show_default=False)] = None) -> None:
    """Load the rules and run their examples and counterexamples, each against all rules together."""
    rulebook = load_rules(folder)
    failures = list(rulebook.failures())
    if failures:
        raise RuleError("\n".join([f"{len(failures)} examples fail:", *failures]))
    examples = sum(len(rule.examples) + len(rule.counterexamples) for rule in rulebook.rules)
    print(f"{len(rulebook.rules)} rules, {examples} examples and counterexamples: all hold.")


