"""Golden transcripts over Slack: the real library and adapter, a Slack of ours on loopback, the demo's clock.

People write in their direct messages with the app; #operators and #leads are channels, and so is any other `#name`. What
they see is what stands in their messages and windows. A form is filled whole where it is shown whole: in the window that
a press opened, or in the one behind "fill in the form"; what a transcript says word by word is typed word by word.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC
from pathlib import Path
from typing import Any

from bot.adapters.channel import Hears
from bot.adapters.slack.manifest import manifest
from bot.adapters.slack.turns import BESIDE
from bot.adapters.terminal.board import Board
from bot.adapters.terminal.seats import Seat
from bot.adapters.terminal.terminal import Outlet, Showing
from bot.app import House, open_desk
from bot.demo import BEFORE, PushedClock, Replayed, demo_settings
from bot.settings import Settings, SlackSettings
from bot.words import Lexicon
from core.notices.chats import MAIL
from tests.servers.slack import (
    Call,
    CannotDo,
    Channel,
    File,
    Interaction,
    Message,
    Person,
    User,
    View,
    World,
    slack_server,
)
from tests.servers.slack.filling import REQUIRED
from tests.transcripts.player import ROME, CanNot, Heading, NotHere, Seen, Way
from tests.transcripts.served import Served
from tests.transcripts.slack_screens import (
    Button,
    Reader,
    buttons_of,
    inputs_of,
    lines_in,
    page_of,
    to_be_attached,
    to_be_chosen,
    to_be_typed,
    words_of,
)

SLACK = "slack"
FORM, SKIP = "~form", "~skip"
LOCALES = {"it": "it-IT", "en": "en-GB"}
ROOMS = ("#operators", "#leads")
ABOUT = re.compile(r"(?P<ticket>\d{4}): (?P<words>.*)", re.DOTALL)
OUTSIDE = ("calls", "picks", "marks", "edits", "takes back", "opens home")
"""What nobody does while a window is open before them."""
PATIENCE = 30.0
"""Seconds for one thing, on a machine that has much to do."""
UNDER = "↳ "
"""Before what stands in a thread, where no other channel is compared."""


class Around:
    """Who is on Slack, and which channels there are."""

    def __init__(self, world: World, heading: Heading) -> None:
        self.world = world
        self.heading = heading
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        for room in ROOMS:
            self.channel(room)

    def channel(self, name: str) -> Channel:
        if name not in self.channels:
            self.channels[name] = self.world.channel(name.removeprefix("#"))
        return self.channels[name]

    def person(self, name: str) -> Person:
        """Return somebody of the workspace; it vouches for nobody's address, unless the heading says so."""
        if name not in self.people:
            email = f"{name}@example.org" if self.heading.vouched else None
            locale = LOCALES[self.heading.language]
            self.people[name] = self.world.person(name.title(), email, locale=locale)
        return self.people[name]

    def seat(self, seat: Seat) -> tuple[Person, Channel]:
        person = self.person(seat.person)
        if not seat.is_room:
            return person, person.dm
        room = self.channel(seat.place)
        if not room.has(person):
            self.world.enter(room, person)
        return person, room

    def name(self, person: User) -> str:
        return next(name for name, one in self.people.items() if one is person)

    def place(self, chat: str) -> str:
        known = {**self.channels, **{name: person.dm for name, person in self.people.items()}}
        return next((name for name, one in known.items() if one.id == chat), chat)


class Slack(Served):
    """A `Driver`."""

    def __init__(self, house: House, clock: PushedClock, around: Around) -> None:
        super().__init__(house, clock, around.world.calls)
        self.around = around
        self.world = around.world
        self._reader = Reader(around.world)
        self._asked: set[str] = set()
        self._acting: Seat | None = None
        self._open: dict[Seat, Message] = {}
        self._pressed: dict[tuple[str, str], tuple[Message, str]] = {}
        self._wrote: dict[str, Message] = {}
        self._homes: dict[str, tuple[str, ...]] = {}

    @property
    def channel(self) -> str:
        return self.house.words.say("channel-slack")

    def _sit(self, seat: Seat) -> tuple[Person, Channel]:
        self._acting = seat
        return self.around.seat(seat)

    # Words and files

    async def say(self, seat: Seat, text: str) -> None:
        if not text.strip():
            raise NotHere
        person, chat = self._sit(seat)
        if (window := self._window(person)) and await self._say_in_window(seat, person, window, text):
            return
        where, words = self._where(seat, person, chat, text)
        words = f" {words}" if words.startswith("/") else words  # what begins with a slash Slack takes for a command
        self._wrote[seat.place] = person.says(words, **where)
        await self.settle()

    def _where(self, seat: Seat, person: Person, chat: Channel, what: str) -> tuple[dict[str, Any], str]:
        """Where "1001: …" goes, and what; where an answer to a question in a room, and where anything else."""
        if about := ABOUT.fullmatch(what):
            return {"thread": self._about(person, chat, about["ticket"])}, about["words"]
        asked = self._open.pop(seat, None)
        if asked and seat.is_room and not what.startswith("/"):
            return {"thread": asked}, what
        return {"channel": chat}, what

    def _about(self, person: Person, chat: Channel, ticket: str) -> Message:
        """The ticket's card; in direct messages the newest that names it."""
        naming = [one for one in self._bots(chat) if ticket in one.text.partition("\n")[0]]
        cards = [one for one in naming if not one.is_reply and _is_card(one)]
        if not naming:
            raise CanNot(f"{person.name}: nothing names {ticket}")
        return next(iter((*cards, *naming)))

    def _bots(self, chat: Channel) -> list[Message]:
        """What the app wrote there and still stands, the newest first."""
        hidden = (m for person in self.around.people.values() for m in person.private if m.channel is chat)
        mine = [m for m in (*chat.messages.values(), *hidden) if m.by is self.world.bot and m.subtype not in SERVICE]
        return sorted(mine, key=lambda one: one.ts, reverse=True)

    async def attach(self, seat: Seat, name: str, size: int) -> None:
        person, chat = self._sit(seat)
        content = b"x" * size
        window = self._window(person)
        if window and (field := to_be_attached(window)):
            await self._fill(seat, person, field, [self._upload(person, name, content)])
            return
        where, name = self._where(seat, person, chat, name)
        self._wrote[seat.place] = person.uploads(name, content, **where)
        await self.settle()

    def _upload(self, person: Person, name: str, content: bytes) -> File:
        file = File(self.world.new_id("F"), name, content, person, int(self.world.now()))
        self.world.files[file.id] = file
        return file

    # Windows

    def _window(self, person: Person) -> View | None:
        """Return the window in which something is still asked; one in which nothing is, is closed first."""
        view = person.modals[-1] if person.modals else None
        if view and not inputs_of(view) and not any(buttons_of(view.blocks)):
            person.closes()
            return None
        return view

    async def _say_in_window(self, seat: Seat, person: Person, window: View, text: str) -> bool:
        """Do in a window what elsewhere is typed; False where that is no answer to what it asks: it is closed."""
        buttons = [*buttons_of(window.blocks)]
        choices = [button for button in buttons if not button.moves_about]
        if text.isdigit() and 0 < int(text) <= len(choices):
            await self._press_one(seat, person, window, choices[int(text) - 1])
        elif button := next((one for one in buttons if one.label.casefold() == text.casefold()), None):
            await self._press_one(seat, person, window, button)
        elif not ABOUT.fullmatch(text) and not text.startswith("/") and (field := to_be_typed(window)):
            await self._fill(seat, person, field, text)
        else:
            await self._close(person)
            return False
        return True

    async def _close(self, person: Person) -> None:
        person.closes()
        await self.settle()

    def _put(self, person: Person, field: str, given: str) -> None:
        """Write into a field; nothing where nothing is to stand in it."""
        try:
            person.fills(field, given or None)
        except CannotDo as refused:
            raise CanNot(str(refused)) from None

    async def _fill(self, seat: Seat, person: Person, field: str, value: Any) -> None:
        person.fills(field, value)
        await self._submit(seat, person)

    async def _submit(self, seat: Seat, person: Person) -> None:
        """Send the form off; one that still wants something waits for it."""
        try:
            sent = person.submits()
        except CannotDo as refused:
            if str(refused).endswith(REQUIRED):
                return
            raise CanNot(str(refused)) from None
        await self._told(sent)
        if person.modals:
            self._seen.append(self._in_window(person.modals[-1]))
        await self.settle()

    async def fill(self, seat: Seat, form: str, fields: Sequence[tuple[str, str]]) -> None:
        person, chat = self._sit(seat)
        if not self._window(person) and len(fields) > 1:
            await self._open_form(seat, person, chat)
        if self._window(person):
            for name, given in fields:
                self._put(person, name, given)
            await self._submit(seat, person)
            return
        for _, given in fields:
            if given:
                await self.say(seat, given)
            else:
                await self._press(seat, SKIP, self._bots(chat)[:1])

    async def _open_form(self, seat: Seat, person: Person, chat: Channel) -> None:
        for message in self._bots(chat)[:1]:
            for button in buttons_of(message.blocks):
                if button.is_meant(FORM):
                    await self._press_one(seat, person, message, button)

    # Presses

    async def choose(self, seat: Seat, key: str) -> None:
        person, chat = self._sit(seat)
        if window := self._window(person):
            if field := to_be_chosen(window, key):
                await self._fill(seat, person, field, key)
                return
            if button := next((one for one in buttons_of(window.blocks) if one.is_meant(key)), None):
                await self._press_one(seat, person, window, button, key)
                return
            await self._close(person)
        await self._press(seat, key, self._bots(chat))

    async def press(self, seat: Seat, key: str) -> None:
        await self.choose(seat, key)

    async def _press(self, seat: Seat, key: str, among: list[Message]) -> None:
        person, _ = self._sit(seat)
        home = [person.home_view] if person.home_view and not seat.is_room else []
        places: list[Message | View] = [*among, *home]
        for where in places:
            for button in buttons_of(where.blocks):
                if button.is_meant(key):
                    return await self._press_one(seat, person, where, button, key)
        for message in among:
            for button in buttons_of(message.former):  # a client still shows it that has not caught up
                if button.is_meant(key):
                    return await self._answered(person.presses_late(button.value, message))
        raise CanNot(f"{seat.label}: no button {key!r}")

    async def _press_one(
        self, seat: Seat, person: Person, where: Message | View, button: Button, key: str = ""
    ) -> None:
        self._open.pop(seat, None)
        act = person.chooses if button.listed else person.presses
        pressed = act(button.label if button.listed else button.value, where)
        if isinstance(where, Message):
            self._pressed[seat.place, key] = (where, button.value)
        await self._answered(pressed)

    async def _answered(self, done: Interaction) -> None:
        await self._told(done)
        await self.settle()

    async def _told(self, done: Interaction) -> None:
        """Wait until it is acknowledged; what Slack says otherwise, can't be done."""
        await self.world.until(lambda: done.done, PATIENCE)
        if done.failed:
            raise CanNot(done.failed)

    async def press_again(self, seat: Seat, key: str) -> None:
        """As a client that has not caught up can. What was pressed in a window is not there any more."""
        person, _ = self._sit(seat)
        if (pressed := self._pressed.get((seat.place, key))) is None:
            raise NotHere
        message, value = pressed
        await self._answered(person.presses_late(value, message))

    # What only Slack knows

    async def do(self, seat: Seat, verb: str, what: str) -> None:
        person, chat = self._sit(seat)
        wrote = self._wrote.get(seat.place)
        if verb in OUTSIDE and self._window(person):
            await self._close(person)
        match verb:
            case "edits" if wrote:
                person.edits(wrote, what)
            case "takes back" if wrote:
                person.deletes(wrote)
            case "marks" if wrote:
                person.reacts(wrote, what)
            case "calls":
                command, _, words = what.partition(" ")
                await self._answered(person.commands(command, words, chat))
            case "picks":
                await self._answered(person.shortcut(what, wrote if what.endswith("message") else None))
            case "opens home":
                person.opens_home()
            case "closes":
                person.closes()
            case _:
                raise CanNot(f"{seat.label} {verb} {what}: not in Slack")
        await self.settle()

    # Hearing

    async def _heard_out(self) -> None:
        """Wait until all that people did is dealt with: acknowledged, and what follows an acknowledgement done."""
        while True:
            await self.world.until(lambda: not self.world.unanswered(), PATIENCE)
            if not (beside := [task for task in asyncio.all_tasks() if task.get_name() == BESIDE]):
                return
            await asyncio.wait(beside)

    # Seeing

    def _shown(self, call: Call) -> Iterator[Seen]:
        match "" if call.error else call.method:
            case "chat.postMessage" | "chat.update":
                yield self._message(call.params["channel"], call.answer["ts"], edited=call.method == "chat.update")
            case "chat.postEphemeral":
                yield self._whisper(call)
            case "views.open" | "views.update":
                yield self._in_window(self.world.views[call.answer["view"]["id"]])
            case "views.publish":
                yield from self._home(self.world.views[call.answer["view"]["id"]])
            case "files.completeUploadExternal":
                yield self._file(call)
            case "reactions.add":
                yield Seen(self.around.place(call.params["channel"]), (f":{call.params['name']}:",), way=Way.SIGN)

    def _message(self, chat: str, ts: str, *, edited: bool) -> Seen:
        message = self.world.channels[chat].messages[ts]
        buttons = [*buttons_of(message.blocks)]
        way = self._way(message, buttons, edited=edited)
        return self._drawn(
            self.around.place(chat),
            self._under(message, words_of(message.blocks, message.text, self._reader)),
            buttons,
            way,
        )

    def _way(self, message: Message, buttons: list[Button], *, edited: bool) -> Way:
        if edited and message.ts in self._asked:
            return Way.BECOMES
        if not any(button.answers for button in buttons):
            return Way.SEES
        self._asked.add(message.ts)
        if self._acting:
            self._open[self._acting] = message
        return Way.ASKS

    def _under(self, message: Message, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Say of what stands in a thread that it does, where no other channel is compared."""
        if not (self.around.heading.channels and message.is_reply):
            return lines
        return (f"{UNDER}{lines[0]}", *lines[1:])

    def _whisper(self, call: Call) -> Seen:
        blocks = call.params.get("blocks") or []
        words = words_of(blocks, call.params.get("text", ""), self._reader)
        return self._drawn(self.around.place(call.params["channel"]), words, [*buttons_of(blocks)], Way.HINT)

    def _in_window(self, view: View) -> Seen:
        """What a window shows now: a question, what came of it, or only that it is done."""
        buttons = [*buttons_of(view.blocks)]
        asks = bool(inputs_of(view) or buttons)
        done = page_of(view, self._reader) == (self.house.words.say("slack-done"),)
        way = Way.ASKS if asks else Way.BECOMES if done else Way.HINT
        whose = self.around.name(view.person)
        place = self._acting.place if self._acting and self._acting.person == whose else whose
        return self._drawn(place, page_of(view, self._reader), buttons, way)

    def _home(self, view: View) -> Iterator[Seen]:
        """A page that looks as before nobody reads again."""
        seen = self._drawn(
            self.around.name(view.person), page_of(view, self._reader), [*buttons_of(view.blocks)], Way.HOME
        )
        if self._homes.get(view.id) != (*seen.lines, *seen.choices):
            self._homes[view.id] = (*seen.lines, *seen.choices)
            yield seen

    def _file(self, call: Call) -> Seen:
        names = [self.world.files[one["id"]].name for one in call.answer["files"]]
        words = lines_in(call.params.get("initial_comment") or "")
        chat = call.params["channel_id"]
        return Seen(self.around.place(chat), (" ".join(names), *filter(None, words)), way=Way.GETS, at=self.now)

    def _drawn(self, place: str, lines: tuple[str, ...], buttons: list[Button], way: Way) -> Seen:
        controls = tuple(button.label for button in buttons if button.moves_about)
        choices = tuple(button.label for button in buttons if not button.moves_about)
        return Seen(place, lines, choices, controls, way, self.now)


SERVICE = ("channel_join", "channel_leave", "group_join", "group_leave", "tombstone")


def _is_card(message: Message) -> bool:
    """A card's first line is bold."""
    first = message.blocks[0] if message.blocks else {}
    return str(first.get("text", {}).get("text", "")).startswith("*")


# Opening


@asynccontextmanager
async def on_slack(heading: Heading, folder: Path) -> AsyncIterator[Slack]:
    """Open a desk as the transcript's heading says, in a workspace with our app as the manifest makes it."""
    clock = PushedClock(BEFORE)
    app = manifest(Lexicon.load().words(heading.language, ROME, heading.at))
    async with slack_server(clock=lambda: clock.now.timestamp(), manifest=app) as world:
        around = Around(world, heading)
        outlet = Outlet()
        mail = Showing(MAIL, Board("mail"), outlet, hears=False)
        settings = _settings(heading, folder, around)
        async with open_desk(settings, clock=clock, chance=Replayed(heading.seed), channels=(mail,)) as house:
            clock.push(heading.at.astimezone(UTC))
            driver = Slack(house, clock, around)
            outlet.open(driver.mailed)
            async with _listening(house, world):
                yield driver
        assert (world.oddities, world.lost) == ([], [])


def _settings(heading: Heading, folder: Path, around: Around) -> Settings:
    settings = demo_settings(Settings(), folder / "desk", language=heading.language, mail=heading.mail)
    world = around.world
    slack = {
        "bot_token": world.bot_token,
        "app_token": world.app_token,
        "base_url": world.base_url,
        "operators": around.channel("#operators").id,
        "leads": around.channel("#leads").id,
    }
    own = {
        "desk": settings.desk.model_copy(update={"formal": heading.formal, "thread": heading.thread}),
        "slack": SlackSettings.model_validate(slack),
        "habits": settings.habits.model_copy(update={"hold_seconds": heading.hold}),
    }
    return settings.model_copy(update=own)


@asynccontextmanager
async def _listening(house: House, world: World) -> AsyncIterator[None]:
    channel = house.courier.channels[SLACK]
    assert isinstance(channel, Hears)
    listening = asyncio.create_task(channel.listen(house.hearing.hear))
    try:
        await world.until(lambda: world.links, PATIENCE)
        yield
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
