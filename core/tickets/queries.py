"""What may be asked about tickets. A customer sees their own; what they may not see is unknown to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select

from core.db import Tx
from core.files import File, files_of
from core.ids import MessageId, OperatorId, TicketNumber
from core.notices.facts import Line
from core.people.access import demand_desk_side
from core.people.tables import customers, operators
from core.people.who import Role, Who
from core.tickets.advance import asked
from core.tickets.lifecycle import CLOSED, NEW, RUNNING, SOLVED, WAITING, Act, State
from core.tickets.model import Asked, Event, Said, Ticket, load, ticket_of
from core.tickets.rules import TicketRules, Topic
from core.tickets.tables import messages, ticket_events, tickets

ALIKE = 65
"""From this likeness (0 to 100, of rapidfuzz's token set) two subjects are shown as perhaps the same."""
LONGEST_LIST = 50


@dataclass(frozen=True)
class Topics:
    """What people come for, as the desk lists it."""

    def answer(self, tx: Tx) -> tuple[Topic, ...]:
        return tx.rule(TicketRules).topics


@dataclass(frozen=True)
class TicketOf:
    """One ticket. Raises `UnknownTicket` for none and for another's alike."""

    by: Who
    number: TicketNumber

    def answer(self, tx: Tx) -> Ticket:
        return load(tx, self.by, self.number)


@dataclass(frozen=True)
class Holder:
    """Who has it now, if anybody."""

    by: Who
    number: TicketNumber

    def answer(self, tx: Tx) -> OperatorId | None:
        return load(tx, self.by, self.number).holder


@dataclass(frozen=True)
class Promised:
    """By when somebody answers and by when it is solved, as a customer is told: what is past is never promised."""

    by: Who
    number: TicketNumber

    def answer(self, tx: Tx) -> tuple[datetime | None, datetime | None]:
        ticket = load(tx, self.by, self.number)
        reaction = None if ticket.reacted_at else ticket.reaction_due
        due = ticket.resolution_due if ticket.state in RUNNING else None
        return _ahead(tx, reaction), _ahead(tx, due)


def _ahead(tx: Tx, moment: datetime | None) -> datetime | None:
    return moment if moment and moment > tx.now else None


@dataclass(frozen=True)
class LikeThis:
    """The person's open tickets whose subject resembles *subject*, the likest first."""

    by: Who
    subject: str

    def answer(self, tx: Tx) -> list[Ticket]:
        mine = MyTickets(self.by, open_only=True).answer(tx)
        likeness = {t.number: fuzz.token_set_ratio(t.subject.casefold(), self.subject.casefold()) for t in mine}
        alike = [t for t in mine if likeness[t.number] >= ALIKE]
        return sorted(alike, key=lambda t: -likeness[t.number])[:3]


_MINE = (
    select(tickets)
    .where(tickets.c.customer_id == bindparam("customer"))
    .order_by(tickets.c.closed_at.is_not(None), tickets.c.id.desc())
    .limit(LONGEST_LIST)
)
_MY_OPEN_ONES = _MINE.where(tickets.c.state.not_in((SOLVED, CLOSED)))


@dataclass(frozen=True)
class MyTickets:
    """The customer's tickets: open ones first, then the newest."""

    by: Who
    open_only: bool = False

    def answer(self, tx: Tx) -> list[Ticket]:
        if self.by.customer is None:
            return []
        mine = _MY_OPEN_ONES if self.open_only else _MINE
        return [ticket_of(row) for row in tx.all(mine, customer=self.by.customer)]


@dataclass(frozen=True)
class WaitingForMe:
    """Which of the customer's tickets wait for an answer, and for which."""

    by: Who

    def answer(self, tx: Tx) -> list[Asked]:
        waiting = [t for t in MyTickets(self.by, open_only=True).answer(tx) if t.state is WAITING]
        return [Asked(t, _text(tx, asked(tx, t))) for t in waiting]


def _text(tx: Tx, said: MessageId | None) -> str:
    return tx.value(select(messages.c.text).where(messages.c.id == said)) or ""


@dataclass(frozen=True)
class Thread:
    """What was said in a ticket, oldest first; *notes* only for the desk's side. Empty texts were erased or files alone."""

    by: Who
    number: TicketNumber
    notes: bool = False
    last: int = 30

    def answer(self, tx: Tx) -> list[Said]:
        load(tx, self.by, self.number)
        shown: ColumnElement[bool] = messages.c.ticket_id == self.number
        if not self.notes or self.by.role is Role.CUSTOMER:
            shown = and_(shown, messages.c.internal.is_(False), messages.c.deleted_at.is_(None))
        newest = _named(messages).where(shown).order_by(messages.c.id.desc()).limit(self.last)
        rows = tx.all(newest)[::-1]
        files = files_of(tx, [row.id for row in rows])
        return [_said(row, files.get(row.id, ())) for row in rows]


@dataclass(frozen=True)
class History:
    """What happened to a ticket, oldest first."""

    by: Who
    number: TicketNumber

    def answer(self, tx: Tx) -> list[Event]:
        load(tx, self.by, self.number)
        rows = tx.all(
            _named(ticket_events).where(ticket_events.c.ticket_id == self.number).order_by(ticket_events.c.id)
        )
        return [_event(row) for row in rows]


def _named(table: Any) -> Select[Any]:
    """Join the name of whoever said or did it, on either side of the counter."""
    by_customer = and_(table.c.by_role == Role.CUSTOMER, customers.c.id == table.c.by_id)
    by_operator = and_(table.c.by_role.in_((Role.OPERATOR, Role.LEAD)), operators.c.id == table.c.by_id)
    both = table.outerjoin(customers, by_customer).outerjoin(operators, by_operator)
    names = (customers.c.name.label("customer_name"), operators.c.name.label("operator_name"))
    return select(*table.c, *names).select_from(both)


def _said(row: Row[Any], files: Sequence[File]) -> Said:
    name = row.customer_name or row.operator_name or ""
    edited, deleted = row.edited_at is not None, row.deleted_at is not None
    return Said(row.id, row.at, Role(row.by_role), name, row.text, row.internal, tuple(files), edited, deleted)


def _event(row: Row[Any]) -> Event:
    name = row.customer_name or row.operator_name or ""
    before = State(row.before) if row.before else None
    facts = {key: value for key, value in row.facts.items() if key != "v"}
    return Event(row.at, Act(row.act), Role(row.by_role), name, before, State(row.after), facts)


@dataclass(frozen=True)
class Queue:
    """What nobody has taken yet, the first to fall due first."""

    by: Who
    topic: str | None = None

    def answer(self, tx: Tx) -> list[Ticket]:
        demand_desk_side(tx, self.by, "look")
        waiting: ColumnElement[bool] = tickets.c.state == NEW
        if self.topic:
            waiting = and_(waiting, tickets.c.topic == self.topic)
        first = (tickets.c.reacted_at.is_not(None), tickets.c.reaction_due, tickets.c.id)
        return _tickets(tx, select(tickets).where(waiting).order_by(*first))


@dataclass(frozen=True)
class Mine:
    """What the operator holds and is not solved, the first to fall due first."""

    by: Who

    def answer(self, tx: Tx) -> list[Ticket]:
        demand_desk_side(tx, self.by, "look")
        held = and_(tickets.c.holder_id == self.by.operator, tickets.c.state.not_in((SOLVED, CLOSED)))
        return _tickets(tx, select(tickets).where(held).order_by(tickets.c.resolution_due, tickets.c.id))


@dataclass(frozen=True)
class Late:
    """What is past a deadline that still runs, the latest first."""

    by: Who

    def answer(self, tx: Tx) -> list[Ticket]:
        demand_desk_side(tx, self.by, "look")
        return _tickets(tx, select(tickets).where(_due(None, tx.now)).order_by(tickets.c.resolution_due))


@dataclass(frozen=True)
class DueWithin:
    """What falls due from now until *ahead* has passed, if nobody does anything."""

    by: Who
    ahead: timedelta

    def answer(self, tx: Tx) -> list[Ticket]:
        demand_desk_side(tx, self.by, "look")
        soon = _due(tx.now, tx.now + self.ahead)
        return _tickets(tx, select(tickets).where(soon).order_by(tickets.c.resolution_due, tickets.c.reaction_due))


def _due(after: datetime | None, until: datetime) -> ColumnElement[bool]:
    """Whether a target that still runs lies in [after, until); late is strictly after the deadline."""
    reaction = and_(
        tickets.c.reacted_at.is_(None), tickets.c.state == NEW, _within(tickets.c.reaction_due, after, until)
    )
    running = tickets.c.state.in_(tuple(RUNNING))
    return or_(reaction, and_(running, _within(tickets.c.resolution_due, after, until)))


def _within(column: ColumnElement[datetime], after: datetime | None, until: datetime) -> ColumnElement[bool]:
    return and_(column >= after, column <= until) if after else column < until


def _tickets(tx: Tx, query: Select[Any]) -> list[Ticket]:
    return [ticket_of(row) for row in tx.all(query.limit(LONGEST_LIST))]


@dataclass(frozen=True)
class Spoken:
    """The lines with the words that their facts lead to, as they are at this moment.

    `ticket` adds `subject`; `said` adds `text` and the files' names; `operator`, `by`, `to`, `from` and `customer`
    become names; `phone_of` adds a customer's `phone`.
    """

    lines: tuple[Line, ...]

    def answer(self, tx: Tx) -> tuple[Line, ...]:
        return tuple(Line(one.message, self._filled(tx, one.facts)) for one in self.lines)

    def _filled(self, tx: Tx, facts: Mapping[str, Any]) -> dict[str, Any]:
        filled = dict(facts)
        if number := facts.get("ticket"):
            filled["subject"] = tx.value(select(tickets.c.subject).where(tickets.c.id == number)) or ""
        if said := facts.get("said"):
            filled["text"] = _text(tx, said)
            filled["files"] = ", ".join(file.name for file in files_of(tx, [said]).get(said, ()))
        if whose := facts.get("phone_of"):
            filled["phone"] = tx.value(select(customers.c.phone).where(customers.c.id == whose)) or None
        for key, table in _NAMES.items():
            if isinstance(id_ := facts.get(key), int):
                filled[key] = tx.value(select(table.c.name).where(table.c.id == id_)) or ""
        return filled


_NAMES = {"operator": operators, "by": operators, "to": operators, "from": operators, "customer": customers}
