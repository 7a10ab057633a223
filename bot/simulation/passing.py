"""Time that goes by only when the world lets it: what the desks' clocks show, and what the event loop counts."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta


class Time:
    """*began*: what the clock showed first. `passed` never goes back; what is shown can be put forward or back."""

    def __init__(self, began: datetime) -> None:
        self.began = began
        self.passed = timedelta(0)
        self.put = timedelta(0)
        self.put_back = timedelta(0)
        self.jumped_at = timedelta(-1)

    def now(self) -> datetime:
        """What the desks' clocks show."""
        return self.began + self.passed + self.put

    def seconds(self) -> float:
        """What a clock that never goes back has counted."""
        return self.passed.total_seconds()

    def go_on(self, by: timedelta) -> None:
        self.passed += by

    def jump(self, by: timedelta) -> None:
        """Somebody sets the clock."""
        self.put += by
        self.put_back = max(self.put_back, self.put_back - by)
        self.jumped_at = self.passed


class Loop(asyncio.SelectorEventLoop):
    """An event loop that counts the world's time: a patience of half a minute ends when the world is half a minute older."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self._passing = time

    def time(self) -> float:
        return self._passing.seconds()
