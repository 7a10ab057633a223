"""The bell between the processes of one desk: what one of them commits is looked for by the others at once.

PostgreSQL's LISTEN and NOTIFY. It is rung after a commit and not inside it: a NOTIFY in a transaction lets the whole
server commit only one of those at a time. A ring that is lost costs a delay, since everybody also looks by themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, Final

from sqlalchemy import text

from core.db import Database

CHANNEL: Final = "sportello"
LOOK: Final = 5.0
"""Seconds, after which a listener looks whether it is to end, if no ring comes."""
AGAIN: Final = 2.0
"""Seconds until a server that was not there is asked again."""

_RING = text("SELECT pg_notify(:channel, :who)")


class Bell:
    """*who*: this process, which does not hear itself. *again*: seconds, as `AGAIN`.

    A SQLite file has one process: there nothing rings and is heard."""

    def __init__(self, database: Database, who: str, *, again: float = AGAIN) -> None:
        self.database = database
        self.who = who
        self.again = again
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Let the others look. Raises what the store raises."""
        if not self.database.sqlite:
            with self.database.write() as conn:
                conn.execute(_RING, {"channel": CHANNEL, "who": self.who})

    def listen(self, heard: Callable[[], None]) -> None:
        """From now on call *heard*, in a thread of its own, when another rings, and when a ring may have been missed."""
        if not self.database.sqlite:
            self._thread = threading.Thread(target=self._listen, args=(heard,), name="bell", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Listen no more. A ring of our own ends the wait; a server that is away is not waited for."""
        self._ended.set()
        if self._thread:
            try:
                self.ring()
            except Exception:  # the thread ends by itself after its next look
                return
            self._thread.join(LOOK)

    def _listen(self, heard: Callable[[], None]) -> None:
        while not self._ended.is_set():
            try:
                with self._session() as session:
                    session.execute(f"LISTEN {CHANNEL}")
                    heard()
                    self._hear(session, heard)
            except Exception:
                self._ended.wait(self.again)

    def _hear(self, session: Any, heard: Callable[[], None]) -> None:
        while not self._ended.is_set():
            for ring in session.notifies(timeout=LOOK, stop_after=1):
                if ring.payload != self.who:
                    heard()

    @contextmanager
    def _session(self) -> Iterator[Any]:
        """A connection of psycopg's that the pool does not count."""
        session = self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            session.detach()
            raw: Any = session.connection.dbapi_connection
            with closing(raw):  # the pool, which it belongs to no more, would not close one that is broken
                yield raw
        finally:
            with suppress(Exception):
                session.close()
