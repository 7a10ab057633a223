"""Slack's rate limits: each method's tier in a minute, and about one message a second in a channel."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.servers.slack.errors import Refused

TIERS = {1: 1, 2: 20, 3: 50, 4: 100, 0: 600}
"""Calls a minute of each tier as documented; 0: the special ones (hundreds)."""


@dataclass
class Rates:
    """Off unless a test asks; figures may be set at any time. *burst*: so many messages of a channel may come at once."""

    now: Callable[[], float]
    on: bool = False
    a_minute: dict[int, int] = field(default_factory=lambda: dict(TIERS))
    a_second: float = 1.0
    burst: int = 3
    _minutes: dict[str, deque[float]] = field(default_factory=dict)
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, method: str, tier: int, channel: str | None) -> None:
        """Count a call; raise `ratelimited` where Slack would."""
        if not self.on:
            return
        now = self.now()
        wait = self._level_wait(channel, now) if channel else self._minute_wait(method, tier, now)
        if wait > 0:
            raise Refused("ratelimited", status=429, retry_after=max(1, math.ceil(wait)))

    def _minute_wait(self, method: str, tier: int, now: float) -> float:
        past, most = self._minutes.setdefault(method, deque()), self.a_minute[tier]
        while past and past[0] <= now - 60:
            past.popleft()
        if len(past) >= most:
            return past[0] + 60 - now
        past.append(now)
        return 0

    def _level_wait(self, channel: str, now: float) -> float:
        level, since = self._levels.get(channel, (float(self.burst), now))
        level = min(float(self.burst), level + (now - since) * self.a_second)
        if level < 1:
            return (1 - level) / self.a_second
        self._levels[channel] = (level - 1, now)
        return 0
