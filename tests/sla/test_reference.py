"""Our deadlines against a slow program that walks minute by minute, on random desks, openings and pauses.

It shares no code with ours: it reads the local time of each minute and counts.
"""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from bot.calendars import make_calendar
from core.sla.clock import Amount, ClockName, Unit
from core.sla.plan import Stretch, plan
from core.sla.policy import PAGE, Column, Policy, Severity

ROME = ZoneInfo("Europe/Rome")
MINUTE = timedelta(minutes=1)
DAY_NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
STARTS = [datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 16, tzinfo=UTC), datetime(2026, 12, 15, tzinfo=UTC)]


class SlowDesk:
    """Two months of minutes, each with its local date and whether somebody is there."""

    def __init__(self, first: datetime, hours: dict[int, list[tuple[int, int]]], closed: set[date]) -> None:
        self.first = first
        self.staffed: list[bool] = []
        self.dates: list[date] = []
        for n in range(62 * 1440):
            there = (first + n * MINUTE).astimezone(ROME)
            minute = there.hour * 60 + there.minute
            open_now = there.date() not in closed and any(a <= minute < b for a, b in hours[there.weekday()])
            self.staffed.append(open_now)
            self.dates.append(there.date())
        self.lengths = Counter(day for day, here in zip(self.dates, self.staffed, strict=True) if here)

    def due(self, clock: str, stretches: list[tuple[int, int | None]], amount: Amount) -> Fraction | None:
        """The minute on which the amount is reached; None while the clock stands still."""
        walk = self._days if amount.unit is Unit.DAYS else self._hours
        used = Fraction(0)
        for begin, end in stretches:
            found, used = walk(clock, begin, len(self.staffed) if end is None else end, used, amount)
            if found is not None:
                return found
        return None

    def _hours(
        self, clock: str, begin: int, end: int, used: Fraction, amount: Amount
    ) -> tuple[Fraction | None, Fraction]:
        wanted = Fraction(amount.count, 60_000_000)
        started = clock == "wall"
        for i in range(begin, end):
            started = started or self.staffed[i]
            if self.staffed[i] if clock == "staffed" else started:
                used += 1
                if used >= wanted:
                    return Fraction(self._kept(i + 1) if clock == "desk" else i + 1), used
        return None, used

    def _kept(self, i: int) -> int:
        return i if self.staffed[i - 1] else self._there(i)

    def _there(self, i: int) -> int:
        while not self.staffed[i]:
            i += 1
        return i

    def _days(
        self, _clock: str, begin: int, end: int, used: Fraction, amount: Amount
    ) -> tuple[Fraction | None, Fraction]:
        for i in range(begin, end):
            if self.staffed[i]:
                length = self.lengths[self.dates[i]]
                if used + Fraction(1, length) > amount.days:
                    return i + (amount.days - used) * length, used
                used += Fraction(1, length)
                if used == amount.days:
                    return Fraction(self._there(i + 1)), used
        return None, used


def _random_hours(chance: random.Random) -> dict[int, list[tuple[int, int]]]:
    lunch = chance.random() < 0.5
    hours: dict[int, list[tuple[int, int]]] = {}
    for weekday in range(7):
        opens, closes = 15 * chance.randrange(0, 40), 15 * chance.randrange(60, 97)
        noon = 15 * chance.randrange(45, 55)
        whole = [(opens, noon), (noon + 60, closes)] if lunch and noon + 60 < closes else [(opens, closes)]
        hours[weekday] = [] if chance.random() < 0.25 else whole
    hours[chance.randrange(7)] = [(510, 1140)]
    return hours


def _written(hours: dict[int, list[tuple[int, int]]]) -> list[str]:
    def clock(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    return [
        f"{DAY_NAMES[day]} " + ",".join(f"{clock(a)}-{clock(b)}" for a, b in spans)
        for day, spans in hours.items()
        if spans
    ]


def _random_stretches(chance: random.Random) -> list[tuple[int, int | None]]:
    moments = [chance.randrange(2 * 1440, 12 * 1440)]
    for _ in range(2 * chance.choice([0, 0, 1, 1, 2]) + (chance.random() < 0.1)):
        moments.append(moments[-1] + chance.choice([0, 1, 30, 60, 270, 630, 1440, chance.randrange(3000)]))
    ends: list[int | None] = [*moments[1::2], None]
    return list(zip(moments[::2], ends, strict=False))


@pytest.mark.parametrize("seed", range(12))
def test_our_deadlines_are_those_of_the_minute_by_minute_program(seed: int) -> None:
    chance = random.Random(seed)
    hours, first = _random_hours(chance), STARTS[seed % 3]
    closed = {first.date() + timedelta(days=chance.randrange(30)) for _ in range(3)}
    slow = SlowDesk(first, hours, closed)
    calendar = make_calendar(_written(hours), "Europe/Rome", closures=sorted(map(str, closed)))

    for _ in range(40):
        stretches, severity = _random_stretches(chance), chance.choice(list(Severity))
        policy = Policy(calendar, chance.choice(list(ClockName)), PAGE)
        opened, running = _moments(first, stretches)
        ours = plan(opened, severity, running, policy)

        column = Column.STAFFED if slow.staffed[stretches[0][0]] else Column.OTHER
        promise, clock = PAGE[severity], policy.clock_name.value
        wanted = promise.resolution if column is Column.STAFFED else promise.resolution_otherwise
        _assert_same(ours.reaction_due, slow.due(clock, [(stretches[0][0], None)], promise.reaction), first)
        _assert_same(ours.resolution_due, slow.due(clock, stretches, wanted), first)
        assert ours.column is column


def _moments(first: datetime, stretches: list[tuple[int, int | None]]) -> tuple[datetime, list[Stretch]]:
    running = [Stretch(first + a * MINUTE, None if b is None else first + b * MINUTE) for a, b in stretches]
    return running[0].begin, running


def _assert_same(ours: datetime | None, minute: Fraction | None, first: datetime) -> None:
    if ours is None or minute is None:
        assert ours is minute
    else:
        assert abs(ours - first - timedelta(seconds=float(minute * 60))) < timedelta(seconds=1)
