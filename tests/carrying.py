"""A desk with a courier and a channel in memory: the channel can be told to fail, and the clock is pushed by hand."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from bot.adapters.channel import GiveUp, Outgoing, Rate
from bot.conversations.screen import Limits, Screen
from bot.courier import Courier
from core.db import Tx
from core.desk import Desk
from core.files import FileStore
from core.ids import CustomerId, TicketNumber
from core.notices.chats import Chat, Furnish, Room, RoomAt, meet
from core.notices.facts import line
from core.notices.outbox import Kind, Parcel, Sign, post
from core.notices.tables import outbox
from core.people.rules import PeopleRules
from core.people.tables import customers, identities
from core.tickets.rules import TicketRules
from core.tickets.tables import tickets
from tests.house import database_at

T = TypeVar("T")
BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def push(self, by: timedelta) -> None:
        self.now += by

    def seconds(self) -> float:
        """The same as a clock that never goes back."""
        return (self.now - BEGIN).total_seconds()


class Passing(Clock):
    """A clock that goes by itself."""

    def __init__(self) -> None:
        self.begin = time.monotonic()

    def __call__(self) -> datetime:
        self.now = BEGIN + timedelta(seconds=time.monotonic() - self.begin)
        return self.now

    def seconds(self) -> float:
        return time.monotonic() - self.begin


class NoChance:
    """Chance that always falls in the middle."""

    def digits(self, n: int) -> str:
        self.drawn = getattr(self, "drawn", 0) + 1
        return str(self.drawn).rjust(n, "0")

    def below(self, n: int) -> int:
        return n // 2


@dataclass
class Wire:
    """A channel that keeps what it is sent; `troubles` are raised first, in order, for messages with that text."""

    name: str = "wire"
    limits: Limits = field(default_factory=Limits)
    sent: list[tuple[str, str]] = field(default_factory=list)
    beside: list[tuple[str | None, str | None]] = field(default_factory=list)
    troubles: dict[str, list[Exception]] = field(default_factory=dict)
    stuck: dict[str, asyncio.Event] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    coming: dict[str, Callable[[], bytes]] = field(default_factory=dict)  # what happens while a file comes
    most_at_once: int = 0
    under_way: int = 0
    under_way_to: Counter[str] = field(default_factory=Counter)
    most_to_one: int = 0
    left: list[tuple[str, ...]] = field(default_factory=list)  # what was said to have left before, where anything was
    marks: list[tuple[str, bool]] = field(default_factory=list)  # by what each was known, and whether it may have left
    expected: int = 0
    all_there: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(
        self,
        to: Chat,
        screen: Screen,
        *,
        kind: Kind,
        ticket: TicketNumber | None = None,
        replaces: str | None = None,
        under: str | None = None,
        sent: tuple[str, ...] = (),
        mark: str = "",
        maybe_sent: bool = False,
    ) -> tuple[str, ...]:
        self.marks.append((mark, maybe_sent))
        self.under_way += 1
        self.under_way_to[to.address] += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        self.most_to_one = max(self.most_to_one, self.under_way_to[to.address])
        if self.under_way == self.expected:
            self.all_there.set()
        try:
            await asyncio.sleep(0)  # as a real one does: others get their turn
            if wait := self.stuck.get(screen.text):
                await wait.wait()
            if waiting := self.troubles.get(screen.text):
                raise waiting.pop(0)
        finally:
            self.under_way -= 1
            self.under_way_to[to.address] -= 1
        self.left += [sent] if sent else []
        self.sent.append((to.address, screen.text))
        self.beside.append((replaces, under))
        return (replaces or f"m{len(self.sent)}",)

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        if coming := self.coming.get(reference):
            yield coming()
            return
        if reference not in self.files:
            raise GiveUp("no such file")
        yield self.files[reference]


@dataclass
class Able(Wire):
    """A channel that takes files, shows signs, and is paced; it takes no more than it says it does."""

    clock: Clock = field(default_factory=Clock)
    rates: dict[str, Rate] = field(default_factory=dict)
    overall: Rate | None = None
    given: list[tuple[str, str, bytes, str | None]] = field(default_factory=list)
    signs: list[tuple[str, str, Sign]] = field(default_factory=list)
    arrived: list[tuple[str, datetime]] = field(default_factory=list)

    def rate(self, to: Chat) -> Rate | None:
        return self.rates.get(to.address)

    async def send(self, to: Chat, screen: Screen, **how: Any) -> tuple[str, ...]:  # type: ignore[override]
        external = await super().send(to, screen, **how)
        self.arrive(to)
        return external

    async def give(
        self,
        to: Chat,
        file: Outgoing,
        screen: Screen,
        *,
        ticket: TicketNumber | None = None,
        under: str | None = None,
        sent: tuple[str, ...] = (),
        mark: str = "",
        maybe_sent: bool = False,
    ) -> tuple[str, ...]:
        if waiting := self.troubles.get(file.name):
            raise waiting.pop(0)
        content = b"".join([piece async for piece in file.pieces()])
        self.given.append((to.address, file.name, content, under))
        self.sent.append((to.address, screen.text))
        self.arrive(to)
        return (f"f{len(self.given)}",)

    async def sign(self, to: Chat, message: str, sign: Sign) -> None:
        if waiting := self.troubles.get(message):
            raise waiting.pop(0)
        self.signs.append((to.address, message, sign))
        self.arrive(to)

    def arrive(self, to: Chat) -> None:
        self.arrived.append((to.address, self.clock()))
        if rate := self.rates.get(to.address):
            self.demand(rate, [at for address, at in self.arrived if address == to.address])
        if self.overall:
            self.demand(self.overall, [at for _, at in self.arrived])

    def demand(self, rate: Rate, times: list[datetime]) -> None:
        lately = [at for at in times if self.clock.now - at < rate.within]
        assert len(lately) <= rate.most, "a flood"


def draw(tx: Tx, parcel: Parcel, limits: Limits) -> Screen | None:
    """Words as simple as can be: the ids of the sentences, or which ticket the card is of."""
    if any(one.message == "nothing-any-more" for one in parcel.lines):
        return None
    if any(one.message == "no-such-text" for one in parcel.lines):
        raise KeyError("no-such-text")
    words = [str(one.facts.get("text") or one.message) for one in parcel.lines]
    return Screen(tuple(words) or (f"card {parcel.ticket}",))


class Here:
    """The hop that stays where it is, and tells when the store may have moved."""

    def __init__(self) -> None:
        self.moved = asyncio.Event()

    async def __call__(self, work: Callable[[], T]) -> T:
        try:
            return work()
        finally:
            self.moved.set()


class InAThread(Here):
    """The hop as it is in earnest."""

    async def __call__(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        finally:
            self.moved.set()


@dataclass
class House:
    desk: Desk
    clock: Clock
    wire: Wire
    courier: Courier
    hop: Here
    eva: Chat
    marco: Chat
    room: Chat

    def post(self, kind: Kind, to: Chat, *texts: str, **how: Any) -> None:
        with self.desk.turn() as tx:
            for text in texts:
                post(tx, kind, to.id, line(text, text=text), **how)

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.wire.sent]

    def unsent(self) -> int:
        with self.desk.database.read() as conn:
            return len(conn.execute(select(outbox.c.id).where(outbox.c.done_at.is_(None))).all())

    def given_up(self) -> list[str]:
        with self.desk.database.read() as conn:
            return [row.error for row in conn.execute(select(outbox.c.error).where(outbox.c.given_up))]

    async def after(self, wait: timedelta) -> None:
        self.clock.push(wait)
        await self.courier.settle()


@contextlib.contextmanager
def open_house(
    database_url: str, folder: Path, wire: Wire | None = None, *others: Wire, clock: Clock | None = None
) -> Iterator[House]:
    """A house with rooms #operators and #leads, and the chats of two people, all on *wire*."""
    with database_at(database_url) as database:
        clock, hop, wire = clock or Clock(), Here(), wire or Wire()
        rules = {PeopleRules: PeopleRules(), TicketRules: TicketRules()}
        desk = Desk(database, clock=clock, chance=NoChance(), rules=rules)
        files = FileStore.at(folder / "files")
        courier = Courier(
            desk, [wire, *others], draw, hop=hop, chance=NoChance(), worker="w1", files=files, monotonic=clock.seconds
        )
        desk.committed = courier.wake
        rooms = (("#operators", Room.OPERATORS), ("#leads", Room.LEADS))
        desk.do(Furnish(tuple(RoomAt("wire", address, room, "en") for address, room in rooms)))
        with desk.turn() as tx:
            eva, marco = meet(tx, "wire", "eva", language="en"), meet(tx, "wire", "marco", language="en")
            room = meet(tx, "wire", "#operators", language="en")
        yield House(desk, clock, wire, courier, hop, eva, marco, room)


def a_ticket(house: House, *, other_chat: bool = False) -> TicketNumber:
    """Eva is registered and has a ticket; with *other_chat* she can be reached at "eva-elsewhere" too."""
    with house.desk.turn() as tx:
        customer = CustomerId(
            tx.add(customers, code="X", name="Eva", language="en", created_at=tx.now, email="eva@example.org")
        )
        homes = [house.eva] + ([meet(tx, "wire", "eva-elsewhere", language="en")] if other_chat else [])
        for home in homes:
            identity_at(tx, home, customer)
        return TicketNumber(
            tx.add(
                tickets,
                version=1,
                state="claimed",
                customer_id=customer,
                chat_id=house.eva.id,
                subject="Signing",
                opened_at=tx.now,
                door="wire",
            )
        )


def identity_at(tx: Tx, home: Chat, customer: CustomerId | None = None) -> None:
    """Somebody whose own chat *home* is: *customer*, else the only one there is."""
    customer = customer or tx.value(select(customers.c.id))
    tx.add(
        identities,
        channel="wire",
        address=home.address,
        name="Eva",
        language="en",
        language_offered=False,
        chat_id=home.id,
        customer_id=customer,
        created_at=tx.now,
    )


@contextlib.asynccontextmanager
async def running(courier: Courier) -> AsyncIterator[None]:
    task = asyncio.create_task(courier.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(hop: Here, true: Callable[[], bool]) -> None:
    """Wait until *true*, looking whenever the courier was at the store."""
    async with asyncio.timeout(5):
        while not true():
            hop.moved.clear()
            await hop.moved.wait()
