"""The seats of one terminal over an open desk: for `sportello run` with a terminal at hand, and for the demo."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING

from bot.adapters.terminal.board import Board
from bot.adapters.terminal.seats import Seats
from bot.adapters.terminal.terminal import TERMINAL, Outlet, Showing, Typing
from bot.adapters.terminal.waits import NotAMoment, waits_until
from bot.app import House, rooms
from bot.conversations.menu import MENU, Entry
from bot.words import Words
from core.db import Secrets
from core.files import FileRules
from core.notices.chats import Room
from core.notices.facts import Line, line
from core.people.who import Role
from core.tickets.counter import Counter

if TYPE_CHECKING:
    from bot.adapters.terminal.window import Window

_ROLES = {Room.OPERATORS: (Role.OPERATOR,), Room.LEADS: (Role.OPERATOR, Role.LEAD)}
SECONDS_OF_THE_CLOCK = 5.0


class Sitting:
    """A person at the seats of a running desk. Hand `channel` to the desk, then `run` until they leave."""

    def __init__(self) -> None:
        self.board = Board(Secrets().digits(12))
        self.outlet = Outlet()
        self.channel = Showing(TERMINAL, self.board, self.outlet)

    async def run(self, house: House) -> None:
        """Sit at the seats of *house* until the person leaves."""
        window = window_over(house, self.board, refresh=SECONDS_OF_THE_CLOCK)
        window.tell(house.words.say("terminal-welcome-run"))
        self.outlet.open(window.show)
        typing = Typing(self.board, house.hearing.hear, largest=largest_file(house))
        await window.run(typing.type_, lambda typed: _no_waiting(house, typed))


def largest_file(house: House) -> int:
    """Return how many bytes a file may have."""
    rules: FileRules = house.desk.rules[FileRules]
    return rules.largest


def _no_waiting(house: House, typed: str) -> Awaitable[Line | None] | None:
    """Time goes by itself here; whoever wants to push it is told so."""
    try:
        asked = waits_until(typed, house.clock(), house.zone)
    except NotAMoment:
        return None
    return _told(line("terminal-no-waiting")) if asked else None


async def _told(what: Line) -> Line | None:
    return what


def terminal_rooms(house: House) -> tuple[str, ...]:
    return tuple(room.address for room in rooms(house.settings) if room.channel == TERMINAL)


def window_over(house: House, board: Board, *, refresh: float = 0) -> Window:
    """Return a window on *house*. Here prompt_toolkit is imported."""
    from bot.adapters.terminal.window import Window

    return Window(
        seats=Seats(terminal_rooms(house)),
        board=board,
        words=lambda: house.words,
        clock=house.clock,
        zone=house.zone,
        desk=house.settings.desk.name,
        state=lambda: _state(house),
        commands=_commands(house),
        refresh=refresh,
    )


def _state(house: House) -> str:
    """Whether somebody is there, until when or from when."""
    now = house.desk.look(Counter())
    words = house.words
    if now.staffed:
        return words.say("terminal-open", closes=now.closes)
    return words.say("terminal-closed", opens=now.opens)


def _commands(house: House) -> Mapping[str, tuple[str, ...]]:
    """Return what can be typed at each seat, in the desk's language."""
    found = {"": _typed_by(house.words, (Role.CUSTOMER,))}
    for room in rooms(house.settings):
        found[room.address] = _typed_by(house.words, _ROLES[room.room])
    return found


def _typed_by(words: Words, roles: tuple[Role, ...]) -> tuple[str, ...]:
    names = [name for name, entry in MENU.items() if _may(entry, roles) and words.has(f"command-{name}")]
    return tuple(words.say(f"command-{name}").split(",")[0].strip() for name in names)


def _may(entry: Entry, roles: tuple[Role, ...]) -> bool:
    return entry.who is None or entry.who in roles
