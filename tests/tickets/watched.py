"""A house whose deadlines are watched: its clock stops at each moment at which something falls due."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.notices.chats import meet
from core.notices.facts import Line
from core.notices.outbox import Kind, Parcel
from core.people.commands import Meet
from core.people.who import Who
from core.sla.tables import alerts
from core.tickets.overdue import NextAlert, Sweep
from tests.house import House

ROME = ZoneInfo("Europe/Rome")


def at(text: str, week: int = 0) -> datetime:
    """A moment of the week of Monday 23 November 2026 (or so many later), as "Mon 10:00" in Rome."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    date = 23 + ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(day)
    return (datetime(2026, 11, date, int(hour), int(minute), tzinfo=ROME) + timedelta(weeks=week)).astimezone(UTC)


def sweep_until(house: House, end: datetime) -> None:
    """Let time go by: the sweep comes at each next moment."""
    while (due := house.desk.look(NextAlert())) is not None and due <= end:
        house.now = max(house.now, due)
        house.desk.do(Sweep())
    house.now = end


def told(house: House) -> dict[str, list[str]]:
    """What the alerts of each room or chat said since the last look, by the sentences' ids."""
    found: dict[str, list[str]] = defaultdict(list)
    for parcel in alerts_posted(house):
        found[parcel.chat.address] += [line.message for line in parcel.lines]
    return dict(found)


def lines(house: House, address: str) -> list[Line]:
    return [line for parcel in alerts_posted(house) if parcel.chat.address == address for line in parcel.lines]


def alerts_posted(house: House) -> list[Parcel]:
    return [parcel for parcel in house.posted() if parcel.kind is Kind.ALERT]


def alert_rows(house: House) -> list[tuple[Any, ...]]:
    """Every alert that was ever posted, as (ticket, target, kind, cycle, number)."""
    key = (alerts.c.ticket_id, alerts.c.target, alerts.c.kind, alerts.c.cycle, alerts.c.number)
    with house.desk.database.read() as conn:
        return [tuple(row) for row in conn.execute(select(*key).order_by(alerts.c.id))]


def with_a_chat_of_their_own(house: House, operator: Who) -> Who:
    """The operator, met in a chat of their own: where direct messages go."""
    name = operator.name.lower()
    with house.desk.turn() as tx:
        chat = meet(tx, "terminal", name, language="it").id
    house.desk.do(Meet("terminal", name, operator.name, "it", chat=chat))
    return operator
