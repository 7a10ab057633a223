"""The databases that the tests stand on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect, text

from core.db import Database
from core.migrations import behind
from tests.postgres import Postgres, postgres_server


@pytest.fixture
def connection(postgres_url: str):
    with psycopg.connect(postgres_url) as conn:
        yield conn


def test_what_a_test_writes_can_be_read_back(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE visitors (name text)")
    connection.execute("INSERT INTO visitors VALUES ('Eva')")
    assert connection.execute("SELECT name FROM visitors").fetchall() == [("Eva",)]


def test_accents_have_upper_case(connection: psycopg.Connection) -> None:
    assert connection.execute("SELECT upper('perché')").fetchone() == ("PERCHÉ",)


def test_two_databases_of_one_server_know_nothing_of_each_other(postgres: Postgres) -> None:
    one, other = postgres.create(), postgres.create()
    with psycopg.connect(postgres.url(one)) as conn:
        conn.execute("CREATE TABLE mine (id int)")
    with psycopg.connect(postgres.url(other)) as conn:
        assert conn.execute("SELECT to_regclass('mine')").fetchone() == (None,)


def test_a_database_comes_with_every_table_and_no_row(database_url: str) -> None:
    database = Database(database_url)
    with database.read() as conn:
        assert behind(conn) is False
        assert conn.execute(text("SELECT count(*) FROM tickets")).scalar() == 0
    database.close()


def test_a_bare_database_has_no_table(bare_database_url: str) -> None:
    database = Database(bare_database_url)
    with database.read() as conn:
        assert inspect(conn).get_table_names() == []
    database.close()


def test_a_durable_server_syncs_every_commit() -> None:
    with postgres_server(durable=True) as server, psycopg.connect(server.url()) as conn:
        assert conn.execute("SHOW fsync").fetchone() == ("on",)
        assert conn.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_server_leaves_no_process_and_no_file_behind() -> None:
    with postgres_server() as server:
        number = int((server.folder / "data/postmaster.pid").read_text().split()[0])
    assert not server.folder.exists()
    assert not Path(f"/proc/{number}").exists()
