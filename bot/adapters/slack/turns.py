"""One after another, and work on the side: events run side by side in Bolt, but one person's are heard in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

LAST_MOMENTS: Final = 5.0
"""Seconds in which what is under way can be done to its end, when the desk stops."""
BESIDE: Final = "slack-beside"
"""What the tasks are called that go on beside an acknowledgement."""


class Turns:
    """Whoever came first is served first, for each key."""

    def __init__(self) -> None:
        self._locks: dict[tuple[str, ...], tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, *key: str) -> AsyncIterator[None]:
        """Wait for the turn, and hold it."""
        lock, waiting = self._locks.get(key) or (asyncio.Lock(), 0)
        self._locks[key] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks.pop(key)
            if waiting > 1:
                self._locks[key] = lock, waiting - 1


class Beside:
    """What goes on beside an acknowledgement."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin *work* now; whoever needs its end may wait for it."""
        task = asyncio.create_task(work, name=BESIDE)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    def soon(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin *work*, of which nobody needs the end; if it fails, the log says so."""
        self.start(self._told(work))

    async def close(self) -> None:
        """Wait for what is under way, though not for long; what it begins itself, too."""
        ends = asyncio.get_running_loop().time() + LAST_MOMENTS
        while self._under_way and (left := ends - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._under_way, timeout=left)
        for task in self._under_way:
            task.cancel()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits is told; nobody else needs to complain

    async def _told(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception:
            log.exception("slack-could-not-answer")
