"""The door for whoever watches: is it alive, is it ready, how does it do. Its own, apart from those where platforms deliver.

It shows no person and no words, and asks for no password: it belongs on an address that only the watchers reach.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

LAST_MOMENTS: Final = 1.0
Asked = Callable[[], Awaitable[Iterable[str]]]
"""What is wrong, a line each; nothing where nothing is."""


class Door:
    """*host*, *port*: where it listens (0: at any). *ills*: what is ill; *lacks*: what keeps it from working; *page*: its
    content type and its metrics.
    """

    def __init__(
        self, host: str, port: int, *, ills: Asked, lacks: Asked, page: Callable[[], Awaitable[tuple[str, bytes]]]
    ) -> None:
        self._at = (host, port)
        self._ills = ills
        self._lacks = lacks
        self._page = page

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """Listen, and hand over the port. Raises OSError."""
        app = web.Application()
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._metrics)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=LAST_MOMENTS)
        await runner.setup()
        try:
            await web.TCPSite(runner, *self._at).start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        return _told(list(await self._ills()))

    async def _ready(self, _request: web.Request) -> web.Response:
        return _told(list(await self._lacks()))

    async def _metrics(self, _request: web.Request) -> web.Response:
        content_type, page = await self._page()
        return web.Response(body=page, headers={"Content-Type": content_type, "Cache-Control": "no-store"})


def _told(wrong: list[str]) -> web.Response:
    text = "".join(f"{one}\n" for one in wrong) or "ok\n"
    return web.Response(status=503 if wrong else 200, text=text, headers={"Cache-Control": "no-store"})
