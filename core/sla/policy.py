"""What a desk promises, as data: the page's table, the clock that reads it, and the calendar it is read over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from core.sla.calendar import Calendar
from core.sla.clock import Amount, Clock, ClockName, business_days, clock_named, hours, minutes


class Severity(StrEnum):
    """How badly a problem stops the person who has it, the worst first (the page's four)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Target(StrEnum):
    """What is promised: that somebody takes the ticket in charge, and that it is solved."""

    REACTION = "reaction"
    RESOLUTION = "resolution"


class Column(StrEnum):
    """Which of the page's two columns of resolution targets applies: by the moment of opening alone."""

    STAFFED = "staffed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of the page's table."""

    reaction: Amount
    resolution: Amount
    """For a ticket that was opened in staffed hours."""
    resolution_otherwise: Amount
    """For one opened at any other time."""

    def amount(self, target: Target, column: Column) -> Amount:
        """What is promised for a target. The reaction is the same in both columns."""
        if target is Target.REACTION:
            return self.reaction
        return self.resolution if column is Column.STAFFED else self.resolution_otherwise


PAGE: Mapping[Severity, Promise] = {
    Severity.HIGH: Promise(minutes(30), hours(8), hours(12)),
    Severity.MEDIUM: Promise(minutes(60), hours(24), hours(48)),
    Severity.LOW: Promise(hours(2), business_days(2), business_days(3)),
    Severity.INFO: Promise(business_days(1), business_days(5), business_days(10)),
}
"""The targets of the help desk's page; `bot/policy.toml` holds the same, for whoever changes them."""


@dataclass(frozen=True)
class Policy:
    """A calendar, a clock, and a promise for each severity."""

    calendar: Calendar
    clock_name: ClockName
    promises: Mapping[Severity, Promise]

    def __post_init__(self) -> None:
        if missing := [severity.value for severity in Severity if severity not in self.promises]:
            raise ValueError(f"no promise for {', '.join(missing)}")

    @cached_property
    def clock(self) -> Clock:
        """The meter that the policy names, over its calendar."""
        return clock_named(self.clock_name, self.calendar)

    def column(self, opened: datetime) -> Column:
        """The column that applies to a ticket opened at this moment, for all its life."""
        return Column.STAFFED if self.calendar.is_staffed(opened) else Column.OTHER

    def amount(self, target: Target, severity: Severity, opened: datetime) -> Amount:
        """What is promised to a ticket of this severity, opened at this moment."""
        return self.promises[severity].amount(target, self.column(opened))
