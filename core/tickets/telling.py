"""Who is told what a ticket did: its customer, wherever they can be reached, and the operators' rooms."""

from __future__ import annotations

from sqlalchemy import select

from core.db import Tx
from core.ids import ChatId
from core.notices.chats import Chat, Room, chat, rooms
from core.notices.facts import Line, line
from core.notices.outbox import Kind, post
from core.notices.tables import sent_as
from core.people.queries import ChatsOf
from core.people.who import Role, Who
from core.tickets.model import Ticket


def tell_customer(tx: Tx, ticket: Ticket, what: Line, by: Who) -> None:
    """Post *what* to the chat the customer is speaking in, else the ticket's own, else their next proven one.

    Where there is none, the operators are told to call.
    """
    if (to := _reachable(tx, ticket, by)) is None:
        tell_operators(tx, ticket, line("call-the-customer", ticket=ticket.number, customer=ticket.customer))
    else:
        post(tx, Kind.NOTICE, to, what, ticket=ticket.number)


def _reachable(tx: Tx, ticket: Ticket, by: Who) -> ChatId | None:
    if by.role is Role.CUSTOMER:
        return by.chat
    if ticket.chat and chat(tx, ticket.chat).reachable:
        return ticket.chat
    return next((place.id for place in ChatsOf(ticket.customer).answer(tx)), None)


def show_card(tx: Tx, ticket: Ticket) -> None:
    """See to it that every room that holds the ticket's card, or should, gets its newest state; once is enough."""
    seen = select(sent_as.c.chat_id).where(sent_as.c.ticket_id == ticket.number, sent_as.c.kind == Kind.CARD)
    places = {place.id for place in _rooms(tx, ticket)} | {ChatId(row.chat_id) for row in tx.all(seen.distinct())}
    for place in sorted(places):
        coalesce = f"card:{place}:{ticket.number}"
        post(tx, Kind.CARD, place, ticket=ticket.number, coalesce=coalesce)


def tell_operators(tx: Tx, ticket: Ticket, what: Line) -> None:
    """Post *what* under the ticket's card."""
    for place in _rooms(tx, ticket):
        post(tx, Kind.THREAD, place.id, what, ticket=ticket.number)


def _rooms(tx: Tx, ticket: Ticket) -> list[Chat]:
    return list(rooms(tx, Room.OPERATORS, ticket.topic))
