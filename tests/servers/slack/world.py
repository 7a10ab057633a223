"""The world behind the API: its people, channels and messages, driven and read from the person's side."""

from __future__ import annotations

import asyncio
import itertools
import string
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.servers.slack import chatting, texts
from tests.servers.slack.blocks import Naming
from tests.servers.slack.deliveries import Alarms, Deliveries, Delivery, Kind
from tests.servers.slack.errors import Refused
from tests.servers.slack.manifest import Manifest
from tests.servers.slack.people import Person
from tests.servers.slack.posting import Posting
from tests.servers.slack.rates import Rates
from tests.servers.slack.things import (
    SLACKBOT,
    Call,
    Channel,
    File,
    Interaction,
    Json,
    ResponseUrl,
    Trigger,
    User,
    View,
)
from tests.servers.slack.troubles import Ordered, Trouble, Troubles

BOT_TOKEN = "xoxb-example-token-of-a-bot-in-tests-only"
APP_TOKEN = "xapp-1-example-token-of-an-app-in-tests-only"
SIGNING_SECRET = "example-signing-secret-in-tests-only"
DIGITS = string.digits + string.ascii_uppercase
TRIGGER_LIVES = 3.0


class World(Posting):
    """Everything there is; made by `slack_server`, which also sets `port` and the ways to go down and come back."""

    def __init__(
        self,
        *,
        workspace: str = "Example",
        manifest: Json | None = None,
        clock: Callable[[], float] = time.time,
        rates: bool = False,
        keep_calls: int | None = None,
        app_scopes: tuple[str, ...] = ("connections:write",),
        port: int = 0,
    ) -> None:
        self._clock, self._pushed = clock, 0.0
        self.lock = threading.RLock()
        self.watchers: set[Callable[[], None]] = set()
        """Called whenever something changed, from whatever thread."""
        self._counts: dict[str, itertools.count[int]] = {}
        self._last_ts = (0, 0)
        self.started = clock()
        self.manifest = Manifest.read(manifest)
        self.scopes = set(self.manifest.scopes)
        """Granted to the bot token; take some away to see what misses."""
        self.app_scopes = set(app_scopes)
        self.bot_token, self.app_token, self.signing_secret = BOT_TOKEN, APP_TOKEN, SIGNING_SECRET
        self.token_error = ""
        """What every call is refused with, as `invalid_auth`, `token_revoked` or `account_inactive`."""
        self.installed = True
        self.workspace, self.team_id = workspace, self.new_id("T")
        self.app_id, self.bot_id = self.new_id("A"), self.new_id("B")
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.port = port
        self._init_rest(rates, keep_calls)

    def _init_rest(self, rates: bool, keep_calls: int | None) -> None:
        self.naming = Naming()
        self.pings = []
        self.oddities: list[str] = []
        """What Slack would pass over in silence and a program should not do."""
        self.calls: deque[Call] = deque(maxlen=keep_calls)
        self.rates = Rates(self.now, rates)
        self.troubles = Troubles()
        self.alarms = Alarms(self.now)
        self.deliveries = Deliveries(self.alarms, self.now, self.changed)
        self.server: Any = None
        self.sockets: Any = None
        self.bot = User(self, self.new_id("U"), self.manifest.name, team=self.team_id, is_bot=True)
        self.slackbot = Person(self, SLACKBOT, "Slackbot", team=self.team_id)
        self.users |= {user.id: user for user in (self.bot, self.slackbot)}
        self._teams = {self.workspace: self.team_id}

    # ── who is there ────────────────────────────────────────────────────────────────────────────────────────────────

    def person(
        self,
        name: str,
        email: str | None = None,
        *,
        locale: str = "it-IT",
        tz: str = "Europe/Rome",
        guest: str | bool = "",
        team: str = "",
        **more: Any,
    ) -> Person:
        """Make somebody. *guest*: `single` or `multi` (True). *team*: the name of another workspace (Slack Connect).

        *more*: `is_bot`, `is_admin`, `deleted`, `email_confirmed`, `real_name`, `dates`.
        """
        with self.lock:
            if team and team not in self._teams:
                self._teams[team] = self.new_id("T")
            guest = "multi" if guest is True else guest or ""
            home = self._teams[team or self.workspace]
            person = Person(self, self.new_id("U"), name, email, locale, tz, team=home, guest=guest, **more)
            self.users[person.id] = person
            return person

    def channel(
        self,
        name: str,
        members: list[Any] | tuple[Any, ...] = (),
        *,
        private: bool = False,
        shared: bool = False,
        archived: bool = False,
        bot: bool = True,
    ) -> Channel:
        """Make a channel with these people (no event tells of it), and the app's bot in it unless *bot* is false."""
        with self.lock:
            inside = [*members, self.bot] if bot else list(members)
            kind = "group" if private else "channel"
            creator = inside[0] if inside else self.slackbot
            channel = Channel(self.new_id("C"), name, kind, int(self.now()), creator)
            channel.members = {user.id: user for user in inside}
            channel.shared = shared or any(user.is_stranger for user in inside)
            channel.archived = archived
            self.channels[channel.id] = channel
            return channel

    def direct(self, user: User) -> Channel:
        """Return the direct messages between the bot and somebody, made when they are first needed."""
        with self.lock:
            for channel in self.channels.values():
                if channel.with_whom is user:
                    return channel
            channel = Channel(self.new_id("D"), user.handle, "im", int(self.now()), user, with_whom=user)
            channel.members = {user.id: user, self.bot.id: self.bot}
            self.channels[channel.id] = channel
            return channel

    def name_of(self, target: str, reader: User | None = None) -> str:
        """Return how a person or channel is called on somebody's screen."""
        if target in self.users:
            return self.users[target].name
        channel = self.channels.get(target)
        if channel is None or (channel.kind == "group" and reader is not None and not channel.has(reader)):
            return "private-channel" if channel else "unknown"
        return channel.name

    @property
    def bot_profile(self) -> Json:
        return {
            "id": self.bot_id,
            "app_id": self.app_id,
            "user_id": self.bot.id,
            "name": self.bot.name,
            "icons": {},
            "deleted": False,
            "updated": int(self.started),
            "team_id": self.team_id,
        }

    @property
    def team(self) -> Json:
        """The team of an interaction."""
        return {"id": self.team_id, "domain": self.workspace.lower()}

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """What `AsyncWebClient(base_url=…)` wants."""
        return f"{self.root}/api/"

    # ── ids and time ────────────────────────────────────────────────────────────────────────────────────────────────

    def new_id(self, kind: str) -> str:
        """Return the next id of a kind (`U`, `C`, `Ev` …): always the same ones in the same order."""
        number, made = next(self._counts.setdefault(kind, itertools.count(1))) * 48_271, ""
        while number:
            number, digit = divmod(number, 36)
            made = DIGITS[digit] + made
        return f"{kind}0{made:0>9}"

    def number(self, kind: str) -> int:
        return next(self._counts.setdefault(f"#{kind}", itertools.count(1)))

    def new_ts(self) -> str:
        """Return a message's ts: seconds of the clock and a number, greater than all before."""
        second, number = int(self.now()), 100
        if second <= self._last_ts[0]:
            second, number = self._last_ts[0], self._last_ts[1] + 100
        self._last_ts = (second, number)
        return f"{second}.{number:06d}"

    def now(self) -> float:
        """Unix time in seconds."""
        return self._clock() + self._pushed

    def passes(self, seconds: float) -> None:
        """Let time go by at once: triggers expire, what was not acknowledged fails, what is to be sent again is sent."""
        with self.lock:
            self._pushed += seconds
            self.alarms.ring()
        self.changed()

    async def until(self, condition: Callable[[], Any], timeout: float = 5.0) -> Any:  # noqa: ASYNC109 - a test's patience
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
        last = [f"{c.method} {c.error}".strip() for c in list(self.calls)[-8:]]
        open_ones = [f"{d.payload.get('type')} {d.reason}".strip() for d in self.deliveries.waiting()]
        return (
            f"not within {timeout} s{where}; last calls: {last}; not acknowledged: {open_ones}; {len(self.links)} links"
        )

    def changed(self) -> None:
        for wake in tuple(self.watchers):
            wake()

    # ── links and transport ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def links(self) -> list[Any]:
        """The app's Socket Mode connections that are open now."""
        return list(self.sockets.links) if self.sockets is not None else []

    async def connected(self, links: int = 1) -> None:
        """Wait for so many Socket Mode connections."""
        await self.until(lambda: len(self.links) >= links)

    def goes_down(self) -> None:
        """Refuse connections and break the present ones, until `comes_back`."""
        self.server.goes_down()

    def comes_back(self) -> None:
        """Listen on the same port again."""
        self.server.comes_back()

    def sends_to(self, url: str | None) -> None:
        """Send everything to this request URL, signed, instead of through Socket Mode (again with None)."""
        self.server.sends_to(url)

    async def verifies(self, url: str) -> bool:
        """Do as Slack when a request URL is entered: ask for the challenge, and use the URL if it comes back."""
        verified: bool = await self.server.verifies(url)
        if verified:
            self.sends_to(url)
        return verified

    # ── what the app did ────────────────────────────────────────────────────────────────────────────────────────────

    def called(self, *methods: str) -> list[Call]:
        """Return the calls of these methods (of all without any), oldest first."""
        return [call for call in tuple(self.calls) if not methods or call.method in methods]

    def unanswered(self) -> list[Delivery]:
        """Return what was sent to the app and is neither acknowledged nor given up."""
        return self.deliveries.waiting()

    @property
    def lost(self) -> list[Delivery]:
        """What Slack gave up to deliver."""
        return [delivery for delivery in self.deliveries.all if delivery.lost]

    def trouble(self, what: Trouble | str, method: str = "*", times: int = 1, **how: Any) -> Ordered:
        """Order trouble for the next *times* calls of *method*.

        *how*: `when` (a function of the params), `retry_after`, `seconds`, `error`.
        """
        return self.troubles.order(Trouble(what), method, times, **how)

    def uninstalls(self) -> None:
        """Take the app out of the workspace: its tokens are void, it is in no channel."""
        with self.lock:
            self.tell("tokens_revoked", {"type": "tokens_revoked", "tokens": {"bot": [self.bot.id]}})
            self.tell("app_uninstalled", {"type": "app_uninstalled"})
            self.installed, self.token_error = False, "account_inactive"
            for channel in self.channels.values():
                if not channel.is_im:
                    channel.members.pop(self.bot.id, None)

    # ── what an interaction carries ─────────────────────────────────────────────────────────────────────────────────

    def trigger(self, person: User, *, in_modal: bool = False) -> str:
        number = self.number("trigger")
        name = f"{1_000_000 + number}.{2_000_000 + number}.{number:032x}"
        self.triggers[name] = Trigger(name, person, self.now(), in_modal)
        return name

    def spend(self, name: str) -> Trigger:
        """Use up a trigger; raise what Slack answers for one that is stale, used or made up."""
        trigger = self.triggers.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self.now() - trigger.at > TRIGGER_LIVES:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def response_url(self, person: User, channel: Channel, message: Any = None, kind: str = "actions") -> str:
        number = self.number("url")
        path = f"/{kind}/{self.team_id}/{number}/{number:024x}"
        self.response_urls[path] = ResponseUrl(path, person, channel, message, self.now())
        return f"{self.root}{path}"

    def interact(
        self,
        person: User,
        kind: Kind,
        payload: Json,
        *,
        words: str,
        takes_answer: bool = False,
        on_ack: Callable[[Any], None] = lambda _answer: None,
        on_loss: Callable[[str], None] = lambda _words: None,
    ) -> Interaction:
        """Send an interaction; the person reads *words* if the app does not answer in time."""
        delivery = self.deliveries.make(kind, payload, takes_answer=takes_answer)
        interaction = Interaction(person, delivery)

        def acked(answer: Any) -> None:
            interaction.answer = answer
            if answer is not None and not takes_answer:
                self.oddities.append(f"an acknowledgement carries an answer that nobody reads: {str(answer)[:120]}")
            on_ack(answer)

        def lost(_reason: str) -> None:
            interaction.failed = words or "not delivered"
            if words:
                person.troubles.append(words)
            on_loss(words)

        delivery.on_ack, delivery.on_loss = acked, lost
        self.deliveries.send(delivery)
        return interaction

    def answer_command(self, person: User, channel: Channel, answer: Any) -> None:
        """Show what the acknowledgement of a command says."""
        chatting.answer_command(self, person, channel, answer)

    def kept(self, text: str) -> str:
        """Return a text of the app as Slack keeps it."""
        return texts.kept(text)
