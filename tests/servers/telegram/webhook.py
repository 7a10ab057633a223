"""Delivery by webhook: each update by POST until it is answered with 2xx, those of one chat one after another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from tests.servers.telegram.things import Json
from tests.servers.telegram.updates import Update

if TYPE_CHECKING:
    from tests.servers.telegram.world import World

SECRET = "X-Telegram-Bot-Api-Secret-Token"


class Webhook:
    """*url* and *secret* as set; `retry_after` in seconds is short here, minutes with Telegram."""

    def __init__(self, world: World, url: str, secret: str, connections: int) -> None:
        self.world = world
        self.url = url
        self.secret = secret
        self.connections = connections
        self.retry_after = 0.05
        self.timeout = 10.0
        self.last_error = ""
        self.last_error_at = 0.0
        self.tries = 0
        self.task: asyncio.Task[None] | None = None
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()

    @property
    def json(self) -> Json:
        told: Json = {"url": self.url, "max_connections": self.connections, "ip_address": "127.0.0.1"}
        if self.last_error:
            told |= {"last_error_date": int(self.last_error_at), "last_error_message": self.last_error}
        return told

    def end(self) -> None:
        for task in (self.task, *self._busy.values()):
            if task is not None:
                task.get_loop().call_soon_threadsafe(task.cancel)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._wake.set)

        self.world.watchers.add(wake)
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(self.timeout)) as session:
                while True:
                    self._begin_deliveries(session)
                    await self._wake.wait()
                    self._wake.clear()
        finally:
            self.world.watchers.discard(wake)

    def _begin_deliveries(self, session: aiohttp.ClientSession) -> None:
        """One delivery at a time for each lane, the oldest first."""
        with self.world.lock:
            for update in self.world.updates.first(len(self.world.updates)):
                if len(self._busy) >= self.connections:
                    return
                if update.lane not in self._busy:
                    self._busy[update.lane] = asyncio.create_task(self._deliver(session, update))

    async def _deliver(self, session: aiohttp.ClientSession, update: Update) -> None:
        try:
            while update.until > self.world.now() and not await self._try(session, update):  # noqa: ASYNC110
                await asyncio.sleep(self.retry_after)
        finally:
            self._busy.pop(update.lane, None)
            self._wake.set()
        with self.world.lock:
            self.world.updates.forget(update)

    async def _try(self, session: aiohttp.ClientSession, update: Update) -> bool:
        headers = {"Content-Type": "application/json"} | ({SECRET: self.secret} if self.secret else {})
        self.tries += 1
        try:
            async with session.post(self.url, data=update.written.encode(), headers=headers, ssl=False) as answer:
                if 200 <= answer.status < 300:
                    return True
                self._note(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        except TimeoutError:
            self._note("Read timeout expired")
        except (aiohttp.ClientError, OSError):
            self._note("Connection refused")
        return False

    def _note(self, error: str) -> None:
        self.last_error, self.last_error_at = error, self.world.now()
        self.world.changed()
