"""See how one ticket stands, and all of them: the page's customer area, in a chat."""

from __future__ import annotations

from bot.conversations.moves import look, tell
from bot.conversations.picking import pick
from core.ids import TicketNumber
from core.people.who import Role, Who
from core.tickets.model import Said, Ticket
from core.tickets.queries import MyTickets, Promised, Thread, TicketOf


async def following(by: Who, number: TicketNumber | None = None) -> None:
    """One ticket: where it stands and what was said."""
    if number is None:
        mine = await look(MyTickets(by, open_only=True)) or await look(MyTickets(by))
        if not mine:
            await tell("no-tickets-yet")
            return
        number = await pick("which", mine)
    await show(by, await look(TicketOf(by, number)), notes=False)


async def listing(by: Who) -> None:
    """All of them, the open ones first."""
    mine = await look(MyTickets(by))
    if not mine:
        await tell("no-tickets-yet")
        return
    await tell("tickets-of-yours", count=len(mine))
    for ticket in mine:
        await tell("ticket-in-list", **facts_of(ticket))


async def show(by: Who, ticket: Ticket, *, notes: bool) -> None:
    """Tell how *ticket* stands, then its last words. A target that is past is not promised to a customer."""
    if by.role is Role.CUSTOMER:
        reaction, due = await look(Promised(by, ticket.number))
        await tell("ticket-shown", **facts_of(ticket) | {"reaction": reaction, "due": due})
    else:
        await tell("ticket-shown-inside", **facts_of(ticket))
    for said in await look(Thread(by, ticket.number, notes=notes, last=10)):
        await tell(f"said-{_voice(said)}", **_words(said))


def facts_of(ticket: Ticket) -> dict[str, object]:
    return {
        "ticket": ticket.number,
        "subject": ticket.subject,
        "state": ticket.state,
        "severity": ticket.urgency,
        "provisional": ticket.severity is None,
        "operator": ticket.holder,
        "customer": ticket.customer,
        "opened": ticket.opened_at,
        "solved": ticket.solved_at,
        "closed": ticket.closed_at,
        "reaction": None if ticket.reacted_at else ticket.reaction_due,
        "due": ticket.resolution_due if ticket.state in ("new", "claimed") else None,
    }


def _voice(said: Said) -> str:
    return "inside" if said.internal else "by-customer" if said.by_role is Role.CUSTOMER else "by-desk"


def _words(said: Said) -> dict[str, object]:
    files = ", ".join(file.name for file in said.files)
    return {"at": said.at, "name": said.name, "text": said.text, "files": files, "edited": said.edited}
