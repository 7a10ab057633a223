"""`sportello demo`: a whole desk on a clock that is pushed, with both sides of the counter in one terminal.

Everything is the real thing but three: the clock stands still until it is pushed, chance is replayed from a seed, and
the mail stays here to be read. Nothing is kept unless a folder is named.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, TextIO

from bot.adapters.terminal.board import Board
from bot.adapters.terminal.plain import Plain
from bot.adapters.terminal.script import BadLine, Typed, Waited, read_line
from bot.adapters.terminal.seats import Seat, Seats
from bot.adapters.terminal.terminal import TERMINAL, Outlet, Showing, Typing
from bot.adapters.terminal.waits import NotAMoment, waits_until
from bot.app import House, now, open_desk
from bot.logs import set_up
from bot.settings import MailSettings, Settings
from bot.sitting import largest_file, terminal_rooms, window_over
from bot.words import Lexicon
from core.db import Secrets
from core.notices.chats import MAIL
from core.notices.facts import Line, line
from core.sla.calendar import Calendar

FIRST_HOUR = time(10, 0)
"""When a demo begins, on the next working day, in the desk's zone."""
A_TUESDAY = "2026-11-24 10:00"
"""When lines are played that say nothing else: they come out the same on any day."""
BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
"""What the clock shows while the desk is made ready."""
MARK = "this-is-a-demo"
"""The file that says so of a folder that is kept."""
SECOND = timedelta(seconds=1)

Begin = Callable[[Calendar], datetime]


class PushedClock:
    """A clock that shows the moment it was pushed to."""

    def __init__(self, shows: datetime) -> None:
        self.now = shows

    def __call__(self) -> datetime:
        return self.now

    def push(self, to: datetime) -> None:
        """Go on to *to*; never back."""
        self.now = max(self.now, to)


class Replayed:
    """Chance from a seed: the same codes each time. For demos and tests alone."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  that it can be guessed is the point

    def digits(self, n: int) -> str:
        return "".join(str(self._random.randrange(10)) for _ in range(n))

    def below(self, n: int) -> int:
        return self._random.randrange(n)


class Demo:
    """A desk with its seats, on a clock that is pushed. One thing at a time: what is typed is done to its end."""

    def __init__(self, house: House, clock: PushedClock, board: Board, outlet: Outlet) -> None:
        self.house = house
        self.clock = clock
        self.board = board
        self.outlet = outlet
        self.typing = Typing(board, house.hearing.hear, largest=largest_file(house))

    async def type_(self, seat: Seat, typed: str) -> Line | None:
        """Say *typed* at *seat*, and let all happen that follows at this moment."""
        told = await self.typing.type_(seat, typed)
        await self.settle()
        return told

    async def press(self, seat: Seat, key: str, about: str = "") -> None:
        """Press a button by its *key*, of the message *about*."""
        await self.typing.press(seat, key, about)
        await self.settle()

    async def settle(self) -> datetime:
        """Deliver and watch until nothing is due at this moment; return when something is due again."""
        await self.house.courier.settle()
        moment = await self.house.workers.hop(lambda: self.house.watch.step(self.clock.now))
        await self.house.courier.settle()
        due = await self.house.courier.next_due()
        return min(moment, due) if due else moment

    async def wait(self, until: datetime) -> None:
        """Let time go by to *until*, and all happen on the way at its own moment."""
        while (moment := await self.settle()) < until:
            self.clock.push(max(moment, self.clock.now + SECOND))
        self.clock.push(until)
        await self.settle()

    def pushed(self, typed: str) -> Awaitable[Line | None] | None:
        """Push the clock if *typed* asks for it; None if it speaks of something else."""
        try:
            until = waits_until(typed, self.clock.now, self.house.zone)
        except NotAMoment:
            return _told(line("terminal-no-moment"))
        return self._pushed(until) if until else None

    async def _pushed(self, until: datetime) -> Line | None:
        await self.wait(until)
        return None


async def _told(what: Line) -> Line | None:
    return what


@asynccontextmanager
async def open_demo(settings: Settings, begin: Begin, *, seed: int = 1) -> AsyncIterator[Demo]:
    """Open a desk as *settings* say, and push its clock to *begin*. What it says waits in the demo's outlet."""
    clock, chance = PushedClock(BEFORE), Replayed(seed)
    board, outlet = Board(Secrets().digits(12)), Outlet()  # ids of a folder's earlier demo must not come again
    channels = (Showing(TERMINAL, board, outlet), Showing(MAIL, board, outlet, hears=False))
    async with open_desk(settings, clock=clock, chance=chance, channels=channels) as house:
        clock.push(begin(house.policy.calendar).astimezone(UTC))
        yield Demo(house, clock, board, outlet)


def demo_settings(settings: Settings, folder: Path, *, language: str | None = None, mail: bool = True) -> Settings:
    """Return *settings* for a demo: its own folder and database, the terminal's rooms, mail that stays here."""
    desk = settings.desk.model_copy(update={"language": language} if language else {})
    own: dict[str, Any] = {"data": folder, "desk": desk, "rooms": ()}
    for section in ("database", "files", "people", "telegram", "slack"):
        own[section] = type(getattr(settings, section))()
    # A host makes the desk mail its codes; nothing ever connects to it, since the demo's own channel takes the mail.
    own["mail"] = MailSettings(host="demo.invalid", sender="desk@example.org") if mail else MailSettings()
    return settings.model_copy(update=own)


def at_moment(given: str) -> Begin:
    """Begin as *given* ("2026-11-24 10:00", local to the desk). Raises ValueError for what is no moment."""
    moment = datetime.fromisoformat(given)
    return lambda calendar: moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone)


def on_the_next_working_day(today: datetime) -> Begin:
    """Begin on the first working day after *today*, in the middle of the morning."""

    def begin(calendar: Calendar) -> datetime:
        day = today.astimezone(calendar.zone).date()
        mornings = (datetime.combine(day + timedelta(days=n), FIRST_HOUR, calendar.zone) for n in range(1, 60))
        return next((moment for moment in mornings if calendar.is_staffed(moment)), calendar.next_opening(today))

    return begin


def language_of(settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the language that is set, else that of the environment if the desk speaks it, else English."""
    if "language" in settings.desk.model_fields_set:
        return settings.desk.language
    spoken = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return next((name for name in settings.desk.languages if spoken.startswith(name)), "en")


# A file of lines


async def play_lines(demo: Demo, plain: Plain, lines: Iterable[str], complain: Callable[[str], object]) -> int:
    """Play *lines* and print what comes of them. Returns how many were bad; those are told, and the rest is played."""
    seats = Seats(terminal_rooms(demo.house))
    bad = 0
    for number, one in enumerate(lines, 1):
        try:
            await _play_line(demo, plain, read_line(one, seats))
        except BadLine as trouble:
            bad += 1
            words = demo.house.words
            why = words.say(str(trouble.args[0]), rooms=list(terminal_rooms(demo.house)))
            complain(words.say("terminal-bad-line", number=number, why=why) + "\n")
        plain.flush()
    return bad


async def _play_line(demo: Demo, plain: Plain, asked: Typed | Waited | None) -> None:
    match asked:
        case Typed(seat, text):
            plain.typed(seat, text)
            if told := await demo.type_(seat, text):
                plain.told(demo.house.words.line(told))
        case Waited(how_long):
            pushing = demo.pushed(how_long)
            if pushing is None or await pushing:
                raise BadLine("terminal-no-moment")
            plain.moment()


def readme_lines() -> list[str]:
    """Return the conversation that the README shows."""
    return files("bot").joinpath("demo.txt").read_text(encoding="utf-8").splitlines()


# The command


@dataclass(frozen=True)
class Asked:
    """What the command line asks for. *at*: when it begins, local to the desk; *keep*: the folder that stays."""

    at: str | None = None
    keep: Path | None = None
    seed: int = 1
    language: str | None = None


@dataclass(frozen=True)
class Streams:
    """Where lines come from and rows go. *at_terminal*: a person sits there."""

    source: IO[bytes] | None
    out: TextIO
    err: TextIO
    at_terminal: bool = False

    @classmethod
    def own(cls) -> Streams:
        """Return those of the process."""
        if not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # arrows, whatever the locale
        seen = sys.stdin is not None and sys.stdin.isatty()
        source = None if sys.stdin is None or seen else sys.stdin.buffer
        return cls(source, sys.stdout, sys.stderr, seen and sys.stdout.isatty())

    def write(self, rows: str) -> None:
        self.out.write(rows)
        self.out.flush()

    def lines(self) -> Iterator[str]:
        for one in self.source or ():
            yield one.decode("utf-8", "replace").rstrip("\r\n")


def run_demo(settings: Settings, asked: Asked, streams: Streams | None = None) -> int:
    """Play what is piped in, else the README's conversation; at a terminal, let a person sit down.

    Returns the exit code: 1 where a line was bad. Raises ValueError for an *at* that is no moment.
    """
    streams = streams or Streams.own()
    if asked.keep and not _may_be_kept(asked.keep):
        words = Lexicon.load().words(language_of(settings, os.environ), UTC, now())
        streams.err.write(words.say("terminal-not-a-demos-folder", folder=str(asked.keep)) + "\n")
        return 1
    end_log = set_up("error")
    try:
        return asyncio.run(
            _at_terminal(settings, asked) if streams.at_terminal else _from_lines(settings, asked, streams)
        )
    except BrokenPipeError:  # whoever read has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), streams.out.fileno())
        return 0
    finally:
        end_log()


def _may_be_kept(folder: Path) -> bool:
    """Mark *folder* as a demo's. False where another desk has its store: no demo plays with real tickets."""
    mark = folder / MARK
    if (folder / "sportello.db").exists() and not mark.exists():
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.touch()
    return True


async def _from_lines(settings: Settings, asked: Asked, streams: Streams) -> int:
    """Play the lines that are there, else the README's conversation; the same on any day."""
    lines = streams.lines()
    first = next(lines, None)
    language = asked.language or ("en" if first is None else language_of(settings, os.environ))
    played = readme_lines() if first is None else (first, *lines)
    async with _opened(settings, asked, language, at_moment(asked.at or A_TUESDAY)) as demo:
        plain = Plain(streams.write, clock=demo.clock, zone=demo.house.zone, language=language)
        demo.outlet.open(plain.shown)
        bad = await play_lines(demo, plain, played, streams.err.write)
    return int(bad > 0)


async def _at_terminal(settings: Settings, asked: Asked) -> int:
    """Welcome a person, and let them play both sides until they leave."""
    begin = at_moment(asked.at) if asked.at else on_the_next_working_day(now())
    async with _opened(settings, asked, asked.language or language_of(settings, os.environ), begin) as demo:
        window = window_over(demo.house, demo.board)
        window.tell_time()
        window.tell(demo.house.words.say("terminal-welcome", customer=window.seat.place))
        demo.outlet.open(window.show)
        await window.run(demo.type_, demo.pushed)
    return 0


@asynccontextmanager
async def _opened(settings: Settings, asked: Asked, language: str, begin: Begin) -> AsyncIterator[Demo]:
    """Open a demo in the folder that is to be kept, or in one that is gone afterwards."""
    with ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sportello-")))
        async with open_demo(demo_settings(settings, folder, language=language), begin, seed=asked.seed) as demo:
            yield demo
