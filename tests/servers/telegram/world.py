"""The world behind the Bot API: its people, groups and messages, driven and read from the person's side."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.servers.telegram.acting import Acting
from tests.servers.telegram.errors import Refused, bad, forbidden
from tests.servers.telegram.floods import Floods
from tests.servers.telegram.groups import Group
from tests.servers.telegram.profile import Profile
from tests.servers.telegram.texts import seen_entities
from tests.servers.telegram.things import (
    Alert,
    Bot,
    Call,
    Chat,
    Files,
    Json,
    Message,
    Press,
    User,
)
from tests.servers.telegram.troubles import Ordered, Trouble, Troubles
from tests.servers.telegram.updates import Updates
from tests.servers.telegram.webhook import Webhook

TOKEN = "7000000001:AAH-example-token_of-a-bot-in-tests-only"
PRESS_LANE = 3 << 33
"""Presses are no lane of their chat's: by webhook they may overtake messages."""


class Person(Acting):
    """Somebody with Telegram in hand; `says`, `presses` … are in Acting, what is seen is below."""

    def sees(self, chat: Chat | None = None, topic: Any = None) -> list[Message]:
        """Return what the chat (the private one with the bot by default) shows now, oldest first."""
        place = chat or self.chat
        shown = [m for m in tuple(place.messages.values()) if not m.deleted]
        return [m for m in shown if m.topic is topic] if topic is not None else shown

    def hears(self, chat: Chat | None = None, topic: Any = None) -> list[Message]:
        """Return only what the bot wrote there, without service messages."""
        bot = self.world.bot
        return [m for m in self.sees(chat, topic) if m.by is bot and not m.is_service]

    @property
    def alerts(self) -> list[Any]:
        """What the presses of this person were answered with, where it was with words."""
        return self.world.alerts_of(self)

    def commands(self, chat: Chat | None = None) -> list[tuple[str, str]]:
        """Return (command, description) as the menu shows them in this person's language in that chat."""
        return self.world.profile.commands_for(self, chat or self.chat)

    @property
    def description(self) -> str:
        """What stands in the empty chat before the start."""
        return self.world.profile.text("description", self.language)

    @property
    def short_description(self) -> str:
        return self.world.profile.text("short_description", self.language)

    @property
    def bot_name(self) -> str:
        return self.world.profile.text("name", self.language) or self.world.bot.name


class World:
    """Everything there is; made by `telegram_server`, which also sets `port` and the ways to go down and come back."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "sportello_example_bot",
        name: str = "Sportello",
        can_read_all_group_messages: bool = False,
        clock: Callable[[], float] = time.time,
        floods: bool = False,
        poll_oddities: bool = False,
        insecure_webhooks: bool = False,
        keep_calls: int | None = None,
    ) -> None:
        self._clock = clock
        self._pushed = 0.0
        self.lock = threading.RLock()
        self.watchers: set[Callable[[], None]] = set()
        self.bot = Bot(int(token.split(":")[0]), name, True, username, token=token)
        self.bot.can_read_all_group_messages = can_read_all_group_messages
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.met: set[int] = set()
        """People whom the bot has been told of."""
        self.files = Files()
        self.updates = Updates(self.now, self.changed)
        self.presses: dict[str, Press] = {}
        self.calls: deque[Call] = deque(maxlen=keep_calls)
        self.oddities: list[str] = []
        """What Telegram would pass over in silence and a program should not do."""
        self.floods = Floods(self.now, floods)
        self.troubles = Troubles()
        self.profile = Profile(self)
        self.webhook: Webhook | None = None
        self.poll_oddities = poll_oddities
        self.insecure_webhooks = insecure_webhooks
        self.press_answered_within = 60.0
        """Seconds in which a press can be answered."""
        self.port = 0
        self.server: Any = None
        self.begun = self.now()
        self._own_ids = itertools.count(1)
        self._user_ids = itertools.count(5_000_000_001, 7)
        self._group_ids = itertools.count(4_000_000_001, 3)
        self._press_ids = itertools.count(4_382_000_000_000_000_001, 13)
        self._albums = itertools.count(13_000_000_000_000_001)

    @property
    def base_url(self) -> str:
        """What the library calls base_url (the token follows at once)."""
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/file/bot"

    # ── who is there ────────────────────────────────────────────────────────────────────────────────────────────────

    def person(
        self,
        name: str,
        language: str | None = "it",
        username: str | None = None,
        *,
        last_name: str = "",
        started: bool = False,
    ) -> Person:
        """Make a person; *started*: has pressed Start before, of which no update tells."""
        with self.lock:
            person = Person(next(self._user_ids), name, False, username, language, last_name)
            person.world = self
            person.chat = Chat(person.id, "private", person=person, begun=started, own_ids=self._own_ids)
            self.users[person.id] = person
            self.chats[person.id] = person.chat
            if started:
                self.met.add(person.id)
            return person

    def other_bot(self, name: str, username: str) -> Person:
        """Make another bot, which can be added to groups and write there."""
        robot = self.person(name, None, username)
        robot.is_bot = True
        return robot

    def group(self, title: str, *, supergroup: bool = True, forum: bool = False, username: str | None = None) -> Group:
        """Make a group without anybody in it (a forum is always a supergroup)."""
        with self.lock:
            return Group.make(self, title, supergroup=supergroup or forum, forum=forum, username=username)

    def channel(self, title: str) -> Chat:
        with self.lock:
            chat = Chat(self._supergroup_id(), "channel", title)
            self.chats[chat.id] = chat
            return chat

    def _supergroup_id(self) -> int:
        return -1_000_000_000_000 - next(self._group_ids)

    # ── time and waiting ────────────────────────────────────────────────────────────────────────────────────────────

    def now(self) -> float:
        """Unix time in seconds."""
        return self._clock() + self._pushed

    def passes(self, seconds: float) -> None:
        """Let time go by at once: presses grow stale, files' links end, floods ebb."""
        self._pushed += seconds
        self.changed()

    async def until(self, condition: Callable[[], Any], timeout: float = 5.0) -> Any:  # noqa: ASYNC109
        """Wait until *condition* holds and return what it gave; it is tried at every change here and each 20 ms."""
        event, loop = asyncio.Event(), asyncio.get_running_loop()
        ends = loop.time() + timeout

        def wake() -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

        self.watchers.add(wake)
        try:
            while not (found := condition()):
                if loop.time() > ends:
                    raise TimeoutError(self._as_it_stands(condition, timeout))
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), 0.02)
                event.clear()
            return found
        finally:
            self.watchers.discard(wake)

    def wait_until(self, condition: Callable[[], Any], timeout: float = 5.0) -> Any:
        """As `until`, for a test without an event loop."""
        event, ends = threading.Event(), time.monotonic() + timeout
        self.watchers.add(event.set)
        try:
            while not (found := condition()):
                if time.monotonic() > ends:
                    raise TimeoutError(self._as_it_stands(condition, timeout))
                event.wait(0.02)
                event.clear()
            return found
        finally:
            self.watchers.discard(event.set)

    def _as_it_stands(self, condition: Callable[[], Any], timeout: float) -> str:
        code = getattr(condition, "__code__", None)
        where = f" (line {code.co_firstlineno})" if code else ""
        last = [f"{c.method} {c.status} {c.why}".strip() for c in list(self.calls)[-8:]]
        return f"not within {timeout} s{where}; last calls: {last}; {len(self.updates)} updates not confirmed"

    def changed(self) -> None:
        for wake in tuple(self.watchers):
            wake()

    # ── what the bot did ────────────────────────────────────────────────────────────────────────────────────────────

    def called(self, *methods: str) -> list[Call]:
        """Return the calls of these methods (of all but getUpdates without any), oldest first."""
        wanted = {m.lower() for m in methods}
        return [c for c in tuple(self.calls) if (c.method.lower() in wanted if wanted else c.method != "getUpdates")]

    def alerts_of(self, person: User) -> list[Any]:
        presses = sorted(self.presses.values(), key=lambda p: p.answered_at)
        return [Alert(p.text, p.alert, p) for p in presses if p.by is person and p.answered and p.text]

    def unanswered(self) -> list[Press]:
        """Return the presses that still show the waiting circle."""
        return [press for press in tuple(self.presses.values()) if not press.answered]

    # ── what goes wrong ─────────────────────────────────────────────────────────────────────────────────────────────

    def trouble(self, what: Trouble | str, method: str = "*", times: int = 1, **how: Any) -> Ordered:
        """Order trouble for the next *times* calls of *method*.

        *how*: `when` (a function of the params), `retry_after`, `seconds`, `code`, `description`.
        """
        return self.troubles.order(Trouble(what), method, times, **how)

    def goes_down(self) -> None:
        """Refuse connections and break the present ones, until `comes_back`."""
        self.server.goes_down()

    def comes_back(self) -> None:
        """Listen on the same port again."""
        self.server.comes_back()

    # ── the webhook ─────────────────────────────────────────────────────────────────────────────────────────────────

    def set_webhook(self, url: str, secret: str, connections: int) -> None:
        self.end_webhook()
        self.webhook = Webhook(self, url, secret, connections)
        self.server.begin_webhook(self.webhook)

    def end_webhook(self) -> None:
        if self.webhook is not None:
            self.webhook.end()
        self.webhook = None

    # ── messages come to be here ────────────────────────────────────────────────────────────────────────────────────

    def post(self, chat: Chat, by: User, **what: Any) -> Message:
        """Put a message into a chat, and tell the bot of it if it may know."""
        what.setdefault("at", self.now())
        message = Message(next(chat.own_ids or self._own_ids), chat, by, **what)
        if message.kind == "text" and not message.entities:
            message.entities = seen_entities(message.text)
        if chat.type == "supergroup" and not chat.is_forum and message.reply_to is not None:
            message.thread = message.reply_to.thread or message.reply_to.id
        message.parts = [message]
        chat.messages[message.id] = message
        if by.is_bot and not message.is_service and message.sender_chat is None:
            chat.last_bot = by
        self.announce(message)
        return message

    def announce(self, message: Message) -> None:
        """Tell the bot of a message, if it may know."""
        if self._bot_learns(message):
            self._tell("channel_post" if message.chat.type == "channel" else "message", message)
        self.changed()

    def service(self, chat: Chat, by: User, content: Json, **what: Any) -> Message:
        """Put a service message: somebody came, a topic was made …"""
        return self.post(chat, by, kind="service", content=content, **what)

    def tell_edit(self, message: Message) -> None:
        if self._bot_learns(message):
            self._tell("edited_message", message)
        self.changed()

    def _tell(self, kind: str, message: Message) -> None:
        self.met.add(message.by.id)
        if message.chat.is_private:
            message.chat.begun = True
        self.updates.put(kind, message.as_json(), message.chat.id)

    def _bot_learns(self, message: Message) -> bool:
        """Privacy mode: in a group only what is meant for the bot, unless it is an administrator."""
        chat = message.chat
        if message.by is self.bot:
            return message.is_service
        if chat.is_private:
            return True
        member = chat.members.get(self.bot.id)
        if member is None or not member.inside:
            return False
        if message.is_service:
            return True
        if message.by.is_bot and message.sender_chat is None:
            return False
        if member.leads or self.bot.can_read_all_group_messages or chat.type == "channel":
            return True
        return self._is_meant_for_bot(message)

    def _is_meant_for_bot(self, message: Message) -> bool:
        answered = message.reply_to or (message.topic.first if message.topic else None)
        if answered is not None and answered.by is self.bot:
            return True
        if not message.text.startswith("/"):
            return False
        command, _, whose = message.text.split()[0].partition("@")
        if whose:
            return whose.lower() == (self.bot.username or "").lower()
        return len(command) > 1 and message.chat.last_bot in (None, self.bot)

    def press(self, person: User, message: Message, data: str) -> Press:
        with self.lock:
            press = Press(str(next(self._press_ids)), person, message, data, self.now())
            self.presses[press.id] = press
            self.met.add(person.id)
            content = {
                "id": press.id,
                "from": person.json,
                "message": message.as_json(),
                "chat_instance": str(hash(("chat", message.chat.id)) & 0x7FFFFFFFFFFFFFFF),
                "data": data,
            }
            self.updates.put("callback_query", content, PRESS_LANE + person.id)
            self.changed()
            return press

    def album_id(self) -> str:
        return str(next(self._albums))

    # ── how the bot finds a chat ────────────────────────────────────────────────────────────────────────────────────

    def find_chat(self, given: int | str) -> Chat:
        """Return a chat that the bot knows; raise "chat not found"."""
        if isinstance(given, str):
            named = [c for c in self.chats.values() if c.username and f"@{c.username}".lower() == given.lower()]
            if named:
                return named[0]
            raise bad("chat not found")
        chat = self.chats.get(given)
        if chat is None or (chat.is_private and given not in self.met):
            raise bad("chat not found")
        if not chat.is_private and self.bot.id not in chat.members:
            raise bad("chat not found")
        return chat

    def reachable(self, given: int | str) -> Chat:
        """Return a chat in which the bot may write; raise what Telegram answers where it may not."""
        chat = self.find_chat(given)
        if chat.person is not None:
            self._check_person(chat)
            return chat
        if chat.moved_to is not None:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to.id,
            )
        member = chat.members.get(self.bot.id)
        if member is None:
            raise bad("chat not found")
        if member.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if not member.inside:
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        return chat

    def _check_person(self, chat: Chat) -> None:
        assert chat.person is not None
        if chat.person.deactivated:
            raise forbidden("user is deactivated")
        if chat.person.is_bot:
            raise forbidden("the bot can't send messages to the bot")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.begun:
            raise forbidden("bot can't initiate conversation with a user")
