"""Ears to test with: our `Ears` over the real Bolt and our server, in a hurry, and somebody who writes down."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.adapters.channel import Hear
from bot.adapters.slack.access import Access, connect
from bot.adapters.slack.home import Home
from bot.adapters.slack.listening import Door, Ears, Pace
from bot.conversations.drawing import Drawing
from bot.conversations.heard import Brought, Heard, Said
from bot.conversations.screen import Key, Receipt
from bot.words import Lexicon
from core.desk import Desk
from core.notices.inbox import once
from tests.house import Dice
from tests.servers.slack import World

T = TypeVar("T")
LEXICON = Lexicon.load()
DRAWING = Drawing(LEXICON, ZoneInfo("Europe/Rome"))
HURRY = Pace(
    ping=timedelta(milliseconds=200),
    first_wait=timedelta(milliseconds=10),
    longest_wait=timedelta(milliseconds=40),
    gap=timedelta(0),
)
FEWER = timedelta(hours=1)
"""After so long an outage only: for tests in which Slack's own retries are meant."""


async def hop(work: Callable[[], T], /) -> T:
    return await asyncio.to_thread(work)


@dataclass
class Writer:
    """Takes what is heard once, as the desk does, and writes it down. *answer*: what comes before, and is told back."""

    desk: Desk
    answer: Callable[[Heard], Awaitable[Receipt]] | None = None
    heard: list[Heard] = field(default_factory=list)
    again: list[Heard] = field(default_factory=list)
    """What came once more."""

    async def hear(self, heard: Heard) -> Receipt:
        receipt = await self.answer(heard) if self.answer else Receipt()
        if not await hop(lambda: self._take(heard)):
            self.again.append(heard)
            return Receipt(taken=False)
        self.heard.append(heard)
        return receipt

    def _take(self, heard: Heard) -> bool:
        with self.desk.turn() as tx:
            return once(tx, "slack", heard.id, f"slack:{heard.place.chat}", {})

    @property
    def texts(self) -> list[str]:
        return [heard.text for heard in self.heard if isinstance(heard, Said | Brought)]

    def of(self, kind: type[T]) -> list[T]:
        return [heard for heard in self.heard if isinstance(heard, kind)]


def ears(
    access: Access, client: Any, desk: Desk, *, door: Door | None = None, home: Home | None = None, pace: Pace = HURRY
) -> Ears:
    return Ears(
        client,
        access,
        desk=desk,
        hop=hop,
        chance=Dice(),
        drawing=DRAWING,
        language="it",
        door=door,
        home=home,
        pace=pace,
    )


@asynccontextmanager
async def listening(
    world: World,
    writer: Writer,
    *,
    access: Access | None = None,
    door: Door | None = None,
    home: Home | None = None,
    pace: Pace = HURRY,
) -> AsyncIterator[Ears]:
    """Let the desk listen, until the end."""
    access = access or Access(world.bot_token, world.app_token, world.signing_secret, world.base_url)
    link = connect(access)
    made = ears(access, link.client, writer.desk, door=door, home=home, pace=pace)
    try:
        async with asyncio.timeout(30), running(made, writer.hear):
            if door:
                await world.until(lambda: made.port)
                world.sends_to(f"http://127.0.0.1:{made.port}{door.path}")
            else:
                await world.connected(pace.links)
            yield made
    finally:
        await link.close()


@asynccontextmanager
async def running(made: Ears, hear: Hear) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(made.run(hear))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def stalling(desk: Desk, seconds: float = 20) -> threading.Event:
    """Let another writer hold the database for some seconds; returns what ends it early."""
    began, over = threading.Event(), threading.Event()

    def hold() -> None:
        with desk.turn():
            began.set()
            over.wait(seconds)

    threading.Thread(target=hold, daemon=True).start()
    began.wait(5)
    return over


def buttons(*keys: Key) -> list[dict[str, Any]]:
    """Return a row of buttons as a message has it."""
    elements = [
        {"type": "button", "text": {"type": "plain_text", "text": key.label}, "value": key.value, "action_id": str(at)}
        for at, key in enumerate(keys)
    ]
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Ticket 17"}},
        {"type": "actions", "elements": elements},
    ]
