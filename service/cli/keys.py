"""keys: who may send announcements by HTTP."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import datetime
from typing import Annotated

import typer

from service.cli.options import AsJson, Data, Database, now, settings
from service.errors import SetupError
from service.records import CHINA

app = typer.Typer(
    help="Keys that let announcements in by HTTP (POST /v1/notices). 提交公告用的密钥。", no_args_is_help=True
)

_LONGEST_NAME = 100


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is; one name may have several. 使用者。")],
    data: Data = None,
    database: Database = None,
) -> None:
    """Make a key and print it, once: only its SHA-256 is kept. 新建密钥，只显示一次。"""
    from service.keys import fingerprint, new_key
    from service.store import Store

    if not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise typer.BadParameter(f"expected 1 to {_LONGEST_NAME} printable characters, found {name!r}")
    key = new_key()
    with closing(Store.open(settings(data=data, database=database).database_url)) as store:
        store.add_key(name, fingerprint(key), now())
    print(key)
    print("Keep it: it is not shown again. 请妥善保存，不再显示。", file=sys.stderr)


@app.command(name="list")
def list_keys(as_json: AsJson = False, data: Data = None, database: Database = None) -> None:
    """List the names that have a key, or had one. 列出密钥。"""
    from service.store import Store

    with closing(Store.open(settings(data=data, database=database).database_url)) as store:
        found = store.keys()
    if as_json:
        listed = [{"name": key.name, "created": _time(key.created), "revoked": _time(key.revoked)} for key in found]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for key in found:
        print(f"{key.name}: made {_time(key.created)}" + (f", revoked {_time(key.revoked)}" if key.revoked else ""))
    if not found:
        print("No key yet: POST /v1/notices is closed. 还没有密钥。")


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose keys. 使用者。")],
    data: Data = None,
    database: Database = None,
) -> None:
    """Let no key of that name in any more. 吊销密钥。"""
    from service.store import Store

    with closing(Store.open(settings(data=data, database=database).database_url)) as store:
        if not store.revoke_key(name, now()):
            raise SetupError(f"keys: expected a name that has a key in force, found {name!r}")
    print(f"Revoked. 已吊销：{name}")


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(CHINA).isoformat(timespec="seconds") if moment else None
