"""A desk beside a bare program that does the least: the programs as processes, and the bare one's durable store."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent.parent


@contextmanager
def program(
    bench: str, name: str, folder: Path, names: Mapping[str, str], wait: Callable[[], object]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run *name* of the module *bench* in a folder of its own, and *wait* until it serves.

    No operators' room: the cards of the tickets are not what is measured.
    """
    folder.mkdir()
    common = {
        "SPORTELLO_DATA": str(folder / "data"),
        "SPORTELLO_ROOMS": '[{"channel": "terminal", "address": "#leads", "room": "leads"}]',
        "SPORTELLO_LOG__LEVEL": "error",
        "PYTHONPATH": str(SOURCE),
    }
    running = subprocess.Popen(
        [sys.executable, "-m", bench, name],
        cwd=folder,
        env={**os.environ, **common, **names},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait()
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)


async def serve_desk() -> None:
    """The desk as `sportello run` serves it, until SIGTERM."""
    from bot.app import open_desk, serve
    from bot.settings import load

    until = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, until.set)
    async with open_desk(load()) as house:
        await serve(house, until)


class BareStore:
    """Tables of the bare program's own, on SQLite with synchronous FULL, as the desk's."""

    def __init__(self, folder: Path) -> None:
        from sqlalchemy import JSON, Column, Integer, MetaData, Table, Text, UniqueConstraint

        from core.db import Database

        folder.mkdir()
        self.database = Database(f"sqlite:///{folder / 'desk.db'}")
        metadata = MetaData()

        def table(name: str, *columns: str) -> Table:
            made = (Column(column, JSON if column == "answers" else Text) for column in columns)
            return Table(name, metadata, Column("id", Integer, primary_key=True), *made)

        self.heard = table("heard", "key", "what")
        self.people = table("people", "address", "answers")
        self.replies = table("replies", "address", "said", "sent_as")
        self.tickets = table("tickets", "address", "subject", "state")
        self.messages = table("messages", "ticket", "text")
        self.events = table("events", "ticket", "act")
        self.heard.append_constraint(UniqueConstraint("key"))
        self.people.append_constraint(UniqueConstraint("address"))
        with self.database.write() as conn:
            metadata.create_all(conn)

    def hear(self, conn: Any, key: str, what: str) -> None:
        """Write down what was heard, which was never heard before."""
        from sqlalchemy import select

        assert conn.execute(select(self.heard.c.id).where(self.heard.c.key == key)).first() is None
        conn.execute(self.heard.insert(), {"key": key, "what": what})

    def person(self, conn: Any, address: str) -> Any:
        from sqlalchemy import select

        return conn.execute(select(self.people).where(self.people.c.address == address)).first()

    def keep(self, conn: Any, person: Any, address: str, answers: Sequence[str]) -> None:
        """Keep the answers so far with the person, who may be new."""
        if person is None:
            conn.execute(self.people.insert(), {"address": address, "answers": answers})
        else:
            conn.execute(self.people.update().where(self.people.c.id == person.id).values(answers=answers))

    def open(self, conn: Any, address: str, subject: str, story: str) -> None:
        opened = {"address": address, "subject": subject, "state": "new"}
        number = conn.execute(self.tickets.insert().returning(self.tickets.c.id), opened).scalar_one()
        conn.execute(self.messages.insert(), {"ticket": number, "text": story})
        conn.execute(self.events.insert(), {"ticket": number, "act": "open"})

    def reply(self, conn: Any, address: str, said: str) -> int:
        """Write down what is to be said, and return its row."""
        reply = {"address": address, "said": said}
        return int(conn.execute(self.replies.insert().returning(self.replies.c.id), reply).scalar_one())

    def sent(self, row: int, message: str) -> None:
        """Write down as what the reply left."""
        with self.database.write() as conn:
            conn.execute(self.replies.update().where(self.replies.c.id == row).values(sent_as=message))
