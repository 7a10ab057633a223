"""Going on until it works, at a platform that may be down, refuse the token, or ask to wait.

Each kind of trouble is told in the log once, in words that say what to do, and again every ten minutes.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeVar

import structlog

from core.db import Chance

T = TypeVar("T")
log = structlog.get_logger(__name__)

AGAIN: Final = timedelta(minutes=10)


@dataclass
class Contact:
    """How asking a platform goes, for whoever watches: how often it answered and failed, and when it answered last.

    *at*: by the loop's own clock. *held*: it keeps a link open to us, or comes by itself, and need not be asked.
    """

    counts: Counter[str] = field(default_factory=Counter)
    at: float | None = None
    held: bool = False

    def silent(self, now: float) -> float | None:
        """For how many seconds it has not answered; None where it never did."""
        if self.held:
            return 0.0
        return None if self.at is None else max(0.0, now - self.at)

    def answered(self) -> None:
        self.counts["answered"] += 1
        self.at = asyncio.get_running_loop().time()

    def failed(self) -> None:
        self.counts["failed"] += 1


class Trying(ABC):
    """*first* and *longest*: how long is waited after a failure, doubled each time, and spread by *chance*.

    A platform says what its errors are: `kind`, `asked_to_wait`, `is_for_long`, and `tell`.
    """

    platform: str

    def __init__(self, chance: Chance, first: timedelta, longest: timedelta) -> None:
        self.chance = chance
        self.first = first
        self.longest = longest
        self.contact = Contact()
        self._failures = 0
        self._told: tuple[str, float] | None = None

    @abstractmethod
    def kind(self, error: Exception) -> str:
        """Return a word for this kind of trouble, without a secret and without words of people."""

    @abstractmethod
    def asked_to_wait(self, error: Exception) -> timedelta:
        """Return how long the platform asked to wait; nothing where it did not."""

    @abstractmethod
    def tell(self, error: Exception) -> None:
        """Say in the log what it means and what to do."""

    def is_for_long(self, error: Exception) -> bool:
        """Whether somebody must mend it first: then it is asked again slowly."""
        return False

    async def until_done(self, what: Callable[[], Awaitable[T]]) -> T:
        """Call *what* until it does not raise, and return what it returned."""
        while True:
            try:
                done = await what()
            except Exception as error:
                self._tell(error)
                self._failures += 1
                self.contact.failed()
                await asyncio.sleep(self._pause(error).total_seconds())
            else:
                self.contact.answered()
                self._works()
                return done

    def _pause(self, error: Exception) -> timedelta:
        doubled = min(self.first * 2.0 ** min(self._failures - 1, 20), self.longest)
        if self.is_for_long(error):
            doubled = self.longest
        return max(doubled * (0.75 + self.chance.below(501) / 1000), self.asked_to_wait(error))

    def _works(self) -> None:
        if self._failures:
            log.info(f"{self.platform}-works-again", after=self._failures)  # noqa: G004  an event's name
        self._failures, self._told = 0, None

    def _tell(self, error: Exception) -> None:
        kind, now = self.kind(error), asyncio.get_running_loop().time()
        if self._told and self._told[0] == kind and now - self._told[1] < AGAIN.total_seconds():
            return
        self._told = (kind, now)
        self.tell(error)
