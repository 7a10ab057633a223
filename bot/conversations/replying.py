"""An operator writes: to the customer, asking the customer (who is then waited for), or inside the desk.

What begins with `//` stays inside, whatever question is open.
"""

from __future__ import annotations

from bot.conversations.answering import Words
from bot.conversations.classifying import ticket_at_hand
from bot.conversations.moves import Files, fill, tell
from core.ids import TicketNumber
from core.people.who import Who
from core.tickets.commands import Ask, Note, Reply

INSIDE = "//"
"""What begins so stays inside the desk."""


async def replying(by: Who, number: TicketNumber | None = None) -> Reply | Note | None:
    ticket = await ticket_at_hand(by, number)
    if ticket is None:
        return None
    words = await fill("reply", Words, ticket=ticket.number, subject=ticket.subject, customer=ticket.customer)
    return await inside(by, ticket.number, words.text, words.files) or Reply(by, ticket.number, words.text, words.files)


async def asking(by: Who, number: TicketNumber | None = None) -> Ask | Note | None:
    ticket = await ticket_at_hand(by, number)
    if ticket is None:
        return None
    words = await fill("question", Words, ticket=ticket.number, subject=ticket.subject, customer=ticket.customer)
    return await inside(by, ticket.number, words.text, words.files) or Ask(by, ticket.number, words.text, words.files)


async def noting(by: Who, number: TicketNumber | None = None) -> Note | None:
    ticket = await ticket_at_hand(by, number)
    if ticket is None:
        return None
    words = await fill("note", Words, ticket=ticket.number, subject=ticket.subject)
    return Note(by, ticket.number, words.text, words.files)


async def inside(by: Who, number: TicketNumber, text: str, files: Files = ()) -> Note | None:
    """Return the note that *text* is where it is not for the customer, and say so."""
    if not text.startswith(INSIDE):
        return None
    await tell("kept-inside", ticket=number)
    return Note(by, number, text.removeprefix(INSIDE).strip(), files)
