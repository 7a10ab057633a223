"""Leases of those who are no more: what they were sending is anybody's again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select, update

from core.db import Tx, is_nobodys
from core.notices.outbox import undone
from core.notices.tables import outbox


@dataclass(frozen=True)
class FreeLeases:
    """Let all that is unsent be collected at once, its lanes with it: whoever had leased it is no more.

    Only for somebody who knows that nobody else is sending.
    """

    def carry_out(self, tx: Tx) -> None:
        held = and_(undone(), outbox.c.leased_until.is_not(None))
        tx.run(update(outbox).where(held).values(leased_by=None, leased_until=None))


@dataclass(frozen=True)
class FreeLeasesOfTheDead:
    """Let what is unsent be collected at once if the worker that had leased it is no more: its own lock is free.

    Every worker takes its lock (`OneAtATime`, by its name) before it leases anything. Only where processes share a store
    (PostgreSQL) is there anything to free. Returns how many there were.
    """

    def carry_out(self, tx: Tx) -> int:
        if not tx.many_processes:
            return 0
        held = and_(undone(), outbox.c.leased_until > tx.now, outbox.c.leased_by.is_not(None))
        workers = [row.leased_by for row in tx.all(select(outbox.c.leased_by).where(held).distinct())]
        dead = [worker for worker in workers if is_nobodys(tx, worker)]
        theirs = and_(held, outbox.c.leased_by.in_(dead))
        freed = tx.run(update(outbox).where(theirs).values(leased_by=None, leased_until=None)) if dead else 0
        tx.left.others = tx.left.others or freed > 0
        return freed
