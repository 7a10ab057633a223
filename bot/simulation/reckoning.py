"""A slow, simple reckoner of deadlines on the page's hours, that shares no code with the desk's own clock.

It knows the page's table and hours by heart, lists the staffed spans day after day, and walks along them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
HOUR = timedelta(hours=1)
FIRST, LAST = date(2026, 1, 1), date(2029, 1, 1)
HOLIDAYS = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (10, 4), (11, 1), (12, 8), (12, 25), (12, 26)}
EASTER_MONDAYS = {date(2026, 4, 6), date(2027, 3, 29), date(2028, 4, 17)}
REACTION: dict[str, timedelta | int] = {"high": HOUR / 2, "medium": HOUR, "low": 2 * HOUR, "info": 1}
RESOLUTION: dict[str, tuple[timedelta | int, timedelta | int]] = {
    "high": (8 * HOUR, 12 * HOUR),
    "medium": (24 * HOUR, 48 * HOUR),
    "low": (2, 3),
    "info": (5, 10),
}
"""For a ticket opened in staffed hours, and for any other; whole numbers are business days."""

Stretch = tuple[datetime, datetime | None]


def _spans() -> Iterator[tuple[datetime, datetime]]:
    day = FIRST
    while day < LAST:
        if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS and day not in EASTER_MONDAYS:
            opens, closes = (datetime.combine(day, at, ROME).astimezone(UTC) for at in (time(8, 30), time(19)))
            yield opens, closes
        day += timedelta(days=1)


SPANS = list(_spans())


def staffed(moment: datetime) -> bool:
    return any(opens <= moment < closes for opens, closes in _around(moment))


def opening(moment: datetime) -> datetime:
    """The moment itself if somebody is there, else the next at which somebody is."""
    return next(max(opens, moment) for opens, closes in _around(moment) if moment < closes)


def _around(moment: datetime) -> list[tuple[datetime, datetime]]:
    """The spans of some days about a moment: the rest need not be walked."""
    first = max(0, ((moment.date() - FIRST).days * 5) // 7 - 40)
    return [span for span in SPANS[first : first + 80] if span[1] > moment - timedelta(days=1)]


def reaction_due(opened: datetime, severity: str | None) -> datetime | None:
    return _due(REACTION[severity or "high"], [(opened, None)])


def resolution_due(opened: datetime, severity: str | None, stretches: Sequence[Stretch]) -> datetime | None:
    """None without a severity, or while the clock stands still and nothing was missed before."""
    return _due(RESOLUTION[severity][not staffed(opened)], stretches) if severity else None


def _due(amount: timedelta | int, stretches: Sequence[Stretch]) -> datetime | None:
    return _days(amount, stretches) if isinstance(amount, int) else _hours(amount, stretches)


def _hours(left: timedelta, stretches: Sequence[Stretch]) -> datetime | None:
    """Hours on the wall, from when somebody is there; an end at which nobody is moves to the next opening."""
    for begin, end in stretches:
        starts = opening(begin)
        if end is None or starts + left <= end:
            ends = starts + left
            return ends if any(opens <= ends <= closes for opens, closes in _around(ends)) else opening(ends)
        left -= max(timedelta(0), end - starts)
    return None


def _days(count: int, stretches: Sequence[Stretch]) -> datetime | None:
    """Business days: each staffed moment is worth its share of its day."""
    left = Fraction(count)
    for begin, end in stretches:
        for opens, closes in _around_and_after(begin):
            here, until = max(opens, begin), min(closes, end or closes)
            share = Fraction(max(timedelta(0), until - here) // timedelta(microseconds=1), _length(opens, closes))
            if share > left:
                return here + timedelta(microseconds=int(left * _length(opens, closes)))
            left -= share
            if left == 0:
                return opening(until)
            if end and closes >= end:
                break
    return None


def _length(opens: datetime, closes: datetime) -> int:
    return (closes - opens) // timedelta(microseconds=1)


def _around_and_after(begin: datetime) -> Iterator[tuple[datetime, datetime]]:
    return (span for span in _around(begin) if span[1] > begin)
