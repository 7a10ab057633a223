"""How the bot introduces itself: its commands by scope and language, and what stands in an empty chat.

All of it comes from the menu and the texts. Each piece is set only where Telegram has another, so that a desk that is
restarted often meets no limit; what can't be told now is told later, beside everything else.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import structlog
from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.adapters.channel import Hop, Retry
from bot.adapters.splitting import cut
from bot.adapters.telegram.translating import CHANNEL
from bot.adapters.telegram.troubles import meaning
from bot.conversations.drawing import Drawing
from bot.conversations.meaning import fold
from bot.conversations.menu import Menu
from bot.words import Words
from core.db import Chance, Tx
from core.desk import Desk
from core.notices.chats import Chat, Room, reachable_rooms
from core.people.who import CUSTOMER, LEAD, OPERATOR, Role
from core.tickets.counter import CounterRules

log = structlog.get_logger(__name__)

FIRST_WAIT: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(minutes=10)
LONGEST_ABOUT: Final = 256
LONGEST_DESCRIPTION: Final = 512
LONGEST_SHORT: Final = 120
MOST_COMMANDS: Final = 100
LAST: Final = ("register", "cancel", "help")
"""What people look for least: whoever opens a ticket is registered on the way."""
_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")

Listed = tuple[tuple[str, str], ...]
"""Commands with what they are for, in order."""


class Piece(Protocol):
    """One thing that Telegram keeps of us."""

    async def tell(self, bot: Bot) -> None:
        """Set it, unless it is there already. Raises TelegramError."""


@dataclass(frozen=True)
class CommandList:
    """The commands that are offered in a room, or (*room* None) in all private chats. *language*: "" for all others."""

    language: str
    listed: Listed
    room: int | None = None

    async def tell(self, bot: Bot) -> None:
        scope, language = self._scope, self.language or None
        there = await bot.get_my_commands(scope, language)
        if tuple((one.command, one.description) for one in there) != self.listed:
            await bot.set_my_commands([BotCommand(*one) for one in self.listed], scope, language)

    @property
    def _scope(self) -> BotCommandScope:
        return BotCommandScopeChat(self.room) if self.room else BotCommandScopeAllPrivateChats()


@dataclass(frozen=True)
class Description:
    """What stands in a chat before its first message."""

    language: str
    text: str

    async def tell(self, bot: Bot) -> None:
        language = self.language or None
        if (await bot.get_my_description(language)).description != self.text:
            await bot.set_my_description(self.text, language)


@dataclass(frozen=True)
class ShortDescription:
    """What stands on the bot's page, and beside a link to it."""

    language: str
    text: str

    async def tell(self, bot: Bot) -> None:
        language = self.language or None
        if (await bot.get_my_short_description(language)).short_description != self.text:
            await bot.set_my_short_description(self.text, language)


def commands(words: Words, menu: Menu, role: Role) -> Listed:
    """Return what *role* can type, in the menu's order; of each the first word that Telegram takes as a command.

    Only what the texts say something about (`about-command-<entry>`) is listed: the rest is pressed, not typed.
    """
    listed: dict[str, str] = {}
    first = [name for name in _entries(menu, role) if name not in LAST]
    for name in (*first, *(name for name in LAST if _is_offered(menu, name, role))):
        if words.has(f"about-command-{name}") and (typed := _typed(words, name, listed)):
            listed[typed] = cut(words.say(f"about-command-{name}"), LONGEST_ABOUT)
    return tuple(listed.items())[:MOST_COMMANDS]


def _entries(menu: Menu, role: Role) -> Iterator[str]:
    for whose in _ROLES[role]:
        yield from (name for name, entry in menu.items() if entry.who is whose)


_ROLES: Final[Mapping[Role, tuple[Role | None, ...]]] = {
    CUSTOMER: (CUSTOMER, None),
    OPERATOR: (OPERATOR, None),
    LEAD: (LEAD, OPERATOR, None),
}


def _is_offered(menu: Menu, name: str, role: Role) -> bool:
    """Whether *role* may type it: an entry, or what moves about in a talk."""
    return name not in menu or menu[name].who in _ROLES[role]


def _typed(words: Words, name: str, taken: Iterable[str]) -> str | None:
    typed = (fold(one) for one in words.say(f"command-{name}").split(","))
    return next((one for one in typed if _COMMAND.fullmatch(one) and one not in taken), None)


@dataclass(frozen=True)
class RoomsHere:
    """The desk's rooms on this channel."""

    def answer(self, tx: Tx) -> tuple[Chat, ...]:
        return tuple(room for room in reachable_rooms(tx) if room.channel == CHANNEL)


@dataclass(frozen=True)
class Introducing:
    """Tells Telegram, in the background, what is to be known of the bot."""

    bot: Bot
    desk: Desk
    hop: Hop
    chance: Chance
    drawing: Drawing
    language: str
    first_wait: timedelta = FIRST_WAIT

    async def run(self) -> None:
        """Tell it piece by piece until all is told; a Telegram that is down is waited for, and nothing is raised."""
        told: set[Piece] = set()
        wait = self.first_wait
        while longer := await self._round(told):
            await asyncio.sleep(max(longer, wait).total_seconds() * (0.75 + self.chance.below(501) / 1000))
            wait = min(wait * 2, LONGEST_WAIT)

    async def _round(self, told: set[Piece]) -> timedelta | None:
        """Tell what is left, and return how long to wait at least before the rest; None when there is none."""
        try:
            rooms = await self.hop(lambda: self.desk.look(RoomsHere()))
            for piece in self.pieces(rooms):
                if piece not in told and await self._tell(piece):
                    told.add(piece)
            return None if told >= set(self.pieces(rooms)) else self.first_wait
        except RetryAfter as error:
            trouble = meaning(error)
            return trouble.after if isinstance(trouble, Retry) else self.first_wait
        except TelegramError as error:
            log.info("telegram-not-introduced-yet", why=meaning(error).why)
        except Exception:
            log.exception("telegram-not-introduced-yet")
        return self.first_wait

    async def _tell(self, piece: Piece) -> bool:
        """Tell one piece; True when nothing more can be done about it. A room may let the bot in later."""
        try:
            await piece.tell(self.bot)
        except (BadRequest, ChatMigrated, Forbidden) as error:
            room = isinstance(piece, CommandList) and piece.room is not None
            say = log.debug if room else log.warning
            say("telegram-refuses-a-text", piece=type(piece).__name__, why=meaning(error).why)
            return not room
        return True

    def pieces(self, rooms: Iterable[Chat]) -> tuple[Piece, ...]:
        """Return all that is to be told, in the desk's language for whoever speaks none of ours, then in each."""
        return tuple(piece for language in ("", *self.drawing.lexicon.languages) for piece in self._in(language, rooms))

    def _in(self, language: str, rooms: Iterable[Chat]) -> Iterator[Piece]:
        words = self.drawing.words(language or self.language, self.desk.clock())
        counter = self.desk.rules.get(CounterRules, CounterRules())
        menu = self.drawing.menu
        yield CommandList(language, commands(words, menu, CUSTOMER))
        yield Description(language, cut(words.say("telegram-description", name=counter.name), LONGEST_DESCRIPTION))
        yield ShortDescription(language, cut(words.say("telegram-short-description", name=counter.name), LONGEST_SHORT))
        for room in rooms:
            if room.address.removeprefix("-").isdecimal():
                yield CommandList(language, commands(words, menu, _ROLE_IN[room.room]), int(room.address))


_ROLE_IN: Final[Mapping[Room | None, Role]] = {Room.OPERATORS: OPERATOR, Room.LEADS: LEAD, None: CUSTOMER}
