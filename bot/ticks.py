"""What is done because time goes by: the watch, a piece at a time, and the timer that ticks it.

The truth is in the database; the scheduler only ticks. A demo's pushed clock steps the same watch by hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Final, Protocol, Self, TypeVar

import structlog

from bot.adapters.channel import Hop
from core.ailments import Lasting, ailment
from core.db import Left
from core.desk import Desk
from core.sla.plan import next_digest
from core.sla.policy import Policy
from core.tickets.daily import BeforeClosing, Digest, digest_at, list_at
from core.tickets.held import NextHeld, SendHeld
from core.tickets.overdue import NextAlert, PolicyKnown, ReplanAll, Sweep
from core.tickets.upkeep import Housekeeping, NextTending, TendTickets, housekeeping_at

T = TypeVar("T")
log = structlog.get_logger(__name__)

HOUR: Final = timedelta(hours=1)


class Watch:
    """Everything of the desk that hangs on time, as short pieces. Synchronous: whoever is not hops first.

    One caller at a time. It remembers only what spares a question: each piece asks the database whether it is due.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.calendar = desk.rules[Policy].calendar
        self._replanned: int | None = 0
        self._digest_done: date | None = None
        self._list_done: date | None = None
        self._night_done: date | None = None
        self._tend_at: datetime | None = None
        self._pieces: tuple[Callable[[datetime], bool], ...] = (
            self._replan,
            self._sweep,
            self._digest,
            self._before_closing,
            self._tend,
            self._housekeeping,
            self._send_held,
        )

    def step(self, now: datetime) -> datetime:
        """Do all that is due at *now* (what the desk's clock shows). Returns the next moment: come back then."""
        while self.piece(now):
            pass
        return self.next_moment(now)

    def piece(self, now: datetime) -> bool:
        """Do one thing that is due, in one short transaction. Returns False when there was none."""
        return any(piece(now) for piece in self._pieces)

    def next_moment(self, now: datetime) -> datetime:
        """When something falls due next, an hour ahead at most; not after *now* where another process is at it."""
        alert, held = self.desk.look(NextAlert()), self.desk.look(NextHeld())
        ahead = (digest_at(self.calendar, now), next_digest(now, self.calendar), list_at(self.calendar, now))
        moments = [moment for moment in (*ahead, self._tend_at, self._tonight(now)) if moment and moment > now]
        return min(*moments, now + HOUR, *filter(None, (alert, held)))

    def _replan(self, _now: datetime) -> bool:
        """At the start only: was the policy changed while nobody watched?"""
        if self._replanned is None:
            return False
        if self._replanned == 0 and self.desk.look(PolicyKnown()):
            self._replanned = None
            return False
        self._replanned = self.desk.do(ReplanAll(after=self._replanned))
        return True

    def _sweep(self, now: datetime) -> bool:
        due = self.desk.look(NextAlert())
        return due is not None and due <= now and self.desk.do(Sweep()) > 0

    def _digest(self, now: datetime) -> bool:
        today = self.calendar.working_day(now).day
        if self._digest_done == today or not self._is_time(digest_at(self.calendar, now), now):
            return False
        taken = self.desk.do(Digest())
        self._digest_done = today
        return taken

    def _before_closing(self, now: datetime) -> bool:
        today = self.calendar.working_day(now).day
        if self._list_done == today or not self._is_time(list_at(self.calendar, now), now):
            return False
        taken = self.desk.do(BeforeClosing())
        self._list_done = today
        return taken

    def _is_time(self, at: datetime, now: datetime) -> bool:
        return at <= now and self.calendar.is_staffed(now)

    def _tend(self, now: datetime) -> bool:
        """Its next moment is looked up once an hour: days lie between a wait's beginning and its end."""
        if self._tend_at and now < self._tend_at:
            return False
        due = self.desk.look(NextTending())
        if due and due <= now:
            return self.desk.do(TendTickets()) > 0
        self._tend_at = min(due, now + HOUR) if due else now + HOUR
        return False

    def _housekeeping(self, now: datetime) -> bool:
        if now < self._tonight(now) or self._night_done == self._today(now):
            return False
        if self.desk.do(Housekeeping()):
            return True
        self._night_done = self._today(now)
        return False

    def _send_held(self, now: datetime) -> bool:
        """What operators wrote under a card, once its moment is over."""
        due = self.desk.look(NextHeld())
        return due is not None and due <= now and self.desk.do(SendHeld()) > 0

    def _tonight(self, now: datetime) -> datetime:
        return housekeeping_at(self.calendar, now)

    def _today(self, now: datetime) -> date:
        return now.astimezone(self.calendar.zone).date()


class Watching(Protocol):
    """What is ticked: `Watch`, that is."""

    def piece(self, now: datetime) -> bool: ...

    def next_moment(self, now: datetime) -> datetime: ...


class Ticks:
    """APScheduler ticks the watch: at the next moment, when woken by a commit, and each minute in any case.

    Use it as an asynchronous context. *clock* is the computer's own; when it jumps, the timers are set anew, since
    APScheduler sleeps by the old one until `wakeup()`.
    """

    def __init__(
        self,
        watch: Watching,
        *,
        hop: Hop,
        clock: Callable[[], datetime],
        every: timedelta = timedelta(minutes=1),
        gather: timedelta = timedelta(milliseconds=100),
        again: timedelta = timedelta(seconds=5),
        heartbeat: timedelta = timedelta(seconds=10),
    ) -> None:
        """*every*: in any case; *gather*: commits within this wake it once; *again*: after an error, or where another
        process is just at it; *heartbeat*: how soon a clock that jumped is noticed."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # the demo steps the watch without one

        self.watch = watch
        self.hop = hop
        self.clock = clock
        self.every = every
        self.gather = gather
        self.again = again
        self.heartbeat = heartbeat
        # One at a time is the lock's to see to: the scheduler would let go of a moment that comes while a tick is ending.
        settings = {"misfire_grace_time": None, "coalesce": True, "max_instances": 100}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=settings)
        self._ticking = asyncio.Lock()
        self._woken = False
        self._lasting = Lasting()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pulse: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._scheduler.add_job(self._tick, "interval", seconds=self.every.total_seconds(), id="in-any-case")
        self._scheduler.start()
        self._set(self.clock())
        self._pulse = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop, once what is being done is done: a shutdown would cancel it in the middle."""
        self._loop = None
        if self._pulse:
            self._pulse.cancel()
        self._scheduler.remove_all_jobs()
        async with self._ticking:
            self._scheduler.shutdown(wait=False)

    def wake(self, _left: Left | None = None) -> None:
        """Something was committed, and may be due early. May be called from any thread."""
        loop = self._loop
        if loop and not loop.is_closed() and not self._woken:
            self._woken = True
            loop.call_soon_threadsafe(self._hear)

    def _hear(self) -> None:
        """A tick under way sees at its end that it was woken."""
        if self._loop and not self._ticking.locked():
            self._set_sooner(self.clock() + self.gather)

    async def _tick(self) -> None:
        """Do what is due and set the timer for what comes next. An error is told, and tried again."""
        async with self._ticking:
            self._woken = False
            try:
                moment = await self._do_what_is_due()
                self._lasting.over()
            except Exception as error:
                if self._lasting.is_news(error, self.clock()):
                    kind = ailment(error)
                    log.error("tick-failed", why=kind, exc_info=kind is None)
                moment = self.clock() + self.again
            if self._loop:
                soon = self.clock() + self.gather
                self._set(min(moment, soon) if self._woken else moment)

    async def _do_what_is_due(self) -> datetime:
        """A hop for each piece, so that what people say is not held up. Returns when to tick next."""
        while self._loop is not None and await self.hop(lambda: self.watch.piece(self.clock())):
            pass
        moment = await self.hop(lambda: self.watch.next_moment(self.clock()))
        return moment if moment > self.clock() else self.clock() + self.again

    def _set(self, moment: datetime) -> None:
        self._scheduler.add_job(self._tick, "date", run_date=moment, id="next-moment", replace_existing=True)

    def _set_sooner(self, moment: datetime) -> None:
        """Tick at *moment*, unless it ticks before that anyway."""
        job = self._scheduler.get_job("next-moment")
        if not (job and job.next_run_time <= moment):
            self._set(moment)

    async def _beat(self) -> None:
        """Notice a clock that jumped: what it shows and what went by since the last beat no longer agree."""
        shown, counted = self.clock(), asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(self.heartbeat.total_seconds())
            before, shown = shown, self.clock()
            gone_by, counted = asyncio.get_running_loop().time() - counted, asyncio.get_running_loop().time()
            if abs((shown - before).total_seconds() - gone_by) > 1:
                log.warning("clock-jumped", to=shown.isoformat())
                self._reset(shown)

    def _reset(self, now: datetime) -> None:
        self._scheduler.reschedule_job("in-any-case", trigger="interval", seconds=self.every.total_seconds())
        self._set(now)
        self._scheduler.wakeup()
