"""What can go wrong between the app and Slack's Web API, to be ordered by a test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Trouble(StrEnum):
    SERVER_ERROR = "500"
    """An HTML page with 500; nothing was done."""
    UNAVAILABLE = "503"
    TOO_MANY = "429"
    """`ratelimited` with Retry-After; nothing was done."""
    ERROR = "error"
    """`ok: false` with whatever `error` says; nothing was done."""
    RESET = "reset"
    """The connection breaks before anything was done."""
    RESET_AFTER = "reset after"
    """It was done (the message is there), then the connection breaks: the answer is lost."""
    ERROR_AFTER = "500 after"
    """It was done, and answered with 500."""
    HANG = "hang"
    """Nothing was done and nothing is answered, until `release()` or the end of the server."""
    HANG_AFTER = "hang after"
    """It was done, and nothing is answered."""
    SLOW = "slow"
    """It was done at once, and answered when `seconds` of the world's clock have passed."""
    LATE = "late"
    """It is done and answered when `seconds` have passed."""
    NONSENSE = "nonsense"
    """200 with a body that is no JSON."""


BEFORE = {
    Trouble.SERVER_ERROR,
    Trouble.UNAVAILABLE,
    Trouble.TOO_MANY,
    Trouble.ERROR,
    Trouble.RESET,
    Trouble.HANG,
    Trouble.NONSENSE,
}


@dataclass
class Ordered:
    what: Trouble
    method: str
    left: int
    when: Callable[[dict[str, Any]], bool]
    retry_after: int = 1
    seconds: float = 1.0
    error: str = "internal_error"
    happened: int = 0
    """How many calls met it."""
    _held: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=list)

    def meets(self, method: str, params: dict[str, Any]) -> bool:
        return self.left > 0 and self.method in ("*", method) and self.when(params)

    async def hold(self) -> None:
        event = asyncio.Event()
        self._held.append((asyncio.get_running_loop(), event))
        await event.wait()

    def release(self) -> None:
        """Let go what hangs: those connections break."""
        for loop, event in self._held:
            loop.call_soon_threadsafe(event.set)
        self._held.clear()


@dataclass
class Troubles:
    ordered: list[Ordered] = field(default_factory=list)

    def order(self, what: Trouble, method: str = "*", times: int = 1, **how: Any) -> Ordered:
        when = how.pop("when", lambda _params: True)
        one = Ordered(Trouble(what), method, times, when, **how)
        self.ordered.append(one)
        return one

    def meet(self, method: str, params: dict[str, Any]) -> Ordered | None:
        """Return what this call meets, counting it down."""
        for one in self.ordered:
            if one.meets(method, params):
                one.left -= 1
                one.happened += 1
                return one
        return None

    def clear(self) -> None:
        for one in self.ordered:
            one.release()
        self.ordered.clear()
