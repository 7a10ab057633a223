"""Telegram as a channel: screens become messages with inline keyboards, and what people do comes in by `listen`.

It knows the Bot API and no rule of the desk. Nothing is retried or paced here: the courier does that. A send whose
answer is lost may have arrived, and Telegram gives no way to look: the courier's next try doubles it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog
from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram import Message as Told
from telegram.constants import ParseMode, ReactionEmoji
from telegram.error import BadRequest, TelegramError

from bot.adapters.channel import Blocked, GiveUp, Hear, Hop, Outgoing, Rate, Sign
from bot.adapters.telegram.access import PATIENCE_WITH_FILES, Access, connect
from bot.adapters.telegram.files import Fetching, Form, Upload, collected, most_taken
from bot.adapters.telegram.members import Members
from bot.adapters.telegram.profile import Introducing
from bot.adapters.telegram.rendering import LIMITS, Drawn, draw, draw_caption, draw_card
from bot.adapters.telegram.topics import Message, Topics, title_of
from bot.adapters.telegram.translating import CHANNEL
from bot.adapters.telegram.troubles import (
    REFUSED_TOKEN,
    has_no_topic,
    is_as_it_was,
    is_past_editing,
    meaning,
)
from bot.adapters.telegram.updates import Pace, Updates
from bot.adapters.telegram.webhook import Webhook
from bot.adapters.telegram.working import GroupsOfDesk
from bot.conversations.drawing import Drawing
from bot.conversations.screen import Limits, Screen
from core.db import Chance
from core.desk import Desk
from core.ids import TicketNumber
from core.notices.chats import Chat
from core.notices.outbox import Kind
from core.people.staff import StandDown

log = structlog.get_logger(__name__)

SIGNS: Final = {
    Sign.WAITING: ReactionEmoji.EYES,
    Sign.SENT: ReactionEmoji.THUMBS_UP,
    Sign.INSIDE: ReactionEmoji.WRITING_HAND,
    Sign.LOST: ReactionEmoji.BROKEN_HEART,
}
"""Of the few signs that a bot may give for nothing (core.telegram.org/bots/api#reactiontypeemoji)."""
IN_A_GROUP: Final = Rate(20, timedelta(minutes=1), spared=6)
"""core.telegram.org/bots/faq: in a group, at most 20 messages a minute; all together 30 a second."""
EVERYWHERE: Final = Rate(30, timedelta(seconds=1), spared=5)
SILENT: Final = frozenset({Kind.CARD, Kind.THREAD, Kind.FILE})
"""What rings nobody's telephone in a group."""
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
Put = Callable[["Spot"], Awaitable[Told]]
"""How one message is put into a spot."""


@dataclass(frozen=True)
class Spot:
    """Where a message goes: the chat, its topic, the message it answers, and whether it rings."""

    chat: int
    topic: int | None = None
    answers: int | None = None
    silent: bool = False

    @property
    def reply(self) -> ReplyParameters | None:
        return ReplyParameters(self.answers, allow_sending_without_reply=True) if self.answers else None


@dataclass
class Delivery:
    """One thing on its way: what left of it already, and the ticket whose topic it may need. *kind*: how loud it is."""

    to: Chat
    kind: Kind
    ticket: TicketNumber | None
    left: list[str]

    @property
    def chat(self) -> int:
        return number_of(self.to)

    @property
    def group(self) -> bool:
        return self.chat < 0

    @property
    def topic(self) -> int | None:
        """The topic that an earlier try made, or wrote in."""
        return next((topic for id_ in reversed(self.left) if (topic := Message.read(id_).topic)), None)

    @property
    def messages(self) -> int:
        """How many messages left already."""
        return sum(1 for id_ in self.left if Message.read(id_).number)


class Telegram:
    """The channel of Telegram's chats and groups. It asks Telegram nothing until it sends or listens.

    *desk*, *hop*, *chance*, *webhook* and *pace* are for what is heard (see `Updates`). *drawing* words how the bot
    introduces itself, in all languages; in *language* to those whose language the desk does not speak.
    """

    name = CHANNEL
    overall: Rate | None = EVERYWHERE

    def __init__(
        self,
        access: Access,
        *,
        desk: Desk,
        hop: Hop,
        chance: Chance,
        drawing: Drawing,
        language: str,
        webhook: Webhook | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.access = access
        self.limits: Limits = replace(LIMITS, largest=most_taken(access))
        self._link = connect(access)
        self.bot = self._link.bot
        self._fetching = Fetching(self.bot, access)
        self._topics = Topics(self.bot, access.bot_id, desk.clock)
        self._introducing = Introducing(self.bot, desk, hop, chance, drawing, language)
        self._updates = Updates(self.bot, desk, hop=hop, chance=chance, webhook=webhook, pace=pace)
        self.contact = self._updates.trying.contact
        self.contact.held = webhook is not None
        self._members = Members(self.bot)
        self._desk, self._hop = desk, hop
        self._refused = False

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(self._link.close(), self._fetching.close())

    # Writing

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
        """Show *screen* in *to*; a ticket's card in a forum gets a topic of its own, whose id comes first ("@45")."""
        going = Delivery(to, kind, ticket, list(sent))
        if screen.by_reply and Message.read(replaces or under).topic:  # in a topic nobody needs to reply
            screen = replace(screen, lines=screen.lines[:-1])
        with self._told(going):
            if kind is Kind.ALERT and not (to.room or going.group) and not await self._works_here(to):
                return ()
            drawn = draw_card(screen, group=going.group) if kind is Kind.CARD else draw(screen, group=going.group)
            if kind is Kind.CARD and ticket is not None:
                await self._topics.name(going.chat, ticket, title_of(ticket, screen))
            if replaces and await self._edit(going.chat, Message.read(replaces).number, drawn):
                return (replaces,)
            if going.messages < len(drawn.texts):
                await self._say(going, await self._spot(going, replaces, under), drawn)
        return tuple(going.left)

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
        """Send *file* as what it is (a picture, a voice, else a document), *screen* below it, unless it has left already."""
        going = Delivery(to, Kind.FILE, ticket, list(sent))
        with self._told(going):
            drawn = draw_caption(screen, group=going.group)
            spot = await self._spot(going, None, under)
            if not going.messages:
                async with collected(file, self.access) as upload:
                    spot = await self._upload(going, spot, upload, drawn)
            await self._say(going, spot, drawn)
        return tuple(going.left)

    async def sign(self, to: Chat, message: str, sign: Sign) -> None:
        """React to *message*, instead of the reaction before."""
        going = Delivery(to, Kind.SIGN, None, [])
        if (number := Message.read(message).number) is None:
            raise GiveUp("telegram: no message to sign")
        with self._told(going):
            await self.bot.set_message_reaction(going.chat, number, SIGNS[sign])

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """Yield the bytes of the file whose `file_id` is *reference*. Raises a `Trouble`."""
        with self._told():
            async for piece in self._fetching.pieces(reference):
                yield piece

    def rate(self, to: Chat) -> Rate | None:
        """Return how often a group may be written to; in private chats Telegram says so itself."""
        return IN_A_GROUP if to.address.startswith("-") else None

    # Hearing

    async def listen(self, hear: Hear) -> None:
        """Introduce the bot, beside, and hand all that people do to *hear*, until cancelled."""
        introducing = asyncio.create_task(self._introducing.run())
        try:
            await self._updates.run(hear)
        finally:
            introducing.cancel()
            with suppress(asyncio.CancelledError):
                await introducing

    # Inside

    @contextmanager
    def _told(self, going: Delivery | None = None) -> Iterator[None]:
        """Say what an error of the library means, and what had left before it."""
        try:
            yield
        except TelegramError as error:
            trouble = meaning(error)
            trouble.sent = tuple(going.left) if going else ()
            self._complain(trouble.why)
            # The library's own error quotes what was said: it stays out of the log.
            raise trouble from None

    def _complain(self, why: str) -> None:
        """A refused token is for the administrator to mend: said loudly, and once."""
        if why == REFUSED_TOKEN and not self._refused:
            self._refused = True
            log.error("telegram-refuses-the-token", bot=self.access.bot_id)

    async def _works_here(self, to: Chat) -> bool:
        """Whether the person of this chat is still in one of the desk's groups; who is in none is told nothing more."""
        groups = await self._hop(lambda: self._desk.look(GroupsOfDesk()))
        if not groups.any_of or await self._members.counts_in(groups.any_of, to.address):
            return True
        await self._hop(lambda: self._desk.do(StandDown(CHANNEL, to.address, wholly=True)))
        return False

    async def _edit(self, chat: int, message: int | None, drawn: Drawn) -> bool:
        """Put *drawn* in place of *message*; False where that is not possible any more."""
        if message is None or len(drawn.texts) > 1:
            return False
        try:
            await self.bot.edit_message_text(
                drawn.texts[0],
                chat,
                message,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=drawn.keyboard,
            )
        except BadRequest as error:
            if not (is_as_it_was(error) or is_past_editing(error)):
                raise
            return is_as_it_was(error)
        return True

    async def _spot(self, going: Delivery, replaces: str | None, under: str | None) -> Spot:
        """Return where it goes: beside what it replaces, below what it stands under, or into a topic of its own."""
        near = Message.read(replaces or under)
        topic = self._topics.now(going.chat, going.topic or near.topic)
        silent = going.group and going.kind in SILENT
        if going.kind is Kind.CARD:
            return Spot(going.chat, topic or await self._new_topic(going), None, silent)
        # In a ticket's topic all belongs together anyway: only an answer points at what it answers.
        answers = near.number if topic is None or going.kind is Kind.REPLY else None
        return Spot(going.chat, topic, answers, silent)

    async def _new_topic(self, going: Delivery, lost: int | None = None) -> int | None:
        """Make a topic for the ticket; None where there can't be one. It has left then, even if nothing else does."""
        if not going.group or going.ticket is None:
            return None
        topic = await self._topics.make(going.chat, going.ticket, lost)
        if topic and going.topic != topic:
            going.left.append(Message(None, topic).id)
        return topic

    async def _say(self, going: Delivery, spot: Spot, drawn: Drawn) -> None:
        """Send the texts that have not left yet; the keyboard stands at the last one."""
        last = len(drawn.texts)
        for number in range(going.messages + 1, last + 1):
            keyboard = drawn.keyboard if number == last else None
            spot = await self._put(going, spot, self._text(drawn.texts[number - 1], keyboard))

    async def _upload(self, going: Delivery, spot: Spot, upload: Upload, drawn: Drawn) -> Spot:
        """Put a file with its caption; what Telegram does not take as what it is goes as a document."""
        keyboard = drawn.keyboard if len(drawn.texts) == 1 else None
        try:
            return await self._put(going, spot, self._file(upload, drawn.texts[0], keyboard))
        except BadRequest as error:
            if upload.form is Form.DOCUMENT or type(meaning(error)) is not GiveUp:
                raise
        return await self._put(going, spot, self._file(upload.as_document, drawn.texts[0], keyboard))

    def _file(self, upload: Upload, caption: str, keyboard: InlineKeyboardMarkup | None) -> Put:
        method: dict[Form, Callable[..., Awaitable[Told]]] = {
            Form.PHOTO: self.bot.send_photo,
            Form.VOICE: self.bot.send_voice,
            Form.DOCUMENT: self.bot.send_document,
        }

        def put(spot: Spot) -> Awaitable[Told]:
            return method[upload.form](
                spot.chat,
                upload.open(),
                caption=caption or None,
                parse_mode=ParseMode.HTML,
                disable_notification=spot.silent,
                reply_parameters=spot.reply,
                message_thread_id=spot.topic,
                reply_markup=keyboard,
                read_timeout=PATIENCE_WITH_FILES,
            )

        return put

    def _text(self, text: str, keyboard: InlineKeyboardMarkup | None) -> Put:
        def put(spot: Spot) -> Awaitable[Told]:
            return self.bot.send_message(
                spot.chat,
                text,
                parse_mode=ParseMode.HTML,
                disable_notification=spot.silent,
                reply_parameters=spot.reply,
                message_thread_id=spot.topic,
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
            )

        return put

    async def _put(self, going: Delivery, spot: Spot, put: Put) -> Spot:
        """Put one message, elsewhere if its topic is gone, and return where it stands: the next one follows there."""
        try:
            told = await put(spot)
        except BadRequest as error:
            if spot.topic is None or not has_no_topic(error):
                raise
            spot = await self._elsewhere(going, spot)
            told = await put(spot)
        self._topics.used(going.chat, going.ticket)
        going.left.append(Message(told.message_id, spot.topic).id)
        return replace(spot, answers=None)

    async def _elsewhere(self, going: Delivery, spot: Spot) -> Spot:
        """The topic is gone: a ticket's card and thread get a new one, anything else stands in the group itself."""
        self._topics.lost(going.chat, going.ticket)
        belongs = going.kind in SILENT
        topic = await self._new_topic(going, spot.topic) if belongs else None
        return replace(spot, topic=topic, answers=None)


def number_of(to: Chat) -> int:
    """Return the chat's id; a group's is negative. Raises Blocked where the place has none (any more)."""
    try:
        return int(to.address)
    except ValueError:
        raise Blocked("telegram: no chat") from None
