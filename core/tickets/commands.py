"""What may be done with a ticket. Each command carries itself out and returns the ticket after it.

Every one says by whom; a ticket that the person may not see is an unknown one, told alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select

from core.db import Tx
from core.errors import AlreadyClaimed, SeverityNeeded, TooMuch, UnknownColleague, UnknownCustomer
from core.files import Incoming
from core.ids import ChatId, CustomerId, OperatorId, TicketNumber
from core.notices.chats import chat
from core.notices.facts import line
from core.people.access import demand_operator
from core.people.addresses import plain
from core.people.queries import ChatsOf, OperatorOf
from core.people.who import Role, Who
from core.sla.deadlines import plan_first
from core.sla.once import period_taken_at, renew_period
from core.sla.policy import Policy, Severity
from core.tickets.advance import Move, advance, announce, record, say
from core.tickets.lifecycle import CLAIMED, NEW, WAITING, Act, step
from core.tickets.model import Ticket, load, ticket_of
from core.tickets.rules import TicketRules
from core.tickets.tables import tickets
from core.tickets.telling import rooms_of, show_card, tell_operators

DESK_SIDE = frozenset({Role.OPERATOR, Role.LEAD})


@dataclass(frozen=True)
class OpenTicket:
    """Open a ticket: a customer their own, an operator one for a caller. *felt*: how badly it stops the customer."""

    by: Who
    subject: str
    story: str
    topic: str | None = None
    felt: Severity | None = None
    files: tuple[Incoming, ...] = ()
    customer: CustomerId | None = None
    follows: TicketNumber | None = None

    def carry_out(self, tx: Tx) -> Ticket:
        opens = step(None, Act.OPEN, self.by.role)
        if self.by.role in DESK_SIDE:
            demand_operator(tx, self.by, Act.OPEN)
        if self.follows:
            load(tx, self.by, self.follows)
        ticket = self._begin(tx, self._customer(tx))
        facts = {"topic": self.topic, "felt": self.felt}
        move = Move(Act.OPEN, facts=facts, text=self.story, files=self.files)
        said = say(tx, ticket, self.by, move)
        record(tx, ticket, self.by, move, before=None, said=said)
        told = {**self._promise(tx, ticket), "follows": self.follows}
        return announce(tx, ticket, self.by, Move(Act.OPEN, facts=told), opens, said)

    def _customer(self, tx: Tx) -> CustomerId:
        if self.by.role in DESK_SIDE and self.customer:
            return self.customer
        if self.by.customer is None or self.by.role is not Role.CUSTOMER:
            raise UnknownCustomer(given="")
        open_ones = select(func.count()).where(tickets.c.customer_id == self.by.customer, tickets.c.closed_at.is_(None))
        if tx.value(open_ones) >= (most := tx.rule(TicketRules).most_open):
            raise TooMuch(what="tickets", limit=most)
        return self.by.customer

    def _begin(self, tx: Tx, whose: CustomerId) -> Ticket:
        at_desk = self.by.role in DESK_SIDE
        planned = plan_first(tx, self.felt)
        columns = {
            "version": 1,
            "state": NEW,
            "customer_id": whose,
            "chat_id": _first_chat(tx, whose) if at_desk else self.by.chat,
            "subject": plain(self.subject),
            "topic": self.topic,
            "felt": self.felt,
            "opened_at": tx.now,
            "opened_by": self.by.operator if at_desk else None,
            "door": "phone" if at_desk else chat(tx, self.by.chat).channel,
            "cycle": 0,
            "reaction_due": planned.reaction_due,
            "resolution_due": planned.resolution_due,
            "next_alert_at": planned.next_alert_at,
            "follows": self.follows,
        }
        return ticket_of(tx.added(tickets, **columns))

    def _promise(self, tx: Tx, ticket: Ticket) -> dict[str, Any]:
        """By when somebody answers, if that lies ahead; and when somebody will be there, where nobody is now."""
        calendar = tx.rule(Policy).calendar
        ahead = ticket.reaction_due and ticket.reaction_due > tx.now
        return {
            "due": ticket.reaction_due if ahead else None,
            "opens": None if calendar.is_staffed(tx.now) else calendar.next_opening(tx.now),
        }


def _first_chat(tx: Tx, customer: CustomerId) -> ChatId | None:
    return next((place.id for place in ChatsOf(customer).answer(tx)), None)


@dataclass(frozen=True)
class AddMessage:
    """Add words to a ticket; nothing moves. "Thanks" reopens nothing."""

    by: Who
    number: TicketNumber
    text: str
    files: tuple[Incoming, ...] = ()

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        return advance(tx, ticket, self.by, Move(Act.ADD, text=self.text, files=self.files))


@dataclass(frozen=True)
class Answer:
    """Answer the operator's question: the customer, or an operator who types what a caller said."""

    by: Who
    number: TicketNumber
    text: str
    files: tuple[Incoming, ...] = ()

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        quiet = "" if self.by.role in DESK_SIDE else None  # a caller has just said it: no notice of their own words
        return advance(tx, ticket, self.by, Move(Act.ANSWER, text=self.text, files=self.files, tells=quiet))


@dataclass(frozen=True)
class Say:
    """Take what somebody wrote about a ticket, whatever its state: an answer where one is waited for, else words added."""

    by: Who
    number: TicketNumber
    text: str
    files: tuple[Incoming, ...] = ()

    def carry_out(self, tx: Tx) -> Ticket:
        waits = load(tx, self.by, self.number, to_move=True).state is WAITING
        kind = Answer if waits else AddMessage
        return kind(self.by, self.number, self.text, self.files).carry_out(tx)


@dataclass(frozen=True)
class Claim:
    """Take a ticket in charge. Of two at once one wins; the other is told who did. A second press is no trouble."""

    by: Who
    number: TicketNumber

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        if ticket.state in (CLAIMED, WAITING) and ticket.holder:
            if ticket.holder == self.by.operator:
                return ticket
            raise AlreadyClaimed(ticket=self.number, operator=ticket.holder)
        return advance(tx, ticket, self.by, Move(Act.CLAIM, {"holder": self.by.operator}))


@dataclass(frozen=True)
class TakeOver:
    """Take a colleague's ticket, if it is still *from_*'s."""

    by: Who
    number: TicketNumber
    from_: OperatorId

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        if ticket.holder == self.by.operator:
            return ticket
        if ticket.holder != self.from_:
            raise AlreadyClaimed(ticket=self.number, operator=ticket.holder)
        move = Move(Act.TAKE_OVER, {"holder": self.by.operator}, {"from": self.from_, "to": self.by.operator})
        return advance(tx, ticket, self.by, move)


@dataclass(frozen=True)
class Assign:
    """Give a ticket to a colleague."""

    by: Who
    number: TicketNumber
    to: OperatorId

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        if ticket.holder == self.to:
            return ticket
        if not OperatorOf(self.to).answer(tx).active:
            raise UnknownColleague(given=self.to)
        move = Move(Act.ASSIGN, {"holder": self.to}, {"from": ticket.holder, "to": self.to})
        return advance(tx, ticket, self.by, move)


@dataclass(frozen=True)
class Release:
    """Give a ticket back to the queue. Its reaction stays met."""

    by: Who
    number: TicketNumber

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        return advance(tx, ticket, self.by, Move(Act.RELEASE, {"holder": None}, {"from": ticket.holder}))


@dataclass(frozen=True)
class Classify:
    """Set the severity (and the topic). The customer is told when it is another than they had."""

    by: Who
    number: TicketNumber
    severity: Severity
    topic: str | None = None

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        topic = self.topic or ticket.topic
        if (self.severity, topic) == (ticket.severity, ticket.topic):
            return ticket
        facts = {"severity": self.severity, "was": ticket.severity, "topic": topic}
        changes = {"severity": self.severity, "topic": topic}
        quiet = "" if self.severity == ticket.urgency else None
        return advance(tx, ticket, self.by, Move(Act.CLASSIFY, changes, facts, tells=quiet))


def _held(ticket: Ticket, by: Who) -> dict[str, Any]:
    """Whoever answers or solves an unclaimed ticket becomes its holder."""
    return {} if ticket.holder else {"holder": by.operator}


def _to_customer(tx: Tx, words: Reply | Ask, act: Act) -> Ticket:
    ticket = load(tx, words.by, words.number, to_move=True)
    return advance(tx, ticket, words.by, Move(act, _held(ticket, words.by), text=words.text, files=words.files))


@dataclass(frozen=True)
class Reply:
    """Write to the customer. It claims an unclaimed ticket."""

    by: Who
    number: TicketNumber
    text: str
    files: tuple[Incoming, ...] = ()

    def carry_out(self, tx: Tx) -> Ticket:
        return _to_customer(tx, self, Act.REPLY)


@dataclass(frozen=True)
class Ask:
    """Ask the customer; the resolution clock stops until they answer."""

    by: Who
    number: TicketNumber
    text: str
    files: tuple[Incoming, ...] = ()

    def carry_out(self, tx: Tx) -> Ticket:
        return _to_customer(tx, self, Act.ASK)


@dataclass(frozen=True)
class Note:
    """Write what stays inside the desk."""

    by: Who
    number: TicketNumber
    text: str
    files: tuple[Incoming, ...] = ()
    about: str = ""  # "late": why it is late

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        facts = {"about": self.about or None}
        return advance(tx, ticket, self.by, Move(Act.NOTE, {}, facts, self.text, self.files, internal=True))


@dataclass(frozen=True)
class Solve:
    """Solve a ticket: the page's "chiusura". From a customer, an unclaimed one is withdrawn.

    An operator's solution demands a severity; where the customer says that it is solved, their own stands, else Info.
    """

    by: Who
    number: TicketNumber
    text: str = ""
    severity: Severity | None = None

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        if self.by.role is Role.CUSTOMER:
            return self._by_customer(tx, ticket)
        if not (severity := self.severity or ticket.severity):
            raise SeverityNeeded(ticket=self.number)
        changes = {"severity": severity, **_held(ticket, self.by)}
        facts = {"severity": severity, "was": ticket.severity, "solved_by": "operator"}
        return advance(tx, ticket, self.by, Move(Act.SOLVE, changes, facts, self.text))

    def _by_customer(self, tx: Tx, ticket: Ticket) -> Ticket:
        if ticket.state is NEW:
            return Withdraw(self.by, self.number).carry_out(tx)
        changes = {"severity": ticket.urgency or Severity.INFO}
        move = Move(Act.SOLVE, changes, {"solved_by": "customer"}, self.text, tells="ticket-solved-by-you")
        return advance(tx, ticket, self.by, move)


@dataclass(frozen=True)
class Reopen:
    """Go on from where it was; it goes back to its holder, or to the queue when they have left."""

    by: Who
    number: TicketNumber
    text: str = ""
    files: tuple[Incoming, ...] = ()

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        left = ticket.holder is None or not OperatorOf(ticket.holder).answer(tx).active
        changes = {"holder": None} if left else {}
        to = NEW if left else None
        return advance(tx, ticket, self.by, Move(Act.REOPEN, changes, text=self.text, files=self.files, to=to))


@dataclass(frozen=True)
class Withdraw:
    """The customer needs it no more."""

    by: Who
    number: TicketNumber

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        return advance(tx, ticket, self.by, Move(Act.WITHDRAW))


@dataclass(frozen=True)
class Close:
    """Close for good."""

    by: Who
    number: TicketNumber

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        return advance(tx, ticket, self.by, Move(Act.CLOSE))


QUIET_FOR: Final = timedelta(hours=1)
"""How long the operators are not told again that somebody asks for a person."""


@dataclass(frozen=True)
class AskedForHuman:
    """Whether the operators have just been told that the customer of this ticket asks for a person."""

    by: Who
    number: TicketNumber

    def answer(self, tx: Tx) -> bool:
        told = period_taken_at(tx, _asked_for_human(load(tx, self.by, self.number)))
        return told is not None and tx.now - told < QUIET_FOR


def _asked_for_human(ticket: Ticket) -> str:
    return f"human:{ticket.number}"


@dataclass(frozen=True)
class WantsHuman:
    """A customer asks for a person about their ticket: the operators are told, once in a while."""

    by: Who
    number: TicketNumber

    def carry_out(self, tx: Tx) -> Ticket:
        ticket = load(tx, self.by, self.number, to_move=True)
        if AskedForHuman(self.by, self.number).answer(tx):
            return ticket
        renew_period(tx, _asked_for_human(ticket), "told")
        places = rooms_of(tx, ticket)
        show_card(tx, ticket, places)
        tell_operators(tx, ticket, line("wants-a-person", ticket=self.number, customer=ticket.customer), places)
        return ticket
