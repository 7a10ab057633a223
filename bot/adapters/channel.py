"""What a channel is to the desk: a way to write to people, and what it means when that fails.

Only the courier calls it, and only the courier tries again: an adapter never sleeps, retries or paces by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar, runtime_checkable

from bot.adapters.trying import Contact
from bot.conversations.heard import Heard
from bot.conversations.screen import Limits, Receipt, Screen
from core.ids import TicketNumber
from core.notices.chats import Chat
from core.notices.outbox import Kind
from core.notices.outbox import Sign as Sign  # the desk asks for one, the channel shows it

T = TypeVar("T")


class Hop(Protocol):
    """The way to a worker thread and back: the store is never touched in the event loop."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]: ...


class Trouble(Exception):
    """Something was not sent. *why* is a few words for the log: no secret, and no words of people.

    *sent*: the messages that did leave before it, where a text goes in several; the next try is handed them.

    Trouble
    ├── Retry     the channel asks to wait
    ├── Moved     the place has another address: to be tried again there
    ├── GiveUp    the channel refuses this message for what it is: it would refuse it again
    │   └── Blocked   the place can't be written to any more: the bot was blocked or removed, the chat is gone
    └── Broken    the channel is down, or the link to it broke: the message may or may not have left
    """

    sent: tuple[str, ...] = ()

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Retry(Trouble):
    """The channel asks to wait. *after*: how long, as it told."""

    def __init__(self, after: timedelta, why: str = "asked to wait") -> None:
        super().__init__(why)
        self.after = after


class Moved(Trouble):
    """The place has another address from now on: *to*."""

    def __init__(self, to: str) -> None:
        super().__init__("moved")
        self.to = to


class GiveUp(Trouble):
    """The channel refuses this message for what it is, and would refuse it again."""


class Blocked(GiveUp):
    """The place can't be written to any more; other messages to it would be refused as well."""


class Broken(Trouble):
    """The channel is down, or the link to it broke."""


@dataclass(frozen=True)
class Outgoing:
    """A file on its way out. *size* in bytes; *pieces* opens its bytes, anew for each try."""

    name: str
    media_type: str
    size: int
    pieces: Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True)
class Rate:
    """How many messages a place takes in how long: *most*, of which *spared* are kept for what can't wait.

    What can wait is a `CARD`, a `THREAD`, a `FILE`, a `SIGN`.
    """

    most: int
    within: timedelta
    spared: int = 0


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
        sent: tuple[str, ...] = (),
        mark: str = "",
        maybe_sent: bool = False,
    ) -> tuple[str, ...]:
        """Show *screen* in *to* and return the channel's own ids of the messages it became (several if it was split).

        *replaces*: the message to edit instead of sending a new one (a card in its newest state); where that is not
        possible any more, send anew. *under*: the message in whose thread this belongs: the ticket's card, its newest
        message here where there is no card any more, or what somebody wrote or pressed in a room. *sent*: what left in
        an earlier try of the same. *mark*: what this is known by in every try of it, after a restart as well; *maybe_sent*:
        more may have left in one, whose answer nobody heard: where a channel can look, it looks before. *kind* says how loudly: a `CARD` and a `THREAD` are silent. Raises a `Trouble`.
        """

    def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that somebody sent, by the channel's own reference. Raises a `Trouble`."""


# What a channel may be able to do besides


@runtime_checkable
class Gives(Protocol):
    """Files can be sent there. Through another channel a person only reads that there is one."""

    async def give(
        self,
        to: Chat,
        file: Outgoing,
        screen: Screen,
        *,
        ticket: TicketNumber | None = None,
        under: str | None = None,
        sent: tuple[str, ...] = (),
        mark: str = "",
        maybe_sent: bool = False,
    ) -> tuple[str, ...]:
        """Send *file* with *screen* as its caption and return the messages' ids. The rest is as for `send`. Raises a `Trouble`."""


@runtime_checkable
class Signs(Protocol):
    """A person's message can be given a sign."""

    async def sign(self, to: Chat, message: str, sign: Sign) -> None:
        """Give *message* in *to* this sign instead of the one before. Raises a `Trouble`."""


@runtime_checkable
class Paced(Protocol):
    """It is known beforehand how often a place may be written to."""

    @property
    def overall(self) -> Rate | None:
        """How often all places together may be written to; None where that is not known."""

    def rate(self, to: Chat) -> Rate | None:
        """Return how often; None where the channel says so itself, when it was too often."""


@runtime_checkable
class Hears(Protocol):
    """It listens by itself, for as long as the desk runs."""

    async def listen(self, hear: Hear) -> None:
        """Hand all that people do to *hear*, until cancelled. A platform that is down is waited for."""


@runtime_checkable
class Asks(Protocol):
    """It asks a platform for what is new, or keeps a link to it: how that goes can be watched."""

    @property
    def contact(self) -> Contact:
        """How it goes, as it changes."""


Hear = Callable[[Heard], Awaitable[Receipt]]
