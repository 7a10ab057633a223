"""The courier: what one collection costs beside a bare read of the same rows, and a burst of cards beside other chats.

Goals: with 1,000 chats waiting, a collection of 16 is at most 4 times reading and marking 16 rows by their ids; of a
burst of 500 cards for one room, others notice nothing: an answer leaves as soon as without it, within a fifth.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import select, update

from bench.openings import fresh_house
from bot.conversations.screen import Limits, Screen
from bot.courier import Courier
from core.db import Database, Tx
from core.ids import TicketNumber
from core.notices.chats import Chat, meet
from core.notices.facts import line
from core.notices.outbox import Collect, FreeLeases, Kind, Parcel, post
from core.notices.tables import chats, outbox
from tests.house import Dice, House
from tests.postgres import postgres_server

CHATS, CARDS, EACH, ROUNDS = 1_000, 500, 16, 40
ANSWERS = 60
NETWORK = 0.02  # seconds that a send takes


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        compare("SQLite", f"sqlite:///{Path(folder) / 'desk.db'}")
    with postgres_server(durable=True) as server:
        compare("PostgreSQL", server.url(server.create()))


def compare(name: str, url: str) -> None:
    with fresh_house(url) as house:
        collections(name, house)
        asyncio.run(bursts(name, house))


def collections(name: str, house: House) -> None:
    with house.desk.turn() as tx:
        tx.run(outbox.delete())
        for n in range(CHATS):
            post(tx, Kind.REPLY, meet(tx, "bench", f"p{n}", language="it").id, line("greeting"))
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(timed(lambda: mark_bare(house.database)))
        ours.append(timed(lambda: house.desk.do(Collect("bench", EACH))))
        house.desk.do(FreeLeases())
    ratio = median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    print(
        f"{name}: {EACH} of {CHATS:,} collected in {median(ours) * 1e3:.1f} ms,"
        f" read and marked bare {median(bare) * 1e3:.1f} ms: {ratio:.1f}x (goal: at most 4x)"
    )


def mark_bare(database: Database) -> None:
    """What a collection must do at least: mark so many rows, and read their places."""
    with database.write() as conn:
        ids = conn.execute(select(outbox.c.id).order_by(outbox.c.id).limit(EACH)).scalars().all()
        marked = update(outbox).where(outbox.c.id.in_(ids)).values(leased_by="bare").returning(*outbox.c)
        rows = conn.execute(marked).all()
        conn.execute(select(chats).where(chats.c.id.in_([row.chat_id for row in rows]))).all()


def timed(act: object) -> float:
    began = perf_counter()
    act()  # type: ignore[operator]
    return perf_counter() - began


@dataclass
class Slow:
    """A channel a little way off."""

    name: str = "bench"
    limits: Limits = field(default_factory=Limits)
    arrived: dict[str, asyncio.Event] = field(default_factory=dict)

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
        await asyncio.sleep(NETWORK)
        if arrived := self.arrived.get(to.address):
            arrived.set()
        return ()

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        yield b""


def draw(_tx: Tx, parcel: Parcel, _limits: Limits) -> Screen:
    return Screen((parcel.kind,))


async def bursts(name: str, house: House) -> None:
    alone, beside = await answers(house), await answers(house, CARDS)
    print(
        f"{name}: an answer has left after {alone * 1e3:.0f} ms, beside a burst of {CARDS} cards after"
        f" {beside * 1e3:.0f} ms: {beside / alone:.2f}x (goal: at most 1.2x)"
    )


async def answers(house: House, cards: int = 0) -> float:
    """Return the median seconds from a commit to the arrival, while so many cards wait for one room."""
    with house.desk.turn() as tx:
        tx.run(outbox.delete())
        room = meet(tx, "bench", "#room", language="it").id
        for n in range(cards):
            post(tx, Kind.CARD, room, line("card"), lane=f"card:{n}")
    channel = Slow()
    courier = Courier(house.desk, [channel], draw, hop=asyncio.to_thread, chance=Dice(), worker="bench")
    house.desk.committed = courier.wake
    running = asyncio.create_task(courier.run())
    times = [await answer(house, channel, f"p{n}") for n in range(ANSWERS)]
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return median(times)


async def answer(house: House, channel: Slow, address: str) -> float:
    arrived = channel.arrived[address] = asyncio.Event()

    def say() -> None:
        with house.desk.turn() as tx:
            post(tx, Kind.REPLY, meet(tx, "bench", address, language="it").id, line("greeting"))

    began = perf_counter()
    await asyncio.to_thread(say)
    await arrived.wait()
    return perf_counter() - began


if __name__ == "__main__":
    main()
