"""Take a ticket in charge: one press, no question; from a colleague only after a yes. And give it back."""

from __future__ import annotations

from bot.conversations.moves import confirm, look, tell
from bot.conversations.picking import pick
from core.ids import TicketNumber
from core.people.who import Who
from core.tickets.commands import Claim, Release, TakeOver
from core.tickets.lifecycle import CLAIMED, WAITING
from core.tickets.queries import Mine, Queue, TicketOf


async def claiming(by: Who, number: TicketNumber | None = None) -> Claim | TakeOver | None:
    if number is None:
        waiting = await look(Queue(by))
        if not waiting:
            await tell("queue", count=0)
            return None
        number = await pick("which", waiting)
    ticket = await look(TicketOf(by, number))
    if ticket.holder is None or ticket.state not in (CLAIMED, WAITING):
        return Claim(by, number)
    if ticket.holder == by.operator:
        await tell("yours-already", ticket=number, subject=ticket.subject)
        return None
    if await confirm("take-over", about=ticket.holder, ticket=number, subject=ticket.subject, operator=ticket.holder):
        return TakeOver(by, number, ticket.holder)
    return None


async def releasing(by: Who, number: TicketNumber | None = None) -> Release | None:
    if number is None:
        held = await look(Mine(by))
        if not held:
            await tell("held-by-you", count=0)
            return None
        number = await pick("which", held)
    return Release(by, number)
