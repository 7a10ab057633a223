"""`sportello sla lint`: does a policy promise what can't be kept? Every quarter of an hour over two years is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import combinations

from bot.levels.explain import Teller
from core.sla.calendar import LAST_YEAR, BeyondCalendar
from core.sla.clock import ClockName
from core.sla.policy import Column, Policy, Severity, Target

QUARTER = timedelta(minutes=15)
YEARS = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a deadline: a milder ticket's is earlier, or (with no *milder*) nobody is there."""

    target: Target
    severity: Severity
    due: datetime
    milder: Severity | None = None
    milder_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a policy: the first opening that shows it, and how many do."""

    fault: Fault
    opened: datetime
    times: int = 1


def openings(first: datetime) -> Iterator[datetime]:
    """Every quarter of an hour over two years, in UTC, from a full hour on. Raises BeyondCalendar."""
    at = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if at.year + YEARS >= LAST_YEAR:
        raise BeyondCalendar(str(at))
    last = at.replace(year=at.year + YEARS, day=28 if (at.month, at.day) == (2, 29) else at.day)
    while at < last:
        yield at
        at += QUARTER


def lint(policy: Policy, first: datetime) -> list[Finding]:
    """What is wrong with a policy, pauses apart, for openings from *first* on. Raises BeyondCalendar."""
    found: dict[tuple[Target, Severity, Severity | None], Finding] = {}
    faults_at = _search(policy)
    for opened in openings(first):
        for fault in faults_at(opened):
            key = (fault.target, fault.severity, fault.milder)
            known = found.get(key)
            found[key] = replace(known, times=known.times + 1) if known else Finding(fault, opened)
    return list(found.values())


def _search(policy: Policy) -> Callable[[datetime], tuple[Fault, ...]]:
    """What is wrong with the deadlines of a ticket opened at a moment.

    All openings while the desk is closed count from its next opening, so they are searched once; but not on the
    wall clock, which runs at once.
    """
    lines = {column: [_line_of(policy, target, column) for target in Target] for column in Column}
    opening, staffed, other = policy.calendar.next_opening, Column.STAFFED, Column.OTHER
    at_once = policy.clock_name is ClockName.WALL

    @lru_cache(maxsize=1)
    def search(start: datetime, column: Column) -> tuple[Fault, ...]:
        return tuple(fault for line in lines[column] for fault in line(start))

    def faults_at(opened: datetime) -> tuple[Fault, ...]:
        start = opening(opened)
        return search(opened if at_once else start, staffed if start == opened else other)

    return faults_at


def _line_of(policy: Policy, target: Target, column: Column) -> Callable[[datetime], list[Fault]]:
    """One target in one column, for all severities: what is wrong with its deadlines when the clock starts."""
    promised = [(severity, policy.promises[severity].amount(target, column)) for severity in Severity]
    due_at, is_promised = policy.clock.due, policy.calendar.is_promised

    def faults(start: datetime) -> list[Fault]:
        dues = [(severity, due_at(start, amount)) for severity, amount in promised]
        found = [
            Fault(target, severity, due, milder, milder_due)
            for (severity, due), (milder, milder_due) in combinations(dues, 2)
            if due > milder_due
        ]
        return found + [Fault(target, severity, due) for severity, due in dues if not is_promised(due)]

    return faults


def tell(findings: Sequence[Finding], first: datetime, teller: Teller) -> Iterator[str]:
    """A line for each finding and the count; or that all is well, with what was tried."""
    tried = list(openings(first))
    for finding in findings:
        yield _line(finding, len(tried), teller)
    if findings:
        yield teller.words.say("sla-lint-count", count=len(findings))
    else:
        facts = {"first": teller.moment(tried[0]), "last": teller.moment(tried[-1])}
        yield teller.words.say("sla-lint-clean", openings=len(tried), **facts)


def _line(finding: Finding, tried: int, teller: Teller) -> str:
    fault = finding.fault
    facts = {
        "target": fault.target.value,
        "opened": teller.moment(finding.opened),
        "times": finding.times,
        "openings": tried,
    }
    if fault.milder is None or fault.milder_due is None:
        severity, due = fault.severity.title(), teller.moment(fault.due)
        return teller.words.say("sla-lint-unstaffed", severity=severity, due=due, **facts)
    dues = {"severer-due": teller.moment(fault.due), "milder-due": teller.moment(fault.milder_due)}
    names = {"severer": fault.severity.title(), "milder": fault.milder.title()}
    return teller.words.say("sla-lint-inverted", **names, **dues, **facts)
