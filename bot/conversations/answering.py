"""The customer writes about a ticket: answers the operator's question, or adds words."""

from __future__ import annotations

from pydantic import BaseModel

from bot.conversations.fields import Text
from bot.conversations.moves import Files, fill, look, tell
from bot.conversations.picking import pick
from core.ids import TicketNumber
from core.people.who import Who
from core.tickets.commands import Say
from core.tickets.queries import MyTickets, TicketOf, WaitingForMe


class Words(BaseModel):
    text: Text
    files: Files = ()


async def answering(by: Who, number: TicketNumber | None = None) -> Say | None:
    """Answer what an operator asked."""
    asked = {one.ticket.number: one for one in await look(WaitingForMe(by))}
    if not asked:
        await tell("nobody-asked")
        return None
    if number not in asked:
        number = await pick("which", [one.ticket for one in asked.values()])
    question = asked[number].question
    words = await fill(f"answer-{number}", Words, ticket=number, question=question)
    return Say(by, number, words.text, words.files)


async def adding(by: Who, number: TicketNumber | None = None) -> Say | None:
    """Add words to a ticket."""
    if number is None:
        mine = await look(MyTickets(by, open_only=True))
        if not mine:
            await tell("no-open-tickets")
            return None
        number = await pick("which", mine)
    ticket = await look(TicketOf(by, number))
    words = await fill("words", Words, ticket=number, subject=ticket.subject)
    return Say(by, number, words.text, words.files)
