"""An operator solves a ticket: what was done, and a severity if none was set."""

from __future__ import annotations

from pydantic import BaseModel

from bot.conversations.classifying import severity_of, ticket_at_hand
from bot.conversations.fields import Text
from bot.conversations.moves import fill
from bot.conversations.replying import inside
from core.ids import TicketNumber
from core.people.who import Who
from core.tickets.commands import Note, Solve


class Solution(BaseModel):
    text: Text


async def solving(by: Who, number: TicketNumber | None = None) -> Solve | Note | None:
    ticket = await ticket_at_hand(by, number)
    if ticket is None:
        return None
    severity = ticket.severity or await severity_of(ticket)
    facts = {"ticket": ticket.number, "subject": ticket.subject, "customer": ticket.customer}
    solution = await fill("solution", Solution, **facts)
    return await inside(by, ticket.number, solution.text) or Solve(by, ticket.number, solution.text, severity)
