"""The terminal as the desk sees it: a channel to write to, and people whose typing it hears."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.adapters.channel import GiveUp
from bot.adapters.terminal.board import Board, Shown
from bot.adapters.terminal.seats import Seat
from bot.adapters.terminal.typed import Attach, Words, read
from bot.conversations.heard import Heard, Person, Place, Pressed, Said
from bot.conversations.screen import Limits, Screen
from core.files import FileRules, Incoming, shown_name
from core.ids import TicketNumber
from core.notices.chats import Chat
from core.notices.facts import Line, line
from core.notices.outbox import Kind

TERMINAL = "terminal"
PIECE = 1 << 16

Show = Callable[[Shown], None]
Hear = Callable[[Heard], Awaitable[object]]


class Outlet:
    """What is shown before anybody looks waits for them."""

    def __init__(self) -> None:
        self._show: Show | None = None
        self._earlier: list[Shown] = []

    def __call__(self, shown: Shown) -> None:
        if self._show:
            self._show(shown)
        else:
            self._earlier.append(shown)

    def open(self, show: Show) -> None:
        """From now on *show* is what looks; what came before is shown at once."""
        self._show = show
        for shown in self._earlier:
            show(shown)
        self._earlier.clear()


class Showing:
    """A channel that shows, under any name: the terminal's seats, or in the demo the mail that the desk sends."""

    def __init__(self, name: str, board: Board, show: Show, *, hears: bool = True) -> None:
        self.name = name
        self.limits = Limits(text=20_000, label=60, in_row=8, hears=hears)
        self.board = board
        self.show = show

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
        shown = self.board.put(Shown(self.name, to.address, screen, kind, ticket), replaces)
        self.show(shown)
        return (shown.external,)

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """Yield the bytes of the file at *reference*, which somebody attached by its path."""
        try:
            handle = await asyncio.to_thread(_open_plain_file, Path(reference))
        except OSError as trouble:
            raise GiveUp(f"file: {type(trouble).__name__}") from None
        with handle:
            while piece := await asyncio.to_thread(handle.read, PIECE):
                yield piece


def _open_plain_file(path: Path) -> Any:
    """Open a regular file and nothing else: a pipe or a device would be waited for."""
    handle = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")
    if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
        handle.close()
        raise IsADirectoryError
    return handle


class Typing:
    """What is typed at the seats, as the desk hears it."""

    def __init__(self, board: Board, hear: Hear, *, largest: int = FileRules.largest) -> None:
        self.board = board
        self.hear = hear
        self.largest = largest

    async def type_(self, seat: Seat, typed: str) -> Line | None:
        """Hand *typed* to the desk; return what the terminal itself has to say instead, if it has."""
        match read(typed):
            case Attach(path):
                return await self._attach(seat, path)
            case Words(text, ticket):
                about = self.board.about(seat.place, ticket) if ticket else ""
                if ticket and not about:
                    text = typed.strip()  # "10: 30 things" speaks of no ticket that was seen here
                await self._say(seat, text, about=about)
        return None

    async def press(self, seat: Seat, key: str, about: str = "") -> None:
        """Press a button by its key, of the message *about*."""
        await self._hand(seat, Pressed(self.board.new_id(), _place(seat), _person(seat), about, key=key))

    async def _hand(self, seat: Seat, heard: Heard) -> None:
        self.board.speaks(seat.place, seat.person)
        await self.hear(heard)

    async def _say(self, seat: Seat, text: str, *, about: str = "") -> None:
        if not about and (pressed := self.board.press(seat.place, seat.person, text)):
            shown, key = pressed
            heard: Heard = Pressed(self.board.new_id(), _place(seat), _person(seat), shown.external, key=key.value)
        else:
            heard = Said(self.board.new_id(), _place(seat), _person(seat), about, text=text)
        await self._hand(seat, heard)

    async def _attach(self, seat: Seat, given: str) -> Line | None:
        if not given:
            return line("terminal-file-not-named")
        found = await asyncio.to_thread(_file_at, given, self.largest)
        if isinstance(found, str):
            return line(found, path=given, limit=self.largest // 1_000_000)
        await self._hand(seat, Said(self.board.new_id(), _place(seat), _person(seat), files=(found,)))
        return None


def _file_at(given: str, largest: int) -> Incoming | str:
    """Return the file, or the id of the sentence that says why there is none to attach."""
    try:
        path = Path(given).expanduser().absolute()
        found = path.stat()
    except (OSError, ValueError, RuntimeError):
        return "terminal-file-missing"
    if trouble := _trouble_with(path, found, largest):
        return trouble
    return Incoming(str(path), shown_name(path.name), mimetypes.guess_type(path.name)[0] or "", found.st_size)


def _trouble_with(path: Path, found: os.stat_result, largest: int) -> str:
    if not stat.S_ISREG(found.st_mode):
        return "terminal-file-is-a-folder" if stat.S_ISDIR(found.st_mode) else "terminal-file-is-none"
    if not os.access(path, os.R_OK):
        return "terminal-file-closed"
    if found.st_size == 0:
        return "terminal-file-empty"
    return "terminal-file-too-big" if found.st_size > largest else ""


def _place(seat: Seat) -> Place:
    return Place(TERMINAL, seat.place)


def _person(seat: Seat) -> Person:
    return Person(seat.person, seat.person[:1].upper() + seat.person[1:], direct=not seat.is_room)
