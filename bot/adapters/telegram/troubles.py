"""What an error of the library means to the courier. Telegram's texts are compared without case: the library re-cases them.

Only what Telegram itself says is handed on, cut before anything that it may quote: no token, no words of people.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.adapters.channel import Blocked, Broken, GiveUp, Moved, Retry, Trouble

REFUSED_TOKEN: Final = "telegram: the token is refused"  # noqa: S105  no token, what is said of one
UNTOLD_WAIT: Final = timedelta(seconds=30)
"""Where Telegram asks to wait and does not say how long."""
LONGEST_WHY: Final = 80

# Descriptions as Telegram's own server writes them (github.com/tdlib/telegram-bot-api), in small letters.
_CLOSED: Final = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "have no rights to send a message",
    "not enough rights to send text messages",
    "need administrator rights in the channel",
    "group chat was deactivated",
    "user is deactivated",
    "bot is not a member",
    "the group is deleted",
)
_SAME: Final = ("message is not modified",)
_EDIT_LOST: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "message_edit_time_expired",
)
_TOPIC_LOST: Final = ("message thread not found", "topic_id_invalid", "topic_deleted", "topic_closed")
_NO_TOPICS: Final = (
    "not a forum",
    "channel_forum_missing",
    "not enough rights to create",
    "chat_admin_required",
    "not enough rights to manage",
)


def meaning(error: TelegramError) -> Trouble:
    """Return what *error* means to the courier: what the library does not name is taken for a channel that is down."""
    match error:
        case RetryAfter():
            return Retry(_wait(error), "telegram: 429")
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case Forbidden():
            return Blocked(_why(error))
        case InvalidToken():
            return Broken(REFUSED_TOKEN)
        case BadRequest():
            return Blocked(_why(error)) if says(error, *_CLOSED) else GiveUp(_why(error))
        case TimedOut():
            return Broken("telegram: no answer in time")
        case Conflict():
            return Broken("telegram: 409")
        case NetworkError():
            return _from_afar(error)
    return Broken(f"telegram: {type(error).__name__}")


def _wait(error: RetryAfter) -> timedelta:
    told = error.retry_after
    return told if isinstance(told, timedelta) else timedelta(seconds=told)


def _from_afar(error: NetworkError) -> Trouble:
    """Tell the answers that the library has no class for from a link that broke."""
    if says(error, "request entity too large"):
        return GiveUp("telegram: the file is too large")
    if says(error, "too many requests"):
        return Retry(UNTOLD_WAIT, "telegram: 429")
    if isinstance(error.__cause__, httpx.HTTPError):
        return Broken(f"telegram: {type(error.__cause__).__name__}")
    status = re.match(r"[A-Za-z' -]+ \((\d{3})\)", error.message)
    return Broken(f"telegram: {status[1]}" if status else "telegram: it is not well")


def _why(error: TelegramError) -> str:
    """Return Telegram's words up to where it may quote ours."""
    told = re.split(r"[\"“«]|\B'|\. |: ", error.message.removeprefix("Forbidden: "), maxsplit=1)[0]
    return f"telegram: {told.strip()[:LONGEST_WHY].lower()}"


def says(error: TelegramError, *texts: str) -> bool:
    """Whether Telegram's description holds one of *texts* (in small letters)."""
    told = error.message.lower()
    return any(text in told for text in texts)


def is_as_it_was(error: BadRequest) -> bool:
    """An edit that changes nothing: what was wanted is there."""
    return says(error, *_SAME)


def is_past_editing(error: BadRequest) -> bool:
    """The message is gone, or can't be edited any more: it must be sent anew."""
    return says(error, *_EDIT_LOST)


def has_no_topic(error: BadRequest) -> bool:
    """The topic is gone, or closed to us."""
    return says(error, *_TOPIC_LOST)


def makes_no_topics(error: BadRequest) -> bool:
    """The group is no forum (any more), or the bot may not manage its topics (any more)."""
    return says(error, *_NO_TOPICS)
