"""One after another, and work on the side: events run side by side in Bolt, but one person's are heard in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import structlog

log = structlog.get_logger(__name__)
T = TypeVar("T")

LAST_MOMENTS: Final = 5.0
"""Seconds in which what is under way can be done to its end, when the desk stops."""
BESIDE: Final = "slack-beside"
"""What the tasks are called that go on beside an acknowledgement."""


class Turns:
    """Whoever came first is served first, for each key."""

    def __init__(self) -> None:
        self._locks: dict[tuple[str, ...], tuple[asyncio.Lock, int]] = {}

    def of(self, *key: str) -> Turn:
        """Return what waits for the turn, and holds it."""
        return Turn(self._locks, key)


class Turn:
    """A class, since a generator costs each event as much again as its lock."""

    def __init__(self, locks: dict[tuple[str, ...], tuple[asyncio.Lock, int]], key: tuple[str, ...]) -> None:
        self._locks = locks
        self._key = key

    async def __aenter__(self) -> None:
        lock, waiting = self._locks.get(self._key) or (asyncio.Lock(), 0)
        self._locks[self._key] = lock, waiting + 1
        try:
            await lock.acquire()
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_error: object) -> None:
        self._leave().release()

    def _leave(self) -> asyncio.Lock:
        lock, waiting = self._locks.pop(self._key)
        if waiting > 1:
            self._locks[self._key] = lock, waiting - 1
        return lock


class Beside:
    """What goes on beside an acknowledgement."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin *work* now; whoever needs its end may wait for it."""
        task = asyncio.create_task(work, name=BESIDE)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    async def within(self, seconds: float, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin *work*, wait for it, though not for longer, and return it, done or not.

        What every press waits for: *work* wakes us itself, which is half of what `asyncio.wait` takes.
        """
        loop = asyncio.get_running_loop()
        over = loop.create_future()
        task = self.start(_then_wake(work, over))
        late = loop.call_later(seconds, _wake, over)
        try:
            await over
        finally:
            late.cancel()
        return task

    def soon(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin *work*, of which nobody needs what it brings; if it fails, the log says so."""
        return self.start(self._told(work))

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


async def _then_wake(work: Coroutine[Any, Any, T], over: asyncio.Future[None]) -> T:
    try:
        return await work
    finally:
        _wake(over)


def _wake(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)
