"""A ticket's deadlines, and the next moment at which somebody is to be told about them.

The pure half decides from a `Case`; the thin reading half fills it from what happened (`ticket_events`) and what was
said already (`alerts`). The answer is a column, `next_alert_at`: the sweep sleeps until the smallest of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import BindParameter, Row, bindparam, column, or_, select, table

from core.db import Json, Moment, Tx
from core.ids import TicketNumber
from core.sla.calendar import Calendar
from core.sla.plan import Due, Plan, Stretch, next_repeat, plan, resolution_due
from core.sla.policy import Policy, Severity, Target
from core.sla.tables import alerts

GRACE: Final = timedelta(minutes=1)
"""An alert for a deadline exactly at closing goes at closing: so long after, the sweep is not yet late for it."""
RUNNING: Final = frozenset({"new", "claimed"})
"""States in which the resolution clock runs (those of `lifecycle.RUNNING`, one floor up)."""
OVER: Final = frozenset({"solved", "closed"})

# What happened lies one floor up, where it is written; here it is only read, by its names.
_events = table(
    "ticket_events",
    column("id"),
    column("ticket_id"),
    column("at", Moment()),
    column("act"),
    column("before"),
    column("after"),
    column("facts", Json),
)
_numbers: BindParameter[Any] = bindparam("numbers", expanding=True)
_HAPPENED = (
    select(_events)
    .where(
        _events.c.ticket_id.in_(_numbers),
        or_(_events.c.before.is_(None), _events.c.before != _events.c.after, _events.c.act == "classify"),
    )
    .order_by(_events.c.ticket_id, _events.c.id)
)
_POSTED = select(alerts).where(alerts.c.ticket_id.in_(_numbers)).order_by(alerts.c.ticket_id, alerts.c.id)


class AlertKind(StrEnum):
    WARNING = "warning"
    BREACH = "breach"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to say about one target, or said already: *at* is when. *number* counts from 1 within its kind."""

    target: Target
    kind: AlertKind
    number: int
    deadline: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """The operators' severity was *was* until *at*."""

    at: datetime
    was: Severity | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket, as far as its clock is concerned. *felt* is the customer's own, provisional severity."""

    number: TicketNumber
    opened_at: datetime
    severity: Severity | None
    felt: Severity | None
    state: str
    reacted_at: datetime | None
    cycle: int

    @property
    def urgency(self) -> Severity | None:
        return self.severity or self.felt


@dataclass(frozen=True, slots=True)
class Case:
    """All that the next alert depends on. *posted*: what was said in this cycle, oldest first."""

    ticket: Standing
    stretches: tuple[Stretch, ...] = ()
    changes: tuple[Change, ...] = ()
    posted: tuple[Alert, ...] = ()

    def having_said(self, said: Iterable[Alert]) -> Case:
        return replace(self, posted=(*self.posted, *said))

    @property
    def running_since(self) -> datetime:
        return self.stretches[-1].begin if self.stretches else self.ticket.opened_at


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What is written beside a ticket. *resolution_due* is None while its clock stands still and nothing was missed."""

    reaction_due: datetime
    resolution_due: datetime | None
    next_alert_at: datetime | None


def late(now: datetime, due: datetime | None) -> bool:
    """Late is strictly after the deadline."""
    return due is not None and now > due


# The pure half


def deadlines(case: Case, policy: Policy, now: datetime) -> Deadlines:
    """Everything anew from (severity, opening, policy, stretches), never from the old deadlines."""
    planned = plan_of(case, policy)
    moments = [alert.at for alert in next_alerts(case, policy, now)]
    return Deadlines(planned.reaction_due, planned.resolution_due, min(moments, default=None))


def plan_of(case: Case, policy: Policy) -> Plan:
    return plan(case.ticket.opened_at, case.ticket.urgency, case.stretches, policy)


def next_alerts(case: Case, policy: Policy, now: datetime) -> list[Alert]:
    """What is to be said next, and when: at most one alert for each target. An `at` that is not after *now* is due."""
    if case.ticket.state in OVER:
        return []
    planned = plan_of(case, policy)
    found = []
    if case.ticket.reacted_at is None:
        high = case.ticket.urgency in (None, Severity.HIGH)  # one without a severity counts as High for its reaction
        high &= not any(told.target is Target.RESOLUTION and told.kind is AlertKind.BREACH for told in case.posted)
        found.append(_next(planned.reaction, case, policy, now, runs=True, high=high))
    if planned.resolution:
        runs = case.ticket.state in RUNNING
        high = case.ticket.urgency is Severity.HIGH
        found.append(_next(planned.resolution, case, policy, now, runs=runs, high=high))
    return [alert for alert in found if alert]


def _next(due: Due, case: Case, policy: Policy, now: datetime, *, runs: bool, high: bool) -> Alert | None:
    """One breach in a cycle, whatever the deadline does after it; before it a warning, after it a High's repeats."""
    calendar = policy.calendar
    said = [alert for alert in case.posted if alert.target is due.target]
    if any(alert.kind is AlertKind.BREACH for alert in said):
        return _repeat(due, case, said, calendar, now) if runs and high else None
    breach = _alert(due, AlertKind.BREACH, said, said_at(due.breach_at, calendar, now))
    if runs and due.warn_at and _armed(due, case, said, policy):
        warning = _alert(due, AlertKind.WARNING, said, said_at(due.warn_at, calendar, now))
        if warning.at < due.at and not late(now, due.at):
            return warning
    return breach


def _alert(due: Due, kind: AlertKind, said: Sequence[Alert], at: datetime) -> Alert:
    number = 1 + sum(alert.kind is kind for alert in said)
    return Alert(due.target, kind, number, due.at, at)


def said_at(moment: datetime, calendar: Calendar, now: datetime) -> datetime:
    """*moment*, or where it has gone by (everything was down, or the deadline was put into the past), the next
    moment at which somebody is there."""
    return moment if now <= moment + GRACE else calendar.next_opening(now)


def _repeat(due: Due, case: Case, said: Sequence[Alert], calendar: Calendar, now: datetime) -> Alert:
    """A staffed hour after it was told last, or since the clock runs again; a deadline that moved on is waited for."""
    told = max(alert.at for alert in said if alert.kind is not AlertKind.WARNING)
    since = max(told, case.running_since) if due.target is Target.RESOLUTION else told
    moment = max(next_repeat(since, calendar), due.breach_at)
    return _alert(due, AlertKind.REPEAT, said, said_at(moment, calendar, now))


def _armed(due: Due, case: Case, said: Sequence[Alert], policy: Policy) -> bool:
    """Whether a warning may go: the first one, or one for a deadline that moved earlier than what was warned of."""
    warned = next((alert for alert in reversed(said) if alert.kind is AlertKind.WARNING), None)
    if warned is None or due.at < warned.deadline:
        return True
    return due.target is Target.RESOLUTION and _severer(due, case, warned, policy)


def _severer(due: Due, case: Case, warned: Alert, policy: Policy) -> bool:
    """Whether the severity that was warned of would by now be due later: pauses alone move a deadline, and re-arm
    nothing."""
    change = next((change for change in case.changes if change.at > warned.at), None)
    was = change and (change.was or case.ticket.felt)
    if not was:
        return False
    then = resolution_due(case.ticket.opened_at, was, case.stretches or [Stretch(case.ticket.opened_at)], policy)
    return then is not None and due.at < then


# The reading half


def plan_first(tx: Tx, felt: Severity | None) -> Deadlines:
    """The deadlines of a ticket that is opened at `tx.now`: nothing has happened to it, so nothing is read."""
    ticket = Standing(TicketNumber(0), tx.now, None, felt, "new", None, 0)
    return deadlines(Case(ticket, (Stretch(tx.now),)), tx.rule(Policy), tx.now)


def plan_anew(
    tx: Tx,
    *,
    number: TicketNumber,
    opened_at: datetime,
    severity: Severity | None,
    felt: Severity | None,
    state: str,
    reacted_at: datetime | None,
    cycle: int,
) -> Deadlines:
    """A ticket's deadlines as of `tx.now`, from what has happened to it (this act's event is written already)."""
    ticket = Standing(number, opened_at, severity, felt, state, reacted_at, cycle)
    return deadlines(cases(tx, [ticket])[number], tx.rule(Policy), tx.now)


def cases(tx: Tx, standing: Sequence[Standing]) -> Mapping[TicketNumber, Case]:
    """Read what happened to these tickets and what was said about them, in two statements however many they are."""
    numbers = {"numbers": [ticket.number for ticket in standing]}
    happened = _by_ticket(tx.conn.execute(_HAPPENED, numbers))
    posted = _by_ticket(tx.conn.execute(_POSTED, numbers))
    return {
        t.number: Case(t, stretches_of(happened[t.number]), _changes(happened[t.number]), _said(posted[t.number], t))
        for t in standing
    }


def _by_ticket(rows: Iterable[Row[Any]]) -> Mapping[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(row)
    return found


def stretches_of(events: Iterable[Row[Any]]) -> tuple[Stretch, ...]:
    """The stretches in which the resolution clock ran: a reopening or an answer begins one."""
    found: list[Stretch] = []
    for event in events:
        running = bool(found) and found[-1].end is None
        if event.after in RUNNING and not running:
            found.append(Stretch(event.at))
        elif event.after not in RUNNING and running:
            found[-1] = Stretch(found[-1].begin, event.at)
    return tuple(found)


def _changes(events: Iterable[Row[Any]]) -> tuple[Change, ...]:
    return tuple(
        Change(event.at, Severity(was) if (was := event.facts.get("was")) else None)
        for event in events
        if event.act == "classify"
    )


def _said(rows: Iterable[Row[Any]], ticket: Standing) -> tuple[Alert, ...]:
    targets = {target.value for target in Target}
    return tuple(
        Alert(Target(row.target), AlertKind(row.kind), row.number, row.deadline, row.posted_at)
        for row in rows
        if row.cycle == ticket.cycle and row.target in targets
    )
