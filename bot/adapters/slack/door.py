"""Our door for what Slack brings signed, by HTTP. A module of its own: a web server is loaded only where it is wanted."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

log = structlog.get_logger(__name__)

LARGEST: Final = 4_000_000
"""Bytes of one request."""
LAST_MOMENTS: Final = 5.0
_MOMENT: Final = re.compile(r"[0-9]{1,15}")


@asynccontextmanager
async def opened(app: AsyncApp, host: str, port: int, path: str) -> AsyncIterator[int]:
    """Listen, and hand over the port. Bolt looks at each signature, and at its age. Raises OSError."""
    site = web.Application(client_max_size=LARGEST)
    site.router.add_post(path, _Answering(app).answer)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=LAST_MOMENTS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@dataclass(frozen=True)
class _Answering:
    app: AsyncApp

    async def answer(self, request: web.Request) -> web.Response:
        """200 says that it is committed. What was answered otherwise Slack sends again, if it is an event."""
        if not _may_be_signed(request):
            return web.Response(status=401)
        try:
            asked = await to_bolt_request(request)
        except Exception:  # Bolt reads a body before it looks at the signature: it may be anything
            return web.Response(status=400)
        return await to_aiohttp_response(await self.app.async_dispatch(asked))


def _may_be_signed(request: web.Request) -> bool:
    """Whether the signature can be looked at: of one that is no text of Slack's Bolt would raise, and fill the log."""
    moment = request.headers.get("X-Slack-Request-Timestamp", "")
    return bool(_MOMENT.fullmatch(moment)) and request.headers.get("X-Slack-Signature", "").isascii()
