"""The simulated world as it goes: one operation after another, each chosen by the dice; and what it looked like."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.conversations.drawing import Drawing
from bot.conversations.heard import Heard
from bot.conversations.screen import Limits
from bot.policies import SlaSettings
from bot.simulation.books import Books, Since, These
from bot.simulation.dice import Dice
from bot.simulation.invariants import ALWAYS, AT_THE_END
from bot.simulation.link import Link
from bot.simulation.passing import Loop, Time
from bot.simulation.people import Somebody, population
from bot.simulation.process import Air, Killed, Process, Store, World
from bot.simulation.shelf import Shelf
from bot.simulation.trace import Trace
from bot.simulation.wire import Wire
from bot.words import Lexicon
from core.desk import Desk
from core.files import FileRules
from core.migrations import upgrade
from core.notices.chats import Furnish, Room, RoomAt
from core.notices.leases import FreeLeases
from core.notices.tables import chats, outbox
from core.people.rules import PeopleRules
from core.people.tables import identities
from core.sla.policy import Policy
from core.talks import talks
from core.tickets.counter import CounterRules
from core.tickets.rules import TicketRules

BEGINNINGS: Final = (
    datetime(2026, 10, 20, 7, 0, tzinfo=UTC),  # before the night in which summer time ends
    datetime(2026, 12, 21, 7, 0, tzinfo=UTC),  # before the holidays
    datetime(2027, 3, 23, 7, 0, tzinfo=UTC),  # before the night in which it begins, and Easter
)
CHATS: Final[tuple[tuple[str, Limits, Mapping[str, Room]], ...]] = (
    ("telegram", Limits(text=4096, hint=200, replies=True, edits=True), {"#operators": Room.OPERATORS}),
    (
        "slack",
        Limits(True, True, True, 12_000, 75, 5, hint=3000, edits=True),
        {"#desk": Room.OPERATORS, "#leads": Room.LEADS},
    ),
    ("terminal", Limits(text=20_000, in_row=8), {}),
)
CUSTOMERS: Final = 7
A_MOMENT: Final = timedelta(seconds=15)
MOST_BEHIND: Final = 12
"""So many talks may wait behind one another."""


@dataclass(frozen=True)
class Asked:
    """*until*: stop there, before the end is made. *closely*: after this operation, look after each one."""

    seed: int
    operations: int
    processes: int = 3
    until: int | None = None
    closely: int | None = None


class NotAsPromised(Exception):
    """An invariant does not hold. *what*: line by line."""

    def __init__(self, what: list[str]) -> None:
        super().__init__("\n".join(what))
        self.what = what


class Simulation:
    """One world, to be played once. *look_every*: after so many operations the invariants are looked at."""

    look_every: Final = 500

    def __init__(self, asked: Asked, folder: Path) -> None:
        self.asked = asked
        self.dice = Dice(f"world:{asked.seed}")
        time = Time(BEGINNINGS[asked.seed % len(BEGINNINGS)])
        wires = {
            name: Wire(name, limits, time, self.dice, dict(rooms), looks=name == "slack")
            for name, limits, rooms in CHATS
        }
        drawing = Drawing(Lexicon.load(), ZoneInfo("Europe/Rome"))
        self.world = World(time, Trace(), self.dice, Air(self.dice), wires, Shelf(), _rules(), drawing)
        self.url = f"sqlite:///{folder / 'desk.db'}"
        self.observer = Desk(Store(self.url), clock=time.now, chance=Dice("observer"), rules=self.world.rules)
        self.stores = [Store(self.url) for _ in range(asked.processes)]
        self.desks: list[Process | None] = [None] * asked.processes
        self.people = list(population(wires, self.dice, CUSTOMERS))
        self.waiting: dict[str, deque[tuple[Somebody, Heard]]] = {}
        self.acknowledged: set[tuple[str, str]] = set()
        self.books = Books(self.world)
        self.born = 0
        self.counts: Counter[str] = Counter()

    # From beginning to end

    def play(self) -> None:
        """Raises NotAsPromised."""
        try:
            with asyncio.Runner(loop_factory=self._loop) as runner:
                runner.run(self._play())
        finally:
            for store in (self.observer.database, *self.stores):
                store.close()

    def _loop(self) -> Loop:
        loop = Loop(self.world.time)
        loop.set_exception_handler(self._overheard)
        return loop

    def _overheard(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What nobody waited for: the end of what a dead process was at, else a fault of ours."""
        if not isinstance(context.get("exception"), Killed):
            self.world.faults.append(str(context))

    async def _play(self) -> None:
        self._furnish()
        for _ in self.desks:
            await self._start()
        end = min(self.asked.operations, self.asked.until or self.asked.operations)
        for number in range(1, end + 1):
            self.world.trace.number = number
            await self._operate()
            if number % self.look_every == 0:
                self._check(ALWAYS, watched=await self._calm_watch())
            elif self.asked.closely is not None and number > self.asked.closely:
                self._check(ALWAYS, watched=False)
        if self.asked.until is None:
            await self._end()
            self._check(AT_THE_END, watched=True)

    def _furnish(self) -> None:
        upgrade(self.observer.database)
        rooms = [RoomAt(name, address, room, "it") for name, _, rooms in CHATS for address, room in rooms.items()]
        self.observer.do(Furnish(tuple(rooms)))

    def _check(self, invariants: Any, *, watched: bool) -> None:
        self.books.look(self.observer, self.acknowledged, watched=watched)
        wrong = [line for invariant in invariants for line in invariant(self.books)]
        self.acknowledged.clear()
        if wrong:
            raise NotAsPromised(wrong)

    # Operations

    async def _operate(self) -> None:
        operation = self.dice.weighed(OPERATIONS)
        self.counts[operation] += 1
        await getattr(self, f"_{operation}")()
        for _ in range(3):
            await asyncio.sleep(0)
        await self._come_home()

    async def _act(self) -> None:
        """Somebody does something, and the platform tells a desk of it, now or later."""
        for somebody in (self.dice.pick(self.people) for _ in range(5)):
            if heard := somebody.act():
                break
        else:
            return
        self.world.trace.note(f"{somebody.who} {heard}")
        self.waiting.setdefault(somebody.chat, deque()).append((somebody, heard))
        if not self.dice.falls(0.1):
            await self._tell(somebody.chat)

    async def _deliver(self) -> None:
        if chats := [chat for chat, queue in self.waiting.items() if queue]:
            await self._tell(self.dice.pick(chats))

    async def _tell(self, chat: str) -> None:
        """Tell a desk what waits in a chat; what it does not confirm comes again."""
        queue = self.waiting[chat]
        while queue and (desk := self._one_that_runs()):
            somebody, heard = queue[0]
            try:
                receipt = desk.hear(heard)
            except Killed:
                await self._bury(desk)
                return
            somebody.receive(receipt)
            if receipt.taken:
                self.acknowledged.add((heard.place.channel, heard.id))
            if not self.dice.falls(0.02):  # else the acknowledgement is lost: it comes again
                queue.popleft()

    async def _send(self) -> None:
        if desk := self._one_that_runs():
            desk.set_off()

    async def _watch(self) -> None:
        if desk := self._one_that_runs():
            await self._piece(desk)

    async def _piece(self, desk: Process) -> bool:
        try:
            return desk.look_after()
        except Killed:
            await self._bury(desk)
            return False

    async def _land(self) -> None:
        self.world.air.land(1 + self.dice.below(3))

    async def _wait(self) -> None:
        """Time goes by: to the next moment at which a desk has something to do, if that comes first."""
        by = timedelta(seconds=self.dice.below(self.dice.weighed(WAITS)) + 1)
        if by > timedelta(minutes=1) and (desk := self._one_that_runs()):
            due = min(filter(None, (desk.watch.next_moment(desk.clock()), await desk.courier.next_due())))
            by = max(timedelta(seconds=1), min(by, due - desk.clock()))
        self.world.trace.note(f"{by} go by")
        await self._go_by(by)

    async def _go_by(self, by: timedelta) -> None:
        """A desk that is sending has its moment: no more goes by at once than its patience has room for."""
        while by > timedelta(0):
            sending = any(desk and desk.runs and desk.stepping for desk in self.desks)
            piece = min(by, A_MOMENT) if sending else by
            self.world.time.go_on(piece)
            by -= piece
            for _ in range(8 if sending else 1):
                await asyncio.sleep(0)
            await self._come_home()

    async def _sleep(self) -> None:
        """The whole machine sleeps, and nobody looks after anything."""
        by = timedelta(minutes=self.dice.below(300))
        self.world.trace.note(f"the machine sleeps for {by}")
        self.world.time.go_on(by)
        self.world.time.jumped_at = self.world.time.passed

    async def _set_clock(self) -> None:
        by = timedelta(seconds=self.dice.below(7200) - 3600)
        self.world.trace.note(f"the clock is put by {by}")
        self.world.time.jump(by)

    async def _kill(self) -> None:
        if desk := self._one_that_runs():
            with suppress(Killed):
                desk.dies("while it rests")
            await self._bury(desk)

    async def _stop(self) -> None:
        if desk := self._one_that_runs():
            self.world.trace.note(f"{desk.name} is stopped")
            desk.stop()

    async def _go(self) -> None:
        for desk in self.desks:
            if desk and desk.stopped_at is not None:
                desk.go()

    async def _start(self) -> None:
        for place, desk in enumerate(self.desks):
            if desk is None:
                self.born += 1
                self.desks[place] = self._new(f"desk{place}.{self.born}", self.stores[place])
                return

    async def _fall_down(self) -> None:
        wire = self.dice.pick(list(self.world.wires.values()))
        wire.down = True
        self.world.trace.note(f"{wire.name} is down")

    async def _come_up(self) -> None:
        for wire in self.world.wires.values():
            wire.down = False

    # Desks

    def _new(self, name: str, store: Store) -> Process:
        new = Process(
            name, store, self.world, lambda process: [Link(wire, process) for wire in self.world.wires.values()]
        )
        self.world.processes[name] = new
        self.world.trace.note(f"{name} starts")
        if self.asked.processes == 1:
            new.desk.quiet().do(FreeLeases())
        return new

    def _one_that_runs(self) -> Process | None:
        running = [desk for desk in self.desks if desk and desk.runs]
        return self.dice.pick(running) if running else None

    async def _come_home(self) -> None:
        for desk in self.desks:
            if desk is None:
                continue
            try:
                desk.came_back()
            except Killed:
                await self._bury(desk)

    async def _bury(self, desk: Process) -> None:
        """What it had sent and not written down is in the window: nobody can know of it any more."""
        await desk.bury()
        lost = {one.parcel for one in desk.unmarked}
        undone = {row.id for row in self.observer.look(These(outbox, lost)) if row.done_at is None}
        for arrival in desk.unmarked:
            if arrival.parcel in undone:
                arrival.unknown = arrival.unknown or "killed"
        self.desks[self.desks.index(desk)] = None

    async def _calm_watch(self) -> bool:
        """Let a desk do all that is due; False where none runs or it died of it."""
        desk = self._one_that_runs()
        while desk and desk.alive:
            if not await self._piece(desk):
                return desk.alive
        return False

    # The end of the world

    async def _end(self) -> None:
        """All is well again: what waits is told, whatever is open is cancelled, and all that is to be said leaves."""
        self.world.calm = True
        for wire in self.world.wires.values():
            wire.calm, wire.down, wire.blocked = True, False, set()
        await self._go()
        for _ in self.desks:
            await self._start()
        await self._quiet()
        for _ in range(MOST_BEHIND):
            for somebody, place in self._in_talks():
                self.waiting.setdefault(somebody.chat, deque()).append((somebody, somebody.gets_out(place)))
            await self._quiet()

    def _in_talks(self) -> Iterator[tuple[Somebody, str]]:
        """Who has a talk open, and where."""
        open_ones = self.observer.look(Since(talks, 0))
        who = {row.id: (row.channel, row.address) for row in self.observer.look(Since(identities, 0))}
        where = {row.id: row.address for row in self.observer.look(Since(chats, 0))}
        for row in open_ones:
            for one in self.people:
                if ((one.wire.name, one.who), one.chat) == (who[row.identity_id], where[row.chat_id]):
                    yield one, row.place

    async def _quiet(self) -> None:
        """Until nothing is to be done at this moment, nor put off to a later one."""
        for _ in range(1000):
            for chat in list(self.waiting):
                await self._tell(chat)
            await self._calm_watch()
            for desk in filter(None, self.desks):
                desk.set_off()
            for _ in range(10):
                self.world.air.land(1000)
                await asyncio.sleep(0)
            await self._come_home()
            due = await self._first_due()
            if due is None:
                return
            await self._go_by(max(timedelta(seconds=1), due - self.world.time.now()))

    async def _first_due(self) -> datetime | None:
        desk = self.desks[0]
        return await desk.courier.next_due() if desk else None


OPERATIONS: Final = {
    "act": 40.0,
    "deliver": 3.0,
    "send": 25.0,
    "watch": 8.0,
    "land": 4.0,
    "wait": 14.0,
    "start": 2.5,
    "kill": 0.5,
    "stop": 0.2,
    "go": 0.8,
    "sleep": 0.1,
    "set_clock": 0.05,
    "fall_down": 0.03,
    "come_up": 0.5,
}
WAITS: Final = {5: 40.0, 30: 25.0, 600: 15.0, 20_000: 20.0}
"""Seconds that go by at most, by how often."""


def _rules() -> dict[type, Any]:
    rules = (PeopleRules(), TicketRules(), CounterRules(), FileRules(), SlaSettings().to_policy())
    return {type(rule): rule for rule in rules} | {Policy: rules[-1]}
