"""The sweep: what falls due is said, once, to whom it concerns; and when the next thing falls due.

Its cost follows what is due, not what is open: each ticket carries the next moment at which something is to be said.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import func, select, update

from core.db import Tx
from core.ids import ChatId
from core.notices.chats import Chat, Room, rooms
from core.notices.facts import Line, line
from core.notices.outbox import Kind, post
from core.people.queries import Subscribers
from core.sla.deadlines import Alert, AlertKind, Case, Standing, cases, deadlines, next_alerts
from core.sla.fingerprint import fingerprint
from core.sla.once import period_taken, renew_period, take_alert
from core.sla.policy import Policy
from core.tickets.lifecycle import CLOSED, SOLVED
from core.tickets.model import Ticket, ticket_of
from core.tickets.tables import messages, tickets

log = logging.getLogger(__name__)
AGAIN: Final = timedelta(hours=1)
"""After so long a ticket that could not be planned is tried again."""
AT_ONCE: Final = timedelta(minutes=1)
"""A breach that is told later than this says how late it is."""


@dataclass(frozen=True)
class NextAlert:
    """When something is to be said next; None when no open ticket waits for anything."""

    def answer(self, tx: Tx) -> datetime | None:
        found: datetime | None = tx.value(select(func.min(tickets.c.next_alert_at)))
        return found


@dataclass(frozen=True)
class Sweep:
    """Say what is due of up to *most* tickets, the longest due first. Returns how many tickets it looked at.

    Several processes share the work: each passes over what another is just at.
    """

    most: int = 20  # some 2 ms each: what people say is not held up

    def carry_out(self, tx: Tx) -> int:
        found = [ticket_of(row) for row in tx.all(due_tickets(tx.now, self.most))]
        known = cases(tx, [standing(ticket) for ticket in found])
        listeners = Listeners(tx)
        for ticket in found:
            with _apart(tx, ticket):
                _sweep(tx, ticket, known[ticket.number], listeners)
        return len(found)


@contextmanager
def _apart(tx: Tx, ticket: Ticket) -> Iterator[None]:
    """One ticket that can't be planned (a fault of ours) keeps no other from being told of; it is looked at again."""
    try:
        with tx.apart():
            yield
    except Exception:
        log.exception("could not look after ticket %s", ticket.number)
        later = update(tickets).where(tickets.c.id == ticket.number).values(next_alert_at=tx.now + AGAIN)
        tx.run(later)


def due_tickets(now: datetime, most: int) -> Any:
    """The statement that finds what is due, by its index."""
    due = select(tickets).where(tickets.c.next_alert_at <= now).order_by(tickets.c.next_alert_at).limit(most)
    return due.with_for_update(skip_locked=True)


def standing(ticket: Ticket) -> Standing:
    return Standing(
        ticket.number,
        ticket.opened_at,
        ticket.severity,
        ticket.felt,
        ticket.state,
        ticket.reacted_at,
        ticket.cycle,
    )


def _sweep(tx: Tx, ticket: Ticket, case: Case, listeners: Listeners) -> None:
    policy = tx.rule(Policy)
    due = [alert for alert in next_alerts(case, policy, tx.now) if alert.at <= tx.now]
    for alert in due:
        if _take(tx, ticket, alert):
            _tell(tx, ticket, alert, listeners)
    after = case.having_said(replace(alert, at=tx.now) for alert in due)
    next_at = deadlines(after, policy, tx.now).next_alert_at
    tx.run(update(tickets).where(tickets.c.id == ticket.number).values(next_alert_at=next_at))


def _take(tx: Tx, ticket: Ticket, alert: Alert) -> bool:
    return take_alert(
        tx,
        ticket.number,
        target=alert.target,
        kind=alert.kind,
        cycle=ticket.cycle,
        number=alert.number,
        deadline=alert.deadline,
    )


# Who is told: the table of the service levels


class Listeners:
    """Who listens, looked up once for all the tickets of a sweep."""

    def __init__(self, tx: Tx) -> None:
        self.room = cache(partial(rooms, tx))
        self.subscribers = cache(partial(Subscribers().answer, tx))


def _tell(tx: Tx, ticket: Ticket, alert: Alert, listeners: Listeners) -> None:
    told: set[ChatId] = set()  # a lead's own chat may be the leads' room as well
    for places, said in _TOLD[alert.kind](tx, ticket, alert, listeners):
        for place in places:
            if place.id not in told:
                post(tx, Kind.ALERT, place.id, said, ticket=ticket.number)
            told.add(place.id)


Told = Iterator[tuple[Sequence[Chat], Line]]


def _warning(tx: Tx, ticket: Ticket, alert: Alert, listeners: Listeners) -> Told:
    said = line("warning", **_facts(ticket, alert), left=alert.deadline - tx.now)
    yield listeners.room(Room.OPERATORS, ticket.topic), said
    yield listeners.subscribers(), said


def _breach(tx: Tx, ticket: Ticket, alert: Alert, listeners: Listeners) -> Told:
    """The leads get the buttons (take it, give it, say why): they hang on the sentence's id."""
    facts = {**_facts(ticket, alert), **_lateness(tx, ticket, alert)}
    yield listeners.room(Room.OPERATORS, ticket.topic), line("breach-told", **facts)
    yield listeners.room(Room.LEADS, ticket.topic), line("breach", **facts)
    yield listeners.subscribers(), line("breach-told", **facts)


def _repeat(tx: Tx, ticket: Ticket, alert: Alert, listeners: Listeners) -> Told:
    facts = {**_facts(ticket, alert), **_lateness(tx, ticket, alert)}
    yield listeners.room(Room.LEADS, ticket.topic), line("repeat", **facts)


_TOLD: Final = {AlertKind.WARNING: _warning, AlertKind.BREACH: _breach, AlertKind.REPEAT: _repeat}


def _facts(ticket: Ticket, alert: Alert) -> dict[str, Any]:
    return {"ticket": ticket.number, "target": alert.target, "due": alert.deadline, **who_has(ticket)}


def who_has(ticket: Ticket) -> dict[str, Any]:
    """The severity and the holder, each None as long as there is none."""
    return {"severity": ticket.urgency, "operator": ticket.holder}


def _lateness(tx: Tx, ticket: Ticket, alert: Alert) -> dict[str, Any]:
    """How late it is, unless this is told at once; and when anybody last wrote."""
    late = tx.now - alert.deadline
    last = tx.value(select(func.max(messages.c.at)).where(messages.c.ticket_id == ticket.number))
    return {"late": late if late > AT_ONCE else None, "last": last}


# A policy that changed while the desk was down


@dataclass(frozen=True)
class PolicyKnown:
    """Whether the open tickets are planned by the policy that the desk has now."""

    def answer(self, tx: Tx) -> bool:
        return period_taken(tx, "policy", fingerprint(tx.rule(Policy)))


@dataclass(frozen=True)
class ReplanAll:
    """Plan the open tickets after number *after* anew, up to *most* of them: a piece of the work, and short.

    Returns the number to go on after; None when all are done, which is then written down.
    """

    after: int = 0
    most: int = 50

    def carry_out(self, tx: Tx) -> int | None:
        going_on = select(tickets).where(tickets.c.id > self.after, tickets.c.state.not_in((SOLVED, CLOSED)))
        rows = tx.all(going_on.order_by(tickets.c.id).limit(self.most).with_for_update())
        found = [ticket_of(row) for row in rows]
        known = cases(tx, [standing(ticket) for ticket in found])
        for ticket in found:
            _replan(tx, ticket, known[ticket.number])
        if found:
            return found[-1].number
        renew_period(tx, "policy", fingerprint(tx.rule(Policy)))
        return None


def _replan(tx: Tx, ticket: Ticket, case: Case) -> None:
    planned = deadlines(case, tx.rule(Policy), tx.now)
    columns = {
        "reaction_due": planned.reaction_due,
        "resolution_due": planned.resolution_due,
        "next_alert_at": planned.next_alert_at,
    }
    tx.run(update(tickets).where(tickets.c.id == ticket.number).values(columns))
