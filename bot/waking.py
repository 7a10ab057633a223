"""Waking the other processes on one store, and being woken by them: what one commits the others need not stumble upon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from bot.adapters.channel import Hop
from core.bell import Bell
from core.db import Left

GATHER = timedelta(milliseconds=20)
"""What is committed within this rings once."""


class Waking:
    """*wake* is called, from another thread, when there may be something to look for that another process committed."""

    def __init__(self, bell: Bell, hop: Hop, wake: Callable[[Left], None], gather: timedelta = GATHER) -> None:
        self.bell = bell
        self.hop = hop
        self.wake = wake
        self.gather = gather
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left = asyncio.Event()

    def committed(self, left: Left) -> None:
        """Something was committed here; may be called from any thread. What is leased to us already concerns nobody."""
        loop = self._loop
        if loop and left.others and not loop.is_closed():
            loop.call_soon_threadsafe(self._left.set)

    async def run(self) -> None:
        """Ring and be rung, until cancelled."""
        self._loop = asyncio.get_running_loop()
        self.bell.listen(lambda: self.wake(Left(others=True)))
        try:
            while True:
                await self._left.wait()
                self._left.clear()
                with suppress(Exception):  # the store is away: the others see that for themselves
                    await self.hop(self.bell.ring)
                await asyncio.sleep(self.gather.total_seconds())
        finally:
            self._loop = None
            await asyncio.to_thread(self.bell.close)
