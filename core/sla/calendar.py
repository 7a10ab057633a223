"""When somebody is at the desk: weekly windows less holidays and closures, laid out as sums that are searched by bisection.

Everything inside is in whole microseconds since the epoch, so that sums are exact; aware moments come in and UTC goes out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeAlias, TypeVar

Micros: TypeAlias = int
"""Microseconds: since the epoch for an instant, else a length."""
Piece: TypeAlias = tuple[Micros, Micros]
"""A span of staffed time, its end excluded."""
T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND: Micros = 1_000_000
DAY_SECONDS = 86_400
FIRST_YEAR, LAST_YEAR = 1900, 2200
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LONG_AGO: Micros = -(10**18)


class BeyondCalendar(ValueError):
    """The moment, or the answer, lies outside the years 1900 to 2200, or nobody is ever at the desk again."""


class TooShort(Exception):
    """The years laid out so far do not reach the answer: `Calendar.ask` lays out more."""


def to_micros(at: datetime) -> Micros:
    """Whole microseconds since the epoch. Raises TypeError for a naive moment."""
    return (at - EPOCH) // MICROSECOND


def to_moment(micros: Micros) -> datetime:
    """The moment, in UTC."""
    return EPOCH + micros * MICROSECOND


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Hours of one weekday (0 is Monday), in seconds after local midnight; `closes` may be 86400 (24:00)."""

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 6 and 0 <= self.opens < self.closes <= DAY_SECONDS):
            raise ValueError(f"not a window of one day: {self}")


@dataclass(frozen=True, slots=True, order=True)
class Closure:
    """Nobody is there from *begin* until *end* (excluded), whatever the week says. Both are aware."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A local date with staffed time: its first opening and its last closing, in UTC."""

    day: date
    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Laid:
    """Some years of a calendar, laid out. Lists run side by side; windows that touch are one.

    `staffed` lengths count from the first opening laid out, so they mean nothing in another `Laid`.
    """

    first: Micros
    last: Micros
    starts: Sequence[Micros]
    ends: Sequence[Micros]
    before: Sequence[Micros]
    days: Sequence[date]
    day_pieces: Sequence[Piece]
    day_before: Sequence[Micros]

    def staffed(self, at: Micros) -> Micros:
        """How much staffed time lies before *at*."""
        i = bisect_right(self.starts, at) - 1
        end = self.ends[i]
        return self.before[i] + min(at, end) - self.starts[i]

    def is_staffed(self, at: Micros) -> bool:
        return at < self.ends[bisect_right(self.starts, at) - 1]

    def is_promised(self, at: Micros) -> bool:
        """Somebody is there, or leaves at this very instant: a deadline may stand here."""
        return at <= self.ends[bisect_right(self.starts, at) - 1]

    def opening(self, at: Micros) -> Micros:
        """*at* itself if the desk is staffed, else the next opening."""
        i = bisect_right(self.starts, at)
        if at < self.ends[i - 1]:
            return at
        if i == len(self.starts):
            raise TooShort
        return self.starts[i]

    def closing(self, at: Micros) -> Micros:
        """The end of the window in which *at* lies, or of the next one."""
        i = bisect_right(self.starts, at) - 1
        i += at >= self.ends[i]
        if i >= len(self.ends):
            raise TooShort
        return self.ends[i]

    def when_next(self, staffed: Micros) -> Micros:
        """The last instant before which so much staffed time lies: the next opening, not a closing."""
        i = bisect_right(self.before, staffed) - 1
        at = self.starts[i] + staffed - self.before[i]
        if at >= self.ends[i]:
            raise TooShort
        return at

    def when_passed(self, at: Micros, more: Micros) -> Micros:
        """When *more* staffed time (not none) has gone by since *at*. Written flat, as the hot path of a deadline."""
        starts, before = self.starts, self.before
        i = bisect_right(starts, at) - 1
        end = self.ends[i]
        more += before[i] + (at if at < end else end) - starts[i]  # noqa: FURB136 (a call is a tenth of all this)
        i = bisect_left(before, more) - 1
        at = starts[i] + more - before[i]
        if at > self.ends[i]:
            raise TooShort
        return at

    def when_kept(self, at: Micros, more: Micros) -> Micros:
        """*more* time on the wall after *at* or the next opening; put off to an opening where nobody is there."""
        starts, ends = self.starts, self.ends
        i = bisect_right(starts, at)
        if at >= ends[i - 1]:
            at = starts[i] if i < len(starts) else self.opening(at)
        at += more
        i = bisect_right(starts, at)
        if at <= ends[i - 1]:
            return at
        return starts[i] if i < len(starts) else self.opening(at)

    def day_of(self, staffed: Micros) -> tuple[int, Micros, Micros]:
        """The working day in which the next staffed instant after so much staffed time lies.

        Gives its index, how much of it is over, and its whole length.
        """
        i = bisect_right(self.day_before, staffed) - 1
        if i + 1 >= len(self.day_before):
            raise TooShort
        begin = self.day_before[i]
        return i, staffed - begin, self.day_before[i + 1] - begin

    def length_of(self, day: int) -> tuple[Micros, Micros]:
        """Staffed time before the working day of this index, and in it."""
        if day + 1 >= len(self.day_before):
            raise TooShort
        return self.day_before[day], self.day_before[day + 1] - self.day_before[day]

    def working_day(self, at: Micros) -> int:
        """Index of the working day that is not over at *at* and begins first."""
        i = bisect_right(self.day_pieces, at, key=_end)
        if i == len(self.days):
            raise TooShort
        return i


@dataclass(frozen=True)
class Calendar:
    """The staffed hours of one desk. An instant is staffed in [opening, closing).

    Args:
        windows: Hours of each weekday, in local time; several a day where there is a break.
        zone: The desk's zone, with its changes of the hour; or a fixed offset.
        holidays: Dates on which nobody comes, handed in for all years that matter.
        local_days: (month, day) of days that are kept every year, as a patron saint's.
        closures: Other times when nobody is there.
    """

    windows: tuple[Window, ...]
    zone: tzinfo
    holidays: frozenset[date] = frozenset()
    local_days: frozenset[tuple[int, int]] = frozenset()
    closures: tuple[Closure, ...] = ()
    laid: Laid = field(init=False, repr=False, compare=False)
    """The years laid out so far: a cache, replaced whole by a wider one when asked beyond."""

    def __post_init__(self) -> None:
        if not self.windows:
            raise ValueError("a calendar needs at least one window")
        self._keep(Laid(0, 0, (), (), (), (), (), ()))

    def is_staffed(self, at: datetime) -> bool:
        """Whether somebody is at the desk."""
        return self.ask(to_micros(at), Laid.is_staffed)

    def is_promised(self, at: datetime) -> bool:
        """Whether a deadline may stand here: the desk is staffed, or closes at this very instant."""
        return self.ask(to_micros(at), Laid.is_promised)

    def next_opening(self, at: datetime) -> datetime:
        """*at* itself if the desk is staffed, else when it next opens."""
        return to_moment(self.ask(to_micros(at), Laid.opening))

    def closing(self, at: datetime) -> datetime:
        """When the window in which *at* lies ends, or else the next one."""
        return to_moment(self.ask(to_micros(at), Laid.closing))

    def staffed_between(self, begin: datetime, end: datetime) -> timedelta:
        """Staffed time from *begin* to *end*; nothing if *end* is earlier."""
        first, last = to_micros(begin), to_micros(end)
        laid = self.covering(min(first, last), last)
        return max(0, laid.staffed(last) - laid.staffed(first)) * MICROSECOND

    def after_staffed(self, begin: datetime, length: timedelta) -> datetime:
        """When *length* of staffed time has gone by since *begin*: a closing rather than the next opening."""
        if (more := length // MICROSECOND) <= 0:
            return self.next_opening(begin)
        return to_moment(self.ask(to_micros(begin), lambda laid, at: laid.when_passed(at, more)))

    def working_day(self, at: datetime) -> WorkingDay:
        """The working day that runs at *at*, or else the next one: today until its last closing."""
        return self.ask(to_micros(at), _working_day)

    def ask(self, at: Micros, question: Callable[[Laid, Micros], T]) -> T:
        """Answer *question* about an instant, laying out more years until the answer is among them.

        Raises BeyondCalendar.
        """
        while True:
            laid = self.covering(at, at)
            try:
                return question(laid, at)
            except TooShort:
                self._lay_out_more(laid)

    def covering(self, first: Micros, last: Micros) -> Laid:
        """Years laid out from *first* to *last* at least. Raises BeyondCalendar."""
        if not (self.laid.first <= first and last < self.laid.last):
            try:
                begin, end = to_moment(first).year, to_moment(last).year
            except OverflowError as error:
                raise BeyondCalendar(str(error)) from error
            if begin <= FIRST_YEAR or end >= LAST_YEAR:
                raise BeyondCalendar(f"{begin} to {end}")
            self._lay_out(begin - 1, end + 4)
        return self.laid

    def _lay_out_more(self, laid: Laid) -> None:
        """As many years again as are laid out already: so that a far answer costs no more than its distance."""
        first, last = to_moment(laid.first).year, to_moment(laid.last).year
        if last == LAST_YEAR:
            raise BeyondCalendar(f"after {last}")
        self._lay_out(first, 2 * last - first + 1)

    def _lay_out(self, first: int, last: int) -> None:
        """Lay out from the first of these years to the last, and all that was laid out already."""
        if self.laid.last:
            first = min(first, to_moment(self.laid.first).year)
            last = max(last, to_moment(self.laid.last).year)
        self._keep(_lay(self, date(first, 1, 1), date(min(last, LAST_YEAR), 12, 31)))

    def _keep(self, laid: Laid) -> None:
        object.__setattr__(self, "laid", laid)


def _end(piece: Piece) -> Micros:
    return piece[1]


def _working_day(laid: Laid, at: Micros) -> WorkingDay:
    i = laid.working_day(at)
    opens, closes = laid.day_pieces[i]
    return WorkingDay(laid.days[i], to_moment(opens), to_moment(closes))


def _lay(calendar: Calendar, first: date, last: date) -> Laid:
    """Walk the days once. A day's sums follow its local date, even where two days touch at midnight."""
    starts, ends, before = [_LONG_AGO], [_LONG_AGO], [0]
    days: list[date] = []
    day_pieces: list[Piece] = []
    day_before = [0]
    total = 0
    for day, pieces in _staffed_days(calendar, first, last):
        for start, end in pieces:
            if start == ends[-1]:
                ends[-1] = end
            else:
                starts.append(start)
                ends.append(end)
                before.append(total)
            total += end - start
        days.append(day)
        day_pieces.append((pieces[0][0], pieces[-1][1]))
        day_before.append(total)
    return Laid(
        _local(first) + DAY_SECONDS * SECOND,  # a day's margin, since no zone is further than that from UTC
        _local(last),
        starts,
        ends,
        before,
        days,
        day_pieces,
        day_before,
    )


def _staffed_days(calendar: Calendar, first: date, last: date) -> Iterable[tuple[date, list[Piece]]]:
    week = [[w for w in sorted(calendar.windows) if w.weekday == weekday] for weekday in range(7)]
    closures = sorted((to_micros(c.begin), to_micros(c.end)) for c in calendar.closures)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        windows = week[(ordinal - 1) % 7]  # the first of January of the year 1 was a Monday
        if not windows:
            continue
        day = date.fromordinal(ordinal)
        if day in calendar.holidays or (day.month, day.day) in calendar.local_days:
            continue
        pieces = _pieces(calendar.zone, day, windows)
        if pieces := _less(pieces, closures) if closures else pieces:
            yield day, pieces


def _local(day: date) -> Micros:
    """Local midnight, read as if it were UTC."""
    return (day.toordinal() - _EPOCH_DAY) * DAY_SECONDS * SECOND


def _pieces(zone: tzinfo, day: date, windows: Iterable[Window]) -> list[Piece]:
    """The windows of a local date as instants: all those whose local time of day lies in a window.

    Where the hour changes within the day, each side of the change is read with its own offset, so that an hour that
    comes twice counts twice and one that is left out counts not at all.
    """
    midnight = _local(day)
    begin, end = _offsets(zone, day)
    if begin == end:
        return _joined(_shifted(windows, midnight - begin))
    change = _change(zone, midnight - begin, midnight + DAY_SECONDS * SECOND - end, end)
    earlier = [(a, min(b, change)) for a, b in _shifted(windows, midnight - begin)]
    later = [(max(a, change), b) for a, b in _shifted(windows, midnight - end)]
    return _joined(sorted((a, b) for a, b in earlier + later if a < b))


def _offsets(zone: tzinfo, day: date) -> tuple[Micros, Micros]:
    """The zone's offset just before a local date begins, and just before it ends.

    Some zones change the hour at midnight: one that is left out, or the first of two, is still read with the old offset.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return _offset(midnight), _offset(midnight + timedelta(days=1))


def _offset(at: datetime) -> Micros:
    return (at.utcoffset() or timedelta()) // MICROSECOND


def _shifted(windows: Iterable[Window], midnight: Micros) -> list[Piece]:
    return [(midnight + w.opens * SECOND, midnight + w.closes * SECOND) for w in windows]


def _change(zone: tzinfo, low: Micros, high: Micros, offset: Micros) -> Micros:
    """The first second from *low* to *high* at which the zone's offset is the one in which the day ends."""
    low, high = low // SECOND - 1, high // SECOND
    while high - low > 1:
        middle = (low + high) // 2
        there = _offset(to_moment(middle * SECOND).astimezone(zone))
        low, high = (low, middle) if there == offset else (middle, high)
    return high * SECOND


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces in order, with those that touch or overlap made one."""
    joined: list[Piece] = []
    for begin, end in pieces:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _less(pieces: Iterable[Piece], closures: Iterable[Piece]) -> list[Piece]:
    """What the closures leave of the pieces."""
    left = list(pieces)
    for begin, end in closures:
        left = [
            part
            for piece in left
            for part in ((piece[0], min(piece[1], begin)), (max(piece[0], end), piece[1]))
            if part[0] < part[1]
        ]
    return left
