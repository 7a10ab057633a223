"""Going on until it works: Telegram may be down, refuse the token, or talk to somebody else; the store may be away.

Each kind of trouble is told in the log once, in words that say what to do, and again every ten minutes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog
from telegram.error import Conflict, EndPointNotFound, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.adapters import trying
from core.ailments import ailment, in_short

log = structlog.get_logger(__name__)

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


class Trying(trying.Trying):
    """At Telegram."""

    platform = "telegram"

    def kind(self, error: Exception) -> str:
        return type(error).__name__

    def asked_to_wait(self, error: Exception) -> timedelta:
        return asked_to_wait(error)

    def tell(self, error: Exception) -> None:
        meaning = next(words for kinds, words in MEANING if isinstance(error, kinds))
        loudly = log.warning if isinstance(error, NetworkError | RetryAfter) else log.error
        unknown = None if is_known(error) else error
        loudly("telegram-trouble", kind=self.kind(error), why=why(error), meaning=meaning, exc_info=unknown)


def asked_to_wait(error: Exception) -> timedelta:
    """Return how long Telegram asked to wait; nothing where it did not."""
    asked = error.retry_after if isinstance(error, RetryAfter) else timedelta(0)
    return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)


def is_known(error: Exception) -> bool:
    """Whether the kind says enough: it is Telegram's, the store's or the system's."""
    return isinstance(error, TelegramError | OSError) or ailment(error) is not None


def why(error: Exception) -> str:
    """In the words of Telegram, the store or the system, without a page or a half-read answer that may stand behind."""
    if isinstance(error, TelegramError):
        return str(error).partition(". Parsing")[0][:160]
    return in_short(error) if is_known(error) else ""
