"""What a lead looks at and does: what is late and what will be, today's figures, why, who may act here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pydantic import BaseModel

from bot.conversations.classifying import ticket_at_hand
from bot.conversations.fields import Text
from bot.conversations.following import facts_of
from bot.conversations.moves import choose, confirm, fill, look, tell
from core.ids import OperatorId, TicketNumber
from core.notices.facts import Line, line
from core.people.queries import Colleagues, HasOwnChat, Operator
from core.people.staff import LetIn, Revoke, Subscribe
from core.people.who import Who
from core.tickets.commands import Note
from core.tickets.queries import DueWithin, Late
from core.tickets.report import Today


class Why(BaseModel):
    text: Text


async def seeing_late(by: Who) -> None:
    late = await look(Late(by))
    await tell("late", count=len(late))
    for ticket in late:
        await tell("ticket-in-queue", **facts_of(ticket))


async def seeing_due(by: Who) -> None:
    """What falls due within the next day if nobody does anything."""
    soon = await look(DueWithin(by, timedelta(hours=24)))
    await tell("due-soon", count=len(soon))
    for ticket in soon:
        await tell("ticket-in-queue", **facts_of(ticket))


async def seeing_today(by: Who) -> None:
    figures = await look(Today(by))
    await tell("figures-today", **figures.facts())


async def saying_why(by: Who, number: TicketNumber | None = None) -> Note | None:
    """Write down why a ticket is late."""
    ticket = await ticket_at_hand(by, number)
    if ticket is None:
        return None
    why = await fill("why", Why, ticket=ticket.number, subject=ticket.subject)
    return Note(by, ticket.number, why.text, about="late")


async def revoking(by: Who, operator: OperatorId | None = None) -> Revoke | None:
    """Take somebody's right to act in the desk's rooms."""
    colleagues = {str(one.id): one for one in await look(Colleagues()) if one.id != by.operator}
    if not colleagues:
        await tell("no-colleagues")
        return None
    if str(operator) not in colleagues:
        options = {key: one.id for key, one in colleagues.items()}
        operator = await choose("colleague", options, about=None, labels=named(list(colleagues.values())))
    leaving = colleagues[str(operator)]
    if not await confirm("revoke", about=leaving.id, operator=leaving.id):
        return None
    return Revoke(by, leaving.id)


async def letting_in(by: Who, operator: OperatorId | None = None) -> LetIn | None:
    """Give somebody who was revoked their place back."""
    if operator is None:
        gone = await look(Colleagues(revoked=True))
        if not gone:
            await tell("nobody-to-let-in")
            return None
        options = {str(one.id): one.id for one in gone}
        operator = await choose("colleague", options, about=None, labels=named(gone))
    return LetIn(by, operator)


def named(operators: Sequence[Operator]) -> dict[str, Line]:
    return {str(one.id): line("colleague", name=one.name) for one in operators}


async def subscribing(by: Who) -> Subscribe:
    """Have warnings and breaches sent to one's own chat, or not any more."""
    if not await look(HasOwnChat(by)):
        await tell("no-chat-of-your-own")
    return Subscribe(by, await confirm("subscribe", about=None))
