"""A process's link to a platform: a `Channel` as the courier knows them, over which everything can go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from bot.adapters.channel import Blocked, Broken, GiveUp, Outgoing, Retry
from bot.conversations.screen import Limits, Screen
from bot.simulation.process import Process
from bot.simulation.wire import Arrival, Fate, Traced, Wire
from core.ids import TicketNumber
from core.notices.chats import Chat
from core.notices.outbox import Kind, Sign


class Link:
    """To *wire*, of *process*. Whatever is sent goes through `_sent`."""

    def __init__(self, wire: Wire, process: Process) -> None:
        self.wire, self.process = wire, process
        self.world = process.world

    @property
    def name(self) -> str:
        return self.wire.name

    @property
    def limits(self) -> Limits:
        return self.wire.limits

    async def send(
        self,
        to: Chat,
        screen: Screen,
        *,
        kind: Kind,
        ticket: TicketNumber | None = None,
        replaces: str | None = None,
        under: str | None = None,
        sent: tuple[str, ...] = (),
        mark: str = "",
        maybe_sent: bool = False,
    ) -> tuple[str, ...]:
        return await self._sent(to, screen, kind, ticket, replaces, maybe_sent=maybe_sent)

    async def give(
        self, to: Chat, file: Outgoing, screen: Screen, *, ticket: TicketNumber | None = None, **how: Any
    ) -> tuple[str, ...]:
        if not b"".join([piece async for piece in file.pieces()]):
            raise GiveUp("an empty file")
        return await self._sent(to, screen, Kind.FILE, ticket, None)

    async def sign(self, to: Chat, message: str, sign: Sign) -> None:
        """A sign that comes twice is one sign."""
        self._may_fail(self.wire.fate(), to, 0)

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        await self.process.goes_on()
        self._may_fail(self.wire.fate(), None, 0)
        yield reference.encode()

    async def _sent(
        self,
        to: Chat,
        screen: Screen,
        kind: Kind,
        ticket: TicketNumber | None,
        replaces: str | None,
        *,
        maybe_sent: bool = False,
    ) -> tuple[str, ...]:
        await self.process.goes_on()
        if not isinstance(screen, Traced):
            raise GiveUp("drawn by nobody")
        fate, off = self.wire.fate(), self.world.time.passed
        going = Arrival(screen.parcel, screen.lane, self.name, to.address, kind, "", False, self.process.name, off)
        if self.wire.looks and maybe_sent and (known := self.world.latest.get(screen.parcel)):
            return (known.external,)
        if fate is Fate.LINGERS:
            await self._lingers(going, screen, ticket, replaces)
        self._may_fail(fate, to, screen.parcel)
        there = self._arrives(going, screen, ticket, replaces)
        await self._answered(fate, there)
        return (there.external,)

    async def _lingers(self, going: Arrival, screen: Traced, ticket: TicketNumber | None, replaces: str | None) -> None:
        """Nobody waits for it any longer, and still it may arrive."""
        try:
            await self.world.air.fly()
        except asyncio.CancelledError:
            if self.world.dice.falls(0.5):
                there = self._arrives(going, screen, ticket, replaces)
                there.unknown = "no answer in time" if self.process.alive else "killed"
            raise

    def _may_fail(self, fate: Fate, to: Chat | None, parcel: int) -> None:
        if fate is Fate.DIES_BEFORE:
            self.process.dies("before a send")
        if to and to.address in self.wire.blocked:
            self.world.refused.add(parcel)
            raise Blocked("blocked")
        if fate is Fate.REFUSED:
            self.world.refused.add(parcel)
            raise GiveUp("refused")
        if fate is Fate.WAIT:
            raise Retry(timedelta(seconds=1 + self.world.dice.below(30)))
        if fate is Fate.BREAKS:
            raise Broken("the link broke")

    def _arrives(self, going: Arrival, screen: Traced, ticket: TicketNumber | None, replaces: str | None) -> Arrival:
        there = self.wire.take(going, screen, ticket, replaces)
        self.world.trace.note(
            f"{going.desk} -> {going.channel}:{going.address} {going.kind} {there.external} {screen.text!r}"
        )
        there.unknown = "" if self.process.alive else "killed"  # what was under way comes even so
        self.world.arrives(there)
        self.process.unmarked.append(there)
        return there

    async def _answered(self, fate: Fate, there: Arrival) -> None:
        if fate is Fate.DIES_AFTER:
            self.process.dies("after a send")
        if fate is Fate.UNHEARD:
            there.unknown = "the answer was lost"
            raise Broken("the link broke")
        try:
            if fate is Fate.ECHOES:
                await self.world.air.fly()
            await self.process.goes_on()
        except asyncio.CancelledError:
            there.unknown = "no answer in time" if self.process.alive else "killed"
            raise
