"""A desk's rows as lines of text, and back: the same on both databases, so that a desk can also move from one to the other.

What a backup holds is read in one snapshot, while the desk goes on working.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import Column, Connection, Table, bindparam, func, inspect, select, text

from core.db import Database, Moment
from core.files import FileState, attachments
from core.migrations import NewerStore, revision, revisions, upgrade_on, whole_metadata

AT_ONCE: Final = 1_000
"""Rows in memory at a time."""
_STILL: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"


class NotEmpty(Exception):
    """There is something in the database already: *table*."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class NoRow(Exception):
    """A line is no row of *table*."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class Empty(Exception):
    """There is no desk in the database."""


@dataclass(frozen=True)
class Kept:
    """A table as it was: how many rows, and the last id that was given out, whether or not its row is still there."""

    rows: int
    last: int


@dataclass(frozen=True)
class Rows:
    """All rows of a desk. *revision*: the step of the schema. *files*: the keys of the attachments whose bytes are kept."""

    revision: str
    tables: Mapping[str, Kept]
    files: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return sum(kept.rows for kept in self.tables.values())


class Writes(Protocol):
    def write(self, line: bytes, /) -> object: ...


def save(database: Database, onto: Callable[[str], AbstractContextManager[Writes]]) -> Rows:
    """Write each table's rows *onto* what is opened by its name, all as they were at one moment. Raises Empty."""
    whole_metadata()
    with database.read() as conn:
        if conn.dialect.name == "postgresql":  # before anything is read; SQLite's snapshot holds still anyway
            conn.exec_driver_sql(_STILL)
        if (at := revision(conn)) is None:
            raise Empty
        kept = {}
        for table in _tables(conn):
            with onto(table.name) as out:
                kept[table.name] = Kept(_write(conn, table, out), _last_id(conn, table))
        return Rows(at, kept, _stored(conn))


def restore(database: Database, rows: Rows, lines_of: Callable[[str], Iterable[bytes]]) -> None:
    """Fill an empty database with *rows*, and bring it up to date; all of it, or nothing.

    Raises NotEmpty, NewerStore, NoRow.
    """
    whole_metadata()
    if rows.revision not in revisions():
        raise NewerStore(rows.revision)
    with database.write() as conn:
        _must_be_empty(conn)
        upgrade_on(conn, rows.revision)
        for table in _tables(conn):
            if table.name in rows.tables:
                _fill(conn, table, lines_of(table.name))
                _go_on_after(conn, table, rows.tables[table.name].last)
        upgrade_on(conn)


def _tables(conn: Connection) -> tuple[Table, ...]:
    """The desk's tables that there are, each after those it leads to: a database may be older than the program."""
    there = set(inspect(conn).get_table_names())
    return tuple(table for table in whole_metadata().sorted_tables if table.name in there)


def _write(conn: Connection, table: Table, out: Writes) -> int:
    rows = conn.execute(select(*_columns(conn, table)).order_by(table.c.id), execution_options={"yield_per": AT_ONCE})
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007  the last one is the count
        out.write(json.dumps(dict(row._mapping), ensure_ascii=False, default=_plain).encode() + b"\n")
    return count


def _stored(conn: Connection) -> tuple[str, ...]:
    stored = select(attachments.c.key).where(attachments.c.state == FileState.STORED).order_by(attachments.c.id)
    return tuple(conn.execute(stored).scalars())


def _last_id(conn: Connection, table: Table) -> int:
    """Ids of what was erased are never given again."""
    highest = conn.execute(select(func.max(table.c.id))).scalar() or 0
    return max(int(highest), _given_out(conn, table) or 0)


def _given_out(conn: Connection, table: Table) -> int | None:
    if conn.dialect.name == "postgresql":
        asked = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, 'id')::regclass)")
    else:
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    found: int | None = conn.execute(asked, {"table": table.name}).scalar()
    return found


def _must_be_empty(conn: Connection) -> None:
    for table in _tables(conn):
        if conn.execute(select(table.c.id).limit(1)).first():
            raise NotEmpty(table.name)


def _fill(conn: Connection, table: Table, given: Iterable[bytes]) -> None:
    columns = {column.name: column for column in _columns(conn, table)}
    own = _own(table)
    leading: list[dict[str, Any]] = []
    for rows in _in_parts(_row(table, columns, one) for one in given):
        conn.execute(table.insert(), [{**row, **dict.fromkeys(own & row.keys())} for row in rows])
        leading += [row for row in rows if any(row.get(name) for name in own)]
    for row in leading:  # to rows of the same table, which are all there by now
        values = {name: row[name] for name in own & row.keys()}
        conn.execute(table.update().where(table.c.id == bindparam("this")).values(values), {"this": row["id"]})


def _go_on_after(conn: Connection, table: Table, last: int) -> None:
    if not last:
        return
    if conn.dialect.name == "postgresql":
        conn.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"), {"table": table.name, "last": last}
        )
        return
    given = {"table": table.name, "last": last}
    if not conn.execute(text("UPDATE sqlite_sequence SET seq = :last WHERE name = :table"), given).rowcount:
        conn.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), given)


def _columns(conn: Connection, table: Table) -> list[Column[Any]]:
    there = {column["name"] for column in inspect(conn).get_columns(table.name)}
    return [column for column in table.c if column.name in there]


def _own(table: Table) -> set[str]:
    """The columns that lead to rows of *table* itself."""
    return {column.name for column in table.c for key in column.foreign_keys if key.column.table is table}


def _in_parts(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no value of a column: {type(value).__name__}")


def _row(table: Table, columns: Mapping[str, Column[Any]], line: bytes) -> dict[str, Any]:
    try:
        values = json.loads(line)
        return {name: _read(columns[name])(value) for name, value in values.items()}
    except (ValueError, KeyError, AttributeError, TypeError):  # they would quote what somebody wrote
        raise NoRow(table.name) from None


def _read(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, Moment):
        return lambda value: datetime.fromisoformat(value) if value is not None else None
    return lambda value: value
