"""A desk to test with: a store, a clock that is pushed by hand, and people on both sides of the counter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from bot.policies import SlaSettings
from core.db import Database
from core.desk import Desk
from core.files import FileRules
from core.ids import TicketNumber
from core.notices.chats import Furnish, Room, RoomAt, at_address, meet
from core.notices.facts import Line
from core.notices.outbox import Collect, Parcel, Sent
from core.people.commands import Meet, Register
from core.people.rules import PeopleRules
from core.people.staff import Enroll
from core.people.who import Role, Who
from core.sla.policy import Policy, Severity
from core.tickets.commands import OpenTicket
from core.tickets.counter import CounterRules
from core.tickets.model import Ticket
from core.tickets.rules import TicketRules

TUESDAY_AT_TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""10:00 in Rome, on a working day."""


class Dice:
    """Chance that can be replayed."""

    def __init__(self, seed: int = 1) -> None:
        self.random = Random(seed)

    def digits(self, n: int) -> str:
        return "".join(str(self.random.randrange(10)) for _ in range(n))

    def below(self, n: int) -> int:
        return self.random.randrange(n)


@dataclass
class House:
    """A desk with rooms #operators and #leads; `now` is pushed by hand."""

    database: Database
    rules: dict[type, Any] = field(default_factory=dict)
    now: datetime = TUESDAY_AT_TEN
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.database, clock=lambda: self.now, chance=Dice(), rules=self.rules)
        rooms = (("#operators", Room.OPERATORS), ("#leads", Room.LEADS))
        self.desk.do(Furnish(tuple(RoomAt("terminal", address, room, "it") for address, room in rooms)))

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)

    def stranger(self, name: str, channel: str = "terminal") -> Who:
        """Somebody who has not registered, in a chat of their own."""
        with self.desk.turn() as tx:
            chat = meet(tx, channel, name.lower(), language="it").id
        known = self.desk.do(Meet(channel, name.lower(), name, "it", chat=chat))
        return Who(known.id, chat, Role.CUSTOMER, known.customer, known.operator, name)

    def customer(self, name: str, channel: str = "terminal") -> Who:
        who = self.stranger(name, channel)
        email = f"{name.lower()}@example.org"
        known = self.desk.do(Register(who, name, email, consent=True))
        return Who(who.identity, who.chat, Role.CUSTOMER, known.id, None, name)

    def operator(self, name: str, *, lead: bool = False) -> Who:
        """Somebody who acts in the operators' room, or in the leads'."""
        known = self.desk.do(Meet("terminal", name.lower(), name, "it"))
        enrolled = self.desk.do(Enroll(known.id, name, lead=lead))
        with self.desk.turn() as tx:
            room = at_address(tx, "terminal", "#leads" if lead else "#operators")
        assert room
        return Who(known.id, room.id, Role.LEAD if lead else Role.OPERATOR, None, enrolled.id, name)

    def ticket(self, by: Who, subject: str = "La firma non parte", felt: Severity | None = Severity.MEDIUM) -> Ticket:
        return self.desk.do(OpenTicket(by, subject, "Da stamattina non va.", felt=felt))

    def posted(self) -> list[Parcel]:
        """Take all that is due out of the outbox, as if it had been sent."""
        taken: list[Parcel] = []
        while parcels := self.desk.do(Collect("test", most=100)):
            for parcel in parcels:
                self.desk.do(Sent(parcel))
            taken += parcels
        return sorted(taken, key=lambda parcel: parcel.id)

    def told(self, who: Who) -> list[Line]:
        """What was posted to this person's chat since the last look; what went elsewhere is taken out as well."""
        return [line for parcel in self.posted() if parcel.chat.id == who.chat for line in parcel.lines]

    def messages(self, who: Who) -> list[str]:
        return [line.message for line in self.told(who)]


@cache
def page_policy() -> Policy:
    """The page's policy; one for all, since nothing changes it and its calendar keeps the years that it laid out."""
    return SlaSettings().to_policy()


_IDLE: dict[str, Database] = {}
_MOST_IDLE = 4


@contextmanager
def database_at(url: str) -> Iterator[Database]:
    """The store at *url*; where there was one before, the same again: it need not build every statement anew.

    A desk does so but once in its life; here it would be a third of what a test takes. Its connections are all new.
    """
    database = _IDLE.pop(url, None) or Database(url)
    try:
        yield database
    finally:
        database.close()
        if len(_IDLE) == _MOST_IDLE:
            _IDLE.pop(next(iter(_IDLE)))
        _IDLE[url] = database


@contextmanager
def open_house(url: str, rules: Mapping[type, Any] | None = None) -> Iterator[House]:
    """A house on a database with empty tables at *url*, with the page's policy; *rules* replace the defaults by type."""
    defaults = (PeopleRules(), TicketRules(), CounterRules(), FileRules())
    given = {type(rule): rule for rule in defaults} | {Policy: page_policy()} | dict(rules or {})
    with database_at(url) as database:
        yield House(database, given)


def number(ticket: Ticket) -> TicketNumber:
    return ticket.number
