"""The desk as a process of its own that can be killed with -9 at any of its steps, and Eva, who talks with it meanwhile.

A step is a call that the desk makes to Telegram: our server kills it when the call arrives, and carries it out or not.
So the desk dies at that very point, and nothing of its code is touched.
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
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select, text

from bot.app import open_desk, serve
from bot.logs import set_up
from bot.settings import load
from core.db import Database
from core.notices.tables import inbox, outbox
from core.people.tables import customers
from core.tickets.tables import messages, tickets
from tests.servers.telegram import TOKEN, Group, Message, Person, Press, Trouble, World, telegram_server_thread
from tests.servers.telegram.troubles import Ordered

TUESDAY_AT_TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
JUST_SENT = 1.0
"""Seconds before its end in which a desk may have sent something and not have written down that it did."""
HURRY = 30.0
"""On PostgreSQL what a dead desk was sending is another's after a minute, and these desks have no minute: their clocks run so
much faster. On SQLite, where a desk is alone, nobody waits for that."""
A_MOMENT = timedelta(seconds=1)
LONG_ENOUGH = 30.0
"""Seconds in which a desk must have started and answered, on a machine that has other things to do."""
_forks = get_context("forkserver")
_forks.set_forkserver_preload(
    ["tests.killed", "bot.adapters.telegram.channel", "holidays.countries", "alembic.command"]
)


@dataclass(frozen=True)
class Step:
    """Where the desk is killed: at its *number*-th call (of *method*); *after*: what the call asked for is done."""

    number: int = 1
    method: str = "*"
    after: bool = False

    def __str__(self) -> str:
        if self == RECEIVED:
            return "told, and nothing written down"
        return f"{'after' if self.after else 'before'} {self.method} {self.number}"


RECEIVED = Step(method="store")
"""Told, and not yet written down: the only step at which no call stops the desk, but the store, which nobody may write to."""


@dataclass(frozen=True)
class Act:
    """What Eva does: she says words, or presses a button by what stands last in its data."""

    verb: str
    what: str


def says(words: str) -> Act:
    return Act("says", words)


def presses(key: str) -> Act:
    return Act("presses", key)


REGISTERS = (
    says("registrati"),
    says("Eva Rossi"),
    says("eva@example.org"),
    presses("~skip"),
    says("Studio Rossi"),
    presses("~skip"),
    presses("yes"),
)

OPENS = (
    says("apri"),
    presses("documents"),
    says("La firma non parte"),
    says("Premo Firma e non succede nulla."),
    presses("high"),
    presses("~skip"),
    presses("yes"),
)
ALL = (*REGISTERS, *OPENS)


# The desk


def run(environ: Mapping[str, str], folder: Path, began: float, speed: float) -> None:
    """In the process: serve until killed. The clock showed a Tuesday at ten when all *began*, and goes *speed* times as fast."""

    def clock() -> datetime:
        return TUESDAY_AT_TEN + timedelta(seconds=(time() - began) * speed)

    async def work() -> None:
        async with open_desk(load(environ, folder), clock=clock) as house:
            house.courier.pace = replace(house.courier.pace, longest_sleep=A_MOMENT)
            await serve(house, asyncio.Event())

    set_up("info", folder / "log.txt", json_lines=True)
    asyncio.run(work())


@dataclass
class Desk:
    """A desk on the database at *url*, at *world*'s Telegram, with one room: the *group*."""

    world: World
    folder: Path
    url: str
    store: Database
    group: str
    _began: float = field(default_factory=time)
    _speed: float = 1.0
    _process: Any = None

    def start(self) -> None:
        environ = {
            "SPORTELLO_DATA": str(self.folder / "data"),
            "SPORTELLO_DATABASE__URL": self.url,
            "SPORTELLO_TELEGRAM__TOKEN": TOKEN,
            "SPORTELLO_TELEGRAM__BASE_URL": self.world.base_url,
            "SPORTELLO_TELEGRAM__BASE_FILE_URL": self.world.base_file_url,
            "SPORTELLO_TELEGRAM__OPERATORS": self.group,
        }
        self._process = _forks.Process(target=run, args=(environ, self.folder, self._began, self._speed), daemon=True)
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


ONCE = Kept(customers=1, tickets=1, words=1, unheard=0, unsent=0, given_up=0)
"""After Eva has registered and opened one ticket."""


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


# Eva


def beginning(text: str) -> str:
    """What tells one of the desk's messages from the next, whatever the time and the codes in it."""
    return text.partition("\n")[0][:24]


@dataclass
class Talk:
    """Eva's talk with the desk. *expected*: how the messages begin that each of her acts is answered with."""

    world: World
    eva: Person
    group: Group
    desk: Desk
    expected: Sequence[Sequence[str]] = ()
    got: list[Sequence[str]] = field(default_factory=list)
    kills: int = 0
    in_doubt: int = 0

    def play(self, acts: Sequence[Act], step: Step | None = None, among: Collection[int] | None = None) -> None:
        """Do one after the other, as she is answered; the desk is killed at *step* of each (or of those *among*)."""
        for number, act in enumerate(acts):
            self.do(act, step if among is None or number in among else None)

    def do(self, act: Act, step: Step | None = None) -> None:
        """Do it, and wait for the answer, whatever happens to the desk meanwhile."""
        before = self._shown()
        if step == RECEIVED:
            self._do_with_the_store_held(act)
        else:
            self._do_and_kill(act, step, before)
        self.until(lambda: self._answered(before) and not len(self.world.updates), act)
        self.got.append(self._new(before))

    def _do_and_kill(self, act: Act, step: Step | None, before: Sequence[Message]) -> None:
        killing = self._kill_at(step) if step else None
        press = self._acts(act)

        def through() -> bool:
            """Whether no call will follow that the act caused."""
            return self._answered(before) and not len(self.world.updates) and (press is None or _over(press))

        self.until(lambda: through() or (killing and killing.happened), act)
        if killing and killing.happened:
            self._begin_again(killing)
        elif killing:
            killing.left = 0

    def _do_with_the_store_held(self, act: Act) -> None:
        """Kill it when it has been told, and can't have written it down. All it did before is written down."""
        self.comes_to_rest()
        asked = len(self.world.called("getUpdates"))
        with nobody_writes(self.desk.store):
            self._acts(act)
            self.until(lambda: any(call.answer.get("result") for call in self.world.called("getUpdates")[asked:]), act)
            self._killed()
        self._begin_again()

    def _answered(self, before: Sequence[Message]) -> bool:
        """Whether all that should be said now was said; where that is not known yet, whether all is said that was to be."""
        new = self._new(before)
        if self.expected:
            return not Counter(self.expected[len(self.got)]) - Counter(new)
        return bool(new) and not kept(self.desk.store).unsent

    def _shown(self) -> list[Message]:
        """What the desk wrote, to Eva and to the operators."""
        return [*self.eva.hears(), *self.group.cards()]

    def _new(self, before: Sequence[Message]) -> list[str]:
        return [beginning(message.text) for message in self._shown() if message not in before]

    def _acts(self, act: Act) -> Press | None:
        if act.verb == "says":
            self.eva.says(act.what)
            return None
        message, data = self._find(act.what)
        press = self.eva.presses(message, data)
        assert isinstance(press, Press)
        return press

    def _find(self, key: str) -> tuple[Message, str]:
        """The newest message that has a button of this key, and the button's data."""
        for message in reversed(self.eva.hears()):
            for button in message.buttons:
                if button.data and button.data.endswith(f".{key}"):
                    return message, button.data
        raise AssertionError(f"no button {key!r}")

    # The desk's end, and its next beginning

    def _kill_at(self, step: Step) -> Ordered:
        """Let the server kill the desk when the call arrives."""
        calls = count(1)

        def now(_params: object) -> bool:
            if next(calls) != step.number:
                return False
            self._killed(one_more=step.after and step.method == "sendMessage")
            return True

        return self.world.trouble(Trouble.HANG_AFTER if step.after else Trouble.HANG, step.method, when=now)

    def _killed(self, *, one_more: bool = False) -> None:
        """Kill it, and count what it has just sent: nobody can know whether it had the time to write that down."""
        self.desk.kill()
        self.kills += 1
        since = self.world.now() - JUST_SENT
        self.in_doubt += one_more + sum(1 for call in self.world.called("sendMessage") if call.ok and call.at > since)

    def _begin_again(self, killing: Ordered | None = None) -> None:
        self.desk.ended()
        if killing:
            killing.release()
        self.desk.start()

    # What came of it

    def until(self, condition: Callable[[], Any], what: object) -> None:
        try:
            self.world.wait_until(condition, LONG_ENOUGH)
        except TimeoutError as late:
            heard = [message.text for message in self.eva.hears()]
            raise AssertionError(f"{what}: {late}\n{heard[-4:]}\n{self.desk.log()}") from late

    def comes_to_rest(self) -> Kept:
        """Wait until all is heard and sent, and return what is kept."""
        self.until(lambda: not (now := kept(self.desk.store)).unheard and not now.unsent, "rest")
        return kept(self.desk.store)

    def went_well(self, step: Step) -> str:
        """See that all was said and done, and once, and say what came twice."""
        assert self.comes_to_rest() == ONCE
        wanted = Counter(begins for one in self.expected for begins in one)
        said = Counter(self._new(()))
        doubled = sum(said[begins] - times for begins, times in wanted.items())
        assert not wanted - said
        assert doubled <= self.in_doubt
        return f"  {step}: killed {self.kills} times, {doubled} messages twice"


def _over(press: Press) -> bool:
    """Whether the button was answered, and its message shows it."""
    return press.answered and not press.message.buttons


@contextmanager
def talking(folder: Path, database: str = "") -> Iterator[Talk]:
    """A world with a group of operators, a desk that has begun to listen, and Eva. *database*: "" for SQLite in *folder*."""
    url = database or f"sqlite:///{folder / 'desk.db'}"
    with telegram_server_thread() as world, closing(Database(url)) as store:
        group = world.group("Operatori")
        group.add(world.person("Giulia"), "creator")
        group.add_bot("administrator")
        world.updates.drop()
        desk = Desk(world, folder, url, store, str(group.id), _speed=1.0 if store.sqlite else HURRY)
        desk.start()
        world.wait_until(lambda: world.called("getWebhookInfo"), LONG_ENOUGH)
        try:
            yield Talk(world, world.person("Eva", "it", started=True), group, desk)
        finally:
            desk.kill()


def answers_to_all(folder: Path) -> Sequence[Sequence[str]]:
    """Return what Eva is answered where nobody is killed."""
    with talking(folder) as talk:
        talk.play(ALL)
        assert talk.comes_to_rest() == ONCE
        return talk.got
