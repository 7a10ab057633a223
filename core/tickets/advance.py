"""The one function that moves a ticket: the update, the event, the deadlines and the notices, together.

Of two who move it at once one wins, since the update carries `WHERE version = :old`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from core.db import Tx
from core.errors import MovedMeanwhile, TooMuch
from core.files import Incoming, attach
from core.ids import MessageId
from core.notices.facts import VERSION, line, pack
from core.people.access import demand_operator
from core.people.who import Role, Who
from core.sla.deadlines import plan_anew
from core.tickets.lifecycle import CLOSED, RUNNING, SOLVED, WAITING, Act, State, Step, step
from core.tickets.model import Ticket
from core.tickets.rules import TicketRules
from core.tickets.tables import messages, ticket_events, tickets
from core.tickets.telling import rooms_of, show_card, tell_customer, tell_operators


@dataclass(frozen=True)
class Move:
    """What is to be done. *changes*: fields of the ticket; *facts*: for the event and the sentences.

    *text* and *files* are what is said on this occasion, by *by*; *tells* replaces the table's sentence ("" for
    none); *to* replaces the table's state, where a rule of the desk says so; *edits*: what was said before, whose
    words *text* takes the place of.
    """

    act: Act
    changes: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    files: Sequence[Incoming] = ()
    internal: bool = False
    tells: str | None = None
    to: State | None = None
    edits: MessageId | None = None


def advance(tx: Tx, ticket: Ticket, by: Who, move: Move) -> Ticket:
    """Apply *move* and return the ticket after it. Raises `NotNow`, `NotYours`, `MovedMeanwhile`, `TooMuch`."""
    leads = step(ticket.state, move.act, by.role, ticket.number)
    if by.role in (Role.OPERATOR, Role.LEAD):
        demand_operator(tx, by, move.act)
    said = say(tx, ticket, by, move)
    moved = _moved(tx, ticket, move, move.to or leads.to)
    record(tx, moved, by, move, before=ticket.state, said=said)
    planned = _planned(tx, moved)
    _write(tx, planned, over=ticket.version)
    return announce(tx, planned, by, move, leads, said)


def say(tx: Tx, ticket: Ticket, by: Who, move: Move) -> MessageId | None:
    """Write down what is said, if anything is."""
    longest = tx.rule(TicketRules).longest_text
    if len(move.text) > longest:
        raise TooMuch(what="text", limit=longest)
    if move.edits:
        tx.run(update(messages).where(messages.c.id == move.edits).values(text=move.text, edited_at=tx.now))
        return move.edits
    if not (move.text or move.files):
        return None
    said = MessageId(
        tx.add(
            messages,
            ticket_id=ticket.number,
            at=tx.now,
            by_role=by.role,
            by_id=by.id,
            internal=move.internal,
            text=move.text,
            door=ticket.door if by.role is Role.CUSTOMER else "desk",
        )
    )
    attach(tx, ticket.number, said, move.files, chat=by.chat)
    return said


def _moved(tx: Tx, ticket: Ticket, move: Move, after: State) -> Ticket:
    """Return the ticket as it will be, its deadlines apart."""
    changes = {**_stamps(tx, ticket, move.act, after), **move.changes}
    return replace(ticket, state=after, version=ticket.version + 1, **changes)


def _stamps(tx: Tx, ticket: Ticket, act: Act, after: State) -> dict[str, Any]:
    """Return the moments that a change of state writes: reaction is met for good, waiting and solved begin and end."""
    reacted = act in (Act.CLAIM, Act.TAKE_OVER, Act.ASSIGN, Act.REPLY, Act.ASK) or after is SOLVED
    stamps: dict[str, Any] = {"waiting_since": (ticket.waiting_since or tx.now) if after is WAITING else None}
    if reacted and not ticket.reacted_at:
        stamps["reacted_at"] = tx.now
    if after is SOLVED and ticket.state is not SOLVED:
        stamps["solved_at"] = tx.now
    if after is CLOSED:
        stamps["closed_at"] = tx.now
    if act is Act.REOPEN:
        stamps |= {"solved_at": None, "cycle": ticket.cycle + 1}
    return stamps


def record(tx: Tx, ticket: Ticket, by: Who, move: Move, *, before: State | None, said: MessageId | None) -> None:
    """Append what happened: history, audit and statistics at once."""
    tx.left.tickets.add(ticket.number)
    tx.put(
        ticket_events,
        ticket_id=ticket.number,
        at=tx.now,
        act=move.act,
        by_role=by.role,
        by_id=by.id,
        before=before,
        after=ticket.state,
        cycle=ticket.cycle,
        message_id=said,
        facts={"v": VERSION, **pack(move.facts)},
    )


def _planned(tx: Tx, ticket: Ticket) -> Ticket:
    """Compute the deadlines anew from (severity, opening, policy, stretches), never from the old ones."""
    planned = plan_anew(
        tx,
        number=ticket.number,
        opened_at=ticket.opened_at,
        severity=ticket.severity,
        felt=ticket.felt,
        state=ticket.state,
        reacted_at=ticket.reacted_at,
        cycle=ticket.cycle,
    )
    return replace(
        ticket,
        reaction_due=planned.reaction_due,
        resolution_due=planned.resolution_due,
        next_alert_at=planned.next_alert_at,
    )


_MOVABLE: Final = {"holder_id": "holder"} | {
    name: name
    for name in (
        *("version", "state", "topic", "severity", "reacted_at", "solved_at", "closed_at", "waiting_since", "cycle"),
        *("reaction_due", "resolution_due", "next_alert_at"),
    )
}
"""By column, the ticket's field that a move may change."""
_WRITING: Final = (
    update(tickets)
    .where(tickets.c.id == bindparam("this"), tickets.c.version == bindparam("over"))
    .values({column: bindparam(f"new_{column}") for column in _MOVABLE})
)


def _write(tx: Tx, ticket: Ticket, *, over: int) -> None:
    new = {f"new_{column}": getattr(ticket, name) for column, name in _MOVABLE.items()}
    if tx.conn.execute(_WRITING, {"this": ticket.number, "over": over, **new}).rowcount != 1:
        raise MovedMeanwhile(ticket=ticket.number)


def announce(tx: Tx, ticket: Ticket, by: Who, move: Move, leads: Step, said: MessageId | None) -> Ticket:
    """Post the customer's sentence, the line under the card, and the card itself."""
    tells = leads.tells if move.tells is None else move.tells
    speaker = by.operator if move.act in (Act.REPLY, Act.ASK) else ticket.holder  # a colleague may write as well
    facts = {"ticket": ticket.number, "operator": speaker, "said": said, **move.facts}
    if tells:
        due = ticket.resolution_due if ticket.state in RUNNING and tells != "ticket-opened" else None
        promised = due if due and due > tx.now else None  # a target that is past is never promised
        tell_customer(tx, ticket, line(tells, **{"due": promised, **facts}), by)
    actor = {"customer": ticket.customer} | ({"by": by.id} if by.role in (Role.OPERATOR, Role.LEAD) else {})
    places = rooms_of(tx, ticket)
    show_card(tx, ticket, places, first=move.act is Act.OPEN)
    tell_operators(tx, ticket, line(f"thread-{move.act}", **facts, **actor), places)
    return ticket


def asked(tx: Tx, ticket: Ticket) -> MessageId | None:
    """Return the message that the customer has not answered yet: the last question."""
    found: MessageId | None = tx.value(
        select(ticket_events.c.message_id)
        .where(ticket_events.c.ticket_id == ticket.number, ticket_events.c.act == Act.ASK)
        .order_by(ticket_events.c.id.desc())
        .limit(1)
    )
    return found if ticket.state is WAITING else None
