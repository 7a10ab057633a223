"""Who is a member of a group, as Telegram says: asked when it matters, and believed for a few minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.adapters.telegram.translating import is_inside

BELIEVED: Final = timedelta(minutes=5)
MOST: Final = 2_000
"""So many answers are kept; the oldest go first."""


class Members:
    """*monotonic*: seconds on a clock that never jumps."""

    def __init__(self, bot: Bot, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.bot = bot
        self.monotonic = monotonic
        self._known: dict[tuple[str, str], tuple[bool, float]] = {}

    async def counts(self, chat: str, user: str) -> bool:
        """Whether *user* is a member of *chat*. Raises a TelegramError where Telegram can't be asked just now."""
        known = self._known.get((chat, user))
        if known and self.monotonic() - known[1] < BELIEVED.total_seconds():
            return known[0]
        inside = await self._ask(chat, user)
        self.forget(chat, user)
        while len(self._known) >= MOST:
            del self._known[next(iter(self._known))]
        self._known[chat, user] = (inside, self.monotonic())
        return inside

    async def counts_in(self, chats: Iterable[str], user: str) -> bool:
        """Whether *user* is a member of one of *chats*. Raises as `counts`."""
        for chat in chats:
            if await self.counts(chat, user):
                return True
        return False

    def forget(self, chat: str, user: str) -> None:
        """What is known of them may be so no more."""
        self._known.pop((chat, user), None)

    async def _ask(self, chat: str, user: str) -> bool:
        try:
            return is_inside(await self.bot.get_chat_member(int(chat), int(user)))
        except ChatMigrated as moved:
            return is_inside(await self.bot.get_chat_member(moved.new_chat_id, int(user)))
        except (BadRequest, Forbidden):  # nobody of this number, or we are not in the group ourselves
            return False
