"""Forums: where the bot may manage topics, each ticket has one of its own.

What is known here is only for speed and against doubles: a topic made for a message that was then refused is used by
the next try. A process that starts anew asks Telegram again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner
from telegram.error import BadRequest, TelegramError

from bot.adapters.splitting import cut
from bot.adapters.telegram.troubles import makes_no_topics
from bot.conversations.screen import Screen
from core.ids import TicketNumber

K = TypeVar("K")
V = TypeVar("V")

FRESH: Final = timedelta(minutes=10)
"""How long it is believed that the bot may manage topics somewhere, or may not."""
LONGEST_TITLE: Final = 128
MOST_KEPT: Final = 1000


@dataclass(frozen=True)
class Message:
    """A message as the desk keeps its id: "46", in a topic "46@45"; "@45" is the topic itself."""

    number: int | None
    topic: int | None = None

    @classmethod
    def read(cls, id_: str | None) -> Message:
        """Return what *id_* names; nothing where it is none of ours."""
        number, _, topic = (id_ or "").partition("@")
        return cls(_number(number), _number(topic))

    @property
    def id(self) -> str:
        return (str(self.number) if self.number else "") + (f"@{self.topic}" if self.topic else "")


def title_of(ticket: TicketNumber, card: Screen) -> str:
    """Return what a ticket's topic is called: its number, then its subject, as the card's first line has it."""
    head = " ".join(card.text.partition("\n")[0].split())
    subject = head.partition(str(ticket))[2].strip(" «»“”")
    return f"{ticket} · {subject}" if subject else str(ticket)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


@dataclass
class Topics:
    """Which topics the desk's messages go to. *me*: the bot's own id; *clock* tells the aware moment."""

    bot: Bot
    me: int
    clock: Callable[[], datetime]
    _known: dict[int, tuple[bool, datetime]] = field(default_factory=dict)
    _unused: dict[tuple[int, TicketNumber], int] = field(default_factory=dict)
    _instead: dict[tuple[int, int], int] = field(default_factory=dict)
    _titles: dict[tuple[int, TicketNumber], str] = field(default_factory=dict)
    _untitled: dict[tuple[int, TicketNumber], int] = field(default_factory=dict)

    async def name(self, chat: int, ticket: TicketNumber, title: str) -> None:
        """A topic of this ticket is called *title*: the next one, and one that was made before this was known."""
        _keep(self._titles, (chat, ticket), title)
        if topic := self._untitled.pop((chat, ticket), None):
            with suppress(TelegramError):  # it does without: what is to be said matters more
                await self.bot.edit_forum_topic(chat, topic, cut(title, LONGEST_TITLE))

    async def make(self, chat: int, ticket: TicketNumber, lost: int | None = None) -> int | None:
        """Return a topic for *ticket*, in place of the *lost* one; None where there can't be one. Raises TelegramError."""
        if topic := self._unused.get((chat, ticket)):
            return topic
        if not await self._may_make(chat):
            return None
        title = self._titles.get((chat, ticket))
        try:
            made = await self.bot.create_forum_topic(chat, cut(title or str(ticket), LONGEST_TITLE))
        except BadRequest as error:
            if not makes_no_topics(error):
                raise
            self._learn(chat, False)
            return None
        _keep(self._unused, (chat, ticket), made.message_thread_id)
        if title is None:
            _keep(self._untitled, (chat, ticket), made.message_thread_id)
        if lost:
            _keep(self._instead, (chat, lost), made.message_thread_id)
        return made.message_thread_id

    def used(self, chat: int, ticket: TicketNumber | None) -> None:
        """A message stands in the ticket's topic: from now on its id leads there."""
        if ticket is not None:
            self._unused.pop((chat, ticket), None)

    def now(self, chat: int, topic: int | None) -> int | None:
        """Return the topic that stands in place of *topic*, if that was lost."""
        while topic and (other := self._instead.get((chat, topic))):
            topic = other
        return topic

    def lost(self, chat: int, ticket: TicketNumber | None) -> None:
        """A topic is gone, and perhaps what made it possible: ask again."""
        self.used(chat, ticket)
        self._known.pop(chat, None)

    async def _may_make(self, chat: int) -> bool:
        known, until = self._known.get(chat, (False, None))
        if until and self.clock() < until:
            return known
        return self._learn(chat, await self._ask(chat))

    async def _ask(self, chat: int) -> bool:
        if not (await self.bot.get_chat(chat)).is_forum:
            return False
        mine = await self.bot.get_chat_member(chat, self.me)
        return isinstance(mine, ChatMemberOwner) or (
            isinstance(mine, ChatMemberAdministrator) and bool(mine.can_manage_topics)
        )

    def _learn(self, chat: int, may: bool) -> bool:
        _keep(self._known, chat, (may, self.clock() + FRESH))
        return may


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    while len(kept) >= MOST_KEPT:
        del kept[next(iter(kept))]
    kept[key] = value
