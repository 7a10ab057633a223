"""The courier: outbox -> channel. It draws what is open now, sends it, tries again, gives up and says so.

Only here is anything retried or paced: a retry blocks its own lane and nothing else. The truth is in the outbox, so
a courier that dies leaves nothing behind but a lease that ends. It can be stepped by hand, on any clock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import structlog

from bot.adapters.channel import Blocked, Broken, Channel, Retry
from bot.adapters.channel import GiveUp as Refused
from bot.conversations.screen import Limits, Screen
from core.db import Chance, Command, Tx
from core.desk import Desk
from core.errors import TooMuch, UnknownTicket
from core.files import File, FileOf, FileRules, FileStore, RefusedFile, Stored
from core.ids import TicketNumber
from core.notices.chats import MAIL, Room, rooms
from core.notices.facts import Line, line
from core.notices.outbox import Collect, GiveUp, Kind, NextDue, Parcel, PutOff, Sent, SentAs, Unreachable, post
from core.people.who import DESK
from core.tickets.model import load
from core.tickets.telling import tell_customer

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Hop(Protocol):
    """The way to a worker thread and back: the store is never touched in the event loop."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]: ...


class Draw(Protocol):
    """Words and buttons of a parcel as things stand now; None when there is nothing to say any more."""

    def __call__(self, tx: Tx, parcel: Parcel, limits: Limits, /) -> Screen | None: ...


@dataclass(frozen=True)
class Pace:
    """How the courier goes about it. *patience*: how long one send may take."""

    at_once: int = 16
    gather: timedelta = timedelta(milliseconds=50)  # "sent" marks are written together within this
    patience: timedelta = timedelta(seconds=30)
    lease: timedelta = timedelta(seconds=60)
    first_wait: timedelta = timedelta(seconds=2)
    longest_wait: timedelta = timedelta(minutes=15)
    tried_long_enough: timedelta = timedelta(hours=24)
    few_tries: int = 5  # a drawing that fails this often will not mend itself
    longest_sleep: timedelta = timedelta(seconds=30)  # a clock that jumps is noticed after this


@dataclass(frozen=True)
class Load:
    """A parcel ready to go: drawn, with the message it replaces or stands under."""

    parcel: Parcel
    channel: Channel
    screen: Screen | None = None
    replaces: str | None = None
    under: str | None = None
    sent: tuple[str, ...] = ()
    file: File | None = None


@dataclass(frozen=True)
class NotDelivered:
    """A parcel is given up, and the operators are told which; of what could not even be told, only the log knows."""

    parcel: Parcel
    why: str

    def carry_out(self, tx: Tx) -> None:
        GiveUp(self.parcel, self.why).carry_out(tx)
        if self.parcel.kind is Kind.FETCH:
            _refuse_file(self.parcel, "gone").carry_out(tx)
        if any(one.message == "could-not-deliver" for one in self.parcel.lines):
            return
        for room in rooms(tx, Room.OPERATORS):
            if room.id != self.parcel.chat.id:
                post(tx, Kind.ALERT, room.id, self._told(), ticket=self.parcel.ticket)

    def _told(self) -> Line:
        chat, kind = self.parcel.chat, self.parcel.kind
        to = "room" if chat.room else "mail" if chat.channel == MAIL else "person"
        return line("could-not-deliver", ticket=self.parcel.ticket, kind=kind, to=to)


@dataclass(frozen=True)
class SentElsewhere:
    """The place is closed to us: a notice takes the person's next way, or the operators are told to call."""

    parcel: Parcel
    why: str

    def carry_out(self, tx: Tx) -> None:
        Unreachable(self.parcel.chat.id).carry_out(tx)
        if self.parcel.kind is not Kind.NOTICE or self.parcel.ticket is None:
            return NotDelivered(self.parcel, self.why).carry_out(tx)
        GiveUp(self.parcel, self.why).carry_out(tx)
        return self._tell_again(tx, self.parcel.ticket)

    def _tell_again(self, tx: Tx, number: TicketNumber) -> None:
        try:
            ticket = load(tx, DESK, number)
        except UnknownTicket:  # erased meanwhile: nobody is left to tell
            return
        for one in self.parcel.lines:
            tell_customer(tx, ticket, one, DESK)


def _refuse_file(parcel: Parcel, why: str) -> RefusedFile:
    return RefusedFile(parcel.lines[0].facts["file"], why)


@dataclass(frozen=True)
class FileRefused:
    """The file will not be here; that is no fault of the courier's."""

    parcel: Parcel
    why: str

    def carry_out(self, tx: Tx) -> None:
        _refuse_file(self.parcel, self.why).carry_out(tx)
        Sent(self.parcel).carry_out(tx)


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
    ) -> None:
        # Its own marks wake nobody: a courier that heard its own commits would never sleep.
        self.desk = Desk(desk.database, clock=desk.clock, chance=desk.chance, rules=desk.rules)
        self.channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}
        self.draw = draw
        self.hop = hop
        self.chance = chance
        self.worker = worker
        self.files = files
        self.pace = pace
        self._marks: list[Command[None]] = []
        self._oldest_mark = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()

    # By hand

    async def step(self) -> int:
        """Send the head of each lane that is due, and return how many there were."""
        loads = await self.hop(lambda: self._collect(self.pace.at_once))
        await asyncio.gather(*(self._carry(load) for load in loads.ready))
        self._keep(*loads.marks)
        await self._write_marks()
        return loads.count

    async def settle(self) -> None:
        """Step until nothing is due at this moment."""
        while await self.step():
            pass

    async def next_due(self) -> datetime | None:
        """When there is something to send again; None when the outbox is empty."""
        return await self.hop(lambda: self.desk.look(NextDue()))

    # By itself

    def wake(self) -> None:
        """Something was committed. May be called from any thread."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Send what falls due, until cancelled; what is on its way then is waited for, for a moment."""
        self._loop = asyncio.get_running_loop()
        flying: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._woken.clear()
                flying = {task for task in flying if not task.done()}
                await self._write_marks_in_time(idle=not flying)
                more = await self._set_off(flying)
                if not more:
                    await self._rest(flying)
        finally:
            self._loop = None
            await self._come_home(flying)

    async def _set_off(self, flying: set[asyncio.Task[None]]) -> bool:
        """Start what can be started; True when there may be more at once."""
        if (free := self.pace.at_once - len(flying)) <= 0:
            return False
        try:
            loads = await self.hop(lambda: self._collect(free))
        except Exception:  # the store is away for a moment: the rows are still there
            log.exception("courier-could-not-collect")
            await asyncio.sleep(self.pace.first_wait.total_seconds())
            return True
        self._keep(*loads.marks)
        flying |= {asyncio.create_task(self._carry(load)) for load in loads.ready}
        return bool(loads.marks)

    async def _rest(self, flying: set[asyncio.Task[None]]) -> None:
        """Sleep until woken, until something came back, or until the next row is due."""
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({woken, *flying}, timeout=await self._how_long(flying), return_when="FIRST_COMPLETED")
        finally:
            woken.cancel()

    async def _how_long(self, flying: set[asyncio.Task[None]]) -> float:
        if self._marks:
            return max(0.0, self._oldest_mark + self.pace.gather.total_seconds() - time.monotonic())
        longest = self.pace.longest_sleep.total_seconds()
        if len(flying) >= self.pace.at_once or (due := await self.next_due()) is None:
            return longest
        return min(longest, max(0.0, (due - self.desk.clock()).total_seconds()))

    async def _come_home(self, flying: set[asyncio.Task[None]]) -> None:
        if flying:
            _, late = await asyncio.wait(flying, timeout=5)
            for task in late:
                task.cancel()
        await self._write_marks()

    # What came of it

    def _keep(self, *marks: Command[None]) -> None:
        if marks and not self._marks:
            self._oldest_mark = time.monotonic()
        self._marks.extend(marks)

    async def _write_marks_in_time(self, *, idle: bool) -> None:
        old = time.monotonic() - self._oldest_mark >= self.pace.gather.total_seconds()
        if self._marks and (idle or old):
            await self._write_marks()

    async def _write_marks(self) -> None:
        marks, self._marks = self._marks, []
        if marks:
            await self.hop(lambda: self._write(marks))

    def _write(self, marks: list[Command[None]]) -> None:
        """Write all in one transaction; if that fails, each alone, so that one takes no other with it."""
        try:
            with self.desk.turn() as tx:
                for mark in marks:
                    mark.carry_out(tx)
        except Exception:
            log.exception("courier-could-not-mark", marks=len(marks))
            for mark in marks if len(marks) > 1 else ():
                self._write([mark])

    # One parcel

    def _collect(self, most: int) -> Loads:
        """In the worker: lease the heads of lanes, and draw each as things stand now."""
        loads = Loads()
        for parcel in self.desk.do(Collect(self.worker, most, self.pace.lease)):
            loads.count += 1
            try:
                loads.add(parcel, self._load(parcel))
            except Exception as error:  # a bug or a missing text stops this parcel, never the courier
                log.exception("courier-could-not-draw", parcel=parcel.id, kind=parcel.kind)
                loads.marks.append(self._failed(parcel, f"drawing: {type(error).__name__}"))
        return loads

    def _load(self, parcel: Parcel) -> Load | Command[None]:
        channel = self.channels.get(parcel.chat.channel)
        if channel is None:  # a channel that is no longer configured, or not in this process
            return self._broken(parcel, f"no channel {parcel.chat.channel}")
        loaded = self.desk.look(Loading(parcel, channel, self.draw))
        return loaded or Sent(parcel)

    async def _carry(self, load: Load) -> None:
        self._keep(await self._become(load))

    async def _become(self, load: Load) -> Command[None]:
        """Send, and return what became of it."""
        parcel = load.parcel
        try:
            async with asyncio.timeout(self.pace.patience.total_seconds()):
                return await (self._fetch(load, load.file) if load.file else self._send(load))
        except Retry as trouble:
            return self._retried(parcel, trouble)
        except Blocked as trouble:
            return SentElsewhere(parcel, trouble.why)
        except Refused as trouble:
            log.warning("not-delivered", parcel=parcel.id, kind=parcel.kind, why=trouble.why)
            return NotDelivered(parcel, trouble.why)
        except Broken as trouble:
            return self._broken(parcel, trouble.why)
        except TimeoutError:
            return self._broken(parcel, "no answer")
        except Exception as error:
            log.exception("courier-could-not-send", parcel=parcel.id, kind=parcel.kind)
            return self._failed(parcel, f"sending: {type(error).__name__}")

    async def _send(self, load: Load) -> Command[None]:
        parcel = load.parcel
        assert load.screen  # noqa: S101  a load without one is a file's, or never sets off
        external = await load.channel.send(
            parcel.chat,
            load.screen,
            kind=parcel.kind,
            ticket=parcel.ticket,
            replaces=load.replaces,
            under=load.under,
        )
        return Sent(parcel, external)

    async def _fetch(self, load: Load, file: File) -> Command[None]:
        if self.files is None:
            return FileRefused(load.parcel, "refused")
        largest = self.desk.rules.get(FileRules, FileRules()).largest
        try:
            counted = await self.files.put(file.key, load.channel.fetch(file.reference), largest=largest)
        except TooMuch:
            return FileRefused(load.parcel, "too-large")
        if not await self.hop(lambda: self.desk.do(Stored(file.id, counted.size, counted.sha256))):
            await self.files.delete(file.key)  # erased meanwhile: the bytes go as well
        return Sent(load.parcel)

    # Trying again

    def _retried(self, parcel: Parcel, trouble: Retry) -> Command[None]:
        if self._long_enough(parcel):
            return NotDelivered(parcel, trouble.why)
        return PutOff(parcel, trouble.after, trouble.why)

    def _broken(self, parcel: Parcel, why: str) -> Command[None]:
        log.info("put-off", parcel=parcel.id, kind=parcel.kind, tries=parcel.tries, why=why)
        return NotDelivered(parcel, why) if self._long_enough(parcel) else PutOff(parcel, self.back_off(parcel), why)

    def _failed(self, parcel: Parcel, why: str) -> Command[None]:
        if parcel.tries >= self.pace.few_tries:
            return NotDelivered(parcel, why)
        return PutOff(parcel, self.back_off(parcel), why)

    def _long_enough(self, parcel: Parcel) -> bool:
        """A day, and a few tries: after a desk that was off for a day, the first failure is not the last word."""
        old = self.desk.clock() - parcel.created_at >= self.pace.tried_long_enough
        return old and parcel.tries >= self.pace.few_tries

    def back_off(self, parcel: Parcel) -> timedelta:
        """How long to wait before the next try: doubled each time, and spread, so that not all come back at once."""
        doubled = self.pace.first_wait * 2.0 ** min(parcel.tries - 1, 20)
        return min(doubled, self.pace.longest_wait) * (0.75 + self.chance.below(501) / 1000)


class Loads:
    """What one collection brought: what is ready to go, and what is settled without going."""

    def __init__(self) -> None:
        self.count = 0
        self.ready: list[Load] = []
        self.marks: list[Command[None]] = []

    def add(self, parcel: Parcel, loaded: Load | Command[None]) -> None:
        if isinstance(loaded, Load):
            self.ready.append(loaded)
        else:
            self.marks.append(loaded)


@dataclass(frozen=True)
class Loading:
    """Draw a parcel as things stand now; None when there is nothing to send any more."""

    parcel: Parcel
    channel: Channel
    draw: Draw

    def answer(self, tx: Tx) -> Load | None:
        load = Load(self.parcel, self.channel)
        if self.parcel.kind is Kind.FETCH:
            file = FileOf(self.parcel.lines[0].facts["file"]).answer(tx)
            return replace(load, file=file) if file else None
        screen = self.draw(tx, self.parcel, self.channel.limits)
        return replace(load, screen=screen, **self._beside(tx)) if screen else None

    def _beside(self, tx: Tx) -> dict[str, Any]:
        """The ticket's card here: edited in its newest state, or the message that a thread hangs under."""
        if self.parcel.ticket is None or self.parcel.kind not in (Kind.CARD, Kind.THREAD):
            return {}
        card = SentAs(self.parcel.chat.id, self.parcel.ticket, Kind.CARD).answer(tx)
        return {"replaces": card} if self.parcel.kind is Kind.CARD else {"under": card}
