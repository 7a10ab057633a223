"""Signed HTTP: the same deliveries posted to the app's request URL."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

from tests.servers.slack.deliveries import ACK_WITHIN, Delivery, Kind

if TYPE_CHECKING:
    from tests.servers.slack.world import World

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def sign(secret: str, body: str, at: int) -> dict[str, str]:
    """Return the two headers of version v0. *at*: Unix seconds."""
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}


class Hooks:
    """The transport; signed with the wall's time (the app holds it against its own), timed by the world's clock."""

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop) -> None:
        self.world, self.loop = world, loop
        self.url = ""
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, delivery: Delivery) -> bool:
        self.loop.call_soon_threadsafe(self._start, delivery, delivery.tries, delivery.reason)
        return True

    def _start(self, delivery: Delivery, tries: int, reason: str) -> None:
        task = self.loop.create_task(self._deliver(delivery, tries, reason))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery, tries: int, reason: str) -> None:
        body, kind = self._body(delivery)
        again = {"X-Slack-Retry-Num": str(tries - 1), "X-Slack-Retry-Reason": reason} if tries > 1 else {}
        try:
            status, headers, answer = await self._post(body, kind, again)
        except TimeoutError:
            self._failed(delivery, "http_timeout")
        except aiohttp.ClientError:
            self._failed(delivery, "connection_failed")
        else:
            self._take(delivery, status, headers, answer)

    def _body(self, delivery: Delivery) -> tuple[str, str]:
        if delivery.kind is Kind.EVENT:
            return json.dumps(delivery.payload), JSON
        if delivery.kind is Kind.COMMAND:
            return urlencode(delivery.payload), FORM
        return urlencode({"payload": json.dumps(delivery.payload)}), FORM

    async def _post(self, body: str, kind: str, more: dict[str, str]) -> tuple[int, Any, str]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ACK_WITHIN * 2))
        signed = sign(self.world.signing_secret, body, int(time.time()))
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", **signed, **more}
        async with self._session.post(self.url, data=body, headers=headers, allow_redirects=False) as response:
            return response.status, response.headers, await response.text()

    def _failed(self, delivery: Delivery, reason: str, *, final: bool = False) -> None:
        with self.world.lock:
            self.world.deliveries.failed(delivery, reason, final=final)

    def _take(self, delivery: Delivery, status: int, headers: Any, text: str) -> None:
        if not 200 <= status < 300:
            self._failed(delivery, "http_error", final=headers.get("x-slack-no-retry") == "1")
            return
        answer: Any = text or None
        if text and "json" in headers.get("Content-Type", ""):
            answer = json.loads(text)
        with self.world.lock:
            self.world.deliveries.acked(delivery.envelope_id, answer if delivery.takes_answer else None)

    async def challenge(self, url: str) -> bool:
        """Ask a request URL to prove itself."""
        self.url, asked = url, f"example-challenge-{self.world.number('challenge')}"
        body = json.dumps({"token": "example-verification-token", "challenge": asked, "type": "url_verification"})
        try:
            status, _headers, text = await self._post(body, JSON, {})
        except (TimeoutError, aiohttp.ClientError):
            return False
        return status == 200 and asked in text

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._session is not None:
            await self._session.close()
