"""One deadline (Rome, +8 h and +24 h of staffed time), beside prefix sums and a bisection written bare, and two packages.

The floor is in this file: the same answer from three lists, with nothing around it. `officehours` is given the naive local
times that it wants, `workclock` aware ones; neither conversion is on their bill.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from time import perf_counter
from typing import Any

from bot.calendars import italian_holidays
from bot.policies import shipped_policy
from core.sla.calendar import EPOCH, MICROSECOND
from core.sla.clock import Clock, ClockName, clock_named, hours

GOAL = 1.5
COUNT, ROUNDS = 500, 200
AMOUNTS = (8, 24)
YEARS = range(2026, 2029)

Due = Callable[[datetime, Any], Any]


def openings() -> list[datetime]:
    """Openings of a year, most of them in staffed hours, some at night and on holidays."""
    chance = random.Random(2026)
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return [first + timedelta(minutes=chance.randrange(365 * 1440)) for _ in range(COUNT)]


def bare_due(clock: Clock) -> Due:
    """Prefix sums and a bisection written bare."""
    laid = clock.calendar.laid  # type: ignore[attr-defined]  # the lists themselves, as a bare program would hold them
    starts, ends, before = list(laid.starts), list(laid.ends), list(laid.before)

    def due(begin: datetime, more: int) -> datetime:
        at = (begin - EPOCH) // MICROSECOND
        i = bisect_right(starts, at) - 1
        end = ends[i]
        staffed = before[i] + (at if at < end else end) - starts[i] + more  # noqa: FURB136 (the floor is to be fast)
        j = bisect_left(before, staffed) - 1
        moment: datetime = EPOCH + (starts[j] + staffed - before[j]) * MICROSECOND
        return moment

    return due


def bare_desk_due(clock: Clock) -> Due:
    """The same for the `desk` clock: two bisections, no sums."""
    laid = clock.calendar.laid  # type: ignore[attr-defined]
    starts, ends = list(laid.starts), list(laid.ends)

    def due(begin: datetime, more: int) -> datetime:
        at = (begin - EPOCH) // MICROSECOND
        i = bisect_right(starts, at)
        at = more + (starts[i] if at >= ends[i - 1] else at)
        i = bisect_right(starts, at)
        return EPOCH + (starts[i] if at > ends[i - 1] else at) * MICROSECOND

    return due


def office_hours_due() -> Due:
    """`officehours` from PyPI: naive, hours as numbers."""
    from officehours import Calculator

    office = Calculator("8:30", "19:00", sorted(italian_holidays(YEARS)))
    return lambda begin, amount: office.due_date(amount, begin)


def work_clock_due() -> Due:
    """`workclock` from PyPI: aware, amounts as timedeltas."""
    from workclock import Holidays, Schedule, WorkDay

    rules: list[Any] = [WorkDay(time(8, 30), time(19)), Holidays(italian_holidays(YEARS))]
    schedule = Schedule(rules, time_zone="Europe/Rome")
    return lambda begin, amount: schedule.add(begin, amount)


def seconds_for_one(due: Due, begins: Sequence[datetime], amounts: Sequence[Any]) -> float:
    """The time of one deadline in one round."""
    started = perf_counter()
    for amount in amounts:
        for begin in begins:
            due(begin, amount)
    return (perf_counter() - started) / (len(begins) * len(amounts))


def measure() -> dict[str, float]:
    """The best of many rounds for each, taken in turn, so that a busy moment of the machine hits all alike."""
    begins = openings()
    calendar = shipped_policy().to_policy().calendar
    staffed, desk = clock_named(ClockName.STAFFED, calendar), clock_named(ClockName.DESK, calendar)
    naive = [begin.astimezone(calendar.zone).replace(tzinfo=None) for begin in begins]
    for clock in (staffed, desk):
        clock.due(begins[0], hours(8))  # the calendar is laid out
    ours, micros = [hours(n) for n in AMOUNTS], [hours(n).count for n in AMOUNTS]
    deltas = [timedelta(hours=n) for n in AMOUNTS]
    contest = {
        "bare": partial(seconds_for_one, bare_due(staffed), begins, micros),
        "ours": partial(seconds_for_one, staffed.due, begins, ours),
        "bare, desk": partial(seconds_for_one, bare_desk_due(desk), begins, micros),
        "ours, desk": partial(seconds_for_one, desk.due, begins, ours),
        "workclock": partial(seconds_for_one, work_clock_due(), begins, deltas),
        "officehours": partial(seconds_for_one, office_hours_due(), naive, AMOUNTS),
    }
    best = dict.fromkeys(contest, float("inf"))
    for _ in range(ROUNDS):
        for name, one in contest.items():
            best[name] = min(best[name], one())
    return best


def agree() -> bool:
    """Whether the floor gives our answers, and `workclock` too: a fast wrong answer would be no floor."""
    begins = openings()
    calendar = shipped_policy().to_policy().calendar
    staffed, desk = clock_named(ClockName.STAFFED, calendar), clock_named(ClockName.DESK, calendar)
    desk.due(begins[0], hours(8))
    bare, bare_desk, theirs = bare_due(staffed), bare_desk_due(desk), work_clock_due()
    return all(
        staffed.due(begin, hours(n)) == bare(begin, hours(n).count) == theirs(begin, timedelta(hours=n))
        and desk.due(begin, hours(n)) == bare_desk(begin, hours(n).count)
        for begin in begins
        for n in AMOUNTS
    )


def lines() -> list[str]:
    """What is printed: plain lines, each with its goal."""
    best = measure()
    ratio, desk = best["ours"] / best["bare"], best["ours, desk"] / best["bare, desk"]
    return [
        f"one deadline, staffed clock: {_told(best['ours'])}; {ratio:.2f}x bare prefix sums and bisection (goal: {GOAL}x)",
        f"one deadline, desk clock: {_told(best['ours, desk'])}; {desk:.2f}x two bare bisections (goal: {GOAL}x)",
        *(
            f"one deadline, {name}: {_told(best[name])}; ours takes {best['ours'] / best[name]:.2f}x as long (goal: under 1x)"
            for name in ("workclock", "officehours")
        ),
        f"the floor and workclock give our answers: {'yes' if agree() else 'NO'}",
    ]


def _told(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} microseconds ({1 / seconds:,.0f} a second)"


def main() -> None:
    for line in lines():
        print(line)


if __name__ == "__main__":
    main()
