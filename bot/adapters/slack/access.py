"""Where Slack is and which app we are there; the library's client over connections of our own, which repeats nothing.

Nothing here asks Slack anything: a client can be opened while Slack is down.
"""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

T = TypeVar("T")

CHANNEL: Final = "slack"
"""What chats and identities call this channel."""
COMMAND: Final = "/ticket"
"""Slack takes all that begins with a slash for a command; this one is ours, and takes the desk's own as its words."""
API: Final = "https://slack.com/api/"
SLACKS: Final = "slack.com"
CONNECTIONS: Final = 48
"""The courier's sixteen sends, answers to presses, questions about members, and some air."""
PATIENCE: Final = 20.0
"""Seconds for one answer; the courier's own patience is longer, so that it hears what went wrong."""
PATIENCE_TO_CONNECT: Final = 10.0
_QUIET: Final = logging.getLogger("slack_sdk.quiet")
_QUIET.setLevel(logging.INFO)  # below, the library writes down each call whole, and with it words of people


@dataclass(frozen=True)
class Access:
    """The bot's token (xoxb-…), for Socket Mode the app's (xapp-…), for signed HTTP the secret; *base_url* as slack_sdk's."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    base_url: str = API

    def holds(self, url: str) -> bool:
        """Whether *url* is Slack's own, where the token may be shown: on its hosts by https, else where the API is."""
        try:
            asked, api = urlsplit(url), urlsplit(self.base_url)
            host, port = asked.hostname or "", asked.port
        except ValueError:
            return False
        if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
            return True
        return asked.scheme == "https" and port in (None, 443) and (host == SLACKS or host.endswith(f".{SLACKS}"))


@dataclass(frozen=True)
class Link:
    """The client and its connections. Whatever else speaks to Slack (Bolt, uploads, downloads) shares them."""

    client: AsyncWebClient
    session: aiohttp.ClientSession

    async def close(self) -> None:
        await self.session.close()


@cache
def trusted() -> ssl.SSLContext:
    """The authorities whose word counts; read once, since it takes a while."""
    return ssl.create_default_context()


def connect(access: Access) -> Link:
    """Open the client, in a running event loop. It repeats no call: its own handlers post twice what broke after the effect."""
    limits = aiohttp.ClientTimeout(total=PATIENCE, connect=PATIENCE_TO_CONNECT)
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS), timeout=limits)
    client = AsyncWebClient(
        access.bot_token,
        access.base_url,
        ssl=trusted() if access.base_url.startswith("https:") else None,
        session=session,
        logger=_QUIET,
        retry_handlers=[],
    )
    return Link(client, session)
