"""review, reread: what people make of changes in doubt, and reading all notices again by the rules of today."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service import prose
from service.cli.options import AsJson, Data, Database, Language, Rules, now, printable, settings
from service.errors import SetupError
from service.prose import Lang

if TYPE_CHECKING:
    from service.corrections import Judgement
    from service.records import Change
    from service.reread import Difference
    from service.reviews import Case
    from service.store import Store

app = typer.Typer(help="Look at changes in doubt: approve, correct, reject. 复核存疑的变化。", no_args_is_help=True)
rereading = typer.Typer()

_QUEUE = 100

Id = Annotated[str, typer.Argument(metavar="ID", help="The change, as the list and the API name it. 变化编号。")]
Author = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who says so; default: the login name. 复核人，默认为登录名。")
]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for those who come later. 说明。")]


@contextmanager
def _store(data: Path | None, database: str | None) -> Iterator[Store]:
    from service.store import Store

    with closing(Store.open(settings(data=data, database=database).database_url)) as store:
        yield store


@app.command(name="list")
def list_command(
    limit: Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="How many at most. 最多条数。")] = _QUEUE,
    as_json: AsJson = False,
    lang: Language = Lang.ZH,
    data: Data = None,
    database: Database = None,
) -> None:
    """List the changes that wait for a person, the longest first. 列出待复核的变化。"""
    with _store(data, database) as store:
        cases = store.waiting(limit)
    if as_json:
        print(json.dumps([_as_json(case) for case in cases], ensure_ascii=False, indent=2))
        return
    for case in cases:
        print(printable(f"{case.newest.change.id}  {_state(case, lang)}  {_headline(case.newest.change, lang)}"))
    if not cases:
        print("Nothing waits. 没有待复核的变化。")


@app.command()
def show(
    change_id: Id, as_json: AsJson = False, lang: Language = Lang.ZH, data: Data = None, database: Database = None
) -> None:
    """Show a change, what was made of it, and the words it was read from. 显示一条变化及其原文。"""
    with _store(data, database) as store:
        case = _case(store, change_id)
        notice = store.notice(case.newest.change.notice.id)
    if as_json:
        print(json.dumps(_as_json(case), ensure_ascii=False, indent=2))
        return
    print(printable(f"{change_id}  {_state(case, lang)}"))
    for line in prose.paragraphs(case.newest.change, lang):
        print(printable(line))
    if case.published and case.published.position != case.newest.position:
        _print_differences("published → held 已发布 → 待复核", case.published.change, case.newest.change)
    for review in case.reviews:
        said = f"{review.at:%Y-%m-%d %H:%M} {review.author}: {review.judgement} (revision {review.revision})"
        print(printable(f"{said} {review.note or ''}".rstrip()))
    if notice:
        print(printable(f"\n{notice.text}"))


@app.command()
def approve(
    change_id: Id,
    author: Author = None,
    note: Note = None,
    as_json: AsJson = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Say that a change is right; one held back is published. 确认无误并发布。"""
    from service.corrections import Judgement

    with _store(data, database) as store:
        _judge(store, change_id, Judgement.APPROVE, author, note, as_json=as_json)


@app.command()
def correct(
    change_id: Id,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="As validity.end=2024-11-10 or reason=null. 改正的字段。"),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="JSON", help="A file with the fields to put right. 改正的字段。")
    ] = None,
    author: Author = None,
    note: Note = None,
    as_json: AsJson = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Put fields of a change right and publish it; what was put right stays when notices are read again. 改正并发布。

    A value is JSON or, where it is none, text. A whole day as a start or an end is that day included.
    """
    from service.corrections import Judgement

    values = _values(given or [], file)
    with _store(data, database) as store:
        _judge(store, change_id, Judgement.CORRECT, author, note, values=values, as_json=as_json)


@app.command()
def reject(
    change_id: Id,
    author: Author = None,
    note: Note = None,
    as_json: AsJson = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Say that there is no such change: one published is cancelled, one held back never appears. 否决。"""
    from service.corrections import Judgement

    with _store(data, database) as store:
        _judge(store, change_id, Judgement.REJECT, author, note, as_json=as_json)


@rereading.command(name="reread")
def reread_command(
    apply: Annotated[bool, typer.Option("--apply", help="Keep what differs, as revisions. 写入差异。")] = False,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only notices published from that day on. 起始日期。"),
    ] = None,
    as_json: AsJson = False,
    lang: Language = Lang.ZH,
    data: Data = None,
    database: Database = None,
    rules: Rules = None,
) -> None:
    """Read all notices again by the rules of today, and show what differs; --apply keeps it. 用现行规则重读公告。

    What people corrected stays. A change that is no longer read goes to review. --json prints one object a line.
    """
    from service.gazetteer import PLACES
    from service.reading.rules import load_rules
    from service.reread import reread
    from service.store import Store

    given = settings(data=data, database=database, rules=rules)
    rulebook = load_rules(given.rules, given.data / PLACES)
    count = 0
    with closing(Store.open(given.database_url, hold=given.holds)) as store:
        store.locate(rulebook.gazetteer)
        for difference in reread(store, rulebook, now(), apply=apply, since=since.date() if since else None):
            count += 1
            _tell(difference, lang, as_json=as_json)
    if not as_json:
        kept = "kept 已写入" if apply else "nothing kept yet: --apply 尚未写入"
        print(f"{count} differ, {kept}. {count}处不同。" if count else "Nothing differs. 没有差异。")


def _tell(difference: Difference, lang: Lang, *, as_json: bool) -> None:
    from service.corrections import told

    before, after = difference.before, difference.after
    fields = told(before, after) if before and after else []
    if as_json:
        outcome = "altered" if fields else "new" if after else "gone"
        ids = {"change": difference.change_id, "notice": difference.notice_id}
        print(json.dumps({**ids, "outcome": outcome, "fields": fields}, ensure_ascii=False), flush=True)
    elif before and after:
        _print_differences(f"{difference.change_id}  {_headline(before, lang)}", before, after)
    elif after:
        print(printable(f"{difference.change_id}  new 新增  {_headline(after, lang)}"))
    elif before:
        print(
            printable(f"{difference.change_id}  no longer read, to review 不再读出，待复核  {_headline(before, lang)}")
        )


def _print_differences(head: str, before: Change, after: Change) -> None:
    from service.corrections import told

    print(printable(head))
    for each in told(before, after):
        old, new = (json.dumps(each[side], ensure_ascii=False) for side in ("before", "after"))
        print(printable(f"  {each['field']}: {old} → {new}"))


def _judge(
    store: Store,
    change_id: str,
    judgement: Judgement,
    author: str | None,
    note: str | None,
    *,
    as_json: bool,
    values: dict[str, Any] | None = None,
) -> None:
    case = store.review(change_id, judgement, author=_author(author), now=now(), note=note, values=values)
    if as_json:
        print(json.dumps(_as_json(case), ensure_ascii=False, indent=2))
        return
    print(printable(f"{change_id}  {_state(case, Lang.ZH)}  {_headline(case.newest.change, Lang.ZH)}"))


def _author(given: str | None) -> str:
    try:
        name = given if given is not None else getpass.getuser()
    except (OSError, KeyError) as error:
        raise SetupError("author: expected --author NAME, found no login name either") from error
    if not name.strip() or not name.isprintable():
        raise typer.BadParameter(f"expected printable characters, found {name!r}", param_hint="--author")
    return name.strip()


def _case(store: Store, change_id: str) -> Case:
    from service.errors import ReviewError

    case = store.case(change_id)
    if case is None:
        raise ReviewError(f"change: expected the id of one, found {change_id!r}")
    return case


def _values(given: list[str], file: Path | None) -> dict[str, Any]:
    """The fields to put right, of the file and of ``--set``, which goes first."""
    values = _read(file) if file else {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(f"expected FIELD=VALUE, found {each!r}", param_hint="--set")
        values[name.strip()] = _value(value)
    if not values:
        raise typer.BadParameter("expected --set or --file, found neither", param_hint="--set")
    return values


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _read(file: Path) -> dict[str, Any]:
    try:
        values = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"expected a file of JSON, found: {error}", param_hint="--file") from error
    if not isinstance(values, dict):
        raise typer.BadParameter("expected an object of fields and values", param_hint="--file")
    return values


def _as_json(case: Case) -> dict[str, Any]:
    from service.reviews import CASE

    document: dict[str, Any] = CASE.dump_python(case, mode="json", by_alias=True)
    return document


def _state(case: Case, lang: Lang) -> str:
    change = case.newest.change
    words = {
        Lang.ZH: ("待发布" if case.newest.held else "已发布", "待复核" if case.waiting else "已复核"),
        Lang.EN: ("held" if case.newest.held else "published", "waiting" if case.waiting else "reviewed"),
    }[lang]
    sure = f"{change.confidence:.2f}" if change.confidence is not None else "?"
    return " ".join((words[0], words[1] if case.waiting or case.reviews else "", sure, *map(str, change.flags)))


def _headline(change: Change, lang: Lang) -> str:
    return prose.headline(change, lang)
