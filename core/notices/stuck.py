"""What should have left, or been dealt with, and stands still: for whoever looks from outside, the watchdog.

Being late is no proof: a room takes so much a minute, and a queue is worked off from its head. What counts is that the
head itself has not moved between two looks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, exists, func, not_, or_, select

from core.db import Tx
from core.notices.outbox import Closed, Kind
from core.notices.tables import chats, inbox, outbox

OPEN: Final = Closed()
MOST: Final = 200
"""So many are looked at: with more, the figures speak."""


@dataclass(frozen=True)
class Still:
    """One thing that could have moved *since* then. *where*: its channel, or what sort of thing; *key*: another one as
    soon as anything was done about it.
    """

    where: str
    key: str
    since: datetime


def unmoved(before: Sequence[Still], now: Sequence[Still]) -> tuple[Still, ...]:
    """What stands where it stood a look ago. Where the first of all has moved on, the others wait for their turn."""
    stood, first = {one.key for one in before}, _firsts(before)
    return tuple(one for one in now if one.key in stood and first[one.where] == _firsts(now)[one.where])


def _firsts(all_of_them: Sequence[Still]) -> dict[str, str]:
    return {one.where: one.key for one in reversed(all_of_them)}


@dataclass(frozen=True)
class StuckParcels:
    """What could have left for as long as *patience*: the first of each chat, the most urgent first.

    Not what rests by order: what was put off into the future, with its chat; what is being sent; where it is *closed*.
    """

    patience: timedelta
    closed: Closed = OPEN

    def answer(self, tx: Tx) -> tuple[Still, ...]:
        rows = tx.all(self._first_of_each_chat(tx.now))
        return tuple(Still(row.channel, f"{row.id}:{row.tries}", row.free_at) for row in rows)

    def _first_of_each_chat(self, now: datetime) -> Any:
        lane = _lanes().subquery("lanes")
        apart = case((lane.c.kind == Kind.FETCH, -lane.c.id), else_=lane.c.chat_id)
        place = func.row_number().over(partition_by=apart, order_by=(lane.c.priority, lane.c.id)).label("place")
        head = select(*lane.c, place).where(lane.c.in_lane == 1, lane.c.free_at <= now).subquery("head")
        late = and_(head.c.place == 1, head.c.free_at <= now - self.patience)
        these = select(head, chats.c.channel).join(chats, chats.c.id == head.c.chat_id)
        ordered = these.where(late, not_(_rests(head.c.chat_id, now)), self._open(head))
        return ordered.order_by(head.c.priority, head.c.id).limit(MOST)

    def _open(self, head: Any) -> Any:
        shut = [
            head.c.chat_id.in_(self.closed.busy | self.closed.tired),
            chats.c.channel.in_(self.closed.busy_channels | self.closed.tired_channels),
        ]
        return or_(head.c.kind == Kind.FETCH, not_(or_(*shut)))


def _lanes() -> Any:
    free_at = case((outbox.c.leased_until > outbox.c.due_at, outbox.c.leased_until), else_=outbox.c.due_at)
    in_lane = func.row_number().over(partition_by=outbox.c.lane, order_by=outbox.c.id)
    known = (outbox.c[name] for name in ("id", "kind", "priority", "chat_id", "tries"))
    return select(*known, free_at.label("free_at"), in_lane.label("in_lane")).where(outbox.c.done_at.is_(None))


def _rests(chat: Any, now: datetime) -> Any:
    """Whether something for this place was put off: the channel asked to wait, or is down."""
    there = outbox.alias("there")
    put_off = (there.c.done_at.is_(None), there.c.tries > 0, there.c.error.is_not(None), there.c.due_at > now)
    return exists().where(there.c.chat_id == chat, *put_off)


@dataclass(frozen=True)
class StuckHeard:
    """What was heard on *channels* and has not been dealt with for as long as *patience*, the oldest first."""

    patience: timedelta
    channels: Collection[str]

    def answer(self, tx: Tx) -> tuple[Still, ...]:
        undone = and_(inbox.c.done_at.is_(None), inbox.c.received_at <= tx.now - self.patience)
        these = select(inbox.c.channel, inbox.c.id, inbox.c.tries, inbox.c.received_at)
        found = these.where(undone, inbox.c.channel.in_(self.channels)).order_by(inbox.c.id).limit(MOST)
        return tuple(Still(row.channel, f"{row.id}:{row.tries}", row.received_at) for row in tx.all(found))
