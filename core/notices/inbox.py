"""What was heard: written down by the channel's own id, so that the same thing is never taken twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select, true, update

from core.db import Tx
from core.ids import ChatId, MessageId, TicketNumber
from core.notices.facts import VERSION
from core.notices.outbox import HEARD
from core.notices.tables import inbox, sent_as

_HEARD = select(inbox.c.id, inbox.c.done_at).where(
    inbox.c.channel == bindparam("channel"), inbox.c.key == bindparam("key")
)

_IN_LANE = (
    select(inbox)
    .where(inbox.c.channel == bindparam("channel"), inbox.c.lane == bindparam("lane"), inbox.c.done_at.is_(None))
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_DONE = update(inbox).where(inbox.c.id == bindparam("this")).values(done_at=bindparam("now"))


@dataclass(frozen=True)
class Undone:
    """A thing that was written down and not yet dealt with. *tries*: how often it failed."""

    id: int
    key: str
    lane: str
    payload: Mapping[str, Any]
    received_at: datetime


@dataclass(frozen=True)
class WriteDown:
    """Write down a batch before it is confirmed to the platform: (key, lane, payload). What came before comes once.

    Returns the lanes of what is new, in order.
    """

    channel: str
    batch: tuple[tuple[str, str, Mapping[str, Any]], ...]

    def carry_out(self, tx: Tx) -> tuple[str, ...]:
        lanes: dict[str, None] = {}
        for key, lane, payload in self.batch:
            if tx.one(_HEARD, channel=self.channel, key=key) is None:
                kept = {"v": VERSION, **payload}
                tx.put(inbox, channel=self.channel, key=key, lane=lane, payload=kept, received_at=tx.now)
                lanes[lane] = None
        return tuple(lanes)


@dataclass(frozen=True)
class HeadOf:
    """The oldest of a lane that is not dealt with, and what follows it: at most *most*."""

    channel: str
    lane: str
    most: int = 20

    def answer(self, tx: Tx) -> tuple[Undone, ...]:
        rows = tx.all(_IN_LANE, channel=self.channel, lane=self.lane, most=self.most)
        return tuple(Undone(row.id, row.key, row.lane, row.payload, row.received_at) for row in rows)


@dataclass(frozen=True)
class LanesUndone:
    """The lanes of a channel in which something waits, received until *until*: at the start, what a crash left.

    At most *most*, those that have waited longest.
    """

    channel: str
    until: datetime | None = None
    most: int | None = None

    def answer(self, tx: Tx) -> tuple[str, ...]:
        waits = and_(inbox.c.channel == self.channel, inbox.c.done_at.is_(None))
        early = inbox.c.received_at <= self.until if self.until else true()
        lanes = select(inbox.c.lane).where(waits, early).group_by(inbox.c.lane).order_by(func.min(inbox.c.id))
        return tuple(row.lane for row in tx.all(lanes.limit(self.most)))


def take(tx: Tx, channel: str, key: str, lane: str, payload: Mapping[str, Any]) -> int | None:
    """Write down what was heard and return its row, or None when it was taken before.

    A row that an adapter wrote down earlier (a batch, before confirming it) is taken once as well.
    """
    row = tx.one(_HEARD, channel=channel, key=key)
    if row is None:
        kept = {"v": VERSION, **payload}
        return tx.add(inbox, channel=channel, key=key, lane=lane, payload=kept, received_at=tx.now)
    return None if row.done_at else int(row.id)


def once(tx: Tx, channel: str, key: str, lane: str, payload: Mapping[str, Any]) -> bool:
    """Write down as done what is dealt with in this very transaction; False when it was done before."""
    row = tx.one(_HEARD, channel=channel, key=key)
    if row is None:
        kept = {"v": VERSION, **payload}
        tx.put(inbox, channel=channel, key=key, lane=lane, payload=kept, received_at=tx.now, done_at=tx.now)
        return True
    if not row.done_at:
        done(tx, int(row.id))
    return row.done_at is None


def done(tx: Tx, row: int) -> None:
    tx.run(_DONE, this=row, now=tx.now)


def failed(tx: Tx, channel: str, key: str, lane: str, payload: Mapping[str, Any], *, why: str, most: int) -> int:
    """Count that it could not be taken, and return how often; what fails *most* times is kept and passed over."""
    row = take(tx, channel, key, lane, payload)
    if row is None:
        return most
    tries: int = tx.value(
        update(inbox)
        .where(inbox.c.id == row)
        .values(tries=inbox.c.tries + 1, error=why, failed_at=tx.now)
        .returning(inbox.c.tries)
    )
    if tries >= most:
        done(tx, row)
    return tries


@dataclass(frozen=True)
class Became:
    """What came of a message that was heard: the words *said* in *ticket*, or, where there are none, something else."""

    ticket: TicketNumber | None
    said: MessageId | None = None


_KNOWN_AS = select(sent_as.c.external_id).where(
    sent_as.c.chat_id == bindparam("chat"), sent_as.c.external_id.in_(bindparam("these", expanding=True))
)


def hear_as(tx: Tx, place: ChatId, became: Mapping[str, Became]) -> None:
    """Write down what came of the channel's messages in *place*, by their ids, unless something was sent as one.

    A note that is sent after all becomes what was sent.
    """
    if not became:
        return
    known = {row.external_id for row in tx.all(_KNOWN_AS, chat=place, these=list(became))}
    new = {at: one for at, one in became.items() if at not in known}
    as_heard = {"kind": HEARD, "chat_id": place, "at": tx.now}
    tx.put_all(
        sent_as,
        [as_heard | {"external_id": at, "ticket_id": one.ticket, "said_id": one.said} for at, one in new.items()],
    )
    for at in known:
        if said := became[at].said:
            this = and_(sent_as.c.chat_id == place, sent_as.c.external_id == at, sent_as.c.kind == HEARD)
            tx.run(update(sent_as).where(this).values(ticket_id=became[at].ticket, said_id=said))
