"""The one door to the desk: do a command, look something up; a turn opens one transaction, in which both run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from core.db import Chance, Command, Database, Left, Query, Tx
from core.errors import Refusal

T = TypeVar("T")


class Desk:
    """Synchronous; whoever is asynchronous hops to a worker thread first.

    *clock* tells the aware moment; *rules* is what the desk was configured with, by type; *committed* is called
    after each commit, with what it left behind, so that the courier and the watch wake. *sender*: see `Tx`.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        chance: Chance,
        rules: Mapping[type, Any],
        committed: Callable[[Left], None] = lambda _: None,
        sender: str = "",
    ) -> None:
        self.database = database
        self.clock = clock
        self.chance = chance
        self.rules = rules
        self.committed = committed
        self.sender = sender

    def quiet(self) -> Desk:
        """The same desk for work that nobody need wake for."""
        return Desk(self.database, clock=self.clock, chance=self.chance, rules=self.rules)

    @contextmanager
    def turn(self) -> Iterator[Tx]:
        """One transaction: all of it, or nothing."""
        left = Left()
        with self.database.write() as conn:
            yield Tx(conn, self.clock(), self.chance, self.rules, self.sender, left)
        self.committed(left)

    def do(self, command: Command[T]) -> T:
        """Carry *command* out in a transaction of its own. Raises a `Refusal`, and then nothing has changed.

        Only a refusal that `keeps` leaves what was counted before it.
        """
        with self.turn() as tx:
            try:
                return command.carry_out(tx)
            except Refusal as refusal:
                if not refusal.keeps:
                    raise
                kept = refusal
        raise kept

    def look(self, query: Query[T]) -> T:
        """Answer *query* from a snapshot that holds up nobody."""
        with self.database.read() as conn:
            return query.answer(Tx(conn, self.clock(), self.chance, self.rules))
