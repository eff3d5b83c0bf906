"""The command ``tollfeed``. Exit codes: 0 done, 1 failed, 2 called wrongly.

Each group of commands is a module; what a command needs beyond reading text is imported when it runs, so that
``tollfeed extract`` starts fast.
"""

from __future__ import annotations

import sys

import typer

from service.cli.reading import app as reading
from service.errors import TollfeedError

app = typer.Typer(
    name="tollfeed",
    help="Read notices of toll stations and roads into records, feeds and calendars. 读懂收费站公告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(reading)


def main() -> None:
    """Run the command line."""
    # Notices are Chinese whatever the locale says, and a table cut off by `| head` is no failure.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # always a TextIOWrapper here
    try:
        app()
    except TollfeedError as error:
        print(f"tollfeed: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
