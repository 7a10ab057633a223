"""Updates that Telegram brings: where to, and that Telegram knows it. A proxy in front of us holds the certificate."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog
from telegram import Bot

from bot.adapters.telegram.translating import WANTED
from bot.adapters.telegram.trying import Trying

log = structlog.get_logger(__name__)

CONNECTIONS: Final = 40
LOOK: Final = timedelta(minutes=10)
"""How often we see to it that Telegram still knows our address."""


@dataclass(frozen=True)
class Webhook:
    """*url*: the public https address, as Telegram calls it. *host* and *port*: where we listen behind the proxy.

    *secret*: what Telegram repeats with every update (1 to 256 of A-Z, a-z, 0-9, "_", "-"). Raises ValueError.
    """

    url: str
    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8080

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", self.secret):
            raise ValueError("a webhook's secret is 1 to 256 of A-Z, a-z, 0-9, _ and -")

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"


class Announcing:
    """Telegram is told our address, and again when it knows another one."""

    def __init__(self, bot: Bot, webhook: Webhook, trying: Trying) -> None:
        self.bot = bot
        self.webhook = webhook
        self.trying = trying

    async def run(self) -> None:
        """Tell Telegram, and look after it until cancelled."""
        await self.trying.until_done(self._set)
        while True:
            await asyncio.sleep(LOOK.total_seconds())
            await self.trying.until_done(self._look)

    async def _set(self) -> None:
        await self.bot.set_webhook(
            self.webhook.url,
            secret_token=self.webhook.secret,
            allowed_updates=WANTED,
            max_connections=CONNECTIONS,
            drop_pending_updates=False,
        )

    async def _look(self) -> None:
        if (await self.bot.get_webhook_info()).url != self.webhook.url:
            log.warning("telegram-webhook-set-again", meaning="somebody else had changed or deleted it")
            await self._set()
