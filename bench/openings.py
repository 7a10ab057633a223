"""One transaction (a ticket, what it says, its event, its notices) beside bare SQLAlchemy Core doing the same inserts.

Goal: at most twice the bare inserts, on SQLite (synchronous FULL) and on PostgreSQL. Both run in one thread, in turn.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Table, select

from core.db import Database
from core.migrations import upgrade
from core.notices.tables import outbox
from core.people.who import Who
from core.sla.policy import Severity
from core.tickets.commands import OpenTicket
from core.tickets.rules import TicketRules
from core.tickets.tables import messages, ticket_events, tickets
from tests.house import House, open_house
from tests.postgres import postgres_server

GOAL = 2.0
ROUNDS, EACH = 40, 10
WRITTEN = (tickets, messages, ticket_events, outbox)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        compare("SQLite, synchronous FULL", f"sqlite:///{Path(folder) / 'desk.db'}")
    with postgres_server(durable=True) as server:
        compare("PostgreSQL", server.url(server.create()))


def compare(name: str, url: str) -> None:
    with fresh_house(url) as house:
        eva = house.customer("Eva")
        rows = rows_of_one_opening(house, eva)
        ours, bare = [], []
        for _ in range(ROUNDS):
            bare.append(timed(lambda: insert_bare(house.database, rows)))
            ours.append(timed(lambda: house.desk.do(opening(eva))))
        ratio = median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
        print(
            f"{name}: {median(ours) * 1e3:.2f} ms an opening, {median(bare) * 1e3:.2f} ms its {len(rows)} inserts bare:"
            f" {ratio:.2f}x (goal: at most {GOAL}x)"
        )


@contextmanager
def fresh_house(url: str) -> Iterator[House]:
    database = Database(url)
    upgrade(database)
    database.close()
    with open_house(url, {TicketRules: TicketRules(most_open=1_000_000)}) as house:
        yield house


def opening(by: Who) -> OpenTicket:
    return OpenTicket(by, "La firma non parte", "Da stamattina non va.", felt=Severity.MEDIUM)


def rows_of_one_opening(house: House, by: Who) -> list[tuple[Table, dict[str, Any]]]:
    """Return what an opening inserts, as it was written: a bare program would write just that."""
    with house.database.read() as conn:
        before = {table: newest(conn, table) for table in WRITTEN}
    house.desk.do(opening(by))
    with house.database.read() as conn:
        return [
            (table, {name: value for name, value in row._mapping.items() if name != "id" and value is not None})
            for table in WRITTEN
            for row in conn.execute(select(table).where(table.c.id > before[table]).order_by(table.c.id))
        ]


def newest(conn: Connection, table: Table) -> int:
    return conn.execute(select(table.c.id).order_by(table.c.id.desc()).limit(1)).scalar() or 0


def insert_bare(database: Database, rows: list[tuple[Table, dict[str, Any]]]) -> None:
    with database.engine.begin() as conn:
        for table, values in rows:
            conn.execute(table.insert().returning(table.c.id), values).scalar_one()


def timed(act: Any) -> float:
    """Return the seconds one *act* takes, over a few of them."""
    began = perf_counter()
    for _ in range(EACH):
        act()
    return (perf_counter() - began) / EACH


if __name__ == "__main__":
    main()
