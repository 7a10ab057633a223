"""Home tabs: what the desk shows somebody there, published when they look at it and after what they did there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.access import CHANNEL
from bot.adapters.slack.members import Members
from bot.adapters.slack.trying import kind_of
from bot.adapters.slack.turns import Beside
from bot.conversations.heard import Person, Place
from bot.conversations.screen import Screen

log = structlog.get_logger(__name__)


class Page(Protocol):
    """What a person's Home tab shows, from the top."""

    @property
    def sections(self) -> tuple[Screen, ...]: ...


Home = Callable[[Place, Person], Awaitable[Page]]
"""What the desk shows somebody on their Home tab."""
DrawHome = Callable[[tuple[Screen, ...]], dict[str, Any]]


class Homes:
    """*home*: None where none are kept. One is published at a time for each person; the newest state comes last."""

    def __init__(
        self, client: AsyncWebClient, members: Members, home: Home | None, draw: DrawHome, beside: Beside
    ) -> None:
        self.client = client
        self.members = members
        self.home = home
        self.draw = draw
        self.beside = beside
        self._again: dict[str, bool] = {}

    def soon(self, user: str) -> None:
        """Publish what *user* sees now; if it is being published, once more after that."""
        if self.home is None or not user:
            return
        if user in self._again:
            self._again[user] = True
            return
        self._again[user] = False
        self.beside.soon(self._keep_up(self.home, user))

    async def _keep_up(self, home: Home, user: str) -> None:
        try:
            await self._publish(home, user)
            while self._again[user]:
                self._again[user] = False
                await self._publish(home, user)
        finally:
            del self._again[user]

    async def _publish(self, home: Home, user: str) -> None:
        try:
            person = await self.members.completed(Person(user))
            place = Place(CHANNEL, await self.members.chat_with(user))
            page = await home(place, person)
            await self.client.views_publish(user_id=user, view=self.draw(page.sections))
        except SlackApiError as error:
            log.warning("slack-home-not-published", why=kind_of(error))
