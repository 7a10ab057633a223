"""What the rooms are told once a day: the digest at opening, and before closing the list of what falls due soon.

Each takes a row for its day, so that it is said once whatever restarts; one that was missed is made up for within
the same staffed day. Where there is nothing to list, nothing is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import and_, or_, select

from core.db import Tx
from core.ids import ChatId
from core.notices.chats import Room, rooms
from core.notices.facts import Line, line
from core.notices.outbox import Kind, post
from core.sla.calendar import Calendar
from core.sla.deadlines import late
from core.sla.once import take_period
from core.sla.plan import HOUR, evening_list_until
from core.sla.policy import Policy, Target
from core.tickets.lifecycle import NEW, RUNNING
from core.tickets.model import Ticket, ticket_of
from core.tickets.overdue import who_has
from core.tickets.tables import tickets

MOST_LISTED: Final = 15
"""So many tickets stand in a list; the rest is a number."""


@dataclass(frozen=True)
class Falling:
    """A ticket, and one of its targets that runs."""

    ticket: Ticket
    target: Target
    due: datetime


def digest_at(calendar: Calendar, now: datetime) -> datetime:
    """When the digest of the working day that runs at *now* (or comes next) goes: at its first opening."""
    return calendar.working_day(now).opens


def list_at(calendar: Calendar, now: datetime) -> datetime:
    """When that day's list goes: an hour before the day's last closing, or when somebody is there after it."""
    day = calendar.working_day(now)
    return calendar.next_opening(max(day.opens, day.closes - HOUR))


@dataclass(frozen=True)
class Digest:
    """Tell the leads what is late and what falls due today. Returns whether it was this call that took the day."""

    def carry_out(self, tx: Tx) -> bool:
        calendar = tx.rule(Policy).calendar
        if not _ours(tx, "digest", digest_at(calendar, tx.now)):
            return False
        found = falling(tx, _midnight(calendar, tx.now))
        for place, theirs in _by_room(tx, (Room.LEADS,), found).items():
            past = _tickets(one for one in theirs if late(tx.now, one.due))
            today = _tickets(one for one in theirs if not late(tx.now, one.due))
            lists = (*_list("late-item", past, "digest-late"), *_list("list-item", today, "digest-today"))
            post(tx, Kind.ALERT, place, line("digest", late=len(past), today=len(today)), *lists)
        return True


@dataclass(frozen=True)
class BeforeClosing:
    """Tell operators and leads what falls due before the next opening, at it, and within an hour after it.

    Most tickets that stop somebody and were opened in the afternoon are due at the next opening, to the second.
    Returns whether it was this call that took the day.
    """

    def carry_out(self, tx: Tx) -> bool:
        calendar = tx.rule(Policy).calendar
        if not _ours(tx, "before-closing", list_at(calendar, tx.now)):
            return False
        until = evening_list_until(tx.now, calendar)
        found = _tickets(one for one in falling(tx, until) if not late(tx.now, one.due))
        for place, theirs in _by_room(tx, (Room.OPERATORS, Room.LEADS), found).items():
            heading = line("list-before-closing", count=len(theirs), opens=until - HOUR)
            post(tx, Kind.ALERT, place, heading, *_list("list-item", theirs))
        return True


def _ours(tx: Tx, task: str, at: datetime) -> bool:
    """Whether it is time, somebody is there, and nobody has done it today."""
    calendar = tx.rule(Policy).calendar
    day = calendar.working_day(tx.now).day.isoformat()
    return at <= tx.now and calendar.is_staffed(tx.now) and take_period(tx, task, day)


def falling(tx: Tx, until: datetime) -> list[Falling]:
    """Every target that runs and is due by *until*, the first to fall due first; what is late leads."""
    reaction = and_(tickets.c.reacted_at.is_(None), tickets.c.state == NEW, tickets.c.reaction_due <= until)
    due = select(tickets).where(
        tickets.c.closed_at.is_(None),
        tickets.c.state.in_(sorted(RUNNING)),
        or_(reaction, tickets.c.resolution_due <= until),
    )
    found = [one for row in tx.all(due) for one in _targets(ticket_of(row)) if one.due <= until]
    return sorted(found, key=lambda one: (one.due, one.ticket.number))


def _targets(ticket: Ticket) -> Iterable[Falling]:
    if ticket.reaction_due and ticket.reacted_at is None:
        yield Falling(ticket, Target.REACTION, ticket.reaction_due)
    if ticket.resolution_due:
        yield Falling(ticket, Target.RESOLUTION, ticket.resolution_due)


def _tickets(found: Iterable[Falling]) -> list[Falling]:
    """Each ticket once, with the first of its targets."""
    first: dict[int, Falling] = {}
    for one in found:
        first.setdefault(one.ticket.number, one)
    return list(first.values())


def _midnight(calendar: Calendar, now: datetime) -> datetime:
    """The end of today as the desk's zone has it."""
    tomorrow = now.astimezone(calendar.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), calendar.zone) - timedelta(microseconds=1)


def _by_room(tx: Tx, where: Sequence[Room], found: Iterable[Falling]) -> dict[ChatId, list[Falling]]:
    """What each room is told: a topic's tickets in the topic's own rooms, where it has some."""
    places: dict[ChatId, list[Falling]] = defaultdict(list)
    told: dict[str | None, list[ChatId]] = {}
    for one in found:
        topic = one.ticket.topic
        if topic not in told:
            told[topic] = [place.id for room in where for place in rooms(tx, room, topic)]
        for place in told[topic]:
            places[place].append(one)
    return places


def _list(item: str, found: Sequence[Falling], heading: str = "") -> list[Line]:
    """One line a ticket, under a heading if it has one; a long list ends in a number."""
    lines = [line(heading, count=len(found))] if heading and found else []
    lines += [_item(item, one) for one in found[:MOST_LISTED]]
    if len(found) > MOST_LISTED:
        lines.append(line("list-more", count=len(found) - MOST_LISTED))
    return lines


def _item(item: str, one: Falling) -> Line:
    return line(item, ticket=one.ticket.number, target=one.target, due=one.due, **who_has(one.ticket))
