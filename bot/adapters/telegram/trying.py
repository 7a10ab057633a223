"""Going on until it works: Telegram may be down, refuse the token, or talk to somebody else; the store may be away.

Each kind of trouble is told in the log once, in words that say what to do, and again every ten minutes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeVar

import structlog
from telegram.error import Conflict, EndPointNotFound, InvalidToken, NetworkError, RetryAfter, TelegramError

from core.ailments import ailment, in_short
from core.db import Chance

T = TypeVar("T")
log = structlog.get_logger(__name__)

AGAIN: Final = timedelta(minutes=10)
MEANING: Final = (
    (
        (InvalidToken, EndPointNotFound),
        "Telegram does not know this token. Take it from BotFather and put it into the settings. The rest goes on.",
    ),
    (
        Conflict,
        "another program gets the messages of this bot, by asking or by a webhook. Stop it, or give each its own bot.",
    ),
    (RetryAfter, "Telegram asks to wait."),
    (NetworkError, "Telegram can't be reached. Nothing is lost: it keeps messages for a day."),
    (TelegramError, "Telegram refuses what was asked."),
    (OSError, "the system refuses: a port that is taken, or a disk."),
    (Exception, "what Telegram told could not be written down; it will tell it again."),
)


class Trying:
    """*first* and *longest*: how long is waited after a failure, doubled each time, and spread by *chance*."""

    def __init__(self, chance: Chance, first: timedelta, longest: timedelta) -> None:
        self.chance = chance
        self.first = first
        self.longest = longest
        self._failures = 0
        self._told: tuple[str, float] | None = None

    async def until_done(self, what: Callable[[], Awaitable[T]]) -> T:
        """Call *what* until it does not raise, and return what it returned."""
        while True:
            try:
                done = await what()
            except Exception as error:
                self._tell(error)
                self._failures += 1
                await asyncio.sleep(self._pause(error).total_seconds())
            else:
                self._works()
                return done

    def _pause(self, error: Exception) -> timedelta:
        doubled = min(self.first * 2.0 ** min(self._failures - 1, 20), self.longest)
        asked = error.retry_after if isinstance(error, RetryAfter) else timedelta(0)
        spread = doubled * (0.75 + self.chance.below(501) / 1000)
        return max(spread, asked if isinstance(asked, timedelta) else timedelta(seconds=asked))

    def _works(self) -> None:
        if self._failures:
            log.info("telegram-works-again", after=self._failures)
        self._failures, self._told = 0, None

    def _tell(self, error: Exception) -> None:
        kind, now = type(error).__name__, asyncio.get_running_loop().time()
        if self._told and self._told[0] == kind and now - self._told[1] < AGAIN.total_seconds():
            return
        self._told = (kind, now)
        meaning = next(words for kinds, words in MEANING if isinstance(error, kinds))
        loudly = log.warning if isinstance(error, NetworkError | RetryAfter) else log.error
        loudly(
            "telegram-trouble", kind=kind, why=why(error), meaning=meaning, exc_info=None if is_known(error) else error
        )


def is_known(error: Exception) -> bool:
    """Whether the kind says enough: it is Telegram's, the store's or the system's."""
    return isinstance(error, TelegramError | OSError) or ailment(error) is not None


def why(error: Exception) -> str:
    """In the words of Telegram, the store or the system, without a page or a half-read answer that may stand behind."""
    if isinstance(error, TelegramError):
        return str(error).partition(". Parsing")[0][:160]
    return in_short(error) if is_known(error) else ""
