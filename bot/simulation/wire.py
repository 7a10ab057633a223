"""A chat platform of the simulated world: what really arrived there, and how it fails whoever writes to it.

It outlives every desk. What it knows is the truth that the invariants hold the desks to.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count

from bot.conversations.screen import Limits, Screen
from bot.simulation.dice import Dice
from bot.simulation.passing import Time
from core.ids import TicketNumber
from core.notices.outbox import Kind


class Fate(StrEnum):
    """What becomes of one call to the platform."""

    GOES = "goes"
    LINGERS = "lingers"  # under way for a while before it arrives
    ECHOES = "echoes"  # arrived, and the answer is under way for a while
    WAIT = "wait"  # 429
    BREAKS = "breaks"  # the link broke before
    UNHEARD = "unheard"  # it arrived, and the link broke before the answer
    REFUSED = "refused"
    DIES_BEFORE = "dies-before"  # the desk is killed before it asks
    DIES_AFTER = "dies-after"  # and after it arrived


FATES = {
    Fate.GOES: 0.929,
    Fate.LINGERS: 0.02,
    Fate.ECHOES: 0.02,
    Fate.WAIT: 0.01,
    Fate.BREAKS: 0.01,
    Fate.UNHEARD: 0.004,
    Fate.REFUSED: 0.001,
    Fate.DIES_BEFORE: 0.003,
    Fate.DIES_AFTER: 0.003,
}


@dataclass(frozen=True)
class Traced(Screen):
    """A screen that knows which parcel it was drawn for."""

    parcel: int = 0
    lane: str = ""


def traced(screen: Screen, parcel: int, lane: str) -> Traced:
    return Traced(**{one.name: getattr(screen, one.name) for one in fields(screen)}, parcel=parcel, lane=lane)


@dataclass
class Arrival:
    """A message that is there. *set_off*: when its desk asked for it, as `Time.passed`; *at*: what the clocks showed when it came; *unknown*: why the desk may not know that it arrived."""

    parcel: int
    lane: str
    channel: str
    address: str
    kind: Kind
    external: str
    edited: bool
    desk: str
    set_off: timedelta
    at: datetime | None = None
    unknown: str = ""


@dataclass(frozen=True)
class Shown:
    """What somebody can see and press."""

    id: str
    screen: Screen
    kind: Kind
    ticket: TicketNumber | None


@dataclass
class Wire:
    """*rooms*: addresses that are no person's own; *looks*: it can be asked whether something arrived before."""

    name: str
    limits: Limits
    time: Time
    dice: Dice
    rooms: dict[str, str] = field(default_factory=dict)
    looks: bool = False
    calm: bool = False
    down: bool = False
    blocked: set[str] = field(default_factory=set)
    shown: dict[str, deque[Shown]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=16)))
    known: set[tuple[str, str]] = field(default_factory=set)
    of_ticket: dict[tuple[str, int], str] = field(default_factory=dict)
    arrived: list[Arrival] = field(default_factory=list)
    ids: count[int] = field(default_factory=lambda: count(1))

    def fate(self) -> Fate:
        return Fate.BREAKS if self.down else Fate.GOES if self.calm else self.dice.weighed(FATES)

    def take(self, arrival: Arrival, screen: Screen, ticket: TicketNumber | None, replaces: str | None) -> Arrival:
        """It arrives: as a message of its own, or in the place of one that is there."""
        edited = bool(replaces and (arrival.address, replaces) in self.known)
        arrival = replace(
            arrival, edited=edited, external=str(replaces) if edited else f"{self.name[0]}{next(self.ids)}"
        )
        self.known.add((arrival.address, arrival.external))
        self.arrived.append(arrival)
        if ticket:
            self.of_ticket[arrival.address, ticket] = arrival.external
        self._show(arrival, Shown(arrival.external, screen, arrival.kind, ticket))
        return arrival

    def _show(self, arrival: Arrival, shown: Shown) -> None:
        there = self.shown[arrival.address]
        if arrival.edited and (old := next((one for one in there if one.id == arrival.external), None)):
            there[there.index(old)] = shown
        else:
            there.append(shown)
