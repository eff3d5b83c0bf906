"""gazetteer: the operator's own roads and stations, from a table, GeoJSON or OpenStreetMap."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.options import DATA, AsJson, Places, Rules, printable
from service.errors import DocumentError, SetupError
from service.gazetteer import PLACES, load_gazetteer

if TYPE_CHECKING:
    from service.gazetteer.additions import Additions
    from service.gazetteer.places import KnownRoad

app = typer.Typer(help="Roads and stations of one's own. 道路和收费站名录。", no_args_is_help=True)

_LIMIT = 60_000_000
"""Bytes of a file; the toll booths and motorways of a province have some ten million."""
_SHOWN = 20
"""Lines of what was left out, before the rest is counted."""


@app.callback()
def _group() -> None:
    # Without it a group of one command is that command.
    pass


@app.command(name="import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, GeoJSON, or JSON of Overpass. 名录文件。")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to write to; default: gazetteer in the data folder. 输出目录。"),
    ] = None,
    road: Annotated[
        str | None, typer.Option(metavar="NAME", help="The road of every place whose own is not said. 所在道路。")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be added, and write nothing.")] = False,
    as_json: AsJson = False,
    data: Places = DATA,
    rules: Rules = None,
) -> None:
    """Add the roads and stations of a file to those known. 导入道路和收费站名录。

    What is known stays as it is: what contradicts it is told and left out, and the exit code is then 1, as for a row
    that cannot be. A server reads the gazetteer when it starts.
    """
    from service.gazetteer.additions import additions, survey_of

    folder = out or data / PLACES
    # Also what lies in the folder to write to, or an import into it would contradict it.
    known = load_gazetteer(_installed(rules), *dict.fromkeys((data / PLACES, folder)))
    found = additions(known, survey_of(_text(file), file.name), road=road)
    target = folder / f"{file.stem}.yaml"
    if found.roads and not dry_run:
        _write(target, found.roads, file.name)
    written = None if dry_run or not found.roads else target
    if as_json:
        print(json.dumps(_as_json(found, written), ensure_ascii=False, indent=2))
    else:
        _tell(found, written)
    if found.problems or found.conflicts:
        raise typer.Exit(1)


def _installed(rules: Path | None) -> Path:
    from importlib import resources

    return (rules or Path(str(resources.files("rules")))) / "gazetteer"


def _text(file: Path) -> str:
    from service.document import decode, read_document

    try:
        return decode(read_document(file, _LIMIT), limit=_LIMIT)
    except FileNotFoundError as error:
        raise DocumentError(f"{file.name}: expected a file, found nothing of that name") from error


def _write(target: Path, roads: tuple[KnownRoad, ...], source: str) -> None:
    """Put ``roads`` to those that ``target`` holds, at one stroke."""
    from service.gazetteer.files import as_yaml, read_roads
    from service.gazetteer.places import Atlas, PlaceError

    atlas = Atlas(read_roads(target) if target.exists() else ())
    try:
        for road in roads:
            atlas.add(road)
    except PlaceError as error:
        raise DocumentError(f"{target.name}: {error}") from error
    # The process id keeps two imports at once from writing one file.
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(as_yaml(atlas.gazetteer().roads, about=f"Imported from {source}."), "utf-8")
        partial.replace(target)
    except OSError as error:
        raise SetupError(f"{target}: expected a file that can be written, found: {error.strerror}") from error


def _as_json(found: Additions, written: Path | None) -> dict[str, Any]:
    return {
        "written": str(written) if written else None,
        "roads": [asdict(road) for road in found.roads],
        "known": found.known,
        "unnamed": found.unnamed,
        "problems": [asdict(problem) for problem in found.problems],
        "conflicts": [asdict(conflict) for conflict in found.conflicts],
    }


def _tell(found: Additions, written: Path | None) -> None:
    from service.cli.tables import print_roads

    if found.roads:
        print_roads(found.roads)
    for what, problems in (("冲突 conflict", found.conflicts), ("问题 problem", found.problems)):
        for problem in problems[:_SHOWN]:
            print(printable(f"{what}: {problem.where}: {problem.reason}"), file=sys.stderr)
        if len(problems) > _SHOWN:
            print(f"{what}: and {len(problems) - _SHOWN} more", file=sys.stderr)
    places = sum(len(road.stations) + len(road.junctions) for road in found.roads)
    print(
        f"{places} places on {len(found.roads)} roads new, {found.known} known, {found.unnamed} without a name. "
        f"新增{places}处，已知{found.known}处，无名{found.unnamed}处。"
    )
    print(printable(f"Written to {written}. 已写入。") if written else "Nothing written. 未写入。")
