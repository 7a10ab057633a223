"""The courier: outbox -> channel. It draws what is open now, sends it, tries again, gives up and says so.

Only here is anything retried or paced: a retry blocks its own lane and nothing else. The truth is in the outbox, so
a courier that dies leaves nothing behind but a lease that ends. It can be stepped by hand, on any clock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar, cast

import structlog

from bot.adapters.channel import Blocked, Broken, Channel, Gives, Hop, Moved, Outgoing, Paced, Retry, Signs
from bot.adapters.channel import GiveUp as Refused
from bot.loading import Draw, Load, Loading, Loads, Look, Opens, Round
from bot.pacing import Gate, Pacer
from core.ailments import Lasting, ailment, without_words
from core.db import Chance, Command, Left
from core.desk import Desk
from core.errors import TooMuch
from core.files import FileRules, FileStore
from core.notices.outbox import (
    LEASE,
    Collect,
    GiveUp,
    Kind,
    Parcel,
    PutOff,
    Sent,
    Sign,
)
from core.tickets.passing import FileArrived
from core.tickets.undelivered import FileRefused, Followed, NotDelivered, SentElsewhere

T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pace:
    """How the courier goes about it. *patience*: how long one send may take; it ends before the lease does."""

    at_once: int = 16
    gather: timedelta = timedelta(milliseconds=50)  # "sent" marks are written together within this
    patience: timedelta = timedelta(seconds=30)
    patience_with_files: timedelta = timedelta(minutes=2)
    lease: timedelta = LEASE
    lease_of_files: timedelta = timedelta(minutes=3)
    first_wait: timedelta = timedelta(seconds=2)
    longest_wait: timedelta = timedelta(minutes=15)
    tried_long_enough: timedelta = timedelta(hours=24)
    few_tries: int = 5  # a drawing that fails this often will not mend itself
    longest_sleep: timedelta = timedelta(seconds=30)  # a clock that jumps is noticed after this


WITH_FILES: Final = (Kind.FETCH, Kind.FILE)
Note = Callable[[Parcel, Command[None], float], None]
"""Who wants to know of each try to send: what, what came of it, and how many seconds it took."""


class Courier:
    """Synchronous where it reads and writes (by *hop*, in a worker thread), asynchronous where it sends."""

    def __init__(
        self,
        desk: Desk,
        channels: Iterable[Channel],
        draw: Draw,
        *,
        hop: Hop,
        chance: Chance,
        worker: str,
        files: FileStore | None = None,
        pace: Pace = Pace(),
        monotonic: Callable[[], float] = time.monotonic,
        note: Note = lambda *_: None,
    ) -> None:
        self._people = desk  # whose turns lease to us what they post, while we run
        self.desk = desk.quiet()  # its own marks wake nobody: a courier that heard its own commits would never sleep
        self.channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}
        self.draw = draw
        self.hop = hop
        self.chance = chance
        self.worker = worker
        self.files = files
        self.pace = pace
        self.note = note
        self._paced = {name: channel for name, channel in self.channels.items() if isinstance(channel, Paced)}
        overall = {name: channel.overall for name, channel in self._paced.items() if channel.overall}
        self.pacer = Pacer(monotonic, overall)
        self._marks: list[Command[None]] = []
        self._oldest_mark = 0.0
        self._born: list[Load] = []
        self._visit: asyncio.Future[Look] | None = None
        self._lasting = Lasting()
        self._due: datetime | None = None
        self._may_wait, self._held_up, self._looks = True, False, 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()

    # By hand

    async def step(self) -> int:
        """Send what is due and may leave, one to each chat, and return how many there were."""
        gate = self.pacer.gate(self.pace.at_once)
        look = await self.hop(lambda: self._look_into_the_store([], gate))
        await asyncio.gather(*map(self._carry, self._setting_off(look.loads.ready)))
        self._keep(*look.loads.marks)
        await self._write_marks()
        return look.loads.count

    async def settle(self) -> None:
        """Step until nothing is due at this moment."""
        while await self.step():
            pass

    async def next_due(self) -> datetime | None:
        """When there is something to send again; None when nothing waits, or only for what is under way."""
        gate = self.pacer.gate(self.pace.at_once)
        return await self.hop(lambda: self.desk.look(Opens(gate)))

    # By itself

    def wake(self, left: Left) -> None:
        """Something was committed. May be called from any thread; what is leased to us already is drawn in this one."""
        loop = self._loop
        if loop and not loop.is_closed():
            loads = self._drawn(left.mine)
            if left.mine or left.others:
                loop.call_soon_threadsafe(self._receive, loads, left.others)
        elif left.mine:
            self._write([PutOff(parcel, timedelta(0), "stopped", tried=False) for parcel in left.mine])

    def _receive(self, loads: Loads, look: bool) -> None:
        self._keep(*loads.marks)
        self._born.extend(loads.ready)
        self._may_wait = self._may_wait or look
        self._woken.set()

    async def run(self) -> None:
        """Send what falls due, until cancelled; what is on its way then is waited for, for a moment."""
        self._loop, self._may_wait = asyncio.get_running_loop(), True
        self._people.sender = self.worker
        flying: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._woken.clear()
                flying = {task for task in flying if not task.done()}
                self._send_off(flying, self._leaving(self.pace.at_once - len(flying)), collected=False)
                if not await self._look_again(flying):
                    await self._rest(flying)
        finally:
            self._people.sender, self._loop = "", None
            await self._come_home(flying)

    def _leaving(self, free: int) -> list[Load]:
        """Return what was leased to us at birth and may leave now; what may not goes back into the store."""
        leaving, self._born = self._born[:free], self._born[free:]
        barred = [load for load in leaving if not self.pacer.lets(load.parcel.chat)]
        self._keep(*(PutOff(load.parcel, timedelta(0), "paced", tried=False) for load in barred))
        return [load for load in leaving if load not in barred]

    def _send_off(self, flying: set[asyncio.Task[None]], loads: list[Load], *, collected: bool) -> None:
        """Let *loads* go. Behind what was collected more may wait; behind what was born, only what came since."""
        looks = -1 if collected else self._looks
        flying |= {asyncio.create_task(self._carry(load, looks)) for load in self._setting_off(loads)}

    async def _look_again(self, flying: set[asyncio.Task[None]]) -> bool:
        """Write what came of it and start what can be started, in one visit to the store; True for another at once."""
        free = self.pace.at_once - len(flying) - len(self._born)
        marks = self._take_marks(idle=not flying)
        wanted = self._may_wait or (self._held_up and bool(marks))
        if not marks and (free <= 0 or not wanted):
            return False
        gate = self.pacer.gate(free) if free > 0 and wanted else None
        self._may_wait = wanted and gate is None
        if gate:
            self._looks, self._held_up = self._looks + 1, False
        try:
            self._visit = asyncio.ensure_future(self.hop(lambda: self._look_into_the_store(marks, gate)))
            look = await asyncio.shield(self._visit)  # who ends us must not end it: it holds what was sent
            self._visit = None
        except Exception as error:  # the store is away for a moment: the rows are still there
            if self._lasting.is_news(error, self.desk.clock()):
                kind = ailment(error)
                log.error("courier-could-not-collect", why=kind, exc_info=kind is None)
            self._marks, self._may_wait = [*marks, *self._marks], True
            await asyncio.sleep(self.pace.first_wait.total_seconds())
            return True
        self._lasting.over()
        if gate:
            self._due = look.due
        self._keep(*look.loads.marks)
        self._send_off(flying, look.loads.ready, collected=True)
        self._may_wait = self._may_wait or bool(gate and look.loads.count == gate.most < free)
        return self._may_wait and gate is not None

    async def _rest(self, flying: set[asyncio.Task[None]]) -> None:
        """Sleep until woken, until something came back, or until the next row is due."""
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            done, _ = await asyncio.wait(
                {woken, *flying}, timeout=self._how_long(flying), return_when="FIRST_COMPLETED"
            )
        finally:
            woken.cancel()
        self._may_wait = self._may_wait or not done

    def _how_long(self, flying: set[asyncio.Task[None]]) -> float:
        if self._marks:
            return max(0.0, self._oldest_mark + self.pace.gather.total_seconds() - time.monotonic())
        longest = self.pace.longest_sleep.total_seconds()
        if len(flying) >= self.pace.at_once or self._due is None:
            return longest
        return min(longest, max(0.0, (self._due - self.desk.clock()).total_seconds()))

    async def _come_home(self, flying: set[asyncio.Task[None]]) -> None:
        if flying:
            _, late = await asyncio.wait(flying, timeout=5)
            for task in late:
                task.cancel()
        if self._visit:
            with suppress(Exception):
                self._born += (await self._visit).loads.ready
        self._keep(*(PutOff(load.parcel, timedelta(0), "stopped", tried=False) for load in self._born))
        self._born = []
        await self._write_marks()

    # What came of it

    def _keep(self, *marks: Command[None]) -> None:
        if marks and not self._marks:
            self._oldest_mark = time.monotonic()
        self._marks.extend(marks)

    def _take_marks(self, *, idle: bool) -> list[Command[None]]:
        """Return what is to be written now: all of it when nothing is under way, or when it has waited long enough."""
        old = time.monotonic() - self._oldest_mark >= self.pace.gather.total_seconds()
        marks = self._marks if idle or old else []
        self._marks = self._marks[len(marks) :]
        return marks

    async def _write_marks(self) -> None:
        marks, self._marks = self._marks, []
        if marks:
            await self.hop(lambda: self._write(marks))

    def _write(self, marks: Sequence[Command[None]]) -> None:
        """Write all in one transaction; if that fails, each alone, so that one takes no other with it."""
        try:
            with self.desk.turn() as tx:
                for mark in marks:
                    mark.carry_out(tx)
        except Exception:
            log.exception("courier-could-not-mark", marks=len(marks))
            for mark in marks if len(marks) > 1 else ():
                self._write([mark])

    # In the worker

    def _look_into_the_store(self, marks: Sequence[Command[None]], gate: Gate | None) -> Look:
        """Write *marks*, lease the heads of lanes that *gate* lets through, and draw each as things stand now."""
        if gate is None:
            self._write(marks)
            return Look(Loads())
        try:
            parcels, due = self.desk.do(Round(marks, self._collecting(gate), gate))
        except Exception:
            if not marks:
                raise
            self._write(marks)
            parcels, due = self.desk.do(Round((), self._collecting(gate), gate))
        return Look(self._drawn(parcels), due)

    def _collecting(self, gate: Gate) -> Collect:
        return Collect(self.worker, gate.most, self.pace.lease, self.pace.lease_of_files, gate.closed)

    def _drawn(self, parcels: Sequence[Parcel]) -> Loads:
        loads = Loads()
        for parcel in parcels:
            loads.count += 1
            try:
                loads.add(self._load(parcel))
            except Exception as error:  # a bug or a missing text stops this parcel, never the courier
                log.error("courier-could-not-draw", parcel=parcel.id, kind=parcel.kind, exception=without_words(error))
                loads.marks.append(self._failed(parcel, f"drawing: {type(error).__name__}"))
        return loads

    # One parcel

    def _load(self, parcel: Parcel) -> Load | Command[None]:
        channel = self.channels.get(parcel.chat.channel)
        if channel is None:  # a channel that is no longer configured, or not in this process
            return self._broken(parcel, f"no channel {parcel.chat.channel}")
        loaded = self.desk.look(Loading(parcel, channel, self.draw))
        return loaded or Sent(parcel)

    def _setting_off(self, loads: list[Load]) -> list[Load]:
        """Count what leaves, before anything else is collected."""
        for parcel in (load.parcel for load in loads if load.parcel.kind is not Kind.FETCH):
            paced = self._paced.get(parcel.chat.channel)
            self.pacer.sets_off(parcel.chat, paced.rate(parcel.chat) if paced else None)
        return loads

    async def _carry(self, load: Load, looks: int = -1) -> None:
        messages, began = 1, time.monotonic()
        try:
            mark = await self._become(load)
            self.note(load.parcel, mark, time.monotonic() - began)
            # What was looked for meanwhile was not found behind this; and what is put off has a moment to come back.
            self._held_up = self._held_up or looks != self._looks or not isinstance(mark, Sent)
            messages = max(1, len(mark.external)) if isinstance(mark, Sent) else 1
            self._keep(mark)
        finally:
            if load.parcel.kind is not Kind.FETCH:
                self.pacer.lands(load.parcel.chat, messages)

    async def _become(self, load: Load) -> Command[None]:
        """Send, and return what became of it."""
        parcel, pace = load.parcel, self.pace
        patience = pace.patience_with_files if parcel.kind in WITH_FILES else pace.patience
        try:
            async with asyncio.timeout(patience.total_seconds()):
                return await self._sending(load)
        except Retry as trouble:
            return self._retried(parcel, trouble)
        except Moved as trouble:
            again = timedelta(0) if parcel.tries < pace.few_tries else self.back_off(parcel)
            return Followed(parcel, trouble.to, again)
        except Refused as trouble:
            return self._refused(parcel, trouble)
        except Broken as trouble:
            return self._broken(parcel, trouble.why, trouble.sent)
        except TimeoutError:
            return self._broken(parcel, "no answer")
        except Exception as error:
            log.error("courier-could-not-send", parcel=parcel.id, kind=parcel.kind, exception=without_words(error))
            return self._failed(parcel, f"sending: {type(error).__name__}")

    def _sending(self, load: Load) -> Awaitable[Command[None]]:
        ways = {Kind.FETCH: self._fetch, Kind.FILE: self._give, Kind.SIGN: self._sign}
        return ways.get(load.parcel.kind, self._send)(load)

    async def _send(self, load: Load) -> Command[None]:
        parcel = load.parcel
        assert load.screen  # noqa: S101  what is not drawn never sets off
        external = await load.channel.send(
            parcel.chat,
            load.screen,
            kind=parcel.kind,
            ticket=parcel.ticket,
            replaces=load.replaces,
            under=load.under,
            sent=load.sent,
            mark=parcel.mark,
            maybe_sent=parcel.maybe_sent,
        )
        return Sent(parcel, external)

    async def _sign(self, load: Load) -> Command[None]:
        facts = load.parcel.lines[0].facts
        await cast("Signs", load.channel).sign(load.parcel.chat, facts["message"], Sign(facts["sign"]))
        return Sent(load.parcel)

    async def _give(self, load: Load) -> Command[None]:
        """Send a file on, out of the store."""
        parcel, file, files = load.parcel, load.file, self.files
        if file is None or files is None or load.screen is None:
            return Sent(parcel)
        going = Outgoing(file.name, file.media_type, file.size or 0, lambda: files.get(file.key))
        channel = cast("Gives", load.channel)
        try:
            external = await channel.give(
                parcel.chat,
                going,
                load.screen,
                ticket=parcel.ticket,
                under=load.under,
                sent=load.sent,
                mark=parcel.mark,
                maybe_sent=parcel.maybe_sent,
            )
        except FileNotFoundError:
            return NotDelivered(parcel, "gone from the store")
        return Sent(parcel, external)

    async def _fetch(self, load: Load) -> Command[None]:
        file, files = load.file, self.files
        if file is None or files is None:
            return FileRefused(load.parcel, "refused")
        largest = self.desk.rules.get(FileRules, FileRules()).largest
        try:
            counted = await files.put(file.key, load.channel.fetch(file.reference), largest=largest)
        except TooMuch:
            return FileRefused(load.parcel, "too-large")
        if not await self.hop(lambda: self.desk.do(FileArrived(file.id, counted.size, counted.sha256))):
            await files.delete(file.key)  # erased meanwhile: the bytes go as well
        return Sent(load.parcel)

    # Trying again, and giving up

    def _retried(self, parcel: Parcel, trouble: Retry) -> Command[None]:
        if parcel.kind is not Kind.FETCH:
            self.pacer.rests(parcel.chat, trouble.after)
        if self._long_enough(parcel):
            return self._given_up(parcel, trouble.why, trouble.sent)
        return PutOff(parcel, trouble.after, trouble.why, trouble.sent)

    def _refused(self, parcel: Parcel, trouble: Refused) -> Command[None]:
        if parcel.kind is Kind.SIGN:
            return self._given_up(parcel, trouble.why)
        log.warning("not-delivered", parcel=parcel.id, kind=parcel.kind, why=trouble.why)
        if isinstance(trouble, Blocked):
            return SentElsewhere(parcel, trouble.why, trouble.sent)
        return self._given_up(parcel, trouble.why, trouble.sent)

    def _broken(self, parcel: Parcel, why: str, sent: tuple[str, ...] = ()) -> Command[None]:
        log.info("put-off", parcel=parcel.id, kind=parcel.kind, tries=parcel.tries, why=why)
        if self._long_enough(parcel):
            return self._given_up(parcel, why, sent)
        return PutOff(parcel, self.back_off(parcel), why, sent)

    def _failed(self, parcel: Parcel, why: str) -> Command[None]:
        if parcel.tries >= self.pace.few_tries:
            return self._given_up(parcel, why)
        return PutOff(parcel, self.back_off(parcel), why)

    def _given_up(self, parcel: Parcel, why: str, sent: tuple[str, ...] = ()) -> Command[None]:
        """Of a sign that could not be shown nobody is told."""
        return GiveUp(parcel, why) if parcel.kind is Kind.SIGN else NotDelivered(parcel, why, sent)

    def _long_enough(self, parcel: Parcel) -> bool:
        """A day, and a few tries: after a desk that was off for a day, the first failure is not the last word."""
        old = self.desk.clock() - parcel.created_at >= self.pace.tried_long_enough
        return (old or parcel.kind is Kind.SIGN) and parcel.tries >= self.pace.few_tries

    def back_off(self, parcel: Parcel) -> timedelta:
        """How long to wait before the next try: doubled each time, and spread, so that not all come back at once."""
        doubled = self.pace.first_wait * 2.0 ** min(parcel.tries - 1, 20)
        return min(doubled, self.pace.longest_wait) * (0.75 + self.chance.below(501) / 1000)
