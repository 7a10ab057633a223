"""One desk of the simulated world: a process that is stepped by hand, and that dies at any commit and at any send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.conversations.drawing import Drawing
from bot.conversations.heard import Heard
from bot.conversations.hearing import Hearing
from bot.conversations.screen import Limits, Receipt, Screen
from bot.courier import Courier, Pace
from bot.simulation.dice import Dice
from bot.simulation.passing import Time
from bot.simulation.shelf import Shelf
from bot.simulation.trace import Trace
from bot.simulation.wire import Arrival, Wire, traced
from bot.ticks import Watch
from core.db import Database, Tx
from core.desk import Desk
from core.notices.outbox import Parcel

T = TypeVar("T")
COMMIT_KILLS = 0.001
"""How often a desk is killed just before a commit, and as often just after one."""
ONE_PATIENCE = Pace(patience_with_files=Pace().patience)
"""A step ends when all that it sent has come back: no lease may end before, as it does where marks are written apart."""


class Killed(BaseException):
    """The process is no more. No error that anything inside could catch."""


class Store(Database):
    """The store as one process sees it: *at_commit* is called just before each commit, and just after it (True)."""

    def __init__(self, url: str) -> None:
        super().__init__(url, durable=False)
        self.at_commit: Callable[[bool], None] = lambda _: None

    @contextmanager
    def write(self) -> Iterator[Any]:
        with super().write() as conn:
            yield conn
            self.at_commit(False)
        self.at_commit(True)


class Air:
    """Calls that are under way to a platform, or answers on their way back, until they land."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._under_way: list[asyncio.Future[None]] = []

    async def fly(self) -> None:
        landing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._under_way.append(landing)
        await landing

    def land(self, most: int = 1) -> None:
        """Let some of them come down, whichever."""
        self._under_way = [one for one in self._under_way if not one.done()]
        for _ in range(min(most, len(self._under_way))):
            self._under_way.pop(self._dice.below(len(self._under_way))).set_result(None)

    def __len__(self) -> int:
        return len(self._under_way)


@dataclass(frozen=True)
class Doubled:
    """A parcel that arrived once more. *why* its desk could not know that it is there; "" where it should have known."""

    first: Arrival
    again: Arrival
    why: str


@dataclass
class World:
    """What all processes share."""

    time: Time
    trace: Trace
    dice: Dice
    air: Air
    wires: Mapping[str, Wire]
    shelf: Shelf
    rules: Mapping[type, Any]
    drawing: Drawing
    calm: bool = False
    kills: dict[str, int] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    nothing_to_say: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    latest: dict[int, Arrival] = field(default_factory=dict)
    in_lane: dict[str, Arrival] = field(default_factory=dict)
    doubled: list[Doubled] = field(default_factory=list)
    overtaken: list[tuple[Arrival, Arrival]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def arrives(self, there: Arrival) -> None:
        """Keep what arrived, what arrived once more, and what another one overtook."""
        there.at, before = self.time.now(), self.latest.get(there.parcel)
        self.latest[there.parcel] = there
        if before is None:
            first = self.in_lane.get(there.lane)
            if first and first.parcel > there.parcel:
                self.overtaken.append((first, there))
            self.in_lane[there.lane] = there
        elif not there.edited:
            self.doubled.append(Doubled(before, there, self._why(before, there)))

    def _why(self, before: Arrival, there: Arrival) -> str:
        """Why whoever sent it could not know that it is there; "" where nothing kept them from it."""
        if before.unknown or there.unknown:
            return before.unknown or there.unknown
        since = min(before.set_off, there.set_off)
        stopped = any(self.processes[one.desk].stopped_since(one.set_off) for one in (before, there))
        jumped = self.time.jumped_at >= since
        return "stopped" if stopped else "the clock was put forward" if jumped else ""


class Process:
    """A desk with courier, watch and hearing, from its start to its end. *name* is no other's, before or after it."""

    def __init__(self, name: str, store: Store, world: World, channels: Callable[[Process], list[Any]]) -> None:
        self.name, self.store, self.world = name, store, world
        self.alive = True
        self.stopped_at: timedelta | None = None
        self.was_stopped = timedelta(-1)
        self.unmarked: list[Arrival] = []
        self.stepping: asyncio.Task[int] | None = None
        self._thawed = asyncio.Event()
        self._thawed.set()
        store.at_commit = self._commits
        chance = Dice(f"{name}:{world.trace.number}")
        self.desk = Desk(store, clock=self.clock, chance=chance, rules=world.rules)
        self.watch = Watch(self.desk)
        limits = {wire.name: wire.limits for wire in world.wires.values()}
        self.hearing = Hearing(self.desk, world.drawing, limits)
        self.courier = Courier(
            self.desk,
            channels(self),
            self._draw,
            hop=self.hop,
            chance=chance,
            worker=name,
            pace=ONE_PATIENCE,
            files=world.shelf,
            monotonic=world.time.seconds,
        )

    # What it is handed

    def clock(self) -> datetime:
        return self.world.time.now()

    async def hop(self, work: Callable[[], T], /) -> T:
        await self.goes_on()
        return work()

    def _draw(self, tx: Tx, parcel: Parcel, limits: Limits) -> Screen | None:
        screen = self.world.drawing(tx, parcel, limits)
        if screen is None:
            self.world.nothing_to_say.add(parcel.id)
            return None
        return traced(screen, parcel.id, parcel.lane)

    # Its ends and pauses

    async def goes_on(self) -> None:
        """Wait while it is stopped; raises Killed where it is no more."""
        await self._thawed.wait()
        if not self.alive:
            raise Killed

    def dies(self, where: str) -> None:
        """Kill it now, in the middle of what it is at."""
        self.world.trace.note(f"{self.name} is killed {where}")
        self.world.kills[where] = self.world.kills.get(where, 0) + 1
        self.alive = False
        raise Killed

    def _commits(self, done: bool) -> None:
        if self.alive and not self.world.calm and self.world.dice.falls(COMMIT_KILLS):
            self.dies("after a commit" if done else "before a commit")

    def stop(self) -> None:
        """As SIGSTOP does: whatever is under way stays so."""
        self.stopped_at = self.world.time.passed
        self._thawed.clear()

    def go(self) -> None:
        """As SIGCONT does."""
        self.stopped_at, self.was_stopped = None, self.world.time.passed
        self._thawed.set()

    @property
    def runs(self) -> bool:
        return self.alive and self.stopped_at is None

    def stopped_since(self, then: timedelta) -> bool:
        return self.stopped_at is not None or self.was_stopped >= then

    # What it does, stepped by hand

    def hear(self, heard: Heard) -> Receipt:
        """One turn; as `app.Listening` does. What nobody foresaw is written down as a fault of ours."""
        while True:
            try:
                return self.hearing.hear(heard)
            except Exception as error:
                self.world.faults.append(f"could not hear {heard}: {error!r}")
                if not self.hearing.fail(heard, error):
                    return Receipt()

    def look_after(self) -> bool:
        """One piece of what hangs on time."""
        return self.watch.piece(self.clock())

    def set_off(self) -> None:
        """Let the courier make a step, unless it is at one."""
        if self.stepping is None:
            self.stepping = asyncio.get_running_loop().create_task(self.courier.step())

    def came_back(self) -> bool:
        """Whether a step of the courier's is over. Raises Killed where the process died in it, or what it raised."""
        if self.stepping is None or not self.stepping.done():
            return False
        task, self.stepping = self.stepping, None
        task.result()
        self.unmarked.clear()
        return True

    async def bury(self) -> None:
        """Let go of all that it was at."""
        self.alive = False
        self._thawed.set()
        if self.stepping:
            self.stepping.cancel()
            with suppress(BaseException):
                await self.stepping
        self.stepping = None
