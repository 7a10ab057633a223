"""Where the Bot API is and which bot we are there; the library's `Bot` over connections of our own choosing.

Nothing here asks Telegram anything: a bot can be opened, and messages sent, while Telegram is down.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar

import httpx
from telegram import Bot

from bot.adapters.telegram.requests import Requests

T = TypeVar("T")

API: Final = "https://api.telegram.org/bot"
FILES: Final = "https://api.telegram.org/file/bot"
CONNECTIONS: Final = 48
"""The courier's sixteen sends, answers to presses, questions about members, and some air."""
PATIENCE: Final = 20.0
"""Seconds for one answer; the courier's own patience is longer, so that it hears what went wrong."""
PATIENCE_WITH_FILES: Final = 90.0
"""Seconds for the answer to a file: Telegram looks at it first."""
UPLOAD: Final = 25.0
"""Seconds in which each piece of a file must be taken."""


@dataclass(frozen=True)
class Access:
    """The token that BotFather gave, and the two addresses, with the same meaning as in python-telegram-bot.

    `{token}` in an address is replaced; else the token is appended.
    """

    token: str = field(repr=False)
    base_url: str = API
    base_file_url: str = FILES

    @property
    def bot_id(self) -> int:
        """The bot's own number: the token begins with it. 0 where the token is none."""
        number = self.token.partition(":")[0]
        return int(number) if number.isdecimal() else 0

    @property
    def own_server(self) -> bool:
        """Whether files come from a Bot API server of the desk's own, with limits of its own."""
        return self.base_file_url != FILES


@dataclass(frozen=True)
class Link:
    """The bot and its connections: one set for what is asked and sent, one for the poll alone."""

    bot: Bot
    requests: tuple[Requests, Requests]

    async def close(self) -> None:
        await asyncio.gather(*(request.shutdown() for request in self.requests))


@cache
def trusted() -> ssl.SSLContext:
    """The authorities whose word counts. Read once: it takes 80 ms, and each set of connections would read them anew."""
    return httpx.create_ssl_context()


def connect(access: Access) -> Link:
    """Open the bot. `Bot.initialize` is left alone: all it does besides is to ask for our name, and to fail without it."""
    poll = Requests(2, trusted=trusted(), read=PATIENCE, connect=10, pool=5)
    calls = Requests(CONNECTIONS, trusted=trusted(), read=PATIENCE, connect=10, pool=10, upload=UPLOAD)
    bot = Bot(access.token, access.base_url, access.base_file_url, request=calls, get_updates_request=poll)
    return Link(bot, (poll, calls))
