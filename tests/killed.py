"""The desk as a process of its own that can be killed with -9 at any of its steps, and people who talk with it meanwhile.

A step is a call that the desk makes to a platform: our server kills it when the call arrives, and carries it out or not.
So the desk dies at that very point, and nothing of its code is touched. `tests/sides.py` has the people.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from time import time
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Table, func, select, text

from bot.app import open_desk, serve
from bot.logs import set_up
from bot.settings import load
from core.db import Database
from core.notices.tables import inbox, outbox
from core.people.tables import customers
from core.tickets.tables import messages, tickets

TUESDAY_AT_TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
JUST_SENT = 1.0
"""Seconds before its end in which a desk may have sent something and not have written down that it did."""
A_MOMENT = timedelta(seconds=1)
LONG_ENOUGH = 30.0
"""Seconds in which a desk must have started and answered, on a machine that has other things to do."""
_forks = get_context("forkserver")
_forks.set_forkserver_preload(
    [
        "tests.killed",
        "bot.adapters.telegram.channel",
        "bot.adapters.slack.channel",
        "bot.adapters.slack.listening",
        "holidays.countries",
        "alembic.command",
    ]
)


@dataclass(frozen=True)
class Step:
    """Where the desk is killed: at its *number*-th call (of *method*); *after*: what the call asked for is done."""

    number: int = 1
    method: str = "*"
    after: bool = False

    def __str__(self) -> str:
        if self in SPECIAL:
            return SPECIAL[self]
        return f"{'after' if self.after else 'before'} {self.method} {self.number}"


RECEIVED = Step(method="store")
"""Told, and not yet written down: here no call stops the desk, but the store, which nobody may write to."""
COMMITTED = Step(method="acknowledgement")
"""Written down, and the platform does not know it: the acknowledgement gets lost, and the desk with it."""
SPECIAL = {RECEIVED: "told, and nothing written down", COMMITTED: "written down, and not acknowledged"}


@dataclass(frozen=True)
class Act:
    """What somebody does: says words, presses a button by its key, sends a form off. *fields*: of the form, by label."""

    verb: str
    what: str = ""
    who: str = "eva"
    fields: tuple[tuple[str, str], ...] = ()


def says(words: str, who: str = "eva") -> Act:
    return Act("says", words, who)


def presses(key: str, who: str = "eva") -> Act:
    return Act("presses", key, who)


# The people


class Doing(Protocol):
    """Something that somebody did."""

    @property
    def over(self) -> bool:
        """Whether no call will follow that it caused, beyond what is in the outbox."""

    @property
    def shown(self) -> bool:
        """Whether the window in which it was done shows it; True where it was done in none."""

    @property
    def failed(self) -> bool:
        """Whether the platform itself told them that it did not work."""


class Side(Protocol):
    """People at one platform, with the desk's room there."""

    sends: str
    """The call by which something is said."""
    world: Any
    doubles: bool
    """Whether what was sent in the moment before a kill may come twice: nobody can look whether it is there."""

    def settings(self) -> Mapping[str, str]: ...

    def begins(self) -> Callable[[], bool]:
        """Return what tells whether a desk that is started from now on has begun to listen."""

    def do(self, act: Act) -> Doing: ...

    def shown(self) -> list[Any]:
        """What the desk wrote and still stands, each with a `text`."""

    def window(self) -> str:
        """What the window asks for that asks somebody something; "" where none does."""

    def under_way(self) -> bool:
        """Whether the platform is about to tell the desk something."""

    def told(self) -> int:
        """How often the desk was told something."""

    def misses_acknowledgements(self) -> Callable[[], bool]:
        """Let the next one get lost, and return whether it was."""

    def waits(self) -> None:
        """Let so much time go by as the platform takes to find that nobody answers, and to try again."""


# The desk


def run(environ: Mapping[str, str], folder: Path, began: float) -> None:
    """In the process: serve until killed. The clock showed a Tuesday at ten when all *began*."""

    def clock() -> datetime:
        return TUESDAY_AT_TEN + timedelta(seconds=time() - began)

    async def work() -> None:
        async with open_desk(load(environ, folder), clock=clock) as house:
            house.courier.pace = replace(house.courier.pace, longest_sleep=A_MOMENT)
            await serve(house, asyncio.Event())

    set_up("info", folder / "log.txt", json_lines=True)
    asyncio.run(work())


@dataclass
class Desk:
    """A desk on the database at *url*, at these *sides*' platforms."""

    sides: Sequence[Side]
    folder: Path
    url: str
    store: Database
    _began: float = field(default_factory=time)
    _process: Any = None

    def start(self) -> None:
        environ = {
            "SPORTELLO_DATA": str(self.folder / "data"),
            "SPORTELLO_DATABASE__URL": self.url,
            **{name: value for side in self.sides for name, value in side.settings().items()},
        }
        self._process = _forks.Process(target=run, args=(environ, self.folder, self._began), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """With -9, whatever it is doing."""
        if self._process and self._process.pid and self._process.is_alive():
            os.kill(self._process.pid, signal.SIGKILL)

    def ended(self) -> None:
        assert self._process is not None
        self._process.join(LONG_ENOUGH)
        assert self._process.exitcode == -signal.SIGKILL, self.log()

    def log(self) -> str:
        return (self.folder / "log.txt").read_text()[-4000:]


# What is kept


@dataclass(frozen=True)
class Kept:
    """What lies in the store after all: each a number of rows."""

    customers: int
    tickets: int
    words: int
    unheard: int
    unsent: int
    given_up: int


def kept(database: Database) -> Kept:
    with database.read() as conn:

        def rows(table: Table, *where: ColumnElement[bool]) -> int:
            return conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one()

        unheard, unsent = inbox.c.done_at.is_(None), outbox.c.done_at.is_(None)
        return Kept(
            rows(customers),
            rows(tickets),
            rows(messages),
            rows(inbox, unheard),
            rows(outbox, unsent),
            rows(outbox, outbox.c.given_up),
        )


@contextmanager
def nobody_writes(database: Database) -> Iterator[None]:
    """Hold the store: what a desk wants to write waits."""
    with database.engine.connect() as conn, conn.begin():
        if not database.sqlite:  # there the transaction itself holds it
            conn.execute(text("LOCK TABLE inbox IN EXCLUSIVE MODE"))
        yield


# A talk


def beginning(text: str) -> str:
    """What tells one of the desk's messages from the next, whatever the time and the codes in it."""
    return text.partition("\n")[0][:24]


@dataclass(frozen=True)
class Answer:
    """What somebody is shown who did something: how messages begin that came, and the window that asks on."""

    says: tuple[str, ...]
    window: str = ""


@dataclass(frozen=True)
class Before:
    """What stood there before somebody did something."""

    shown: Sequence[Any] = ()
    window: str = ""


@dataclass(frozen=True)
class Whole:
    """How it went where nobody was killed."""

    answers: tuple[Answer, ...]
    kept: Kept


@dataclass
class Talk:
    """A talk with the desk. *expected*: how it went where nobody was killed."""

    side: Side
    desk: Desk
    expected: Whole | None = None
    got: list[Answer] = field(default_factory=list)
    kills: int = 0
    again: int = 0
    """How often somebody had to do it once more: the platform said that it failed, or a window did not come."""
    untold: int = 0
    """How often of these the platform did not say so: it had its acknowledgement, and the window did not come."""
    in_doubt: int = 0

    def play(self, acts: Sequence[Act], step: Step | None = None, among: Collection[int] | None = None) -> None:
        """Do one after the other, as it is answered; the desk is killed at *step* of each (or of those *among*)."""
        for number, act in enumerate(acts):
            self.do(act, step if among is None or number in among else None)

    def do(self, act: Act, step: Step | None = None) -> None:
        """Do it, and wait for the answer, whatever happens to the desk meanwhile."""
        before, kills = Before(self.side.shown(), self.side.window()), self.kills
        doing = self._do_at(step, act) if step in SPECIAL else self._do_and_kill(act, step, before)
        while self.kills > kills and not self._answered_or_in_vain(act, doing, before):
            self.again += 1  # whoever is told that it failed does it once more, and who waits for a window
            self.untold += not doing.failed
            doing = self.side.do(act)
            self._is_over(act, doing)
        self._is_answered(act, doing, before)
        self.got.append(self._new(before))

    def _answered_or_in_vain(self, act: Act, doing: Doing, before: Before) -> bool:
        """Wait until one of them is sure, and return whether it is answered."""
        self.until(lambda: self._answered(before, doing) or self._in_vain(doing), act)
        return self._answered(before, doing)

    def _is_answered(self, act: Act, doing: Doing, before: Before) -> None:
        self.until(lambda: self._answered(before, doing) and not self.side.under_way(), act)

    def _is_over(self, act: Act, doing: Doing) -> None:
        self.until(lambda: doing.over and doing.shown, act)

    def _do_and_kill(self, act: Act, step: Step | None, before: Before) -> Doing:
        killing = self._kill_at(step) if step else None
        doing = self.side.do(act)

        def through() -> bool:
            """Whether no call will follow that the act caused."""
            return self._answered(before, doing) and not self.side.under_way() and doing.over and doing.shown

        self.until(lambda: through() or (killing and killing.happened), act)
        if killing and killing.happened:
            self._begin_again(killing)
        elif killing:
            killing.left = 0
        return doing

    def _do_at(self, step: Step | None, act: Act) -> Doing:
        """Kill it when it has been told, and can't have written it down; or when it has, and tries to say so.

        All it did before is written down.
        """
        self.comes_to_rest()
        if step == COMMITTED:
            lost = self.side.misses_acknowledgements()
            doing = self.side.do(act)
            self.until(lost, act)
            self._killed()
        else:
            told = self.side.told()
            with nobody_writes(self.desk.store):
                doing = self.side.do(act)
                self.until(lambda: self.side.told() > told, act)
                self._killed()
        self._begin_again()
        return doing

    def _in_vain(self, doing: Doing) -> bool:
        now = kept(self.desk.store)
        return (doing.over or doing.failed) and not (self.side.under_way() or now.unheard or now.unsent)

    def _answered(self, before: Sequence[Any], doing: Doing) -> bool:
        """Whether all that should be said now was said; where that is not known yet, whether all is said that was to be."""
        new = self._new(before)
        if self.expected:
            wanted = self.expected.answers[len(self.got)]
            return not Counter(wanted.says) - Counter(new.says) and new.window == wanted.window
        new_window = new.window != before.window
        return doing.over and doing.shown and bool(new.says or new_window) and not kept(self.desk.store).unsent

    def _new(self, before: Before) -> Answer:
        new = (beginning(message.text) for message in self.side.shown() if message not in before.shown)
        return Answer(tuple(new), self.side.window())

    # The desk's end, and its next beginning

    def _kill_at(self, step: Step) -> Any:
        """Let the server kill the desk when the call arrives."""
        calls = count(1)
        trouble = "hang after" if step.after else "hang"

        def now(_params: object) -> bool:
            if next(calls) != step.number:
                return False
            self._killed(one_more=step.after and step.method == self.side.sends)
            return True

        return self.side.world.trouble(trouble, step.method, when=now)

    def _killed(self, *, one_more: bool = False) -> None:
        """Kill it, and count what it has just sent: nobody can know whether it had the time to write that down."""
        self.desk.kill()
        self.kills += 1
        since = self.side.world.now() - JUST_SENT
        sent = sum(1 for call in self.side.world.called(self.side.sends) if is_ok(call) and call.at > since)
        self.in_doubt += one_more + sent

    def _begin_again(self, killing: Any = None) -> None:
        self.desk.ended()
        if killing:
            killing.release()
        began = self.side.begins()
        self.desk.start()
        self.until(began, "the beginning")
        self.side.waits()

    # What came of it

    def until(self, condition: Callable[[], Any], what: object) -> None:
        try:
            self.side.world.wait_until(condition, LONG_ENOUGH)
        except TimeoutError as late:
            shown = [message.text for message in self.side.shown()]
            wanted = self.expected.answers[len(self.got) :][:1] if self.expected else ()
            raise AssertionError(
                f"{what}: {late}\n{shown[-4:]}\n{self.side.window()}\n{wanted}\n{kept(self.desk.store)}\n{self.desk.log()}"
            ) from late

    def comes_to_rest(self) -> Kept:
        """Wait until all is heard and sent, and return what is kept."""
        self.until(lambda: not (now := kept(self.desk.store)).unheard and not now.unsent, "rest")
        return kept(self.desk.store)

    def went_well(self, step: Step) -> str:
        """See that all was said and done, and once, and say what came twice."""
        assert self.expected
        assert self.comes_to_rest() == self.expected.kept
        wanted = Counter(begins for one in self.expected.answers for begins in one.says)
        said = Counter(self._new(Before()).says)
        doubled = sum(max(0, said[begins] - times) for begins, times in wanted.items())
        assert not wanted - said
        assert doubled <= (self.in_doubt if self.side.doubles else 0), said - wanted
        return (
            f"  {step}: killed {self.kills} times, {doubled} messages twice,"
            f" {self.again} times done once more, {self.untold} of them untold"
        )


def is_ok(call: Any) -> bool:
    return bool(call.ok) if hasattr(call, "ok") else not call.error


@contextmanager
def talking(side: Side, folder: Path, database: str = "") -> Iterator[Talk]:
    """A desk that has begun to listen to this *side*. *database*: "" for SQLite in *folder*."""
    began = side.begins()
    with serving((side,), folder, database) as desk:
        side.world.wait_until(began, LONG_ENOUGH)
        yield Talk(side, desk)


@contextmanager
def serving(sides: Sequence[Side], folder: Path, database: str = "") -> Iterator[Desk]:
    """A desk that was started, and is killed in the end."""
    url = database or f"sqlite:///{folder / 'desk.db'}"
    with closing(Database(url)) as store:
        desk = Desk(sides, folder, url, store)
        desk.start()
        try:
            yield desk
        finally:
            desk.kill()


def whole(side: Side, folder: Path, acts: Sequence[Act]) -> Whole:
    """Return how it goes where nobody is killed."""
    with talking(side, folder) as talk:
        talk.play(acts)
        return Whole(tuple(talk.got), talk.comes_to_rest())
