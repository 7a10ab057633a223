"""What an operator looks at: the queue, what they hold, one ticket with its notes."""

from __future__ import annotations

from bot.conversations.following import facts_of, show
from bot.conversations.moves import look, tell
from bot.conversations.picking import pick
from core.ids import TicketNumber
from core.people.who import Who
from core.tickets.queries import Mine, Queue, TicketOf


async def queueing(by: Who) -> None:
    waiting = await look(Queue(by))
    await tell("queue", count=len(waiting))
    for ticket in waiting:
        await tell("ticket-in-queue", **facts_of(ticket))


async def holding(by: Who) -> None:
    held = await look(Mine(by))
    await tell("held-by-you", count=len(held))
    for ticket in held:
        await tell("ticket-in-queue", **facts_of(ticket) | {"operator": None})  # they know who has it


async def showing(by: Who, number: TicketNumber | None = None) -> None:
    if number is None:
        known = await look(Mine(by)) or await look(Queue(by))
        if not known:
            await tell("queue", count=0)
            return
        number = await pick("which", known)
    await show(by, await look(TicketOf(by, number)), notes=True)
