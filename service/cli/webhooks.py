"""webhooks: what operators do with the webhooks of all keys: look, replay, disable, enable, delete."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import AsJson, Data, Database, now, printable, settings
from service.errors import SetupError
from service.records import CHINA

if TYPE_CHECKING:
    from service.store import Store
    from service.webhooks import Webhook

app = typer.Typer(
    help="Webhooks of all keys: see them, replay, disable, delete. 推送（Webhook）管理。", no_args_is_help=True
)

_MOST = 10_000

Id = Annotated[str, typer.Argument(metavar="ID", help="The webhook, as the list names it. 编号。")]


@contextmanager
def _store(data: Path | None, database: str | None) -> Iterator[Store]:
    from service.store import Store

    with closing(Store.open(settings(data=data, database=database).database_url)) as store:
        yield store


@app.command(name="list")
def list_command(as_json: AsJson = False, data: Data = None, database: Database = None) -> None:
    """List the webhooks of all keys, how they do and what waits for them. 列出全部 Webhook。"""
    with _store(data, database) as store:
        found = [(each, store.backlog(each.id)) for each in store.webhooks()]
    if as_json:
        listed = [
            {
                "id": each.id,
                "owner": each.owner,
                "url": each.url,
                "filter": each.filter,
                "state": _state(each),
                "reason": each.reason,
                "delivered": _time(each.delivered),
                "waiting": backlog.waiting,
                "dead": backlog.dead,
            }
            for each, backlog in found
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for each, backlog in found:
        counts = f"{backlog.waiting} waiting, {backlog.dead} dead"
        print(printable(f"{each.id}  {each.owner}  {_state(each)}  {each.url}  {counts}  {each.reason or ''}".rstrip()))
    if not found:
        print("No webhook. 没有 Webhook。")


@app.command()
def dead(webhook_id: Id, as_json: AsJson = False, data: Data = None, database: Database = None) -> None:
    """List the dead letters of a webhook: messages that were tried ten times in vain. 列出未能送达的消息。"""
    with _store(data, database) as store:
        _known(store, webhook_id)
        found = store.deliveries(webhook_id, dead=True, after=0, limit=_MOST)
    if as_json:
        listed = [
            {"message": each.message_id, "type": each.type, "change": each.change_id, "error": each.error}
            for each in found
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for each in found:
        print(printable(f"{each.message_id}  {each.type}  {each.change_id or ''}  {each.error or ''}".rstrip()))
    if not found:
        print("No dead letter. 没有未送达的消息。")


@app.command()
def replay(
    webhook_id: Id,
    messages: Annotated[
        list[str] | None, typer.Argument(metavar="MESSAGE", help="Which; all unless given. 消息编号，默认全部。")
    ] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Send dead letters again. 重新发送。"""
    with _store(data, database) as store:
        _known(store, webhook_id)
        number = store.replay(webhook_id, now(), messages or None)
    print(f"{number} messages are sent again. 重新发送{number}条。")


@app.command()
def disable(webhook_id: Id, data: Data = None, database: Database = None) -> None:
    """Call a webhook no more, until it is enabled; it then learns what it missed. 停用。"""
    with _store(data, database) as store:
        if not store.disable_webhook(webhook_id, now(), "disabled by the operator"):
            raise _unknown(webhook_id)
    print(f"Disabled. 已停用：{webhook_id}")


@app.command()
def enable(webhook_id: Id, data: Data = None, database: Database = None) -> None:
    """Call a webhook again, without a challenge, from where it was left. 恢复。"""
    with _store(data, database) as store:
        if not store.enable_webhook(webhook_id):
            raise _unknown(webhook_id)
    print(f"Enabled. 已恢复：{webhook_id}")


@app.command()
def delete(webhook_id: Id, data: Data = None, database: Database = None) -> None:
    """Forget a webhook and all that was to be sent to it. 删除。"""
    with _store(data, database) as store:
        if not store.delete_webhook(webhook_id):
            raise _unknown(webhook_id)
    print(f"Deleted. 已删除：{webhook_id}")


def _known(store: Store, webhook_id: str) -> None:
    if store.webhook(webhook_id) is None:
        raise _unknown(webhook_id)


def _unknown(webhook_id: str) -> SetupError:
    return SetupError(f"webhooks: expected the id of one, found {webhook_id!r}")


def _state(webhook: Webhook) -> str:
    if webhook.disabled:
        return "disabled"
    return "failing" if webhook.failing else "active"


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(CHINA).isoformat(timespec="seconds") if moment else None
