"""Rows that let a thing happen once, across crashes, restarts and processes: who inserts the row does the work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from core.db import Tx
from core.ids import TicketNumber
from core.sla.tables import alerts, periods


def take_alert(
    tx: Tx, ticket: TicketNumber, *, target: str, kind: str, cycle: int, number: int, deadline: datetime
) -> bool:
    """Whether this alert is ours to post: nobody has posted it before."""
    key = {"ticket_id": ticket, "target": target, "kind": kind, "cycle": cycle, "number": number}
    return _insert_once(tx, alerts, **key, deadline=deadline, posted_at=tx.now)


def take_period(tx: Tx, task: str, period: str) -> bool:
    """Whether *task* is ours to do for this *period*: nobody has done it."""
    return _insert_once(tx, periods, task=task, period=period, at=tx.now)


def renew_period(tx: Tx, task: str, period: str) -> None:
    """Let *period* be the only one of *task*: the state that holds until another one comes."""
    tx.run(periods.delete().where(periods.c.task == task))
    take_period(tx, task, period)


def period_taken(tx: Tx, task: str, period: str) -> bool:
    return tx.value(select(periods.c.id).where(periods.c.task == task, periods.c.period == period)) is not None


def period_taken_at(tx: Tx, task: str) -> datetime | None:
    """Return when *task* was last done; None where it never was."""
    found: datetime | None = tx.value(select(func.max(periods.c.at)).where(periods.c.task == task))
    return found


def _insert_once(tx: Tx, table: Table, **values: Any) -> bool:
    insert = postgresql.insert if tx.many_processes else sqlite.insert
    new = insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
    return tx.value(new) is not None  # a count of rows says nothing where the driver asks for the id by itself
