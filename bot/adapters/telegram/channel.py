"""Telegram as a channel: screens become messages with inline keyboards, and what people do comes in by `listen`.

It knows the Bot API and no rule of the desk. Nothing is retried or paced here: the courier does that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.adapters.telegram.access import Access, Hop, connect
from core.db import Chance
from core.desk import Desk


class Telegram:
    """The channel of Telegram's chats and groups. It asks Telegram nothing until it sends or listens.

    *desk*, *hop*, *clock* and *chance* are for what is heard: it lies in the desk's inbox before it is confirmed.
    """

    name = "telegram"

    def __init__(self, access: Access, *, desk: Desk, hop: Hop, clock: Callable[[], datetime], chance: Chance) -> None:
        self.access = access
        self._link = connect(access)
        self.bot = self._link.bot
        self._listening = (desk, hop, clock, chance)

    async def close(self) -> None:
        """Close all connections."""
        await self._link.close()
