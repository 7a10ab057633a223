"""Updates that Telegram brings: a door of ours behind a proxy that holds the certificate."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from telegram import Bot

from bot.adapters.telegram.translating import WANTED
from bot.adapters.telegram.trying import Trying

log = structlog.get_logger(__name__)

SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
LARGEST: Final = 1_000_000
"""Bytes of one update; Telegram's are a few kilobytes, and a few hundred at most."""
CONNECTIONS: Final = 40
LOOK: Final = timedelta(minutes=10)
"""How often we see to it that Telegram still knows our address."""
LAST_MOMENTS: Final = 5.0

Take = Callable[[Sequence[Any]], Awaitable[None]]


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


class Door:
    """Takes updates in at the webhook's path; anything else learns nothing."""

    def __init__(self, webhook: Webhook, take: Take) -> None:
        self.webhook = webhook
        self.take = take

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """Listen, and hand over the port. Raises OSError."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(self.webhook.path, self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=LAST_MOMENTS)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self.webhook.host, self.webhook.port)
            await site.start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        """200 says that it lies in the inbox. Telegram brings again what was answered otherwise."""
        if not self._is_telegram(request):
            return web.Response(status=403)
        if request.content_type != "application/json":
            return web.Response(status=415)
        try:
            update = json.loads(await request.read())
        except (ValueError, RecursionError):
            return web.Response(status=400)
        try:
            await self.take([update])
        except Exception as error:
            log.error("update-not-written-down", why=type(error).__name__)
            return web.Response(status=503)
        return web.Response(status=200)

    def _is_telegram(self, request: web.Request) -> bool:
        shown = request.headers.get(SECRET, "")
        return compare_digest(shown.encode(errors="surrogateescape"), self.webhook.secret.encode())


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
