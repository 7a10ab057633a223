"""The store: SQLite in a file, or PostgreSQL. Transactions, and the column types that both databases agree on."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Executable,
    Integer,
    MetaData,
    Row,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from core.errors import Refusal

R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Json = JSON().with_variant(JSONB(), "postgresql")
"""A document with a version of its own inside ("v"); the order of its keys means nothing."""
Id = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both: SQLite's INTEGER PRIMARY KEY is one already."""


class Moment(TypeDecorator[datetime]):
    """An aware moment. Stored in UTC (SQLite keeps no zone); a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Chance(Protocol):
    """Where chance comes from: handed in, so that tests and the simulation can replay it."""

    def digits(self, n: int) -> str:
        """Return *n* decimal digits that nobody can guess."""

    def below(self, n: int) -> int:
        """Return an integer from 0 to *n* - 1."""


class Secrets:
    """Chance from the operating system."""

    def digits(self, n: int) -> str:
        return "".join(str(secrets.randbelow(10)) for _ in range(n))

    def below(self, n: int) -> int:
        return secrets.randbelow(n)


# Statements that every turn executes are built once: building one costs more than SQLite takes to carry it out.


@cache
def _adding(table: Table) -> Executable:
    return table.insert().returning(table.c.id)


@cache
def _returning(table: Table) -> Executable:
    return table.insert().returning(*table.c)


@cache
def _putting(table: Table) -> Executable:
    return table.insert()


@dataclass
class Left:
    """What a transaction leaves behind for whoever sends, once it is committed.

    *mine*: what was leased to this process at birth, to be sent at once without another look into the store.
    *others*: whether there is anything else to look for. *tickets*: those to which something happened, for the log.
    """

    mine: list[Any] = field(default_factory=list)
    others: bool = False
    tickets: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Tx:
    """One transaction, with the moment it happens at and what the desk was configured with.

    Queries are handed one as well; theirs is read-only. *sender*: to whom of this process what must be said may be leased
    at birth; "" where nobody is there to send it.
    """

    conn: Connection
    now: datetime
    chance: Chance
    rules: Mapping[type, Any] = field(default_factory=dict)
    sender: str = ""
    left: Left = field(default_factory=Left)

    def rule(self, kind: type[R]) -> R:
        """Return what the desk was configured with, by its type: `tx.rule(Policy)`."""
        return cast("R", self.rules[kind])

    def add(self, table: Table, **values: Any) -> int:
        """Insert one row and return its id."""
        return int(self.conn.execute(_adding(table), values).scalar_one())

    def added(self, table: Table, **values: Any) -> Row[Any]:
        """Insert one row and return it whole."""
        return self.conn.execute(_returning(table), values).one()

    def put(self, table: Table, **values: Any) -> None:
        """Insert one row whose id nobody asks for."""
        self.conn.execute(_putting(table), values)

    def put_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, in their order, whose ids nobody asks for."""
        if rows:
            self.conn.execute(_putting(table), list(rows))

    def one(self, query: Executable, **given: Any) -> Row[Any] | None:
        """Return the only row, or None. *given* fills the parameters of a statement that was built before."""
        return self.conn.execute(query, given).one_or_none()

    def all(self, query: Executable, **given: Any) -> list[Row[Any]]:
        return list(self.conn.execute(query, given).all())

    def value(self, query: Executable, **given: Any) -> Any:
        """Return the first column of the first row, or None."""
        return self.conn.execute(query, given).scalar()

    def run(self, statement: Executable, **given: Any) -> int:
        """Execute and return how many rows it touched."""
        return self.conn.execute(statement, given).rowcount

    @property
    def many_processes(self) -> bool:
        """Whether other processes may be writing at the same time (PostgreSQL)."""
        return self.conn.dialect.name == "postgresql"

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Do what is inside, or leave nothing of it behind: what it raises goes on, and all before it stays.

        A refusal that `keeps` leaves what it counted.
        """
        savepoint, mine = self.conn.begin_nested(), len(self.left.mine)
        try:
            yield
        except BaseException as error:
            if isinstance(error, Refusal) and error.keeps:
                savepoint.commit()
            else:
                savepoint.rollback()
                del self.left.mine[mine:]
            raise
        savepoint.commit()

    def lock(self, what: str, key: int) -> None:
        """Hold everybody else who asks for the same (*what*, *key*) until this transaction ends.

        SQLite needs nothing: BEGIN IMMEDIATE has already made this the only writer.
        """
        if self.many_processes:
            self.conn.execute(text("SELECT pg_advisory_xact_lock(hashtext(:what), :key)"), {"what": what, "key": key})


class Command(Protocol[T_co]):
    """Something to do; it carries itself out, so that its result is typed and there is no table to keep."""

    def carry_out(self, tx: Tx) -> T_co:
        """Do it inside *tx*. Raises a `Refusal` when it may not be done."""


class Query(Protocol[T_co]):
    """Something to know."""

    def answer(self, tx: Tx) -> T_co:
        """Look it up inside *tx*; never writes."""


class Database:
    """One engine, one writer at a time on SQLite, a small pool on PostgreSQL. *durable*: a SQLite file survives a power cut."""

    def __init__(self, url: str, *, pool: int = 5, durable: bool = True) -> None:
        self.url = make_url(url)
        self.engine = _sqlite(url, durable) if self.url.get_backend_name() == "sqlite" else _postgres(url, pool)
        self._writer = threading.Lock() if self.sqlite else None

    @property
    def sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """Where SQLite keeps it; None for PostgreSQL, and for one in memory."""
        return Path(self.url.database) if self.sqlite and self.url.database not in (None, "", ":memory:") else None

    @property
    def place(self) -> str:
        """Where it is, to be told: without user and password."""
        port = f":{self.url.port}" if self.url.port else ""
        return str(self.file or f"postgresql://{self.url.host or ''}{port}/{self.url.database or ''}")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end, or leaves nothing behind."""
        if self._writer:
            with self._writer, self.engine.begin() as conn:
                yield conn
        else:
            with self.engine.begin() as conn:
                yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot that holds up no writer and can change nothing."""
        options: dict[str, Any] = {"readonly": True} if self.sqlite else {"postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as conn, conn.begin():
            yield conn

    def close(self) -> None:
        self.engine.dispose()


class OneAtATime:
    """Of all processes that share a store, the one that may do *what*: whoever took it first, as long as it lives.

    On PostgreSQL it is a session's advisory lock, which the server lets go of when the session ends, however it ends.
    A SQLite file has one process anyway. *silence*: whoever does not `take` it again within this loses it, as a process
    does that lives and stands still.
    """

    def __init__(self, database: Database, what: str, silence: timedelta | None = None) -> None:
        self._database = database
        self._what = what
        self._silence = silence
        self._session: Connection | None = None
        self._guard = threading.Lock()

    def take(self) -> bool:
        """Return whether it is us, now and not only when it was taken. Raises what the store raises."""
        if self._database.sqlite:
            return True
        with self._guard:
            if self._session:
                return self._is_alive(self._session)
            self._session = self._try()
            return self._session is not None

    def leave(self) -> None:
        """Let others take it."""
        with self._guard:
            session, self._session = self._session, None
            if session:
                _end(session)

    def _try(self) -> Connection | None:
        session = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            session.detach()  # the pool keeps its places
            for setting in _SOON_MISSED:
                session.exec_driver_sql(setting)
            if self._silence:
                session.execute(_ENDS, {"after": f"{self._silence / timedelta(milliseconds=1):.0f}ms"})
            if session.scalar(_TAKE, {"what": self._what}):
                return session
        except BaseException:
            _end(session)
            raise
        _end(session)
        return None

    def _is_alive(self, session: Connection) -> bool:
        """A session that ended has left its lock to others."""
        try:
            session.exec_driver_sql("SELECT 1")
        except Exception:
            self._session = None
            _end(session)
            raise
        return True


def is_nobodys(tx: Tx, what: str) -> bool:
    """Whether no living process has taken *what* (PostgreSQL)."""
    return bool(tx.value(_FREE, what=what))


_FREE = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:what, 0))")
_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:what, 0))")
_ENDS = text("SELECT set_config(name, :after, false) FROM pg_settings WHERE name = 'idle_session_timeout'")
"""PostgreSQL 13 has no such thing."""
_SOON_MISSED = (
    "SET tcp_keepalives_idle = 5",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 2",
)
"""A machine that is gone without a word is missed after a quarter of a minute, and not after two hours."""


def _end(session: Connection) -> None:
    with suppress(Exception):  # it may have ended by itself
        session.close()


def _sqlite(url: str, durable: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_use_lifo=True,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # people's words are in them, and errors reach the log
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # else Python's sqlite3 begins only at the first write, and updates are lost
        synchronous = f"synchronous={'FULL' if durable else 'OFF'}"
        for pragma in ("busy_timeout=5000", synchronous, "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        readonly = conn.get_execution_options().get("readonly", False)
        conn.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def _write_ahead(connection: Any) -> None:
    """Turn the file to WAL. Of several that turn a new one at once SQLite refuses some without a wait."""
    for last in (False,) * 20 + (True,):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if last or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        connection.execute("BEGIN IMMEDIATE")  # for this one it waits until the other is done
        connection.execute("ROLLBACK")


def _postgres(url: str, pool: int) -> Engine:
    named = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(
        named,
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        connect_args={} if "connect_timeout" in named.query else {"connect_timeout": 10},
        hide_parameters=True,
    )
