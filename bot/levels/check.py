"""`sportello sla check`: compare a file of worked deadlines with ours, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from bot.levels.wording import Unreadable, Words, why_unreadable
from bot.policies import SlaSettings
from core.sla.calendar import BeyondCalendar, Calendar
from core.sla.clock import ClockName
from core.sla.plan import Plan, Stretch, plan
from core.sla.policy import Policy, Severity

Choice = TypeVar("Choice", bound=StrEnum)

WANTED = ("case", "opened", "clock", "severity", "reaction_due", "resolution_due")
"""The columns a file must have; `windows` and `not_running` may be absent or empty."""
TOLERANCE = timedelta(seconds=1)
_LARGEST = 50 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """A line of the file, as it stands there. None for a field that is not there, or a column too many."""

    line: int
    fields: Mapping[str | None, object]

    def text(self, column: str) -> str:
        """What stands in a column; nothing where the column is absent."""
        return str(self.fields.get(column) or "").strip()

    @property
    def is_whole(self) -> bool:
        """Whether it has as many fields as the heading."""
        return None not in self.fields and None not in self.fields.values()


@dataclass(frozen=True)
class Difference:
    """A deadline that the file has otherwise; *found* is None where we have none."""

    row: Row
    column: str
    given: datetime
    found: datetime | None


@dataclass(frozen=True)
class Verdict:
    """What a row came to: it agrees, or here is why not."""

    row: Row
    differences: tuple[Difference, ...] = ()
    fault: Unreadable | None = None


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV file, with commas or semicolons. Raises Unreadable."""
    name = str(path)
    text = _decode(_read(path), name)
    heading = text.partition("\n")[0]
    delimiter = ";" if ";" in heading and "," not in heading else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [(column or "").strip().lower() for column in reader.fieldnames or ()]
        if missing := [column for column in WANTED if column not in columns]:
            raise Unreadable("sla-check-columns", file=name, missing=missing[0], wanted=", ".join(WANTED))
        reader.fieldnames = columns
        for fields in reader:
            yield Row(reader.line_num, fields)
    except csv.Error as error:
        line = min(reader.line_num + 1, len(text.splitlines()))  # the reader counts a line once it is through with it
        raise Unreadable("sla-check-broken", file=name, line=str(line), why=str(error)) from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise Unreadable("sla-check-unreadable", file=str(path), why=why_unreadable(error)) from None
    if len(raw) > _LARGEST:
        raise Unreadable("sla-check-too-large", file=str(path), limit="50")
    return raw


def _decode(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable("sla-check-not-utf8", file=name, line=str(line)) from None


def check(rows: Iterator[Row], settings: SlaSettings, policy: Policy) -> Iterator[Verdict]:
    """A verdict for each row, by the policy's promises; the row names clock and windows where it likes to."""

    @cache
    def calendar(windows: str) -> Calendar:
        return settings.to_calendar(windows) if windows else policy.calendar

    for row in rows:
        try:
            yield Verdict(row, tuple(_differences(row, calendar(row.text("windows")), policy)))
        except Unreadable as fault:
            yield Verdict(row, fault=fault)
        except BeyondCalendar:
            yield Verdict(row, fault=Unreadable("sla-check-beyond"))


def _differences(row: Row, calendar: Calendar, policy: Policy) -> Iterator[Difference]:
    if not row.is_whole:
        raise Unreadable("sla-check-width")
    ours = _plan(
        row, replace(policy, calendar=calendar, clock_name=_word(row, "clock", ClockName) or policy.clock_name)
    )
    for column, found in (("reaction_due", ours.reaction_due), ("resolution_due", ours.resolution_due)):
        given = read_moment(row.text(column), column) if row.text(column) else None
        if given and (found is None or abs(given - found) > TOLERANCE):
            yield Difference(row, column, given, found)


def _plan(row: Row, policy: Policy) -> Plan:
    opened = read_moment(row.text("opened"), "opened")
    return plan(opened, _word(row, "severity", Severity), read_running(opened, row.text("not_running")), policy)


def _word(row: Row, column: str, kind: type[Choice]) -> Choice | None:
    given = row.text(column)
    try:
        return kind(given.lower()) if given else None
    except ValueError:
        raise Unreadable("sla-check-word", column=column, given=given[:80], expected=", ".join(kind)) from None


def read_moment(text: str, column: str, zone: tzinfo | None = None) -> datetime:
    """An ISO moment; one without an offset is local time where a *zone* is given. Raises Unreadable."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("sla-check-moment", column=column, given=text[:80]) from None
    if at.tzinfo is None:
        if zone is None:
            raise Unreadable("sla-check-moment", column=column, given=text[:80])
        at = at.replace(tzinfo=zone)
    return at


def read_running(opened: datetime, pauses: str, zone: tzinfo | None = None) -> list[Stretch]:
    """The stretches that pauses ("begin/end;begin/end", the last end may be absent) leave. Raises Unreadable."""
    moments = [opened]
    for pause in filter(None, (part.strip() for part in pauses.split(";"))):
        begin, slash, end = pause.partition("/")
        if not slash or not (end.strip() or pauses.rstrip("; ").endswith("/")):
            raise Unreadable("sla-check-pauses", given=pauses[:80])
        moments.append(read_moment(begin.strip(), "not_running", zone))
        if end.strip():
            moments.append(read_moment(end.strip(), "not_running", zone))
    if any(earlier > later for earlier, later in pairwise(moments)):
        raise Unreadable("sla-check-pauses", given=pauses[:80])
    ends: list[datetime | None] = [*moments[1::2]]
    return [Stretch(begin, end) for begin, end in zip(moments[::2], [*ends, None], strict=False)]


@dataclass
class Tally:
    """The counts of the last line."""

    agree: int = 0
    disagree: int = 0
    unreadable: int = 0

    def count(self, verdict: Verdict) -> None:
        if verdict.fault:
            self.unreadable += 1
        elif verdict.differences:
            self.disagree += 1
        else:
            self.agree += 1

    @property
    def rows(self) -> int:
        return self.agree + self.disagree + self.unreadable


def tell(verdict: Verdict, words: Words, zone: tzinfo) -> Iterator[str]:
    """A line for each thing that is wrong with a row."""
    row = verdict.row
    place = {"line": str(row.line), "case": row.text("case")[:80] or "-"}
    if verdict.fault:
        yield words.say("sla-check-row", what=words.say(verdict.fault.message, **verdict.fault.facts), **place)
    for difference in verdict.differences:
        found = difference.found.astimezone(zone).isoformat(timespec="seconds") if difference.found else None
        yield words.say(
            "sla-check-differs",
            column=difference.column,
            clock=row.text("clock"),
            severity=row.text("severity") or words.say("sla-check-none"),
            given=difference.given.isoformat(timespec="seconds"),
            found=found or words.say("sla-check-none"),
            **place,
        )
