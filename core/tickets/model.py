"""A ticket, and what was said and done in it, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from core.db import Tx
from core.errors import UnknownTicket
from core.files import File
from core.ids import ChatId, CustomerId, MessageId, OperatorId, TicketNumber
from core.people.access import demand_desk_side
from core.people.who import Role, Who
from core.sla.policy import Severity
from core.tickets.lifecycle import Act, State
from core.tickets.tables import tickets


@dataclass(frozen=True)
class Ticket:
    """As it stands; `version` counts its moves. Moments are aware UTC."""

    number: TicketNumber
    version: int
    state: State
    customer: CustomerId
    chat: ChatId | None
    subject: str
    topic: str | None
    severity: Severity | None
    felt: Severity | None
    holder: OperatorId | None
    opened_at: datetime
    opened_by: OperatorId | None
    door: str
    reacted_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    waiting_since: datetime | None
    cycle: int
    reaction_due: datetime | None
    resolution_due: datetime | None
    next_alert_at: datetime | None
    follows: TicketNumber | None

    @property
    def urgency(self) -> Severity | None:
        """The operators' severity, else the customer's own answer."""
        return self.severity or self.felt


@dataclass(frozen=True)
class Said:
    """Something said in a ticket. A note (internal) is never shown to the customer."""

    id: MessageId
    at: datetime
    by_role: Role
    name: str
    text: str
    internal: bool
    files: tuple[File, ...] = ()
    edited: bool = False
    deleted: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happened to a ticket."""

    at: datetime
    act: Act
    by_role: Role
    name: str
    before: State | None
    after: State
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A ticket that waits for its customer, and what was asked."""

    ticket: Ticket
    question: str


def ticket_of(row: Row[Any]) -> Ticket:
    return Ticket(
        number=row.id,
        version=row.version,
        state=State(row.state),
        customer=row.customer_id,
        chat=row.chat_id,
        subject=row.subject,
        topic=row.topic,
        severity=Severity(row.severity) if row.severity else None,
        felt=Severity(row.felt) if row.felt else None,
        holder=row.holder_id,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        door=row.door,
        reacted_at=row.reacted_at,
        solved_at=row.solved_at,
        closed_at=row.closed_at,
        waiting_since=row.waiting_since,
        cycle=row.cycle,
        reaction_due=row.reaction_due,
        resolution_due=row.resolution_due,
        next_alert_at=row.next_alert_at,
        follows=row.follows,
    )


def load(tx: Tx, by: Who, number: TicketNumber, *, to_move: bool = False) -> Ticket:
    """Return the ticket if *by* may see it. Raises `UnknownTicket` alike for none and for another's; `NotYours` for an
    operator who is none any more.

    *to_move* holds others off until the transaction ends (PostgreSQL), so that they see the outcome.
    """
    if by.role is not Role.CUSTOMER:
        demand_desk_side(tx, by, "look")
    query = select(tickets).where(tickets.c.id == number)
    row = tx.one(query.with_for_update() if to_move else query) if 0 < number < 2**62 else None
    if row is None or (by.role is Role.CUSTOMER and row.customer_id != by.customer):
        raise UnknownTicket(ticket=number)
    return ticket_of(row)
