"""Give a ticket to a colleague."""

from __future__ import annotations

from bot.conversations.classifying import ticket_at_hand
from bot.conversations.moves import choose, look, tell
from core.ids import TicketNumber
from core.notices.facts import line
from core.people.queries import Colleagues
from core.people.who import Who
from core.tickets.commands import Assign


async def assigning(by: Who, number: TicketNumber | None = None) -> Assign | None:
    ticket = await ticket_at_hand(by, number)
    if ticket is None:
        return None
    others = [one for one in await look(Colleagues()) if one.id != ticket.holder]
    if not others:
        await tell("no-colleagues")
        return None
    options = {str(one.id): one.id for one in others}
    labels = {str(one.id): line("colleague", name=one.name) for one in others}
    to = await choose(
        "colleague", options, about=ticket.holder, labels=labels, ticket=ticket.number, subject=ticket.subject
    )
    return Assign(by, ticket.number, to)
