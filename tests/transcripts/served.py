"""What drivers over a server of ours have in common: the desk is stepped on the demo's clock, and its calls are read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from bot.adapters.terminal.board import Shown
from bot.adapters.terminal.drawn import text_rows
from bot.app import House
from bot.demo import SECOND, PushedClock
from bot.pacing import Pacer
from tests.transcripts.player import Seen


class Served(ABC):
    """*calls*: what the desk asked of the platform, as the server keeps it."""

    def __init__(self, house: House, clock: PushedClock, calls: Sequence[Any]) -> None:
        self.house = house
        self.clock = clock
        self._calls = calls
        self._read = 0
        self._seen: list[Seen] = []
        self._minutes = 0
        house.courier.pacer = Pacer(lambda: self._minutes * 60.0)

    @property
    def now(self) -> datetime:
        return self.clock.now

    @abstractmethod
    async def _heard_out(self) -> None:
        """Wait until all that people did is dealt with."""

    @abstractmethod
    def _shown(self, call: Any) -> Iterator[Seen]:
        """Yield what people see by *call*."""

    async def wait(self, until: datetime) -> None:
        while (moment := await self.settle()) < until:
            self.clock.push(max(moment, self.clock.now + SECOND))
        self.clock.push(until)
        await self.settle()

    async def settle(self) -> datetime:
        """Hear, deliver and watch until nothing is due at this moment; return when something is due again."""
        house = self.house
        await self._heard_out()
        await self._deliver()
        moment = await house.workers.hop(lambda: house.watch.step(self.clock.now))
        due = await self._deliver()
        self._look()
        return min(moment, due) if due else moment

    async def _deliver(self) -> datetime | None:
        """Send all that is due, however much it is: for the pacing alone, a minute goes by."""
        while True:
            self._minutes += 1
            due = await self.house.courier.next_due()
            if not due or due > self.now:
                return due
            await self.house.courier.settle()

    def seen(self) -> list[Seen]:
        seen, self._seen = self._seen, []
        return seen

    def mailed(self, shown: Shown) -> None:
        self._seen.append(Seen(f"{shown.channel} {shown.place}", tuple(text_rows(shown)), at=self.now))

    def _look(self) -> None:
        """Read what the desk did since the last look."""
        calls = list(islice(self._calls, self._read, None))
        self._read += len(calls)
        for call in calls:
            self._seen.extend(self._shown(call))
