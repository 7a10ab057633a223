"""What the courier looks up in the store: parcels that may leave, each drawn as things stand now, with all it goes with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bot.adapters.channel import Channel, Gives, Signs
from bot.conversations.screen import Limits, Screen
from bot.pacing import Gate
from core.db import Command, Tx
from core.files import File, FileOf, FileState
from core.notices.outbox import Collect, Kind, NextDue, Parcel, SentAs, SentBefore

UNDER_A_CARD: Final = (Kind.CARD, Kind.THREAD, Kind.FILE)


class Draw(Protocol):
    """Words and buttons of a parcel as things stand now; None when there is nothing to say any more."""

    def __call__(self, tx: Tx, parcel: Parcel, limits: Limits, /) -> Screen | None: ...


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


class Loads:
    """What one collection brought: what is ready to go, and what is settled without going."""

    def __init__(self) -> None:
        self.count = 0
        self.ready: list[Load] = []
        self.marks: list[Command[None]] = []

    def add(self, loaded: Load | Command[None]) -> None:
        if isinstance(loaded, Load):
            self.ready.append(loaded)
        else:
            self.marks.append(loaded)


@dataclass(frozen=True)
class Look:
    """What a visit to the store brought, and when to come again; None when nothing waits there."""

    loads: Loads
    due: datetime | None = None


@dataclass(frozen=True)
class Round:
    """All that the courier does in one visit to the store: *marks*, then what can be sent, then when more is due."""

    marks: Sequence[Command[None]]
    collect: Collect
    gate: Gate

    def carry_out(self, tx: Tx) -> tuple[list[Parcel], datetime | None]:
        for mark in self.marks:
            mark.carry_out(tx)
        return self.collect.carry_out(tx), Opens(self.gate).answer(tx)


@dataclass(frozen=True)
class Opens:
    """When something that waits is due and may leave; None when nothing waits, or only for what is under way."""

    gate: Gate

    def answer(self, tx: Tx) -> datetime | None:
        due = NextDue(self.gate.closed).answer(tx)
        first = due if self.gate.opens_in is None else NextDue().answer(tx)
        if self.gate.opens_in is None or first is None or first == due:
            return due
        opens = max(first, tx.now + timedelta(seconds=self.gate.opens_in))
        return min(due or opens, opens)


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
        left = {"sent": SentBefore(self.parcel.id).answer(tx)} if self.parcel.maybe_sent else {}
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
