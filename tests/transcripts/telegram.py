"""Golden transcripts over Telegram: the real library and adapter, a Bot API server on loopback, the demo's clock.

People write in private chats with the bot; #operators and #leads are groups in which it is an administrator (a heading
can say otherwise). What they see is what stands in their chats: words without marks, buttons by their labels.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from bot.adapters.channel import Hears
from bot.adapters.terminal.board import Board
from bot.adapters.terminal.seats import Seat
from bot.adapters.terminal.terminal import Outlet, Showing
from bot.app import House, open_desk
from bot.conversations.heard import Heard, Pressed
from bot.conversations.screen import Receipt
from bot.demo import BEFORE, PushedClock, Replayed, demo_settings
from bot.settings import Settings, TelegramSettings
from core.notices.chats import MAIL
from core.notices.inbox import LanesUndone
from tests.servers.telegram import (
    TOKEN,
    Button,
    Call,
    Chat,
    Group,
    Message,
    Person,
    Piece,
    Topic,
    World,
    telegram_server,
)
from tests.transcripts.player import CanNot, Heading, NotHere, Seen, Way
from tests.transcripts.served import Served

TELEGRAM = "telegram"
SKIP = "~skip"
WORD_JOINER = "\u2060"
"""Stands where a word would become a link or a mention; nobody sees it."""
SOON = 0.02
"""Seconds after which the inbox is looked at again, where nothing is heard: what waits for more of it, say."""
EDITS = ("editMessageText", "editMessageCaption", "editMessageReplyMarkup")
ABOUT = re.compile(r"(?P<ticket>\d{4}): (?P<words>.*)", re.DOTALL)
SENT = re.compile(r"(?P<kind>\w+)(?: (?P<names>[^:]*?))?(?:: (?P<caption>.*))?", re.DOTALL)


@dataclass(frozen=True)
class PressedBefore:
    """A button that was pressed before, on its message."""

    message: Message
    data: str


class Around:
    """Who is on Telegram, and which of its chats are the desk's rooms."""

    def __init__(self, world: World, heading: Heading) -> None:
        self.world = world
        self.heading = heading
        self._people: dict[str, Person] = {}
        self.rooms: dict[str, Chat] = {"#operators": _group(world, "Operators", heading.group)}
        self.rooms["#leads"] = self.person(heading.lead).chat if heading.lead else _group(world, "Leads", heading.group)
        world.updates.drop()

    def person(self, name: str) -> Person:
        """Return somebody who has pressed Start before."""
        if name not in self._people:
            self._people[name] = self.world.person(name.title(), self.heading.language, started=True)
        return self._people[name]

    def seat(self, seat: Seat) -> tuple[Person, Chat]:
        person = self.person(seat.person)
        if not seat.is_room:
            return person, person.chat
        room = self.rooms[seat.place]
        if isinstance(room, Group) and person.id not in room.members:
            room.add(person)
        return person, room

    def place(self, chat: int) -> str:
        known: dict[str, Chat] = {**self.rooms, **{name: person.chat for name, person in self._people.items()}}
        return next((name for name, one in known.items() if one.id == chat), str(chat))


class Telegram(Served):
    """A `Driver`."""

    def __init__(self, house: House, clock: PushedClock, around: Around) -> None:
        super().__init__(house, clock, around.world.calls)
        self.around = around
        self.world = around.world
        self._asked: set[tuple[int, int]] = set()
        self._acting: Seat | None = None
        self._open: dict[Seat, Message] = {}
        self._to_mark = 0
        self._heard = asyncio.Event()
        self._pressed: dict[tuple[str, str], PressedBefore] = {}
        self._wrote: dict[str, Message] = {}

    @property
    def channel(self) -> str:
        return self.house.words.say("channel-telegram")

    def _bots(self, chat: Chat) -> list[Message]:
        """What the bot wrote there and still stands, the newest first."""
        mine = [m for m in chat.messages.values() if m.by is self.world.bot and not (m.deleted or m.is_service)]
        return mine[::-1]

    # Doing

    async def say(self, seat: Seat, text: str) -> None:
        if not text.strip():
            raise NotHere
        person, chat = self.around.seat(seat)
        self._acting = seat
        where, words = self._where(person, chat, text)
        asked = self._question(seat, text)
        if words == text:
            where["reply_to"] = asked
            words = self._as_seen(seat, words, asked)
        message = person.says(words, **where)
        self._wrote[seat.place] = message
        await self.settle()

    def _where(self, person: Person, chat: Chat, what: str) -> tuple[dict[str, Any], str]:
        """Where "1001: …" goes, and what; where anything else."""
        about = ABOUT.fullmatch(what)
        return (self._about(person, chat, about["ticket"]), about["words"]) if about else ({"chat": chat}, what)

    def _about(self, person: Person, chat: Chat, ticket: str) -> dict[str, Any]:
        """In the ticket's topic, else as a reply: to its card, in a private chat to the newest that names it."""
        if topic := self._topic_of(chat, ticket):
            return {"chat": chat, "topic": topic}
        naming = [m for m in self._bots(chat) if ticket in m.text.partition("\n")[0]]
        if not naming:
            raise CanNot(f"{person.name}: nothing names {ticket}")
        cards = [m for m in naming if m.html.startswith("<b>")]
        return {"chat": chat, "reply_to": next(iter((*cards[-1:], *naming)))}

    def _topic_of(self, chat: Chat, ticket: str) -> Topic | None:
        return next((t for t in chat.topics.values() if ticket in t.name and not t.deleted), None)

    def _as_seen(self, seat: Seat, words: str, asked: Message | None) -> str:
        """What every channel plays is written without slashes: in a group where only commands are shown they need one."""
        hidden = seat.is_room and self.around.heading.group == "privacy" and not self.around.heading.channels
        return f"/{words.removeprefix('/')}" if hidden and not asked else words

    def _question(self, seat: Seat, text: str) -> Message | None:
        """In a group the desk takes words for an answer where they reply to its question."""
        asked = self._open.pop(seat, None)
        return asked if seat.is_room and not text.startswith("/") else None

    async def choose(self, seat: Seat, key: str) -> None:
        _, chat = self.around.seat(seat)
        await self._press(seat, key, self._bots(chat))

    async def press(self, seat: Seat, key: str) -> None:
        await self.choose(seat, key)

    async def _press(self, seat: Seat, key: str, among: list[Message]) -> None:
        person, _ = self.around.seat(seat)
        for message, button in _buttons(among):
            if button.data is not None and _is(button, key):
                self._acting = seat
                self._open.pop(seat, None)
                self._pressed[seat.place, key] = PressedBefore(message, button.data)
                person.presses_raw(message, button.data)
                await self.settle()
                return
        raise CanNot(f"{seat.label}: no button {key!r}")

    async def press_again(self, seat: Seat, key: str) -> None:
        """As a client that has not caught up can."""
        pressed = self._pressed.get((seat.place, key))
        if pressed is None:
            raise CanNot(f"{seat.label} never pressed {key}")
        self.around.seat(seat)[0].presses_raw(pressed.message, pressed.data)
        await self.settle()

    async def fill(self, seat: Seat, form: str, fields: Sequence[tuple[str, str]]) -> None:
        _, chat = self.around.seat(seat)
        for _, given in fields:
            if given:
                await self.say(seat, given)
            else:
                await self._press(seat, SKIP, self._bots(chat)[:1])

    async def attach(self, seat: Seat, name: str, size: int) -> None:
        person, chat = self.around.seat(seat)
        where, name = self._where(person, chat, name)
        self._wrote[seat.place] = person.sends_document(b"x" * size, name=name, **where)
        await self.settle()

    async def do(self, seat: Seat, verb: str, what: str) -> None:
        person, chat = self.around.seat(seat)
        match verb:
            case "edits":
                person.edits(self._wrote[seat.place], what)
            case "sends":
                self._sends(seat, person, chat, what)
            case "opens":
                person.starts(what)
            case "blocks":
                person.blocks()
            case "unblocks":
                person.unblocks()
            case "deletes topic":
                self._delete_topic(chat, what)
        await self.settle()

    def _sends(self, seat: Seat, person: Person, chat: Chat, what: str) -> None:
        """`photo`, `voice: caption`, `album a.jpg, b.jpg: caption`, `document a.pdf`, `location` …"""
        where, sent = self._where(person, chat, what)
        found = SENT.fullmatch(sent)
        assert found, what
        kind, caption = found["kind"], found["caption"] or ""
        names = [name.strip() for name in (found["names"] or "").split(",") if name.strip()]
        if kind == "album":
            pieces = [Piece("document" if name.endswith(".pdf") else "photo", name=name) for name in names]
            self._wrote[seat.place] = person.sends_album(pieces, caption=caption, **where)[0]
        elif kind in ("location", "contact", "poll", "dice", "venue"):
            getattr(person, f"sends_{kind}")(**where)
        else:
            name = names[0] if names else None
            self._wrote[seat.place] = person.sends(kind, name=name, caption=caption, **where)

    def _delete_topic(self, chat: Chat, ticket: str) -> None:
        topic = self._topic_of(chat, ticket)
        assert topic, ticket
        assert isinstance(chat, Group)
        chat.deletes_topic(topic)

    # Hearing

    async def _heard_out(self) -> None:
        """Wait until all that people did is dealt with: fetched, confirmed, heard, each press answered and shown."""
        world = self.world
        await world.until(lambda: not len(world.updates))
        while await self._undone():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._heard.wait(), SOON)
            self._heard.clear()
        await world.until(lambda: not world.unanswered() and self._marked >= self._to_mark)

    async def hear(self, heard: Heard) -> Receipt:
        """What the channel hands all that people do to. A button of a question will be seen to be over."""
        receipt = await self.house.hearing.hear(heard)
        self._to_mark += isinstance(heard, Pressed) and receipt.press is not None
        self._heard.set()
        return receipt

    @property
    def _marked(self) -> int:
        """How many messages were changed because their button was pressed: by the adapter itself, not by the courier."""
        return sum(1 for call in self.world.called(*EDITS) if self._is_question(call))

    def _is_question(self, call: Call) -> bool:
        return (call.params.get("chat_id"), call.params.get("message_id")) in self._asked

    async def _undone(self) -> tuple[str, ...]:
        return await self.house.workers.hop(lambda: self.house.desk.look(LanesUndone(TELEGRAM)))

    # Seeing

    def _shown(self, call: Call) -> Iterator[Seen]:
        answer = call.answer.get("result")
        if call.ok and call.method == "answerCallbackQuery" and call.params.get("text"):
            message = self.world.presses[call.params["callback_query_id"]].message
            yield self._one(message.chat.id, call.params["text"], Way.HINT)
        elif call.ok and call.method == "setMessageReaction":
            emojis = [reaction["emoji"] for reaction in call.params.get("reaction") or ()]
            yield self._one(call.params["chat_id"], " ".join(emojis) or "-", Way.SIGN)
        elif call.ok and isinstance(answer, dict) and "message_id" in answer:
            yield self._message(answer, edited=call.method.startswith("edit"))
        elif call.method.startswith("edit") and "message is not modified" in call.why:
            chat = self.world.chats[call.params["chat_id"]]
            yield self._message(chat.messages[call.params["message_id"]].as_json(), edited=True)

    def _one(self, chat: int, text: str, way: Way) -> Seen:
        return Seen(self.around.place(chat), _lines(text), way=way, at=self.now)

    def _message(self, sent: dict[str, Any], *, edited: bool) -> Seen:
        chat, number = sent["chat"]["id"], sent["message_id"]
        rows = sent.get("reply_markup", {}).get("inline_keyboard", ())
        buttons = [Button(one["text"], one.get("callback_data")) for row in rows for one in row]
        way = self._way((chat, number), sent, buttons, edited=edited)
        controls = tuple(button.label for button in buttons if _moves_about(button))
        choices = tuple(button.label for button in buttons if not _moves_about(button))
        lines = (*self._topic(sent), *_file(sent), *_lines(sent.get("text") or sent.get("caption") or ""))
        return Seen(self.around.place(chat), lines, choices, controls, way, self.now)

    def _topic(self, sent: dict[str, Any]) -> tuple[str, ...]:
        """In a forum: what the topic is called, where no other channel is compared."""
        if not self.around.heading.channels:
            return ()
        topic = self.world.chats[sent["chat"]["id"]].topics.get(sent.get("message_thread_id", 0))
        return (f"‹{topic.name}›",) if topic else ()

    def _way(self, id_: tuple[int, int], sent: dict[str, Any], buttons: list[Button], *, edited: bool) -> Way:
        if _file(sent):
            return Way.GETS
        if edited and id_ in self._asked:
            return Way.BECOMES
        if any(map(_answers, buttons)):
            self._asked.add(id_)
            if self._acting:
                self._open[self._acting] = self.world.chats[id_[0]].messages[id_[1]]
            return Way.ASKS
        return Way.SEES


def _buttons(messages: list[Message]) -> Iterator[tuple[Message, Button]]:
    """All that stand there, then those that a client still shows that has not caught up."""
    for message in messages:
        yield from ((message, button) for button in message.buttons)
    for message in messages:
        yield from ((message, button) for button in message.former[::-1])


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.replace(WORD_JOINER, "").split("\n"))


def _file(sent: dict[str, Any]) -> tuple[str, ...]:
    """What a file is called, where one was sent."""
    kinds = ("document", "photo", "voice", "video", "audio", "animation", "video_note")
    kind = next((kind for kind in kinds if kind in sent), None)
    if kind is None:
        return ()
    name = sent[kind].get("file_name", "") if isinstance(sent[kind], dict) else ""
    return (f"{kind} {name}".strip(),)


def _answers(button: Button) -> bool:
    """Whether it answers a question; a card's button does something of its own."""
    return button.data is not None and not button.data.startswith("!")


def _moves_about(button: Button) -> bool:
    return _answers(button) and ".~" in (button.data or "")


def _is(button: Button, key: str) -> bool:
    """A button is meant by its whole key, by what stands last in it (`talk.stamp.yes`), or by its label."""
    data = button.data or ""
    return key in (data, data.split(".", 2)[-1], button.label)


# Opening


@asynccontextmanager
async def on_telegram(heading: Heading, folder: Path) -> AsyncIterator[Telegram]:
    """Open a desk as the transcript's heading says, with its rooms in two groups."""
    clock = PushedClock(BEFORE)
    async with telegram_server(clock=lambda: clock.now.timestamp()) as world:
        around = Around(world, heading)
        outlet = Outlet()
        mail = Showing(MAIL, Board("mail"), outlet, hears=False)
        settings = _settings(heading, folder, around)
        async with open_desk(settings, clock=clock, chance=Replayed(heading.seed), channels=(mail,)) as house:
            clock.push(heading.at.astimezone(UTC))
            driver = Telegram(house, clock, around)
            outlet.open(driver.mailed)
            async with _listening(house, driver):
                yield driver


def _group(world: World, title: str, kind: str) -> Group:
    """The bot is an administrator; in a `privacy` group a member, who is shown only what is meant for it."""
    group = world.group(title, forum=kind == "forum")
    group.add(world.person("Ada", None), "creator")
    if kind == "privacy":
        group.add_bot()
    else:
        group.add_bot("administrator", can_manage_topics=kind == "forum")
    return group


def _settings(heading: Heading, folder: Path, around: Around) -> Settings:
    settings = demo_settings(Settings(), folder / "desk", language=heading.language, mail=heading.mail)
    telegram = {
        "token": TOKEN,
        "base_url": around.world.base_url,
        "base_file_url": around.world.base_file_url,
        "operators": around.rooms["#operators"].id,
        "leads": around.rooms["#leads"].id,
    }
    own = {
        "desk": settings.desk.model_copy(update={"formal": heading.formal}),
        "telegram": TelegramSettings.model_validate(telegram),
        "habits": settings.habits.model_copy(update={"hold_seconds": heading.hold}),
    }
    return settings.model_copy(update=own)


@asynccontextmanager
async def _listening(house: House, driver: Telegram) -> AsyncIterator[None]:
    channel = house.courier.channels[TELEGRAM]
    assert isinstance(channel, Hears)
    listening = asyncio.create_task(channel.listen(driver.hear))
    try:
        yield
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
