"""A database made by an earlier version keeps every row; one made by a later version is left alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, text

import service
from service.database import open_database
from service.errors import StoreError
from service.records import Action, NoticeReference
from service.schema import GRAMS, TABLES, VERSION_TABLE, VERSIONS
from service.store import Query, Store
from tests.make import change, china, notice

FIRST_VERSION = Path(__file__).parent / "databases" / "first-version.sql"
NOW = china(2024, 10, 26)


def rows(url: str) -> dict[str, set[Any]]:
    """Every row of every table."""
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine, only=lambda name, _: not name.startswith(GRAMS))
    with engine.connect() as connection:
        found = {
            name: {tuple(row) for row in connection.execute(table.select())} for name, table in tables.tables.items()
        }
    engine.dispose()
    return found


def write_first_version(url: str) -> None:
    """The database of ``first-version.sql``, whichever kind ``url`` names; on PostgreSQL by the migration's tables."""
    dumped = sqlite3.connect(":memory:")
    dumped.executescript(FIRST_VERSION.read_text("utf-8"))
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as written:
            dumped.backup(written)
        written.close()
        dumped.close()
        return
    open_database(url, version="0001").close()
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine)
    dumped.row_factory = sqlite3.Row
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name != VERSION_TABLE:
                given = [dict(row) for row in dumped.execute(f"SELECT * FROM {table.name}")]  # noqa: S608 - our tables
                connection.execute(table.insert(), [_typed(row) for row in given])
        connection.execute(text("SELECT setval('revisions_position_seq', 3), setval('polls_id_seq', 2)"))
    engine.dispose()
    dumped.close()


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """SQLite has no booleans."""
    flags = {"cancelled", "lasting", "after_works"}
    return {name: bool(value) if name in flags else value for name, value in row.items()}


def test_an_upgrade_keeps_every_row(empty_database_url: str) -> None:
    write_first_version(empty_database_url)
    before = rows(empty_database_url)
    Store.open(empty_database_url).close()
    after = rows(empty_database_url)
    assert {name: after[name] for name in before if name != VERSION_TABLE} == {
        name: found for name, found in before.items() if name != VERSION_TABLE
    }
    assert [len(before[name]) for name in ("notices", "revisions", "polls", "keys")] == [2, 3, 2, 1]
    assert after[VERSION_TABLE] == {(VERSIONS[-1],)}


def test_an_upgraded_database_is_worked_with_as_before(empty_database_url: str) -> None:
    write_first_version(empty_database_url)
    store = Store.open(empty_database_url)
    moved, other = store.changes(Query(), NOW).revisions
    assert (moved.position, moved.change.action, moved.change.validity.end) == (3, Action.EXTEND, china(2025, 1, 16))
    assert [revision.change.id for revision in store.of_notice("notice-1")] == [other.change.id, moved.change.id]
    assert [each.id for each in store.witnesses(moved.change.id)] == ["notice-1", "notice-2"]
    assert store.key_named("0" * 64) == "editor"
    assert [poll.error for poll in store.polls("inbox")] == ["expected a page, found nothing", None]
    assert not store.add(notice(), [change()], NOW).new
    cancelled = change(action=Action.CANCEL, notice=NoticeReference(id="notice-3", published=NOW.date()))
    (revision,) = store.add(notice(id="notice-3", published=NOW.date()), [cancelled], NOW).revisions
    assert (revision.change.id, revision.change.revision, revision.position) == (moved.change.id, 2, 4)
    store.close()


def test_a_new_database_has_the_tables_that_the_program_expects(empty_database_url: str) -> None:
    Store.open(empty_database_url).close()
    engine = create_engine(empty_database_url)
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "include_name": lambda name, *_: not str(name).startswith(GRAMS)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, TABLES) == []
    engine.dispose()


def test_the_versions_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(service.__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in reversed(list(scripts.walk_revisions()))) == VERSIONS


def test_a_database_of_a_newer_program_is_left_alone(empty_database_url: str) -> None:
    Store.open(empty_database_url).close()
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0999'"))  # noqa: S608 - our constant
    engine.dispose()
    before = rows(empty_database_url)
    with pytest.raises(StoreError, match=f"expected a database of version {VERSIONS[-1]} or older, found version 0999"):
        Store.open(empty_database_url)
    assert rows(empty_database_url) == before


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///{folder}/notes.txt", "found: file is not a database"),
        ("sqlite:///{folder}/notes.txt/test.db", "expected a folder that can be written to, found: "),
        ("sqlite:///{folder}/other.db", "found: table notices already exists"),
        ("sqlite:////proc/test.db", "found: unable to open database file"),
        ("sqlite://", "expected a database URL as sqlite:///PATH or postgresql://HOST/NAME, found 'sqlite://'"),
        ("tollfeed.db", "found 'tollfeed.db'"),
        ("mysql://root:secret@localhost/toll", r"found 'mysql://root:\*\*\*@localhost/toll'"),
        ("postgresql://me:secret@/toll?host={folder}", r"postgresql\+psycopg://me:\*\*\*@/toll.* found: "),
    ],
    ids=["text", "no-folder", "other-tables", "read-only", "in-memory", "no-url", "other-kind", "no-server"],
)
def test_what_cannot_be_opened_is_said(url: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database, but long enough to look at" * 40)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE notices (theirs TEXT)")
    other.close()
    with pytest.raises(StoreError, match=expected):
        Store.open(url.format(folder=tmp_path))


def test_several_processes_may_create_one_database(empty_database_url: str) -> None:
    program = "import sys; from service.store import Store; Store.open(sys.argv[1]).close()"
    started = [subprocess.Popen([sys.executable, "-c", program, empty_database_url]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    Store.open(empty_database_url).close()


def test_opening_a_current_database_does_not_load_the_migrations(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    Store.open(url).close()
    program = "import sys; from service.store import Store; Store.open(sys.argv[1]); sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program, url], check=False).returncode == 0
