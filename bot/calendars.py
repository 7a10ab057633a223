"""From what a settings file says of hours, zone, holidays and closures to the core's Calendar.

The `holidays` package is slow to load, so it is loaded only when a calendar is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.levels.wording import Unreadable
from core.sla.calendar import Calendar, Closure, Window

YEARS = range(1990, 2101)
"""The years whose holidays a calendar is given: longer than any ticket lives, and still quick."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GIORNI = ("lun", "mar", "mer", "gio", "ven", "sab", "dom")
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII)
_HOURS = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", re.ASCII)
_UPSIDE_DOWN = re.compile(r"(etc/)?(gmt|utc)[+-]?\d+(:\d\d)?", re.ASCII | re.IGNORECASE)
_LONGEST_CLOSURE = timedelta(days=3660)


@cache
def italian_holidays(years: range = YEARS) -> frozenset[date]:
    """Italy's public holidays (from 2026 with 4 October); none is moved to a Monday when it falls on a Sunday."""
    import holidays

    return frozenset(holidays.country_holidays("IT", years=years, language="it_IT", observed=False))


def make_calendar(
    hours: Sequence[str],
    zone: str,
    *,
    holidays: Iterable[date] = (),
    local_days: Sequence[str] = (),
    closures: Sequence[str] = (),
) -> Calendar:
    """A calendar from the texts of a settings file. Raises Unreadable."""
    there = read_zone(zone)
    spans = [read_closure(text, there) for text in closures]
    return Calendar(
        windows=read_hours(";".join(hours)),
        zone=there,
        holidays=frozenset(holidays).union(*(dates for dates, _ in spans)),
        local_days=frozenset(map(read_local_day, local_days)),
        closures=tuple(closure for _, closure in spans if closure),
    )


def read_zone(text: str) -> tzinfo:
    """A zone's name, or a fixed offset as "+01:00" only: "Etc/GMT+1" means the opposite. Raises Unreadable."""
    if offset := _OFFSET.fullmatch(text):
        length = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        if length > timedelta(hours=14) or int(offset[3]) > 59:
            raise Unreadable("sla-zone-offset-too-far", given=text)
        return timezone(length if offset[1] == "+" else -length)
    if _UPSIDE_DOWN.fullmatch(text):
        raise Unreadable("sla-zone-upside-down", given=text)
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable("sla-zone-unknown", given=text, nearest=_nearest_zone(text)) from None


def _nearest_zone(text: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    return (*get_close_matches(text, sorted(available_timezones()), 1), "Europe/Rome")[0]


def read_hours(text: str) -> tuple[Window, ...]:
    """Windows from "Mon-Fri 08:30-13:00,14:00-19:00; Sat 09:00-12:00" (or "lun-ven …"). Raises Unreadable."""
    windows = [window for part in text.split(";") if part.strip() for window in _read_part(part.strip())]
    if not windows:
        raise Unreadable("sla-hours-none")
    windows.sort()
    for earlier, later in pairwise(windows):
        if earlier.weekday == later.weekday and later.opens < earlier.closes:
            raise Unreadable("sla-hours-overlap", given=text, day=_DAYS[later.weekday].title())
    return tuple(windows)


def _read_part(part: str) -> list[Window]:
    days, _, times = part.replace("–", "-").partition(" ")
    weekdays = _read_days(days, part)
    spans = [_read_span(span.strip(), part) for span in times.split(",")]
    return [Window(day, opens, closes) for day in weekdays for opens, closes in spans]


def _read_days(text: str, part: str) -> list[int]:
    found: list[int] = []
    for piece in text.split(","):
        first, _, last = piece.partition("-")
        begin, end = _read_day(first, part), _read_day(last or first, part)
        found += [(begin + n) % 7 for n in range((end - begin) % 7 + 1)]
    return found


def _read_day(text: str, part: str) -> int:
    name = text.strip().lower()
    for names in (_DAYS, _GIORNI):
        if name[:3] in names and name.isalpha():
            return names.index(name[:3])
    raise Unreadable("sla-hours-day", given=text or part, part=part)


def _read_span(text: str, part: str) -> tuple[int, int]:
    if not (span := _HOURS.fullmatch(text)):
        raise Unreadable("sla-hours-span", given=text, part=part)
    first, second = _clock_time(span[1], span[2], part), _clock_time(span[3], span[4], part)
    if first >= second:
        raise Unreadable("sla-hours-backwards", given=text)
    return first, second


def _clock_time(hour: str, minute: str, part: str) -> int:
    seconds = int(hour) * 3600 + int(minute) * 60
    if int(minute) > 59 or seconds > 86_400:
        raise Unreadable("sla-hours-span", given=f"{hour}:{minute}", part=part)
    return seconds


def read_local_day(text: str) -> tuple[int, int]:
    """(month, day) of a day kept every year, from "12-07". Raises Unreadable."""
    try:
        day = date.fromisoformat(f"2000-{text}")  # a leap year: 02-29 may be kept
    except ValueError:
        raise Unreadable("sla-local-day", given=text) from None
    return day.month, day.day


def read_closure(text: str, zone: tzinfo) -> tuple[frozenset[date], Closure | None]:
    """The dates, or the span of time, that a closure takes. Raises Unreadable.

    Written as "2026-08-14", "2026-08-10/2026-08-21" (both included) or "2026-12-24T13:00/2026-12-24T19:00" (local).
    """
    first, _, last = text.partition("/")
    if "T" in text:
        begin, end = _local_time(first, text, zone), _local_time(last, text, zone)
        _in_order(end - begin, text)
        return frozenset(), Closure(begin, end)
    day, last_day = _date(first, text), _date(last or first, text)
    _in_order(last_day - day, text)
    return frozenset(day + timedelta(days=n) for n in range((last_day - day).days + 1)), None


def _in_order(length: timedelta, text: str) -> None:
    if not timedelta() <= length <= _LONGEST_CLOSURE:
        raise Unreadable("sla-closure-backwards", given=text)


def _date(text: str, whole: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Unreadable("sla-closure", given=whole) from None


def _local_time(text: str, whole: str, zone: tzinfo) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Unreadable("sla-closure", given=whole) from None
    if at.tzinfo is not None:
        raise Unreadable("sla-closure", given=whole)
    return at.replace(tzinfo=zone).astimezone(UTC)
