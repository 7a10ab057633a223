"""What Telegram tells us, without losing any of it: a batch lies in the inbox before Telegram is told that we have it.

The inbox is the queue. From there each chat's things are worked off in order, several chats side by side; a process that
dies leaves nothing behind but rows, which the next one, or another one, works off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from telegram import Bot

from bot.adapters.channel import Hear, Hop
from bot.adapters.telegram.intake import Intake
from bot.adapters.telegram.lanes import MOST_READY, Lanes
from bot.adapters.telegram.members import Members
from bot.adapters.telegram.polling import Polling
from bot.adapters.telegram.pressing import Presses
from bot.adapters.telegram.translating import CHANNEL, Me
from bot.adapters.telegram.trying import Trying
from bot.adapters.telegram.webhook import Announcing, Webhook
from bot.adapters.telegram.working import Working
from core.db import Chance, OneAtATime
from core.desk import Desk
from core.notices.inbox import LanesUndone

log = structlog.get_logger(__name__)

STANDS_STILL: Final = timedelta(minutes=3)
"""After this somebody else asks in the place of a process that lives and does nothing: it may be stopped, or hang. Between
two questions lie the longest hold and the longest wait at most."""


@dataclass(frozen=True)
class Pace:
    """How we go about it; tests hurry.

    *hold*: how long Telegram may hold a question that it has no answer to, in whole seconds. *parts*: within this of one
    another come the parts of an album or of a long text. *sweep*: how often we look for what a process that died left
    undone. *stumbled*: how long a lane rests that can't go on, and a process until it asks for its turn to poll again. *press*: a press is answered after this, whatever is under way. *at_once*: lanes worked off side by side.
    """

    hold: timedelta = timedelta(seconds=50)
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(seconds=60)
    stumbled: timedelta = timedelta(seconds=2)
    parts: timedelta = timedelta(seconds=1)
    sweep: timedelta = timedelta(seconds=5)
    press: timedelta = timedelta(seconds=3)
    at_once: int = 16


class Updates:
    """The ears of the desk at Telegram: polling, or a *webhook*. Several processes may share a store and a webhook."""

    def __init__(
        self,
        bot: Bot,
        desk: Desk,
        *,
        hop: Hop,
        chance: Chance,
        webhook: Webhook | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.bot = bot
        self.desk = desk
        self.hop = hop
        self.webhook = webhook
        self.pace = pace or Pace()
        self.trying = Trying(chance, self.pace.first_wait, self.pace.longest_wait)
        self.port = 0
        """Where the webhook's door is, once it is open."""

    async def run(self, hear: Hear) -> None:
        """Hand all that people do to *hear*, until cancelled; what is under way then is done to its end."""
        sweeping = Sweeping(self.desk, self.hop, self.pace.sweep)
        lanes = Lanes(at_once=self.pace.at_once, stumbled=self.pace.stumbled, drained=sweeping.soon)
        intake = Intake(self.desk.quiet(), self.hop, lanes)
        async with AsyncExitStack() as stack:
            if self.webhook:
                await self._open_door(self.webhook, intake, stack)
            me = await self.trying.until_done(self._me)
            presses = Presses(self.bot, self.pace.press)
            stack.push_async_callback(presses.close)
            stack.push_async_callback(lanes.close)
            members = Members(self.bot)
            working = Working(self.desk, self.hop, hear, me, members, presses, self.pace.parts)
            lanes.begin(working.step, working.alone)
            async with asyncio.TaskGroup() as group:
                group.create_task(sweeping.run(lanes.wake))
                group.create_task(self._receiving(intake).run())

    async def _open_door(self, webhook: Webhook, intake: Intake, stack: AsyncExitStack) -> None:
        """Before Telegram is asked anything: it may be able to reach us where we can't reach it."""
        from bot.adapters.telegram.door import Door  # brings a web server

        async def open_door() -> int:
            return await stack.enter_async_context(Door(webhook, intake.take).open())

        self.port = await self.trying.until_done(open_door)

    async def _me(self) -> Me:
        user = await self.bot.get_me()
        return Me(user.id, user.username or "")

    def _receiving(self, intake: Intake) -> Polling | Announcing:
        if self.webhook:
            return Announcing(self.bot, self.webhook, self.trying)
        turn = OneAtATime(self.desk.database, f"telegram:{self.bot.token.partition(':')[0]}", STANDS_STILL)
        pace = self.pace
        return Polling(self.bot, intake.take, self.trying, pace.hold, turn=turn, hop=self.hop, wait=pace.stumbled)


class Sweeping:
    """Looks for lanes with something undone that nobody is at: what was there at the start, and what a process left."""

    def __init__(self, desk: Desk, hop: Hop, every: timedelta) -> None:
        self.desk = desk
        self.hop = hop
        self.every = every
        self._all = asyncio.Event()

    def soon(self) -> None:
        """Look for all there is, as at the start."""
        self._all.set()

    async def run(self, wake: Callable[..., None]) -> None:
        """Tell *wake* which lanes, until cancelled. A store that is away is asked again."""
        until: datetime | None = None
        while True:
            try:
                wake(*await self._lanes(until))
            except Exception as error:
                log.warning("could-not-look-for-what-is-undone", why=type(error).__name__)
            until = await self._until()

    async def _lanes(self, until: datetime | None) -> tuple[str, ...]:
        return await self.hop(lambda: self.desk.look(LanesUndone(CHANNEL, until, most=2 * MOST_READY)))

    async def _until(self) -> datetime | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.every.total_seconds()):
                await self._all.wait()
                self._all.clear()
                return None
        return self.desk.clock() - self.every
