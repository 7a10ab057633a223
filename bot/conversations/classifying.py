"""Set a ticket's severity; the page's four definitions are shown while choosing."""

from __future__ import annotations

from typing import Any

from bot.conversations.moves import choose, look, tell
from bot.conversations.picking import pick
from core.ids import TicketNumber
from core.notices.facts import line
from core.people.who import Who
from core.sla.policy import Severity
from core.tickets.commands import Classify
from core.tickets.model import Ticket
from core.tickets.queries import Mine, Queue, TicketOf, Topics


async def classifying(by: Who, number: TicketNumber | None = None) -> Classify | None:
    ticket = await ticket_at_hand(by, number)
    if ticket is None:
        return None
    severity = await severity_of(ticket)
    topic = await topic_for(ticket)
    return Classify(by, ticket.number, severity, topic)


async def ticket_at_hand(by: Who, number: TicketNumber | None) -> Ticket | None:
    """Return the ticket that was named, else one of those the operator holds, else of the queue."""
    if number is None:
        known = await look(Mine(by)) or await look(Queue(by))
        if not known:
            await tell("queue", count=0)
            return None
        number = await pick("which", known)
    return await look(TicketOf(by, number))


async def severity_of(ticket: Ticket) -> Severity:
    """Ask for one of the page's four."""
    options = {str(severity): severity for severity in Severity}
    for key in options:
        await tell("severity-defined", severity=key)
    facts: dict[str, Any] = {"ticket": ticket.number, "subject": ticket.subject, "felt": ticket.felt}
    return await choose("severity", options, about=None, **facts)


async def topic_for(ticket: Ticket) -> str | None:
    """Ask for the topic where the desk lists some and the ticket has none yet."""
    topics = await look(Topics())
    if not topics or ticket.topic:
        return None
    options = {topic.key: topic.key for topic in topics} | {"something-else": None}
    labels = {topic.key: line("as-written", text=dict(topic.titles)) for topic in topics}
    return await choose("topic", options, about=None, labels=labels)
