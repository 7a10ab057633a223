"""Slack as a channel: screens become messages of blocks, and what people do comes in by `listen`.

It knows the Web API and no rule of the desk. Nothing is retried or paced here: the courier does that.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from slack_sdk.errors import SlackApiError

from bot.adapters.channel import Hear, Hop, Outgoing, Rate, Sign, Trouble
from bot.adapters.slack.access import CHANNEL, Access, connect
from bot.adapters.slack.files import Fetching, Giving
from bot.adapters.slack.home import Home
from bot.adapters.slack.listening import Door, Ears, Pace
from bot.adapters.slack.members import Warned
from bot.adapters.slack.posting import Posted, Posting, Recent
from bot.adapters.slack.rendering import LIMITS, Message, draw, draw_caption, draw_card
from bot.adapters.slack.troubles import PAST_EDITING, code_of, is_access, meaning
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
    Sign.WAITING: "eyes",
    Sign.SENT: "white_check_mark",
    Sign.INSIDE: "lock",
    Sign.LOST: "warning",
}
IN_A_CHANNEL: Final = Rate(3, timedelta(seconds=3), spared=1)
"""docs.slack.dev/apis/web-api/rate-limits: one message a second in each channel, and now and then a few at once."""
DIRECT: Final = "D"
"""What the ids of direct messages begin with."""


@dataclass
class Delivery:
    """One thing on its way: what left of it already, and the thread it goes to; "" where it stands in the open.

    *mark*, *maybe_sent*: of the whole; each of its messages has a mark of its own, which is the same in every try. *lost*: a message that it belongs under, and that is gone: the first that is said stands for it.
    """

    to: Chat
    ticket: TicketNumber | None
    left: list[str]
    mark: str
    maybe_sent: bool
    thread: str = ""
    lost: str = ""

    @property
    def chat(self) -> str:
        return self.to.address

    @property
    def room(self) -> bool:
        return _is_room(self.to)


class Slack:
    """The channel of a workspace's direct messages and channels. It asks Slack nothing until it sends or listens.

    To be made in a running event loop. *desk*, *hop*, *door*, *home* and *pace* are for what is heard (see `Ears`).
    *drawing* words what the adapter itself must say, in the person's language; in *language* where theirs is not known.
    """

    name = CHANNEL
    limits: Limits = LIMITS
    overall: Rate | None = None

    def __init__(
        self,
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
        self.access = access
        self._link = connect(access)
        self.client = self._link.client
        self._posting = Posting(self.client)
        self._fetching = Fetching(self._link, access)
        self._giving = Giving(self._link, access)
        self._cards: Recent[tuple[str, TicketNumber], Message] = Recent(500)
        self._anew: Recent[tuple[str, str], None] = Recent()
        """Cards that were shown anew because something was to be said under them."""
        self._signs: Recent[tuple[str, str], Sign] = Recent()
        self._complained = ""
        self._ears = Ears(
            self.client,
            access,
            desk=desk,
            hop=hop,
            chance=chance,
            drawing=drawing,
            language=language,
            door=door,
            home=home,
            pace=pace,
        )
        self.contact = self._ears.contact
        self._desk, self._hop = desk, hop

    async def close(self) -> None:
        """Close all connections."""
        await self._link.close()

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
        """Show *screen* in *to*. A card is a message of the channel for ever; all that is *under* one is in its thread."""
        going = Delivery(to, ticket, list(sent), mark, maybe_sent)
        with self._told(going):
            if kind is Kind.ALERT and not (to.room or going.room) and not await self._works_here(to):
                return sent
            if kind is Kind.CARD:
                return await self._show_card(going, draw_card(screen), replaces)
            messages = draw(screen, room=going.room)
            if replaces and len(messages) == 1 and await self._edit(going.chat, replaces, messages[0]):
                return (replaces,)
            await self._find_thread(going, under)
            await self._say_all(going, messages, self._done(going, sent))
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
        """Share *file*, with *screen* beside it; what is long or can be pressed follows as messages."""
        going = Delivery(to, ticket, list(sent), mark, maybe_sent)
        with self._told(going):
            caption, messages = draw_caption(screen, room=going.room)
            await self._find_thread(going, under)
            if going.thread and await self._posting.is_lost(going.chat, going.thread):  # no answer would say so
                await self._begin_anew(going, going.thread)
            done = self._done(going, sent)
            if not done and (posted := await self._giving.give(going.chat, going.thread, file, caption)):
                going.left.append(posted.ts)
            await self._say_all(going, messages, max(done - 1, 0))
        return tuple(going.left)

    async def sign(self, to: Chat, message: str, sign: Sign) -> None:
        """React to *message*, instead of the reaction before."""
        before = self._signs.get((to.address, message)) or Sign.WAITING
        with self._told():
            await self._react(to.address, message, sign)
            if before is not sign:
                await self._take_back(to.address, message, before)
        self._signs.put((to.address, message), sign)

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """Yield the bytes of the file whose id is *reference*. Raises a `Trouble`."""
        with self._told():
            async for piece in self._fetching.pieces(reference):
                yield piece

    def rate(self, to: Chat) -> Rate | None:
        """Return how often a channel may be written to; in direct messages Slack says so itself."""
        return IN_A_CHANNEL if _is_room(to) else None

    # Hearing

    async def listen(self, hear: Hear) -> None:
        """Hand all that people do to *hear*, until cancelled."""
        await self._ears.run(hear)

    # Inside

    def _done(self, going: Delivery, sent: tuple[str, ...]) -> int:
        """How many of the messages that left are this delivery's own, and no thread's that it began anew."""
        return sum(1 for ts in sent if (going.chat, ts) not in self._anew)

    @contextmanager
    def _told(self, going: Delivery | None = None) -> Iterator[None]:
        """Say what an error of the library means, and what had left before it."""
        try:
            yield
        except (Trouble, FileNotFoundError):
            raise
        except Exception as error:
            trouble = meaning(error)
            trouble.sent = tuple(going.left) if going else ()
            self._complain(trouble)
            # The library's own error quotes what was said: it stays out of the log.
            raise trouble from None

    def _complain(self, trouble: Trouble) -> None:
        """A refused token, a missing scope is for the administrator to mend: said loudly, and once."""
        if is_access(trouble) and self._complained != trouble.why:
            self._complained = trouble.why
            log.error("slack-refuses-us", why=trouble.why)

    async def _works_here(self, to: Chat) -> bool:
        """Whether the person of this chat is still in one of the desk's channels; who is in none is told nothing more."""
        warned = await self._hop(lambda: self._desk.look(Warned(to.id)))
        if warned is None:
            return True
        person, inside = warned
        if await self._ears.channels.one_has(inside.any_of, person):
            return True
        await self._hop(lambda: self._desk.do(StandDown(CHANNEL, person, wholly=True)))
        return False

    async def _show_card(self, going: Delivery, card: Message, replaces: str | None) -> tuple[str, ...]:
        if going.ticket is not None:
            self._cards.put((going.chat, going.ticket), card)
        if replaces and await self._edit(going.chat, replaces, card):
            return (replaces,)
        posted = await self._post(going, card, "")
        if replaces:
            self._posting.begins(going.chat, replaces, posted.ts)
        return (posted.ts,)

    async def _edit(self, chat: str, ts: str, message: Message) -> bool:
        """Put *message* in place of the one that stands at *ts*; False where that is not possible any more."""
        try:
            await self.client.chat_update(channel=chat, ts=ts, text=message.text, blocks=list(message.blocks))
        except SlackApiError as error:
            if code_of(error) not in PAST_EDITING:
                raise
            return False
        return True

    async def _find_thread(self, going: Delivery, under: str | None) -> None:
        """Go to the thread that belongs *under* a message. Of a ticket whose card is gone, the card is shown anew."""
        if not under:
            return
        if found := await self._posting.thread_of(going.chat, under):
            going.thread = found
        else:
            await self._begin_anew(going, under)

    async def _begin_anew(self, going: Delivery, lost: str) -> bool:
        """Begin a thread with the ticket's card; False where we have not seen the card (since a start)."""
        going.thread, going.lost = "", lost
        card = self._cards.get((going.chat, going.ticket)) if going.ticket is not None else None
        if card is None:
            return False
        posted = await self._post(going, card, "anew")
        self._anew.put((going.chat, posted.ts), None)
        going.left.append(posted.ts)
        self._goes_on(going, posted)
        return True

    def _goes_on(self, going: Delivery, posted: Posted) -> None:
        """What belonged under the message that is gone goes under *posted* from now on."""
        self._posting.begins(going.chat, going.lost, posted.ts)
        going.thread, going.lost = posted.ts, ""

    async def _say_all(self, going: Delivery, messages: Sequence[Message], done: int) -> None:
        for number, message in enumerate(messages[done:], start=done):
            await self._say(going, message, f"{number or ''}")

    async def _post(self, going: Delivery, message: Message, which: str) -> Posted:
        """Post one of several messages: *which*, so that its mark is its own."""
        mark = f"{going.mark}.{which}" if going.mark and which else going.mark
        return await self._posting.post(going.chat, going.thread, message, mark, maybe_sent=going.maybe_sent)

    async def _say(self, going: Delivery, message: Message, which: str) -> None:
        """Post one message; what came to stand in the open, since its thread is gone by now, not there."""
        posted = await self._post(going, message, which)
        if await self._is_astray(going, posted) and await self._begin_anew(going, going.thread):
            await self.client.chat_delete(channel=going.chat, ts=posted.ts)
            posted = await self._post(going, message, which)
        going.left.append(posted.ts)
        if going.lost:
            self._goes_on(going, posted)

    async def _is_astray(self, going: Delivery, posted: Posted) -> bool:
        """Whether *posted* was to stand in a thread and does not: Slack says nothing of a thread that is gone."""
        return bool(going.thread) and not posted.thread and await self._posting.is_lost(going.chat, going.thread)

    async def _react(self, chat: str, message: str, sign: Sign) -> None:
        try:
            await self.client.reactions_add(channel=chat, timestamp=message, name=SIGNS[sign])
        except SlackApiError as error:
            if code_of(error) != "already_reacted":
                raise

    async def _take_back(self, chat: str, message: str, sign: Sign) -> None:
        try:
            await self.client.reactions_remove(channel=chat, timestamp=message, name=SIGNS[sign])
        except SlackApiError as error:
            if code_of(error) != "no_reaction":
                raise


def _is_room(to: Chat) -> bool:
    return not to.address.startswith(DIRECT)
