"""Who is told what a ticket did: its customer, wherever they can be reached, and the operators' rooms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import and_, select, update

from core.db import Tx
from core.ids import ChatId
from core.notices.chats import Chat, Furnish, Move, Room, at_address, chat, former, rooms
from core.notices.facts import Line, line
from core.notices.outbox import Kind, Sign, post, sign_words
from core.notices.tables import chats, outbox, sent_as
from core.people.queries import ChatsOf
from core.people.who import Role, Who
from core.tickets.lifecycle import CLOSED, SOLVED
from core.tickets.model import Ticket
from core.tickets.tables import held, tickets


def tell_customer(tx: Tx, ticket: Ticket, what: Line, by: Who) -> None:
    """Post *what* to the chat the customer is speaking in, else the ticket's own, else their next proven one.

    Where there is none, the operators are told to call.
    """
    to = by.chat if by.role is Role.CUSTOMER else way_to_customer(tx, ticket)
    if to is None:
        whose = ticket.customer
        call = line("call-the-customer", ticket=ticket.number, customer=whose, phone_of=whose)
        tell_operators(tx, ticket, call, rooms_of(tx, ticket))
        sign_words(tx, ticket.number, [what], Sign.LOST)
    else:
        post(tx, Kind.NOTICE, to, what, ticket=ticket.number)


def way_to_customer(tx: Tx, ticket: Ticket) -> ChatId | None:
    """Return the ticket's own chat, else the customer's next proven one; None where they can only be called."""
    if ticket.chat and chat(tx, ticket.chat).reachable:
        return ticket.chat
    return next((place.id for place in ChatsOf(ticket.customer).answer(tx)), None)


def rooms_of(tx: Tx, ticket: Ticket) -> Sequence[Chat]:
    """The operators' rooms that a ticket of this topic belongs to."""
    return rooms(tx, Room.OPERATORS, ticket.topic)


def show_card(tx: Tx, ticket: Ticket, places: Iterable[Chat], *, first: bool = False) -> None:
    """See to it that *places*, and whatever open room holds the card already, get its newest state; once is enough."""
    wanted = {place.id for place in places}
    if not first:  # of a new ticket no card has been sent, and none can wait
        shown = and_(sent_as.c.ticket_id == ticket.number, sent_as.c.kind == Kind.CARD, chats.c.reachable)
        seen = select(sent_as.c.chat_id).join(chats, chats.c.id == sent_as.c.chat_id).where(shown)
        wanted |= {ChatId(row.chat_id) for row in tx.all(seen.distinct())}
    for place in sorted(wanted):
        post(tx, Kind.CARD, place, ticket=ticket.number, coalesce=f"card:{place}:{ticket.number}", first=first)


def tell_operators(tx: Tx, ticket: Ticket, what: Line, places: Iterable[Chat]) -> None:
    """Post *what* under the ticket's card."""
    for place in places:
        post(tx, Kind.THREAD, place.id, what, ticket=ticket.number)


@dataclass(frozen=True)
class ShowAllCards:
    """Post the card of every open ticket that belongs in *room* there: it can be written to again, or lies elsewhere.

    Returns how many; none where *room* is no operators' room (any more).
    """

    room: ChatId

    def carry_out(self, tx: Tx) -> int:
        if chat(tx, self.room).room is not Room.OPERATORS:
            return 0
        open_ones = select(tickets.c.id, tickets.c.topic).where(tickets.c.state.not_in((SOLVED, CLOSED)))
        belongs = cache(lambda topic: self.room in {place.id for place in rooms(tx, Room.OPERATORS, topic)})
        shown = [row.id for row in tx.all(open_ones.order_by(tickets.c.id)) if belongs(row.topic)]
        for number in shown:
            post(tx, Kind.CARD, self.room, ticket=number, coalesce=f"card:{self.room}:{number}")
        return len(shown)


@dataclass(frozen=True)
class OpenRooms:
    """Make the rooms those that the settings name, and show each that is new all that is open."""

    furnish: Furnish

    def carry_out(self, tx: Tx) -> None:
        for room in self.furnish.carry_out(tx):
            ShowAllCards(room).carry_out(tx)


@dataclass(frozen=True)
class RoomMoved:
    """A place has another address from now on; a room is shown anew there what it can't speak of any more.

    Returns the place; None where it is not known, or lies there already.
    """

    channel: str
    address: str
    to: str
    workspace: str = ""

    def carry_out(self, tx: Tx) -> Chat | None:
        there = at_address(tx, self.channel, self.to, self.workspace)
        place = Move(self.channel, self.address, self.to, self.workspace).carry_out(tx)
        if place:
            _forget_threads(tx, place)
        if place and there:  # what waits for it was meant for a place of its own
            tx.run(
                update(outbox).where(outbox.c.chat_id == there.id, outbox.c.done_at.is_(None)).values(done_at=tx.now)
            )
        if place and place.room:
            ShowAllCards(place.id).carry_out(tx)
        return place


def _forget_threads(tx: Tx, place: Chat) -> None:
    """What waits hung under messages that the new address does not know, or was about them alone."""
    waiting = update(outbox).where(outbox.c.chat_id == place.id, outbox.c.done_at.is_(None))
    tx.run(waiting.values(thread=None))
    tx.run(waiting.where(outbox.c.kind == Kind.SIGN).values(done_at=tx.now))
    for row in tx.all(select(held).where(held.c.chat_id == place.id)):  # what is new there may bear the same id
        unknown = {"external_id": former(row.external_id), "files": {**row.files, "others": []}}
        tx.run(update(held).where(held.c.id == row.id).values(unknown))
