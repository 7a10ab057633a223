"""Polling: Telegram is asked for updates, and asked again from behind them only when they lie in the inbox.

Telegram answers one asker: of several processes on one store one asks, and when it ends another takes over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from telegram import Bot

from bot.adapters.channel import Hop
from bot.adapters.telegram.translating import WANTED, number
from bot.adapters.telegram.trying import Trying
from core.db import OneAtATime

log = structlog.get_logger(__name__)

MOST: Final = 100
LATE: Final = timedelta(seconds=10)
"""So much later than it promised Telegram may answer."""
BREATH: Final = 0.25
"""Seconds; a server that does not hold the question is not asked without a pause."""
GET_UPDATES: Final = "get__updates"
"""getUpdates by the library's general door, which hands over the JSON as it came: by `Bot.get_updates` one update that
the library can't read would hold up all others for ever. (Under its plain name that door only warns of the other one.)"""


class Polling:
    """*take* writes a batch down; *hold*: how long Telegram may hold a question that it has no answer to.

    *turn*: whose it is to ask, of the processes on one store; the others look every *wait* whether it is theirs.
    """

    def __init__(
        self,
        bot: Bot,
        take: Callable[[Sequence[Any]], Awaitable[None]],
        trying: Trying,
        hold: timedelta,
        *,
        turn: OneAtATime,
        hop: Hop,
        wait: timedelta,
    ) -> None:
        self.bot = bot
        self.take = take
        self.trying = trying
        self.hold = hold
        self.turn = turn
        self.hop = hop
        self.wait = wait
        self.offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled, through any trouble."""
        try:
            await self.trying.until_done(self._without_webhook)
            while True:
                await self.trying.until_done(self._poll)
        finally:
            await self.hop(self.turn.leave)

    async def _wait_for_turn(self) -> None:
        waiting = False
        while not await self.hop(self.turn.take):
            if not waiting:
                log.info("telegram-asked-by-another-process", meaning="it takes what comes; this one stands by.")
            waiting = True
            await asyncio.sleep(self.wait.total_seconds())

    async def _without_webhook(self) -> None:
        """While a webhook is set, Telegram refuses to be polled. What waits for it is kept."""
        if (await self.bot.get_webhook_info()).url:
            log.warning("telegram-webhook-taken-down", meaning="the settings name no webhook: this desk polls")
            await self.bot.delete_webhook(drop_pending_updates=False)

    async def _poll(self) -> None:
        """Ask once, and confirm nothing that is not written down. Raises TelegramError, and what the store raises."""
        await self._wait_for_turn()
        asked = asyncio.get_running_loop().time()
        batch = await self._ask()
        await self.take(batch)
        self.offset = max((id_ + 1 for raw in batch if (id_ := number(raw)) is not None), default=self.offset)
        if not batch and asyncio.get_running_loop().time() - asked < BREATH:
            await asyncio.sleep(BREATH)

    async def _ask(self) -> Sequence[Any]:
        hold = round(self.hold.total_seconds())
        asking = {"offset": self.offset, "limit": MOST, "timeout": hold, "allowed_updates": list(WANTED)}
        answer = await self.bot.do_api_request(
            GET_UPDATES,
            {name: value for name, value in asking.items() if value is not None},
            read_timeout=hold + LATE.total_seconds(),
        )
        return answer if isinstance(answer, list) else ()
