"""The prompt of a person who sits at several seats: completion, function keys, the desk's time below. By prompt_toolkit.

Imported only where there is a terminal: nothing else of the program needs it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, tzinfo

from babel.dates import format_datetime
from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.patch_stdout import patch_stdout

from bot.adapters.terminal.board import Board, Shown
from bot.adapters.terminal.harmless import harmless
from bot.adapters.terminal.paint import NARROW, STYLE, WIDEST, colour_of, painted, wrapped
from bot.adapters.terminal.plain import clock_text
from bot.adapters.terminal.seats import MAIL, Seat, Seats
from bot.adapters.terminal.typed import Leave, Move, at_the_prompt
from bot.words import Words
from core.notices.chats import MAIL as MAIL_CHANNEL
from core.notices.facts import Line, line

_ROOM = re.compile(r"#[^\W\d]\w*")
MAILS_AGAIN = 3
"""So many of the last mails are shown again to whoever sits down at the mail."""

Act = Callable[[Seat, str], Awaitable[Line | None]]
"""What is done with what is typed at a seat; what the terminal has to say to it, if it has."""
Push = Callable[[str], Awaitable[Line | None] | None]
"""What pushes the clock: None where *typed* speaks of no waiting."""


class Window:
    """*words*, *clock* and *state* are asked anew each time: the desk's texts, its time, whether it is open.

    *commands* are what can be typed at a seat, by its place ("" for a customer's). *refresh*: seconds after which the
    line below is drawn again, where time goes by itself.
    """

    def __init__(
        self,
        *,
        seats: Seats,
        board: Board,
        words: Callable[[], Words],
        clock: Callable[[], datetime],
        zone: tzinfo,
        desk: str,
        state: Callable[[], str],
        commands: Mapping[str, Iterable[str]],
        refresh: float = 0,
        color: bool | None = None,
    ) -> None:
        self.seats = seats
        self.seat = seats.all[0]
        self.board = board
        self.words = words
        self.clock = clock
        self.zone = zone
        self.desk = desk
        self.state = state
        self.commands = commands
        self.refresh = refresh
        self.depth = None if (color if color is not None else "NO_COLOR" not in os.environ) else ColorDepth.DEPTH_1_BIT
        self._mails: list[Shown] = []
        self._output: Output | None = None

    # What is shown

    def show(self, shown: Shown) -> None:
        """Print what the desk says, above the prompt if one is there."""
        if shown.channel == MAIL_CHANNEL:
            self._mails.append(shown)
        local = self.clock().astimezone(self.zone)
        self._print(painted(shown, f"{local:%H:%M}", self.desk, self._width()))

    def tell(self, text: str) -> None:
        """Print what the terminal itself says."""
        room = max(NARROW, min(self._width(), WIDEST))
        rows = [row for line_ in harmless(text).split("\n") for row in wrapped(line_, room)]
        self._print([("class:terminal", "\n".join(rows)), ("", "\n")])

    def tell_time(self) -> None:
        text = clock_text(self.clock(), self.zone, self.words().language)
        self._print([("class:time", f"── {text}"), ("", "\n")])

    def _print(self, parts: StyleAndTextTuples) -> None:
        print_formatted_text(
            FormattedText(parts), style=STYLE, end="", color_depth=self.depth, output=self._output, flush=True
        )

    def _width(self) -> int:
        """Columns of the window now; it may have been resized."""
        return self._output.get_size().columns if self._output else shutil.get_terminal_size().columns

    # What is typed

    async def run(self, act: Act, push: Push, *, source: Input | None = None, output: Output | None = None) -> None:
        """Prompt until the person leaves. *source* and *output*: another terminal than the process's own."""
        self._output = output
        session = self._session(source, output)
        with patch_stdout(raw=True):
            while True:
                try:
                    typed = await session.prompt_async()
                except KeyboardInterrupt:
                    continue
                except EOFError:
                    return
                if isinstance(at_the_prompt(typed), Leave):
                    return
                if typed.strip():
                    await self._take(typed, act, push)

    async def _take(self, typed: str, act: Act, push: Push) -> None:
        told: Line | None = None
        if seat := self._elsewhere(typed):
            self.sit(seat)
        elif isinstance(at_the_prompt(typed), Move) or self._names_no_room(typed):
            told = line("terminal-no-such-seat", rooms=[seat.place for seat in self.seats.all if seat.is_room])
        elif pushing := push(typed):
            if (told := await pushing) is None:
                self.tell_time()
        elif self.seat.place == MAIL:
            told = line("terminal-mail-is-read")
        else:
            told = await act(self.seat, typed)
        if told:
            self.tell(self.words().line(told))

    def _names_no_room(self, typed: str) -> bool:
        """Whether it is a room's name and nothing else, but no room has it: "#operatori"."""
        return bool(_ROOM.fullmatch(typed.strip())) and self.seats.find(typed) is None

    def _elsewhere(self, typed: str) -> Seat | None:
        """Return the seat that *typed* leads to, if it is another than this. A bare name leads to a known seat only."""
        asked = at_the_prompt(typed)
        seat = self.seats.find(asked.to) if isinstance(asked, Move) else self.seats.known(typed.strip())
        bare_name = not isinstance(asked, Move) and seat is not None and not seat.is_room
        if bare_name and typed.strip() != typed.strip().casefold():
            return None  # "Eva" answers a question for a name; "eva" changes seats
        return None if seat == self.seat else seat

    def sit(self, seat: Seat) -> None:
        """Take another seat; at the mail, show the last ones again."""
        self.seat = self.seats.take(seat)
        if seat.place != MAIL:
            return
        if not self._mails:
            self.tell(self.words().say("terminal-mail-empty"))
        for mail in self._mails[-MAILS_AGAIN:]:
            self._print(painted(mail, "", self.desk, self._width()))

    # The prompt

    def _session(self, source: Input | None, output: Output | None) -> PromptSession[str]:
        return PromptSession(
            self._prompt,
            style=STYLE,
            color_depth=self.depth,
            bottom_toolbar=self._toolbar,
            completer=Completing(self),
            complete_while_typing=True,
            history=InMemoryHistory(),
            key_bindings=self._keys(),
            refresh_interval=self.refresh,
            reserve_space_for_menu=4,
            input=source,
            output=output,
        )

    def _prompt(self) -> StyleAndTextTuples:
        return [(f"class:{colour_of(self.seat.place)} class:who", self.seat.label), ("class:quiet", "> ")]

    def _toolbar(self) -> StyleAndTextTuples:
        """The desk's time, the seats, whether it is open; what does not fit is cut off at the end."""
        parts: StyleAndTextTuples = [("class:time", f" {self._time()} ")]
        for number, seat in enumerate(self.seats.all, 1):
            here = " class:here" if seat.place == self.seat.place else ""
            parts.append(("", f" F{number} "))
            parts.append((f"class:{colour_of(seat.place)}{here}", seat.place))
        parts.append(("", f"  · {self.state()}"))
        return _cut(parts, self._width())

    def _time(self) -> str:
        """Return "Wed 25 Nov, 10:00 Europe/Rome"."""
        local = self.clock().astimezone(self.zone)
        return f"{format_datetime(local, 'EEE d MMM, HH:mm', locale=self.words().language)} {self.zone}"

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        def go(number: int) -> Callable[[KeyPressEvent], None]:
            def handler(event: KeyPressEvent) -> None:
                if number < len(self.seats.all):
                    self.seat = self.seats.all[number]
                    event.app.invalidate()

            return handler

        for number in range(9):
            keys.add(f"f{number + 1}")(go(number))

        @keys.add("s-tab")
        def _next(event: KeyPressEvent) -> None:
            places = [seat.place for seat in self.seats.all]
            go((places.index(self.seat.place) + 1) % len(places))(event)

        return keys


def _cut(parts: StyleAndTextTuples, width: int) -> StyleAndTextTuples:
    kept: StyleAndTextTuples = []
    left = width
    for part in parts:
        kept.append((part[0], part[1][:left]))
        left -= len(part[1])
        if left <= 0:
            return kept
    return kept


class Completing(Completer):
    """What can be typed at the seat of the moment: labels of buttons, commands, seats, tickets seen there."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        typed = document.text_before_cursor
        if not typed.strip():
            return
        begun = typed.casefold()
        for whole in self._wholes("/" if begun.startswith("/") else ""):
            if whole.casefold().startswith(begun) and whole.casefold() != begun:
                yield Completion(harmless(whole), start_position=-len(typed))
        if word := typed.rpartition(" ")[2]:
            yield from self._tickets(word)

    def _tickets(self, word: str) -> Iterable[Completion]:
        for ticket in self.window.board.tickets(self.window.seat.place):
            if str(ticket).startswith(word) and str(ticket) != word:
                yield Completion(str(ticket), start_position=-len(word))

    def _wholes(self, slash: str) -> Iterable[str]:
        window, seat = self.window, self.window.seat
        yield from window.board.labels(seat.place, seat.person)
        yield from (f"{slash}{command}" for command in window.commands.get(seat.place if seat.is_room else "", ()))
        yield from (other.label for other in window.seats.all if other.place != seat.place)
        yield from ("/attach ", "/allega ", "/seat ", "/quit")
