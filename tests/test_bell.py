"""The bell between processes, on a real PostgreSQL: who rings, who hears, and what happens when the server goes away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from bot.waking import Waking
from core.bell import Bell
from core.db import Database, Left


class Heard:
    """Counts what was heard, and lets a test wait for it."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def until(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= count, timeout=10)


@contextmanager
def listening(database: Database, who: str) -> Iterator[tuple[Bell, Heard]]:
    """A process that listens by now."""
    bell, heard = Bell(database, who, again=0.05), Heard()
    bell.listen(heard)
    try:
        assert heard.until(1)  # once at the beginning: something may have been missed
        yield bell, heard
    finally:
        bell.close()


@contextmanager
def database_at(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def test_what_one_process_rings_the_others_hear(postgres_url: str) -> None:
    with (
        database_at(postgres_url) as database,
        listening(database, "one") as (_, one),
        listening(database, "two") as two,
    ):
        Bell(database, "three").ring()
        assert one.until(2)
        assert two[1].until(2)


def test_nobody_hears_themselves(postgres_url: str) -> None:
    with database_at(postgres_url) as database, listening(database, "one") as (bell, heard):
        bell.ring()
        Bell(database, "two").ring()
        assert heard.until(2)
        assert heard.count == 2


def test_who_was_cut_off_listens_again_and_looks_for_what_was_missed(postgres_url: str) -> None:
    with database_at(postgres_url) as database, listening(database, "one") as (_, heard):
        with database.write() as conn:
            conn.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"))
        assert heard.until(2)
        Bell(database, "two").ring()
        assert heard.until(3)


def test_a_file_has_one_process_and_no_bell(tmp_path: Path) -> None:
    with database_at(f"sqlite:///{tmp_path / 'desk.db'}") as database:
        heard: Callable[[], None] = Heard()
        bell = Bell(database, "one")
        bell.listen(heard)
        bell.ring()
        bell.close()
        assert not any(thread.name == "bell" for thread in threading.enumerate())


async def test_what_one_process_commits_wakes_the_other_and_not_itself(postgres_url: str) -> None:
    with database_at(postgres_url) as database:
        woken: list[str] = []
        changed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def process(name: str) -> Waking:
            def wake(_left: Left) -> None:
                woken.append(name)
                loop.call_soon_threadsafe(changed.set)

            return Waking(Bell(database, name), asyncio.to_thread, wake)

        one, two = process("one"), process("two")
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            running = [group.create_task(waking.run()) for waking in (one, two)]

            async def until(count: int) -> None:
                while len(woken) < count:
                    await changed.wait()
                    changed.clear()

            await until(2)  # each looks once when it begins to listen
            one.committed(Left(mine=["a reply"]))
            for count, committing in enumerate((one, two, one), start=3):
                committing.committed(Left(others=True))
                await until(count)
            after = woken[2:]  # who ends rings as well
            for task in running:
                task.cancel()
        assert after == ["two", "one", "two"]
