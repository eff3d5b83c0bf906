"""ingest, export: announcements into the database, and feeds out of it as files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service import prose
from service.cli.documents import KINDS, Given, given
from service.cli.options import (
    AsJson,
    BaseUrl,
    Data,
    Database,
    Language,
    Published,
    Rules,
    now,
    printable,
    settings,
)
from service.errors import DocumentError
from service.gazetteer import PLACES
from service.prose import Lang
from service.reading.rules import RuleBook, load_rules
from service.records import DATED_CHANGE, Revision, at

if TYPE_CHECKING:
    from service.store import Added, Store

app = typer.Typer()

_OUTCOMES = {
    Lang.ZH: {"new": "新增", "altered": "更新", "known": "已知", "held": "待复核", "none": "没有收费站或道路变化"},
    Lang.EN: {
        "new": "new",
        "altered": "altered",
        "known": "known",
        "held": "held for review",
        "none": "no change of a toll station or road",
    },
}
_MANY = 5
"""Files from which on a progress bar is worth its line."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one file."""

    file: str
    added: tuple[Added, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where announcements go, and what is said of all of them."""

    store: Store
    rulebook: RuleBook
    limit: int
    published: date | None
    publisher: str | None

    def ingest(self, document: Given, moment: datetime) -> _Outcome:
        """Keep what ``document`` announces; one that cannot be read is an outcome, too."""
        from service.poll import ingest as keep

        file = document.file
        try:
            item = document.item(self.limit)
        except DocumentError as error:
            return _Outcome(file, error=str(error))
        except FileNotFoundError:
            return _Outcome(file, error="expected a file or -, found nothing of that name")
        added = keep(
            item.text or "",
            source="command-line",
            published=self.published or item.published,
            now=moment,
            store=self.store,
            rulebook=self.rulebook,
            url=item.url,
            publisher=self.publisher or item.publisher,
            title=item.title,
        )
        return _Outcome(file, added)


@app.command()
def ingest(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help=KINDS),
    ],
    published: Published = None,
    publisher: Annotated[str | None, typer.Option(metavar="NAME", help="Who published it. 发布单位。")] = None,
    as_json: AsJson = False,
    lang: Language = Lang.ZH,
    data: Data = None,
    database: Database = None,
    rules: Rules = None,
) -> None:
    """Read announcements and keep them with their changes. 读入公告并保存。

    A file that cannot be read stops none of the others, and the exit code is then 1. An announcement is kept once,
    however often it is ingested. --json prints one object a file.
    """
    from service.store import Store

    options = settings(data=data, database=database, rules=rules)
    failed = False
    with closing(Store.open(options.database_url, hold=options.holds)) as store:
        rulebook = load_rules(options.rules, options.data / PLACES)
        store.locate(rulebook.gazetteer)
        desk = _Desk(
            store=store,
            rulebook=rulebook,
            limit=options.max_document,
            published=published.date() if published else None,
            publisher=publisher,
        )
        for document in _with_progress(list(given(files))):
            # Each at a time of its own, by which it is known what this file altered.
            moment = now()
            outcome = desk.ingest(document, moment)
            failed = failed or outcome.error is not None
            if as_json:
                print(json.dumps(_as_json(outcome, moment), ensure_ascii=False), flush=True)
            else:
                _tell(outcome, moment, lang)
    if failed:
        raise typer.Exit(1)


def _with_progress(files: Sequence[Given]) -> Iterator[Given]:
    """``files``, with a bar where somebody looks on and has to wait."""
    if len(files) <= _MANY or not sys.stderr.isatty():
        yield from files
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(files, description="", console=Console(stderr=True), transient=True)


def _as_json(outcome: _Outcome, moment: datetime) -> dict[str, Any]:
    notices = [
        {
            "id": added.notice_id,
            "new": added.new,
            "changes": [
                DATED_CHANGE.dump_python(at(revision.change, moment), mode="json", by_alias=True)
                for revision in added.revisions
            ],
        }
        for added in outcome.added
    ]
    return {"file": outcome.file, "error": outcome.error, "notices": notices}


def _tell(outcome: _Outcome, moment: datetime, lang: Lang) -> None:
    if outcome.error:
        print(printable(f"{outcome.file}: {outcome.error}"), file=sys.stderr)
        return
    print(printable(outcome.file))
    revisions = [(added.new, revision) for added in outcome.added for revision in added.revisions]
    for new, revision in revisions:
        words = _OUTCOMES[lang][_became(new, revision, moment)]
        print(printable(f"  {words} {prose.headline(revision.change, lang)}"))
    held = [revision for added in outcome.added for revision in added.held]
    for revision in held:
        print(printable(f"  {_OUTCOMES[lang]['held']} {prose.headline(revision.change, lang)}"))
    if not revisions and not held:
        print(f"  {_OUTCOMES[lang]['none']}")


def _became(new: bool, revision: Revision, moment: datetime) -> str:
    if not new or revision.recorded != moment:
        return "known"
    return "altered" if revision.change.revision else "new"


@app.command(name="export")
def export_command(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to; made where there is none. 输出目录。")],
    data: Data = None,
    database: Database = None,
    base_url: BaseUrl = None,
) -> None:
    """Write every feed as a file, for a web server that serves files only. 把所有订阅源导出为静态文件。

    The folder is to be served at the base URL. The same database gives the same bytes on the same day; a file that
    would stay as it is is left alone.
    """
    from service.export import Site, export
    from service.store import Store

    given = settings(data=data, database=database, base_url=base_url)
    with closing(Store.open(given.database_url)) as store:
        written = unchanged = 0
        gazetteer = load_rules(given.rules, given.data / PLACES).gazetteer
        site = Site(
            base_url=given.base_url,
            grace=given.grace,
            gazetteer=gazetteer,
            hub=given.hub,
            publisher=given.publisher,
            machine_grace=given.machine_grace,
            horizon=given.horizon,
        )
        for file in export(store, out, site, now()):
            written, unchanged = written + file.written, unchanged + (not file.written)
            if file.written:
                print(printable(str(file.path)))
    print(f"{written} files written, {unchanged} unchanged. 写入{written}个文件，{unchanged}个未变。")
