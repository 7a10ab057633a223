"""The customer ends a ticket, or has it begun again: solved, withdrawn, reopened."""

from __future__ import annotations

from pydantic import BaseModel

from bot.conversations.fields import Text
from bot.conversations.moves import confirm, fill, look, tell
from bot.conversations.picking import pick
from core.ids import TicketNumber
from core.people.who import Who
from core.tickets.commands import Reopen, Solve, Withdraw
from core.tickets.lifecycle import CLOSED, SOLVED, State
from core.tickets.model import Ticket
from core.tickets.queries import MyTickets, TicketOf


class StillWrong(BaseModel):
    text: Text


async def ticket_of_mine(by: Who, number: TicketNumber | None, *states: State) -> Ticket | None:
    """Return the ticket that was named, else the one that is meant of those in *states*."""
    if number is None:
        fitting = [ticket for ticket in await look(MyTickets(by)) if ticket.state in states]
        if not fitting:
            return None
        number = await pick("which", fitting)
    return await look(TicketOf(by, number))


async def solving_mine(by: Who, number: TicketNumber | None = None, sure: bool = False) -> Solve | None:
    """Say that it works now. An unclaimed ticket is withdrawn by that. *sure*: the desk has asked already."""
    ticket = await ticket_of_mine(by, number, *_going_on())
    if ticket is None:
        await tell("no-open-tickets")
        return None
    if ticket.state in (SOLVED, CLOSED):
        await tell("solved-already", ticket=ticket.number, subject=ticket.subject)
        return None
    works = sure or await confirm("works-now", about=ticket.number, ticket=ticket.number, subject=ticket.subject)
    if not works:
        await tell("left-open", ticket=ticket.number)
        return None
    return Solve(by, ticket.number)


async def withdrawing(by: Who, number: TicketNumber | None = None) -> Withdraw | None:
    ticket = await ticket_of_mine(by, number, *_going_on())
    if ticket is None:
        await tell("no-open-tickets")
        return None
    if not await confirm("withdraw-it", about=ticket.number, ticket=ticket.number, subject=ticket.subject):
        await tell("left-open", ticket=ticket.number)
        return None
    return Withdraw(by, ticket.number)


async def reopening(by: Who, number: TicketNumber | None = None) -> Reopen | None:
    """Say that it is back, or never was solved, and what is still wrong."""
    ticket = await ticket_of_mine(by, number, SOLVED)
    if ticket is None:
        await tell("nothing-to-reopen")
        return None
    if ticket.state is CLOSED:
        await tell("closed-for-good", ticket=ticket.number, subject=ticket.subject)
        return None
    still = await fill("still", StillWrong, ticket=ticket.number, subject=ticket.subject)
    return Reopen(by, ticket.number, still.text)


def _going_on() -> set[State]:
    return set(State) - {SOLVED, CLOSED}
