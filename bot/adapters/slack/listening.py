"""What Slack tells us, without losing any of it: nothing is acknowledged before the desk has committed it.

By Socket Mode, or by signed requests to a door of ours; whichever way it comes, one translator reads it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.channel import Hear
from bot.adapters.slack.access import Access, Hop
from bot.conversations.drawing import Drawing
from bot.conversations.heard import Person, Place
from bot.conversations.screen import Screen
from core.db import Chance
from core.desk import Desk


class Page(Protocol):
    """What a person's Home tab shows."""

    @property
    def sections(self) -> tuple[Screen, ...]: ...


Home = Callable[[Place, Person], Awaitable[Page]]
"""What the desk shows somebody on their Home tab."""


@dataclass(frozen=True)
class Pace:
    """How we go about it; tests hurry. *links*: Socket Mode connections of this process; *ping*: how often each is tried."""

    links: int = 1
    ping: timedelta = timedelta(seconds=5)
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(seconds=60)
    answer: timedelta = timedelta(seconds=2.9)


@dataclass(frozen=True)
class Door:
    """Where signed requests come in, behind a proxy that holds the certificate."""

    host: str = "127.0.0.1"
    port: int = 8081
    path: str = "/slack/events"


class Ears:
    """The ears of the desk in a workspace.

    *door*: signed HTTP there; None: Socket Mode, with the app's token. *home*: what Home tabs show; None: none are kept.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        access: Access,
        *,
        desk: Desk,
        hop: Hop,
        chance: Chance,
        drawing: Drawing,
        language: str,
        door: Door | None = None,
        home: Home | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.client = client
        self.access = access
        self.desk = desk
        self.hop = hop
        self.chance = chance
        self.drawing = drawing
        self.language = language
        self.door = door
        self.home = home
        self.pace = pace or Pace()

    async def run(self, hear: Hear) -> None:
        """Hand all that people do to *hear*, until cancelled; what is under way then is done to its end."""
        raise NotImplementedError
