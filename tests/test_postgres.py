"""The databases that the tests stand on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect, text

from core.db import Database
from core.migrations import behind
from tests.postgres import Postgres, Stock, postgres_server


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


@pytest.fixture
def stock(postgres: Postgres) -> Stock:
    template = postgres.create()
    _do(postgres, template, "CREATE TABLE visitors (id serial PRIMARY KEY, name text)")
    _do(postgres, template, "ALTER SEQUENCE visitors_id_seq RESTART WITH 1001")
    _do(postgres, template, "CREATE TABLE version (number text)", "INSERT INTO version VALUES ('1')")
    return Stock(postgres, template)


def _do(server: Postgres, database: str, *statements: str) -> None:
    with psycopg.connect(server.url(database), autocommit=True) as conn:
        for statement in statements:
            conn.execute(statement)


def test_what_is_handed_out_again_holds_nothing_and_counts_from_where_it_did(postgres: Postgres, stock: Stock) -> None:
    add = "INSERT INTO visitors (name) VALUES ('Eva')"
    with stock.lend() as first:
        _do(postgres, first, add, add)
    with stock.lend() as again, psycopg.connect(postgres.url(again)) as conn:
        assert conn.execute("SELECT id FROM visitors").fetchall() == []
        assert conn.execute(f"{add} RETURNING id").fetchone() == (1001,)
    assert again == first


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE visitors DROP COLUMN name",
        "ALTER TABLE visitors ALTER name SET NOT NULL",
        "GRANT SELECT ON visitors TO PUBLIC",
        "CREATE INDEX mine ON visitors (name)",
        "ALTER TABLE visitors ADD CHECK (name <> '')",
        "UPDATE version SET number = '2'",
        "INSERT INTO version VALUES ('2')",
        "DROP TABLE visitors",
    ],
)
def test_one_that_was_altered_is_not_handed_out_again(postgres: Postgres, stock: Stock, change: str) -> None:
    with stock.lend() as first:
        _do(postgres, first, change)
    with stock.lend() as other:
        assert other != first


def test_nobody_of_the_test_before_is_still_in_it(postgres: Postgres, stock: Stock) -> None:
    with stock.lend() as first:
        conn = psycopg.connect(postgres.url(first))
        conn.execute("LOCK TABLE visitors")
    with stock.lend() as again:
        _do(postgres, again, "SELECT * FROM visitors")
    with pytest.raises(psycopg.OperationalError):
        conn.execute("SELECT 1")
    conn.close()


def test_two_at_once_have_two(stock: Stock) -> None:
    with stock.lend() as one, stock.lend() as other:
        assert one != other


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
