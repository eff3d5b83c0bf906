"""The command ``tollfeed``. Exit codes: 0 done, 1 failed, 2 called wrongly.

Each group of commands is a module; what a command needs beyond reading text is imported when it runs, so that
``tollfeed extract`` starts fast.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from service.cli.gazetteer import app as gazetteer
from service.cli.keeping import app as keeping
from service.cli.keys import app as keys
from service.cli.options import printable
from service.cli.reading import app as reading
from service.cli.review import app as review
from service.cli.review import rereading
from service.cli.serving import app as serving
from service.cli.webhooks import app as webhooks
from service.errors import TollfeedError

app = typer.Typer(
    name="tollfeed",
    help="Read notices of toll stations and roads into records, feeds and calendars. 读懂收费站公告。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
for group in (serving, reading, keeping, rereading):
    app.add_typer(group)
app.add_typer(keys, name="keys")
app.add_typer(review, name="review")
app.add_typer(webhooks, name="webhooks")
app.add_typer(gazetteer, name="gazetteer")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"tollfeed {version('tollfeed')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")] = (
        False
    ),
) -> None:
    pass


def main() -> None:
    """Run the command line."""
    # Notices are Chinese whatever the locale says, and no name of a file may stop an error message.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # always a TextIOWrapper here
    try:
        app()
    except TollfeedError as error:
        print(f"tollfeed: {printable(str(error))}", file=sys.stderr)
        sys.exit(1)
