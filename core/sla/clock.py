"""How time is counted towards a target: three clocks, each a meter (`elapsed`) with its inverse (`due`).

The page does not say how an hour counts when nobody is at the desk: `docs/service-levels.md` tells the three readings.
A business day is on every clock the same share of the next working day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from core.sla.calendar import EPOCH, MICROSECOND, Calendar, Laid, Micros, TooShort, to_micros, to_moment

_TIME = re.compile(r"(?=\d)(?:(?P<h>\d{1,5})h)?(?:(?P<m>\d{1,6})m)?(?:(?P<s>\d{1,8}(?:\.\d{1,6})?)s)?", re.ASCII)
_DAYS = re.compile(r"(\d{1,40}(?:/[1-9]\d{0,40})?)bd", re.ASCII)
_SECOND, _MINUTE, _HOUR = 1_000_000, 60_000_000, 3_600_000_000


class Unit(StrEnum):
    """What an amount counts."""

    TIME = "time"
    DAYS = "days"


_DAYS_UNIT = Unit.DAYS  # Python 3.11 takes 80 ns to find a member of an enumeration, a twelfth of a deadline


class ClockName(StrEnum):
    """How a policy names its clock."""

    DESK = "desk"
    STAFFED = "staffed"
    WALL = "wall"


@dataclass(frozen=True, slots=True)
class Amount:
    """So much time (*count* in microseconds), or so many business days and a *share* of one more (0 <= share < 1)."""

    count: int
    unit: Unit
    share: Fraction = Fraction(0)

    @classmethod
    def parse(cls, text: str) -> Amount:
        """Read "30m", "8h", "1h30m", "90s", "2bd". Raises ValueError for anything else."""
        if days := _DAYS.fullmatch(text):
            return business_days(Fraction(days[1]))
        if not (time := _TIME.fullmatch(text)):
            raise ValueError(f"not an amount: {text!r}")
        h, m, s = (Fraction(time[part] or 0) for part in "hms")
        return cls(int(h * _HOUR + m * _MINUTE + s * _SECOND), Unit.TIME)

    @property
    def days(self) -> Fraction:
        """Business days, with the share."""
        return self.count + self.share

    def __str__(self) -> str:
        """The text that `parse` reads as the same amount."""
        if self.unit is Unit.DAYS:
            return f"{self.days}bd"
        h, rest = divmod(self.count, _HOUR)
        m, rest = divmod(rest, _MINUTE)
        s = f"{rest // _SECOND}.{rest % _SECOND:06}".rstrip("0").rstrip(".")
        return f"{h}h" * bool(h) + f"{m}m" * bool(m) + f"{s}s" * bool(rest) or "0m"

    def __sub__(self, other: Amount) -> Amount:
        """What is left, below nothing if *other* is more. Raises ValueError where the units differ."""
        if other.unit is not self.unit:
            raise ValueError(f"{self} less {other}")
        if self.unit is Unit.DAYS:
            return business_days(self.days - other.days)
        return Amount(self.count - other.count, Unit.TIME)

    def __bool__(self) -> bool:
        """Whether it is more than nothing."""
        return self.count > 0 or (self.count == 0 and self.share > 0)


def hours(count: float) -> Amount:
    """So many hours, as Amount.parse("8h")."""
    return lasting(timedelta(hours=count))


def minutes(count: float) -> Amount:
    """So many minutes, as Amount.parse("30m")."""
    return lasting(timedelta(minutes=count))


def lasting(length: timedelta) -> Amount:
    """So much time."""
    return Amount(length // MICROSECOND, Unit.TIME)


def business_days(count: int | Fraction) -> Amount:
    """So many business days, as Amount.parse("2bd"); part of one as a Fraction."""
    whole = int(count // 1)
    return Amount(whole, Unit.DAYS, Fraction(count) - whole)


class Clock(Protocol):
    """A meter. `due(a, elapsed(a, b, unit))` is *b* wherever a deadline can fall on *b*."""

    @property
    def name(self) -> ClockName: ...

    def elapsed(self, begin: datetime, end: datetime, unit: Unit = Unit.TIME) -> Amount:
        """What this clock counts from *begin* to *end*; nothing if *end* is earlier. Raises BeyondCalendar."""
        ...

    def due(self, begin: datetime, amount: Amount) -> datetime:
        """When *amount* is reached, in UTC; an amount of nothing or less is reached as the clock starts.

        Raises BeyondCalendar.
        """
        ...


@dataclass(frozen=True)
class StaffedClock:
    """An hour is an hour of staffed time. A deadline at closing stays there."""

    calendar: Calendar
    name = ClockName.STAFFED

    def elapsed(self, begin: datetime, end: datetime, unit: Unit = Unit.TIME) -> Amount:
        if unit is Unit.DAYS:
            return _days_between(self.calendar, begin, end)
        return lasting(self.calendar.staffed_between(begin, end))

    def due(self, begin: datetime, amount: Amount) -> datetime:
        if amount.unit is _DAYS_UNIT:
            return _days_later(self.calendar, begin, amount)
        at = (begin - EPOCH) // MICROSECOND
        laid = self.calendar.laid
        if (more := amount.count) > 0 and laid.first <= at < laid.last:
            try:
                return EPOCH + laid.when_passed(at, more) * MICROSECOND  # the hot path: within the years laid out
            except TooShort:
                pass
        return self.calendar.after_staffed(begin, more * MICROSECOND)


@dataclass(frozen=True)
class WallClock:
    """An hour is an hour on the wall, whoever is there."""

    calendar: Calendar
    name = ClockName.WALL

    def elapsed(self, begin: datetime, end: datetime, unit: Unit = Unit.TIME) -> Amount:
        if unit is Unit.DAYS:
            return _days_between(self.calendar, begin, end)
        return Amount(max(0, to_micros(end) - to_micros(begin)), Unit.TIME)

    def due(self, begin: datetime, amount: Amount) -> datetime:
        if amount.unit is _DAYS_UNIT:
            return _days_later(self.calendar, begin, amount)
        return to_moment(to_micros(begin) + max(0, amount.count))


@dataclass(frozen=True)
class DeskClock:
    """An hour on the wall that starts when somebody is there, and never ends when nobody is."""

    calendar: Calendar
    name = ClockName.DESK

    def elapsed(self, begin: datetime, end: datetime, unit: Unit = Unit.TIME) -> Amount:
        if unit is Unit.DAYS:
            return _days_between(self.calendar, begin, end)
        start = self.calendar.ask(to_micros(begin), Laid.opening)
        return Amount(max(0, to_micros(end) - start), Unit.TIME)

    def due(self, begin: datetime, amount: Amount) -> datetime:
        if amount.unit is _DAYS_UNIT:
            return _days_later(self.calendar, begin, amount)
        at = (begin - EPOCH) // MICROSECOND
        more = amount.count if amount.count > 0 else 0  # noqa: FURB136 (the hot path)
        laid = self.calendar.laid
        if laid.first <= at < laid.last:
            try:
                return EPOCH + laid.when_kept(at, more) * MICROSECOND  # the hot path, as above
            except TooShort:
                pass
        return to_moment(self.calendar.ask(at, lambda laid, at: laid.when_kept(at, more)))


def clock_named(name: ClockName, calendar: Calendar) -> Clock:
    """The clock of this name over a calendar."""
    clocks: dict[ClockName, type[StaffedClock | WallClock | DeskClock]] = {
        ClockName.STAFFED: StaffedClock,
        ClockName.WALL: WallClock,
        ClockName.DESK: DeskClock,
    }
    return clocks[name](calendar)


def _days_later(calendar: Calendar, begin: datetime, amount: Amount) -> datetime:
    """The same share of the working day so many days later, counted from when somebody is there."""

    def later(laid: Laid, at: Micros) -> Micros:
        day, over, length = laid.day_of(laid.staffed(at))
        if amount.share:
            there, share = divmod(day + Fraction(over, length) + max(Fraction(0), amount.days), 1)
            over, length = share.numerator, share.denominator
        else:
            there = day + max(0, amount.count)
        before, long = laid.length_of(there)
        return laid.when_next(before + (2 * over * long + length) // (2 * length))  # to the nearest microsecond

    return to_moment(calendar.ask(to_micros(begin), later))


def _days_between(calendar: Calendar, begin: datetime, end: datetime) -> Amount:
    def place(laid: Laid, at: Micros) -> Fraction:
        day, over, length = laid.day_of(laid.staffed(at))
        return day + Fraction(over, length)

    def between(laid: Laid, at: Micros) -> Fraction:
        return place(laid, to_micros(end)) - place(laid, at)

    first = to_micros(begin)
    calendar.covering(first, max(first, to_micros(end)))
    return business_days(max(Fraction(0), calendar.ask(first, between)))
