"""What Slack tells us, without losing any of it: nothing is acknowledged before the desk has committed it.

By Socket Mode, or by signed requests to a door of ours; whichever way it comes, one translator reads it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.channel import Hear, Hop
from bot.adapters.slack.access import Access
from bot.adapters.slack.answering import Answers
from bot.adapters.slack.catching_up import CatchingUp, Snapshot
from bot.adapters.slack.home import Home, Homes
from bot.adapters.slack.listeners import Listeners, app_for
from bot.adapters.slack.members import Channels, Inside, Members, WorksInside
from bot.adapters.slack.modals import home as draw_home
from bot.adapters.slack.modals import window as draw_window
from bot.adapters.slack.sockets import Sockets
from bot.adapters.slack.telling import Me
from bot.adapters.slack.translating import message, people_named
from bot.adapters.slack.trying import Trying
from bot.adapters.slack.turns import Beside
from bot.adapters.trying import Contact
from bot.conversations.drawing import Drawing
from bot.conversations.screen import Receipt
from bot.words import Words
from core.db import Chance
from core.desk import Desk

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pace:
    """How we go about it; tests hurry.

    *links*: Socket Mode connections of this process; *ping*: how often each is tried. *answer*: so long a press may take
    to be acknowledged (Slack waits three seconds). *gap*: after an outage of this length what was missed is read.
    """

    links: int = 1
    ping: timedelta = timedelta(seconds=5)
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(seconds=60)
    answer: timedelta = timedelta(seconds=2.8)
    gap: timedelta = timedelta(seconds=60)


@dataclass(frozen=True)
class Door:
    """Where signed requests come in: events, presses, forms and commands alike, at one path.

    Behind a proxy that holds the certificate and passes the path on.
    """

    host: str = "127.0.0.1"
    port: int = 8081
    path: str = "/slack/events"


class Ears:
    """The ears of the desk in a workspace.

    *door*: signed HTTP there; None: Socket Mode, with the app's token. *home*: what Home tabs show; None: none are kept.
    *drawing* words what the adapter itself must say, in the person's language, or in *language*.
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
        self.contact = Contact()
        self.channels = Channels(client)
        self.port = 0
        """Where the door is, once it is open."""

    async def run(self, hear: Hear) -> None:
        """Hand all that people do to *hear*, until cancelled; what is under way then is done to its end.

        Raises ValueError where a door is wanted and there is no signing secret, or no door and no app token.
        """
        _check(self.access, self.door)
        trying = self._trying()
        me = await trying.until_done(self._me)
        async with AsyncExitStack() as stack:
            beside = Beside()
            stack.push_async_callback(beside.close)
            listeners = self._listeners(me, hear, beside)
            app = app_for(listeners, self.access, me)
            catching_up = self._catching_up(listeners)
            left = await trying.until_done(catching_up.snapshot)
            async with asyncio.TaskGroup() as group:
                outages = Outages(catching_up, group, self.pace.gap, left)
                group.create_task(self._receive(app, trying, outages))

    async def _receive(self, app: AsyncApp, trying: Trying, outages: Outages) -> None:
        if self.door is None:
            pace = self.pace
            sockets = Sockets(
                app,
                self.client,
                self.access.app_token,
                trying=trying,
                links=pace.links,
                ping=pace.ping,
                opened=lambda: self._linked(outages.over),
                lost=lambda: self._linked(outages.began, False),
            )
            await sockets.run()
            return
        from bot.adapters.slack.door import opened  # brings a web server

        door = self.door
        async with AsyncExitStack() as stack:
            self.port = await trying.until_done(
                lambda: stack.enter_async_context(opened(app, door.host, door.port, door.path))
            )
            self._linked(outages.over)
            await asyncio.Event().wait()

    def _linked(self, tell: Callable[[], None], there: bool = True) -> None:
        self.contact.held = there
        tell()

    async def _me(self) -> Me:
        answer = await self.client.auth_test()
        return Me(str(answer["team_id"]), str(answer["user_id"]), str(answer.get("bot_id") or ""))

    def _trying(self) -> Trying:
        trying = Trying(self.chance, self.pace.first_wait, self.pace.longest_wait)
        trying.contact = self.contact
        return trying

    def _listeners(self, me: Me, hear: Hear, beside: Beside) -> Listeners:
        members = Members(self.client, me, works=self._works_inside, channels=self.channels)
        homes = Homes(self.client, members, self.home, draw_home, beside)
        answers = Answers(self.client, homes, hear, draw_window, self._words)
        return Listeners(
            self.client,
            me,
            hear,
            members=members,
            answers=answers,
            homes=homes,
            beside=beside,
            answer=self.pace.answer,
        )

    async def _works_inside(self, person: str) -> Inside | None:
        return await self.hop(lambda: self.desk.look(WorksInside(person)))

    def _words(self, language: str) -> Words:
        known = language if language in self.drawing.lexicon.languages else self.language
        return self.drawing.words(known, self.desk.clock())

    def _catching_up(self, listeners: Listeners) -> CatchingUp:
        async def take(event: Mapping[str, Any]) -> Receipt | None:
            names = await listeners.members.names(people_named({"event": event}))
            heard = message(event, listeners.me, names)
            return await listeners.hear_in_turn(heard) if heard else None

        return CatchingUp(self.client, self.desk, self.hop, take, self._trying())


class Outages:
    """Knows since when nobody listens, and lets what was missed be read when somebody does again.

    *left*: where the desk was listening before this process did: what came since was heard by nobody.
    """

    def __init__(self, catching_up: CatchingUp, group: asyncio.TaskGroup, gap: timedelta, left: Snapshot) -> None:
        self.catching_up = catching_up
        self.group = group
        self.gap = gap
        self._left: Snapshot | asyncio.Task[Snapshot] = left
        self._since: float | None = float("-inf")

    def began(self) -> None:
        """The last link is lost."""
        if self._since is None:
            self._since = asyncio.get_running_loop().time()
            self._left = self.group.create_task(self.catching_up.trying.until_done(self.catching_up.snapshot))

    def over(self) -> None:
        """There is a link again."""
        if self._since is None:
            return
        lasted, self._since = asyncio.get_running_loop().time() - self._since, None
        if lasted >= self.gap.total_seconds():
            self.group.create_task(self._catch_up(self._left))

    async def _catch_up(self, left: Snapshot | asyncio.Task[Snapshot]) -> None:
        try:
            await self.catching_up.run(await left if isinstance(left, asyncio.Task) else left)
        except Exception:
            log.exception("slack-could-not-catch-up")


def _check(access: Access, door: Door | None) -> None:
    if door is not None and not access.signing_secret:
        raise ValueError("slack: a door needs the app's signing secret")
    if door is None and not access.app_token:
        raise ValueError("slack: Socket Mode needs the app's token")
