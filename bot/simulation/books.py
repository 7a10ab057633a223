"""What the store says, beside what really happened: all that the invariants look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.simulation.process import World
from bot.simulation.wire import Arrival
from core.db import Tx
from core.desk import Desk
from core.notices.tables import inbox, outbox
from core.people.tables import identities, operators
from core.sla.tables import alerts
from core.talks import talks
from core.tickets.tables import ticket_events, tickets

Row = Any
"""A row of a table, by the names of its columns."""


@dataclass(frozen=True)
class Since:
    """The rows of *table* after number *after*."""

    table: Any
    after: int

    def answer(self, tx: Tx) -> list[Row]:
        return tx.all(self.table.select().where(self.table.c.id > self.after).order_by(self.table.c.id))


@dataclass(frozen=True)
class These:
    """The rows of *table* with these numbers."""

    table: Any
    ids: Collection[int]

    def answer(self, tx: Tx) -> list[Row]:
        ids = sorted(self.ids)
        pieces = (ids[n : n + 500] for n in range(0, len(ids), 500))
        return [row for piece in pieces for row in tx.all(self.table.select().where(self.table.c.id.in_(piece)))]


@dataclass(frozen=True)
class Heard:
    """Which of these things heard are written down as dealt with."""

    keys: Collection[tuple[str, str]]

    def answer(self, tx: Tx) -> set[tuple[str, str]]:
        keys = sorted({key for _, key in self.keys})
        pieces = (keys[n : n + 500] for n in range(0, len(keys), 500))
        rows = [row for piece in pieces for row in tx.all(inbox.select().where(inbox.c.key.in_(piece)))]
        return {(row.channel, row.key) for row in rows if row.done_at}


@dataclass
class Books:
    """All that was committed and all that arrived, as of the last look; *new_…*: what came since the look before.

    *posted*: the numbers of all parcels; *settled*: those that are done since. *watched*: a desk has just done all that
    was due. *talks*: those of all who may still speak. *acknowledged*: what people did and the platform was told to be taken.
    """

    world: World
    posted: set[int] = field(default_factory=set)
    undone: dict[int, Row] = field(default_factory=dict)
    settled: Sequence[Row] = ()
    new_parcels: Sequence[Row] = ()
    new_events: Sequence[Row] = ()
    new_alerts: Sequence[Row] = ()
    new_arrivals: Sequence[Arrival] = ()
    events: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    alerts: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    tickets: dict[int, Row] = field(default_factory=dict)
    acknowledged: Collection[tuple[str, str]] = ()
    written_down: Collection[tuple[str, str]] = ()
    talks: Sequence[Row] = ()
    watched: bool = False
    _seen: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def now(self) -> datetime:
        return self.world.time.now()

    def look(self, desk: Desk, acknowledged: Collection[tuple[str, str]], *, watched: bool) -> None:
        """Read on from where the last look ended."""
        self.watched = watched
        self.new_parcels, self.new_events, self.new_alerts = (
            self._new(desk, one) for one in (outbox, ticket_events, alerts)
        )
        self._settle(desk)
        for row in self.new_events:
            self.events[row.ticket_id].append(row)
        for row in self.new_alerts:
            self.alerts[row.ticket_id, row.target, row.kind, row.cycle, row.number] = row
        touched = {row.ticket_id for row in (*self.new_events, *self.new_alerts)} | self._running()
        self.tickets |= {row.id: row for row in desk.look(These(tickets, touched))}
        self.new_arrivals = [one for wire in self.world.wires.values() for one in wire.arrived[self._seen[wire.name] :]]
        self._seen |= {wire.name: len(wire.arrived) for wire in self.world.wires.values()}
        self.acknowledged, self.written_down = acknowledged, desk.look(Heard(acknowledged))
        revoked = {row.id for row in desk.look(Since(operators, 0)) if row.revoked_at}
        shut_out = {row.id for row in desk.look(Since(identities, 0)) if row.operator_id in revoked}
        self.talks = [row for row in desk.look(Since(talks, 0)) if row.identity_id not in shut_out]

    def _new(self, desk: Desk, table: Any) -> list[Row]:
        rows = desk.look(Since(table, self._seen[table.name]))
        self._seen[table.name] = rows[-1].id if rows else self._seen[table.name]
        return rows

    def _settle(self, desk: Desk) -> None:
        self.posted |= {row.id for row in self.new_parcels}
        self.undone |= {row.id: row for row in self.new_parcels}
        self.settled = [row for row in desk.look(These(outbox, self.undone)) if row.done_at]
        for row in self.settled:
            del self.undone[row.id]

    def _running(self) -> set[int]:
        return {number for number, row in self.tickets.items() if row.closed_at is None}
