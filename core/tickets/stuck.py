"""What a due moment left undone, for the watchdog; and how the desk's own people are told that something stands still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from core.db import Tx
from core.notices.chats import Room, rooms
from core.notices.facts import line
from core.notices.outbox import Kind, post
from core.notices.stuck import MOST, Still
from core.sla.once import renew_period, take_period
from core.sla.tables import periods
from core.tickets.tables import held, tickets

ALERTS: Final = "alerts"
HELD: Final = "held"
"""The sorts of due moments."""
AGAIN: Final = timedelta(hours=1)


@dataclass(frozen=True)
class StuckMoments:
    """What fell due at least *patience* ago and was not answered: alerts, and words that were held, the oldest first."""

    patience: timedelta

    def answer(self, tx: Tx) -> tuple[Still, ...]:
        until = tx.now - self.patience
        alerts = select(tickets.c.id, tickets.c.next_alert_at.label("due")).where(tickets.c.next_alert_at <= until)
        words = select(held.c.id, held.c.due_at.label("due")).where(held.c.due_at <= until)
        return tuple(
            Still(where, f"{row.id}:{row.due.isoformat()}", row.due)
            for where, due in ((ALERTS, alerts), (HELD, words))
            for row in tx.all(due.order_by("due").limit(MOST))
        )


@dataclass(frozen=True)
class TellOfTrouble:
    """Tell the leads' rooms, or where there are none the operators': the same *message* about the same *what* once an hour.

    Returns whether it was told now: of several processes one tells.
    """

    message: str
    what: str
    facts: Mapping[str, Any]

    def carry_out(self, tx: Tx) -> bool:
        tx.lock("watchdog", 0)
        if not self._is_new(tx):
            return False
        for room in rooms(tx, Room.LEADS) or rooms(tx, Room.OPERATORS):
            post(tx, Kind.ALERT, room.id, line(self.message, **self.facts))
        return True

    def _is_new(self, tx: Tx) -> bool:
        told = (periods.c.task == self.message, periods.c.period == self.what)
        at = tx.value(select(periods.c.at).where(*told))
        if at is not None and tx.now - AGAIN < at <= tx.now:
            return False
        tx.run(periods.delete().where(*told))
        return take_period(tx, self.message, self.what)


@dataclass(frozen=True)
class NoteLook:
    """Write down that the watchdog looked, in one row that is always the last: a disk that is full, or may only be read,
    still answers every question. Raises what the store raises."""

    def carry_out(self, tx: Tx) -> None:
        renew_period(tx, "watchdog", tx.now.isoformat())
