"""How calls travel: python-telegram-bot's own requests, of which those without files go over aiohttp.

A call costs half the processor time that way, and a desk hardly does anything more often. Files keep the library's way.
Nothing is tried again here; what went wrong is told as the library tells it, so that nobody sees a difference.
"""

from __future__ import annotations

import json
import ssl
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import HTTPXRequest, RequestData


class Requests(HTTPXRequest):
    """*connections*: how many calls may be under way; *read*, *connect*, *pool*: seconds, as in the library."""

    def __init__(
        self,
        connections: int,
        *,
        trusted: ssl.SSLContext,
        read: float,
        connect: float,
        pool: float,
        upload: float = 20.0,
    ) -> None:
        super().__init__(
            connection_pool_size=connections,
            read_timeout=read,
            write_timeout=read,
            connect_timeout=connect,
            pool_timeout=pool,
            media_write_timeout=upload,
            httpx_kwargs={"verify": trusted},
        )
        self._connections = connections
        self._trusted = trusted
        self._patience = {"read": read, "connect": connect, "pool": pool}
        self._session: aiohttp.ClientSession | None = None

    async def shutdown(self) -> None:
        if self._session:
            await self._session.close()
        await super().shutdown()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        """Return the status and the body. Raises TimedOut, NetworkError."""
        if timeouts or (request_data and request_data.multipart_data):
            return await super().do_request(url, method, request_data, *timeouts, **named)
        data = request_data.json_parameters if request_data else None
        try:
            async with self._open().request(
                method, url, data=data, timeout=self._timeout(named), allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:  # its words may hold the address, and that the token
            raise NetworkError(f"aiohttp.{type(error).__name__}") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """As the library does, but in silence: it would log half of an answer, in which people's words are."""
        try:
            return json.loads(payload.decode(errors="replace"))
        except (ValueError, RecursionError):
            raise TelegramError("Invalid server response") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=self._trusted),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,
            )
        return self._session

    def _timeout(self, named: dict[str, Any]) -> aiohttp.ClientTimeout:
        """What a call demands, else what was said when this was made."""

        def of(name: str) -> float | None:
            given: Any = named.get(f"{name}_timeout", self.DEFAULT_NONE)
            return self._patience[name] if given is self.DEFAULT_NONE else given

        return aiohttp.ClientTimeout(total=None, connect=of("pool"), sock_connect=of("connect"), sock_read=of("read"))
