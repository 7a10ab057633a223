"""A file goes on to the other side once it lies in the store: a customer's to the operators, an operator's to the customer.

It never comes back to where it was sent from, and what came with a note stays inside the desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from core.db import Tx
from core.errors import UnknownTicket
from core.files import File, FileId, FileOf, FileState, Stored
from core.ids import ChatId
from core.notices.chats import Chat
from core.notices.facts import line
from core.notices.outbox import Kind, lane_of, post
from core.people.who import DESK, Role
from core.tickets.lifecycle import Act
from core.tickets.model import Ticket, load
from core.tickets.tables import messages, ticket_events
from core.tickets.telling import rooms_of, way_to_customer

FILES_FOR_THEM: Final = frozenset({Act.REPLY, Act.ASK})
"""Where an operator's files are for the customer; elsewhere they were typed in for them, and are theirs already."""


@dataclass(frozen=True)
class FileArrived:
    """The bytes lie in the store, and go on to whom they are for; once, however often they are brought.

    False when the row is gone meanwhile (erased): then the bytes must go too.
    """

    id: FileId
    size: int
    sha256: str

    def carry_out(self, tx: Tx) -> bool:
        before = FileOf(self.id).answer(tx)
        stored = Stored(self.id, self.size, self.sha256).carry_out(tx)
        if before and before.state is not FileState.STORED:
            _pass_on(tx, before)
        return stored


@dataclass(frozen=True)
class PassOn:
    """Send a file to its customer by the way that is open now. False where there is none."""

    id: FileId

    def carry_out(self, tx: Tx) -> bool:
        file = FileOf(self.id).answer(tx)
        ticket = _ticket(tx, file) if file else None
        return bool(file and ticket and _to_customer(tx, file, ticket))


def _pass_on(tx: Tx, file: File) -> None:
    if (ticket := _ticket(tx, file)) is None:
        return
    _to_rooms(tx, file, ticket, rooms_of(tx, ticket))
    if _is_for_customer(tx, file):
        _to_customer(tx, file, ticket)


def _ticket(tx: Tx, file: File) -> Ticket | None:
    try:
        return load(tx, DESK, file.ticket)
    except UnknownTicket:
        return None


def _is_for_customer(tx: Tx, file: File) -> bool:
    these = (ticket_events.c.ticket_id == file.ticket, ticket_events.c.message_id == file.message)
    acts = {row.act for row in tx.all(select(ticket_events.c.act).where(*these))}
    return not FILES_FOR_THEM.isdisjoint(acts)


def _to_rooms(tx: Tx, file: File, ticket: Ticket, places: Iterable[Chat]) -> None:
    """Under the card, and not before it."""
    sender = _sender(tx, file, ticket)
    for place in places:
        if place.id != file.chat:
            lane = lane_of(Kind.CARD, place.id, ticket.number)
            told = line("file-from", file=file.id, ticket=ticket.number, **sender)
            post(tx, Kind.FILE, place.id, told, ticket=ticket.number, lane=lane)


def _to_customer(tx: Tx, file: File, ticket: Ticket) -> ChatId | None:
    to = way_to_customer(tx, ticket)
    if to is None or to == file.chat:
        return None
    told = line("file-for-you", file=file.id, ticket=ticket.number, **_sender(tx, file, ticket))
    post(tx, Kind.FILE, to, told, ticket=ticket.number)
    return to


def _sender(tx: Tx, file: File, ticket: Ticket) -> dict[str, int | None]:
    row = tx.one(select(messages.c.by_role, messages.c.by_id).where(messages.c.id == file.message))
    colleague = row and row.by_role in (Role.OPERATOR, Role.LEAD)
    return {"by": row.by_id if row and colleague else None, "customer": ticket.customer}
