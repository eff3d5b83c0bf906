"""extract, explain, rules check: what a notice says, and by which rules."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.cli.documents import File, given
from service.cli.options import DATA, AsJson, Language, Places, Published, Rules, now, printable
from service.errors import DocumentError, RuleError
from service.gazetteer import PLACES
from service.prose import Lang
from service.reading.explain import explain as explained
from service.reading.extract import Extraction, extract
from service.reading.rules import RuleBook, load_rules
from service.reading.segment import notices_in
from service.records import DATED_CHANGES, Notice, at
from service.source import Item

app = typer.Typer()
rules = typer.Typer(help="Work on the rules that read notices. 检查规则。", no_args_is_help=True)
app.add_typer(rules, name="rules")


@dataclass(frozen=True, slots=True)
class _Readings:
    """What the documents of a FILE say; ``failed`` if a folder held one that could not be read."""

    notices: list[tuple[Notice, Extraction]]
    failed: bool

    def end(self) -> None:
        """End as failed, if something did: what could be read is printed by now."""
        if self.failed:
            raise typer.Exit(1)


def _readings(file: str, published: datetime | None, rulebook: RuleBook) -> _Readings:
    notices: list[tuple[Notice, Extraction]] = []
    failed = False
    for document in given([file]):
        try:
            item = document.item()
        except FileNotFoundError as error:
            raise typer.BadParameter(f"expected a file or -, found nothing at {file!r}", param_hint="FILE") from error
        except DocumentError as error:
            if not document.listed:
                raise
            print(printable(f"{document.file}: {error}"), file=sys.stderr)
            failed = True
            continue
        notices += _read(item, published, rulebook)
    return _Readings(notices, failed)


def _read(item: Item, published: datetime | None, rulebook: RuleBook) -> list[tuple[Notice, Extraction]]:
    notices = notices_in(
        item.text or "",
        source="command-line",
        published=published.date() if published else item.published,
        today=now().date(),
        url=item.url,
        publisher=item.publisher,
        title=item.title,
    )
    return [(notice, extract(notice, rulebook)) for notice in notices]


@app.command(name="extract")
def extract_command(
    file: File,
    as_json: AsJson = False,
    published: Published = None,
    lang: Language = Lang.ZH,
    rule_folder: Rules = None,
    data: Places = DATA,
) -> None:
    """Print the changes that a notice, or every notice on a newspaper page, announces. 读出公告中的变化。"""
    moment = now()
    readings = _readings(file, published, load_rules(rule_folder, data / PLACES))
    changes = tuple(at(change, moment) for _, extraction in readings.notices for change in extraction.changes)
    if as_json:
        print(DATED_CHANGES.dump_json(changes, by_alias=True, indent=2).decode())
    else:
        from service.cli.tables import print_changes  # rich is slow to import

        print_changes(changes, lang)
    readings.end()


@app.command(name="explain")
def explain_command(
    file: File,
    as_json: AsJson = False,
    published: Published = None,
    rule_folder: Rules = None,
    data: Places = DATA,
) -> None:
    """Show which rule read which words as which value, and what no rule read. 说明每条规则读到了什么。"""
    readings = _readings(file, published, load_rules(rule_folder, data / PLACES))
    told = [(notice, said) for notice, said in readings.notices if said.reading.matches or said.changes]
    if as_json:
        print(json.dumps([explained(notice, said) for notice, said in told], ensure_ascii=False, indent=2))
    else:
        from service.cli.tables import print_explanation

        print_explanation(told)
    readings.end()


@rules.command(name="check")
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            envvar="TOLLFEED_RULES",
            show_envvar=False,
            help="A folder of rules. Default: TOLLFEED_RULES, else those installed. 规则目录。",
        ),
    ] = None,
) -> None:
    """Load the rules and run their examples and counterexamples, each against all rules together. 检查规则与例子。"""
    rulebook = load_rules(folder)
    failures = list(rulebook.failures())
    if failures:
        raise RuleError("\n".join([f"{len(failures)} examples fail:", *failures]))
    examples = sum(len(rule.examples) + len(rule.counterexamples) for rule in rulebook.rules)
    print(f"{len(rulebook.rules)} rules, {examples} examples and counterexamples: all hold.")
