"""What several commands share: options, the settings they override, and the clock."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.errors import SetupError
from service.prose import Lang
from service.records import CHINA

if TYPE_CHECKING:
    from service.settings import Settings

Published = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="Day of publication, from which 明日 and dates without a year are read. "
        "Default: the date that the text gives itself, else today. 发布日期。",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Language = Annotated[Lang, typer.Option(help="Language of the table. 表格语言。")]
Rules = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="DIR",
        envvar="TOLLFEED_RULES",
        show_envvar=False,
        help="A folder of rules instead of those installed (TOLLFEED_RULES). 规则目录。",
    ),
]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder of database and inbox (TOLLFEED_DATA). 数据目录。"),
]
DATA = Path("data")
"""The data folder where none is said."""

Places = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="TOLLFEED_DATA",
        show_envvar=False,
        help="Folder whose gazetteer is read beside that of the rules (TOLLFEED_DATA). 数据目录。",
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="sqlite:///PATH or postgresql://… instead of the data folder's (TOLLFEED_DATABASE). 数据库。",
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url", metavar="URL", help="Public address, as written into feeds (TOLLFEED_BASE_URL). 公开网址。"
    ),
]


def settings(**given: Any) -> Settings:
    """The settings of the environment; what is ``given`` and not None goes first.

    Raises:
        SetupError: a variable holds nothing that its setting can be; the message names it.
    """
    from pydantic import ValidationError

    from service.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "_".join(map(str, first["loc"])).upper()
        raise SetupError(f"TOLLFEED_{name}: {first['msg']}, found {first['input']!r}") from error


def now() -> datetime:
    """The clock: the command line is one of the edges that may read it."""
    return datetime.now(CHINA)  # noqa: TID251 - an edge


def printable(text: str) -> str:
    """``text`` without the control characters that a terminal would obey; line ends stay."""
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)
