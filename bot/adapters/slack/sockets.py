"""Socket Mode: what Slack brings through links that we open, so that the desk needs no public address.

A loop of ours over Bolt, since the library's client opens one link with the same ticket for ever where Slack was down,
closes the old link before it has a new one, and notices a dropped one only at its next ping. Here a new link is open
before the old one is left, and what was under way on the old one is acknowledged by whichever is there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import structlog
from aiohttp import ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMsgType
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.access import trusted
from bot.adapters.slack.trying import Trying
from bot.adapters.slack.turns import Beside

log = structlog.get_logger(__name__)

PATIENCE: Final = 10.0
"""Seconds for a link to open, and to be closed."""
CROWDED: Final = "too_many_websockets"
LEAVING: Final = timedelta(seconds=10)
"""So long Slack goes on using a link that it asked us to leave."""
LARGEST: Final = 4_000_000
"""Bytes of one envelope."""


class Link:
    """One open link, and whether another one is wanted in its place."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.over = asyncio.Event()
        self.crowded = False
        self.reader: asyncio.Task[None] | None = None


class Sockets:
    """*links*: how many are kept open; *ping*: how often each is tried. *opened* is called whenever one was opened,
    *lost* when the last one is lost.
    """

    def __init__(
        self,
        app: AsyncApp,
        client: AsyncWebClient,
        app_token: str,
        *,
        trying: Trying,
        links: int,
        ping: timedelta,
        opened: Callable[[], Any],
        lost: Callable[[], Any],
    ) -> None:
        self.app = app
        self.client = client
        self.app_token = app_token
        self.trying = trying
        self.links = links
        self.ping = ping
        self.opened = opened
        self.lost = lost
        self._open: list[Link] = []
        self._dispatching = Beside()
        self._leaving = Beside()
        self._stopping = False

    async def run(self) -> None:
        """Keep the links open, until cancelled; what is under way then is acknowledged, and they are closed."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.links):
                    group.create_task(self._keep())
        finally:
            await self._stop()

    async def _keep(self) -> None:
        before: Link | None = None
        while True:
            if before is not None and before.crowded:
                await _close(before.socket)
            link = await self.trying.until_done(self._dial)
            self.opened()
            if before is not None:
                self._leaving.start(self._leave(before))
            await self._until_over(link)
            before = link

    async def _until_over(self, link: Link) -> None:
        """Wait until another link is wanted; where Slack ends each of them at once, not too often."""
        loop = asyncio.get_running_loop()
        earliest = loop.time() + self.trying.first.total_seconds()
        await link.over.wait()
        await asyncio.sleep(max(0.0, earliest - loop.time()))

    async def _dial(self) -> Link:
        """Ask for a ticket, which works once, and open a link. Raises what the libraries raise."""
        answer = await self.client.apps_connections_open(app_token=self.app_token)
        url = str(answer["url"])
        session: ClientSession | None = self.client.session
        assert session  # noqa: S101  `access.connect` gives one
        async with asyncio.timeout(PATIENCE):
            socket = await session.ws_connect(
                url,
                heartbeat=self.ping.total_seconds(),
                timeout=ClientWSTimeout(ws_close=PATIENCE),
                max_msg_size=LARGEST,
                proxy=self.client.proxy,
                ssl=trusted() if url.startswith("wss:") else True,
            )
        link = Link(socket)
        link.reader = asyncio.create_task(self._read(link))
        self._open.append(link)
        return link

    async def _read(self, link: Link) -> None:
        """Read until the link ends, however it ends."""
        try:
            async for message in link.socket:
                if message.type is WSMsgType.TEXT and not self._stopping:
                    self._take(link, message.data)
        finally:
            self._open.remove(link)
            link.over.set()
            if not (self._open or self._stopping):
                self.lost()

    def _take(self, link: Link, text: str) -> None:
        envelope = _read(text)
        if envelope.get("type") == "disconnect":
            link.crowded = envelope.get("reason") == CROWDED
            link.over.set()
        elif request := _request(envelope):
            self._dispatching.soon(self._dispatch(link, request))

    async def _dispatch(self, link: Link, request: SocketModeRequest) -> None:
        response = await run_async_bolt_app(self.app, request)
        if response.status != 200:
            return
        said: dict[str, Any] = {"envelope_id": request.envelope_id}
        if response.body:
            answer = json.loads(response.body) if response.body.startswith("{") else {"text": response.body}
            said["payload"] = answer
        await self._acknowledge(link, json.dumps(said))

    async def _acknowledge(self, link: Link, text: str) -> None:
        """By the link it came through, or by another where that one is gone; where there is none, Slack sends it again."""
        for one in (link, *reversed(self._open)):
            if await _sent(one.socket, text):
                return
        log.debug("slack-not-acknowledged", why="no link")

    async def _leave(self, link: Link) -> None:
        """Let Slack use the old link to its end, then close it."""
        if link.reader is not None:
            await asyncio.wait({link.reader}, timeout=LEAVING.total_seconds())
        await _close(link.socket)

    async def _stop(self) -> None:
        """Take nothing new, acknowledge what is under way, and close all links."""
        self._stopping = True
        await self._dispatching.close()
        await asyncio.gather(*(_close(link.socket) for link in self._open))
        await self._leaving.close()


def _read(text: str) -> dict[str, Any]:
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return envelope if isinstance(envelope, dict) else {}


def _request(envelope: dict[str, Any]) -> SocketModeRequest | None:
    if not (isinstance(envelope.get("envelope_id"), str) and isinstance(envelope.get("payload"), dict)):
        return None
    return SocketModeRequest.from_dict(envelope)


async def _sent(socket: ClientWebSocketResponse, text: str) -> bool:
    if socket.closed:
        return False
    with suppress(OSError, RuntimeError):  # it broke just now
        await socket.send_str(text)
        return True
    return False


async def _close(socket: ClientWebSocketResponse) -> None:
    closing: Awaitable[bool] = socket.close()
    with suppress(OSError, TimeoutError):
        await asyncio.wait_for(closing, PATIENCE)
