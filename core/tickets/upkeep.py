"""The desk's own rules with a clock: reminders, closings, and the rows that are kept no longer.

Everything goes in small pieces, and no process does again what another has just done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, select

from core.db import Tx
from core.notices.facts import line
from core.notices.tables import inbox, outbox
from core.people.proofs import Proof
from core.people.tables import proofs, tries
from core.people.who import DESK
from core.sla.calendar import Calendar
from core.sla.clock import business_days
from core.sla.once import period_taken, take_alert, take_period
from core.sla.policy import Policy
from core.sla.tables import alerts, periods
from core.talks import talks
from core.tickets.advance import asked
from core.tickets.commands import Close
from core.tickets.lifecycle import SOLVED, WAITING
from core.tickets.model import Ticket, ticket_of
from core.tickets.rules import TicketRules
from core.tickets.tables import tickets
from core.tickets.telling import tell_customer

ANSWER: Final = "answer"
"""What a reminder's row is about, where an alert's is about a target."""


# Rules about tickets


class Rule(NamedTuple):
    """Which tickets, the first to be due first; when each is; and what is done then."""

    found: Select[Any]
    due: Callable[[Tx, Ticket], datetime]
    do: Callable[[Tx, Ticket], None]


@dataclass(frozen=True)
class TendTickets:
    """Close what was solved some days ago; remind whoever does not answer, once a question, and in the end close it.

    Up to *most* tickets of one rule; the next call goes on. Returns how many were moved or reminded.
    """

    most: int = 10

    def carry_out(self, tx: Tx) -> int:
        return next((tended for rule in RULES if (tended := _tend(tx, rule, self.most))), 0)


@dataclass(frozen=True)
class NextTending:
    """When `TendTickets` has something to do next; None when nothing is solved and nobody is waited for."""

    def answer(self, tx: Tx) -> datetime | None:
        first = [(rule, row) for rule in RULES for row in tx.all(rule.found.limit(1))]
        return min((rule.due(tx, ticket_of(row)) for rule, row in first), default=None)


def _tend(tx: Tx, rule: Rule, most: int) -> int:
    rows = tx.all(rule.found.limit(most).with_for_update(skip_locked=True, of=tickets))
    due = [ticket for ticket in map(ticket_of, rows) if rule.due(tx, ticket) <= tx.now]
    for ticket in due:
        rule.do(tx, ticket)
    return len(due)


def _when_solved_for_long(tx: Tx, ticket: Ticket) -> datetime:
    return (ticket.solved_at or tx.now) + timedelta(days=tx.rule(TicketRules).close_solved_after_days)


def _when_to_remind(tx: Tx, ticket: Ticket) -> datetime:
    return _working_days_later(tx, ticket, tx.rule(TicketRules).remind_after_working_days)


def _when_waited_for_long(tx: Tx, ticket: Ticket) -> datetime:
    return _working_days_later(tx, ticket, tx.rule(TicketRules).close_unanswered_after_working_days)


def _working_days_later(tx: Tx, ticket: Ticket, days: int) -> datetime:
    return tx.rule(Policy).clock.due(ticket.waiting_since or tx.now, business_days(days))


def _close(tx: Tx, ticket: Ticket) -> None:
    Close(DESK, ticket.number).carry_out(tx)


def _remind(tx: Tx, ticket: Ticket) -> None:
    reminders = and_(alerts.c.ticket_id == ticket.number, alerts.c.target == ANSWER, alerts.c.cycle == ticket.cycle)
    number = 1 + (tx.value(select(func.max(alerts.c.number)).where(reminders)) or 0)
    when = _when_to_remind(tx, ticket)
    take_alert(tx, ticket.number, target=ANSWER, kind="reminder", cycle=ticket.cycle, number=number, deadline=when)
    said = line("reminder-to-answer", ticket=ticket.number, said=asked(tx, ticket), operator=ticket.holder)
    tell_customer(tx, ticket, said, DESK)


def _solved() -> Select[Any]:
    solved = select(tickets).where(tickets.c.state == SOLVED, tickets.c.closed_at.is_(None))
    return solved.order_by(tickets.c.solved_at, tickets.c.id)


def _waiting(*only: ColumnElement[bool]) -> Select[Any]:
    waiting = select(tickets).where(tickets.c.state == WAITING, tickets.c.closed_at.is_(None), *only)
    return waiting.order_by(tickets.c.waiting_since, tickets.c.id)


def _not_reminded() -> ColumnElement[bool]:
    """One reminder for each wait, however many questions it holds."""
    return ~exists().where(
        alerts.c.ticket_id == tickets.c.id, alerts.c.target == ANSWER, alerts.c.posted_at >= tickets.c.waiting_since
    )


RULES: Final = (
    Rule(_solved(), _when_solved_for_long, _close),
    Rule(_waiting(), _when_waited_for_long, _close),  # before the reminder: what is closed needs none
    Rule(_waiting(_not_reminded()), _when_to_remind, _remind),
)


# Rows that are kept no longer


@dataclass(frozen=True)
class Retention:
    """Days after which what served its turn is deleted."""

    heard: int = 7
    sent: int = 30
    codes: int = 7
    talks: int = 30
    periods: int = 90


AT_NIGHT: Final = time(3)
"""When it is done, in the desk's zone."""


def housekeeping_at(calendar: Calendar, now: datetime) -> datetime:
    """When it is done on the date that the desk's zone has at *now*; it may be over, or ahead."""
    return datetime.combine(now.astimezone(calendar.zone).date(), AT_NIGHT, calendar.zone)


@dataclass(frozen=True)
class Housekeeping:
    """Delete up to *most* rows that are kept no longer. Returns how many; with none left, the day is written down."""

    most: int = 100

    def carry_out(self, tx: Tx) -> int:
        night = housekeeping_at(tx.rule(Policy).calendar, tx.now)
        if tx.now < night or period_taken(tx, "housekeeping", night.date().isoformat()):
            return 0
        deleted = _delete_some(tx, self.most)
        if not deleted:
            take_period(tx, "housekeeping", night.date().isoformat())
        return deleted


def _delete_some(tx: Tx, most: int) -> int:
    """One piece of one table's; the next call goes on."""
    return next((deleted for table, old in _old(tx) if (deleted := _delete(tx, table, old, most))), 0)


def _delete(tx: Tx, table: Table, old: ColumnElement[bool], most: int) -> int:
    some = select(table.c.id).where(old).limit(most).with_for_update(skip_locked=True).cte("some")
    gone = delete(table).where(table.c.id.in_(select(some.c.id))).returning(table.c.id)
    return len(tx.all(gone))  # Python's sqlite3 counts no rows of a statement that begins with WITH


def _old(tx: Tx) -> Iterable[tuple[Table, ColumnElement[bool]]]:
    kept: Retention = tx.rules.get(Retention, Retention())
    yield inbox, inbox.c.done_at < tx.now - timedelta(days=kept.heard)
    yield outbox, outbox.c.done_at < tx.now - timedelta(days=kept.sent)
    yield proofs, and_(proofs.c.expires_at < tx.now - timedelta(days=kept.codes), proofs.c.kind != Proof.CHANNEL)
    yield tries, tries.c.at < tx.now - timedelta(days=kept.codes)
    yield talks, talks.c.moved_at < tx.now - timedelta(days=kept.talks)
    yield periods, and_(periods.c.at < tx.now - timedelta(days=kept.periods), periods.c.task != "policy")
