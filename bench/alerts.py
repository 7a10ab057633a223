"""Finding 10 due alerts among 1,000, 100,000 and 1,000,000 open tickets: its cost follows what is due, not what is open.

Goal: flat within 1.5x, and at most 1 ms. `python -m bench.alerts [--postgres]`; `make bench` runs it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from core.db import Database
from core.migrations import upgrade
from core.people.tables import customers
from core.tickets.overdue import due_tickets

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SIZES = (1_000, 100_000, 1_000_000)
DUE = 10
ROUNDS = 200

COLUMNS = "version, state, customer_id, subject, opened_at, door, cycle, reaction_due, resolution_due, next_alert_at"
FILL = {
    # the next moments lie in no order, in the two months that begin an hour from now
    "sqlite": """
        WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
        SELECT 1, 'new', 1, 'La firma non parte', :opened, 'terminal', 0, :due, :due,
               strftime('%Y-%m-%d %H:%M:%f', :ahead, '+' || ((i * 7919) % 5000000) || ' seconds') || '000' FROM n""",
    "postgresql": """
        SELECT 1, 'new', 1, 'La firma non parte', CAST(:opened || '+00' AS timestamptz), 'terminal', 0,
               CAST(:due || '+00' AS timestamptz), CAST(:due || '+00' AS timestamptz),
               CAST(:ahead || '+00' AS timestamptz) + make_interval(secs => (i * 7919) % 5000000)
        FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n(i)""",
}


def fill(conn: Connection, first: int, last: int) -> None:
    """Write tickets *first* to *last* by one statement: a million by way of Python would take minutes."""
    stored = {"opened": _stored(NOW - timedelta(hours=1)), "due": _stored(NOW + timedelta(hours=8))}
    moments = {**stored, "ahead": _stored(NOW + timedelta(hours=1)), "first": first, "last": last}
    conn.execute(text(f"INSERT INTO tickets ({COLUMNS}) {FILL[conn.dialect.name]}"), moments)


def _stored(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def make_due(conn: Connection, size: int) -> None:
    """Ten of them are due now, spread over the table, and no others."""
    moments = {"now": _stored(NOW), "earlier": _stored(NOW - timedelta(seconds=1))}
    now, earlier = (_moment(conn, name) for name in moments)
    conn.execute(text(f"UPDATE tickets SET next_alert_at = resolution_due WHERE next_alert_at <= {now}"), moments)
    conn.execute(
        text(f"UPDATE tickets SET next_alert_at = {earlier} WHERE id % :apart = 1"), {**moments, "apart": size // DUE}
    )


def _moment(conn: Connection, name: str) -> str:
    return f"CAST(:{name} || '+00' AS timestamptz)" if conn.dialect.name == "postgresql" else f":{name}"


def measure(database: Database) -> float:
    """Median seconds to find the ten, rows and all, in a transaction that is open already."""
    found = due_tickets(NOW, 50)
    taken = []
    with database.write() as conn:
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            rows = conn.execute(found).all()
            taken.append(time.perf_counter() - begin)
            assert len(rows) == DUE
    return statistics.median(taken)


def figures_of(name: str, url: str) -> Iterator[str]:
    """What is printed of one database: plain lines, each with its goal."""
    database = Database(url)
    upgrade(database)
    with database.write() as conn:
        eva = {"id": 1, "code": "X", "name": "Eva", "language": "it", "created_at": NOW}
        conn.execute(customers.insert().values(eva))
    figures, filled = [], 0
    for size in SIZES:
        grow(database, filled + 1, size)
        filled = size
        figures.append(measure(database))
        yield f"alerts, {name}: {DUE} due among {size:>9,} open: {figures[-1] * 1000:.3f} ms (goal: 1 ms)"
    yield f"alerts, {name}: the slowest against the fastest: {max(figures) / min(figures):.2f}x (goal: 1.5x)"
    database.close()


def grow(database: Database, first: int, last: int) -> None:
    with database.write() as conn:
        fill(conn, first, last)
        make_due(conn, last)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("ANALYZE" if database.sqlite else "VACUUM ANALYZE tickets")  # as autovacuum would in time


@contextmanager
def urls(*, postgres: bool) -> Iterator[dict[str, str]]:
    """A SQLite file, and a real PostgreSQL where it is asked for; both are gone afterwards."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        found = {"SQLite": f"sqlite:///{Path(folder) / 'alerts.db'}"}
        if postgres:
            from tests.postgres import postgres_server

            server = stack.enter_context(postgres_server())
            found["PostgreSQL"] = server.url(server.create())
        yield found


def lines(*, postgres: bool = False) -> Iterator[str]:
    with urls(postgres=postgres) as found:
        for name, url in found.items():
            yield from figures_of(name, url)


def main() -> None:
    for line in lines(postgres="--postgres" in sys.argv):
        print(line, flush=True)


if __name__ == "__main__":
    main()
