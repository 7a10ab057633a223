"""Ears to test with: our `Updates` over the real library and our server, in a hurry, and somebody who writes down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from telegram import Bot
from telegram.request import HTTPXRequest

from bot.adapters.telegram.updates import Pace, Updates
from bot.adapters.telegram.webhook import Webhook
from bot.app import Workers
from bot.conversations.heard import Heard, Said
from bot.conversations.screen import Receipt
from core.db import Tx
from core.desk import Desk
from core.notices.inbox import once
from tests.adapters.telegram.conftest import hop
from tests.house import Dice
from tests.servers.telegram import World

HURRY = Pace(
    hold=timedelta(seconds=5),
    first_wait=timedelta(milliseconds=10),
    longest_wait=timedelta(milliseconds=40),
    stumbled=timedelta(milliseconds=20),
    parts=timedelta(milliseconds=60),
    sweep=timedelta(milliseconds=50),
    press=timedelta(seconds=2),
)


@dataclass
class Writer:
    """Takes what is heard once, as the desk does, and writes it down. *answer*: what comes before, and is told back."""

    desk: Desk
    answer: Callable[[Heard], Awaitable[Receipt]] | None = None
    heard: list[Heard] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    """The ids, as they were taken inside the transactions."""

    async def hear(self, heard: Heard) -> Receipt:
        receipt = await self.answer(heard) if self.answer else Receipt()
        if not await hop(lambda: self._take(heard)):
            return Receipt(taken=False)
        self.heard.append(heard)
        return receipt

    def _take(self, heard: Heard) -> bool:
        with self.desk.turn() as tx:
            tx.lock("talk", 1)
            taken = [_once(tx, heard, key) for key in (heard.id, *(heard.parts if isinstance(heard, Said) else ()))]
            if taken[0]:
                self.order.append(heard.id)
            return taken[0]

    @property
    def texts(self) -> list[str]:
        return [heard.text for heard in self.heard if isinstance(heard, Said)]


def _once(tx: Tx, heard: Heard, key: str) -> bool:
    return once(tx, "telegram", key, f"telegram:{heard.place.chat}", {})


@asynccontextmanager
async def a_bot(world: World, token: str = "") -> AsyncIterator[Bot]:
    requests = HTTPXRequest(), HTTPXRequest()
    token = token or world.bot.token
    try:
        yield Bot(token, world.base_url, world.base_file_url, request=requests[0], get_updates_request=requests[1])
    finally:
        await asyncio.gather(*(request.shutdown() for request in requests))


@asynccontextmanager
async def listening(
    world: World,
    desk: Desk,
    writer: Writer | None = None,
    *,
    token: str = "",
    webhook: Webhook | None = None,
    pace: Pace = HURRY,
) -> AsyncIterator[Writer]:
    """Let the desk listen, until the end."""
    writer = writer or Writer(desk)
    async with a_bot(world, token) as bot, workers() as hands, asyncio.timeout(30):
        updates = Updates(bot, desk, hop=hands.hop, chance=Dice(), webhook=webhook, pace=pace)
        async with running(updates, writer):
            yield writer


@asynccontextmanager
async def workers() -> AsyncIterator[Workers]:
    """Threads that are done when the test is: the store can be closed behind them."""
    hands = Workers(4)
    yield hands
    await asyncio.to_thread(hands.close)


@asynccontextmanager
async def running(updates: Updates, writer: Writer) -> AsyncIterator[None]:
    task = asyncio.create_task(updates.run(writer.hear))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
