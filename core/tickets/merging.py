"""Two customers that are one person, and a person who is to be forgotten: both move what lies in tickets.

Erasing takes the words and the names; events, moments and severities stay, so that the figures do.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from core.db import Tx
from core.files import attachments
from core.ids import ChatId, CustomerId, IdentityId, TicketNumber
from core.notices.chats import MAIL, at_address
from core.notices.outbox import Kind
from core.notices.tables import chats, inbox, outbox
from core.people.access import demand_lead, demand_operator
from core.people.addresses import email_sendable
from core.people.merging import absorb, lock_merging
from core.people.queries import Customer, customer
from core.people.tables import customers, identities, proofs, tries
from core.people.who import Who
from core.talks import talks
from core.tickets.advance import Move, record
from core.tickets.lifecycle import Act
from core.tickets.model import ticket_of
from core.tickets.tables import held, messages, tickets
from core.tickets.telling import rooms_of, show_card


@dataclass(frozen=True)
class MergeCustomers:
    """An operator knows that *from_* is the same person as *into*: tickets, channels and codes are one's from now on.

    The old Helpdesk Code still finds them. Raises `NotYours`, `UnknownCustomer`.
    """

    by: Who
    into: CustomerId
    from_: CustomerId

    def carry_out(self, tx: Tx) -> Customer:
        demand_operator(tx, self.by, "merge")
        lock_merging(tx)
        moved = tx.all(select(tickets).where(tickets.c.customer_id == self.from_).order_by(tickets.c.id))
        whose = absorb(tx, into=self.into, from_=self.from_)
        move = Move(Act.NOTE, facts={"about": "customers-merged", "from": self.from_, "into": whose.id})
        for ticket in map(ticket_of, moved):
            record(tx, ticket, self.by, move, before=ticket.state, said=None)
            if ticket.closed_at is None:
                show_card(tx, ticket, rooms_of(tx, ticket))
        return whose


@dataclass(frozen=True)
class Erased:
    """What is left to do outside the database: the bytes of *keys* must leave the store."""

    tickets: int
    keys: tuple[str, ...]


@dataclass(frozen=True)
class EraseCustomer:
    """Erase a person: names, addresses, subjects, what was said, files, talks. For a lead, or the desk itself.

    Tickets keep their numbers, moments and severities. Raises `NotYours`, `UnknownCustomer`.
    """

    by: Who
    customer: CustomerId

    def carry_out(self, tx: Tx) -> Erased:
        demand_lead(tx, self.by, "erase")
        lock_merging(tx)
        whose = customer(tx, self.customer).id
        them = _All.of(tx, whose)
        erased = _erase_tickets(tx, them)
        _erase_unsaid(tx, them)
        _erase_channels(tx, them)
        _erase_customers(tx, them)
        return erased


@dataclass(frozen=True)
class _All:
    """Every row by which somebody is known: with those that were merged into them."""

    customers: tuple[CustomerId, ...]
    identities: tuple[IdentityId, ...]
    chats: tuple[ChatId, ...]
    tickets: tuple[TicketNumber, ...]
    addresses: tuple[str, ...]

    @classmethod
    def of(cls, tx: Tx, whose: CustomerId) -> _All:
        same = or_(customers.c.id == whose, customers.c.merged_into == whose)
        found = tx.all(select(customers.c.id, customers.c.email, customers.c.email_key).where(same))
        alone = and_(identities.c.customer_id == whose, identities.c.operator_id.is_(None))  # no colleague's channel
        channels = tx.all(select(identities.c.id, identities.c.chat_id).where(alone))
        mails = [at_address(tx, MAIL, email_sendable(row.email) or "") for row in found if row.email]
        return cls(
            customers=tuple(row.id for row in found),
            identities=tuple(row.id for row in channels),
            chats=(*(row.chat_id for row in channels if row.chat_id), *(place.id for place in mails if place)),
            tickets=tuple(row.id for row in tx.all(select(tickets.c.id).where(tickets.c.customer_id == whose))),
            addresses=tuple(row.email_key for row in found if row.email_key),
        )


def _erase_tickets(tx: Tx, them: _All) -> Erased:
    theirs = attachments.c.ticket_id.in_(them.tickets)
    keys = tuple(row.key for row in tx.all(delete(attachments).where(theirs).returning(attachments.c.key)))
    tx.run(update(tickets).where(tickets.c.id.in_(them.tickets)).values(subject=""))
    said = update(messages).where(messages.c.ticket_id.in_(them.tickets))
    tx.run(said.values(text="", deleted_at=tx.now))
    tx.run(delete(held).where(held.c.ticket_id.in_(them.tickets)))
    return Erased(len(them.tickets), keys)


def _erase_unsaid(tx: Tx, them: _All) -> None:
    """Forget what was heard from them or waits to be said; a card is drawn from what is left."""
    about = and_(outbox.c.ticket_id.in_(them.tickets), outbox.c.kind != Kind.CARD)
    tx.run(delete(outbox).where(or_(outbox.c.chat_id.in_(them.chats), about)))
    tx.run(delete(talks).where(talks.c.identity_id.in_(them.identities)))
    for row in tx.all(select(chats.c.channel, chats.c.address).where(chats.c.id.in_(them.chats))):
        tx.run(delete(inbox).where(inbox.c.channel == row.channel, _in_lane(row.address)))


def _in_lane(address: str) -> ColumnElement[bool]:
    """An adapter's lane names the chat: alone, or after a colon."""
    return or_(inbox.c.lane == address, inbox.c.lane.endswith(f":{address}", autoescape=True))


def _erase_channels(tx: Tx, them: _All) -> None:
    codes = or_(proofs.c.customer_id.in_(them.customers), proofs.c.identity_id.in_(them.identities))
    tx.run(delete(proofs).where(or_(codes, proofs.c.address.in_(them.addresses))))
    tx.run(delete(tries).where(or_(tries.c.identity_id.in_(them.identities), tries.c.address.in_(them.addresses))))
    tx.run(update(identities).where(identities.c.customer_id.in_(them.customers)).values(customer_id=None))
    for id_ in them.identities:
        nobody = {"name": "", "address": f"erased-{id_}"}
        tx.run(update(identities).where(identities.c.id == id_).values(nobody))
    for place in them.chats:
        nowhere = {"address": f"erased-{place}", "reachable": False}
        tx.run(update(chats).where(chats.c.id == place, chats.c.room.is_(None)).values(nowhere))


def _erase_customers(tx: Tx, them: _All) -> None:
    words = ("email", "email_key", "email_proven_at", "phone", "phone_key", "organisation", "website", "password_hash")
    blank = dict.fromkeys(words) | {"name": "", "name_key": "", "consented_at": None, "erased_at": tx.now}
    for id_ in them.customers:
        tx.run(update(customers).where(customers.c.id == id_).values({**blank, "code": f"erased-{id_}"}))
