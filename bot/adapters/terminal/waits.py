"""`wait 2h`, `wait until monday 08:30`, and the same in Italian: to which moment the demo's clock is pushed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

LONGEST = timedelta(days=366)

_WAIT = re.compile(r"/?(?:wait|attendi|aspetta)\s+(?P<what>(?:\d|until|till|fino).*)", re.IGNORECASE)
_UNTIL = re.compile(r"(?:until|till|fino\s+a(?:lle|ll'|l|d)?|fino)\s*(?P<when>.*)", re.IGNORECASE)
_PART = re.compile(r"(?P<amount>\d{1,5})\s*(?P<unit>[^\W\d_]*)")
_TIME = re.compile(r"(?:(?:at|alle|all'|ore)\s*)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNITS = {
    "s": "s sec secs second seconds secondo secondi",
    "m": "m min mins minute minutes minuto minuti",
    "h": "h hour hours ora ore",
    "d": "d g day days giorno giorni",
    "w": "w week weeks settimana settimane",
}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_DAYS = (
    ("monday", "mon", "lunedì", "lunedi", "lun"),
    ("tuesday", "tue", "martedì", "martedi", "mar"),
    ("wednesday", "wed", "mercoledì", "mercoledi", "mer"),
    ("thursday", "thu", "giovedì", "giovedi", "gio"),
    ("friday", "fri", "venerdì", "venerdi", "ven"),
    ("saturday", "sat", "sabato", "sab"),
    ("sunday", "sun", "domenica", "dom"),
)
_DAY_OF = {name: number for number, names in enumerate(_DAYS) for name in names}
_TOMORROW = ("tomorrow", "domani")


class NotAMoment(ValueError):
    """It says to wait, but not until when; or for longer than a year, or into the past."""


def waits_until(typed: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the aware moment that *typed* asks to wait for, or None if it does not speak of waiting.

    Clock times are in *zone*; one that has passed today is tomorrow's. Raises `NotAMoment`.
    """
    found = _WAIT.fullmatch(typed.strip())
    if not found:
        return None
    what = found["what"].strip().casefold()
    until = _UNTIL.fullmatch(what)
    moment = _clock_time(until["when"].strip(), now.astimezone(zone)) if until else now + _duration(what)
    if not now < moment <= now + LONGEST:
        raise NotAMoment(typed)
    return moment


def _duration(what: str) -> timedelta:
    """Read "2h", "1h30", "1 h 30 min", "2 ore e 15 minuti"."""
    parts = list(_PART.finditer(what))
    rest = re.sub(r"\b(?:and|e|for|per)\b|[\s,]", "", _PART.sub("", what))
    if rest or not parts:
        raise NotAMoment(what)
    seconds, before = 0, ""
    for part in parts:
        unit = _UNIT_OF.get(part["unit"], "") if part["unit"] else {"h": "m", "m": "s"}.get(before, "")
        if not unit:
            raise NotAMoment(what)
        seconds, before = seconds + int(part["amount"]) * _SECONDS[unit], unit
    return timedelta(seconds=seconds)


def _clock_time(when: str, local: datetime) -> datetime:
    day, rest, again = _day(when, local.date())
    clock = _time(rest)
    moment = datetime.combine(day, clock, local.tzinfo).astimezone(UTC)
    if moment > local.astimezone(UTC):
        return moment
    return datetime.combine(day + timedelta(days=again), clock, local.tzinfo).astimezone(UTC)


def _day(when: str, today: date) -> tuple[date, str, int]:
    """Return the day that *when* begins with (else today), what follows, and after how many days it comes again."""
    word, _, rest = when.partition(" ")
    if word in _TOMORROW:
        return today + timedelta(days=1), rest.strip(), 0
    if word in _DAY_OF:
        return today + timedelta(days=(_DAY_OF[word] - today.weekday()) % 7), rest.strip(), 7
    if _DATE.fullmatch(word):
        return _date(word), rest.strip(), 0
    if not when:
        raise NotAMoment(when)
    return today, when, 1


def _date(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise NotAMoment(word) from None


def _time(rest: str) -> time:
    """Read "08:30", "8.30", "at 9"; nothing is the day's beginning."""
    if not rest:
        return time(0)
    found = _TIME.fullmatch(rest)
    if found is None or int(found["hour"]) > 23 or int(found["minute"] or 0) > 59:
        raise NotAMoment(rest)
    return time(int(found["hour"]), int(found["minute"] or 0))
