"""Our door for updates that Telegram brings. A module of its own: its library is loaded only where a webhook is set."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from hmac import compare_digest
from typing import Any, Final

import structlog
from aiohttp import web

from bot.adapters.telegram.webhook import Webhook

log = structlog.get_logger(__name__)

SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
LARGEST: Final = 1_000_000
"""Bytes of one update; Telegram's are a few kilobytes, and a few hundred at most."""
LAST_MOMENTS: Final = 5.0

Take = Callable[[Sequence[Any]], Awaitable[None]]


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
