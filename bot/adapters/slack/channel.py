"""Slack as a channel: screens become messages of blocks, and what people do comes in by `listen`.

It knows the Web API and no rule of the desk. Nothing is retried or paced here: the courier does that.
"""

from __future__ import annotations

from bot.adapters.slack.access import CHANNEL, Access, Hop, connect
from bot.conversations.drawing import Drawing
from core.db import Chance
from core.desk import Desk


class Slack:
    """The channel of a workspace's direct messages and channels. It asks Slack nothing until it sends or listens.

    To be made in a running event loop. *desk*, *hop*, *chance* are for what is heard. *drawing* words what the adapter
    itself must say ("press again"), in the person's language; in *language* where theirs is not known.
    """

    name = CHANNEL

    def __init__(
        self, access: Access, *, desk: Desk, hop: Hop, chance: Chance, drawing: Drawing, language: str
    ) -> None:
        self.access = access
        self._link = connect(access)
        self.client = self._link.client

    async def close(self) -> None:
        """Close all connections."""
        await self._link.close()
