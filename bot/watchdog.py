"""The watchdog: each minute it looks from outside whether anything stands still that should have moved.

It has its own task, its own thread and its own connections, so that what holds up the desk does not hold up whoever
watches it. What stands where it stood a look ago is set going again; what then still stands makes the desk ill: that is
told once, and the heartbeat is withheld until it moves. It can be stepped by hand, on any clock.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from bot.adapters.channel import Hop
from core.ailments import ailment
from core.db import Left
from core.desk import Desk
from core.notices.leases import FreeLeasesOfTheDead
from core.notices.outbox import Closed
from core.notices.stuck import Still, StuckHeard, StuckParcels, unmoved
from core.tickets.held import SendHeld
from core.tickets.overdue import Sweep
from core.tickets.stuck import NoteLook, StuckMoments, TellOfTrouble

log = structlog.get_logger(__name__)


class What(StrEnum):
    """What can stand still."""

    OUTBOX = "outbox"  # something to be said does not leave
    INBOX = "inbox"  # something heard is not dealt with
    MOMENTS = "moments"  # a due moment is not answered
    LEASES = "leases"  # a process died with something in its hands
    STORE = "store"  # the store does not answer, or takes nothing: nothing else can be seen


class Outcome(StrEnum):
    FOUND = "found"
    MENDED = "mended"
    ILL = "ill"


@dataclass(frozen=True)
class Patience:
    """*every*: how often it looks. *sending*, *hearing*, *moments*: how long something may wait with nobody at it.

    *look*: how long a look, or one thing done about it, may take.
    """

    every: timedelta = timedelta(minutes=1)
    sending: timedelta = timedelta(minutes=1)
    hearing: timedelta = timedelta(minutes=5)
    moments: timedelta = timedelta(minutes=1)
    look: timedelta = timedelta(seconds=20)


@dataclass
class Trouble:
    """What was found, since when it stands still, and how many of it there were most lately. *looks*: how often in a row."""

    what: What
    where: str
    since: datetime
    many: int = 1
    looks: int = 1

    @property
    def is_ill(self) -> bool:
        """Whether it was set going, and stands still all the same."""
        return self.looks > 1 or self.what is What.STORE

    def __str__(self) -> str:
        return f"{self.what} {self.where}".strip()


@dataclass
class Views:
    """What one look saw, by kind."""

    still: Mapping[What, Sequence[Still]] = field(default_factory=dict)
    freed: int = 0


async def _no_beat() -> None:
    """Where nobody asked for one."""


class Watchdog:
    """*looking*: the desk on connections of the watchdog's own, by a *hop* of its own. *channels*: those that are heard here.

    *closed* says where the courier paces; *wake* sets courier and ticks going, and may be called from this loop; *beat*
    is the heartbeat.
    """

    def __init__(
        self,
        looking: Desk,
        *,
        hop: Hop,
        channels: Collection[str] = (),
        closed: Callable[[], Closed] = Closed,
        wake: Callable[[Left], None] = lambda _: None,
        beat: Callable[[], Awaitable[None]] = _no_beat,
        patience: Patience = Patience(),
    ) -> None:
        self.desk = looking
        self.hop = hop
        self.channels = channels
        self.closed = closed
        self.wake = wake
        self.beat = beat
        self.patience = patience
        self.counts: Counter[tuple[What, Outcome]] = Counter()
        self.looked: float | None = None
        """When the last look ended, by the loop's own clock, which no hand turns."""
        self._before: Mapping[What, Sequence[Still]] = {}
        self._troubles: dict[tuple[What, str], Trouble] = {}
        self._under_way: asyncio.Future[Views] | None = None

    @property
    def ills(self) -> tuple[Trouble, ...]:
        """What stands still although it was set going."""
        return tuple(trouble for trouble in self._troubles.values() if trouble.is_ill)

    def is_well(self) -> bool:
        """Whether nothing is ill, and the watchdog itself still looks."""
        if self.looked is None:
            return False
        ago = asyncio.get_running_loop().time() - self.looked
        return not self.ills and ago < 3 * self.patience.every.total_seconds()

    async def told(self) -> list[str]:
        """What is ill, in a word or two each; nothing where all is well."""
        return [str(ill) for ill in self.ills] or ([] if self.is_well() else ["watchdog"])

    async def run(self) -> None:
        """Look each minute, until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self.patience.every.total_seconds())

    async def step(self) -> None:
        """Look once, set going what stands still, say what came of it, and beat if all is well."""
        try:
            views = await self._look()
        except Exception as error:
            self._blind(error)
        else:
            await self._judge(views)
        self.looked = asyncio.get_running_loop().time()
        if not self.ills:
            await self.beat()

    # Looking

    async def _look(self) -> Views:
        """Look in a thread; one that hangs is not joined by a second."""
        if self._under_way is None or self._under_way.done():
            closed = self.closed()
            self._under_way = asyncio.ensure_future(self.hop(lambda: self._see(closed)))
            self._under_way.add_done_callback(lambda look: look.cancelled() or look.exception())
        async with asyncio.timeout(self.patience.look.total_seconds()):
            return await asyncio.shield(self._under_way)

    def _see(self, closed: Closed) -> Views:
        desk, patience = self.desk, self.patience
        desk.do(NoteLook())
        freed = desk.do(FreeLeasesOfTheDead())
        still = {
            What.OUTBOX: desk.look(StuckParcels(patience.sending, closed)),
            What.INBOX: desk.look(StuckHeard(patience.hearing, self.channels)),
            What.MOMENTS: desk.look(StuckMoments(patience.moments)),
        }
        return Views(still, freed)

    def _blind(self, error: Exception) -> None:
        """The store can't be seen, or takes nothing: ill at once. Said once, and only in the log: nothing else can be written."""
        self._before = {}
        key = (What.STORE, "")
        if key in self._troubles:
            self._troubles[key].looks += 1
            return
        self._troubles[key] = Trouble(*key, since=self.desk.clock())
        self._count(What.STORE, Outcome.FOUND, Outcome.ILL)
        log.error("watchdog-cannot-look", why=ailment(error) or type(error).__name__)

    # Judging

    async def _judge(self, views: Views) -> None:
        if views.freed:
            self._count(What.LEASES, Outcome.FOUND, Outcome.MENDED)
            log.warning("watchdog-freed-what-a-dead-process-held", rows=views.freed)
            self.wake(Left(others=True))
        found = self._found(views)
        self._before = views.still
        for key in [key for key in self._troubles if key not in found]:
            await self._over(self._troubles.pop(key))
        for key, still in found.items():
            await self._stands(key, still)

    def _found(self, views: Views) -> dict[tuple[What, str], list[Still]]:
        """What has not moved since the last look, by kind and place."""
        found: dict[tuple[What, str], list[Still]] = {}
        for what, seen in views.still.items():
            for one in unmoved(self._before.get(what, ()), seen):
                found.setdefault((what, one.where), []).append(one)
        return found

    async def _stands(self, key: tuple[What, str], still: Sequence[Still]) -> None:
        """Set it going: the first time, and each time after it; what stood through that is ill."""
        since = min(one.since for one in still)
        known = self._troubles.get(key)
        trouble = self._troubles[key] = known or Trouble(*key, since, looks=0)
        trouble.many, trouble.looks = len(still), trouble.looks + 1
        if trouble.looks == 1:
            self._count(trouble.what, Outcome.FOUND)
            log.warning("watchdog-found", **self._told(trouble))
        if trouble.looks == 2:
            self._count(trouble.what, Outcome.ILL)
            log.error("watchdog-cannot-mend", **self._told(trouble))
            await self._tell("watchdog-ill", trouble)
        await self._mend(trouble.what)

    async def _over(self, trouble: Trouble) -> None:
        """It moves again."""
        self._count(trouble.what, Outcome.MENDED)
        log.warning("watchdog-mended", **self._told(trouble))
        if trouble.what is not What.STORE:
            await self._tell("watchdog-mended", trouble)

    async def _mend(self, what: What) -> None:
        """Wake whoever should have done it; what a due moment asks for is done here, whoever sleeps."""
        self.wake(Left(others=True))
        if what is What.MOMENTS:
            await self._try("watchdog-could-not-sweep", lambda: self._sweep())

    def _sweep(self) -> None:
        while self.desk.do(Sweep()) or self.desk.do(SendHeld()):
            pass

    async def _tell(self, message: str, trouble: Trouble) -> None:
        facts = {"what": trouble.what, "where": trouble.where, "many": trouble.many, "since": trouble.since}
        told = TellOfTrouble(message, str(trouble), facts)
        await self._try("watchdog-could-not-tell", lambda: self.desk.do(told))

    async def _try(self, failure: str, work: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(self.patience.look.total_seconds()):
                await self.hop(work)
        except Exception as error:
            log.error(failure, why=ailment(error) or type(error).__name__)

    def _told(self, trouble: Trouble) -> Mapping[str, object]:
        waits = (self.desk.clock() - trouble.since).total_seconds()
        return {"what": trouble.what, "where": trouble.where, "many": trouble.many, "seconds": round(waits)}

    def _count(self, what: What, *outcomes: Outcome) -> None:
        self.counts.update((what, outcome) for outcome in outcomes)
