"""Both databases for every test that keeps something: SQLite in a file, and a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from core.db import Database
from core.migrations import upgrade
from tests.house import House, open_house
from tests.postgres import Postgres, Stock, postgres_server

settings.register_profile("untimed", deadline=None)  # speed is measured by the benches: a busy machine proves nothing
settings.load_profile("untimed")

MEMORY, ROOM = Path("/dev/shm"), 2 << 30
"""Where Linux keeps files in memory, and how much must be free there."""


def pytest_configure() -> None:
    """Tests keep their files in memory where that can be: what they write is synced as it is anywhere, but waits for no disk."""
    if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, on SQLite and then on PostgreSQL: every table in place, nothing in them."""
    if request.param == "sqlite":
        yield f"sqlite:///{_new(request.getfixturevalue('sqlite_template'))}"
    else:
        yield request.getfixturevalue("postgres_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own without any table, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        name = server.create()
        yield server.url(name)
        server.drop(name)


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_stock: Stock) -> Iterator[str]:
    """For what only PostgreSQL has (several processes): a database with every table, nothing in them."""
    with postgres_stock.lend() as name:
        yield postgres.url(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the session (with xdist, one for each worker); half a second, and only if a test asks for it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_stock(postgres: Postgres) -> Stock:
    template = postgres.create()
    _fill(postgres.url(template))
    return Stock(postgres, template)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "desk.db"
    _fill(f"sqlite:///{file}")
    return file


def _new(template: Path) -> Path:
    """Copy the template, always to the same place, where no test has been yet: tests.house.database_at."""
    for left in template.parent.glob("one.db*"):
        left.unlink()
    return Path(shutil.copyfile(template, template.with_name("one.db")))


def _fill(url: str) -> None:
    database = Database(url)
    try:
        upgrade(database)
    finally:
        database.close()


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """A desk with its rooms, on either database; people and time are moved by hand."""
    with open_house(database_url) as house:
        yield house
