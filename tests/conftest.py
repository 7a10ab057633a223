"""Both databases for every test that keeps something: SQLite in a file, and a real PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.db import Database
from core.migrations import upgrade
from tests.house import House, open_house
from tests.postgres import Postgres, postgres_server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own, on SQLite and then on PostgreSQL: every table in place, nothing in them."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copyfile(template, tmp_path / 'desk.db')}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        yield from _database(server, request.getfixturevalue("postgres_template"))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own without any table, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        yield from _database(request.getfixturevalue("postgres"), "template0")


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """For what only PostgreSQL has (several processes): a database with every table, nothing in them."""
    yield from _database(postgres, postgres_template)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the session (with xdist, one for each worker); half a second, and only if a test asks for it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    name = postgres.create()
    _fill(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "desk.db"
    _fill(f"sqlite:///{file}")
    return file


def _fill(url: str) -> None:
    database = Database(url)
    try:
        upgrade(database)
    finally:
        database.close()


def _database(server: Postgres, template: str) -> Iterator[str]:
    name = server.create(template)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """A desk with its rooms, on either database; people and time are moved by hand."""
    with open_house(database_url) as house:
        yield house
