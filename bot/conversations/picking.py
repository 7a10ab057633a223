"""Which ticket is meant: the one that was named, the only one there is, or one picked from a few."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations.moves import choose
from core.ids import TicketNumber
from core.notices.facts import Line, line
from core.tickets.model import Ticket


async def pick(name: str, of: Sequence[Ticket]) -> TicketNumber:
    """Return the number of the only ticket, or of the one picked of the first twenty. *of* is never empty."""
    if len(of) == 1:
        return of[0].number
    options = {str(ticket.number): ticket.number for ticket in of[:20]}
    return await choose(name, options, about=None, labels={key: label(t) for key, t in zip(options, of, strict=False)})


def label(ticket: Ticket) -> Line:
    return line("pick-ticket", ticket=ticket.number, subject=ticket.subject, state=ticket.state)
