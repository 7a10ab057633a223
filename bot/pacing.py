"""Which places can be written to at this moment: one message at a time, as often as each takes, and after its rest.

What this process sent is all that is known here, and only for as long as it matters. Several processes, or a window that
the platform counts otherwise, may still be asked to wait: then the place rests for as long as it said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TypeVar

from bot.adapters.channel import Rate
from core.ids import ChatId
from core.notices.chats import Chat
from core.notices.outbox import Closed

K = TypeVar("K", bound=int | str)


@dataclass(frozen=True)
class Gate:
    """What may set off now: at most *most*, and nothing that is *closed*. *opens_in*: seconds until less is.

    None where only something that is under way can open it.
    """

    most: int
    closed: Closed
    opens_in: float | None


class Pacer:
    """Counts what sets off and lands. *clock*: seconds that never go back; *overall*: by channel, what it takes in all."""

    def __init__(self, clock: Callable[[], float], overall: Mapping[str, Rate] = MappingProxyType({})) -> None:
        self._clock = clock
        self._under_way: set[ChatId] = set()
        self._rests: dict[ChatId, float] = {}
        self._windows: dict[ChatId, _Window] = {}
        self._overall = {channel: _Window(rate) for channel, rate in overall.items()}

    def sets_off(self, to: Chat, rate: Rate | None = None) -> None:
        """Something leaves for *to*, which takes *rate*."""
        self._under_way.add(to.id)
        if rate and to.id not in self._windows:
            self._windows[to.id] = _Window(rate)
        if overall := self._overall.get(to.channel):
            overall.under_way += 1

    def lands(self, to: Chat, messages: int = 1) -> None:
        """It arrived there, or failed: as *messages* it is counted, since the platform may have counted it."""
        self._under_way.discard(to.id)
        if window := self._windows.get(to.id):
            window.count(self._clock(), messages)
        if overall := self._overall.get(to.channel):
            overall.count(self._clock(), messages)
            overall.under_way -= 1

    def rests(self, to: Chat, wait: timedelta) -> None:
        """The channel asked to write nothing to *to* for as long as *wait*."""
        self._rests[to.id] = max(self._rests.get(to.id, 0.0), self._clock() + wait.total_seconds())

    def gate(self, free: int) -> Gate:
        """Return what may set off now, if *free* more can be under way."""
        now = self._clock()
        self._forget(now)
        full, tired = _full(self._windows), _tired(self._windows)
        busy = frozenset(self._under_way | self._rests.keys() | full)
        closed = Closed(busy, tired - busy, _full(self._overall), _tired(self._overall))
        left = (window.left_for_what_can_wait or window.left for window in self._overall.values() if window.left)
        return Gate(min([free, *left]), closed, self._opens_in(now))

    def lets(self, to: Chat) -> bool:
        """Whether something urgent may leave for *to* at this moment."""
        closed = self.gate(1).closed
        return to.id not in closed.busy and to.channel not in closed.busy_channels

    @property
    def known(self) -> int:
        """How many places are kept in mind."""
        return len(self._under_way | self._rests.keys() | self._windows.keys())

    def _forget(self, now: float) -> None:
        """What happened long enough ago matters no more."""
        self._rests = {id_: until for id_, until in self._rests.items() if until > now}
        for window in (*self._windows.values(), *self._overall.values()):
            window.forget(now)
        self._windows = {id_: one for id_, one in self._windows.items() if one.times or id_ in self._under_way}

    def _opens_in(self, now: float) -> float | None:
        return min((moment - now for moment in self._openings()), default=None)

    def _openings(self) -> Iterable[float]:
        yield from self._rests.values()
        for window in (*self._windows.values(), *self._overall.values()):
            yield from window.openings()


def _full(windows: Mapping[K, _Window]) -> frozenset[K]:
    return frozenset(key for key, window in windows.items() if not window.left)


def _tired(windows: Mapping[K, _Window]) -> frozenset[K]:
    return frozenset(key for key, window in windows.items() if window.left and not window.left_for_what_can_wait)


class _Window:
    """The messages of the last while, the oldest first."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.times: deque[float] = deque()
        self.under_way = 0

    @property
    def left(self) -> int:
        return max(0, self.rate.most - len(self.times) - self.under_way)

    @property
    def left_for_what_can_wait(self) -> int:
        return max(0, self.left - self.rate.spared)

    def count(self, now: float, messages: int) -> None:
        self.times.extend([now] * messages)

    def forget(self, now: float) -> None:
        within = self.rate.within.total_seconds()
        while self.times and now - self.times[0] >= within:
            self.times.popleft()

    def openings(self) -> Iterable[float]:
        """When there is room again for what can wait, and for anything, if there is none now."""
        for most in (self.rate.most - self.rate.spared, self.rate.most):
            too_many = len(self.times) + self.under_way - most
            if 0 <= too_many < len(self.times):
                yield self.times[too_many] + self.rate.within.total_seconds()
