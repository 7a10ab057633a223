"""What a channel is to the desk: a way to write to people, and what it means when that fails.

Only the courier calls it, and only the courier tries again: an adapter never sleeps, retries or paces by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Protocol

from bot.conversations.screen import Limits, Screen
from core.ids import TicketNumber
from core.notices.chats import Chat
from core.notices.outbox import Kind


class Trouble(Exception):
    """Something was not sent. *why* is a few words for the log: no secret, and no words of people.

    Trouble
    ├── Retry     the channel asks to wait
    ├── GiveUp    the channel refuses this message for what it is: it would refuse it again
    │   └── Blocked   the place can't be written to any more: the bot was blocked or removed, the chat is gone
    └── Broken    the channel is down, or the link to it broke: the message may or may not have left
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Retry(Trouble):
    """The channel asks to wait. *after*: how long, as it told."""

    def __init__(self, after: timedelta, why: str = "asked to wait") -> None:
        super().__init__(why)
        self.after = after


class GiveUp(Trouble):
    """The channel refuses this message for what it is, and would refuse it again."""


class Blocked(GiveUp):
    """The place can't be written to any more; other messages to it would be refused as well."""


class Broken(Trouble):
    """The channel is down, or the link to it broke."""


class Channel(Protocol):
    """One way to write to people. `name` is what chats and identities call it; `limits` are what it can show."""

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    async def send(
        self,
        to: Chat,
        screen: Screen,
        *,
        kind: Kind,
        ticket: TicketNumber | None = None,
        replaces: str | None = None,
        under: str | None = None,
    ) -> tuple[str, ...]:
        """Show *screen* in *to* and return the channel's own ids of the messages it became (several if it was split).

        *replaces*: the message to edit instead of sending a new one (a card in its newest state); where that is not
        possible any more, send anew. *under*: the message in whose thread this belongs (a ticket's card). *kind* says
        how loudly: a `CARD`'s edit and a `THREAD` are silent. Raises a `Trouble`.
        """

    def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that somebody sent, by the channel's own reference. Raises a `Trouble`."""
