"""How the desk does: figures over what happened (`ticket_events`) and over the tickets' own moments.

Durations are on the wall, as the customer lives them; a percentile is the smallest one that so many do not pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.db import Tx
from core.people.access import demand_lead
from core.people.who import Who
from core.sla.policy import Policy, Severity, Target
from core.tickets.lifecycle import CLAIMED, NEW, RUNNING, SOLVED, WAITING, Act
from core.tickets.tables import ticket_events, tickets

UNCLASSIFIED = "none"


@dataclass(frozen=True)
class Report:
    """What happened from *since* until *until* (excluded), and what is open now.

    *late*: targets whose deadline lies in the period and was missed. *open*: by severity, the customer's own until
    there is another, "none" without either. Of the times, None where there is nothing to count.
    """

    since: datetime
    until: datetime
    opened: int
    claimed: int
    solved: int
    reopened: int
    late_reaction: int
    late_resolution: int
    open: Mapping[str, int]
    claim_median: timedelta | None
    claim_90: timedelta | None
    solve_median: timedelta | None
    solve_90: timedelta | None

    def facts(self) -> dict[str, Any]:
        """For a sentence: *open* is all that are, beside *high*, *medium*, *low*, *info* and *unclassified*."""
        by_severity = {severity.value: self.open[severity] for severity in Severity}
        counts = {"open": sum(self.open.values()), "unclassified": self.open[UNCLASSIFIED], **by_severity}
        return {field.name: getattr(self, field.name) for field in fields(self)} | counts


@dataclass(frozen=True)
class Figures:
    """The figures of a period. For leads: raises `NotYours`."""

    by: Who
    since: datetime
    until: datetime

    def answer(self, tx: Tx) -> Report:
        demand_lead(tx, self.by, "figures")
        period = (self.since, self.until)
        return Report(
            *period,
            opened=_events(tx, period, ticket_events.c.act == Act.OPEN),
            claimed=_events(tx, period, ticket_events.c.before == NEW, ticket_events.c.after.in_((CLAIMED, WAITING))),
            solved=_events(tx, period, ticket_events.c.before != SOLVED, ticket_events.c.after == SOLVED),
            reopened=_events(tx, period, ticket_events.c.act == Act.REOPEN),
            late_reaction=_late(tx, period, Target.REACTION),
            late_resolution=_late(tx, period, Target.RESOLUTION),
            open=_open(tx),
            claim_median=_percentile(tx, period, tickets.c.reacted_at, 50),
            claim_90=_percentile(tx, period, tickets.c.reacted_at, 90),
            solve_median=_percentile(tx, period, tickets.c.solved_at, 50),
            solve_90=_percentile(tx, period, tickets.c.solved_at, 90),
        )


@dataclass(frozen=True)
class Today:
    """The figures of today, from midnight in the desk's zone until now. For leads: raises `NotYours`."""

    by: Who

    def answer(self, tx: Tx) -> Report:
        zone = tx.rule(Policy).calendar.zone
        midnight = datetime.combine(tx.now.astimezone(zone).date(), time(), zone)
        return Figures(self.by, midnight, tx.now + timedelta(microseconds=1)).answer(tx)


Period = tuple[datetime, datetime]


def _within(moment: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return and_(moment >= period[0], moment < period[1])


def _events(tx: Tx, period: Period, *which: ColumnElement[bool]) -> int:
    return int(tx.value(select(func.count()).where(_within(ticket_events.c.at, period), *which)))


def _late(tx: Tx, period: Period, target: Target) -> int:
    """Missed: met after its deadline, or not met and the deadline is over. A ticket withdrawn in time missed nothing."""
    due, met = (
        (tickets.c.reaction_due, tickets.c.reacted_at)
        if target is Target.REACTION
        else (tickets.c.resolution_due, tickets.c.solved_at)
    )
    end = func.coalesce(met, tickets.c.closed_at)
    missed = or_(end > due, and_(end.is_(None), due < tx.now))
    return int(tx.value(select(func.count()).where(_within(due, period), missed)))


def _open(tx: Tx) -> Mapping[str, int]:
    urgency = func.coalesce(tickets.c.severity, tickets.c.felt, UNCLASSIFIED)
    still = and_(tickets.c.closed_at.is_(None), tickets.c.state.in_((*sorted(RUNNING), WAITING)))
    found = {row.urgency: row.many for row in tx.all(_counted(urgency, still))}
    return {key: found.get(key, 0) for key in (*Severity, UNCLASSIFIED)}


def _counted(what: ColumnElement[Any], where: ColumnElement[bool]) -> Any:
    return select(what.label("urgency"), func.count().label("many")).where(where).group_by(what)


def _percentile(tx: Tx, period: Period, met: ColumnElement[Any], percent: int) -> timedelta | None:
    """The time from the opening to *met*, of what was met in the period, that so many percent do not pass."""
    counted = _within(met, period)
    if not (count := tx.value(select(func.count()).select_from(tickets).where(counted))):
        return None
    place = ceil(count * percent / 100) - 1
    nth = select(tickets.c.opened_at, met.label("met")).where(counted).order_by(_length(tx, met)).offset(place).limit(1)
    row = tx.conn.execute(nth).one()
    return row.met - row.opened_at  # type: ignore[no-any-return]


def _length(tx: Tx, met: ColumnElement[Any]) -> ColumnElement[Any]:
    """How long it took, to order by: SQLite keeps moments as text, and counts in days."""
    if tx.many_processes:
        return met - tickets.c.opened_at
    return func.julianday(met) - func.julianday(tickets.c.opened_at)
