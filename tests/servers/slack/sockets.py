"""Socket Mode: tickets, links, envelopes to one of the links, acknowledgements, and all that ends a link."""

from __future__ import annotations

import asyncio
import itertools
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.servers.slack.deliveries import Delivery

if TYPE_CHECKING:
    from tests.servers.slack.world import World

CLOSE_AFTER_WARNING = 10.0
MOST_LINKS = 10


class Link:
    """One WebSocket of the app."""

    def __init__(self, number: int, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.number = number
        self.socket, self.request = socket, request
        self.loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[str | None] = asyncio.Queue()
        self.leaving = False
        """The app was asked to open another one."""
        self.frozen = False
        """Half open: nothing comes through in either direction, and nobody says so."""
        self.pings = 0

    def put(self, what: dict[str, Any]) -> None:
        """Send something, from any thread."""
        self.loop.call_soon_threadsafe(self.queue.put_nowait, json.dumps(what))

    def close(self) -> None:
        """Close it in order."""
        self.loop.call_soon_threadsafe(self.queue.put_nowait, None)

    def drop(self) -> None:
        """Cut it."""
        self.loop.call_soon_threadsafe(self._abort)

    def _abort(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()

    async def write(self) -> None:
        with suppress(ConnectionError):
            while (text := await self.queue.get()) is not None:
                if not self.frozen and not self.socket.closed:
                    await self.socket.send_str(text)
            await self.socket.close()


class Sockets:
    """The transport; `links` are those open now."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.links: list[Link] = []
        self.tickets: set[str] = set()
        self.opened = 0
        """How many links there have been."""
        self._numbers = itertools.count(1)
        self._turn = 0

    def ticket(self) -> str:
        """Return a WebSocket URL, which works once."""
        ticket = f"{self.world.number('ticket'):032x}"
        self.tickets.add(ticket)
        return f"ws://127.0.0.1:{self.world.port}/link/?ticket={ticket}&app_id={self.world.app_id}"

    def send(self, delivery: Delivery) -> bool:
        open_ones = [link for link in self.links if not link.leaving] or self.links
        if not open_ones:
            return False
        self._turn += 1
        open_ones[self._turn % len(open_ones)].put(delivery.envelope())
        return True

    # ── what ends a link, for tests ─────────────────────────────────────────────────────────────────────────────────

    def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Send `disconnect` (`warning`: the link closes ten seconds later; `refresh_requested`) on every link."""
        for link in list(self.links):
            link.leaving = True
            link.put({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-example"}})
            if reason == "warning":
                self.world.alarms.after(CLOSE_AFTER_WARNING, link.close)

    def close(self) -> None:
        """Close every link in order, without a word before."""
        for link in list(self.links):
            link.close()

    def drop(self) -> None:
        """Cut every link: no close frame."""
        for link in list(self.links):
            link.drop()

    def freeze(self) -> None:
        """Leave every link half open: nothing more is sent, pings are not answered, acknowledgements not read."""
        for link in self.links:
            link.frozen = True

    # ── a link's life ───────────────────────────────────────────────────────────────────────────────────────────────

    async def take(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=401, text="ticket unknown or used")
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False, compress=False)
        await socket.prepare(request)
        link = Link(next(self._numbers), socket, request)
        self._enter(link)
        writer = asyncio.create_task(link.write())
        try:
            await self._read(link)
        finally:
            writer.cancel()
            with self.world.lock:
                self.links.remove(link)
            self.world.changed()
        return socket

    def _enter(self, link: Link) -> None:
        with self.world.lock:
            self.opened += 1
            if len(self.links) >= MOST_LINKS:
                self.world.oddities.append("Socket Mode: more than 10 links")
            hello = {
                "type": "hello",
                "num_connections": len(self.links) + 1,
                "connection_info": {"app_id": self.world.app_id},
                "debug_info": {"host": "applink-example", "build_number": 1, "approximate_connection_time": 18060},
            }
            link.queue.put_nowait(json.dumps(hello))
            self.links.append(link)
        self.world.changed()

    async def _read(self, link: Link) -> None:
        async for message in link.socket:
            if link.frozen:
                continue
            if message.type is WSMsgType.PING:
                link.pings += 1
                await link.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._hear(message.data)

    def _hear(self, text: str) -> None:
        try:
            said = json.loads(text)
            envelope_id = said["envelope_id"]
        except (ValueError, TypeError, KeyError):
            self.world.oddities.append(f"Socket Mode: no acknowledgement: {text[:120]}")
            return
        with self.world.lock:
            if not self.world.deliveries.acked(envelope_id, said.get("payload")):
                self.world.oddities.append(f"Socket Mode: acknowledged what was never sent: {envelope_id}")
