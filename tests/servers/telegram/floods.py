"""Telegram's limits on sending, as far as it tells them: a chat about one a second, a group 20 a minute, all 30 a second."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.servers.telegram.errors import too_many


@dataclass
class Floods:
    """*burst*: as many in a private chat may come at once, then *a_second*; figures may be set at any time."""

    now: Callable[[], float]
    on: bool = False
    a_second: float = 1.0
    burst: int = 8
    group_a_minute: int = 20
    overall_a_second: int = 30
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)
    _minutes: dict[int, deque[float]] = field(default_factory=dict)
    _second: deque[float] = field(default_factory=deque)

    def take(self, chat: int, *, is_private: bool, messages: int = 1) -> None:
        """Count *messages* to a chat; raise 429 where Telegram would."""
        if not self.on:
            return
        now = self.now()
        wait = max(
            self._window(self._second, 1.0, self.overall_a_second, messages, now),
            self._bucket(chat, messages, now) if is_private else self._minute(chat, messages, now),
        )
        if wait > 0:
            raise too_many(math.ceil(wait))
        self._second.extend([now] * messages)
        if is_private:
            level, _ = self._level(chat, now)
            self._buckets[chat] = (level - messages, now)
        else:
            self._minutes[chat].extend([now] * messages)

    def _level(self, chat: int, now: float) -> tuple[float, float]:
        level, since = self._buckets.get(chat, (float(self.burst), now))
        return min(self.burst, level + (now - since) * self.a_second), now

    def _bucket(self, chat: int, messages: int, now: float) -> float:
        level, _ = self._level(chat, now)
        return max(0.0, (min(messages, self.burst) - level) / self.a_second)

    def _minute(self, chat: int, messages: int, now: float) -> float:
        return self._window(self._minutes.setdefault(chat, deque()), 60.0, self.group_a_minute, messages, now)

    def _window(self, past: deque[float], span: float, most: int, messages: int, now: float) -> float:
        while past and past[0] <= now - span:
            past.popleft()
        if len(past) + messages <= most:
            return 0.0
        return past[min(len(past) + messages - most, len(past)) - 1] + span - now
