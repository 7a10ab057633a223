"""When a ticket's targets fall due, and when somebody is to be told: pure functions of (opening, severity, stretches, policy).

Nothing here remembers: the watch computes a plan anew whenever one of the four changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.sla.calendar import MICROSECOND, Calendar, WorkingDay
from core.sla.clock import Amount
from core.sla.policy import Column, Policy, Severity, Target

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The resolution clock runs from *begin* to *end*: a question, or the solution; None while it runs.

    A stretch begins at the opening, at the customer's answer, or at a reopening. Moments are aware.
    """

    begin: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One target of one ticket. All moments are in UTC."""

    target: Target
    at: datetime
    warn_at: datetime | None
    """When 75 % of the staffed time up to the deadline is used, of what lies in running stretches; None if none does."""
    breach_at: datetime
    """When the breach alert goes: at the deadline, or when somebody is there again."""

    def is_late(self, now: datetime) -> bool:
        """Late is strictly after the deadline."""
        return now > self.at


@dataclass(frozen=True, slots=True)
class Plan:
    """What a ticket is owed, as of the facts it was computed from."""

    column: Column
    reaction: Due
    resolution: Due | None
    """None without a severity, and while the clock stands still before the target was reached."""

    @property
    def reaction_due(self) -> datetime:
        return self.reaction.at

    @property
    def resolution_due(self) -> datetime | None:
        return self.resolution.at if self.resolution else None

    def due(self, target: Target) -> Due | None:
        """The one target or the other."""
        return self.reaction if target is Target.REACTION else self.resolution


def plan(opened: datetime, severity: Severity | None, running: Sequence[Stretch], policy: Policy) -> Plan:
    """What a ticket is owed.

    Args:
        opened: When the ticket was opened: it decides the column for good.
        severity: The operator's, else the customer's provisional one. A ticket with none counts as High for its
            reaction and has no resolution target until it is classified.
        running: The stretches in order, the first from the opening; only the last may have no end. None at all means
            one that runs from the opening.
        policy: The promises, the clock and the calendar.

    Raises:
        BeyondCalendar: A moment, or a deadline, outside the years 1900 to 2200.
        TypeError: A naive moment.
    """
    stretches = running or [Stretch(opened)]
    resolution = resolution_due(opened, severity, stretches, policy) if severity else None
    return Plan(
        policy.column(opened),
        _owed(Target.REACTION, reaction_due(opened, severity, policy), [Stretch(opened)], policy.calendar),
        _owed(Target.RESOLUTION, resolution, stretches, policy.calendar) if resolution else None,
    )


def reaction_due(opened: datetime, severity: Severity | None, policy: Policy) -> datetime:
    """By when somebody should take the ticket in charge; never paused."""
    amount = policy.amount(Target.REACTION, severity or Severity.HIGH, opened)
    return policy.clock.due(opened, amount)


def resolution_due(opened: datetime, severity: Severity, running: Sequence[Stretch], policy: Policy) -> datetime | None:
    """By when the ticket should be solved; None while the clock stands still before the target was reached.

    What was reached in an earlier stretch stays reached, however often the ticket is reopened.
    """
    stretch, left = _last_stretch(policy.amount(Target.RESOLUTION, severity, opened), running, policy)
    return policy.clock.due(stretch.begin, left) if stretch else None


def resolution_left(opened: datetime, severity: Severity, running: Sequence[Stretch], policy: Policy) -> Amount:
    """What the stretches that ended have left of the resolution target: the amount with which the next one begins.

    Nothing, or less, where it was reached.
    """
    left = policy.amount(Target.RESOLUTION, severity, opened)
    for stretch in running:
        if stretch.end is not None:
            left -= policy.clock.elapsed(stretch.begin, stretch.end, left.unit)
    return left


def _last_stretch(amount: Amount, running: Sequence[Stretch], policy: Policy) -> tuple[Stretch | None, Amount]:
    """The stretch in which the amount is reached, or will be if it runs on; and what is left as it begins."""
    for stretch in running:
        if stretch.end is None:
            return stretch, amount
        left = amount - policy.clock.elapsed(stretch.begin, stretch.end, amount.unit)
        if not left:
            return stretch, amount
        amount = left
    return None, amount


def _owed(target: Target, at: datetime, running: Sequence[Stretch], calendar: Calendar) -> Due:
    return Due(target, at, warn_at(at, running, calendar), alert_at(at, calendar))


def warn_at(due: datetime, running: Sequence[Stretch], calendar: Calendar) -> datetime | None:
    """When 75 % of the staffed time before *due* that lies in running stretches is used; None where there is none."""
    spans = [(s.begin, due if s.end is None else min(s.end, due)) for s in running if s.begin < due]
    lengths = [calendar.staffed_between(begin, end) for begin, end in spans]
    used = sum(lengths, timedelta()) // MICROSECOND
    wanted = -(-used * 3 // 4) * MICROSECOND  # to the next microsecond: never before three quarters
    for (begin, _), length in zip(spans, lengths, strict=True):
        if timedelta() < wanted <= length:
            return calendar.after_staffed(begin, wanted)
        wanted -= length
    return None


def alert_at(due: datetime, calendar: Calendar, now: datetime | None = None) -> datetime:
    """When the alert for a deadline goes: at the deadline if somebody is there or just leaving, else at the next opening.

    Given *now*, an alert that is planned only now (a severity or a policy changed, the desk's program was down) for
    a deadline that has passed goes at the next staffed moment.
    """
    if now is not None and due < now:
        return calendar.next_opening(now)
    return due if calendar.is_promised(due) else calendar.next_opening(due)


def next_repeat(after: datetime, calendar: Calendar) -> datetime:
    """When a breached High that still runs is told again: a staffed hour after it was told last."""
    return calendar.after_staffed(after, HOUR)


def next_digest(after: datetime, calendar: Calendar) -> datetime:
    """The first opening of a working day that is later than *after*: the digest's moment."""
    day = calendar.working_day(after)
    return day.opens if day.opens > after else calendar.working_day(day.closes).opens


def next_evening_list(after: datetime, calendar: Calendar) -> datetime:
    """The first moment later than *after* that is an hour before a working day's last closing (or its opening)."""
    day = calendar.working_day(after)
    if (at := _evening(day)) > after:
        return at
    return _evening(calendar.working_day(day.closes))


def evening_list_until(at: datetime, calendar: Calendar) -> datetime:
    """The evening's list holds what falls due until then: an hour after the opening that follows today's closing."""
    return calendar.next_opening(calendar.working_day(at).closes) + HOUR


def _evening(day: WorkingDay) -> datetime:
    return max(day.opens, day.closes - HOUR)
