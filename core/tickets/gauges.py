"""How the desk stands at this moment, in a few numbers that cost little: what is open and late, what waits to leave.

Nothing here goes over tickets that are closed, or over messages that were sent: each number is read from an index of
what is still under way, and what happened is read on from where it was read last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, func, select, text

from core.db import Tx
from core.notices.tables import chats, inbox, outbox
from core.sla.policy import Severity, Target
from core.tickets.lifecycle import CLAIMED, NEW, RUNNING, SOLVED, WAITING, Act
from core.tickets.report import UNCLASSIFIED
from core.tickets.tables import ticket_events, tickets

SETTLED: Final = timedelta(seconds=10)
"""So long a transaction may take until what it wrote is seen: rows become visible out of order."""
MOST: Final = 5_000
"""So many events are read at once."""


@dataclass(frozen=True)
class Waiting:
    """What waits somewhere: how much of it, and how long the one has waited that has waited longest."""

    many: int
    oldest: timedelta


@dataclass(frozen=True)
class Standing:
    """*open*: tickets by severity and state; *late*: by severity and target. *outbox*: by channel and kind; *due*: by
    channel, what could leave; *inbox*: by channel. *bytes*: the size of the database.
    """

    open: Mapping[tuple[str, str], int]
    late: Mapping[tuple[str, str], int]
    outbox: Mapping[tuple[str, str], int]
    due: Mapping[str, Waiting]
    inbox: Mapping[str, Waiting]
    bytes: int


@dataclass(frozen=True)
class HowItStands:
    """The numbers of this moment."""

    def answer(self, tx: Tx) -> Standing:
        open_, late = _tickets(tx)
        return Standing(open_, late, _outbox(tx), _due(tx), _inbox(tx), _bytes(tx))


_URGENCY = func.coalesce(tickets.c.severity, tickets.c.felt, UNCLASSIFIED).label("urgency")
_UNDER_WAY = (NEW, CLAIMED, WAITING, SOLVED)


def _tickets(tx: Tx) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    reaction = and_(tickets.c.reacted_at.is_(None), tickets.c.reaction_due < tx.now)
    resolution = and_(tickets.c.state.in_(sorted(RUNNING)), tickets.c.resolution_due < tx.now)
    missed = {"reaction": reaction, "resolution": resolution}
    counted = (func.sum(case((late, 1), else_=0)).label(target) for target, late in missed.items())
    rows = tx.all(
        select(_URGENCY, tickets.c.state, func.count().label("many"), *counted)
        .where(tickets.c.closed_at.is_(None), tickets.c.state.in_(_UNDER_WAY))
        .group_by(_URGENCY, tickets.c.state)
    )
    every = (*(severity.value for severity in Severity), UNCLASSIFIED)
    open_ = {(urgency, str(state)): 0 for urgency in every for state in _UNDER_WAY}
    late = {(urgency, target.value): 0 for urgency in every for target in Target}
    for row in rows:
        open_[row.urgency, row.state] = row.many
        late[row.urgency, Target.REACTION.value] += int(row.reaction)
        late[row.urgency, Target.RESOLUTION.value] += int(row.resolution)
    return open_, late


def _outbox(tx: Tx) -> dict[tuple[str, str], int]:
    unsent = select(outbox.c.chat_id, outbox.c.kind, func.count().label("many")).where(outbox.c.done_at.is_(None))
    by_chat = unsent.group_by(outbox.c.chat_id, outbox.c.kind).subquery()
    counted = select(chats.c.channel, by_chat.c.kind, func.sum(by_chat.c.many).label("many"))
    rows = tx.all(counted.join(chats, chats.c.id == by_chat.c.chat_id).group_by(chats.c.channel, by_chat.c.kind))
    return {(row.channel, row.kind): int(row.many) for row in rows}


def _due(tx: Tx) -> dict[str, Waiting]:
    due = and_(outbox.c.done_at.is_(None), outbox.c.due_at <= tx.now)
    counted = select(chats.c.channel, func.count(), func.min(outbox.c.due_at)).select_from(outbox.join(chats))
    return _waiting(tx, counted.where(due).group_by(chats.c.channel))


def _inbox(tx: Tx) -> dict[str, Waiting]:
    counted = select(inbox.c.channel, func.count(), func.min(inbox.c.received_at)).where(inbox.c.done_at.is_(None))
    return _waiting(tx, counted.group_by(inbox.c.channel))


def _waiting(tx: Tx, counted: Any) -> dict[str, Waiting]:
    rows: Sequence[tuple[str, int, datetime]] = [tuple(row) for row in tx.all(counted)]
    return {channel: Waiting(many, max(timedelta(0), tx.now - since)) for channel, many, since in rows}


def _bytes(tx: Tx) -> int:
    if tx.many_processes:
        return int(tx.value(text("SELECT pg_database_size(current_database())")))
    return int(tx.value(text("PRAGMA page_count"))) * int(tx.value(text("PRAGMA page_size")))


@dataclass(frozen=True)
class Happened:
    """What happened since the last look: how often each act was done; how long until a ticket was taken, by severity.

    *last*: the event up to which that is; hand it in again.
    """

    last: int
    acts: Mapping[str, int]
    claimed: Sequence[tuple[str, timedelta]]
    solved: Sequence[tuple[str, timedelta]]


@dataclass(frozen=True)
class HappenedSince:
    """Read on after event *last*; with None nothing is told but where it ends now."""

    last: int | None

    def answer(self, tx: Tx) -> Happened:
        if self.last is None:
            return Happened(int(tx.value(select(func.max(ticket_events.c.id))) or 0), {}, (), ())
        rows = tx.all(self._new(tx.now))
        acts: dict[str, int] = {}
        for row in rows:
            acts[row.act] = acts.get(row.act, 0) + 1
        last = max((row.id for row in rows), default=self.last)
        return Happened(last, acts, _times(rows, _is_claim), _times(rows, _is_solution))

    def _new(self, now: datetime) -> Any:
        event = (ticket_events.c[name] for name in ("id", "at", "act", "before", "after", "cycle"))
        known = select(*event, tickets.c.opened_at, _URGENCY).join(tickets, tickets.c.id == ticket_events.c.ticket_id)
        settled = and_(ticket_events.c.id > self.last, ticket_events.c.at <= now - SETTLED)
        return known.where(settled).order_by(ticket_events.c.id).limit(MOST)


def _times(rows: Sequence[Any], counts: Any) -> Sequence[tuple[str, timedelta]]:
    return tuple((row.urgency, row.at - row.opened_at) for row in rows if counts(row))


def _is_claim(row: Any) -> bool:
    return bool(row.before == NEW and row.after in (CLAIMED, WAITING) and row.cycle == 0)


def _is_solution(row: Any) -> bool:
    return bool(row.before not in (None, SOLVED) and row.after == SOLVED and row.cycle == 0)


ACTS: Final = tuple(act.value for act in Act)
