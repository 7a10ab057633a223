"""Where people may have written while nobody listened: their own chats, and the threads of tickets that are open.

A channel that can be asked for its history is asked there, from what was heard last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from core.db import Tx
from core.notices.outbox import Kind
from core.notices.tables import chats, inbox, sent_as
from core.tickets.lifecycle import CLOSED
from core.tickets.tables import tickets


@dataclass(frozen=True)
class Listened:
    """A place, by the channel's own id; *first*: the message on which a thread hangs, "" for the chat itself.

    *newest*: the id under which the inbox keeps the newest message that was heard there; "" where none is known.
    """

    chat: str
    first: str = ""
    newest: str = ""


@dataclass(frozen=True)
class ListenedTo:
    """The places of a channel that can be written to, those first in which something was heard last.

    The ids of messages in the inbox are those with a colon in them, as a channel that can be asked for its history
    makes them.
    """

    channel: str

    def answer(self, tx: Tx) -> tuple[Listened, ...]:
        newest = self._newest(tx)
        places = (*self._chats(tx, newest), *self._threads(tx, newest))
        return tuple(place for _, place in sorted(places, key=lambda one: -one[0]))

    def _newest(self, tx: Tx) -> Mapping[str, tuple[int, str]]:
        """By lane, the row and the id of what was heard last."""
        heard = select(func.max(inbox.c.id)).where(inbox.c.channel == self.channel, inbox.c.key.like("%:%"))
        rows = tx.all(select(inbox.c.id, inbox.c.lane, inbox.c.key).where(inbox.c.id.in_(heard.group_by(inbox.c.lane))))
        return {row.lane: (row.id, row.key) for row in rows}

    def _chats(self, tx: Tx, newest: Mapping[str, tuple[int, str]]) -> Iterator[tuple[int, Listened]]:
        own = select(chats.c.id, chats.c.address).where(
            chats.c.channel == self.channel, chats.c.room.is_(None), chats.c.reachable
        )
        for row in tx.all(own):
            at, key = newest.get(f"chat:{row.id}", (0, ""))
            yield at, Listened(row.address, newest=key)

    def _threads(self, tx: Tx, newest: Mapping[str, tuple[int, str]]) -> Iterator[tuple[int, Listened]]:
        cards = (
            select(chats.c.id, chats.c.address, sent_as.c.external_id)
            .join(sent_as, sent_as.c.chat_id == chats.c.id)
            .join(tickets, tickets.c.id == sent_as.c.ticket_id)
            .where(chats.c.channel == self.channel, chats.c.room.is_not(None), chats.c.reachable)
            .where(sent_as.c.kind == Kind.CARD, tickets.c.state != CLOSED)
        )
        for row in tx.all(cards):
            at, key = newest.get(f"chat:{row.id}", (0, ""))
            yield at, Listened(row.address, row.external_id, key)
