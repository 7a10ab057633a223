"""What Telegram tells us, without losing any of it: a batch lies in the inbox before Telegram is told that we have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from telegram import Bot

from bot.adapters.channel import Hear
from bot.adapters.telegram.access import Hop
from bot.adapters.telegram.webhook import Webhook
from core.db import Chance
from core.desk import Desk

CHANNEL: Final = "telegram"


@dataclass(frozen=True)
class Pace:
    """How we go about it; tests hurry. *poll*: how long Telegram holds a question that it has no answer to."""

    poll: timedelta = timedelta(seconds=50)
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(seconds=60)
    parts: timedelta = timedelta(seconds=1)  # an album's parts, and the rest of a long text, come within this
    sweep: timedelta = timedelta(seconds=5)  # how often we look for what a process that died left undone
    press: timedelta = timedelta(seconds=3)  # a press is answered after this, whatever is under way
    at_once: int = 16  # lanes worked off side by side


class Updates:
    """The ears of the desk at Telegram: polling, or a *webhook*. Several processes may share a store and a webhook."""

    def __init__(
        self, bot: Bot, desk: Desk, *, hop: Hop, chance: Chance, webhook: Webhook | None = None, pace: Pace | None = None
    ) -> None:
        self.bot = bot
        self.desk = desk
        self.hop = hop
        self.chance = chance
        self.webhook = webhook
        self.pace = pace or Pace()

    async def run(self, hear: Hear) -> None:
        """Hand all that people do to *hear*, until cancelled; what is under way then is done to its end."""
        raise NotImplementedError
