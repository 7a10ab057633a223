"""Lanes: what happens in one chat is dealt with one thing after another, several chats side by side.

Nothing is kept here but the names of lanes that wait for their turn: what there is to do lies in the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog

from bot.adapters.telegram.trying import asked_to_wait, is_known

log = structlog.get_logger(__name__)

MOST_READY: Final = 1_000
"""So many lanes are remembered; the store knows the others."""
STUMBLED: Final = timedelta(seconds=2)
LAST_MOMENTS: Final = timedelta(seconds=10)
"""So long what is under way may take when all is to end."""


@dataclass(frozen=True)
class Rest:
    """When a lane is looked at again. *after*: None when it is empty. *firm*: not earlier, even if something new comes."""

    after: timedelta | None = None
    firm: bool = False


EMPTY: Final = Rest()
MORE: Final = Rest(timedelta(0))
Step = Callable[[str], Awaitable[Rest]]
Alone = Callable[[str, Mapping[str, Any]], Awaitable[bool]]


class Lanes:
    """*at_once*: lanes at work. *drained* is called when lanes that nobody remembers any more may be waiting."""

    def __init__(
        self,
        *,
        at_once: int = 16,
        stumbled: timedelta = STUMBLED,
        most_ready: int = MOST_READY,
        drained: Callable[[], None] = lambda: None,
    ) -> None:
        self.at_once = at_once
        self.stumbled = stumbled
        self.most_ready = most_ready
        self.drained = drained
        self._ready: dict[str, None] = {}
        self._at_work: dict[str, asyncio.Task[Any]] = {}
        self._again: set[str] = set()
        self._resting: dict[str, tuple[Rest, asyncio.TimerHandle]] = {}
        self._forgot = False
        self._step: Step | None = None
        self._alone: Alone | None = None

    def begin(self, step: Step, alone: Alone | None = None) -> None:
        """From now on work: *step* deals with the next thing in a lane, *alone* with what is not in it yet, if it can."""
        self._step, self._alone = step, alone
        self._begin()

    def wake(self, *lanes: str) -> None:
        """Something new lies in *lanes*."""
        for lane in lanes:
            rest = self._resting.get(lane)
            if lane in self._at_work:
                self._again.add(lane)
            elif rest is None or not rest[0].firm:
                self._line_up(lane)
        self._begin()

    async def alone(self, lane: str, payload: Mapping[str, Any]) -> bool:
        """Deal with what has just come in *lane*, if nothing else waits or is under way; False if that was not done.

        Whoever is cancelled here ends nothing: it is done to its end.
        """
        if not self._alone or self._at_work or self._ready or self._resting:
            return False
        task = asyncio.create_task(self._do_alone(lane, self._alone(lane, payload)))
        self._at_work[lane] = task
        return await asyncio.shield(task)

    async def _do_alone(self, lane: str, act: Awaitable[bool]) -> bool:
        try:
            return await act
        except Exception as error:  # it is not written down yet: that comes next, and then the lane tries
            _complain(lane, error)
            return False
        finally:
            del self._at_work[lane]
            self._leave(lane, EMPTY)
            self._begin()

    async def close(self) -> None:
        """Begin nothing more, and wait for what is under way: it is done to its end, unless that takes too long."""
        self._step = self._alone = None
        for _, timer in self._resting.values():
            timer.cancel()
        if under_way := set(self._at_work.values()):
            _, late = await asyncio.wait(under_way, timeout=LAST_MOMENTS.total_seconds())
            for task in late:
                task.cancel()

    def _line_up(self, lane: str) -> None:
        if rest := self._resting.pop(lane, None):
            rest[1].cancel()
        if len(self._ready) < self.most_ready or lane in self._ready:
            self._ready[lane] = None
        else:
            self._forgot = True

    def _begin(self) -> None:
        while self._step and self._ready and len(self._at_work) < self.at_once:
            lane = next(iter(self._ready))
            del self._ready[lane]
            self._at_work[lane] = asyncio.create_task(self._work(lane, self._step))
        if self._forgot and not self._ready:
            self._forgot = False
            self.drained()

    async def _work(self, lane: str, step: Step) -> None:
        try:
            rest = await step(lane)
        except (
            Exception
        ) as error:  # the store is away, or Telegram can't be asked; what was heard is still in the inbox
            _complain(lane, error)
            rest = Rest(max(self.stumbled, asked_to_wait(error)), firm=True)
        finally:
            del self._at_work[lane]
        self._leave(lane, rest)
        self._begin()

    def _leave(self, lane: str, rest: Rest) -> None:
        """Put a lane back in line, behind the others, or let it rest."""
        again = lane in self._again
        self._again.discard(lane)
        if self._step is None or (rest.after is None and not again):
            return
        if (again and not rest.firm) or not rest.after:
            self._line_up(lane)
        else:
            timer = asyncio.get_running_loop().call_later(rest.after.total_seconds(), self._rested, lane)
            self._resting[lane] = (rest, timer)

    def _rested(self, lane: str) -> None:
        self._line_up(lane)
        self._begin()


def _complain(lane: str, error: Exception) -> None:
    log.warning("lane-waits", lane=lane, kind=type(error).__name__, exc_info=None if is_known(error) else error)
