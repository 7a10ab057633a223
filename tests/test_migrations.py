"""The migrations, on both databases."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, inspect, select, text
from sqlalchemy.schema import Table

from core.db import Database, Moment, Tx
from core.migrations import NewerStore, behind, revisions, try_out, upgrade, upgrade_on, whole_metadata
from core.migrations.new import write_step
from core.people.tables import customers
from core.tickets.tables import tickets
from tests.house import Dice

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(bare_database_url: str) -> Iterator[Database]:
    database = Database(bare_database_url)
    yield database
    database.close()


def test_the_migrated_schema_is_that_of_the_tables(database: Database) -> None:
    upgrade(database)
    with database.write() as conn:
        context = MigrationContext.configure(conn)
        assert compare_metadata(context, whole_metadata()) == []


def test_partial_indexes_keep_their_conditions(database: Database) -> None:
    upgrade(database)
    with database.read() as conn:
        made = {index["name"]: index["dialect_options"] for index in inspect(conn).get_indexes("outbox")}
    for index in whole_metadata().tables["outbox"].indexes:
        wanted = index.dialect_options[database.url.get_backend_name()]["where"]
        found = made[index.name].get(f"{database.url.get_backend_name()}_where")
        assert (wanted is None) == (found is None)


def test_every_number_on_sqlite_is_used_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/desk.db")
    upgrade(database)
    with database.read() as conn:
        made = dict(conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
    database.close()
    with_ids = [table.name for table in whole_metadata().tables.values() if "id" in table.primary_key.columns]
    assert all("AUTOINCREMENT" in made[name] for name in with_ids)


def _row(table: Table, **values: object) -> dict[str, object]:
    """Something for every column that must have it."""
    fill = {"VARCHAR": "x", "TEXT": "x", "INTEGER": 0, "BIGINT": 0, "BOOLEAN": False, "DATETIME": NOW, "JSON": {}}
    needed = [c for c in table.columns if not c.nullable and not c.primary_key and c.server_default is None]
    return {c.name: fill[str(c.type).partition("(")[0]] for c in needed} | values


def test_the_first_ticket_is_1001(database: Database) -> None:
    upgrade(database)
    with database.write() as conn:
        tx = Tx(conn, NOW, Dice())
        customer = tx.add(customers, **_row(customers))
        numbers = [tx.add(tickets, **_row(tickets, customer_id=customer)) for _ in range(2)]
    assert numbers == [1001, 1002]


def test_upgrading_again_changes_nothing(database: Database) -> None:
    upgrade(database)
    upgrade(database)
    with database.read() as conn:
        assert behind(conn) is False


def test_an_empty_database_is_neither_behind_nor_up_to_date(database: Database) -> None:
    with database.read() as conn:
        assert behind(conn) is None


def test_a_database_of_a_newer_program_is_refused_and_left_alone(database: Database) -> None:
    upgrade(database)
    with database.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerStore) as refused:
        upgrade(database)
    assert refused.value.revision == "9999"
    with database.read() as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_trying_out_leaves_nothing_behind(database: Database) -> None:
    upgrade(database)
    assert try_out(database) is False
    with database.read() as conn:
        assert not inspect(conn).has_table("sportello_tries_to_write")


def _upgrade_in_a_process(url: str, start: multiprocessing.synchronize.Barrier) -> None:
    database = Database(url)
    start.wait(30)
    upgrade(database)
    database.close()


def test_processes_that_upgrade_at_once_do_not_disturb_each_other(bare_database_url: str) -> None:
    processes = multiprocessing.get_context("spawn")
    start = processes.Barrier(3)
    running = [processes.Process(target=_upgrade_in_a_process, args=(bare_database_url, start)) for _ in range(3)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0, 0, 0]
    database = Database(bare_database_url)
    with database.read() as conn:
        assert behind(conn) is False
    database.close()


def test_a_step_that_fails_leaves_the_database_as_it_was(database: Database) -> None:
    upgrade(database)
    with database.write() as conn:
        conn.execute(text("DELETE FROM alembic_version"))
        conn.execute(text("DROP TABLE alerts"))
    with pytest.raises(Exception, match="exists"):
        upgrade(database)
    with database.read() as conn:
        assert not inspect(conn).has_table("alerts")


def test_the_steps_are_numbered_one_after_the_other() -> None:
    assert [int(number) for number in revisions()] == list(range(1, len(revisions()) + 1))


def test_a_new_step_holds_nothing_where_no_table_has_changed(tmp_path: Path) -> None:
    step = write_step("nothing has changed", tmp_path)
    written = step.read_text(encoding="utf-8")
    assert step.name == f"{len(revisions()) + 1:04}_nothing_has_changed.py"
    assert "op." not in written.partition("def upgrade")[2]


def test_a_new_step_holds_a_column_that_was_added(tmp_path: Path) -> None:
    table = whole_metadata().tables["alerts"]
    column = Column("seen_at", Moment)
    table.append_column(column)
    written = write_step("seen", tmp_path).read_text(encoding="utf-8")
    table._columns.remove(column)
    assert 'sa.Column("seen_at", Moment(), nullable=True)' in written.replace("'", '"')


# From each earlier step, with a desk in it


def _tables_at(conn: Connection) -> list[Table]:
    """The tables that there are, as they are, each after those it leads to."""
    found = MetaData()
    found.reflect(conn)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _fill(conn: Connection) -> dict[str, list[dict[str, Any]]]:
    """Put a row into each table, which leads to the others' where it must. Returns all, as they then read."""
    made: dict[str, int] = {}
    for table in (tables := _tables_at(conn)):
        leads = {
            column.name: made[key.column.table.name]
            for column in table.c
            for key in column.foreign_keys
            if key.column.table is not table
        }
        own = {column.name for column in table.c for key in column.foreign_keys if key.column.table is table}
        values = {c.name: leads.get(c.name, _something(c)) for c in table.c if c.name not in own | {"id"}}
        made[table.name] = conn.execute(table.insert().values(values).returning(table.c.id)).scalar_one()
    return {table.name: _rows(conn, table) for table in tables}


def _something(column: Column[Any]) -> object:
    """A value of the column's type that is none of its defaults."""
    kind = str(column.type).partition("(")[0].partition(" ")[0]
    length = getattr(column.type, "length", None) or 20
    fill = {
        "INTEGER": 7,
        "BIGINT": 7,
        "BOOLEAN": True,
        "JSON": {"v": 1, "said": "Città"},
        "JSONB": {"v": 1, "said": "Città"},
    }
    moments = {"DATETIME": NOW, "TIMESTAMP": NOW}
    return {**fill, **moments}.get(kind, f"{column.name} è"[:length])


def _rows(conn: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in conn.execute(select(table).order_by(table.c.id))]


def _now_at(database: Database, step: str) -> dict[str, list[dict[str, Any]]]:
    with database.write() as conn:
        upgrade_on(conn, step)
        return _fill(conn)


@pytest.mark.parametrize("step", revisions()[:-1])
def test_from_an_earlier_step_every_row_stays_as_it_was(database: Database, step: str) -> None:
    before = _now_at(database, step)
    upgrade(database)
    with database.read() as conn:
        after = {table.name: _rows(conn, table) for table in _tables_at(conn)}
    kept = {name: [{column: row[column] for column in before[name][0]} for row in after[name]] for name in before}
    assert kept == before


@pytest.mark.parametrize("step", revisions()[:-1])
def test_from_an_earlier_step_the_schema_becomes_that_of_the_tables(database: Database, step: str) -> None:
    _now_at(database, step)
    upgrade(database)
    with database.write() as conn:
        assert compare_metadata(MigrationContext.configure(conn), whole_metadata()) == []


@pytest.mark.parametrize("step", revisions()[1:])
def test_a_step_takes_nothing_away_that_the_version_before_may_still_use(database: Database, step: str) -> None:
    """Old and new run side by side while an upgrade rolls: what is added may be left out, and nothing goes."""
    earlier = revisions()[revisions().index(step) - 1]
    with database.write() as conn:
        upgrade_on(conn, earlier)
        before = {table.name: {column.name: column.nullable for column in table.c} for table in _tables_at(conn)}
        upgrade_on(conn, step)
        after = {table.name: table.c for table in _tables_at(conn)}
    for name, columns in before.items():
        assert columns.keys() <= set(after[name].keys())
        added = [column for column in after[name] if column.name not in columns]
        assert [column.name for column in added if not (column.nullable or column.server_default)] == []
