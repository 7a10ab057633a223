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
from typing import Any, Final, Protocol, TypeVar, cast

import structlog

from bot.adapters.channel import Blocked, Broken, Channel, Gives, Moved, Outgoing, Paced, Retry, Signs
from bot.adapters.channel import GiveUp as Refused
from bot.conversations.screen import Limits, Screen
from bot.pacing import Gate, Pacer
from core.db import Chance, Command, Tx
from core.desk import Desk
from core.errors import TooMuch
from core.files import File, FileOf, FileRules, FileState, FileStore
from core.notices.outbox import (
    Collect,
    GiveUp,
    Kind,
    NextDue,
    Parcel,
    PutOff,
    Sent,
    SentAs,
    SentBefore,
    Sign,
)
from core.tickets.passing import FileArrived
from core.tickets.undelivered import FileRefused, Followed, NotDelivered, SentElsewhere

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
    """How the courier goes about it. *patience*: how long one send may take; it ends before the lease does."""

    at_once: int = 16
    gather: timedelta = timedelta(milliseconds=50)  # "sent" marks are written together within this
    patience: timedelta = timedelta(seconds=30)
    patience_with_files: timedelta = timedelta(minutes=2)
    lease: timedelta = timedelta(seconds=60)
    lease_of_files: timedelta = timedelta(minutes=3)
    first_wait: timedelta = timedelta(seconds=2)
    longest_wait: timedelta = timedelta(minutes=15)
    tried_long_enough: timedelta = timedelta(hours=24)
    few_tries: int = 5  # a drawing that fails this often will not mend itself
    longest_sleep: timedelta = timedelta(seconds=30)  # a clock that jumps is noticed after this


@dataclass(frozen=True)
class Load:
    """A parcel ready to go: drawn, with the message it replaces or stands under, and what left of it before."""

    parcel: Parcel
    channel: Channel
    screen: Screen | None = None
    replaces: str | None = None
    under: str | None = None
    sent: tuple[str, ...] = ()
    file: File | None = None


WITH_FILES: Final = (Kind.FETCH, Kind.FILE)
UNDER_A_CARD: Final = (Kind.CARD, Kind.THREAD, Kind.FILE)


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
        self._paced = {name: channel for name, channel in self.channels.items() if isinstance(channel, Paced)}
        overall = {name: channel.overall for name, channel in self._paced.items() if channel.overall}
        self.pacer = Pacer(monotonic, overall)
        self._marks: list[Command[None]] = []
        self._oldest_mark = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()

    # By hand

    async def step(self) -> int:
        """Send what is due and may leave, one to each chat, and return how many there were."""
        gate = self.pacer.gate(self.pace.at_once)
        loads = await self.hop(lambda: self._collect(gate))
        await asyncio.gather(*map(self._carry, self._setting_off(loads)))
        self._keep(*loads.marks)
        await self._write_marks()
        return loads.count

    async def settle(self) -> None:
        """Step until nothing is due at this moment."""
        while await self.step():
            pass

    async def next_due(self) -> datetime | None:
        """When there is something to send again; None when nothing waits, or only for what is under way."""
        gate = self.pacer.gate(self.pace.at_once)
        return await self.hop(lambda: self._next_due(gate))

    def _next_due(self, gate: Gate) -> datetime | None:
        due = self.desk.look(NextDue(gate.closed))
        first = due if gate.opens_in is None else self.desk.look(NextDue())
        if gate.opens_in is None or first is None or first == due:
            return due
        opens = max(first, self.desk.clock() + timedelta(seconds=gate.opens_in))
        return min(due or opens, opens)

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
        gate = self.pacer.gate(free)
        try:
            loads = await self.hop(lambda: self._collect(gate))
        except Exception:  # the store is away for a moment: the rows are still there
            log.exception("courier-could-not-collect")
            await asyncio.sleep(self.pace.first_wait.total_seconds())
            return True
        self._keep(*loads.marks)
        flying |= {asyncio.create_task(self._carry(load)) for load in self._setting_off(loads)}
        return bool(loads.marks) or loads.count == gate.most < free

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

    def _collect(self, gate: Gate) -> Loads:
        """In the worker: lease the heads of lanes, and draw each as things stand now."""
        loads, pace = Loads(), self.pace
        for parcel in self.desk.do(Collect(self.worker, gate.most, pace.lease, pace.lease_of_files, gate.closed)):
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

    def _setting_off(self, loads: Loads) -> list[Load]:
        """Count what leaves, before anything else is collected."""
        for parcel in (load.parcel for load in loads.ready if load.parcel.kind is not Kind.FETCH):
            paced = self._paced.get(parcel.chat.channel)
            self.pacer.sets_off(parcel.chat, paced.rate(parcel.chat) if paced else None)
        return loads.ready

    async def _carry(self, load: Load) -> None:
        messages = 1
        try:
            mark = await self._become(load)
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
            log.exception("courier-could-not-send", parcel=parcel.id, kind=parcel.kind)
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
            external = await channel.give(parcel.chat, going, load.screen, ticket=parcel.ticket, under=load.under)
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
        match self.parcel.kind:
            case Kind.FETCH:
                return self._with_file(tx)
            case Kind.FILE:
                return (
                    self._drawn(tx, self._with_file(tx, FileState.STORED)) if isinstance(self.channel, Gives) else None
                )
            case Kind.SIGN:
                return Load(self.parcel, self.channel) if isinstance(self.channel, Signs) else None
            case _:
                return self._drawn(tx, Load(self.parcel, self.channel))

    def _with_file(self, tx: Tx, state: FileState | None = None) -> Load | None:
        file = FileOf(self.parcel.lines[0].facts["file"]).answer(tx)
        return Load(self.parcel, self.channel, file=file) if file and state in (None, file.state) else None

    def _drawn(self, tx: Tx, load: Load | None) -> Load | None:
        screen = self.draw(tx, self.parcel, self.channel.limits) if load else None
        return replace(load, screen=screen, **self._beside(tx)) if load and screen else None

    def _beside(self, tx: Tx) -> dict[str, Any]:
        """What left of it in earlier tries, and where it belongs."""
        left = {"sent": SentBefore(self.parcel.id).answer(tx)} if self.parcel.tries > 1 else {}
        return left | self._place(tx)

    def _place(self, tx: Tx) -> dict[str, Any]:
        """In a room, the ticket's card: edited in its newest state, or the message that a thread hangs under."""
        room, ticket, kind = self.parcel.chat, self.parcel.ticket, self.parcel.kind
        if ticket is None or kind not in UNDER_A_CARD or not room.room:
            return {"under": self.parcel.thread}
        card, thread = SentAs(room.id, ticket, Kind.CARD).answer(tx), self.parcel.thread
        if kind is Kind.CARD:
            return {"replaces": card, "under": thread or SentAs(room.id, ticket).answer(tx)}
        return {"under": thread or card or SentAs(room.id, ticket).answer(tx)}
