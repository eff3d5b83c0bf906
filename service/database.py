"""A database opened: SQLite or PostgreSQL by URL, migrated where it is older, every failure a ``StoreError``.

The surprising thing: a writer says so before it begins. SQLite then takes the write lock at once (a lock taken later
loses updates or fails half-way), PostgreSQL an advisory lock, so that positions grow in the order of commits on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import Error as SQLiteError
from sqlite3 import connect as sqlite_connect
from time import monotonic, sleep
from typing import Any, ClassVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.errors import StoreError
from service.schema import VERSION_TABLE, VERSIONS

_WAIT_FOR_WRITERS = 30
_WAIT_FOR_SERVER = 10
"""Seconds: for another writer on SQLite to end, for PostgreSQL to let us in."""

_LOOK_AT_FILE = 0.01
_LOOK_AT_SERVER = 1.0
"""Seconds after which to look again whether another process wrote."""

_WRITERS_LOCK = 0x746F6C6C
"""The advisory lock that writers on PostgreSQL take one after another ("toll")."""


class Database:
    """Connections to one database that has this program's tables."""

    # Of all databases of this process together, since several may be open on one file.
    _commits: ClassVar[int] = 0

    def __init__(self, engine: Engine) -> None:
        """Keep ``engine``; use :func:`open_database`."""
        self._reader = engine
        self._writer = engine.execution_options(writes=True)
        self._watch: SQLiteConnection | None = None
        self._look_again = 0.0
        self._seen = 0

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from.

        Raises:
            StoreError: the database cannot be reached or read.
        """
        with _in_words(self._reader.url), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer can come between, committed at the end.

        Raises:
            StoreError: the database cannot be reached or written to; nothing is kept.
        """
        with _in_words(self._writer.url), self._writer.begin() as connection:
            yield connection
        # Behind the commit: whoever finds another number also finds what was written.
        Database._commits += 1

    def stamp(self) -> tuple[int, int]:
        """Another one than before if anything was written since; it costs less than a microsecond. Of one thread only.

        What this process writes counts at once, what others write within 10 ms on SQLite. PostgreSQL would have to be
        asked over a network; there every second counts, in which another process may have written.

        Raises:
            StoreError: the database cannot be read.
        """
        moment = monotonic()
        if moment >= self._look_again:
            self._look_again = moment + (_LOOK_AT_FILE if self.stamps_tell else _LOOK_AT_SERVER)
            self._seen = self._data_version() if self.stamps_tell else self._seen + 1
        return Database._commits, self._seen

    @property
    def stamps_tell(self) -> bool:
        """True where a stamp stays the same until somebody writes, so that no other question is needed."""
        return self._reader.dialect.name == "sqlite"

    def _data_version(self) -> int:
        """Another number once another connection wrote (sqlite.org/pragma.html#pragma_data_version)."""
        try:
            if self._watch is None:
                self._watch = self._watching()
            (version,) = self._watch.execute("PRAGMA data_version").fetchone()
        except SQLiteError as error:
            raise _unreadable(self._reader.url, error) from error
        return int(version)

    def _watching(self) -> SQLiteConnection:
        # Not of the pool. Rather than wait (timeout) a question fails: whoever asks has others to answer meanwhile.
        (path,), given = self._reader.dialect.create_connect_args(self._reader.url)
        options: dict[str, Any] = {**given, "timeout": 0, "check_same_thread": False}
        watch: SQLiteConnection = sqlite_connect(path, **options)
        return watch

    def close(self) -> None:
        """Give the connections back."""
        if self._watch is not None:
            self._watch.close()
        self._reader.dispose()


def open_database(url: str, version: str = VERSIONS[-1]) -> Database:
    """Connect, create the tables where there are none, migrate them up to ``version`` where they are older.

    Raises:
        StoreError: the URL is no such URL, the database cannot be reached or written to, is no database, or is
            newer than this program.
    """
    address = _address(url)
    with _in_words(address):
        database = Database(_engine(address))
        try:
            _migrate(database, version)
        except BaseException:  # an interrupt too leaves no connection open
            database.close()
            raise
        return database


def _address(url: str) -> URL:
    expected = "expected a database URL as sqlite:///PATH or postgresql://HOST/NAME"
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise StoreError(f"{expected}, found {url!r}") from error
    found = address.render_as_string(hide_password=True)
    backend = address.get_backend_name()
    if backend not in ("sqlite", "postgresql") or (backend == "sqlite" and address.database in (None, "", ":memory:")):
        raise StoreError(f"{expected}, found {found!r}")
    return address


def _engine(address: URL) -> Engine:
    if address.get_backend_name() == "postgresql":
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": _WAIT_FOR_SERVER},
            pool_pre_ping=True,
        )
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    path = Path(str(address.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: expected a folder that can be written to, found: {error}") from error
    engine = create_engine(address, connect_args={"timeout": _WAIT_FOR_WRITERS})
    event.listen(engine, "connect", _connect_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect_sqlite(connection: SQLiteConnection, _record: Any) -> None:
    # Off, since the driver's own BEGIN comes only at the first write: too late, see above.
    connection.isolation_level = None
    _keep_log_ahead(connection)
    connection.execute("PRAGMA foreign_keys = ON")


def _keep_log_ahead(connection: SQLiteConnection) -> None:
    """Let readers go on while another writes (sqlite.org/wal.html).

    Of several processes that ask this of a new file, SQLite refuses all but one at once instead of letting them wait.
    """
    end = monotonic() + _WAIT_FOR_WRITERS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except SQLiteError as error:
            if getattr(error, "sqlite_errorcode", None) != SQLITE_BUSY or monotonic() >= end:
                raise
            sleep(_LOOK_AT_FILE)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes"))


def _migrate(database: Database, version: str) -> None:
    with database.reading() as connection:
        if _version(connection) == version:
            return
    with database.writing() as connection:
        found = _version(connection)  # again, as another process may have migrated since
        if found is None or found < version:
            _upgrade(connection, version)


def _version(connection: Connection) -> str | None:
    """The version of the database; None where it has none of this program's tables."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - our constant
    if found is not None and found not in VERSIONS:
        name = connection.engine.url.render_as_string(hide_password=True)
        raise StoreError(
            f"{name}: expected a database of version {VERSIONS[-1]} or older, found version {found}: "
            "it was written by a newer tollfeed; install that, or open another database"
        )
    return str(found) if found is not None else None


def _upgrade(connection: Connection, version: str) -> None:
    # Here, as Alembic takes 0.1 s to import and an open database rarely needs it.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    command.upgrade(config, version)


@contextmanager
def _in_words(address: URL) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        raise _unreadable(address, error.orig if isinstance(error, DBAPIError) else error) from error


def _unreadable(address: URL, found: BaseException | None) -> StoreError:
    name = address.render_as_string(hide_password=True)
    return StoreError(f"{name}: expected a database that can be read and written, found: {found}")
